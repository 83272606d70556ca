"""A progress bar, where work takes long and a person is watching."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

# Seconds of work before a bar appears.
DELAY = 2.0


def watched(items: Iterable[T], *, total: int | None, unit: str, description: str) -> Iterator[T]:
    """Pass items on, and show on stderr how many there were.

    Nothing is shown unless stderr is a terminal and the work takes longer than ``DELAY``, nothing
    stays behind when it ends, and without tqdm there is no bar.

    Args:
        items: What is worked on, one by one.
        total: How many there are, where that is known.
        unit: What they are, in the plural.
        description: What is done to them.
    """
    bar = _bar(unit=f" {unit}", total=total, desc=description)
    return iter(items) if bar is None else _passed(items, bar, lambda _: 1)


def measured(
    items: Iterable[T], size: Callable[[T], int], *, total: int | None, description: str
) -> Iterator[T]:
    """Pass items on as `watched` does, and show how many bytes there were.

    Args:
        items: What is worked on, one by one.
        size: How many bytes an item stands for.
        total: How many bytes there are, where that is known.
        description: What is done to them.
    """
    bar = _bar(unit="B", unit_scale=True, unit_divisor=1024, total=total, desc=description)
    return iter(items) if bar is None else _passed(items, bar, size)


def _passed(items: Iterable[T], bar: Any, size: Callable[[T], int]) -> Iterator[T]:
    with bar:
        for item in items:
            yield item
            bar.update(size(item))


def _bar(**how: Any) -> Any:
    """A progress bar on stderr, if a person is watching."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    # Each item looks at the clock: items differ too much in size to guess from the last.
    return tqdm(delay=DELAY, leave=False, miniters=1, dynamic_ncols=True, file=sys.stderr, **how)
