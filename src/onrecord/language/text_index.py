"""Find words in a text: the search that validation, anchoring and importing share, and its limits."""

from __future__ import annotations

import bisect
import re
from functools import cached_property
from itertools import islice

from onrecord.language import context
from onrecord.language.occurrences import occurrences

# How many places of the same words are examined. Beyond that, no distinguishing context is computed.
MAX_PLACES = 10_000


class TextIndex:
    """Find words in a text. Places are offsets of first characters, in code points.

    Args:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def has(self, words: str, start: int, end: int) -> bool:
        """Return whether the text has some words at these offsets."""
        return 0 <= start == end - len(words) and self.text.startswith(words, start)

    def places(self, words: str, limit: int = MAX_PLACES) -> list[int]:
        """Return the first places of words, overlapping or not, up to a limit."""
        return list(islice(occurrences(self.text, words), limit))

    def places_between(
        self, prefix: str, words: str, suffix: str, limit: int = MAX_PLACES
    ) -> list[int]:
        """Return the first places of words that have a prefix and suffix around them."""
        if not prefix.strip() + suffix.strip():
            return self.places(words, limit)
        return context.places(self.text, words, prefix, suffix, MAX_PLACES)[:limit]

    def place(self, words: str, prefix: str = "", suffix: str = "") -> int | None:
        """Return the only place of words with a prefix and suffix, or else the only one of all."""
        for found in (self.places_between(prefix, words, suffix, 2), self.places(words, 2)):
            if len(found) == 1:
                return found[0]
        return None

    def count(self, words: str) -> int:
        """Return in how many places the words are; 2 or more where these overlap."""
        return max(self.text.count(words), len(self.places(words, 2)))

    def line(self, at: int) -> int:
        """Return the line of the text, from 1, that contains an offset."""
        return bisect.bisect_right(self._lines, at)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]
