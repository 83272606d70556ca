"""Represent what validation finds as values: findings, their locations, and reports."""

from __future__ import annotations

import enum
import hashlib
import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Fact = str | int | float | bool | None


class Severity(enum.IntEnum):
    """How much a finding weighs: an error is wrong in the data, a warning deserves a look, a note
    is worth knowing.
    """

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands.

    Attributes:
        file: Path of the file as the user gave it, or as the walk of a folder found it.
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
        """Order of places: by file, then from its beginning to its end."""
        return (self.file, self.row or 0, self.line or 0, self.column or 0)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of the line that a finding points at.

    Attributes:
        text: The line, or the part of a long one around the place.
        caret: Index into ``text`` of the character that is meant.
    """

    text: str
    caret: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How a program can fix what was found.

    Attributes:
        changes: New values by their paths in the record, such as ``content[0].start``; null takes
            the field out.
        safe: Whether it is the only possible fix, so that ``--fix`` applies it.
    """

    changes: Mapping[str, Fact]
    safe: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where, and how to fix it.

    Attributes:
        code: The check that found it; ``onrecord explain CODE`` tells more.
        severity: How much it weighs.
        message: What is wrong, with what was found and what was expected.
        hint: How to fix it.
        place: Where it stands.
        record: Identifier of the record, where it has one.
        path: The path inside the record, such as ``content[0].exact``.
        facts: The values that the message names.
        suggestion: How a program can fix it, where one can.
        excerpt: The line it points at, where the file has lines.
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

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}[{self.code}]: {self.message}"

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """Order of findings: by place, then by code and path."""
        return (*self.place.sort_key, self.code, self.path, self.message)

    @property
    def fingerprint(self) -> str:
        """What stays the same while lines move: the finding told from others without its place.

        The first 32 hexadecimal digits of the SHA-256 of the code, the file, the record, the path
        and the texts among the facts; where there is no record, of the line in its stead. Two
        findings can share it, in a file that has the same defect twice in the same words.
        """
        texts = {name: value for name, value in self.facts.items() if isinstance(value, str)}
        line = self.excerpt.text.strip() if self.excerpt and not self.record else None
        file = posixpath.normpath(self.place.file)
        identity = [self.code, file, self.record, self.path, texts, line]
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A finding that counts for nothing, and why.

    Attributes:
        finding: The finding.
        reason: Why it is ignored, in the words of the person who decided it.
    """

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """What there is to know about a check, in words.

    Attributes:
        code: Its name.
        severity: How much a finding of it weighs.
        title: What it finds, in one line.
        explanation: What it finds and why that matters, in paragraphs of Markdown.
        hint: How to fix it; ``{name}`` stands for a fact.
        family: What it is about, in a word.
        fails: An example in which it finds something.
        passes: An example in which it finds nothing.
    """

    code: str
    severity: Severity
    title: str
    explanation: str
    hint: str
    family: str
    fails: str
    passes: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a validation looked at, so that finding nothing means something.

    Attributes:
        files: Files read.
        articles: Articles that could be read; likewise ``quotes`` and ``claims``.
        spans: Spans in these records.
        verified: Spans whose words or digest were compared with the article's text.
        unverified: Located spans that could not be compared, since no text is available.
        read: The paths of the files read.
        ignored: Files with the ending of a record file that are none.
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
    """A file with the ending of a record file that is none, and is not read.

    Attributes:
        file: Its path, as in `Place`.
        reason: Why it is ignored.
    """

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What a report was compared with, so that it tells only what a change did.

    Attributes:
        revision: The revision of the git checkout, as it was asked for.
        commit: The commit that it and HEAD parted at; None where a tree was asked for.
        changed: Files that differ from that commit's, are not in it, or have gone since.
        known: Findings that were there already, in files that did not change.
    """

    revision: str
    commit: str | None
    changed: int
    known: int


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What a validation found.

    Attributes:
        findings: All findings, in order of their places.
        checked: What was looked at.
        checks: All checks that were made, by their codes.
        ignored: Findings that the settings or a baseline tell to ignore, or that are not new, in
            the same order.
        compared: What it was compared with, if with anything.
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
        """The findings that are wrong in the data."""
        return self.of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that deserve a look."""
        return self.of(Severity.WARNING)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """The findings that are worth knowing."""
        return self.of(Severity.NOTE)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity."""
        return tuple(one for one in self.findings if one.severity is severity)

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not self.errors
