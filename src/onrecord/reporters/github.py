"""For GitHub Actions: workflow commands, which annotate the lines of a pull request."""

from __future__ import annotations

from typing import TextIO

from onrecord.findings import Finding, Report
from onrecord.reporters.base import counted, inert, summary

# GitHub shows no more than this many errors and as many warnings a step, and drops the others.
SHOWN = 10

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def write(report: Report, out: TextIO, **_: object) -> None:
    """Write a report as workflow commands, errors first, and the summary as a plain line."""
    for findings in (report.errors, report.warnings):
        out.writelines(f"{_annotation(finding)}\n" for finding in findings[:SHOWN])
    errors, warnings = (len(found[SHOWN:]) for found in (report.errors, report.warnings))
    if errors or warnings:
        rest = f"{counted(errors, 'more error')} and {counted(warnings, 'more warning')}"
        why = f"GitHub shows {SHOWN} of each a step; onrecord validate in a terminal lists all"
        out.write(_command("notice", {"title": "onrecord"}, f"{rest} not shown here: {why}"))
        out.write("\n")
    out.write("; ".join(summary(report)) + "\n")


def _annotation(finding: Finding) -> str:
    place = finding.place
    properties = {
        "file": inert(place.file),
        "line": place.line,
        "col": place.column,
        "title": inert(finding.code),
    }
    row = f"row {place.row}" if place.row else ""
    lines = {
        "": finding.message,
        "help: ": finding.hint,
        "in: ": " ".join(part for part in (finding.record, finding.path, row) if part),
        "more: ": f"onrecord explain {finding.code}",
    }
    data = "\n".join(f"{label}{inert(line)}" for label, line in lines.items() if line)
    return _command(str(finding.severity), properties, data)


def _command(name: str, properties: dict[str, str | int | None], data: str) -> str:
    """A command as the runner reads it: nothing in its values can end it or begin another."""
    given = (
        f"{key}={str(value).translate(_PROPERTY)}"
        for key, value in properties.items()
        if value is not None
    )
    return f"::{name} {','.join(given)}::{data.translate(_DATA)}"
