"""Parse TOML into a tree with the location of every value.

The standard library parses the values; this module finds the positions of keys and values in a text
that is known to be well-formed.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from onrecord.files.limits import MAX_DEPTH, MAX_SETTINGS, MAX_TOML
from onrecord.files.opening import mark_at
from onrecord.findings import Mark, Path, Problem
from onrecord.readers.syntax.nodes import Marks, Member, Node, UnreadableError
from onrecord.rules import reading

_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_TOKEN = re.compile(
    r"""
    (?P<space> [ \t\r]+ | \#[^\n]* )
    # Those that are not closed go on to the end, so that each character is looked at once.
    | (?P<text> \"{3} (?:\\.|[^\\])*? (?: \"{3,5} | \Z ) | '{3} .*? (?: '{3,5} | \Z )
        | " (?:\\.|[^"\\\n])*+ "? | ' [^'\n]*+ '? )
    | (?P<sign> [\[\]{},=\n] )
    | (?P<bare> [^\s\[\]{},=\#"']+ )
    """,
    re.VERBOSE | re.DOTALL,
)


def parse(text: str) -> tuple[Node, list[Problem]]:
    """Parse a TOML text into a tree. Dates and times become strings in ISO 8601.

    Raises:
        UnreadableError: The text cannot be parsed.
    """
    return _node(load(text), (), dict(_Scanner(text).document())), []


def load(text: str) -> dict[str, Any]:
    """Return the value of a TOML text.

    Raises:
        UnreadableError: It is not TOML, or exceeds the limits.
    """
    if len(text) > MAX_SETTINGS:
        raise UnreadableError(reading.TooLong, Mark(0, 0, 0), limit=MAX_SETTINGS)
    _check_keys(text)
    try:
        value = tomllib.loads(text)
        _check(value)
    except RecursionError:
        raise UnreadableError(reading.TooDeep, Mark(0, 0, 0), limit=MAX_DEPTH) from None
    except tomllib.TOMLDecodeError as error:
        what = str(error)
        found = _WHERE.search(what)
        index = len(text)
        if found and found[1]:
            lines = text.split("\n")[: int(found[1]) - 1]
            index = sum(len(line) + 1 for line in lines) + int(found[2]) - 1
        raise UnreadableError(
            reading.SyntaxError,
            mark_at(text, min(index, len(text))),
            format="TOML",
            problem=_WHERE.sub("", what),
        ) from None
    return value


def _check_keys(text: str) -> None:
    """Check that no key has more steps than the allowed depth: memory grows with their square.

    Raises:
        UnreadableError: A key is too long.
    """
    dots = 0
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "sign":
            dots = 0
        elif token.lastgroup == "bare":
            dots += token[0].count(".")
            if dots > MAX_DEPTH:
                mark = mark_at(text, token.start())
                raise UnreadableError(reading.TooDeep, mark, limit=MAX_DEPTH)


def _check(value: Any) -> None:
    """Check that a value is within the limits.

    Raises:
        UnreadableError: It is nested too deep, or has too many values.
    """
    waiting, values = [(value, 1)], 0
    while waiting:
        inner, depth = waiting.pop()
        values += 1
        if isinstance(inner, dict | list):
            if depth > MAX_DEPTH:
                raise UnreadableError(reading.TooDeep, Mark(0, 0, 0), limit=MAX_DEPTH)
            found = inner.values() if isinstance(inner, dict) else inner
            values += len(inner) if isinstance(inner, dict) else 0
            waiting += ((one, depth + 1) for one in found)
        if values > MAX_TOML:
            raise UnreadableError(reading.TooManyValues, Mark(0, 0, 0), limit=MAX_TOML)


def _node(value: Any, path: Path, marks: dict[Path, tuple[Mark, Mark]]) -> Node:
    """Build the tree of a value; a value without a position of its own begins at its first member."""
    start = Mark(0, 0, 0)
    if path in marks:
        start = marks[path][1]
    elif path:
        start = min(mark for inner, (mark, _) in marks.items() if inner[: len(path)] == path)
    if isinstance(value, dict):
        members = {}
        for name, inner in value.items():
            node = _node(inner, (*path, name), marks)
            key = marks[*path, name][0] if (*path, name) in marks else node.start
            members[name] = Member(Node(key, key.index, name), node)
        return Node(start, start.index, members)
    if isinstance(value, list):
        items = [_node(inner, (*path, index), marks) for index, inner in enumerate(value)]
        return Node(start, start.index, items)
    if isinstance(value, dt.date | dt.time):
        value = value.isoformat()
    return Node(start, start.index, value)


class _Scanner:
    """Find the positions of the key and the value of each path in a well-formed text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.marks = Marks(text)
        self.tokens = [match for match in _TOKEN.finditer(text) if match.lastgroup != "space"]
        self.at = 0
        self.tables: dict[Path, int] = {}

    def document(self) -> Iterator[tuple[Path, tuple[Mark, Mark]]]:
        table: Path = ()
        while self.at < len(self.tokens):
            start = self.mark()
            if self.accept("\n"):
                continue
            if self.accept("["):
                many = self.accept("[")
                table = self.inside(self.key("]"), many=many)
                if many:
                    self.at += 1
                yield table, (start, start)
            else:
                yield from self.member(table)

    def inside(self, path: Path, *, many: bool) -> Path:
        """Return the path of a table header, with the index of each array of tables in it."""
        found: Path = ()
        for length, step in enumerate(path, 1):
            found = (*found, step)
            if many and length == len(path):
                self.tables[found] = self.tables.get(found, -1) + 1
            if found in self.tables:
                found = (*found, self.tables[found])
        return found

    def member(self, table: Path) -> Iterator[tuple[Path, tuple[Mark, Mark]]]:
        key = self.mark()
        path = (*table, *self.key("="))
        yield path, (key, self.mark())
        yield from self.value(path)

    def value(self, path: Path) -> Iterator[tuple[Path, tuple[Mark, Mark]]]:
        if self.accept("["):
            index = 0
            while not self.accept("]"):
                if not (self.accept(",") or self.accept("\n")):
                    mark = self.mark()
                    yield (*path, index), (mark, mark)
                    yield from self.value((*path, index))
                    index += 1
        elif self.accept("{"):
            while not self.accept("}"):
                if not (self.accept(",") or self.accept("\n")):
                    yield from self.member(path)
        else:
            while self.at < len(self.tokens) and self.tokens[self.at].lastgroup != "sign":
                self.at += 1

    def key(self, end: str) -> Path:
        """Return the parts of a dotted key, up to the sign that ends it."""
        begin = self.tokens[self.at].start()
        while not self.accept(end):
            self.at += 1
        value: Any = tomllib.loads(f"{self.text[begin : self.tokens[self.at - 1].start()]} = 0")
        steps: list[str] = []
        while isinstance(value, dict):
            ((name, value),) = value.items()
            steps.append(name)
        return tuple(steps)

    def accept(self, sign: str) -> bool:
        """Move past a sign if it comes next; return whether it did."""
        found = self.at < len(self.tokens) and self.tokens[self.at][0] == sign
        self.at += found
        return found

    def mark(self) -> Mark:
        token = self.tokens[self.at]
        return self.marks.at(token.start())
