"""Decide which words are so few that rights which allow quotes also allow them in other fields."""

from __future__ import annotations

# The most that a cue or a mention may have to stay under ``quotes``: words between white space,
# and bytes of UTF-8, since not all scripts put white space between words.
MAX_WORDS = 2
MAX_BYTES = 40


def is_brief(words: str) -> bool:
    """Return whether words are so few that they may remain in a cue or a mention under ``quotes``."""
    return len(words.split()) <= MAX_WORDS and len(words.encode()) <= MAX_BYTES
