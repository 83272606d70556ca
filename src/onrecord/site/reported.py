"""Choose what may be shown of findings: their messages may contain words that rights withhold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from onrecord.findings import Finding, Report


def article_of(finding: Finding) -> str | None:
    """Return the id of the article that a finding is about; None if it is about no record."""
    return finding.record.partition(".")[0] if finding.record else None


def may_be_shown(report: Report, withheld: Collection[str]) -> Iterator[Finding]:
    """Yield the findings of a report, in other words if theirs might contain withheld ones.

    Args:
        report: The report.
        withheld: The ids of the articles whose texts may not be passed on.
    """
    for finding in report.findings:
        article = article_of(finding)
        check = report.checks.get(finding.code)
        if article is not None and article not in withheld:
            yield finding
        else:
            title = check.title if check else finding.code
            hint = f"run onrecord validate, or onrecord explain {finding.code}"
            yield replace(finding, message=title, hint=hint, facts={}, suggestion=None)
