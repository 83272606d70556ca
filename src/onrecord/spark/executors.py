"""Validate a group of records in an executor, as a worker validates a partition of a corpus."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onrecord.corpus import alike
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.partitions import Partition, Places, RecordsOfType, whole
from onrecord.corpus.reading import read_files
from onrecord.files import scratch
from onrecord.files.opening import File
from onrecord.findings import Excerpt, Finding, Place, parse_path
from onrecord.language.likeness import SKETCH
from onrecord.publishing.parquet import Writing
from onrecord.publishing.splits import Division
from onrecord.readers.options import ReadOptions
from onrecord.rights.tables import PassedOn
from onrecord.rules import RULES
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.schema.arrow import INT, TEXT
from onrecord.spark.layout import Layout
from onrecord.validation.rule_runs import Answers, Work, answer

FINDINGS = pa.schema(
    [
        *((name, TEXT) for name in ("code", "severity", "record_type")),
        ("row", INT),
        *((name, TEXT) for name in ("record", "path", "message", "hint", "facts")),
    ]
)
# Where in the line of the record, and the part of the line around that; null if that is not known.
# What reading found is numbered in the order in which it was found.
PLACED = pa.schema([*FINDINGS, ("column", INT), ("excerpt", TEXT), ("caret", INT), ("number", INT)])
# The names of the tables that are not summaries: what was found, the records that exist but could not
# be read, and the numbers of what was checked.
FOUND, UNREAD, CHECKED = "found", "unread", "checked"
TABLES: Mapping[str, pa.Schema] = {
    FOUND: PLACED,
    UNREAD: pa.schema([("record_type", pa.string()), ("id", pa.string())]),
    CHECKED: pa.schema([("numbers", pa.string())]),
}
# The sketches of the words of quotes and of the texts of claims, for the links between articles.
SKETCHED = "sketched"
SKETCHES = pa.schema(
    [("record_type", TEXT), ("locator", INT), ("owner", INT), ("sketch", pa.list_(INT))]
)
# What executors publish: files in pieces, each with the number of the piece in its file.
PUBLISHED = pa.schema([("name", pa.string()), ("number", pa.int32()), ("content", pa.binary())])
_PIECE = 4 * 2**20
# All findings of a group are listed, by one thread: Spark runs several executors.
_OPTIONS = ReadOptions(threads=1, findings=0)
_NOWHERE = Place("")


def answered(work: Work, layout: Layout, group: pa.Table) -> Iterator[pa.RecordBatch]:
    """Yield the findings and summaries of a group of records.

    Args:
        work: What is to be done.
        layout: The tables that are returned: those of `TABLES`, and the summaries.
        group: The records, with the columns ``record_type``, ``row`` and ``record``, and maybe
            ``split``, the split of their articles.
    """
    answers: list[pa.RecordBatch] = []

    def keep(name: str, schema: pa.Schema, rows: Iterable[pa.RecordBatch]) -> None:
        answers.extend(layout.packed(name, pa.Table.from_batches(rows, schema)))

    with _temporary() as folder:
        rows = _write(group.sort_by("row"), Path(folder))
        corpus = read_files(_files(rows, Path(folder)), (), options=_OPTIONS)
        findings = []
        for number, finding in enumerate(corpus.findings):
            record_type = finding.place.file.removesuffix("s.jsonl")
            line = rows[record_type][(finding.place.line or 1) - 1]  # type: ignore[index]
            findings.append({**as_row(finding, record_type, int(line)), "number": number})
        partition = _as_partition(corpus, rows)
        if "split" in group.column_names:
            partition = _divided(partition, group)
        found = answer(work, partition, keep)
        findings += _violations(corpus, partition, found)
        if SKETCHED in layout.tables:
            answers += layout.packed(SKETCHED, _sketched(corpus, partition))
    numbers = {f"{each}s": corpus.records(each).num_rows for each in RECORD_TYPES}
    of = {
        FOUND: findings,
        UNREAD: [{"record_type": one.record_type, "id": one.id} for one in corpus.broken],
        CHECKED: [{"numbers": json.dumps({**numbers, **found.spans})}],
    }
    for name, some in of.items():
        answers += layout.packed(name, pa.Table.from_pylist(some, TABLES[name]))
    yield from answers


def _violations(corpus: Corpus, partition: Partition, found: Answers) -> Iterator[dict[str, Any]]:
    """Yield the violations of rules of scope ``article``, as rows of the table of findings."""
    wanted: list[tuple[RecordType, int, tuple[str | int, ...]]] = []
    for _, row in found.violations:
        place = np.searchsorted(partition.records[row["record_type"]].rows, row["locator"])
        wanted.append((row["record_type"], int(place), parse_path(row["path"])))
    ids = {each: corpus.table(each, ["id"])["id"] for each in RECORD_TYPES}
    for (rule, row), (record_type, at, _), located in zip(
        found.violations, wanted, corpus.locate(wanted), strict=True
    ):
        record = ids[record_type][at].as_py()
        yield violation(rule.code, record, row, *located)


def violation(
    code: str,
    record: str | None,
    row: Mapping[str, Any],
    place: Place = _NOWHERE,
    excerpt: Excerpt | None = None,
) -> dict[str, Any]:
    """Return a row that a rule returned as a row of the table of findings."""
    facts = {name: value for name, value in row.items() if name != "locator"}
    path = facts["path"]
    finding = RULES[code].finding(place, facts, record=record, path=path, excerpt=excerpt)
    return as_row(finding, facts["record_type"], row["locator"])


def as_row(finding: Finding, record_type: str, row: int) -> dict[str, Any]:
    """Return a finding as a row of the table of findings."""
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "record_type": record_type,
        "row": row,
        "record": finding.record,
        "path": finding.path,
        "message": finding.message,
        "hint": finding.hint,
        "facts": json.dumps(dict(finding.facts), ensure_ascii=False),
        "column": finding.place.column,
        "excerpt": finding.excerpt and finding.excerpt.text,
        "caret": finding.excerpt and finding.excerpt.caret,
    }


def published(group: pa.Table, splits: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
    """Yield the files of the published tables of a group of records, in pieces.

    Args:
        group: The records, as in `answered`, with the columns ``article`` and ``split`` if there are
            several splits.
        splits: The names of all splits; none if there is only one.
    """
    with _temporary() as temporary:
        folder = Path(temporary, "tables")
        folder.mkdir()
        division = None
        if splits:
            found = zip(group["article"].to_pylist(), group["split"].to_pylist(), strict=True)
            division = Division((*splits,), {article: split for article, split in found if split})
        with Writing(folder, at_once=not splits, summarise=False) as writing:
            rows = _write(group.sort_by("row"), Path(temporary))
            files = _files(rows, Path(temporary))
            corpus = read_files(files, (), options=_OPTIONS, sink=writing.add)
            writing.finish(PassedOn(corpus), division)
        for path in sorted(folder.iterdir()):
            if not pq.read_metadata(path).num_rows:
                continue
            with path.open("rb") as file:
                for number, content in enumerate(iter(partial(file.read, _PIECE), b"")):
                    row = {"name": path.name, "number": number, "content": content}
                    yield pa.RecordBatch.from_pylist([row], PUBLISHED)


def _temporary() -> TemporaryDirectory[str]:
    """Return a folder for temporary files.

    It is in a folder of Spark, if there is one, which removes it even after it has killed this process.
    """
    of_spark = os.environ.get("SPARK_LOCAL_DIRS", "").partition(",")[0]
    if of_spark:
        scratch.share(Path(of_spark))
    return TemporaryDirectory(dir=scratch.folder())


def _files(rows: Iterable[RecordType], folder: Path) -> list[File]:
    """Return the files that `_write` wrote."""
    return [File(folder / f"{each}s.jsonl", f"{each}s.jsonl") for each in rows]


def _write(group: pa.Table, folder: Path) -> dict[RecordType, Places]:
    """Write records to JSON Lines; return the row of each line, by the type of the records."""
    found: dict[RecordType, Places] = {}
    for record_type in RECORD_TYPES:
        own = group.filter(pc.equal(group["record_type"], record_type))
        if own.num_rows:
            with (folder / f"{record_type}s.jsonl").open("wb") as file:
                for chunk in own["record"].chunks:
                    # Line feeds inside a record are white space or wrong, as carriage returns are.
                    lines = (b"null" if line is None else line for line in chunk.to_pylist())
                    file.writelines(line.replace(b"\n", b"\r") + b"\n" for line in lines)
            found[record_type] = own["row"].to_numpy()
    return found


def _as_partition(corpus: Corpus, rows: Mapping[RecordType, Places]) -> Partition:
    """Return a group of records as a partition, with rows numbered as in the data frames."""
    partition = whole(corpus, fewest=1)
    of = {each: _rows_of(corpus, each, rows) for each in RECORD_TYPES}
    records = {
        each: RecordsOfType(
            own.buffer,
            of[each],
            np.where(own.owners < 0, -1, of["article"][own.owners])
            if len(of["article"])
            else own.owners,
            own.splits,
        )
        for each, own in partition.records.items()
    }
    return Partition(records, None, {}, corpus.options)


def _divided(partition: Partition, group: pa.Table) -> Partition:
    """Return a partition with the splits that a column of its records states."""
    records = {}
    ordered = group.sort_by("row")
    for record_type, own in partition.records.items():
        some = ordered.filter(pc.equal(ordered["record_type"], record_type))
        places = np.searchsorted(some["row"].to_numpy(), own.rows)
        splits = some["split"].combine_chunks().take(pa.array(places))
        if own.splits is not None:
            splits = pc.coalesce(splits, own.splits)
        records[record_type] = replace(own, splits=splits)
    return replace(partition, records=records)


def _sketched(corpus: Corpus, partition: Partition) -> pa.Table:
    """Return the sketches of the words of quotes and of the texts of claims."""
    found = []
    for record_type in ("quote", "claim"):
        strings = alike.strings(corpus, record_type)
        owners, numbers, hashes = alike.sketched(record_type, strings, corpus.options)
        columns = [
            pa.repeat(pa.scalar(record_type, pa.string()), len(numbers)),
            pa.array(partition.records[record_type].rows[numbers]),
            pa.array(partition.records["article"].rows[owners]),
            pa.FixedSizeListArray.from_arrays(hashes.ravel(), SKETCH).cast(SKETCHES.types[-1]),
        ]
        found.append(pa.table(columns, schema=SKETCHES))
    return pa.concat_tables(found)


def _rows_of(corpus: Corpus, record_type: RecordType, rows: Mapping[RecordType, Places]) -> Places:
    """Return the row of each valid record of a type."""
    numbers = [np.asarray(each.numbers) for each in corpus.segments.get(record_type, [])]
    return rows[record_type][np.concatenate(numbers)] if numbers else np.arange(0)
