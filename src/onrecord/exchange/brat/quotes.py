"""Convert events of brat to quotes and claims."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from onrecord.exchange import ids
from onrecord.exchange.base import SourceItem, Value
from onrecord.exchange.brat.attributes import Attributes
from onrecord.exchange.brat.bounds import extents, holds_extent, parsed_json, written
from onrecord.exchange.brat.events import QID, Argument, Event, Fields
from onrecord.exchange.brat.page import Page
from onrecord.exchange.brat.standoff import NOTE, QUOTED, REMARK, Line
from onrecord.exchange.references import localise
from onrecord.findings import Problem
from onrecord.language.mark_signs import Extent
from onrecord.rules import importing, reading

# The fields that are sources, of those that arguments become.
SOURCES = ("speakers", "addressees", "relayed_by")


@dataclasses.dataclass(slots=True)
class Quote:
    """Hold an attribution while it becomes a quote.

    Attributes:
        declared: Its type, if it is annotated.
        marked: Whether each span of its content is annotated as quoted.
        extents: The offsets of its content as annotated.
        settled: Whether it comes from an export, so that nothing is derived.
    """

    event: Line
    item: SourceItem
    declared: str | None = None
    marked: list[bool] = dataclasses.field(default_factory=list)
    extents: list[Extent] = dataclasses.field(default_factory=list)
    settled: bool = False
    parent: Quote | None = None

    @property
    def hull(self) -> Extent:
        """Return the extent from its first to its last word."""
        value = self.item.value or {}
        found = extents(value["content"])
        return found[0][0], found[-1][1]


def exported_record(page: Page, event: Line) -> tuple[Value | None, list[Problem]]:
    """Return the record that an export wrote in a note of an event, and problems of the note."""
    note = next((one for one in page.standoff.about(event.id, "#") if one.type == NOTE), None)
    if note is None:
        return None, []
    value = parsed_json(note.text or "")
    if isinstance(value, dict):
        localise(value, page.article)
        return value, []
    facts = {"format": "JSON", "problem": f"the note {NOTE} holds the fields of a record"}
    return None, [page.standoff.problem(note, reading.SyntaxError, **facts)]


def quote_ids(
    events: Sequence[Line],
    records: Mapping[str, tuple[Value | None, Any]],
    beside: Sequence[SourceItem],
    annotators: Sequence[str],
) -> dict[str, Any]:
    """Return the ids of quotes: those of an export, otherwise by their order."""
    found: dict[str, Any] = {}
    for event in events:
        record = records[event.id][0]
        if record is not None:
            found[event.id] = record.get("id")
    taken = {str(id_) for id_ in found.values()} | {
        str(item.value["id"]) for item in beside if item.value is not None
    }
    whose = "".join(f"-{ids.slug(name)}" for name in annotators)
    for number, event in enumerate(events, start=1):
        if event.id not in found:
            names = (f"q{one}{whose}" for one in count(number))
            name = next(one for one in names if one not in taken)
            found[event.id] = name
            taken.add(name)
    return found


def quote_of(
    page: Page, line: Line, id_: Any, record: Value | None, problems: list[Problem]
) -> Quote:
    """Return the quote that an event becomes, with the fields from an export if there are any."""
    exported = record is not None
    item = SourceItem(page.standoff.where(line), "quote", problems=problems, exported=exported)
    event = Event(page, line, problems)
    attributes = Attributes(page, line, problems)
    quote = Quote(line, item, settled=exported)
    said = [(span, one) for one in event.arguments if one.role == "content" for span in one.spans]
    said.sort(key=lambda part: extents([part[0]]))
    marked = {
        one.line.id: any(each.type == QUOTED for each in page.standoff.about(one.line.id, "AM"))
        for one in event.arguments
    }
    quote.marked = [marked[one.line.id] for _, one in said]
    quote.declared = attributes.label(page.options.type_attribute, "type")
    cue = event.spans("cue")
    fields = Fields()
    value = {
        **(record or {}),
        "id": id_,
        "content": [span for span, _ in said],
        "cue": cue or (record or {}).get("cue"),
        "medium": attributes.label(page.options.medium_attribute, "medium"),
    }
    for role in SOURCES:
        value[role] = event.sources(role, value.get(role))
    value["attribution"] = attributes.attribution(has_speaker=bool(value["speakers"]))
    _keep(page, line, event.arguments, attributes, fields, settled=exported)
    origin = {"dataset": page.options.dataset, "id": line.id}
    label = attributes.written.get("type")
    known = (record or {}).get("annotation")
    made = _annotation(known, origin, label, fields, page.annotators)
    value["annotation"] = _with_remark(page, line, made)
    event.check_order("content", value["content"])
    event.check_order("cue", cue)
    if not said and not any(problem.is_error for problem in problems):
        facts = {"field": "content", "parent": line.id, "description": "the words that are said"}
        item.report(reading.MissingField, line.id, **facts)
    quote.extents = extents(value["content"])
    item.value = value
    return quote


def claim_of(
    page: Page, line: Line, record: Value, problems: list[Problem], quotes: Mapping[str, Quote]
) -> SourceItem:
    """Return the claim of an export, with its spans and quotes from the annotations."""
    item = SourceItem(page.standoff.where(line), "claim", problems=problems, exported=True)
    value = {**record, "id": record.get("id")}
    event = Event(page, line, problems, {"Content": "content", "Claimant": "claimant"})
    found = [span for one in event.arguments if one.role == "content" for span in one.spans]
    if found:
        value["content"] = found
        event.check_order("content", found)
    if name := next((one.name for one in event.arguments if one.role == "claimant"), None):
        known = value.get("claimant")
        known = known if isinstance(known, dict) else {}
        value["claimant"], *more = event.sources("claimant", [{**known, "argument": name}])
        if more:
            what = f"the rest of the claimants of {line.id}"
            item.report(importing.NotCarriedOver, what=what, why="a claim has one")
    value["annotation"] = _with_remark(page, line, value.get("annotation"))
    named = [one for one in line.references[1:] if one.name.startswith("Quote")]
    for one in named:
        quote = quotes.get(one.target)
        is_refused = quote is None or quote.item.refused
        if is_refused and page.standoff.get(one.target):  # others are reported with the event
            problems.append(page.unknown_target(line, one))
    if named:
        held = [quotes[one.target].item.value for one in named if one.target in quotes]
        value["quote_ids"] = [quote["id"] for quote in held if quote]
    item.value = value
    return item


def _keep(
    page: Page,
    event: Line,
    arguments: Sequence[Argument],
    attributes: Attributes,
    fields: Fields,
    *,
    settled: bool,
) -> None:
    """Keep the values of an attribution that a record has no field for."""
    others = [extent for one in arguments if one.name != "trigger" for extent in one.extents]
    for one in arguments:
        if one.name != "trigger" and one.role is None:
            fields.add(one.name, written(one.spans))
        elif one.role is None and not settled:
            outside = (e for e in one.extents if not any(holds_extent(e, it) for it in others))
            if any(outside):
                fields.add("trigger", written(one.spans))
    for name, value in attributes.rest:
        fields.add(name, value)
    for name, line in (
        *(("", line) for line in page.standoff.about(event.id, "#N")),
        *((one.name, line) for one in arguments for line in page.standoff.about(one.line.id)),
    ):
        if line.type in (NOTE, QUOTED) or (line.type == REMARK and not name):
            continue
        stated = " ".join(part for part in (line.reference, line.text) if part) or "true"
        is_item = line.kind == "N" and QID.fullmatch(line.reference.partition(":")[2])
        if not name or not (is_item and page.options.role(name) in SOURCES):
            fields.add(f"{name}.{line.type}" if name else line.type, stated)


def _with_remark(page: Page, event: Line, annotation: Any) -> Any:
    """Return an annotation with what annotators remarked about the event."""
    remarks = [one.text or "" for one in page.standoff.about(event.id, "#") if one.type == REMARK]
    remark = "\n".join(remarks).strip()
    return {**annotation, "note": remark} if remark and isinstance(annotation, dict) else annotation


def _annotation(
    known: Any, origin: Value, label: str | None, fields: Fields, annotators: list[str]
) -> Any:
    """Return the annotation of a quote: from an export with later additions, otherwise from brat."""
    if known is None:
        stated = {**origin, "label": label, "fields": fields.found}
        return {"annotators": annotators, "method": "manual", "origin": stated}
    if not fields.found or not isinstance(known, dict):
        return known
    stated = known.get("origin") or origin
    if not isinstance(stated, dict) or not isinstance(stated.get("fields") or [], list):
        return known
    return {**known, "origin": {**stated, "fields": [*(stated.get("fields") or []), *fields.found]}}
