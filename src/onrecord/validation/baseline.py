"""Read, apply and write baselines: files of findings that are tolerated until they are fixed.

A finding is recognised by its fingerprint, which does not change when lines move. File names are
relative to the baseline, so that it can be used from any folder.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import Field

from onrecord.display import escape_for_display
from onrecord.errors import InputError
from onrecord.files.atomic import replace_file
from onrecord.files.opening import File, within
from onrecord.findings import Fact, Finding, Ignored
from onrecord.readers.syntax import json as json_reader
from onrecord.readers.syntax.values import ValidatedFile, read_value
from onrecord.rules.settings import StaleBaseline
from onrecord.schema.fields import Many, Record
from onrecord.validation.settings import is_undecidable

REASON = "in the baseline"

_ORDER = ("file", "record", "path", "code", "message", "fingerprint")


class Tolerated(Record):
    """Describe a finding that is tolerated, with the fields by which people recognise it."""

    code: str = Field(description="The check that makes it.")
    file: str = Field(description="The file it is in, relative to the baseline.")
    record: str | None = Field(None, description="The identifier of the record it is in.")
    path: str = Field("", description="The path inside the record.")
    message: str = Field(description="What it says.")
    fingerprint: str = Field(description="What identifies it, also if its line changes.")


class BaselineFile(Record):
    """Hold the findings that a baseline tolerates."""

    baseline_version: Literal["1"] = Field(description="Version of this format.")
    findings: Many[Tolerated] = Field((), description="What is tolerated, as often as it is made.")


@dataclass(frozen=True, slots=True)
class Baseline:
    """Divide findings into those that a baseline tolerates and the others."""

    path: Path
    file: ValidatedFile[BaselineFile]

    @property
    def entries(self) -> Sequence[Tolerated]:
        """Return the tolerated findings; none if the baseline is not valid."""
        return self.file.value.findings if self.file.value else ()

    def tolerate(
        self,
        findings: Iterable[Finding],
        governs: Callable[[str], bool],
        validated: Sequence[Path],
        without_text: Collection[str] = (),
        unsuppressed: Collection[str] = (),
    ) -> tuple[list[Finding], list[Ignored]]:
        """Divide findings into those that remain and those that the baseline tolerates.

        Entries of the baseline whose finding no longer exists are reported as a finding.

        Args:
            findings: The findings of a validation.
            governs: Returns whether the baseline applies to a file.
            validated: The validated paths, absolute.
            without_text: The ids of articles whose texts are not available.
            unsuppressed: The codes of checks whose findings always remain.
        """
        entries = self.entries
        left = Counter(entry.fingerprint for entry in entries)
        kept, ignored = list(self.file.findings), []
        for finding in findings:
            fingerprint = _relative(finding, self.path.parent).fingerprint
            if left[fingerprint] and governs(finding.place.file):
                left[fingerprint] -= 1
                if finding.code not in unsuppressed:
                    ignored.append(Ignored(finding, REASON))
                    continue
            kept.append(finding)
        stale = []
        for number, entry in reversed(list(enumerate(entries))):
            if left[entry.fingerprint]:
                left[entry.fingerprint] -= 1
                if not _may_be_there(entry, self.path, validated, without_text):
                    stale.append(number)
        if stale:
            first = entries[stale[-1]]
            facts: dict[str, Fact] = {
                "number": len(stale),
                "first": f"{first.code} in {first.file}",
            }
            place, excerpt = self.file.point(("findings", stale[-1]))
            kept.append(StaleBaseline.finding(place, facts, excerpt=excerpt))
        return kept, ignored


def read_baseline(file: File) -> Baseline:
    """Read a baseline. If it is not valid, that is a finding.

    Raises:
        InputError: The file does not exist, or cannot be read.
    """
    file.check()
    if not file.path.exists():
        raise InputError(f"{file.path}: there is no such baseline; --write-baseline writes one")
    return Baseline(file.path, read_value(file, json_reader.parse, BaselineFile))


def write_baseline(
    file: File,
    findings: Iterable[Finding],
    validated: Sequence[Path],
    without_text: Collection[str] = (),
) -> int:
    """Write findings as a baseline, and return the number of its entries.

    Entries of an existing baseline are kept if this validation could not decide about them: in
    files that were not validated, or in articles whose texts are not available.

    Args:
        file: The file to write.
        findings: The findings to tolerate.
        validated: The validated paths, absolute.
        without_text: The ids of articles whose texts are not available.

    Raises:
        InputError: The file cannot be written, or exists and is not a baseline.
    """
    path = file.path
    entries = [_entry(_relative(finding, path.parent)) for finding in findings]
    if file.exists():
        earlier = read_baseline(file).file
        if earlier.value is None:
            raise InputError(f"{path} is no baseline, and is not replaced by one")
        found = Counter(entry["fingerprint"] for entry in entries)
        for one in earlier.value.findings:
            if found[one.fingerprint]:
                found[one.fingerprint] -= 1
            elif _may_be_there(one, path, validated, without_text):
                entries.append(one.model_dump())
    entries.sort(key=lambda entry: [entry[name] or "" for name in _ORDER])
    whole = {"baseline_version": "1", "findings": entries}
    lines = json.dumps(whole, indent=2, ensure_ascii=False).split("\n")
    text = "".join(f"{escape_for_display(line)}\n" for line in lines)
    replace_file(path, text.encode(), file.boundary)
    return len(entries)


def _entry(finding: Finding) -> dict[str, str | None]:
    return {
        "code": finding.code,
        "file": finding.place.file,
        "record": finding.record,
        "path": finding.path,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
    }


def _relative(finding: Finding, folder: Path) -> Finding:
    """Return a finding whose file name is relative to a folder."""
    file = Path(os.path.relpath(finding.place.file, folder)).as_posix()
    return replace(finding, place=replace(finding.place, file=file))


def _may_be_there(
    entry: Tolerated, baseline: Path, validated: Sequence[Path], without_text: Collection[str]
) -> bool:
    """Return whether a finding may still exist although it was not found: it was not looked for."""
    looked = any(within(baseline.parent / entry.file, path) for path in validated)
    return not looked or is_undecidable(entry.code, entry.record, without_text)
