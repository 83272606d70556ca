"""Find words again in an edited text, using the context and offsets that they had before.

Equal words in several places are distinguished by their context, and by their distance from the
ends of the text and from words that were already found: an edit elsewhere leaves one of these
distances unchanged. If these criteria do not agree on one place, the result is undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from onrecord.files.texts import sha256
from onrecord.language import context
from onrecord.language.folding import Folded, Tier, fold, tier_of
from onrecord.language.negation import negations, numbers
from onrecord.language.text_index import MAX_PLACES

# How many code points of one side of the context are enough to identify a place.
SIDE = 8
# Words with this many bytes of UTF-8 that occur once in the text are found without context.
LONG = 24
# How many windows of the text are compared with digests, for all lengths together.
MAX_WINDOWS = 5_000_000


class Place(NamedTuple):
    """Locate words in a text by offsets in code points; the tier says how far they are equal."""

    start: int
    end: int
    tier: Tier


@dataclass(frozen=True, slots=True)
class Wanted:
    """Describe words to reanchor, and where they were.

    Attributes:
        words: The words; absent if only their digest is known.
        digest: SHA-256 of the words.
        start: Offset in the earlier text, in code points; likewise ``end``.
        prefix: The text that was before them; likewise ``suffix`` after.
    """

    words: str | None = None
    digest: str | None = None
    start: int | None = None
    end: int | None = None
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Reanchored:
    """Report where words are after the text has changed.

    Attributes:
        place: Where they are now, if that is certain.
        places: Where they may be.
    """

    place: Place | None
    places: tuple[Place, ...]


def same_sense(words: str, other: str) -> bool:
    """Return whether two wordings have the same numbers and the same negations."""
    return numbers(words) == numbers(other) and negations(words) == negations(other)


def reanchor(wanted: Sequence[Wanted], text: str, length: int | None = None) -> list[Reanchored]:
    """Find words again in an edited text.

    Args:
        wanted: The words.
        text: The edited text.
        length: The length of the earlier text in code points, if it is known.
    """
    search = _Search(text, length)
    withheld = search.windows(wanted)
    places = [search.places(one, withheld) for one in wanted]
    settled: dict[int, Place] = {}
    while True:
        found = {
            index: place
            for index, one in enumerate(wanted)
            if index not in settled
            and (place := search.chosen(one, places[index], _neighbours(wanted, settled, one)))
        }
        if not found:
            break
        settled |= found
    # Words that were in different places cannot be in the same one.
    holders: dict[tuple[int, int], set[tuple[int | None, int | None]]] = {}
    for index, place in settled.items():
        one = wanted[index]
        holders.setdefault(place[:2], set()).add((one.start, one.end))
    return [
        Reanchored(
            place if (place := settled.get(index)) and len(holders[place[:2]]) == 1 else None,
            tuple(places[index]),
        )
        for index in range(len(wanted))
    ]


class _Neighbours(NamedTuple):
    """Hold the nearest words found before and after: where they were and where they are."""

    before: tuple[Wanted, Place] | None = None
    after: tuple[Wanted, Place] | None = None


def _neighbours(wanted: Sequence[Wanted], settled: Mapping[int, Place], one: Wanted) -> _Neighbours:
    before = after = None
    start = one.start
    if start is not None:
        for index, place in settled.items():
            other = wanted[index]
            if other.start is None or other is one:
                continue
            if other.start <= start and (not before or other.start > (before[0].start or 0)):
                before = (other, place)
            if other.start >= start and (not after or other.start < (after[0].start or 0)):
                after = (other, place)
    return _Neighbours(before, after)


class _Search:
    """Search an edited text for words."""

    def __init__(self, text: str, length: int | None) -> None:
        self.text = text
        self.length = length
        self._sides = cache(self._compare_sides)

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text, "typography")

    def windows(self, wanted: Iterable[Wanted]) -> dict[str, list[tuple[int, int]]]:
        """Return the places of words of which only digest and length are known, by digest."""
        lengths: dict[int, set[str]] = {}
        for one in wanted:
            if one.words is None and one.digest and one.start is not None and one.end is not None:
                lengths.setdefault(one.end - one.start, set()).add(one.digest)
        found: dict[str, list[tuple[int, int]]] = {}
        left = MAX_WINDOWS
        for length, digests in lengths.items():
            starts = range(len(self.text) - length + 1) if length > 0 else range(0)
            left -= len(starts)
            if left < 0:
                break
            for start in starts:
                digest = sha256(self.text[start : start + length])
                if digest in digests:
                    found.setdefault(digest, []).append((start, start + length))
        return found

    def places(self, one: Wanted, withheld: Mapping[str, Sequence[tuple[int, int]]]) -> list[Place]:
        """Return the places of words in any tier, with the strictest tier of each."""
        if one.words is None:
            found = withheld.get(one.digest or "", ())
            return [Place(start, end, "exact") for start, end in found]
        exact = fold(self.text, "exact").places(one.words, MAX_PLACES)
        same = self.folded.places(fold(one.words, "typography").text, MAX_PLACES)
        found = sorted({*exact, *same})
        return [
            Place(start, end, tier)
            for start, end in found
            if (tier := tier_of(one.words, self.text[start:end]))
            and (tier == "exact" or same_sense(one.words, self.text[start:end]))
        ]

    def chosen(self, one: Wanted, places: Sequence[Place], neighbours: _Neighbours) -> Place | None:
        """Return the place of the words if context, offsets and neighbours agree, else None."""
        steady = self._steady(one, places, neighbours)
        for known in self._known(one, places):
            if len(known) == 1:
                return known[0] if not steady or known[0] in steady else None
            if known:
                return _only([place for place in known if place in steady])
        if one.start is None:
            return _only(places)
        if steady:
            place = _only(steady)
            bare = not one.prefix + one.suffix
            if bare or (place and (len(places) == 1 or self._has_a_side(one, place))):
                return place
        place = _only(places)
        if place is None or steady:
            return None
        long = len(self.text[place.start : place.end].encode()) >= LONG
        return place if long and _in_order(place, neighbours) else None

    def _has_a_side(self, one: Wanted, place: Place) -> bool:
        """Return whether any of the context is still there, however short."""
        before, after = self._sides(one, place)
        return bool((one.prefix and before) or (one.suffix and after))

    def _known(self, one: Wanted, places: Sequence[Place]) -> Iterable[list[Place]]:
        """Yield the places that have the old context, from the strictest condition to the weakest.

        The conditions are: prefix and suffix unchanged; both unchanged but for white space and
        marks; both nearly the same; one of them nearly the same and long enough (``SIDE``).
        """
        if not one.prefix + one.suffix:
            return
        same = [place for place in places if place.tier == "exact"]
        yield [
            place
            for place in same
            if self.text.endswith(one.prefix, 0, place.start)
            and self.text.startswith(one.suffix, place.end)
        ]
        yield [
            place
            for place in same
            if context.is_before(one.prefix, self.text, place.start)
            and context.is_after(one.suffix, self.text, place.end)
        ]
        sides = {place: self._sides(one, place) for place in places}
        yield [place for place, same in sides.items() if all(same)]
        yield [
            place
            for place, (before, after) in sides.items()
            if (before and len(one.prefix) >= SIDE) or (after and len(one.suffix) >= SIDE)
        ]

    def _compare_sides(self, one: Wanted, place: Place) -> tuple[bool, bool]:
        """Return whether the prefix is before a place in the text, and the suffix after it."""
        before = self.text[max(0, place.start - 4 * len(one.prefix) - SIDE) : place.start]
        after = self.text[place.end : place.end + 4 * len(one.suffix) + SIDE]
        prefix, suffix = (fold(side, "typography").text for side in (one.prefix, one.suffix))
        before, after = (fold(side, "typography").text for side in (before, after))
        return context.is_before(prefix, before, len(before)), context.is_after(suffix, after, 0)

    def _steady(self, one: Wanted, places: Sequence[Place], neighbours: _Neighbours) -> list[Place]:
        """Return the places that are as far from a reference point as before.

        Reference points are the beginning and the end of the text and the neighbouring words that
        were found.
        """
        if one.start is None or one.end is None:
            return []
        starts, ends = {0}, set[int]()
        if self.length is not None:
            ends.add(len(self.text) - self.length)
        if neighbours.before:
            other, at = neighbours.before
            if other.end is not None and other.end <= one.start:
                starts.add(at.end - other.end)
            else:
                starts.add(at.start - (other.start or 0))
        if neighbours.after:
            other, at = neighbours.after
            ends.add(at.start - (other.start or 0))
        return [
            place
            for place in places
            if place.start - one.start in starts or place.end - one.end in ends
        ]


def _in_order(place: Place, neighbours: _Neighbours) -> bool:
    """Return whether a place is between the words that were before and after it."""
    before, after = neighbours
    return (not before or before[1].start <= place.start) and (
        not after or place.start <= after[1].start
    )


def _only(places: Sequence[Place]) -> Place | None:
    return places[0] if len(places) == 1 else None
