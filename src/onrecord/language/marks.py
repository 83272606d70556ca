"""Quotation marks in a text, and which of its words stand inside them."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from onrecord.language.edges import SPACELESS, script

# What may close what a mark opens. “ » and their like open in one language and close in another:
# they close where they can.
PAIRS = {
    "“": "”",
    "„": '“”"',
    "‟": "”",
    "”": "”",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "「": "」",
    "『": "』",
    "｢": "｣",
    "﹁": "﹂",
    "﹃": "﹄",
    "〝": "〞〟",
    "‘": "’",
    "‚": "‘’",
    '"': '"',
    "＂": "＂",
    "״": "״",
}
# Marks that open only where no word stands before them, and one behind.
_BY_CONTEXT = frozenset('”‘‚"＂״')
# Marks that stand in for one another, so that a text which mixes them can still be told to have
# one too many: those of a line are counted together. Single ones may be apostrophes and are not.
_KINDS = ('“”„‟"＂״', "«»", "‹›", "「」｢｣", "『』", "﹁﹂", "﹃﹄", "〝〞〟")
# Marks that are used inside others, in some languages.
_SINGLE = "‘‚‹『"
_OPENERS = {
    mark: frozenset(opener for opener, closers in PAIRS.items() if mark in closers)
    for mark in {*PAIRS, *"".join(PAIRS.values())}
}
_WORD = re.compile(r"\S")
_BLANK_LINE = re.compile(r"\n[ \t\r]*(?=\n)")
_MARKS = re.compile("[" + "".join(sorted({*PAIRS, *"".join(PAIRS.values())})) + "]")
_COUNTED = re.compile("[" + "".join(_KINDS) + "]")
# What stands between a mark and the words in it: spaces that keep it with them (French).
_GLUE = " \xa0\u2009\u202f"
_BRACKETS = "([{<¿¡—–-/"
_STOPS = frozenset(".,;:!?…)]}>。，、；：！？．）」』")
# Marks that close where nothing else tells, and what opens them.
_TURNED_BACK = {
    "”": "“",
    "」": "「",
    "』": "『",
    "｣": "｢",
    "﹂": "﹁",
    "﹄": "﹃",
    "〞": "〝",
    "〟": "〝",
}
# Speech that is marked otherwise: a dash at the beginning of a line, a name and a colon before it.
_DASH = re.compile(r"\s*[-‐‑‒–—―]\s?\S")
_NAME = re.compile(r"[^\n.!?。:：]{1,60}[:：]")
# Signs that may be marks of another kind: markup, and marks of the typewriter.
_LIKE_MARKS = frozenset("'`´’*_|<>")
_SINGLE_OPENS = re.compile(r"[‘‚]|(?:^|[\s(\[])['`]\w", re.MULTILINE)
# Characters between words and their mark, at most.
_NEAR = 6

Extent = tuple[int, int]


class Quoted(NamedTuple):
    """Words inside quotation marks, in code points; nested ones are regions of their own.

    ``after`` is where the text goes on: past the closing mark, if there is one.
    """

    start: int
    end: int
    after: int


class Piece(NamedTuple):
    """Words that all stand inside quotation marks, or all outside."""

    start: int
    end: int
    verbatim: bool


class Marks(NamedTuple):
    """The quotation marks of a text.

    Attributes:
        regions: The words that stand inside them, outer ones before those in them.
        alone: Offsets of marks that have no pair, in order.
        paragraphs: Offsets at which paragraphs begin and, at last, the text ends.
    """

    regions: list[Quoted]
    alone: list[int]
    paragraphs: list[int]


def quoted(text: str) -> list[Quoted]:
    """The words of a text that stand inside quotation marks, outer ones before those in them.

    Marks are paired within a paragraph, which a blank line ends. A mark that has no pair is none,
    but where the next paragraph begins with the same one, as in speech of several paragraphs.
    ’ inside a word, ' anywhere, and " inside a Hebrew word are none.
    """
    return marks(text).regions


def marks(text: str) -> Marks:
    """The quotation marks of a text, paired as ``quoted`` says, and those that have no pair."""
    found: list[Quoted] = []
    alone: list[int] = []
    paragraphs = [0, *(found.end() for found in _BLANK_LINE.finditer(text)), len(text)]
    for first, last in pairwise(paragraphs):
        open_: list[int] = []
        kinds: list[str] = []
        for mark in _MARKS.finditer(text, first, last):
            at = mark.start()
            if _is_apostrophe(text, at):
                continue
            if not _OPENERS[text[at]].isdisjoint(kinds) and _closes(text, at):
                while True:
                    opener = open_.pop()
                    if text[at] in PAIRS[kinds.pop()]:
                        break
                    alone.append(opener)
                found.append(Quoted(opener + 1, at, at + 1))
            elif _opens(text, at):
                open_.append(at)
                kinds.append(text[at])
            else:
                alone.append(at)
        if open_ and _goes_on(text, last, text[open_[0]]):
            end = first + len(text[first:last].rstrip())
            found.append(Quoted(open_.pop(0) + 1, end, end))
        alone += open_
    regions = sorted(found, key=lambda one: (one.start, -one.end))
    return Marks(regions, sorted(alone), paragraphs)


def _is_apostrophe(text: str, at: int) -> bool:
    """Whether what looks like a mark is part of a word."""
    if text[at] == "’":
        return _is_word(text, at - 1) and _is_word(text, at + 1)
    if text[at] in '"״':
        beside = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
        return len(beside) == 2 and all(script(one) == "HEBREW" for one in beside)
    return False


def _closes(text: str, at: int) -> bool:
    """Whether a mark may close: a straight one does not with a space before it and none behind."""
    if text[at] != '"':
        return True
    return not (_is_space(text, at - 1) and not _is_space(text, at + 1))


def _is_space(text: str, at: int) -> bool:
    return not 0 <= at < len(text) or text[at].isspace()


def _goes_on(text: str, at: int, mark: str) -> bool:
    """Whether the next paragraph begins with a mark."""
    begin = _WORD.search(text, at)
    return begin is not None and begin[0] == mark


def _opens(text: str, at: int) -> bool:
    mark = text[at]
    if mark not in PAIRS:
        return False
    follows = text[at + 1 : at + 2]
    return mark not in _BY_CONTEXT or (
        not _is_word(text, at - 1) and bool(follows) and not follows.isspace()
    )


def _is_word(text: str, at: int) -> bool:
    """Whether a word stands there that needs a space to part it from the next."""
    return 0 <= at < len(text) and text[at].isalnum() and script(text[at]) not in SPACELESS


def pieces(text: str, extent: Extent, regions: Iterable[Quoted]) -> list[Piece]:
    """A part of a text, cut at quotation marks, which are in no piece.

    White space at the edges of pieces is left out, and so are pieces without a word.
    """
    start, end = extent
    cut: list[Piece] = []
    for region in regions:
        if region.end <= start or region.start >= end:
            continue
        cut.append(Piece(start, max(start, region.start - 1), verbatim=False))
        cut.append(Piece(max(start, region.start), min(end, region.end), verbatim=True))
        start = min(end, max(start, region.after))
    cut.append(Piece(start, end, verbatim=False))
    return [piece for piece in (_trimmed(text, one) for one in cut) if _words(text, piece)]


def around(text: str, extent: Extent, regions: Iterable[Quoted]) -> set[Quoted]:
    """The regions that hold all words of a part of a text: to it, their marks say nothing."""
    said = [at for at in range(*extent) if _says(text[at])]
    if not said:
        return set()
    return {one for one in regions if one.start <= said[0] and said[-1] < one.end}


def marked(text: str, extent: Extent, found: Marks) -> bool | None:
    """Whether a part of a text stands inside quotation marks, or begins or ends with one.

    A dash that begins a line, and a name with a colon, mark speech as well. Where the text leaves
    it open, such as near a mark that has no pair, there is no telling, and None.

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
    return text[max(0, at - _NEAR) : at].rstrip().endswith((":", "："))


def is_marked(text: str, start: int, end: int) -> bool | None:
    """Whether a part of a text stands inside quotation marks, as ``marked`` tells it."""
    # Most words have a mark beside them, and need not wait until all are paired.
    if beside(text, start, end):
        return True
    return marked(text, (start, end), _latest(text))


@lru_cache(maxsize=16)
def _latest(text: str) -> Marks:
    """The quotation marks of a text, which is asked for again as long as its spans are."""
    return marks(text)


def beside(text: str, start: int, end: int) -> bool:
    """Whether a quotation mark stands at an edge of a part of a text, inside it or outside."""
    return (
        bool(_MARKS.match(text, start) or _MARKS.match(text, end - 1))
        or _mark_near(text, start - 1, -1)
        or _mark_near(text, end, 1)
    )


def marks_around(words: str, before: str, after: str, known: bool) -> str | None:
    """The quotation marks that a piece of text begins and ends with, if they are one pair.

    Those of a quotation that is all there is in another quotation are none, since they are the
    speaker's; so are single ones, where the text around is not known.

    Args:
        words: The words.
        before: The text before them, as far as it is known.
        after: The text after them.
        known: Whether the text around is known.
    """
    if len(words) < 3 or words[-1] not in PAIRS.get(words[0], ""):
        return None
    inner = words[1:-1]
    single = words[0] in _SINGLE
    if mark_alone(inner) or (single and any(mark in inner for mark in "‘’")):
        return None
    if single and not known:
        return None
    if _mark_near(before, len(before) - 1, -1) or _mark_near(after, 0, 1):
        return None
    return words[0] + words[-1]


def marks_beside(before: str, words: str, after: str) -> str | None:
    """The quotation marks, one pair, that stand right before and after words.

    Args:
        before: The text before the words.
        words: The words.
        after: The text after the words.
    """
    if before.rstrip(_GLUE)[-1:] in ("«", "‹"):
        before, after = before.rstrip(_GLUE), after.lstrip(_GLUE)
    if not before or not _opens(before[-1] + words, 0) or _is_word(before, len(before) - 2):
        return None
    if after[:1] in _STOPS:
        after = after[1:]
    if not after or after[0] not in PAIRS[before[-1]] or _is_word(after, 1):
        return None
    return None if mark_alone(words) else before[-1] + after[0]


def mark_alone(words: str) -> str | None:
    """A quotation mark in a piece of text whose pair is not in it, if there is one.

    It is told by number and place alone, so that it holds in all languages, whichever of their
    marks opens: each kind needs an even number, and the first may not be one that closes. Single
    marks are not judged, since they may be apostrophes; nor are marks that begin a paragraph, as
    the second and later ones of a long quote do, and signs of inches.
    """
    for kind in _KINDS:
        places = [
            found.start()
            for found in _COUNTED.finditer(words)
            if found[0] in kind and not _counts_for_nothing(words, found.start())
        ]
        if len(places) % 2:
            return words[places[-1] if _looks_closing(words, places[0]) is False else places[0]]
        if places and _looks_closing(words, places[0]):
            return words[places[0]]
    return None


def _counts_for_nothing(words: str, at: int) -> bool:
    line = words.rfind("\n", 0, at)
    if line >= 0 and not words[line:at].strip():
        return True
    inches = words[at] in '"”' and words[at - 1 : at].isdecimal() and at > 0
    return inches or _is_apostrophe(words, at)


def _looks_closing(words: str, at: int) -> bool | None:
    """Whether a mark closes, by what is around it; None where that does not tell."""
    before, after = words[:at].rstrip(_GLUE[1:])[-1:], words[at + 1 :].lstrip(_GLUE[1:])[:1]
    free_before = not before or before.isspace() or before in _BRACKETS
    free_after = not after or after.isspace() or after in _STOPS
    if free_after and not free_before:
        return True
    if free_before and free_after:
        if after in _STOPS - {".", "…"}:
            return True
        return True if not before and after.isspace() and words[at] not in "«»‹›" else None
    if free_before and before:
        return False
    # A word on either side, as in Chinese, or nothing before: the shape tells.
    opener = _TURNED_BACK.get(words[at])
    return True if opener and opener in words[at:] else None


def _mark_near(text: str, at: int, step: int) -> bool:
    """Whether a mark is the next thing in a direction but punctuation and spaces.

    Line breaks end the search. Signs that may be marks of another kind count.
    """
    for index in range(at, at + step * _NEAR, step):
        if not 0 <= index < len(text) or text[index] == "\n":
            return False
        if _MARKS.match(text, index) or text[index] in _LIKE_MARKS:
            return True
        if _says(text[index]):
            return False
    return False


def _trimmed(text: str, piece: Piece) -> Piece:
    words = text[piece.start : piece.end]
    start = piece.start + len(words) - len(words.lstrip())
    return piece._replace(start=start, end=max(start, piece.start + len(words.rstrip())))


def _words(text: str, piece: Piece) -> bool:
    return any(map(_says, text[piece.start : piece.end]))


def _says(character: str) -> bool:
    """Whether a character is part of a word: no space, punctuation or control."""
    return unicodedata.category(character)[0] not in "ZPC"
