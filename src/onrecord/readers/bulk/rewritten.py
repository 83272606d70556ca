"""Read tables that another program has rewritten with other Arrow types for the same values.

After a round trip through ``datasets``, DuckDB, Polars or pandas, nested values may all be null,
strings and lists have other layouts, integers beside nulls are floats, and a column of nulls has no
type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.schema import CURRENT, SchemaVersion

# The names of columns that pandas writes for its index.
_INDEX = re.compile(r"__index_level_[0-9]+__")


def is_ignored(name: str, version: SchemaVersion = CURRENT) -> bool:
    """Return whether a column is not part of the record: it is derived, or an index of pandas."""
    return name in version.derived or _INDEX.fullmatch(name) is not None


def differences(name: str, found: pa.DataType, expected: pa.DataType) -> Iterator[str]:
    """Yield descriptions of how a column's type differs so that it cannot hold the expected values.

    Args:
        name: The column, or the path of a field inside it.
        found: Its type.
        expected: The type that the schema derives from the model.
    """
    types = pa.types
    while types.is_dictionary(found) or types.is_run_end_encoded(found):
        found = found.value_type
    if types.is_null(found):
        return
    if types.is_struct(expected) and types.is_struct(found):
        names = [field.name for field in found]
        yield from (f"{name}.{one.name} is missing" for one in expected if one.name not in names)
        for one in dict.fromkeys(names):
            if names.count(one) > 1:
                yield f"{name}.{one} is there {names.count(one)} times"
            elif expected.get_field_index(one) < 0:
                yield f"{name}.{one} is unknown"
            else:
                inner = found.field(one).type, expected.field(one).type
                yield from differences(f"{name}.{one}", *inner)
    elif types.is_list(expected) and _is_list(found):
        yield from differences(f"{name}[]", found.value_type, expected.value_type)
    elif not _holds(found, expected):
        yield f"{name} is {_short(found)} and not {_short(expected)}"


def conformed(values: pa.Array, expected: pa.DataType) -> pa.Array:
    """Convert values to the expected type, in which everything may be null.

    Raises:
        pa.ArrowInvalid: A value cannot be converted.
    """
    types = pa.types
    if values.type == expected:
        return values
    if types.is_dictionary(values.type) or types.is_run_end_encoded(values.type):
        is_coded = types.is_dictionary(values.type)
        decoded = values.dictionary_decode() if is_coded else pc.run_end_decode(values)
        return conformed(decoded, expected)
    if types.is_null(values.type):
        return pa.nulls(len(values), _nullable(expected))
    if types.is_struct(expected):
        columns = [conformed(values.field(one.name), one.type) for one in expected]
        fields = [
            pa.field(one.name, column.type) for one, column in zip(expected, columns, strict=True)
        ]
        return pa.StructArray.from_arrays(columns, fields=fields, mask=values.is_null())
    if types.is_list(expected):
        offsets = np.zeros(len(values) + 1, np.int32)
        np.cumsum(pc.fill_null(pc.list_value_length(values), 0), out=offsets[1:])
        items = conformed(values.flatten(), expected.value_type)
        type_ = pa.list_(pa.field("element", items.type))
        return pa.ListArray.from_arrays(pa.array(offsets), items, type=type_, mask=values.is_null())
    return values.cast(expected)


def _is_list(type_: pa.DataType) -> bool:
    kinds = pa.types
    tests = (kinds.is_list, kinds.is_large_list, kinds.is_list_view, kinds.is_large_list_view)
    return any(test(type_) for test in tests)


def _holds(found: pa.DataType, expected: pa.DataType) -> bool:
    """Return whether one scalar type can hold the values of another."""
    types = pa.types
    if types.is_string(expected):
        tests: list[Callable[[pa.DataType], bool]] = [
            types.is_string,
            types.is_large_string,
            types.is_string_view,
        ]
    elif types.is_integer(expected) or types.is_floating(expected):
        tests = [types.is_integer, types.is_floating]
    else:
        tests = [expected.equals]
    return any(test(found) for test in tests)


def _nullable(type_: pa.DataType) -> pa.DataType:
    """Return the same type with all fields nullable."""
    if pa.types.is_struct(type_):
        return pa.struct([pa.field(one.name, _nullable(one.type)) for one in type_])
    if pa.types.is_list(type_):
        return pa.list_(pa.field("element", _nullable(type_.value_type)))
    return type_


def _short(type_: pa.DataType) -> str:
    if pa.types.is_struct(type_):
        return "a struct"
    return "a list" if _is_list(type_) else str(type_)
