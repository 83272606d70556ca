"""Describe every command from its parser, in the same way with every version of Python."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from onrecord.cli.parser import Parser, root_parser
from onrecord.exchange import EXPORTERS, IMPORTERS, Formats

# The actions of these commands are formats, which have pages of their own.
_FORMATS: Mapping[str, Formats[Any]] = {"onrecord import": IMPORTERS, "onrecord export": EXPORTERS}


def page() -> Iterator[str]:
    """Yield the lines of the page."""
    yield from ("# Commands", "")
    yield (
        "Every command and its options, as `onrecord COMMAND --help` prints them. Without another "
        "meaning, the exit status is 0 if all is well, 1 if there is something to report, 2 for wrong "
        "usage, and 3 if something could not be read or written."
    )
    commands = _actions(root_parser())
    yield from ("", "| command | what it does |", "|---|---|")
    for name, parser in commands.items():
        yield f"| [{name}](#onrecord-{name}) | {_escape(parser.description or '')} |"
    for parser in commands.values():
        yield from _command(parser, "##")


def _command(parser: Parser, heading: str) -> Iterator[str]:
    _configured(parser)
    usage = " ".join((parser.prog, *_usage(parser)))
    yield from ("", f"{heading} {parser.prog}", "", _escape(parser.description or ""))
    yield from ("", "```text", usage, "```")
    formats = _FORMATS.get(parser.prog)
    if formats is None:
        yield from _table(parser)
    else:
        first, *_ = formats
        yield from ("", "| format | |", "|---|---|")
        for name, title in formats.titles.items():
            yield f"| [{name}](exchange/{name}.md) | {_escape(title)} |"
        yield from ("", "All formats have these options. The page of a format lists its own.")
        own = {field.name for field in fields(formats[first])}
        yield from _table(_configured(_actions(parser)[first]), without=own)
    yield from _notes(parser.epilog or "")
    if formats is None:
        for action in _actions(parser).values():
            yield from _command(action, "###")


def _configured(parser: Parser) -> Parser:
    """Return a parser with its arguments, which are added when it is first used."""
    if parser.configure:
        configure, parser.configure = parser.configure, None
        configure(parser)
    return parser


def _arguments(parser: Parser) -> list[argparse.Action]:
    return [one for one in parser._actions if one.help != argparse.SUPPRESS]  # noqa: SLF001


def _actions(parser: Parser) -> dict[str, Parser]:
    """Return the commands that a parser selects from, by their names."""
    found = [one.choices for one in _arguments(parser) if one.nargs == argparse.PARSER]
    return dict(found[0]) if found else {}  # type: ignore[arg-type]  # a parser's choices are parsers


def _usage(parser: Parser) -> Iterator[str]:
    """Yield what follows the name of a command, the required options one by one."""
    arguments = _arguments(parser)
    required = [one for one in arguments if one.option_strings and one.required]
    if len(required) < sum(bool(one.option_strings) for one in arguments):
        yield "[OPTIONS]"
    yield from map(_flag, required)
    repeated = {"?": "[{}]", "*": "[{} …]", "+": "{} …"}
    for one in arguments:
        if not one.option_strings:
            yield repeated.get(str(one.nargs), "{}").format(one.metavar or one.dest.upper())


def _flag(argument: argparse.Action) -> str:
    """Return an option as it is written, with the name of its value, or the name of an argument."""
    value = str(argument.metavar or argument.dest.upper().replace("_", "-"))
    if argument.nargs == 0:
        return ", ".join(argument.option_strings)
    return " ".join(filter(None, (", ".join(argument.option_strings), value)))


def _table(parser: Parser, without: frozenset[str] | set[str] = frozenset()) -> Iterator[str]:
    rows = [
        f"| `{_flag(one).replace('|', '` or `')}` | {_cell(_escape(_help(one)))} |"
        for one in _arguments(parser)
        if one.nargs != argparse.PARSER and one.dest not in {*without, "help"}
    ]
    if rows:
        yield from ("", "| argument | meaning |", "|---|---|", *rows)


def _help(argument: argparse.Action) -> str:
    choices = ", ".join(map(str, argument.choices or ()))
    about = (argument.help or "") % vars(argument)
    return "; ".join(filter(None, (choices and f"one of {choices}", about)))


def _notes(epilog: str) -> Iterator[str]:
    """Yield the examples of a command, and the meaning of its exit status."""
    for part in filter(None, epilog.split("\n\n")):
        title, _, body = part.partition("\n")
        if title == "examples:":
            yield from ("", "```sh", *(line.removeprefix("  ") for line in body.split("\n")), "```")
        else:
            yield from ("", _escape(part[0].upper() + part[1:]))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def _escape(text: str) -> str:
    """Escape what Markdown would interpret in plain text."""
    for sign in r"\*_<>[]":
        text = text.replace(sign, f"\\{sign}")
    return text
