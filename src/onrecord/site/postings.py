"""Collect which records have a term, in bounded memory."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, pairwise
from operator import itemgetter
from typing import IO

from onrecord.files import scratch

# About how many bytes of memory a term and the number of a record take.
_TERM, _NUMBER = 250, 12

# A term as a key in the order of JavaScript; its first and last record; the distances between its
# records, each with a space before it.
_Run = tuple[bytes, int, int, str]


class Postings:
    """The numbers of the records that have a term; what exceeds a limit is on disk, sorted.

    Args:
        limit: About how many bytes are kept in memory.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._numbers: dict[str, list[int]] = {}
        self._files: list[IO[str]] = []

    def add(self, number: int, terms: Iterable[str]) -> None:
        """Add a record by its number, which is higher than those before it, with its terms."""
        for term in terms:
            numbers = self._numbers.get(term)
            if numbers is None:
                self._numbers[term] = [number]
                self._size += _TERM
            else:
                numbers.append(number)
                self._size += _NUMBER
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
        keys = ((term.encode("utf-16-be"), term) for term in self._numbers)
        for key, term in sorted(keys):
            numbers = self._numbers[term]
            yield (
                key,
                numbers[0],
                numbers[-1],
                "".join([f" {last - one}" for one, last in pairwise(numbers)]),
            )

    def _write(self) -> None:
        """Write what is in memory to disk."""
        file = tempfile.TemporaryFile("w+", encoding="ascii", dir=scratch.folder())  # noqa: SIM115
        file.writelines(
            f"{key.hex()}\t{first}\t{last}\t{distances}\n"
            for key, first, last, distances in self._sorted()
        )
        self._files.append(file)
        self._numbers, self._size = {}, 0


def _read(file: IO[str]) -> Iterator[_Run]:
    file.seek(0)
    for line in file:
        key, first, last, distances = line.rstrip("\n").split("\t")
        yield bytes.fromhex(key), int(first), int(last), distances
