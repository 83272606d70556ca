"""Write the files of a table, cut so that a change of a few records changes few bytes.

Row groups end after articles whose ids have the least digest of all articles within a distance, and
not after a number of rows: whether there is a border depends on what is near it and on nothing
else. So where records are inserted, the borders around them stay where they were, and what lies
beyond them is written as the same bytes. One in so many of these articles also ends its file.

What else changes is the rest of the row group with the records and the footer of its file. So files
are small, and footers too: they have statistics of columns that queries compare with a value, not
of nested columns and not of words, whose least and greatest values help nobody. Pages end after so
many bytes. The writer's own content-defined chunking is not used: what it remembers passes from one
row group to the next, so that in small columns the pages of row groups behind the change move.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onrecord.publishing.summary import Summary
from onrecord.readers.naming import PartName

# The mean size of row groups and of the first file in bytes before compression, where a row counts
# as ROW_BYTES plus its long texts. Row groups have half the mean at least; files a quarter, and four
# times the mean at most. The Hub's viewer reads a whole row group to show one of its rows.
GROUP_BYTES = 2**19
FILE_BYTES = 4 * 2**20
ROW_BYTES = 2**9
SPREAD = 4
# After so many files their mean size has doubled, so that large corpora do not have too many.
DOUBLING = 16
PAGE_BYTES = 64 * 2**10
# Columns whose texts may be long.
_LONG = ("text", "context")
# Names of columns, on any level, whose values are from a short list. In row groups of this size, only
# these are smaller with a dictionary, and no smaller if they are compressed as well.
_LISTED = {
    *("record_type", "schema_version", "language", "license", "redistribute", "method", "status"),
    *("type", "attribution", "medium", "kind", "reference", "quoted", "first"),
    *("voice", "checkable", "rating", "stance", "reviewer", "quotes", "claims"),
}
# Flat columns that hold words or digests, with which nobody compares by order.
_UNORDERED = {"text", "context", "quote", "text_sha256", "fingerprint", "title"}


class Group(NamedTuple):
    """Hold the records of a row group, and whether it is the last one of its file."""

    records: list[pa.RecordBatch]
    is_last: bool


class _End(NamedTuple):
    """Describe the end of an article: its id, the number of rows and bytes so far, the digest of
    its id, and whether that is the least of all ends within the distance before it.
    """

    article: str
    row: int
    size: int
    digest: float
    is_least: bool


class Borders:
    """Divide records, sorted by article, into row groups and files.

    Args:
        column: The column with the id of the article.
    """

    def __init__(self, column: str) -> None:
        self._column = column
        self._records: list[pa.RecordBatch] = []
        self._article = ""
        # The rows and bytes so far, and the bytes before the article, or before the rest of it.
        self._rows = self._size = self._begin = 0
        # The ends that may turn out to have the least digest, in ascending order of digests too. The
        # beginning is a border.
        self._ends = deque([_End("", 0, 0, -1.0, False)])
        # The last border, the size of the file, and the number of files before it.
        self._row, self._border, self._of_file, self._files = 0, 0, 0, 0

    def fill(self, records: pa.RecordBatch) -> Iterator[Group]:
        """Add records; yield the row groups that are now complete."""
        ends = self._size + np.concatenate([[0], np.cumsum(_sizes(records))])
        before = self._rows
        self._records.append(records)
        for start, stop, article in _runs(records[self._column]):
            if article != self._article:
                yield from self._end_article(before + start, int(ends[start]))
                self._article, self._begin = article, int(ends[start])
            # An article that is too large has borders inside, at distances from its beginning.
            while ends[stop] - self._begin > SPREAD * GROUP_BYTES:
                most = np.searchsorted(ends, self._begin + SPREAD * GROUP_BYTES, "right")
                at = int(most) - 1
                at += bool(ends[at] <= self._begin)  # at least one row
                self._begin = int(ends[at])
                yield from self._known(self._begin)
                yield self._complete(article, before + at, self._begin)
        self._rows, self._size = before + len(records), int(ends[-1])

    def rest(self) -> Iterator[Group]:
        """Yield the last row group, if any records are left."""
        if self._rows > self._row:
            yield self._complete(self._article, self._rows, self._size)

    def _end_article(self, row: int, size: int) -> Iterator[Group]:
        """Note the end of the current article; yield the row groups that are now complete."""
        yield from self._known(size)
        digest = _fraction(self._article, "group")
        while self._ends and self._ends[-1].digest >= digest:
            self._ends.pop()
        self._ends.append(_End(self._article, row, size, digest, not self._ends))

    def _known(self, size: int) -> Iterator[Group]:
        """Yield the row group up to a border, if there is none with a lesser digest up to a size."""
        while self._ends and size - self._ends[0].size >= GROUP_BYTES // 2:
            end = self._ends.popleft()
            if end.is_least and end.row > self._row:
                yield self._complete(end.article, end.row, end.size)

    def _complete(self, article: str, row: int, size: int) -> Group:
        """Return the records up to a border."""
        records, wanted = [], row - self._row
        while wanted:
            first = self._records[0]
            records.append(first.slice(0, wanted))
            if len(first) > wanted:
                self._records[0] = first.slice(wanted)
            else:
                del self._records[0]
            wanted -= len(records[-1])
        self._of_file += size - self._border
        self._row, self._border = row, size
        mean = FILE_BYTES * (1 + self._files / DOUBLING)
        ends = self._of_file >= mean / SPREAD and (
            _fraction(article, "file") < GROUP_BYTES / mean or self._of_file >= SPREAD * mean
        )
        if ends:
            self._of_file = 0
            self._files += 1
        return Group(records, ends)


def _sizes(records: pa.RecordBatch) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the size of each record, in bytes, by which row groups are divided."""
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


def stored_paths(schema: pa.Schema) -> list[str]:
    """Return the paths of the columns that Parquet stores."""
    columns = _empty_file(schema).schema
    return [columns.column(at).path for at in range(len(columns))]


def stored_fields(schema: pa.Schema, names: Sequence[str]) -> tuple[list[str], pa.Schema]:
    """Return the paths of some columns that Parquet stores, and the schema of what these hold.

    Args:
        schema: The schema of a table.
        names: Its columns, or fields of them, such as ``cue.start``.
    """
    paths = [
        path
        for path in stored_paths(schema)
        if any(f"{path.replace('.list.element', '')}.".startswith(f"{name}.") for name in names)
    ]
    return paths, _empty_file(schema).read(paths).schema


def _empty_file(schema: pa.Schema) -> pq.ParquetFile:
    with pa.BufferOutputStream() as stream:
        pq.write_table(schema.empty_table(), stream)
        return pq.ParquetFile(stream.getvalue())


def _name(path: str) -> str:
    return path.rpartition(".")[2]


class ShardWriter:
    """Write the files of one table and split.

    Args:
        folder: The folder for them.
        table: The name of the table.
        split: The split.
        schema: The schema of the files.
        column: The column with the id of the article, by which the records are sorted.
        summary: What to add the records to.

    Attributes:
        borders: Divides records into what `write` receives.
    """

    def __init__(
        self,
        folder: Path,
        table: str,
        split: str,
        schema: pa.Schema,
        column: str,
        summary: Summary | None = None,
    ) -> None:
        self.borders = Borders(column)
        self._folder, self._name = folder, PartName(table, split, 0)
        self._schema, self._column, self._summary = schema, column, summary
        self._columns = stored_paths(schema)
        self._files: list[Path] = []
        self._writer: pq.ParquetWriter | None = None

    def write(self, records: pa.RecordBatch, *, is_last: bool = False) -> None:
        """Write a row group, which may be the last one of its file."""
        writer = self._writer or self._open()
        writer.write_table(pa.Table.from_batches([records]), row_group_size=len(records))
        if self._summary:
            self._summary.add(records, self._name.split)
        if is_last:
            self._end()

    def close(self, *, empty: bool = False) -> None:
        """Write the end of the last file.

        If that is interrupted, the file stays open and this may be called again.

        Args:
            empty: Whether to write a file without rows if there is none.
        """
        if empty and not self._files:
            self._open()
        self._end()
        if self._summary:
            self._summary.end()

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
            compression={one: "none" if _name(one) in _LISTED else "zstd" for one in self._columns},
            use_dictionary=[one for one in self._columns if _name(one) in _LISTED],
            write_statistics=[
                one for one in self._columns if "." not in one and one not in _UNORDERED
            ],
            write_page_index=True,
            data_page_size=PAGE_BYTES,
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
