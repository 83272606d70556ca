"""Sort rows in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.spill import SpillBuffer

R = TypeVar("R", bound=Sequence[Any])

# Rows that are converted at once.
_TOGETHER = 4096


class SortedRows(Generic[R]):
    """Sort rows that are added in any order by some columns, in bounded memory.

    Args:
        schema: The columns.
        order: The names of the columns by which rows are sorted, all ascending.
        memory: How many bytes are kept in memory.
    """

    def __init__(self, schema: pa.Schema, order: Sequence[str], memory: int) -> None:
        self._schema = schema
        self._order = order
        self._buffer = SpillBuffer(schema, memory)
        self._waiting: list[R] = []

    def extend(self, rows: Iterable[R]) -> None:
        """Add rows, in any order."""
        self._waiting.extend(rows)
        if len(self._waiting) >= _TOGETHER:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            columns = zip(self._schema, zip(*self._waiting, strict=True), strict=True)
            arrays = [pa.array(values, field.type) for field, values in columns]
            self._buffer.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
            self._waiting = []

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield some columns of all rows in order."""
        self._flush()
        if not self._buffer.num_rows:
            return
        keys = self._buffer.table([*self._order])
        order = pc.sort_indices(keys, [(name, "ascending") for name in self._order]).to_numpy()
        for _, batch in self._buffer.in_order(order.astype("int64"), [*columns]):
            for at in range(0, batch.num_rows, _TOGETHER):
                yield batch.slice(at, _TOGETHER)
