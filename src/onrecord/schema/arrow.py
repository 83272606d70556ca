"""Derive Arrow schemas and the flat views that rules query from the models.

A new field of a model becomes a column. If it is a span, a source, another entity, a relation, an
assessment, evidence, a link, a date, a web address or free text, its values become rows of the view
of that kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from onrecord.schema import CURRENT, RecordType, current
from onrecord.schema.fields import LINE
from onrecord.schema.shape import ListOf, Member, Scalar, Shape, Struct, members, paths

View = Literal[
    "spans",
    "sources",
    "entities",
    "relations",
    "assessments",
    "evidence",
    "links",
    "dates",
    "urls",
    "strings",
]

INT, TEXT, BOOL = pa.int64(), pa.string(), pa.bool_()


def without_nulls(**columns: pa.DataType) -> pa.Schema:
    """Return a schema of columns that always have a value."""
    return pa.schema([pa.field(name, type_, nullable=False) for name, type_ in columns.items()])


# Columns of a publication that derive from the others; ``onrecord.publishing`` fills them.
DERIVED = CURRENT.derived
# Those of them that contain words of the article.
OF_WORDS = ("quote", "fingerprint")

_ARROW = {str: pa.string(), bool: pa.bool_(), float: pa.float64()}


@cache
def arrow_schema(model: type[BaseModel]) -> pa.Schema:
    """Derive the Arrow schema of a model; fields that must have a value are not nullable."""
    return pa.schema([_field(member) for member in members(model)])


def _field(member: Member) -> pa.Field:
    return pa.field(member.name, _type(member.shape), nullable=member.nullable)


def _type(shape: Shape) -> pa.DataType:
    if isinstance(shape, ListOf):
        return pa.list_(pa.field("element", _type(shape.item), nullable=False))
    if isinstance(shape, Struct):
        return pa.struct([_field(member) for member in members(shape.model)])
    if shape.type is int:
        fits = shape.maximum is not None and shape.maximum < 2**31
        return pa.int32() if fits else pa.int64()
    return _ARROW[shape.type]


def _texts(*columns: str) -> dict[str, tuple[str, pa.DataType]]:
    """Return columns of texts, each by its name, or with the field that it is filled from."""
    pairs = (one.partition("=") for one in columns)
    return {name: (field if equals else name, TEXT) for name, equals, field in pairs}


# The first columns of every view: the location of its row.
WHERE = without_nulls(
    record_type=TEXT, locator=INT, article_id=TEXT, record_id=TEXT, role=TEXT, path=TEXT
)

# The columns of each view, after those, and the field that each is filled from (one of several, with
# a bar between them); the names of SQL's own words are avoided.
COLUMNS: dict[View, dict[str, tuple[str, pa.DataType]]] = {
    "spans": {
        "position": ("#", INT),
        **_texts("exact"),
        "start_at": ("start", pa.int32()),
        "end_at": ("end", pa.int32()),
        **_texts("sha256", "prefix", "suffix"),
        "quoted": ("quoted", BOOL),
    },
    "sources": _texts("name", "kind", "wikidata", "office=role", "reference"),
    "entities": _texts("name", "wikidata"),
    "relations": _texts("kind=type", "target=claim_id|quote_id"),
    "assessments": _texts("reviewer", "url", "published", "rating", "original_rating"),
    "evidence": _texts("url", "published", "stance", "question"),
    "links": _texts("target_type=@", "target="),
    "dates": _texts("value="),
    "urls": _texts("url="),
    "strings": _texts("value="),
}
# The views that a model's objects are the rows of.
_VIEW_OF: dict[type[BaseModel], View] = {
    current.Span: "spans",
    current.Source: "sources",
    current.Relation: "relations",
    current.QuoteRelation: "relations",
    current.Assessment: "assessments",
    current.Evidence: "evidence",
    current.Entity: "entities",
    current.Publisher: "entities",
}
_OF_ROLE: dict[str, View] = {"link": "links", "date": "dates", "url": "urls"}
VIEWS: dict[View, pa.Schema] = {
    view: pa.schema([*WHERE, *(pa.field(name, kind) for name, (_, kind) in columns.items())])
    for view, columns in COLUMNS.items()
}


def views(
    record_type: RecordType, batch: pa.RecordBatch, first: int, view: View
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a view for a batch of records.

    Args:
        record_type: The type of the records.
        batch: The records, in the Arrow schema of their model.
        first: The row of the whole table that the batch begins with.
        view: The view.
    """
    known: dict[tuple[str, ...], _Values] = {}
    for path, member, of in _leaves(record_type):
        if of == view and len((found := _follow(batch, path, known)).values):
            yield _rows(view, record_type, batch, first, path, member, found)


@cache
def columns_of(record_type: RecordType, view: View) -> tuple[str, ...]:
    """Return the columns of records that a view needs; empty if the view has no rows for this type."""
    found = [path[0].removesuffix("[]") for path in paths_of(record_type, view)]
    where = ("id",) if record_type == "article" else ("id", "article_id")
    return tuple(dict.fromkeys((*where, *found))) if found else ()


@cache
def paths_of(record_type: RecordType, view: View) -> tuple[tuple[str, ...], ...]:
    """Return the paths of the values of a view in records; a list's step ends with ``[]``."""
    return tuple(path for path, _, of in _leaves(record_type) if of == view)


@cache
def _leaves(record_type: RecordType) -> tuple[tuple[tuple[str, ...], Member, View], ...]:
    found: list[tuple[tuple[str, ...], Member, View]] = []
    spans = set()
    for path, member in paths(CURRENT.models[record_type]):
        if view := _view_of(member):
            if view == "spans":
                spans.add(path)
            found.append((path, member, view))
        elif member.role:
            found.append((path, member, _OF_ROLE[member.role.name]))
        elif _is_free(member) and path[:-1] not in spans and path != ("text",):
            found.append((path, member, "strings"))
    return tuple(found)


def _view_of(member: Member) -> View | None:
    """Return the view whose rows are the objects of a field; None if there is none."""
    inner = member.inner
    if not isinstance(inner, Struct):
        return None
    return next((view for model, view in _VIEW_OF.items() if issubclass(inner.model, model)), None)


def _is_free(member: Member) -> bool:
    """Return whether a field is free text: not an enumeration, a code or a number."""
    inner = member.inner
    if not isinstance(inner, Scalar) or inner.type is not str or inner.choices:
        return False
    return inner.pattern in (None, LINE)


class _Values(NamedTuple):
    """Hold the non-null values at a path in some records.

    Attributes:
        values: The values.
        owners: The row of each value.
        places: Their distinct paths, which are few.
        which: The index of each value's path.
        positions: The index of each value in its list.
    """

    values: pa.Array
    owners: np.ndarray
    places: pa.Array
    which: np.ndarray
    positions: np.ndarray


def _follow(
    batch: pa.RecordBatch, path: tuple[str, ...], known: dict[tuple[str, ...], _Values]
) -> _Values:
    """Return the non-null values at a path; ``known`` keeps those at the beginnings of paths."""
    if path in known:
        return known[path]
    *outer, step = path
    name = step.removesuffix("[]")
    if outer:
        holders, owners, places, which, positions = _follow(batch, tuple(outer), known)
        values = _inside(holders, name) if len(holders) else holders
    else:
        values = batch.column(name)
        owners, which = np.arange(len(values)), np.zeros(len(values), np.int64)
        places, positions = pa.array([""]), which
    if values.null_count == len(values):  # as in most fields of few records
        none = np.zeros(0, np.int64)
        known[path] = _Values(values[:0], none, places[:0], none, none)
        return known[path]
    if values.null_count:
        there = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False))
        values = values.take(pa.array(there))
        owners, positions, which = owners[there], positions[there], which[there]
    places = pc.binary_join_element_wise(places, ("." if outer else "") + name, "")
    if step.endswith("[]"):
        parents = values.value_parent_indices().to_numpy(zero_copy_only=False)
        lengths = values.value_lengths().to_numpy(zero_copy_only=False)
        starts = np.cumsum(lengths) - lengths
        positions = np.arange(len(parents)) - starts[parents]
        values, owners = values.flatten(), owners[parents]
        longest = int(lengths.max(initial=1))
        coded = pa.array(which[parents] * longest + positions).dictionary_encode()
        above, inside = np.divmod(coded.dictionary.to_numpy(), longest)
        places = pc.binary_join_element_wise(
            places.take(pa.array(above)), "[", pa.array(inside).cast(pa.string()), "]", ""
        )
        which = coded.indices.to_numpy()
    known[path] = _Values(values, owners, places, which, positions)
    return known[path]


def _inside(values: pa.StructArray, name: str) -> pa.Array:
    """Return a field of objects; it is null where an object is."""
    return pc.struct_field(values, name) if values.null_count else values.field(name)


def _rows(
    view: View,
    record_type: RecordType,
    batch: pa.RecordBatch,
    first: int,
    path: tuple[str, ...],
    member: Member,
    found: _Values,
) -> pa.RecordBatch:
    values, owners, places, which, positions = found

    def constant(value: str | None) -> pa.Array:
        return pa.repeat(pa.scalar(value, pa.string()), len(values))

    taken = pa.array(owners)
    article = "id" if record_type == "article" else "article_id"
    columns = [
        constant(record_type),
        pa.array(owners + first),
        batch.column(article).take(taken),
        batch.column("id").take(taken),
        constant(".".join(path).replace("[]", "")),
        places.take(pa.array(which)),
    ]
    for source, kind in COLUMNS[view].values():
        if source == "#":
            columns.append(pa.array(positions))
        elif source == "@":
            columns.append(constant(member.role.target if member.role else None))
        elif not source:
            columns.append(values)
        else:
            names = [name for name in source.split("|") if values.type.get_field_index(name) >= 0]
            columns.append(_inside(values, names[0]) if names else pa.nulls(len(values), kind))
    return pa.RecordBatch.from_arrays(columns, schema=VIEWS[view])
