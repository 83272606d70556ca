"""Find records that are certainly valid by predicates over whole Arrow columns.

Pydantic decides what a valid record is. The predicates are compiled from Pydantic's own core schema
and can only find that a record is valid. All other records are undecided, and Pydantic validates
them; so are all records with a part for which there is no predicate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]
# The names that lead to a value inside a record; lists add none.
Names = tuple[str, ...]


class NotAllowed:
    """Mark, by its only value ``NOT_ALLOWED``, that a field must not be null or absent."""


NOT_ALLOWED = NotAllowed()


@dataclass(frozen=True, slots=True)
class Predicate:
    """Test the values of one part of a record: each is certainly valid, or undecided.

    Attributes:
        null: The value of null and of an absent field; ``NOT_ALLOWED`` unless both are allowed and equal.
    """

    null: object = NOT_ALLOWED

    def parsed(self, type_: pa.DataType) -> pa.DataType:
        """Return the type to parse JSON as for the type of a column; all in it may be null."""
        return type_

    def undecided(self, values: pa.Array) -> Mask | None:
        """Return which non-null values are undecided; None if all are valid."""
        raise NotImplementedError

    def typed(self, values: pa.Array, type_: pa.DataType) -> pa.Array:
        """Convert valid values to the type and the values that Pydantic would return."""
        if isinstance(self.null, str) and values.null_count:
            values = pc.fill_null(values, self.null)
        return values if values.type == type_ else values.cast(type_)

    def undecided_or_null(self, values: pa.Array) -> Mask | None:
        """Return which values are undecided, or null without being allowed to; None if none are."""
        nulls = values.null_count
        found = None if nulls == len(values) else self.undecided(values)
        if not nulls or (found is None and self.null is not NOT_ALLOWED):
            return found
        absent: Mask = values.is_null().to_numpy(zero_copy_only=False)
        if self.null is NOT_ALLOWED:
            return absent if found is None else found | absent
        return None if found is None else none_if_empty(found & ~absent)


@dataclass(frozen=True, slots=True)
class Undecidable(Predicate):
    """Leave all values undecided, so that Pydantic validates their records."""

    def undecided(self, values: pa.Array) -> Mask:
        return np.ones(len(values), np.bool_)

    def undecided_or_null(self, values: pa.Array) -> Mask:
        return self.undecided(values)


# Returns which values pass, or None if all do; may be null for null.
Test = Callable[[pa.Array], pa.Array | None]


@dataclass(frozen=True, slots=True)
class ScalarPredicate(Predicate):
    """Test strings, numbers or booleans; a value is valid if it passes all tests."""

    tests: tuple[Test, ...] = ()
    as_float: bool = False

    def parsed(self, type_: pa.DataType) -> pa.DataType:
        return pa.float64() if self.as_float else type_

    def undecided(self, values: pa.Array) -> Mask | None:
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
class ListPredicate(Predicate):
    """Test lists, by their length and the predicate of their items."""

    item: Predicate = Undecidable()
    shortest: int = 0

    def parsed(self, type_: pa.DataType) -> pa.DataType:
        return pa.list_(pa.field("element", self.item.parsed(type_.value_type)))

    def undecided(self, values: pa.Array) -> Mask | None:
        lengths = _lengths(values)
        found = none_if_empty(lengths < self.shortest) if self.shortest else None
        inside = self.item.undecided_or_null(values.flatten())
        if inside is None:
            return found
        holding = holding_any(values, inside)
        return holding if found is None else found | holding

    def typed(self, values: pa.Array, type_: pa.DataType) -> pa.Array:
        mask = values.is_null() if values.null_count and self.null is None else None
        offsets = np.zeros(len(values) + 1, np.int32)
        np.cumsum(_lengths(values), out=offsets[1:])
        items = self.item.typed(values.flatten(), type_.value_type)
        return pa.ListArray.from_arrays(pa.array(offsets), items, type=type_, mask=mask)


@dataclass(frozen=True, slots=True)
class ObjectPredicate(Predicate):
    """Test objects, by the predicates of their members."""

    parts: Mapping[str, Predicate] = field(default_factory=dict)

    def parsed(self, type_: pa.DataType) -> pa.DataType:
        return pa.struct([(each.name, self.parts[each.name].parsed(each.type)) for each in type_])

    def undecided(self, values: pa.Array) -> Mask | None:
        found: Mask | None = None
        for name, part in self.parts.items():
            index = values.type.get_field_index(name)
            if index >= 0:
                failed = part.undecided_or_null(values.field(index))
            else:
                failed = None if part.null is not NOT_ALLOWED else np.ones(len(values), np.bool_)
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


def holding_any(lists: pa.Array, items: Mask) -> Mask:
    """Return which lists contain any of the selected items."""
    holding = np.zeros(len(lists), np.bool_)
    holding[np.repeat(np.arange(len(lists)), _lengths(lists))[items]] = True
    return holding


def none_if_empty(mask: Mask) -> Mask | None:
    """Return None for a mask that selects nothing, otherwise the mask."""
    return mask if mask.any() else None


def _zero(type_: pa.DataType) -> object:
    return "" if pa.types.is_string(type_) else False if pa.types.is_boolean(type_) else 0
