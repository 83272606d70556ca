"""How many examples a property is tried on, where the profile alone would ask for too many."""

from __future__ import annotations

from hypothesis import settings


def examples(number: int) -> int:
    """Return a number of examples; that of the profile, each night."""
    if settings.get_current_profile_name() == "nightly":
        return settings().max_examples
    return number
