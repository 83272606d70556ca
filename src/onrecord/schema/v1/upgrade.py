"""Upgrade records of 0.9 to 1.0.

The differences are listed as edits of plain values, so that one list upgrades a record, a line of a
table, and an authored document, whose comments and layout stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, overload

from pydantic import BaseModel

from onrecord.findings import Path
from onrecord.schema.edits import Edit, Put, Remove, Rename, Wrap, edited
from onrecord.schema.shape import ListOf, Member, Struct, members
from onrecord.schema.v0 import models as v0
from onrecord.schema.v1.article import Article
from onrecord.schema.v1.claim import Claim
from onrecord.schema.v1.document import Document
from onrecord.schema.v1.quote import Quote

_MODELS: Mapping[type[BaseModel], type[BaseModel]] = {
    v0.Article: Article,
    v0.Quote: Quote,
    v0.Claim: Claim,
    v0.Document: Document,
}

# Names of members in 1.0, by those in 0.9: renamed alone, or also made a list of one value.
_RENAMED = {"verbatim": "quoted"}
_WRAPPED = {
    "speaker": "speakers",
    "addressee": "addressees",
    "relayed_by": "relayed_by",
    "mention": "mentions",
}
_OLD = {new: old for old, new in (_RENAMED | _WRAPPED).items()}
_LISTS = frozenset(_WRAPPED.values())

# An instant without seconds, which RFC 3339 does not have.
_NO_SECONDS = re.compile(r"(T[0-9]{2}:[0-9]{2})(?=[Z+-])")


@overload
def upgrade(record: v0.Article) -> Article: ...
@overload
def upgrade(record: v0.Quote) -> Quote: ...
@overload
def upgrade(record: v0.Claim) -> Claim: ...
@overload
def upgrade(record: v0.Document) -> Document: ...
def upgrade(record: BaseModel) -> BaseModel:
    """Return a record or document of 0.9 as one of 1.0; nothing that it says is lost."""
    model = next(model for model in _MODELS if isinstance(record, model))
    value = record.model_dump(exclude_defaults=True)
    upgraded = edited(value, upgrade_edits(model, value))
    return _MODELS[model].model_validate(upgraded)


def upgrade_edits(model: type[BaseModel], value: Mapping[str, Any]) -> list[Edit]:
    """Return the edits that make a valid value of a model of 0.9 one of 1.0.

    Args:
        model: ``v0.Article``, ``v0.Quote``, ``v0.Claim`` or ``v0.Document``.
        value: What it is read from, or dumped to.
    """
    edits = [Put((), "schema_version", "1.0"), *_edits(model, value, ())]
    if model is v0.Document:
        for name in ("quotes", "claims"):
            for index, entry in enumerate(value.get(name) or ()):
                edits += _notes(entry, (name, index), value["annotation"])
    elif model is not v0.Article:
        edits += _notes(value, (), {})
    # Paths are those of 0.9: what moves values comes last, the innermost first.
    return sorted(edits, key=lambda edit: (isinstance(edit, Wrap), -len(edit.path)))


def path_before(path: Path) -> Path:
    """Return the path in 0.9 of a value that has a path in 1.0."""
    steps: list[str | int] = []
    for before, step in zip(("", *path), path, strict=False):
        if not (isinstance(step, int) and before in _LISTS):
            steps.append(_OLD.get(step, step) if isinstance(step, str) else step)
    return tuple(steps)


def _edits(model: type[BaseModel], value: Mapping[str, Any], path: Path) -> Iterator[Edit]:
    """Yield the edits of an object and of the objects in it."""
    for member in members(model):
        name, found = member.name, value.get(member.name)
        if _is_only_unnamed(member, found):
            yield Remove(path, name)
            continue
        if name in _RENAMED and name in value:
            yield Rename(path, name, _RENAMED[name], found)
        if name in _WRAPPED and name in value:
            yield Wrap(path, name, _WRAPPED[name])
        if isinstance(member.inner, Struct):
            for step, inner in _objects(member, found):
                yield from _edits(member.inner.model, inner, (*path, *step))
        elif member.role and member.role.name == "date" and isinstance(found, str):
            exact = _NO_SECONDS.sub(r"\1:00", found)
            if exact != found:
                yield Put(path, name, exact)
        elif model is v0.Source and name == "kind" and found == "unnamed":
            yield Remove(path, name)


def _is_only_unnamed(member: Member, found: Any) -> bool:
    """Return whether all that is said of a source is that it is unnamed; 1.0 has no word for that."""
    if not (isinstance(member.inner, Struct) and member.inner.model is v0.Source and found):
        return False
    said = {name: value for name, value in found.items() if value is not None}
    return said == {"kind": "unnamed"}


def _objects(member: Member, found: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the objects in a value of a field, and the path to each."""
    if isinstance(member.shape, ListOf):
        for index, item in enumerate(found or ()):
            yield (member.name, index), item
    elif found is not None:
        yield (member.name,), found


def _notes(entry: Mapping[str, Any], path: Path, inherited: Mapping[str, Any]) -> Iterator[Edit]:
    """Yield the edit that notes unnamed sources of which no other field of 1.0 says it.

    Of the speaker, ``attribution: anonymous`` does.
    """
    said = {"speaker"} if entry.get("attribution") == "anonymous" else set()
    unnamed = [
        name
        for name in ("speaker", "addressee", "relayed_by", "claimant")
        if (entry.get(name) or {}).get("kind") == "unnamed" and name not in said
    ]
    if not unnamed:
        return
    unnamed = [name.replace("relayed_by", "relay") for name in unnamed]
    note = f"The source does not name the {' and the '.join(unnamed)} (0.9: kind unnamed)."
    if entry.get("annotation"):
        yield Put((*path, "annotation"), "note", note)
    else:
        own = edited(inherited, _edits(v0.Annotation, inherited, ()))
        yield Put(path, "annotation", {**own, "note": note})
