"""What the same words have in common, however they are printed, and which words tell much."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache


def wording(words: str) -> str:
    """What of some words counts, so that it is equal where they are the same.

    Letters, digits, marks and symbols (% among them) count, in Unicode's compatibility form (NFKC)
    and case-folded. Punctuation and spaces do not, except in numbers: 3.5 is not 35, nor is -5 a 5.
    """
    if words.isascii():
        plain = words.encode().translate(_ascii_signs()).decode()
    else:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold())
        plain = folded.translate(_SIGNS)
    if _DIGIT.search(plain):
        plain = _BETWEEN_DIGITS.sub(lambda found: _IN_NUMBERS.get(found[0], " "), plain)
        if _DASH in plain:
            plain = _BEFORE_NUMBER.sub("-", plain)
    return plain.replace(_OTHER, "").replace(_STOP, "").replace(_COMMA, "").replace(_DASH, "")


def fingerprint(words: str) -> str | None:
    """What the same words have in common, however an outlet prints them.

    Returns:
        The first 16 hexadecimal digits of the SHA-256 of their `wording`; None where that is empty.
    """
    counts = wording(words)
    return hashlib.sha256(counts.encode()).hexdigest()[:16] if counts else None


def is_distinctive(words: str) -> bool:
    """Whether words are so many that two people hardly happen on them: at least five.

    Chinese, Japanese, Thai, Lao, Burmese and Khmer put no white space between words: there two
    characters count as a word.
    """
    if words.isascii():
        return len(words.split()) >= _FEW
    spaced, unspaced = _UNSPACED.subn(" ", words)
    return unspaced // 2 + len(spaced.split()) >= _FEW


# Scripts that put no white space between words; ten of their characters are taken for five words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)
_FEW = 5


# What counts for nothing by itself, told apart since it may count in numbers.
_STOP, _COMMA, _DASH, _OTHER = "\1\2\3\4"
_IN_NUMBERS = {_STOP: ".", _COMMA: ","}
_DIGIT = re.compile("[0-9]")
_BETWEEN_DIGITS = re.compile("(?<=[0-9])[\1-\4]+(?=[0-9])")
_BEFORE_NUMBER = re.compile("(?<![^\4])\3(?=[0-9])")


class _Signs(dict[int, str]):
    """What each character counts as, found out when it is first met."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        category = unicodedata.category(character)
        if category == "Nd":
            sign = str(unicodedata.decimal(character))
        elif character == "%" or (category[0] in "LMNS" and category != "Sk"):
            sign = character
        else:
            sign = _OTHER
        self[point] = sign
        return sign


_SIGNS = _Signs({ord("."): _STOP, ord(","): _COMMA})
_SIGNS.update(dict.fromkeys(map(ord, "-\N{HYPHEN}\N{EN DASH}\N{MINUS SIGN}"), _DASH))


@cache
def _ascii_signs() -> bytes:
    """What each character of ASCII counts as, in small letters, as a table of bytes."""
    signs = (_SIGNS[ord(chr(point).casefold())] for point in range(0x80))
    return "".join(signs).encode().ljust(256)
