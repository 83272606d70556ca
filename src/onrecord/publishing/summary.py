"""Summarise the rows of a table: their number, digest and size, and how many have which value."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from onrecord.publishing.logical import LogicalDigest
from onrecord.publishing.manifest import Table
from onrecord.readers.models.card import NOT_GIVEN

# Rows that are summarised at once: a few hundred would take twice the time.
_ROWS = 4096


def _values(path: str) -> Callable[[pa.RecordBatch], Counter[str]]:
    """Return a function that counts the values at a path of the records in a batch."""
    name, *inside = path.split(".")

    def count(batch: pa.RecordBatch) -> Counter[str]:
        values = batch[name]
        for step in inside:
            values = pc.struct_field(values, step)
        found = pc.value_counts(values).to_pylist()
        return Counter({one["values"] or NOT_GIVEN: one["counts"] for one in found})

    return count


def _texts(batch: pa.RecordBatch) -> Counter[str]:
    known = batch.filter(pc.is_valid(batch["text_sha256"]))
    return Counter(texts=known["text"].null_count)


def _words(batch: pa.RecordBatch) -> Counter[str]:
    return Counter(words=batch["quote"].null_count)


# What is counted in each table; an article without its text, or a quote without some of its words,
# whose digests are known, is withheld.
COUNTED: Mapping[str, Mapping[str, Callable[[pa.RecordBatch], Counter[str]]]] = MappingProxyType(
    {
        "articles": {
            "language": _values("language"),
            "license": _values("rights.license"),
            "redistribute": _values("rights.redistribute"),
            "withheld": _texts,
        },
        "quotes": {"language": _values("language"), "type": _values("type"), "withheld": _words},
        "claims": {"kind": _values("kind"), "language": _values("language")},
    }
)


class Summary:
    """Summarise the rows of a table, in the order of its files.

    Args:
        name: The name of the table.

    Attributes:
        rows: The number of rows.
        sizes: Their size in memory in bytes, by split.
    """

    def __init__(self, name: str) -> None:
        self.rows = 0
        self.sizes: Counter[str] = Counter()
        self._name = name
        self._digest = LogicalDigest()
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._split = ""
        self._waiting: list[pa.RecordBatch] = []

    def add(self, rows: pa.RecordBatch, split: str = "") -> None:
        """Add the next rows, which are in a split."""
        if split != self._split:
            self._take()
            self._split = split
        self._waiting.append(rows)
        if sum(map(len, self._waiting)) >= _ROWS:
            self._take()

    def end(self) -> None:
        """Take the last rows into account."""
        self._take()

    def _take(self) -> None:
        if not self._waiting:
            return
        batch = pa.concat_batches(self._waiting)
        self._waiting = []
        self.rows += len(batch)
        self.sizes[self._split] += self._digest.add(batch)
        for what, count in COUNTED.get(self._name, {}).items():
            self._counts[what].update(count(batch))

    @property
    def table(self) -> Table:
        """Return the number of rows and the digest of the table, for the manifest."""
        return Table(rows=self.rows, logical_sha256=self._digest.hexdigest())

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Return the counts of the manifest."""
        return {
            what: {value: number for value, number in sorted(self._counts[what].items()) if number}
            for what in COUNTED.get(self._name, {})
        }
