"""Find connected components, such as the claims that are the same as each other."""

from __future__ import annotations

from collections.abc import Iterable


def components(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the connected component of each name, represented by its first name in sorted order.

    Takes time in proportion to the number of pairs, whether they form a chain, a star or a tree.
    """
    parents: dict[str, str] = {}

    def first(name: str) -> str:
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = parents[parent]
            name = parent
        return name

    for one, other in pairs:
        low, high = sorted((first(one), first(other)))
        parents[high] = low
    return {name: first(name) for name in list(parents)}
