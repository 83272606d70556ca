"""Read blocks of tables in several processes.

A process parses a block, checks its records and writes them to a temporary file. The process of the
command finds the blocks, and receives all but the records, in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from onrecord.corpus.corpus import Corpus, stated_splits
from onrecord.corpus.spill import Stored, store
from onrecord.files.limits import FindingLimit, FindingNotes, Note
from onrecord.files.opening import File, PackingError, Text
from onrecord.files.workers import in_processes
from onrecord.readers import ReadOptions, Rows, UnreadableRecord, open_reader
from onrecord.readers.bulk.blocks import Block, blocks
from onrecord.readers.bulk.jsonl import JsonLinesReader
from onrecord.readers.progress import ReadChunk

# The process that starts the others is started once, with what running rules needs as well.
_PRELOAD = "onrecord.validation.rule_runs"


class _Task(NamedTuple):
    """A block of a file, and the file to write its records to."""

    reader: JsonLinesReader
    file: File
    block: Block
    path: Path


class _StoredRows(NamedTuple):
    """Rows without their records, where these are, and the splits that they state (of Arrow)."""

    rows: Rows
    stored: Stored
    stated: Any


@dataclass(frozen=True, slots=True)
class _Result:
    """What is in a block: valid records, those that could not be read, and findings."""

    valid: list[_StoredRows] = field(default_factory=list)
    broken: list[UnreadableRecord] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


class _End(NamedTuple):
    """The end of what can be read of a file, and the text that says why, if it is damaged."""

    damage: Text | None


def read_blocks(corpus: Corpus, files: Iterable[File]) -> Iterator[ReadChunk]:
    """Read files in blocks into a corpus, in several processes; yield the size of each block.

    Raises:
        InputError: A file cannot be read.
        OnrecordError: The disk is full, or processes were killed again and again.
    """
    options = corpus.options
    begun: deque[int | _End] = deque()  # the sizes of blocks, and the ends of files
    results = in_processes(
        partial(_read, replace(options, threads=1)),
        _tasks(corpus, files, begun),
        options.workers,
        preload=_PRELOAD,
    )
    limit = FindingLimit(options.findings)
    for result in results:
        while isinstance(size := begun.popleft(), _End):
            _finish(corpus, size, limit)
            limit = FindingLimit(options.findings)
        corpus.findings += limit.replay(result.notes)
        corpus.broken += result.broken
        for each in result.valid:
            corpus.add_stored(*each)
        yield ReadChunk(sum(len(each.rows.numbers) for each in result.valid), size)
    for end in begun:
        assert isinstance(end, _End)  # noqa: S101  # all blocks have been read
        _finish(corpus, end, limit)
        limit = FindingLimit(options.findings)


def _tasks(corpus: Corpus, files: Iterable[File], begun: deque[int | _End]) -> Iterator[_Task]:
    """Yield the blocks of files; note their sizes, and the ends of files.

    Raises:
        InputError: A file cannot be read.
    """
    number = 0
    for file in files:
        reader = open_reader(file)
        assert isinstance(reader, JsonLinesReader)  # noqa: S101  # see `reading`
        folder = corpus.records(reader.record_type).folder
        damage, line = None, 0
        try:
            for block in blocks(file, corpus.options.block):
                line = block.first + len(block)
                begun.append(len(block.data))
                yield _Task(reader, file, block, folder / f"block-{number}.arrow")
                number += 1
        except PackingError as error:
            damage = error.text(line)
        begun.append(_End(damage))


def _read(options: ReadOptions, task: _Task) -> _Result:
    """Read a block; store its records."""
    notes = FindingNotes(options.findings)
    found = _Result(notes=notes.notes)
    for item in task.reader.read_block(task.file, task.block, notes, options):
        if isinstance(item, Rows):
            batch: Any = item.rows  # of Arrow
            stored = store(task.path, batch.schema, [batch])
            stated = stated_splits(item.record_type, batch)
            found.valid.append(_StoredRows(replace(item, rows=()), stored, stated))
        elif isinstance(item, UnreadableRecord):
            found.broken.append(item)
    return found


def _finish(corpus: Corpus, end: _End, limit: FindingLimit) -> None:
    """Add the findings about a whole file."""
    if end.damage:
        corpus.findings += map(end.damage.finding, end.damage.problems)
    corpus.findings += limit.rest()
