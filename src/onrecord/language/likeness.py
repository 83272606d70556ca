"""How alike two texts are: the share of their shingles that both have, and sketches to find it.

A shingle is a run of characters of the text, in small letters, its white space as one space; the
likeness of two texts is the Jaccard index of their sets of shingles (Broder 1997). A sketch of a
text is the least of the hashes of its shingles: texts that are alike share many of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

# Characters of a shingle; a power of two.
SHINGLE = 8
# Hashes of a sketch. Of two texts that share the part p of their shingles it tells p within
# sqrt(p (1 - p) / SKETCH), one standard deviation: five hundredths at most where p is 0.8.
SKETCH = 64
# Shingles that a text needs: of shorter ones, which are much alike by chance, there is no sketch.
SHORTEST = 192

# Characters of texts that are hashed together: so many as a processor keeps near.
_TOGETHER = 100_000

_BASE = 0x9E3779B97F4A7C15
_POWERS = [pow(_BASE, 1 << step, 1 << 64) for step in range(SHINGLE.bit_length() - 1)]
# What parts texts: no text has it.
_BETWEEN = "\ud800"
_SPACE = ord(" ")

Hashes = npt.NDArray[np.int64]
Points = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]


def sketch(text: str) -> Hashes:
    """The hashes of ``SKETCH`` shingles of a text, ascending; none where it is too short."""
    return next(sketches([text]))


def sketches(texts: Iterable[str]) -> Iterator[Hashes]:
    """The sketches of texts, in their order.

    The shingles of a sketch are those whose short hashes are the least: most are never hashed in
    full.
    """
    together: list[str] = []
    length = 0
    for text in texts:
        together.append(text)
        length += len(text)
        if length > _TOGETHER:
            yield from _sketches(together)
            together, length = [], 0
    if together:
        yield from _sketches(together)


def _sketches(texts: Sequence[str]) -> Iterator[Hashes]:
    points, ends = _points(texts)
    starts = np.append(0, ends[:-1] + 1)
    sizes = np.maximum(ends - starts - (SHINGLE - 1), 0)
    short = _hashes(points, np.uint32)
    short = (short ^ (short >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    # A part of them will do, but where a text says the same again and again.
    bounds = np.minimum(3 * SKETCH * (2**32 // np.maximum(sizes, 1)), 2**32 - 1).astype(np.uint32)
    likely = np.flatnonzero(short <= np.repeat(bounds, ends - starts + 1)[: len(short)])
    hashes = _full(points, short, likely)
    extents = np.searchsorted(likely, (starts, starts + sizes)).T
    for (low, high), start, size in zip(extents, starts, sizes, strict=True):
        least = _distinct(hashes[low:high])
        if len(least) < SKETCH <= size:
            least = _distinct(_full(points, short, np.arange(start, start + size)))
        enough = size >= SHORTEST and len(least) >= SKETCH
        yield least[: SKETCH if enough else 0]


def _points(texts: Sequence[str]) -> tuple[Points, Places]:
    """The code points of texts that count, in small letters, and where each text ends.

    White space is one space, and none at the edges. One code point is behind each text.
    """
    joined = _BETWEEN.join((*texts, ""))
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    points = _small().take(points, mode="wrap")
    spaces = np.flatnonzero(points == _SPACE)
    behind = points[spaces + 1]
    points = _without(points, spaces[(behind == _SPACE) | (behind == ord(_BETWEEN))])
    starts = np.append(0, np.flatnonzero(points == ord(_BETWEEN))[:-1] + 1)
    points = _without(points, starts[points[starts] == _SPACE])
    return points, np.flatnonzero(points == ord(_BETWEEN))


@cache
def _small() -> Points:
    """For each code point the small letter, where it is one of Latin, Greek, Cyrillic or Armenian;
    a space for white space. Those beyond the basic plane are taken for others in it: in a run of
    eight that does not matter.
    """
    small = np.arange(1 << 16, dtype=np.uint32)
    for point in range(0x600):
        small[point] = ord(chr(point).casefold()[0])
    small[[point for point in range(0x3001) if chr(point).isspace()]] = _SPACE
    return small


def _without(points: Points, places: Places) -> Points:
    return np.delete(points, places) if len(places) else points


def _hashes(points: Points, kind: type[np.unsignedinteger[Any]]) -> npt.NDArray[Any]:
    """The hashes of all shingles, in their order, in numbers of some size."""
    hashes = points.astype(kind)
    for step, power in enumerate(_POWERS):
        width = 1 << step
        hashes = hashes[:-width] * kind(power & np.iinfo(kind).max) + hashes[width:]
    return hashes


def _full(points: Points, short: Points, places: Places) -> Hashes:
    """The hashes of the shingles at some places, which follow the order of their short ones."""
    hashes = np.zeros(len(places), np.uint64)
    for step in range(SHINGLE):
        hashes = hashes * np.uint64(_BASE) + points[places + step]
    return (short[places] >> np.uint32(1)).astype(np.int64) << 32 | _mixed(hashes) >> 31


def _mixed(hashes: npt.NDArray[np.uint64]) -> Hashes:
    """Hashes from 0 to 2**63 - 1, mixed well."""
    # The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return (hashes >> np.uint64(1)).astype(np.int64)


def likeness(text: str, other: str) -> float:
    """The Jaccard index of the shingles of two texts, from 0 to 1."""
    one, two = _shingles(text), _shingles(other)
    either = len(_distinct(np.concatenate((one, two))))
    return (len(one) + len(two) - either) / either if either else 0.0


def _shingles(text: str) -> Hashes:
    """The hashes of the shingles of a text, ascending."""
    plain = " ".join(text.casefold().split())
    points = np.frombuffer(plain.encode("utf-32-le"), "<u4")
    return _distinct(_mixed(_hashes(points, np.uint64)))


def _distinct(hashes: Hashes) -> Hashes:
    """The hashes in ascending order, each once."""
    ordered = np.sort(hashes)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered
