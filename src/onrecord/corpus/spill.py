"""Buffer rows: the last ones in memory, those before them on disk."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onrecord.corpus.batch_source import BatchSource, narrowed
from onrecord.files import scratch

Rows = npt.NDArray[np.int64]

# Number of batches that are cached for access by row.
_NEAR = 8
# Rows that are near each other, and so are sorted together.
_NEARLY = 8192
# Bytes of rows that are sorted together if any may be anywhere; the most parts that are sorted so.
_SORTED = 16 * 2**20
MOST_PARTS = 256
# How files of rows are compressed: they are read several times, and Zstandard takes longer to read.
_PACKED = pa.ipc.IpcWriteOptions(compression="lz4")


class _Place(NamedTuple):
    """Say where rows are: the number of their file (that after the last file means memory), of the
    batch in it, and of the first of the rows; and how many they are.
    """

    file: int
    batch: int
    first: int
    length: int


class Stored(NamedTuple):
    """Name a file with rows, with the numbers of rows in its batches, and their bytes in memory."""

    path: Path
    lengths: Sequence[int]
    nbytes: int


class SpillBuffer(BatchSource):
    """Hold rows of one schema in the order in which they were added; the oldest spill to disk.

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
        self._places: list[_Place] = []
        self._ends: list[int] = []
        self._waiting: list[pa.RecordBatch] = []
        self._size = 0
        self._lock = Lock()
        self._given = 0
        # Of which this is a slice.
        self._whole: SpillBuffer | None = None
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
        self._places.append(_Place(len(self._files), len(self._waiting), 0, batch.num_rows))
        self._waiting.append(batch)
        self._size += batch.nbytes
        self.nbytes += batch.nbytes
        self.num_rows += batch.num_rows
        self._ends.append(self.num_rows)
        if self._size > self._limit:
            self._write()

    def new_path(self) -> Path:
        """Return the path of a new file in the folder, for rows that another process will store."""
        self._given += 1
        return self._folder / f"given-{self._given}.arrow"

    def append_stored(self, stored: Stored) -> None:
        """Add the rows of a file at a path from `new_path` at the end."""
        self.to_disk()
        for number, length in enumerate(stored.lengths):
            self._places.append(_Place(len(self._files), number, 0, length))
            self.num_rows += length
            self._ends.append(self.num_rows)
        self.nbytes += stored.nbytes
        self._files.append(stored.path)

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
        some = pa.Table.from_batches(found, narrowed(self.schema, columns))
        own = rows + firsts[of]
        if (np.diff(own) == 1).all():  # nothing is copied
            return some.slice(own[0] if len(own) else 0, len(own))
        return some.take(pa.array(own))

    def in_order(
        self, order: Rows, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[Rows, pa.RecordBatch]]:
        """Yield all rows in another order, in batches, each with the numbers of its rows.

        Args:
            order: The numbers of all rows, in the requested order.
            columns: The columns; all by default.
        """
        # No row before one of these places is requested behind it.
        ends = np.flatnonzero(np.maximum.accumulate(order) == np.arange(len(order))) + 1
        if np.diff(ends, prepend=0).max(initial=0) <= _NEARLY:
            yield from self._nearly_in_order(order, ends, columns)
            return
        # First, rows that will be near each other are collected.
        parts = min(int(self.nbytes // max(min(self._limit, _SORTED), 1)) + 1, MOST_PARTS)
        size = -(-self.num_rows // parts)
        places = np.empty_like(order)
        places[order] = np.arange(len(order))
        buffers = deque(self.distributed(places // size, parts, columns))
        for first in range(0, self.num_rows, size):
            rows = order[first : first + size]
            # The part has its rows in their original order.
            own = pa.array(np.argsort(np.argsort(rows)))
            some = buffers.popleft().table().combine_chunks().take(own).combine_chunks()
            for batch in some.to_batches():
                yield rows, batch

    def _nearly_in_order(
        self, order: Rows, ends: Rows, columns: Sequence[str] | None
    ) -> Iterator[tuple[Rows, pa.RecordBatch]]:
        """Yield all rows in an order in which each is near its place, as `in_order` does."""
        first = read = 0
        waiting: list[pa.RecordBatch] = []
        for batch in self.batches(columns):
            waiting.append(batch)
            read += batch.num_rows
            while waiting:
                near = np.searchsorted(ends, min(read, first + _NEARLY), "right")
                end = int(ends[near - 1]) if near else 0
                if end <= first:
                    break
                together = waiting[0] if len(waiting) == 1 else pa.concat_batches(waiting)
                rows = order[first:end]
                own, rest = together.slice(0, end - first), together.slice(end - first)
                is_same = (np.diff(rows, prepend=first - 1) == 1).all()
                yield rows, own if is_same else own.take(pa.array(rows - first))
                first, waiting = end, [rest] if rest.num_rows else []

    def distributed(
        self, of: npt.NDArray[np.integer[Any]], parts: int, columns: Sequence[str] | None = None
    ) -> list[SpillBuffer]:
        """Distribute the rows to several buffers, in each of which they keep their order.

        Args:
            of: The number of the buffer of each row.
            parts: The number of buffers.
            columns: The columns; all by default.
        """
        schema = self.schema if columns is None else narrowed(self.schema, columns)
        # Very many buffers would have a few rows each in memory, and write very many small files.
        together = -(-parts // MOST_PARTS)
        if together > 1:
            found: list[SpillBuffer] = []
            for at, some in enumerate(
                self.distributed(of // together, -(-parts // together), columns)
            ):
                own = of[of // together == at] - at * together
                found += some.distributed(own, min(together, parts - at * together))
            return found
        ends = np.cumsum([0, *(place.length for place in self._places)]).tolist()
        numbers = (of[first:end] for first, end in itertools.pairwise(ends))
        return distribute(
            zip(numbers, self.batches(columns), strict=True), schema, parts, self._limit
        )

    def slice(self, first: int, number: int) -> SpillBuffer:
        """Return a buffer of some consecutive rows, which are not copied."""
        part = SpillBuffer(self.schema, self._limit)
        part._whole = self
        part._files, part._waiting = self._files, self._waiting  # the same class
        low, high = np.searchsorted(self._ends, (first, first + number - 1), "right").tolist()
        for at in range(low, high + 1) if number else ():
            place = self._places[at]
            begin = self._ends[at] - place.length
            start, stop = max(first, begin), min(first + number, self._ends[at])
            part._places.append(
                place._replace(first=place.first + start - begin, length=stop - start)
            )
            part._ends.append(stop - first)
        part.num_rows = number
        part.nbytes = self.nbytes * number // max(self.num_rows, 1)
        return part

    def loaded(self, limit: int) -> SpillBuffer:
        """Return a buffer with the same rows in memory, unless they have more bytes than a limit."""
        if not self.on_disk or self.nbytes > limit:
            return self
        found = SpillBuffer(self.schema, 2 * limit)
        for batch in self.batches():
            found.append(batch)
        return found

    def __getstate__(self) -> dict[str, object]:
        """Return what another process needs to read the rows."""
        return {**vars(self), "_lock": None, "_near": {}, "_make": None, "_whole": None}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Restore a buffer that another process made."""
        vars(self).update(state)
        self._lock, self._make = Lock(), self._all

    def to_disk(self) -> None:
        """Write all rows to disk, where other processes can read them."""
        if self._whole:
            self._whole.to_disk()
            self._waiting = []
        elif self._waiting:
            self._write()

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
        file, number, first, length = self._places[at]
        waiting = self._waiting  # before another thread writes them, and adds their file
        if file == len(self._files):
            return waiting[number].select(columns).slice(first, length)
        fields = [self.schema.get_field_index(name) for name in columns]
        options = pa.ipc.IpcReadOptions(included_fields=fields)
        with pa.OSFile(str(self._files[file])) as source:
            batch = pa.ipc.open_file(source, options=options).get_batch(number).select(columns)
        batch = batch.slice(first, length)
        # A selection of columns keeps the memory of all; a copy does not.
        return pa.concat_batches([batch]) if len(columns) < len(self.schema) else batch

    def _write(self) -> None:
        """Write the batches that are in memory to disk."""
        with scratch.room():
            path = self._folder / f"{len(self._files)}.arrow"
        store(path, self.schema, self._waiting)
        self._files.append(path)
        self._waiting, self._size = [], 0

    @cached_property
    def _folder(self) -> Path:
        """Create a temporary folder; it is removed when this buffer is no longer referenced."""
        folder = tempfile.mkdtemp(dir=scratch.folder())
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)


def distribute(
    numbered: Iterable[tuple[npt.NDArray[np.integer[Any]], pa.RecordBatch]],
    schema: pa.Schema,
    parts: int,
    limit: int,
) -> list[SpillBuffer]:
    """Distribute batches of rows to several buffers, in each of which they keep their order.

    Args:
        numbered: The batches, each with the number of the buffer of each row.
        schema: Their schema.
        parts: The number of buffers.
        limit: How many bytes all buffers together keep in memory.

    Raises:
        OnrecordError: The disk is full.
    """
    limit //= parts
    buffers = [SpillBuffer(schema, limit) for _ in range(parts)]
    # Batches of a few rows would take more room than their rows.
    waiting: list[list[pa.RecordBatch]] = [[] for _ in range(parts)]
    sizes = [0] * parts
    for own, batch in numbered:
        order = np.argsort(own, kind="stable")
        rows = batch.take(pa.array(order))
        present, begins = np.unique(own[order], return_index=True)
        for part, begin, end in zip(present.tolist(), begins, [*begins[1:], len(own)], strict=True):
            some = rows.slice(begin, end - begin)
            waiting[part].append(some)
            sizes[part] += some.nbytes
            if sizes[part] > limit:
                buffers[part].append(pa.concat_batches(waiting[part]))
                waiting[part], sizes[part] = [], 0
    for buffer, rest in zip(buffers, waiting, strict=True):
        if rest:
            buffer.append(pa.concat_batches(rest))
    return buffers


def store(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Stored:
    """Write rows to a file of Arrow's format for files, compressed.

    Raises:
        OnrecordError: The disk is full.
    """
    with (
        scratch.room(),
        path.open("wb") as file,
        pa.ipc.new_file(file, schema, options=_PACKED) as writer,
    ):
        lengths, nbytes = [], 0
        for batch in batches:
            writer.write_batch(batch)
            lengths.append(batch.num_rows)
            nbytes += batch.nbytes
    return Stored(path, lengths, nbytes)


def read_stored(paths: Sequence[Path]) -> BatchSource:
    """Return the rows of files that `store` wrote, which have one schema."""
    with pa.OSFile(str(paths[0])) as source:
        schema = pa.ipc.open_file(source).schema

    def make(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        fields = [schema.get_field_index(name) for name in columns]
        options = pa.ipc.IpcReadOptions(included_fields=fields)
        for path in paths:
            with pa.OSFile(str(path)) as source:
                stored = pa.ipc.open_file(source, options=options)
                for at in range(stored.num_record_batches):
                    yield stored.get_batch(at)

    return BatchSource(schema, make)
