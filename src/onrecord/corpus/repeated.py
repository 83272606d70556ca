"""Find values that may be there several times, by hashes of 8 bytes each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import numpy as np
import pyarrow as pa

from onrecord.corpus.arrays import array_of
from onrecord.corpus.batch_source import BatchSource, ascend
from onrecord.readers.bulk.blocks import Numbers


def hashes_of(values: pa.Array) -> Numbers:
    """Return 64 bits for each value, which are others in another process."""
    return np.fromiter(map(hash, values.to_pylist()), np.int64, len(values))


def repeated_hashes(parts: Callable[[], Iterable[pa.Array]], number: int) -> Numbers:
    """Return the hashes that several of some values have: those of all that are there several times,
    and rarely others. If values ascend, none is repeated, and nothing is hashed.

    Args:
        parts: Yields the values, none of which is null.
        number: How many there are.

    Raises:
        OnrecordError: The disk is full.
    """
    if ascend(parts()):
        return np.zeros(0, np.int64)
    hashes = array_of((number,), np.int64)
    first = 0
    for some in parts():
        hashes[first : first + len(some)] = hashes_of(some)
        first += len(some)
    hashes.sort()
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def only_repeated(source: BatchSource, column: str) -> BatchSource:
    """Return a source of the rows whose value in a column several may have."""

    def values() -> Iterator[pa.Array]:
        return (batch[column] for batch in source.batches([column]))

    @cache
    def hashes() -> Numbers:
        return repeated_hashes(values, sum(map(len, values())))

    def make(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for batch in source.batches([*dict.fromkeys((*columns, column))]) if len(hashes()) else ():
            yield batch.filter(with_hashes(batch[column], hashes()))

    return BatchSource(source.schema, make)


def with_hashes(values: pa.Array, hashes: Numbers) -> pa.Array:
    """Return for each value whether its hash is one of some."""
    return pa.array(np.isin(hashes_of(values), hashes))
