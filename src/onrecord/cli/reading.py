"""Find and read the files that the user named, with a progress bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from onrecord.cli import progress
from onrecord.cli.engine import Engine, listed_findings
from onrecord.cli.options import Paths

if TYPE_CHECKING:
    from onrecord.files.opening import File
    from onrecord.readers.options import ReadOptions
    from onrecord.readers.progress import ReadChunk
    from onrecord.text_formats import TextFormatName


# Bytes of memory that a process needs for each record of a partition, about.
_OF_RECORD = 20_000


def read_options(options: Engine) -> ReadOptions:
    """Return the options for reading that correspond to the options of a command."""
    from onrecord.readers.options import ReadOptions

    read = ReadOptions(
        validate_all=options.judge_all,
        allow_outside=options.allow_outside,
        findings=listed_findings(options),
        text_format=options.text_format,
    )
    return with_resources(read, options.workers, options.memory)


def with_resources(read: ReadOptions, workers: int | None, memory: int | None) -> ReadOptions:
    """Return options for reading with so many processes, and about so much memory in bytes."""
    from onrecord.files.process import cores

    workers = (cores() if workers is None else workers) or 1
    if memory is None:
        return replace(read, workers=workers)
    return replace(
        read,
        workers=workers,
        engine=memory // 2,
        summaries=memory // 2,
        memory=memory // 64,
        partition=max(1, min(read.partition, memory // (workers * _OF_RECORD))),
    )


def find(options: Paths, text_format: TextFormatName | None) -> list[File]:
    """Return the record files of the paths, and print which files in them are ignored.

    Args:
        options: The paths.
        text_format: The name of the format of article texts in files, if it is given.
    """
    from onrecord.files.containment import Boundary
    from onrecord.readers import discovery
    from onrecord.reporters.base import ignored_files

    boundary = Boundary.around(options.paths, allow_outside=options.allow_outside)
    found = discovery.survey(options.paths, boundary=boundary, text_format=text_format)
    if found.ignored:
        print(ignored_files(found.ignored))
    return found.files


def chunk_progress(chunks: Iterable[ReadChunk], total: int | None) -> Iterable[ReadChunk]:
    """Pass on the chunks of a corpus that is read, with a progress bar; ``total`` is in bytes."""
    return progress.watched(
        chunks,
        description="reading",
        unit="records",
        total=total,
        size=lambda chunk: chunk.size,
        number=lambda chunk: chunk.records,
    )


def each_file(files: Sequence[File]) -> Iterable[File]:
    """Pass on files one by one, with a progress bar."""
    return progress.watched(files, total=len(files), unit="files", description="reading")
