"""Validate the quotes and claims of one file, and resolve the references between them."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from typing import Literal

from pydantic import BaseModel

from onrecord.exchange.entries import Entry
from onrecord.exchange.web_annotation.records import AnnotatedArticle, AnnotatedRecord
from onrecord.exchange.web_annotation.targets import PREFIX
from onrecord.findings import Problem, path_text
from onrecord.readers.models.validate import validate
from onrecord.rules import importing, reading
from onrecord.schema.current import DocumentClaim, DocumentQuote

_MODELS: dict[str, type[BaseModel]] = {"quote": DocumentQuote, "claim": DocumentClaim}


def validate_record(record: AnnotatedRecord, record_type: Literal["quote", "claim"]) -> None:
    """Validate a record, including its consistency; an invalid one is refused."""
    entry, value = record.entry, record.value
    if not record.item.refused:
        try:
            text = json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return
        result = validate(_MODELS[record_type], text)
        if isinstance(result, list):
            term = f"{PREFIX}{record_type}"
            for problem in result:
                where = entry.where(term, *problem.path)
                name = path_text(problem.path)
                entry.problems.append(
                    Problem(problem.check, where=where, facts=problem.facts, path=(name,))
                )
        elif isinstance(result, DocumentQuote):
            _check_quote(entry, result)


def _check_quote(entry: Entry, quote: DocumentQuote) -> None:
    quoted = {span.quoted for span in quote.content}
    expected = {"direct": {True}, "mixed": {True, False}}.get(quote.type, {False})
    if quoted != expected:
        stated = {
            "direct": "indirect, or mixed, since not all of its words are quoted",
            "mixed": "a type of which all spans are quoted, or none",
        }.get(quote.type, "direct or mixed, since some of its words are quoted")
        entry.report(reading.NotAllowed, "body", field="type", found=quote.type, expected=stated)
    if quote.attribution == "attributed" and not quote.speakers:
        entry.lacks("speakers", "the quote", "who says it, since it is attributed")
    if quote.attribution in ("unattributed", "unknown") and quote.speakers:
        facts = {"field": "attribution", "found": quote.attribution}
        entry.report(reading.NotAllowed, **facts, expected="attributed, since there is a speaker")


def link(article: AnnotatedArticle) -> None:
    """Make references local, and remove those to items that did not become records."""
    prefix = f"{article.source.article_id}."
    good: dict[str, dict[str, AnnotatedRecord]] = {"quote": {}, "claim": {}}
    for record in article.records:
        if not record.item.refused:
            good[record.item.kind][record.value["id"]] = record
    for quote in good["quote"].values():
        _nest(quote, prefix, good["quote"])
    for claim in good["claim"].values():
        _ground(claim, prefix, good["quote"])
    for kind, records in good.items():
        known = {name for name, record in records.items() if not record.item.refused}
        for record in records.values():
            _relate(record, prefix, known, kind)


def _left_out(entry: Entry, what: str) -> None:
    entry.leave_out(what, "there is no such record in this file")


def _is_there(reference: str, known: Container[str]) -> bool:
    """Return whether a reference leads to a record of this file or to another article."""
    return "." in reference or reference in known


def _nest(record: AnnotatedRecord, prefix: str, good: Mapping[str, AnnotatedRecord]) -> None:
    value, entry = record.value, record.entry
    if isinstance(within := value.get("within"), str):
        value["within"] = local = within.removeprefix(prefix)
        parent = good.get(local)
        if not _is_there(local, good):
            value["within"] = None
            _left_out(entry, f"within {within}")
        elif parent and not _holds(parent, record):
            value["within"] = None
            facts = {"field": "within", "found": within, "spans": "that quote stands elsewhere"}
            entry.report(importing.NestingDisagrees, **facts)


def _ground(record: AnnotatedRecord, prefix: str, good: Container[str]) -> None:
    """Keep the references of a claim to existing quotes, and refuse it if nothing remains."""
    value, entry = record.value, record.entry
    quotes = [one.removeprefix(prefix) for one in value["quote_ids"]]
    value["quote_ids"] = [one for one in quotes if _is_there(one, good)]
    for one in quotes:
        if one not in value["quote_ids"]:
            _left_out(entry, f"quote {one}")
    basis = (value["quote_ids"], value["content"], value.get("appearances"))
    origin = value["annotation"].get("origin") or {}
    if not any(basis) and not origin.get("id"):
        entry.lacks("target", "the claim", "what it rests on")


def _relate(record: AnnotatedRecord, prefix: str, good: Container[str], kind: str) -> None:
    """Keep the references of a quote or claim to existing ones of its kind."""
    relations = []
    for relation in record.value.get("relations") or ():
        other = relation[f"{kind}_id"].removeprefix(prefix)
        if _is_there(other, good):
            relations.append({**relation, f"{kind}_id": other})
        else:
            _left_out(record.entry, f"the relation to {kind} {other}")
    record.value["relations"] = relations
    if (other := record.value.get("replaced_by")) is not None:
        other = other.removeprefix(prefix)
        record.value["replaced_by"] = other if _is_there(other, good) else None
        if not _is_there(other, good):
            _left_out(record.entry, f"the replacement by {kind} {other}")


def _holds(outer: AnnotatedRecord, inner: AnnotatedRecord) -> bool:
    """Return whether a quote begins and ends inside another, as far as both are located."""

    def extent(record: AnnotatedRecord) -> tuple[int, int] | None:
        spans = [span for span in record.value["content"] if "start" in span]
        starts, ends = ([span[name] for span in spans] for name in ("start", "end"))
        return (min(starts), max(ends)) if spans else None

    around, inside = extent(outer), extent(inner)
    if around is None or inside is None:
        return True
    return around[0] <= inside[0] and inside[1] <= around[1]


def share_annotation(article: AnnotatedArticle) -> None:
    """Give the document the annotation of its first record; remove it where it is the same."""
    imported = article.imported
    imported.annotation = {"method": "manual"}
    first = next((one for one in article.records if one.is_ours and not one.item.refused), None)
    if first is not None:
        imported.annotation = first.value["annotation"]
        for record in article.records:
            if record.value.get("annotation") == imported.annotation:
                record.value["annotation"] = None
