"""Convert reports to JSON values and back, completely: what is read equals what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from onrecord import findings

_NUMBERS = ("files", "articles", "quotes", "claims", "spans", "verified", "unverified")


def to_json(report: findings.Report) -> dict[str, Any]:
    """Return a report, which is compared with no revision, as a JSON value."""
    seen = report.checked
    return {
        "findings": [finding_to_json(one) for one in report.findings],
        "ignored": [[finding_to_json(one.finding), one.reason] for one in report.ignored],
        "checks": list(report.checks),
        "numbers": {name: getattr(seen, name) for name in _NUMBERS},
        "read": seen.read,
        "others": [[one.file, one.reason] for one in seen.ignored],
    }


def from_json(value: Any, checks: Mapping[str, findings.CheckInfo]) -> findings.Report:
    """Return the report that a JSON value holds.

    Args:
        value: What ``to_json`` returned.
        checks: The descriptions of all checks.
    """
    checked = findings.Checked(
        **{name: value["numbers"][name] for name in _NUMBERS},
        read=tuple(value["read"]),
        ignored=tuple(findings.IgnoredFile(*one) for one in value["others"]),
    )
    return findings.Report(
        findings=tuple(map(finding_from_json, value["findings"])),
        checked=checked,
        checks={code: checks[code] for code in value["checks"]},
        ignored=tuple(
            findings.Ignored(finding_from_json(one), reason) for one, reason in value["ignored"]
        ),
    )


def finding_to_json(one: findings.Finding) -> list[Any]:
    """Return a finding as a JSON value, if its facts are some."""
    suggestion = one.suggestion
    return [
        one.code,
        int(one.severity),
        one.message,
        one.hint,
        astuple(one.place),
        one.record,
        one.path,
        dict(one.facts),
        [dict(suggestion.changes), suggestion.safe] if suggestion else None,
        astuple(one.excerpt) if one.excerpt else None,
        astuple(one.passage) if one.passage else None,
    ]


def finding_from_json(value: list[Any]) -> findings.Finding:
    """Return the finding that a JSON value holds."""
    code, severity, message, hint, place, record, path, facts, suggestion, excerpt, passage = value
    return findings.Finding(
        code=code,
        severity=findings.Severity(severity),
        message=message,
        hint=hint,
        place=findings.Place(*place),
        record=record,
        path=path,
        facts=facts,
        suggestion=findings.Suggestion(*suggestion) if suggestion else None,
        excerpt=findings.Excerpt(*excerpt) if excerpt else None,
        passage=findings.Passage(*passage) if passage else None,
    )
