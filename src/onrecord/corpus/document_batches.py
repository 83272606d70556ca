"""Read documents in several processes, many at once in each.

A process reads some documents as a corpus of their own and writes their records to temporary files.
The process of the command adds that corpus to its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from onrecord.corpus.blocks import PRELOAD
from onrecord.corpus.corpus import Corpus, CorpusPart
from onrecord.files.opening import File
from onrecord.files.workers import in_processes
from onrecord.readers import ReadOptions, read_all
from onrecord.readers.progress import ReadChunk
from onrecord.schema import RECORD_TYPES, RecordType


class _Task(NamedTuple):
    """Some documents, and the files to write their records to."""

    files: Sequence[File]
    paths: Mapping[RecordType, Path]


def read_documents(corpus: Corpus, files: Iterable[File], number: int) -> Iterator[ReadChunk]:
    """Read documents into a corpus, in several processes, and yield the number of their records.

    Args:
        corpus: The corpus.
        files: The documents.
        number: How many a process reads at once.

    Raises:
        InputError: A file cannot be read.
        OnrecordError: The disk is full, or processes were killed again and again.
    """
    options = corpus.options
    begun: deque[Sequence[File]] = deque()
    for part in in_processes(
        partial(_read, replace(options, threads=1)),
        _tasks(corpus, files, number, begun),
        options.workers,
        preload=PRELOAD,
    ):
        corpus.add_part(part, begun.popleft())
        yield ReadChunk(sum(sum(stored.lengths) for _, stored, _ in part.tables.values()), 0)


def _tasks(
    corpus: Corpus, files: Iterable[File], number: int, begun: deque[Sequence[File]]
) -> Iterator[_Task]:
    """Yield documents to read at once; note them."""
    remaining = iter(files)
    while some := list(islice(remaining, number)):
        begun.append(some)
        yield _Task(some, {each: corpus.records(each).new_path() for each in RECORD_TYPES})


def _read(options: ReadOptions, task: _Task) -> CorpusPart:
    """Read documents; store their records."""
    part = Corpus(list(task.files), options=options)
    for _, items in read_all(task.files, options):
        for item in items:
            part.add(item)
    part.flush()
    return part.part(task.paths)
