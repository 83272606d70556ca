"""Which words an article's rights allow to be passed on."""

from __future__ import annotations

# The most that a cue or a mention may have to stay under ``quotes``: words between white space,
# and bytes of UTF-8, since not all scripts put white space between words.
MAX_WORDS = 2
MAX_BYTES = 40


def is_brief(words: str) -> bool:
    """Whether words are so few that they may stay in a cue or a mention under ``quotes``."""
    return len(words.split()) <= MAX_WORDS and len(words.encode()) <= MAX_BYTES


def may_stay(redistribute: str, role: str, words: str, *, verbatim: bool) -> bool:
    """Whether the words of a span may be passed on.

    Args:
        redistribute: What the article's rights allow.
        role: Names of the fields that lead to the span, such as ``speaker.mention``.
        words: The words.
        verbatim: Whether it is a span of a quote's content, and the words are the speaker's own.
    """
    if redistribute == "quotes":
        return verbatim or (role.rpartition(".")[2] != "content" and is_brief(words))
    return redistribute == "full"
