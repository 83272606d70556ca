"""Turn a document into flat records, and these into a document."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
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
    _rename_references(whole, qualified)
    return {
        "article": [{"record_type": "article", **common, **article}],
        "quote": [{"record_type": "quote", **common, **quote} for quote in quotes],
        "claim": [{"record_type": "claim", **common, **claim} for claim in claims],
    }


def nest(
    article: Mapping[str, Any],
    quotes: Sequence[Mapping[str, Any]],
    claims: Sequence[Mapping[str, Any]],
) -> Document:
    """Return the document of an article with its quotes and claims, from their flat records.

    It is the inverse of `flatten`. The provenance that most of its entries share becomes that of the
    document.

    Args:
        article: The record of the article.
        quotes: The records of its quotes, in the order in which they are to be.
        claims: The records of its claims. There must be at least one quote or claim, because an
            article by itself has no provenance.
    """
    start = f"{article['id']}."
    entries = {
        "quotes": [_without(_OF_ENTRY, quote) for quote in quotes],
        "claims": [_without(_OF_ENTRY, claim) for claim in claims],
    }
    every = [*entries["quotes"], *entries["claims"]]
    texts = [json.dumps(entry["annotation"], sort_keys=True, default=str) for entry in every]
    common = Counter(texts).most_common(1)[0][0]
    annotation = every[texts.index(common)]["annotation"]
    for entry, text in zip(every, texts, strict=True):
        entry["id"] = entry["id"].removeprefix(start)
        if text == common:
            del entry["annotation"]
    whole = {
        "annotation": annotation,
        "article": _without(_OF_FLAT, article),
        **copy.deepcopy(entries),
    }
    _rename_references(whole, lambda qualified: qualified.removeprefix(start))
    return Document.model_validate(whole)


# What flat records have, and documents and their entries do not.
_OF_FLAT = frozenset({"record_type", "schema_version"})
_OF_ENTRY = _OF_FLAT | {"article_id"}


def _without(names: Collection[str], record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


def _rename_references(document: dict[str, Any], rename: Callable[[str], str]) -> None:
    """Rename the ids in the entries of a document that refer to quotes and claims."""
    for member in members(Document):
        if isinstance(member.shape, ListOf) and isinstance(member.inner, Struct):
            for entry in document.get(member.name, ()):
                _rename(member.inner.model, entry, rename)


def _rename(model: type[BaseModel], value: dict[str, Any], rename: Callable[[str], str]) -> None:
    """Rename the ids in a value of a model that refer to quotes and claims."""
    for member in members(model):
        found = value.get(member.name)
        if not found:
            continue
        if isinstance(member.inner, Struct):
            for inner in found if isinstance(member.shape, ListOf) else [found]:
                _rename(member.inner.model, inner, rename)
        elif member.role and member.role.target in ("quote", "claim"):
            is_list = isinstance(member.shape, ListOf)
            value[member.name] = [*map(rename, found)] if is_list else rename(found)
