"""Decide where a text may be cut: not inside a word or a grapheme cluster.

This differs by script. For scripts without spaces between words, word edges are not checked. Arabic
and Hebrew join articles, prepositions and conjunctions to the following word and pronouns to the
preceding one, Korean joins particles to nouns: a cut there is correct.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

# Scripts that leave no space between words, by the first word of the names of their letters.
SPACELESS = frozenset(
    {
        *(
            "AHOM",
            "BALINESE",
            "BOPOMOFO",
            "BUGINESE",
            "CHAM",
            "CJK",
            "HALFWIDTH",
            "HIRAGANA",
            "IDEOGRAPHIC",
        ),
        *("JAVANESE", "KATAKANA", "KAWI", "KHITAN", "KHMER", "LAO", "LISU", "MAKASAR", "MYANMAR"),
        *("NEW", "NUSHU", "SUNDANESE", "TAI", "TANGUT", "THAI", "TIBETAN", "YI"),
    }
)
# Prefixes that are written as one with the following word.
_PROCLITICS = {
    "ARABIC": re.compile("[وف]?(?:س|لل?|[بك]?(?:ال)?)"),
    "HEBREW": re.compile("ו?(?:לכש|כש|מש|ש)?[מבכל]?ה?"),
}
# The pronouns that are written as one with the word before.
_PRONOUNS = {
    "ARABIC": re.compile("ه|ها|هم|هن|هما|ك|كم|كن|كما|ي|ني|نا"),
    "HEBREW": re.compile("ו|ה|י|ך|ם|ן|נו|כם|כן|הם|הן|יו|יה|יך|ינו|יכם|יכן|יהם|יהן"),
}
# Ranges of characters of which two always have a boundary between them: the letters, digits, marks and
# signs that nearly all texts are made of, and that are part of a cluster only as its first.
_PLAIN = (
    *(" ~", "\xa0\xac", "\xae\u02ff", "\u0370\u0482", "\u048a\u0587", "\u05d0\u05ea"),
    *("\u0620\u064a", "\u0e01\u0e30", "\u2010\u2027", "\u2030\u205e", "\u3001\u3029"),
    *("\u3030\u3098", "\u309b\u9fff", "\uac00\ud7a3", "\uff01\uff9d"),
)
# The first character of each of these ranges, and the first one after it.
_BOUNDS = [bound for ends in _PLAIN for bound in (ends[0], chr(ord(ends[1]) + 1))]
# No cluster of any language is longer.
_LONGEST = 64


@lru_cache(4096)
def _is_plain(character: str) -> bool:
    return bisect_right(_BOUNDS, character) % 2 == 1


def may_cut_character(text: str, at: int) -> bool:
    """Return whether a grapheme cluster may be cut at an offset inside of a text.

    Nearly always it is not, which this finds out faster than `cut_character`.
    """
    return not (_is_plain(text[at - 1]) and _is_plain(text[at]))


def cut_character(left: str, right: str) -> str | None:
    """Return the grapheme cluster (UAX 29) that an edge of a span cuts, if any.

    Args:
        left: The text that ends at the edge.
        right: The text that begins there.
    """
    if not left or not right or (_is_plain(left[-1]) and _is_plain(right[0])):
        return None
    from wcwidth import iter_graphemes  # rules are listed without the extra that brings it

    near = left[-_LONGEST:]
    near = near[max(0, near.rfind(" ")) :]
    at = 0
    for cluster in iter_graphemes(near + right[:_LONGEST]):
        at += len(cluster)
        if at > len(near):
            return cluster
        if at == len(near):
            break
    return None


def cut_word_at_start(left: str, right: str) -> str | None:
    """Return the word that the start of a span cuts, as far as the text around is known.

    Args:
        left: The text before the span.
        right: The words of the span.
    """
    if not _are_one_word(left, right):
        return None
    tail, head = _tail(left), _head(right)
    joined = _PROCLITICS.get(script(head[0]))
    return None if joined and joined.fullmatch(_letters(tail)) else tail + head


def cut_word_at_end(left: str, right: str) -> str | None:
    """Return the word that the end of a span cuts, as far as the text around is known.

    Args:
        left: The words of the span.
        right: The text after it.
    """
    if not _are_one_word(left, right) or script(right[0]) == "HANGUL":
        return None
    tail, head = _tail(left), _head(right)
    joined = _PRONOUNS.get(script(head[0]))
    return None if joined and joined.fullmatch(_letters(head)) else tail + head


@lru_cache(maxsize=4096)
def script(character: str) -> str:
    """Return the first word of a character's Unicode name; for a letter its script: ``LATIN``."""
    return unicodedata.name(character, "").partition(" ")[0]


def _are_one_word(left: str, right: str) -> bool:
    """Return whether the boundary between two texts is inside one word or one number."""
    at = len(left) - 1
    while at >= 0 and _is_mark(left[at]):
        at -= 1
    if at < 0 or not right or not (_is_letter(left[at]) and _is_letter(right[0])):
        return False
    before, after = left[at], right[0]
    if before.isdecimal() or after.isdecimal():
        return before.isdecimal() and after.isdecimal()
    # A capital behind a small letter: two words that lost the space or line break between them.
    if before.islower() and after.isupper():
        return False
    return script(before) == script(after) and script(after) not in SPACELESS


def _tail(text: str) -> str:
    """Return the letters, digits and combining marks at the end of a text."""
    at = len(text)
    while at and (_is_letter(text[at - 1]) or _is_mark(text[at - 1])):
        at -= 1
    return text[at:]


def _head(text: str) -> str:
    """Return the letters, digits and marks that a text begins with; none if a mark is first."""
    at = 0
    while at < len(text) and (_is_letter(text[at]) or (at and _is_mark(text[at]))):
        at += 1
    return text[:at]


def _letters(word: str) -> str:
    return "".join(filter(_is_letter, word))


@lru_cache(maxsize=4096)
def _is_letter(character: str) -> bool:
    return unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lo", "Nd")


@lru_cache(maxsize=4096)
def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"
