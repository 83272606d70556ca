"""Compute what a manifest states of the content of published files, and compare it with them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.publishing import manifest, statements
from onrecord.publishing.manifest import Counts, File, Manifest
from onrecord.publishing.summary import COUNTED, Summary
from onrecord.readers.footer import open_table
from onrecord.readers.naming import part_of
from onrecord.readers.syntax.nodes import Json
from onrecord.schema import CURRENT, RECORD_TYPES, VERSIONS
from onrecord.schema.arrow import arrow_schema

CROISSANT = "croissant.json"
AGAIN = "get it again from where the publication came from, or publish again"
_ROWS = 4096
_WRONG = "the publication was changed on purpose or by an error of its publisher; report it there"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Describe something in a publication that is not as it was published.

    Attributes:
        file: The file, relative to the folder of the publication.
        expected: What was expected of it.
        found: What was found.
        advice: What to do.
    """

    file: str
    expected: str
    found: str
    advice: str = AGAIN

    def __str__(self) -> str:
        return f"{self.file}: expected {self.expected}, found {self.found}; {self.advice}"


def parts(folder: Path, files: Mapping[str, File]) -> dict[str, list[Path]]:
    """Return the files of each table in a folder, in their order."""
    found: dict[str, list[Path]] = {}
    for name, file in sorted(files.items()):
        if file.table is not None:
            found.setdefault(file.table, []).append(folder / name)
    return dict(sorted(found.items()))


def summarise(
    files: Mapping[str, Sequence[Path]], written: Mapping[str, Summary]
) -> dict[str, Summary]:
    """Return summaries of tables.

    Args:
        files: The files of each table, in their order. They were just written: their footers are
            not checked, which takes longer than reading the rows.
        written: Summaries of the tables whose rows were written in the order of their files.
    """
    return {name: written.get(name) or _read(name, paths) for name, paths in files.items()}


def counts_of(summaries: Mapping[str, Summary]) -> Counts:
    """Return the counts of records that a manifest states."""
    return {name: summaries[name].counts for name in COUNTED if name in summaries}


def _read(name: str, paths: Iterable[Path]) -> Summary:
    found = Summary(name)
    for path in paths:
        part = part_of(path.name)
        with pq.ParquetFile(path) as parquet:
            for batch in parquet.iter_batches(_ROWS):
                found.add(batch, part.split if part else "")
    found.end()
    return found


def _checked(name: str, paths: Iterable[Path]) -> Summary:
    """Return the summary of a table that may be hostile."""
    found = Summary(name)
    for path in paths:
        with open_table(path) as parquet:
            for batch in parquet.iter_batches(_ROWS):
                found.add(batch)
    found.end()
    return found


def check_contents(stated: Manifest, intact: Mapping[str, Path], prefix: str) -> Iterator[Mismatch]:
    """Compare the content of files with the manifest and the models.

    Args:
        stated: The manifest.
        intact: The files that have the digest that the manifest states, by their names in it.
        prefix: What comes before these names in the names of mismatches.
    """
    at = prefix + manifest.NAME
    files: dict[str, list[Path]] = {name: [] for name in stated.tables}
    incomplete: set[str] = set()
    for name, file in sorted(stated.files.items()):
        if file.table is None:
            continue
        if file.table not in stated.tables:
            yield Mismatch(at, f"the table {file.table}, which {name} is a part of", "none", _WRONG)
            continue
        wrong = [*_check_part(stated, name, intact[name], prefix)] if name in intact else []
        yield from wrong
        files[file.table].append(intact.get(name, Path()))
        if wrong or name not in intact:
            incomplete.add(file.table)
    for name in sorted(stated.counts.keys() - files.keys()):
        yield Mismatch(at, "counts of tables only", f"counts of {name}", _WRONG)
    for name in sorted(files.keys() - incomplete):
        yield from _check_table(stated, name, files[name], at)
    if CROISSANT in intact:
        yield from _check_croissant(stated, intact[CROISSANT], prefix)
    if stated.splits is not None:
        yield from _check_splits(stated, stated.splits, intact, prefix)


def _check_table(stated: Manifest, name: str, paths: Sequence[Path], at: str) -> Iterator[Mismatch]:
    """Compare the rows of a table with the manifest."""
    table = stated.tables[name]
    try:
        found = _checked(name, paths)
    except _UNREADABLE as error:
        yield Mismatch(at, f"the table {name}", f"what cannot be read: {_reason(error)}", _WRONG)
        return
    if table.rows != found.rows:
        yield Mismatch(at, f"{name}: {found.rows} rows", f"{table.rows}", _WRONG)
    digest = found.table.logical_sha256
    if table.logical_sha256 != digest:
        yield Mismatch(at, f"{name}: the logical digest {digest}", table.logical_sha256, _WRONG)
    counts = stated.counts.get(name, {})
    for what in sorted({*found.counts, *counts}):
        counted, of = (one.get(what) for one in (found.counts, counts))
        if counted != of:
            yield Mismatch(at, f"{name} by {what}: {_shown(counted)}", _shown(of), _WRONG)


# What reading a table can raise that somebody made on purpose, although its digest is right.
_UNREADABLE = (OSError, pa.ArrowException, KeyError, TypeError, ValueError)


def _reason(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _shown(counts: Mapping[str, int] | None) -> str:
    return ", ".join(f"{value} {number}" for value, number in (counts or {}).items()) or "nothing"


def _check_part(stated: Manifest, name: str, path: Path, prefix: str) -> Iterator[Mismatch]:
    """Compare the rows and columns of a part of a table with the manifest and the models."""
    file = stated.files[name]
    try:
        with open_table(path) as parquet:
            rows, columns = parquet.metadata.num_rows, parquet.schema_arrow
    except _UNREADABLE as error:
        yield Mismatch(prefix + name, "a Parquet file", _reason(error), _WRONG)
        return
    if rows != file.rows:
        yield Mismatch(prefix + name, f"{file.rows} rows", f"{rows}", _WRONG)
    version = (columns.metadata or {}).get(b"onrecord.schema_version", b"none").decode()
    if version != stated.schema_version:
        yield Mismatch(prefix + name, f"schema version {stated.schema_version}", version, _WRONG)
    for at, expected in enumerate(_columns(str(file.table), stated.schema_version)):
        found = columns.field(at) if at < len(columns) else None
        if found is None or not found.equals(expected):
            there = _column(found) if found else "none"
            yield Mismatch(prefix + name, f"the column {_column(expected)}", there, _WRONG)
            return


def _column(column: pa.Field) -> str:
    return f"{column.name}: {column.type}{'' if column.nullable else ' not null'}"


def _columns(table: str, version: str) -> list[pa.Field]:
    """Return the columns that a table must begin with."""
    if table == statements.NAME and version == CURRENT.number:
        return [*statements.schema()]
    record_type = next((each for each in RECORD_TYPES if f"{each}s" == table), None)
    return [*arrow_schema(VERSIONS[version].models[record_type])] if record_type else []


def _check_splits(
    stated: Manifest, about: manifest.Splits, intact: Mapping[str, Path], prefix: str
) -> Iterator[Mismatch]:
    """Compare the splits of articles with the manifest, and with the files that records are in."""
    from onrecord.publishing import splits

    if splits.FILE not in stated.files:
        yield Mismatch(prefix + manifest.NAME, f"the file {splits.FILE}", "none", _WRONG)
    if splits.FILE not in intact:
        return
    at = prefix + splits.FILE
    found = splits.read(intact[splits.FILE].parent)
    articles = Counter(split for _, split in found.values())
    if articles != Counter(about.articles):
        yield Mismatch(at, f"articles by split: {_shown(about.articles)}", _shown(articles), _WRONG)
    groups = len({group for group, _ in found.values()})
    if groups != about.groups:
        yield Mismatch(at, f"{about.groups} groups", f"{groups}", _WRONG)
    for name, file in sorted(stated.files.items()):
        if file.table is None or name not in intact:
            continue
        try:
            for id_ in _article_ids(intact[name]):
                _, split = found.get(id_, (None, file.split))
                if split != file.split:
                    yield Mismatch(prefix + name, f"articles of {file.split}", id_, _WRONG)
                    break
        except _UNREADABLE:  # which is a mismatch of its own
            continue


def _article_ids(path: Path) -> Iterator[str]:
    """Yield the ids of the articles that the records in a file belong to, in order."""
    with open_table(path) as parquet:
        column = "article_id" if "article_id" in parquet.schema_arrow.names else "id"
        for batch in parquet.iter_batches(_ROWS, columns=[column]):
            yield from batch[column].unique().to_pylist()


def _check_croissant(stated: Manifest, path: Path, prefix: str) -> Iterator[Mismatch]:
    """Compare the digests of files in the Croissant description with the manifest."""
    try:
        root = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        yield Mismatch(prefix + CROISSANT, "JSON", "something else", _WRONG)
        return
    described = {}
    for node in _objects(root):
        name, digest = node.get("contentUrl"), node.get("sha256")
        if isinstance(name, str) and isinstance(digest, str):
            described[name] = digest
    for name, file in stated.files.items():
        if file.table is not None and described.get(name) != file.sha256:
            found = described.get(name, "none")
            yield Mismatch(
                prefix + CROISSANT, f"the SHA-256 {file.sha256} of {name}", found, _WRONG
            )


def _objects(value: Json) -> Iterator[dict[str, Any]]:
    waiting: list[Json] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
