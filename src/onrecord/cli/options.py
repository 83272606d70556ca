"""Options that several commands share: dataclasses, and functions that add their arguments.

The options of a command are a frozen dataclass, created from the result of the parser.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from onrecord.cli.parser import Parser
from onrecord.cli.texts import Of, add_texts_option
from onrecord.reporters import LIMIT
from onrecord.text_formats import TEXT_FORMATS, TextFormatName


@dataclass(frozen=True, kw_only=True)
class Containment:
    """Which files may be read.

    Attributes:
        allow_outside: Whether links, and settings that name files, may lead out of the folder.
    """

    allow_outside: bool


@dataclass(frozen=True, kw_only=True)
class Paths(Containment):
    """The files that a command reads.

    Attributes:
        paths: Files and folders.
    """

    paths: list[Path]


@dataclass(frozen=True, kw_only=True)
class Resources:
    """The options that decide how many processes and how much memory a command uses.

    Attributes:
        workers: How many processes run rules; None for as many as there are processor cores.
        memory: About how many bytes of memory may be used; None for the default.
    """

    workers: int | None
    memory: int | None


@dataclass(frozen=True, kw_only=True)
class Reading(Containment, Resources):
    """The options that decide how a corpus is read.

    Attributes:
        texts: The folder with the texts of withheld articles.
        text_format: The name of the format of texts in files, if it is given.
        judge_all: Whether Pydantic validates each record of a table.
        max_findings: How many findings of each check are listed for a file; 0 for all, None for
            the default.
        show_files: Whether to list the files that are read and ignored.
    """

    texts: Path | None
    text_format: TextFormatName | None
    judge_all: bool
    max_findings: int | None
    show_files: bool


def add_paths(parser: Parser, metavar: str, help_text: str) -> None:
    """Add the arguments of `Paths`."""
    parser.add_argument("paths", metavar=metavar, nargs="+", type=Path, help=help_text)
    add_allow_outside(parser)


def add_allow_outside(parser: Parser) -> None:
    """Add the argument of `Containment`."""
    parser.add_argument(
        "--allow-outside",
        action="store_true",
        help="follow links, and names of files in settings, that lead out of the folder and the "
        "git checkout that contains it",
    )


def add_texts(parser: Parser, *, of: Of = "paths") -> None:
    """Add the folder with the texts of withheld articles, and their format.

    Args:
        parser: The parser of the command.
        of: The argument that names the corpus.
    """
    add_texts_option(parser, "texts of withheld articles (.txt), found by digest or id", of=of)
    add_text_format(parser)


def add_text_format(parser: Parser) -> None:
    """Add the format of texts in files."""
    parser.add_argument(
        "--text-format",
        choices=tuple(TEXT_FORMATS),
        help="; ".join(f"{name}: {one.about}" for name, one in TEXT_FORMATS.items())
        + " (default: what corpus.yaml requests, else plain)",
    )


def add_reading(parser: Parser, *, of: str = "paths") -> None:
    """Add the arguments of `Reading`, except that of `Containment`."""
    add_texts(parser, of=of)
    parser.add_argument(
        "--judge-all",
        action="store_true",
        help="validate each record of a table with Pydantic, slowly, also those that the fast path "
        "accepts; the findings are the same",
    )
    parser.add_argument(
        "--max-findings",
        metavar="N",
        type=whole_number,
        default=None,
        help="of each check, list no more than N findings in a file and count the others "
        "(default: 1000; 0: list all)",
    )
    parser.add_argument(
        "--show-files", action="store_true", help="list the files that are read and ignored"
    )
    add_resources(parser)


def add_resources(parser: Parser) -> None:
    """Add the arguments of `Resources`."""
    add_workers(parser, "run checks, if there are more than some ten thousand records")
    parser.add_argument(
        "--memory",
        metavar="SIZE",
        type=memory_size,
        help="memory to use, about, such as 2GiB; what does not fit is on disk for a time "
        "(default: 8GiB)",
    )


def add_limit(parser: Parser) -> None:
    """Add the option for how many findings of each check are shown."""
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole_number,
        default=LIMIT,
        help="findings that are shown of each check, as text; 0 shows all (default: %(default)s)",
    )


def add_workers(parser: Parser, work: str) -> None:
    """Add the option for how many processes share some work."""
    parser.add_argument(
        "--workers",
        metavar="N",
        type=whole_number,
        help=f"processes that {work} (default: as many as there are processor cores)",
    )


def add_no_cache(parser: Parser) -> None:
    """Add the option to do without the results of earlier validations."""
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="validate although nothing has changed, and neither use nor write .onrecord_cache",
    )


def add_write(parser: Parser) -> None:
    """Add the option to change files."""
    parser.add_argument("--write", action="store_true", help="change the files")


def memory_size(text: str) -> int:
    """Return an amount of memory, such as 500MB or 2GiB, in bytes.

    Raises:
        ArgumentTypeError: It is not one, or less than 256 MiB, with which little can be done.
    """
    found = re.fullmatch(r"([0-9]{1,9})\s*([KMGT]?)(I?)B?", text.strip().upper())
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of memory such as 500MB or 2GiB")
    number, unit, binary = found.groups()
    size = int(number) * (1024 if binary else 1000) ** " KMGT".index(unit or " ")
    if size < 256 * 2**20:
        raise argparse.ArgumentTypeError(f"{text} is too little; give 256MiB or more")
    return int(size)


def whole_number(text: str) -> int:
    """Return an argument as a whole number.

    Raises:
        ArgumentTypeError: It is not one.
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 on")
    return int(text)
