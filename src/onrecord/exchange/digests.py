"""Keep very many names by hashes in sorted runs, large ones of which are in temporary files.

New names are collected in a run. A run is merged with the one before it unless that is much larger, so
that there are few of them, and each name is merged few times: time grows in proportion to the names,
but for a logarithm.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from onrecord.files import scratch

# Names that are in memory at once while runs are merged; larger runs are in temporary files.
_MOST = 2**18
# How many times as large a run is at least as the one after it.
_TIMES = 4
# Names that are looked up until what was read of files is given back to the system, and bytes of a
# file from which on it is: the system maps 64 KiB around each name.
_LOOKED_UP = 2**11
_LARGE = 2**24


class _Run(NamedTuple):
    """Hold sorted hashes, parts of second hashes, and the number of each name.

    Attributes:
        files: The mapped files that have them; none if they are in memory.
    """

    keys: npt.NDArray[np.uint64]
    more: npt.NDArray[np.uint32]
    numbers: npt.NDArray[Any]
    files: tuple[mmap.mmap, ...] = ()

    def give_back(self) -> None:
        """Let the system take the memory of the files."""
        for file in self.files:
            if len(file) >= _LARGE and hasattr(mmap, "MADV_DONTNEED"):
                file.madvise(mmap.MADV_DONTNEED)


class Digests:
    """Keep a number for each of many names, of which only 96 bits are kept.

    The hashes are Python's own, so that they are valid in one process.
    """

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._looked_up = 0

    def add(self, names: Sequence[str], numbers: Sequence[int] | None = None) -> None:
        """Add names that are new, with their numbers; without any, these are 0."""
        more = np.fromiter(map(_second, names), np.uint32, len(names))
        values: npt.NDArray[Any] = (
            np.zeros(len(names), np.uint8) if numbers is None else np.array(numbers, np.uint64)
        )
        run = _sorted([_Run(_hashes(names), more, values)])
        while self._runs and len(self._runs[-1].keys) < _TIMES * len(run.keys):
            run = _merged(self._runs.pop(), run)
        self._runs.append(run)

    def find(self, names: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield the place of each name that was added, and its number."""
        if not self._runs:
            return
        hashes = _hashes(names)
        order = hashes.argsort()  # neighbours are found faster one after another
        hashes = hashes[order]
        for keys, more, numbers, _ in self._runs:
            first = np.searchsorted(keys, hashes)
            found = keys[np.minimum(first, len(keys) - 1)] == hashes
            for index in found.nonzero()[0].tolist():
                place, second = int(order[index]), _second(names[int(order[index])])
                row = int(first[index])
                while row < len(keys) and keys[row] == hashes[index]:
                    if more[row] == second:
                        yield place, int(numbers[row])
                        break
                    row += 1
        self._looked_up += len(names)
        if self._looked_up >= _LOOKED_UP:
            self._looked_up = 0
            for run in self._runs:
                run.give_back()


def _hashes(names: Sequence[str]) -> npt.NDArray[np.uint64]:
    return np.fromiter(map(hash, names), np.int64, len(names)).view(np.uint64)


def _second(name: str) -> int:
    return hash(f"{name}\n") & 0xFFFFFFFF


@scratch.room()
def _merged(one: _Run, other: _Run) -> _Run:
    """Return a run of two, which are merged part by part."""
    total = len(one.keys) + len(other.keys)
    if total <= _MOST:
        return _sorted([one, other])
    number = -(-total // _MOST)
    edges = np.array([2**64 * edge // number for edge in range(1, number)], np.uint64)
    with (
        tempfile.TemporaryFile(dir=scratch.folder()) as keys,
        tempfile.TemporaryFile(dir=scratch.folder()) as more,
        tempfile.TemporaryFile(dir=scratch.folder()) as numbers,
    ):
        for some in zip(_parts(one, edges), _parts(other, edges), strict=True):
            part = _sorted(some)
            part.keys.tofile(keys)
            part.more.tofile(more)
            part.numbers.tofile(numbers)
            one.give_back()
            other.give_back()
        files = tuple(
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) for file in (keys, more, numbers)
        )
    return _Run(
        np.frombuffer(files[0], np.uint64),
        np.frombuffer(files[1], np.uint32),
        np.frombuffer(files[2], one.numbers.dtype),
        files,
    )


def _parts(run: _Run, edges: npt.NDArray[np.uint64]) -> Iterator[_Run]:
    """Yield the parts of a run between hashes."""
    bounds = np.searchsorted(run.keys, edges).tolist()
    for start, stop in zip((0, *bounds), (*bounds, len(run.keys)), strict=True):
        yield _Run(run.keys[start:stop], run.more[start:stop], run.numbers[start:stop])


def _sorted(runs: Iterable[_Run]) -> _Run:
    """Return a run of several, which need not be sorted."""
    keys, more, numbers = map(np.concatenate, list(zip(*runs, strict=True))[:3])
    order = keys.argsort(kind="stable")  # in one pass if two parts are sorted
    return _Run(keys[order], more[order], numbers[order])
