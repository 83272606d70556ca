"""Select lines of a block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from onrecord.readers.bulk.blocks import Block, Numbers
from onrecord.readers.bulk.column_predicates import Mask


@dataclass(frozen=True, slots=True)
class Lines:
    """Hold consecutive lines of a block, which are not copied, and their numbers in it."""

    block: Block
    first: int
    numbers: Numbers
    is_all: bool = False

    @classmethod
    def all_of(cls, block: Block, mask: Mask, size: int) -> Iterator[Lines]:
        """Yield the lines of a block that a mask selects, in pieces of about `size` bytes."""
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
        """Return the bytes of the lines."""
        if self.is_all:
            return pa.py_buffer(self.block.data)
        starts, ends = self.block.extents
        begin = starts[self.first]
        return pa.py_buffer(self.block.data).slice(begin, ends[self.first + len(self) - 1] - begin)

    def line(self, index: int) -> bytes:
        """Return a line."""
        return self.block.line(self.first + index)

    def without(self, suspects: Iterable[bytes]) -> Lines:
        """Return the lines that have none of some bytes."""
        kept = np.ones(len(self), np.bool_)
        for suspect in suspects:
            kept[list(lines_with(Block(bytes(self.data), 0), suspect))] = False
        return self.kept(kept)

    def part(self, begin: int, end: int) -> Lines:
        """Return the lines from one index to another."""
        if end - begin == len(self):
            return self
        return Lines(self.block, self.first + begin, self.numbers[begin:end])

    def kept(self, mask: Mask) -> Lines:
        """Return the lines that a mask selects."""
        if mask.all():
            return self
        starts, ends = self.block.extents
        data = memoryview(self.block.data)
        edges = np.flatnonzero(np.diff(mask, prepend=False, append=False)) + self.first
        runs = [data[starts[at] : ends[to - 1]] for at, to in edges.reshape(-1, 2).tolist()]
        return Lines(Block(b"\n".join(runs), 0), 0, self.numbers[mask], is_all=True)


def lines_with(block: Block, suspect: bytes) -> Iterator[int]:
    """Yield the lines of a block that contain some bytes."""
    starts, ends = block.extents
    at = block.data.find(suspect)
    while at >= 0:
        line = int(np.searchsorted(starts, at, "right")) - 1
        yield line
        at = block.data.find(suspect, int(ends[line]))
