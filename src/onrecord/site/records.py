"""Read the articles of a corpus one by one, each with its records, without withheld words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.corpus import Corpus
from onrecord.files.article_texts import texts_of
from onrecord.rights.tables import PassedOn, Rows
from onrecord.schema import RecordType
from onrecord.site.found import Encoded, Found, Record

_OWN: tuple[RecordType, ...] = ("quote", "claim")
# Records that are converted at once.
_TOGETHER = 2048
# The offset of a record without a known one: after all others.
_NOWHERE = 2**63 - 1
# Values that say no more than absent ones do. In JSON, quotation marks that are part of a string follow
# a backslash, so that nothing else can look like the name of a field with such a value.
_LATER = re.compile(r',"[a-z0-9_]++":(?:null|\[\]|(?<="status":)"active")')
_FIRST = re.compile(r'\{"[a-z0-9_]+":(?:null|\[\]),?')


class Articles:
    """Read the articles of a corpus, each with its records.

    Attributes:
        passed_on: Their records, with only the words that may be passed on.
        withheld: The ids of articles whose texts may not be passed on. If two articles have the same
            id, the stricter rights of both apply.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self.passed_on = PassedOn(corpus)
        self.withheld: frozenset[str] = frozenset(
            article_id
            for _, batch in corpus.parts("article", ["id", "rights"])
            for article_id in batch["id"]
            .filter(pc.not_equal(pc.struct_field(batch["rights"], "redistribute"), "full"))
            .to_pylist()
        )
        # With one thread, records remain in their order.
        self._database = duckdb.connect(config={"threads": 1})

    def __iter__(self) -> Iterator[Found]:
        return (each.read() for each in self.encoded())

    def encoded(self) -> Iterator[Encoded]:
        """Yield all articles in the order in which they were read."""
        quotes, claims = (self._of_articles(kind) for kind in _OWN)
        first = 0
        for batch in self.passed_on.batches("article"):
            for at in range(0, batch.num_rows, _TOGETHER):
                some = batch.slice(at, _TOGETHER)
                texts = self._texts(some, first)
                lines = self._lines(some.drop_columns(["text"]))
                rows = zip(some["id"].to_pylist(), lines, quotes, claims, strict=False)
                for row, found in enumerate(rows, first):
                    yield Encoded.of(*found, texts.get(row))
                first += some.num_rows

    def with_id(self, article_id: str) -> Iterator[Found]:
        """Yield the article with an id; if there are several, all of them."""
        ids = self._corpus.table("article", ["id"])["id"].to_pylist()
        for row in (row for row, one in enumerate(ids) if one == article_id):
            batch = self.passed_on.take("article", np.array([row]))
            (line,) = self._lines(batch.drop_columns(["text"]))
            quotes, claims = (
                self._lines(self.passed_on.take(kind, self._order(kind, row))) for kind in _OWN
            )
            text = self._texts(batch, row).get(row)
            yield Encoded.of(article_id, line, quotes, claims, text).read()

    def columns(
        self,
        record_type: RecordType,
        *names: str,
        of: Callable[[pa.RecordBatch], pa.Array] | None = None,
    ) -> Iterator[Record]:
        """Yield some columns of all records of a type, or of those that a function selects."""
        for batch in self.passed_on.batches(record_type, [*names]):
            found = batch.filter(of(batch)) if of else batch
            for at in range(0, found.num_rows, _TOGETHER):
                yield from found.slice(at, _TOGETHER).to_pylist()

    def _of_articles(self, record_type: RecordType) -> Iterator[list[str]]:
        """Yield the records of a type of each article as JSON, in the order of the text."""
        order = self._order(record_type)
        owners = self._corpus.owners(record_type)[order]
        lines = chain.from_iterable(
            self._lines(batch.slice(at, _TOGETHER))
            for _, batch in self.passed_on.in_order(record_type, order)
            for at in range(0, batch.num_rows, _TOGETHER)
        )
        for _ in range(int(np.searchsorted(owners, 0))):  # those without an article are first
            next(lines)
        articles = self._corpus.records("article").num_rows
        for number in np.bincount(owners[owners >= 0], minlength=articles).tolist():
            yield [line for _, line in zip(range(number), lines, strict=False)]

    def _order(self, record_type: RecordType, article: int | None = None) -> Rows:
        """Return the rows of records in the order of their articles and of the text.

        Args:
            record_type: The type of the records.
            article: The row of the article whose records are wanted; by default those of all.
        """
        owners = self._corpus.owners(record_type)
        starts = np.full(len(owners), _NOWHERE)
        for first, batch in self._corpus.parts(record_type, ["content"]):
            content = batch["content"]
            start = pc.struct_field(content.flatten(), "start").cast(pa.int64())
            at = first + content.value_parent_indices().to_numpy()
            np.minimum.at(starts, at, pc.fill_null(start, _NOWHERE).to_numpy())
        order = np.lexsort((starts, owners))
        return order if article is None else order[owners[order] == article]

    def _lines(self, batch: pa.RecordBatch) -> list[str]:
        """Return records as JSON, without absent values."""
        if not batch.num_rows:
            return []
        # Columns without values need not be written and removed again.
        named = [name for name in batch.schema.names if batch[name].null_count < batch.num_rows]
        self._database.register("records", batch.select(named))
        found = self._database.sql("SELECT CAST(to_json(records) AS VARCHAR) AS line FROM records")
        lines = found.to_arrow_table()["line"].combine_chunks()
        together = pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines)
        (text,) = pc.binary_join(together, "\n").to_pylist()
        return _FIRST.sub("{", _LATER.sub("", text)).split("\n")

    def _texts(self, articles: pa.RecordBatch, first: int) -> dict[int, str]:
        """Return the texts that may be passed on, by the rows of their articles."""
        ids = articles["id"].to_pylist()
        may = pa.array([article_id not in self.withheld for article_id in ids])
        rows = np.flatnonzero(may.to_numpy(zero_copy_only=False))
        found, _ = texts_of(
            articles.filter(may), first + rows, self._corpus.texts, self._corpus.text_format
        )
        return {
            one["owner"]: one["text"]
            for one in found.select(["owner", "indexed", "text"]).to_pylist()
            if one["indexed"]
        }
