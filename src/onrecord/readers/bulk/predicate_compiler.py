"""Compile Pydantic's core schema of a model into predicates over Arrow columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from onrecord.readers.bulk.column_predicates import (
    NOT_ALLOWED,
    ListPredicate,
    Mask,
    Names,
    ObjectPredicate,
    Predicate,
    ScalarPredicate,
    Test,
    Undecidable,
)
from onrecord.schema.arrow import arrow_schema
from onrecord.schema.fields import NullIs, in_order, integral

# A core schema of Pydantic, and schemas by name.
Schema = Mapping[str, Any]
Named = Mapping[str, Schema]

# Patterns in which there is nothing that RE2 and Pydantic's engine might read differently: literal
# ASCII, groups, sets, repetition, alternatives and the two ends.
_PATTERN = re.compile(
    r"\^(?:[A-Za-z0-9 _/:@,<>=~#%&;!'\"|()*+?{}$-]|\\[rnt]|\[\^?(?:[^\\\[\]]|\\[rnt])+\])*\$"
)
_GROUP = re.compile(r"\(\?|[*+?}][?+]")


# Among them those that ask for no more than characters of a set, and maybe for how many.
_REPEATED = re.compile(r"\^(\[[^\]]+\])(?:\+|\{(\d+)\})\$")


def _string(schema: Schema, _: Named) -> Predicate:
    tests: list[Test] = []
    if (shortest := schema.get("min_length")) is not None:
        # A character has at least one byte, and at most four.
        if shortest > 1:
            return Undecidable()
        tests.append(lambda values: pc.greater_equal(pc.binary_length(values), shortest))
    if (longest := schema.get("max_length")) is not None:
        tests.append(lambda values: _is_within(values, longest))
    if (pattern := schema.get("pattern")) is not None:
        if not _PATTERN.fullmatch(pattern) or _GROUP.search(pattern):
            return Undecidable()
        tests.append(_matching(pattern))
    return ScalarPredicate(tests=tuple(tests))


def _is_within(values: pa.Array, longest: int) -> pa.Array:
    fits = pc.less_equal(pc.binary_length(values), longest)
    return pc.less_equal(pc.utf8_length(values), longest) if fits.false_count else fits


def _matching(pattern: str) -> Test:
    """Return a test that strings match a pattern.

    If the pattern only restricts characters to a set, the bytes of the whole column are tested
    first, which takes a fraction of the time.
    """
    repeated = _REPEATED.fullmatch(pattern) if pattern.isascii() else None
    # One byte shows that a set excludes a character; a character of a set may have four bytes.
    if repeated is None or (repeated[2] and repeated[1].startswith("[^")):
        return lambda values: pc.match_substring_regex(values, pattern)
    characters = re.compile(repeated[1].encode())
    allowed = b"".join(characters.findall(bytes(range(256))))
    number = int(repeated[2] or 0)

    def test(values: pa.Array) -> pa.Array | None:
        lengths = pc.min_max(pc.binary_length(values))
        fewest, most = lengths["min"].as_py(), lengths["max"].as_py()
        fits = fewest == most == number if number else fewest > 0
        if fits and not _bytes(values).translate(None, allowed):
            return None
        return pc.match_substring_regex(values, pattern)

    return test


def _bytes(strings: pa.Array) -> bytes:
    """Return the bytes of all strings, concatenated."""
    _, offsets, data = strings.buffers()
    ends = np.frombuffer(offsets, np.int32)[strings.offset :]
    begin, end = int(ends[0]), int(ends[len(strings)])
    return data.slice(begin, end - begin).to_pybytes() if end > begin else b""


_BOUNDS: dict[str, Callable[..., pa.Array]] = {
    "ge": pc.greater_equal,
    "gt": pc.greater,
    "le": pc.less_equal,
    "lt": pc.less,
}


def _bounds(schema: Schema) -> list[Test]:
    def test(compare: Callable[..., pa.Array], bound: float) -> Test:
        return lambda values: compare(values, bound)

    return [test(compare, schema[name]) for name, compare in _BOUNDS.items() if name in schema]


def _int(schema: Schema, _: Named) -> Predicate:
    return ScalarPredicate(tests=tuple(_bounds(schema)))


def _integral(schema: Schema) -> Predicate:
    """Return the predicate for an integer that may be written as 1.0 and is then read as a float."""
    exact = 2**53
    if (
        schema["type"] != "int"
        or not -exact < schema.get("ge", -exact) <= schema.get("le", exact) < exact
    ):
        return Undecidable()
    return ScalarPredicate(tests=(_is_whole, *_bounds(schema)), as_float=True)


def _is_whole(values: pa.Array) -> pa.Array:
    return pc.equal(pc.floor(values), values)


def _float(schema: Schema, _: Named) -> Predicate:
    return ScalarPredicate(tests=(pc.is_finite, *_bounds(schema)))


def _bool(_: Schema, __: Named) -> Predicate:
    return ScalarPredicate()


def _literal(schema: Schema, _: Named) -> Predicate:
    choices = schema["expected"]
    if not all(isinstance(choice, str) for choice in choices):
        return Undecidable()
    # Null among them, for which the test must not fail.
    among = pa.array([*choices, None], pa.string())
    return ScalarPredicate(tests=(lambda values: pc.is_in(values, among),))


def _definitions(schema: Schema, _: Named) -> Predicate:
    return _compile(schema["schema"], {each["ref"]: each for each in schema["definitions"]})


def _reference(schema: Schema, named: Named) -> Predicate:
    reference = schema["schema_ref"]
    # Without its own name, so that what holds itself is unknown and not endless.
    others = {name: each for name, each in named.items() if name != reference}
    return _compile(named[reference], others) if reference in named else Undecidable()


def _model(schema: Schema, named: Named) -> Predicate:
    own = schema["custom_init"] or schema["root_model"]
    if own or schema.get("config", {}).keys() - _CONFIG:
        return Undecidable()
    return _compile(schema["schema"], named)


def _fields(schema: Schema, named: Named) -> Predicate:
    return ObjectPredicate(
        parts={name: _compile(each, named) for name, each in schema["fields"].items()}
    )


def _field(schema: Schema, named: Named) -> Predicate:
    part = _compile(schema["schema"], named)
    # If it is required, null may be allowed but absence is not; a column does not distinguish them.
    return part if schema["schema"]["type"] == "default" else replace(part, null=NOT_ALLOWED)


def _default(schema: Schema, named: Named) -> Predicate:
    part, default = _compile(schema["schema"], named), schema["default"]
    same = type(part.null) is type(default) and part.null == default
    return part if same else replace(part, null=NOT_ALLOWED)


def _nullable(schema: Schema, named: Named) -> Predicate:
    return replace(_compile(schema["schema"], named), null=None)


def _tuple(schema: Schema, named: Named) -> Predicate:
    if schema.get("variadic_item_index") != 0 or len(schema["items_schema"]) != 1:
        return Undecidable()
    item = _compile(schema["items_schema"][0], named)
    return ListPredicate(item=item, shortest=schema.get("min_length", 0))


def _before(schema: Schema, named: Named) -> Predicate:
    function, inner = schema["function"]["function"], schema["schema"]
    if schema["function"]["type"] != "no-info":
        return Undecidable()
    if isinstance(function, NullIs) and isinstance(function.default, str | tuple):
        return replace(_compile(inner, named), null=function.default)
    if function is integral:
        return _integral(inner)
    return _compile(inner, named) if function is in_order else Undecidable()


# The function that compiles each type of schema, and the keys that it understands, besides those
# that do not constrain values.
_KINDS: dict[str, tuple[Callable[[Schema, Named], Predicate], set[str]]] = {
    "str": (_string, {"min_length", "max_length", "pattern", "strict"}),
    "int": (_int, {*_BOUNDS, "strict"}),
    "float": (_float, {*_BOUNDS, "strict"}),
    "bool": (_bool, {"strict"}),
    "literal": (_literal, {"expected"}),
    "nullable": (_nullable, {"schema", "strict"}),
    "default": (_default, {"schema", "default"}),
    "function-before": (_before, {"schema", "function"}),
    "tuple": (_tuple, {"items_schema", "variadic_item_index", "min_length", "strict"}),
    "model": (_model, {"cls", "config", "custom_init", "root_model", "schema", "strict", "frozen"}),
    "model-fields": (_fields, {"fields", "model_name", "computed_fields"}),
    "model-field": (_field, {"schema", "frozen"}),
    "definition-ref": (_reference, {"schema_ref"}),
    "definitions": (_definitions, {"schema", "definitions"}),
}
_SILENT = {"type", "ref", "metadata", "serialization"}
_CONFIG = {"strict", "extra_fields_behavior", "frozen", "title"}


def _compile(schema: Schema, named: Named) -> Predicate:
    """Compile a Pydantic core schema (pydantic_core.core_schema) into a predicate.

    Args:
        schema: The schema of the part.
        named: Schemas that it may refer to.
    """
    compile_, known = _KINDS.get(schema["type"], (None, set()))
    if compile_ is None or schema.keys() - _SILENT - known:
        return Undecidable()
    return compile_(schema, named)


def compiled(model: type[BaseModel]) -> Predicate:
    """Compile the predicate for the records of a model."""
    model.model_rebuild()
    return _compile(model.__pydantic_core_schema__, {})


class ColumnPredicates:
    """Find the certainly valid records of one model by predicates over Arrow columns.

    Attributes:
        schema: The Arrow schema of the records.
        json: The types to parse their JSON as, in which everything may be null.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        self.schema = arrow_schema(model)
        self._type = pa.struct(list(self.schema))
        self._part = compiled(model)
        if not isinstance(self._part, ObjectPredicate):
            self._part = ObjectPredicate(parts=dict.fromkeys(self.schema.names, Undecidable()))
        self.json = self._part.parsed(self._type)

    def valid(self, batch: pa.RecordBatch) -> Mask | None:
        """Return which rows of a batch are certainly valid; None if all are.

        Columns may be missing; present ones must have the names and types of ``schema`` or
        ``json``.
        """
        undecided = self._part.undecided(batch.to_struct_array())
        return None if undecided is None else ~undecided

    def part(self, names: Names) -> Predicate:
        """Return the predicate for the values at a path."""
        part: Predicate = self._part
        for name in names:
            part = part.item if isinstance(part, ListPredicate) else part
            if not isinstance(part, ObjectPredicate) or name not in part.parts:
                return Undecidable()
            part = part.parts[name]
        return part.item if isinstance(part, ListPredicate) else part

    def typed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Convert valid rows as Pydantic would: to exact types, with defaults filled in."""
        typed = self._part.typed(batch.to_struct_array(), self._type)
        return pa.RecordBatch.from_arrays(typed.flatten(), schema=self.schema)


@cache
def predicates_for(model: type[BaseModel]) -> ColumnPredicates:
    """Return the predicates for the records of a model."""
    return ColumnPredicates(model)
