"""Write the files of a table, cut so that a change of a few records changes few bytes.

Row groups and files end after articles that are chosen by a digest of their ids, and not after a
number of rows: where records are inserted, the borders around them stay where they were, and what
lies beyond them is written as the same bytes. An article ends its row group with a probability in
proportion to its size, so that row groups have the same size on average whatever the corpus.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onrecord.readers.naming import PartName

# The mean size of row groups and of files in bytes before compression, where a row counts as
# ROW_BYTES plus its long texts. Sizes are between a quarter and four times the mean.
# The Hub's viewer reads a whole row group to show one of its rows.
GROUP_BYTES = 2 * 2**20
FILE_BYTES = 64 * 2**20
ROW_BYTES = 2 * 2**10
SPREAD = 4
# Columns whose texts may be long.
_LONG = ("text", "context")
# Sizes of pages in bytes, which end at borders that depend on the values as well.
_PAGES = {"min_chunk_size": 16 * 2**10, "max_chunk_size": 128 * 2**10, "norm_level": 0}


class Group(NamedTuple):
    """The records of a row group, and whether it is the last one of its file."""

    records: list[pa.RecordBatch]
    is_last: bool


class Borders:
    """Divides records, sorted by article, into row groups and files.

    Args:
        column: The column with the id of the article.
    """

    def __init__(self, column: str) -> None:
        self._column = column
        self._records: list[pa.RecordBatch] = []
        self._article = ""
        # The sizes so far of the article, the row group and the file.
        self._of_article = self._of_group = self._of_file = 0

    def fill(self, records: pa.RecordBatch) -> Iterator[Group]:
        """Add records; yield the row groups that are now complete."""
        ends = np.concatenate([[0], np.cumsum(_sizes(records))])
        first = 0
        for start, stop, article in _runs(records[self._column]):
            at = start
            if article != self._article:
                if self._ends_group():
                    self._keep(records, first, at)
                    yield self._complete()
                    first = at
                self._article, self._of_article = article, 0
            # A row group that became too large ends inside its article.
            most = SPREAD * GROUP_BYTES
            while self._of_group + ends[stop] - ends[at] > most:
                cut = int(np.searchsorted(ends, ends[at] + most - self._of_group, "right")) - 1
                cut = min(max(cut, at + (not self._of_group)), stop)
                self._add(int(ends[cut] - ends[at]))
                self._keep(records, first, cut)
                yield self._complete()
                first = at = cut
            self._add(int(ends[stop] - ends[at]))
        self._keep(records, first, len(records))

    def rest(self) -> Iterator[Group]:
        """Yield the last row group, if any records are left."""
        if self._records:
            yield self._complete()

    def _add(self, size: int) -> None:
        self._of_article += size
        self._of_group += size

    def _keep(self, records: pa.RecordBatch, start: int, stop: int) -> None:
        if stop > start:
            self._records.append(records.slice(start, stop - start))

    def _ends_group(self) -> bool:
        """Return whether the row group ends after the current article, which is complete."""
        if self._of_group < GROUP_BYTES // SPREAD:
            return False
        return _fraction(self._article, "group") < self._of_article / GROUP_BYTES

    def _complete(self) -> Group:
        self._of_file += self._of_group
        ends = self._of_file >= FILE_BYTES // SPREAD and (
            _fraction(self._article, "file") < self._of_group / FILE_BYTES
            or self._of_file >= SPREAD * FILE_BYTES
        )
        group = Group(self._records, ends)
        self._records, self._of_group = [], 0
        if ends:
            self._of_file = 0
        return group


def _sizes(records: pa.RecordBatch) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return what each record counts, in bytes."""
    sizes = np.full(len(records), ROW_BYTES, np.int64)
    for name in records.schema.names:
        if name in _LONG and pa.types.is_string(records.schema.field(name).type):
            sizes += pc.fill_null(pc.binary_length(records[name]), 0).to_numpy()
    return sizes


def _runs(articles: pa.Array) -> Iterator[tuple[int, int, str]]:
    """Yield the first row, the row after the last one, and the id of each article."""
    if len(articles):
        borders = np.flatnonzero(np.asarray(pc.not_equal(articles[:-1], articles[1:]))) + 1
        starts = [0, *borders.tolist()]
        ids = articles.take(pa.array(starts)).to_pylist()
        yield from zip(starts, [*starts[1:], len(articles)], ids, strict=True)


def _fraction(article: str, what: str) -> float:
    """Return a number from 0 to 1 that depends on an article's id as if it were random."""
    digest = hashlib.blake2b(article.encode(), digest_size=8, person=what.encode()).digest()
    return int.from_bytes(digest) / 2**64


class ShardWriter:
    """Writes the files of one table and split.

    Args:
        folder: The folder for them.
        table: The name of the table.
        split: The split.
        schema: The schema of the files.
        column: The column with the id of the article, by which the records are sorted.

    Attributes:
        borders: Divides records into what `write` receives.
    """

    def __init__(
        self, folder: Path, table: str, split: str, schema: pa.Schema, column: str
    ) -> None:
        self.borders = Borders(column)
        self._folder, self._name = folder, PartName(table, split, 0)
        self._schema, self._column = schema, column
        self._files: list[Path] = []
        self._writer: pq.ParquetWriter | None = None

    def write(self, records: pa.RecordBatch, *, is_last: bool = False) -> None:
        """Write a row group, which may be the last one of its file."""
        writer = self._writer or self._open()
        writer.write_table(pa.Table.from_batches([records]), row_group_size=len(records))
        if is_last:
            self._end()

    def write_all(self, groups: Iterator[Group]) -> None:
        """Write row groups."""
        for group in groups:
            self.write(pa.concat_batches(group.records), is_last=group.is_last)

    def close(self, *, empty: bool = False) -> None:
        """Write the end of the last file.

        If that is interrupted, the file stays open and this may be called again.

        Args:
            empty: Whether to write a file without rows if there is none.
        """
        if empty and not self._files:
            self._open()
        self._end()

    def remove(self) -> None:
        """Remove the files."""
        self._end()
        for path in self._files:
            path.unlink()

    def _open(self) -> pq.ParquetWriter:
        """Open the next file."""
        path = self._folder / str(self._name._replace(number=len(self._files)))
        # The file is opened by Python, so that errors have the messages of the system.
        self._file = path.open("wb")
        self._files.append(path)
        self._writer = pq.ParquetWriter(
            self._file,
            self._schema,
            compression="zstd",
            use_dictionary=True,
            write_statistics=True,
            write_page_index=True,
            use_content_defined_chunking=_PAGES,
            store_schema=True,
            sorting_columns=pq.SortingColumn.from_ordering(
                self._schema, [(self._column, "ascending")]
            ),
        )
        return self._writer

    def _end(self) -> None:
        """Write the end of the current file, if there is one.

        A writer that still has something to write would abort the process if its file were closed.
        """
        if self._writer is None:
            return
        try:
            self._writer.close()
        except Exception:  # such as a full disk
            self._file.close()
            self._writer = None
            raise
        self._file.close()
        self._writer = None
