"""Pair the quotation marks of a text, and cut the text at them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from onrecord.language import mark_signs

_WORD = re.compile(r"\S")
_BLANK_LINE = re.compile(r"\n[ \t\r]*(?=\n)")
_LINE_START = re.compile(r"[\n\r\x85\u2028\u2029]\s*\Z")
# The end of a paragraph that is not followed by a blank line.
_SENTENCE_END = re.compile(r"[.!?…:;。！？；：)\]’”›»」』]\s*\Z")
# A word that may end with an apostrophe: a plural or a name in the genitive, or a shortened word.
_SHORTENED = re.compile(
    r"(?:[sxzß]|\w\win|\b(?:n|an|o|th|wi|ol|fo|po|tho|mo|de|ne))\Z", re.IGNORECASE
)
# How many marks after a single one are searched for its pair.
_AHEAD = 32
# The most characters before the first mark of a line.
_INDENT = 64
# Single marks that open, whose pair may be taken for an apostrophe.
_APOSTROPHES = frozenset("‘‚")


class Quoted(NamedTuple):
    """Locate words inside quotation marks, in code points; nested quotations are separate regions.

    ``before`` is the offset of the opening mark; ``after`` is the offset just after the closing
    mark, if there is one.
    """

    start: int
    end: int
    after: int
    before: int


class Piece(NamedTuple):
    """Locate words that are all inside quotation marks, or all outside, in code points."""

    start: int
    end: int
    quoted: bool


class Marks(NamedTuple):
    """Hold the paired quotation marks of a text, and those without a partner.

    Attributes:
        regions: The words inside them, outer regions before those inside them.
        alone: Offsets of marks that have no partner, in order.
        paragraphs: Offsets at which paragraphs begin, followed by the length of the text.
    """

    regions: list[Quoted]
    alone: list[int]
    paragraphs: list[int]


def quoted(text: str) -> list[Quoted]:
    """Return the regions of a text that are inside quotation marks, outer ones first.

    Marks are paired within a paragraph, which a blank line ends. A mark without a partner does not
    count, unless the next paragraph begins with the same mark, or with the one that closes it, as
    in speech of several paragraphs. Such a paragraph may also begin on the next line, if the line
    before ends a sentence. ’ inside and at the beginning of a word, a single ', and " inside a
    Hebrew word do not count. If several ’ may close ‘, the first after punctuation does, otherwise
    the first that is unlikely to be an apostrophe.
    """
    return marks(text).regions


class _Open(NamedTuple):
    """Hold an opening mark, and the number of the mark that closes it, if that is known already."""

    mark: mark_signs.Mark
    closer: int | None


def marks(text: str) -> Marks:
    """Return the quotation marks of a text, paired as in ``quoted``, and the unpaired ones."""
    regions: list[Quoted] = []
    alone: list[int] = []
    paragraphs = [0, *(found.end() for found in _BLANK_LINE.finditer(text)), len(text)]
    for first, last in pairwise(paragraphs):
        paragraph = _Paragraph(text, first, last)
        regions += paragraph.regions
        alone += paragraph.alone
    regions.sort(key=lambda one: (one.start, -one.end))
    return Marks(regions, sorted(alone), paragraphs)


class _Paragraph:
    """Pair the marks of a paragraph."""

    def __init__(self, text: str, first: int, last: int) -> None:
        self.regions: list[Quoted] = []
        self.alone: list[int] = []
        self._text = text
        self._first = first
        self._marks = mark_signs.marks_in(text, first, last)
        self._open: list[_Open] = []
        # Where each sign is in the list of open marks.
        self._places: dict[str, list[int]] = {sign: [] for sign in mark_signs.PAIRS}
        for number, mark in enumerate(self._marks):
            self._take(number, mark)
        if self._open:
            begin = _WORD.search(text, last)
            self._break(last, _repeated(text, begin.start(), self._open) if begin else 0)

    def _take(self, number: int, mark: mark_signs.Mark) -> None:
        """Pair a mark with one before it, or record it as opening, or as unpaired."""
        if self._open and self._continues(number, mark):
            self._break(mark.start, _repeated(self._text, mark.start, self._open))
        if self._close(number, mark):
            return
        if mark_signs.may_open(self._text, mark):
            is_single = mark.sign in _APOSTROPHES
            closer = self._find_closer(number, mark, len(self._open)) if is_single else None
            self._places[mark.sign].append(len(self._open))
            self._open.append(_Open(mark, closer))
        else:
            self.alone.append(mark.start)

    def _place(self, signs: Iterable[str]) -> int:
        """Return the index of the last open mark that has one of these signs; -1 if there is none."""
        return max((self._places[sign][-1] for sign in signs if self._places[sign]), default=-1)

    def _is_open(self, signs: Iterable[str], end: int) -> bool:
        """Return whether a mark with one of these signs is among the first open ones."""
        return any(self._places[sign] and self._places[sign][0] < end for sign in signs)

    def _drop(self, place: int) -> list[_Open]:
        """Remove the open marks from an index on, and return them."""
        dropped = self._open[place:]
        for one in dropped:
            self._places[one.mark.sign].pop()
        del self._open[place:]
        return dropped

    def _close(self, number: int, mark: mark_signs.Mark) -> bool:
        """Close the open mark that a mark belongs to; return whether there was one."""
        place = (
            self._place(mark_signs.OPENERS[mark.sign])
            if mark_signs.may_close(self._text, mark)
            else -1
        )
        if place < 0:
            return False
        opener, closer = self._open[place]
        if opener.sign in _APOSTROPHES and closer != number:
            if closer is None or closer < number:
                closer = self._find_closer(number - 1, opener, place)
                self._open[place] = _Open(opener, closer)
            if closer != number:
                return False
        self.alone += [one.mark.start for one in self._drop(place)[1:]]
        self.regions.append(Quoted(opener.end, mark.start, mark.end, opener.start))
        return True

    def _continues(self, number: int, mark: mark_signs.Mark) -> bool:
        """Return whether a mark at the beginning of a line repeats that of a continued quotation."""
        before = self._text[max(self._first, mark.start - _INDENT) : mark.start]
        opener = self._open[0].mark.sign
        if not (_LINE_START.search(before) and _SENTENCE_END.search(before)):
            return False
        if not _repeated(self._text, mark.start, self._open):
            return False
        if mark.sign == opener:
            return True
        # A closing mark may only be wrapped to the next line: then no other closes after it.
        kin = {opener, *mark_signs.PAIRS[opener]}
        ahead = self._marks[number + 1 : number + 1 + _AHEAD]
        after = next((one.sign for one in ahead if one.sign in kin), opener)
        return after != opener

    def _break(self, at: int, repeated: int) -> None:
        """End a paragraph: the outermost open quotations end here."""
        end = self._first + len(self._text[self._first : at].rstrip())
        for number, (opener, _) in enumerate(self._drop(0)):
            if number < repeated:
                self.regions.append(Quoted(opener.end, end, end, opener.start))
            else:
                self.alone.append(opener.start)

    def _find_closer(self, number: int, opener: mark_signs.Mark, outer: int) -> int | None:
        """Return the number of the mark that closes a single one, among possible apostrophes.

        Args:
            number: The number of the opening mark.
            opener: The opening mark.
            outer: How many marks were open before it.
        """
        is_nested = self._is_open(_APOSTROPHES, outer)
        inner: list[str] = []
        best: tuple[int, int] | None = None
        for at in range(number + 1, min(len(self._marks), number + 1 + _AHEAD)):
            mark = self._marks[at]
            if mark.sign in mark_signs.PAIRS[opener.sign] and mark_signs.may_close(
                self._text, mark
            ):
                rank = self._likeness_to_apostrophe(opener, mark) + (4 if inner else 0)
                if rank <= is_nested:
                    return at
                best = min(best or (rank, at), (rank, at))
            elif mark.sign in _APOSTROPHES:
                break
            elif inner and mark.sign in mark_signs.PAIRS[inner[-1]]:
                inner.pop()
            elif self._is_open(mark_signs.OPENERS[mark.sign], outer) and mark_signs.may_close(
                self._text, mark
            ):
                break
            elif mark_signs.may_open(self._text, mark):
                inner.append(mark.sign)
        return best and best[1]

    def _likeness_to_apostrophe(self, opener: mark_signs.Mark, mark: mark_signs.Mark) -> int:
        """Return how likely a possible closing mark is an apostrophe; 0 means not at all."""
        text, at = self._text, mark.start
        if (mark.sign == "‘" and opener.sign == "‚") or not mark_signs.is_word(text, at - 1):
            return 1 if text[at - 1] == "’" else 0
        if not _SHORTENED.search(text, max(opener.end, at - mark_signs.NEAR), at):
            return 1
        return 3 if mark_signs.is_space(text, mark.end) and mark.end < len(text) else 2


def _repeated(text: str, at: int, open_: Iterable[_Open]) -> int:
    """Return how many of the open marks are repeated at the beginning of a paragraph, before words."""
    number = 0
    for opener, _ in open_:
        found = mark_signs.MARKS.match(text, at)
        if found is None or found[0] not in (opener.sign, *mark_signs.PAIRS[opener.sign]):
            break
        if found[0] == "’" or not text[found.end() :][:2].strip():
            break
        number += 1
        at = found.end()
        while text[at : at + 1] and text[at] in mark_signs.GLUE:
            at += 1
    return number


def pieces(text: str, extent: mark_signs.Extent, regions: Iterable[Quoted]) -> list[Piece]:
    """Cut a part of a text at quotation marks; the marks are in no piece.

    White space at the edges of pieces is left out, and so are pieces without a word.
    """
    start, end = extent
    cut: list[Piece] = []
    for region in regions:
        if region.end <= start or region.start >= end:
            continue
        cut.append(Piece(start, max(start, region.before), quoted=False))
        cut.append(Piece(max(start, region.start), min(end, region.end), quoted=True))
        start = min(end, max(start, region.after))
    cut.append(Piece(start, end, quoted=False))
    return [piece for piece in (_trimmed(text, one) for one in cut) if _words(text, piece)]


def around(text: str, extent: mark_signs.Extent, regions: Iterable[Quoted]) -> set[Quoted]:
    """Return the regions that contain all words of a part of a text: their marks do not divide it."""
    said = [at for at in range(*extent) if is_of_word(text[at])]
    if not said:
        return set()
    return {one for one in regions if one.start <= said[0] and said[-1] < one.end}


def _trimmed(text: str, piece: Piece) -> Piece:
    words = text[piece.start : piece.end]
    start = piece.start + len(words) - len(words.lstrip())
    return piece._replace(start=start, end=max(start, piece.start + len(words.rstrip())))


def _words(text: str, piece: Piece) -> bool:
    return any(map(is_of_word, text[piece.start : piece.end]))


def is_of_word(character: str) -> bool:
    """Return whether a character is part of a word: not a space, punctuation or control character."""
    return unicodedata.category(character)[0] not in "ZPC"
