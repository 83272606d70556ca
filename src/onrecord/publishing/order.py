"""Sort published records in reading order.

Records are in the order of their articles' ids; in one article, quotes and claims are in the order
of the first offset of their content. Those that begin at the same offset, or have none, are in the
order of their ids, in which numbers are compared as numbers (q2 before q10). A claim without
located content is at the first of the quotes that it is based on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.corpus import Corpus
from onrecord.schema import RecordType

Numbers = npt.NDArray[np.int64]

# The offset of a record without a known one: after all others.
NOWHERE = int(np.iinfo(np.int64).max)
_DIGITS = re.compile("([0-9]+)")


def article_column(record_type: RecordType) -> str:
    """Return the column with the id of the article that a record belongs to."""
    return "id" if record_type == "article" else "article_id"


def places(record_type: RecordType, records: pa.RecordBatch) -> Numbers:
    """Return the offset at which the content of each record begins in its article's text."""
    found = np.full(len(records), NOWHERE)
    if record_type == "article":
        return found
    starts = pc.struct_field(records["content"].flatten(), "start")
    owners = records["content"].value_parent_indices()
    if starts.null_count:
        there = starts.is_valid()
        starts, owners = starts.filter(there), owners.filter(there)
    np.minimum.at(found, owners.to_numpy(), starts.to_numpy().astype(np.int64))
    return found


def rests_on_quotes(claims: pa.RecordBatch) -> bool:
    """Return whether any claim takes its place from its quotes."""
    nowhere = places("claim", claims) == NOWHERE
    lengths = pc.fill_null(pc.list_value_length(claims["quote_ids"]), 0).to_numpy()
    return bool((nowhere & (lengths > 0)).any())


def places_of_claims(corpus: Corpus) -> Numbers:
    """Return the offset of each claim of a corpus: its content, otherwise the first of its quotes."""
    found = [np.zeros(0, np.int64)]
    wanted, owners = [pa.array([], pa.string())], [np.zeros(0, np.int64)]
    for first, batch in corpus.parts("claim", ["content", "quote_ids"]):
        found.append(places("claim", batch))
        nowhere = pa.array(np.flatnonzero(found[-1] == NOWHERE))
        quote_ids = batch["quote_ids"].take(nowhere)
        wanted.append(quote_ids.flatten())
        owners.append(first + nowhere.take(quote_ids.value_parent_indices()).to_numpy())
    claims = np.concatenate(found)
    if names := pa.concat_arrays(wanted):
        of_quotes = [places("quote", batch) for _, batch in corpus.parts("quote", ["content"])]
        rows = pc.index_in(names, corpus.table("quote", ["id"])["id"])
        # Quotes that do not exist have the row -1, which selects the last offset.
        at = np.concatenate([*of_quotes, [NOWHERE]])[pc.fill_null(rows, -1).to_numpy()]
        np.minimum.at(claims, np.concatenate(owners), at)
    return claims


class Arranging:
    """Sort records that arrive in the order of their articles into reading order.

    Only the records of the last article are kept, until those of the next one arrive.
    """

    def __init__(self, record_type: RecordType) -> None:
        self._column = article_column(record_type)
        self._is_of_articles = record_type == "article"
        self._waiting: list[tuple[pa.RecordBatch, Numbers]] = []

    def add(self, records: pa.RecordBatch, at: Numbers) -> Iterator[pa.RecordBatch]:
        """Add records; yield those of articles that are now complete.

        Args:
            records: The next records.
            at: The offset of each in its article's text.
        """
        if self._is_of_articles or not len(records):
            yield records
            return
        articles = records[self._column]
        cut = pc.index(articles, articles[-1]).as_py()
        if self._waiting and cut == 0 and self._last == articles[-1]:
            self._waiting.append((records, at))
            return
        if cut:
            self._waiting.append((records.slice(0, cut), at[:cut]))
        yield from self.rest()
        self._waiting = [(records.slice(cut), at[cut:])]

    def rest(self) -> Iterator[pa.RecordBatch]:
        """Yield the records of the last article."""
        if not self._waiting:
            return
        batches = [batch for batch, _ in self._waiting]
        at = np.concatenate([places for _, places in self._waiting])
        self._waiting = []
        articles, ids = (
            pa.concat_arrays([batch[name] for batch in batches]) for name in (self._column, "id")
        )
        order = reading_order(articles, at, ids)
        if (order == np.arange(len(order))).all():
            yield from batches
        else:
            yield pa.concat_batches(batches).take(pa.array(order))

    @property
    def _last(self) -> pa.Scalar:
        return self._waiting[-1][0][self._column][-1]


def reading_order(articles: pa.Array, at: Numbers, ids: pa.Array) -> Numbers:
    """Return the row numbers of records in reading order.

    Args:
        articles: The ids of their articles, in ascending order.
        at: The offset at which each record begins in its article's text.
        ids: Their own ids.
    """
    number = np.zeros(len(articles), np.int64)
    np.cumsum(np.asarray(pc.not_equal(articles[:-1], articles[1:])), out=number[1:])
    order = np.lexsort((at, number))
    same = (np.diff(number[order]) == 0) & (np.diff(at[order]) == 0)
    tied = order[np.append(same, False) | np.insert(same, 0, False)]
    if len(tied):
        ranks = np.zeros(len(articles), np.int64)
        ranks[tied] = _ranks(ids.take(pa.array(tied)).to_pylist())
        order = np.lexsort((ranks, at, number))
    return order


def _ranks(ids: Sequence[str]) -> Numbers:
    """Return the rank of each id."""
    ranks = np.empty(len(ids), np.int64)
    ranks[sorted(range(len(ids)), key=[natural(one) for one in ids].__getitem__)] = np.arange(
        len(ids)
    )
    return ranks


def natural(name: str) -> tuple[tuple[str | tuple[int, str], ...], str]:
    """Return a sort key that compares the numbers in names as numbers."""
    parts = _DIGITS.split(name)
    numbers = (part.lstrip("0") for part in parts[1::2])
    keys: list[str | tuple[int, str]] = [*parts]
    keys[1::2] = [(len(number), number) for number in numbers]
    return tuple(keys), name
