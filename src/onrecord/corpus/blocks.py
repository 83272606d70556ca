"""Read blocks of tables in several processes.

A process parses a block, checks its records and writes them to a temporary file. The process of the
command finds the blocks, and receives all but the records, in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from onrecord.corpus.corpus import Corpus, stated_splits
from onrecord.corpus.spill import Stored, store
from onrecord.files.limits import FindingLimit, FindingNotes, Note
from onrecord.files.opening import File, PackingError
from onrecord.files.workers import in_processes
from onrecord.findings import Finding
from onrecord.readers.bulk.blocks import Block, blocks
from onrecord.readers.bulk.jsonl import JsonLinesReader
from onrecord.readers.bulk.parquet import Damage, ParquetReader, RowGroups
from onrecord.readers.formats import open_reader
from onrecord.readers.models.records import Item, Rows, UnreadableRecord
from onrecord.readers.options import ReadOptions
from onrecord.readers.progress import ReadChunk

# The process that starts the others is started once, with what running rules needs as well.
PRELOAD = "onrecord.validation.rule_runs"


class _Reader(Protocol):
    """Define a reader that reads some blocks of a table at once."""

    def read_blocks(
        self, file: File, blocks: Sequence[Any], limit: FindingLimit, options: ReadOptions
    ) -> Iterator[Item | Damage]:
        """Yield the records in blocks, and findings; last, that the file is damaged."""
        ...


class _Task(NamedTuple):
    """Name a block of a file for a process to read, and how paths of the files it writes begin."""

    reader: _Reader
    file: File
    block: Block | RowGroups
    path: Path


class _StoredRows(NamedTuple):
    """Describe records that are on disk: their type and file, where, and the splits they state."""

    rows: Rows
    stored: Stored
    stated: Any


@dataclass(frozen=True, slots=True)
class _Result:
    """Hold the valid records of a block, its unreadable ones, and its findings.

    ``damage`` says why the rest of the file cannot be read.
    """

    valid: list[_StoredRows] = field(default_factory=list)
    broken: list[UnreadableRecord] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    damage: list[Finding] = field(default_factory=list)


class _Whole(NamedTuple):
    """Hold findings about a file as a whole, and whether all of its blocks have been read."""

    findings: Sequence[Finding]
    ended: bool


def read_blocks(corpus: Corpus, files: Iterable[File]) -> Iterator[ReadChunk]:
    """Read files in blocks into a corpus, in several processes; yield the size of each block.

    Raises:
        InputError: A file cannot be read.
        OnrecordError: The disk is full, or processes were killed again and again.
    """
    options = corpus.options
    begun: deque[int | _Whole] = deque()
    results = in_processes(
        partial(_read, replace(options, threads=1)),
        _tasks(corpus, files, begun),
        options.workers,
        preload=PRELOAD,
    )
    file = _File(corpus)
    for result in results:
        while isinstance(size := begun.popleft(), _Whole):
            file = file.add_whole(size)
        file.add(result)
        yield ReadChunk(sum(len(each.rows.numbers) for each in result.valid), size)
    for whole in begun:
        assert isinstance(whole, _Whole)  # noqa: S101  # all blocks have been read
        file = file.add_whole(whole)


class _File:
    """Add the blocks of one file to a corpus in order, up to the first damaged one.

    Args:
        corpus: The corpus.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._limit = FindingLimit(corpus.options.findings)
        self._damaged = False

    def add(self, result: _Result) -> None:
        """Add what is in a block, unless one before it is damaged."""
        if self._damaged:
            return
        self._corpus.findings += self._limit.replay(result.notes)
        self._corpus.findings += result.damage
        self._corpus.broken += result.broken
        for each in result.valid:
            self._corpus.add_stored(*each)
        self._damaged = bool(result.damage)

    def add_whole(self, whole: _Whole) -> _File:
        """Add findings about the whole file; return the file that the next blocks are from."""
        self._corpus.findings += whole.findings
        if not whole.ended:
            return self
        self._corpus.findings += self._limit.rest()
        return _File(self._corpus)


def _tasks(corpus: Corpus, files: Iterable[File], begun: deque[int | _Whole]) -> Iterator[_Task]:
    """Yield the blocks of files; note their sizes, if these are known, and what is about whole files.

    Raises:
        InputError: A file cannot be read.
    """
    for file in files:
        reader = open_reader(file)
        assert isinstance(reader, JsonLinesReader | ParquetReader)  # noqa: S101  # see `reading`
        records = corpus.records(reader.record_type)
        line = 0
        damage: list[Finding] = []
        found = (
            blocks(file, corpus.options.block)
            if isinstance(reader, JsonLinesReader)
            else reader.blocks(file, corpus.options)
        )
        try:
            for block in found:
                if isinstance(block, Finding):
                    begun.append(_Whole([block], ended=False))
                    continue
                if isinstance(block, Block):
                    line = block.first + len(block)
                begun.append(len(block.data) if isinstance(block, Block) else 0)
                yield _Task(reader, file, block, records.new_path())
        except PackingError as error:
            text = error.text(line)
            damage += map(text.finding, text.problems)
        begun.append(_Whole(damage, ended=True))


def _read(options: ReadOptions, task: _Task) -> _Result:
    """Read a block; store its records."""
    notes = FindingNotes(options.findings)
    found = _Result(notes=notes.notes)
    for item in task.reader.read_blocks(task.file, [task.block], notes, options):
        if isinstance(item, Rows):
            batch: Any = item.rows  # of Arrow
            path = task.path.with_suffix(f".{len(found.valid)}.arrow")
            stored = store(path, batch.schema, [batch])
            stated = stated_splits(item.record_type, batch)
            found.valid.append(_StoredRows(replace(item, rows=()), stored, stated))
        elif isinstance(item, UnreadableRecord):
            found.broken.append(item)
        elif isinstance(item, Damage):
            found.damage.append(item.finding)
    return found
