"""Make TypeScript declarations from the models.

They say of the types what the JSON Schemas say; lengths, patterns and bounds are for the schemas.
"""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Sequence

from pydantic import BaseModel

from onrecord.schema import RECORD_TYPES, SchemaVersion
from onrecord.schema.shape import ListOf, Member, Scalar, Struct, members, paths

NAME = "onrecord.d.ts"
_TYPES = {str: "string", int: "number", float: "number", bool: "boolean"}


def declarations(version: SchemaVersion) -> str:
    """Return an interface for each model of a version: records, documents, and what is in them."""
    records = [version.models[record_type].__name__ for record_type in RECORD_TYPES]
    about = _comment(["A record that stands alone: a line of JSON Lines, or a row of a table."])
    parts = [
        f"// Types of the records of onrecord schema {version.number}, written by onrecord schema export.\n"
        "// Null and absent are equal.\n",
        f"{about}export type FlatRecord = {' | '.join(records)};\n",
        *map(_interface, _models(version)),
    ]
    return "\n".join(parts)


def _models(version: SchemaVersion) -> list[type[BaseModel]]:
    """Return the models of a version and those inside them, each once, outer ones first."""
    found: dict[type[BaseModel], None] = {}
    for model in version.models.values():
        found[model] = None
        for _, member in paths(model):
            if isinstance(member.inner, Struct):
                found[member.inner.model] = None
    return list(found)


def _interface(model: type[BaseModel]) -> str:
    lines = _comment(inspect.cleandoc(model.__doc__ or "").split("\n"))
    fields = "".join(_field(model, member) for member in members(model))
    return f"{lines}export interface {model.__name__} {{\n{fields}}}\n"


def _field(model: type[BaseModel], member: Member) -> str:
    default = model.model_fields[member.name].default
    about = textwrap.wrap(member.description, 90, break_long_words=False, break_on_hyphens=False)
    if not member.required and isinstance(default, str | int | float):
        about.append(f"@default {json.dumps(default)}")
    type_ = _type(member.shape) + (" | null" if member.nullable or not member.required else "")
    comment = textwrap.indent(_comment(about), "  ")
    return f"{comment}  readonly {member.name}{'' if member.required else '?'}: {type_};\n"


def _type(shape: Scalar | Struct | ListOf) -> str:
    match shape:
        case ListOf(item):
            inner = _type(item)
            return f"readonly ({inner})[]" if "|" in inner else f"readonly {inner}[]"
        case Struct(model):
            return model.__name__
        case Scalar(type=type_, choices=choices):
            words = " | ".join(map(json.dumps, choices)) or _TYPES.get(type_, "string")
            return f"{{ readonly [name: string]: {words} }}" if type_ is dict else words


def _comment(lines: Sequence[str]) -> str:
    safe = [line.replace("*/", "*\\/") for line in lines]
    if len(safe) == 1:
        return f"/** {safe[0]} */\n"
    return "\n".join(["/**", *(f" * {line}".rstrip() for line in safe), " */", ""])
