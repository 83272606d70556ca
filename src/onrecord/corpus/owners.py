"""Find the article that each record belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.batch_source import larger
from onrecord.files.opening import File
from onrecord.readers.bulk.blocks import Numbers
from onrecord.schema import RecordType

if TYPE_CHECKING:
    from onrecord.corpus.corpus import Corpus

# Records whose articles are searched for at once.
_MANY = 2**20


def owners_of(corpus: Corpus, record_type: RecordType) -> Numbers:
    """Return the row of the article that each record of a type belongs to; -1 if there is none.

    It is the first article with its id in the same file, otherwise the first one with its id.
    """
    if record_type == "article":
        return np.arange(corpus.records("article").num_rows)
    ids = corpus.table("article", ["id"])["id"].combine_chunks()
    owners = np.full(corpus.records(record_type).num_rows, -1)
    first = 0
    for named in larger(corpus.records(record_type).batches(["article_id"]), _MANY):
        found = pc.index_in(named["article_id"], ids)
        owners[first : first + len(named)] = pc.fill_null(found, -1).to_numpy()
        first += len(named)
    counts = ids.value_counts()
    repeated = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    if not len(repeated):
        return owners
    in_file: dict[tuple[File, str], int] = {}
    for file, row, one in _of_files(corpus, "article", "id", repeated):
        in_file.setdefault((file, one), row)
    for file, row, one in _of_files(corpus, record_type, "article_id", repeated):
        owners[row] = in_file.get((file, one), owners[row])
    return owners


def _of_files(
    corpus: Corpus, record_type: RecordType, column: str, some: pa.Array
) -> Iterator[tuple[File, int, str]]:
    """Yield the file, row and value of each record that has one of some values in a column."""
    segments = corpus.segments.get(record_type, [])
    firsts = [each.first for each in segments]
    values = corpus.table(record_type, [column])[column]
    rows = np.flatnonzero(pc.is_in(values, some).to_numpy())
    of = np.searchsorted(firsts, rows, "right") - 1
    found = values.take(pa.array(rows)).to_pylist()
    for at, row, value in zip(of.tolist(), rows.tolist(), found, strict=True):
        yield segments[at].file, row, value
