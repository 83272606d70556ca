"""Screening: which lines of JSON hold records that are valid for certain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.json

from onrecord.findings import Finding
from onrecord.readers.blocks import Block, Numbers
from onrecord.readers.clearing import Clearing, Mask, Names, known_in, narrowed, unknown_in
from onrecord.readers.files import MAX_BYTES
from onrecord.readers.records import Broken, Row

# What Arrow reads otherwise than the judge does, or not as the end of what it reads.
_SUSPECT = re.compile(rb"\0|\\u0000")
# What Arrow says of a line.
_ROW = re.compile(r" in row ([0-9]+)")
_UNEXPECTED = "JSON parse error: unexpected field"


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
    def nothing(cls, clearing: Clearing, number: int) -> Screened:
        """That none of a number of records was cleared."""
        return cls(pa.RecordBatch.from_pylist([], clearing.schema), np.arange(0), np.arange(number))

    def with_judged(
        self, judge: Callable[[int], Iterator[Row | Broken | Finding]]
    ) -> Iterator[Broken | Finding | tuple[pa.RecordBatch, Numbers]]:
        """What the judge finds wrong, and at last the records that are valid, and their numbers.

        Args:
            judge: Gives the record of a number, or what is wrong in it.
        """
        judged: dict[int, Row] = {}
        for number in self.doubtful.tolist():
            for item in judge(number):
                if isinstance(item, Broken | Finding):
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
        self._parts: frozenset[Names] = frozenset()
        self._json = narrowed(clearing.json, self._parts)

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
        doubtful = np.ones(len(block), np.bool_)
        doubtful[numbers] = False
        return Screened(pa.concat_batches(batches), numbers, np.flatnonzero(doubtful))

    def none_of(self, block: Block) -> Screened:
        """Clear nothing in a block."""
        return Screened.nothing(self._clearing, len(block))

    def _learn(self, found: pa.RecordBatch) -> Mask | None:
        """Expect the names that stand in some records, and tell which of these have unknown ones.

        None if that leads nowhere: it is not to be told in which records there is one.
        """
        records = found.to_struct_array()
        parts = self._parts | frozenset(known_in(records.type, self._clearing.json))
        unknown = unknown_in(records, self._clearing.json)
        if parts == self._parts and unknown is None:
            return None
        self._parts = parts
        self._json = narrowed(self._clearing.json, parts)
        return np.zeros(len(records), np.bool_) if unknown is None else unknown

    def _parsed(self, block: Block) -> Iterator[tuple[Numbers, pa.RecordBatch]]:
        """Lines that can be read, by their numbers in the block, and what stands in them."""
        waiting = [_Lines.all_of(block).kept(_plain(block))]
        failures = read = 0
        # Where most lines are wrong, to look for those that are not is not worth while.
        while waiting and failures <= 16 + read // 16:
            some = waiting.pop()
            if not len(some):
                continue
            found = _read(some.data, self._json)
            if found == _UNEXPECTED:
                found = _read(some.data, self._json, "infer")
                unknown = None if isinstance(found, str) else self._learn(found)
                if unknown is not None and len(unknown) == len(some):
                    failures += 1
                    waiting.append(some.kept(~unknown))
                    continue
                found = found if isinstance(found, str) else _UNEXPECTED
            if isinstance(found, pa.RecordBatch) and len(found) == len(some):
                read += len(some)
                yield some.numbers, found
                continue
            failures += 1
            row = _ROW.search(found) if isinstance(found, str) else None
            at = int(row[1]) if row else len(some)
            if at < len(some):
                waiting += [some.part(at + 1, len(some)), some.part(0, at)]
            elif len(some) > 1:
                waiting += [some.part(len(some) // 2, len(some)), some.part(0, len(some) // 2)]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines that follow each other in a block, and the numbers that they are known by."""

    block: Block
    first: int
    numbers: Numbers

    @classmethod
    def all_of(cls, block: Block) -> _Lines:
        return cls(block, 0, np.arange(len(block)))

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
        data = self.block.data
        lines = [data[starts[at] : ends[at]] for at in np.flatnonzero(mask) + self.first]
        return _Lines(Block(b"\n".join(lines), 0), 0, self.numbers[mask])


def _joined(
    parts: Iterable[tuple[Numbers, pa.RecordBatch]],
) -> Iterator[tuple[Numbers, pa.RecordBatch]]:
    """Parts that have the same columns as one."""
    for _, same in groupby(parts, lambda part: part[1].schema):
        numbers, batches = zip(*same, strict=True)
        yield np.concatenate(numbers), pa.concat_batches(batches)


def _read(data: pa.Buffer, types: pa.StructType, unexpected: str = "error") -> pa.RecordBatch | str:
    """The records in some lines, or what Arrow says of the first that is wrong.

    Args:
        data: The lines.
        types: The names and types to expect.
        unexpected: What to do with another name.
    """
    try:
        table = pa.json.read_json(
            pa.BufferReader(data),
            pa.json.ReadOptions(use_threads=False, block_size=len(data) + 1),
            pa.json.ParseOptions(pa.schema(list(types)), unexpected_field_behavior=unexpected),
        )
    except pa.ArrowInvalid as error:
        return str(error)
    return table.combine_chunks().to_batches()[0]


def screen_rows(clearing: Clearing, batch: pa.RecordBatch) -> Screened:
    """Screen the rows of a table, whose types are those of the records."""
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return Screened.nothing(clearing, batch.num_rows)
    passed = clearing.cleared(batch)
    if passed is None:
        return Screened(clearing.typed(batch), np.arange(batch.num_rows), np.arange(0))
    typed = clearing.typed(batch.filter(pa.array(passed)))
    return Screened(typed, np.flatnonzero(passed), np.flatnonzero(~passed))


def _plain(block: Block) -> Mask:
    """Which lines may be records, in UTF-8, and nothing else."""
    starts, ends = block.extents
    bytes_ = np.frombuffer(block.data, np.uint8)
    plain = (ends - starts >= len("{}")) & (ends - starts <= MAX_BYTES)
    plain[plain] = (bytes_[starts[plain]] == ord("{")) & (bytes_[ends[plain] - 1] == ord("}"))
    if b"\0" in block.data or b"\\u0000" in block.data:
        plain[list(_lines_with(block, _suspect))] = False
    if not _is_utf8(block.data):
        plain[list(_lines_with(block, _not_utf8))] = False
    return plain


def _lines_with(block: Block, find: Callable[[bytes, int], int | None]) -> Iterator[int]:
    """The lines of a block in which something is found, from an index on."""
    starts, ends = block.extents
    begin = 0
    while (at := find(block.data, begin)) is not None:
        line = int(np.searchsorted(starts, at, "right")) - 1
        yield line
        begin = int(ends[line])


def _suspect(data: bytes, begin: int) -> int | None:
    found = _SUSPECT.search(data, begin)
    return found.start() if found else None


def _not_utf8(data: bytes, begin: int) -> int | None:
    try:
        str(memoryview(data)[begin:], "utf-8")
    except UnicodeDecodeError as error:
        return begin + error.start
    return None


def _is_utf8(data: bytes) -> bool:
    offsets = pa.py_buffer(np.array([0, len(data)], np.int32))
    try:
        pa.StringArray.from_buffers(1, offsets, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
