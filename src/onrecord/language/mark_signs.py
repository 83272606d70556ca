"""List the signs of quotation marks, and decide which ones in a text may open or close."""

from __future__ import annotations

import re
from typing import NamedTuple

from onrecord.language.edges import SPACELESS, script
from onrecord.language.languages import in_all

_MARKS = in_all("quotation_marks")
# What may close what a mark opens, in any language. “ » and their like open in one language and close
# in another: they close where they can. Doubled signs are one mark, as in LaTeX.
PAIRS = {
    mark: frozenset(closer for opener, closer in _MARKS if opener == mark) for mark, _ in _MARKS
}
# Marks that open only without a word before them and with one after them.
_BY_CONTEXT = frozenset({*'”‘‚"＂״', "''", "´´", ",,"})
# Marks that are used interchangeably, one group per line: they are counted together, so that an
# unpaired one is found in a text that mixes them. Single ones may be apostrophes and are left out.
_MIXED = (
    frozenset({*'“”„‟"＂״', "``", "''", "´´", "‘‘", "’’", "‚‚", ",,"}),
    *map(frozenset, ("«»", "‹›", "「」｢｣", "『』", "﹁﹂", "﹃﹄", "〝〞〟")),
)
_COUNTED = frozenset({*"‘’‚"}.union(*_MIXED))
KINDS = (*_MIXED, *(frozenset(pair) for pair in sorted(_MARKS) if _COUNTED.isdisjoint(pair)))
_CLOSERS = frozenset(mark for closers in PAIRS.values() for mark in closers)
_ALL = frozenset({*PAIRS, *_CLOSERS})
OPENERS = {
    mark: frozenset(opener for opener, closers in PAIRS.items() if mark in closers) for mark in _ALL
}
ONE_SIGN_MARKS = frozenset(mark for mark in _ALL if len(mark) == 1)
_SIGNS = "[" + "".join(sorted(ONE_SIGN_MARKS)) + "]"
# Of three apostrophes the last two are one mark.
_DOUBLED = [
    f"{re.escape(mark)}(?!')" if mark == "''" else re.escape(mark)
    for mark in _ALL
    if len(mark) == 2
]
MARKS = re.compile("|".join([*sorted(_DOUBLED), _SIGNS]))
# Signs that are two single marks where the other half of the doubled one is missing.
_MAYBE_TWO = frozenset({"‘‘", "’’", "‚‚"})
# Letters that Hebrew writes together with the word after them, and words that a mark closes; not
# the plural of an abbreviation.
_PREFIX = re.compile(r"(?<![א-ת\"״])[ושהכבלמ]{1,3}\Z")
_MARKED = re.compile(
    r"""(?![א-ת](?:ים|ית|יות)(?![א-ת]))[א-ת]{2}(?:[^"״\n]|["״](?=[א-ת])){0,200}["״](?![א-ת])"""
)
# A word that begins with one, even if it is turned the wrong way.
_ELIDED = re.compile(r"[‘’](?:\d\ds?|t(?:is|was)|em|n(?=[’\s]))(?!\w)", re.IGNORECASE)
# Spaces between a mark and the words inside it (French).
GLUE = " \xa0\u2009\u202f"

# Patterns that mean the same in RE2 and Java: a mark of one sign, what a quotation may begin with,
# and what ``mark_alone`` counts.
ONE_SIGN = _SIGNS
OPENING = "(" + "|".join(map(re.escape, sorted(PAIRS))) + ")"
COUNTED = "(" + "|".join(sorted(re.escape(mark) for kind in KINDS for mark in kind)) + ")"
# Signs that may be marks of another kind: markup, and marks of the typewriter.
LIKE_MARKS = "'`´’*_|<>"
# Signs that are marks in some language, look like one, or replace one.
ANY_SIGN = f"['`´’‛《》〈〉＇❛❜❝❞❮❯{_SIGNS[1:]}"
# The most characters between words and their mark.
NEAR = 6
# Straight marks; and characters that may precede an apostrophe at the beginning of a word.
_STRAIGHT = frozenset({'"', "´´"})
_BEGINS = frozenset('([{<¿¡—–-/“„«‹‘‚"')

Extent = tuple[int, int]


class Mark(NamedTuple):
    """Locate a quotation mark of one or two characters in a text, in code points."""

    sign: str
    start: int
    end: int


def marks_in(text: str, first: int, last: int) -> list[Mark]:
    """Return the quotation marks of a part of a text, without apostrophes."""
    found = []
    closes = max(text.rfind(sign, first, last) for sign in ("’’", "‘‘"))
    is_doubled = False
    at = first
    while one := MARKS.search(text, at, last):
        sign = one[0]
        if sign in _MAYBE_TWO and not is_doubled and (sign == "’’" or closes <= one.start()):
            sign = sign[0]
        at = one.start() + len(sign)
        is_doubled = is_doubled or "’’" in PAIRS.get(sign, ())
        mark = Mark(sign, one.start(), at)
        if not _is_apostrophe(text, mark):
            found.append(mark)
    return found


def _is_apostrophe(text: str, mark: Mark) -> bool:
    """Return whether a sign that looks like a mark is part of a word, or a comma written twice."""
    sign, at, end = mark
    if sign in ("’", "‘") and _ELIDED.match(text, at):
        return not is_word(text, at - 1)
    if sign == "’":
        # Inside a word; or at its beginning, where no word ends before it.
        return is_word(text, end) and (
            is_word(text, at - 1) or at == 0 or is_space(text, at - 1) or text[at - 1] in _BEGINS
        )
    if sign in '"״' and not _is_after_prefix(text, mark):
        beside = text[max(0, at - 1) : at] + text[end : end + 1]
        return len(beside) == 2 and all(script(one) == "HEBREW" for one in beside)
    if sign == "''":
        return is_word(text, at - 1) and is_word(text, end)
    return sign == ",," and not may_open(text, mark)


def _is_after_prefix(text: str, mark: Mark) -> bool:
    """Return whether a mark is between a prefix of Hebrew and a word: ש"לא נוותר", not צה"ל."""
    before = text[max(0, mark.start - NEAR) : mark.start]
    return bool(_PREFIX.search(before) and _MARKED.match(text, mark.end))


def may_close(text: str, mark: Mark) -> bool:
    """Return whether a mark may close a quotation; a straight one may not right after a space."""
    if mark.sign not in _STRAIGHT:
        return True
    return not (is_space(text, mark.start - 1) and not is_space(text, mark.end))


def is_space(text: str, at: int) -> bool:
    """Return whether white space or an edge of the text is at an offset."""
    return not 0 <= at < len(text) or text[at].isspace()


def may_open(text: str, mark: Mark) -> bool:
    """Return whether a mark may open; some do only without a word before and with one after."""
    if mark.sign not in PAIRS:
        return False
    follows = text[mark.end : mark.end + 1]
    if mark.sign in '"״' and _is_after_prefix(text, mark):
        return True
    return mark.sign not in _BY_CONTEXT or (
        not is_word(text, mark.start - 1) and bool(follows) and not follows.isspace()
    )


def is_word(text: str, at: int) -> bool:
    """Return whether a character belongs to a word of a script that puts spaces between words."""
    return 0 <= at < len(text) and text[at].isalnum() and script(text[at]) not in SPACELESS
