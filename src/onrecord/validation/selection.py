"""Limit a report to some checks, selected or ignored by code or family."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from onrecord.errors import did_you_mean
from onrecord.findings import Finding, Report, Severity
from onrecord.rules import SETTABLE_CHECKS
from onrecord.rules import reading as unread

# Files that cannot be read are not checked, so a report without these findings would mislead.
_UNREAD = unread.SyntaxError.family


@dataclass(frozen=True, slots=True)
class Selection:
    """Limit a report to some checks, with the semantics of linters.

    A check is reported if it is selected, or nothing is, and it is not ignored. Its code takes
    precedence over its family; between equals, ``ignore`` does. Errors that keep files or records
    from being read are reported unless they are ignored, even if only others are selected.

    Attributes:
        select: Codes and families to report; empty for all.
        ignore: Codes and families not to report.
    """

    select: Collection[str] = ()
    ignore: Collection[str] = ()

    def wants(self, finding: Finding) -> bool:
        """Return whether a finding is reported."""
        return self._has(finding.code, finding.severity)

    def _has(self, code: str, severity: Severity) -> bool:
        """Return whether findings of a check with this severity are reported."""
        check = SETTABLE_CHECKS.get(code)
        for name in (code, check.family if check else code):
            if name in self.ignore:
                return False
            if name in self.select:
                return True
        is_unread = check is not None and check.family == _UNREAD
        return not self.select or (is_unread and severity is Severity.ERROR)

    def of(self, report: Report) -> Report:
        """Return the report with only the reported findings and checks."""
        if not self.select and not self.ignore:
            return report
        return replace(
            report,
            findings=tuple(filter(self.wants, report.findings)),
            ignored=tuple(one for one in report.ignored if self.wants(one.finding)),
            checks={
                code: info for code, info in report.checks.items() if self._has(code, info.severity)
            },
        )


def names(text: str) -> list[str]:
    """Parse a list of codes and families, separated by commas.

    Raises:
        ValueError: It contains something else; the message is for users.
    """
    known = dict.fromkeys((*SETTABLE_CHECKS, *(one.family for one in SETTABLE_CHECKS.values())))
    found = [name.strip() for name in text.split(",")]
    for name in found:
        if name not in known:
            advice = did_you_mean(name, known) or "onrecord rules lists codes and families"
            raise ValueError(f"there is no check or family of checks {name!r}; {advice}")
    return found
