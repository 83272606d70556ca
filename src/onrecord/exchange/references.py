"""Resolve the references between the quotes, or the claims, of an imported article."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from onrecord.exchange.base import SourceItem, Value, problem_at
from onrecord.findings import Problem
from onrecord.rules import importing
from onrecord.schema.current import DocumentClaim, DocumentQuote, QuoteRelation

Entry = TypeVar("Entry", DocumentQuote, DocumentClaim)


def linked(
    entries: Sequence[tuple[SourceItem, Entry]], note: Callable[[Problem, str | None], None]
) -> Iterator[Entry]:
    """Yield quotes or claims, without references to those that did not become records."""
    known = {entry.id for _, entry in entries}

    def is_lost(item: SourceItem, what: str, other: str | None) -> bool:
        if other is None or "." in other or other in known:
            return False
        why = f"{other} did not become a record"
        note(problem_at(item.where, importing.NotCarriedOver, what=what, why=why), None)
        return True

    for item, entry in entries:
        update: dict[str, Any] = {}
        if isinstance(entry, DocumentQuote) and is_lost(item, "the nesting", entry.within):
            update["within"] = None
        if is_lost(item, "the replacement", entry.replaced_by):
            update["replaced_by"] = None
        others = [
            (one, one.quote_id if isinstance(one, QuoteRelation) else one.claim_id)
            for one in entry.relations
        ]
        kept = tuple(one for one, other in others if not is_lost(item, "a relation", other))
        if len(kept) < len(others):
            update["relations"] = kept
        yield entry.model_copy(update=update) if update else entry


def localise(value: Value, article: Value) -> None:
    """Replace qualified ids of the article by local ones."""
    prefix = f"{article['id']}."
    relations = value.get("relations")
    relations = relations if isinstance(relations, list) else []
    for one in (value, *(one for one in relations if isinstance(one, dict))):
        for name in ("id", "within", "replaced_by", "quote_id", "claim_id"):
            if isinstance(one.get(name), str):
                one[name] = one[name].removeprefix(prefix)
