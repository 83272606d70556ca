"""Clearing: telling at a glance that records are valid, many at a time.

Pydantic is the judge of what a valid record is. What is here is compiled from the schema that
Pydantic itself works by, into predicates over Arrow columns, and may only clear a record. One that
it cannot clear goes to the judge, and so does every record with a part that a predicate for is not
known: nothing is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from onrecord.schema.arrow import arrow_schema
from onrecord.schema.v0.types import NullIs, in_order, integral

Mask = npt.NDArray[np.bool_]
# The names that lead to a value inside a record; lists add none.
Names = tuple[str, ...]
# What Pydantic works by, and such schemas by their names.
Schema = Mapping[str, Any]
Named = Mapping[str, Schema]


class _Refused:
    """What null is read as where it is not allowed."""


_REFUSED = _Refused()


@dataclass(frozen=True, slots=True)
class _Part:
    """How the values of one part of a record are cleared.

    Attributes:
        null: What null and absence both are read as; ``_REFUSED`` if they are not both allowed, or
            are not the same.
    """

    null: object = _REFUSED

    def parsed(self, type_: pa.DataType) -> pa.DataType:
        """The type to parse JSON as, of a column's type: where all may be null."""
        return type_

    def doubtful(self, values: pa.Array) -> Mask | None:
        """Which of the values that are there are not cleared; None if all are."""
        raise NotImplementedError

    def typed(self, values: pa.Array, type_: pa.DataType) -> pa.Array:
        """Values that were cleared, with the type and the values that the judge would give."""
        if isinstance(self.null, str) and values.null_count:
            values = pc.fill_null(values, self.null)
        return values if values.type == type_ else values.cast(type_)

    def unclear(self, values: pa.Array) -> Mask | None:
        """Which of the values are not cleared, null among them."""
        nulls = values.null_count
        found = None if nulls == len(values) else self.doubtful(values)
        if not nulls or (found is None and self.null is not _REFUSED):
            return found
        absent: Mask = values.is_null().to_numpy(zero_copy_only=False)
        if self.null is _REFUSED:
            return absent if found is None else found | absent
        return None if found is None else _none_if_clear(found & ~absent)


@dataclass(frozen=True, slots=True)
class _Unknown(_Part):
    """A part that no predicate is known for."""

    def doubtful(self, values: pa.Array) -> Mask:
        return np.ones(len(values), np.bool_)

    def unclear(self, values: pa.Array) -> Mask:
        return self.doubtful(values)


# Tells which values pass, or None if all do; null may give null.
Test = Callable[[pa.Array], pa.Array | None]


@dataclass(frozen=True, slots=True)
class _Scalar(_Part):
    """A string, a number or a truth value, and the tests that it must pass."""

    tests: tuple[Test, ...] = ()
    as_float: bool = False

    def parsed(self, type_: pa.DataType) -> pa.DataType:
        return pa.float64() if self.as_float else type_

    def doubtful(self, values: pa.Array) -> Mask | None:
        if 2 * values.null_count <= len(values):
            return self._failing(values)
        # A test takes as long for null as for a value.
        failing = self._failing(values.drop_null())
        if failing is None:
            return None
        found = np.zeros(len(values), np.bool_)
        found[values.is_valid().to_numpy(zero_copy_only=False)] = failing
        return found

    def _failing(self, values: pa.Array) -> Mask | None:
        found: Mask | None = None
        for test in self.tests:
            passed = test(values)
            if passed is not None and passed.false_count:
                failed = pc.invert(pc.fill_null(passed, True)).to_numpy(zero_copy_only=False)
                found = failed if found is None else found | failed
        return found


@dataclass(frozen=True, slots=True)
class _List(_Part):
    """A list of parts."""

    item: _Part = _Unknown()
    shortest: int = 0

    def parsed(self, type_: pa.DataType) -> pa.DataType:
        return pa.list_(pa.field("element", self.item.parsed(type_.value_type)))

    def doubtful(self, values: pa.Array) -> Mask | None:
        lengths = _lengths(values)
        found = _none_if_clear(lengths < self.shortest) if self.shortest else None
        inside = self.item.unclear(values.flatten())
        if inside is None:
            return found
        holding = _holding(values, inside)
        return holding if found is None else found | holding

    def typed(self, values: pa.Array, type_: pa.DataType) -> pa.Array:
        mask = values.is_null() if values.null_count and self.null is None else None
        offsets = np.zeros(len(values) + 1, np.int32)
        np.cumsum(_lengths(values), out=offsets[1:])
        items = self.item.typed(values.flatten(), type_.value_type)
        return pa.ListArray.from_arrays(pa.array(offsets), items, type=type_, mask=mask)


@dataclass(frozen=True, slots=True)
class _Object(_Part):
    """An object, and the parts that stand under its names."""

    parts: Mapping[str, _Part] = field(default_factory=dict)

    def parsed(self, type_: pa.DataType) -> pa.DataType:
        return pa.struct([(each.name, self.parts[each.name].parsed(each.type)) for each in type_])

    def doubtful(self, values: pa.Array) -> Mask | None:
        found: Mask | None = None
        for name, part in self.parts.items():
            index = values.type.get_field_index(name)
            if index >= 0:
                failed = part.unclear(values.field(index))
            else:
                failed = None if part.null is not _REFUSED else np.ones(len(values), np.bool_)
            if failed is not None:
                found = failed if found is None else found | failed
        return found

    def typed(self, values: pa.Array, type_: pa.DataType) -> pa.Array:
        columns = []
        for each in type_:
            index = values.type.get_field_index(each.name)
            part = self.parts[each.name]
            inside = values.field(index) if index >= 0 else pa.nulls(len(values), each.type)
            typed = part.typed(inside, each.type)
            if not each.nullable and typed.null_count:  # inside an object that is null itself
                typed = pc.fill_null(typed, _zero(each.type))
            columns.append(typed)
        mask = values.is_null() if values.null_count else None
        return pa.StructArray.from_arrays(columns, fields=list(type_), mask=mask)


def _lengths(lists: pa.Array) -> npt.NDArray[np.int32]:
    found: npt.NDArray[np.int32] = pc.fill_null(pc.list_value_length(lists), 0).to_numpy()
    return found


def _holding(lists: pa.Array, items: Mask) -> Mask:
    """Which lists hold one of some items."""
    holding = np.zeros(len(lists), np.bool_)
    holding[np.repeat(np.arange(len(lists)), _lengths(lists))[items]] = True
    return holding


def _none_if_clear(mask: Mask) -> Mask | None:
    return mask if mask.any() else None


def _zero(type_: pa.DataType) -> object:
    return "" if pa.types.is_string(type_) else False if pa.types.is_boolean(type_) else 0


# Patterns in which there is nothing that RE2 and Pydantic's engine might read differently: literal
# ASCII, groups, sets, repetition, alternatives and the two ends.
_PATTERN = re.compile(
    r"\^(?:[A-Za-z0-9 _/:@,<>=~#%&;!'\"|()*+?{}$-]|\\[rnt]|\[\^?(?:[^\\\[\]]|\\[rnt])+\])*\$"
)
_GROUP = re.compile(r"\(\?|[*+?}][?+]")


# Among them those that ask for no more than characters of a set, and maybe for how many.
_REPEATED = re.compile(r"\^(\[[^\]]+\])(?:\+|\{(\d+)\})\$")


def _string(schema: Schema, _: Named) -> _Part:
    tests: list[Test] = []
    if (shortest := schema.get("min_length")) is not None:
        # A character has at least one byte, and at most four.
        if shortest > 1:
            return _Unknown()
        tests.append(lambda values: pc.greater_equal(pc.binary_length(values), shortest))
    if (longest := schema.get("max_length")) is not None:
        tests.append(lambda values: _is_within(values, longest))
    if (pattern := schema.get("pattern")) is not None:
        if not _PATTERN.fullmatch(pattern) or _GROUP.search(pattern):
            return _Unknown()
        tests.append(_matching(pattern))
    return _Scalar(tests=tuple(tests))


def _is_within(values: pa.Array, longest: int) -> pa.Array:
    fits = pc.less_equal(pc.binary_length(values), longest)
    return pc.less_equal(pc.utf8_length(values), longest) if fits.false_count else fits


def _matching(pattern: str) -> Test:
    """The test that strings match a pattern.

    If that asks for no more than characters of a set, all that a column has are looked at together
    first, which is a matter of bytes and takes a fraction of the time.
    """
    repeated = _REPEATED.fullmatch(pattern) if pattern.isascii() else None
    # Of a character that a set leaves out, one byte tells; of any other there may be four.
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
    """What stands in strings, without their limits."""
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


def _int(schema: Schema, _: Named) -> _Part:
    return _Scalar(tests=tuple(_bounds(schema)))


def _integral(schema: Schema) -> _Part:
    """An integer that may be written as 1.0, read as a number that holds it exactly."""
    exact = 2**53
    if (
        schema["type"] != "int"
        or not -exact < schema.get("ge", -exact) <= schema.get("le", exact) < exact
    ):
        return _Unknown()
    return _Scalar(tests=(_is_whole, *_bounds(schema)), as_float=True)


def _is_whole(values: pa.Array) -> pa.Array:
    return pc.equal(pc.floor(values), values)


def _float(schema: Schema, _: Named) -> _Part:
    return _Scalar(tests=(pc.is_finite, *_bounds(schema)))


def _bool(_: Schema, __: Named) -> _Part:
    return _Scalar()


def _literal(schema: Schema, _: Named) -> _Part:
    choices = schema["expected"]
    if not all(isinstance(choice, str) for choice in choices):
        return _Unknown()
    # Null among them, for which the test must not fail.
    among = pa.array([*choices, None], pa.string())
    return _Scalar(tests=(lambda values: pc.is_in(values, among),))


def _definitions(schema: Schema, _: Named) -> _Part:
    return _compile(schema["schema"], {each["ref"]: each for each in schema["definitions"]})


def _reference(schema: Schema, named: Named) -> _Part:
    reference = schema["schema_ref"]
    # Without its own name, so that what holds itself is unknown and not endless.
    others = {name: each for name, each in named.items() if name != reference}
    return _compile(named[reference], others) if reference in named else _Unknown()


def _model(schema: Schema, named: Named) -> _Part:
    own = schema["custom_init"] or schema["root_model"]
    if own or schema.get("config", {}).keys() - _CONFIG:
        return _Unknown()
    return _compile(schema["schema"], named)


def _fields(schema: Schema, named: Named) -> _Part:
    return _Object(parts={name: _compile(each, named) for name, each in schema["fields"].items()})


def _field(schema: Schema, named: Named) -> _Part:
    part = _compile(schema["schema"], named)
    # Where it is required, null may be allowed but absence is not, and a column tells them not apart.
    return part if schema["schema"]["type"] == "default" else replace(part, null=_REFUSED)


def _default(schema: Schema, named: Named) -> _Part:
    part, default = _compile(schema["schema"], named), schema["default"]
    same = type(part.null) is type(default) and part.null == default
    return part if same else replace(part, null=_REFUSED)


def _nullable(schema: Schema, named: Named) -> _Part:
    return replace(_compile(schema["schema"], named), null=None)


def _tuple(schema: Schema, named: Named) -> _Part:
    if schema.get("variadic_item_index") != 0 or len(schema["items_schema"]) != 1:
        return _Unknown()
    item = _compile(schema["items_schema"][0], named)
    return _List(item=item, shortest=schema.get("min_length", 0))


def _before(schema: Schema, named: Named) -> _Part:
    function, inner = schema["function"]["function"], schema["schema"]
    if schema["function"]["type"] != "no-info":
        return _Unknown()
    if isinstance(function, NullIs) and isinstance(function.default, str | tuple):
        return replace(_compile(inner, named), null=function.default)
    if function is integral:
        return _integral(inner)
    return _compile(inner, named) if function is in_order else _Unknown()


# How each part is compiled, by its type, and what may stand in its schema beside what says nothing
# of its values.
_KINDS: dict[str, tuple[Callable[[Schema, Named], _Part], set[str]]] = {
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


def _compile(schema: Schema, named: Named) -> _Part:
    """The predicate for a part, of the schema that Pydantic works by (pydantic_core.core_schema).

    Args:
        schema: The schema of the part.
        named: Schemas that it may refer to.
    """
    compile_, known = _KINDS.get(schema["type"], (None, set()))
    if compile_ is None or schema.keys() - _SILENT - known:
        return _Unknown()
    return compile_(schema, named)


def compiled(model: type[BaseModel]) -> _Part:
    """The predicate for the records of a model."""
    model.model_rebuild()
    return _compile(model.__pydantic_core_schema__, {})


def never_cleared(model: type[BaseModel]) -> Iterator[Names]:
    """The parts of a model with which no record is cleared, since something of them is not known."""
    waiting: list[tuple[Names, _Part]] = [((), compiled(model))]
    while waiting:
        names, part = waiting.pop()
        if isinstance(part, _Unknown):
            yield names
        elif isinstance(part, _List):
            waiting.append((names, part.item))
        elif isinstance(part, _Object):
            waiting += [((*names, name), inside) for name, inside in part.parts.items()]


class Clearing:
    """What clears the records of one model.

    Attributes:
        schema: The Arrow schema of the records.
        json: The types to parse their JSON as, in which everything may be null.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        self.schema = arrow_schema(model)
        self._type = pa.struct(list(self.schema))
        self._part = compiled(model)
        if not isinstance(self._part, _Object):
            self._part = _Object(parts=dict.fromkeys(self.schema.names, _Unknown()))
        self.json = self._part.parsed(self._type)

    def cleared(self, batch: pa.RecordBatch) -> Mask | None:
        """Which rows of a batch are valid for certain; None if all are.

        Columns may be missing; those that are there have the names and, up to what ``json`` has
        otherwise, the types of ``schema``.
        """
        doubtful = self._part.doubtful(batch.to_struct_array())
        return None if doubtful is None else ~doubtful

    def typed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Rows that were cleared, as the judge would give them: exact types, defaults filled in."""
        typed = self._part.typed(batch.to_struct_array(), self._type)
        return pa.RecordBatch.from_arrays(typed.flatten(), schema=self.schema)


@cache
def clearing(model: type[BaseModel]) -> Clearing:
    """What clears the records of a model."""
    return Clearing(model)


def narrowed(type_: pa.DataType, parts: Collection[Names], names: Names = ()) -> pa.DataType:
    """A type with no more of the parts of objects than some.

    Parsing takes the longer the more names may stand in an object, though few do.
    """
    if pa.types.is_list(type_):
        return pa.list_(pa.field("element", narrowed(type_.value_type, parts, names)))
    if not pa.types.is_struct(type_):
        return type_
    kept = [each for each in type_ if (*names, each.name) in parts] or [type_.field(0)]
    return pa.struct(
        [(each.name, narrowed(each.type, parts, (*names, each.name))) for each in kept]
    )


def known_in(found: pa.DataType, type_: pa.DataType, names: Names = ()) -> Iterator[Names]:
    """The parts of objects that a type has in common with one that was found."""
    if pa.types.is_list(found) and pa.types.is_list(type_):
        yield from known_in(found.value_type, type_.value_type, names)
    elif pa.types.is_struct(found) and pa.types.is_struct(type_):
        for each in found:
            if (index := type_.get_field_index(each.name)) >= 0:
                yield (*names, each.name)
                yield from known_in(each.type, type_.field(index).type, (*names, each.name))


def names_in(type_: pa.DataType) -> Iterator[str]:
    """The names in the objects of a type, at any depth."""
    if pa.types.is_list(type_):
        yield from names_in(type_.value_type)
    elif pa.types.is_struct(type_):
        for each in type_:
            yield each.name
            yield from names_in(each.type)


def unknown_in(values: pa.Array, type_: pa.DataType) -> Mask | None:
    """Which values have something where a type has nothing; None if none has."""
    found: Mask | None = None
    if pa.types.is_list(values.type) and pa.types.is_list(type_):
        inside = unknown_in(values.flatten(), type_.value_type)
        return None if inside is None else _holding(values, inside)
    if pa.types.is_struct(values.type) and pa.types.is_struct(type_):
        for index, each in enumerate(values.type):
            known = type_.get_field_index(each.name)
            inside = values.field(index)
            if known >= 0:
                there = unknown_in(inside, type_.field(known).type)
            else:
                there = _none_if_clear(inside.is_valid().to_numpy(zero_copy_only=False))
            if there is not None:
                found = there if found is None else found | there
    return found
