"""Find the article that each record belongs to, in memory that does not grow with the ids.

Most records are in the order of their articles, whatever the ids: then both are read side by side.
Others are divided by a hash of the id, so that each part fits into memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.arrays import array_of
from onrecord.corpus.batch_source import larger
from onrecord.corpus.repeated import hashes_of, repeated_hashes, with_hashes
from onrecord.corpus.spill import MOST_PARTS, SpillBuffer, distribute
from onrecord.files.opening import File
from onrecord.readers.bulk.blocks import Numbers
from onrecord.schema import RecordType

if TYPE_CHECKING:
    from onrecord.corpus.corpus import Corpus

# Records whose ids are compared at once in order, and articles whose ids are searched otherwise.
_SOME = 2**16
_MANY = 2**20
_IDS = pa.schema([("row", pa.int64()), ("id", pa.string())])


def owners_of(corpus: Corpus, record_type: RecordType) -> Numbers:
    """Return the row of the article that each record of a type belongs to; -1 if there is none.

    It is the first article with its id in the same file, otherwise the first one with its id.

    Raises:
        OnrecordError: The disk is full.
    """
    number = corpus.records(record_type).num_rows
    if record_type == "article":
        return np.arange(number)
    owners = array_of((number,), np.int64)
    if not corpus.records("article").num_rows:
        owners[:] = -1
    elif len(corpus.repeated) or not _read_in_order(corpus, record_type, owners):
        _look_up(corpus, record_type, owners)
        _prefer_own_file(corpus, record_type, owners)
    return owners


def repeated_ids(corpus: Corpus) -> pa.Array:
    """Return the ids that several articles have."""
    hashes = hashes_of_repeated_ids(corpus, "article")
    found = [pa.array([], pa.string())]
    for _, ids in _parts_of(corpus, "article", "id") if len(hashes) else ():
        found.append(ids.filter(with_hashes(ids, hashes)))
    counts = pa.concat_arrays(found).value_counts()
    return counts.field("values").filter(pc.greater(counts.field("counts"), 1))


def hashes_of_repeated_ids(corpus: Corpus, record_type: RecordType) -> Numbers:
    """Return the hashes of the ids that several records of a type may have."""

    def parts() -> Iterator[pa.Array]:
        return (ids for _, ids in _parts_of(corpus, record_type, "id"))

    return repeated_hashes(parts, corpus.records(record_type).num_rows)


def rows_with(
    corpus: Corpus, record_type: RecordType, column: str, values: pa.Array
) -> Iterator[tuple[int, str]]:
    """Yield the row of each record that has one of some values in a column, with its value."""
    for first, found in _parts_of(corpus, record_type, column):
        rows = np.flatnonzero(pc.is_in(found, values))
        yield from zip((rows + first).tolist(), found.take(pa.array(rows)).to_pylist(), strict=True)


def parts_of_ids(ids: pa.Array, number: int) -> Numbers:
    """Return a number below ``number`` for each id, always the same."""
    return (hashes_of(ids, key=0).view(np.uint64) % number).astype(np.int64)


def _parts_of(
    corpus: Corpus, record_type: RecordType, column: str
) -> Iterator[tuple[int, pa.Array]]:
    """Yield the values of a column, each time with the number of the first of their rows."""
    first = 0
    for some in larger(corpus.records(record_type).batches([column]), _SOME):
        yield first, some[column].combine_chunks()
        first += some.num_rows


def _read_in_order(corpus: Corpus, record_type: RecordType, owners: Numbers) -> bool:
    """Set the articles of records by reading both side by side, if the ids of articles are unique;
    return whether the records are in the order of their articles.
    """
    articles = _parts_of(corpus, "article", "id")
    begin, ids = next(articles)
    last = 0
    for first, named in _parts_of(corpus, record_type, "article_id"):
        new = np.append(True, pc.not_equal(named[1:], named[:-1]))[: len(named)]
        heads = named.filter(pa.array(new))
        found = np.zeros(len(heads), np.int64)
        done = 0
        while done < len(heads):
            at = pc.index_in(heads[done:], ids)
            number = len(at) if not at.null_count else int(np.argmin(at.is_valid()))
            some = at[:number].to_numpy() + begin
            if (np.diff(some, prepend=last) < 0).any():
                return False
            found[done : done + number] = some
            done += number
            last = int(found[done - 1]) if done else last
            if done < len(heads):
                begin, ids = next(articles, (0, None))
                if ids is None:
                    return False
        owners[first : first + len(named)] = found[np.cumsum(new) - 1]
    return True


def _look_up(corpus: Corpus, record_type: RecordType, owners: Numbers) -> None:
    """Set the first article with the id that each record names, or -1."""
    number = corpus.records("article").num_rows
    parts = min(1 + number // _MANY, MOST_PARTS)
    articles = _by_id(corpus, "article", "id", parts)
    records = _by_id(corpus, record_type, "article_id", parts)
    for some in articles:
        there = some.table().combine_chunks()
        for named in records.pop(0).batches():
            at = pc.index_in(named["id"], there["id"].combine_chunks())
            found = pc.fill_null(there["row"].take(at), -1)
            owners[named["row"].to_numpy()] = found.to_numpy()


def _by_id(corpus: Corpus, record_type: RecordType, column: str, parts: int) -> list[SpillBuffer]:
    """Return the rows of records with the ids in a column, divided by these."""

    def numbered() -> Iterator[tuple[Numbers, pa.RecordBatch]]:
        for first, ids in _parts_of(corpus, record_type, column):
            rows = np.arange(first, first + len(ids))
            batch = pa.RecordBatch.from_arrays([pa.array(rows), ids], schema=_IDS)
            yield parts_of_ids(ids, parts) if parts > 1 else np.zeros(len(ids), np.int64), batch

    return distribute(numbered(), _IDS, parts, corpus.options.memory)


def _prefer_own_file(corpus: Corpus, record_type: RecordType, owners: Numbers) -> None:
    """Replace the articles of records by those with the same id in the same file."""
    if not len(corpus.repeated):
        return
    in_file: dict[tuple[File, str], int] = {}
    for row, one in rows_with(corpus, "article", "id", corpus.repeated):
        in_file.setdefault((corpus.file_of("article", row), one), row)
    for row, one in rows_with(corpus, record_type, "article_id", corpus.repeated):
        owners[row] = in_file.get((corpus.file_of(record_type, row), one), owners[row])
