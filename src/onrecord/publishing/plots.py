"""Draw what is in a corpus: each chart with a text that states its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onrecord.publishing.drawing import Bar, bars, columns
from onrecord.publishing.statistics import OverTime, Speaker, Statistics, periods, share
from onrecord.schema import CURRENT
from onrecord.schema.shape import Scalar, members

if TYPE_CHECKING:
    from onrecord.publishing.publication import Publishing

# The folder of the charts.
FOLDER = "plots"
# The most bars of a chart.
_ROWS = 15


@dataclass(frozen=True, slots=True)
class Plot:
    """Hold a chart as SVG, with a text that states its numbers.

    Attributes:
        name: The name of its file, without the ending.
        title: Its title.
        description: What it shows, with the numbers.
        svg: The chart as SVG.
    """

    name: str
    title: str
    description: str
    svg: str

    @property
    def file_name(self) -> str:
        """Return the name of its file."""
        return f"{self.name}.svg"


def write(publishing: Publishing) -> None:
    """Write the charts of a corpus into a folder of their own, if there are any."""
    for plot in plots(publishing.statistics):
        path = publishing.tables / FOLDER / plot.file_name
        path.parent.mkdir(exist_ok=True)
        path.write_text(plot.svg, "utf-8", newline="\n")


def plots(statistics: Statistics) -> list[Plot]:
    """Return the charts of a corpus; one that would be empty is left out."""
    found: list[Plot] = []
    if statistics.quotes.number:
        found += [_types(statistics), *_speakers(statistics), *_over_time(statistics.statements)]
    if statistics.spans.number:
        found.append(_verified(statistics))
    if statistics.articles.number:
        found.append(_withheld(statistics))
    return found


def _bars(
    name: str, title: str, rows: list[Bar], legend: tuple[str, ...] = (), *, whole: bool = False
) -> Plot:
    described = "; ".join(f"{row.label}: {row.stated}{_parts(row, legend)}" for row in rows)
    description = f"Bar chart. {described}."
    drawn = bars(name, title, description, rows, legend, whole=whole)
    return Plot(name, title, description, drawn)


def _parts(row: Bar, legend: tuple[str, ...]) -> str:
    parts = zip(legend, row.parts, strict=True) if legend else ()
    stated = ", ".join(f"{name} {number:,}" for name, number in parts if number)
    return f" ({stated})" if stated else ""


def _types(statistics: Statistics) -> Plot:
    quotes = statistics.quotes
    (kinds,) = (
        member.inner.choices
        for member in members(CURRENT.models["quote"])
        if member.name == "type" and isinstance(member.inner, Scalar)
    )
    legend = tuple(str(kind).replace("_", " ") for kind in kinds)

    def row(label: str, counts: Mapping[str, int]) -> Bar:
        numbers = tuple(counts.get(str(kind), 0) for kind in kinds)
        return Bar(label, numbers, f"{sum(numbers):,}")

    languages = list(quotes.type_by_language.items())
    shown = languages if len(languages) <= _ROWS else languages[: _ROWS - 1]
    rows = [row(language, counts) for language, counts in shown]
    if others := languages[len(shown) :]:
        sums = {str(kind): sum(each.get(str(kind), 0) for _, each in others) for kind in kinds}
        rows.append(row(f"{len(others):,} other languages", sums))
    return _bars("quotes-by-type-and-language", "Quotes by language and type", rows, legend)


def _speakers(statistics: Statistics) -> Iterator[Plot]:
    speakers = statistics.speakers
    most = speakers.most_quoted[:_ROWS]
    if not most:
        return
    rows = [Bar(name_of(each), (each.quotes,), f"{each.quotes:,}") for each in most]
    others = speakers.number - len(most)
    title = f"The {len(most)} most quoted of {speakers.number:,} speakers"
    yield _bars("speakers", title if others else "Speakers by number of quotes", rows)


def name_of(speaker: Speaker) -> str:
    """Return the name of a speaker, or else the Wikidata item."""
    return speaker.name or speaker.wikidata or ""


def _over_time(statements: OverTime) -> Iterator[Plot]:
    counts = statements.counts
    if not counts:
        return
    every = periods(statements.unit, min(counts), max(counts))
    numbers = {period: counts.get(period, 0) for period in every}
    title = f"Statements by {statements.unit} of the article"
    stated = ", ".join(f"{period}: {number:,}" for period, number in counts.items())
    undated = f"; without a date: {statements.undated:,}" if statements.undated else ""
    description = f"Column chart. {stated}{undated}."
    name = "statements-over-time"
    yield Plot(name, title, description, columns(name, title, description, numbers))


def _verified(statistics: Statistics) -> Plot:
    spans = statistics.spans
    parts = (spans.verified, spans.verifiable, spans.unverified)
    legend = ("verified in the published text", "verifiable with the text", "not verifiable")
    row = Bar("passages", parts, share(spans.verified, spans.number))
    return _bars(
        "verified",
        f"Share of {spans.number:,} passages that is verified",
        [row],
        legend,
        whole=True,
    )


def _withheld(statistics: Statistics) -> Plot:
    texts, words = statistics.articles.text, statistics.quotes.words
    rows = [
        _of("texts of articles", texts.get("withheld", 0), statistics.articles.number),
        _of("words of quotes", words.get("withheld", 0), statistics.quotes.number),
    ]
    legend = ("withheld", "not withheld")
    return _bars("withheld", "Share that rights withhold", rows, legend, whole=True)


def _of(label: str, number: int, total: int) -> Bar:
    """Return a bar for a share."""
    return Bar(label, (number, total - number), share(number, total))
