"""Generate JSON Schemas (2020-12) from the models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from onrecord.schema import VERSIONS, SchemaVersion
from onrecord.schema.settings import FILES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def generate(name: str, version: SchemaVersion) -> dict[str, Any]:
    """Generate the JSON Schema of one model of a version."""
    return _schema(version.models[name], f"urn:onrecord:schema:{version.number}:{name}")


def _schema(model: type[BaseModel], urn: str) -> dict[str, Any]:
    schema = model.model_json_schema(schema_generator=GenerateJsonSchema)
    _finish(schema)
    return {
        "$schema": DIALECT,
        "$id": urn,
        "title": schema.pop("title"),
        "description": schema.pop("description"),
        **schema,
    }


def export(folder: Path) -> list[Path]:
    """Write all schemas: ``folder/VERSION/NAME.schema.json`` for records,
    ``folder/NAME.schema.json`` for files of the package.
    """
    schemas = {
        folder / version.number / f"{name}.schema.json": generate(name, version)
        for version in VERSIONS.values()
        for name in version.models
    }
    for name, model in FILES.items():
        schemas[folder / f"{name}.schema.json"] = _schema(model, f"urn:onrecord:schema:{name}")
    for path, schema in schemas.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(schemas)


def _finish(schema: dict[str, Any]) -> None:
    """Add to a JSON Schema, at all levels, what Pydantic leaves out."""
    for node in [schema, *schema.get("$defs", {}).values()]:
        required = node.get("required", [])
        for name, field in node.get("properties", {}).items():
            _close_patterns(field)
            if name not in required:
                node["properties"][name] = _nullable(field)


def _nullable(field: dict[str, Any]) -> dict[str, Any]:
    """Allow null for an absent value, even if absent means an empty list or a default."""
    if {"type": "null"} in field.get("anyOf", ()):
        return field
    about: dict[str, Any] = {
        key: field.pop(key) for key in ("title", "description", "default") if key in field
    }
    return {"anyOf": [field, {"type": "null"}], **about}


def _close_patterns(node: Any) -> None:
    """Change patterns so that no final newline is accepted: in Python, Perl and .NET ``$`` accepts
    one.
    """
    if isinstance(node, dict):
        if str(node.get("pattern", "")).endswith("$"):
            node["not"] = {"pattern": "\\n"}
        for key, value in list(node.items()):
            if key != "not":
                _close_patterns(value)
    elif isinstance(node, list):
        for value in node:
            _close_patterns(value)
