"""Find and read the files that a command is given, with a progress bar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from onrecord.cli import progress
from onrecord.cli.options import Paths, Reading

if TYPE_CHECKING:
    from onrecord.corpus.reading import ReadChunk
    from onrecord.readers import File, ReadOptions


def read_options(options: Reading) -> ReadOptions:
    """Return how the options say that a corpus is read."""
    from onrecord.readers.options import READ_OPTIONS, ReadOptions

    findings = READ_OPTIONS.findings if options.max_findings is None else options.max_findings
    return ReadOptions(
        validate_all=options.judge_all, allow_outside=options.allow_outside, findings=findings
    )


def find(options: Paths) -> list[File]:
    """Return the record files of the paths, and print which files in them are ignored."""
    from onrecord import readers
    from onrecord.files.containment import Boundary
    from onrecord.reporters.base import ignored_files

    boundary = Boundary.around(options.paths, allow_outside=options.allow_outside)
    found = readers.survey(options.paths, boundary=boundary)
    if found.ignored:
        print(ignored_files(found.ignored))
    return found.files


def watch_parts(parts: Iterator[ReadChunk], total: int) -> Iterable[ReadChunk]:
    """Pass on the parts of a corpus that is read, with a progress bar.

    Args:
        parts: How many records there are in each part, and its bytes.
        total: How many bytes there are.
    """
    return progress.counted(parts, total=total, unit="records", description="reading")


def watch_files(files: Sequence[File]) -> Iterable[File]:
    """Pass on files one by one, with a progress bar."""
    return progress.watched(files, total=len(files), unit="files", description="reading")
