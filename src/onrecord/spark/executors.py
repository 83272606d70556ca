"""Validate a group of records in an executor, as a worker validates a partition of a corpus."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.partitions import Partition, Places, RecordsOfType, whole
from onrecord.corpus.reading import read_files
from onrecord.files import scratch
from onrecord.findings import Excerpt, Finding, Place, parse_path
from onrecord.publishing.parquet import Writing
from onrecord.readers import File, ReadOptions
from onrecord.rights.tables import PassedOn
from onrecord.rules import RULES
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.validation.rule_runs import Answers, Work, answer

FINDINGS = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in ("code", "severity", "record_type")),
        pa.field("row", pa.int64()),
        *(pa.field(name, pa.string()) for name in ("record", "path", "message", "hint", "facts")),
    ]
)
# Where in the line of the record, and the part of the line around that; null if that is not known.
# What reading found is numbered in the order in which it was found.
PLACED = pa.schema(
    [
        *FINDINGS,
        pa.field("column", pa.int64()),
        pa.field("excerpt", pa.string()),
        pa.field("caret", pa.int64()),
        pa.field("number", pa.int64()),
    ]
)
# Findings have no name; a summary has one, and its rows in Arrow's format for streams.
ANSWERS = PLACED.append(pa.field("name", pa.string())).append(pa.field("rows", pa.binary()))
# The summary of records that exist but could not be read, and that of what was checked: of the
# latter, the facts are the numbers.
UNREAD, CHECKED = "unread", "checked"
# All findings of a group are listed, by one thread: Spark runs several executors.
_OPTIONS = ReadOptions(threads=1, findings=0)
_NOWHERE = Place("")


def answered(work: Work, columns: Mapping[str, list[str]], group: pa.Table) -> pa.Table:
    """Return the findings and summaries of a group of records.

    Args:
        work: What is to be done.
        columns: The columns of each summary.
        group: The records, with the columns ``record_type``, ``row`` and ``record``.
    """
    answers: list[dict[str, Any]] = []

    def keep(name: str, schema: pa.Schema, rows: Iterable[pa.RecordBatch]) -> None:
        table = pa.Table.from_batches(rows, schema).select(columns[name])
        if table.num_rows:
            answers.append({"name": name, "rows": _packed(table)})

    with TemporaryDirectory(dir=scratch.folder()) as folder:
        rows = _write(group.sort_by("row"), Path(folder))
        corpus = read_files(_files(rows, Path(folder)), (), options=_OPTIONS)
        for number, finding in enumerate(corpus.findings):
            record_type = finding.place.file.removesuffix("s.jsonl")
            line = rows[record_type][(finding.place.line or 1) - 1]  # type: ignore[index]
            answers.append({**as_row(finding, record_type, int(line)), "number": number})
        partition = _as_partition(corpus, rows)
        found = answer(work, partition, keep)
        answers += _violations(corpus, partition, found)
    numbers = {f"{each}s": corpus.records(each).num_rows for each in RECORD_TYPES}
    answers.append({"name": CHECKED, "facts": json.dumps({**numbers, **found.spans})})
    broken = [{"record_type": one.record_type, "id": one.id} for one in corpus.broken]
    if broken:
        answers.append({"name": UNREAD, "rows": _packed(pa.Table.from_pylist(broken))})
    return pa.Table.from_pylist(answers, ANSWERS)


def _violations(corpus: Corpus, partition: Partition, found: Answers) -> Iterator[dict[str, Any]]:
    """Yield what rules of scope ``article`` found as rows of the table of findings."""
    wanted: list[tuple[RecordType, int, tuple[str | int, ...]]] = []
    for _, row in found.violations:
        place = np.searchsorted(partition.records[row["record_type"]].rows, row["locator"])
        wanted.append((row["record_type"], int(place), parse_path(row["path"])))
    ids = {each: corpus.table(each, ["id"])["id"] for each in RECORD_TYPES}
    for (rule, row), (record_type, at, _), located in zip(
        found.violations, wanted, corpus.locate(wanted), strict=True
    ):
        facts = {
            name: value for name, value in row.items() if name not in {"record_type", "locator"}
        }
        record = ids[record_type][at].as_py()
        yield violation(rule.code, record_type, row["locator"], record, facts, *located)


def violation(
    code: str,
    record_type: str,
    row: int,
    record: str | None,
    facts: dict[str, Any],
    place: Place = _NOWHERE,
    excerpt: Excerpt | None = None,
) -> dict[str, Any]:
    """Return what a rule returned as a row of the table of findings; ``path`` is among the facts."""
    rule, facts = RULES[code], {"record_type": record_type, **facts}
    finding = rule.finding(place, facts, record=record, path=facts["path"], excerpt=excerpt)
    return as_row(finding, record_type, row)


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


def unpacked(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield the rows of summaries, which are in a column ``rows``."""
    for batch in batches:
        for rows in batch["rows"]:
            with pa.ipc.open_stream(rows.as_buffer()) as stream:
                yield from stream.read_all().cast(schema).to_batches()


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def written(group: pa.Table, folder: Path) -> None:
    """Write the published tables of a group of records into a folder.

    Args:
        group: The records, as in `answered`.
        folder: The folder.
    """
    with (
        TemporaryDirectory(dir=scratch.folder()) as temporary,
        Writing(folder, summarise=False) as writing,
    ):
        rows = _write(group.sort_by("row"), Path(temporary))
        files = _files(rows, Path(temporary))
        corpus = read_files(files, (), options=_OPTIONS, sink=writing.add)
        writing.finish(PassedOn(corpus))


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


def _rows_of(corpus: Corpus, record_type: RecordType, rows: Mapping[RecordType, Places]) -> Places:
    """Return the row of each valid record of a type."""
    numbers = [np.asarray(each.numbers) for each in corpus.segments.get(record_type, [])]
    return rows[record_type][np.concatenate(numbers)] if numbers else np.arange(0)
