"""Draw words, lines and addresses.

The words come from several scripts, including combining marks without a composed form, and
characters beyond the basic plane.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from onrecord.schema.shape import Scalar, members

_VOCABULARY = (
    *("bread", "peace", "2024", "Österreich", "ọ̀rọ̀", "мир", "Україна", "السلام", "سَلَام", "שלום"),
    *("שָׁלוֹם", "和平", "平和です", "평화", "शांति", "สันติภาพ", "𠮷野", "𐐔𐐯𐑅"),
)
_SYMBOLS = ("🕊️", "👩‍👩‍👧", "🇺🇦", "👍🏽", "می\N{ZERO WIDTH NON-JOINER}رود", "½", "3.5%")


def _sentences(vocabulary: Sequence[str], shortest: int, longest: int) -> st.SearchStrategy[str]:
    """Draw sentences as strings in which each letter represents a word.

    This makes a sentence one choice for Hypothesis, which is quick to draw and to shrink. Letters
    up to U+024F represent words of the vocabulary, all others themselves. No word begins with a
    character that combines with the one before.
    """

    def word(letter: str) -> str:
        number = ord(letter) - ord("A")
        return vocabulary[number % len(vocabulary)] if letter < "\u0250" else letter

    letters = st.characters(categories=("Lu", "Ll"))
    return st.text(letters, min_size=shortest, max_size=longest).map(
        lambda string: " ".join(map(word, string))
    )


def _composed(line: str) -> str:
    return unicodedata.normalize("NFC", line)


phrases = _sentences(_VOCABULARY + _SYMBOLS, 1, 6).map(_composed)
maybe_phrase = _sentences(_VOCABULARY + _SYMBOLS, 0, 6).map(
    lambda phrase: _composed(phrase) or None
)
lines = _sentences(_VOCABULARY, 1, 3).map(_composed)
maybe_line = _sentences(_VOCABULARY, 0, 3).map(lambda line: _composed(line) or None)
some_lines = st.lists(lines, max_size=2, unique=True).map(tuple)
paragraphs = st.builds("{}{}{}".format, lines, st.sampled_from([" ", "\n", "\n\n"]), lines)

# Any assigned characters, composed, but for controls, those that turn the direction of writing,
# byte order marks, zero-width spaces and signs of a damaged text: the replacement character, question
# marks, the letters that begin a UTF-8 sequence that was read in another encoding (Latin, Greek or
# Cyrillic ones), and those that begin markup.
any_text = st.text(
    st.characters(
        exclude_categories=("Cc", "Cn", "Cs"),
        exclude_characters="".join(
            chr(code)
            for first, last in (
                *((0xC2, 0x17E), (0x386, 0x3CE), (0x401, 0x45F)),
                *((0x202A, 0x202E), (0x2066, 0x2069)),
            )
            for code in range(first, last + 1)
        )
        + "\u200b\ufeff\ufffd?<&",
        include_characters="\n",
    ),
    min_size=1,
    max_size=40,
).map(_composed)

_SLUG_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
slugs = st.text(_SLUG_LETTERS + "-_", min_size=1, max_size=12).map(
    lambda letters: letters.strip("-_") or "a"
)
suffixes = st.text(_SLUG_LETTERS, max_size=6).map(lambda letters: letters and f"-{letters}")
domains = st.sampled_from(["example.org", "news.example.net", "example.co.uk"])
urls = st.builds(
    "https://{}/{}{}".format,
    domains,
    slugs,
    st.sampled_from(["", "?page=2&q=%D0%BC%D0%B8%D1%80", "#comments"]),
)
some_urls = st.lists(urls, max_size=2, unique=True)

LANGUAGES = ("en", "uk", "ru", "ar", "he", "zh-Hans", "ja", "ko", "pt-BR", "hi", "sr-Latn-RS")
languages = st.sampled_from(LANGUAGES)


@cache
def choices_of(model: type[BaseModel], name: str, *but: str) -> st.SearchStrategy[Any]:
    """Draw the allowed values of a field, except some."""
    choices: dict[str, tuple[str | None, ...]] = {
        member.name: (None, *member.shape.choices) if member.nullable else member.shape.choices
        for member in members(model)
        if isinstance(member.shape, Scalar)
    }
    return st.sampled_from([choice for choice in choices[name] if choice not in but])


OPEN_LICENSES = ("CC-BY-4.0", "CC0-1.0", "CC-BY-SA-4.0")


def digest(words: str) -> str:
    """Return the SHA-256 of words."""
    return sha256(words.encode()).hexdigest()
