"""Keep very many names by hashes in sorted runs, large ones of which are in temporary files.

New names are collected in a run. A run is merged with the one before it as soon as that is not larger,
so that there are few of them, and each name is merged few times: time grows in proportion to the names,
but for a logarithm.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
import numpy.typing as npt

from onrecord.files import scratch

# Names that are in memory at once while runs are merged; larger runs are in temporary files.
_MOST = 2**20

# Sorted hashes, the beginnings of second hashes, and what is known of each name.
_Columns = tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32], npt.NDArray[Any]]


class Digests:
    """Keep a number for each of many names, of which only 96 bits are kept.

    The hashes are Python's own, so that they are valid in one process.
    """

    def __init__(self) -> None:
        self._runs: list[_Columns] = []

    @scratch.room()
    def add(self, names: Sequence[str], numbers: Sequence[int] | None = None) -> None:
        """Add names that are new, with their numbers; without any, these are 0."""
        hashes = _hashes(names)
        order = hashes.argsort()
        more = np.fromiter(map(_second, names), np.uint32, len(names))
        values: npt.NDArray[Any] = (
            np.zeros(len(names), np.uint8) if numbers is None else np.array(numbers, np.uint64)
        )
        run: _Columns = hashes[order], more[order], values[order]
        while self._runs and len(self._runs[-1][0]) <= len(run[0]):
            run = _merged(self._runs.pop(), run)
        self._runs.append(run)

    def find(self, names: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield the place of each name that was added, and its number."""
        if not self._runs:
            return
        hashes = _hashes(names)
        order = hashes.argsort()  # neighbours are found faster one after another
        hashes = hashes[order]
        for keys, more, values in self._runs:
            first = np.searchsorted(keys, hashes)
            found = keys[np.minimum(first, len(keys) - 1)] == hashes
            for index in found.nonzero()[0].tolist():
                place, second = int(order[index]), _second(names[int(order[index])])
                row = int(first[index])
                while row < len(keys) and keys[row] == hashes[index]:
                    if more[row] == second:
                        yield place, int(values[row])
                        break
                    row += 1


def _hashes(names: Sequence[str]) -> npt.NDArray[np.uint64]:
    return np.fromiter(map(hash, names), np.int64, len(names)).view(np.uint64)


def _second(name: str) -> int:
    return hash(f"{name}\n") & 0xFFFFFFFF


def _merged(one: _Columns, other: _Columns) -> _Columns:
    """Return a run of two, which are merged part by part."""
    total = len(one[0]) + len(other[0])
    if total <= _MOST:
        return _sorted([one, other])
    number = -(-total // _MOST)
    edges = np.array([2**64 * edge // number for edge in range(1, number)], np.uint64)
    parts = zip(_parts(one, edges), _parts(other, edges), strict=True)
    with ExitStack() as files:
        streams = [files.enter_context(tempfile.TemporaryFile(dir=scratch.folder())) for _ in one]
        for some in parts:
            for stream, column in zip(streams, _sorted(some), strict=True):
                column.tofile(stream)
        columns: Any = (
            np.memmap(stream, column.dtype, "r", shape=total)
            for stream, column in zip(streams, one, strict=True)
        )
        return tuple(columns)


def _parts(run: _Columns, edges: npt.NDArray[np.uint64]) -> Iterator[_Columns]:
    """Yield the parts of a run between hashes."""
    bounds = np.searchsorted(run[0], edges).tolist()
    keys, more, values = run
    for start, stop in zip((0, *bounds), (*bounds, len(keys)), strict=True):
        yield keys[start:stop], more[start:stop], values[start:stop]


def _sorted(runs: Sequence[_Columns]) -> _Columns:
    keys, more, values = map(np.concatenate, zip(*runs, strict=True))
    order = keys.argsort(kind="stable")  # in one pass if two parts are sorted
    return keys[order], more[order], values[order]
