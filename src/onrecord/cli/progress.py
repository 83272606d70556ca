"""Show progress bars for long work in a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
P = TypeVar("P", bound=tuple[int, int])

# How far it is, the number and the rate, the time it took and the time left.
_COUNTED = "{desc}: {percentage:3.0f}% |{bar}| {postfix} [{elapsed}<{remaining}]"

# Seconds of work before a bar appears.
DELAY = 2.0


def watched(items: Iterable[T], *, total: int | None, unit: str, description: str) -> Iterator[T]:
    """Pass items on, and show on stderr how many there were.

    Nothing is shown unless stderr is a terminal, tqdm is installed, and the work takes longer than
    ``DELAY``. The bar disappears at the end.

    Args:
        items: The items.
        total: Their number, if it is known.
        unit: What they are, in the plural.
        description: What is done with them.
    """
    bar = _bar(unit=f" {unit}", total=total, desc=description)
    return iter(items) if bar is None else _passed(items, bar, lambda _: 1)


def measured(
    items: Iterable[T], size: Callable[[T], int], *, total: int | None, description: str
) -> Iterator[T]:
    """Pass items on as `watched` does, and show how many bytes there were.

    Args:
        items: The items.
        size: Returns the size of an item in bytes.
        total: The total size in bytes, if it is known.
        description: What is done with them.
    """
    bar = _bar(unit="B", unit_scale=True, unit_divisor=1024, total=total, desc=description)
    return iter(items) if bar is None else _passed(items, bar, size)


def counted(parts: Iterable[P], *, total: int, unit: str, description: str) -> Iterator[P]:
    """Pass parts on as `watched` does, and show the share, the count, the speed and the remaining
    time.

    Args:
        parts: The parts, each with its count and its size in bytes.
        total: The total size in bytes.
        unit: What is counted, in the plural.
        description: What is done with them.
    """
    bar = _bar(total=total, desc=description, bar_format=_COUNTED)
    return iter(parts) if bar is None else _counted(parts, bar, unit)


def _counted(parts: Iterable[P], bar: Any, unit: str) -> Iterator[P]:
    number = 0
    begin = time.monotonic()
    with bar:
        for part in parts:
            yield part
            records, size = part
            number += records
            rate = number / max(time.monotonic() - begin, 0.001)
            bar.set_postfix_str(f"{number:,} {unit}, {rate:,.0f}/s", refresh=False)
            bar.update(size)


def _passed(items: Iterable[T], bar: Any, size: Callable[[T], int]) -> Iterator[T]:
    with bar:
        for item in items:
            yield item
            bar.update(size(item))


def _bar(**how: Any) -> Any:
    """Return a tqdm bar that writes to stderr; None if stderr is no terminal or tqdm is not
    installed.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    # Each item looks at the clock: items differ too much in size to guess from the last.
    return tqdm(delay=DELAY, leave=False, miniters=1, dynamic_ncols=True, file=sys.stderr, **how)
