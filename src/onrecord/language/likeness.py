"""How alike two texts are: the share of their shingles that both have, and sketches to find it.

A shingle is a run of characters of the text, in small letters, its white space as one space; the
likeness of two texts is the Jaccard index of their sets of shingles (Broder 1997). A sketch of a
text is the least of the hashes of its shingles: texts that are alike share many of them.
"""

from __future__ import annotations

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

_BASE = 0x9E3779B97F4A7C15
_POWERS = [pow(_BASE, 1 << step, 1 << 64) for step in range(SHINGLE.bit_length() - 1)]

Hashes = npt.NDArray[np.int64]


def _shingles(text: str) -> Hashes:
    """The hashes of all shingles of a text, in its order, from 0 to 2**63 - 1."""
    plain = " ".join(text.casefold().split())
    points: npt.NDArray[Any] = np.frombuffer(plain.encode("utf-32-le"), "<u4")
    hashes = points.astype(np.uint64)
    for step, power in enumerate(_POWERS):
        width = 1 << step
        hashes = hashes[:-width] * np.uint64(power) + hashes[width:]
    # The finalizer of SplitMix64 (Steele, Lea and Flood 2014): any shingle may be the least.
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return (hashes >> np.uint64(1)).astype(np.int64)


def sketch(text: str) -> Hashes:
    """The ``SKETCH`` least hashes of a text's shingles, ascending; none where it is too short."""
    hashes = _shingles(text)
    if len(hashes) < SHORTEST:
        return hashes[:0]
    # Sorting a part of them will do, but where the text says the same again and again.
    bound = min(4 * SKETCH * (2**63 // len(hashes)), 2**63 - 1)
    least = _distinct(hashes[hashes <= bound])
    if len(least) < SKETCH:
        least = _distinct(hashes)
    return least[: SKETCH if len(least) >= SKETCH else 0]


def likeness(text: str, other: str) -> float:
    """The Jaccard index of the shingles of two texts, from 0 to 1."""
    one, two = _distinct(_shingles(text)), _distinct(_shingles(other))
    either = len(_distinct(np.concatenate((one, two))))
    return (len(one) + len(two) - either) / either if either else 0.0


def _distinct(hashes: Hashes) -> Hashes:
    """The hashes in ascending order, each once."""
    ordered = np.sort(hashes)
    different: Hashes = ordered[np.diff(ordered, prepend=-1) != 0]
    return different
