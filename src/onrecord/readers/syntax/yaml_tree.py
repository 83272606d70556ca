"""Parse YAML 1.2 (core schema) into a tree, using the events of libyaml.

libyaml reports positions but follows YAML 1.1. This module handles the differences: scalars are
resolved by the core schema (YAML 1.2.2, section 10.3), and the three line separators that only YAML
1.1 treats as line breaks are rejected, since words would change unnoticed. Aliases, which can
expand without bound, and tags for types outside the core schema are rejected as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from onrecord.display import shorten
from onrecord.files.limits import MAX_DEPTH, MAX_VALUES
from onrecord.files.opening import mark_at
from onrecord.findings import Fact, Mark, Problem
from onrecord.readers.syntax.nodes import Member, Node, Scalar, UnreadableError
from onrecord.readers.syntax.yaml import SEPARATORS, resolve
from onrecord.rules import reading

Parser: Any
try:
    from yaml._yaml import CParser as Parser
except ImportError:  # PyYAML was built without libyaml
    Parser = yaml.BaseLoader

# What PyYAML says from version 6.0.4 on of a text that is nested deeper than it reads.
_TOO_DEEP = "exceeded maximum nesting depth"
_CORE = "tag:yaml.org,2002:"
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "null": (type(None),),
}


def parse(text: str) -> tuple[Node, list[Problem]]:
    """Parse a YAML text into a tree, with problems that do not prevent that.

    Raises:
        UnreadableError: The text cannot be parsed.
    """
    if found := SEPARATORS.search(text):
        code = f"\\u{ord(found[0]):04x}"
        raise UnreadableError(reading.LineSeparator, mark_at(text, found.start()), code=code)
    try:
        return _Tree(text).document()
    except yaml.reader.ReaderError as error:
        what = f"the character U+{error.character:04X} is not allowed here"
        mark = mark_at(text, max(0, text.find(chr(error.character))))
        raise UnreadableError(reading.SyntaxError, mark, format="YAML", problem=what) from None
    except yaml.MarkedYAMLError as error:
        # Where a colon is missing, libyaml notices it further down.
        late = error.problem == "could not find expected ':'"
        at = _mark((late and error.context_mark) or error.problem_mark or error.context_mark)
        if error.problem == _TOO_DEEP:
            raise _too_deep(text, at) from None
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise UnreadableError(reading.SyntaxError, at, format="YAML", problem=what) from None


def _too_deep(text: str, at: Mark) -> UnreadableError:
    """Return the error for a text that PyYAML 6.0.4 rejects at a mark as nested too deep.

    PyYAML counts brackets far ahead of the events that it returns. The text before the mark is
    within its limit, so parsing only that gives the same error as older versions of PyYAML.
    """
    try:
        parse(text[: at.index])
    except UnreadableError as error:
        # Where the text was cut, it is no longer well-formed.
        if error.problem.check is not reading.SyntaxError or error.problem.mark < at:
            return error
    return UnreadableError(reading.TooDeep, at, limit=MAX_DEPTH)


def _mark(mark: Any) -> Mark:
    return Mark(mark.index, mark.line, mark.column)


class _Tree:
    """Build the tree of a text from the events of libyaml."""

    def __init__(self, text: str) -> None:
        self._events = _events(text)
        self._problems: list[Problem] = []
        self._values = 0

    def document(self) -> tuple[Node, list[Problem]]:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return Node(Mark(0, 0, 0), 0, None), []
        root = self._node(next(self._events), 0)
        next(self._events)
        if not isinstance(extra := next(self._events), yaml.StreamEndEvent):
            raise UnreadableError(reading.SeveralDocuments, _mark(extra.start_mark))
        return root, self._problems

    def _node(self, event: Any, depth: int) -> Node:
        start = _mark(event.start_mark)
        kind = type(event)
        self._values += 1

        if self._values > MAX_VALUES:
            raise UnreadableError(reading.TooManyValues, start, limit=MAX_VALUES)
        if kind is yaml.AliasEvent:
            raise UnreadableError(reading.Alias, start, name=f"*{shorten(event.anchor)}")
        if kind is yaml.ScalarEvent:
            return Node(start, event.end_mark.index, _scalar(event, start))
        if depth == MAX_DEPTH:
            raise UnreadableError(reading.TooDeep, start, limit=MAX_DEPTH)
        _collection_tag(event, start)
        if kind is yaml.SequenceStartEvent:
            items: list[Node] = []
            while type(inner := next(self._events)) is not yaml.SequenceEndEvent:
                items.append(self._node(inner, depth + 1))
            return Node(start, _mark(inner.end_mark).index, items, bool(event.flow_style))
        members: dict[str, Member] = {}
        while type(inner := next(self._events)) is not yaml.MappingEndEvent:
            key = self._node(inner, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if isinstance(key.value, dict | list) or key.value is None:
                raise UnreadableError(
                    reading.SyntaxError, key.start, format="YAML", problem="a name must be text"
                )
            name = str(key.value)
            if name in members:
                facts: dict[str, Fact] = {"key": name, "first": members[name].key.start.line + 1}
                self._problems.append(Problem(reading.DuplicateKey, key.start, facts))
            else:
                members[name] = Member(key, value)
        return Node(start, _mark(inner.end_mark).index, members, bool(event.flow_style))


def _events(text: str) -> Iterator[Any]:
    parser = Parser(text)
    while parser.check_event():
        yield parser.get_event()


def _scalar(event: Any, start: Mark) -> Scalar:
    text = event.value
    if event.tag in (None, "!"):
        return resolve(text) if event.implicit[0] and event.tag is None else text
    name = event.tag.removeprefix(_CORE)
    if name == "str":
        return str(text)
    value = resolve(text)
    if event.tag == _CORE + name and name in _TYPES and type(value) in _TYPES[name]:
        return value
    raise UnreadableError(reading.Tag, start, tag=shorten(event.tag))


def _collection_tag(event: Any, start: Mark) -> None:
    own = "seq" if isinstance(event, yaml.SequenceStartEvent) else "map"
    if event.tag not in (None, "!", _CORE + own):
        raise UnreadableError(reading.Tag, start, tag=shorten(event.tag))
