"""How many examples a property is tried on, where the profile alone would ask for too many."""

from __future__ import annotations

from hypothesis import settings


def is_nightly() -> bool:
    """Return whether the nightly profile is in use, the only one whose examples differ each time."""
    return not settings().derandomize


def examples(number: int) -> int:
    """Return a number of examples, or in the nightly profile that of the profile."""
    return settings().max_examples if is_nightly() else number
