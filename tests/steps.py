"""The steps of a function: whenever it opens, renames, makes, removes or flushes a file.

A process that is killed leaves what is on the disk at that moment, so what it would leave before each
of its steps is seen while it runs once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

STEPS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "fsync"}
_watching: list[Callable[[str, tuple[object, ...]], None]] = []


def tree(folder: Path) -> dict[str, bytes | None]:
    """All that is in a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@contextmanager
def before_each_step(folder: Path, do: Callable[[], None]) -> Iterator[None]:
    """Call a function before each step; files that are opened count in a folder only."""
    _audit()

    def step(event: str, arguments: tuple[object, ...]) -> None:
        if event not in STEPS or (event == "open" and str(folder) not in str(arguments[0])):
            return
        _watching.remove(step)
        try:
            do()
        finally:
            _watching.append(step)

    def fsync(descriptor: int, real: Callable[[int], None] = os.fsync) -> None:
        sys.audit("fsync", descriptor)
        real(descriptor)

    _watching.append(step)
    try:
        with patch("os.fsync", fsync):
            yield
    finally:
        _watching.remove(step)


def left_when_killed(folder: Path, function: Callable[[], object]) -> list[dict[str, bytes | None]]:
    """What is in a folder when a function is killed at one of its steps, or has ended; states that
    follow each other differ.
    """
    states: list[dict[str, bytes | None]] = []

    def look() -> None:
        if (state := tree(folder)) not in states[-1:]:
            states.append(state)

    with before_each_step(folder, look):
        function()
    look()
    return states


@cache
def _audit() -> None:
    """Watch this process from now on: who listens to it cannot be removed."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        for watch in [*_watching]:
            watch(event, arguments)

    sys.addaudithook(hook)
