"""Define which fields a corpus may require beyond the schema; find records that lack them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from onrecord.schema import CURRENT, RECORD_TYPES, RecordType
from onrecord.schema.shape import ListOf, Struct, members

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

_Places = tuple[tuple[RecordType, tuple[str, ...]], ...]


def requirable() -> frozenset[str]:
    """Return the names of all fields that can be required.

    Fields of the annotation have their own name, such as ``annotators``, and are required of every
    quote and claim; fields of records are named after their type, such as ``article.url``. Fields
    that the schema itself requires, or that have a default, are not among them.
    """
    return frozenset(_fields())


@cache
def _fields() -> Mapping[str, _Places]:
    """Return, for each field name, the record types that have it and its path in a record."""
    found: dict[str, _Places] = {}
    for record_type in RECORD_TYPES:
        for member in members(CURRENT.models[record_type]):
            if member.nullable or _may_be_empty(member.shape, required=member.required):
                found[f"{record_type}.{member.name}"] = ((record_type, (member.name,)),)
            elif member.name == "annotation" and isinstance(member.shape, Struct):
                for inner in members(member.shape.model):
                    if inner.nullable or _may_be_empty(inner.shape, required=inner.required):
                        places = found.get(inner.name, ())
                        path = (member.name, inner.name)
                        found[inner.name] = (*places, (record_type, path))
    return found


def _may_be_empty(shape: object, *, required: bool) -> bool:
    return isinstance(shape, ListOf) and not required


def columns(required_fields: Iterable[str]) -> Mapping[RecordType, list[str]]:
    """Return, for each type of record, the columns that a search for missing fields needs.

    Raises:
        KeyError: A field cannot be required.
    """
    found: dict[RecordType, list[str]] = {}
    for field in required_fields:
        for record_type, path in _fields()[field]:
            found.setdefault(record_type, []).append(path[0])
    return {record_type: list(dict.fromkeys(names)) for record_type, names in found.items()}


def table_schema() -> pa.Schema:
    """Return the schema of the rows that ``lacking`` yields."""
    from onrecord.schema.arrow import INT, TEXT, without_nulls

    return without_nulls(record_type=TEXT, locator=INT, path=TEXT, field=TEXT)


def lacking(
    required_fields: Iterable[str],
    record_type: RecordType,
    records: pa.RecordBatch,
    rows: npt.NDArray[np.int64],
) -> Iterator[pa.RecordBatch]:
    """Yield a row for each record and each required field that it lacks.

    Args:
        required_fields: Names from ``requirable``.
        record_type: The type of the records.
        records: The records, with at least the columns that ``columns`` returns.
        rows: The rows of the records in the table of all.
    """
    for field in dict.fromkeys(required_fields):
        for of, path in _fields()[field]:
            if of == record_type:
                yield _rows(record_type, path, field, records, rows)


def _rows(
    record_type: RecordType,
    path: tuple[str, ...],
    field: str,
    records: pa.RecordBatch,
    rows: npt.NDArray[np.int64],
) -> pa.RecordBatch:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = records[path[0]]
    for name in path[1:]:
        values = pc.struct_field(values, name)
    absent = pc.is_null(values)
    if pa.types.is_list(values.type):
        absent = pc.or_(absent, pc.fill_null(pc.equal(pc.list_value_length(values), 0), True))
    at = pc.indices_nonzero(absent)
    constants: Iterator[pa.Array] = (
        pa.repeat(pa.scalar(value, pa.string()), len(at))
        for value in (record_type, ".".join(path), field)
    )
    kind, where, name = constants
    found = pa.array(rows[at.to_numpy()])
    return pa.RecordBatch.from_arrays([kind, found, where, name], schema=table_schema())
