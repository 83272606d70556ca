"""Read JSON Lines: one flat record per line, in ``articles.jsonl``, ``quotes.jsonl``,
``claims.jsonl``.
"""

from __future__ import annotations

import json as stdlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from onrecord.files.limits import FindingLimit
from onrecord.files.opening import File, PackingError, Text, decode, packing
from onrecord.findings import Finding, Located, Mark, Problem, path_text
from onrecord.readers.bulk.blocks import Block, blocks
from onrecord.readers.bulk.fast_path import FastPath, FastPathResult
from onrecord.readers.bulk.predicate_compiler import predicates_for
from onrecord.readers.models.records import (
    Item,
    Row,
    Rows,
    UnreadableRecord,
    Wanted,
    counted,
    follows_older,
    hygiene,
    identifier,
    located,
    located_in,
    model_of,
    point_in,
    unsupported,
    version_of,
)
from onrecord.readers.models.validate import validate
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.syntax import json
from onrecord.readers.syntax.nodes import Json, Node, UnreadableError, to_value
from onrecord.rules import reading
from onrecord.schema import CURRENT, RecordType, SchemaVersion

# The id in a line that cannot be read.
_ID = re.compile(r'"id"\s*:\s*"([a-z0-9_.-]+)"')
_SUSPECT = re.compile(rb"\\u(0000|[dD][89a-fA-F])")


@dataclass(frozen=True, slots=True)
class JsonLinesReader:
    """Read a table of one record type from JSON Lines, on the fast path."""

    record_type: RecordType

    def read(self, file: File, options: ReadOptions = READ_OPTIONS) -> Iterator[Item]:
        """Yield the records of a table, and findings about those that are not valid."""
        fast_path = FastPath(predicates_for(model_of(CURRENT, self.record_type)))
        limit = FindingLimit(options.findings)
        number = 0
        try:
            for block, result in options.map(
                fast_path.none_of if options.validate_all else fast_path,
                blocks(file, options.block),
            ):
                number = block.first + len(block)
                yield from self._records(file, limit, block, result)
        except PackingError as damaged:
            text = damaged.text(number)
            yield from map(text.finding, text.problems)
        yield from limit.rest()

    def read_blocks(
        self, file: File, blocks: Sequence[Block], limit: FindingLimit, options: ReadOptions
    ) -> Iterator[Item]:
        """Yield the records in blocks of a table, and findings about those that are not valid."""
        fast_path = _fast_path(self.record_type)
        decide = fast_path.none_of if options.validate_all else fast_path
        for block in blocks:
            yield from self._records(file, limit, block, decide(block))

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Yield the locations of values; ``wanted`` must be in the order of lines."""
        remaining = blocks(file)
        block = next(remaining)
        for _, asked, path in wanted:
            while asked >= block.first + len(block):
                block = next(remaining)
            text = decode(file, block.line(asked - block.first), asked)
            yield point_in(text, path)

    def _records(
        self, file: File, limit: FindingLimit, block: Block, result: FastPathResult
    ) -> Iterator[Item]:
        """Yield the records in a block, and findings about those that are not valid."""
        for item in result.with_validated(partial(self._validated, limit, file, block)):
            if isinstance(item, tuple):
                records, numbers = item
                lines = counted(numbers, block.first)
                size = 0 if packing(file.path) else len(block.data)
                yield Rows(self.record_type, file, records, lines, size)
            else:
                yield item

    def _validated(
        self, limit: FindingLimit, file: File, block: Block, index: int
    ) -> Iterator[Row | UnreadableRecord | Finding]:
        """Validate the record in a line with Pydantic; yield it, or findings."""
        line = block.line(index)
        text = decode(file, line, block.first + index)
        yield from text.findings(text.problems, limit)
        if not text.readable or any(
            problem.check is not reading.ByteOrderMark for problem in text.problems
        ):
            yield from self._unread(text)
            return
        try:
            yield from self._valid_or_not(text, line, limit)
        except UnreadableError as unreadable:
            yield from text.findings([unreadable.problem], limit)
            yield from self._unread(text)

    def _valid_or_not(
        self, text: Text, line: bytes, limit: FindingLimit
    ) -> Iterator[Row | UnreadableRecord | Finding]:
        """Validate the record in a line that could be decoded; yield it, or findings.

        Raises:
            UnreadableError: It is not JSON, or exceeds the limits.
        """
        root: Node | None = None
        problems: list[Problem] = []
        if (value := _plain(text.text, line)) is _SPECIAL:
            root, problems = json.parse(text.text)
            problems += hygiene(root)
            value = to_value(root)
        if (version := version_of(value)) is None:
            root = root or json.parse(text.text)[0]
            problems = [unsupported(root, Mark(0, 0, 0))]
        elif not problems:
            if version is not CURRENT:
                root = root or json.parse(text.text)[0]
                note = partial(follows_older, text, root, version)
                yield from limit.once(reading.OlderSchemaVersion, note)
            result = validate(
                model_of(version, self.record_type), underived(text.text, value, version)
            )
            if not isinstance(result, list):
                yield version.to_current(self.record_type, result).model_dump()
                return
            # Finding locations takes longer than everything else.
            if not limit.only_counts([problem.check for problem in result]):
                problems = [
                    located(root, problem) if root else located_in(text.text, problem)
                    for problem in result
                ]
        named = identifier(value)
        yield from text.findings(problems, limit, lambda path: (named, path_text(path)))
        if named is not None:
            yield UnreadableRecord(self.record_type, named)

    def _unread(self, text: Text) -> Iterator[UnreadableRecord]:
        """Yield the id of a record that could not be read, if a pattern finds it."""
        if found := _ID.search(text.text):
            yield UnreadableRecord(self.record_type, found[1])


@cache
def _fast_path(record_type: RecordType) -> FastPath:
    """Return the fast path for a table, with what it has learnt from earlier blocks."""
    return FastPath(predicates_for(model_of(CURRENT, record_type)))


_SPECIAL = object()


def underived(text: str, value: Json, version: SchemaVersion) -> str:
    """Return a line of JSON without derived columns, which some programs export."""
    if not isinstance(value, dict) or not version.derived & value.keys():
        return text
    return stdlib.dumps({name: one for name, one in value.items() if name not in version.derived})


def _plain(text: str, line: bytes) -> Any:
    """Parse a line that has no special cases; return ``_SPECIAL`` for all others."""
    if _SUSPECT.search(line) or json.may_exceed_limits(text):
        return _SPECIAL
    try:
        return stdlib.loads(text, object_pairs_hook=unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return _SPECIAL


def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Build an object of JSON from its members.

    Raises:
        ValueError: A name occurs twice.
    """
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError
    return value


def _refuse(constant: str) -> Json:
    raise ValueError(constant)
