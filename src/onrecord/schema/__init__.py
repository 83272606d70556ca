"""Define the records: versions of their Pydantic models, and JSON Schemas.

A version is a value, and all have the same shape: no other code asks which version it deals with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel

from onrecord.errors import did_you_mean
from onrecord.findings import Path as Steps
from onrecord.schema import v0, v1
from onrecord.schema.edits import Edit, edited
from onrecord.schema.v1.upgrade import path_before, upgrade_edits

RecordType = Literal["article", "quote", "claim"]
RECORD_TYPES: tuple[RecordType, ...] = ("article", "quote", "claim")


@dataclass(frozen=True, kw_only=True)
class SchemaVersion:
    """One version of the schema: its number, its models, and how it follows from the one before.

    Attributes:
        number: Its number.
        article: The model of articles, and so on.
        titled: Whether its JSON Schemas have a title for each property.
        derived: Columns that publications add to the tables.
        upgrade_edits: Returns the edits that make a value of a model of the version before one of
            this version.
        path_before: Returns the path that a value has in the version before.
    """

    number: str
    article: type[BaseModel]
    quote: type[BaseModel]
    claim: type[BaseModel]
    document: type[BaseModel]
    corpus: type[BaseModel]
    derived: frozenset[str]
    titled: bool = False
    upgrade_edits: Callable[[type[BaseModel], Mapping[str, Any]], Sequence[Edit]] = lambda *_: ()
    path_before: Callable[[Steps], Steps] = field(default=lambda path: path)

    @cached_property
    def models(self) -> Mapping[str, type[BaseModel]]:
        """Return the models that have a JSON Schema of their own, by name."""
        return MappingProxyType(
            {
                "article": self.article,
                "quote": self.quote,
                "claim": self.claim,
                "document": self.document,
                "corpus": self.corpus,
            }
        )

    @cached_property
    def later(self) -> tuple[SchemaVersion, ...]:
        """The versions after this one, in order."""
        versions = tuple(VERSIONS.values())
        return versions[versions.index(self) + 1 :]

    @property
    def steps(self) -> Iterator[tuple[SchemaVersion, SchemaVersion]]:
        """Pairs of versions that follow each other, from this one to the current one."""
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
    article=v0.Article,
    quote=v0.Quote,
    claim=v0.Claim,
    document=v0.Document,
    corpus=v0.CorpusInfo,
    derived=frozenset((*_WORDS, *_BOUNDS)),
    titled=True,
)
V1 = SchemaVersion(
    number="1.0",
    article=v1.Article,
    quote=v1.Quote,
    claim=v1.Claim,
    document=v1.Document,
    corpus=v1.CorpusInfo,
    derived=frozenset((*_WORDS, *_BOUNDS, "speaker")),
    upgrade_edits=upgrade_edits,
    path_before=path_before,
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
    # If installed, the schemas are beside this file; in a checkout they are in its top folder.
    installed = Path(__file__).parent / "json"
    folder = installed if installed.is_dir() else Path(__file__).parents[3] / "schema"
    path = folder / f"{name}.schema.json"
    if version is not None or not path.is_file():
        path = folder / number / path.name
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema
