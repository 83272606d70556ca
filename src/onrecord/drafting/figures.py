"""Define the figures of an agreement: precision, recall, F1, and Cohen's kappa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Say how many items of two annotations match (van Rijsbergen 1979).

    A is the reference and B the candidate. Exchanging them exchanges precision and recall, and leaves
    F1 as it is. A figure whose denominator is 0 is undefined, which is None.

    Attributes:
        found: How many items of A have a counterpart in B.
        confirmed: How many items of B have a counterpart in A: the same number, unless one item may
            have several counterparts.
        reference: How many items A has.
        candidate: How many items B has.
    """

    found: int
    confirmed: int
    reference: int
    candidate: int

    @property
    def precision(self) -> float | None:
        """Return the share of B's items that A has too."""
        return self.confirmed / self.candidate if self.candidate else None

    @property
    def recall(self) -> float | None:
        """Return the share of A's items that B has too."""
        return self.found / self.reference if self.reference else None

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of precision and recall; 0 if nothing matches."""
        if not self.found:
            return 0.0 if self.reference or self.candidate else None
        # 2pr / (p + r), multiplied by both denominators.
        both = 2 * self.found * self.confirmed
        return both / (self.confirmed * self.reference + self.found * self.candidate)


@dataclass(frozen=True, slots=True)
class Kappa:
    """Say how two annotations agree in a choice, corrected for chance (Cohen 1960).

    kappa = (observed - expected) / (1 - expected), where the expected agreement is the sum over all
    values of the product of the shares that they have in A and in B. An absent value counts as a value of
    its own. Kappa is undefined (None) if there is no pair, or if the expected agreement is 1, since both
    then chose one and the same value everywhere.

    Attributes:
        pairs: How often each pair of values occurs, the value of A first.
    """

    pairs: tuple[tuple[str, str, int], ...]

    @property
    def n(self) -> int:
        """Return the number of pairs that were compared."""
        return sum(number for _, _, number in self.pairs)

    @property
    def agreed(self) -> int:
        """Return the number of pairs with equal values."""
        return sum(number for one, other, number in self.pairs if one == other)

    @property
    def observed(self) -> float | None:
        """Return the observed agreement."""
        return self.agreed / self.n if self.n else None

    @property
    def expected(self) -> float | None:
        """Return the agreement that is expected by chance."""
        return self._by_chance / self.n**2 if self.n else None

    @property
    def kappa(self) -> float | None:
        """Return Cohen's kappa, computed from whole numbers."""
        n, by_chance = self.n, self._by_chance
        return (self.agreed * n - by_chance) / (n**2 - by_chance) if by_chance < n**2 else None

    @property
    def _by_chance(self) -> int:
        """Return the expected agreement as a number of n² pairs."""
        first: Counter[str] = Counter()
        second: Counter[str] = Counter()
        for one, other, number in self.pairs:
            first[one] += number
            second[other] += number
        return sum(number * second[value] for value, number in first.items())


def kappa(choices: Iterable[tuple[Hashable, Hashable]]) -> Kappa:
    """Count the values of two annotations for the same items; None is an absent value."""
    counted = Counter((_name(one), _name(other)) for one, other in choices)
    return Kappa(tuple((*pair, number) for pair, number in sorted(counted.items())))


def _name(value: Hashable) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "(absent)" if value is None else str(value)
