"""Find the spans in a record, or in a value that is not yet valid."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from onrecord.findings import Path
from onrecord.schema.current import Span
from onrecord.schema.shape import Struct, paths


def spans(model: type[BaseModel], value: Any) -> Iterator[tuple[Path, str, Any]]:
    """Yield the spans in a value of a model; the value need not be valid.

    Yields:
        The path of each span, its role in the model (``quotes.speakers.mentions``), and its value, which
        may be anything in an invalid record.
    """
    for name, steps, role in _span_steps(model):
        if type(value) is dict and value.get(name) is None:
            continue
        for path, found in _follow(value, steps, ()):
            yield path, role, found


def offset(value: Any) -> int | None:
    """Return a value as an offset, also 1.0 as the model does; None if it is not one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if type(value) is int else None


@cache
def _span_steps(model: type[BaseModel]) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """Return the fields that contain spans, the steps to the spans, and their roles."""
    found = []
    for steps, member in paths(model):
        if isinstance(member.inner, Struct) and issubclass(member.inner.model, Span):
            names = [step.removesuffix("[]") for step in steps]
            found.append((names[0], steps, ".".join(names)))
    return tuple(found)


def _follow(value: Any, steps: tuple[str, ...], path: Path) -> Iterator[tuple[Path, Any]]:
    if value is None:
        return
    if not steps or not isinstance(value, dict | BaseModel):
        yield path, value
        return
    name = steps[0].removesuffix("[]")
    inner = value.get(name) if isinstance(value, dict) else getattr(value, name)
    if name == steps[0]:
        yield from _follow(inner, steps[1:], (*path, name))
    elif isinstance(inner, list | tuple):
        for index, item in enumerate(inner):
            yield from _follow(item, steps[1:], (*path, name, index))
    elif inner is not None:
        yield (*path, name), None
