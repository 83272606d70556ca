"""Open files, decompress and decode them, and locate positions in their text."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from onrecord.errors import InputError, system_errors
from onrecord.files.containment import ANYWHERE, Boundary
from onrecord.files.limits import MAX_BYTES, MAX_FINDINGS, FindingLimit
from onrecord.findings import Excerpt, Finding, Mark, Place, Problem
from onrecord.findings import Path as InnerPath
from onrecord.rules import reading
from onrecord.text_formats import PLAIN


@dataclass(frozen=True, slots=True)
class File:
    """Describe a file to read, and what may be read on its behalf.

    Attributes:
        path: Its path.
        name: Its name as findings show it.
        split: The split (train, validation, test), if a folder that contains it, or the name of a
            file to import, says so.
        folder: The folder of a file to import, relative to the given one; empty if it is not in one.
        boundary: The folders that must contain it and all files that it names or that are beside it.
        unread: Why it is not read, if it looks like a record file but cannot be read as one.
        text_format: The name of the format of its articles' texts in files, which may be unknown.
    """

    path: Path
    name: str
    split: str | None = None
    folder: str = ""
    boundary: Boundary = ANYWHERE
    unread: Finding | None = field(default=None, compare=False)
    text_format: str = field(default=PLAIN, compare=False)

    def check(self) -> None:
        """Check that the file may be read.

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
    """Make a path absolute and remove ``..`` from it, without resolving links."""
    return Path(os.path.normpath(Path(path).absolute()))


def within(file: Path | str, path: Path) -> bool:
    """Return whether a file is at an absolute path or below it."""
    found = absolute(file)
    return found == path or path in found.parents


def _open_zstandard(path: Path, _: str) -> BinaryIO:
    import pyarrow as pa

    stream: Any = pa.input_stream(path, compression="zstd")
    return io.BufferedReader(stream)


class KeptOpen(io.RawIOBase):
    """Write to a stream that Arrow must not close.

    Args:
        stream: The stream.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._stream.write(data)


def _pack_gzip(stream: BinaryIO) -> AbstractContextManager[Any]:
    return gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0)


def _pack_zstandard(stream: BinaryIO) -> AbstractContextManager[Any]:
    import pyarrow as pa

    return pa.CompressedOutputStream(KeptOpen(stream), "zstd")  # type: ignore[no-any-return]


class _Packing(NamedTuple):
    """Describe a compression: its name, and the functions that open files and compress streams."""

    name: str
    open: Callable[..., Any]
    pack: Callable[[BinaryIO], AbstractContextManager[Any]]


# Compressions by the ending of the names of files.
_PACKED = {
    ".gz": _Packing("gzip", gzip.open, _pack_gzip),
    ".bz2": _Packing("bzip2", bz2.open, partial(bz2.BZ2File, mode="wb")),
    ".xz": _Packing("xz", lzma.open, partial(lzma.LZMAFile, mode="wb")),
    ".zst": _Packing("Zstandard", _open_zstandard, _pack_zstandard),
}
PACKINGS = tuple(_PACKED)


def packing(path: Path) -> str | None:
    """Return the name of a file's compression, by its ending; None if it is not compressed."""
    suffix = path.suffix.lower()
    return _PACKED[suffix].name if suffix in _PACKED else None


def packed(path: Path, stream: BinaryIO) -> AbstractContextManager[Any]:
    """Return a stream that compresses what is written to it, as the ending of a file's name says."""
    found = _PACKED.get(path.suffix.lower())
    return found.pack(stream) if found else nullcontext(stream)


# Errors of damaged compressed files; OSError also for files that cannot be read.
DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError)


class PackingError(Exception):
    """Signal that a compressed file is damaged or cut off, so that the rest cannot be read."""

    def __init__(self, file: File, error: Exception) -> None:
        message = str(error)
        cut = isinstance(error, EOFError) or message.startswith("Truncated")
        problem = "it is cut off" if cut else message or "it is damaged"
        super().__init__(f"{file.name}: {problem}")
        self._file = file
        self._facts = {"format": packing(file.path), "problem": problem}

    def text(self, line: int) -> Text:
        """Return an unreadable text for a line of the file, from 0, with this error as its problem."""
        problem = Problem(reading.SyntaxError, _START, self._facts)
        return Text(self._file, "", line, (problem,), readable=False)


@contextmanager
def opened(file: File) -> Iterator[BinaryIO]:
    """Open a file for reading, decompressed if its name has the ending of a compression.

    Raises:
        InputError: It cannot be read.
        PackingError: The compressed data is damaged.
    """
    file.check()
    unpack = _PACKED[file.path.suffix.lower()].open if packing(file.path) else Path.open
    # A compressed file has a header, even if its content is empty.
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
    """Read the bytes of a file, at most one more than ``limit``: callers notice too long files.

    Raises:
        InputError: The file cannot be read.
    """
    file.check()
    with system_errors(file.name), file.path.open("rb") as stream:
        return stream.read(limit + 1)


class RawLine(NamedTuple):
    """Hold a line of a file as it is, including its line end.

    Attributes:
        number: Its number, from 0.
        start: The byte offset at which it begins.
        data: Its bytes.
    """

    number: int
    start: int
    data: bytes


def raw_lines(file: File) -> Iterator[RawLine]:
    """Yield the lines of a file; one too long for a record is split into parts with its number.

    Raises:
        InputError: The file cannot be read.
    """
    file.check()
    with system_errors(file.name), file.path.open("rb") as stream:
        number = start = 0
        while data := stream.readline(MAX_BYTES + 2):
            yield RawLine(number, start, data)
            number += data.endswith(b"\n")
            start += len(data)


_AROUND = 1000


@dataclass(frozen=True, slots=True)
class Text:
    """Hold the text of a whole document or of one line of a table.

    Attributes:
        line: The line of the file that it begins in, from 0.
        problems: What is wrong in its encoding. Bytes that could not be decoded are U+FFFD in
            ``text``, so that the rest can still be read.
        readable: Whether the text can be parsed despite the problems.
    """

    file: File
    text: str
    line: int = 0
    problems: tuple[Problem, ...] = ()
    readable: bool = True

    def point(self, mark: Mark) -> tuple[Place, Excerpt]:
        """Return the location of a mark in the file, and an excerpt of its line."""
        # Only the surroundings in a very long line.
        begin = max(mark.index - mark.column, mark.index - _AROUND)
        last = mark.index + _AROUND
        end = self.text.find("\n", mark.index, last)
        line = self.text[begin : end if end >= 0 else last].removesuffix("\r")
        place = Place(self.file.name, self.line + mark.line + 1, mark.column + 1)
        return place, _excerpt(line, mark.index - begin)

    def finding(self, problem: Problem, record: str | None = None, path: str = "") -> Finding:
        """Convert a problem in this text into a finding."""
        place, line = self.point(problem.mark)
        return problem.check.finding(place, problem.facts, record=record, path=path, excerpt=line)

    def findings(
        self,
        problems: Iterable[Problem],
        limit: FindingLimit,
        of: Callable[[InnerPath], tuple[str | None, str]] = lambda _: (None, ""),
    ) -> Iterator[Finding]:
        """Convert problems in this text into findings, as many as the limit allows.

        Args:
            problems: The problems.
            limit: Counts and limits the findings of the file.
            of: Returns the id of the record that contains a path, and the path inside the record.
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
    """Return the encoding if bytes are UTF-16 or UTF-32, with or without a byte order mark."""
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
    """Decode bytes of a file as UTF-8, and collect problems in their encoding.

    ``line`` is the line of the file, from 0, at which they begin.
    """
    if len(data) <= limit and data[:1] < b"\x80" and b"\0" not in data:
        # Without a byte order mark, and in no encoding of 16 or 32 bits.
        with suppress(UnicodeDecodeError):
            return Text(file, data.decode(), line)
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
    """Yield the first ``MAX_FINDINGS`` problems, and one that represents all others."""
    yield from islice(problems, MAX_FINDINGS)
    if (last := next(problems, None)) is not None:
        yield replace(last, number=1 + sum(1 for _ in problems))


def _nul_characters(text: str) -> Iterator[Problem]:
    """Yield a problem for the first NUL character of each line that has one."""
    index = 0
    for number, line in enumerate(io.StringIO(text, newline="\n")):
        if (column := line.find("\0")) >= 0:
            yield Problem(reading.NulCharacter, Mark(index + column, number, column))
        index += len(line)


def _undecodable(data: bytes) -> Iterator[Problem]:
    """Yield a problem for the first byte of each line that is not UTF-8."""
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


def _excerpt(line: str, column: int, around: int = 100) -> Excerpt:
    """Return the part of a line around a column, counted from 0."""
    begin = max(0, column - around) if len(line) > 2 * around else 0
    cut = line[begin : begin + 2 * around]
    return Excerpt(("…" if begin else "") + cut, column - begin + (1 if begin else 0))


def mark_at(text: str, index: int) -> Mark:
    """Return line and column of an index into a text."""
    return Mark(index, text.count("\n", 0, index), index - text.rfind("\n", 0, index) - 1)
