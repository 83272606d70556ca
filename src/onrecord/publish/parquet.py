"""The tables of a publication, as Arrow and as Parquet.

The bytes follow from the records alone: rows are in the order of their ids, row groups are cut
where the records say, and nothing tells of the machine or the time. Only the name and version of
the Parquet writer stand in a file, as the format has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onrecord.corpus import Corpus
from onrecord.publish.derived import COLUMNS, derive
from onrecord.schema import CURRENT, RECORD_TYPES, RecordType
from onrecord.tables import arrow_schema

# A row group is full when this much is in it, a row counted as so much and the text it holds.
GROUP_BYTES = 128 * 2**20
ROW_BYTES = 2 * 2**10


@cache
def schema(record_type: RecordType) -> pa.Schema:
    """The Arrow schema of a published table: the model's, and the derived columns after it."""
    derived = [pa.field(column.name, column.type) for column in COLUMNS[record_type]]
    return pa.schema(
        [*arrow_schema(CURRENT.models[record_type]), *derived],
        {"onrecord.schema_version": CURRENT.number},
    )


def table(corpus: Corpus, record_type: RecordType) -> pa.Table:
    """A published table, whole."""
    return pa.Table.from_batches(groups(corpus, record_type), schema(record_type))


def groups(corpus: Corpus, record_type: RecordType) -> Iterator[pa.RecordBatch]:
    """The row groups of a published table, in order."""
    records = _in_order(corpus.table(record_type))
    if "text" in records.column_names:
        sizes = pc.fill_null(pc.binary_length(records["text"]), 0).to_numpy() + np.int64(ROW_BYTES)
    else:
        sizes = np.full(len(records), ROW_BYTES)
    group = (np.cumsum(sizes) - sizes) // GROUP_BYTES
    cuts = [0, *(np.flatnonzero(np.diff(group)) + 1), len(records)]
    for start, stop in pairwise(cuts):
        taken = records.slice(start, stop - start).combine_chunks()
        for batch in taken.to_batches():
            columns = [*batch.columns, *derive(record_type, batch)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema(record_type))


def _in_order(records: pa.Table) -> pa.Table:
    """Records in the order of their ids, which those of large tables mostly are in already."""
    ids = records["id"]
    if pc.all(pc.less_equal(ids.slice(0, max(len(ids) - 1, 0)), ids.slice(1))).as_py():
        return records
    return records.combine_chunks().take(pc.sort_indices(ids))


def write(corpus: Corpus, folder: Path) -> None:
    """Write the tables of a corpus into a folder, a file each."""
    for record_type in RECORD_TYPES:
        # The file is Python's, so that what goes wrong in it is told in the system's words.
        with (folder / file_name(record_type)).open("wb") as file, _writer(file, record_type) as to:
            for batch in groups(corpus, record_type):
                to.write_table(pa.Table.from_batches([batch]), row_group_size=len(batch))


def file_name(record_type: RecordType) -> str:
    """The name of a table's file."""
    return f"{record_type}s.parquet"


def _writer(file: object, record_type: RecordType) -> pq.ParquetWriter:
    columns = schema(record_type)
    return pq.ParquetWriter(
        file,
        columns,
        compression="zstd",
        use_dictionary=True,
        write_statistics=True,
        write_page_index=True,
        use_content_defined_chunking=True,
        store_schema=True,
        sorting_columns=pq.SortingColumn.from_ordering(columns, [("id", "ascending")]),
    )
