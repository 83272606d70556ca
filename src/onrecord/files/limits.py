"""Limit the memory and time that one file can use, and the number of its findings.

The limits are far above what records need, and are documented in docs/limits.md. A file that
exceeds one gets a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial

from onrecord.findings import Finding

# The most bytes that one record may have: a document, or a line of a table.
MAX_BYTES = 64 * 2**20
# Deeper than any record; a deeper file is probably an attack on its reader.
MAX_DEPTH = 64
# The most values that one document, or line of a table, may have, names of members among them: each
# takes about 250 bytes of memory. A novel with 3,500 quotes has about 160,000.
MAX_VALUES = 250_000
# The most characters and values in a file of settings, pyproject.toml.
MAX_SETTINGS = 2**20
MAX_TOML = 10_000
# The most findings of one check that are listed for one file; more are counted.
MAX_FINDINGS = 1_000


# A check, a finding of it, and how many it represents: 0 if it describes the whole file. Without the
# finding, they are only counted.
Note = tuple[object, Finding | None, int]


class FindingLimit:
    """List the first findings of each check in one file, and count the others.

    Args:
        limit: How many findings of each check are listed; 0 for all.
    """

    def __init__(self, limit: int = MAX_FINDINGS) -> None:
        self._limit = limit
        self._numbers: Counter[object] = Counter()
        self._first: dict[object, Finding] = {}

    def list(
        self, check: object, make: Callable[[], Finding], number: int = 1
    ) -> Iterator[Finding]:
        """Yield a finding if it is still below the limit; otherwise only count it.

        Args:
            check: The check.
            make: Builds the finding; not called if it is only counted.
            number: How many findings it represents.
        """
        listed = self._numbers[check]
        self._numbers[check] += number
        if not self._limit or listed < self._limit:
            yield make()
        elif check not in self._first:
            self._first[check] = make()

    def once(self, check: object, make: Callable[[], Finding]) -> Iterator[Finding]:
        """Yield a finding that describes the whole file, if it is the first of its check."""
        if not self._numbers[check]:
            self._numbers[check] = 1
            yield make()

    def only_counts(self, checks: Collection[object]) -> bool:
        """Count one finding of each of these checks if none would be listed; return whether it did."""
        if not all(check in self._first for check in checks):
            return False
        self._numbers.update(checks)
        return True

    def rest(self) -> Iterator[Finding]:
        """Yield one finding for each check that represents all findings that were only counted."""
        for check, number in self._numbers.items():
            if check in self._first:
                yield rest(self._first[check], number - self._limit)

    def replay(self, notes: Iterable[Note]) -> Iterator[Finding]:
        """Yield the findings that were noted for the next part of the file, as `list` and `once` do."""
        for check, finding, number in notes:
            if finding is None:
                self._numbers[check] += number
            elif number:
                yield from self.list(check, partial(_same, finding), number)
            else:
                yield from self.once(check, partial(_same, finding))


class FindingNotes(FindingLimit):
    """Note the findings in a part of a file, for the limit of the whole file to list or count.

    Attributes:
        notes: The notes, in order.
    """

    def __init__(self, limit: int = MAX_FINDINGS) -> None:
        super().__init__(limit)
        self.notes: list[Note] = []

    def list(
        self, check: object, make: Callable[[], Finding], number: int = 1
    ) -> Iterator[Finding]:
        """Note a finding if the whole file may list it; otherwise note its number."""
        counts = check in self._first
        listed = next(super().list(check, make, number), None)
        self.notes.append((check, listed if counts or listed else self._first[check], number))
        return iter(())

    def once(self, check: object, make: Callable[[], Finding]) -> Iterator[Finding]:
        """Note a finding that describes the whole file."""
        self.notes += [(check, finding, 0) for finding in super().once(check, make)]
        return iter(())

    def only_counts(self, checks: Collection[object]) -> bool:
        """Note one finding of each of these checks if none could be listed; return whether it did."""
        only = super().only_counts(checks)
        if only:
            self.notes += [(check, None, 1) for check in checks]
        return only


def _same(finding: Finding) -> Finding:
    return finding


def rest(first: Finding, number: int) -> Finding:
    """Return a finding that represents a number of findings of one check, given the first.

    It has the same code and severity, so that settings apply to it. The number is text among its
    facts, so that a baseline tolerates no other number.
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
