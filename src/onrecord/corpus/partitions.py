"""Partition a corpus into whole articles with everything that belongs to them.

A partition is what rules of the scope ``article`` need: an article is in one partition with all
its records, and so are all articles with one id, and all records that name one article which does
not exist. It can be passed to another process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.spill import SpillBuffer
from onrecord.files.texts import TextFolder
from onrecord.readers.options import ReadOptions
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.text_formats import PLAIN

Places = npt.NDArray[np.int64]

# Records that are worth a process of their own.
_WORTH = 10_000


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
        splits: The split of each record, null where none is known; None if there are fewer than two
            splits in the corpus.
    """

    buffer: SpillBuffer
    rows: Places
    owners: Places
    splits: pa.Array | None

    def parts(self, columns: Sequence[str] | None = None) -> Iterator[Part]:
        """Yield the records batch by batch, with the given columns or all."""
        first = 0
        for batch in self.buffer.batches(columns):
            own = slice(first, first + batch.num_rows)
            yield Part(self.rows[own], self.owners[own], batch)
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

    @property
    def num_rows(self) -> int:
        """Return the number of records of all types."""
        return sum(len(each.rows) for each in self.records.values())


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
    of = _assigned(corpus, count)
    splits, formats = known_splits(corpus, fewest), _text_formats(corpus)
    found: list[dict[RecordType, RecordsOfType]] = [{} for _ in range(count)]
    for record_type in RECORD_TYPES:
        own = of[record_type]
        if (np.diff(own) >= 0).all():
            bounds = np.searchsorted(own, np.arange(count + 1)).tolist()
            for at, records in enumerate(found):
                records[record_type] = _range(corpus, record_type, splits, *bounds[at : at + 2])
            continue
        buffers = corpus.records(record_type).distributed(own, count)
        for at, (records, buffer) in enumerate(zip(found, buffers, strict=True)):
            rows = np.flatnonzero(own == at)
            known = splits[record_type].take(pa.array(rows)) if splits else None
            owners = corpus.owners(record_type)[rows]
            records[record_type] = RecordsOfType(buffer, rows, owners, known)
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
        if any(len(each.rows) for each in records.values())
    ]


def _range(
    corpus: Corpus,
    record_type: RecordType,
    splits: Mapping[RecordType, pa.Array],
    first: int,
    end: int | None,
) -> RecordsOfType:
    """Return some consecutive records of a type."""
    buffer = corpus.records(record_type)
    end = buffer.num_rows if end is None else end
    return RecordsOfType(
        buffer.slice(first, end - first),
        np.arange(first, end),
        corpus.owners(record_type)[first:end],
        splits[record_type][first:end] if splits else None,
    )


def _assigned(corpus: Corpus, count: int) -> dict[RecordType, Places]:
    """Return the number of the partition of each record, so that about equally many are in each."""
    owners = {each: corpus.owners(each) for each in RECORD_TYPES}
    articles = len(owners["article"])
    total = sum(map(len, owners.values()))
    records = np.zeros(articles, np.int64)
    for each in owners.values():
        records += np.bincount(each[each >= 0], minlength=articles)
    before = np.cumsum(records) - records
    of_articles = _same_for_same_ids(corpus, before * count // max(total, 1))
    lost = {each: np.flatnonzero(own < 0) for each, own in owners.items()}
    found = {each: np.where(own < 0, 0, _at(of_articles, own)) for each, own in owners.items()}
    some = [record_type for record_type, rows in lost.items() if len(rows)]
    for record_type in some:
        rows = lost[record_type]
        ids = corpus.table(record_type, ["article_id"])["article_id"].take(pa.array(rows))
        found[record_type][rows] = _of_ids(ids.combine_chunks(), count, ordered=len(some) == 1)
    return found


def _at(values: Places, rows: Places) -> Places:
    """Return the values at some rows; anything where a row is -1."""
    return values[rows] if len(values) else rows


def _same_for_same_ids(corpus: Corpus, of: Places) -> Places:
    """Give all articles with one id the partition of the first of them."""
    ids = corpus.table("article", ["id"])["id"].combine_chunks()
    codes = ids.dictionary_encode()
    if len(codes.dictionary) == len(ids):
        return of
    _, first = np.unique(codes.indices.to_numpy(), return_index=True)
    same: Places = of[first][codes.indices.to_numpy()]
    return same


def _of_ids(ids: pa.Array, count: int, *, ordered: bool) -> Places:
    """Return a partition for each id of an article that does not exist: a range of ids if they are
    in order and nothing else refers to them, otherwise by a hash.
    """
    codes = ids.dictionary_encode()
    indices: Places = codes.indices.to_numpy().astype(np.int64)
    if ordered and (np.diff(indices) >= 0).all():
        firsts = np.unique(indices, return_index=True)[1]
        ranges: Places = (firsts * count // max(len(ids), 1))[indices]
        return ranges
    hashes = [crc32(value.encode()) % count for value in codes.dictionary.to_pylist()]
    hashed: Places = np.array(hashes, np.int64)[indices]
    return hashed


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
