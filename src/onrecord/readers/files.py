"""Getting at a file's text, and pointing into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onrecord.findings import Excerpt, Finding, InputError, Place
from onrecord.readers.nodes import Mark, Problem, excerpt
from onrecord.rules import reading

# The most bytes that one record may have: a document, or a line of a table.
MAX_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: its path, and its name as findings give it."""

    path: Path
    name: str


def content(file: File) -> bytes:
    """The bytes of a file, no more than the most it may have and one.

    Raises:
        InputError: The file cannot be read.
    """
    try:
        with file.path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{file.name}: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a file: a whole document or one line of a table.

    ``line`` is the line of the file that it begins in, from 0.
    """

    file: File
    text: str
    line: int = 0

    def point(self, mark: Mark) -> tuple[Place, Excerpt]:
        """The place of a mark, and the line it is in."""
        begin = mark.index - mark.column
        end = self.text.find("\n", begin)
        line = self.text[begin : end if end >= 0 else None].removesuffix("\r")
        place = Place(self.file.name, self.line + mark.line + 1, mark.column + 1)
        return place, excerpt(line, mark.column)

    def finding(self, problem: Problem, record: str | None = None, path: str = "") -> Finding:
        """The finding that a problem in this text is."""
        place, line = self.point(problem.mark)
        return problem.check.finding(place, problem.facts, record=record, path=path, excerpt=line)


def decode(file: File, data: bytes, line: int = 0) -> Iterator[Text | Finding]:
    """The text that some bytes of a file are, and what is wrong with their encoding.

    ``line`` is the line of the file, from 0, that they begin in.
    """
    start = Mark(0, 0, 0)
    if len(data) > MAX_BYTES:
        text = Text(file, data[:200].decode(errors="replace"), line)
        yield text.finding(Problem(reading.TooLong, start, {"limit": MAX_BYTES}))
        return
    try:
        text = Text(file, data.decode(), line)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        mark = Mark(len(before), before.count("\n"), len(before) - before.rfind("\n") - 1)
        broken = Text(file, data.decode(errors="replace"), line)
        yield broken.finding(Problem(reading.NotUtf8, mark, {"byte": f"0x{data[error.start]:02X}"}))
        return
    if text.text.startswith("\ufeff"):
        text = Text(file, text.text[1:], line)
        yield text.finding(Problem(reading.ByteOrderMark, start))
    yield text
