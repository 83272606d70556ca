"""Add the formats of import and export to the parser; load a format when it is used."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from onrecord.cli.options import Paths, add_paths
from onrecord.cli.parser import Parser, add_command, runs
from onrecord.errors import need

if TYPE_CHECKING:
    from onrecord.exchange import Exporter, Formats, Importer

Kind = TypeVar("Kind")
Options = TypeVar("Options")


@dataclass(frozen=True, kw_only=True)
class Exchange(Paths):
    """The options of all formats.

    Attributes:
        out: The file or folder to write.
        force: Whether existing files are replaced.
    """

    out: Path
    force: bool


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
    options: Callable[..., Options],
    format_: type[Importer | Exporter],
) -> None:
    """Set the function that a parser's command runs; its options contain an instance of the format.

    Args:
        parser: The parser of the command.
        run: Runs the command.
        options: Creates the options of the command; its argument ``format`` is the format.
        format_: The class of the format, created from its own options.
    """

    def with_format(**given: Any) -> Options:
        own = {field.name: given.pop(field.name) for field in fields(format_)}
        return options(format=format_(**own), **given)

    runs(parser, run, with_format)


def add_exchange(parser: Parser, paths: str, format_: type[Importer | Exporter]) -> None:
    """Add the arguments of `Exchange`, with a help text for the paths, and those of a format."""
    add_paths(parser, "PATH", paths)
    parser.add_argument(
        "--out", metavar="DIR|FILE", type=Path, required=True, help="where to write"
    )
    parser.add_argument("--force", action="store_true", help="replace files that exist already")
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
