"""Divide items that arrive one by one into lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from onrecord.errors import InputError

T = TypeVar("T")


def in_lists(
    items: Iterable[T], most: int, size: Callable[[T], int] = lambda _: 0, largest: int = 1
) -> Iterator[list[T]]:
    """Yield items in lists of so many, or of fewer that are large; those before an error too.

    Args:
        items: The items.
        most: How many are in a list at most.
        size: Returns the size of an item.
        largest: The sum of sizes from which a list is complete.
    """
    some: list[T] = []
    total = 0
    try:
        for item in items:
            some.append(item)
            total += size(item)
            if total >= largest or len(some) >= most:
                yield some
                some, total = [], 0
    except InputError:
        yield some
        raise
    if some:
        yield some
