"""JSON Lines: one flat record a line, in ``articles.jsonl``, ``quotes.jsonl``, ``claims.jsonl``."""

from __future__ import annotations

import json as stdlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from onrecord.findings import Finding, InputError
from onrecord.readers import json
from onrecord.readers.files import MAX_BYTES, File, Text, decode, open_bytes
from onrecord.readers.judge import judge
from onrecord.readers.nodes import Json, Mark, Node, Problem, UnreadableError, path_text, to_value
from onrecord.readers.records import (
    Broken,
    Item,
    Located,
    Rows,
    Wanted,
    hygiene,
    identifier,
    located,
    model_of,
    point,
    unsupported,
    version_of,
)
from onrecord.rules import reading
from onrecord.schema import RecordType

# Records that are handed on at a time.
BATCH = 4096

# The id in a line that cannot be read.
_ID = re.compile(r'"id"\s*:\s*"([a-z0-9_.-]+)"')
_SUSPECT = re.compile(rb"\\u(0000|[dD][89a-fA-F])")


@dataclass(frozen=True, slots=True)
class JsonLinesReader:
    """Reads a table of one record type."""

    record_type: RecordType

    def read(self, file: File) -> Iterator[Item]:
        """The records of a table, and what is wrong in it."""
        rows: list[dict[str, Any]] = []
        numbers: list[int] = []
        for number, line in lines(file):
            for item in self._record(decode(file, line, number), line):
                if isinstance(item, dict):
                    rows.append(item)
                    numbers.append(number)
                else:
                    yield item
            if len(rows) == BATCH:
                yield Rows(self.record_type, file, rows, numbers)
                rows, numbers = [], []
        if rows:
            yield Rows(self.record_type, file, rows, numbers)

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Where values of records stand; ``wanted`` is in the order of lines."""
        found = lines(file)
        number, line = -1, b""
        for _, asked, path in wanted:
            while number < asked:
                number, line = next(found)
            text = decode(file, line, number)
            root, _ = json.parse(text.text)
            yield point(text, root, path)

    def _record(self, text: Text, line: bytes) -> Iterator[dict[str, Any] | Broken | Finding]:
        yield from map(text.finding, text.problems)
        if not text.readable or any(
            problem.check is not reading.ByteOrderMark for problem in text.problems
        ):
            yield from self._unread(text)
            return
        root: Node | None = None
        problems: list[Problem] = []
        try:
            if (value := _plain(text.text, line)) is _SPECIAL:
                root, problems = json.parse(text.text)
                problems += hygiene(root)
                value = to_value(root)
        except UnreadableError as unreadable:
            yield text.finding(unreadable.problem)
            yield from self._unread(text)
            return
        if (version := version_of(value)) is None:
            root = root or json.parse(text.text)[0]
            problems = [unsupported(root, Mark(0, 0, 0))]
        elif not problems:
            result = judge(model_of(version, self.record_type), text.text)
            if not isinstance(result, list):
                yield result.model_dump()
                return
            root = root or json.parse(text.text)[0]
            problems = [located(root, objection) for objection in result]
        named = identifier(value)
        for problem in problems:
            yield text.finding(problem, named, path_text(problem.path))
        if named is not None:
            yield Broken(self.record_type, named)

    def _unread(self, text: Text) -> Iterator[Broken]:
        """The record in a line that could not be read, if its id can be told."""
        if found := _ID.search(text.text):
            yield Broken(self.record_type, found[1])


_SPECIAL = object()


def _plain(text: str, line: bytes) -> Any:
    """The value of a line in which nothing is out of the ordinary, else ``_SPECIAL``."""
    if _SUSPECT.search(line):
        return _SPECIAL
    try:
        return stdlib.loads(text, object_pairs_hook=unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return _SPECIAL


def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object of JSON.

    Raises:
        ValueError: A name stands twice in it.
    """
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError
    return value


def _refuse(constant: str) -> Json:
    raise ValueError(constant)


def lines(file: File) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not blank, numbered from 0; of one too long, its beginning."""
    try:
        with open_bytes(file.path) as stream:
            number = 0
            while line := stream.readline(MAX_BYTES + 1):
                if len(line) > MAX_BYTES:
                    _skip_line(stream, line)
                    yield number, line
                elif (stripped := line.rstrip(b"\r\n")).strip():
                    yield number, stripped
                number += 1
    except OSError as error:
        raise InputError(f"{file.name}: {error.strerror}") from None


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(2**20)
