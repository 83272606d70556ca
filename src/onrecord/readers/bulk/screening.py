"""Screening: which lines of JSON hold records that are valid for certain."""

from __future__ import annotations

import json as stdlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
import pyarrow as pa
import pyarrow.json

from onrecord.files.limits import MAX_BYTES, MAX_DEPTH, MAX_VALUES
from onrecord.findings import Finding
from onrecord.readers.bulk.blocks import Block, Numbers
from onrecord.readers.bulk.clearing import Clearing, Mask, known_in, names_in, narrowed, unknown_in
from onrecord.readers.models.records import Row, UnreadableRecord
from onrecord.readers.syntax import json
from onrecord.schema.arrow import DERIVED

# Bytes that Arrow parses together where it gave up before: with few of them, little is read again.
_PIECE = 2**20
# No more names than so many are looked for in all lines because they stood in some.
_STRANGE = 8
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


@dataclass(frozen=True, slots=True)
class Screened:
    """What of some records was cleared.

    Attributes:
        batch: The records that were.
        numbers: Their numbers among all that were looked at, in order.
        doubtful: The numbers of those that the judge must look at, in order.
    """

    batch: pa.RecordBatch
    numbers: Numbers
    doubtful: Numbers

    @classmethod
    def nothing(cls, clearing: Clearing, numbers: Numbers) -> Screened:
        """That none of the records of some numbers was cleared."""
        return cls(pa.RecordBatch.from_pylist([], clearing.schema), np.arange(0), numbers)

    def with_judged(
        self, judge: Callable[[int], Iterator[Row | UnreadableRecord | Finding]]
    ) -> Iterator[UnreadableRecord | Finding | tuple[pa.RecordBatch, Numbers]]:
        """What the judge finds wrong, and at last the records that are valid, and their numbers.

        Args:
            judge: Gives the record of a number, or what is wrong in it.
        """
        judged: dict[int, Row] = {}
        for number in self.doubtful.tolist():
            for item in judge(number):
                if isinstance(item, UnreadableRecord | Finding):
                    yield item
                else:
                    judged[number] = item
        batch, numbers = self.batch, self.numbers
        if judged:
            more = pa.RecordBatch.from_pylist(list(judged.values()), batch.schema)
            numbers = np.concatenate([numbers, np.fromiter(judged, np.int64)])
            order = np.argsort(numbers)
            batch = pa.concat_batches([batch, more]).take(pa.array(order))
            numbers = numbers[order]
        if len(numbers):
            yield batch, numbers


class Screen:
    """Screens blocks of lines that hold records of one model, a line each.

    Arrow's reader is strict about names and types, but gives up on all that it was given if one
    line is wrong; such a line is found and left out, and what is around it read again. That lines
    are records follows from their first and last characters: between ``}`` and ``{`` no value of
    JSON can go on.
    """

    def __init__(self, clearing: Clearing) -> None:
        self._clearing = clearing
        self._json = narrowed(clearing.json, ())
        # Whether there was no wrong line in the block that was screened last.
        self._sound = True
        # Names that stood in lines and that no part of a record has, as they are written.
        self._strange: frozenset[bytes] = frozenset()

    def __call__(self, block: Block) -> Screened:
        """Screen a block."""
        batches, cleared = [], []
        for numbers, batch in _joined(self._parsed(block)):
            passed = self._clearing.cleared(batch)
            kept = batch if passed is None else batch.filter(pa.array(passed))
            if len(kept):
                batches.append(self._clearing.typed(kept))
                cleared.append(numbers if passed is None else numbers[passed])
        if not batches:
            return self.none_of(block)
        numbers = np.concatenate(cleared)
        doubtful = block.filled.copy()
        doubtful[numbers] = False
        return Screened(_one(batches), numbers, np.flatnonzero(doubtful))

    def none_of(self, block: Block) -> Screened:
        """Clear nothing in a block."""
        return Screened.nothing(self._clearing, np.flatnonzero(block.filled))

    def _parsed(self, block: Block) -> Iterator[_Parsed]:
        """Lines that can be read, by their numbers in the block, and what stands in them."""
        size = len(block.data) if self._sound else _PIECE
        waiting: list[_Lines | _Parsed] = list(_Lines.all_of(block, self._plain(block), size))
        waiting.reverse()
        failures = read = 0
        # Where most lines are wrong, to look for those that are not is not worth while.
        while waiting and failures <= 16 + read // 16:
            some = waiting.pop()
            if isinstance(some, tuple):
                yield some
                continue
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
            # Those before a line that could not be read are read once more, all of them in one go.
            if begin:
                waiting.append(some.part(0, begin).kept(readable[:begin]))
        self._sound = not failures

    def _read(self, lines: _Lines) -> pa.RecordBatch | Mask | int | None:
        """What stands in some lines.

        If not all can be read, the first that cannot, or those with no name that is unknown; None
        if neither can be told, and ``_SPLIT`` if fewer must be read to tell.
        """
        expected = self._json
        found = _read(lines.data, expected, "error")
        if isinstance(found, str) and _UNEXPECTED in found:
            marks = lines.data.to_pybytes().count(b'"') if len(lines) <= _LINES_OF_NAMES else 0
            if len(lines) > _LINES_OF_NAMES or marks > _MARKS_OF_NAMES:
                return _SPLIT
            found = _read(lines.data, expected, "infer")
        if isinstance(found, str):
            row = _ROW.search(found)
            return int(row[1]) if row and int(row[1]) < len(lines) else None
        if len(found) != len(lines):
            return None
        records = found.to_struct_array()
        if records.type == expected:
            return found
        known = self._clearing.json
        self._json = narrowed(known, {*known_in(self._json, known), *known_in(records.type, known)})
        if self._json != expected:
            return self._read(lines)
        strange = {*names_in(records.type)} - {*names_in(known)}
        if len(self._strange) < _STRANGE:
            self._strange |= {stdlib.dumps(name).encode() for name in strange}
        unknown = unknown_in(records, known)
        return None if unknown is None else ~unknown

    def _plain(self, block: Block) -> Mask:
        """Which lines may be records, in UTF-8, and nothing else, as far as a look can tell."""
        starts, ends = block.extents
        bytes_ = np.frombuffer(block.data, np.uint8)
        plain: Mask = (ends - starts >= len("{}")) & (ends - starts <= MAX_BYTES)
        plain[plain] = (bytes_[starts[plain]] == ord("{")) & (bytes_[ends[plain] - 1] == ord("}"))
        # Any escape of a character is rare, and found in less time than those that matter.
        escapes = np.flatnonzero(bytes_[:-1] == ord("\\"))
        # What Arrow reads otherwise than the judge does, or as the end of what it reads.
        suspects = {b"\0", *self._strange}
        if (bytes_[escapes + 1] == ord("u")).any():
            suspects.add(b"\\u0000")
        for suspect in suspects:
            plain[list(_lines_with(block, suspect))] = False
        plain[list(_not_utf8(block))] = False
        # Arrow follows any depth, which takes cubic time and then crashes the process.
        opening = (bytes_ == ord("[")) | (bytes_ == ord("{"))
        many = np.add.reduceat(opening, starts, dtype=np.int64) > MAX_DEPTH
        for line in np.flatnonzero(plain & (many | (ends - starts > MAX_VALUES))).tolist():
            plain[line] = not json.may_exceed_limits(block.line(line).decode())
        return plain


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines that follow each other in a block, and the numbers that they are known by."""

    block: Block
    first: int
    numbers: Numbers

    @classmethod
    def all_of(cls, block: Block, mask: Mask, size: int) -> Iterator[_Lines]:
        """Those of a block that a mask has, in pieces of about a size in bytes."""
        starts, _ = block.extents
        edges = np.searchsorted(starts, np.arange(0, len(block.data), size)).tolist()
        numbers = np.arange(len(block))
        for begin, end in pairwise([*edges, len(block)]):
            if begin < end:
                yield cls(block, begin, numbers[begin:end]).kept(mask[begin:end])

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def data(self) -> pa.Buffer:
        starts, ends = self.block.extents
        begin = starts[self.first]
        return pa.py_buffer(self.block.data).slice(begin, ends[self.first + len(self) - 1] - begin)

    def part(self, begin: int, end: int) -> _Lines:
        """Some of them, from one place among them to another."""
        return _Lines(self.block, self.first + begin, self.numbers[begin:end])

    def kept(self, mask: Mask) -> _Lines:
        """Those of a mask."""
        if mask.all():
            return self
        starts, ends = self.block.extents
        data = memoryview(self.block.data)
        edges = np.flatnonzero(np.diff(mask, prepend=False, append=False)) + self.first
        runs = [data[starts[at] : ends[to - 1]] for at, to in edges.reshape(-1, 2).tolist()]
        return _Lines(Block(b"\n".join(runs), 0), 0, self.numbers[mask])


_Parsed = tuple[Numbers, pa.RecordBatch]


def _joined(parts: Iterable[_Parsed]) -> Iterator[_Parsed]:
    """Parts that have the same columns as one."""
    for _, same in groupby(parts, lambda part: part[1].schema):
        numbers, batches = zip(*same, strict=True)
        yield np.concatenate(numbers), _one(batches)


def _one(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Batches as one; one alone is not copied."""
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)


def _read(data: pa.Buffer, types: pa.StructType, others: str) -> pa.RecordBatch | str:
    """The records in some lines, or what Arrow says of the first that is wrong.

    Args:
        data: The lines.
        types: The names and types to expect.
        others: What becomes of other names: "error" gives up, "infer" gives them the type that they
            seem to have.
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


def screen_rows(clearing: Clearing, batch: pa.RecordBatch) -> Screened:
    """Screen the rows of a table, whose types are those of the records."""
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return Screened.nothing(clearing, np.arange(batch.num_rows))
    passed = clearing.cleared(batch)
    if passed is None:
        return Screened(clearing.typed(batch), np.arange(batch.num_rows), np.arange(0))
    typed = clearing.typed(batch.filter(pa.array(passed)))
    return Screened(typed, np.flatnonzero(passed), np.flatnonzero(~passed))


def _lines_with(block: Block, suspect: bytes) -> Iterator[int]:
    """The lines of a block in which something stands."""
    starts, ends = block.extents
    at = block.data.find(suspect)
    while at >= 0:
        line = int(np.searchsorted(starts, at, "right")) - 1
        yield line
        at = block.data.find(suspect, int(ends[line]))


def _not_utf8(block: Block) -> Iterator[int]:
    """The lines of a block that are not UTF-8."""
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
