"""Which checks a report is limited to: their codes and families, selected or ignored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from onrecord.errors import did_you_mean
from onrecord.findings import Finding, Report, Severity
from onrecord.rules import SETTABLE_CHECKS
from onrecord.rules import reading as unread

# What could not be read was not checked either, so that a report without it would mislead.
_UNREAD = unread.SyntaxError.family


@dataclass(frozen=True, slots=True)
class Selection:
    """The checks that a report is limited to, as linters have them.

    A check is reported if it is selected, or nothing is, and it is not ignored. Its code decides
    over its family; where both are of the same kind, ``ignore`` decides. Errors that keep files or
    records from being read are reported unless they are ignored, whatever is selected.

    Attributes:
        select: Codes and families to report; none stand for all.
        ignore: Codes and families not to report.
    """

    select: Collection[str] = ()
    ignore: Collection[str] = ()

    def wants(self, finding: Finding) -> bool:
        """Return whether a finding is to be reported."""
        return self._has(finding.code, finding.severity)

    def _has(self, code: str, severity: Severity) -> bool:
        """Return whether findings of a check that have a severity are to be reported."""
        check = SETTABLE_CHECKS.get(code)
        for name in (code, check.family if check else code):
            if name in self.ignore:
                return False
            if name in self.select:
                return True
        is_unread = check is not None and check.family == _UNREAD
        return not self.select or (is_unread and severity is Severity.ERROR)

    def of(self, report: Report) -> Report:
        """Return the report with the findings and checks that are wanted."""
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
    """Return the codes and families that a text names, with commas between them.

    Raises:
        ValueError: It names something else; the message is for people.
    """
    known = dict.fromkeys((*SETTABLE_CHECKS, *(one.family for one in SETTABLE_CHECKS.values())))
    found = [name.strip() for name in text.split(",")]
    for name in found:
        if name not in known:
            advice = did_you_mean(name, known) or "onrecord rules lists codes and families"
            raise ValueError(f"there is no check or family of checks {name!r}; {advice}")
    return found
