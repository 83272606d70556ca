"""What is connected, through however many links."""

from __future__ import annotations

from collections.abc import Iterable


def components(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each name in a pair the first, in their order, of those that it is connected with.

    Takes time that grows with the pairs, whatever the shape of what they connect.
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
