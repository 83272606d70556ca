"""Write the table of statements: quotes with all that most users would join to them.

It is made from the published tables, which are sorted by article, and read side by side: only the
records of a few articles are in memory. It holds nothing that they do not hold, so that words that
rights withhold are in neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onrecord.corpus import derived
from onrecord.publishing.background import Background
from onrecord.publishing.order import article_column
from onrecord.publishing.shards import ShardWriter, stored_fields
from onrecord.publishing.splits import SINGLE
from onrecord.publishing.statement_columns import COLUMNS, VERDICT, Joined, one_array
from onrecord.publishing.summary import Summary
from onrecord.readers.naming import part_of
from onrecord.schema import CURRENT, RecordType

NAME = "statements"
# Quotes that are joined at once.
_ROWS = 4096


# What it is made from: columns of the published tables, or fields of columns.
_SOURCES: Mapping[RecordType, Sequence[str]] = {
    "article": (
        *("id", "title", "url", "publisher.name", "published", "published_from", "language"),
        *("text", "rights.license", "rights.redistribute"),
    ),
    "quote": (
        *("id", "article_id", "quote", "type", "attribution", "speaker", "language", "medium"),
        *("said", "status", "content.start", "content.end", "cue.exact", "cue.start", "cue.end"),
        *(f"speakers.{name}" for name in ("name", "kind", "wikidata", "role", "reference")),
        *(f"speakers.mentions.{name}" for name in ("exact", "start", "end")),
    ),
    "claim": (
        *("id", "article_id", "text", "language", "quote_ids", "kind", "checkable", "status"),
        *(f"assessments.{field.name}" for field in VERDICT),
    ),
}


@cache
def schema() -> pa.Schema:
    """Return the Arrow schema of the table."""
    return pa.schema(
        [pa.field(column.name, column.type) for column in COLUMNS],
        {"onrecord.schema_version": CURRENT.number},
    )


@cache
def _stored(record_type: RecordType) -> tuple[list[str], pa.Schema]:
    return stored_fields(derived.schema(record_type), _SOURCES[record_type])


def write(folder: Path, background: Background) -> Summary:
    """Write the table beside the published ones, with their splits; return its summary."""
    parts = [part for path in folder.iterdir() if (part := part_of(path.name))]
    splits = sorted({part.split for part in parts if part.table == "quotes"}) or [SINGLE]
    elsewhere = _of_other_articles(_files(folder, "claims"))
    # The digest of a table is that of its rows in the order of its files.
    summary = Summary(NAME)
    for split in splits:
        writer = ShardWriter(folder, NAME, split, schema(), "article_id", summary)
        background.add(writer)
        articles = _Sorted(_files(folder, "articles", split), "article")
        claims = _Sorted(_files(folder, "claims", split), "claim")
        for quotes in _batches(_files(folder, "quotes", split), _stored("quote")[0]):
            if quotes.num_rows:
                rows = join(quotes, articles, claims, elsewhere)
                background.write(writer, writer.borders.fill(rows))
        background.write(writer, writer.borders.rest())
        background.wait()
        writer.close(empty=len(splits) == 1)
    return summary


def join(
    quotes: pa.RecordBatch, articles: _Sorted, claims: _Sorted, elsewhere: pa.Table | None
) -> pa.RecordBatch:
    """Return the statements of some quotes."""
    first, last = (quotes["article_id"][at].as_py() for at in (0, -1))
    near = articles.between(first, last)
    rows = pc.index_in(quotes["article_id"], value_set=one_array(near["id"]))
    resting = claims.between(first, last)
    if elsewhere is not None:
        resting = pa.concat_tables([resting, elsewhere])
    of_quotes = near.drop_columns(["text"]).take(rows)
    joined = Joined(
        quotes, of_quotes, one_array(near["text"]), rows, resting, _pairs(quotes, resting)
    )
    columns = [column.join(joined).cast(column.type) for column in COLUMNS]
    return pa.RecordBatch.from_arrays(columns, schema=schema())


def _pairs(
    quotes: pa.RecordBatch, claims: pa.Table
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return the row of the quote and of the claim for each claim that rests on a quote."""
    quote_ids = one_array(claims["quote_ids"])
    rows = pc.index_in(quote_ids.flatten(), value_set=quotes["id"])
    known = np.asarray(rows.is_valid())
    of = pc.list_parent_indices(quote_ids).to_numpy()[known]
    return np.unique(np.stack([rows.drop_null().to_numpy(), of], axis=1), axis=0).astype(np.int64)


class _Sorted:
    """Read batches of sorted rows as far as they are needed; keep the rows of the last article."""

    def __init__(self, paths: Iterable[Path], record_type: RecordType) -> None:
        columns, self._schema = _stored(record_type)
        self._batches = _batches(paths, columns)
        self._column = article_column(record_type)
        self._held: list[pa.RecordBatch] = []

    def between(self, first: str, last: str) -> pa.Table:
        """Return the rows from one article to another, which is at or after the last one before."""
        while not self._held or self._held[-1][self._column][-1].as_py() <= last:
            batch = next(self._batches, None)
            if batch is None:
                break
            if batch.num_rows:
                self._held.append(batch)
        self._held = [one for one in self._held if one[self._column][-1].as_py() >= first]
        table = pa.Table.from_batches(self._held, self._schema)
        articles = table[self._column]
        begin = pc.sum(pc.less(articles, first), min_count=0).as_py()
        end = pc.sum(pc.less_equal(articles, last), min_count=0).as_py()
        return table.slice(begin, end - begin)


def _of_other_articles(claims: Sequence[Path]) -> pa.Table | None:
    """Return the claims that rest on quotes of other articles than their own; None without any."""
    found = []
    for path in claims:
        resting = []
        for batch in _batches([path], ["article_id", "quote_ids"]):
            quote_ids = batch["quote_ids"]
            own = batch["article_id"].take(pc.list_parent_indices(quote_ids))
            of = pc.replace_substring_regex(quote_ids.flatten(), "[.].*", "")
            rows = pc.list_parent_indices(quote_ids).filter(pc.not_equal(own, of))
            resting.append(np.isin(np.arange(len(batch)), rows.to_numpy()))
        if any(each.any() for each in resting):
            whole = pa.Table.from_batches(_batches([path], _stored("claim")[0]))
            found.append(whole.filter(pa.array(np.concatenate(resting))))
    return pa.concat_tables(found) if found else None


def _files(folder: Path, table: str, split: str | None = None) -> list[Path]:
    """Return the files of a table, in order."""
    paths = ((path, part_of(path.name)) for path in folder.iterdir())
    return sorted(
        path for path, part in paths if part and part.table == table and split in (None, part.split)
    )


def _batches(paths: Iterable[Path], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for path in paths:
        # They were just written: their footers need not be checked.
        with pq.ParquetFile(path) as parquet:
            yield from parquet.iter_batches(_ROWS, columns=[*columns])
