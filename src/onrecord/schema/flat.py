"""Turn a document into flat records, and these into a document."""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from onrecord.schema import CURRENT
from onrecord.schema.current import Document
from onrecord.schema.shape import paths


def flatten(document: Document, *, sparse: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Return the flat records of a document as plain values, by record type, with qualified ids.

    Args:
        document: The document.
        sparse: Whether to leave out absent values: nulls, empty lists, and a default status.
    """
    whole = document.model_dump(exclude_defaults=sparse)
    return _flat(whole, document.schema_version)


def by_article(records: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return quotes or claims of tables by the ids of their articles, in the order of the text.

    Those without offsets are last, in their order.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for record in sorted(records, key=_position):
        found.setdefault(record["article_id"], []).append(record)
    return found


def _position(record: Mapping[str, Any]) -> tuple[int, int]:
    starts = [span["start"] for span in record["content"] or () if span["start"] is not None]
    return (0, min(starts)) if starts else (1, 0)


def flatten_value(value: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the flat records of a plain value, which changes; they are valid only if it is a valid
    document of the current version.

    Raises:
        ValueError: It is no valid document, or valid records would not prove that it is one.
    """
    lists = [value.get(name, []) for name in _LISTS]
    if not all(type(one) is list for one in lists):
        raise ValueError
    entries = [entry for one in lists for entry in one]
    records = [value.get("article"), *entries]
    if (
        not {"annotation", "article"} <= value.keys() <= Document.model_fields.keys()
        or value.get("schema_version") != CURRENT.number
        or not all(type(one) is dict and _NOT_NESTED.isdisjoint(one) for one in records)
        or not all(_is_local(one.get("id")) for one in records)
        # The annotation of the document is validated with those that have none of their own.
        or all(entry.get("annotation") is not None for entry in entries)
    ):
        raise ValueError
    return _flat(value, value["schema_version"])


# The lists of a document, and what its article and entries do not have, other than flat records.
_LISTS = ("quotes", "claims")
_NOT_NESTED = CURRENT.derived | {"record_type", "schema_version", "article_id"}
_SLUG = re.compile("[a-z0-9]([a-z0-9_-]*[a-z0-9])?")
_LONGEST = 200


def _is_local(name: object) -> bool:
    """Return whether a value is certainly a valid id in a document."""
    return type(name) is str and len(name) <= _LONGEST and _SLUG.fullmatch(name) is not None


def _flat(whole: dict[str, Any], version: str) -> dict[str, list[dict[str, Any]]]:
    """Return the flat records of a document as plain values, which change.

    Raises:
        ValueError: A reference of a value that is no valid document is not text.
    """
    article = whole["article"]
    common = {"schema_version": version}

    def qualified(local: str) -> str:
        return local if "." in local else f"{article['id']}.{local}"

    quotes, claims = whole.get("quotes", ()), whole.get("claims", ())
    for entry in [*quotes, *claims]:
        entry["id"] = qualified(entry["id"])
        entry["article_id"] = article["id"]
        if entry.get("annotation") is None:
            entry["annotation"] = whole["annotation"]
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
    """Rename the ids in the entries of a document that refer to quotes and claims.

    Raises:
        ValueError: A reference of a value that is no valid document is not text.
    """
    for steps in _references():
        _rename(document, steps, rename)


@cache
def _references() -> tuple[tuple[str, ...], ...]:
    """Return the paths of references to quotes and claims in a document."""
    return tuple(
        steps
        for steps, member in paths(Document)
        if member.role and member.role.target in ("quote", "claim")
    )


def _rename(value: Any, steps: Sequence[str], rename: Callable[[str], str]) -> None:
    if not isinstance(value, dict):
        raise ValueError  # noqa: TRY004  # it is invalid
    name, is_list = steps[0].removesuffix("[]"), steps[0].endswith("[]")
    found = value.get(name)
    if not found:
        return
    if is_list and not isinstance(found, list | tuple):
        raise ValueError
    if len(steps) > 1:
        for inner in found if is_list else [found]:
            _rename(inner, steps[1:], rename)
    elif all(isinstance(one, str) for one in (found if is_list else [found])):
        value[name] = [*map(rename, found)] if is_list else rename(found)
    else:
        raise ValueError
