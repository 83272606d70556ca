"""Getting at a file's text, and pointing into it."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from onrecord.errors import InputError
from onrecord.files.containment import ANYWHERE, Boundary
from onrecord.files.limits import MAX_BYTES, MAX_FINDINGS, FindingLimit
from onrecord.files.problems import Mark, Problem, excerpt
from onrecord.files.problems import Path as InnerPath
from onrecord.findings import Excerpt, Finding, Place
from onrecord.rules import reading


@dataclass(frozen=True, slots=True)
class File:
    """A file to read.

    Attributes:
        path: Its path.
        name: Its name as findings give it.
        split: The part of the data it belongs to, train, validation or test, where a folder that
            it is in, or a file to import, has such a name.
        folder: The folder of a file to import, below what was given; empty where it is in none.
        boundary: What it must be in, and whatever it names or is found beside it.
        unread: Why it is not read, where it looks like a record file and cannot be read as one.
    """

    path: Path
    name: str
    split: str | None = None
    folder: str = ""
    boundary: Boundary = ANYWHERE
    unread: Finding | None = field(default=None, compare=False)

    def check(self) -> None:
        """Make sure that it may be read.

        Raises:
            InputError: Links lead out of its boundary, or it is a pipe or a device.
        """
        self.boundary.check(self.path)

    def at(self, path: Path, folder: Path | None = None) -> File:
        """Return the file at another path, which must be in the same boundary.

        It may be in a further folder, if the user named one.
        """
        boundary = self.boundary.including(Boundary.of(folder)) if folder else self.boundary
        return replace(self, path=path, name=path.as_posix(), boundary=boundary)

    def exists(self) -> bool:
        """Return whether there is such a file (raises as `check`)."""
        self.check()
        return self.path.is_file()


def absolute(path: Path | str) -> Path:
    """A path from the root on, without ``..``; links in it stay as they are named."""
    return Path(os.path.normpath(Path(path).absolute()))


def within(file: Path | str, path: Path) -> bool:
    """Whether a file is what an absolute path names, or is below it."""
    found = absolute(file)
    return found == path or path in found.parents


def _open_zstandard(path: Path, _: str) -> BinaryIO:
    import pyarrow as pa

    stream: Any = pa.input_stream(path, compression="zstd")
    return io.BufferedReader(stream)


# Files that are packed, by the ending of their names: what unpacks them, and what that is called.
_PACKED: dict[str, tuple[Callable[..., Any], str]] = {
    ".gz": (gzip.open, "gzip"),
    ".bz2": (bz2.open, "bzip2"),
    ".xz": (lzma.open, "xz"),
    ".zst": (_open_zstandard, "Zstandard"),
}
PACKINGS = tuple(_PACKED)


def packing(path: Path) -> str | None:
    """How a file is packed, by its name; None if it is not."""
    suffix = path.suffix.lower()
    return _PACKED[suffix][1] if suffix in _PACKED else None


# What is raised where a packed file is damaged; OSError by files that cannot be read, too.
DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError)


class PackingError(Exception):
    """A packed file is damaged or cut off, so that there is no more to read in it."""

    def __init__(self, file: File, error: Exception) -> None:
        message = str(error)
        cut = isinstance(error, EOFError) or message.startswith("Truncated")
        problem = "it is cut off" if cut else message or "it is damaged"
        super().__init__(f"{file.name}: {problem}")
        self._file = file
        self._facts = {"format": packing(file.path), "problem": problem}

    def text(self, line: int) -> Text:
        """What stands in a line of the file, from 0, of which this is to be told."""
        problem = Problem(reading.SyntaxError, _START, self._facts)
        return Text(self._file, "", line, (problem,), readable=False)


@contextmanager
def opened(file: File) -> Iterator[BinaryIO]:
    """A file to read, unpacked if its name says that it is packed.

    Raises:
        InputError: It cannot be read.
        PackingError: What was packed is damaged.
    """
    file.check()
    unpack = _PACKED[file.path.suffix.lower()][0] if packing(file.path) else Path.open
    # What is packed has a header, even if there is nothing in it.
    if packing(file.path) and file.path.is_file() and not file.path.stat().st_size:
        raise PackingError(file, EOFError())
    try:
        with unpack(file.path, "rb") as stream:
            yield stream
    except DAMAGED as error:
        if packing(file.path) and not getattr(error, "strerror", None):
            raise PackingError(file, error) from None
        raise InputError(f"{file.name}: {getattr(error, 'strerror', None) or error}") from None


def content(file: File, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file, no more than the most it may have and one.

    Raises:
        InputError: The file cannot be read.
    """
    file.check()
    try:
        with file.path.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise InputError(f"{file.name}: {error.strerror}") from None


class RawLine(NamedTuple):
    """A line of a file as it is, end and all.

    Attributes:
        number: Its number, from 0.
        start: The byte that it begins with, from 0.
        data: Its bytes.
    """

    number: int
    start: int
    data: bytes


def raw_lines(file: File) -> Iterator[RawLine]:
    """The lines of a file; one that is too long for a record comes in parts, all of its number.

    Raises:
        InputError: The file cannot be read.
    """
    file.check()
    try:
        with file.path.open("rb") as stream:
            number = start = 0
            while data := stream.readline(MAX_BYTES + 2):
                yield RawLine(number, start, data)
                number += data.endswith(b"\n")
                start += len(data)
    except OSError as error:
        raise InputError(f"{file.name}: {error.strerror}") from None


_AROUND = 1000


@dataclass(frozen=True, slots=True)
class Text:
    """A text in a file: a whole document or one line of a table.

    Attributes:
        line: The line of the file that it begins in, from 0.
        problems: What is wrong in its encoding. What could not be decoded is U+FFFD in ``text``,
            so that the rest can still be read.
        readable: Whether there is anything to read beyond the problems.
    """

    file: File
    text: str
    line: int = 0
    problems: tuple[Problem, ...] = ()
    readable: bool = True

    def point(self, mark: Mark) -> tuple[Place, Excerpt]:
        """The place of a mark, and the line it is in."""
        # Of a very long line, no more than what is around.
        begin = max(mark.index - mark.column, mark.index - _AROUND)
        last = mark.index + _AROUND
        end = self.text.find("\n", mark.index, last)
        line = self.text[begin : end if end >= 0 else last].removesuffix("\r")
        place = Place(self.file.name, self.line + mark.line + 1, mark.column + 1)
        return place, excerpt(line, mark.index - begin)

    def finding(self, problem: Problem, record: str | None = None, path: str = "") -> Finding:
        """The finding that a problem in this text is."""
        place, line = self.point(problem.mark)
        return problem.check.finding(place, problem.facts, record=record, path=path, excerpt=line)

    def findings(
        self,
        problems: Iterable[Problem],
        limit: FindingLimit,
        of: Callable[[InnerPath], tuple[str | None, str]] = lambda _: (None, ""),
    ) -> Iterator[Finding]:
        """Return the findings that problems in this text are, as many as are to be listed.

        Args:
            problems: The problems.
            limit: Which findings of the file are listed.
            of: Returns the record that a path leads to, and the path inside it.
        """
        for problem in problems:
            make = partial(self._finding_of, problem, of)
            yield from limit.list(problem.check, make, problem.number)

    def _finding_of(
        self, problem: Problem, of: Callable[[InnerPath], tuple[str | None, str]]
    ) -> Finding:
        return self.finding(problem, *of(problem.path))


_START = Mark(0, 0, 0)


def wide_encoding(data: bytes) -> str | None:
    """Return the encoding of some bytes where it is UTF-16 or UTF-32, with or without a mark."""
    for width, marks in ((32, _UTF32), (16, _UTF16)):
        if data.startswith(marks):
            return f"utf-{width}"
    return _ZEROS.get(tuple(byte == 0 for byte in data[:4]))


_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Which of the first four bytes are zero where a file begins with two ASCII characters, or one.
_ZEROS: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}


def decode(file: File, data: bytes, line: int = 0, limit: int = MAX_BYTES) -> Text:
    """The text that some bytes of a file are, with what is wrong in their encoding.

    ``line`` is the line of the file, from 0, that they begin in.
    """
    if len(data) > limit:
        problem = Problem(reading.TooLong, _START, {"limit": limit})
        return Text(file, data[:200].decode(errors="replace"), line, (problem,), readable=False)
    if wide := wide_encoding(data):
        of = "" if data.startswith((*_UTF16, *_UTF32)) else f" of {wide.upper()}"
        problem = Problem(reading.NotUtf8, _START, {"byte": f"0x{data[0]:02X}{of}"})
        return Text(file, "", line, (problem,), readable=False)
    problems: list[Problem] = []
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        problems.append(Problem(reading.ByteOrderMark, _START))
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
        problems += _first(_undecodable(data))
    if "\0" in text:
        problems += _first(_nul_characters(text))
        text = text.replace("\0", "\ufffd")
    return Text(file, text, line, tuple(problems))


def _first(problems: Iterator[Problem]) -> Iterator[Problem]:
    """The first of some problems, and one that stands for all after them."""
    yield from islice(problems, MAX_FINDINGS)
    if (last := next(problems, None)) is not None:
        yield replace(last, number=1 + sum(1 for _ in problems))


def _nul_characters(text: str) -> Iterator[Problem]:
    """The first NUL character of each line that has one."""
    index = 0
    for number, line in enumerate(io.StringIO(text, newline="\n")):
        if (column := line.find("\0")) >= 0:
            yield Problem(reading.NulCharacter, Mark(index + column, number, column))
        index += len(line)


def _undecodable(data: bytes) -> Iterator[Problem]:
    """The first byte of each line that is not UTF-8."""
    index = 0
    for number, whole in enumerate(io.BytesIO(data)):
        line = whole.removesuffix(b"\n")
        try:
            line.decode()
        except UnicodeDecodeError as error:
            column = len(line[: error.start].decode())
            mark = Mark(index + column, number, column)
            yield Problem(reading.NotUtf8, mark, {"byte": f"0x{line[error.start]:02X}"})
        index += len(line.decode(errors="replace")) + 1


def mark_at(text: str, index: int) -> Mark:
    """The mark of an index into a text."""
    return Mark(index, text.count("\n", 0, index), index - text.rfind("\n", 0, index) - 1)
