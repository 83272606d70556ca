"""Write reports for terminals: each finding with the line that it is about, as compilers do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import TextIO

from onrecord.display import escape_for_display
from onrecord.findings import Finding, Report
from onrecord.reporters.base import WIDTH, Group, counted_findings, groups, inside, summary
from onrecord.reporters.source import fitted

_STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "success": "1;32",
    "frame": "1;34",
    "strong": "1",
}


def write(
    report: Report,
    out: TextIO,
    *,
    color: bool = False,
    width: int = WIDTH,
    limit: int = 0,
    statistics: bool = False,
    **_: object,
) -> None:
    """Write a report as text, with lines of source no wider than ``width`` cells.

    Findings are grouped by check, the most severe first.
    """
    paint = _painted if color else _plain
    found = groups(report)
    if statistics:
        out.writelines(f"{line}\n" for line in _statistics(report, found))
        out.write("\n" if found else "")
    else:
        for group in found:
            shown = group.findings[: limit or None]
            for one in shown:
                out.writelines(f"{line}\n" for line in finding_lines(one, color=color, width=width))
            if len(shown) < len(group.findings):
                counts = counted_findings(
                    escape_for_display(group.code), len(group.findings), limit
                )
                out.write(f"{counts} (--limit 0 shows all)\n\n")
    if found and not statistics:
        numbers = Counter(escape_for_display(finding.code) for finding in report.findings)
        codes = ", ".join(f"{code} ({number:,})" for code, number in sorted(numbers.items()))
        out.write(f"onrecord explain CODE describes a check; codes found: {codes}\n\n")
    style = "error" if report.errors else "warning" if report.warnings else "success"
    first, *rest = summary(report)
    out.writelines(f"{line}\n" for line in (paint(first, style), *rest))


def _statistics(report: Report, found: list[Group]) -> Iterator[str]:
    """Yield the number of findings of each check, the most severe and most frequent first."""
    width = max((len(group.code) for group in found), default=0)
    for group in sorted(found, key=lambda one: (-one.severity, -len(one.findings), one.code)):
        check = report.checks.get(group.code)
        fixable = sum(bool(one.suggestion and one.suggestion.safe) for one in group.findings)
        fix = f" (--fix: {fixable:,})" if fixable else ""
        title = check.title if check else ""
        number = f"{len(group.findings):,}"
        line = f"{number:>7}  {group.severity!s:7}  {escape_for_display(group.code):{width}}  {title}{fix}"
        yield line.rstrip()


def render(report: Report, color: bool = False, width: int = WIDTH) -> str:
    """Return a report as text, for notebooks and for ``str``."""
    out = StringIO()
    write(report, out, color=color, width=width)
    return out.getvalue()


def _painted(text: str, style: str) -> str:
    return f"\033[{_STYLES[style]}m{text}\033[0m"


def _plain(text: str, _style: str) -> str:
    return text


def finding_lines(finding: Finding, *, color: bool = False, width: int = WIDTH) -> Iterator[str]:
    """Yield the lines that show a finding, including the line of source that it is about."""
    paint = _painted if color else _plain
    severity = str(finding.severity)
    title = paint(f"{severity}[{escape_for_display(finding.code)}]", severity)
    yield title + paint(f": {escape_for_display(finding.message)}", "strong")
    number = str(finding.place.line or " ")
    gutter = " " * len(number)
    where = escape_for_display(
        f"{finding.place} ({within})" if (within := inside(finding)) else f"{finding.place}"
    )
    yield f"{paint(f'{gutter}-->', 'frame')} {where}"
    if finding.excerpt:
        line, before = fitted(finding.excerpt, width - len(gutter) - 3)
        yield paint(f"{gutter} |", "frame")
        yield f"{paint(f'{number} |', 'frame')} {line}"
        yield f"{paint(f'{gutter} |', 'frame')} {' ' * before}{paint('^', severity)}"
    if finding.hint:
        yield f"{paint(f'{gutter} =', 'frame')} help: {escape_for_display(finding.hint)}"
    yield ""
