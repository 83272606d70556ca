"""Divide text into words and marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onrecord.language.languages import Language

_TOKEN = re.compile(r"[^\W\d_]\.(?=\s\w)|\w(?:[\w’'‐-]*\w)?|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark: as it is written, in lower case, and its extent."""

    word: str
    small: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Return whether it is a word."""
        return self.word[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Return whether it begins with a capital."""
        return self.word[0].isupper()


def tokens_of(text: str, language: Language) -> list[Token]:
    """Return the words and marks of a text, without the full stops of titles."""
    tokens: list[Token] = []
    for one in _TOKEN.finditer(text):
        last = tokens[-1] if tokens and tokens[-1].end == one.start() else None
        if last and one[0] == "." and last.small in language.roles.titles:
            continue
        # A pronoun that a hyphen joins to the verb: a-t-il.
        tail = one[0].rpartition("-")[2]
        cut = one.end() - len(tail)
        joined = "-" in one[0] and language.lower(tail) in language.pronouns.words
        for start, end in ((one.start(), cut - 1), (cut, one.end())) if joined else (one.span(),):
            word = text[start:end]
            tokens.append(Token(word, language.lower(word), start, end))
    return tokens
