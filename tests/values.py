"""What tests look up in plain values and in records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths of all values inside a plain value, each before those inside it."""
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, step)
            yield from paths_in(inner, (*path, step))


def kept(record: Any) -> dict[str, str]:
    """Return what an import kept of an item, besides the file that it is from."""
    return {
        field.name: field.value
        for field in record.annotation.origin.fields
        if field.name not in {"file", "folder", "split"}
    }
