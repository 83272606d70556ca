"""Decide which words of a quote in brat are quoted, by annotations or by quotation marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.exchange.base import Value
from onrecord.exchange.brat.bounds import holds_extent
from onrecord.exchange.brat.quotes import Quote
from onrecord.exchange.spans import span_at
from onrecord.language.mark_signs import Extent
from onrecord.language.marks import Piece, Quoted, around, pieces
from onrecord.rules.spans.marks import VerbatimContradictsType

_KINDS = {True: "direct", False: "indirect"}


def settle_type(quote: Quote, text: str, regions: Sequence[Quoted]) -> None:
    """Set the type of a quote, and which of its spans are quoted."""
    value = quote.item.value
    if value is None or quote.item.refused:
        return
    found: list[Value] = value["content"]
    if any(quote.marked):
        inside = quote.marked
    elif quote.declared not in (None, "mixed"):
        inside = [quote.declared == "direct"] * len(found)
    else:
        found, inside = _by_marks(quote, found, text, regions)
    kinds = set(inside)
    kind = quote.declared or ("mixed" if len(kinds) > 1 else _KINDS[inside[0]])
    value["type"] = kind
    value["content"] = [{**span, "quoted": flag} for span, flag in zip(found, inside, strict=True)]
    needed = {"direct": {True}, "mixed": {True, False}}.get(kind, {False})
    if kinds != needed:
        facts = {"type": kind, "found": _in_words(kinds), "expected": _in_words(needed)}
        quote.item.report(VerbatimContradictsType, **facts)


def _in_words(kinds: set[bool]) -> str:
    """Return in words which spans a quote has, quoted or not."""
    if len(kinds) > 1:
        return "spans of both kinds"
    return "quoted spans only" if True in kinds else "no quoted span"


def _by_marks(
    quote: Quote, found: list[Value], text: str, regions: Sequence[Quoted]
) -> tuple[list[Value], list[bool]]:
    """Return the spans of a quote, split at quotation marks if only a part is inside them."""
    if quote.parent is not None:
        holder = _holder(quote.parent.extents, quote.extents[0])
        outer = around(text, holder, regions)
        regions = [region for region in regions if region not in outer]
    cut = [pieces(text, extent, regions) for extent in quote.extents]
    if len({piece.quoted for one in cut for piece in one}) < 2:
        inside = any(piece.quoted for one in cut for piece in one)
        return found, [inside] * len(found)
    split: list[tuple[Value, bool]] = []
    for span, part in zip(found, cut, strict=True):
        split += _split(text, span, part)
    return [span for span, _ in split], [inside for _, inside in split]


def _holder(outer: Sequence[Extent], inner: Extent) -> Extent:
    """Return the span of a quote that contains another span, otherwise the hull of all."""
    whole = (outer[0][0], outer[-1][1])
    return next((extent for extent in outer if holds_extent(inner, extent)), whole)


def _split(text: str, span: Value, cut: Sequence[Piece]) -> Iterator[tuple[Value, bool]]:
    """Yield the parts of a span inside and outside quotation marks as separate spans."""
    kinds = {piece.quoted for piece in cut}
    if len(kinds) < 2:
        yield span, kinds == {True}
        return
    for piece in cut:
        yield span_at(text, piece.start, piece.end), piece.quoted
