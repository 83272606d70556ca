"""Match the quotes of two annotations of an article."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from onrecord.drafting.annotations import Item
from onrecord.drafting.assignment import assign
from onrecord.drafting.extents import overlaps

# Room for a sum over all pairs, in a weight of several parts.
_BITS = 64

Pairs = list[tuple[Item, Item]]


def match_quotes(reference: Sequence[Item], candidate: Sequence[Item]) -> Pairs:
    """Match quotes one to one, so that the matched pairs have as many characters in common as possible.

    Of several such assignments, the one with the most pairs of exactly the same extents is chosen, then
    the one with the most pairs, then the one with the most equal types and other fields. Every pair of
    quotes that could be matched exactly is, since no other assignment has more characters in common.
    """

    def weights(first: Sequence[Item], second: Sequence[Item]) -> list[dict[int, int]]:
        found = overlaps([one.extents for one in first], [one.extents for one in second])
        rows: list[dict[int, int]] = [{} for _ in first]
        for (index, other), characters in found.items():
            one, two = first[index], second[other]
            parts = (characters, one.extents == two.extents, 1, likeness(one, two))
            rows[index][other] = weight(parts)
        return rows

    return matched(reference, candidate, weights)


def matched(
    reference: Iterable[Item],
    candidate: Iterable[Item],
    weights: Callable[[Sequence[Item], Sequence[Item]], list[dict[int, int]]],
) -> Pairs:
    """Return the pairs of an assignment, regardless of the order of records and annotations.

    Args:
        reference: The items of A.
        candidate: The items of B.
        weights: Returns the weight of each pair, by the indices of its items in two lists.
    """
    first, second = (sorted(items, key=lambda one: one.key) for items in (reference, candidate))
    # Of assignments with the same weight, the same one is found when A and B are exchanged.
    if [one.key for one in second] < [one.key for one in first]:
        found = assign(weights(second, first))
        pairs = [(first[index], second[other]) for other, index in found.items()]
    else:
        found = assign(weights(first, second))
        pairs = [(first[index], second[other]) for index, other in found.items()]
    return sorted(pairs, key=lambda pair: pair[0].key)


def weight(parts: Iterable[int]) -> int:
    """Return parts as one number, of which the first ones count most."""
    total = 0
    for part in parts:
        total = (total << _BITS) + part
    return total


def likeness(one: Item, other: Item) -> int:
    """Return a number that is larger the more fields of two records are equal, the type first."""
    mine, theirs = one.values, other.values
    equal = sum(theirs.get(name) == value for name, value in mine.items())
    return ((mine.get("type") == theirs.get("type")) << 8) + (equal << 1) + (mine == theirs)
