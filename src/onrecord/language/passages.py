"""Find passages of a text that are similar to given words."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

# From which similarity on, from 0 to 100, a passage is proposed for lost words. Of passages of which
# a quarter of the words was replaced, 93 % reach it, and 5 % of those of another text; at 75 it is
# 84 % and 4 %. A proposal is shown and never applied, so that it is worse to miss one.
ALIKE = 70.0
# In how many characters of text passages are searched: for a second or two. A corpus or a long
# document with the wrong texts would take minutes.
MAX_SEARCHED = 20_000_000
# The most letters by which a passage is extended to whole words.
_WIDENED = 32


class Passage(NamedTuple):
    """Locate a piece of a text in code points, with its similarity from 0 to 100 (identical)."""

    start: int
    end: int
    score: float


class PassageSearch:
    """Search for passages that are similar to lost words, until enough text was searched.

    Attributes:
        left: How many more characters of text are searched.
    """

    def __init__(self) -> None:
        self.left = MAX_SEARCHED

    def nearest(self, words: str, text: str) -> Passage | None:
        """Return the passage of a text that is most similar to some words, if it was searched."""
        if len(text) > self.left:
            return None
        self.left -= len(text)
        return nearest(words, text)


def nearest(words: str, text: str) -> Passage | None:
    """Return the passage of a text that is most similar to some words, extended to whole words."""
    from rapidfuzz.fuzz import partial_ratio_alignment

    found = partial_ratio_alignment(words, text)
    if found is None or found.score == 0:
        return None
    return Passage(*_whole_words(text, found.dest_start, found.dest_end), found.score)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    for _ in range(_WIDENED):
        start -= start > 0 and _in_word(text[start - 1 : start + 1])
        end += end < len(text) and _in_word(text[end - 1 : end + 1])
    return start, end


def _in_word(pair: str) -> bool:
    """Return whether two characters belong to one word: letters, digits and combining marks."""
    return all(unicodedata.category(character)[0] in "LMN" for character in pair)
