"""For comments on pull requests and summaries of CI steps: Markdown within their limits.

What a file, a record or a value says stands in blocks of code, in which nobody is mentioned,
nothing is linked or closed, and no HTML is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TextIO

from onrecord.display import escape_for_display
from onrecord.findings import Report, Severity
from onrecord.reporters.base import Group, counted, groups, summary, tally
from onrecord.reporters.text import finding_lines

# GitHub refuses a comment of more characters than this.
CHARACTERS = 65_536
# Findings of each check that are shown; the others are counted.
SHOWN = 20
# Room for what follows the findings.
_LAST = 200

_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "📝"}


def write(report: Report, out: TextIO, **_: object) -> None:
    """Write a report as a comment: a summary, and then findings, the worst first."""
    out.write(text(report))


def text(report: Report, limit: int = CHARACTERS, size: Callable[[str], int] | None = None) -> str:
    """A report in Markdown, whole findings up to a limit, and how many are left out.

    Args:
        report: What was found.
        limit: The greatest size; empty if there is not even room for the summary.
        size: What counts the size of a text; by default UTF-16 code units, the most that anyone
            means by characters.
    """
    size = size or _units
    parts = [_head(report)]
    room = limit - _LAST - size(parts[0])
    if room < 0:
        return ""
    shown = 0
    for group in groups(report):
        part, number = _section(group, room, size)
        if not number:
            break
        parts.append(part)
        room -= size(part)
        shown += number
    if left := len(report.findings) - shown:
        verb = "is" if left == 1 else "are"
        parts.append(
            f"{counted(left, 'finding')} {verb} not shown here; "
            "`onrecord validate` in a terminal lists all.\n\n"
        )
    ignored = _ignored(report)
    if ignored and size(ignored) <= room:
        parts.append(ignored)
    return "".join(parts)


def _units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def _head(report: Report) -> str:
    worst = max((one.severity for one in report.findings), default=None)
    sign = "✅" if worst is None else _SIGNS[worst]
    lines = "".join(f"{line}  \n" for line in summary(report, names=False))
    return f"### {sign} onrecord: {tally(report)}\n\n{lines}\n"


def _section(group: Group, room: int, size: Callable[[str], int]) -> tuple[str, int]:
    """The findings of one check, as many as there is room for, and how many these are."""
    blocks: list[str] = []
    # The longest that the lines around the blocks can be.
    room -= size(_around(group, len(group.findings), []))
    for finding in group.findings[:SHOWN]:
        block = _block(finding_lines(finding))
        room -= size(block)
        if room < 0:
            break
        blocks.append(block)
    return _around(group, len(blocks), blocks), len(blocks)


def _around(group: Group, shown: int, blocks: list[str]) -> str:
    number = len(group.findings)
    some = f", {shown:,} shown" if shown < number else ""
    is_open = " open" if group.severity is Severity.ERROR else ""
    title = f"{_SIGNS[group.severity]} {group.severity} <code>{_named(group.code)}</code>"
    head = f"<details{is_open}>\n<summary>{title} ({number:,}{some})</summary>\n\n"
    return f"{head}{''.join(blocks)}</details>\n\n"


def _ignored(report: Report) -> str:
    """What is ignored, and why, if there is little of it."""
    if not 0 < len(report.ignored) <= SHOWN:
        return ""
    lines = (
        escape_for_display(f"- {one.finding.place}: {one.finding.code}: {one.reason}")
        for one in report.ignored
    )
    head = f"<details>\n<summary>{len(report.ignored)} ignored</summary>\n\n"
    return f"{head}{_block(lines)}</details>\n"


def _named(code: str) -> str:
    """A code inside an HTML element: what is no letter, digit or hyphen is left out."""
    return re.sub(r"[^A-Za-z0-9-]", "", code)


def _block(lines: Iterator[str]) -> str:
    """Lines as a block of code; none of a finding's is a fence alone, so that none can end it."""
    words = "\n".join(lines).rstrip()
    return f"```text\n{words}\n```\n\n"
