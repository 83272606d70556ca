"""Prepare what the first page draws: statements over time, quotes by type, who is quoted, and about whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from onrecord.publishing.plots import name_of
from onrecord.publishing.statistics import OverTime, Statistics, periods
from onrecord.site.paths import Paths
from onrecord.site.wording import date, spaced

# The most bars of a figure.
_ROWS = 10

Record = dict[str, Any]


class Name(NamedTuple):
    """Somebody or something with a name, and the page if there is one."""

    name: str
    path: str | None


class Row(NamedTuple):
    """A bar: what it is about, its number, and its length in per cent of the longest.

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
    """A column: its period, its number, its height in per cent, and its place from the left."""

    period: str
    number: int
    height: float
    left: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns over time.

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


class About:
    """Counts who speaks about whom: claimants, or the speakers of quotes that claims rest on."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._names: dict[str, Name] = {}
        self._pairs: Counter[tuple[str, str]] = Counter()

    def add(self, sources: Iterable[Record], about: Iterable[Record]) -> None:
        """Count a claim."""
        keys = dict.fromkeys(filter(None, map(self._key, sources)))
        others = dict.fromkeys(filter(None, map(self._key, about)))
        self._pairs.update((one, other) for one in keys for other in others)

    def _key(self, one: Record) -> str | None:
        path = self._paths.speaker(one)
        if key := path or one.get("name"):
            self._names.setdefault(key, Name(one.get("name") or one["wikidata"], path))
        return key

    def rows(self, pages: Iterable[str]) -> list[Row]:
        """Return the most frequent pairs.

        Args:
            pages: The paths of the pages of speakers.
        """
        known = set(pages)
        most = sorted(self._pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:_ROWS]

        def name(key: str) -> Name:
            found = self._names[key]
            return found if found.path in known else Name(found.name, None)

        return _rows([((name(one), name(other)), number) for (one, other), number in most])


def figures(statistics: Statistics, paths: Paths, about: Sequence[Row]) -> Figures:
    """Return what the first page draws."""
    types = [
        (kind, (Name(spaced(kind), f"#type={kind}"),), number)
        for kind, number in statistics.quotes.type.items()
    ]
    quoted = [
        (
            (Name(name_of(one), paths.speaker({"name": one.name, "wikidata": one.wikidata})),),
            one.quotes,
        )
        for one in statistics.speakers.most_quoted[:_ROWS]
    ]
    rows = _rows([(names, number) for _, names, number in types])
    kinds = [row._replace(kind=kind) for row, (kind, *_) in zip(rows, types, strict=True)]
    return Figures(_over_time(statistics.statements), kinds, _rows(quoted), about)


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
