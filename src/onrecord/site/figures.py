"""Prepare what the first page draws: statements over time, quotes by type, who is quoted, and about whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from onrecord.publishing.plots import name_of
from onrecord.publishing.statistics import OverTime, Statements, periods
from onrecord.site.about import About, Name
from onrecord.site.paths import Paths
from onrecord.site.wording import date, spaced

# The most bars of a figure.
_ROWS = 10


class Row(NamedTuple):
    """Describe a bar: what it is about, its number, and its length in per cent of the longest.

    Attributes:
        names: What it is about: one name, or two, of which the first speaks about the second.
        number: Its number.
        length: Its length.
        kind: The type of quote that it is about.
    """

    names: Sequence[Name]
    number: int
    length: float
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Describe a column of `Columns`; its height and its distance from the left are in per cent."""

    period: str
    number: int
    height: float
    left: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Describe a chart of numbers of statements over time.

    Attributes:
        unit: The length of a period.
        columns: One for each period that has statements.
        width: The width of a column in per cent of all.
        first: The first period; likewise ``last``.
        most: The number of the highest column.
        undated: The number of quotes of articles without a date.
    """

    unit: str
    columns: Sequence[Column]
    width: float
    first: str
    last: str
    most: int
    undated: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Hold the figures of the first page; an empty one is None or has no rows."""

    time: Columns | None
    types: Sequence[Row]
    quoted: Sequence[Row]
    about: Sequence[Row]


def figures(counted: Statements, paths: Paths, about: About, pages: Collection[str]) -> Figures:
    """Return the charts of the first page, given the paths of the pages of speakers."""
    types = [
        (kind, (Name(spaced(kind), f"#type={kind}"),), number)
        for kind, number in counted.quotes.type.items()
    ]
    quoted = [
        (
            (Name(name_of(one), paths.speaker({"name": one.name, "wikidata": one.wikidata})),),
            one.quotes,
        )
        for one in counted.speakers.most_quoted[:_ROWS]
    ]
    rows = _rows([(names, number) for _, names, number in types])
    kinds = [row._replace(kind=kind) for row, (kind, *_) in zip(rows, types, strict=True)]
    pairs = _rows([((one, other), number) for one, other, number in about.most(_ROWS, pages)])
    return Figures(_over_time(counted.statements), kinds, _rows(quoted), pairs)


def _rows(found: Sequence[tuple[Sequence[Name], int]]) -> list[Row]:
    most = max((number for _, number in found), default=1)
    return [Row(names, number, round(100 * number / most, 2)) for names, number in found]


def _over_time(statements: OverTime) -> Columns | None:
    counts = statements.counts
    if not counts:
        return None
    every = periods(statements.unit, min(counts), max(counts))
    most = max(counts.values())
    width = 100 / len(every)
    columns = [
        Column(
            date(period),
            counts[period],
            round(100 * counts[period] / most, 2),
            round(at * width, 3),
        )
        for at, period in enumerate(every)
        if counts.get(period)
    ]
    return Columns(
        statements.unit,
        columns,
        round(width, 3),
        date(every[0]),
        date(every[-1]),
        most,
        statements.undated,
    )
