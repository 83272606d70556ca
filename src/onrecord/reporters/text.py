"""For people at a terminal: each finding with the line it points at, as good compilers do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from io import StringIO
from typing import TextIO

from onrecord.findings import Finding, Report
from onrecord.inert import inert
from onrecord.reporters.base import WIDTH, inside, summary
from onrecord.reporters.source import fitted

Paint = Callable[[str, str], str]

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "sound": "1;32",
    "frame": "1;34",
    "strong": "1",
}


def write(
    report: Report, out: TextIO, *, color: bool = False, width: int = WIDTH, **_: object
) -> None:
    """Write a report as text, its lines of source no wider than ``width`` cells."""
    paint = _painted if color else _plain
    for finding in report.findings:
        out.writelines(f"{line}\n" for line in finding_lines(finding, color=color, width=width))
    if report.findings:
        codes = sorted(Counter(inert(finding.code) for finding in report.findings).items())
        found = ", ".join(f"{code} ({number:,})" for code, number in codes)
        out.write(f"onrecord explain CODE tells more; codes found: {found}\n\n")
    style = "error" if report.errors else "warning" if report.warnings else "sound"
    first, *rest = summary(report)
    out.writelines(f"{line}\n" for line in (paint(first, style), *rest))


def render(report: Report, color: bool = False, width: int = WIDTH) -> str:
    """A report as text, for notebooks and for ``str``."""
    out = StringIO()
    write(report, out, color=color, width=width)
    return out.getvalue()


def _painted(text: str, style: str) -> str:
    return f"\033[{_STYLES[style]}m{text}\033[0m"


def _plain(text: str, _style: str) -> str:
    return text


def finding_lines(finding: Finding, *, color: bool = False, width: int = WIDTH) -> Iterator[str]:
    """A finding line by line, with the line of source that it points at."""
    paint = _painted if color else _plain
    severity = str(finding.severity)
    title = paint(f"{severity}[{inert(finding.code)}]", severity)
    yield title + paint(f": {inert(finding.message)}", "strong")
    number = str(finding.place.line or " ")
    gutter = " " * len(number)
    where = inert(
        f"{finding.place} ({within})" if (within := inside(finding)) else f"{finding.place}"
    )
    yield f"{paint(f'{gutter}-->', 'frame')} {where}"
    if finding.excerpt:
        line, before = fitted(finding.excerpt, width - len(gutter) - 3)
        yield paint(f"{gutter} |", "frame")
        yield f"{paint(f'{number} |', 'frame')} {line}"
        yield f"{paint(f'{gutter} |', 'frame')} {' ' * before}{paint('^', severity)}"
    if finding.hint:
        yield f"{paint(f'{gutter} =', 'frame')} help: {inert(finding.hint)}"
    yield ""
