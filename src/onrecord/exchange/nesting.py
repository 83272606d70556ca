"""Find which quotes are inside which, by the offsets of their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Extents = Sequence[tuple[int, int]]


def holders(
    quotes: Sequence[Extents], is_outer: Callable[[int, int], bool] = lambda _, __: False
) -> list[list[int]]:
    """Return for each quote the quotes that contain all its words, the smallest first.

    Args:
        quotes: The extents of each quote; one without extents contains none and is in none.
        is_outer: Decides for two quotes with exactly the same words, given by their indices, whether
            the first is the outer one. By default neither is.
    """
    return [
        sorted(
            (
                other
                for other, extents in enumerate(quotes)
                if other != number
                and (
                    is_outer(other, number)
                    if extents == quotes[number]
                    else _holds(extents, quotes[number])
                )
            ),
            key=lambda other: sum(end - start for start, end in quotes[other]),
        )
        if quotes[number]
        else []
        for number in range(len(quotes))
    ]


def _holds(outer: Extents, inner: Extents) -> bool:
    return all(any(start <= first and last <= end for start, end in outer) for first, last in inner)
