"""The context of words: the prefix and suffix that a record gives to tell one place from another.

White space at the edges of a prefix or suffix makes no difference, since YAML drops it where they
are not quoted: ``prefix: the mayor `` is ``the mayor``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

# Longest prefix and suffix, in code points.
LONGEST = 64
# A context that is offered is extended to whole words by so many code points at most.
_EXTENSION = 16
# A prefix is offered rather than a suffix that is shorter by so many code points at most.
_DETOUR = 8

Extent = tuple[int, int]


def is_before(prefix: str, text: str, start: int) -> bool:
    """Return whether a prefix is what a text has before an offset."""
    return text.endswith(prefix.strip(), 0, _before_space(text, start))


def is_after(suffix: str, text: str, end: int) -> bool:
    """Return whether a suffix is what a text has after an offset."""
    return text.startswith(suffix.strip(), _after_space(text, end))


def is_prefix(prefix: str, before: str) -> bool:
    """Return whether a prefix agrees with the last ``LONGEST`` code points before a span."""
    known = before.rstrip()
    is_cut = len(known) < len(before) == LONGEST and len(known) < len(prefix.strip())
    return prefix.strip().endswith(known) if is_cut else is_before(prefix, known, len(known))


def is_suffix(suffix: str, after: str) -> bool:
    """Return whether a suffix agrees with the first ``LONGEST`` code points after a span."""
    known = after.lstrip()
    is_cut = len(known) < len(after) == LONGEST and len(known) < len(suffix.strip())
    return suffix.strip().startswith(known) if is_cut else is_after(suffix, known, 0)


def prefix_at(prefix: str, text: str, start: int) -> str:
    """Return a prefix that is before an offset as the text has it, with all white space between."""
    if text.endswith(prefix, 0, start):
        return prefix
    return text[_before_space(text, start) - len(prefix.strip()) : start][-LONGEST:]


def suffix_at(suffix: str, text: str, end: int) -> str:
    """Return a suffix that is after an offset as the text has it, with all white space between."""
    if text.startswith(suffix, end):
        return suffix
    return text[end : _after_space(text, end) + len(suffix.strip())][:LONGEST]


def places(text: str, words: str, prefix: str, suffix: str, limit: int) -> list[int]:
    """Return where words are in a text with a prefix and suffix around them, up to a limit.

    Where a prefix or suffix is exactly in some of the places, only those count; but not where it
    is in the same word as the words, since white space that YAML dropped may have been between.
    """
    before, after = (re.escape(side.strip()) for side in (prefix, suffix))
    pattern = re.compile(
        (rf"{before}\s*" if before else "")
        + f"({re.escape(words)})"
        + (rf"\s*{after}" if after else "")
    )
    found: list[int] = []
    at = pattern.search(text)
    while at and len(found) < limit:
        found.append(at.start(1))
        at = pattern.search(text, at.start() + 1)
    exact = [start for start in found if _is_exact(text, start, words, prefix, suffix)]
    return exact or found


def telling(text: str, extents: Sequence[Extent], some: int) -> Iterator[Mapping[str, str]]:
    """Return what tells each of some places from all others: a prefix, a suffix, or both.

    Args:
        text: The text.
        extents: All places of the same words, by start and end.
        some: Of how many of them, from the first on, that is asked.

    Yields:
        A prefix or suffix by these names, the shortest in whole words. Nothing for a place that
        none of up to ``LONGEST`` code points tells from the others.
    """
    starts = [text[max(0, start - LONGEST) : start] for start, _ in extents]
    ends = [text[end : end + LONGEST] for _, end in extents]
    before = _least([side.rstrip()[::-1] for side in starts])
    after = _least([side.lstrip() for side in ends])
    pairs = list(zip(starts, ends, strict=True))
    for index, (prefix, suffix) in enumerate(pairs[:some]):
        offered = []
        if (length := before[index]) is not None:
            length = _whole_words(prefix.rstrip()[::-1], length)
            offered.append(("prefix", prefix[len(prefix.rstrip()) - length :]))
        if (length := after[index]) is not None:
            length = _whole_words(suffix.lstrip(), length)
            offered.append(("suffix", suffix[: len(suffix) - len(suffix.lstrip()) + length]))
        if offered:
            yield dict([min(offered, key=_cost)])
        elif sum(one == (prefix, suffix) for one in pairs) == 1 and prefix and suffix:
            yield {"prefix": prefix, "suffix": suffix}
        else:
            yield {}


def _before_space(text: str, at: int) -> int:
    while at and text[at - 1].isspace():
        at -= 1
    return at


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _is_exact(text: str, start: int, words: str, prefix: str, suffix: str) -> bool:
    """Return whether a prefix and suffix are around words just as they are given."""
    end = start + len(words)
    return (
        text.endswith(prefix, 0, start)
        and text.startswith(suffix, end)
        and not (prefix and (prefix[-1] + words[0]).isalnum())
        and not (suffix and (words[-1] + suffix[0]).isalnum())
    )


def _least(sides: Sequence[str]) -> list[int | None]:
    """Return how many characters of each side no other side begins with; None if there are none."""
    order = sorted(range(len(sides)), key=sides.__getitem__)
    shared = [0] * len(sides)
    for one, other in pairwise(order):
        common = _common(sides[one], sides[other])
        shared[one] = max(shared[one], common)
        shared[other] = max(shared[other], common)
    return [
        _seen(side, number) if number < len(side) else None
        for side, number in zip(sides, shared, strict=True)
    ]


def _seen(side: str, number: int) -> int | None:
    """Return how many characters of a side show the one at an index at their edge.

    White space at the edge does not count, so that it needs a character behind it.
    """
    while number < len(side) and side[number].isspace():
        number += 1
    return number + 1 if number < len(side) else None


def _common(one: str, other: str) -> int:
    """Return how many characters two sides have in common at their beginning."""
    for number, pair in enumerate(zip(one, other, strict=False)):
        if pair[0] != pair[1]:
            return number
    return min(len(one), len(other))


def _cost(offered: tuple[str, str]) -> tuple[bool, int]:
    """Return what a prefix or suffix costs readers, who know a place best by a word before it."""
    name, side = offered
    return not any(map(str.isalnum, side)), len(side) + (_DETOUR if name == "suffix" else 0)


def _whole_words(side: str, length: int) -> int:
    """Return a length that does not end within a word, unless that is long."""
    for end in range(length, min(len(side), length + _EXTENSION) + 1):
        if end == len(side) or side[end].isspace():
            return end
    return length
