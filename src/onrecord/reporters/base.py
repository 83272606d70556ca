"""Define the interface of reporters, and what formats share: summary, counts, sorted findings."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TextIO

from onrecord.display import escape_for_display
from onrecord.findings import Compared, Finding, IgnoredFile, Report, Severity

# Columns of a report if the width of the terminal is unknown.
WIDTH = 100
# Findings of each check that commands show by default.
LIMIT = 20


class Reporter(Protocol):
    """Define the function that writes a report in one format."""

    def __call__(
        self,
        report: Report,
        out: TextIO,
        *,
        color: bool = False,
        width: int = WIDTH,
        status: int | None = None,
        limit: int = 0,
        statistics: bool = False,
        top: Path | None = None,
        suppressed: bool = False,
    ) -> None:
        """Write a report. Each format ignores the options that do not apply to it.

        Args:
            report: The report.
            out: The stream to write to.
            color: Whether the stream is a terminal that shows colours.
            width: The width of the terminal in columns.
            status: The exit status that the command will end with, if it is known.
            limit: How many findings of each check are shown; 0 for all.
            statistics: Whether to show the number of findings of each check instead of the findings.
            top: The folder, with all links resolved, that names of files must be relative to, so that
                a service can find them; by default the current one.
            suppressed: Whether a format that normally leaves out ignored findings includes them.
        """


def from_top(report: Report, top: Path | None) -> Report:
    """Return a report with file names relative to a folder; absolute for files outside it."""
    if top is None:
        return report

    @cache
    def name(file: str) -> str:
        folder = Path(os.path.realpath(Path(file).parent))
        path = folder / Path(file).name
        return (path.relative_to(top) if path.is_relative_to(top) else path).as_posix()

    def renamed(finding: Finding) -> Finding:
        return replace(finding, place=replace(finding.place, file=name(finding.place.file)))

    return replace(
        report,
        findings=tuple(map(renamed, report.findings)),
        ignored=tuple(replace(one, finding=renamed(one.finding)) for one in report.ignored),
    )


def counted(number: int, noun: str) -> str:
    """Format a number with a noun: ``no quotes``, ``1 quote``, ``1,200 quotes``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s" if number else f"no {noun}s"


def counted_findings(code: str, number: int, limit: int) -> str:
    """Format the number of findings of a check, and how many of them are shown."""
    some = f", of which {limit:,} are shown" if 0 < limit < number else ""
    return f"{code}: {counted(number, 'finding')}{some}"


def tally(report: Report) -> str:
    """Format the numbers of errors and warnings, and those of notes and ignored findings if any."""
    notes, ignored = len(report.notes), len(report.ignored)
    parts = [counted(len(report.errors), "error"), counted(len(report.warnings), "warning")]
    if notes:
        parts.append(counted(notes, "note"))
    if ignored:
        parts.append(f"{ignored:,} ignored")
    return ", ".join(parts)


def summary(report: Report, *, names: bool = True) -> list[str]:
    """Return lines that say what was checked, found, and could not be compared with texts.

    They are shown even without findings, which mean nothing unless it is clear how much was
    checked. With ``names``, some of the ignored files are named.
    """
    seen = report.checked
    unlocated = seen.spans - seen.verified - seen.unverified
    unchecked = "could not be checked against the text"
    spans = {
        "compared with the text": seen.verified,
        f"{unchecked}, which is not available (--texts DIR)": seen.unverified,
        f"{unchecked} for want of offsets into it": unlocated,
    }
    return [
        f"checked {counted(seen.articles, 'article')}, {counted(seen.quotes, 'quote')}, "
        f"{counted(seen.claims, 'claim')} and {counted(seen.spans, 'span')} "
        f"in {counted(seen.files, 'file')} with {counted(len(report.checks), 'check')}: "
        f"{tally(report)}",
        *([ignored_files(seen.ignored, names=names)] if seen.ignored else []),
        *(f"{counted(number, 'span')} {what}" for what, number in spans.items() if number > 0),
        *([_compared(report.compared)] if report.compared else []),
    ]


# How many ignored files a summary names.
_NAMED = 3


def ignored_files(files: Sequence[IgnoredFile], *, names: bool = True) -> str:
    """Say how many files are ignored, and which."""
    if not names:
        return f"{counted(len(files), 'file')} ignored"
    named = ", ".join(escape_for_display(one.file) for one in files[:_NAMED])
    more = f" and {len(files) - _NAMED:,} more" if len(files) > _NAMED else ""
    return f"{counted(len(files), 'file')} ignored: {named}{more}"


class Group(NamedTuple):
    """Hold all findings of one check, in the order of their locations."""

    severity: Severity
    code: str
    findings: Sequence[Finding]


def groups(report: Report) -> list[Group]:
    """Group findings by check; sort by severity, the worst first, then by code."""
    found: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in report.findings:
        found.setdefault((finding.severity, finding.code), []).append(finding)
    ranked = sorted(found.items(), key=lambda item: (-item[0][0], item[0][1]))
    return [Group(severity, code, findings) for (severity, code), findings in ranked]


def inside(finding: Finding) -> str:
    """Format the id of a finding's record and the path inside it; empty if there is no record."""
    return " ".join(part for part in (finding.record, finding.path) if part)


_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def write_json(value: Any, out: TextIO, levels: int) -> None:
    """Write JSON in which control characters are escaped, so that it is safe to show in a terminal.

    In the outermost ``levels``, each entry has its own line; deeper values are written in one line.
    """
    out.writelines(f"{escape_for_display(line)}\n" for line in _laid_out(value, levels))


def _laid_out(value: Any, levels: int) -> Iterator[str]:
    if not value or not levels or not isinstance(value, dict | list):
        yield _ENCODE(value)
        return
    begin, end = "{}" if isinstance(value, dict) else "[]"
    yield begin
    for number, (name, inner) in enumerate(_entries(value), 1):
        lines = _laid_out(inner, levels - 1)
        line = name + next(lines)
        for following in lines:
            yield f"  {line}"
            line = following
        yield f"  {line}{',' if number < len(value) else ''}"
    yield end


def _entries(value: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        return ((f"{_ENCODE(name)}: ", inner) for name, inner in value.items())
    return (("", inner) for inner in value)


def _compared(compared: Compared) -> str:
    """Say which revision a report was compared with."""
    commit = f" ({compared.commit[:12]})" if compared.commit else ""
    return (
        f"compared with {escape_for_display(compared.revision)}{commit}: "
        f"{counted(compared.changed, 'file')} changed; "
        f"{counted(compared.known, 'finding')} elsewhere {'was' if compared.known == 1 else 'were'}"
        " there already"
    )
