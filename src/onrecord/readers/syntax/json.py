"""Parse JSON (RFC 8259) into a tree with the location of every value.

The standard library parses the scalars; this module records where they are.
"""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # unlisted, but what JSONDecoder calls

from onrecord.files.limits import MAX_DEPTH, MAX_VALUES
from onrecord.findings import Mark, Path, Problem
from onrecord.readers.syntax import nodes
from onrecord.rules import reading

_SPACES = frozenset(" \t\n\r")
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: dict[str, nodes.Scalar] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
}
_WORD = re.compile("|".join(_WORDS))


def parse(text: str, limit: float = MAX_VALUES) -> tuple[nodes.Node, list[Problem]]:
    """Parse a JSON text into a tree, with problems that do not prevent that.

    Args:
        text: The text.
        limit: The largest number of values, including names of members.

    Raises:
        UnreadableError: The text cannot be parsed.
    """
    return _Parser(text, limit).document()


def load(text: str) -> nodes.Json:
    """Return the value of a JSON text without locations; None if ``parse`` may find problems."""
    if may_exceed_limits(text):
        return None
    try:
        value: nodes.Json = json.loads(text, object_pairs_hook=nodes.unique_members)
    except ValueError:
        return None
    return value


# Returns the value at an index of a JSON text, and the index after it.
value_at = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # likewise


def seek(text: str, path: Path) -> tuple[int, int | None]:
    """Find the value at a path, or the nearest existing value around it, without building a tree.

    What is beside the path is skipped by the standard library, which takes a tenth of the time of
    `parse`.

    Args:
        text: A text in which `parse` finds no problem, and which does not exceed its limits.
        path: The path.

    Returns:
        The index at which the value begins, and the index at which the name of the value at the
        path begins; None if there is no such value, or it has no name.
    """
    index, name = _skip(text, 0), None
    for step in path:
        inside = _member if text.startswith("{", index) else _item
        found = inside(text, index, step)
        if found is None:
            return index, None
        index, name = found
    return index, name


def _member(text: str, index: int, name: str | int) -> tuple[int, int | None] | None:
    """Return where the first member of an object with a name begins, and where its name does."""
    index = _skip(text, index + 1)
    while text[index] == '"':
        key, end = scanstring(text, index + 1, True)
        value = _skip(text, _skip(text, end) + 1)
        if key == name:
            return value, index
        index = _next(text, value)
    return None


def _item(text: str, index: int, number: str | int) -> tuple[int, None] | None:
    """Return where an item of a list begins; None if there is none, or the value is no list."""
    if not isinstance(number, int) or text[index] != "[":
        return None
    index = _skip(text, index + 1)
    for _ in range(number):
        if text[index] == "]":
            return None
        index = _next(text, index)
    return None if text[index] == "]" else (index, None)


def _next(text: str, index: int) -> int:
    """Return the index of what follows a value in a list or object: another one, or the end."""
    _, end = value_at(text, index)
    end = _skip(text, end)
    return _skip(text, end + 1) if text[end] == "," else end


def _skip(text: str, index: int) -> int:
    """Return the index of the first character that is no white space."""
    match = None if text[index : index + 1] not in _SPACES else _SPACE.match(text, index)
    return match.end() if match else index


# Strings, even one that is not closed, and the brackets outside them.
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|([\[{])|[\]}]', re.DOTALL)


def may_exceed_limits(text: str) -> bool:
    """Return whether a JSON text may be nested too deep, or have too many values, for ``parse``.

    Other JSON parsers crash or need any amount of memory on such texts, so they may only receive
    texts for which this is false. It takes linear time and constant memory. In a text that is not
    JSON, everything before the first error counts.
    """
    opening = text.count("[") + text.count("{")
    if opening > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        return True
    # Each value and each name but the first follows one of these.
    return len(text) > MAX_VALUES and text.count(",") + text.count(":") + opening >= MAX_VALUES


def _depth(text: str) -> int:
    """Return how deep values are nested; a number above the limit if it is exceeded."""
    depth = deepest = 0
    for found in _BRACKETS.finditer(text):
        if found[1]:
            depth += 1
            deepest = max(depth, deepest)
            if depth > MAX_DEPTH:
                break
        elif found[0] in "]}":
            depth -= 1
    return deepest


class _Parser:
    def __init__(self, text: str, limit: float) -> None:
        self.text = text
        self.limit = limit
        self.mark = nodes.Marks(text).at
        self.problems: list[Problem] = []
        self.values = 0

    def document(self) -> tuple[nodes.Node, list[Problem]]:
        begin = self.skip(0)
        if begin == len(self.text):
            return nodes.Node(self.mark(begin), begin, None), []
        root = self.node(begin, 0)
        if (rest := self.skip(root.end)) != len(self.text):
            raise self.wrong(rest, "there is more after the end of the value")
        return root, self.problems

    def skip(self, index: int) -> int:
        return _skip(self.text, index)

    def wrong(self, index: int, problem: str) -> nodes.UnreadableError:
        return nodes.UnreadableError(
            reading.SyntaxError, self.mark(index), format="JSON", problem=problem
        )

    def node(self, index: int, depth: int) -> nodes.Node:
        start = self.mark(index)
        self.values += 1
        if self.values > self.limit:
            raise nodes.UnreadableError(reading.TooManyValues, start, limit=self.limit)
        first = self.text[index : index + 1]
        if first in ("{", "[") and depth == MAX_DEPTH:
            raise nodes.UnreadableError(reading.TooDeep, start, limit=MAX_DEPTH)
        if first == "{":
            return self.mapping(start, depth + 1)
        if first == "[":
            return self.sequence(start, depth + 1)
        if first == '"':
            return self.string(index)
        if match := _WORD.match(self.text, index):
            return nodes.Node(start, match.end(), _WORDS[match[0]])
        if match := _NUMBER.match(self.text, index):
            return nodes.Node(start, match.end(), _number(match))
        raise self.wrong(index, "a value was expected here")

    def string(self, index: int) -> nodes.Node:
        try:
            value, end = scanstring(self.text, index + 1, True)
        except json.JSONDecodeError as error:
            raise self.wrong(error.pos, error.msg[0].lower() + error.msg[1:]) from None
        return nodes.Node(self.mark(index), end, value)

    def sequence(self, start: Mark, depth: int) -> nodes.Node:
        items: list[nodes.Node] = []
        index = self.skip(start.index + 1)
        while self.text[index : index + 1] != "]":
            if items:
                index = self.after(index, ",")
            items.append(self.node(index, depth))
            index = self.skip(items[-1].end)
        return nodes.Node(start, index + 1, items)

    def mapping(self, start: Mark, depth: int) -> nodes.Node:
        members: dict[str, nodes.Member] = {}
        index = self.skip(start.index + 1)
        first = True
        while self.text[index : index + 1] != "}":
            if not first:
                index = self.after(index, ",")
            first = False
            if self.text[index : index + 1] != '"':
                raise self.wrong(index, "a name in double quotation marks was expected here")
            key = self.string(index)
            self.values += 1
            value = self.node(self.after(self.skip(key.end), ":"), depth)
            index = self.skip(value.end)
            name = str(key.value)
            if name in members:
                line = members[name].key.start.line + 1
                problem = Problem(reading.DuplicateKey, key.start, {"key": name, "first": line})
                self.problems.append(problem)
            else:
                members[name] = nodes.Member(key, value)
        return nodes.Node(start, index + 1, members)

    def after(self, index: int, sign: str) -> int:
        if self.text[index : index + 1] != sign:
            raise self.wrong(index, f"{sign} was expected here")
        return self.skip(index + 1)


def _number(match: re.Match[str]) -> nodes.Scalar:
    if match[2] or match[3]:
        return float(match[0])
    return int(match[0]) if len(match[0]) < 1000 else float("inf")
