"""Split text into the terms that a search looks for, without case and diacritics.

Where words have no spaces between them, the terms are pairs of neighbouring characters. Browsers
split queries in the same way, by ``RULES``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

# Marks that a search ignores: accents, and the vowel signs of Arabic and Hebrew. Those of other
# scripts, such as Devanagari, make other words.
_IGNORED = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e8\u06ea-\u06ed\u08ca-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a"
    "\ufe00-\ufe0f\ufe20-\ufe2f\u0640"
)
# Scripts that have no spaces between words: Han, kana, Thai, Lao, Burmese and Khmer.
_PAIRED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Letters that people type in another way, and letters that separate words.
_SAME = {
    "ß": "ss", "ς": "σ", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th",
    "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "ʼ": " ", "ʹ": " ", "ʻ": " ",
}  # fmt: skip
# What a browser needs to split queries in the same way: two classes of characters of a regular
# expression, and characters with what takes their place.
RULES: Mapping[str, Any] = {"ignored": _IGNORED, "paired": _PAIRED, "same": _SAME}

# Words whose terms are kept, since most words occur again and again.
_KEPT = 2**16

_IS_IGNORED = re.compile(f"[{_IGNORED}]")
_RUNS = re.compile(f"([{_PAIRED}]+)|[^{_PAIRED}]+")


class _Folding(dict[int, str]):
    """Map characters to what replaces them; each is computed when it first occurs."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _SAME:
            folded = _SAME[character]
        elif _IS_IGNORED.match(character):
            folded = ""
        else:
            folded = character if unicodedata.category(character)[0] in "LMN" else " "
        self[code] = folded
        return folded


_FOLDING = _Folding()


def terms(text: str) -> set[str]:
    """Return the terms of a text.

    The last character of a run without spaces is a term, too, so that each character begins one.
    """
    return set().union(*map(of_word, text.split()))


@lru_cache(_KEPT)
def of_word(text: str) -> tuple[str, ...]:
    """Return the terms of a text without spaces."""
    if text.isascii() and text.isalnum():
        return (text.lower(),)
    found: list[str] = []
    for word in _words(text):
        for run in _RUNS.finditer(word):
            if run[1] is None:
                found.append(run[0])
            else:
                found += [run[1][at : at + 2] for at in range(len(run[1]))]
    return tuple(found)


def query(text: str) -> dict[str, bool]:
    """Return the terms of a query, and whether terms that begin with one match it as well.

    Words of several letters match words that begin with them. A record is found if all match.
    """
    found: dict[str, bool] = {}
    for word in _words(text):
        for run in _RUNS.finditer(word):
            if run[1] is None:
                found[run[0]] = len(run[0]) > 1
            elif len(run[1]) == 1:
                found[run[1]] = True
            else:
                pairs = (run[1][at : at + 2] for at in range(len(run[1]) - 1))
                found |= dict.fromkeys(pairs, False)
    return found


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFKD", text).lower().translate(_FOLDING).split()
