"""For programs: a versioned report with exact counts and every finding, described by a schema.

``report.schema.json`` beside this file is the JSON Schema of what is written here.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict
from typing import Any, TextIO

from onrecord.findings import Fact, Finding, Report
from onrecord.reporters.base import inert

# A field that is added raises the second number, one that changes or goes the first.
REPORT_VERSION = "1.0"


def write(report: Report, out: TextIO, **_: object) -> None:
    """Write a report as JSON, readable in any script and harmless in a terminal."""
    text = json.dumps(document(report), ensure_ascii=False, allow_nan=False, indent=2)
    out.writelines(f"{inert(line)}\n" for line in text.split("\n"))


def document(report: Report) -> dict[str, Any]:
    """The report as what JSON can hold."""
    from onrecord import __version__
    from onrecord.schema import VERSIONS

    return {
        "report_version": REPORT_VERSION,
        "onrecord_version": __version__,
        "schema_versions": list(VERSIONS),
        "summary": {
            "errors": len(report.errors),
            "warnings": len(report.warnings),
            "by_code": dict(sorted(Counter(one.code for one in report.findings).items())),
        },
        "checked": asdict(report.checked),
        "checks": list(report.checks),
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "hint": finding.hint,
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "row": finding.place.row,
        "record": finding.record,
        "path": finding.path,
        "facts": {name: _fact(value) for name, value in finding.facts.items()},
    }


def _fact(value: Fact) -> Fact:
    """A fact; NaN and infinity, which JSON does not know, by their names."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
