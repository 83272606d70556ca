"""Share work between processes, so that the results do not depend on their number."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from onrecord.errors import InputError
from onrecord.files.workers import follow_parent

T = TypeVar("T")
Job = TypeVar("Job")
Result = TypeVar("Result")

# Jobs of each process that are begun or wait.
_AHEAD = 2


class Crew(Generic[T]):
    """Processes that each have a copy of an object, or this process with the object itself.

    Args:
        target: The object.
        pool: The processes, to which `crew` has given the object.
        workers: Their number.
    """

    def __init__(self, target: T, pool: ProcessPoolExecutor | None, workers: int) -> None:
        self._target = target
        self._pool = pool
        self._most = workers * _AHEAD

    def map(self, method: Callable[[T, Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """Yield the results of a method of the object for some jobs, in the order of these.

        Raises:
            InputError: A process was killed.
        """
        if self._pool is None:
            yield from (method(self._target, job) for job in jobs)
            return
        waiting: deque[Future[Result]] = deque()
        try:
            for job in jobs:
                with _uninterrupted():  # for a process that begins with its first job
                    waiting.append(self._pool.submit(_run, method, job))
                if len(waiting) > self._most:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise InputError(
                "a process that writes pages was killed, perhaps because memory ran out; "
                "run again with --workers 1"
            ) from None


@contextmanager
def crew(target: T, workers: int) -> Iterator[Crew[T]]:
    """Start processes that each have a copy of an object; with one worker, none is started.

    Args:
        target: The object, which can be pickled.
        workers: The number of processes.
    """
    if workers <= 1:
        yield Crew(target, None, 1)
        return
    context = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(target,))
    try:
        yield Crew(target, pool, workers)
    except InputError:
        # A pool does not end a process that is starting while another one is killed.
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let processes that are started not see Ctrl-C; this one sees it afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# In a process that was started: the object.
_own: Any = None


def _begin(target: object) -> None:
    """Begin a process, which ends when the one that started it asks for it or is gone."""
    global _own  # noqa: PLW0603
    _own = target
    gc.freeze()
    follow_parent()


def _run(method: Callable[[Any, Job], Result], job: Job) -> Result:
    return method(_own, job)
