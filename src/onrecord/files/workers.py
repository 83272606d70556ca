"""Run work in several processes.

Results come in the order of the items, and do not depend on the number of processes. What a killed
process was working on is done again by another one.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from multiprocessing.util import get_temp_dir
from pathlib import Path
from typing import TypeVar

from onrecord.errors import OnrecordError
from onrecord.files import scratch
from onrecord.files.process import collect_rarely, keep_pandas_out

T = TypeVar("T")
R = TypeVar("R")

# How often an item is given to other processes after one was killed while working on it.
_AGAIN = 2


def in_processes(
    work: Callable[[T], R], items: Iterable[T], workers: int, *, preload: str | None = None
) -> Iterator[R]:
    """Yield the results of a function for items, in their order, computed in several processes.

    With one worker, this process computes them. Items are taken only a few ahead of the results.

    Args:
        work: A function at the top level of a module, or a partial of one.
        items: The items; they and their results can be pickled.
        workers: The number of processes.
        preload: The module to load before processes are started, so that each starts faster.

    Raises:
        OnrecordError: Processes were killed again and again, as where memory is full.
    """
    if workers <= 1:
        yield from map(work, items)
        return
    # The folder for sockets of this process, which it removes itself unless it is killed.
    with scratch.listed(Path(get_temp_dir())):
        yield from _in_pool(work, items, workers, preload)


def _in_pool(
    work: Callable[[T], R], items: Iterable[T], workers: int, preload: str | None
) -> Iterator[R]:
    """Yield results as `in_processes` does."""
    remaining = iter(items)
    waiting: deque[tuple[T, Future[R]]] = deque()
    pool = _pool(workers, preload)
    failed = 0
    try:
        while True:
            try:
                while len(waiting) < 2 * workers:
                    try:
                        item = next(remaining)
                    except StopIteration:
                        break
                    waiting.append((item, Future()))  # has its place even if submitting fails
                    waiting[-1] = (item, pool.submit(work, item))
                if not waiting:
                    return
                result = waiting[0][1].result()
            except BrokenProcessPool as error:
                failed += 1
                if failed > _AGAIN:
                    raise OnrecordError(
                        "could not go on: processes of the command were killed, perhaps because "
                        "memory is full; use fewer --workers"
                    ) from error
                pool.shutdown()
                pool = _pool(workers, preload)
                waiting = deque((item, pool.submit(work, item)) for item, _ in waiting)
                continue
            failed = 0
            waiting.popleft()
            yield result
    finally:
        # Not killed: a pool would wait for ever to pass on items that nobody takes.
        pool.shutdown(cancel_futures=True)


def _pool(workers: int, preload: str | None) -> ProcessPoolExecutor:
    """Return a pool of processes that are started afresh, since a fork of threads is not safe."""
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks and preload:
        context.set_forkserver_preload([preload])
    return ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(scratch.folder(),)
    )


def _begin(folder: Path) -> None:
    """Prepare a process."""
    follow_parent()
    keep_pandas_out()
    collect_rarely()
    scratch.share(folder)


def follow_parent() -> None:
    """Let this process end with the one that started it, which alone reacts to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
