"""Convert offsets in a foreign file to spans, and list the spans of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from onrecord.anchoring.article_text import CONTEXT
from onrecord.anchoring.spans import spans as model_spans
from onrecord.exchange.base import ArticleRecords, Omission, Value, problem_at
from onrecord.findings import Fact, Problem, Where
from onrecord.language.alike import difference
from onrecord.language.offsets import Located
from onrecord.rules import importing
from onrecord.schema import CURRENT


def located_span(
    text: Located,
    start: int,
    end: int,
    words: str | None,
    where: Where,
    path: str,
    notes: list[Problem],
) -> Value | list[Problem]:
    """Return the span at offsets in the units of the source, or the problems.

    It has the words of the text, even if those of the source have another form.

    Args:
        text: The text.
        start: Offset of its first character.
        end: Offset just after its last one.
        words: The words in the source, if it has them.
        where: Finds the location of the offsets in the source.
        path: The name of the offsets in the source.
        notes: The list to which warnings are added.
    """
    if start >= end:
        return [problem_at(where, importing.OffsetsReversed, path, start=start, end=end)]
    extent = text.span(start, end)
    if extent is None:
        fits, beyond = text.explain(start, end, words), importing.OffsetsBeyondText
        facts: dict[str, Fact] = {"start": start, "end": end, "length": text.length()}
        return [problem_at(where, beyond, path, **facts, fits=fits)]
    found = text.text[slice(*extent)]
    if words is not None and not text.same(found, words):
        if differs := difference(found, words):
            facts = {"start": start, "end": end, "found": found, "difference": differs}
            notes.append(problem_at(where, importing.WordsInOtherForm, path, **facts))
            return span_at(text.text, *extent)
        facts = {"start": start, "end": end, "found": found, "expected": words}
        fits = text.explain(start, end, words)
        return [problem_at(where, importing.OffsetsMismatch, path, **facts, fits=fits)]
    return span_at(text.text, *extent)


def span_at(text: str, start: int, end: int) -> Value:
    """Return the span of a text at offsets in code points."""
    return {
        "exact": text[start:end],
        "start": start,
        "end": end,
        "prefix": text[max(0, start - CONTEXT) : start],
        "suffix": text[end : end + CONTEXT],
    }


def edge_problems(spans: Iterable[Value], where: Where, path: str) -> list[Problem]:
    """Return a problem for each span that begins or ends with white space."""
    return [
        problem_at(where, importing.SpaceAtEdge, path, field=path, found=span["exact"])
        for span in spans
        if span["exact"] != span["exact"].strip()
    ]


def without_text(article: Value) -> str:
    """Return why an article's text is not available: withheld, stored elsewhere, or never known."""
    if article.get("text_sha256") is None:
        return "no text of it is known"
    if article["rights"]["redistribute"] == "full":
        return "its text is not here; --texts DIR tells where it is"
    return "its text is withheld by its rights"


# What a source is called for a record, by the field that it is in.
SOURCES = {
    "speakers": "speaker",
    "addressees": "addressee",
    "relayed_by": "relayed_by",
    "claimant": "claimant",
}


class RecordSpan(NamedTuple):
    """Hold a span of a flat quote or claim, with its role there.

    Attributes:
        role: Its role: content, cue, speaker, addressee, relayed_by or claimant.
        span: The span.
        source: The source that it mentions, if it is a mention.
    """

    role: str
    span: Value
    source: Value | None


def spans_of(record: Value) -> Iterator[RecordSpan]:
    """Yield the spans of a flat quote or claim."""
    for path, role, span in model_spans(CURRENT.models[record["record_type"]], record):
        if isinstance(span, dict):
            field = role.partition(".")[0]
            source: Any = record
            for step in path[: path.index("mentions")] if "mentions" in path else ():
                source = source[step]
            is_mention = field in SOURCES
            yield RecordSpan(SOURCES.get(field, field), span, source if is_mention else None)


def without_spans(record: Value) -> Value:
    """Return a flat quote or claim without its spans."""
    found = {}
    for name, value in record.items():
        if name in ("content", "cue"):
            continue
        if name in SOURCES:
            is_list = isinstance(value, list | tuple)
            found[name] = [*map(_unmentioned, value)] if is_list else _unmentioned(value)
        else:
            found[name] = value
    return found


def _unmentioned(source: Value) -> Value:
    """Return a source without its mentions."""
    return {name: one for name, one in source.items() if name != "mentions"}


def is_located(span: Value) -> bool:
    """Return whether a span has offsets."""
    return "start" in span and "end" in span


def unlocated(bundle: ArticleRecords) -> list[Omission]:
    """Return the spans of an article without offsets as omissions."""
    number = sum(
        not is_located(each.span)
        for record in (*bundle.quotes, *bundle.claims)
        for each in spans_of(record)
    )
    what = "1 span has" if number == 1 else f"{number:,} spans have"
    return [Omission(bundle.article["id"], f"{what} no place in its text")] if number else []
