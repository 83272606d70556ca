"""Describe what is counted in a corpus: for its card and plots, for ``onrecord stats``, and for pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from onrecord.readers.models.card import NOT_GIVEN

# How often each value occurs, the most frequent first; ``not given`` counts records without one.
Counts = Mapping[str, int]

# The most speakers, guidelines and so on that are named; the others are only counted.
NAMED = 25
# Units of time, from the shortest, with the digits of a date that they share.
UNITS = {"month": 7, "year": 4, "decade": 3, "century": 2}


@dataclass(frozen=True, slots=True)
class Articles:
    """Hold statistics of articles.

    Attributes:
        number: Their number.
        language: By language.
        text: By what is known of the text: ``published``, ``withheld`` or ``not known``.
        quotes_annotated: By how many of the article's quotes are records: all or some.
        claims_annotated: By how many of the article's claims are records.
    """

    number: int
    language: Counts
    text: Counts
    quotes_annotated: Counts
    claims_annotated: Counts


@dataclass(frozen=True, slots=True)
class Quotes:
    """Hold statistics of quotes.

    Attributes:
        number: Their number.
        type: By type.
        language: By language: their own if they have one, else that of the article.
        type_by_language: By type, for each language.
        attribution: By whether the article says who speaks.
        medium: By medium.
        words: By whether all of their words are ``published``, or some are ``withheld``.
    """

    number: int
    type: Counts
    language: Counts
    type_by_language: Mapping[str, Counts]
    attribution: Counts
    medium: Counts
    words: Counts


@dataclass(frozen=True, slots=True)
class Speaker:
    """Name a speaker: Wikidata item, most frequent name, and number of quotes."""

    wikidata: str | None
    name: str | None
    quotes: int


@dataclass(frozen=True, slots=True)
class Speakers:
    """Hold statistics of speakers, who are the same if their Wikidata item is, or else their name.

    Attributes:
        number: Their number.
        most_quoted: Those with the most quotes, at most `NAMED`.
        quotes_without: The number of quotes without a speaker who has an item or a name.
    """

    number: int
    most_quoted: tuple[Speaker, ...]
    quotes_without: int


@dataclass(frozen=True, slots=True)
class OverTime:
    """Count quotes by the date of their article.

    Attributes:
        unit: The length of a period: month, year, decade or century.
        counts: By period, from the first to the last, without those in between that have none.
        undated: The number of quotes of articles without a date.
    """

    unit: str
    counts: Counts
    undated: int


@dataclass(frozen=True, slots=True)
class Claims:
    """Hold statistics of claims.

    Attributes:
        number: Their number.
        language: By language of the wording.
        kind: By kind.
        voice: By who asserts it.
        checkable: By whether evidence could decide it: ``yes`` or ``no``.
        assessed: The number of claims with a verdict.
        verdict: The verdicts by rating; a claim may have several.
    """

    number: int
    language: Counts
    kind: Counts
    voice: Counts
    checkable: Counts
    assessed: int
    verdict: Counts


@dataclass(frozen=True, slots=True)
class Spans:
    """Hold statistics of spans, which are where records point into the text of their article.

    Attributes:
        number: Their number.
        verified: Those whose words are at their offsets in the published text.
        verifiable: Those whose words, or their digest, can be compared with the text at their
            offsets by anyone who has it; it is not published.
        unverified: The others, such as those without offsets.
    """

    number: int
    verified: int
    verifiable: int
    unverified: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """Hold statistics of the provenance of quotes and claims, at most `NAMED` values of each.

    Attributes:
        method: By method.
        guideline: By guideline and its version.
        tool: By tool.
        annotators: By annotator; records may have several.
        reviewed: The number of records that were checked by somebody.
        imported: The number of records that were imported.
        origin: By the dataset that they were imported from.
    """

    method: Counts
    guideline: Counts
    tool: Counts
    annotators: Counts
    reviewed: int
    imported: int
    origin: Counts


@dataclass(frozen=True, slots=True)
class Statistics:
    """Hold everything that is counted in a corpus."""

    articles: Articles
    quotes: Quotes
    claims: Claims
    speakers: Speakers
    statements: OverTime
    spans: Spans
    annotation: Annotation


class Statements(NamedTuple):
    """Hold the counts of quotes alone; the attributes are those of `Statistics`."""

    quotes: Quotes
    speakers: Speakers
    statements: OverTime


def most_frequent(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts in descending order; those that are equal are in the order of their names."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def share(number: int, total: int) -> str:
    """Return a share in per cent, which is 0 or 100 only if it is exactly that."""
    if number in {0, total}:
        return "100%" if number else "0%"
    return f"{min(max(round(100 * number / total), 1), 99)}%"


def named(*counts: Counts) -> set[str]:
    """Return the values that any counts contain, without ``not given``."""
    return set(chain.from_iterable(counts)) - {NOT_GIVEN}


def period_of(date: str, unit: str) -> str:
    """Return the month, year, decade or century of a date: 2024-12, 2024, 2020s or 2000s."""
    digits = date[: UNITS[unit]]
    return digits if len(digits) >= 4 else f"{digits.ljust(4, '0')}s"


def periods(unit: str, first: str, last: str) -> list[str]:
    """Return all periods from a first to a last one."""
    begin, end = (_months(period) for period in (first, last))
    step = {"month": 1, "year": 12, "decade": 120, "century": 1200}[unit]
    return [
        period_of(f"{month // 12:04}-{month % 12 + 1:02}", unit)
        for month in range(begin, end + 1, step)
    ]


def _months(period: str) -> int:
    """Return the months from the year 0 to the beginning of a period."""
    return 12 * int(period[:4]) + int(period[5:7] or 1) - 1
