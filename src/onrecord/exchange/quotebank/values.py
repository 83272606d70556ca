"""Find the values of Quotebank that have the most common form, column by column, and parse single values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from types import NoneType
from typing import Any, NamedTuple

from onrecord.exchange.columns import which_addresses, which_names, which_plain
from onrecord.exchange.values import encode, is_absent, is_sentinel, iso_date, written
from onrecord.rules import importing

_QID = re.compile("Q[1-9][0-9]*")
# How Quotebank writes a day and its time.
_WRITTEN = re.compile("([0-9]{4}-[0-9]{2}-[0-9]{2}) (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
# The problems of a quotation without a likely speaker.
_NO_SPEAKER = (importing.NoValue.code,)


def kept_value(value: Any) -> str | None:
    """Return a value that is kept as it is; None for an absent one."""
    return None if is_absent(value) else written(value)


def which_kept(values: Sequence[Any]) -> list[str | None]:
    """Return values that are kept as they are; None for absent ones."""
    types = set(map(type, values))
    if types == {int}:
        return list(map(str, values))
    if types == {str}:  # few of them differ
        kept = {value: kept_value(value) for value in set(values)}
        return list(map(kept.__getitem__, values))
    if types <= {list, NoneType}:
        return [encode(value) if value else None for value in values]
    return list(map(kept_value, values))


class Columns(NamedTuple):
    """Hold the values of quotations in columns; None for an absent value."""

    quoteID: Sequence[Any]  # noqa: N815  # their names in Quotebank
    quotation: Sequence[Any]
    speaker: Sequence[Any]
    qids: Sequence[Any]
    date: Sequence[Any]
    numOccurrences: Sequence[Any]  # noqa: N815
    probas: Sequence[Any]
    urls: Sequence[Any]
    phase: Sequence[Any]

    @classmethod
    def of(cls, names: Iterable[str], rows: Sequence[Iterable[Any]]) -> Columns:
        """Return the columns of values that have these names in each row."""
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        return cls(*(columns.get(name) or (None,) * len(rows) for name in cls._fields))


class Usual(NamedTuple):
    """Hold the parsed values of quotations, as far as these have the most common form.

    Attributes:
        which: Whether all values of a quotation have that form.
        speakers: The names of speakers, with the codes of problems; None if they must be looked for.
        items: Their Wikidata items, if only one has the name.
        days: The days of their dates.
    """

    which: list[bool]
    speakers: list[tuple[str | None, tuple[str, ...]] | None]
    items: list[str | None]
    days: list[str | None]

    @classmethod
    def of(cls, raw: Columns) -> Usual:
        """Read the values of quotations."""
        speakers = list(map(_usual_speaker, raw.speaker))
        plain = which_plain(raw.date)
        days = [day_of(day) if one else None for day, one in zip(raw.date, plain, strict=True)]
        items = [
            item_of(qids, one and one[0]) for qids, one in zip(raw.qids, speakers, strict=True)
        ]
        which = [
            which_plain(raw.quoteID),
            which_plain(raw.quotation, lines=True),
            [day is not None for day in days],
            _which_pages(raw.urls),
            [one is not None for one in speakers],
            [valid for _, valid in items],
        ]
        return cls(
            list(map(all, zip(*which, strict=True))), speakers, [one for one, _ in items], days
        )


def _which_pages(lists: Sequence[Any]) -> list[bool]:
    """Return which values are lists of addresses."""
    if set(map(type, lists)) == {list}:
        pages = list(chain.from_iterable(lists))
        if {str}.issuperset(map(type, pages)) and all(which_addresses(pages)):
            return [True] * len(lists)
    return [
        type(one) is list and {str}.issuperset(map(type, one)) and all(which_addresses(one))
        for one in lists
    ]


def _usual_speaker(value: Any) -> tuple[str | None, tuple[str, ...]] | None:
    """Return the name of a speaker and the codes of problems; None if it has no usual form."""
    return (None, ()) if value is None else _usual_name(value) if type(value) is str else None


@lru_cache(2**14)
def _usual_name(name: str) -> tuple[str | None, tuple[str, ...]] | None:
    if which_names([name])[0]:
        return name, ()
    return (None, _NO_SPEAKER) if is_sentinel(name) else None


def item_of(qids: Any, name: str | None) -> tuple[str | None, bool]:
    """Return the Wikidata item of a speaker if only one has the name, and whether it is an item."""
    qid = qids[0] if isinstance(qids, list) and len(qids) == 1 else None
    valid = qid is None or (isinstance(qid, str) and _QID.fullmatch(qid) is not None)
    return qid if valid and name is not None else None, valid


def confidence_of(probas: Any, speaker: Any) -> float | None:
    """Return the probability of the speaker, as the dataset computed it."""
    if not isinstance(probas, list):
        return None
    for one in probas:
        if isinstance(one, list) and len(one) == 2 and one[0] == speaker:
            try:
                found = float(one[1])  # what is no number is left out
            except (TypeError, ValueError, OverflowError):
                return None
            return found if math.isfinite(found) and 0 <= found <= 1 else None
    return None


def day_of(text: str) -> str | None:
    """Return the day of a date and time without a zone."""
    usual = _WRITTEN.fullmatch(text)
    return iso_date(usual[1] if usual else text.replace(" ", "T", 1))
