"""Hold the records of a corpus, where each was read, and what was wrong in reading them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.owners import owners_of, repeated_ids
from onrecord.corpus.records import Records, Table, joined
from onrecord.corpus.requests import Request, requests
from onrecord.corpus.spill import SpillBuffer, Stored, read_stored, store
from onrecord.display import InNotebooks
from onrecord.files.containment import ANYWHERE, Boundary
from onrecord.files.opening import File
from onrecord.files.process import give_back_memory
from onrecord.files.texts import TextFolder
from onrecord.findings import Excerpt, Finding, IgnoredFile, Place
from onrecord.findings import Path as InnerPath
from onrecord.readers import formats, splits
from onrecord.readers.bulk.blocks import Numbers
from onrecord.readers.models import card
from onrecord.readers.models.corpus import NAME
from onrecord.readers.models.records import Item, Kind, Row, Rows, UnreadableRecord
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.schema import CURRENT, RECORD_TYPES, RecordType, current
from onrecord.schema.arrow import arrow_schema

# Rows that are converted to columns at once.
_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Segment:
    """Map consecutive rows of a table to the file they come from, and to their numbers there."""

    first: int
    file: File
    numbers: Sequence[int] | Numbers


class CorpusPart(NamedTuple):
    """Hold the records and findings that another process read from some files.

    Attributes:
        findings: As of a corpus.
        broken: Likewise.
        tables: For each type of records that there are: the numbers of the files that rows come from,
            with the numbers of the rows there; where the records are; and the splits they state.
    """

    findings: Sequence[Finding]
    broken: Sequence[UnreadableRecord]
    tables: Mapping[RecordType, tuple[Sequence[tuple[int, Sequence[int] | Numbers]], Stored, Any]]


# Receives batches of records as they are read: Arrow's, which has no types for type checkers.
Sink = Callable[[RecordType, Any], None]


def discard(_: RecordType, __: pa.RecordBatch) -> None:
    """Ignore the records: a sink for callers that need nothing but the corpus."""


@dataclass
class Corpus(InNotebooks):
    """Hold articles, quotes and claims, with the findings that reading them produced.

    Attributes:
        findings: Why some records could not be read. The others are in the tables.
        paths: The files and folders that it was read from.
        ignored: Files that have the ending of a record file but are something else, and were not read.
        cards: Cards of publications in the folders that were read; rules check the counts in them.
        sink: A function that receives each batch of records as soon as it is read.
        options: How it was read. Options affect memory and speed, never the findings.
        boundary: The folders that may contain its files and the files that its settings name.
        publications: The folder of the last publication, by the number of the corpus.
        segments: The parts of each table, by the files that they come from.
        broken: The records that exist but could not be read.
    """

    files: list[File]
    findings: list[Finding] = field(default_factory=list)
    texts: TextFolder | None = None
    paths: tuple[Path, ...] = ()
    ignored: tuple[IgnoredFile, ...] = ()
    cards: list[File] = field(default_factory=list)
    sink: Sink = discard
    options: ReadOptions = READ_OPTIONS
    boundary: Boundary = ANYWHERE
    publications: dict[int, Path] = field(default_factory=dict)
    _buffers: dict[RecordType, SpillBuffer] = field(default_factory=dict)
    _pending: dict[RecordType, list[Sequence[Row] | pa.RecordBatch]] = field(default_factory=dict)
    _waiting: dict[RecordType, int] = field(default_factory=dict)
    segments: dict[Kind, list[Segment]] = field(default_factory=dict)
    broken: list[UnreadableRecord] = field(default_factory=list)
    _stated: dict[RecordType, list[pa.Array]] = field(default_factory=dict)
    _owners: dict[RecordType, Numbers] = field(default_factory=dict)

    @property
    def articles(self) -> Records[current.Article]:
        """Return all articles."""
        return Records("article", current.Article, self.table("article"), self)

    @property
    def quotes(self) -> Records[current.Quote]:
        """Return all quotes."""
        return Records("quote", current.Quote, self.table("quote"), self)

    @property
    def claims(self) -> Records[current.Claim]:
        """Return all claims."""
        return Records("claim", current.Claim, self.table("claim"), self)

    def joined(self) -> Table:
        """Return the quotes, each with the metadata of its article in columns ``article_…``.

        Fields of the publisher, the rights and the coverage have columns of their own, such as
        ``article_publisher_name``. Without the article, they are null.
        """
        return joined(self.quotes, self.articles, self.owners("quote"))

    def records(self, record_type: RecordType) -> SpillBuffer:
        """Return the records of one type, in the order in which they were read."""
        self._flush(record_type)
        if record_type not in self._buffers:
            schema = arrow_schema(CURRENT.models[record_type])
            self._buffers[record_type] = SpillBuffer(schema, self.options.memory)
        return self._buffers[record_type]

    def table(self, record_type: RecordType, columns: Sequence[str] | None = None) -> pa.Table:
        """Load the records of one type, with the given columns or all, into a table in memory."""
        return self.records(record_type).table(columns)

    def owners(self, record_type: RecordType) -> Numbers:
        """Return the row of the article that each record of a type belongs to; -1 if there is none.

        It is the first article with its id in the same file, otherwise the first one with its id.
        """
        if record_type not in self._owners:
            self._owners[record_type] = owners_of(self, record_type)
        return self._owners[record_type]

    @cached_property
    def repeated(self) -> pa.Array:
        """Return the ids that several articles have."""
        return repeated_ids(self)

    def parts(
        self, record_type: RecordType, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Yield the records of one type batch by batch, each with the number of its first row."""
        first = 0
        for batch in self.records(record_type).batches(columns):
            yield first, batch
            first += batch.num_rows

    @cached_property
    def requests(self) -> list[Request]:
        """Return the splits that the files corpus.yaml request."""
        return [*requests(self)]

    def split_names(self) -> set[str]:
        """Return the names of all splits that records may have."""
        for each in RECORD_TYPES:
            self._flush(each)
        names = {one.file.split for some in self.segments.values() for one in some}
        for one in self.requests:
            names.update(one.listed.values())
        for stated in self._stated.values():
            names.update(*(pc.unique(each).to_pylist() for each in stated))
        return {name for name in names if name is not None}

    def splits(self, record_type: RecordType) -> pa.Array:
        """Return the split of each record of one type, null where none is known.

        It is the one whose list in corpus.yaml names its article, otherwise that of the folder of
        its file; of an imported record in no such folder, the one that it was imported from.
        """
        self._flush(record_type)
        segments = self.segments.get(record_type, [])
        sizes = [len(each.numbers) for each in segments]
        of_files = pa.array([each.file.split for each in segments], pa.string())
        stated = [each.cast(pa.string()) for each in self._stated.get(record_type, [])]
        of_records = of_files.take(pa.array(np.repeat(np.arange(len(sizes)), sizes)))
        found = [of_records, pa.concat_arrays([pa.array([], pa.string()), *stated])]
        if listed := {id_: split for one in self.requests for id_, split in one.listed.items()}:
            column = "id" if record_type == "article" else "article_id"
            articles = self.table(record_type, [column])[column].combine_chunks()
            rows = pc.index_in(articles, pa.array(listed, pa.string()))
            found.insert(0, pa.array([*listed.values()], pa.string()).take(rows))
        return pc.coalesce(*found)

    @cached_property
    def counts(self) -> list[card.Count]:
        """Return the counts that cards state beside the actual ones."""
        return [count for file in self.cards for count in card.counts(file)]

    def find_publications(self, folders: Sequence[Path]) -> None:
        """Find the last publications of the corpora whose whole folders have been read."""
        homes = dict.fromkeys(folders)
        for file in self.files:
            if file.path.name == NAME:
                inside = any(file.path.is_relative_to(folder) for folder in folders)
                segments = self.segments.setdefault("corpus", [])
                segments.append(Segment(len(segments), file, [0]))
                tables = formats.publication(file.path.parent) if inside else None
                if inside:
                    homes[file.path.parent] = None
                if tables and not any(one.path.parent == tables for one in self.files):
                    for path in tables.glob("*"):
                        self.boundary.check(path)
                    self.publications[len(segments) - 1] = tables
        cards = [folder / formats.CARD for folder in homes]
        self.cards += [
            File(path, path.as_posix(), boundary=self.boundary) for path in cards if path.is_file()
        ]

    def record_ids(self, kind: Kind, locators: Sequence[int]) -> list[str | None]:
        """Return the ids of the records in some rows of a table; None for rows without a record."""
        if kind in ("corpus", "card"):
            return [None] * len(locators)
        rows, places = np.unique(np.array(locators, np.int64), return_inverse=True)
        found = self.records(cast("RecordType", kind)).take(rows, ["id"])["id"].to_pylist()
        return [found[place] for place in places.tolist()]

    def add(self, item: Item) -> None:
        """Add what a reader yielded: rows of records, a finding, or an unreadable record."""
        if isinstance(item, Finding):
            self.findings.append(item)
        elif isinstance(item, UnreadableRecord):
            self.broken.append(item)
        else:
            self._add_segment(item)
            self._wait(item.record_type, item.rows)

    def add_stored(self, rows: Rows, stored: Stored, stated: pa.Array) -> None:
        """Add rows that another process stored in the folder of the records of their type.

        Args:
            rows: The rows, without their records.
            stored: Where the records are.
            stated: The splits that they state, as `stated_splits` returns them.
        """
        self._add_segment(rows)
        self._append_stored(rows.record_type, stored, stated)

    def add_part(self, part: CorpusPart, files: Sequence[File]) -> None:
        """Add what another process read of some files, as `part` returns it."""
        self.findings += part.findings
        self.broken += part.broken
        for record_type, (segments, stored, stated) in part.tables.items():
            for at, numbers in segments:
                self._add_segment(Rows(record_type, files[at], (), numbers))
            if self.options.workers > 1:
                self._append_stored(record_type, stored, stated)
            else:  # no other process reads the file, and there may be few rows in it
                for batch in read_stored([stored.path]).batches():
                    self._wait(record_type, batch)

    def part(self, paths: Mapping[RecordType, Path]) -> CorpusPart:
        """Store the records in files, and return this corpus as a part of another one."""
        at = {file: number for number, file in enumerate(self.files)}
        tables = {}
        for record_type in RECORD_TYPES:
            records = self.records(record_type)
            if records.num_rows:
                tables[record_type] = (
                    [(at[each.file], each.numbers) for each in self.segments[record_type]],
                    store(paths[record_type], records.schema, records.batches()),
                    pa.concat_arrays(
                        [each.cast(pa.string()) for each in self._stated[record_type]]
                    ),
                )
        return CorpusPart(self.findings, self.broken, tables)

    def _append_stored(self, record_type: RecordType, stored: Stored, stated: pa.Array) -> None:
        """Add stored records and the splits that they state, and pass them on to the sink."""
        self.records(record_type).append_stored(stored)
        self._stated.setdefault(record_type, []).append(stated)
        if self.sink is not discard:
            for batch in read_stored([stored.path]).batches():
                self.sink(record_type, batch)

    def _add_segment(self, item: Rows) -> None:
        segments = self.segments.setdefault(item.record_type, [])
        first = segments[-1].first + len(segments[-1].numbers) if segments else 0
        segments.append(Segment(first, item.file, _compact_numbers(item.numbers)))

    def _wait(self, record_type: RecordType, rows: Sequence[Row] | pa.RecordBatch) -> None:
        """Have rows wait until there are enough to be written together."""
        self._pending.setdefault(record_type, []).append(rows)
        self._waiting[record_type] = self._waiting.get(record_type, 0) + len(rows)
        if self._waiting[record_type] >= _BATCH:
            self._flush(record_type)

    def flush(self) -> None:
        """Write all waiting rows to the tables; the rest of what is on disk is written there too."""
        for record_type in RECORD_TYPES:
            self._flush(record_type)
            if self.records(record_type).on_disk:
                self.records(record_type).to_disk()

    def give_back_memory(self) -> None:
        """Return unused memory to the system, if there are so many records that it is much."""
        if any(self.records(each).on_disk for each in RECORD_TYPES):
            give_back_memory()

    def _flush(self, record_type: RecordType) -> None:
        """Join the waiting rows of one type in a record batch, so that many small files share one."""
        schema = arrow_schema(CURRENT.models[record_type])
        batches: list[pa.RecordBatch] = []
        pending = self._pending.pop(record_type, [])
        self._waiting[record_type] = 0
        for is_batch, some in groupby(pending, lambda rows: isinstance(rows, pa.RecordBatch)):
            if is_batch:
                batches += some
            else:
                rows = [row for several in some for row in several]
                batches.append(pa.RecordBatch.from_pylist(rows, schema))
        if batches:
            self._keep(record_type, batches[0] if len(batches) == 1 else pa.concat_batches(batches))

    def _keep(self, record_type: RecordType, batch: pa.RecordBatch) -> None:
        self.records(record_type).append(batch)
        self._stated.setdefault(record_type, []).append(stated_splits(record_type, batch))
        self.sink(record_type, batch)

    def locate(
        self, wanted: Iterable[tuple[Kind, int, InnerPath]]
    ) -> Iterator[tuple[Place, Excerpt | None]]:
        """Yield the location and an excerpt for each value, given its table, row and path.

        In the tables ``corpus`` and ``card``, the row is the number of the corpus or of the count.
        """
        asked = list(wanted)
        by_file: dict[File, list[tuple[Kind, int, InnerPath, int]]] = {}
        for index, (kind, at, path) in enumerate(asked):
            file, number = self._origin(kind, at)
            by_file.setdefault(file, []).append((kind, number, path, index))
        found: dict[int, tuple[Place, Excerpt | None]] = {}
        for file, places in by_file.items():
            places.sort(key=lambda place: place[1])
            located = formats.open_reader(file).places(file, [place[:3] for place in places])
            found.update((place[3], where) for place, where in zip(places, located, strict=True))
        return (found[index] for index in range(len(asked)))

    def file_of(self, kind: Kind, at: int) -> File:
        """Return the file that a row of a table comes from."""
        return self._origin(kind, at)[0]

    def text_format(self, at: int) -> str:
        """Return the name of the format of the text of an article, by the article's row."""
        return self.file_of("article", at).text_format

    def _origin(self, kind: Kind, at: int) -> tuple[File, int]:
        """Return the file that a row of a table comes from, and the row's number in it."""
        if kind == "card":
            return self.counts[at].file, self.counts[at].line
        segments = self.segments[kind]
        segment = segments[bisect_right(segments, at, key=lambda each: each.first) - 1]
        return segment.file, int(segment.numbers[at - segment.first])


def stated_splits(record_type: RecordType, batch: pa.RecordBatch) -> pa.Array:
    """Return the split that the origin of each record states; null if it states none."""
    none = pa.nulls(batch.num_rows)
    if record_type == "article":
        return none
    origins = pc.struct_field(batch["annotation"], "origin")
    fields = pc.struct_field(origins, "fields")
    flat = fields.flatten()
    named = pc.is_in(pc.struct_field(flat, "name"), pa.array(splits.SPLIT_NAMES))
    if not pc.any(named).as_py():
        return none
    rows = pc.list_parent_indices(fields).filter(named).to_numpy()
    values = pc.utf8_lower(pc.struct_field(flat, "value").filter(named)).to_pylist()
    found: list[str | None] = [None] * batch.num_rows
    for row, value in zip(rows.tolist(), values, strict=True):
        found[row] = found[row] or splits.SPLITS.get(value)
    return pa.array(found, pa.string())


def _compact_numbers(numbers: Sequence[int] | Numbers) -> Sequence[int] | Numbers:
    """Return ascending numbers as a range or as the narrowest array, to save memory."""
    first, last = int(numbers[0]), int(numbers[-1])
    return range(first, last + 1) if last - first == len(numbers) - 1 else numbers
