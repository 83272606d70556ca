"""Write reports as Markdown for comments on pull requests and summaries of CI steps.

Text from files, records and values is in blocks of code, so that it cannot mention people, link,
close issues, or contain HTML.
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
    """Write a report as a comment: a summary, and then findings, the most severe first."""
    out.write(text(report))


def text(report: Report, limit: int = CHARACTERS, size: Callable[[str], int] | None = None) -> str:
    """Return a report in Markdown with as many whole findings as fit, and the number of the others.

    Args:
        report: The report.
        limit: The largest size. The result is empty if not even the summary fits.
        size: Measures a text; by default in UTF-16 code units, the strictest way to count
            characters.
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
    """Return the findings of one check as far as they fit, and their number."""
    blocks: list[str] = []
    # The greatest length of the lines around the blocks.
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
    """Return the ignored findings and the reasons, if there are few of them."""
    if not 0 < len(report.ignored) <= SHOWN:
        return ""
    lines = (
        escape_for_display(f"- {one.finding.place}: {one.finding.code}: {one.reason}")
        for one in report.ignored
    )
    head = f"<details>\n<summary>{len(report.ignored)} ignored</summary>\n\n"
    return f"{head}{_block(lines)}</details>\n"


def _named(code: str) -> str:
    """Return a check's code for use in an HTML element, without unsafe characters."""
    return re.sub(r"[^A-Za-z0-9-]", "", code)


def _block(lines: Iterator[str]) -> str:
    """Return lines as a block of code; no line of a finding can end it."""
    words = "\n".join(lines).rstrip()
    return f"```text\n{words}\n```\n\n"
