"""Collect the records of articles, a few articles at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.table_bytes import table_from_bytes, table_to_bytes
from onrecord.exchange.base import ArticleRecords, Value
from onrecord.rights.records import dehydrate_record
from onrecord.schema import RecordType
from onrecord.schema.flat import by_article

# About how many records there are at a time.
_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """Hold some articles of a corpus with all their records, each ordered by the ids of articles.

    It can be sent to another process.
    """

    articles: pa.Table
    quotes: pa.Table
    claims: pa.Table

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, tuple(map(table_to_bytes, (self.articles, self.quotes, self.claims)))

    def bundles(self) -> Iterator[ArticleRecords]:
        """Yield the articles with their records. Words that rights withhold are left out."""
        quotes, claims = by_article(self.quotes.to_pylist()), by_article(self.claims.to_pylist())
        for article in self.articles.to_pylist():
            allowed = partial(_allowed, article)
            yield ArticleRecords(
                allowed(article),
                [*map(allowed, quotes.get(article["id"], ()))],
                [*map(allowed, claims.get(article["id"], ()))],
            )


def _received(*tables: bytes) -> Part:
    return Part(*map(table_from_bytes, tables))


def parts(corpus: Corpus) -> Iterator[Part]:
    """Yield the articles of a corpus with their records, in the order of their ids."""
    articles = corpus.records("article").num_rows
    rows = articles + sum(corpus.records(one).num_rows for one in ("quote", "claim"))
    quotes, claims = _Following(corpus, "quote"), _Following(corpus, "claim")
    for some in _sorted_rows(corpus, "article", max(1, _ROWS * articles // max(rows, 1))):
        last = some["id"][-1]
        yield Part(pa.Table.from_batches([some]), quotes.until(last), claims.until(last))


class _Following:
    """Read records of one type in the order of their articles' ids, some articles at a time."""

    def __init__(self, corpus: Corpus, record_type: RecordType) -> None:
        self._schema = corpus.records(record_type).schema
        self._batches = _sorted_rows(corpus, record_type, _ROWS)
        self._next: pa.RecordBatch | None = next(self._batches, None)

    def until(self, article_id: pa.Scalar) -> pa.Table:
        """Return the next records, of all articles up to one."""
        found = []
        while self._next is not None:
            number = pc.sum(pc.less_equal(self._next["article_id"], article_id)).as_py()
            found.append(self._next.slice(0, number))
            if number < self._next.num_rows:
                self._next = self._next.slice(number)
                break
            self._next = next(self._batches, None)
        return pa.Table.from_batches(found, self._schema)


def _sorted_rows(corpus: Corpus, record_type: RecordType, number: int) -> Iterator[pa.RecordBatch]:
    """Yield the records of one type in the order of their articles' ids, at most a number at a time."""
    column = "id" if record_type == "article" else "article_id"
    ids = corpus.table(record_type, [column])[column].combine_chunks()
    # Records of one article remain in their order: sorting is stable.
    order = pc.array_sort_indices(ids).to_numpy().astype(np.int64)
    for _, batch in corpus.records(record_type).in_order(order):
        for start in range(0, batch.num_rows, number):
            yield batch.slice(start, number)


def _allowed(article: Value, record: Value) -> Value:
    """Return a record of an article without the words that rights withhold."""
    may_all = article["rights"]["redistribute"] == "full"
    return compact(record if may_all else dehydrate_record(record, article))


def compact(value: Value) -> Value:
    """Return a record without absent values: nulls, empty lists, and the default status."""
    found: Value = {}
    for name, inner in value.items():
        if inner is None:
            continue
        kind = type(inner)
        if kind is dict:
            found[name] = compact(inner)
        elif kind is list or kind is tuple:
            if inner:
                found[name] = [compact(one) if type(one) is dict else one for one in inner]
        elif inner != "active" or name != "status":
            found[name] = inner
    return found
