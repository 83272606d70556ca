"""Generate ``docs/languages.md``: what is known about each language, and what each lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import Field, fields, is_dataclass
from operator import attrgetter
from typing import Any, get_args, get_origin, get_type_hints

from onrecord.language.languages import Language, languages

# The keys that every language could have: the parts of a file, but for what is special to some.
KINDS = [one.name for one in fields(Language) if one.name not in ("name", "small_letters")]
# Languages that are listed, at most.
_SOME = 15


def page() -> Iterator[str]:
    """Return the lines of the page, without the note that says that it is generated."""
    yield from ("# Languages", "")
    yield (
        "What is known about a language is one file in `src/onrecord/language/data/`, named after its BCP 47 tag. "
        "Checks, importers and `anchor` use the words of all files; what is missing for a language is skipped, never "
        "guessed. `und` is for signs and words of no language. A file of a region or script, such as `zh-Hant`, "
        "has only what differs from the language. [CONTRIBUTING](../CONTRIBUTING.md#add-a-language) says how to add what is missing."
    )
    yield from (
        "",
        "## What is known",
        "",
        "The numbers count words, phrases and pairs of marks.",
        "",
    )
    yield f"| tag | language | {' | '.join(kind.replace('_', ' ') for kind in KINDS)} |"
    yield "|---" * (len(KINDS) + 2) + "|"
    for tag, language in languages().items():
        lacking = "" if tag == "und" else "missing"
        cells = [str(_count(getattr(language, kind)) or lacking) for kind in KINDS]
        yield f"| `{tag}` | {language.name} | {' | '.join(cells)} |"
    yield from ("", "## What a file can have", "")
    yield (
        "Words are in small letters. Where a regular expression is allowed, plain words are the simplest ones; "
        "it is one of Python's `re`."
    )
    yield from _keys(Language, "")


def _keys(kind: type, place: str) -> Iterator[str]:
    """Return a table of the keys of a table of a file, then those of the tables in it."""
    hints = get_type_hints(kind)
    yield from ("", "| key | form | what it has | languages that have it |", "|---|---|---|---|")
    parts = [one for one in fields(kind) if is_dataclass(hints[one.name])]
    for one in fields(kind):
        if one not in parts:
            yield from _rows(one, hints[one.name], place)
    for one in parts:
        yield from (
            "",
            f"### {one.name.capitalize()}",
            "",
            f"`[{one.name}]`: {one.metadata['about']}.",
        )
        yield from _keys(hints[one.name], f"{one.name}.")


def _rows(one: Field[Any], kind: Any, place: str) -> Iterator[str]:
    inner = next((each for each in get_args(kind) if is_dataclass(each)), None)
    having = () if place.count(".") > 1 else _having(place + one.name)
    has = ", ".join(having) if len(having) <= _SOME else f"{len(having)} languages"
    about = one.metadata["about"].replace("|", "\\|")
    yield f"| `{place}{one.name}` | {'tables' if inner else _form(kind)} | {about} | {has} |"
    if inner:
        hints = get_type_hints(inner)
        for each in fields(inner):
            yield from _rows(each, hints[each.name], f"{place}{one.name}.")


def _having(key: str) -> Sequence[str]:
    return [tag for tag, one in languages().items() if attrgetter(key)(one)]


def _form(kind: Any) -> str:
    """Return what the values of a type are in a file."""
    if kind in (str, bool):
        return "text" if kind is str else "true or false"
    if get_origin(kind) is frozenset:
        return "words"
    if get_origin(kind) is tuple:
        return "pairs" if get_args(kind)[0] is not str else "regular expressions"
    is_table = get_args(kind) == (str, str)
    return "table" if is_table else ", ".join(f"`{one}`" for one in get_args(kind))


def _count(value: object) -> int:
    """Return how many words or pairs of marks there are in a value of a language."""
    if is_dataclass(value):
        return sum(_count(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, frozenset | tuple):
        return sum(_count(one) if is_dataclass(one) else 1 for one in value)
    return 0
