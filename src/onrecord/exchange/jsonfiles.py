"""JSON files of foreign formats: their values at once, and the places of those that are asked for."""

from __future__ import annotations

import json as stdlib
import zlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from onrecord.exchange.base import Draft, Item, Remark
from onrecord.exchange.entries import Entry, kind
from onrecord.findings import InputError, Place
from onrecord.readers import File, json
from onrecord.readers.files import Text, content, decode, packing
from onrecord.readers.jsonl import lines
from onrecord.readers.nodes import Json, Mark, Node, Path, Problem, UnreadableError, find, nearest
from onrecord.readers.records import Located
from onrecord.rules import importing, reading

# The most bytes of one JSON file: feeds of a whole organisation are one.
MAX_BYTES = 2**30


class JsonText:
    """A JSON text in a file: a whole file or one line of it.

    Attributes:
        value: Its plain value, None if it cannot be read.
        remarks: What is wrong in it. If it cannot be read, why.
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        self.remarks = [self._remark(problem) for problem in text.problems]
        self._problems: list[Problem] = []
        self.value: Json = None
        if not any(remark.is_error for remark in self.remarks):
            try:
                self.value = stdlib.loads(text.text, object_pairs_hook=_unique)
            except (ValueError, RecursionError):
                self._explain()

    def _explain(self) -> None:
        """Read it again by the reader that keeps places, and note what is wrong."""
        try:
            self._problems = json.parse(self.text.text)[1]
        except UnreadableError as unreadable:
            self.remarks.append(self._remark(unreadable.problem))
            return
        if self._problems:
            self.value = stdlib.loads(self.text.text)
        else:
            start = Mark(0, 0, 0)
            blank = not self.text.text.strip()
            problem = "there is nothing in it" if blank else "a number has too many digits"
            facts = {"format": "JSON", "problem": problem}
            self.remarks.append(self._remark(Problem(reading.SyntaxError, start, facts)))

    def _remark(self, problem: Problem) -> Remark:
        check = problem.check
        check = importing.LeadingMark if check is reading.ByteOrderMark else check
        return Remark(check, lambda: self.text.point(problem.mark), problem.facts)

    @property
    def readable(self) -> bool:
        """Whether there is a value."""
        return not any(remark.is_error for remark in self.remarks)

    @cached_property
    def _root(self) -> Node:
        return json.parse(self.text.text)[0]

    def locate(self, path: Path) -> Located:
        """The place of the value at a path, or of the nearest one around it."""
        try:
            return self.text.point(nearest(self._root, path).start)
        except UnreadableError:
            return self.text.point(Mark(0, 0, 0))

    def entry(self, raw: dict[str, Any], path: Path = ()) -> Entry:
        """An object of it as an item of its own, with what is wrong in its syntax."""
        entry = Entry(raw, self.locate, path)
        if self._problems and (node := find(self._root, path)) is not None:
            entry.remarks += [
                self._remark(problem)
                for problem in self._problems
                if node.start.index <= problem.mark.index < node.end
            ]
        return entry

    def entries(self, value: Json, path: Path = ()) -> Iterator[Entry | Remark]:
        """The objects of a list in it, each as an item of its own; for what is none, why."""
        if not isinstance(value, list):
            yield self.no_object(value, path, "a list")
            return
        for index, raw in enumerate(value):
            at = (*path, index)
            yield self.entry(raw, at) if isinstance(raw, dict) else self.no_object(raw, at)

    def no_object(self, value: Json, path: Path, expected: str = "an object") -> Remark:
        """The remark that something else stands where an object is needed."""
        entry = Entry({}, self.locate, path)
        facts = {"field": entry.name() or "the file", "found": kind(value), "expected": expected}
        return Remark(reading.WrongType, entry.where(), facts, entry.name())


def read_document(file: File) -> JsonText:
    """A file that is one JSON text.

    Raises:
        InputError: It cannot be read.
    """
    return JsonText(decode(file, content(file, MAX_BYTES), limit=MAX_BYTES))


def read_lines(file: File) -> Iterator[tuple[JsonText, int]]:
    """The lines of a file that are not blank, each a JSON text, and how many bytes were read.

    A file that is packed is unpacked; what is wrong in that is a line that cannot be read.

    Raises:
        InputError: It cannot be read.
    """
    number = -1
    try:
        for number, line in lines(file):  # noqa: B007  # the last one is needed
            yield JsonText(decode(file, line, number)), len(line) + 1
    except (InputError, EOFError, zlib.error) as error:
        if (packed := packing(file.path)) is None:
            raise
        broken = str(error).removeprefix(f"{file.name}: ") or "it is damaged"
        problem = "it is cut off" if isinstance(error, EOFError) else broken
        facts = {"format": packed, "problem": problem}
        start = Mark(0, 0, 0)
        why = Problem(reading.SyntaxError, start, facts)
        yield JsonText(Text(file, "", number + 1, (why,), readable=False)), 0


def refused(where: JsonText | File, *remarks: Remark, size: int = 0) -> Draft:
    """The draft of what cannot be read at all: one item that is refused."""
    if isinstance(where, JsonText):
        text = where

        def place() -> Located:
            return text.locate(())

        remarks = (*text.remarks, *remarks)
    else:
        name = where.name

        def place() -> Located:
            return Place(name), None

    return Draft(place, remarks=list(remarks), items=[Item(place, "quote")], size=size)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError
    return value
