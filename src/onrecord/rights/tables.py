"""Withhold words in tables: all records of a corpus, with only the words that may be passed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.anchoring.spans import spans
from onrecord.files import texts
from onrecord.rights.allowed import may_stay
from onrecord.schema import CURRENT, RecordType
from onrecord.schema.arrow import columns_of, views

if TYPE_CHECKING:
    from onrecord.corpus.corpus import Corpus

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]

# What rights allow, from the most to the least. A record without its article has the last level:
# nothing is known that would allow anything.
_LEVELS = ("full", "quotes", "none")
_FULL, _QUOTES, _NONE = range(len(_LEVELS))


class PassedOn:
    """The records of a corpus with only the words that may be passed on.

    Everything that writes tables reads from here and not from the corpus itself, so that withheld
    words are never written, whatever validation ignores.

    Args:
        corpus: The corpus. It is not changed.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._withholds: dict[RecordType, bool] = {}

    def number(self, record_type: RecordType) -> int:
        """Return the number of records of a type."""
        return self.corpus.records(record_type).num_rows

    def withholds(self, record_type: RecordType) -> bool:
        """Return whether any record of a type has words that may not be passed on."""
        if record_type not in self._withholds:
            self._withholds[record_type] = self._finds_words(record_type)
        return self._withholds[record_type]

    def batches(
        self, record_type: RecordType, columns: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield the records of a type in batches, in the order in which they were read.

        Args:
            record_type: The type.
            columns: The columns; all by default.
        """
        named = columns is not None and not {*columns} & {*_columns(record_type)}
        if named or not self.withholds(record_type):
            yield from self.corpus.records(record_type).batches(columns)
            return
        for first, batch in self.corpus.parts(record_type):
            rows = np.arange(first, first + batch.num_rows)
            found = self._allowed(record_type, rows, batch)
            yield found if columns is None else found.select(columns)

    def in_order(
        self, record_type: RecordType, order: Rows
    ) -> Iterator[tuple[Rows, pa.RecordBatch]]:
        """Yield the records of a type in another order, in batches, with their row numbers."""
        withholds = self.withholds(record_type)
        for rows, batch in self.corpus.records(record_type).in_order(order):
            yield rows, self._allowed(record_type, rows, batch) if withholds else batch

    def take(self, record_type: RecordType, rows: Rows) -> pa.RecordBatch:
        """Return the records of a type in some rows."""
        records = self.corpus.records(record_type)
        if not len(rows):
            return pa.RecordBatch.from_pylist([], records.schema)
        some = records.take(rows, records.schema.names).to_batches()
        return self._allowed(record_type, rows, pa.concat_batches(some))

    def some(self, record_type: RecordType, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a selection of the records of a type with only the words that may be passed on."""
        ids = self.corpus.table("article", ["id"])["id"].to_pylist()
        levels = dict(zip(ids, self._of_articles.tolist(), strict=True))
        owners = batch["id" if record_type == "article" else "article_id"].to_pylist()
        found = np.array([levels.get(owner, _NONE) for owner in owners], np.int8)
        return allowed(record_type, batch, found)

    def _allowed(
        self, record_type: RecordType, rows: Rows, batch: pa.RecordBatch
    ) -> pa.RecordBatch:
        return allowed(record_type, batch, self._levels(record_type)[rows])

    def _finds_words(self, record_type: RecordType) -> bool:
        levels = self._levels(record_type)
        if not levels.any():
            return False
        names = [*dict.fromkeys(("id", *_columns(record_type)))]
        return any(
            _exceeding(record_type, batch, levels[first : first + batch.num_rows]).any()
            for first, batch in self.corpus.parts(record_type, names)
        )

    def _levels(self, record_type: RecordType) -> Levels:
        """Return the value of ``redistribute`` that applies to each record."""
        if record_type == "article":
            return self._of_articles
        owners = self.corpus.owners(record_type)
        return np.append(self._of_articles, np.int8(_NONE))[owners]  # -1 is the last

    @cached_property
    def _of_articles(self) -> Levels:
        """Return the value of ``redistribute`` of each article; the strictest of articles with the
        same id.
        """
        found = [np.zeros(0, np.int8)]
        for _, batch in self.corpus.parts("article", ["rights"]):
            redistribute = pc.struct_field(batch["rights"], "redistribute")
            level = pc.index_in(redistribute, pa.array(_LEVELS))
            found.append(pc.fill_null(level, _NONE).to_numpy(zero_copy_only=False).astype(np.int8))
        levels: Levels = np.concatenate(found)
        ids = self.corpus.table("article", ["id"])["id"].combine_chunks()
        if levels.any() and pc.count_distinct(ids).as_py() < len(ids):
            same = ids.dictionary_encode().indices.to_numpy()
            strictest = np.zeros(same.max() + 1, np.int8)
            np.maximum.at(strictest, same, levels)
            levels = strictest[same]
        return levels


def allowed(record_type: RecordType, batch: pa.RecordBatch, levels: Levels) -> pa.RecordBatch:
    """Replace words that may not be passed on by digests.

    Args:
        record_type: The type of the records.
        batch: The records, in the Arrow schema of their model.
        levels: The value of ``redistribute`` that applies to each record.
    """
    exceeding = _exceeding(record_type, batch, levels)
    if not exceeding.any():
        return batch
    at = np.flatnonzero(exceeding)
    records = batch.take(pa.array(at)).to_pylist()
    for record, level in zip(records, levels[at], strict=True):
        _withhold(record_type, record, _LEVELS[level])
    changed = pa.RecordBatch.from_pylist(records, batch.schema)
    rows = np.arange(batch.num_rows)
    rows[at] = batch.num_rows + np.arange(len(at))
    return pa.concat_batches([batch, changed]).take(pa.array(rows))


def level(redistribute: str) -> np.int8:
    """Return the level of a value of ``redistribute``, as `allowed` expects it."""
    return np.int8(_LEVELS.index(redistribute))


def _columns(record_type: RecordType) -> tuple[str, ...]:
    """Return the columns that may contain withheld words, and those needed to decide that."""
    return (*columns_of(record_type, "spans"), *(("text",) if record_type == "article" else ()))


def _exceeding(record_type: RecordType, batch: pa.RecordBatch, levels: Levels) -> Mask:
    """Return which records contain words that rights withhold."""
    found = np.zeros(batch.num_rows, np.bool_)
    rows = np.flatnonzero(levels)
    if not len(rows):
        return found
    some = batch if len(rows) == batch.num_rows else batch.take(pa.array(rows))
    if record_type == "article":
        found[rows] = some["text"].is_valid()
    for each in views(record_type, some, 0, "spans") if columns_of(record_type, "spans") else ():
        owners = rows[each["locator"].to_numpy()]
        found[owners[_withheld(each, levels[owners])]] = True
    return found


def _withheld(each: pa.RecordBatch, levels: Levels) -> Mask:
    """Return which spans, all of one role, contain words or context that rights withhold."""

    def there(name: str) -> Mask:
        mask: Mask = each[name].is_valid().to_numpy(zero_copy_only=False)
        return mask

    words = there("exact")
    quoted = pc.fill_null(each["quoted"], False).to_numpy(zero_copy_only=False)
    stays = (levels == _QUOTES) & quoted
    asked = np.flatnonzero(words & (levels == _QUOTES) & ~quoted)
    if len(asked):
        role = each["role"][0].as_py()
        coded = each["exact"].take(pa.array(asked)).dictionary_encode()
        may = [may_stay("quotes", role, one, quoted=False) for one in coded.dictionary.to_pylist()]
        stays[asked] = np.array(may)[coded.indices.to_numpy()]
    withheld: Mask = there("prefix") | there("suffix") | (words & ~stays)
    return withheld


def _withhold(record_type: RecordType, record: dict[str, Any], redistribute: str) -> None:
    """Replace withheld words of a record by digests, in place."""
    if record_type == "article" and (text := record["text"]) is not None:
        record["text"] = None
        if record["text_sha256"] is None:
            record |= {"text_sha256": texts.sha256(text), "text_length": len(text)}
    for _, role, span in spans(CURRENT.models[record_type], record):
        if span is None:
            continue
        words = span["exact"]
        quoted = bool(span.get("quoted"))
        if words is not None and not may_stay(redistribute, role, words, quoted=quoted):
            span |= {"exact": None, "sha256": texts.sha256(words)}
        span |= {"prefix": None, "suffix": None}
