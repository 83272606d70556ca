"""Collect what pages about several articles show, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.spill import SpillBuffer
from onrecord.site.gathered import Row

_SCHEMA = pa.schema([(name, pa.string()) for name in ("page", "sort", "value")])
# Rows that are converted at once.
_TOGETHER = 2048


class Collected:
    """Values for pages, in any order; afterwards page by page, in the order of their sort keys.

    Args:
        memory: How many bytes are kept in memory.
    """

    def __init__(self, memory: int) -> None:
        self._buffer = SpillBuffer(_SCHEMA, memory)
        self._waiting: list[Row] = []

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows, in any order."""
        self._waiting.extend(rows)
        if len(self._waiting) >= _TOGETHER:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            columns = [pa.array(column, pa.string()) for column in zip(*self._waiting, strict=True)]
            self._buffer.append(pa.RecordBatch.from_arrays(columns, schema=_SCHEMA))
            self._waiting = []

    def pages(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the pages in the order of their paths, each with its values in their order."""
        for page, rows in groupby(self.values(), key=itemgetter(0)):
            yield page, [value for _, value in rows]

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield the values of all pages in order, each with the path of its page."""
        self._flush()
        if not self._buffer.num_rows:
            return
        keys = self._buffer.table(["page", "sort"])
        order = pc.sort_indices(keys, [("page", "ascending"), ("sort", "ascending")]).to_numpy()
        for _, batch in self._buffer.in_order(order.astype("int64"), ["page", "value"]):
            for at in range(0, batch.num_rows, _TOGETHER):
                some = batch.slice(at, _TOGETHER)
                yield from zip(some["page"].to_pylist(), some["value"].to_pylist(), strict=True)
