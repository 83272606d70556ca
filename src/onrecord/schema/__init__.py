"""Define the records: versions of their Pydantic models, and JSON Schemas.

A version is a value, and all have the same shape: no other code asks which version it deals with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from onrecord.errors import did_you_mean
from onrecord.findings import Path as Steps
from onrecord.schema.edits import Edit, edited

if TYPE_CHECKING:
    from pydantic import BaseModel

RecordType = Literal["article", "quote", "claim"]
RECORD_TYPES: tuple[RecordType, ...] = ("article", "quote", "claim")

# The classes of the models that have a JSON Schema of their own, by its name.
_MODELS = {
    "article": "Article",
    "quote": "Quote",
    "claim": "Claim",
    "document": "Document",
    "corpus": "CorpusInfo",
}


@dataclass(frozen=True, kw_only=True)
class SchemaVersion:
    """Describe a version of the schema: its number, its models, and how it follows from the last.

    Its modules are loaded when they are first used, so that a version that no record has costs
    nothing.

    Attributes:
        number: Its number.
        module: The name of the module with its models.
        derived: Columns that publications add to the tables.
        titled: Whether its JSON Schemas have a title for each property.
        upgrade: The name of the module with the function ``upgrade_edits``, and ``path_before`` if
            paths differ; None for the first version.
    """

    number: str
    module: str
    derived: frozenset[str]
    titled: bool = False
    upgrade: str | None = None

    @cached_property
    def models(self) -> Mapping[str, type[BaseModel]]:
        """Return the models that have a JSON Schema of their own, by its name."""
        module = import_module(self.module)
        return MappingProxyType({name: getattr(module, model) for name, model in _MODELS.items()})

    def upgrade_edits(self, model: type[BaseModel], value: Mapping[str, Any]) -> Sequence[Edit]:
        """Return the edits that make a value of a model of the version before one of this version."""
        edits: Sequence[Edit] = ()
        if self.upgrade is not None:
            edits = import_module(self.upgrade).upgrade_edits(model, value)
        return edits

    def path_before(self, path: Steps) -> Steps:
        """Return the path that a value has in the version before."""
        before = getattr(import_module(self.upgrade), "path_before", None) if self.upgrade else None
        found: Steps = before(path) if before else path
        return found

    @cached_property
    def later(self) -> tuple[SchemaVersion, ...]:
        """Return the versions after this one, in order."""
        versions = tuple(VERSIONS.values())
        return versions[versions.index(self) + 1 :]

    @property
    def steps(self) -> Iterator[tuple[SchemaVersion, SchemaVersion]]:
        """Return pairs of versions that follow each other, from this one to the current one."""
        return pairwise((self, *self.later))

    def to_current(self, name: str, record: BaseModel) -> BaseModel:
        """Return a record or document of this version as one of the current version."""
        for before, version in self.steps:
            value = record.model_dump(exclude_defaults=True)
            edits = version.upgrade_edits(before.models[name], value)
            record = version.models[name].model_validate(edited(value, edits))
        return record

    def own_path(self, path: Steps) -> Steps:
        """Return the path in this version of a value that has a path in the current version."""
        for version in reversed(self.later):
            path = version.path_before(path)
        return path


_WORDS = ("quote", "fingerprint")
_BOUNDS = tuple(
    f"{field}_{end}" for field in ("said", "published", "period") for end in ("from", "to")
)

V0 = SchemaVersion(
    number="0.9",
    module="onrecord.schema.v0.models",
    derived=frozenset((*_WORDS, *_BOUNDS)),
    titled=True,
)
V1 = SchemaVersion(
    number="1.0",
    module="onrecord.schema.v1",
    derived=frozenset((*_WORDS, *_BOUNDS, "speaker")),
    upgrade="onrecord.schema.v1.upgrade",
)

VERSIONS: Mapping[str, SchemaVersion] = MappingProxyType({V0.number: V0, V1.number: V1})
CURRENT = V1


def json_schema(name: str, version: str | None = None) -> dict[str, Any]:
    """Return the published JSON Schema (2020-12) of a record, the document or the corpus file.

    Args:
        name: ``article``, ``quote``, ``claim``, ``document`` or ``corpus``.
        version: A schema version, such as ``0.9``; by default the current one. For the corpus file,
            the default is the schema of this package, which has more fields than that of a version.

    Raises:
        ValueError: The version, or the name in this version, does not exist.
    """
    number = version or CURRENT.number
    if number not in VERSIONS:
        raise ValueError(f"no schema version {version!r}; there is {', '.join(VERSIONS)}")
    if name not in (models := VERSIONS[number].models):
        advice = did_you_mean(name, models) or f"there is {', '.join(models)}"
        raise ValueError(f"no schema named {name!r} in {number}; {advice}")
    from importlib.resources import files

    # If installed, maybe as a zip file, they are in the package; in a checkout in its top folder.
    installed = files("onrecord.schema") / "json"
    folder = installed if installed.is_dir() else Path(__file__).parents[3] / "schema"
    path = folder / f"{name}.schema.json"
    if version is not None or not path.is_file():
        path = folder / number / path.name
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema
