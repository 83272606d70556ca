"""Write reports as JUnit XML, which most CI systems show as test results.

A file is a test suite, and a finding a test in it: an error fails, a warning or a note passes with
output, an ignored finding is skipped. Names of tests have no line numbers, so that CI systems
recognise them when lines move. The checks that found nothing are a suite of their own, in which all
tests pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, TextIO
from xml.sax.saxutils import escape, quoteattr

from onrecord.display import escape_for_display
from onrecord.findings import CheckInfo, Finding, Report, Severity
from onrecord.reporters.base import inside
from onrecord.reporters.text import finding_lines

CHECKS = "checks that found nothing"


class _Case(NamedTuple):
    """Represent a finding as a test, with the reason if it is ignored."""

    finding: Finding
    reason: str | None = None

    @property
    def fails(self) -> bool:
        return self.reason is None and self.finding.severity is Severity.ERROR


def write(report: Report, out: TextIO, **_: object) -> None:
    """Write a report as JUnit XML."""
    out.writelines(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    suites: dict[str, list[_Case]] = {}
    cases = [
        *map(_Case, report.findings),
        *(_Case(one.finding, one.reason) for one in report.ignored),
    ]
    for case in cases:
        suites.setdefault(case.finding.place.file or "onrecord", []).append(case)
    found = {one.code for one in report.findings}
    passed = [check for code, check in report.checks.items() if code not in found]

    yield '<?xml version="1.0" encoding="utf-8"?>'
    numbers = _numbers(tests=len(cases) + len(passed), failures=len(report.errors), errors=0)
    yield f'<testsuites name="onrecord" {numbers}>'
    for file, tests in sorted(suites.items()):
        yield from _suite(file, tests)
    if passed:
        yield from _passed(passed)
    yield "</testsuites>"


def _suite(file: str, cases: list[_Case]) -> Iterator[str]:
    skipped = sum(case.reason is not None for case in cases)
    failures = sum(case.fails for case in cases)
    numbers = _numbers(tests=len(cases), failures=failures, errors=0, skipped=skipped)
    yield f"<testsuite name={_quoted(file)} {numbers}>"
    seen: Counter[str] = Counter()
    for case in cases:
        name = " ".join(part for part in (case.finding.code, inside(case.finding)) if part)
        seen[name] += 1
        again = f" ({seen[name]})" if seen[name] > 1 else ""
        yield f"<testcase classname={_quoted(file)} name={_quoted(name + again)}>"
        yield _outcome(case)
        yield "</testcase>"
    yield "</testsuite>"


def _outcome(case: _Case) -> str:
    finding = case.finding
    text = escape("\n".join(finding_lines(finding)).rstrip())
    if case.reason is not None:
        return f"<skipped message={_quoted(case.reason)}>{text}</skipped>"
    if case.fails:
        message = _quoted(f"{finding.place}: {finding.message}")
        return f"<failure type={_quoted(finding.code)} message={message}>{text}</failure>"
    return f"<system-out>{text}</system-out>"


def _passed(checks: list[CheckInfo]) -> Iterator[str]:
    numbers = _numbers(tests=len(checks), failures=0, errors=0, skipped=0)
    yield f"<testsuite name={_quoted(CHECKS)} {numbers}>"
    for check in checks:
        classname = _quoted(f"onrecord.{check.family}")
        yield f"<testcase classname={classname} name={_quoted(check.code)}/>"
    yield "</testsuite>"


def _numbers(**numbers: int) -> str:
    return " ".join(f'{name}="{number}"' for name, number in numbers.items())


def _quoted(text: str) -> str:
    """Quote text as the value of an attribute. Escaped text has no characters that XML 1.0 forbids."""
    return quoteattr(escape_for_display(text))
