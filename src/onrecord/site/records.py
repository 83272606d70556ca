"""Read the articles of a corpus one by one, each with its records, without withheld words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.exchange.exporting import compact
from onrecord.files.article_texts import texts_of
from onrecord.rights.tables import PassedOn
from onrecord.site.found import Found, Record

if TYPE_CHECKING:
    from onrecord.corpus.corpus import Corpus
    from onrecord.schema import RecordType

# Records that are converted to Python values at once.
_TOGETHER = 256
# The offset of a record without a known one: after all others.
_NOWHERE = 2**63 - 1


class Articles:
    """The articles of a corpus.

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

    def columns(self, record_type: RecordType, *names: str) -> Iterator[Record]:
        """Yield some columns of all records of a type, row by row."""
        for batch in self.passed_on.batches(record_type, [*names]):
            for some in _pieces(batch):
                yield from some.to_pylist()

    def __iter__(self) -> Iterator[Found]:
        quotes, claims = self._records("quote"), self._records("claim")
        quote, claim = next(quotes, None), next(claims, None)
        first = 0
        for batch in self.passed_on.batches("article"):
            for some in _pieces(batch):
                texts = self._texts(some, first)
                for row, article in enumerate(some.to_pylist(), first):
                    own: tuple[list[Record], list[Record]] = ([], [])
                    while quote and quote[0] == row:
                        own[0].append(quote[1])
                        quote = next(quotes, None)
                    while claim and claim[0] == row:
                        own[1].append(claim[1])
                        claim = next(claims, None)
                    article["text"] = None
                    for records in own:
                        records.sort(key=_position)
                    yield Found(compact(article), *own, texts.get(row))
                first += some.num_rows

    def with_id(self, article_id: str) -> Iterator[Found]:
        """Yield the article with an id; if there are several, all of them."""
        ids = self._corpus.table("article", ["id"])["id"].to_pylist()
        for row in (row for row, one in enumerate(ids) if one == article_id):
            batch = self.passed_on.take("article", np.array([row]))
            quotes, claims = self._records_of("quote", row), self._records_of("claim", row)
            (article,) = batch.to_pylist()
            article["text"] = None
            text = self._texts(batch, row).get(row)
            yield Found(compact(article), quotes, claims, text)

    def _records_of(self, record_type: RecordType, article: int) -> list[Record]:
        """Return the records of the article in a row, in the order of the text."""
        rows = np.flatnonzero(self._corpus.owners(record_type) == article)
        records = self.passed_on.take(record_type, rows).to_pylist()
        return sorted(map(compact, records), key=_position)

    def _records(self, record_type: RecordType) -> Iterator[tuple[int, Record]]:
        """Yield the records of a type with the rows of their articles, in the order of these."""
        owners = self._corpus.owners(record_type)
        order = np.argsort(owners, kind="stable")
        for rows, batch in self.passed_on.in_order(record_type, order):
            at = 0
            for some in _pieces(batch):
                for record in some.to_pylist():
                    if owners[rows[at]] >= 0:
                        yield int(owners[rows[at]]), compact(record)
                    at += 1

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


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    for at in range(0, batch.num_rows, _TOGETHER):
        yield batch.slice(at, _TOGETHER)


def _position(record: Record) -> int:
    return min(
        (span["start"] for span in record.get("content", ()) if "start" in span), default=_NOWHERE
    )
