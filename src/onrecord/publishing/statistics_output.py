"""Write statistics as text and JSON; the card shows the same sections."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from onrecord.display import shorten
from onrecord.publishing.statistics import Counts, Speaker, Statistics, share


@dataclass(frozen=True, slots=True)
class Section:
    """Hold counts of one kind, as a section of the output.

    Attributes:
        head: What the values are.
        counted: What is counted.
        counts: How often each value occurs.
    """

    head: str
    counted: str
    counts: Counts


def of_records(statistics: Statistics) -> list[Section]:
    """Return the counts of articles, quotes and claims, without those that have no values."""
    articles, quotes, claims = statistics.articles, statistics.quotes, statistics.claims
    return _filled(
        # The rule about cards knows these heads: see `onrecord.readers.models.card`.
        Section("language of the article", "articles", articles.language),
        Section("type of quote", "quotes", quotes.type),
        Section("kind of claim", "claims", claims.kind),
        Section("language of the quote", "quotes", quotes.language),
        Section("attribution of the quote", "quotes", quotes.attribution),
        Section("medium of the quote", "quotes", quotes.medium),
        Section("voice of the claim", "claims", claims.voice),
        Section("checkable claim", "claims", claims.checkable),
        Section("verdict on the claim", "verdicts", claims.verdict),
    )


def of_method(statistics: Statistics) -> list[Section]:
    """Return the counts that say how records were made, without those that have no values."""
    articles, annotation = statistics.articles, statistics.annotation
    made = "quotes and claims"
    return _filled(
        Section("method", made, annotation.method),
        Section("guideline", made, annotation.guideline),
        Section("annotator", made, annotation.annotators),
        Section("tool", made, annotation.tool),
        Section("imported from", made, annotation.origin),
        Section("quotes annotated", "articles", articles.quotes_annotated),
        Section("claims annotated", "articles", articles.claims_annotated),
    )


def _filled(*sections: Section) -> list[Section]:
    return [section for section in sections if section.counts]


def named_speaker(speaker: Speaker) -> str:
    """Return the name of a speaker with the Wikidata item."""
    return " ".join(filter(None, (speaker.name, speaker.wikidata and f"({speaker.wikidata})")))


def as_json(statistics: Statistics) -> str:
    """Write statistics as JSON."""
    return json.dumps(asdict(statistics), ensure_ascii=False, indent=2) + "\n"


def as_text(statistics: Statistics) -> str:
    """Write statistics for a terminal; everything in them is escaped."""
    return "\n".join(_lines(statistics)) + "\n"


def _lines(statistics: Statistics) -> Iterator[str]:
    articles, quotes, claims = statistics.articles, statistics.quotes, statistics.claims
    numbers = {"article": articles.number, "quote": quotes.number, "claim": claims.number}
    yield ", ".join(_number(number, name) for name, number in numbers.items())
    for section in of_records(statistics):
        yield from _table(section.head, section.counts)
    speakers, statements, spans = statistics.speakers, statistics.statements, statistics.spans
    if most := {named_speaker(each): each.quotes for each in speakers.most_quoted}:
        title = "speaker of the quote"
        title += (
            f", the first {len(most)} of {speakers.number:,}" if speakers.number > len(most) else ""
        )
        yield from _table(title, most, shares=False)
    if statements.counts:
        title = f"{statements.unit} of the article, in quotes"
        title += f"; {statements.undated:,} without a date" if statements.undated else ""
        yield from _table(title, statements.counts)
    if spans.number:
        yield from _table(
            "passages that records point to",
            {
                "verified in the published text": spans.verified,
                "verifiable with the text, which is not published": spans.verifiable,
                "not verifiable": spans.unverified,
            },
        )
    yield from _table("texts of articles", articles.text)
    yield from _table("words of quotes", quotes.words)
    for section in of_method(statistics):
        yield from _table(section.head, section.counts)
    if made := quotes.number + claims.number:
        reviewed = statistics.annotation.reviewed
        yield from ("", f"reviewed: {reviewed:,} of {made:,} quotes and claims")


def _number(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _table(title: str, counts: Counts, *, shares: bool = True) -> Iterator[str]:
    if not counts:
        return
    yield from ("", title)
    total = sum(counts.values())
    width = max(len(f"{number:,}") for number in counts.values())
    for value, number in counts.items():
        part = f" {share(number, total):>5}" if shares else ""
        yield f"  {number:>{width},}{part}  {shorten(value)}"


FORMATS = {"text": as_text, "json": as_json}
