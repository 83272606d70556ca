"""Describe the structure of models as plain values.

Everything that is derived from the models (Arrow schemas, the views that rules query, the field
reference) is derived from these shapes, so that a new field needs no further code.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from onrecord.schema.fields import Role


@dataclass(frozen=True, slots=True)
class Scalar:
    """Describe a string, number or boolean; or a mapping from names to strings, of type ``dict``.

    ``maximum`` is the largest number, if it is limited; ``pattern`` is what a string must match.
    """

    type: type
    choices: tuple[str, ...] = ()
    maximum: int | float | None = None
    pattern: str | None = None

    @property
    def kind(self) -> str:
        """Return the name of the type in the reference and on a card."""
        return {
            str: "text",
            int: "integer",
            float: "number",
            bool: "true or false",
            dict: "mapping",
        }[self.type]


@dataclass(frozen=True, slots=True)
class Struct:
    """Describe an object of the given model."""

    model: type[BaseModel]


@dataclass(frozen=True, slots=True)
class ListOf:
    """Describe a list of one shape."""

    item: Scalar | Struct


Shape = Scalar | Struct | ListOf


@dataclass(frozen=True, slots=True)
class Member:
    """Describe a field of a model.

    ``nullable`` is true if null remains null. A list or a status that may be left out is not
    nullable, since it is then empty or has its default.
    """

    name: str
    shape: Shape
    nullable: bool
    required: bool
    role: Role | None
    description: str

    @property
    def inner(self) -> Scalar | Struct:
        """Return the shape of its value, or of the items if it is a list."""
        return self.shape.item if isinstance(self.shape, ListOf) else self.shape


@cache
def members(model: type[BaseModel]) -> tuple[Member, ...]:
    """Return the fields of a model, in order."""
    return tuple(_member(name, info) for name, info in model.model_fields.items())


def paths(model: type[BaseModel]) -> Iterator[tuple[tuple[str, ...], Member]]:
    """Yield every field of a model and of the objects inside it, with its path.

    A list is a name that ends in ``[]``: ``("content[]", "exact")``.
    """
    for member in members(model):
        step = f"{member.name}[]" if isinstance(member.shape, ListOf) else member.name
        yield (step,), member
        if isinstance(member.inner, Struct):
            for rest, below in paths(member.inner.model):
                yield (step, *rest), below


def _member(name: str, info: FieldInfo) -> Member:
    annotation: Any = info.annotation
    metadata = list(info.metadata)
    nullable = False
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
        nullable = True
    annotation, inner = _unwrap(annotation)
    metadata += inner
    shape: Shape
    if get_origin(annotation) is tuple:
        item, inner = _unwrap(get_args(annotation)[0])
        metadata += inner
        shape = ListOf(_single(item, inner))
    else:
        shape = _single(annotation, metadata)
    return Member(
        name,
        shape,
        nullable,
        info.is_required() or is_constant(info),
        next((part for part in metadata if isinstance(part, Role)), None),
        info.description or "",
    )


@cache
def constants(model: type[BaseModel]) -> frozenset[str]:
    """Return the names of a model's fields that have only one value, and are required in files."""
    return frozenset(name for name, info in model.model_fields.items() if is_constant(info))


def is_constant(info: FieldInfo) -> bool:
    """Return whether a field has only one value, which Python code may leave out and files must not."""
    return get_origin(info.annotation) is Literal and get_args(info.annotation) == (info.default,)


def _unwrap(annotation: Any) -> tuple[Any, list[Any]]:
    metadata: list[Any] = []
    while get_origin(annotation) is Annotated:
        annotation, *extra = get_args(annotation)
        for part in extra:
            metadata += part.metadata if isinstance(part, FieldInfo) else [part]
    return annotation, metadata


def _single(annotation: Any, metadata: list[Any]) -> Scalar | Struct:
    if get_origin(annotation) is Literal:
        return Scalar(str, choices=get_args(annotation))
    if get_origin(annotation) is dict:
        return Scalar(dict, choices=get_args(get_args(annotation)[1]))
    if issubclass(annotation, BaseModel):
        return Struct(annotation)
    maximum = next((part.le for part in metadata if hasattr(part, "le")), None)
    pattern = next((part.pattern for part in metadata if getattr(part, "pattern", None)), None)
    return Scalar(annotation, maximum=maximum, pattern=pattern)
