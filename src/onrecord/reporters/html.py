"""Write reports as a web page in one file that loads nothing and works without scripts."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TextIO

from jinja2 import Template

from onrecord.findings import Report, Severity
from onrecord.reporters.base import counted, groups, inside, summary, tally
from onrecord.reporters.source import marked
from onrecord.reporters.templating import html_environment

# Findings of each check that are shown; the others are counted.
SHOWN = 200


@cache
def _template() -> Template:
    pages = html_environment()
    pages.filters["marked"] = marked
    functions = {"counted": counted, "inside": inside, "summary": summary, "tally": tally}
    return pages.get_template("report.html.j2", globals=functions)


def write(report: Report, out: TextIO, **_: object) -> None:
    """Write a report as one HTML page."""
    found = groups(report)
    codes = {group.code for group in found}
    passed = [check for code, check in report.checks.items() if code not in codes]
    page = _template().generate(
        report=report, groups=found, files=_by_file(report), passed=passed, limit=SHOWN
    )
    out.writelines(page)


def _by_file(report: Report) -> list[tuple[str, list[int]]]:
    """Return the files with findings, with the numbers of errors, warnings and notes in each."""
    found: dict[str, Counter[Severity]] = {}
    for finding in report.findings:
        found.setdefault(finding.place.file, Counter())[finding.severity] += 1
    return [
        (file, [numbers[each] for each in sorted(Severity, reverse=True)])
        for file, numbers in sorted(found.items())
    ]
