"""From offsets in a foreign file to spans, with what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable

from onrecord.exchange.base import Remark, Value, Where
from onrecord.exchange.offsets import Located
from onrecord.rules import importing

# Context of a span, in code points, on either side.
AROUND = 32


def located_span(
    text: Located, start: int, end: int, words: str | None, where: Where, path: str
) -> Value | list[Remark]:
    """The span at some offsets, in the units of the source, or why there is none.

    Args:
        text: The text.
        start: Offset of its first character.
        end: Offset just past its last one.
        words: The words that the source has for it, if it has them.
        where: Finds the place of the offsets in the source.
        path: What they are called there.
    """
    if start >= end:
        facts = {"start": start, "end": end}
        return [Remark(importing.OffsetsReversed, where, facts, path)]
    extent = text.span(start, end)
    if extent is None:
        facts = {"start": start, "end": end, "length": text.length()}
        fits = text.explain(start, end, words)
        return [Remark(importing.OffsetsBeyondText, where, {**facts, "fits": fits}, path)]
    found = text.text[slice(*extent)]
    if words is not None and found != words:
        told = {"found": found, "expected": words, "fits": text.explain(start, end, words)}
        offsets = {"start": start, "end": end}
        return [Remark(importing.OffsetsMismatch, where, {**offsets, **told}, path)]
    return span_at(text.text, *extent)


def span_at(text: str, start: int, end: int) -> Value:
    """The span of a text at offsets in code points."""
    return {
        "exact": text[start:end],
        "start": start,
        "end": end,
        "prefix": text[max(0, start - AROUND) : start],
        "suffix": text[end : end + AROUND],
    }


def edge_remarks(spans: Iterable[Value], where: Where, path: str) -> list[Remark]:
    """The spans that begin or end with white space."""
    return [
        Remark(importing.SpaceAtEdge, where, {"field": path, "found": span["exact"]}, path)
        for span in spans
        if span["exact"] != span["exact"].strip()
    ]
