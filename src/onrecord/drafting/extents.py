"""Compare spans by their extents, so that annotations whose words are withheld are comparable too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

from onrecord.drafting.assignment import assign
from onrecord.drafting.values import span_key


class Extents:
    """Hold the offsets that some spans cover, as a set.

    Spans without offsets are represented by the digest of their words, and count as one character.

    Attributes:
        located: The start and end of each span, in text order.
        digests: The digests of the words of spans without offsets.
    """

    def __init__(self, spans: Iterable[Mapping[str, Any]]) -> None:
        keys = {key for span in spans if (key := span_key(span)) is not None}
        self.located = tuple(sorted(key for key in keys if isinstance(key, tuple)))
        self.digests = tuple(sorted(key for key in keys if isinstance(key, str)))

    def __bool__(self) -> bool:
        return bool(self.located or self.digests)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Extents) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[object, ...]:
        """Return a key that is equal for equal sets of extents."""
        return self.located, self.digests

    @cached_property
    def pieces(self) -> tuple[tuple[int, int], ...]:
        """Return the parts of the text that the spans cover, without overlaps."""
        merged: list[tuple[int, int]] = []
        for start, end in self.located:
            if start >= end:
                continue
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    @property
    def size(self) -> int:
        """Return how many characters the spans cover."""
        return sum(end - start for start, end in self.pieces) + len(self.digests)


def overlaps(
    reference: Sequence[Extents], candidate: Sequence[Extents]
) -> dict[tuple[int, int], int]:
    """Return for each pair that has characters in common, by its indices, how many these are."""
    found: defaultdict[tuple[int, int], int] = defaultdict(int)
    active: tuple[dict[tuple[int, int, int], int], ...] = ({}, {})
    for start, end, side, index in sorted(chain(_pieces(reference, 0), _pieces(candidate, 1))):
        others = active[1 - side]
        for key in [key for key, last in others.items() if last <= start]:
            del others[key]
        for (_, _, other), last in others.items():
            pair = (other, index) if side else (index, other)
            found[pair] += min(end, last) - start
        active[side][start, end, index] = end
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, extents in enumerate(reference):
        for digest in extents.digests:
            holders[digest].append(index)
    for other, extents in enumerate(candidate):
        for digest in extents.digests:
            for index in holders.get(digest, ()):
                found[index, other] += 1
    return {pair: number for pair, number in found.items() if number}


def _pieces(sides: Sequence[Extents], side: int) -> Iterator[tuple[int, int, int, int]]:
    return (
        (start, end, side, index)
        for index, extents in enumerate(sides)
        for start, end in extents.pieces
    )


def matched_spans(
    reference: Iterable[Mapping[str, Any]], candidate: Iterable[Mapping[str, Any]]
) -> tuple[int, int, int, int]:
    """Match single spans one to one.

    Returns:
        How many spans have the same extent in both, how many overlap one to one, and how many
        different extents each annotation has.
    """
    first, second = (
        sorted({Extents([span]) for span in spans}, key=lambda one: one.key)
        for spans in (reference, candidate)
    )
    exact = len({*first}.intersection(second))
    if exact == len(first) or exact == len(second):
        return exact, exact, len(first), len(second)
    weights: list[dict[int, int]] = [{} for _ in first]
    for (index, other), number in overlaps(first, second).items():
        # Of several assignments with the same number of characters, the one with the most pairs.
        weights[index][other] = (number << 32) + 1
    return exact, len(assign(weights)), len(first), len(second)
