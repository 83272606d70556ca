"""Find negations and numbers, which must not change unnoticed between two wordings.

Words of all languages are searched for in every text, since quotes change language: a word that
negates only in another language makes a comparison stricter, nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from onrecord.language.languages import Words, in_all

_APOSTROPHES = re.compile("[’‘ʼ`´＇]")
# Points of Hebrew and Arabic, which most texts leave out.
_POINTS = re.compile("[\u0591-\u05c7\u0640\u064b-\u065f\u0670]")


@cache
def _negating() -> Words:
    return frozenset(map(str.casefold, in_all("negation.words")))


@cache
def _part() -> re.Pattern[str]:
    return re.compile("|".join(sorted(in_all("negation.parts"), key=len, reverse=True)))


def negations(text: str) -> tuple[str, ...]:
    """Return the negating words of a text in order, folded for comparison."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    folded = _POINTS.sub("", _APOSTROPHES.sub("'", folded))
    found = [(start, one) for start, word in _words(folded) for one in _negation(word)]
    found += [(match.start(), match[0]) for match in _part().finditer(folded)]
    return tuple(word for _, word in sorted(found))


def _words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words of a text with their offsets; apostrophes and hyphens are part of words."""
    at = 0
    for is_word, characters in groupby(text, key=_in_word):
        word = "".join(characters)
        if is_word:
            yield at, word
        at += len(word)


def _in_word(character: str) -> bool:
    return character in "'-" or unicodedata.category(character)[0] in "LM"


def _negation(word: str) -> Iterator[str]:
    """Yield the negating parts of a word that may have apostrophes and hyphens."""
    if word.endswith("n't"):
        yield "n't"
        return
    parts = re.findall(r"[^'-]+['-]?", word)
    for part in parts:
        if part in _negating() and part[-1] in "'-" and part is not parts[-1]:
            yield part
        elif part.rstrip("'-") in _negating():
            yield part.rstrip("'-")


_NUMBER = re.compile(r"\d+")


def numbers(text: str) -> tuple[str, ...]:
    """Return the numbers of a text in order: runs of digits of any script, written as 0-9.

    Characters that are numbers themselves, such as ½ and ², are included.
    """
    found: list[tuple[int, str]] = []
    for match in _NUMBER.finditer(text):
        digits = "".join(str(unicodedata.digit(digit)) for digit in match[0])
        found.append((match.start(), digits))
    found += (
        (at, character)
        for at, character in enumerate(text)
        if unicodedata.category(character) in ("No", "Nl")
    )
    return tuple(number for _, number in sorted(found))
