"""Find words that refer to something outside a sentence: pronouns as subjects, relative dates,
vague quantities.

Ambiguous words are read in the way that needs no context: expletives (*it is known that*, *il y a*),
names and titles (*She Said*), and words in quotation marks are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from onrecord.language.languages import Subject, knowledge_of
from onrecord.language.marks import quoted


def pronoun_as_subject(text: str, language: str) -> str | None:
    """Return the pronoun or demonstrative that begins a sentence and refers to another one.

    Args:
        text: A sentence.
        language: A BCP 47 tag.
    """
    pattern = _subjects(language)
    found = pattern.match(text) if pattern else None
    return found[0] if found else None


def first_person(word: str, language: str) -> str | None:
    """Return whether a pronoun means the speaker: ``one`` for *I*, ``several`` for *we*.

    Args:
        word: A pronoun that `pronoun_as_subject` returned.
        language: A BCP 47 tag.
    """
    plain = re.split("['’]", word.lower())[0]
    pronouns = knowledge_of(language).pronouns
    if plain in pronouns.first_singular:
        return "one"
    return "several" if plain in pronouns.first_plural else None


def relative_date(text: str, language: str) -> str | None:
    """Return the first words that give a date relative to the day of speaking, such as *yesterday*.

    Sentences that name a year give no result: the year may make the date absolute.

    Args:
        text: A sentence.
        language: A BCP 47 tag.
    """
    pattern = _relative_dates(language)
    if pattern is None or _YEAR.search(text):
        return None
    return _unquoted(text, [one for one in pattern.finditer(text) if not _is_name(text, one)])


def vague_quantity(text: str, language: str) -> str | None:
    """Return the first words for a number that a sentence does not give, such as *so many*.

    Sentences with a number in digits give no result, since the words may repeat it.

    Args:
        text: A sentence.
        language: A BCP 47 tag.
    """
    pattern = _vague_quantities(language)
    if pattern is None or _NUMBER.search(text):
        return None
    return _unquoted(text, [*pattern.finditer(text)])


def _unquoted(text: str, found: Sequence[re.Match[str]]) -> str | None:
    """Return the words of the first match that is outside quotation marks."""
    inside = quoted(text) if found else []
    for one in found:
        if not any(region.start <= one.start() < region.end for region in inside):
            return one[0]
    return None


def _is_name(text: str, words: re.Match[str]) -> bool:
    """Return whether words look like a name: capitalised, but not at the beginning of the sentence."""
    if not words[0][0].isupper():
        return False
    return words.start() > 0 or bool(_CAPITALISED.match(text, words.end()))


_YEAR = re.compile(r"(?<![0-9])(1[0-9]{3}|20[0-9]{2})(?![0-9])")
# A number that is no year. It begins with the digit, for which Python searches quickly.
_NO_MORE = "(?![0-9.,]?[0-9])"
_NUMBER = re.compile(
    rf"[0-9](?<![0-9.,].)(?:(?<=[03-9])|(?<=1)(?![0-9]{{3}}{_NO_MORE})|(?<=2)(?!0[0-9]{{2}}{_NO_MORE}))"
)
# Two words of a title in English, the language in which all words of titles are capitalised.
_CAPITALISED = re.compile(r" [A-Z][a-z]+ [A-Z]")


_NOT_BEFORE = r"(?!\s+(?:{})\b)"
# A word in lower case follows: if it is capitalised, both are likely to be a name.
_LOWER = r"(?=\s+[0-9a-zß-öø-ÿœğışα-ώа-яёіїєґ])"


@lru_cache(maxsize=1024)
def _subjects(language: str) -> re.Pattern[str] | None:
    """Compile a pattern of pronouns at the beginning of a text, capitalised or in lower case."""
    told = knowledge_of(language)
    if not told.pronouns.subjects:
        return None
    contracted = _any(told.pronouns.contractions, "(?:['’](?:{}))?")
    no_time = _any(told.dates.times, _NOT_BEFORE)
    choices = (
        f"(?:{'|'.join(form for word in one.words for form in (word, word.capitalize()))})"
        rf"{contracted}(?![\w'’-]){no_time}{_behind(one)}"
        for one in told.pronouns.subjects
    )
    return re.compile("|".join(choices))


def _behind(subject: Subject) -> str:
    """Return a regular expression for the words that must follow pronouns."""
    return (
        _any(subject.not_before, _NOT_BEFORE)
        + _any(subject.not_with, r"(?!.*\b(?:{})\b)")
        + (_any(subject.before, r"(?=\s+(?:{})\b)") or _LOWER)
    )


def _any(words: Sequence[str], pattern: str) -> str:
    """Return a pattern with some words; nothing if there are none."""
    return pattern.format("|".join(words)) if words else ""


@lru_cache(maxsize=1024)
def _relative_dates(language: str) -> re.Pattern[str] | None:
    """Compile one pattern of all relative dates; it checks the words before only after a match."""
    choices = []
    for date in knowledge_of(language).dates.relative:
        words = "|".join(date.words)
        behind = "".join(f"(?<!{text})" for text in date.not_after)
        choices.append(f"(?={words}){behind}(?:{words})")
    if not choices:
        return None
    return re.compile(rf"(?<![\w'’-])(?:{'|'.join(choices)})(?![\w-])", re.IGNORECASE)


# Patterns whose first letter is that of all words that they match; and other forms that letters have
# if case is ignored.
_WITH_FIRST_LETTER = re.compile(r"[^\W\d_](?![?*+{])[^|]*")
_OTHER_CASES = "İıſ\u212a\u1c80-\u1c8a"


@lru_cache(maxsize=1024)
def _vague_quantities(language: str) -> re.Pattern[str] | None:
    words = knowledge_of(language).vague_quantities
    if not words:
        return None
    if not all(map(_WITH_FIRST_LETTER.fullmatch, words)):
        return re.compile(rf"(?<![\w'’-])(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)
    # It begins with the letters that begin any of them, for which Python searches quickly.
    letters = "".join(sorted({case for one in words for case in (one[0], one[0].upper())}))
    choices = "|".join(f"(?<={one[0]}){one[1:]}" for one in words)
    return re.compile(rf"[{letters}{_OTHER_CASES}](?<![\w'’-].)(?i:{choices})(?![\w-])")
