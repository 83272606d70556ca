"""``onrecord schema``: list, show, compare or export the JSON Schemas."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.cli.exits import DONE, FINDINGS, USAGE
from onrecord.cli.options import format_option
from onrecord.cli.parser import (
    Parser,
    add_command,
    argument,
    flag,
    option,
    with_actions,
    with_options,
)
from onrecord.cli.printing import complain, say
from onrecord.errors import InputError

if TYPE_CHECKING:
    from onrecord.schema.compare import Comparison


@dataclass(frozen=True, kw_only=True)
class ListOptions:
    """Hold no options: the command has none."""


@dataclass(frozen=True, kw_only=True)
class _ShowOptions:
    name: str = argument("NAME", "article, quote, claim, document or corpus")
    schema_version: str | None = option("default: the current one", metavar="VERSION")


@dataclass(frozen=True, kw_only=True)
class _ExportOptions:
    out: Path = option("default: schema", metavar="DIR", type=Path, default=Path("schema"))


@dataclass(frozen=True, kw_only=True)
class _DiffOptions:
    old: str = argument("OLD", "a version, or a folder of files NAME.schema.json")
    new: str = argument("NEW", "a version, or a folder of files NAME.schema.json")
    format: str = format_option("text", "json")
    descriptions: bool = flag(
        "print the old and the new text of descriptions that differ; json has them always"
    )
    at_most: str | None = option(
        "fail if the step from OLD to NEW is larger", choices=("none", "patch", "minor", "major")
    )


@with_options(ListOptions)
def _list(options: ListOptions) -> int:
    from onrecord.schema import CURRENT, VERSIONS

    for version in VERSIONS.values():
        current = " (current)" if version is CURRENT else ""
        print(f"{version.number}{current}: {', '.join(version.models)}")
    return DONE


@with_options(_ShowOptions, "onrecord schema show quote")
def _show(options: _ShowOptions) -> int:
    from onrecord.schema import json_schema

    try:
        schema = json_schema(options.name, options.schema_version)
    except ValueError as error:
        complain(error)
        return USAGE
    print(json.dumps(schema, indent=2, ensure_ascii=False))
    return DONE


@with_options(_ExportOptions, "onrecord schema export --out schema")
def _export(options: _ExportOptions) -> int:
    from onrecord.schema.export import export

    try:
        written = export(options.out)
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}") from None
    say(f"wrote {len(written)} files to {options.out}")
    return DONE


@with_options(
    _DiffOptions,
    "onrecord schema diff 0.9 1.0\nonrecord schema diff released/1.0 schema/1.0 --at-most minor",
    "0, or 1 if the step is larger than --at-most allows",
)
def _diff(options: _DiffOptions) -> int:
    from onrecord.schema.compare import STEPS, compare

    found = compare(options.old, options.new)
    if options.format == "json":
        print(json.dumps(_as_json(found), indent=2, ensure_ascii=False))
    else:
        _print_text(found, descriptions=options.descriptions)
    if options.at_most and STEPS.index(found.step) > STEPS.index(options.at_most):
        complain(f"the step from {found.old} to {found.new} is {found.step}, not {options.at_most}")
        return FINDINGS
    return DONE


@with_actions("onrecord schema list")
def command(parser: Parser) -> None:
    """Add the actions of the command."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add_command(actions, "list", "list the versions and their schemas", _list)
    add_command(actions, "show", "print a JSON Schema", _show)
    what = "compare two versions: what becomes valid, and what no longer is"
    add_command(actions, "diff", what, _diff)
    what = "write all JSON Schemas, and their types for TypeScript, to a folder"
    add_command(actions, "export", what, _export)


def _as_json(found: Comparison) -> dict[str, object]:
    changes = []
    for change in found.changes:
        entry: dict[str, object] = {
            "where": change.where,
            "what": change.what,
            "relation": change.relation,
            "breaks_producers": change.breaks_producers,
            "breaks_consumers": change.breaks_consumers,
        }
        if change.descriptions:
            entry |= zip(("old_description", "new_description"), change.descriptions, strict=True)
        changes.append(entry)
    return {"old": found.old, "new": found.new, "step": found.step, "changes": changes}


def _print_text(found: Comparison, *, descriptions: bool) -> None:
    say(f"{found.old} to {found.new}: {f'a {found.step} step' if found.changes else 'the same'}")
    rows = [change for change in found.changes if not change.descriptions]
    if rows:
        print(f"\n{'relation':<8}  {'breaks':<20}  change")
    for change in rows:
        sides = {"producers": change.breaks_producers, "consumers": change.breaks_consumers}
        breaks = ", ".join(side for side, broken in sides.items() if broken) or "-"
        say(f"{change.relation:<8}  {breaks:<20}  {change.where}: {change.what}")
    words = [(change.where, change.descriptions) for change in found.changes if change.descriptions]
    if not words:
        return
    print()
    if not descriptions:
        names = ", ".join(where for where, _ in words)
        say(f"described differently (--descriptions prints the texts): {names}")
        return
    for where, (old, new) in words:
        say(f"described differently: {where}")
        say(f"  old: {old or '-'}")
        say(f"  new: {new or '-'}")
