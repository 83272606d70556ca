"""Look through the strings of a record."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any


def strings_in(value: Any, but: Collection[str] = ()) -> Iterator[str]:
    """Yield all strings of a value, except those in fields of some names."""
    if isinstance(value, dict):
        value = [one for name, one in value.items() if name not in but]
    if isinstance(value, list | tuple):
        for one in value:
            yield from strings_in(one, but)
    elif isinstance(value, str):
        yield value
