"""Problems in a text, before they become findings with a location in a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from onrecord.findings import Excerpt, Fact
from onrecord.rules.base import Check

# The steps to a value inside a record: names of members and indexes of items.
Path = tuple[str | int, ...]


@dataclass(slots=True, order=True)
class Mark:
    """A position in a text: its index, line and column in code points, all from 0."""

    index: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong in a file, before it becomes a finding.

    Attributes:
        check: The check that it violates.
        mark: Its position in the text; the beginning until it is located.
        facts: Values for the placeholders of the message.
        path: The path of the value.
        number: How many problems of this kind it represents, including itself.
        at_key: Whether it is about the name of the value, not the value.
    """

    check: type[Check]
    mark: Mark = field(default_factory=lambda: Mark(0, 0, 0))
    facts: Mapping[str, Fact] = field(default_factory=dict)
    path: Path = ()
    number: int = 1
    at_key: bool = False


def path_text(path: Path) -> str:
    """Format a path: ``content[0].exact``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def parse_path(text: str) -> Path:
    """Parse a path that ``path_text`` formatted."""
    return tuple(
        int(index) if index else name for index, name in re.findall(r"\[(\d+)\]|([^.\[\]]+)", text)
    )


def excerpt(line: str, column: int, around: int = 100) -> Excerpt:
    """Return the part of a line around a column, counted from 0."""
    begin = max(0, column - around) if len(line) > 2 * around else 0
    cut = line[begin : begin + 2 * around]
    return Excerpt(("…" if begin else "") + cut, column - begin + (1 if begin else 0))
