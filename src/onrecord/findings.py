"""Represent what validation finds as values: findings, their locations, and reports."""

from __future__ import annotations

import enum
import hashlib
import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from onrecord.display import InNotebooks

Fact = str | int | float | bool | None
# The steps to a value inside a record: names of members and indexes of items.
Path = tuple[str | int, ...]


class Severity(enum.IntEnum):
    """Rank findings by severity: an error is wrong in the data, a warning should be reviewed, a note
    is for information.
    """

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Place:
    """Locate a value in a file.

    Attributes:
        file: Path of the file as the user gave it, or as it was found in a folder.
        line: Line in the file, from 1; absent in Parquet.
        column: Column in the line in Unicode code points, from 1; absent in Parquet.
        row: Row of a Parquet file, from 1; absent elsewhere.
    """

    file: str
    line: int | None = None
    column: int | None = None
    row: int | None = None

    def __str__(self) -> str:
        if self.row is not None:
            return f"{self.file}:row {self.row}"
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)

    @property
    def sort_key(self) -> tuple[str, int, int, int]:
        """Return a sort key: by file, then by position in it."""
        return (self.file, self.row or 0, self.line or 0, self.column or 0)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Hold the part of a line around a location.

    Attributes:
        text: The line, or a part of a long one.
        caret: Index into ``text`` of the character at the location.
    """

    text: str
    caret: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Hold words of an article's text, with some of what is before and after them."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Describe a change that fixes a finding.

    Attributes:
        changes: New values by their paths in the record, such as ``content[0].start``; null removes
            the field.
        safe: Whether it is the only possible fix, so that ``--fix`` applies it.
    """

    changes: Mapping[str, Fact]
    safe: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Describe a violation of a check, with its location, message and suggestion.

    Attributes:
        code: The check; ``onrecord explain CODE`` describes it.
        severity: How serious it is.
        message: What is wrong, with what was found and what was expected.
        hint: How to fix it.
        place: Its location.
        record: Identifier of the record, if it has one.
        path: The path inside the record, such as ``content[0].exact``.
        facts: The values in the message.
        suggestion: A change that fixes it, if a program can know one.
        excerpt: The line at the location, if the file has lines.
        passage: The words of the article that it is about, if they were requested and may be shown.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    place: Place
    record: str | None = None
    path: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    suggestion: Suggestion | None = None
    excerpt: Excerpt | None = field(default=None, compare=False)
    passage: Passage | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}[{self.code}]: {self.message}"

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Return a sort key: by location, then by code and path."""
        return (*self.place.sort_key, self.code, self.path, self.message)

    @property
    def fingerprint(self) -> str:
        """Return an identifier of the finding that does not change when lines move.

        It is the first 32 hexadecimal digits of the SHA-256 of the code, the file, the record, the
        path and the texts among the facts; if there is no record, of the line instead. Two findings
        can have the same one, if a file has the same defect twice in the same words.
        """
        texts = {name: value for name, value in self.facts.items() if isinstance(value, str)}
        line = self.excerpt.text.strip() if self.excerpt and not self.record else None
        file = posixpath.normpath(self.place.file)
        identity = [self.code, file, self.record, self.path, texts, line]
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:32]


@dataclass(slots=True, order=True)
class Mark:
    """Locate a position in a text: its index, line and column in code points, all from 0."""

    index: int
    line: int
    column: int


class FailedCheck(Protocol):
    """Describe the check that a problem fails: a class from ``onrecord.rules``."""

    @property
    def code(self) -> str: ...

    @property
    def severity(self) -> Severity: ...

    def finding(
        self,
        place: Place,
        facts: Mapping[str, Fact],
        *,
        record: str | None = None,
        path: str = "",
        excerpt: Excerpt | None = None,
    ) -> Finding: ...


Located = tuple[Place, Excerpt | None]
# Finds a location when it is needed: most locations are never shown.
Where = Callable[[], Located]


@dataclass(frozen=True, slots=True)
class Problem:
    """Describe what is wrong, before it has a location and becomes a finding.

    Attributes:
        check: The check that it violates.
        mark: Its position in the text; the beginning until it is located.
        facts: Values for the placeholders of the message.
        path: The path of the value; in a foreign format, as the format names it.
        number: How many problems of this kind it represents, including itself.
        at_key: Whether it is about the name of the value, not the value.
        where: Finds its location; by default there is none.
    """

    check: FailedCheck
    mark: Mark = field(default_factory=lambda: Mark(0, 0, 0))
    facts: Mapping[str, Fact] = field(default_factory=dict)
    path: Path = ()
    number: int = 1
    at_key: bool = False
    where: Where = lambda: (Place(""), None)

    @property
    def is_error(self) -> bool:
        """Return whether a finding of the check makes a record invalid."""
        return self.check.severity is Severity.ERROR

    def finding(self, record: str | None = None, located: Located | None = None) -> Finding:
        """Return the finding that it is in a record, at its own or another location."""
        place, excerpt = located or self.where()
        path = path_text(self.path)
        return self.check.finding(place, self.facts, record=record, path=path, excerpt=excerpt)


def path_text(path: Path) -> str:
    """Format a path: ``content[0].exact``."""
    if len(path) == 1 and isinstance(path[0], str):
        return path[0]
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def parse_path(text: str) -> Path:
    """Parse a path that ``path_text`` formatted."""
    return tuple(
        int(index) if index else name for index, name in re.findall(r"\[(\d+)\]|([^.\[\]]+)", text)
    )


@dataclass(frozen=True, slots=True)
class Ignored:
    """Hold a finding that is ignored, and the reason.

    Attributes:
        finding: The finding.
        reason: Why it is ignored, in the words of the person who decided it.
    """

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """Describe a check in words, for reports and pages.

    Attributes:
        code: Its name.
        severity: How much a finding of it weighs.
        title: What it finds, in one line.
        explanation: What it does, a paragraph of Markdown, and why that matters, in further ones.
        hint: How to fix it; ``{name}`` stands for a fact.
        family: What it is about, in a word.
        fails: Lines in which it finds something.
        finding: What it finds in them, as the command prints it.
        fixed: The same lines, corrected; empty if no line takes their place.
    """

    code: str
    severity: Severity
    title: str
    explanation: str
    hint: str
    family: str
    fails: str = ""
    finding: str = ""
    fixed: str = ""

    @property
    def page(self) -> str:
        """Return its section in the documentation, relative to the address of the start page."""
        return f"rules/{self.family}.html#{self.code}"

    def sections(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield the sections of its page: a heading, Markdown, and blocks shown as they are."""
        what, _, why = self.explanation.partition("\n\n")
        yield "What it does", what, ()
        if why:
            yield "Why it matters", why, ()
        if self.hint and "{" not in self.hint:
            yield "How to fix it", f"{self.hint[:1].upper()}{self.hint[1:]}.", ()
        if blocks := tuple(filter(None, (self.fails, self.finding))):
            yield "Example", "", blocks
        if self.fixed:
            yield "Use instead", "", (self.fixed,)


@dataclass(frozen=True, slots=True)
class Checked:
    """Count what was validated, without which a report without findings would mean nothing.

    Attributes:
        files: Files read.
        articles: Articles that could be read; likewise ``quotes`` and ``claims``.
        spans: Spans in these records.
        verified: Spans whose words or digest were compared with the article's text.
        unverified: Located spans that could not be compared, since no text is available.
        read: The paths of the files read.
        ignored: Files that have the ending of a record file but are something else.
    """

    files: int
    articles: int
    quotes: int
    claims: int
    spans: int
    verified: int
    unverified: int
    read: tuple[str, ...] = field(default=(), repr=False)
    ignored: tuple[IgnoredFile, ...] = ()


@dataclass(frozen=True, slots=True)
class IgnoredFile:
    """Name a file that has the ending of a record file but is something else, and is not read.

    Attributes:
        file: Its path, as in `Place`.
        reason: Why it is ignored.
    """

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Name the revision that a report was compared with, so that it shows only effects of a change.

    Attributes:
        revision: The revision that the user named.
        commit: The merge base of this revision and HEAD; None if the user named a tree.
        changed: Number of files that are new, changed or deleted since that commit.
        known: Number of findings in unchanged files that existed before.
    """

    revision: str
    commit: str | None
    changed: int
    known: int


@dataclass(frozen=True, slots=True, repr=False)
class Report(InNotebooks):
    """Hold the result of a validation.

    Attributes:
        findings: All findings, in order of their locations.
        checked: Counts of what was validated.
        checks: All checks that were made, by code.
        ignored: Findings that the settings or a baseline ignore, or that are not new, in
            the same order.
        compared: The revision it was compared with, if any.
    """

    findings: tuple[Finding, ...]
    checked: Checked
    checks: Mapping[str, CheckInfo]
    ignored: tuple[Ignored, ...] = ()
    compared: Compared | None = None

    def __str__(self) -> str:
        return "\n".join(map(str, (*self.findings, repr(self))))

    def __repr__(self) -> str:
        seen = self.checked
        return (
            f"<Report: {len(self.errors)} errors and {len(self.warnings)} warnings in "
            f"{seen.articles} articles, {seen.quotes} quotes and {seen.claims} claims>"
        )

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that are errors."""
        return self.of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Return the findings that are warnings."""
        return self.of(Severity.WARNING)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """Return the findings that are notes."""
        return self.of(Severity.NOTE)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of one severity."""
        return tuple(one for one in self.findings if one.severity is severity)

    @property
    def ok(self) -> bool:
        """Return whether there are no errors."""
        return not self.errors
