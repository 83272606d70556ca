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

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onrecord.corpus import derived
from onrecord.language.likeness import SHORTEST, SKETCH, likeness, lookalikes, sketches
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.schema import RecordType

if TYPE_CHECKING:
    from onrecord.corpus.corpus import Corpus

ALIKE = pa.schema([("record_type", pa.string()), ("owner", pa.int64()), ("other", pa.int64())])
# The likeness of what is nearly equal.
NEARLY = 0.8

Places = npt.NDArray[np.int64]
# The articles of some strings, by their rows, and the strings.
Part = tuple[Places, pa.Array]
Likeness = Iterable[float]


class Sketches(NamedTuple):
    """Hold sketches (a few hashes each) of the strings that are long enough to be compared.

    Attributes:
        owners: For each sketch, the row of the article that its string belongs to.
        numbers: For each sketch, the number of its string among all strings.
        hashes: The sketches.
    """

    owners: Places
    numbers: Places
    hashes: Places


def sketched(
    record_type: RecordType, parts: Iterable[Part], options: ReadOptions = READ_OPTIONS
) -> Sketches:
    """Return the sketches of the texts of articles, or of the words of other records.

    Args:
        record_type: The records that the strings are from.
        parts: The strings, null where words are withheld.
        options: How to use threads.
    """
    shortest = SHORTEST if record_type == "article" else SKETCH

    def of(part: Part) -> tuple[Places, Places]:
        owners, strings = part
        there = np.flatnonzero(np.asarray(strings.is_valid()) & (owners >= 0))
        some = strings if len(there) == len(strings) else strings.take(pa.array(there))
        rows, hashes = sketches(some, shortest)
        return there[rows], hashes

    none = np.zeros(0, np.int64)
    owned, numbers, found = [none], [none], [np.zeros((0, SKETCH), np.int64)]
    first = 0
    for (owners, _), (rows, hashes) in options.map(of, parts):
        owned.append(owners[rows])
        numbers.append(first + rows)
        found.append(hashes)
        first += len(owners)
    return Sketches(np.concatenate(owned), np.concatenate(numbers), np.concatenate(found))


def alike(record_type: RecordType, made: Sketches, like: Callable[[Places], Likeness]) -> pa.Table:
    """Return pairs of articles with nearly equal strings.

    Args:
        record_type: The records that the strings are from.
        made: The sketches of the strings.
        like: Returns the likeness of pairs of strings, given an array with the numbers of both.
    """
    of, number, hashes = made
    same, maybe = _near(hashes)
    likely = np.zeros(0, np.bool_)
    if len(maybe):
        likely = np.array([one >= NEARLY for one in like(number[maybe])], np.bool_)
    near = of[np.concatenate([same, maybe[likely]])]
    both = np.unique(np.sort(near[near[:, 0] != near[:, 1]], axis=1), axis=0)
    kinds = pa.repeat(pa.scalar(record_type, pa.string()), len(both))
    return pa.table([kinds, both[:, 1], both[:, 0]], schema=ALIKE)


def likeness_in(parts: Callable[[], Iterable[Part]], pairs: Places) -> Iterator[float]:
    """Yield the likeness of pairs of strings.

    Args:
        parts: Yields the strings.
        pairs: The numbers of both.
    """
    texts = _chosen(parts, np.unique(pairs))
    return (likeness(texts[one], texts[other]) for one, other in pairs.tolist())


def strings(corpus: Corpus, record_type: RecordType) -> Iterator[Part]:
    """Yield the words of each quote or the text of each claim, with the row of its article."""
    column, of = _STRINGS[record_type]
    owners = corpus.owners(record_type)
    for first, batch in corpus.parts(record_type, [column]):
        yield owners[first : first + len(batch)], of(batch)


_STRINGS: Mapping[str, tuple[str, Callable[[pa.RecordBatch], pa.Array]]] = {
    "quote": ("content", derived.words),
    "claim": ("text", lambda batch: batch["text"]),
}


def _near(hashes: Places) -> tuple[Places, Places]:
    """Return pairs of rows with equal sketches, and pairs of rows with similar ones."""
    # By their hashes, most significant byte first, and not in the order of reading.
    rows = hashes.astype(">i8").view(f"V{hashes.itemsize * SKETCH}")
    order = np.argsort(rows.ravel(), kind="stable")
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
