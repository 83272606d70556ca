"""Compare and narrow the types that JSON is parsed as."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pyarrow as pa

from onrecord.readers.bulk.column_predicates import Mask, Names, holding_any, none_if_empty


def narrowed(type_: pa.DataType, parts: Collection[Names], names: Names = ()) -> pa.DataType:
    """Remove from a type the fields of objects that are not among the given parts.

    Parsing takes longer the more fields the type has, although most are rarely used.
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
    """Yield the paths of fields that two types have in common."""
    if pa.types.is_list(found) and pa.types.is_list(type_):
        yield from known_in(found.value_type, type_.value_type, names)
    elif pa.types.is_struct(found) and pa.types.is_struct(type_):
        for each in found:
            if (index := type_.get_field_index(each.name)) >= 0:
                yield (*names, each.name)
                yield from known_in(each.type, type_.field(index).type, (*names, each.name))


def names_in(type_: pa.DataType) -> Iterator[str]:
    """Yield the names of all fields of a type, at any depth."""
    if pa.types.is_list(type_):
        yield from names_in(type_.value_type)
    elif pa.types.is_struct(type_):
        for each in type_:
            yield each.name
            yield from names_in(each.type)


def unknown_in(values: pa.Array, type_: pa.DataType) -> Mask | None:
    """Return which values have a field that a type does not have; None if there are none."""
    found: Mask | None = None
    if pa.types.is_list(values.type) and pa.types.is_list(type_):
        inside = unknown_in(values.flatten(), type_.value_type)
        return None if inside is None else holding_any(values, inside)
    if pa.types.is_struct(values.type) and pa.types.is_struct(type_):
        for index, each in enumerate(values.type):
            known = type_.get_field_index(each.name)
            inside = values.field(index)
            if known >= 0:
                there = unknown_in(inside, type_.field(known).type)
            else:
                there = none_if_empty(inside.is_valid().to_numpy(zero_copy_only=False))
            if there is not None:
                found = there if found is None else found | there
    return found
