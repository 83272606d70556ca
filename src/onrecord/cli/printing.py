"""Print reports, lines about files, and errors."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from contextlib import suppress
from typing import TextIO

from onrecord.display import escape_for_display
from onrecord.findings import Report
from onrecord.reporters import REPORTERS
from onrecord.reporters.base import LIMIT


def say(line: object, out: TextIO | None = None) -> None:
    """Print a line, to the standard output by default; escape what terminals would interpret."""
    print(escape_for_display(str(line)), file=out)


def complain(message: object) -> None:
    """Print an error message in one line to the standard error."""
    print(f"onrecord: {escape_for_display(str(message))}", file=sys.stderr)


def show(report: Report, limit: int = LIMIT) -> None:
    """Print a report as text."""
    REPORTERS["text"](report, sys.stdout, color=color(), width=width(), limit=limit)


def show_files(report: Report, out: TextIO) -> None:
    """List the files that were read, and those that were ignored with the reasons."""
    for name in report.checked.read:
        say(f"read {name}", out)
    for one in report.checked.ignored:
        say(f"ignored {one.file}: {one.reason}", out)


def color() -> bool:
    """Return whether to print in colour (see no-color.org)."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def width() -> int:
    """Return how many columns the terminal has; also the one that a pager shows the output in."""
    columns = 100
    with suppress(OSError):
        if stat.S_ISFIFO(os.fstat(1).st_mode):
            columns = os.get_terminal_size(2).columns
    return shutil.get_terminal_size((columns, 24)).columns
