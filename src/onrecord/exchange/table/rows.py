"""Parse rows of delimited text (CSV, TSV) with the location of every cell.

Cells are parsed as in RFC 4180, and errors are explained: an unpaired quotation mark takes in the
following lines, so that rows would be lost unnoticed.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from onrecord.exchange.base import in_text
from onrecord.files.limits import MAX_BYTES
from onrecord.files.opening import File, PackingError, Text, decode, mark_at, opened
from onrecord.findings import Mark, Problem, Where
from onrecord.rules import importing, reading

# The most characters of a row that goes over several lines.
LONGEST = 2**20
# So many lines in a row that are rows by themselves were taken in by a quotation mark.
_SURE = 8

_START = Mark(0, 0, 0)
_ENDS = {"\r\n": "crlf", "\n": "lf", "\r": "cr"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """The syntax of a table.

    Attributes:
        delimiter: The character between two cells.
        quote: The character around cells that contain delimiters and line breaks; it is doubled
            inside them. None if all such characters belong to the cells.
        line_breaks: Whether cells may contain line breaks even if the lines look like rows.
    """

    delimiter: str
    quote: str | None = '"'
    line_breaks: bool = False


class _Line(NamedTuple):
    """A line of a file with its end, as text."""

    text: Text
    size: int

    @property
    def bare(self) -> str:
        """Return the line without its end."""
        return self.text.text.removesuffix("\n").removesuffix("\r")

    @property
    def end(self) -> str:
        """Return the line end; empty for the last line of most files."""
        return self.text.text[len(self.bare) :]


@dataclass(slots=True)
class Row:
    """A row of a table: its cells, and where they are.

    Attributes:
        text: The lines of the file that it consists of.
        cells: Its cells; empty if they could not be separated.
        size: Its size in bytes, including blank lines before it.
        problems: Problems that prevent it from becoming a record, and a byte order mark, which does not.
    """

    text: Text
    dialect: Dialect
    cells: list[str]
    size: int
    problems: list[Problem] = field(default_factory=list)
    starts: list[int] | None = None

    @property
    def number(self) -> int:
        """Return the line at which it begins, from 1."""
        return self.text.line + 1

    @property
    def readable(self) -> bool:
        """Return whether its cells could be separated and decoded."""
        return not any(problem.is_error for problem in self.problems)

    def where(self, cell: int = 0) -> Where:
        """Return a function that finds the location of a cell; the index after the last is the
        row's end.
        """
        return lambda: self.text.point(mark_at(self.text.text, self._start(cell)))

    def _start(self, cell: int) -> int:
        if cell >= len(self.cells):
            return len(self.text.text.rstrip("\r\n"))
        if self.starts is not None:
            return self.starts[cell]
        return sum(map(len, self.cells[:cell])) + cell * len(self.dialect.delimiter)


class Rows:
    """The rows of a file that are not blank.

    Attributes:
        width: The number of cells in a row, once it is known; it helps to recognise rows.
        ends: The number of rows by line end.
    """

    def __init__(self, file: File, dialect: Dialect) -> None:
        self.file = file
        self.dialect = dialect
        self.width: int | None = None
        self.ends: Counter[str] = Counter()
        self._lines = _lines(file)
        # Lines that were read and given back.
        self._ahead: deque[_Line] = deque()
        self._changed: Text | None = None
        mark = re.escape(dialect.quote or '"')
        self._closing = re.compile(f"[^{mark}]*+(?:{mark}{mark}[^{mark}]*+)*+{mark}")

    def __iter__(self) -> Iterator[Row]:
        skipped = 0
        while (line := self._next()) is not None:
            if line.text.readable and not line.text.text.strip(" \r\n"):
                skipped += line.size
                continue
            row = self._row(line)
            row.size += skipped
            skipped = 0
            yield row
            if row.number == 1 and not line.text.readable:
                # It is in another encoding, in which lines end elsewhere.
                return

    def mixed(self) -> Problem | None:
        """Return the problem that line ends differ, after all rows were read; None if they do not."""
        changed = self._changed
        if changed is None:
            return None
        facts = {name: self.ends[name] for name in _ENDS.values()}
        last = mark_at(changed.text, len(changed.text.rstrip("\r\n")))
        return Problem(importing.MixedLineEnds, where=lambda: changed.point(last), facts=facts)

    def _next(self) -> _Line | None:
        return self._ahead.popleft() if self._ahead else next(self._lines, None)

    def _row(self, line: _Line) -> Row:
        text = line.text.text
        if any(problem.check is not reading.ByteOrderMark for problem in line.text.problems):
            return self._finished(Row(line.text, self.dialect, [], line.size), [line])
        if self.dialect.quote is None or self.dialect.quote not in text:
            cells = line.bare.split(self.dialect.delimiter)
            return self._finished(Row(line.text, self.dialect, cells, line.size), [line])
        return self._quoted(line)

    def _finished(self, row: Row, lines: list[_Line]) -> Row:
        """Return a row with encoding problems of its lines; count its line end."""
        row.problems += [in_text(line.text, one) for line in lines for one in line.text.problems]
        if (end := lines[-1].end) and not self.ends[_ENDS[end]]:
            self._changed = lines[-1].text if self.ends else None
        if end:
            self.ends[_ENDS[end]] += 1
        return row

    def _quoted(self, first: _Line) -> Row:
        """Parse a row with quotation marks, which may extend over several lines."""
        quote, delimiter = str(self.dialect.quote), self.dialect.delimiter
        lines, text = [first], first.text.text
        cells: list[str] = []
        starts: list[int] = []
        at = 0
        while True:
            starts.append(at)
            if text.startswith(quote, at):
                closing = self._closing.match(text, at + 1)
                while closing is None:
                    problem = self._why_open(lines, len(text))
                    following = None if problem else self._next()
                    if following is None:
                        return self._unpaired(lines, text, at, problem or "is never closed")
                    lines.append(following)
                    begin, text = len(text), text + following.text.text
                    closing = self._closing.match(text, begin)
                end = closing.end()
                if text[end:] not in ("", *_ENDS) and not text.startswith(delimiter, end):
                    line = first.text.line + 1 + mark_at(text, end - 1).line
                    problem = f"is closed in line {line}, but the cell goes on after it"
                    return self._unpaired(lines, text, at, problem)
                cells.append(text[at + 1 : end - 1].replace(quote * 2, quote))
            else:
                end = text.find(delimiter, at)
                end = len(text) - len(lines[-1].end) if end < 0 else end
                cells.append(text[at:end])
            if not text.startswith(delimiter, end):
                break
            at = end + len(delimiter)
        if problem := self._taken_in(lines, len(cells)):
            opened = next(one for one in starts if text.startswith(quote, one))
            return self._unpaired(lines, text, opened, problem)
        whole = Text(self.file, text, first.text.line)
        size = sum(line.size for line in lines)
        return self._finished(Row(whole, self.dialect, cells, size, starts=starts), lines)

    def _why_open(self, lines: list[_Line], length: int) -> str | None:
        """Return why a cell that is open after these lines is probably never closed; None if it may
        be.
        """
        if length > LONGEST:
            return f"is not closed within {LONGEST:,} characters"
        if len(lines) == _SURE + 1 and not self.dialect.line_breaks and self._are_rows(lines):
            return f"is not closed in this row, and takes in line {lines[1].text.line + 1} and more"
        return None

    def _taken_in(self, lines: list[_Line], cells: int) -> str | None:
        """Describe the lines in a row that are probably rows by themselves."""
        if len(lines) == 1 or self.dialect.line_breaks:
            return None
        rows = self._are_rows(lines[1:-1]) and (
            self._are_rows([lines[0], lines[-1]])
            or (cells != self.width and (len(lines) > 2 or self._are_rows(lines[1:])))
        )
        if not rows:
            return None
        first, last = lines[1].text.line + 1, lines[-1].text.line + 1
        which = f"line {first}, a row" if first == last else f"lines {first} to {last}, rows"
        return f"takes in {which} by {'itself' if first == last else 'themselves'}"

    def _are_rows(self, lines: list[_Line]) -> bool:
        """Return whether each of these lines has as many cells as a row, ignoring quotation marks."""
        delimiters = (self.width or 0) - 1
        return delimiters > 0 and all(
            line.bare.count(self.dialect.delimiter) == delimiters for line in lines
        )

    def _unpaired(self, lines: list[_Line], text: str, opened: int, what: str) -> Row:
        """Return the first of these lines as an unreadable row; the others are parsed again."""
        self._ahead.extendleft(reversed(lines[1:]))
        whole = Text(self.file, text, lines[0].text.line)
        mark = mark_at(text, opened)
        row = Row(lines[0].text, self.dialect, [], lines[0].size)
        problem = Problem(importing.UnpairedQuotationMark, mark, {"problem": what})
        row.problems.append(in_text(whole, problem))
        return self._finished(row, lines[:1])


def _lines(file: File) -> Iterator[_Line]:
    """Yield the lines of a file. Of a line that is too long, only the beginning is read.

    Raises:
        InputError: The file cannot be read.
    """
    number = 0
    try:
        with opened(file) as stream:
            while raw := stream.readline(MAX_BYTES + 1):
                size = len(raw)
                while len(raw) > MAX_BYTES and not raw.endswith(b"\n"):
                    rest = stream.readline(2**20)
                    size += len(rest)
                    if not rest or rest.endswith(b"\n"):
                        break
                for line in _split(raw) if number == 0 else [raw]:
                    yield _Line(_text(file, line, number), size if line is raw else len(line))
                    number += 1
    except PackingError as damaged:
        yield _Line(damaged.text(number), 0)


def _split(raw: bytes) -> list[bytes]:
    """Split the content of a file whose lines end with CR alone."""
    if b"\n" in raw or len(raw) > MAX_BYTES:
        return [raw]
    lines = re.findall(rb"[^\r]*\r|[^\r]+", raw)
    return lines if len(lines) > 1 else [raw]


def _text(file: File, line: bytes, number: int) -> Text:
    """Decode a line, with its encoding problems."""
    if number and len(line) <= MAX_BYTES:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            pass
        else:
            if "\0" not in text:
                return Text(file, text, number)
    return decode(file, line, number)
