"""Convert offsets in a foreign file to spans, and list the spans of records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onrecord.anchoring.article_text import CONTEXT
from onrecord.anchoring.spans import spans as model_spans
from onrecord.exchange.base import ArticleRecords, Omission, Value
from onrecord.findings import Problem, Where
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
        facts = {"start": start, "end": end}
        return [Problem(importing.OffsetsReversed, where=where, facts=facts, path=(path,))]
    extent = text.span(start, end)
    if extent is None:
        facts = {"start": start, "end": end, "length": text.length()}
        fits = text.explain(start, end, words)
        return [
            Problem(
                importing.OffsetsBeyondText,
                where=where,
                facts={**facts, "fits": fits},
                path=(path,),
            )
        ]
    found = text.text[slice(*extent)]
    if words is not None and not text.same(found, words):
        if differs := difference(found, words):
            stated = {"found": found, "difference": differs}
            offsets = {"start": start, "end": end}
            notes.append(
                Problem(
                    importing.WordsInOtherForm,
                    where=where,
                    facts={**offsets, **stated},
                    path=(path,),
                )
            )
            return span_at(text.text, *extent)
        stated = {"found": found, "expected": words, "fits": text.explain(start, end, words)}
        offsets = {"start": start, "end": end}
        return [
            Problem(
                importing.OffsetsMismatch, where=where, facts={**offsets, **stated}, path=(path,)
            )
        ]
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
        Problem(
            importing.SpaceAtEdge,
            where=where,
            facts={"field": path, "found": span["exact"]},
            path=(path,),
        )
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


def spans_of(record: Value) -> Iterator[tuple[str, Value]]:
    """Yield the spans of a flat quote or claim, each with its role: content, cue, speaker and so
    on.
    """
    for _, role, span in model_spans(CURRENT.models[record["record_type"]], record):
        if isinstance(span, dict):
            yield role.removesuffix(".mention"), span


def without_spans(record: Value) -> Value:
    """Return a flat quote or claim without its spans."""
    found = {}
    for name, value in record.items():
        if name in ("content", "cue"):
            continue
        found[name] = value
        if isinstance(value, dict) and "mention" in value:
            found[name] = {inner: one for inner, one in value.items() if inner != "mention"}
    return found


def is_located(span: Value) -> bool:
    """Return whether a span has offsets."""
    return "start" in span and "end" in span


def unlocated(bundle: ArticleRecords) -> list[Omission]:
    """Return the spans of an article without offsets as omissions."""
    number = sum(
        not is_located(span)
        for record in (*bundle.quotes, *bundle.claims)
        for _, span in spans_of(record)
    )
    what = "1 span has" if number == 1 else f"{number:,} spans have"
    return [Omission(bundle.article["id"], f"{what} no place in its text")] if number else []
