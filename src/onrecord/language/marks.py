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
# they close where they can. Doubled signs are one mark, as in LaTeX and in the Penn Treebank.
PAIRS = {
    mark: tuple(closers.split())
    for mark, closers in {
        "“": "”",
        "„": "“ ” \" '' ’’",
        "‟": "”",
        "”": "”",
        "«": "»",
        "»": "« »",
        "‹": "›",
        "›": "‹ ›",
        "「": "」",
        "『": "』",
        "｢": "｣",
        "﹁": "﹂",
        "﹃": "﹄",
        "〝": "〞 〟",
        "‘": "’",
        "‚": "‘ ’",
        '"': '"',
        "＂": "＂",
        "״": "״",
        "``": "'' ” \"",
        "''": "''",
        "´´": "´´",
        "‘‘": "’’",
        "‚‚": "‘‘ ’’",
        ",,": "'' ’’ “ ” \"",
    }.items()
}
# Marks that open only where no word stands before them, and one behind.
_BY_CONTEXT = frozenset({*'”‘‚"＂״', "''", "´´", ",,"})
# Marks that stand in for one another, so that a text which mixes them can still be told to have
# one too many: those of a line are counted together. Single ones may be apostrophes and are not.
_KINDS = (
    frozenset({*'“”„‟"＂״', "``", "''", "´´", "‘‘", "’’", "‚‚", ",,"}),
    *map(frozenset, ("«»", "‹›", "「」｢｣", "『』", "﹁﹂", "﹃﹄", "〝〞〟")),
)
# Marks that are used inside others, in some languages.
_SINGLE = "‘‚‹『"
_CLOSERS = frozenset(mark for closers in PAIRS.values() for mark in closers)
_ALL = frozenset({*PAIRS, *_CLOSERS})
_OPENERS = {
    mark: frozenset(opener for opener, closers in PAIRS.items() if mark in closers) for mark in _ALL
}
_ONE_SIGN = frozenset(mark for mark in _ALL if len(mark) == 1)
_SIGNS = "[" + "".join(sorted(_ONE_SIGN)) + "]"
# Of three apostrophes the last two are one mark.
_DOUBLED = "``|''(?!')|´´|‘‘|’’|‚‚|,,"
_MARKS = re.compile(f"{_DOUBLED}|{_SIGNS}")
# Signs that are two single marks where the other half of the doubled one is missing.
_MAYBE_TWO = frozenset({"‘‘", "’’", "‚‚"})
_WORD = re.compile(r"\S")
_BLANK_LINE = re.compile(r"\n[ \t\r]*(?=\n)")
_LINE_START = re.compile(r"[\n\r\x85\u2028\u2029]\s*\Z")
# How a paragraph ends that another one follows, where no blank line parts them.
_SENTENCE_END = re.compile(r"[.!?…:;。！？；：)\]’”›»」』]\s*\Z")
# A word that may end with an apostrophe: a plural or a name in the genitive, or a shortened word.
_SHORTENED = re.compile(
    r"(?:[sxzß]|\w\win|\b(?:n|an|o|th|wi|ol|fo|po|tho|mo|de|ne))\Z", re.IGNORECASE
)
# A word that begins with one, even if it is turned the wrong way.
_ELIDED = re.compile(r"[‘’](?:\d\ds?|t(?:is|was)|em|n(?=[’\s]))(?!\w)", re.IGNORECASE)
# How many marks after a single one are searched for its pair.
_AHEAD = 32
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
    "''": "``",
    "’’": "‘‘",
}
# Patterns that mean the same in RE2 and Java: a mark of one sign, what a quotation may begin with,
# and what ``mark_alone`` counts.
ONE_SIGN = _SIGNS
OPENING = "(" + "|".join(sorted(PAIRS)) + ")"
COUNTED = "(" + "|".join(sorted(mark for kind in _KINDS for mark in kind)) + ")"
# Signs that may be marks of another kind: markup, and marks of the typewriter.
LIKE_MARKS = "'`´’*_|<>"
# Signs that are marks somewhere, or look like one, or stand for one.
ANY_SIGN = f"['`´’‛《》〈〉＇❛❜❝❞❮❯{_SIGNS[1:]}"
# Speech that is marked otherwise: a dash at the beginning of a line, a name and a colon before it.
_DASH = re.compile(r"\s*[-‐‑‒–—―]\s?\S")
_NAME = re.compile(r"[^\n.!?。:：]{1,60}[:：]")
_SINGLE_OPENS = re.compile(r"[‘‚]|(?:^|[\s(\[])['`]\w", re.MULTILINE)
# Characters between words and their mark, at most; and before the first mark of a line.
_NEAR = 6
_INDENT = 64
# Single marks that open, whose pair may be taken for an apostrophe; straight marks; and what may
# stand before an apostrophe at the beginning of a word.
_APOSTROPHES = frozenset("‘‚")
_STRAIGHT = frozenset({'"', "´´"})
_BEGINS = frozenset('([{<¿¡—–-/“„«‹‘‚"')

Extent = tuple[int, int]


class Quoted(NamedTuple):
    """Words inside quotation marks, in code points; nested ones are regions of their own.

    ``before`` is where the opening mark begins; ``after`` is where the text goes on: past the
    closing mark, if there is one.
    """

    start: int
    end: int
    after: int
    before: int


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
    but where the next paragraph begins with the same one, or with the one that closes it, as in
    speech of several paragraphs. Such a paragraph may also begin on the next line, if the line
    before ends a sentence. ’ inside and at the beginning of a word, a single ', and " inside a
    Hebrew word are none. Of several ’ that may close ‘, the first after punctuation does; without
    one, the first that is not likely to be an apostrophe.
    """
    return marks(text).regions


class _Mark(NamedTuple):
    """A quotation mark in a text, of one or two signs."""

    sign: str
    start: int
    end: int


class _Open(NamedTuple):
    """A mark that opens, and the number of the one that closes it, if that is settled ahead."""

    mark: _Mark
    closer: int | None


def marks(text: str) -> Marks:
    """The quotation marks of a text, paired as ``quoted`` says, and those that have no pair."""
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
    """The marks of a paragraph, paired."""

    def __init__(self, text: str, first: int, last: int) -> None:
        self.regions: list[Quoted] = []
        self.alone: list[int] = []
        self._text = text
        self._first = first
        self._marks = _marks_in(text, first, last)
        self._open: list[_Open] = []
        # Where each sign is in the list of open marks.
        self._places: dict[str, list[int]] = {sign: [] for sign in PAIRS}
        for number, mark in enumerate(self._marks):
            self._take(number, mark)
        if self._open:
            begin = _WORD.search(text, last)
            self._break(last, _repeated(text, begin.start(), self._open) if begin else 0)

    def _take(self, number: int, mark: _Mark) -> None:
        """Pair a mark with one before it, or note that it opens, or that it does neither."""
        if self._open and self._continues(number, mark):
            self._break(mark.start, _repeated(self._text, mark.start, self._open))
        if self._close(number, mark):
            return
        if _opens(self._text, mark):
            is_single = mark.sign in _APOSTROPHES
            closer = self._find_closer(number, mark, len(self._open)) if is_single else None
            self._places[mark.sign].append(len(self._open))
            self._open.append(_Open(mark, closer))
        else:
            self.alone.append(mark.start)

    def _place(self, signs: Iterable[str]) -> int:
        """Where the last of the open marks is that has one of these signs; -1 if there is none."""
        return max((self._places[sign][-1] for sign in signs if self._places[sign]), default=-1)

    def _is_open(self, signs: Iterable[str], end: int) -> bool:
        """Whether a mark with one of these signs is among the first open ones."""
        return any(self._places[sign] and self._places[sign][0] < end for sign in signs)

    def _drop(self, place: int) -> list[_Open]:
        """Remove the open marks from a place on, and return them."""
        dropped = self._open[place:]
        for one in dropped:
            self._places[one.mark.sign].pop()
        del self._open[place:]
        return dropped

    def _close(self, number: int, mark: _Mark) -> bool:
        """Close what a mark closes, if it does."""
        place = self._place(_OPENERS[mark.sign]) if _closes(self._text, mark) else -1
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

    def _continues(self, number: int, mark: _Mark) -> bool:
        """Whether a mark at the beginning of a line repeats the one of a quotation that goes on."""
        before = self._text[max(self._first, mark.start - _INDENT) : mark.start]
        opener = self._open[0].mark.sign
        if not (_LINE_START.search(before) and _SENTENCE_END.search(before)):
            return False
        if not _repeated(self._text, mark.start, self._open):
            return False
        if mark.sign == opener:
            return True
        # One that closes may only have been wrapped: then no other closes after it.
        kin = {opener, *PAIRS[opener]}
        ahead = self._marks[number + 1 : number + 1 + _AHEAD]
        after = next((one.sign for one in ahead if one.sign in kin), opener)
        return after != opener

    def _break(self, at: int, repeated: int) -> None:
        """End a paragraph: the first marks that are open have their words up to its end."""
        end = self._first + len(self._text[self._first : at].rstrip())
        for number, (opener, _) in enumerate(self._drop(0)):
            if number < repeated:
                self.regions.append(Quoted(opener.end, end, end, opener.start))
            else:
                self.alone.append(opener.start)

    def _find_closer(self, number: int, opener: _Mark, outer: int) -> int | None:
        """The number of the mark that closes a single one, of those that may be apostrophes.

        Args:
            number: The number of the mark after which it is.
            opener: The mark that it closes.
            outer: How many marks were open before that one.
        """
        is_nested = self._is_open(_APOSTROPHES, outer)
        inner: list[str] = []
        best: tuple[int, int] | None = None
        for at in range(number + 1, min(len(self._marks), number + 1 + _AHEAD)):
            mark = self._marks[at]
            if mark.sign in PAIRS[opener.sign] and _closes(self._text, mark):
                rank = self._likeness_to_apostrophe(opener, mark) + (4 if inner else 0)
                if rank <= is_nested:
                    return at
                best = min(best or (rank, at), (rank, at))
            elif mark.sign in _APOSTROPHES:
                break
            elif inner and mark.sign in PAIRS[inner[-1]]:
                inner.pop()
            elif self._is_open(_OPENERS[mark.sign], outer) and _closes(self._text, mark):
                break
            elif _opens(self._text, mark):
                inner.append(mark.sign)
        return best and best[1]

    def _likeness_to_apostrophe(self, opener: _Mark, mark: _Mark) -> int:
        """How likely a mark that may close a single one is an apostrophe: not at all if 0."""
        text, at = self._text, mark.start
        if (mark.sign == "‘" and opener.sign == "‚") or not _is_word(text, at - 1):
            return 1 if text[at - 1] == "’" else 0
        if not _SHORTENED.search(text, max(opener.end, at - _NEAR), at):
            return 1
        return 3 if _is_space(text, mark.end) and mark.end < len(text) else 2


def _marks_in(text: str, first: int, last: int) -> list[_Mark]:
    """The quotation marks of a part of a text, without apostrophes."""
    found = []
    closes = max(text.rfind(sign, first, last) for sign in ("’’", "‘‘"))
    is_doubled = False
    at = first
    while one := _MARKS.search(text, at, last):
        sign = one[0]
        if sign in _MAYBE_TWO and not is_doubled and (sign == "’’" or closes <= one.start()):
            sign = sign[0]
        at = one.start() + len(sign)
        is_doubled = is_doubled or "’’" in PAIRS.get(sign, ())
        mark = _Mark(sign, one.start(), at)
        if not _is_apostrophe(text, mark):
            found.append(mark)
    return found


def _repeated(text: str, at: int, open_: Iterable[_Open]) -> int:
    """How many of the open marks a paragraph repeats that begins at a place, with words behind."""
    number = 0
    for opener, _ in open_:
        found = _MARKS.match(text, at)
        if found is None or found[0] not in (opener.sign, *PAIRS[opener.sign]):
            break
        if found[0] == "’" or not text[found.end() :][:2].strip():
            break
        number += 1
        at = found.end()
        while text[at : at + 1] and text[at] in _GLUE:
            at += 1
    return number


def _is_apostrophe(text: str, mark: _Mark) -> bool:
    """Whether what looks like a mark is part of a word, or a comma written twice."""
    sign, at, end = mark
    if sign in ("’", "‘") and _ELIDED.match(text, at):
        return not _is_word(text, at - 1)
    if sign == "’":
        # Inside a word; or at its beginning, where no word ends before it.
        return _is_word(text, end) and (
            _is_word(text, at - 1) or at == 0 or _is_space(text, at - 1) or text[at - 1] in _BEGINS
        )
    if sign in '"״':
        beside = text[max(0, at - 1) : at] + text[end : end + 1]
        return len(beside) == 2 and all(script(one) == "HEBREW" for one in beside)
    if sign == "''":
        return _is_word(text, at - 1) and _is_word(text, end)
    return sign == ",," and not _opens(text, mark)


def _closes(text: str, mark: _Mark) -> bool:
    """Whether a mark may close: a straight one does not with a space before it and none behind."""
    if mark.sign not in _STRAIGHT:
        return True
    return not (_is_space(text, mark.start - 1) and not _is_space(text, mark.end))


def _is_space(text: str, at: int) -> bool:
    return not 0 <= at < len(text) or text[at].isspace()


def _opens(text: str, mark: _Mark) -> bool:
    if mark.sign not in PAIRS:
        return False
    follows = text[mark.end : mark.end + 1]
    return mark.sign not in _BY_CONTEXT or (
        not _is_word(text, mark.start - 1) and bool(follows) and not follows.isspace()
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
        cut.append(Piece(start, max(start, region.before), verbatim=False))
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
    words = text[start:end]
    return (
        _first_sign(words) is not None
        or _last_sign(words) is not None
        or _mark_near(text, start - 1, -1)
        or _mark_near(text, end, 1)
    )


def _first_sign(words: str) -> str | None:
    """The quotation mark that a piece of text begins with."""
    found = _MARKS.match(words)
    return found[0] if found and found[0] != ",," else None


def _last_sign(words: str) -> str | None:
    """The quotation mark that a piece of text ends with."""
    for length in (2, 1):
        if _MARKS.fullmatch(words[-length:]) and words[-length:] != ",,":
            return words[-length:]
    return None


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
    first, last = _MARKS.match(words), _last_sign(words)
    if first is None or last not in PAIRS.get(first[0], ()):
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


def within_marks(words: str) -> Extent:
    """Where the words are in a piece of text that begins and ends with quotation marks."""
    first, last = _MARKS.match(words), _last_sign(words) or ""
    start, end = first.end() if first else 0, len(words) - len(last)
    inner = words[start:end]
    return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())


def marks_beside(before: str, words: str, after: str) -> str | None:
    """The quotation marks, one pair, that stand right before and after words.

    Args:
        before: The text before the words.
        words: The words.
        after: The text after the words.
    """
    if before.rstrip(_GLUE)[-1:] in ("«", "‹"):
        before, after = before.rstrip(_GLUE), after.lstrip(_GLUE)
    sign = next((one for one in (before[-2:], before[-1:]) if _MARKS.fullmatch(one)), "")
    at = len(before) - len(sign)
    if not sign or not _opens(before + words, _Mark(sign, at, len(before))):
        return None
    if _is_word(before, at - 1):
        return None
    stop = after[:1] if after[:1] in _STOPS else ""
    closer = _MARKS.match(after, len(stop))
    if closer is None or closer[0] not in PAIRS[sign] or _is_word(after, closer.end()):
        return None
    if mark_alone(words):
        return None
    if sign in _SINGLE:
        end = len(sign + words + stop)
        if all((one.before, one.end) != (0, end) for one in quoted(sign + words + after)):
            return None
    return sign + closer[0]


def mark_alone(words: str) -> str | None:
    """A quotation mark in a piece of text whose pair is not in it, if there is one.

    It is told by number and place alone, so that it holds in all languages, whichever of their
    marks opens: each kind needs an even number, and the first may not be one that closes. Single
    marks are not checked, since they may be apostrophes; nor are marks that begin a paragraph, as
    the second and later ones of a long quote do, and signs of inches.
    """
    found = _marks_in(words, 0, len(words))
    for kind in _KINDS:
        counted = [one for one in found if one.sign in kind and not _counts_for_nothing(words, one)]
        if not counted:
            continue
        closing = _looks_closing(words, counted[0])
        if len(counted) % 2:
            return counted[-1 if closing is False else 0].sign
        if closing:
            return counted[0].sign
    return None


def _counts_for_nothing(words: str, mark: _Mark) -> bool:
    line = words.rfind("\n", 0, mark.start)
    if line >= 0 and not words[line : mark.start].strip():
        return True
    return mark.sign in ('"', "”", "''") and words[: mark.start][-1:].isdecimal()


def _looks_closing(words: str, mark: _Mark) -> bool | None:
    """Whether a mark closes, by what is around it; None where that does not tell."""
    if mark.sign == "``":
        return False
    before = words[: mark.start].rstrip(_GLUE[1:])[-1:]
    after = words[mark.end :].lstrip(_GLUE[1:])[:1]
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
    # A word on either side, as in Chinese, or nothing before: the shape tells.
    opener = _TURNED_BACK.get(mark.sign)
    return True if opener and opener in words[mark.end :] else None


def _mark_near(text: str, at: int, step: int) -> bool:
    """Whether a mark is the next thing in a direction but punctuation and spaces.

    Line breaks end the search. Signs that may be marks of another kind count.
    """
    for index in range(at, at + step * _NEAR, step):
        if not 0 <= index < len(text) or text[index] == "\n":
            return False
        if text[index] in _ONE_SIGN or text[index] in LIKE_MARKS:
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
