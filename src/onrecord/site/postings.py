"""Collect which records have a term, in bounded memory."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from operator import itemgetter
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.files import scratch

# A term as a key in the order of JavaScript; its first and last record; the distances between its
# records, each with a space before it.
_Run = tuple[bytes, int, int, str]


class Postings:
    """Collect the numbers of the records that have a term; what exceeds a limit is on disk, sorted.

    Args:
        limit: About how many bytes are kept in memory.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._terms: list[pa.DictionaryArray] = []
        self._numbers: list[npt.NDArray[np.int64]] = []
        self._files: list[IO[str]] = []

    def add(self, terms: pa.DictionaryArray, numbers: npt.NDArray[np.int64]) -> None:
        """Add terms, each with the number of a record; numbers never decrease.

        No record has a term twice.
        """
        self._terms.append(terms)
        self._numbers.append(numbers)
        self._size += terms.nbytes + numbers.nbytes
        if self._size > self._limit:
            self._write()

    def terms(self) -> Iterator[tuple[str, str]]:
        """Yield each term once, in the order of JavaScript, with the distances between its records.

        The first distance is the number of the first record.
        """
        with ExitStack() as files:
            runs = [_read(files.enter_context(file)) for file in self._files]
            merged = heapq.merge(*runs, self._sorted())
            for key, parts in groupby(merged, key=itemgetter(0)):
                found: list[str] = []
                at = 0
                for _, first, last, distances in parts:
                    found.append(f"{first - at}{distances}")
                    at = last
                yield key.decode("utf-16-be"), " ".join(found)

    def _sorted(self) -> Iterator[_Run]:
        """Yield the terms that are in memory in their order."""
        if not self._size:
            return
        encoded = pa.chunked_array(self._terms).unify_dictionaries().combine_chunks()
        keys = [term.encode("utf-16-be") for term in encoded.dictionary.to_pylist()]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        ranks = np.empty(len(keys), np.int64)
        ranks[order] = np.arange(len(keys))
        of = ranks[encoded.indices.to_numpy()]
        by = np.argsort(of, kind="stable")
        numbers = np.concatenate(self._numbers)[by]
        begins = np.searchsorted(of[by], np.arange(len(keys) + 1))
        distances = pa.array(np.diff(numbers, prepend=0)).cast(pa.string())
        first = np.zeros(len(numbers), np.bool_)
        first[begins[:-1]] = True
        parts = pa.ListArray.from_arrays(
            pa.array(begins, pa.int32()), pc.if_else(pa.array(first), "", distances)
        )
        yield from zip(
            [keys[at] for at in order],
            numbers[begins[:-1]].tolist(),
            numbers[begins[1:] - 1].tolist(),
            pc.binary_join(parts, " ").to_pylist(),
            strict=True,
        )

    def _write(self) -> None:
        """Write what is in memory to disk."""
        file = tempfile.TemporaryFile("w+", encoding="ascii", dir=scratch.folder())  # noqa: SIM115
        file.writelines(
            f"{key.hex()}\t{first}\t{last}\t{distances}\n"
            for key, first, last, distances in self._sorted()
        )
        self._files.append(file)
        self._terms, self._numbers, self._size = [], [], 0


def _read(file: IO[str]) -> Iterator[_Run]:
    file.seek(0)
    for line in file:
        key, first, last, distances = line.rstrip("\n").split("\t")
        yield bytes.fromhex(key), int(first), int(last), distances
