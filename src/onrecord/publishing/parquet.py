"""Write the tables of records of a publication as Arrow and as Parquet.

The bytes depend on the records alone: rows are in reading order, the borders of row groups depend
on the rows, and nothing depends on the machine or the time. Of the environment, a file contains
only the name and version of the Parquet writer, as the format requires. Words that rights withhold
are never written, whatever validation ignores.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.batch_source import ascend
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.derived import derive, schema
from onrecord.publishing.background import Background, joined
from onrecord.publishing.order import (
    Arranging,
    article_column,
    places,
    places_of_claims,
    rests_on_quotes,
)
from onrecord.publishing.shards import Group, ShardWriter
from onrecord.publishing.splits import SINGLE, Division
from onrecord.publishing.summary import Summary
from onrecord.readers.bulk.blocks import Numbers
from onrecord.rights.tables import Levels, PassedOn, allowed, levels_of, same_level
from onrecord.schema import RECORD_TYPES, RecordType


def table(corpus: Corpus, record_type: RecordType) -> pa.Table:
    """Return a published table in memory."""
    found = [_published(record_type, one) for one in _in_order(PassedOn(corpus), record_type)]
    return pa.Table.from_batches(found, schema(record_type))


def in_reading_order(
    records: PassedOn, folder: Path, record_type: RecordType, splits: Division | None = None
) -> None:
    """Write a table of a folder again, unless its records are in reading order.

    Args:
        records: The records, which were read from the tables of the folder.
        folder: The folder.
        record_type: The type of the records.
        splits: The splits of their articles; None if there is only one.
    """
    ids = records.corpus.table(record_type, ["id"])["id"]
    names = sorted(splits.names) if splits else (SINGLE,)
    ordered = [
        batch["id"] for name in names for batch in _of_split(records, record_type, splits, name)
    ]
    if pa.chunked_array(ordered, ids.type).equals(ids):
        return
    column = article_column(record_type)
    for name in names:
        for path in folder.glob(f"{record_type}s-{name}-*.parquet"):
            path.unlink()
        writer = ShardWriter(folder, f"{record_type}s", name, schema(record_type), column)
        try:
            for batch in _of_split(records, record_type, splits, name):
                _write_groups(writer, writer.borders.fill(_published(record_type, batch)))
            _write_groups(writer, writer.borders.rest())
        finally:
            writer.close()


def _of_split(
    records: PassedOn, record_type: RecordType, splits: Division | None, name: str
) -> Iterator[pa.RecordBatch]:
    """Yield the records of a split in reading order."""
    for batch in _in_order(records, record_type):
        if splits is None:
            yield batch
        else:
            of = splits.of(batch[article_column(record_type)])
            yield batch.filter(pc.equal(of, name))


def _write_groups(writer: ShardWriter, groups: Iterator[Group]) -> None:
    for group in groups:
        writer.write(joined(group.records), is_last=group.is_last)


def empty_table(folder: Path, record_type: RecordType, split: str = SINGLE) -> None:
    """Write a table without records, for a split."""
    column = article_column(record_type)
    ShardWriter(folder, f"{record_type}s", split, schema(record_type), column).close(empty=True)


def _published(record_type: RecordType, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Add the derived columns to records, of many row groups at once."""
    columns = [*batch.columns, *derive(record_type, batch)]
    return pa.RecordBatch.from_arrays(columns, schema=schema(record_type))


def _in_order(records: PassedOn, record_type: RecordType) -> Iterator[pa.RecordBatch]:
    """Yield all records in reading order."""
    of_claims = places_of_claims(records.corpus) if record_type == "claim" else None
    arranging = Arranging(record_type)
    for rows, batch in _by_article(records, record_type):
        at = places(record_type, batch) if of_claims is None else of_claims[rows]
        yield from arranging.add(batch, at)
    yield from arranging.rest()


def _by_article(
    records: PassedOn, record_type: RecordType
) -> Iterator[tuple[Numbers, pa.RecordBatch]]:
    """Yield all records in the order of their articles' ids, with their row numbers."""
    column = article_column(record_type)
    found = (batch[column] for _, batch in records.corpus.parts(record_type, [column]))
    if not ascend(found, strictly=False):
        articles = records.corpus.table(record_type, [column])[column]
        order = pc.sort_indices(articles).to_numpy().astype(np.int64)
        yield from records.in_order(record_type, order)
        return
    first = 0
    for batch in records.batches(record_type):
        yield np.arange(first, first + len(batch)), batch
        first += len(batch)


class Writing:
    """Write the tables of records while these are read.

    A thread writes each row group as soon as it is complete. If records do not arrive in the order
    of their articles' ids, or claims take their place from quotes, or other words must be withheld
    than those of the rights read so far, or the records are divided into splits, the table is
    written at the end.

    Args:
        folder: The folder for the tables.
        at_once: Whether to write while reading; not if there will be several splits.
        summarise: Whether to summarise what is written.

    Attributes:
        background: Writes the row groups.
    """

    def __init__(self, folder: Path, *, at_once: bool = True, summarise: bool = True) -> None:
        self._folder = folder
        self.background = Background()
        self._summarise = summarise
        self._summaries: dict[str, Summary] = {}
        self._tables = {each: _Table(each, self._writer(each, SINGLE)) for each in RECORD_TYPES}
        if not at_once:
            for table in self._tables.values():
                table.in_order = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.background.__exit__()

    def add(self, record_type: RecordType, records: pa.RecordBatch) -> None:
        """Add records in the order in which they are read."""
        table = self._tables[record_type]
        if table.follows(records):
            levels = self._assumed(record_type, records)
            table.levels.append(levels)
            records = allowed(record_type, records, levels)
            for batch in table.arranging.add(records, places(record_type, records)):
                self._fill(table, batch)

    def _assumed(self, record_type: RecordType, records: pa.RecordBatch) -> Levels:
        """Return what rights probably allow, since articles that belong to the records, or have the
        same id, may not be read yet.
        """
        if record_type == "article":
            return levels_of(records)
        known = bool(self._tables["article"].levels)
        return same_level("full" if known else "none", len(records))

    def finish(self, records: PassedOn, splits: Division | None = None) -> dict[str, Summary]:
        """Write everything that is not yet written, given all records that were read.

        Returns summaries of the tables whose rows were written in the order of their files.

        Args:
            records: All records.
            splits: The splits of their articles; None if there is only one.
        """
        for record_type, table in self._tables.items():
            levels = np.concatenate([np.zeros(0, np.int8), *table.levels])
            if splits or not table.in_order or not records.agrees(record_type, levels):
                self._write_again(records, record_type, splits)
            else:
                for batch in table.arranging.rest():
                    self._fill(table, batch)
                self.background.write(table.writer, table.writer.borders.rest())
                self.background.wait()
                table.writer.close(empty=True)
        return self._summaries

    def _writer(self, record_type: RecordType, split: str, *, is_only: bool = True) -> ShardWriter:
        name, column = f"{record_type}s", article_column(record_type)
        summary = None
        if self._summarise and is_only:
            summary = self._summaries[name] = Summary(name)
        writer = ShardWriter(self._folder, name, split, schema(record_type), column, summary)
        return self.background.add(writer)

    def _write_again(
        self, records: PassedOn, record_type: RecordType, splits: Division | None
    ) -> None:
        """Write a table whose records could not be written in the order of reading."""
        self.background.wait()
        self._tables[record_type].writer.remove()
        self._summaries.pop(f"{record_type}s", None)
        names = splits.names if splits else (SINGLE,)
        is_only = len(names) == 1
        tables = [
            _Table(record_type, self._writer(record_type, name, is_only=is_only)) for name in names
        ]
        column = article_column(record_type)
        for batch in _in_order(records, record_type):
            of = splits.of(batch[column]) if splits else None
            for name, table in zip(names, tables, strict=True):
                part = batch if of is None else batch.filter(pc.equal(of, name))
                self._fill(table, part)
        for table in tables:
            self.background.write(table.writer, table.writer.borders.rest())
        self.background.wait()
        for number, table in enumerate(tables):
            # A split without records has no files, but a table without any has one.
            table.writer.close(empty=not number and not records.number(record_type))

    def _fill(self, table: _Table, batch: pa.RecordBatch) -> None:
        """Add sorted records to a table, and write the row groups that are now complete."""
        published = _published(table.record_type, batch)
        self.background.write(table.writer, table.writer.borders.fill(published))


class _Table:
    """Hold the state of a table that is being written.

    Attributes:
        record_type: The type of its records.
        writer: Writes its files.
        arranging: Sorts the records of each article.
        in_order: Whether all records so far could be written in the order of reading.
        levels: What rights were assumed to allow, for the records so far.
    """

    def __init__(self, record_type: RecordType, writer: ShardWriter) -> None:
        self.record_type: RecordType = record_type
        self.writer = writer
        self.arranging = Arranging(record_type)
        self.in_order = True
        self.levels: list[Levels] = []
        self._last = ""

    def follows(self, records: pa.RecordBatch) -> bool:
        """Return whether records can be written after those before."""
        articles = records[article_column(self.record_type)]
        if self.in_order and len(articles):
            self.in_order = (
                articles[0].as_py() >= self._last
                and ascend([articles], strictly=False)
                and not (self.record_type == "claim" and rests_on_quotes(records))
            )
            self._last = articles[-1].as_py()
        return self.in_order
