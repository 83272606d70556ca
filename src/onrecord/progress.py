"""A progress bar, where work takes long and a person is watching."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

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
    if sys.stderr is None or not sys.stderr.isatty():
        return iter(items)
    try:
        from tqdm import tqdm
    except ImportError:
        return iter(items)
    return iter(
        tqdm(
            items,
            total=total,
            unit=f" {unit}",
            desc=description,
            delay=DELAY,
            leave=False,
            # Each item looks at the clock: items differ too much in size to guess from the last.
            miniters=1,
            dynamic_ncols=True,
            file=sys.stderr,
        )
    )
