"""Turn a document into flat records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from onrecord.schema.current import Document
from onrecord.schema.shape import ListOf, Struct, members


def flatten(document: Document, *, sparse: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Return the flat records of a document as plain values, by record type, with qualified ids.

    Args:
        document: The document.
        sparse: Whether to leave out absent values: nulls, empty lists, and a default status.
    """
    whole = document.model_dump(exclude_defaults=sparse)
    article = whole["article"]
    common = {"schema_version": document.schema_version}

    def qualified(local: str) -> str:
        return local if "." in local else f"{article['id']}.{local}"

    quotes, claims = whole.get("quotes", ()), whole.get("claims", ())
    for entry in [*quotes, *claims]:
        entry["id"] = qualified(entry["id"])
        entry["article_id"] = article["id"]
        entry["annotation"] = entry.get("annotation") or whole["annotation"]
    for member in members(Document):
        if isinstance(member.shape, ListOf) and isinstance(member.inner, Struct):
            for entry in whole.get(member.name, ()):
                _qualify(member.inner.model, entry, qualified)
    return {
        "article": [{"record_type": "article", **common, **article}],
        "quote": [{"record_type": "quote", **common, **quote} for quote in quotes],
        "claim": [{"record_type": "claim", **common, **claim} for claim in claims],
    }


def _qualify(
    model: type[BaseModel], value: dict[str, Any], qualified: Callable[[str], str]
) -> None:
    """Qualify the ids in a value of a model that refer to quotes and claims."""
    for member in members(model):
        found = value.get(member.name)
        if not found:
            continue
        if isinstance(member.inner, Struct):
            for inner in found if isinstance(member.shape, ListOf) else [found]:
                _qualify(member.inner.model, inner, qualified)
        elif member.role and member.role.target in ("quote", "claim"):
            is_list = isinstance(member.shape, ListOf)
            value[member.name] = [*map(qualified, found)] if is_list else qualified(found)
