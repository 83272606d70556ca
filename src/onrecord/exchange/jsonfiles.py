"""Read JSON files of foreign formats; locations of values are computed only on request."""

from __future__ import annotations

import json as stdlib
import math
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from onrecord.exchange.base import ImportedArticle, SourceItem, in_text
from onrecord.exchange.entries import Entry
from onrecord.exchange.values import kind
from onrecord.files import limits
from onrecord.files.opening import File, PackingError, Text, content, decode
from onrecord.findings import Located, Mark, Path, Problem
from onrecord.readers.bulk.blocks import blocks
from onrecord.readers.bulk.jsonl import unique
from onrecord.readers.syntax import json
from onrecord.readers.syntax.nodes import Json, Node, UnreadableError, find
from onrecord.rules import reading

# The most bytes of one JSON file: feeds of a whole organisation are one.
MAX_BYTES = 2**30
# Longer texts are not parsed again for a better error message: the parser that records locations
# takes thirty times their memory.
LARGE = 2**24
# Bytes of a file whose lines are read at once.
_BLOCK = 2**18


class JsonText:
    """Parse a JSON text, which is a whole file or one line of it.

    Attributes:
        value: Its plain value; None if it cannot be parsed.
        problems: Its problems, including why it cannot be parsed.
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        self.problems = [in_text(self.text, problem) for problem in text.problems]
        self._in_syntax: list[Problem] = []
        self.value: Json = None
        if not any(problem.is_error for problem in self.problems):
            try:
                self.value = _decode(text.text)
            except (ValueError, RecursionError) as error:
                self._explain(error)

    def _explain(self, error: Exception) -> None:
        """Parse the text again with the parser that records locations, and add its problems."""
        if isinstance(error, stdlib.JSONDecodeError) and len(self.text.text) > LARGE:
            facts = {"format": "JSON", "problem": error.msg[:1].lower() + error.msg[1:]}
            mark = self._marks.at(error.pos)
            self.problems.append(in_text(self.text, Problem(reading.SyntaxError, mark, facts)))
            return
        try:
            self._in_syntax = json.parse(self.text.text, math.inf)[1]
        except UnreadableError as unreadable:
            self.problems.append(in_text(self.text, unreadable.problem))
            return
        if self._in_syntax:
            self.value = stdlib.loads(self.text.text)
        else:
            start = Mark(0, 0, 0)
            blank = not self.text.text.strip()
            problem = "there is nothing in it" if blank else "a number has too many digits"
            facts = {"format": "JSON", "problem": problem}
            self.problems.append(in_text(self.text, Problem(reading.SyntaxError, start, facts)))

    @property
    def readable(self) -> bool:
        """Return whether the text could be parsed."""
        return not any(problem.is_error for problem in self.problems)

    @cached_property
    def _root(self) -> Node:
        return json.parse(self.text.text, math.inf)[0]

    @cached_property
    def _places(self) -> _Places:
        return _Places(self.text.text)

    @cached_property
    def _marks(self) -> _Marks:
        return _Marks(self.text.text)

    def locate(self, path: Path) -> Located:
        """Return the location of the value at a path, or of the nearest existing one around it."""
        index = self._places.nearest(path) if self.readable else 0
        return self.text.point(self._marks.at(index))

    def entry(self, raw: dict[str, Any], path: Path = ()) -> Entry:
        """Return an object of the text as a separate item, with its syntax problems."""
        entry = Entry(raw, self.locate, path)
        if self._in_syntax and (node := find(self._root, path)) is not None:
            entry.problems += [
                in_text(self.text, problem)
                for problem in self._in_syntax
                if node.start.index <= problem.mark.index < node.end
            ]
        return entry

    def entries(self, value: Json, path: Path = ()) -> Iterator[Entry | Problem]:
        """Yield the objects of a list as separate items; a problem for each other value."""
        if not isinstance(value, list):
            yield self.no_object(value, path, "a list")
            return
        for index, raw in enumerate(value):
            at = (*path, index)
            yield self.entry(raw, at) if isinstance(raw, dict) else self.no_object(raw, at)

    def no_object(self, value: Json, path: Path, expected: str = "an object") -> Problem:
        """Return the problem that a value is not an object."""
        entry = Entry({}, self.locate, path)
        facts = {"field": entry.name() or "the file", "found": kind(value), "expected": expected}
        return Problem(reading.WrongType, where=entry.where(), facts=facts, path=(entry.name(),))


def read_document(file: File) -> JsonText:
    """Read a file that is one JSON text.

    Raises:
        InputError: It cannot be read.
    """
    return JsonText(decode(file, content(file, MAX_BYTES), limit=MAX_BYTES))


def lines_of(file: File) -> Iterator[Sequence[tuple[int, bytes] | JsonText]]:
    """Yield the lines of a file that are not blank, some at a time, with their numbers from 0.

    Compressed files are decompressed; damaged ones end with a text that cannot be read.

    Raises:
        InputError: It cannot be read.
    """
    number = -1
    try:
        for block in blocks(file, _BLOCK):
            if found := block.filled_lines():
                number = found[-1][0]
                yield found
    except PackingError as damaged:
        yield [JsonText(damaged.text(number + 1))]


def read_lines(file: File) -> Iterator[tuple[JsonText, int]]:
    """Yield the lines of a file as `lines_of` does, parsed, with the bytes read for each."""
    for found in lines_of(file):
        for one in found:
            yield text_of_line(file, one), size_of_line(one)


def size_of_line(line: tuple[int, bytes] | JsonText) -> int:
    """Return the bytes that were read for a line."""
    return 0 if isinstance(line, JsonText) else len(line[1]) + 1


def text_of_line(file: File, line: tuple[int, bytes] | JsonText) -> JsonText:
    """Return a line of a file, parsed."""
    return line if isinstance(line, JsonText) else JsonText(decode(file, line[1], line[0]))


def plain_object(data: bytes) -> dict[str, Any] | None:
    """Return the object that a line of JSON is; None if it is none, or has any problem."""
    if len(data) > limits.MAX_BYTES:
        return None
    try:
        text = data.decode()
        value, end = _scan(text, 0)
    except (ValueError, RecursionError, StopIteration):
        return None
    return value if type(value) is dict and end == len(text) else None


def refused(
    source: JsonText, *problems: Problem, expected: str = "an object", size: int = 0
) -> ImportedArticle:
    """Return an article with one refused item for a text that cannot be read at all.

    If neither the text nor ``problems`` has a reason, it is that the text is not ``expected``.
    """
    if source.readable and not problems:
        problems = (source.no_object(source.value, (), expected),)

    def place() -> Located:
        return source.locate(())

    problems = (*source.problems, *problems)
    return ImportedArticle(
        place, problems=list(problems), items=[SourceItem(place, "quote")], size=size
    )


class _Places:
    """Find where values of a JSON text begin, by skipping what is before them.

    No tree is built, which would take many times the memory of the text; positions are cached.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._skip = re.compile(r"[ \t\n\r]*")
        self._end_of = stdlib.JSONDecoder().raw_decode
        self._met: dict[int, tuple[dict[str | int, int], Iterator[tuple[str | int, int]]]] = {}

    def nearest(self, path: Path) -> int:
        """Return the index of the value at a path, or of the nearest existing one around it."""
        index = self._after(0)
        for step in path:
            if (inside := self._inside(index, step)) is None:
                break
            index = inside
        return index

    def _inside(self, index: int, step: str | int) -> int | None:
        """Return the index of a value in the object or list at an index."""
        if index not in self._met:
            self._met[index] = ({}, self._members(index))
        known, more = self._met[index]
        while step not in known and (member := next(more, None)):
            known.setdefault(*member)
        return known.get(step)

    def _members(self, index: int) -> Iterator[tuple[str | int, int]]:
        """Yield the names or indices of members of the value at an index, with positions."""
        kind = self._text[index : index + 1]
        if kind not in ("{", "["):
            return
        number = 0
        index = self._after(index + 1)
        while self._text[index] not in "]}":
            if number:
                index = self._after(index + 1)
            name: str | int = number
            if kind == "{":
                name, index = self._end_of(self._text, index)
                index = self._after(self._after(index) + 1)
            yield name, index
            index = self._after(self._end_of(self._text, index)[1])
            number += 1

    def _after(self, index: int) -> int:
        found = self._skip.match(self._text, index)
        return found.end() if found else index


class _Marks:
    """Convert indices to lines and columns, counting from the previous index if it is smaller."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last = Mark(0, 0, 0)

    def at(self, index: int) -> Mark:
        """Return the mark of an index."""
        last = self._last if index >= self._last.index else Mark(0, 0, 0)
        line = last.line + self._text.count("\n", last.index, index)
        begin = self._text.rfind("\n", last.index, index) + 1 or last.index - last.column
        self._last = Mark(index, line, index - begin)
        return self._last


# One decoder for all texts: to make one costs as much as to read a line.
_DECODER = stdlib.JSONDecoder(object_pairs_hook=unique)
_decode = _DECODER.decode
_scan = _DECODER.scan_once  # type: ignore[attr-defined]
