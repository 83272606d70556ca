"""Parse rows of delimited text (CSV, TSV) with the location of every cell.

Cells are parsed as in RFC 4180, and errors are explained: an unpaired quotation mark takes in the
following lines, so that rows would be lost unnoticed.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from onrecord.exchange.base import in_text
from onrecord.exchange.table.lines import Line, Lines, read_lines
from onrecord.files.opening import File, Text, mark_at
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
    """Describe the syntax of a CSV or TSV table.

    Attributes:
        delimiter: The character between two cells.
        quote: The character around cells that contain delimiters and line breaks; it is doubled
            inside them. None if all such characters belong to the cells.
        line_breaks: Whether cells may contain line breaks even if the lines look like rows.
    """

    delimiter: str
    quote: str | None = '"'
    line_breaks: bool = False


@dataclass(slots=True)
class Row:
    """Hold a row of a table: its cells, and where they are.

    Attributes:
        text: The lines of the file that it consists of.
        line: The number of the first of them, from 0.
        cells: Its cells; empty if they could not be separated.
        size: Its size in bytes, including blank lines before it.
        problems: Problems that prevent it from becoming a record, and a byte order mark, which does not.
    """

    file: File
    text: str
    line: int
    dialect: Dialect
    cells: list[str]
    size: int
    problems: list[Problem] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Return the line at which it begins, from 1."""
        return self.line + 1

    @property
    def readable(self) -> bool:
        """Return whether its cells could be separated and decoded."""
        return not any(problem.is_error for problem in self.problems)

    def where(self, cell: int = 0) -> Where:
        """Return a function that locates a cell; the index after the last is the row's end."""
        return lambda: Text(self.file, self.text, self.line).point(
            mark_at(self.text, self._start(cell))
        )

    def _start(self, cell: int) -> int:
        if cell >= len(self.cells):
            return len(self.text.rstrip("\r\n"))
        quote, at = self.dialect.quote, 0
        for content in self.cells[:cell]:
            if quote and self.text.startswith(quote, at):
                at += len(content) + content.count(quote) + 2
            else:
                at += len(content)
            at += len(self.dialect.delimiter)
        return at


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Hold consecutive rows, each of which is one line and has no problem.

    Attributes:
        texts: The lines, without their ends.
        end: Their end.
        line: The number of the first, from 0.
        cells: The cells of each.
        sizes: The size of each in bytes, including blank lines before it.
    """

    file: File
    dialect: Dialect
    texts: list[str]
    end: str
    line: int
    cells: list[list[str]]
    sizes: list[int]

    def __getitem__(self, place: int) -> Row:
        text, line = self.texts[place] + self.end, self.line + place
        return Row(self.file, text, line, self.dialect, self.cells[place], self.sizes[place])

    def __iter__(self) -> Iterator[Row]:
        return map(self.__getitem__, range(len(self.texts)))

    def parts(self, number: int) -> Iterator[PlainRows]:
        """Yield them in parts with at most so many rows."""
        for at in range(0, len(self.texts), number):
            part = slice(at, at + number)
            yield replace(
                self,
                texts=self.texts[part],
                line=self.line + at,
                cells=self.cells[part],
                sizes=self.sizes[part],
            )


class Rows:
    """Read the rows of a file that are not blank.

    Attributes:
        width: The number of cells in a row, once it is known; it helps to recognise rows.
        ends: The number of rows by line end.
    """

    def __init__(self, file: File, dialect: Dialect) -> None:
        self.file = file
        self.dialect = dialect
        self.width: int | None = None
        self.ends: Counter[str] = Counter()
        self._lines = read_lines(file)
        # Lines that were read, and those that were given back.
        self._ahead: deque[Line] = deque()
        self._changed: Line | None = None
        self._parse = _line_parser(dialect)
        mark = re.escape(dialect.quote or '"')
        self._closing = re.compile(f"[^{mark}]*+(?:{mark}{mark}[^{mark}]*+)*+{mark}")

    def __iter__(self) -> Iterator[Row]:
        for one in self.read():
            yield from (one,) if isinstance(one, Row) else one

    def read(self) -> Iterator[Row | PlainRows]:
        """Yield the rows: many at once where nothing needs a closer look, but for the first one."""
        skipped = 0
        while True:
            if not self._ahead:
                found = next(self._lines, None)
                rows = self._plain_rows(found) if isinstance(found, Lines) else None
                if rows is not None:
                    rows.sizes[0] += skipped
                    skipped = 0
                    yield rows
                    continue
                self._add(found)
            line = self._next()
            if line is None:
                return
            unreadable = line.decoded is not None and not line.decoded.readable
            if not unreadable and not line.text.strip(" \r\n"):
                skipped += line.size
                continue
            row = self._row(line)
            row.size += skipped
            skipped = 0
            yield row
            if row.line == 0 and unreadable:
                # It is in another encoding, in which lines end elsewhere.
                return

    def mixed(self) -> Problem | None:
        """Return the problem that line ends differ, after all rows were read; None if they do not."""
        changed = self._changed
        if changed is None:
            return None
        facts = {name: self.ends[name] for name in _ENDS.values()}
        text = Text(self.file, changed.text, changed.number)
        last = mark_at(text.text, len(text.text.rstrip("\r\n")))
        return Problem(importing.MixedLineEnds, where=lambda: text.point(last), facts=facts)

    def _next(self) -> Line | None:
        if not self._ahead:
            self._add(next(self._lines, None))
        return self._ahead.popleft() if self._ahead else None

    def _add(self, found: Line | Lines | None) -> None:
        if found is not None:
            self._ahead.extend(found.each(self.file) if isinstance(found, Lines) else [found])

    def _plain_rows(self, lines: Lines) -> PlainRows | None:
        """Return one row for each line; None if they need a closer look, as where one is blank, or
        a cell may extend over several.
        """
        data, number = lines
        end = "\r\n" if b"\r" in data else "\n"
        texts = lines.texts(end)
        # Those that end in another way than those before are looked at one by one.
        cells = self._parse(texts) if texts and self.ends[_ENDS[end]] else None
        if cells is None:
            return None
        self.ends[_ENDS[end]] += len(texts)
        sizes = [len(line) + 1 for line in data.split(b"\n")[:-1]]
        return PlainRows(self.file, self.dialect, texts, end, number, cells, sizes)

    def _row(self, line: Line) -> Row:
        problems = line.decoded.problems if line.decoded else ()
        if any(problem.check is not reading.ByteOrderMark for problem in problems):
            return self._finished(line.text, [], [line])
        bare = line.bare
        parsed = self._parse([bare])
        if parsed is None:
            return self._quoted(line)
        (cells,) = parsed
        if problems:
            return self._finished(line.text, cells, [line])
        self._count(line, line.text[len(bare) :])
        return Row(self.file, line.text, line.number, self.dialect, cells, line.size)

    def _finished(self, text: str, cells: list[str], lines: list[Line], *problems: Problem) -> Row:
        """Return a row with encoding problems of its lines; count its line end."""
        self._count(lines[-1], lines[-1].end)
        found = [*problems, *(one for line in lines for one in line.problems)]
        size = sum(line.size for line in lines)
        return Row(self.file, text, lines[0].number, self.dialect, cells, size, found)

    def _count(self, line: Line, end: str) -> None:
        """Count a line end."""
        if end:
            name = _ENDS[end]
            if not self.ends[name]:
                self._changed = line if self.ends else None
            self.ends[name] += 1

    def _quoted(self, first: Line) -> Row:
        """Parse a row with quotation marks, which may extend over several lines."""
        quote, delimiter = str(self.dialect.quote), self.dialect.delimiter
        lines, text = [first], first.text
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
                    begin, text = len(text), text + following.text
                    closing = self._closing.match(text, begin)
                end = closing.end()
                if text[end:] not in ("", *_ENDS) and not text.startswith(delimiter, end):
                    line = first.number + 1 + mark_at(text, end - 1).line
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
        return self._finished(text, cells, lines)

    def _why_open(self, lines: list[Line], length: int) -> str | None:
        """Return why a cell that is open after these lines probably never ends; None if it may."""
        if length > LONGEST:
            return f"is not closed within {LONGEST:,} characters"
        if len(lines) == _SURE + 1 and not self.dialect.line_breaks and self._are_rows(lines):
            return f"is not closed in this row, and takes in line {lines[1].number + 1} and more"
        return None

    def _taken_in(self, lines: list[Line], cells: int) -> str | None:
        """Describe the lines in a row that are probably rows by themselves."""
        if len(lines) == 1 or self.dialect.line_breaks:
            return None
        rows = self._are_rows(lines[1:-1]) and (
            self._are_rows([lines[0], lines[-1]])
            or (cells != self.width and (len(lines) > 2 or self._are_rows(lines[1:])))
        )
        if not rows:
            return None
        first, last = lines[1].number + 1, lines[-1].number + 1
        which = f"line {first}, a row" if first == last else f"lines {first} to {last}, rows"
        return f"takes in {which} by {'itself' if first == last else 'themselves'}"

    def _are_rows(self, lines: list[Line]) -> bool:
        """Return whether each of these lines has as many cells as a row, ignoring quotation marks."""
        delimiters = (self.width or 0) - 1
        return delimiters > 0 and all(
            line.bare.count(self.dialect.delimiter) == delimiters for line in lines
        )

    def _unpaired(self, lines: list[Line], text: str, opened: int, what: str) -> Row:
        """Return the first of these lines as an unreadable row; the others are parsed again."""
        self._ahead.extendleft(reversed(lines[1:]))
        whole = Text(self.file, text, lines[0].number)
        problem = Problem(importing.UnpairedQuotationMark, mark_at(text, opened), {"problem": what})
        return self._finished(lines[0].text, [], lines[:1], in_text(whole, problem))


def _line_parser(dialect: Dialect) -> Callable[[Sequence[str]], list[list[str]] | None]:
    """Return a function that separates the cells of lines; it returns None if a closer look at
    quotation marks is needed.
    """
    quote, delimiter = dialect.quote, dialect.delimiter

    def parse(lines: Sequence[str]) -> list[list[str]] | None:
        text = "".join(lines)
        if quote is None or quote not in text:
            return [line.split(delimiter) for line in lines]
        if "\r" in text or "\0" in text:
            return None
        try:
            rows = list(csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True))
        except (csv.Error, TypeError, ValueError):
            return None
        # If there are as many rows, none extends over several lines.
        return rows if len(rows) == len(lines) else None

    return parse
