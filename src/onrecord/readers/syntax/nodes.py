"""Represent a YAML or JSON file as a tree in which every value knows its location."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from onrecord.findings import Fact, Mark, Path, Problem
from onrecord.rules.base import Check

Scalar = str | int | float | bool | None
Json = Scalar | list["Json"] | dict[str, "Json"]


class Marks:
    """Convert indices into a text to lines and columns, all counted from 0."""

    def __init__(self, text: str) -> None:
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, index: int) -> Mark:
        """Return the mark of an index into the text."""
        if len(self._lines) == 1:
            return Mark(index, 0, index)
        line = bisect.bisect_right(self._lines, index) - 1
        return Mark(index, line, index - self._lines[line])


@dataclass(slots=True)
class Node:
    """Hold a value of a file, the position at which it begins, and the index after its end.

    ``value`` is a scalar, a list of nodes, or members by name.
    """

    start: Mark
    end: int
    value: Scalar | list[Node] | dict[str, Member]
    flow: bool = True


class Member(NamedTuple):
    """Hold a name and a value of a mapping, as nodes."""

    key: Node
    value: Node


class UnreadableError(Exception):
    """Signal that a text cannot be parsed into a tree."""

    def __init__(self, check: type[Check], mark: Mark, **facts: Fact) -> None:
        super().__init__(check.code)
        self.problem = Problem(check, mark, facts)


class UndecidedError(ValueError):
    """Signal that a quick loader leaves a text to the parser that also finds problems."""


def unique_members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Return the mapping of names to values, as decoders of JSON ask for it.

    Raises:
        UndecidedError: Two members have the same name.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UndecidedError
    return found


def to_value(node: Node) -> Json:
    """Convert a tree to plain Python values."""
    if isinstance(node.value, dict):
        return {name: to_value(member.value) for name, member in node.value.items()}
    if isinstance(node.value, list):
        return [to_value(item) for item in node.value]
    return node.value


def scalars(root: Node) -> Iterator[tuple[Path, Node]]:
    """Yield all scalars of a tree with their paths, including names of members."""
    waiting: list[tuple[Path, Node]] = [((), root)]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node.value, dict):
            for name, member in node.value.items():
                waiting += ((*path, name), member.key), ((*path, name), member.value)
        elif isinstance(node.value, list):
            waiting += (((*path, index), item) for index, item in enumerate(node.value))
        else:
            yield path, node


def find(node: Node, path: Path) -> Node | None:
    """Return the node at a path, if it exists."""
    for step in path:
        inside = node.value
        if isinstance(inside, dict) and step in inside:
            node = inside[str(step)].value
        elif isinstance(inside, list) and isinstance(step, int) and step < len(inside):
            node = inside[step]
        else:
            return None
    return node


def nearest(node: Node, path: Path) -> Node:
    """Return the node at a path, or the nearest existing node around it."""
    for length in range(len(path), 0, -1):
        if (found := find(node, path[:length])) is not None:
            return found
    return node
