"""Define the records: versions of their Pydantic models, and JSON Schemas.

A version is a value. Nothing else in the package asks which version it has before it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel

from onrecord.errors import did_you_mean
from onrecord.schema import v0

RecordType = Literal["article", "quote", "claim"]
RECORD_TYPES: tuple[RecordType, ...] = ("article", "quote", "claim")


@dataclass(frozen=True)
class SchemaVersion:
    """One version of the schema: its number and its models."""

    number: str
    article: type[v0.Article]
    quote: type[v0.Quote]
    claim: type[v0.Claim]
    document: type[v0.Document]
    corpus: type[v0.CorpusInfo]

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


V0 = SchemaVersion("0.9", v0.Article, v0.Quote, v0.Claim, v0.Document, v0.CorpusInfo)

VERSIONS: Mapping[str, SchemaVersion] = MappingProxyType({V0.number: V0})
CURRENT = V0


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
