"""Write reports as JSON for programs: versioned, with exact counts and every finding.

``report.schema.json`` beside this file is the JSON Schema of the output.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TextIO

from onrecord.findings import Fact, Finding, Report
from onrecord.reporters.base import write_json

# A new field increases the second number; a changed or removed one the first.
REPORT_VERSION = "1.2"


def write(report: Report, out: TextIO, **_: object) -> None:
    """Write a report as JSON, in UTF-8 and safe to show in a terminal."""
    write_json(document(report), out, levels=3)


def document(report: Report) -> dict[str, Any]:
    """Return the report as a value that JSON can represent."""
    from onrecord.schema import VERSIONS
    from onrecord.version import __version__

    return {
        "report_version": REPORT_VERSION,
        "onrecord_version": __version__,
        "schema_versions": list(VERSIONS),
        "summary": {
            "errors": len(report.errors),
            "warnings": len(report.warnings),
            "notes": len(report.notes),
            "ignored": len(report.ignored),
            "by_code": dict(sorted(Counter(one.code for one in report.findings).items())),
        },
        "checked": {
            name: value
            for name, value in asdict(report.checked).items()
            if name not in ("read", "ignored")
        }
        | {"ignored_files": len(report.checked.ignored)},
        "checks": list(report.checks),
        "findings": [_finding(finding) for finding in report.findings],
        "ignored": [
            {"reason": one.reason, "finding": _finding(one.finding)} for one in report.ignored
        ],
        "ignored_files": [asdict(one) for one in report.checked.ignored],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    suggestion = finding.suggestion
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
        "facts": _facts(finding.facts),
        "suggestion": suggestion
        and {"changes": _facts(suggestion.changes), "safe": suggestion.safe},
        "fingerprint": finding.fingerprint,
    }


def _facts(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return facts with NaN and infinity, which JSON cannot represent, replaced by their names."""
    return {
        name: str(value) if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in facts.items()
    }
