"""Define options that several commands share: base classes, and functions for one option each.

The options of a command are a frozen dataclass, created from the result of the parser. Their order
is that of the help: the options of the last base class come first.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.cli.parser import argument, flag, option
from onrecord.cli.texts import Of, texts_option
from onrecord.reporters.base import LIMIT
from onrecord.text_formats import TEXT_FORMATS, TextFormatName


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


def paths_argument(metavar: str, help_text: str) -> Any:
    """Declare the files and folders that a command reads."""
    return argument(metavar, help_text, nargs="+", type=Path)


def outside_option() -> Any:
    """Declare whether links, and settings that name files, may lead out of the folder."""
    return flag(
        "follow links, and names of files in settings, that lead out of the folder and the "
        "git checkout that contains it"
    )


def withheld_texts_option(of: Of = "paths") -> Any:
    """Declare the folder with the texts of withheld articles of a corpus."""
    return texts_option("texts of withheld articles (.txt), found by digest or id", of=of)


def text_format_option() -> Any:
    """Declare the format of texts in files."""
    about = "; ".join(f"{name}: {one.about}" for name, one in TEXT_FORMATS.items())
    help_text = f"{about} (default: what corpus.yaml requests, else plain)"
    return option(help_text, choices=tuple(TEXT_FORMATS))


def workers_option(
    work: str = "run checks, if there are more than some ten thousand records",
) -> Any:
    """Declare how many processes share some work; None for as many as there are processor cores."""
    help_text = f"processes that {work} (default: as many as there are processor cores)"
    return option(help_text, metavar="N", type=whole_number)


def memory_option() -> Any:
    """Declare about how many bytes of memory may be used; None for the default."""
    return option(
        "memory to use, about, such as 2GiB; what does not fit is on disk for a time "
        "(default: 8GiB)",
        metavar="SIZE",
        type=memory_size,
    )


def limit_option() -> Any:
    """Declare how many findings of each check are shown."""
    return option(
        "findings that are shown of each check, as text; 0 shows all (default: %(default)s)",
        metavar="N",
        type=whole_number,
        default=LIMIT,
    )


def no_cache_option() -> Any:
    """Declare whether to do without the results of earlier validations."""
    return flag("validate although nothing has changed, and neither use nor write .onrecord_cache")


def format_option(*formats: str) -> Any:
    """Declare the format of the output, of which the first is the default."""
    return option(f"default: {formats[0]}", choices=formats, default=formats[0])


def write_option() -> Any:
    """Declare whether to change files."""
    return flag("change the files")


@dataclass(frozen=True, kw_only=True)
class Paths:
    """Hold the names of the files that a command reads."""

    paths: list[Path]
    allow_outside: bool = outside_option()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Hold the options that decide how a corpus is read, by how many processes, in which memory."""

    texts: Path | None = withheld_texts_option()
    text_format: TextFormatName | None = text_format_option()
    judge_all: bool = flag(
        "validate each record of a table with Pydantic, slowly, also those that the fast path "
        "accepts; the findings are the same"
    )
    max_findings: int | None = option(
        "of each check, list no more than N findings in a file and count the others "
        "(default: 1000; 0: list all)",
        metavar="N",
        type=whole_number,
    )
    show_files: bool = flag("list the files that are read and ignored")
    workers: int | None = workers_option()
    memory: int | None = memory_option()
