"""Make JSON Schemas (2020-12) from the models, and the files of `onrecord schema export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from onrecord.schema import VERSIONS, SchemaVersion, typescript
from onrecord.schema.settings import FILES

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def generate(name: str, version: SchemaVersion) -> dict[str, Any]:
    """Generate the JSON Schema of one model of a version."""
    generator = GenerateJsonSchema if version.titled else _Untitled
    urn = f"urn:onrecord:schema:{version.number}:{name}"
    return _schema(version.models[name], urn, generator)


class _Untitled(GenerateJsonSchema):
    """Generate JSON Schemas in which properties have no titles, and constants are required."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # of any
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        schema = field.get("schema", {})
        constant = schema.get("type") == "default" and schema["schema"].get("type") == "literal"
        if constant and schema["schema"]["expected"] == [schema["default"]]:
            return True
        return super().field_is_required(field, total)


def _schema(
    model: type[BaseModel], urn: str, generator: type[GenerateJsonSchema] = _Untitled
) -> dict[str, Any]:
    schema = model.model_json_schema(schema_generator=generator)
    _finish(schema)
    return {
        "$schema": DIALECT,
        "$id": urn,
        "title": schema.pop("title"),
        "description": schema.pop("description"),
        **schema,
    }


def export(folder: Path) -> list[Path]:
    """Write every schema of every version to ``folder/VERSION/NAME.schema.json``, its types for
    TypeScript beside them, and schemas of files that belong to the package to
    ``folder/NAME.schema.json``.
    """
    schemas = {
        folder / version.number / f"{name}.schema.json": generate(name, version)
        for version in VERSIONS.values()
        for name in version.models
    }
    for name, model in FILES.items():
        schemas[folder / f"{name}.schema.json"] = _schema(model, f"urn:onrecord:schema:{name}")
    texts = {
        path: json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for path, schema in schemas.items()
    }
    for version in VERSIONS.values():
        path = folder / version.number / typescript.NAME
        texts[path] = typescript.declarations(version)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(texts)


def _finish(schema: dict[str, Any]) -> None:
    """Say in JSON Schema what Pydantic leaves unsaid, through all parts of a schema."""
    for node in [schema, *schema.get("$defs", {}).values()]:
        required = node.get("required", [])
        for name, field in node.get("properties", {}).items():
            _close_patterns(field)
            if name not in required:
                node["properties"][name] = _nullable(field)


def _nullable(field: dict[str, Any]) -> dict[str, Any]:
    """Let null stand for absent, also where absent means an empty list or a default."""
    if {"type": "null"} in field.get("anyOf", ()):
        return field
    about: dict[str, Any] = {
        key: field.pop(key) for key in ("title", "description", "default") if key in field
    }
    return {"anyOf": [field, {"type": "null"}], **about}


def _close_patterns(node: Any) -> None:
    """Keep a final newline out: in Python, Perl and .NET ``$`` lets one through."""
    if isinstance(node, dict):
        if str(node.get("pattern", "")).endswith("$"):
            node["not"] = {"pattern": "\\n"}
        for key, value in list(node.items()):
            if key != "not":
                _close_patterns(value)
    elif isinstance(node, list):
        for value in node:
            _close_patterns(value)
