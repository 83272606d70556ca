"""Limits: how much one file may ask of those who read it, and of those who read its findings.

They are far from what records need, and documented in docs/limits.md. What exceeds one is a
finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from onrecord.findings import Finding

# The most bytes that one record may have: a document, or a line of a table.
MAX_BYTES = 64 * 2**20
# Deeper than any record; a file that goes deeper is made to exhaust its reader.
MAX_DEPTH = 64
# The most values that one document, or line of a table, may have, names of members among them: each
# takes about 250 bytes of memory. A novel with 3,500 quotes has about 160,000.
MAX_VALUES = 250_000
# The most characters and values in a file of settings, pyproject.toml.
MAX_SETTINGS = 2**20
MAX_TOML = 10_000
# The most findings of one check that are listed for one file; more are counted.
MAX_FINDINGS = 1_000


class FindingLimit:
    """Lists the first findings of each check in one file, and counts the others.

    Args:
        limit: How many of each check are listed; 0 for all.
    """

    def __init__(self, limit: int = MAX_FINDINGS) -> None:
        self._limit = limit
        self._numbers: Counter[object] = Counter()
        self._first: dict[object, Finding] = {}

    def list(
        self, check: object, make: Callable[[], Finding], number: int = 1
    ) -> Iterator[Finding]:
        """Return a finding that is to be listed; nothing if it is only counted.

        Args:
            check: The check that makes it.
            make: Makes it, which takes time.
            number: How many findings it stands for.
        """
        listed = self._numbers[check]
        self._numbers[check] += number
        if not self._limit or listed < self._limit:
            yield make()
        elif check not in self._first:
            self._first[check] = make()

    def only_counts(self, checks: Collection[object]) -> bool:
        """Return whether no finding of any of these checks is listed any more; then count them."""
        if not all(check in self._first for check in checks):
            return False
        self._numbers.update(checks)
        return True

    def rest(self) -> Iterator[Finding]:
        """Return one finding for all those of a check that are not listed."""
        for check, number in self._numbers.items():
            if check in self._first:
                yield rest(self._first[check], number - self._limit)


def rest(first: Finding, number: int) -> Finding:
    """Return the finding that stands for a number of findings of one check, given the first.

    It has the code and the severity of what it stands for, so that settings apply to it. The number
    is text among its facts, so that a baseline tolerates no other number.
    """
    if number == 1:
        return first
    return replace(
        first,
        message=f"{number} more findings of {first.code} from here on; first: {first.message}",
        hint="fix those that are listed and validate again, or list all with --max-findings 0",
        record=None,
        path="",
        facts={"more": str(number)},
        suggestion=None,
    )
