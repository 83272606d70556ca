"""Run work in several processes.

Results come in the order of the items, and do not depend on the number of processes. What a killed
process was working on is done again by another one.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.util import get_temp_dir
from operator import call
from pathlib import Path
from queue import LifoQueue
from traceback import format_exc
from typing import Any, Generic, TypeVar

from onrecord.errors import OnrecordError
from onrecord.files import scratch
from onrecord.files.process import collect_rarely, keep_pandas_out, share_heap

T = TypeVar("T")
R = TypeVar("R")
Own = TypeVar("Own")

# How often an item is given to another process after one was killed while working on it.
_AGAIN = 2
# Items of each process that are begun or wait.
_AHEAD = 2


def in_processes(
    work: Callable[[T], R], items: Iterable[T], workers: int, *, preload: str | None = None
) -> Iterator[R]:
    """Yield the results of a function for items, in their order, computed in several processes.

    Args:
        work: A function at the top level of a module, or a partial of one.
        items: The items; see `Workers.map`.
        workers: The number of processes; see `start_workers`.
        preload: Likewise.

    Raises:
        OnrecordError: Processes were killed again and again, as where memory is full.
    """
    with start_workers(work, workers, preload=preload) as started:
        yield from started.map(call, items)


@contextmanager
def start_workers(own: Own, workers: int, *, preload: str | None = None) -> Iterator[Workers[Own]]:
    """Start processes that each have a copy of an object, until the end of the context.

    Args:
        own: The object, which can be pickled if there are several processes.
        workers: The number of processes. With one, nothing is started, and this process works
            with the object itself.
        preload: The module to load before processes are started, so that each starts faster.
    """
    if workers <= 1:
        yield Workers(own, [])
        return
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks and preload:
        context.set_forkserver_preload([preload])
    others = [_Other(context, own) for _ in range(workers)]
    # The folder for sockets of this process, which it removes itself unless it is killed.
    with scratch.listed(Path(get_temp_dir())):
        try:
            yield Workers(own, others)
        finally:
            for other in others:
                other.end()


class Workers(Generic[Own]):
    """Run work in processes that each have a copy of an object, or in this one with the object.

    Args:
        own: The object.
        others: The processes; none for this one.
    """

    def __init__(self, own: Own, others: list[_Other]) -> None:
        self._own = own
        self._others = others
        self._idle: LifoQueue[_Other] = LifoQueue()
        for other in others:
            self._idle.put(other)

    def map(self, work: Callable[[Own, T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield the results of a function of the object and an item, in the order of the items.

        Args:
            work: A function at the top level of a module, or a method of the object's class.
            items: The items, which are taken only a few ahead of the results. With several
                processes, items and results can be pickled.

        Raises:
            OnrecordError: Processes were killed again and again, as where memory is full.
        """
        if not self._others:
            yield from (work(self._own, item) for item in items)
            return
        waiting: deque[Future[R]] = deque()
        # Each thread waits for a process with a pipe of its own: with queues that they share, those
        # left would wait for ever for what a killed one began to send or to receive.
        with ThreadPoolExecutor(len(self._others)) as threads:
            try:
                for item in items:
                    waiting.append(threads.submit(self._run, work, item))
                    if len(waiting) >= _AHEAD * len(self._others):
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            except BaseException:
                for future in waiting:
                    future.cancel()
                for other in self._others:
                    other.end()
                raise

    def _run(self, work: Callable[[Own, T], R], item: T) -> R:
        other = self._idle.get()
        try:
            return other.run(work, item)
        finally:
            self._idle.put(other)


class _Other:
    """Run work in another process; start it for its first work, and again after it was killed.

    Args:
        context: How processes are started.
        own: The object that it has a copy of.
    """

    _starting = threading.Lock()

    def __init__(self, context: Any, own: object) -> None:
        self._context = context
        self._own = own
        self._process: Any = None
        self._pipe: Connection[Any, Any] | None = None
        self._ended = False

    def run(self, work: Callable[[Any, T], R], item: T) -> R:
        """Return the result of a function of the object and an item."""
        for _ in range(1 + _AGAIN):
            try:
                pipe = self._pipe or self._started()
                pipe.send((work, item))
                done, result = pipe.recv()
            except (EOFError, OSError) as error:
                killed = error
                self._pipe = None
                if self._ended:
                    break
                continue
            if not done:
                raise result
            return result  # type: ignore[no-any-return]
        raise OnrecordError(
            "could not go on: processes of the command were killed, perhaps because memory is "
            "full; use fewer --workers"
        ) from killed

    def _started(self) -> Connection[Any, Any]:
        """Start the process; return the pipe to it."""
        # Processes do not see Ctrl-C, not even while they start.
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        with self._starting:
            if self._ended:
                raise EOFError
            if self._process:
                self._process.kill()
            ours: Connection[Any, Any]
            theirs: Connection[Any, Any]
            ours, theirs = self._context.Pipe()
            process = self._context.Process(
                target=_serve, args=(theirs, self._own, scratch.folder()), daemon=True
            )
            with theirs:  # so that its end is seen
                process.start()  # fails if the process that forks others was killed
            self._process, self._pipe = process, ours
        return ours

    def end(self) -> None:
        """End the process; what it is working on is lost."""
        with self._starting:
            self._ended = True
            if self._process:
                self._process.kill()
                self._process.join()


def _serve(pipe: Connection[Any, Any], own: object, folder: Path) -> None:
    """Do the work that comes through a pipe, until there is no other end of it."""
    follow_parent()
    keep_pandas_out()
    share_heap()
    collect_rarely()
    gc.freeze()
    scratch.share(folder)
    with suppress(EOFError, ConnectionError):
        while True:
            work, item = pipe.recv()
            try:
                pipe.send((True, work(own, item)))
            except Exception as error:  # noqa: BLE001  # it is raised where the result is awaited
                error.add_note(format_exc())
                pipe.send((False, error))


def follow_parent() -> None:
    """Let this process end with the one that started it, which alone reacts to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
