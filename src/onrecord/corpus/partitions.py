"""Partition a corpus into whole articles with everything that belongs to them.

A partition is what rules of the scope ``article`` need: an article is in one partition with all
its records, and so are all articles with one id, and all records that name one article which does
not exist. It can be passed to another process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.arrays import array_of, as_array
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.owners import parts_of_ids, rows_with
from onrecord.corpus.repeated import hashes_of
from onrecord.corpus.spill import SpillBuffer
from onrecord.files.texts import TextFolder
from onrecord.readers.options import ReadOptions
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.text_formats import PLAIN

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Records that are worth a process of their own.
_WORTH = 10_000
# Groups of articles in a partition, and records that are assigned at once.
_GROUPS = 256
_SOME = 2**16


class Part(NamedTuple):
    """Hold a batch of records of one type, with their rows in the whole corpus.

    Attributes:
        rows: The rows of the records in the table of the whole corpus, in ascending order.
        owners: The rows of their articles there; -1 for a record without an article.
        records: The records, or some columns of them.
    """

    rows: Places
    owners: Places
    records: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class RecordsOfType:
    """Hold the records of one type in a partition; attributes as in `Part`, for all of them.

    Attributes:
        numbers: The rows.
        owned_by: The owners.
        splits: The split of each record, null where none is known; None if there are fewer than two
            splits in the corpus.
    """

    buffer: SpillBuffer
    numbers: range | Places
    owned_by: range | Places
    splits: pa.Array | None

    @property
    def rows(self) -> Places:
        """Return the rows as an array."""
        return as_array(self.numbers)

    @property
    def owners(self) -> Places:
        """Return the owners as an array."""
        return as_array(self.owned_by)

    def parts(self, columns: Sequence[str] | None = None) -> Iterator[Part]:
        """Yield the records batch by batch, with the given columns or all."""
        first = 0
        for batch in self.buffer.batches(columns):
            own = slice(first, first + batch.num_rows)
            yield Part(as_array(self.numbers[own]), as_array(self.owned_by[own]), batch)
            first += batch.num_rows


@dataclass(frozen=True, slots=True)
class Partition:
    """Hold some articles of a corpus with all records that belong to them.

    Attributes:
        records: The records, by type.
        texts: The folder for texts that records do not have.
        text_formats: The names of formats of article texts other than plain text, by the rows of
            the articles.
        options: How the corpus was read.
    """

    records: Mapping[RecordType, RecordsOfType]
    texts: TextFolder | None
    text_formats: Mapping[int, str]
    options: ReadOptions

    def text_format(self, row: int) -> str:
        """Return the name of the format of an article's text, by the row of the article."""
        return self.text_formats.get(row, PLAIN)

    def loaded(self) -> Partition:
        """Return the partition with its records in memory, which are read for many tables, unless
        they are too many.
        """
        limit = self.options.memory
        records = {
            each: replace(one, buffer=one.buffer.loaded(limit))
            for each, one in self.records.items()
        }
        return replace(self, records=records)

    @property
    def num_rows(self) -> int:
        """Return the number of records of all types."""
        return sum(len(each.numbers) for each in self.records.values())


def whole(corpus: Corpus, fewest: int = 2) -> Partition:
    """Return a corpus as one partition (``fewest`` as in `known_splits`)."""
    splits = known_splits(corpus, fewest)
    records = {each: _range(corpus, each, splits, 0, None) for each in RECORD_TYPES}
    return Partition(records, corpus.texts, _text_formats(corpus), corpus.options)


def partitions(corpus: Corpus, fewest: int = 2) -> list[Partition]:
    """Partition a corpus (``fewest`` as in `known_splits`).

    If the records are in the order of their articles, as in most files, the partitions are ranges
    of them, and nothing is copied. Others are copied to buffers of their own. For several workers,
    all records are written to disk.

    A single article is never divided, whatever the size of partitions that the options request.
    """
    number = sum(corpus.records(each).num_rows for each in RECORD_TYPES)
    size, workers = corpus.options.partition, corpus.options.workers
    count = max(-(-number // size), min(workers, number // _WORTH))
    count = -(-count // workers) * workers if count > 1 else count  # the same for each process
    if count <= 1:
        return [whole(corpus, fewest)]
    if workers > 1:  # a range that wrote its rows itself would remove the file that others read
        for each in RECORD_TYPES:
            corpus.records(each).to_disk()
    assignment = _Assignment(corpus, count)
    splits, formats = known_splits(corpus, fewest), _text_formats(corpus)
    found: list[dict[RecordType, RecordsOfType]] = [{} for _ in range(count)]
    for record_type in RECORD_TYPES:
        for at, records in enumerate(_divided(corpus, record_type, splits, assignment)):
            found[at][record_type] = records
    return [
        Partition(
            records,
            corpus.texts,
            {row: formats[row] for row in records["article"].rows.tolist() if row in formats}
            if formats
            else {},
            corpus.options,
        )
        for records in found
        if any(len(each.numbers) for each in records.values())
    ]


def _divided(
    corpus: Corpus,
    record_type: RecordType,
    splits: Mapping[RecordType, pa.Array],
    assignment: _Assignment,
) -> Iterator[RecordsOfType]:
    """Yield the records of a type in each partition."""
    count = assignment.count
    of = array_of((corpus.records(record_type).num_rows,), np.int32)
    numbers = np.zeros(count, np.int64)
    last, ordered = 0, True
    for first, own in assignment.of(record_type):
        of[first : first + len(own)] = own
        numbers += np.bincount(own, minlength=count)
        ordered = ordered and bool((np.diff(own, prepend=last) >= 0).all())
        last = int(own[-1])
    borders = [0, *np.cumsum(numbers).tolist()]
    if ordered:
        for first, end in pairwise(borders):
            yield _range(corpus, record_type, splits, first, end)
        return
    rows = _in_order_of(of, borders)
    buffers = corpus.records(record_type).distributed(of, count)
    for buffer, (first, end) in zip(buffers, pairwise(borders), strict=True):
        some = rows[first:end]
        known = splits[record_type].take(pa.array(some)) if splits else None
        yield RecordsOfType(buffer, some, corpus.owners(record_type)[some], known)


def _in_order_of(of: npt.NDArray[np.int32], borders: Sequence[int]) -> Places:
    """Return the rows by the numbers of their partitions, given the place of the first of each."""
    found = array_of((len(of),), np.int64)
    places = np.array(borders)
    for first in range(0, len(of), _SOME):
        own = of[first : first + _SOME]
        order = np.argsort(own, kind="stable")
        there, begins, numbers = np.unique(own[order], return_index=True, return_counts=True)
        at = np.arange(len(own)) + np.repeat(places[there] - begins, numbers)
        found[at] = order + first
        places[there] += numbers
    return found


def _range(
    corpus: Corpus,
    record_type: RecordType,
    splits: Mapping[RecordType, pa.Array],
    first: int,
    end: int | None,
) -> RecordsOfType:
    """Return some consecutive records of a type."""
    buffer = corpus.records(record_type)
    rows = range(first, buffer.num_rows if end is None else end)
    return RecordsOfType(
        buffer.slice(first, len(rows)),
        rows,
        rows if record_type == "article" else corpus.owners(record_type)[first:end],
        splits[record_type][first:end] if splits else None,
    )


class _Assignment:
    """Assign records to partitions, so that about equally many are in each, a few at a time.

    A partition has a range of articles. All articles with one id are where the first of them is.

    Args:
        corpus: The corpus.
        count: The number of partitions.
    """

    def __init__(self, corpus: Corpus, count: int) -> None:
        self.count = count
        self._corpus = corpus
        lost = {
            each: sum(int((own < 0).sum()) for _, own in self._owners(each))
            for each in RECORD_TYPES
        }
        self._lost = {each: number for each, number in lost.items() if number}
        articles = corpus.records("article").num_rows
        # Articles are counted in groups, of which a partition has many.
        self._width = max(1, articles // (count * _GROUPS))
        records = np.zeros(-(-articles // self._width), np.int64)
        for each in RECORD_TYPES:
            for _, own in self._owners(each):
                records += np.bincount(own[own >= 0] // self._width, minlength=len(records))
        total = sum(corpus.records(each).num_rows for each in RECORD_TYPES)
        before = np.cumsum(records) - records
        self._of_groups = before * count // max(total, 1)
        first: dict[str, int] = {}
        again = [
            (row, first.setdefault(one, row))
            for row, one in rows_with(corpus, "article", "id", corpus.repeated)
        ]
        self._again = np.array(again, np.int64).reshape(-1, 2)

    def of(self, record_type: RecordType) -> Iterator[tuple[int, Places]]:
        """Yield the partitions of records, each time with the number of the first of the rows."""
        lost = self._of_lost(record_type) if record_type in self._lost else None
        for first, own in self._owners(record_type):
            if lost is None:
                yield first, self._of_articles(own)
                continue
            there = own >= 0
            found = np.zeros(len(own), np.int64)
            found[there] = self._of_articles(own[there])
            found[~there] = next(lost)
            yield first, found

    def _of_articles(self, rows: Places) -> Places:
        """Return the partitions of articles."""
        if len(self._again):
            at = np.searchsorted(self._again[:-1, 0], rows)
            rows = np.where(self._again[at, 0] == rows, self._again[at, 1], rows)
        found: Places = self._of_groups[rows // self._width]
        return found

    def _owners(self, record_type: RecordType) -> Iterator[tuple[int, Places]]:
        """Yield the rows of the articles of some records, with the number of the first of these."""
        number = self._corpus.records(record_type).num_rows
        for first in range(0, number, _SOME):
            end = min(first + _SOME, number)
            if record_type == "article":
                yield first, np.arange(first, end)
            else:
                yield first, self._corpus.owners(record_type)[first:end]

    def _of_lost(self, record_type: RecordType) -> Iterator[Places]:
        """Yield the partitions of the records without articles among some: ranges if those that name
        one article follow each other and no others name it, otherwise by a hash of its id.
        """
        ranges = len(self._lost) == 1 and self._are_together(record_type)
        begin = done = 0
        for ids, new in self._ids_of_lost(record_type):
            if ranges:
                at = np.arange(done, done + len(ids))
                begins = np.maximum(np.maximum.accumulate(np.where(new, at, 0)), begin)
                begin, done = int(begins.max(initial=begin)), done + len(ids)
                yield begins * self.count // self._lost[record_type]
            else:
                yield parts_of_ids(ids, self.count)

    def _are_together(self, record_type: RecordType) -> bool:
        """Return whether all records without an article that name the same one follow each other."""
        hashes = array_of((self._lost[record_type],), np.int64)
        number = 0
        for ids, new in self._ids_of_lost(record_type):
            own = hashes_of(ids.filter(pa.array(new)))
            hashes[number : number + len(own)] = own
            number += len(own)
        hashes = hashes[:number]
        hashes.sort()
        return bool((hashes[1:] != hashes[:-1]).all())

    def _ids_of_lost(self, record_type: RecordType) -> Iterator[tuple[pa.Array, Flags]]:
        """Yield the ids of articles that do not exist, as some records name them, and whether each
        differs from the one before.
        """
        last = pa.array([None], pa.string())
        for first, own in self._owners(record_type):
            rows = np.flatnonzero(own < 0) + first
            some = self._corpus.records(record_type).take(rows, ["article_id"])["article_id"]
            both = pa.chunked_array([last, *some.chunks]).combine_chunks()
            new = pc.fill_null(pc.not_equal(both[1:], both[:-1]), True)
            yield both[1:], new.to_numpy(zero_copy_only=False)
            last = both[-1:]


def _text_formats(corpus: Corpus) -> dict[int, str]:
    """Return the formats of texts other than plain text, by the rows of articles."""
    if corpus.texts is None:
        return {}
    return {
        segment.first + at: segment.file.text_format
        for segment in corpus.segments.get("article", [])
        if segment.file.text_format != PLAIN
        for at in range(len(segment.numbers))
    }


def known_splits(corpus: Corpus, fewest: int = 2) -> Mapping[RecordType, pa.Array]:
    """Return the split of each record, by type; nothing if the corpus has too few splits.

    An article without a split has that of its records if they agree.

    Args:
        corpus: The corpus.
        fewest: How many splits it must have.
    """
    if len(corpus.split_names()) < fewest:
        return {}
    splits = {each: corpus.splits(each) for each in RECORD_TYPES}
    found = pa.chunked_array([pc.unique(each) for each in splits.values()], pa.string())
    if pc.count_distinct(found).as_py() < fewest:
        return {}
    articles = splits["article"]
    if articles.null_count:
        owned = [(corpus.owners(each), splits[each]) for each in ("quote", "claim")]
        owners = np.concatenate([owners for owners, _ in owned])
        records = pa.concat_arrays([known for _, known in owned])
        articles = pc.coalesce(articles, _common(owners, records, len(articles)))
    return {**splits, "article": articles}


def _common(owners: Places, values: pa.Array, number: int) -> pa.Array:
    """Return for each owner the value that all of its items share; null if they differ."""
    known = values.is_valid().to_numpy(zero_copy_only=False) & (owners >= 0)
    encoded = values.filter(pa.array(known)).dictionary_encode()
    codes, of = encoded.indices.to_numpy(), owners[known]
    least, most = np.full(number, len(encoded.dictionary)), np.full(number, -1)
    np.minimum.at(least, of, codes)
    np.maximum.at(most, of, codes)
    same = least == most
    return encoded.dictionary.take(pa.array(np.where(same, most, 0), mask=~same))
