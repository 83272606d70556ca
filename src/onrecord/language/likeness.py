"""Measure how similar two texts are, and find similar texts among many by sketches.

A shingle is a run of characters of the text, in lower case, with each run of white space as one
space. The similarity of two texts is the Jaccard index of their sets of shingles (Broder 1997). The
sketch of a text is the set of its smallest shingle hashes: similar texts share many of them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.language.utf8 import pieces, utf8

# Characters of a shingle; a power of two.
SHINGLE = 8
# Hashes of a sketch. For two texts that share the part p of their shingles, it estimates p with a
# standard deviation of sqrt(p (1 - p) / SKETCH): less than 0.05 if p is 0.8.
SKETCH = 64
# Shingles that an article's text needs for a sketch: shorter texts are often similar by chance.
SHORTEST = 192

# Hashes that two sketches share, at least, to be compared; and the share of all that they need to
# be much alike: less than the texts, so that hardly any such pair is missed.
_MANY = 16
_SHARE = 0.65
# How many similar sketches are returned for each sketch.
_CLOSEST = 3
# A value that is not a hash.
_NONE = np.iinfo(np.int64).max
# The most hashes of a text that are sorted together with those of others.
_WIDEST = 8 * SKETCH
# Bits for the index of a hash among all; the others compare hashes in sorting.
_BITS = np.uint64(33)

# Bytes of texts that are hashed together: they fit in a processor cache.
_TOGETHER = 300_000

_BASE = 0x9E3779B97F4A7C15
_POWERS = [pow(_BASE, 1 << step, 1 << 64) for step in range(SHINGLE.bit_length() - 1)]
_SPACE = ord(" ")
# The code points of the basic plane that have cases are among these.
_CASED = (
    *((0, 0x600), (0x10A0, 0x1400), (0x1C80, 0x2200), (0x24B6, 0x24EA), (0x2C00, 0x2D30)),
    *((0xA640, 0xABC0), (0xFF21, 0xFF5B)),
)
# The commonest of those that become two letters in lower case.
_EXPANDED = "ßẞﬁﬂ"

Hashes = npt.NDArray[np.int64]
Points = npt.NDArray[np.uint16]
Places = npt.NDArray[np.intp]


def sketches(texts: pa.Array, shortest: int = SHORTEST) -> tuple[Places, Hashes]:
    """Return the sketches of all texts that are long enough.

    A shingle is chosen by a short hash; only the chosen ones are hashed in full, which saves time.

    Args:
        texts: The texts, none of which is null.
        shortest: Shingles that a text needs for a sketch, of which ``SKETCH`` have to be different.

    Returns:
        The indices of the texts that have a sketch, and for each a row of ``SKETCH`` hashes in
        ascending order.
    """
    numbers, rows = [np.zeros(0, np.intp)], [np.zeros((0, SKETCH), np.int64)]
    # A letter that is folded to two has at least two bytes.
    long = np.flatnonzero(np.diff(utf8(texts)[1]) >= shortest + SHINGLE - 1)
    texts = texts if len(long) == len(texts) else texts.take(pa.array(long))
    for low, high in pieces(utf8(texts)[1], _TOGETHER):
        enough, least = _sketches(*_joined(texts.slice(low, high - low)), shortest)
        numbers.append(long[low:high][enough])
        rows.append(least[enough])
    return np.concatenate(numbers), np.concatenate(rows)


def _joined(texts: pa.Array) -> tuple[str, Places]:
    """Concatenate texts; return them, and the length of each."""
    data, offsets = utf8(texts)
    together = str(data[offsets[0] : offsets[-1]].data, "utf-8")
    expanded = texts
    for sign in _EXPANDED:
        if sign in together:
            expanded = pc.replace_substring(expanded, sign, sign.casefold())
    if expanded is not texts:
        return _joined(expanded)
    return together, pc.utf8_length(texts).to_numpy().astype(np.int64)


def _sketches(
    together: str, lengths: Places, shortest: int
) -> tuple[npt.NDArray[np.bool_], Hashes]:
    """Return which of some concatenated texts have a sketch, and a row of hashes for each text.

    Shingles across the border of two texts are hashed too, but left out.
    """
    points, lengths = _points(together, lengths)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    sizes = np.maximum(lengths - (SHINGLE - 1), 0)
    if len(points) < SHINGLE:
        return np.zeros(len(lengths), np.bool_), np.full((len(lengths), SKETCH), _NONE)
    short = _hashes(points, np.uint16)
    short ^= short >> np.uint16(7)
    short *= np.uint16(0x3C6D)
    # Some of them are enough, unless a text repeats itself.
    bounds = np.minimum(2 * SKETCH * 2**16 // np.maximum(sizes, 1), 2**16 - 1).astype(np.uint16)
    likely = np.flatnonzero(short <= np.repeat(bounds, lengths)[: len(short)])
    low, high = np.searchsorted(likely, (starts, starts + sizes))
    counts = np.where(high - low > _WIDEST, 0, high - low)
    least = _least(_full(points, short, likely), low, counts)
    for at in np.flatnonzero((least[:, -1] == _NONE) & (sizes >= shortest) & (counts < sizes)):
        every = np.arange(starts[at], starts[at] + sizes[at])
        found = _distinct(_full(points, short, every))[:SKETCH]
        least[at, : len(found)] = found
    return (sizes >= shortest) & (least[:, -1] != _NONE), least


def _least(hashes: Hashes, low: Places, counts: Places) -> Hashes:
    """Return for each text its ``SKETCH`` smallest distinct hashes, in ascending order.

    Args:
        hashes: The hashes of all texts.
        low: The index of each text's first hash.
        counts: The number of hashes of each text.
    """
    wide = np.full((len(low), max(SKETCH, counts.max(initial=0))), _NONE)
    columns = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    wide[np.repeat(np.arange(len(low)), counts), columns] = hashes[np.repeat(low, counts) + columns]
    wide.sort(axis=1)
    again = (wide[:, 1:] == wide[:, :-1]) & (wide[:, 1:] != _NONE)
    if again.any():
        wide[:, 1:][again] = _NONE
        wide.sort(axis=1)
    return wide[:, :SKETCH]


def lookalikes(
    sketches: Hashes, sort: int = 1 << 21, count: int = 1 << 18, compare: int = 256
) -> tuple[Places, Places]:
    """Return pairs of similar sketches, as indices: at most three earlier ones for each sketch.

    A sketch is compared only with the first and the last earlier sketch that share each of its
    hashes, and only if many agree. Comparing with all that share a hash would take quadratic time
    on boilerplate.

    Args:
        sketches: The sketch of each text, a row of ``SKETCH`` hashes.
        sort: Hashes that are sorted at a time, which bounds memory.
        count: Pairs that are counted at a time, about.
        compare: Pairs that are compared at a time.
    """
    one, other = _candidates(sketches, sort, count)
    alike = np.zeros(len(one), np.intp)
    for low in range(0, len(one), compare):
        pairs = slice(low, low + compare)
        equal = sketches[one[pairs], :, None] == sketches[other[pairs], None, :]
        shared = np.count_nonzero(equal, axis=(1, 2))
        # The union of both up to the last hash that they share.
        last = sum(SKETCH - np.argmax(equal.any(axis=axis)[:, ::-1], axis=1) for axis in (1, 2))
        alike[pairs] = np.where(shared >= _SHARE * (last - shared), shared, 0)
    order = np.lexsort((other, -alike, one))
    order = order[alike[order] > 0]
    one, other = one[order], other[order]
    nth = np.arange(len(one)) - np.searchsorted(one, one)
    return one[nth < _CLOSEST], other[nth < _CLOSEST]


def _candidates(sketches: Hashes, sort: int, count: int) -> tuple[Places, Places]:
    """Return pairs of sketches in which one is the first or last before the other for many hashes."""
    number = len(sketches)
    first, last = _Counts(), _Counts()
    parts = 1 + sketches.size // sort
    for part in range(parts):
        keys = _of_part(sketches, part, parts, sort)
        keys.sort()
        hashes = keys >> _BITS
        again = np.flatnonzero(hashes[1:] == hashes[:-1]) + 1
        # Of each hash that is there again, the place of the one before the first of these.
        new = np.flatnonzero(np.diff(again, prepend=-1) != 1)
        runs = np.repeat(again[new] - 1, np.diff(new, append=len(again)))
        later = _owners(keys[again]) * number
        first.add(later + _owners(keys[runs]))
        last.add(later + _owners(keys[again - 1]))
    found = np.union1d(first.often(_MANY, count), last.often(_MANY, count))
    return found // max(number, 1), found % max(number, 1)


def _owners(keys: npt.NDArray[np.uint64]) -> Places:
    """Return the numbers of the sketches whose hashes `_of_part` returned."""
    return (keys & (np.uint64(1) << _BITS) - np.uint64(1)).astype(np.int64) // SKETCH


def _of_part(sketches: Hashes, part: int, parts: int, together: int) -> npt.NDArray[np.uint64]:
    """Return the last bits of some of the hashes, each with its place among all in the bits below.

    Equal hashes are in one part.
    """
    if parts == 1:
        every = np.arange(sketches.size, dtype=np.uint64)
        return sketches.ravel().view(np.uint64) << _BITS | every
    rows = max(1, together // SKETCH)
    found = [np.zeros(0, np.uint64)]
    for low in range(0, len(sketches), rows):
        hashes = sketches[low : low + rows].ravel().view(np.uint64)
        places = np.flatnonzero((hashes >> np.uint64(32)) % np.uint64(parts) == part)
        found.append(hashes[places] << _BITS | (places + low * SKETCH).astype(np.uint64))
    return np.concatenate(found)


class _Counts:
    """Count how often each number is added."""

    def __init__(self) -> None:
        # The distinct numbers of each addition in ascending order, and their counts.
        self._added: list[tuple[Places, npt.NDArray[np.uint8]]] = []

    def add(self, numbers: Places) -> None:
        """Add numbers, each ``SKETCH`` times at most."""
        some, counts = np.unique(numbers, return_counts=True)
        self._added.append((some, counts.astype(np.uint8)))

    def often(self, least: int, together: int) -> Places:
        """Return the numbers that were added so often, at least.

        Args:
            least: How often.
            together: About how many numbers are looked at together, which bounds memory.
        """
        found = [np.zeros(0, np.int64)]
        longest = max((some for some, _ in self._added), key=len, default=found[0])
        borders = longest[:: max(1, together // max(1, len(self._added)))][1:]
        ends = [np.append(np.searchsorted(some, borders), len(some)) for some, _ in self._added]
        for at in range(len(borders) + 1):
            slices = [slice(end[at - 1] if at else 0, end[at]) for end in ends]
            pairs = [one[part] for (one, _), part in zip(self._added, slices, strict=True)]
            numbers = np.concatenate([found[0], *pairs])
            if not len(numbers):
                continue
            counts = [one[part] for (_, one), part in zip(self._added, slices, strict=True)]
            order = np.argsort(numbers, kind="stable")
            numbers = numbers[order]
            first = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1]))
            sums = np.add.reduceat(np.concatenate(counts)[order], first, dtype=np.int64)
            found.append(numbers[first[sums >= least]])
        return np.concatenate(found)


def _points(together: str, lengths: Places) -> tuple[Points, Places]:
    """Return the folded code points of concatenated texts, and their number in each text.

    Letters are in lower case; each run of white space is one space, and there is none at the edges.
    """
    points = np.frombuffer(together.encode("utf-32-le"), "<u4")
    points = _small().take(points, mode="wrap")
    ends = np.cumsum(lengths)
    last = ends[lengths > 0] - 1
    space = points == _SPACE
    needless = np.append(space[:-1] & space[1:], False)[: len(space)]
    needless[last] = space[last]
    points, ends = _without(points, ends, np.flatnonzero(needless))
    first = np.append(0, ends[:-1])[np.diff(ends, prepend=0) > 0]
    points, ends = _without(points, ends, first[points[first] == _SPACE])
    return points, np.diff(ends, prepend=0)


@cache
def _small() -> Points:
    """Return a table that maps code points to lower case.

    White space is mapped to a space. Code points beyond the basic plane are taken modulo its size,
    which rarely matters in a shingle.
    """
    small = np.arange(1 << 16, dtype=np.uint16)
    for low, high in _CASED:
        small[low:high] = [ord(chr(point).casefold()[0]) for point in range(low, high)]
    small[[point for point in range(0x3001) if chr(point).isspace()]] = _SPACE
    return small


def _without(points: Points, ends: Places, places: Places) -> tuple[Points, Places]:
    """Remove the code points at some places; return the rest and the new ends of the texts."""
    if not len(places):
        return points, ends
    return np.delete(points, places), ends - np.searchsorted(places, ends)


def _hashes(points: Points, kind: type[np.unsignedinteger[Any]]) -> npt.NDArray[Any]:
    """Return the hash of each shingle, in order, as integers of the given type."""
    hashes = points.astype(kind)
    for step, power in enumerate(_POWERS):
        width = 1 << step
        hashes = hashes[:-width] * kind(power & np.iinfo(kind).max) + hashes[width:]
    return hashes


def _full(points: Points, short: Points, places: Places) -> Hashes:
    """Return full hashes of the shingles at some places; they sort like their short hashes."""
    hashes = np.zeros(len(places), np.uint64)
    for step in range(SHINGLE):
        hashes = hashes * np.uint64(_BASE) + points[places + step]
    return short[places].astype(np.int64) << 47 | _mixed(hashes) >> 16


def _mixed(hashes: npt.NDArray[np.uint64]) -> Hashes:
    """Mix the bits of hashes; the results are from 0 to 2**63 - 1."""
    # The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return (hashes >> np.uint64(1)).astype(np.int64)


def likeness(text: str, other: str) -> float:
    """Return the Jaccard index of the shingles of two texts, from 0 to 1."""
    one, two = _shingles(text), _shingles(other)
    either = len(_distinct(np.concatenate((one, two))))
    return (len(one) + len(two) - either) / either if either else 0.0


def _shingles(text: str) -> Hashes:
    """Return the distinct hashes of the shingles of a text, in ascending order."""
    plain = " ".join(text.casefold().split())
    points = np.frombuffer(plain.encode("utf-32-le"), "<u4")
    return _distinct(_mixed(_hashes(points, np.uint64)))


def _distinct(hashes: Hashes) -> Hashes:
    """Return the distinct hashes in ascending order."""
    ordered = np.sort(hashes)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered
