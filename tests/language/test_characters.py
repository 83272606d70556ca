"""Characters that do not belong in a text."""

from __future__ import annotations

import pytest

from onrecord.language.characters import overrides


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("\u202aa\u202c \u2067b\u2069", []),
        ("a\u202cb", [1]),
        ("a\u2069b", [1]),
        ("\u2067\u202aa\u2069", [1]),
        ("\u2067\u202da\u2069", [1]),
        ("\u202aa\nb\u202c", [0, 4]),
        ("\u202e", [0]),
    ],
)
def test_directions_that_are_forced_or_not_closed_are_found(text, places):
    assert [one.start for one in overrides(text)] == places
