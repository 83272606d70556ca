"""Report the result of fixing: fixed files, their diffs, and the findings that remain."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import NamedTuple

from onrecord.display import escape_for_display
from onrecord.errors import InputError
from onrecord.files.atomic import replace_file, replacing
from onrecord.files.opening import File, content, raw_lines
from onrecord.findings import Place, Report
from onrecord.readers.bulk.jsonl import JsonLinesReader
from onrecord.readers.formats import open_reader

# Lines of a table that a diff shows around those that change.
_CONTEXT = 3

# The line of a unified diff after a last line without an end.
_NO_END = "\\ No newline at end of file"


@dataclass(frozen=True, slots=True)
class Fix:
    """Describe a change that fixes a finding, or that fills in a field.

    Attributes:
        place: The location of the value before this fix.
        what: What is changed, as text for users.
        code: The check whose finding it fixes; None if a field is only filled in.
        record: Identifier of the record, if it has one.
    """

    place: Place
    what: str
    code: str | None = None
    record: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {f'[{self.code}] ' if self.code else ''}{self.what}"


@dataclass(frozen=True, slots=True)
class FixedFile:
    """Hold a file with its fixes, and write it.

    Attributes:
        file: The file.
        fixes: The fixes, in the order of their findings.
        changes: The bytes before and after: of a whole document, numbered 0, or of lines of a
            table by their numbers from 0, without line ends.
    """

    file: File
    fixes: tuple[Fix, ...]
    changes: Mapping[int, tuple[bytes, bytes]] = field(repr=False)

    @property
    def before(self) -> str:
        """Return the content before; for a table, only until it is written.

        Raises:
            InputError: The file cannot be read, or has changed since it was read.
        """
        return b"".join(old for old, _ in self._pieces(check=self._is_table)).decode()

    @property
    def after(self) -> str:
        """Return the content after all fixes (raises as `before`)."""
        return b"".join(new for _, new in self._pieces(check=self._is_table)).decode()

    def diff(self) -> str:
        """Return the changes as a unified diff (raises as `before`)."""
        hunks = _hunks_of_lines(self._lines()) if self._is_table else _hunks(*self._document)
        name = escape_for_display(self.file.name)
        lines = [f"--- {name}\n", f"+++ {name}\n", *hunks]
        return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}\n" for line in lines)

    def write(self) -> None:
        """Write the file completely or not at all.

        Raises:
            InputError: It cannot be written, or has changed meanwhile; then it is not changed.
        """
        if not self._is_table:
            data = b"".join(new for _, new in self._pieces())
            replace_file(self.file.path, data, self.file.boundary)
            return
        with replacing(self.file.path, self.file.boundary) as stream:
            stream.writelines(new for _, new in self._pieces())

    @property
    def _is_table(self) -> bool:
        return isinstance(open_reader(self.file), JsonLinesReader)

    @property
    def _document(self) -> tuple[str, str]:
        ((old, new),) = self._pieces()
        return old.decode(), new.decode()

    def _pieces(self, *, check: bool = True) -> Iterator[tuple[bytes, bytes]]:
        """Yield the content before and after, piece by piece, if the file has not changed."""
        if not self._is_table:
            old, new = self.changes[0]
            if check and content(self.file) != old:
                raise _changed_meanwhile(self.file)
            yield old, new
            return
        for number, _, raw in raw_lines(self.file):
            body = raw.rstrip(b"\r\n")
            old, new = self.changes.get(number, (body, body))
            if body != old:
                raise _changed_meanwhile(self.file)
            yield raw, new + raw[len(body) :]

    def _lines(self) -> Iterator[_Line]:
        """Yield the lines of a table near those that change."""
        near = {number + step for number in self.changes for step in range(-_CONTEXT, _CONTEXT + 1)}
        number = 0
        for old, new in self._pieces():
            if number in near:
                yield _Line(number, old.decode(errors="replace"), new.decode(errors="replace"))
            number += old.endswith(b"\n")


@dataclass(frozen=True, slots=True)
class FixResult:
    """Hold the changes that fix a corpus; nothing is written yet.

    Attributes:
        found: The findings before.
        files: The files to change.
        left: Findings that could be fixed but are not, with the reason, as text for users.
        report: The findings that remain once the files are written.
    """

    found: Report
    files: tuple[FixedFile, ...]
    left: tuple[str, ...]
    report: Report

    @property
    def changed(self) -> bool:
        """Return whether there is anything to write."""
        return bool(self.files)

    def diff(self) -> str:
        """Return the changes in all files as a unified diff.

        Raises:
            InputError: A file cannot be read, or has changed since it was read.
        """
        return "".join(one.diff() for one in self.files)

    def write(self) -> tuple[InputError, ...]:
        """Write each file completely or not at all; return the errors of those that were not."""
        errors = []
        for one in self.files:
            try:
                one.write()
            except InputError as error:
                errors.append(error)
        return tuple(errors)


def _changed_meanwhile(file: File) -> InputError:
    return InputError(f"{file.name} has changed meanwhile; it is left as it was")


class _Line(NamedTuple):
    """Hold a line of a table, numbered from 0, before and after."""

    number: int
    old: str
    new: str


def _hunks(before: str, after: str) -> Iterator[str]:
    """Yield the hunks of a unified diff."""
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
    yield from islice(difflib.unified_diff(old, new), 2, None)


def _hunks_of_lines(lines: Iterable[_Line]) -> Iterator[str]:
    """Yield the hunks of a unified diff of tables, given the lines near a change."""
    for _, numbered in groupby(enumerate(lines), key=lambda one: one[1].number - one[0]):
        hunk = [line for _, line in numbered]
        extent = f"{hunk[0].number + 1},{len(hunk)}"
        yield f"@@ -{extent} +{extent} @@\n"
        for changes, run in groupby(hunk, key=lambda line: line.old != line.new):
            inside = list(run)
            if changes:
                yield from (f"-{line.old}" for line in inside)
                yield from (f"+{line.new}" for line in inside)
            else:
                yield from (f" {line.old}" for line in inside)
