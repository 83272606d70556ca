"""Work in several processes gives the same results, and a killed process loses nothing."""

from __future__ import annotations

import multiprocessing
import operator
import os
import time
from functools import partial

import pytest

from onrecord.errors import OnrecordError
from onrecord.files.workers import in_processes


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
def test_an_item_that_kills_each_process_is_reported():
    with pytest.raises(OnrecordError, match="were killed"):
        list(in_processes(os._exit, [3], 2))


@pytest.mark.slow
def test_an_error_of_the_work_reaches_the_caller_and_ends_the_processes():
    with pytest.raises(ZeroDivisionError):
        list(in_processes(partial(operator.floordiv, 1), [1, 0, 1], 2))
    assert not multiprocessing.active_children()
