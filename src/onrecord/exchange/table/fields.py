"""List the fields that a column can be mapped to, and convert words to their values."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

from pydantic import BaseModel

from onrecord.exchange.values import is_address, iso_date
from onrecord.language.tags import language_defect, valid_language
from onrecord.schema.current import DocumentArticle, DocumentClaim, DocumentQuote, Span
from onrecord.schema.fields import MEANING
from onrecord.schema.shape import Member, Scalar, members, paths

RECORDS: dict[str, type[BaseModel]] = {"quote": DocumentQuote, "claim": DocumentClaim}
# Fields that the importer sets, or that need something a table lacks: a text, other records.
_NOT_MAPPED = re.compile(
    r"((article\.)?id|annotation\.origin\..*|article\.text(_sha256|_length)?"
    r"|(.*\.)?(start|end|sha256|prefix|suffix))"
)
TRUTH = {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
DIRECTIVES = frozenset("YmdbBaAHIMSfpzZ%")


@cache
def required_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields that an object needs; for a span the words, since a table has no offsets."""
    return tuple(
        member.name
        for member in members(model)
        if (issubclass(model, Span) and member.name == "exact")
        or (member.required and member.name not in ("id", "quoted"))
    )


@cache
def mappable(record: str) -> dict[str, Member]:
    """Return the fields that a column can be mapped to, with [] for any index of a list."""
    found = {
        name: member
        for prefix, model in (("", RECORDS[record]), ("article.", DocumentArticle))
        for path, member in paths(model)
        if isinstance(member.inner, Scalar)
        and not (member.role and member.role.name == "link")
        and not (name := prefix + ".".join(path)).startswith("relations")
        and not _NOT_MAPPED.fullmatch(name)
    }
    # An identifier is made of whatever is there.
    line = replace(found["article.title"], name="id", description="Identifier of the article.")
    return {**found, "article.id": line}


def full_name(record: str, name: str) -> str | None:
    """Return the name of a field with all places in lists; None if there is no such field.

    A place that is left out is the first: ``speakers.name`` is ``speakers[0].name``.
    """
    templates = {one.replace("[]", ""): one for one in mappable(record)}
    template = templates.get(re.sub(r"\[\d+\]", "", name))
    if template is None:
        return None
    steps = zip(name.split("."), template.split("."), strict=True)
    full = ".".join(one if "[" in one else step.replace("[]", "[0]") for one, step in steps)
    return full if re.sub(r"\[(0|[1-9]\d*)\]", "[]", full) == template else None


def own_labels(member: Member) -> dict[str, Any] | None:
    """Return the labels of an enumeration or a boolean with their values; None for other fields."""
    scalar = member.inner
    if isinstance(scalar, Scalar) and scalar.choices:
        return {choice: choice for choice in scalar.choices}
    return dict(TRUTH) if isinstance(scalar, Scalar) and scalar.type is bool else None


def expected_instead(member: Member, scalar: Scalar, word: str) -> str:
    """Describe what is expected instead of a word that is not valid; empty if it is valid."""
    role = member.role.name if member.role else None
    if scalar.pattern and not matches(scalar, word):
        return MEANING[scalar.pattern]
    if role == "date" and period(word) is None:
        return "a date that exists"
    if role == "url" and not is_address(word):
        return "a web address"
    if member.name in ("language", "translated_from") and language_defect(word):
        return language_expected(word)
    return "" if word else "at least one character"


def language_expected(word: str) -> str:
    """Describe which language tag is expected instead of a word."""
    return f"a BCP 47 tag such as {valid_language(word) or 'en or pt-BR'}"


def matches(scalar: Scalar, text: str) -> bool:
    """Return whether a text matches the pattern of a field, if it has one."""
    return not scalar.pattern or re.fullmatch(scalar.pattern[1:-1], text) is not None


def number_of(word: str, scalar: Scalar) -> float | None:
    """Parse a number; return None if the field does not allow it."""
    try:
        value = float(word)
    except ValueError:
        return None
    return value if 0 <= value <= (scalar.maximum or value) else None


def date_reader(pattern: str, used: list[str]) -> Callable[[str], str | None]:
    """Return a function that parses dates of a strptime pattern at the pattern's precision."""
    month = bool({"m", "b", "B"} & set(used))
    return partial(_dated, pattern, 10 if month and "d" in used else 7 if month else 4)


def _dated(pattern: str, length: int, text: str) -> str | None:
    try:
        return dt.datetime.strptime(text, pattern).date().isoformat()[:length]  # noqa: DTZ007  # a day
    except ValueError:
        return None


def period(text: str) -> str | None:
    """Parse a date or an interval of two dates in the form of the records.

    A date may end in ``~``, ``?`` or ``%`` (ISO 8601-2, level 1).
    """
    if (date := _qualified(text)) is not None:
        return date
    parts = text.split("/")
    read = [part if part == ".." else _qualified(part) for part in parts]
    if len(parts) != 2 or None in read or read == ["..", ".."]:
        return None
    return "/".join(str(part) for part in read)


def _qualified(text: str) -> str | None:
    sign = text[-1:] if text.endswith(("~", "?", "%")) else ""
    date = iso_date(text.removesuffix(sign))
    return None if date is None or (sign and len(date) > len("2024-12-10")) else date + sign


def reader_of(member: Member) -> Callable[[str], str | None]:
    """Return a function that parses dates in the form of the records."""
    return period if member.name in ("period", "said") else iso_date
