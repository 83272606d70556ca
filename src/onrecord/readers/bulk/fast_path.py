"""Find the lines of JSON and rows of Parquet whose records are certainly valid: the fast path."""

from __future__ import annotations

import json as stdlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.json

from onrecord.files.limits import MAX_BYTES, MAX_DEPTH, MAX_VALUES
from onrecord.findings import Finding
from onrecord.readers.bulk.blocks import Block, Numbers
from onrecord.readers.bulk.column_predicates import Mask
from onrecord.readers.bulk.json_types import known_in, names_in, narrowed, unknown_in
from onrecord.readers.bulk.lines import Lines, lines_with
from onrecord.readers.bulk.predicate_compiler import ColumnPredicates
from onrecord.readers.models.records import Row, UnreadableRecord
from onrecord.readers.syntax import json
from onrecord.schema.arrow import DERIVED

# Bytes that Arrow parses at once after an error: with small pieces, little is parsed again.
PIECE = 2**20
# How many unknown names found in some lines, and other bytes that only lines that Arrow cannot parse
# seem to have, are searched for in all lines; and the share of lines that may have such bytes, so
# that few are searched for in vain.
_STRANGE = 8
_LEARNT = 16
_RARE = 64
# Where there are names that are not expected, Arrow makes a column of each for all lines that it was
# given: no more lines than this, and no more quotation marks, are given to it then.
_LINES_OF_NAMES = 256
_MARKS_OF_NAMES = 4096
# What says that there are such names among more lines.
_SPLIT = -1
# What Arrow says of such a name, of a line, and of a string.
_UNEXPECTED = "unexpected field"
_ROW = re.compile(r" in row ([0-9]+)")
_INDEX = re.compile(r" at string index ([0-9]+)")
_TWICE = re.compile(r"Column\((?:.*/)?([^/]+)\) was specified twice")
_CHANGED = re.compile(r"Column\((?:.*/)?([^/]+)\) changed from \w+ to (\w+)")
# With which bytes the values of JSON begin, by Arrow's names of types.
_FIRST_BYTES = {
    "string": b'"',
    "number": b"[-0-9]",
    "boolean": b"[tf]",
    "array": rb"\[",
    "object": rb"\{",
}


@dataclass(frozen=True, slots=True)
class FastPathResult:
    """Separate the records that the fast path accepts from those that it cannot decide.

    Attributes:
        batch: The valid records.
        numbers: Their numbers among all records, in order.
        undecided: The numbers of the undecided records, which Pydantic must validate, in order.
    """

    batch: pa.RecordBatch
    numbers: Numbers
    undecided: Numbers

    @classmethod
    def all_undecided(cls, predicates: ColumnPredicates, numbers: Numbers) -> FastPathResult:
        """Return a result in which all records are undecided."""
        return cls(pa.RecordBatch.from_pylist([], predicates.schema), np.arange(0), numbers)

    def with_validated(
        self, validate: Callable[[int], Iterator[Row | UnreadableRecord | Finding]]
    ) -> Iterator[UnreadableRecord | Finding | tuple[pa.RecordBatch, Numbers]]:
        """Validate the undecided records; yield findings, and last all valid records in order.

        Args:
            validate: Validates the record with a given number with Pydantic.
        """
        validated: dict[int, Row] = {}
        for number in self.undecided.tolist():
            for item in validate(number):
                if isinstance(item, UnreadableRecord | Finding):
                    yield item
                else:
                    validated[number] = item
        batch, numbers = self.batch, self.numbers
        if validated:
            more = pa.RecordBatch.from_pylist(list(validated.values()), batch.schema)
            numbers = np.concatenate([numbers, np.fromiter(validated, np.int64)])
            order = np.argsort(numbers)
            batch = pa.concat_batches([batch, more]).take(pa.array(order))
            numbers = numbers[order]
        if len(numbers):
            yield batch, numbers


class FastPath:
    """Accept the valid records in blocks of JSON Lines that hold records of one model.

    Arrow's reader is strict about names and types, but one wrong line makes it reject all; such a
    line is found, left out, and the lines around it are read again. First and last characters prove
    that each line is a record of its own: no JSON value can continue between ``}`` and ``{``.
    """

    def __init__(self, predicates: ColumnPredicates) -> None:
        self._predicates = predicates
        self._json = narrowed(predicates.json, ())
        # Whether all lines of the last block could be read.
        self._all_readable = True
        # Names in lines that no part of a record has, as they are written.
        self._strange: frozenset[bytes] = frozenset()
        # Bytes that wrong lines have, and whether hardly any other lines do.
        self._learnt: dict[bytes, bool] = {}

    def __call__(self, block: Block) -> FastPathResult:
        """Decide the records of a block."""
        batches, valid = [], []
        for numbers, batch in _joined(self._parsed(block)):
            passed = self._predicates.valid(batch)
            kept = batch if passed is None else batch.filter(pa.array(passed))
            if len(kept):
                batches.append(self._predicates.typed(kept))
                valid.append(numbers if passed is None else numbers[passed])
        if not batches:
            return self.none_of(block)
        numbers = np.concatenate(valid)
        undecided = block.filled.copy()
        undecided[numbers] = False
        return FastPathResult(_one(batches), numbers, np.flatnonzero(undecided))

    def none_of(self, block: Block) -> FastPathResult:
        """Return a result in which all records of a block are undecided."""
        return FastPathResult.all_undecided(self._predicates, np.flatnonzero(block.filled))

    def _parsed(self, block: Block) -> Iterator[_Parsed]:
        """Yield the numbers of lines that Arrow can parse, and their records."""
        size = len(block.data) if self._all_readable else PIECE
        known = self._suspects()
        plain = self._plain(block, known)
        waiting: list[Lines | _Parsed] = list(Lines.all_of(block, plain, size))
        waiting.reverse()
        failures = read = 0
        # If most lines are wrong, it is not worth searching for the others.
        while waiting and failures <= 16 + read // 16:
            some = waiting.pop()
            if isinstance(some, tuple):
                yield some
                continue
            if len(some) and (new := self._suspects() - known):
                some = some.without(new)
            found: pa.RecordBatch | Mask | int | None = None
            readable, begin = np.ones(len(some), np.bool_), 0
            while (
                begin < len(some)
                and failures <= 16 + read // 16
                and isinstance(found := self._read(some.part(begin, len(some))), int)
                and found != _SPLIT
            ):
                failures += 1
                read += found
                begin += found + 1
                readable[begin - 1] = False
            rest = some.part(begin, len(some))
            if isinstance(found, pa.RecordBatch):
                read += len(rest)
                waiting.append((rest.numbers, found))
            elif isinstance(found, np.ndarray):
                failures += 1
                readable[begin:] = found
                begin = len(some)
            elif len(rest) > 1:
                failures += found != _SPLIT
                waiting += [rest.part(len(rest) // 2, len(rest)), rest.part(0, len(rest) // 2)]
            # The lines before one that could not be parsed are parsed again, all at once.
            if begin:
                waiting.append(some.part(0, begin).kept(readable[:begin]))
        self._all_readable = not failures

    def _read(self, lines: Lines) -> pa.RecordBatch | Mask | int | None:
        """Parse some lines with Arrow.

        Returns:
            The records; otherwise the index of the first line that cannot be parsed; or a mask of the
            lines without unknown names; or ``_SPLIT`` if fewer lines must be parsed to find the wrong
            one; or None if nothing is known.
        """
        expected = self._json
        found = _read(lines.data, expected, "error")
        if isinstance(found, str) and _UNEXPECTED in found:
            marks = lines.data.to_pybytes().count(b'"') if len(lines) <= _LINES_OF_NAMES else 0
            if len(lines) > _LINES_OF_NAMES or marks > _MARKS_OF_NAMES:
                return _SPLIT
            found = _read(lines.data, expected, "infer")
        if isinstance(found, str):
            return self._learn(found, lines)
        if len(found) != len(lines):
            return None
        records = found.to_struct_array()
        if records.type == expected:
            return found
        known = self._predicates.json
        self._json = narrowed(known, {*known_in(self._json, known), *known_in(records.type, known)})
        if self._json != expected:
            return self._read(lines)
        strange = {*names_in(records.type)} - {*names_in(known)}
        if len(self._strange) < _STRANGE:
            self._strange |= {stdlib.dumps(name).encode() for name in strange}
        unknown = unknown_in(records, known)
        return None if unknown is None else ~unknown

    def _learn(self, error: str, lines: Lines) -> int | None:
        """Return the index of the line that an error of Arrow is about, if it says so.

        What is wrong in the line is noted if few lines have the same bytes: the next ones that do
        are left out before Arrow fails at them.
        """
        row = _ROW.search(error)
        if not row or int(row[1]) >= len(lines):
            return None
        found: list[bytes] = []
        line = lines.line(int(row[1]))
        if twice := _TWICE.search(error):
            # The name with what is before it; the first one may begin an object.
            name = re.escape(twice[1].encode())
            found = re.compile(rb'[{,]\s*"' + name + b'"').findall(line)[1:]
        elif (changed := _CHANGED.search(error)) and changed[2] in _FIRST_BYTES:
            # The name with the first byte of its value.
            name, first = re.escape(changed[1].encode()), _FIRST_BYTES[changed[2]]
            found = re.compile(b'"' + name + rb'"\s*:\s*' + first).findall(line)
        for suspect in found[:1]:
            if suspect not in self._learnt and len(self._learnt) < _LEARNT:
                number = lines.block.data.count(suspect)
                self._learnt[suspect] = number * _RARE <= len(lines.block)
        return int(row[1])

    def _suspects(self) -> frozenset[bytes]:
        """Return bytes without which lines are more likely to be parsed at once."""
        return self._strange.union([one for one, rare in [*self._learnt.items()] if rare])

    def _plain(self, block: Block, known: frozenset[bytes]) -> Mask:
        """Return which lines Arrow can parse: one object each, in UTF-8, without special cases.

        Args:
            block: The lines.
            known: Bytes that lines have that it could not parse.
        """
        starts, ends = block.extents
        bytes_ = np.frombuffer(block.data, np.uint8)
        plain: Mask = (ends - starts >= len("{}")) & (ends - starts <= MAX_BYTES)
        plain[plain] = (bytes_[starts[plain]] == ord("{")) & (bytes_[ends[plain] - 1] == ord("}"))
        # Escapes are rare, and faster to find than the relevant ones among them.
        escapes = np.flatnonzero(bytes_[:-1] == ord("\\"))
        # What Arrow reads differently from our JSON reader, or as the end of the data.
        suspects = {b"\0", *known}
        if (bytes_[escapes + 1] == ord("u")).any():
            suspects.add(b"\\u0000")
        for suspect in suspects:
            plain[list(lines_with(block, suspect))] = False
        plain[list(_not_utf8(block))] = False
        # Arrow follows any depth, which takes cubic time and then crashes the process.
        opening = np.flatnonzero((bytes_ == ord("[")) | (bytes_ == ord("{")))
        many = np.diff(np.searchsorted(opening, np.append(starts, len(bytes_)))) > MAX_DEPTH
        for line in np.flatnonzero(plain & (many | (ends - starts > MAX_VALUES))).tolist():
            plain[line] = not json.may_exceed_limits(block.line(line).decode())
        return plain


_Parsed = tuple[Numbers, pa.RecordBatch]


def _joined(parts: Iterable[_Parsed]) -> Iterator[_Parsed]:
    """Concatenate adjacent parts that have the same columns."""
    for _, same in groupby(parts, lambda part: part[1].schema):
        numbers, batches = zip(*same, strict=True)
        yield np.concatenate(numbers), _one(batches)


def _one(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Concatenate batches; a single one is not copied."""
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


def _read(data: pa.Buffer, types: pa.StructType, others: str) -> pa.RecordBatch | str:
    """Parse some lines with Arrow; return its error message if a line is wrong.

    Args:
        data: The lines.
        types: The expected names and types.
        others: How to treat other names: "error" rejects them, "infer" guesses their types.
    """
    try:
        table = pa.json.read_json(
            pa.BufferReader(data),
            pa.json.ReadOptions(use_threads=False, block_size=len(data) + 1),
            pa.json.ParseOptions(pa.schema(list(types)), unexpected_field_behavior=others),
        )
    except pa.ArrowInvalid as error:
        return str(error)
    table = table.select([name for name in table.column_names if name not in DERIVED])
    return table.combine_chunks().to_batches()[0]


def validate_rows(predicates: ColumnPredicates, batch: pa.RecordBatch) -> FastPathResult:
    """Decide the rows of a table whose columns have the Arrow types of the records."""
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return FastPathResult.all_undecided(predicates, np.arange(batch.num_rows))
    passed = predicates.valid(batch)
    if passed is None:
        return FastPathResult(predicates.typed(batch), np.arange(batch.num_rows), np.arange(0))
    typed = predicates.typed(batch.filter(pa.array(passed)))
    return FastPathResult(typed, np.flatnonzero(passed), np.flatnonzero(~passed))


def _not_utf8(block: Block) -> Iterator[int]:
    """Yield the lines of a block that are not UTF-8."""
    starts, _ = block.extents
    offsets = np.append(starts, len(block.data)).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(block.data)]
    lines = pa.Array.from_buffers(pa.string(), len(starts), buffers)
    begin = 0
    while begin < len(lines):
        try:
            lines.slice(begin).validate(full=True)
        except pa.ArrowInvalid as error:
            index = _INDEX.search(str(error))
            end = begin + int(index[1]) + 1 if index else len(lines)
            yield from range(end - 1 if index else begin, end)
            begin = end
        else:
            return
