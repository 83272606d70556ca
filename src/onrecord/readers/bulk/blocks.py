"""Read a file as blocks of whole lines, so that many records are validated at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from onrecord.files.limits import MAX_BYTES
from onrecord.files.opening import DAMAGED, File, opened, packing
from onrecord.readers.options import BLOCK

Numbers = npt.NDArray[np.int64]

_PIECE = 2**16
# The most lines that are validated at once: even a short line takes some memory.
MAX_LINES = 2**16
_BLANK = np.zeros(256, np.bool_)
_BLANK[list(b" \t\n\r\v\f")] = True


@dataclass(frozen=True)
class Block:
    """Hold consecutive whole lines of a file, which are validated together.

    Attributes:
        data: Their bytes.
        first: The number of the first line, from 0.
    """

    data: bytes
    first: int

    @cached_property
    def extents(self) -> tuple[Numbers, Numbers]:
        """Return the byte offsets at which lines begin and end, without their line ends."""
        bytes_ = np.frombuffer(self.data, np.uint8)
        ends = np.flatnonzero(bytes_ == ord("\n"))
        if not self.data.endswith(b"\n"):
            ends = np.append(ends, len(self.data))
        starts = np.append(0, ends[:-1] + 1)
        returns = (ends > starts) & (bytes_[ends - 1] == ord("\r"))
        return starts, ends - returns

    @cached_property
    def filled(self) -> npt.NDArray[np.bool_]:
        """Return which lines are not blank."""
        starts, ends = self.extents
        bytes_ = np.frombuffer(self.data, np.uint8)
        # Few lines begin with white space, and only those are examined.
        blank = ends <= starts
        blank[~blank] = _BLANK[bytes_[starts[~blank]]]
        if blank.any():
            blank = ~np.logical_or.reduceat(~_BLANK[bytes_], starts)
        return ~blank

    def __len__(self) -> int:
        return len(self.extents[0])

    def filled_lines(self) -> list[tuple[int, bytes]]:
        """Return the lines that are not blank, numbered as in the file, without their line ends."""
        starts, ends = (offsets.tolist() for offsets in self.extents)
        return [
            (self.first + index, self.data[starts[index] : ends[index]].rstrip(b"\r\n"))
            for index in np.flatnonzero(self.filled).tolist()
        ]

    def line(self, index: int) -> bytes:
        """Return a line of the block, without its line end."""
        starts, ends = self.extents
        return self.data[starts[index] : ends[index]].rstrip(b"\r\n")


def blocks(file: File, size: int = BLOCK) -> Iterator[Block]:
    """Yield the lines of a file in blocks of about ``size`` bytes.

    A line that is longer than a record may be is cut one byte after the limit.

    Raises:
        InputError: The file cannot be read.
        PackingError: The compressed data is damaged; the lines before have been yielded.
    """
    number = 0
    rest = b""
    within_long = False
    for piece in _chunks(file, size):
        chunk = piece
        if within_long:
            _, ended, chunk = piece.partition(b"\n")
            within_long = not ended
        if end := chunk.rfind(b"\n") + 1:
            for data in _few_lines(b"".join((rest, memoryview(chunk)[:end]))):
                yield (block := Block(data, number))
                number += len(block)
            rest = chunk[end:]
        else:
            rest += chunk
        if len(rest) > MAX_BYTES:
            yield Block(rest[: MAX_BYTES + 1], number)
            number += 1
            rest, within_long = b"", True
    if rest:
        yield Block(rest, number)


def _few_lines(data: bytes) -> Iterator[bytes]:
    """Split whole lines into parts with a limited number of lines."""
    # Half the time that bytes take to count them.
    if np.count_nonzero(np.frombuffer(data, np.uint8) == ord("\n")) <= MAX_LINES:
        yield data
        return
    middle = data.rfind(b"\n", 0, len(data) // 2) + 1 or data.index(b"\n") + 1
    yield from _few_lines(data[:middle])
    yield from _few_lines(data[middle:])


def _chunks(file: File, size: int) -> Iterator[bytes]:
    """Yield the bytes of a file in chunks; of damaged compressed data, all before the damage."""
    with opened(file) as stream:
        if not packing(file.path):
            while chunk := stream.read(size):
                yield chunk
            return
        pieces: list[bytes] = []
        try:
            # In pieces of one size, so that the result for a damaged file is always the same.
            while piece := stream.read1(_PIECE):  # type: ignore[attr-defined]
                pieces.append(piece)
                if sum(map(len, pieces)) >= size:
                    yield b"".join(pieces)
                    pieces.clear()
        except DAMAGED:
            yield b"".join(pieces)
            raise
        yield b"".join(pieces)
