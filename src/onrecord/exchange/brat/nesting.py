"""Decide which quotes of an article in brat are nested in which, and how they are related."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.exchange.brat.bounds import holds_extent
from onrecord.exchange.brat.options import listed, plain
from onrecord.exchange.brat.page import Page
from onrecord.exchange.brat.quotes import Quote
from onrecord.exchange.nesting import holders
from onrecord.rules import importing
from onrecord.schema.current import QuoteRelation
from onrecord.schema.shape import Scalar, members

# The types of relations between quotes, as types of relations in brat may be written.
RELATIONS = {
    plain(choice): choice
    for member in members(QuoteRelation)
    if isinstance(member.shape, Scalar)
    for choice in member.shape.choices
}


def nest(page: Page, quotes: Sequence[Quote]) -> None:
    """Find the outer quote of each quote."""
    live = [quote for quote in quotes if not quote.item.refused]
    inside = holders([quote.extents for quote in live])
    stated = _named_by_relations(page, live)
    for quote, found in zip(live, inside, strict=True):
        outer = stated.get(quote.event.id)
        if outer is not None and holds_extent(quote.hull, outer.hull):
            quote.parent = outer
        elif found and not quote.settled:
            quote.parent = live[found[0]]
        if outer is not None and (quote.parent is not outer or _is_in_circle(quote)):
            quote.parent = None if quote.parent is outer else quote.parent
            quote.item.report(
                importing.NestingDisagrees,
                field=f"{page.options.within} of {quote.event.id}",
                found=outer.event.id,
                spans="that one does not hold its words, or is itself nested in it",
            )


def _named_by_relations(page: Page, quotes: Sequence[Quote]) -> dict[str, Quote]:
    """Return the outer quotes that relations name, by the event of the inner quote."""
    by_event = {quote.event.id: quote for quote in quotes}
    types = listed(page.options.within)
    found = {}
    for line in page.standoff.lines:
        if line.kind == "R" and line.type in types and len(line.references) == 2:
            inner, outer = (one.target for one in line.references)
            if inner in by_event and outer in by_event and inner not in found:
                found[inner] = by_event[outer]
                page.used.add(line.id)
    return found


def name_outer(quote: Quote) -> None:
    """Set ``within``, if the outer quote still contains the words after spans were split."""
    parent, value = quote.parent, quote.item.value
    if parent is None or parent.item.refused or value is None or quote.item.refused:
        return
    if holds_extent(quote.hull, parent.hull):
        value["within"] = (parent.item.value or {}).get("id")
    else:
        what = f"that {quote.event.id} stands within {parent.event.id}"
        why = "without its quotation marks that one does not hold all of it"
        quote.item.report(importing.NotCarriedOver, what=what, why=why)


def relate(page: Page, quotes: Sequence[Quote]) -> None:
    """Add the relations between quotes to the first quote of each."""
    by_event = {quote.event.id: quote for quote in quotes if not quote.item.refused}
    for line in page.standoff.lines:
        kind = RELATIONS.get(plain(line.type)) if line.kind == "R" else None
        ends = [by_event.get(one.target) for one in line.references]
        if kind is None or len(ends) != 2 or None in ends or ends[0] is ends[1]:
            continue
        value, other = ((quote and quote.item.value) or {} for quote in ends)
        known = value.get("relations") or []
        if isinstance(known, list):
            value["relations"] = [*known, {"type": kind, "quote_id": other.get("id")}]
            page.used.add(line.id)


def _is_in_circle(quote: Quote) -> bool:
    outer = quote.parent
    while outer is not None and outer is not quote:
        outer = outer.parent
    return outer is quote
