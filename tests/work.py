"""Count the work of a function, where to measure its time would tell how busy the machine is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from typing import TypeVar

Result = TypeVar("Result")


def calls(function: Callable[[], Result]) -> tuple[Result, int]:
    """Return what a function returns, and how many calls of functions were made meanwhile."""
    numbers = count()

    def profile(_frame: object, event: str, _argument: object) -> None:
        if event.endswith("call"):
            next(numbers)

    sys.setprofile(profile)
    try:
        found = function()
    finally:
        sys.setprofile(None)
    return found, next(numbers)
