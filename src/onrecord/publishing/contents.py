"""Compute what a manifest states of the content of published files, and compare it with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from onrecord.publishing import manifest
from onrecord.publishing.logical import LogicalDigest
from onrecord.publishing.manifest import Counts, File, Manifest, Table
from onrecord.publishing.mismatch import Mismatch
from onrecord.readers.footer import open_table
from onrecord.readers.models.card import NOT_GIVEN
from onrecord.readers.syntax import json
from onrecord.readers.syntax.nodes import Json, UnreadableError, to_value
from onrecord.schema import RECORD_TYPES, VERSIONS
from onrecord.schema.arrow import arrow_schema

CROISSANT = "croissant.json"
_ROWS = 8192
_WRONG = "the publication was changed on purpose or by an error of its publisher; report it there"


def _values(path: str) -> Callable[[pa.RecordBatch], Counter[str]]:
    """Return a function that counts the values at a path of the records in a batch."""
    name, *inside = path.split(".")

    def count(batch: pa.RecordBatch) -> Counter[str]:
        values = batch[name]
        for step in inside:
            values = pc.struct_field(values, step)
        found = pc.value_counts(values).to_pylist()
        return Counter({one["values"] or NOT_GIVEN: one["counts"] for one in found})

    return count


def _texts(batch: pa.RecordBatch) -> Counter[str]:
    known = batch.filter(pc.is_valid(batch["text_sha256"]))
    return Counter(texts=known["text"].null_count)


def _words(batch: pa.RecordBatch) -> Counter[str]:
    return Counter(words=batch["quote"].null_count)


# What is counted in each table; an article without its text, or a quote without some of its words,
# whose digests are known, is withheld.
_COUNTED: Mapping[str, Mapping[str, Callable[[pa.RecordBatch], Counter[str]]]] = MappingProxyType(
    {
        "articles": {
            "language": _values("language"),
            "license": _values("rights.license"),
            "redistribute": _values("rights.redistribute"),
            "withheld": _texts,
        },
        "quotes": {"language": _values("language"), "type": _values("type"), "withheld": _words},
        "claims": {"kind": _values("kind"), "language": _values("language")},
    }
)


@dataclass
class _Summary:
    """Summarises the rows of a table, in the order of its files."""

    name: str
    rows: int = 0
    digest: LogicalDigest = field(default_factory=LogicalDigest)
    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, path: Path) -> None:
        """Add the rows of a file."""
        with open_table(path) as parquet:
            for batch in parquet.iter_batches(_ROWS):
                self.rows += batch.num_rows
                self.digest.add(batch)
                for what, count in _COUNTED.get(self.name, {}).items():
                    self.counts[what].update(count(batch))

    @property
    def table(self) -> Table:
        return Table(rows=self.rows, logical_sha256=self.digest.hexdigest())

    @property
    def counted(self) -> Mapping[str, Mapping[str, int]]:
        return {
            what: {value: number for value, number in sorted(self.counts[what].items()) if number}
            for what in _COUNTED.get(self.name, {})
        }


def parts(folder: Path, files: Mapping[str, File]) -> dict[str, list[Path]]:
    """Return the files of each table in a folder, in their order."""
    found: dict[str, list[Path]] = {}
    for name, file in sorted(files.items()):
        if file.table is not None:
            found.setdefault(file.table, []).append(folder / name)
    return dict(sorted(found.items()))


def summarise(files: Mapping[str, Sequence[Path]]) -> tuple[dict[str, Table], Counts]:
    """Return the rows and logical digests of tables, and counts of records.

    Args:
        files: The files of each table, in their order.
    """
    summaries = {name: _Summary(name) for name in files}
    for name, summary in summaries.items():
        for path in files[name]:
            summary.add(path)
    tables = {name: summary.table for name, summary in summaries.items()}
    return tables, {name: summaries[name].counted for name in _COUNTED if name in summaries}


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
    tables, counts = summarise({name: files[name] for name in files.keys() - incomplete})
    for name, table in tables.items():
        yield from _check_summary(name, stated.tables[name], table, at)
        for what in sorted({*counts.get(name, {}), *stated.counts.get(name, {})}):
            found, of = (one.get(name, {}).get(what) for one in (counts, stated.counts))
            if found != of:
                yield Mismatch(at, f"{name} by {what}: {_shown(found)}", _shown(of), _WRONG)
    if CROISSANT in intact:
        yield from _check_croissant(stated, intact[CROISSANT], prefix)


def _check_summary(name: str, stated: Table, found: Table, at: str) -> Iterator[Mismatch]:
    if stated.rows != found.rows:
        yield Mismatch(at, f"{name}: {found.rows} rows", f"{stated.rows}", _WRONG)
    if stated.logical_sha256 != found.logical_sha256:
        expected = f"{name}: the logical digest {found.logical_sha256}"
        yield Mismatch(at, expected, stated.logical_sha256, _WRONG)


def _shown(counts: Mapping[str, int] | None) -> str:
    return ", ".join(f"{value} {number}" for value, number in (counts or {}).items()) or "nothing"


def _check_part(stated: Manifest, name: str, path: Path, prefix: str) -> Iterator[Mismatch]:
    """Compare the rows and columns of a part of a table with the manifest and the models."""
    try:
        with open_table(path) as parquet:
            rows, columns = parquet.metadata.num_rows, parquet.schema_arrow
    except (OSError, pa.ArrowException) as error:
        yield Mismatch(prefix + name, "a Parquet file", str(error).splitlines()[0], _WRONG)
        return
    file = stated.files[name]
    if rows != file.rows:
        yield Mismatch(prefix + name, f"{file.rows} rows", f"{rows}", _WRONG)
    record_type = next((each for each in RECORD_TYPES if f"{each}s" == file.table), None)
    version = (
        (columns.metadata or {}).get(b"onrecord.schema_version", b"none").decode("utf-8", "replace")
    )
    if record_type is None:
        return
    if version != stated.schema_version:
        yield Mismatch(prefix + name, f"schema version {stated.schema_version}", version, _WRONG)
        return
    model = arrow_schema(VERSIONS[version].models[record_type])
    for at, expected in enumerate(model):
        found = columns.field(at) if at < len(columns) else None
        if found is None or not found.equals(expected):
            yield Mismatch(prefix + name, f"the column {expected}", str(found), _WRONG)
            return


def _check_croissant(stated: Manifest, path: Path, prefix: str) -> Iterator[Mismatch]:
    """Compare the digests of files in the Croissant description with the manifest."""
    try:
        root = to_value(json.parse(path.read_text("utf-8"))[0])
    except (UnreadableError, UnicodeDecodeError):
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
