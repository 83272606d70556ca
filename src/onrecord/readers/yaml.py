"""YAML 1.2 (core schema), by way of libyaml's events.

libyaml knows where everything stands but follows YAML 1.1. What differs is settled here: scalars
resolve by the core schema (YAML 1.2.2, section 10.3), and the three line separators that only
YAML 1.1 takes for line breaks are refused, since words would change unseen. Aliases, which can
unfold without bound, and tags that name other types than the core's are refused as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml._yaml import CParser

from onrecord.readers.files import mark_at
from onrecord.readers.nodes import MAX_DEPTH, Mark, Member, Node, Problem, Scalar, UnreadableError
from onrecord.rules import reading

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_SEPARATORS = re.compile("[\x85\u2028\u2029]")
_CORE = "tag:yaml.org,2002:"
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "null": (type(None),),
}


def parse(text: str) -> tuple[Node, list[Problem]]:
    """The tree of a YAML text, and what is wrong in it that leaves a tree.

    Raises:
        UnreadableError: It has no tree.
    """
    if found := _SEPARATORS.search(text):
        code = f"\\u{ord(found[0]):04x}"
        raise UnreadableError(reading.LineSeparator, mark_at(text, found.start()), code=code)
    problems: list[Problem] = []
    try:
        events = _events(text)
        next(events)
        if isinstance(next(events), yaml.StreamEndEvent):
            return Node(Mark(0, 0, 0), 0, None), problems
        root = _node(events, next(events), problems, 0)
        next(events)
        if not isinstance(extra := next(events), yaml.StreamEndEvent):
            raise UnreadableError(reading.SeveralDocuments, _mark(extra.start_mark))
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes where it decodes, and characters nowhere else.
        index = len(text.encode()[: error.position].decode(errors="ignore"))
        what = f"the character U+{error.character:04X} is not allowed here"
        mark = mark_at(text, min(index, len(text)))
        raise UnreadableError(reading.SyntaxError, mark, format="YAML", problem=what) from None
    except yaml.MarkedYAMLError as error:
        # Where a colon is missing, libyaml notices it further down.
        late = error.problem == "could not find expected ':'"
        at = _mark((late and error.context_mark) or error.problem_mark or error.context_mark)
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise UnreadableError(reading.SyntaxError, at, format="YAML", problem=what) from None
    return root, problems


def is_text(text: str) -> bool:
    """Whether a plain scalar is text here, and for every reader of YAML on the same line."""
    return isinstance(_resolve(text), str) and not _SEPARATORS.search(text)


def _events(text: str) -> Iterator[Any]:
    parser = CParser(text)
    while parser.check_event():
        yield parser.get_event()


def _mark(mark: Any) -> Mark:
    return Mark(mark.index, mark.line, mark.column)


def _node(events: Iterator[Any], event: Any, problems: list[Problem], depth: int) -> Node:
    start = _mark(event.start_mark)
    kind = type(event)

    if kind is yaml.AliasEvent:
        raise UnreadableError(reading.Alias, start, name=f"*{event.anchor}")
    if kind is yaml.ScalarEvent:
        return Node(start, event.end_mark.index, _scalar(event, start))
    if depth == MAX_DEPTH:
        raise UnreadableError(reading.TooDeep, start, limit=MAX_DEPTH)
    _collection_tag(event, start)
    if kind is yaml.SequenceStartEvent:
        items: list[Node] = []
        while type(inner := next(events)) is not yaml.SequenceEndEvent:
            items.append(_node(events, inner, problems, depth + 1))
        return Node(start, _mark(inner.end_mark).index, items, bool(event.flow_style))
    members: dict[str, Member] = {}
    while type(inner := next(events)) is not yaml.MappingEndEvent:
        key = _node(events, inner, problems, depth + 1)
        value = _node(events, next(events), problems, depth + 1)
        if isinstance(key.value, dict | list) or key.value is None:
            raise UnreadableError(
                reading.SyntaxError, key.start, format="YAML", problem="a name must be text"
            )
        name = str(key.value)
        if name in members:
            first = members[name].key.start.line + 1
            problems.append(Problem(reading.DuplicateKey, key.start, {"key": name, "first": first}))
        else:
            members[name] = Member(key, value)
    return Node(start, _mark(inner.end_mark).index, members, bool(event.flow_style))


def _scalar(event: Any, start: Mark) -> Scalar:
    text = event.value
    if event.tag in (None, "!"):
        return _resolve(text) if event.implicit[0] and event.tag is None else text
    name = event.tag.removeprefix(_CORE)
    if name == "str":
        return str(text)
    value = _resolve(text)
    if event.tag == _CORE + name and name in _TYPES and type(value) in _TYPES[name]:
        return value
    raise UnreadableError(reading.Tag, start, tag=event.tag)


def _collection_tag(event: Any, start: Mark) -> None:
    own = "seq" if isinstance(event, yaml.SequenceStartEvent) else "map"
    if event.tag not in (None, "!", _CORE + own):
        raise UnreadableError(reading.Tag, start, tag=event.tag)


def _resolve(text: str) -> Scalar:
    """The value of a plain scalar by the core schema; dates, yes and no are text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        digits = text[2:] if base != 10 else text
        return int(digits, base) if len(digits) < 1000 else float("inf")
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if _NOT_FINITE.fullmatch(text) else text
