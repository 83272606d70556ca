"""``onrecord init``: start a corpus."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.exits import DONE, FINDINGS
from onrecord.cli.parser import argument, flag, with_options
from onrecord.cli.printing import say
from onrecord.errors import need


@dataclass(frozen=True, kw_only=True)
class _Options:
    folder: Path = argument(
        "DIR",
        "the folder of the corpus (default: the current folder)",
        nargs="?",
        type=Path,
        default=Path(),
    )
    example: bool = flag(
        "write the records of a made-up gazette, to see what the other commands do"
    )
    dry_run: bool = flag("write nothing, and list what would be written")


@with_options(
    _Options,
    """
    onrecord init statements
    onrecord init demo --example
    """,
    "0 written, 1 files that were there already are left as they were, 2 wrong usage, "
    "3 could not write",
)
def command(options: _Options) -> int:
    """Start a corpus, and print which files were written and what to do next."""
    need("validate")
    from onrecord.drafting.start import start

    started = start(options.folder, example=options.example, dry_run=options.dry_run)
    for path in started.written:
        say(f"{'would write' if options.dry_run else 'wrote'} {_short(path)}")
    for path in started.kept:
        say(f"left {_short(path)} as it was: it was there already, with another content")
    if started.top and not options.dry_run:
        say(
            f"{options.folder} is in the git checkout {_short(started.top)}: move .github and "
            ".pre-commit-config.yaml there, where GitHub and pre-commit read them"
        )
    if not options.dry_run:
        say(f"next: {_next_step(options)}")
    return FINDINGS if started.kept else DONE


def _short(path: Path) -> str:
    """Return a path relative to the current folder, if it is in it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _next_step(options: _Options) -> str:
    """Return the next step for a new corpus, as a command or an instruction."""
    import shlex

    folder = shlex.quote(os.fspath(options.folder))
    if options.example:
        site = shlex.quote(os.fspath(options.folder / "site"))
        return f"onrecord site {folder} --out {site}"
    corpus = shlex.quote(os.fspath(options.folder / "corpus.yaml"))
    return (
        f"replace each TODO in {corpus}, put a text into "
        f"{shlex.quote(os.fspath(options.folder / 'texts'))}, and run: onrecord new TEXT"
    )
