"""What all formats share: what a reporter is, the summary, and findings in order of their weight."""

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

# Columns of a report where nobody says how wide the terminal is.
WIDTH = 100
# Findings of each check that commands show at a terminal unless asked for more.
LIMIT = 20


class Reporter(Protocol):
    """A format: what writes a report in it."""

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
        """Write a report. Each format ignores what it has no place for.

        Args:
            report: What to write.
            out: Where to.
            color: Whether a terminal shows it that knows colours.
            width: Columns that there are.
            status: The exit status that the command will end with, where that is known.
            limit: Findings of each check that are shown; 0 shows all.
            statistics: Whether to show how many findings each check has, and not the findings.
            top: The folder, without links in its path, that names of files are relative to where
                a service reads the report; by default the current one.
            suppressed: Whether a format that would leave out what is ignored has that too.
        """


def from_top(report: Report, top: Path | None) -> Report:
    """Return a report with names of files relative to a folder; absolute if they are not in it."""
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
    """How many there are: ``no quotes``, ``1 quote``, ``1,200 quotes``."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s" if number else f"no {noun}s"


def counted_findings(code: str, number: int, limit: int) -> str:
    """Return how many findings a check has, and how many of them are shown."""
    some = f", of which {limit:,} are shown" if 0 < limit < number else ""
    return f"{code}: {counted(number, 'finding')}{some}"


def tally(report: Report) -> str:
    """How many findings there are: errors and warnings always, notes and ignored ones if any."""
    notes, ignored = len(report.notes), len(report.ignored)
    parts = [counted(len(report.errors), "error"), counted(len(report.warnings), "warning")]
    if notes:
        parts.append(counted(notes, "note"))
    if ignored:
        parts.append(f"{ignored:,} ignored")
    return ", ".join(parts)


def summary(report: Report, *, names: bool = True) -> list[str]:
    """What was checked and what came of it, then what was compared with texts and what was not.

    That nothing was found means something only next to how much was looked at. With ``names``, some
    of the files that are ignored are named.
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
        f"{tally(report)}",
        *([ignored_files(seen.ignored, names=names)] if seen.ignored else []),
        *(f"{counted(number, 'span')} {what}" for what, number in spans.items() if number > 0),
        *([_compared(report.compared)] if report.compared else []),
    ]


# So many ignored files are named in a summary.
_NAMED = 3


def ignored_files(files: Sequence[IgnoredFile], *, names: bool = True) -> str:
    """Return how many files are ignored, and which."""
    if not names:
        return f"{counted(len(files), 'file')} ignored"
    named = ", ".join(escape_for_display(one.file) for one in files[:_NAMED])
    more = f" and {len(files) - _NAMED:,} more" if len(files) > _NAMED else ""
    return f"{counted(len(files), 'file')} ignored: {named}{more}"


class Group(NamedTuple):
    """All findings of one check, in order of their places."""

    severity: Severity
    code: str
    findings: Sequence[Finding]


def groups(report: Report) -> list[Group]:
    """The findings by what they weigh and by their checks, the worst first."""
    found: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in report.findings:
        found.setdefault((finding.severity, finding.code), []).append(finding)
    ranked = sorted(found.items(), key=lambda item: (-item[0][0], item[0][1]))
    return [Group(severity, code, findings) for (severity, code), findings in ranked]


def inside(finding: Finding) -> str:
    """Which record a finding is in, and where in it; empty for none."""
    return " ".join(part for part in (finding.record, finding.path) if part)


_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def write_json(value: Any, out: TextIO, levels: int) -> None:
    """Write JSON that is harmless in a terminal.

    The outermost levels stand a line an entry, and what is within them in one line each.
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
    """What a report was compared with."""
    commit = f" ({compared.commit[:12]})" if compared.commit else ""
    return (
        f"compared with {escape_for_display(compared.revision)}{commit}: "
        f"{counted(compared.changed, 'file')} changed; "
        f"{counted(compared.known, 'finding')} elsewhere {'was' if compared.known == 1 else 'were'}"
        " there already"
    )
