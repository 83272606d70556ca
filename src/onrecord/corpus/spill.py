"""Buffer rows: the last ones in memory, those before them on disk."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onrecord.errors import OnrecordError
from onrecord.files import scratch

Rows = npt.NDArray[np.int64]

# Number of batches that are cached for access by row.
_NEAR = 8
# The most bytes of batches that are joined, except for the last one.
_TOGETHER = 128 * 2**20
# The most parts of a table that are sorted one by one.
_PARTS = 256


class BatchSource:
    """Rows of one schema in batches, which are computed again each time they are read.

    Args:
        schema: Their schema.
        make: Computes the batches, with at least the columns that it receives.
    """

    def __init__(
        self, schema: pa.Schema, make: Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
    ) -> None:
        self.schema = schema
        self._make = make

    @classmethod
    def of(cls, table: pa.Table) -> BatchSource:
        """Create a source of the rows of a table."""
        return cls(table.schema, lambda _: iter(table.to_batches()))

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches, with the given columns or all."""
        names = self.schema.names if columns is None else columns
        return (batch.select(names) for batch in self._make(names))

    def empty(self, columns: Sequence[str]) -> pa.Table:
        """Return a table with the given columns and no rows."""
        return _narrowed(self.schema, columns).empty_table()

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Load all rows into one table."""
        names = self.schema.names if columns is None else columns
        return pa.Table.from_batches(self.batches(names), _narrowed(self.schema, names))


class SpillBuffer(BatchSource):
    """Rows of one schema in the order in which they were added; what exceeds a limit is on disk.

    Args:
        schema: Their schema.
        limit: How many bytes are kept in memory.

    Attributes:
        num_rows: The number of rows.
        nbytes: Their size in bytes.
    """

    def __init__(self, schema: pa.Schema, limit: int) -> None:
        super().__init__(schema, self._all)
        self.num_rows = 0
        self.nbytes = 0
        self._limit = limit
        self._files: list[Path] = []
        # The file of each batch (the number after the last one means memory), and its index there.
        self._places: list[tuple[int, int]] = []
        self._ends: list[int] = []
        self._waiting: list[pa.RecordBatch] = []
        self._size = 0
        self._lock = Lock()
        self._near: dict[tuple[int, tuple[str, ...]], pa.RecordBatch] = {}

    @property
    def on_disk(self) -> bool:
        """Return whether any rows are on disk."""
        return bool(self._files)

    def append(self, batch: pa.RecordBatch) -> None:
        """Add rows at the end.

        Raises:
            OnrecordError: The disk is full.
        """
        if not batch.num_rows:
            return
        self._places.append((len(self._files), len(self._waiting)))
        self._waiting.append(batch)
        self._size += batch.nbytes
        self.nbytes += batch.nbytes
        self.num_rows += batch.num_rows
        self._ends.append(self.num_rows)
        if self._size > self._limit:
            self._write()

    def take(self, rows: Rows, columns: Sequence[str]) -> pa.Table:
        """Return the rows with the given numbers, in that order."""
        of = np.searchsorted(self._ends, rows, "right")
        wanted = np.unique(of)
        firsts = np.zeros(len(self._ends), np.int64)
        found, number = [], 0
        for at in wanted.tolist():
            batch = self._nearby(at, tuple(columns))
            firsts[at] = number - (self._ends[at] - batch.num_rows)
            number += batch.num_rows
            found.append(batch)
        some = pa.Table.from_batches(found, _narrowed(self.schema, columns))
        return some.take(pa.array(rows + firsts[of]))

    def in_order(
        self, order: Rows, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[Rows, pa.RecordBatch]]:
        """Yield all rows in another order, in batches, each with the numbers of its rows.

        Args:
            order: The numbers of all rows, in the requested order.
            columns: The columns; all by default.
        """
        # First, rows that will be near each other are collected.
        parts = min(int(self.nbytes // max(self._limit, 1)) + 1, _PARTS)
        size = -(-self.num_rows // parts)
        places = np.empty_like(order)
        places[order] = np.arange(len(order))
        schema = self.schema if columns is None else _narrowed(self.schema, columns)
        buffers = [SpillBuffer(schema, self._limit // parts) for _ in range(parts)]
        first = 0
        for batch in self.batches(columns):
            of = places[first : first + batch.num_rows] // size
            for part in np.unique(of).tolist():
                buffers[part].append(batch.filter(pa.array(of == part)))
            first += batch.num_rows
        for part, buffer in enumerate(buffers):
            rows = order[part * size : (part + 1) * size]
            # The part has its rows in their original order.
            own = pa.array(np.argsort(np.argsort(rows)))
            for batch in buffer.table().combine_chunks().take(own).combine_chunks().to_batches():
                yield rows, batch

    def _all(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for at in range(len(self._places)):
            yield self._batch(at, tuple(columns))

    def _nearby(self, at: int, columns: tuple[str, ...]) -> pa.RecordBatch:
        """Return a batch, from a cache of the ``_NEAR`` batches that were used last."""
        with self._lock:
            found = self._near.pop((at, columns), None)
            self._near[at, columns] = found = found or self._batch(at, columns)
            if len(self._near) > _NEAR:
                del self._near[next(iter(self._near))]
            return found

    def _batch(self, at: int, columns: tuple[str, ...]) -> pa.RecordBatch:
        file, number = self._places[at]
        if file == len(self._files):
            return self._waiting[number].select(columns)
        fields = [self.schema.get_field_index(name) for name in columns]
        options = pa.ipc.IpcReadOptions(included_fields=fields)
        with pa.OSFile(str(self._files[file])) as source:
            batch = pa.ipc.open_file(source, options=options).get_batch(number).select(columns)
        # A selection of columns keeps the memory of all; a copy does not.
        return pa.concat_batches([batch]) if len(columns) < len(self.schema) else batch

    def _write(self) -> None:
        """Write the batches that are in memory to disk."""
        try:
            path = self._folder / f"{len(self._files)}.arrow"
            with path.open("wb") as file, pa.ipc.new_file(file, self.schema) as writer:
                for batch in self._waiting:
                    writer.write_batch(batch)
        except OSError as error:
            raise OnrecordError(f"could not go on: {error.strerror or error}") from error
        self._files.append(path)
        self._waiting, self._size = [], 0

    @property
    def _folder(self) -> Path:
        """Create a temporary folder; it is removed when this buffer is no longer referenced."""
        if self._files:
            return self._files[0].parent
        folder = tempfile.mkdtemp(dir=scratch.folder())
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)


def _narrowed(schema: pa.Schema, columns: Sequence[str]) -> pa.Schema:
    return pa.schema([schema.field(name) for name in columns], schema.metadata)


def larger(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Join small batches into tables of at least ``rows`` rows or ``_TOGETHER`` bytes; the last one
    may be smaller.
    """
    waiting: list[pa.RecordBatch] = []
    number = size = 0
    for batch in batches:
        waiting.append(batch)
        number += batch.num_rows
        size += batch.nbytes
        if number >= rows or size >= _TOGETHER:
            yield pa.Table.from_batches(waiting)
            waiting = []
            number = size = 0
    if waiting:
        yield pa.Table.from_batches(waiting)
