"""``onrecord schema``: list, show or export the JSON Schemas."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import DONE, USAGE
from onrecord.cli.parser import Parser, add_command, add_notes, runs
from onrecord.cli.printing import complain, say
from onrecord.errors import InputError


@dataclass(frozen=True, kw_only=True)
class ListOptions:
    """No options."""


@dataclass(frozen=True, kw_only=True)
class ShowOptions:
    """The options of ``schema show``; their help says what they mean."""

    name: str
    schema_version: str | None


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """The options of ``schema export``; their help says what they mean."""

    out: Path


def configure(parser: Parser) -> None:
    """Add the actions of the command."""
    add_notes(parser, "onrecord schema list")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add_command(actions, "list", "list the versions and their schemas", _configure_list)
    add_command(actions, "show", "print a JSON Schema", _configure_show)
    add_command(actions, "export", "write all JSON Schemas to a folder", _configure_export)


def _configure_list(parser: Parser) -> None:
    runs(parser, _list, ListOptions)


def _configure_show(parser: Parser) -> None:
    add_notes(parser, "onrecord schema show quote")
    runs(parser, _show, ShowOptions)
    parser.add_argument("name", metavar="NAME", help="article, quote, claim, document or corpus")
    parser.add_argument("--schema-version", metavar="VERSION", help="default: the current one")


def _configure_export(parser: Parser) -> None:
    add_notes(parser, "onrecord schema export --out schema")
    runs(parser, _export, ExportOptions)
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=Path("schema"), help="default: schema"
    )


def _list(options: ListOptions) -> int:
    from onrecord.schema import CURRENT, VERSIONS

    for version in VERSIONS.values():
        current = " (current)" if version is CURRENT else ""
        print(f"{version.number}{current}: {', '.join(version.models)}")
    return DONE


def _show(options: ShowOptions) -> int:
    from onrecord.schema import json_schema

    try:
        schema = json_schema(options.name, options.schema_version)
    except ValueError as error:
        complain(error)
        return USAGE
    print(json.dumps(schema, indent=2, ensure_ascii=False))
    return DONE


def _export(options: ExportOptions) -> int:
    from onrecord.schema.export import export

    try:
        written = export(options.out)
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from None
    say(f"wrote {len(written)} schemas to {options.out}")
    return DONE
