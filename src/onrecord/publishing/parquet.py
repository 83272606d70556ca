"""Write the tables of a publication as Arrow and as Parquet.

The bytes depend on the records alone: rows are in reading order, the borders of row groups depend
on the rows, and nothing depends on the machine or the time. Of the environment, a file contains
only the name and version of the Parquet writer, as the format requires. Words that rights withhold
are never written, whatever validation ignores.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.derived import derive, schema
from onrecord.corpus.tables import ascend
from onrecord.publishing.order import (
    Arranging,
    article_column,
    places,
    places_of_claims,
    rests_on_quotes,
)
from onrecord.readers.bulk.blocks import Numbers
from onrecord.readers.naming import PartName
from onrecord.rights.tables import PassedOn
from onrecord.schema import RECORD_TYPES, RecordType

# A row group is complete at this size in bytes; a row counts as ROW_BYTES plus its text.
GROUP_BYTES = 128 * 2**20
ROW_BYTES = 2 * 2**10


def table(corpus: Corpus, record_type: RecordType) -> pa.Table:
    """Return a published table in memory."""
    groups = _Groups()
    ordered = _in_order(PassedOn(corpus), record_type)
    parts = [part for batch in ordered for part in groups.fill(batch)]
    found = [_published(record_type, part) for part in (*parts, groups.rest) if part]
    return pa.Table.from_batches(found, schema(record_type))


class _Groups:
    """Divides sorted records into row groups.

    Attributes:
        rest: The records of the last, incomplete group.
    """

    def __init__(self) -> None:
        self.rest: list[pa.RecordBatch] = []
        # The size of all records so far, and the number of the current row group.
        self._size = self._number = 0

    def fill(self, records: pa.RecordBatch) -> Iterator[list[pa.RecordBatch]]:
        """Add records; yield the row groups that are now complete."""
        sizes = np.full(len(records), ROW_BYTES)
        if "text" in records.schema.names:
            sizes += pc.fill_null(pc.binary_length(records["text"]), 0).to_numpy()
        ends = self._size + np.cumsum(sizes)
        numbers = (ends - sizes) // GROUP_BYTES
        for start, stop in pairwise([0, *(np.flatnonzero(np.diff(numbers)) + 1), len(records)]):
            if numbers[start] != self._number:
                yield self.rest
                self.rest = []
            self.rest.append(records.slice(start, stop - start))
            self._size, self._number = int(ends[stop - 1]), int(numbers[start])


def _published(record_type: RecordType, records: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Join batches of records into one, with the derived columns."""
    batch = pa.concat_batches(records)
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
    articles = records.corpus.table(record_type, [column])[column]
    if not ascend(articles.chunks, strictly=False):
        order = pc.sort_indices(articles).to_numpy().astype(np.int64)
        yield from records.in_order(record_type, order)
        return
    first = 0
    for batch in records.batches(record_type):
        yield np.arange(first, first + len(batch)), batch
        first += len(batch)


class Writing:
    """Writes the tables of a publication while the records are read.

    A thread writes each row group as soon as it is complete. If records do not arrive in the order
    of their articles' ids, or claims take their place from quotes, or words must be withheld, the
    table is written at the end.

    Args:
        folder: The folder for the tables.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool = ThreadPoolExecutor(1)
        # Held while a row group is written. The pool alone does not know: a call that is interrupted
        # while it submits a task loses the task, which runs all the same.
        self._writing = Lock()
        self._ended = False
        self._under_way: deque[Future[None]] = deque()
        self._tables = {each: _Table(self._folder, each) for each in RECORD_TYPES}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        with self._writing:  # until the row group that is being written is complete
            for table in self._tables.values():
                with suppress(OSError):  # already reported, if it matters
                    table.close()
        self._pool.shutdown(cancel_futures=True)

    def add(self, record_type: RecordType, records: pa.RecordBatch) -> None:
        """Add records in the order in which they are read."""
        table = self._tables[record_type]
        if table.follows(records):
            self._write_all(table, table.arranging.add(records, places(record_type, records)))

    def finish(self, records: PassedOn) -> None:
        """Write everything that is not yet written, given all records that were read."""
        for record_type in RECORD_TYPES:
            if not self._tables[record_type].in_order or records.withholds(record_type):
                self._write_again(records, record_type)
        for table in self._tables.values():
            self._write_all(table, table.arranging.rest())
            self._write(table, [table.groups.rest])
        self._wait(0)
        for table in self._tables.values():
            table.close()

    def _write_again(self, records: PassedOn, record_type: RecordType) -> None:
        """Write a table again whose records could not be written in the order of reading."""
        self._wait(0)
        self._tables[record_type].close()
        self._tables[record_type] = table = _Table(self._folder, record_type)
        self._write_all(table, _in_order(records, record_type))

    def _write_all(self, table: _Table, batches: Iterable[pa.RecordBatch]) -> None:
        for batch in batches:
            self._write(table, table.groups.fill(batch))

    def _write(self, table: _Table, groups: Iterable[list[pa.RecordBatch]]) -> None:
        for group in groups:
            self._under_way.append(self._pool.submit(self._write_group, table, group))
            self._wait(1)

    def _write_group(self, table: _Table, group: list[pa.RecordBatch]) -> None:
        with self._writing:
            if not self._ended:
                table.write(group)

    def _wait(self, number: int) -> None:
        """Wait until at most ``number`` row groups are still being written."""
        while len(self._under_way) > number:
            self._under_way.popleft().result()


class _Table:
    """A table that is being written.

    Attributes:
        groups: The row group that is being filled.
        arranging: Sorts the records of each article.
        in_order: Whether all records so far could be written in the order of reading.
    """

    def __init__(self, folder: Path, record_type: RecordType) -> None:
        self.groups = _Groups()
        self.arranging = Arranging(record_type)
        self.in_order = True
        self._last = ""
        self._record_type = record_type
        # The file is opened by Python, so that errors have the messages of the system.
        self._file = (folder / file_name(record_type)).open("wb")
        self._writer = _writer(self._file, record_type)

    def follows(self, records: pa.RecordBatch) -> bool:
        """Return whether records can be written after those before."""
        articles = records[article_column(self._record_type)]
        if self.in_order and len(articles):
            self.in_order = (
                articles[0].as_py() >= self._last
                and ascend([articles], strictly=False)
                and not (self._record_type == "claim" and rests_on_quotes(records))
            )
            self._last = articles[-1].as_py()
        return self.in_order

    def write(self, records: list[pa.RecordBatch]) -> None:
        """Write a row group."""
        if records:
            group = _published(self._record_type, records)
            self._writer.write_table(pa.Table.from_batches([group]), row_group_size=len(group))

    def close(self) -> None:
        """Write the end of the file and close it.

        If that is interrupted, the file stays open and this may be called again: a writer that still
        has something to write would abort the process if its file were closed.
        """
        if not self._file.closed:
            try:
                self._writer.close()
            except Exception:  # such as a full disk
                self._file.close()
                raise
            self._file.close()


def file_name(record_type: RecordType, split: str = "train", number: int = 0) -> str:
    """Return the file name of a part of a table."""
    return str(PartName(f"{record_type}s", split, number))


def _writer(file: object, record_type: RecordType) -> pq.ParquetWriter:
    columns = schema(record_type)
    return pq.ParquetWriter(
        file,
        columns,
        compression="zstd",
        use_dictionary=True,
        write_statistics=True,
        write_page_index=True,
        use_content_defined_chunking=True,
        store_schema=True,
        sorting_columns=pq.SortingColumn.from_ordering(
            columns, [(article_column(record_type), "ascending")]
        ),
    )
