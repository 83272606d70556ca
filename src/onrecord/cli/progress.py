"""Show progress bars for long work in a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

# The share that is done, how many and how fast, the time it took and the time left.
_COUNTED = "{desc}: {percentage:3.0f}% |{bar}| {postfix} [{elapsed}<{remaining}]"

# Seconds of work before a bar appears.
DELAY = 2.0


def watched(
    items: Iterable[T],
    *,
    description: str,
    unit: str,
    total: int | None,
    size: Callable[[T], int] = lambda _: 1,
    number: Callable[[T], int] | None = None,
) -> Iterator[T]:
    """Pass items on, and show on stderr how many there were.

    Nothing is shown unless stderr is a terminal, tqdm is installed, and the work takes longer than
    ``DELAY``. The bar disappears at the end.

    Args:
        items: The items.
        description: What is done with them.
        unit: What is counted, in the plural, or ``B`` for bytes.
        total: The size of all items, if it is known.
        size: Returns the size of an item.
        number: Returns how many of the unit an item is, where sizes are something else; the speed
            and the remaining time are then shown as well.
    """
    bar = _bar(description, unit, total, _COUNTED if number else None)
    if bar is None:
        yield from items
        return
    done, begin = 0, time.monotonic()
    with bar:
        for item in items:
            yield item
            if number:
                done += number(item)
                rate = done / max(time.monotonic() - begin, 0.001)
                bar.set_postfix_str(f"{done:,} {unit}, {rate:,.0f}/s", refresh=False)
            bar.update(size(item))


def _bar(description: str, unit: str, total: int | None, bar_format: str | None) -> Any:
    """Return a progress bar on stderr, or None if stderr is no terminal or tqdm is missing."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm(
        desc=description,
        unit=unit if unit == "B" else f" {unit}",
        unit_scale=unit == "B",
        unit_divisor=1024,
        total=total,
        bar_format=bar_format,
        delay=DELAY,
        leave=False,
        # The clock is read for each item: their sizes differ too much to extrapolate.
        miniters=1,
        dynamic_ncols=True,
        file=sys.stderr,
    )
