"""Read rows of one schema in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

# The most bytes of batches that are joined, except for the last one.
_TOGETHER = 128 * 2**20


class BatchSource:
    """Provide rows in batches of one schema, computed again each time they are read.

    Args:
        schema: Their schema.
        make: Computes the batches, with at least the columns that it receives.
    """

    def __init__(
        self, schema: pa.Schema, make: Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
    ) -> None:
        self.schema = schema
        self._make = make

    @classmethod
    def of(cls, table: pa.Table) -> BatchSource:
        """Create a source of the rows of a table."""
        return cls(table.schema, lambda _: iter(table.to_batches()))

    @classmethod
    def once(cls, schema: pa.Schema, make: Callable[[], pa.Table]) -> BatchSource:
        """Create a source of the rows of a table that is made when they are first read, and kept."""
        made = cache(make)
        return cls(schema, lambda _: iter(made().to_batches()))

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches, with the given columns or all."""
        names = self.schema.names if columns is None else columns
        return (batch.select(names) for batch in self._make(names))

    def empty(self, columns: Sequence[str]) -> pa.Table:
        """Return a table with the given columns and no rows."""
        return narrowed(self.schema, columns).empty_table()

    def select(self, columns: Sequence[str] | None) -> BatchSource:
        """Return a source of the same rows with the given columns or all."""
        if columns is None:
            return self
        return BatchSource(narrowed(self.schema, columns), self._make)

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Load all rows into one table."""
        names = self.schema.names if columns is None else columns
        return pa.Table.from_batches(self.batches(names), narrowed(self.schema, names))


def narrowed(schema: pa.Schema, columns: Sequence[str]) -> pa.Schema:
    """Return a schema with some of its columns."""
    return pa.schema([schema.field(name) for name in columns], schema.metadata)


def larger(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Join batches into tables of ``rows`` rows or ``_TOGETHER`` bytes at least, but the last."""
    waiting: list[pa.RecordBatch] = []
    number = size = 0
    for batch in batches:
        waiting.append(batch)
        number += batch.num_rows
        size += batch.nbytes
        if number >= rows or size >= _TOGETHER:
            yield pa.Table.from_batches(waiting)
            waiting, number, size = [], 0, 0
    if waiting:
        yield pa.Table.from_batches(waiting)


def ascend(ids: Iterable[pa.Array], *, strictly: bool = True) -> bool:
    """Return whether ids, given in batches, are in ascending order; strictly, if none is twice."""
    before = pc.less if strictly else pc.less_equal
    last = pa.array([""])
    for some in ids:
        both = pa.concat_arrays([last, some])
        if not pc.all(before(both[:-1], both[1:])).as_py():
            return False
        last = both[-1:]
    return True
