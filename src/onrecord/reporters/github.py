"""Write reports for GitHub Actions: workflow commands that annotate the lines of a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from onrecord.display import escape_for_display
from onrecord.errors import InputError
from onrecord.findings import Finding, Report
from onrecord.reporters import markdown
from onrecord.reporters.base import counted, from_top, inside, summary

# GitHub shows no more than this many errors, warnings and notices a step, and drops the others.
SHOWN = 10
# A step's summary may have this many bytes; GitHub shows nothing of one that has more.
SUMMARY_BYTES = 2**20

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def write(report: Report, out: TextIO, *, top: Path | None = None, **_: object) -> None:
    """Write a report as workflow commands, the most severe first, and the summary as a plain line."""
    report = from_top(report, top)
    errors, warnings, notes = report.errors, report.warnings, report.notes
    all_fit = all(len(found) <= SHOWN for found in (errors, warnings, notes))
    # The notice that there are more findings counts as one.
    shown = (errors[:SHOWN], warnings[:SHOWN], notes[: SHOWN if all_fit else SHOWN - 1])
    for findings in shown:
        out.writelines(f"{_annotation(finding)}\n" for finding in findings)
    if not all_fit:
        rest = [
            counted(len(found) - len(some), f"more {noun}")
            for noun, found, some in zip(
                ("error", "warning", "note"), (errors, warnings, notes), shown, strict=True
            )
            if len(found) > len(some)
        ]
        why = f"GitHub shows {SHOWN} of each a step; onrecord validate in a terminal lists all"
        words = f"{' and '.join(rest)} not shown here: {why}"
        out.write(_command("notice", {"title": "onrecord"}, words) + "\n")
    out.write("; ".join(summary(report)) + "\n")


def step_summary(report: Report, path: Path) -> None:
    """Append a report in Markdown to the summary of a step, the file in ``GITHUB_STEP_SUMMARY``.

    Other steps may have written to it: the report is shortened to the space that GitHub allows.

    Raises:
        InputError: It cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8", newline="\n") as out:
            there = path.stat().st_size
            room = SUMMARY_BYTES - there - 1
            if stated := markdown.text(report, room, lambda words: len(words.encode())):
                out.write(f"\n{stated}" if there else stated)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def _annotation(finding: Finding) -> str:
    place = finding.place
    properties = {
        "file": escape_for_display(place.file),
        "line": place.line,
        "col": place.column,
        "title": escape_for_display(finding.code),
    }
    row = f"row {place.row}" if place.row else ""
    lines = {
        "": finding.message,
        "help: ": finding.hint,
        "in: ": " ".join(part for part in (inside(finding), row) if part),
        "more: ": f"onrecord explain {finding.code}",
    }
    data = "\n".join(f"{label}{escape_for_display(line)}" for label, line in lines.items() if line)
    name = {"note": "notice"}.get(str(finding.severity), str(finding.severity))
    return _command(name, properties, data)


def _command(name: str, properties: dict[str, str | int | None], data: str) -> str:
    """Format a workflow command; escape its values so that they cannot end it or begin another."""
    given = (
        f"{key}={str(value).translate(_PROPERTY)}"
        for key, value in properties.items()
        if value is not None
    )
    return f"::{name} {','.join(given)}::{data.translate(_DATA)}"
