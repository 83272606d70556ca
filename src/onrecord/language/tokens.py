"""Divide text into words and marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onrecord.language.languages import Language

# Signs inside words that are no letters: vowels of Arabic, Hebrew and Devanagari, joiners.
MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d"
_LETTER = rf"[\w{MARKS}]"
# Signs that join letters of a word; " only in abbreviations of Hebrew.
_JOINED = rf"""(?:[\w{MARKS}’'‐״-]|(?<=[א-ת])"(?=[א-ת]))"""
_TOKEN = re.compile(rf"[^\W\d_]\.(?=\s\w)|\w(?:{_JOINED}*{_LETTER})?|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Token:
    """Hold a word or mark: as it is written, in lower case, its extent, and whether it is part of a name
    though it may be another noun: *James Baker*.
    """

    word: str
    small: str
    start: int
    end: int
    named: bool = False

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
        for start, end in _parts(one, language):
            word = text[start:end]
            tokens.append(Token(word, language.lower(word), start, end))
    return tokens


def _parts(word: re.Match[str], language: Language) -> list[tuple[int, int]]:
    """Return the extents of two words that a hyphen or an apostrophe joins, otherwise that of one."""
    start, end = word.span()
    # A pronoun behind the verb: a-t-il.
    head, hyphen, tail = word[0].rpartition("-")
    if hyphen and language.lower(tail) in language.pronouns.words:
        return [(start, start + len(head)), (end - len(tail), end)]
    # An article or a preposition before a noun: l'assessore, dell'assessore.
    head, mark, tail = word[0].replace("’", "'").partition("'")
    if (
        mark
        and tail
        and language.lower(head) in language.roles.articles | language.cues.prepositions
    ):
        return [(start, start + len(head)), (end - len(tail), end)]
    return [(start, end)]
