"""Compare two versions of the schema by meaning: which records each of them accepts.

A change is *wider* if all records that the old version accepts remain valid and others become valid,
*narrower* if it is the reverse, and *both* if neither version accepts all records of the other. What
is narrower breaks producers, who write records; what is wider breaks consumers, who read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from onrecord.errors import InputError, need, system_errors
from onrecord.findings import Path as Steps
from onrecord.schema import CURRENT, VERSIONS
from onrecord.schema.differences import Change, Differences, JsonSchema
from onrecord.schema.export import generate

Step = Literal["major", "minor", "patch", "none"]
STEPS: tuple[Step, ...] = ("none", "patch", "minor", "major")

# The id of an exported schema.
_URN = re.compile(r"urn:onrecord:schema:([0-9]+[.][0-9]+):")


@dataclass(frozen=True, slots=True)
class Comparison:
    """List all differences between two versions.

    Attributes:
        old: The name of the old version, and so on.
        changes: The differences, in the order of objects and fields.
    """

    old: str
    new: str
    changes: tuple[Change, ...]

    @property
    def step(self) -> Step:
        """Return the step by which the version number rises (Semantic Versioning 2.0.0)."""
        if any(change.breaks_producers for change in self.changes):
            return "major"
        if any(change.breaks_consumers for change in self.changes):
            return "minor"
        return "patch" if self.changes else "none"


def compare(old: str, new: str) -> Comparison:
    """Compare two versions, each a number such as ``0.9`` or a folder of JSON Schemas.

    Raises:
        InputError: There is no such version or folder, or it contains something else.
        MissingExtraError: The package that compares patterns is not installed.
    """
    need("validate")
    olds, news = _schemas(old), _schemas(new)
    differences = Differences(_path_before(_number(olds), _number(news)))
    for name in dict.fromkeys([*CURRENT.models, *olds, *news]):
        if name in olds and name in news:
            differences.root(name, olds[name], news[name])
        elif name in olds:
            differences.add(name, "removed", "narrower")
        elif name in news:
            differences.add(name, "added", "wider")
    return Comparison(old, new, tuple(differences.changes))


def _path_before(old: str, new: str) -> Callable[[Steps], Steps]:
    """Return a function from a path in the new version to that in the old one."""
    numbers = list(VERSIONS)
    between: list[str] = []
    if old in numbers and new in numbers:
        between = numbers[numbers.index(old) + 1 : numbers.index(new) + 1]

    def before(path: Steps) -> Steps:
        for number in reversed(between):
            path = VERSIONS[number].path_before(path)
        return path

    return before


def _number(schemas: Mapping[str, JsonSchema]) -> str:
    """Return the version that the ids of schemas name, or nothing."""
    ids = (_URN.match(str(schema.get("$id"))) for schema in schemas.values())
    return next((found[1] for found in ids if found), "")


def _schemas(named: str) -> dict[str, JsonSchema]:
    """Return the JSON Schemas of a version or a folder by name."""
    if version := VERSIONS.get(named):
        return {name: generate(name, version) for name in version.models}
    found = {
        path.name.removesuffix(".schema.json"): _read(path)
        for path in sorted(Path(named).glob("*.schema.json"))
    }
    if not found:
        versions = ", ".join(VERSIONS)
        raise InputError(
            f"{named} is neither a version of the schema ({versions}) nor a folder that contains "
            "files named NAME.schema.json"
        )
    return found


class _Node(BaseModel):
    """Hold the keywords of a JSON Schema that comparisons need, with values that they can have."""

    model_config = ConfigDict(strict=True)

    properties: dict[str, _Node] = {}
    definitions: dict[str, _Node] = Field({}, alias="$defs")
    ref: str = Field("", alias="$ref")
    required: list[str] = []
    enum: list[Any] = []
    any_of: list[_Node] = Field([], alias="anyOf")
    items: _Node | None = None
    pattern: str = ""
    maximum: float = 0
    minimum: float = 0
    max_length: int = Field(0, alias="maxLength")
    min_length: int = Field(0, alias="minLength")
    max_items: int = Field(0, alias="maxItems")
    min_items: int = Field(0, alias="minItems")

    def refs(self) -> set[str]:
        """Return all references in it."""
        inner = [*self.properties.values(), *self.definitions.values(), *self.any_of]
        inner += [self.items] if self.items else []
        return {self.ref}.union(*(node.refs() for node in inner)) - {""}


def _read(path: Path) -> JsonSchema:
    """Read a JSON Schema, and check that it can be compared."""
    try:
        with system_errors(path):
            schema: JsonSchema = json.loads(path.read_bytes())
        node = _Node.model_validate(schema)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the top"
        raise InputError(
            f"{path}: this is no JSON Schema that can be compared: at {place}: {first['msg']}"
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: this is no JSON: {error}") from None
    if missing := node.refs() - {f"#/$defs/{name}" for name in node.definitions}:
        raise InputError(f"{path}: {min(missing)} is referred to, but not in the file")
    return schema
