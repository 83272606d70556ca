"""Write row groups in another thread, while the next ones are computed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from typing import Self, TypeVar

import pyarrow as pa

from onrecord.publishing.shards import Group, ShardWriter

T = TypeVar("T")


def joined(records: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Join batches of records into one; a single one is not copied."""
    return records[0] if len(records) == 1 else pa.concat_batches(records)


class Background:
    """Write row groups one after another in a thread, and close all writers at the end.

    Another thread can compute them, while this one does something else.
    """

    def __init__(self) -> None:
        self._pool, self._computing = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        # Held while a row group is written. The pool alone does not know: a call that is interrupted
        # while it submits a task loses the task, which runs all the same.
        self._writing = Lock()
        self._ended = False
        self._under_way: deque[Future[None]] = deque()
        self._shards: list[ShardWriter] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        # What computes row groups ends when it has the next one.
        self._computing.shutdown(cancel_futures=True)
        with self._writing:  # until the row group that is being written is complete
            for writer in self._shards:
                with suppress(OSError):  # already reported, if it matters
                    writer.close()
        self._pool.shutdown()

    def add(self, writer: ShardWriter) -> ShardWriter:
        """Add a writer, which will be closed even if writing is interrupted."""
        self._shards.append(writer)
        return writer

    def begin(self, work: Callable[[], T], *, now: bool) -> Callable[[], T]:
        """Return a function that returns the result of some work, which computes row groups.

        Args:
            work: The work. If it is not complete at the end, it is interrupted at its next row group.
            now: Whether to begin it at once, in another thread.
        """
        return self._computing.submit(work).result if now else work

    def write(self, writer: ShardWriter, groups: Iterable[Group]) -> None:
        """Write row groups, at most one of which waits for another, with a writer that was added."""
        for group in groups:
            self._under_way.append(self._pool.submit(self._write, writer, group))
            self._wait(1)

    def wait(self) -> None:
        """Wait until everything is written."""
        self._wait(0)

    def _write(self, writer: ShardWriter, group: Group) -> None:
        with self._writing:
            if not self._ended:
                writer.write(joined(group.records), is_last=group.is_last)

    def _wait(self, number: int) -> None:
        """Wait until at most ``number`` row groups are still being written."""
        while len(self._under_way) > number:
            self._under_way.popleft().result()
