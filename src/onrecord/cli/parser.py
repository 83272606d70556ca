"""Build the parser of the command line; load the module of a command when it is used."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import Field, field, fields
from functools import partial
from importlib import import_module
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from onrecord.display import escape_for_display
from onrecord.errors import did_you_mean
from onrecord.version import __version__

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Options = TypeVar("Options", bound="DataclassInstance")

# For each command, what it does. The module of this package that has its name runs it, if it may be one.
COMMANDS = {
    "init": "start a corpus: corpus.yaml, folders, and files for git and CI",
    "new": "draft a document for a text: its quotes, with proposals for cues and speakers",
    "validate": "check records, and say what is wrong and how to fix it",
    "anchor": "find the words of spans in the text, and fill in their offsets",
    "dehydrate": "withhold the words that rights do not allow to be passed on",
    "hydrate": "restore withheld words from the texts, and prove them by their digests",
    "explain": "explain what a check finds, with an example; without a code, list all checks",
    "rules": "list all checks: code, severity and what each finds, by family",
    "diff": "compare two publications, folders of records, or git revisions",
    "publish": "validate a corpus, and write it as Parquet with a dataset card",
    "stats": "count what is in a corpus: the statistics of its dataset card",
    "push": "send a publication to the Hugging Face Hub: one commit, one tag per version",
    "pull": "turn a publication back into record files, from a folder or the Hub",
    "verify": "check that every byte of a publication is as it was published",
    "show": "print an article in the terminal, with who says what and what it claims",
    "site": "build pages that show the articles, who said what, and what it claims",
    "import": "read files of another format as records, and say what is wrong with them",
    "export": "write records in another format; what rights withhold is withheld there too",
    "compare": "measure how two annotations of the same texts agree, and list their differences",
    "upgrade": "rewrite records of earlier versions of the schema by the current one",
    "schema": "list, show, compare or export the JSON Schemas",
    "completion": "print the script with which a shell completes the command line",
}
MODULES = {"import": "importing", "export": "exporting"}


class Parser(argparse.ArgumentParser):
    """Parse arguments; suggest what a mistyped command, option or value was probably meant to be.

    Arguments are escaped in error messages.

    Attributes:
        configure: Adds the arguments. It is called when the parser is first used, so that a command
            or format is loaded only if it is needed.
    """

    configure: Callable[[Parser], None] | None = None

    def build(self) -> None:
        """Add the arguments, unless that was done before."""
        if self.configure:
            configure, self.configure = self.configure, None
            configure(self)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        self.build()
        own = takewhile(lambda one: one != "--" and self._is_own(one), args or ())
        for option in (one.partition("=")[0] for one in own if one.startswith("--")):
            known = self._option_string_actions
            if not any(name.startswith(option) for name in known):
                advice = did_you_mean(option, known) or f"{self.prog} --help lists all options"
                self.error(f"unrecognized option {option}: {advice}")
        return super().parse_known_args(args, namespace)

    def _is_own(self, argument: str) -> bool:
        """Return whether an argument comes before any that a subparser reads."""
        return self._subparsers is None or argument.startswith("-")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = list(map(str, action.choices))
            advice = did_you_mean(str(value), known)
            what = f"invalid choice: {value!r}{f', {advice}' if advice else ''}"
            raise argparse.ArgumentError(action, f"{what} (choose from {', '.join(known)})")

    def error(self, message: str) -> NoReturn:
        for action in self._actions:
            if action.nargs == argparse.PARSER and message.endswith(f"required: {action.metavar}"):
                message += f" (choose from {', '.join(action.choices or ())})"
        super().error(escape_for_display(message))


def root_parser() -> Parser:
    """Return the parser of the whole command line."""
    parser = Parser(
        prog="onrecord",
        description="Who said what, where it is in the source, and what it claims: "
        "validate, anchor and publish records of public statements.",
        epilog="examples:\n"
        "  onrecord validate dataset\n"
        "  onrecord anchor draft.yaml --texts ../texts --write\n"
        "  onrecord explain span-words-differ\n"
        "  onrecord publish dataset\n\n"
        "onrecord COMMAND --help describes a command and its options.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"onrecord {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        add_command(commands, name, summary, partial(_configure, MODULES.get(name, name)))
    return parser


def add_command(
    commands: argparse._SubParsersAction[Parser],
    name: str,
    summary: str,
    configure: Callable[[Parser], None],
) -> None:
    """Add a command, action or format to those of a parser.

    Args:
        commands: The commands of the parser.
        name: The name of the command.
        summary: What it does, in one line for the list of commands.
        configure: Adds its arguments to its parser, if it is given.
    """
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.configure = configure


def argument(metavar: str | None, help_text: str, **settings: Any) -> Any:
    """Declare a positional argument of a command, as a field of its options.

    Args:
        metavar: Its name in the help; None for its choices.
        help_text: Its help.
        settings: What `ArgumentParser.add_argument` takes besides.
    """
    return field(metadata={"flags": (), "metavar": metavar, "help": help_text, **settings})


def option(help_text: str, *flags: str, **settings: Any) -> Any:
    """Declare an option of a command, as a field of its options.

    Args:
        help_text: Its help.
        flags: Its names, such as ``--in``; by default that of the field.
        settings: What `ArgumentParser.add_argument` takes besides; ``mode`` is true for the options
            of which only one may be given, and ``find`` returns a value that the others imply.
    """
    return field(metadata={"flags": flags or None, "help": help_text, **settings})


def flag(help_text: str, **settings: Any) -> Any:
    """Declare an option without a value: the field is true if it is given."""
    return option(help_text, action="store_true", **settings)


def add_arguments(parser: Parser, declared: Iterable[Field[Any]]) -> None:
    """Add the arguments that fields declare to a parser."""
    modes: argparse._MutuallyExclusiveGroup | None = None
    for one in declared:
        settings = dict(one.metadata)
        if not settings:
            continue
        flags = settings.pop("flags")
        if flags is None:
            flags = (f"--{one.name.replace('_', '-')}",)
        if find := settings.pop("find", None):
            parser.set_defaults(find_texts=find)
        group: argparse._ActionsContainer = parser
        if settings.pop("mode", False):
            group = modes = modes or parser.add_mutually_exclusive_group()
        group.add_argument(*flags, dest=one.name, **settings)


def with_actions(
    examples: str, exit_status: str = ""
) -> Callable[[Callable[[Parser], None]], Callable[[Parser], None]]:
    """Return a decorator of a function that adds the actions of a command to its parser.

    Args:
        examples: Examples, one on each line, which are shown below the options.
        exit_status: The meaning of the exit status.
    """
    shown = textwrap.indent(textwrap.dedent(examples).strip(), "  ")
    notes = (f"examples:\n{shown}" if shown else "", exit_status and f"exit status: {exit_status}")

    def decorate(configure: Callable[[Parser], None]) -> Callable[[Parser], None]:
        def command(parser: Parser) -> None:
            parser.epilog = "\n\n".join(filter(None, notes))
            configure(parser)

        return command

    return decorate


def with_options(
    options: type[Options], examples: str = "", exit_status: str = ""
) -> Callable[[Callable[[Options], int]], Callable[[Parser], None]]:
    """Return a decorator of the function that runs a command, which adds it to its parser instead.

    Args:
        options: The options of the command: a dataclass whose fields declare its arguments.
        examples: Examples, one on each line, which are shown below the options.
        exit_status: The meaning of the exit status, which the function returns.
    """

    def decorate(run: Callable[[Options], int]) -> Callable[[Parser], None]:
        @with_actions(examples, exit_status)
        def command(parser: Parser) -> None:
            add_arguments(parser, fields(options))
            parser.set_defaults(run=lambda given: run(options(**given)))

        return command

    return decorate


def _configure(module: str, parser: Parser) -> None:
    """Import the module of a command, and add its arguments to the parser."""
    import_module(f"onrecord.cli.{module}").command(parser)
