"""Decide whether words are inside quotation marks, or have them at their edges."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import NamedTuple

from onrecord.language import mark_signs
from onrecord.language.brief import is_brief
from onrecord.language.marks import Marks, is_of_word, marks, quoted

# Marks that are used inside others, in some languages.
_SINGLE = "‘‚‹『"
_BRACKETS = "([{<¿¡—–-/"
_STOPS = frozenset(".,;:!?…)]}>。，、；：！？．）」』")
# Marks that close if nothing else decides, and the marks that open them.
_TURNED_BACK = {
    "”": "“",
    "」": "「",
    "』": "『",
    "｣": "｢",
    "﹂": "﹁",
    "﹄": "﹃",
    "〞": "〝",
    "〟": "〝",
    "''": "``",
    "’’": "‘‘",
}
# Speech that is marked otherwise: a dash at the beginning of a line, a name and a colon before it.
_DASH = re.compile(r"\s*[-‐‑‒–—―]\s?\S")
_NAME = re.compile(r"[^\n.!?。:：]{1,60}[:：]")
_SINGLE_OPENS = re.compile(r"[‘‚]|(?:^|[\s(\[])['`]\w", re.MULTILINE)


def marked(text: str, extent: mark_signs.Extent, found: Marks) -> bool | None:
    """Return whether a part of a text is inside quotation marks, or begins or ends with one.

    A dash at the beginning of a line, and a name with a colon, mark speech as well. The result is
    None if the text leaves it open, such as near an unpaired mark.

    Args:
        text: The text.
        extent: The part.
        found: The marks of the text.
    """
    start, end = extent
    if beside(text, start, end):
        return True
    number = bisect_right(found.paragraphs, start) - 1
    first, last = found.paragraphs[number : number + 2]
    near = bisect_left(found.regions, (first,)), bisect_left(found.regions, (start + 1,))
    if any(end <= one.end for one in found.regions[slice(*near)]):
        return True
    line = text.rfind("\n", 0, start) + 1
    if _DASH.match(text, line) or _NAME.match(text, line, start) or _after_colon(text, start):
        return None
    if _SINGLE_OPENS.search(text, first, last):
        return None
    lone = [at for at in found.alone if text[at] != "’"]
    if any(first <= at < last for at in lone) or (lone and lone[0] < start and lone[-1] >= end):
        return None
    return False


def _after_colon(text: str, at: int) -> bool:
    return text[max(0, at - mark_signs.NEAR) : at].rstrip().endswith((":", "："))


def is_marked(text: str, start: int, end: int) -> bool | None:
    """Return whether a part of a text is inside quotation marks (as ``marked``)."""
    # Most words have a mark beside them, and need not wait until all are paired.
    if beside(text, start, end):
        return True
    return marked(text, (start, end), _latest(text))


@lru_cache(maxsize=16)
def _latest(text: str) -> Marks:
    """Return the quotation marks of a text, cached because all its spans need them."""
    return marks(text)


class Uncovered(NamedTuple):
    """Describe words inside quotation marks that no quote has, for the message of a finding.

    Attributes:
        words: The first of them.
        line: Their line in the text, from 1.
        others: The number of further ones as text: empty, or `` and 12 more``.
    """

    words: str
    line: int
    others: str


def first_uncovered(text: str, extents: str) -> Uncovered | None:
    """Return the first words inside quotation marks with which no quote overlaps.

    One or two words do not count: they are often a title, a name, or in scare quotes.

    Args:
        text: The text.
        extents: Where its quotes are, as ``START-END`` with spaces between.
    """
    covered = [tuple(map(int, one.split("-"))) for one in extents.split()]
    found = []
    last = 0
    for region in _latest(text).regions:
        is_inner = region.end <= last
        if is_inner or is_brief(text[region.start : region.end]):
            continue
        last = region.end
        if not any(start < region.end and region.start < end for start, end in covered):
            found.append(region)
    if not found:
        return None
    return Uncovered(
        words=text[found[0].start : found[0].end],
        line=text.count("\n", 0, found[0].start) + 1,
        others=f" and {len(found) - 1} more" if found[1:] else "",
    )


def beside(text: str, start: int, end: int) -> bool:
    """Return whether a quotation mark is at an edge of a part of a text, inside or outside."""
    words = text[start:end]
    return (
        _first_sign(words) is not None
        or _last_sign(words) is not None
        or _mark_near(text, start - 1, -1)
        or _mark_near(text, end, 1)
    )


def _first_sign(words: str) -> str | None:
    """Return the quotation mark at the beginning of a piece of text."""
    found = mark_signs.MARKS.match(words)
    return found[0] if found and found[0] != ",," else None


def _last_sign(words: str) -> str | None:
    """Return the quotation mark at the end of a piece of text."""
    for length in (2, 1):
        if mark_signs.MARKS.fullmatch(words[-length:]) and words[-length:] != ",,":
            return words[-length:]
    return None


def marks_around(words: str, before: str, after: str, known: bool) -> str | None:
    """Return the quotation marks at both ends of a piece of text, if they are a pair.

    Marks of a quotation that fills another quotation do not count, since they are the speaker's;
    nor do single ones if the text around is unknown.

    Args:
        words: The words.
        before: The text before them, as far as it is known.
        after: The text after them.
        known: Whether the text around is known.
    """
    first, last = mark_signs.MARKS.match(words), _last_sign(words)
    if first is None or last is None or last not in mark_signs.PAIRS.get(first[0], ()):
        return None
    whole = (first.end(), len(words) - len(last))
    if whole[0] >= whole[1] or mark_alone(words[slice(*whole)]):
        return None
    is_whole = any((one.start, one.end) == whole for one in quoted(words))
    if first[0] in _SINGLE and not (known and is_whole):
        return None
    if _mark_near(before, len(before) - 1, -1) or _mark_near(after, 0, 1):
        return None
    return first[0] + last


def within_marks(words: str) -> mark_signs.Extent:
    """Return the extent of the words in a piece of text that begins and ends with quotation marks."""
    first, last = mark_signs.MARKS.match(words), _last_sign(words) or ""
    start, end = first.end() if first else 0, len(words) - len(last)
    inner = words[start:end]
    return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())


def marks_beside(before: str, words: str, after: str) -> str | None:
    """Return the pair of quotation marks directly before and after words, if there is one.

    Args:
        before: The text before the words.
        words: The words.
        after: The text after the words.
    """
    if before.rstrip(mark_signs.GLUE)[-1:] in ("«", "‹"):
        before, after = before.rstrip(mark_signs.GLUE), after.lstrip(mark_signs.GLUE)
    sign = next((one for one in (before[-2:], before[-1:]) if mark_signs.MARKS.fullmatch(one)), "")
    at = len(before) - len(sign)
    if not sign or not mark_signs.may_open(before + words, mark_signs.Mark(sign, at, len(before))):
        return None
    if mark_signs.is_word(before, at - 1):
        return None
    stop = after[:1] if after[:1] in _STOPS else ""
    closer = mark_signs.MARKS.match(after, len(stop))
    if (
        closer is None
        or closer[0] not in mark_signs.PAIRS[sign]
        or mark_signs.is_word(after, closer.end())
    ):
        return None
    if mark_alone(words):
        return None
    if sign in _SINGLE:
        end = len(sign + words + stop)
        if all((one.before, one.end) != (0, end) for one in quoted(sign + words + after)):
            return None
    return sign + closer[0]


def mark_alone(words: str) -> str | None:
    """Return a quotation mark in a piece of text that has no partner in it, if there is one.

    Only number and order decide, so that it holds in all languages, whichever mark opens: each kind
    needs an even number, and the first may not be one that closes. Not checked are single marks,
    since they may be apostrophes; marks that begin a paragraph, as in a quote of several
    paragraphs; and signs of inches.
    """
    found = mark_signs.marks_in(words, 0, len(words))
    for kind in mark_signs.KINDS:
        counted = [one for one in found if one.sign in kind and not _counts_for_nothing(words, one)]
        if not counted:
            continue
        closing = _looks_closing(words, counted[0])
        if len(counted) % 2:
            return counted[-1 if closing is False else 0].sign
        if closing:
            return counted[0].sign
    return None


def _counts_for_nothing(words: str, mark: mark_signs.Mark) -> bool:
    line = words.rfind("\n", 0, mark.start)
    if line >= 0 and not words[line : mark.start].strip():
        return True
    return mark.sign in ('"', "”", "''") and words[: mark.start][-1:].isdecimal()


def _looks_closing(words: str, mark: mark_signs.Mark) -> bool | None:
    """Return whether a mark closes a quotation, by the characters around it; None if undecided."""
    if mark.sign == "``":
        return False
    before = words[: mark.start].rstrip(mark_signs.GLUE[1:])[-1:]
    after = words[mark.end :].lstrip(mark_signs.GLUE[1:])[:1]
    free_before = not before or before.isspace() or before in _BRACKETS
    free_after = not after or after.isspace() or after in _STOPS
    if free_after and not free_before:
        return True
    if free_before and free_after:
        if after in _STOPS - {".", "…"}:
            return True
        return True if not before and after.isspace() and mark.sign not in "«»‹›" else None
    if free_before and before:
        return False
    # A word on either side, as in Chinese, or nothing before: the shape decides.
    opener = _TURNED_BACK.get(mark.sign)
    return True if opener and opener in words[mark.end :] else None


def _mark_near(text: str, at: int, step: int) -> bool:
    """Return whether a mark follows in a direction, with only punctuation and spaces between.

    Line breaks end the search. Signs that may be marks of another kind count.
    """
    for index in range(at, at + step * mark_signs.NEAR, step):
        if not 0 <= index < len(text) or text[index] == "\n":
            return False
        if text[index] in mark_signs.ONE_SIGN_MARKS or text[index] in mark_signs.LIKE_MARKS:
            return True
        if is_of_word(text[index]):
            return False
    return False
