"""Read Parquet as this project publishes it: one flat record per row."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from onrecord.display import shorten
from onrecord.errors import InputError
from onrecord.files.limits import MAX_DEPTH, FindingLimit
from onrecord.files.opening import File
from onrecord.findings import Finding, Located, Place, Problem
from onrecord.readers.bulk.fast_path import FastPathResult, validate_rows
from onrecord.readers.bulk.predicate_compiler import ColumnPredicates, predicates_for
from onrecord.readers.bulk.rewritten import conformed, differences, is_ignored
from onrecord.readers.footer import TooDeepError, open_table
from onrecord.readers.models.records import (
    Item,
    Row,
    Rows,
    UnreadableRecord,
    Wanted,
    counted,
    model_of,
    older,
    version_of,
)
from onrecord.readers.models.validate import validate
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.syntax.nodes import Json
from onrecord.rules import reading
from onrecord.schema import CURRENT, VERSIONS, RecordType, SchemaVersion
from onrecord.schema.arrow import arrow_schema

if TYPE_CHECKING:
    import pyarrow.parquet as pq

# The most rows that are validated at once; and how many blocks of bytes they may have before
# compression, since the texts of articles are long.
BATCH = 2**16
_BLOCKS = 4
# The most differences between a table and the schema that are listed.
_MOST = 100


# Errors of damaged files; OSError also for files that cannot be read.
_DAMAGED = (TooDeepError, OSError, pa.ArrowException)


@dataclass(frozen=True, slots=True)
class RowGroups:
    """Name consecutive row groups of a Parquet file, which are read together.

    Attributes:
        numbers: Their numbers.
        first: The number of their first row.
        rows: How many rows are validated at once.
        version: The number of the version of the schema that the file follows.
    """

    numbers: Sequence[int]
    first: int
    rows: int
    version: str


@dataclass(frozen=True, slots=True)
class Damage:
    """Hold the finding that the rest of a file cannot be read."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class ParquetReader:
    """Read a table of one record type from Parquet, on the fast path."""

    record_type: RecordType

    def read(self, file: File, options: ReadOptions = READ_OPTIONS) -> Iterator[Item]:
        """Yield the records of a table, and findings about those that are not valid."""
        limit = FindingLimit(options.findings)
        found = list(self.blocks(file, options))
        yield from (each for each in found if isinstance(each, Finding))
        if groups := [each for each in found if isinstance(each, RowGroups)]:
            for item in self.read_blocks(file, groups, limit, options):
                yield item.finding if isinstance(item, Damage) else item
        yield from limit.rest()

    def blocks(self, file: File, options: ReadOptions) -> Iterator[RowGroups | Finding]:
        """Yield row groups of a table that are read together, and findings about the whole table.

        Raises:
            InputError: The file cannot be read.
        """
        file.check()
        found: list[RowGroups | Finding] = []
        try:
            with open_table(file.path) as parquet:
                version = table_version(parquet)
                columns = parquet.schema_arrow
                found += wrong_columns(self.record_type, file.name, columns, version)
                if not found:
                    if version is not CURRENT:
                        place, facts = Place(file.name, row=1), older(file, version)
                        found.append(
                            reading.OlderSchemaVersion.finding(place, facts, path="schema_version")
                        )
                    found += _row_groups(parquet.metadata, version, _BLOCKS * options.block)
        except _DAMAGED as error:
            found = [_damage(file, error).finding]
        yield from found

    def read_blocks(
        self, file: File, blocks: Sequence[RowGroups], limit: FindingLimit, options: ReadOptions
    ) -> Iterator[Item | Damage]:
        """Yield the records in consecutive row groups, and findings about those that are not valid;
        last, that the file is damaged.

        Raises:
            InputError: The file cannot be read.
        """
        file.check()
        version = VERSIONS[blocks[0].version]
        predicates = predicates_for(model_of(CURRENT, self.record_type))
        # Rows of an earlier version are upgraded one by one.
        one_by_one = options.validate_all or version is not CURRENT
        try:
            with open_table(file.path) as parquet:
                names = [
                    name for name in parquet.schema_arrow.names if not is_ignored(name, version)
                ]
                batches = (
                    batch
                    for each in blocks
                    for batch in parquet.iter_batches(
                        each.rows, row_groups=each.numbers, columns=names
                    )
                )
                number = blocks[0].first
                for batch, result in options.map(
                    partial(_validate_rows, predicates, one_by_one), batches
                ):
                    yield from self._records(file, limit, batch, number, result)
                    number += batch.num_rows
        except _DAMAGED as error:
            yield _damage(file, error)

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Yield the locations of values: the row, from 1."""
        for _, number, _ in wanted:
            yield Place(file.name, row=number + 1), None

    def _records(
        self,
        file: File,
        limit: FindingLimit,
        batch: pa.RecordBatch,
        first: int,
        result: FastPathResult,
    ) -> Iterator[Item]:
        """Yield the records of consecutive rows, and findings about those that are not valid."""
        for item in result.with_validated(partial(self._validated, file, limit, batch, first)):
            if isinstance(item, tuple):
                records, numbers = item
                yield Rows(self.record_type, file, records, counted(numbers, first))
            else:
                yield item

    def _validated(
        self, file: File, limit: FindingLimit, batch: pa.RecordBatch, first: int, index: int
    ) -> Iterator[Row | UnreadableRecord | Finding]:
        """Validate the record in a row with Pydantic; yield it, or findings."""
        place = Place(file.name, row=first + index + 1)
        try:
            (row,) = batch.slice(index, 1).to_pylist()
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            facts = {"byte": f"0x{byte:02X}"}
            yield from limit.list(reading.NotUtf8, lambda: reading.NotUtf8.finding(place, facts))
            return
        problems: list[Problem] = []
        if (version := version_of(row)) is None:
            named = {"found": str(row["schema_version"]), "supported": ", ".join(VERSIONS)}
            path = ("schema_version",)
            problems.append(Problem(reading.UnsupportedVersion, facts=named, path=path))
        elif (found := _not_finite(row)) is not None:
            problems.append(Problem(reading.NotFinite, facts={"found": str(found)}))
        else:
            result = validate(model_of(version, self.record_type), json.dumps(row))
            if not isinstance(result, list):
                yield version.to_current(self.record_type, result).model_dump()
                return
            problems = result
        for problem in problems:
            make = partial(problem.finding, row["id"], (place, None))
            yield from limit.list(problem.check, make)
        if row["id"] is not None:
            yield UnreadableRecord(self.record_type, row["id"])


def wrong_columns(
    record_type: RecordType, name: str, found: pa.Schema, version: SchemaVersion = CURRENT
) -> Iterator[Finding]:
    """Yield the finding that the columns of a file cannot hold records, if they cannot.

    Args:
        record_type: The type of the records.
        name: The name of the file.
        found: Its columns.
        version: The version of the schema that it follows.
    """
    expected = arrow_schema(version.models[record_type])
    names = Counter(name for name in found.names if not is_ignored(name, version))
    wrong = [f"{name} is missing" for name in expected.names if name not in names]
    wrong += [f"{name} is there {number} times" for name, number in names.items() if number > 1]
    for column in names:
        if column not in expected.names:
            wrong.append(f"{column} is unknown")
        elif names[column] == 1:
            wrong += differences(column, found.field(column).type, expected.field(column).type)
    if wrong:
        more = [f"and {len(wrong) - _MOST} more"] if len(wrong) > _MOST else []
        stated = "; ".join([*map(shorten, wrong[:_MOST]), *more])
        yield reading.WrongColumns.finding(Place(name), {"columns": stated})


def columns(path: Path) -> frozenset[str]:
    """Return the names of a table's columns; none if the file is not Parquet."""
    try:
        with open_table(path) as parquet:
            return frozenset(parquet.schema_arrow.names)
    except (OSError, pa.ArrowException):
        return frozenset()


def table_version(parquet: pq.ParquetFile) -> SchemaVersion:
    """Return the version of the schema that the first row of a table names, if it is known."""
    if "schema_version" in parquet.schema_arrow.names:
        for batch in parquet.iter_batches(1, columns=["schema_version"]):
            return version_of(batch.slice(0, 1).to_pylist()[0]) or CURRENT
    return CURRENT


def _validate_rows(
    predicates: ColumnPredicates, one_by_one: bool, batch: pa.RecordBatch
) -> FastPathResult:
    if one_by_one:
        return FastPathResult.all_undecided(predicates, np.arange(batch.num_rows))
    try:
        columns = [conformed(batch[each.name], each.type) for each in predicates.schema]
    except pa.ArrowInvalid:  # a value of another type: Pydantic reports which
        return FastPathResult.all_undecided(predicates, np.arange(batch.num_rows))
    return validate_rows(predicates, pa.RecordBatch.from_arrays(columns, predicates.schema.names))


def _row_groups(
    metadata: pq.FileMetaData, version: SchemaVersion, limit: int
) -> Iterator[RowGroups]:
    """Yield the row groups of a file, small ones together, with at most about ``limit`` bytes."""
    sizes = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    size = sum(int(group.total_byte_size) for group in sizes)
    # How many rows are validated at once.
    most = min(BATCH, limit * int(metadata.num_rows) // max(1, size) + 1)
    first = rows = 0
    numbers: list[int] = []
    for number, group in enumerate(sizes):
        numbers.append(number)
        rows += int(group.num_rows)
        if rows >= most or number == len(sizes) - 1:
            yield RowGroups(numbers, first, most, version.number)
            first, rows, numbers = first + rows, 0, []


def _damage(file: File, error: Exception) -> Damage:
    """Return what is wrong with a file of which no more can be read.

    Raises:
        InputError: The system cannot read it.
    """
    if isinstance(error, TooDeepError):
        return Damage(reading.TooDeep.finding(Place(file.name), {"limit": MAX_DEPTH}))
    if reason := getattr(error, "strerror", None):
        raise InputError(f"{file.name}: {reason}") from None
    lines = str(error).splitlines() or ["it is damaged"]
    facts = {"format": "Parquet", "problem": shorten(lines[0])}
    return Damage(reading.SyntaxError.finding(Place(file.name), facts))


def _not_finite(value: Json) -> float | None:
    if isinstance(value, float) and not math.isfinite(value):
        return value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for one in inside if (found := _not_finite(one)) is not None), None)
