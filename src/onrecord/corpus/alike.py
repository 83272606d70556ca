"""Find articles that share nearly equal texts, quotes or claims.

Nearly equal is what at least four fifths of the sequences of eight characters of either are in
both, ignoring case and white space. What has fewer than 64 different sequences, some 70 characters,
is not compared: short sentences are often alike by chance.

What is found does not depend on the order in which records are read. Sketches are compared in an
order of their own, each with at most two others for each of its hashes, so that the work grows with
the number of records, however many of them are alike; a record that is like a hundred others is
connected with all of them through some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onrecord.language.likeness import SKETCH, likeness, lookalikes, short_sketches, sketches
from onrecord.schema import RecordType

ALIKE = pa.schema([("record_type", pa.string()), ("owner", pa.int64()), ("other", pa.int64())])
# The likeness of what is nearly equal.
NEARLY = 0.8

Places = npt.NDArray[np.int64]
# The articles of some strings, by their rows, and the strings.
Part = tuple[Places, pa.Array]


def alike(record_type: RecordType, parts: Callable[[], Iterable[Part]]) -> pa.Table:
    """Return pairs of articles with nearly equal strings.

    Args:
        record_type: The records that the strings are from.
        parts: Yields the strings, the same each time; null where words are withheld.
    """
    make = sketches if record_type == "article" else short_sketches
    owners, found = [np.zeros(0, np.int64)], [np.zeros((0, SKETCH), np.int64)]
    numbers, first = [np.zeros(0, np.int64)], 0
    for of, strings in parts():
        there = np.flatnonzero(np.asarray(strings.is_valid()) & (of >= 0))
        rows, hashes = make(strings.take(pa.array(there)))
        owners.append(of[there[rows]])
        numbers.append(first + there[rows])
        found.append(hashes)
        first += len(of)
    of, number = np.concatenate(owners), np.concatenate(numbers)
    same, maybe = _near(np.concatenate(found))
    texts = _chosen(parts, np.unique(number[maybe]))
    likely = [likeness(*(texts[at] for at in pair)) >= NEARLY for pair in number[maybe].tolist()]
    near = of[np.concatenate([same, maybe[np.array(likely, np.bool_)]])]
    both = np.unique(np.sort(near[near[:, 0] != near[:, 1]], axis=1), axis=0)
    kinds = pa.repeat(pa.scalar(record_type, pa.string()), len(both))
    return pa.table([kinds, both[:, 1], both[:, 0]], schema=ALIKE)


def _near(hashes: Places) -> tuple[Places, Places]:
    """Return pairs of rows with equal sketches, and pairs of rows with similar ones."""
    # By their hashes, and not in the order of reading.
    order = np.lexsort(hashes.T[::-1])
    ordered = hashes[order]
    new = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))[: len(order)]
    # Of strings with equal sketches, the first stands for all.
    distinct = order[new]
    same = np.stack([order, distinct[np.cumsum(new) - 1]], axis=1)[~new]
    one, other = lookalikes(ordered[new])
    return same, np.stack([distinct[one], distinct[other]], axis=1)


def _chosen(parts: Callable[[], Iterable[Part]], numbers: Places) -> dict[int, str]:
    """Return the strings with some numbers, which ascend."""
    found: dict[int, str] = {}
    first = 0
    for of, strings in parts():
        own = numbers[slice(*np.searchsorted(numbers, (first, first + len(of))))]
        found |= zip(own.tolist(), strings.take(pa.array(own - first)).to_pylist(), strict=True)
        first += len(of)
    return found
