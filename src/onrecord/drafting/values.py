"""Bring the fields of records into a form in which values that mean the same are equal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from onrecord.files.texts import sha256
from onrecord.schema.current import Span
from onrecord.schema.shape import ListOf, Member, Scalar, Struct, members

# Returns what a reference to a record means, given the type of the record and its identifier.
Refer = Callable[[str, str], Any]

# Lists whose order has a meaning. The others are sets.
_ORDERED = ("authors", "mentions", "relayed_by")


def canonical(
    model: type[BaseModel], names: tuple[str, ...], row: Any, refer: Refer
) -> dict[str, str]:
    """Return the named fields of a row that are present, each as JSON.

    Two values are equal if their JSON is equal. A span is its offsets, or the digest of its words if it
    has none; context is left out. Lists are sorted, unless their order has a meaning.
    """
    found = {}
    for member in members(model):
        if member.name in names and (value := row[member.name]) not in (None, [], ()):
            found[member.name] = _json(_plain(member, value, refer))
    return found


def refers(member: Member) -> bool:
    """Return whether a field contains references to quotes or claims."""
    if isinstance(member.inner, Struct):
        return any(map(refers, members(member.inner.model)))
    return member.role is not None and member.role.name == "link"


def span_key(span: Mapping[str, Any]) -> tuple[int, int] | str | None:
    """Return what identifies a span: its offsets, or the digest of its words if it has none."""
    start, end = span.get("start"), span.get("end")
    if start is not None and end is not None:
        return start, end
    words = span.get("exact")
    return span.get("sha256") if words is None else sha256(words)


def _plain(member: Member, value: Any, refer: Refer) -> Any:
    if not isinstance(member.shape, ListOf):
        return _single(member, value, refer)
    items = [_single(member, item, refer) for item in value]
    return items if member.name in _ORDERED else sorted(items, key=_json)


def _single(member: Member, value: Any, refer: Refer) -> Any:
    shape = member.inner
    if isinstance(shape, Scalar):
        role = member.role
        return refer(str(role.target), value) if role and role.name == "link" else value
    plain = {
        inner.name: _plain(inner, value[inner.name], refer)
        for inner in _own(shape.model)
        if value[inner.name] not in (None, [], ())
    }
    return {"": span_key(value), **plain} if issubclass(shape.model, Span) else plain


@cache
def _own(model: type[BaseModel]) -> tuple[Member, ...]:
    """Return the fields of a model, without those that say where a span is."""
    located = Span.model_fields if issubclass(model, Span) else ()
    return tuple(member for member in members(model) if member.name not in located)


_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
