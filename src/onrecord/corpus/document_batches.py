"""Read documents in blocks, in several processes, and use what earlier runs read of them.

A process reads the documents of a block as a corpus of their own and writes their records to
temporary files. The process of the command adds that corpus to its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol
from zlib import crc32

from onrecord.corpus.blocks import PRELOAD
from onrecord.corpus.corpus import Corpus, CorpusPart
from onrecord.corpus.reading import DOCUMENTS, are_many
from onrecord.files.opening import File
from onrecord.files.workers import in_processes
from onrecord.readers.formats import read_all
from onrecord.readers.options import ReadOptions
from onrecord.readers.progress import ReadChunk
from onrecord.schema import RECORD_TYPES, RecordType

# The most documents in a block.
_MOST = 2 * DOCUMENTS

Paths = Mapping[RecordType, Path]


class KnownParts(Protocol):
    """Load and store the parsed records of documents, in blocks."""

    def load(self, files: Sequence[File], paths: Paths) -> CorpusPart | None:
        """Return the parsed records of a block of documents; None if they are not stored.

        Args:
            files: The documents.
            paths: Where to write their records.
        """

    def add(self, files: Sequence[File], part: CorpusPart, corpus: Corpus) -> None:
        """Register the parsed records of a block to be stored; their files exist as long as the corpus."""


class _Task(NamedTuple):
    """Name documents for a process to read, and the files to write their records to."""

    files: Sequence[File]
    paths: Paths


def read_documents(
    corpus: Corpus, files: Iterable[File], known: KnownParts | None
) -> Iterator[ReadChunk]:
    """Read documents into a corpus, many in several processes; yield the numbers of records.

    Args:
        corpus: The corpus.
        files: The documents.
        known: Parsed records of documents that earlier runs stored.

    Raises:
        InputError: A file cannot be read.
        OnrecordError: The disk is full, or processes were killed again and again.
    """
    options = corpus.options
    tasks = [
        _Task(some, {each: corpus.records(each).new_path() for each in RECORD_TYPES})
        for some in _blocks(files)
    ]
    parts = [known.load(*task) if known else None for task in tasks]
    unread = [task for task, part in zip(tasks, parts, strict=True) if part is None]
    shared = are_many(sum(len(task.files) for task in unread), options)
    read = in_processes(
        partial(_read, replace(options, threads=1) if shared else options),
        unread,
        options.workers if shared else 1,
        preload=PRELOAD,
    )
    for task, found in zip(tasks, parts, strict=True):
        part = found or next(read)
        corpus.add_part(part, task.files)
        if known and not found:
            known.add(task.files, part, corpus)
        yield ReadChunk(sum(sum(stored.lengths) for _, stored, _ in part.tables.values()), 0)
    assert next(read, None) is None  # noqa: S101  # which ends the processes


def _blocks(files: Iterable[File]) -> Iterator[list[File]]:
    """Yield blocks of documents.

    Where one ends depends on the name of a document, so that others stay as they are if there is
    one more or less.
    """
    some: list[File] = []
    for file in files:
        some.append(file)
        if crc32(file.path.name.encode("utf-8", "surrogateescape")) % DOCUMENTS == 0 or (
            len(some) == _MOST
        ):
            yield some
            some = []
    if some:
        yield some


def _read(options: ReadOptions, task: _Task) -> CorpusPart:
    """Read documents; store their records."""
    part = Corpus(list(task.files), options=options)
    for _, items in read_all(task.files, options):
        for item in items:
            part.add(item)
    part.flush()
    return part.part(task.paths)
