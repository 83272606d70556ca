"""Apply the settings of a validation to its findings.

Settings are in ``corpus.yaml``, as its member ``validation``, and in the table ``[tool.onrecord]``
of a ``pyproject.toml``. Both apply. If both give a check a severity, ``corpus.yaml`` takes
precedence, since it travels with the data; of several, the one nearest to the file of the finding.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from onrecord.corpus.required_fields import requirable
from onrecord.errors import did_you_mean
from onrecord.files.containment import ANYWHERE
from onrecord.files.globs import glob
from onrecord.files.opening import File, absolute, within
from onrecord.findings import Finding, Ignored, Place, Severity, path_text
from onrecord.findings import Path as InnerPath
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.readers.syntax.values import ValidatedFile
from onrecord.rules import RULES, SETTABLE_CHECKS
from onrecord.rules.base import Check
from onrecord.rules.reading import NotAllowed
from onrecord.rules.settings import (
    BoundlessIgnore,
    ExpiredIgnore,
    UnknownCode,
    UnknownDemand,
    UnusedIgnore,
)
from onrecord.schema.settings import CorpusFile, Ignore, Settings

__all__ = ["EffectiveSettings", "Ignore", "Settings", "Source", "is_undecidable"]


def is_undecidable(code: str | None, record: str | None, without_text: Collection[str]) -> bool:
    """Return whether a finding may be missing only because a text is not available.

    Args:
        code: The check, if it is known.
        record: The id of the record, if it is known.
        without_text: The ids of articles whose texts are not available.
    """
    if not without_text or (code is not None and code not in RULES):
        return False
    return record is None or record.partition(".")[0] in without_text


@dataclass(frozen=True, slots=True)
class Source:
    """Hold the settings of one file, or those that a program passed.

    Attributes:
        folder: The folder, absolute, that their paths are relative to.
        everywhere: Whether they apply to all files, or only to those below the folder.
        file: The file that contains them; None if a program passed them.
        at: Their path in that file.
    """

    settings: Settings
    folder: Path
    everywhere: bool = True
    file: ValidatedFile[Settings] | ValidatedFile[CorpusFile] | None = None
    at: InnerPath = ()

    @property
    def baseline(self) -> File | None:
        """Return the baseline that the settings name; it must be in their boundary."""
        if self.settings.baseline is None:
            return None
        name = name_of(self.folder / self.settings.baseline)
        boundary = self.file.text.file.boundary if self.file else ANYWHERE
        return File(Path(name), name, boundary=boundary)

    def governs(self, file: str) -> bool:
        """Return whether the settings apply to a file."""
        return self.everywhere or within(file, self.folder)

    def finding(self, check: type[Check], path: InnerPath, **facts: str) -> Finding:
        """Return a finding about the value at a path in the settings."""
        if self.file is None:
            return check.finding(Place("settings"), facts, path=path_text(path))
        place, excerpt = self.file.point((*self.at, *path))
        return check.finding(place, facts, path=path_text((*self.at, *path)), excerpt=excerpt)


@dataclass(frozen=True, slots=True)
class EffectiveSettings:
    """Combine the settings that apply to a validation, and apply them to findings.

    Attributes:
        sources: All settings; later ones take precedence.
        findings: What is wrong in files of settings that are not among the validated files.
        paths: The validated paths, absolute.
        elsewhere: The validated folders on file systems that only Spark reads, named as `absolute`
            names their files.
        unsuppressed: The codes of checks whose findings no setting ignores or weakens.
        unapplied: Files that are not valid, with the settings in them that are not applied.
    """

    sources: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()
    paths: tuple[Path, ...] = ()
    elsewhere: tuple[Path, ...] = ()
    unsuppressed: frozenset[str] = frozenset()
    unapplied: Mapping[str, str] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """Return the fields that every record must have, without names that cannot be required."""
        named = {name: None for source in self.sources for name in source.settings.require}
        return tuple(name for name in named if name in requirable())

    @property
    def ignores(self) -> bool:
        """Return whether any settings ignore findings."""
        return any(source.settings.ignore for source in self.sources)

    def off(self, files: Iterable[str]) -> set[str]:
        """Return the codes of checks that are switched off for all of these files."""
        codes = {code for source in self.sources for code in source.settings.severity or ()}
        codes -= self.unsuppressed
        governed = {self.governing(file) for file in files}
        return {
            code for code in codes if all(self.level(code, one)[0] == "off" for one in governed)
        }

    def ignoring(self, source: Source, number: int, day: dt.date) -> bool:
        """Return whether an entry of ``ignore``, given by its number, is in effect on a day."""
        return _Entry(source, number, source.settings.ignore[number]).is_active(day)

    def apply(
        self, findings: Iterable[Finding], day: dt.date, without_text: Collection[str] = ()
    ) -> tuple[list[Finding], list[Ignored]]:
        """Divide findings into those that remain and those that are ignored.

        Findings about the settings themselves are added to those that remain.

        Args:
            findings: The findings of a validation.
            day: The current day, for ignores that expire.
            without_text: The ids of articles whose texts are not available.
        """
        entries = [
            _Entry(source, number, ignore)
            for source in self.sources
            for number, ignore in enumerate(source.settings.ignore)
        ]
        active = [entry for entry in entries if entry.is_active(day)]
        used: set[int] = set()
        kept, ignored = [], []
        for finding in self.weigh(findings):
            fitting = [index for index, entry in enumerate(active) if entry.fits(finding)]
            used.update(fitting)
            if fitting and finding.code not in self.unsuppressed:
                ignored.append(Ignored(finding, active[fitting[0]].ignore.reason))
            else:
                kept.append(finding)
        own = [*self.findings, *self._unknown_codes(), *self._unknown_demands()]
        own += (found for entry in entries if (found := entry.finding(day)))
        own += (
            entry.source.finding(UnusedIgnore, entry.path)
            for index, entry in enumerate(active)
            if index not in used
            and self._is_whole(entry)
            and not is_undecidable(entry.ignore.code, entry.ignore.record, without_text)
        )
        return [self._explained(one) for one in (*kept, *self.weigh(own))], ignored

    def _explained(self, finding: Finding) -> Finding:
        """Say in a finding that makes a file of settings invalid which of them are not applied."""
        settings = self.unapplied.get(finding.place.file)
        if settings is None or finding.severity is not Severity.ERROR:
            return finding
        hint = f"{finding.hint}; until this is fixed, {settings} in this file is not applied"
        return replace(finding, hint=hint)

    def weigh(self, findings: Iterable[Finding], at: Path | None = None) -> Iterator[Finding]:
        """Yield findings with the severities that settings give them, without those switched off.

        Args:
            findings: The findings.
            at: The file whose settings apply; by default the file of each finding.
        """
        if not any(source.settings.severity for source in self.sources):
            yield from findings
            return
        governing = cache(self.governing)
        for finding in findings:
            level, _ = self.level(finding.code, governing(str(at or finding.place.file)))
            if level is None or finding.code in self.unsuppressed:
                yield finding
            elif level != "off":
                yield replace(finding, severity=Severity[level.upper()])

    def governing(self, file: str) -> tuple[bool, ...]:
        """Return which of the sources apply to a file, in their order."""
        return tuple(source.governs(file) for source in self.sources)

    def level(self, code: str, governed: Sequence[bool]) -> tuple[str | None, Source | None]:
        """Return the severity that applicable sources give a check, and the source that decides."""
        for source, governs in zip(reversed(self.sources), reversed(governed), strict=True):
            if governs and code in (source.settings.severity or {}):
                return (source.settings.severity or {})[code], source
        return None, None

    def _unknown_codes(self) -> Iterator[Finding]:
        for source in self.sources:
            named: list[tuple[str, InnerPath]] = [
                (code, ("severity", code)) for code in source.settings.severity or ()
            ]
            named += (
                (ignore.code, ("ignore", number, "code"))
                for number, ignore in enumerate(source.settings.ignore)
                if ignore.code is not None
            )
            for code, path in named:
                if code not in SETTABLE_CHECKS:
                    advice = did_you_mean(code, SETTABLE_CHECKS) or "onrecord explain lists them"
                    yield source.finding(UnknownCode, path, code=code, advice=advice)

    def _unknown_demands(self) -> Iterator[Finding]:
        for source in self.sources:
            for number, name in enumerate(source.settings.require):
                if name not in requirable():
                    advice = did_you_mean(name, requirable()) or _DEMANDS
                    facts = {"field": name, "advice": advice}
                    yield source.finding(UnknownDemand, ("require", number), **facts)

    def _is_whole(self, entry: _Entry) -> bool:
        """Return whether everything was validated that an entry of ``ignore`` may refer to.

        A single file, or a folder inside a corpus, is only a part; so is a folder that cannot
        contain the files of the entry.
        """
        return any(within(entry.prefix, path) for path in self.elsewhere) or any(
            path.is_dir()
            and not any((above / CORPUS).is_file() for above in path.parents)
            and (within(entry.prefix, path) or within(path, entry.prefix))
            for path in self.paths
        )


_DEMANDS = "name a field of the annotation, such as annotators, or of a record, such as article.url"


class _Entry:
    """Match findings with one entry of ``ignore``."""

    def __init__(self, source: Source, number: int, ignore: Ignore) -> None:
        self.source, self.ignore = source, ignore
        self.path: InnerPath = ("ignore", number)
        self._in = cache(self._is_in)
        # The folder that contains all its files: the path up to the first wildcard.
        certain, *_ = re.split(r"([*?])", (ignore.path or "") + "*", maxsplit=1)
        whole = ignore.path is not None and certain == ignore.path
        steps = certain if whole else certain.rpartition("/")[0]
        self.prefix = absolute(source.folder / steps)

    def is_active(self, day: dt.date) -> bool:
        """Return whether the entry has an effect on a day."""
        known = self.ignore.code is None or self.ignore.code in SETTABLE_CHECKS
        return known and self.finding(day) is None

    def finding(self, day: dt.date) -> Finding | None:
        """Return what is wrong with the entry, so that it has no effect."""
        ignore = self.ignore
        if not (ignore.code or ignore.path or ignore.record or ignore.message):
            return self.source.finding(BoundlessIgnore, self.path)
        if ignore.until is None:
            return None
        try:
            until = dt.date.fromisoformat(ignore.until)
        except ValueError:
            facts = {
                "field": "until",
                "found": f'"{ignore.until}"',
                "expected": "a day that the calendar has",
            }
            return self.source.finding(NotAllowed, (*self.path, "until"), **facts)
        if until < day:
            return self.source.finding(ExpiredIgnore, self.path, until=ignore.until)
        return None

    def fits(self, finding: Finding) -> bool:
        """Return whether the entry matches a finding."""
        ignore = self.ignore
        return (
            ignore.code in (None, finding.code)
            and ignore.record in (None, finding.record)
            and (ignore.message or "") in finding.message
            and self._in(finding.place.file)
        )

    def _is_in(self, file: str) -> bool:
        if not self.source.governs(file):
            return False
        if self.ignore.path is None:
            return True
        relative = Path(os.path.relpath(file, self.source.folder)).as_posix()
        return glob(self.ignore.path).matches(relative)


def name_of(path: Path) -> str:
    """Return a path relative to the current folder."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # on another drive
        return path.as_posix()
