"""Detect pronouns, roles and placeholders in the place of a name, and compare names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache

from onrecord.language.languages import Roles, Words, in_all, knowledge_of


@cache
def no_values() -> Words:
    """Return what is no value in any column of any table, in small letters."""
    return in_all("placeholders.value") | {""}


@cache
def _no_names() -> Words:
    return no_values() | in_all("placeholders.name")


@lru_cache(2**14)
def is_no_name(name: str) -> bool:
    """Return whether a name is a placeholder for no value: ``N/A``, ``None``, ``-``, ``???``."""
    plain = _plain(name)
    if plain in in_all("placeholders.also_names"):
        return not name.istitle()
    return plain in _no_names() or all(unicodedata.category(one)[0] in "PZC" for one in name)


@lru_cache(2**14)
def name_defect(name: str) -> str | None:
    """Return what a name is that only programs write: an address, a list, a number; otherwise None."""
    plain = name.strip()
    if _ADDRESS.match(plain):
        return "an address"
    if _EMAIL.fullmatch(plain):
        return "an e-mail address"
    if _LITERAL.fullmatch(plain):
        return "a list or an object as programs write them"
    return "a number" if _NUMBER.fullmatch(plain) else None


_ADDRESS = re.compile(r"(?:https?|ftp)(?::|/)/?/?\S+[.]|www[.]\S+[.]|[a-z]+://\S", re.IGNORECASE)
_EMAIL = re.compile(r"<?(?:mailto:)?[^\s@<>]+@[^\s@<>]+[.][^\s@<>.]+>?", re.IGNORECASE)
_LITERAL = re.compile(r"""\[.*\]|\{.*\}|\(\s*['"].*\)""", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?")


@lru_cache(2**14)
def is_nameless(name: str) -> bool:
    """Return whether a name says that a person is not named: ``Anonymous``."""
    return _plain(name) in in_all("placeholders.nameless")


def _plain(name: str) -> str:
    return name.lower() if name.lower() in _no_names() else name.strip(" ()[]<>{}\"'*_").lower()


def is_pronoun(name: str, language: str) -> bool:
    """Return whether a name is a pronoun of a language.

    Words in all capitals are not pronouns, since abbreviations look the same (``WHO``, ``US``); nor
    are capitalised pronouns that are also names of people (``Du``, ``Ella``).
    """
    pronouns, word = knowledge_of(language).pronouns, name.strip()
    small = knowledge_of(language).lower(word)
    if small not in pronouns.words:
        return False
    if word == small:
        return True
    return word[1:] == small[1:] and small not in pronouns.also_names


_ELIDED = re.compile(r"^l['’](?=\w)", re.IGNORECASE)


@lru_cache(2**14)
def role_of(name: str, language: str) -> str | None:
    """Return what kind of role a name is, if it says what somebody is instead of who.

    Returns:
        ``person`` for the role of one person (``the president``, ``Regierungssprecher``), ``body`` for a
        group or institution (``police``), which may be used as a name; otherwise None.
    """
    told = knowledge_of(language)
    roles = told.roles
    words = _ELIDED.sub("l ", name).split()
    if not words:
        return None
    small = [told.lower(word) for word in words]
    article = len(words) > 1 and small[0] in roles.articles
    if article:
        if not roles.capitals and all(word[0].isupper() for word in words):
            return None  # such as The Diplomat, which is a magazine
        words, small = words[1:], small[1:]
    for at, word in enumerate(small):
        if at and word in roles.links:
            words, small = words[:at], small[:at]
            break
    if _is_person(words, small, roles, article=article):
        return "person"
    return "body" if " ".join(small) in roles.bodies else None


def _is_person(words: Sequence[str], small: Sequence[str], roles: Roles, *, article: bool) -> bool:
    def is_noun(at: int) -> bool:
        free = article or words[at] == small[at]
        if small[at] in roles.trades:
            return free
        free = free or len(words) > 1 or small[at] not in roles.surnames
        return free and (small[at] in roles.persons or small[at].endswith(tuple(roles.endings)))

    if len(words) == 1:
        return is_noun(0)
    if roles.head == "alone" or " ".join(small) in roles.persons:
        return " ".join(small) in roles.persons
    if roles.head == "last":
        more = roles.modifiers | roles.persons
        return is_noun(-1) and (article or more.issuperset(small[:-1]) or words[-1] == small[-1])
    while len(words) > 1 and small[0] in roles.modifiers:
        words, small = words[1:], small[1:]
    return is_noun(0) and words[1:] == small[1:]


def may_name_the_same(one: str, other: str) -> bool:
    """Return whether two names may belong to the same person or organisation.

    They may if they share a word, if one abbreviates the other, if they are in different scripts or
    in Chinese characters (which have two forms), or if some of their words are spelled similarly.
    """
    first, second = _bare(one), _bare(other)
    if (
        not first
        or not second
        or _is_latin(first) != _is_latin(second)
        or any("\u3400" <= sign <= "\u9fff" for sign in one + other)  # written in Han characters
    ):
        return True
    joined, compared = "".join(first), "".join(second)
    if set(first) & set(second) or joined in compared or compared in joined:
        return True
    return _abbreviates(first, second) or _abbreviates(second, first) or _alike(first, second)


def _bare(name: str) -> list[str]:
    """Return the words of a name without diacritics and in lower case."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(one for one in bare if not unicodedata.combining(one))
    return re.findall(r"\w+", letters)


def _is_latin(words: list[str]) -> bool:
    return "".join(words) < "\u0250"


def _abbreviates(one: list[str], other: list[str]) -> bool:
    """Return whether a word of one name consists of first letters of words of the other."""
    initials = "".join(word[0] for word in other)
    return len(initials) > 1 and any(len(word) > 1 and word in initials for word in one)


def _alike(one: list[str], other: list[str]) -> bool:
    return any(
        SequenceMatcher(None, word, another, autojunk=False).ratio() >= _ALIKE
        for word in one
        for another in other
        if len(word) > 1 and len(another) > 1
    )


# Spellings of one name in Latin letters (Zelensky, Selenskyj) have at least so much in common.
_ALIKE = 0.65
