"""Validate a record with Pydantic, and convert its errors into problems of the checks."""

from __future__ import annotations

import difflib
import json
import math
from functools import cache, lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from onrecord.display import shorten
from onrecord.errors import closest
from onrecord.findings import Fact, Path, Problem, path_text
from onrecord.language.tags import is_spelling, valid_language
from onrecord.rules import reading
from onrecord.rules.base import Check
from onrecord.schema.fields import MEANING
from onrecord.schema.shape import ListOf, Scalar, Shape, Struct, constants, members

Model = TypeVar("Model", bound=BaseModel)


# Names of models in messages, if they differ from the name of the class.
_NAMES = {
    "DocumentQuote": "the quote",
    "DocumentClaim": "the claim",
    "CorpusFile": "the corpus",
}


def validate(model: type[Model], text: str | bytes) -> Model | list[Problem]:
    """Validate the record in a JSON text; return it, or the problems."""
    try:
        record = model.model_validate_json(text)
    except ValidationError as error:
        return _problems(model, error)
    # Python code may leave out constants, such as the version of the schema; files must not.
    left_out = constants(model) - record.model_fields_set
    return [_missing(model, (), field) for field in sorted(left_out)] or record


def _problems(model: type[BaseModel], error: ValidationError) -> list[Problem]:
    errors = error.errors(include_url=False)
    # A list is also called too short if none of its items is valid.
    around = {each["loc"][:length] for each in errors for length in range(len(each["loc"]))}
    errors = [each for each in errors if each["type"] != "too_short" or each["loc"] not in around]
    missing: dict[Path, list[str]] = {}
    for each in errors:
        if each["type"] == "missing":
            missing.setdefault(each["loc"][:-1], []).append(str(each["loc"][-1]))
    unknown: dict[Path, dict[str, object]] = {}
    for each in errors:
        if each["type"] == "extra_forbidden":
            unknown.setdefault(each["loc"][:-1], {})[str(each["loc"][-1])] = each["input"]
    problems = []
    for parent, values in unknown.items():
        lacking = missing.get(parent, [])
        renamed = _renamed(list(values), lacking)
        problems += [
            _unknown(model, parent, field, renamed.get(field), value)
            for field, value in values.items()
        ]
        missing[parent] = [field for field in lacking if field not in renamed.values()]
    for parent, fields in missing.items():
        problems += [_missing(model, parent, field) for field in fields]
    problems += [
        _unfit(model, each) for each in errors if each["type"] not in ("missing", "extra_forbidden")
    ]
    return problems


# Names that are compared with those of fields: of one object no more than so many, and none that is
# longer than this. No field has such a name, and comparing takes long.
_COMPARED = 20
_LONGEST = 64


def _renamed(unknown: list[str], missing: list[str]) -> dict[str, str]:
    """Map unknown fields to the missing fields that they were probably meant to be.

    A renamed field is one mistake, and is reported as one.
    """
    unknown = [field for field in unknown if len(field) <= _LONGEST][:_COMPARED]
    pairs = sorted(
        ((difflib.SequenceMatcher(None, a, b).ratio(), a, b) for a in unknown for b in missing),
        key=lambda pair: -pair[0],
    )
    renamed: dict[str, str] = {}
    for _, field, meant in pairs:
        if field not in renamed and meant not in renamed.values():
            renamed[field] = meant
    return renamed


def _unknown(
    model: type[BaseModel], parent: Path, field: str, meant: str | None, value: object
) -> Problem:
    known = tuple(member.name for member in members(_model_at(model, parent)))
    if meant is None and len(field) <= _LONGEST:
        meant = _closest(field, known)
    advice = f"did you mean {meant}?" if meant else f"delete it, or use one of: {', '.join(known)}"
    facts: dict[str, Fact] = {
        "field": field,
        "parent": _name(model, parent),
        "meant": meant,
        "advice": advice,
    }
    if meant and isinstance(value, str | int | float | bool):
        facts["value"] = value
    return Problem(reading.UnknownField, facts=facts, path=(*parent, field), at_key=True)


# The same unknown name is often in many records.
_closest = lru_cache(4096)(closest)


@lru_cache(4096)
def _missing(model: type[BaseModel], parent: Path, field: str) -> Problem:
    member = next(one for one in members(_model_at(model, parent)) if one.name == field)
    description = member.description[0].lower() + member.description[1:].rstrip(".")
    facts: dict[str, Fact] = {
        "field": field,
        "parent": _name(model, parent),
        "description": description,
    }
    return Problem(reading.MissingField, facts=facts, path=parent)


def _unfit(model: type[BaseModel], error: Any) -> Problem:
    path: Path = error["loc"]
    field = path_text(path) or _name(model, path)
    kind = error["type"]
    context = error.get("ctx", {})
    check: type[Check] = reading.NotAllowed
    found = _found(error["input"])
    language = None
    if "pattern" in context:
        expected = MEANING[context["pattern"]]
        language = valid_language(error["input"]) if "language tag" in expected else None
    elif kind == "literal_error":
        expected = _choices(model, path)
    elif kind in ("too_short", "string_too_short"):
        expected = "at least one" if kind == "too_short" else "at least one character"
        found = "empty"
    elif kind == "string_too_long":
        expected = f"at most {context['max_length']} characters"
        found = f"{len(error['input'])} characters long"
    elif kind in ("greater_than_equal", "less_than_equal", "finite_number"):
        expected = _range(model, path)
    else:
        check, expected = reading.WrongType, _type(_shape_at(model, path))
        found = "empty" if not path and error["input"] is None else found
    facts: dict[str, Fact] = {"field": field, "found": found, "expected": expected}
    if kind == "literal_error":
        facts |= _meant(model, path, error["input"])
    if language:
        facts |= {"meant" if is_spelling(error["input"], language) else "near": language}
    return Problem(check, facts=facts, path=path)


def _found(value: object) -> str:
    if isinstance(value, str):
        return f'"{shorten(value)}"'
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "null"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return shorten(json.dumps(value))


def _name(model: type[BaseModel], path: Path) -> str:
    if path:
        return path_text(path)
    return _NAMES.get(model.__name__, f"the {model.__name__.lower()}")


@cache
def _shape_at(model: type[BaseModel], path: Path) -> Shape:
    shape: Shape = Struct(model)
    for step in path:
        if isinstance(shape, ListOf) and isinstance(step, int):
            shape = shape.item
        elif isinstance(shape, Struct):
            shape = next(one.shape for one in members(shape.model) if one.name == step)
    return shape


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel]:
    shape = _shape_at(model, path)
    return shape.model if isinstance(shape, Struct) else model


def _choices(model: type[BaseModel], path: Path) -> str:
    shape = _shape_at(model, path)
    choices = shape.choices if isinstance(shape, Scalar) else ()
    return "one of " + ", ".join(choices) if len(choices) > 1 else f'"{choices[0]}"'


def _meant(model: type[BaseModel], path: Path, value: object) -> dict[str, Fact]:
    """Return the value that was meant: but for case, spaces and hyphens, else the nearest."""
    shape = _shape_at(model, path)
    if not isinstance(shape, Scalar) or not isinstance(value, str):
        return {}
    plain = value.strip().casefold().replace(" ", "_").replace("-", "_")
    if plain in shape.choices:
        return {"meant": plain}
    near = closest(value, map(str, shape.choices))
    return {"near": near} if near else {}


def _range(model: type[BaseModel], path: Path) -> str:
    shape = _shape_at(model, path)
    maximum = shape.maximum if isinstance(shape, Scalar) else None
    return f"a number from 0 to {maximum}"


def _type(shape: Shape) -> str:
    if isinstance(shape, ListOf):
        return "a list"
    if isinstance(shape, Struct):
        return "a mapping of " + ", ".join(one.name for one in members(shape.model))
    return {
        str: "text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        dict: "a mapping",
    }[shape.type]
