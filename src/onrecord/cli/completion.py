"""``onrecord completion``: print what a shell needs to complete commands, options and values."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import DONE
from onrecord.cli.parser import Parser, argument, root_parser, with_options
from onrecord.errors import need

# The arguments whose values are codes of checks.
_CODES = frozenset({"code", "select", "ignore"})
# What help calls values that are paths, also of arguments that may be something else.
_PATHS = frozenset({"PATH", "FILE", "DIR"})


@dataclass(frozen=True, kw_only=True)
class _Options:
    shell: str = argument(None, "the shell", choices=("bash", "zsh", "fish"))


@with_options(
    _Options,
    """
    eval "$(onrecord completion bash)"                                 in ~/.bashrc
    eval "$(onrecord completion zsh)"                                  in ~/.zshrc, after compinit
    onrecord completion fish > ~/.config/fish/completions/onrecord.fish
    """,
)
def command(options: _Options) -> int:
    """Print the script that completes the command line in a shell."""
    need("validate")
    import shtab

    parser = root_parser()
    _complete(parser)
    print(shtab.complete(parser, options.shell))
    return DONE


def _complete(parser: Parser) -> None:
    """Build a parser with those of its commands, and say what completes its values."""
    import shtab

    from onrecord.rules import CHECKS, families

    parser.build()
    for action in parser._actions:  # noqa: SLF001  # argparse lists them nowhere else
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for command in action.choices.values():
                _complete(command)
        elif action.dest in _CODES and action.choices is None:
            action.choices = sorted({*CHECKS, *families()})
        elif action.choices is None and (action.type is Path or _PATHS & _named(action)):
            may_be_file = "DIR" not in _named(action) or "FILE" in _named(action)
            kind = shtab.FILE if may_be_file else shtab.DIRECTORY
            action.complete = kind  # type: ignore[attr-defined]


def _named(action: argparse.Action) -> set[str]:
    """Return what the value of an argument may be, as its help says: ``FILE|ID``."""
    return {*action.metavar.split("|")} if isinstance(action.metavar, str) else set()
