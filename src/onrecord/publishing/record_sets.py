"""Describe tables as record sets of Croissant: fields with types, keys, references and enumerations.

Everything is derived from the Arrow schema of a table and the models of its columns, so that a new
table, column or value needs no further code. The terms are those of the Croissant Format
Specification 1.1, http://mlcommons.org/croissant/1.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Any

import pyarrow as pa
from pydantic import BaseModel

from onrecord.schema.shape import Member, Scalar, Struct, members

Json = dict[str, Any]

_TYPES = {
    pa.string(): "sc:Text",
    pa.bool_(): "sc:Boolean",
    pa.int32(): "cr:Int32",
    pa.int64(): "cr:Int64",
    pa.float64(): "cr:Float64",
    pa.date32(): "sc:Date",
}
# The roles of splits that Croissant knows, by the names that splits have on the Hub.
_ROLES = {"train": "cr:TrainingSplit", "validation": "cr:ValidationSplit", "test": "cr:TestSplit"}
SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Describe the meaning of a column, or of a field of its objects.

    Attributes:
        description: Its meaning in words.
        model: The model that it is a field of; None for a column that is derived from others.
        member: That field.
        table: The table whose key its values are, if they are; `SPLIT` for names of splits.
    """

    description: str
    model: type[BaseModel] | None = None
    member: Member | None = None
    table: str | None = None

    @classmethod
    def of(cls, model: type[BaseModel]) -> dict[str, Meaning]:
        """Return the meanings of the fields of a model."""
        return {
            member.name: cls(
                member.description,
                model,
                member,
                f"{member.role.target}s" if member.role and member.role.target else None,
            )
            for member in members(model)
        }

    @property
    def fields(self) -> dict[str, Meaning]:
        """Return the meanings of the fields of the objects in it, if it has objects.

        They are those of the field's own model, or else parts of records of the model it is from.
        """
        inner = self.member.inner if self.member else None
        model = inner.model if isinstance(inner, Struct) else self.model
        return self.of(model) if model else {}

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the values of an enumeration; none if it is none, or has a single value."""
        inner = self.member.inner if self.member else None
        choices = inner.choices if isinstance(inner, Scalar) else ()
        return choices if len(choices) > 1 else ()


@dataclass(frozen=True, slots=True)
class Table:
    """Describe a published table.

    Attributes:
        name: Its name, such as ``quotes``.
        description: What its rows are.
        schema: Its Arrow schema.
        meanings: The meanings of its columns.
    """

    name: str
    description: str
    schema: pa.Schema
    meanings: Mapping[str, Meaning]

    @property
    def key(self) -> str:
        """Return the column that identifies a row: ``id``, or the first one."""
        return "id" if "id" in self.schema.names else str(self.schema.names[0])

    @property
    def files(self) -> str:
        """Return the identifier of the set of its files."""
        return f"{self.name}-files"


def record_sets(tables: Sequence[Table], splits: Sequence[str]) -> list[Json]:
    """Describe tables, and the enumerations and splits that their columns refer to.

    Args:
        tables: The tables.
        splits: The names of the splits; none if no splits were requested.
    """
    describer = _Describer(tables, splits)
    found = [describer.table(table) for table in tables]
    return [*found, *describer.enumerations(), *([_splits(splits)] if splits else [])]


class _Describer:
    """Describe tables, and collect the enumerations that their columns use."""

    def __init__(self, tables: Sequence[Table], splits: Sequence[str]) -> None:
        self._tables = {table.name: table for table in tables}
        self._splits = splits
        self._enumerations: dict[str, Meaning] = {}

    def table(self, table: Table) -> Json:
        fields = [
            self._field(table, (), column, table.meanings.get(column.name, Meaning("")))
            for column in table.schema
        ]
        if self._splits and SPLIT not in table.schema.names:
            fields.append(_split(table))
        return {
            **_node("cr:RecordSet", table.name, table.name, table.description),
            "key": {"@id": f"{table.name}/{table.key}"},
            "field": fields,
        }

    def enumerations(self) -> Iterator[Json]:
        return starmap(_enumeration, self._enumerations.items())

    def _field(
        self, table: Table, above: tuple[_Step, ...], column: pa.Field, meaning: Meaning
    ) -> Json:
        """Describe a column, or a field of the objects in it.

        Args:
            table: The table.
            above: The column and the fields that it is inside of.
            column: Its name and type.
            meaning: Its meaning.
        """
        inner = column.type.value_type if pa.types.is_list(column.type) else column.type
        steps = (*above, _Step(column.name, repeated=inner is not column.type))
        name = "/".join((table.name, *(step.name for step in steps)))
        field = _node("cr:Field", name, column.name, meaning.description)
        if steps[-1].repeated:
            field |= {"isArray": True, "arrayShape": "-1"}
        if pa.types.is_struct(inner):
            fields = meaning.fields
            field["subField"] = [
                self._field(table, steps, each, fields.get(each.name, Meaning("")))
                for each in inner
            ]
            return field
        role = meaning.member.role if meaning.member else None
        field["dataType"] = "sc:URL" if role and role.name == "url" else _TYPES[inner]
        field["source"] = _source(table, steps)
        if reference := self._reference(meaning):
            field["references"] = reference
        return field

    def _reference(self, meaning: Meaning) -> Json | None:
        """Return the key that the values of a field refer to, of a table or an enumeration."""
        if meaning.model and meaning.member and meaning.choices:
            name = f"{meaning.model.__name__}.{meaning.member.name}"
            self._enumerations[name] = Meaning.of(meaning.model)[meaning.member.name]
            return {"field": {"@id": f"{name}/name"}}
        if meaning.table == SPLIT and self._splits:
            return {"field": {"@id": f"{SPLIT}/name"}}
        referenced = self._tables.get(meaning.table or "")
        if referenced is None:
            return None
        # The column and not the field that is read from it: mlcroissant 1.1.1 reads no field that
        # refers to one of its own table, of a table without rows, or of one with splits if a split
        # is asked for, and it parses the other table.
        return {"fileSet": {"@id": referenced.files}, "extract": {"column": referenced.key}}


@dataclass(frozen=True, slots=True)
class _Step:
    """Name a step on the way to a value in a column; ``repeated`` if the step is a list."""

    name: str
    repeated: bool


def _source(table: Table, steps: Sequence[_Step]) -> Json:
    """Say where the values of a field are: in a column and, in it, at a JSONPath.

    What is below a list has a JSONPath of its own, which readers apply to each item.
    """
    source: Json = {"fileSet": {"@id": table.files}, "extract": {"column": steps[0].name}}
    first = next((at for at, step in enumerate(steps) if step.repeated), len(steps)) + 1
    if paths := [_path(part) for part in (steps[1:first], steps[first:]) if part]:
        source["transform"] = [{"jsonPath": path} for path in paths]
    return source


def _path(steps: Sequence[_Step]) -> str:
    """Return a JSONPath with a wildcard for the items of each list above the last step.

    The wildcard is `.*` and not `[*]`, which fails in mlcroissant 1.1.1.
    """
    *above, last = steps
    return "".join(
        ("$", *(f".{step.name}{'.*' * step.repeated}" for step in above), f".{last.name}")
    )


def _split(table: Table) -> Json:
    """Describe the split of a row, which is a part of the name of its file.

    Its type says that it is a split. It has no reference: mlcroissant 1.1.1 reads no single split
    of a table that also refers to another one.
    """
    return {
        **_node("cr:Field", f"{table.name}/{SPLIT}", SPLIT, "The split that the row is in."),
        "dataType": ["sc:Text", "cr:Split"],
        "source": {
            "fileSet": {"@id": table.files},
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": rf"^{table.name}-([a-z]+)-.+\.parquet$"},
        },
    }


def _splits(splits: Sequence[str]) -> Json:
    names = {name: _ROLES.get(name) for name in splits}
    return _values(SPLIT, "cr:Split", "The splits of the corpus.", "url", names)


def _enumeration(name: str, meaning: Meaning) -> Json:
    """Describe an enumeration, with the meaning of each value if the description states it."""
    choices = meaning.choices
    found = re.split(rf"\b({'|'.join(choices)}): ", meaning.description)
    stated = dict(zip(found[1::2], (words.strip() for words in found[2::2]), strict=True))
    values = {choice: stated.get(choice) for choice in choices}
    return _values(name, "sc:Enumeration", meaning.description, "description", values)


def _values(
    name: str, kind: str, description: str, second: str, values: Mapping[str, str | None]
) -> Json:
    """Describe a set of values with a second column, unless that is unknown for one of them."""
    columns = ("name", second) if all(values.values()) else ("name",)
    return {
        **_node("cr:RecordSet", name, name, description),
        "dataType": kind,
        "key": {"@id": f"{name}/name"},
        "field": [
            {
                **_node("cr:Field", f"{name}/{column}", column, ""),
                "dataType": "sc:URL" if column == "url" else "sc:Text",
            }
            for column in columns
        ],
        "data": [
            dict(zip((f"{name}/{column}" for column in columns), row, strict=False))
            for row in values.items()
        ],
    }


def _node(kind: str, identifier: str, name: str, description: str) -> Json:
    node = {"@type": kind, "@id": identifier, "name": name}
    return node | {"description": description} if description else node
