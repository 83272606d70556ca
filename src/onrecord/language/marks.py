"""Quotation marks in a text, and which of its words stand inside them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

# What may close what a mark opens. “ » and their like open in one language and close in another:
# they close where they can.
PAIRS = {
    "“": "”",
    "„": "“”",
    "”": "”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‚": "‘’",
    '"': '"',
}
# Marks that open only where no word stands before them, and one behind.
_BY_CONTEXT = frozenset('”‘‚"')
_OPENERS = {
    mark: [opener for opener, closers in PAIRS.items() if mark in closers]
    for mark in {*PAIRS, *"".join(PAIRS.values())}
}
_WORD = re.compile(r"\S")
_PARAGRAPH = re.compile(r"(?:(?!\n[ \t\r]*\n).)+", re.DOTALL)
_MARKS = re.compile("[" + "".join(sorted({*PAIRS, *"".join(PAIRS.values())})) + "]")

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


def quoted(text: str) -> list[Quoted]:
    """The words of a text that stand inside quotation marks, outer ones before those in them.

    Marks are paired within a paragraph, which a blank line ends. A mark that has no pair is none,
    but where the next paragraph begins with the same one, as in speech of several paragraphs.
    ’ inside a word, and ' anywhere, are apostrophes.
    """
    found: list[Quoted] = []
    for paragraph in _PARAGRAPH.finditer(text):
        open_: list[int] = []
        kinds: Counter[str] = Counter()
        for mark in _MARKS.finditer(text, *paragraph.span()):
            at = mark.start()
            if not _is_apostrophe(text, at) and any(kinds[one] for one in _OPENERS[text[at]]):
                while True:
                    opener = open_.pop()
                    kinds[text[opener]] -= 1
                    if text[at] in PAIRS[text[opener]]:
                        break
                found.append(Quoted(opener + 1, at, at + 1))
            elif _opens(text, at):
                open_.append(at)
                kinds[text[at]] += 1
        if open_ and _goes_on(text, paragraph.end(), text[open_[0]]):
            end = paragraph.start() + len(paragraph[0].rstrip())
            found.append(Quoted(open_[0] + 1, end, end))
    return sorted(found, key=lambda one: (one.start, -one.end))


def _is_apostrophe(text: str, at: int) -> bool:
    return text[at] == "’" and _is_word(text, at - 1) and _is_word(text, at + 1)


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
    return 0 <= at < len(text) and text[at].isalnum()


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


def _trimmed(text: str, piece: Piece) -> Piece:
    words = text[piece.start : piece.end]
    start = piece.start + len(words) - len(words.lstrip())
    return piece._replace(start=start, end=max(start, piece.start + len(words.rstrip())))


def _words(text: str, piece: Piece) -> bool:
    return any(map(_says, text[piece.start : piece.end]))


def _says(character: str) -> bool:
    """Whether a character is part of a word: no space, punctuation or control."""
    return unicodedata.category(character)[0] not in "ZPC"
