"""Read the lines of a table: many at once where nothing needs a closer look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from onrecord.exchange.base import in_text
from onrecord.files.limits import MAX_BYTES
from onrecord.files.opening import File, PackingError, Text, decode, opened, packing
from onrecord.findings import Problem

# Bytes of a file that are read at once.
_BLOCK = 2**18


class Line(NamedTuple):
    """Hold a line of a file with its end.

    Attributes:
        text: The line.
        number: Its number, from 0.
        size: Its size in bytes.
        decoded: The line with its encoding problems; None if it has none.
    """

    text: str
    number: int
    size: int
    decoded: Text | None = None

    @property
    def bare(self) -> str:
        """Return the line without its end."""
        return self.text.removesuffix("\n").removesuffix("\r")

    @property
    def end(self) -> str:
        """Return the line end; empty for the last line of most files."""
        return self.text[len(self.bare) :]

    @property
    def problems(self) -> list[Problem]:
        """Return its encoding problems."""
        return [in_text(self.decoded, one) for one in self.decoded.problems] if self.decoded else []


class Lines(NamedTuple):
    """Hold consecutive lines of a file, each of which ends with a line feed.

    Attributes:
        data: The lines, of which none is too long.
        number: The number of the first, from 0.
    """

    data: bytes
    number: int

    def each(self, file: File) -> Iterator[Line]:
        """Yield the lines one by one, each with its number in the file and its size in bytes."""
        for number, line in enumerate(self.data.split(b"\n")[:-1], self.number):
            yield _line(file, line + b"\n", len(line) + 1, number)

    def texts(self, end: str) -> list[str]:
        """Return lines without their ends; none if one is blank, ends otherwise or is not plain."""
        try:
            text = self.data.decode()
        except UnicodeDecodeError:
            return []
        number = text.count(end)
        if "\0" in text or number != text.count("\n"):
            return []
        texts = text.split(end)[:-1]
        return texts if all(one.strip(" \r") for one in texts) else []


def read_lines(file: File) -> Iterator[Line | Lines]:
    """Yield the lines of a file: many at once, but for the first. Of a line that is too long, only
    the beginning is read.

    Raises:
        InputError: The file cannot be read.
    """
    number = 0
    try:
        with opened(file) as stream:
            for line in _first(stream):
                yield _line(file, *line, number)
                number += 1
            # Of damaged compressed data, each line before the damage is read.
            block = 0 if packing(file.path) else _BLOCK
            while data := stream.read(block) or stream.readline(MAX_BYTES + 1):
                end = data.rfind(b"\n") + 1
                if end:
                    yield Lines(data[:end], number)
                    number += data.count(b"\n")
                if end < len(data):
                    yield _line(file, *_rest_of_line(stream, data[end:]), number)
                    number += 1
    except PackingError as damaged:
        text = damaged.text(number)
        yield Line(text.text, number, 0, text)


def _first(stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield the first line with the bytes that were read; all of a file whose lines end with CR alone."""
    raw, size = _rest_of_line(stream, b"")
    for line in _split(raw) if raw else ():
        yield line, size if line is raw else len(line)


def _rest_of_line(stream: BinaryIO, begun: bytes) -> tuple[bytes, int]:
    """Return a line of which the beginning was read, and the bytes that were read for it; of one that
    is too long, the beginning.
    """
    raw = begun + stream.readline(MAX_BYTES + 1 - len(begun))
    size = len(raw)
    while len(raw) > MAX_BYTES and not raw.endswith(b"\n"):
        rest = stream.readline(2**20)
        size += len(rest)
        if not rest or rest.endswith(b"\n"):
            break
    return raw, size


def _split(raw: bytes) -> list[bytes]:
    """Split the content of a file whose lines end with CR alone."""
    if b"\n" in raw or len(raw) > MAX_BYTES:
        return [raw]
    lines = re.findall(rb"[^\r]*\r|[^\r]+", raw)
    return lines if len(lines) > 1 else [raw]


def _line(file: File, line: bytes, size: int, number: int) -> Line:
    """Decode a line, with its encoding problems."""
    if number and len(line) <= MAX_BYTES:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            pass
        else:
            if "\0" not in text:
                return Line(text, number, size)
    decoded = decode(file, line, number)
    return Line(decoded.text, number, size, decoded)
