"""Find values that may be there several times, by hashes of 8 bytes each."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import numpy as np
import pyarrow as pa

from onrecord.corpus.arrays import array_of
from onrecord.corpus.batch_source import BatchSource, ascend
from onrecord.readers.bulk.blocks import Numbers

_KEY = secrets.randbits(64)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
# What is kept of eight bytes of which a text has so many.
_MASKS = np.array([2 ** (8 * number) - 1 for number in range(9)], np.uint64)
# Texts that are hashed at once; more do not fit into the processor's cache.
_AT_ONCE = 2**13


def hashes_of(texts: pa.Array, key: int = _KEY) -> Numbers:
    """Return 64 bits for each text, which are others in another process, unless a key is given."""
    parts = [texts.slice(first, _AT_ONCE) for first in range(0, len(texts), _AT_ONCE)]
    return np.concatenate([np.zeros(0, np.int64), *(_hashes_of(one, key) for one in parts)])


def _hashes_of(texts: pa.StringArray, key: int) -> Numbers:
    """Hash a few texts, eight bytes of each at a time."""
    _, offsets, content = texts.buffers()
    ends = np.frombuffer(offsets, np.int32)[texts.offset :][: len(texts) + 1].astype(np.int64)
    data = np.frombuffer(content or b"", np.uint8)[ends[0] : ends[-1]]
    data = np.append(data, np.zeros(8, np.uint8))
    # The eight bytes from each byte on.
    pieces = np.ndarray(len(data) - 7, "<u8", data, strides=(1,))
    starts, left = ends[:-1] - ends[0], np.diff(ends)
    hashes = left.astype(np.uint64) ^ np.uint64(key)
    mixed, rows = hashes, np.arange(len(texts))
    while len(rows):
        mixed = (mixed ^ pieces[starts] & _MASKS[np.minimum(left, 8)]) * _FACTOR
        mixed ^= mixed >> _SHIFT
        longer = left > 8
        if not longer.all():
            hashes[rows] = mixed
            rows, mixed, starts, left = rows[longer], mixed[longer], starts[longer], left[longer]
        starts, left = starts + 8, left - 8
    return hashes.view(np.int64)


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
