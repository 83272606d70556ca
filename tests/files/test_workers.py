"""Work in several processes gives the same results, and a killed process loses nothing."""

from __future__ import annotations

import multiprocessing
import operator
import os
import signal
import sys
import time
from functools import partial

import pytest

from onrecord.errors import OnrecordError
from onrecord.files.workers import in_processes, start_workers


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_are_in_order_whatever_the_number_of_processes(workers):
    found = list(in_processes(partial(operator.mul, 2), iter(range(20)), workers))
    assert found == [2 * number for number in range(20)]


def kill_one():
    next(iter(multiprocessing.active_children())).kill()


@pytest.mark.slow
def test_what_a_killed_process_worked_on_is_done_again():
    found = []
    for result in in_processes(partial(pow, 3), range(12), 2):
        found.append(result)
        if len(found) == 2:
            kill_one()
            time.sleep(0.2)
    assert found == [3**number for number in range(12)]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no process forks others")
def test_a_process_that_does_not_start_is_started_again(monkeypatch):
    """As if the process that forks others was killed meanwhile."""
    kind = multiprocessing.get_context("forkserver").Process
    start, failed = kind.start, []

    def fail_once(process):
        if not failed:
            failed.append(process)
            raise EOFError
        start(process)

    monkeypatch.setattr(kind, "start", fail_once)
    assert list(in_processes(partial(pow, 3), range(4), 2)) == [1, 3, 9, 27]
    assert failed


def processes(_: int) -> tuple[int, int]:
    return os.getppid(), os.getpid()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no process forks others")
def test_the_process_that_forks_others_is_killed():
    found = []
    for parent, process in in_processes(processes, range(12), 2):
        found.append(process)
        if len(found) == 2:
            for one in (parent, *set(found)):
                os.kill(one, signal.SIGKILL)
    assert len(found) == 12
    assert len(set(found)) > len(set(found[:2]))


@pytest.mark.slow
def test_an_item_that_kills_each_process_is_reported():
    with pytest.raises(OnrecordError, match="were killed"):
        list(in_processes(os._exit, [3], 2))


@pytest.mark.slow
def test_an_error_of_the_work_reaches_the_caller_and_ends_the_processes():
    with pytest.raises(ZeroDivisionError):
        list(in_processes(partial(operator.floordiv, 1), [1, 0, 1], 2))
    assert not multiprocessing.active_children()


def padded(number: int) -> tuple[int, bytes]:
    return number, bytes(1_000_000)


@pytest.mark.slow
def test_processes_that_are_killed_while_they_pass_results_on_are_replaced():
    """More bytes than a pipe has room for: a process is usually killed while it sends them."""
    found = []
    for number, _ in in_processes(padded, range(16), 2):
        found.append(number)
        if number % 4 == 0:
            kill_one()
    assert found == [*range(16)]


class Counting:
    def __init__(self):
        self.calls = 0

    def add(self, number):
        self.calls += 1
        return self.calls, number


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_each_process_keeps_its_object(workers):
    with start_workers(Counting(), workers) as started:
        found = [*started.map(Counting.add, range(10)), *started.map(Counting.add, range(10))]
    calls, numbers = zip(*found, strict=True)
    assert numbers == (*range(10), *range(10))
    assert max(calls) >= 20 / workers
    assert not multiprocessing.active_children()


def test_results_that_nobody_takes_end_the_processes():
    results = in_processes(padded, range(40), 2)
    next(results)
    del results
    assert not multiprocessing.active_children()
