"""Compare prefixes and suffixes of spans, which distinguish one place of words from others.

White space at the edges of a prefix or suffix makes no difference, since YAML drops it from
unquoted values: ``prefix: the mayor `` is ``the mayor``.
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
    """Return whether a text has a prefix before an offset."""
    return text.endswith(prefix.strip(), 0, _before_space(text, start))


def is_after(suffix: str, text: str, end: int) -> bool:
    """Return whether a text has a suffix after an offset."""
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
    """Return the prefix before an offset exactly as the text has it, including white space."""
    if text.endswith(prefix, 0, start):
        return prefix
    return text[_before_space(text, start) - len(prefix.strip()) : start][-LONGEST:]


def suffix_at(suffix: str, text: str, end: int) -> str:
    """Return the suffix after an offset exactly as the text has it, including white space."""
    if text.startswith(suffix, end):
        return suffix
    return text[end : _after_space(text, end) + len(suffix.strip())][:LONGEST]


def places(text: str, words: str, prefix: str, suffix: str, limit: int) -> list[int]:
    """Return the offsets of words that have a prefix and suffix around them, up to a limit.

    If some places match the prefix and suffix exactly, only those count; except when the prefix or
    suffix would be part of the same word, since YAML may have dropped white space between them.
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


def distinguishing(text: str, extents: Sequence[Extent], some: int) -> Iterator[Mapping[str, str]]:
    """Yield a shortest prefix, suffix, or both, that distinguish a place from all others.

    Args:
        text: The text.
        extents: All places of the same words, by start and end.
        some: For how many of them, from the first, to yield a result.

    Yields:
        A mapping with ``prefix``, ``suffix`` or both, in whole words. It is empty for a place that up to
        ``LONGEST`` code points cannot distinguish.
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
    """Return whether a text has exactly this prefix and suffix around words."""
    end = start + len(words)
    return (
        text.endswith(prefix, 0, start)
        and text.startswith(suffix, end)
        and not (prefix and (prefix[-1] + words[0]).isalnum())
        and not (suffix and (words[-1] + suffix[0]).isalnum())
    )


def _least(sides: Sequence[str]) -> list[int | None]:
    """Return for each side the length at which it differs from all others; None if it never does."""
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
    """Return how many characters of a side are needed to include the one at an index.

    White space at the edge is dropped, so another character must follow it.
    """
    while number < len(side) and side[number].isspace():
        number += 1
    return number + 1 if number < len(side) else None


def _common(one: str, other: str) -> int:
    """Return the length of the common beginning of two sides."""
    for number, pair in enumerate(zip(one, other, strict=False)):
        if pair[0] != pair[1]:
            return number
    return min(len(one), len(other))


def _cost(offered: tuple[str, str]) -> tuple[bool, int]:
    """Return the cost of a prefix and suffix, to choose the one that is easiest to read."""
    name, side = offered
    return not any(map(str.isalnum, side)), len(side) + (_DETOUR if name == "suffix" else 0)


def _whole_words(side: str, length: int) -> int:
    """Extend a length to the end of a word, unless the word is long."""
    for end in range(length, min(len(side), length + _EXTENSION) + 1):
        if end == len(side) or side[end].isspace():
            return end
    return length
