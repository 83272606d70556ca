"""Add the formats of import and export to the parser; load a format when it is used."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from onrecord.cli.options import Paths
from onrecord.cli.parser import Parser, add_arguments, add_command, flag, option
from onrecord.errors import need

if TYPE_CHECKING:
    from onrecord.exchange import Formats
    from onrecord.exchange.base import Exporter, Importer

Kind = TypeVar("Kind")


@dataclass(frozen=True, kw_only=True)
class Exchange(Paths):
    """Hold the options of all formats."""

    format: Importer | Exporter
    out: Path = option("where to write", metavar="DIR|FILE", type=Path, required=True)
    force: bool = flag("replace files that exist already")


Options = TypeVar("Options", bound=Exchange)


def add_formats(
    parser: Parser, formats: Formats[Kind], configure: Callable[[Parser, type[Kind]], None]
) -> None:
    """Add formats to those of a command.

    Args:
        parser: The parser of the command.
        formats: The formats by their names.
        configure: Adds the arguments of a format to its parser, if the format is given.
    """
    commands = parser.add_subparsers(metavar="FORMAT", required=True)
    for name, title in formats.titles.items():
        add_command(commands, name, title.rstrip("."), partial(_load, formats, name, configure))


def _load(
    formats: Formats[Kind],
    name: str,
    configure: Callable[[Parser, type[Kind]], None],
    parser: Parser,
) -> None:
    """Load a format, and add its documentation and arguments to its parser."""
    need("validate")
    format_ = formats[name]
    parser.description = inspect.getdoc(format_)
    configure(parser, format_)


def runs_with_format(
    parser: Parser,
    run: Callable[[Options], int],
    options: type[Options],
    format_: type[Importer | Exporter],
    paths: str,
) -> None:
    """Add the arguments of a command for one format, and set the function that it runs.

    Args:
        parser: The parser of the command.
        run: Runs the command, and returns the exit status.
        options: Its options, an `Exchange`; its field ``format`` is an instance of the format.
        format_: The class of the format, created from its own options.
        paths: The help of the paths.
    """
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help=paths)
    shared = fields(Exchange)
    add_arguments(parser, shared)
    _add_own(parser, format_)
    add_arguments(parser, fields(options)[len(shared) :])

    def with_format(given: dict[str, Any]) -> int:
        own = {field.name: given.pop(field.name) for field in fields(format_)}
        return run(options(format=format_(**own), **given))

    parser.set_defaults(run=with_format)


def _add_own(parser: Parser, format_: type[Importer | Exporter]) -> None:
    """Add the arguments of a format's own options."""
    hints = get_type_hints(format_)
    for field in fields(format_):
        kind = hints[field.name]
        choices = [
            choice
            for part in (kind, *get_args(kind))
            if get_origin(part) is Literal
            for choice in get_args(part)
        ]
        default = "" if field.default is None else f" (default: {field.default})"
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            choices=choices or None,
            metavar=field.metadata["metavar"],
            default=field.default,
            type=Path if Path in (kind, *get_args(kind)) else str,
            required=field.metadata.get("required", False),
            help=field.metadata["help"] + default,
        )
