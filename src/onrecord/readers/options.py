"""Define options for reading: which files, how fast, and how many findings are listed."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from onrecord.files.limits import MAX_FINDINGS
from onrecord.text_formats import TextFormatName

T = TypeVar("T")
R = TypeVar("R")

# Bytes of a table that are validated at once; more are no faster.
BLOCK = 8 * 2**20


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Set which files may be read, and how much memory and how many processes may be used.

    Attributes:
        validate_all: Whether Pydantic validates each record of a table, and not only those that the
            fast path cannot decide.
        block: About how many bytes of a table are validated at once.
        threads: The number of threads that validate them.
        memory: How many bytes of each table are kept in memory; the rest is on disk.
        workers: The number of processes that run rules. With more than one, a script that calls
            this package needs the usual guard ``if __name__ == "__main__":``.
        partition: About how many records a process works on at once.
        engine: How many bytes of memory the queries of rules may take, in all processes together.
        summaries: The same for rules that compare articles, which run in one process over what is
            known about each, without texts; the rest is on disk.
        allow_outside: Whether links, and settings that name files, may lead out of the folder that
            is read, and of the git checkout that contains it.
        text_format: The name of the format of article texts in files; None for the one that the
            nearest ``corpus.yaml`` at or above each record file requests.
        findings: How many findings of each check are listed for one file, while all are counted; 0
            for all.
    """

    validate_all: bool = False
    block: int = BLOCK
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    memory: int = 128 * 2**20
    workers: int = 1
    partition: int = 75_000
    engine: int = 4 * 2**30
    summaries: int = 2**28
    allow_outside: bool = False
    text_format: TextFormatName | None = None
    findings: int = MAX_FINDINGS

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[tuple[T, R]]:
        """Yield items in their order with the results of a function, computed in several threads."""
        waiting: deque[tuple[T, Callable[[], R]]] = deque()
        with ExitStack() as stack:
            start: Callable[[T], Callable[[], R]] = partial(partial, work)
            try:
                for number, item in enumerate(items):
                    # For a single item, starting a thread takes longer than most work.
                    if number == 1:
                        start = self._in_threads(work, stack)
                    waiting.append((item, start(item)))
                    if len(waiting) > self.threads:
                        first, done = waiting.popleft()
                        yield first, done()
            except Exception:  # what came before it counts
                yield from ((item, done()) for item, done in waiting)
                raise
            yield from ((item, done()) for item, done in waiting)

    def _in_threads(
        self, work: Callable[[T], R], stack: ExitStack
    ) -> Callable[[T], Callable[[], R]]:
        """Return a function that starts the work on an item, and returns how to wait for its result."""
        from concurrent.futures import ThreadPoolExecutor

        pool = stack.enter_context(ThreadPoolExecutor(self.threads))
        return lambda item: pool.submit(work, item).result


READ_OPTIONS = ReadOptions()
