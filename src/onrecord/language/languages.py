"""Load what is known about languages: one file for each, ``data/<tag>.toml``.

A file is found by its name alone, a BCP 47 tag. What ``pt-BR.toml`` does not have is that of ``pt.toml``;
``und.toml`` has what belongs to no language. A kind of words that no file has for a language is
unknown: checks skip it, they do not guess.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from operator import attrgetter
from typing import Any, Literal, get_args, get_origin, get_type_hints

from onrecord.errors import InputError, did_you_mean

# Words or phrases in small letters, which are looked up.
Words = frozenset[str]
# Regular expressions, of which a plain word is one. A test compiles them, not each start.
Patterns = tuple[str, ...]
# Quotation marks, each as the signs that open and close.
Pairs = tuple[tuple[str, str], ...]


def _about(description: str, **default: Any) -> Any:
    """Return a field with what it lists, for the page of languages."""
    return field(**default, metadata={"about": description})


def _set(description: str) -> Any:
    return _about(description, default=frozenset())


def _list(description: str) -> Any:
    return _about(description, default=())


def _flag(description: str) -> Any:
    return _about(description, default=False)


def _table(kind: type, description: str) -> Any:
    return _about(description, default_factory=kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Negation:
    """Describe how a language negates."""

    words: Words = _set("whole words; `n't` and `n'` are joined to another word by the apostrophe")
    parts: Words = _set("parts of words, where no space is between words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """List words that mark a quote as somebody's, and where its speaker is."""

    writing: Words = _set("verbs that say that it was written: *wrote*")
    thought: Words = _set("verbs that say that it was not said to anybody: *thought*")
    speech: Words = _set(
        "verbs that mark words as somebody's, as they are beside quotes: *said*; an ellipsis is where "
        "other words may be: *teilte … mit*"
    )
    prefixes: Words = _set("what may be joined to the beginning of a verb: *و*")
    before_speaker: Words = _set("what else marks them, right before the speaker: *according to*")
    after_speaker: Words = _set(
        "what else marks them, right behind the speaker: *mukaan*; with a hyphen, its first word is "
        "joined to the one for the speaker: *-에 따르면*"
    )
    after_quote: Words = _set(
        "what marks them only right after the quote and before the speaker: *so*"
    )
    inside_marks: bool = _flag(
        "whether a cue may interrupt a quote without marks before and after it: «…, *confie* …»"
    )
    verb_last: bool = _flag(
        "whether the verb ends a sentence: the speaker may be before the quote, the cue after it"
    )
    particles: Words = _set(
        "what is behind the words for who speaks: *ने*; with a hyphen, joined to them: *-は*"
    )
    between: Words = _set("words between a speaker and the verb: *has*, *also*")
    prepositions: Words = _set("prepositions: what follows one is not who speaks")
    conjunctions: Words = _set("conjunctions, which end what is said of a speaker")

    @property
    def verbs(self) -> Words:
        """Return the words of ``speech``, also with prefixes."""
        return self.speech | {first + verb for first in self.prefixes for verb in self.speech}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Describe pronouns that begin a sentence and point to something outside it."""

    words: Patterns = _about("pronouns that begin a sentence and point outside it")
    before: Patterns = _list(
        "of these words, one must follow; without any, a word in small letters or a number"
    )
    not_before: Patterns = _list("words of which none may follow")
    not_with: Patterns = _list("words of which none may be in the rest of the sentence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pronouns:
    """List pronouns: words that refer to somebody or something named elsewhere."""

    words: Words = _set("pronouns, and other words that stand for a name")
    also_names: Words = _set(
        "those that people are called as well: with a capital letter they are names"
    )
    first_singular: Words = _set("subjects that stand for the speaker alone: *I*")
    first_plural: Words = _set("subjects that stand for the speaker and others: *we*")
    contractions: Patterns = _list("what an apostrophe joins to a pronoun: *re* of *they're*")
    subjects: tuple[Subject, ...] = _list("pronouns that begin a sentence and point outside it")


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeDate:
    """Describe words for a day, week or year that depends on the day on which they are said."""

    words: Patterns = _about("words such as *yesterday* and *two years ago*")
    not_after: Patterns = _list(
        "what must not be right before them, with the space that it ends with; each of one length"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """List words for a time that depends on the day on which they are said."""

    times: Patterns = _list("nouns for a time: *this* is no subject in *this year*")
    relative: tuple[RelativeDate, ...] = _list("words for a time that depends on the day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Describe how a language calls people by what they are."""

    head: Literal["first", "last", "alone"] = _about(
        "where the noun is among words that say more of it: `last` in *prime minister*",
        default="alone",
    )
    capitals: bool = _flag("whether nouns begin with a capital letter, as in German")
    persons: Words = _set(
        "nouns for one person; not *king* and *pope*, who are called by their titles"
    )
    trades: Words = _set(
        "nouns for what somebody does that are surnames as well: with a capital and without an "
        "article, a first name and a surname follow: *Baker Ada Moen*"
    )
    bodies: Words = _set("nouns for many, which may be called by them: *police*")
    articles: Words = _set("articles; what follows one is no name of a person")
    modifiers: Words = _set("words that may be with a noun: *prime*, *former*")
    links: Words = _set("words between a noun and what the person is over, of or for")
    surnames: Words = _set("nouns that are common surnames too: they need an article")
    endings: Words = _set("ends of compounds that are nouns for one person")
    titles: Words = _set("what is before a name and no part of it, without a full stop: *Mr*, *Dr*")
    titles_last: bool = _flag(
        "whether a noun may follow a name without a capital: *Kiss Anna polgármester*"
    )
    families: Words = _set(
        "family names with which names begin, in a script without capitals, and no other words do"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholders:
    """List words that are in the place of a value and are none."""

    value: Words = _set("what is no value in any column of any table: *n/a*, *unknown*")
    name: Words = _set("what is no value where a name belongs: *no speaker*")
    nameless: Words = _set("what says that somebody goes without a name: *anonymous*")
    also_names: Words = _set("those that people are called as well: written as a name they count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """List words for verdicts by what they mean, the fields being the ratings of an assessment."""

    true: Words = _set("true, in just those words")
    mostly_true: Words = _set("true but for details")
    mixed: Words = _set("partly true and partly false")
    mostly_false: Words = _set("false but for details")
    false: Words = _set("false, in just those words")
    misleading: Words = _set("true words that mislead")
    outdated: Words = _set("what was true once")
    unverifiable: Words = _set("what nobody can tell")
    out_of: Patterns = _list("what is between a number and the highest of its scale: *7 of 10*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Hold what is known about a language; what is not known is empty."""

    name: str = _about("its name in English")
    quotation_marks: Pairs = _list("pairs of quotation marks, as `[opening, closing]`")
    small_letters: Mapping[str, str] = _about(
        "small letters of capitals, where they are not those of Unicode", default_factory=dict
    )
    foreign_letters: Words = _set("small letters of its script that its own words do not have")
    abbreviations: Words = _set("words whose full stop ends no sentence, without it: *inc*")
    questions: Words = _set("words that a question may end with or consist of: *why*, *no*")
    negation: Negation = _table(Negation, "words that negate")
    cues: Cues = _table(Cues, "words that mark a quote as somebody's, and say how it was said")
    pronouns: Pronouns = _table(Pronouns, "words that stand for what is named elsewhere")
    dates: Dates = _table(Dates, "dates that depend on the day on which they are said")
    vague_quantities: Patterns = _list(
        "words for a number that they do not give: *so many*, *a number of*"
    )
    roles: Roles = _table(Roles, "nouns for what somebody is, and words around them")
    placeholders: Placeholders = _table(Placeholders, "words in the place of a value that are none")
    verdicts: Verdicts = _table(Verdicts, "words for verdicts, by the rating that they mean")

    def lower(self, text: str) -> str:
        """Return a text in small letters; in Turkish, that of I is ı."""
        for capital, small in self.small_letters.items():
            text = text.replace(capital, small)
        return text.lower()


@lru_cache(maxsize=1024)
def knowledge_of(tag: str) -> Language:
    """Return what is known about the language of a BCP 47 tag, the most special file first.

    Raises:
        InputError: A file is not valid.
    """
    found: dict[str, Any] = {"name": tag}
    for known in sorted(_files(), key=len):
        if f"{tag.lower()}-".startswith(f"{known}-"):
            found |= _known(known)
    return Language(**found)


@cache
def languages() -> Mapping[str, Language]:
    """Return all languages that have a file, and ``und``, by tag in alphabetical order."""
    tags = (file.name.removesuffix(".toml") for file in _files().values())
    return {tag: knowledge_of(tag) for tag in sorted(tags)}


@cache
def in_all(kind: str) -> frozenset[Any]:
    """Return the words of one kind, such as ``negation.words``, of all languages."""
    key, _, inner = kind.partition(".")
    parts = filter(None, (_part(tag, key) for tag in _files()))
    return frozenset(chain.from_iterable(map(attrgetter(inner), parts) if inner else parts))


@cache
def _files() -> Mapping[str, Traversable]:
    folder = files("onrecord.language") / "data"
    return {
        file.name.removesuffix(".toml").lower(): file
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }


@cache
def _known(tag: str) -> Mapping[str, Any]:
    return read(_files()[tag])


def read(file: Traversable) -> Mapping[str, Any]:
    """Return the fields that a file has, validated.

    Raises:
        InputError: It is not valid TOML, a key is unknown or missing, or a value is of another type.
    """
    with _names(file):
        return dict(_fields(Language, tomllib.loads(file.read_text(encoding="utf-8")), ""))


_TABLE = re.compile(r"^(?=\[)", re.MULTILINE)


@cache
def _part(tag: str, key: str) -> Any:
    """Return one field that a file has, validated, or None.

    Only its table is parsed, and not the words for cues, of which most files have many.
    """
    file = _files()[tag]
    top, *tables = _tables(tag)
    is_table = is_dataclass(_hints(Language)[key])
    some = [one for one in tables if re.match(rf"\[+{key}\b", one)] if is_table else [top]
    with _names(file):
        value = tomllib.loads("".join(some)).get(key)
        return None if value is None else _value(_hints(Language)[key], value, key)


@cache
def _tables(tag: str) -> Sequence[str]:
    """Return the text of a file in parts: what is before its tables, and each of them."""
    return _TABLE.split(_files()[tag].read_text(encoding="utf-8"))


@contextmanager
def _names(file: Traversable) -> Iterator[None]:
    """Raise what is not valid in a file as an error that names it."""
    try:
        yield
    except ValueError as error:
        raise InputError(f"language/data/{file.name}: {error}") from None


def _fields(kind: type, table: object, place: str) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a dataclass with their values in a table of a language file.

    Raises:
        ValueError: A key is unknown or missing, or a value is of another type.
    """
    if not isinstance(table, dict):
        raise ValueError(f"{place} must be a table")  # noqa: TRY004  # one kind of error
    prefix = f"{place}." if place else ""
    hints = _hints(kind)
    for key in table:
        if key not in hints:
            hint = did_you_mean(key, hints)
            raise ValueError(f"unknown key {prefix}{key}" + (f"; {hint}" if hint else ""))
    for one in fields(kind):
        if one.name in table:
            yield one.name, _value(hints[one.name], table[one.name], prefix + one.name)
        elif one.default is one.default_factory is MISSING:
            raise ValueError(f"{prefix}{one.name} is missing")


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _value(kind: Any, value: Any, place: str) -> Any:
    """Return a value of a file as a field has it."""
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**dict(_fields(kind, value, place)))
    if get_origin(kind) is Literal:
        _check(value in get_args(kind), place, "one of " + ", ".join(get_args(kind)))
    elif kind is bool:
        _check(isinstance(value, bool), place, "true or false")
    elif kind is str:
        _check(_is_text(value), place, "a text")
    elif get_origin(kind) is Mapping:
        is_table = isinstance(value, dict) and all(map(_is_text, value.values()))
        _check(is_table, place, "a table of texts")
    elif kind == Pairs:
        _check(isinstance(value, list) and all(map(_is_pair, value)), place, _PAIRS)
        return tuple(map(tuple, value))
    elif kind in (Words, Patterns):
        _check(isinstance(value, list) and all(map(_is_text, value)), place, "a list of texts")
        _check(len(set(value)) == len(value), place, "a list without repetitions")
        if kind == Patterns:
            return tuple(value)
        for word in value:
            is_plain = word == unicodedata.normalize("NFC", " ".join(word.split()).lower())
            _check(is_plain, f"{word!r} in {place}", "in small letters and NFC")
        return frozenset(value)
    else:
        (inner, _) = get_args(kind)
        _check(isinstance(value, list), place, "a list of tables")
        return tuple(_value(inner, one, f"{place}[{at}]") for at, one in enumerate(value))
    return value


_PAIRS = "a list of pairs, each of an opening and a closing mark of one or two signs"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(_is_text(one) and _IS_MARK.fullmatch(one) for one in value)
    )


_IS_MARK = re.compile(r"[^\w\s\[\]\\^-]{1,2}")


def _check(holds: bool, place: str, expected: str) -> None:
    if not holds:
        raise ValueError(f"{place} must be {expected}")
