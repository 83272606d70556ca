"""What all formats share: what a reporter is, text that does nothing, and the summary."""

from __future__ import annotations

import json
import re
from typing import Protocol, TextIO

from onrecord.findings import Compared, Report

# Columns of a report where nobody says how wide the terminal is.
WIDTH = 100

# The older commands of CI runners, such as ``##[add-mask]`` and ``##vso[task.complete]``: they are
# obeyed wherever in a line they stand.
COMMAND = re.compile(r"##(?=[\w-]*\[)")


class Reporter(Protocol):
    """A format: what writes a report in it."""

    def __call__(
        self, report: Report, out: TextIO, *, color: bool = False, width: int = WIDTH
    ) -> None:
        """Write a report. Formats that are not laid out ignore ``color`` and ``width``."""


def inert(text: str) -> str:
    """Text that nothing obeys: neither a terminal nor a CI runner.

    Findings name files, records and values that anyone may have written. What is not printable,
    line breaks and bidirectional controls included, stands as the escape that JSON has for it, so
    that JSON stays the same JSON.
    """
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else json.dumps(character)[1:-1]
            for character in text
        )
    return COMMAND.sub(r"\\u0023#", text)


def counted(number: int, noun: str) -> str:
    """How many there are: ``no quotes``, ``1 quote``, ``1,200 quotes``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s" if number else f"no {noun}s"


def summary(report: Report) -> list[str]:
    """What was checked and what came of it, then what was compared with texts and what was not.

    That nothing was found means something only next to how much was looked at.
    """
    seen = report.checked
    unlocated = seen.spans - seen.verified - seen.unverified
    unchecked = "could not be checked against the text"
    spans = {
        "compared with the text": seen.verified,
        f"{unchecked}, which is not at hand (--texts DIR)": seen.unverified,
        f"{unchecked} for want of offsets into it": unlocated,
    }
    return [
        f"checked {counted(seen.articles, 'article')}, {counted(seen.quotes, 'quote')}, "
        f"{counted(seen.claims, 'claim')} and {counted(seen.spans, 'span')} "
        f"in {counted(seen.files, 'file')} with {counted(len(report.checks), 'check')}: "
        f"{counted(len(report.errors), 'error')}, {counted(len(report.warnings), 'warning')}",
        *(f"{counted(number, 'span')} {what}" for what, number in spans.items() if number > 0),
        *([_compared(report.compared)] if report.compared else []),
    ]


def _compared(compared: Compared) -> str:
    """What a report was compared with."""
    commit = f" ({compared.commit[:12]})" if compared.commit else ""
    return (
        f"compared with {inert(compared.revision)}{commit}: "
        f"{counted(compared.changed, 'file')} changed; "
        f"{counted(compared.known, 'finding')} elsewhere {'was' if compared.known == 1 else 'were'}"
        " there already"
    )
