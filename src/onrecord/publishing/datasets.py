"""Convert a corpus to Hugging Face datasets, and restore withheld words in rows of these."""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.derived import COLUMNS, schema
from onrecord.display import shorten
from onrecord.errors import InputError, need
from onrecord.files.texts import TextFolder, UnreadableTextError, readings, sha256
from onrecord.publishing import parquet, statement_columns
from onrecord.rights.records import RefusedError, hydrate_record
from onrecord.schema import CURRENT, RECORD_TYPES
from onrecord.schema.arrow import OF_WORDS, arrow_schema
from onrecord.text_formats import TEXT_FORMATS

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict

    D = TypeVar("D", Dataset, IterableDataset, DatasetDict, IterableDatasetDict)

# Texts of articles that are kept: rows of one article are near each other.
_KEPT = 64
# The columns of statements that contain words of the quote itself.
_OF_STATEMENTS = frozenset({"quote", "cue", "speakers"})
# Articles that a warning names, at most.
_NAMED = 5


class HydrationWarning(UserWarning):
    """Warn that words of some rows were not restored."""


def to_datasets(corpus: Corpus) -> dict[str, Dataset]:
    """Return the published tables of a corpus as datasets, as ``load_dataset`` would load them.

    Raises:
        MissingExtraError: The package ``datasets`` is not installed.
    """
    need("publish")
    from datasets import Dataset

    return {
        f"{record_type}s": Dataset(parquet.table(corpus, record_type))
        for record_type in RECORD_TYPES
    }


def hydrate_dataset(
    dataset: D,
    texts: Path | str | Mapping[str, str],
    *,
    quotes: Dataset | DatasetDict | None = None,
    allow_outside: bool = False,
) -> D:
    """Return a dataset of articles, quotes, claims or statements in which withheld words are restored.

    Each restored word is proved by the digest in its row. Rows whose text is not available, or is
    another one, stay as they are, and a ``HydrationWarning`` says which: one for a dataset; for an
    iterable one, one for each article when its first row is read. Columns and their types do not
    change.

    Statements have no digests. Their words, but not their context, are restored from the quotes that
    they were made from.

    Args:
        dataset: Rows of a publication, as ``load_dataset`` loads them: a ``Dataset``, an
            ``IterableDataset``, or a dictionary of these by split.
        texts: A folder of article texts, found by digest or id, or the texts themselves by the ids
            of their articles.
        quotes: The quotes of the same publication; only statements need them.
        allow_outside: Whether links in the folder may lead out of it.

    Raises:
        MissingExtraError: The package ``datasets`` is not installed.
        InputError: There is no such folder, the rows are not those of a
            publication, or statements are given without quotes.
    """
    need("publish")
    import datasets

    if isinstance(quotes, datasets.DatasetDict):
        quotes = datasets.concatenate_datasets(list(quotes.values()))
    if not isinstance(texts, Mapping):
        hydrator = _Hydrator(TextFolder(Path(texts), allow_outside=allow_outside), quotes)
    else:
        hydrator = _Hydrator(texts, quotes)
    if isinstance(dataset, datasets.DatasetDict | datasets.IterableDatasetDict):
        hydrated = type(dataset)({name: _mapped(one, hydrator) for name, one in dataset.items()})
    else:
        hydrated = _mapped(dataset, hydrator)
    hydrator.warn()
    return hydrated


def _mapped(dataset: Any, hydrator: _Hydrator) -> Any:
    """Apply a hydrator to a dataset, in batches."""
    import datasets

    if isinstance(dataset, datasets.IterableDataset):
        hydrator.lazy = True
        mapped = dataset.with_format("arrow").map(
            hydrator.hydrate, batched=True, features=dataset.features
        )
        return mapped.with_format(None)
    before = dict(dataset.format)
    mapped = dataset.with_format("arrow").map(
        hydrator.hydrate,
        batched=True,
        features=dataset.features,
        # What the texts give is not what an earlier call gave from other texts.
        load_from_cache_file=False,
        new_fingerprint=secrets.token_hex(8),
        desc="Restoring words",
    )
    return mapped.with_format(**before.pop("format_kwargs"), **before)


@dataclass
class _Hydrator:
    """Restore words in batches of rows.

    Attributes:
        texts: The texts.
        quotes: The quotes that statements were made from.
        lazy: Whether to warn at once, because nobody knows which batch is the last.
        rows: The number of rows whose words were not restored.
        problems: Why the words of articles were not restored, by their ids.
    """

    texts: TextFolder | Mapping[str, str]
    quotes: Dataset | None = None
    lazy: bool = False
    rows: int = 0
    problems: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # The row of each quote.
        self._numbers: dict[str, int] | None = None
        self._candidates = lru_cache(_KEPT)(self._find)

    def hydrate(self, table: pa.Table) -> pa.Table:
        """Return a batch with the words that the texts prove."""
        columns = set(table.column_names)
        if {"id", "article_id", "context_start"} <= columns:
            return self._statements(table)
        if not {"id", "record_type", "schema_version"} <= columns:
            raise InputError(
                "the rows have no columns id, record_type and schema_version: hydrate_dataset "
                "restores words in rows of articles, quotes, claims and statements"
            )
        rows = table.to_pylist()
        restored = self._rows(rows)
        if all(one is other for one, other in zip(rows, restored, strict=True)):
            return table
        return _derived(pa.Table.from_pylist(restored, schema=table.schema), restored)

    def _rows(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return rows with their words; those that do not change are the same."""
        return [self._row(row) if _is_withheld(row) else row for row in rows]

    def _statements(self, table: pa.Table) -> pa.Table:
        """Return statements with the words of their quotes."""
        if self.quotes is None:
            raise InputError(
                "statements have no digests to prove words by: give hydrate_dataset the quotes of "
                "the same publication too, as quotes=load_dataset(..., 'quotes', split=...)"
            )
        if self._numbers is None:
            self._numbers = {
                name: at for at, name in enumerate(self.quotes.with_format(None)["id"])
            }
        ids = table.column("id").to_pylist()
        unknown = next((one for one in ids if one not in self._numbers), None)
        if unknown is not None:
            raise InputError(f"the quotes do not have {shorten(unknown)}; give those of all splits")
        found = self.quotes.with_format("arrow")[[self._numbers[one] for one in ids]]
        rows = self._rows(found.to_pylist())
        quotes = _derived(pa.Table.from_pylist(rows, schema=schema("quote")), rows)
        (batch,) = quotes.combine_chunks().to_batches()
        joined = statement_columns.Joined.alone(batch)
        for column in statement_columns.COLUMNS:
            if column.name in _OF_STATEMENTS and column.name in table.column_names:
                at = table.column_names.index(column.name)
                field_ = table.schema.field(at)
                table = table.set_column(at, field_, column.join(joined).cast(field_.type))
        return table

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row with its words, or the same row if they cannot be restored."""
        is_article = row["record_type"] == "article"
        article_id = row["id"] if is_article else row["article_id"]
        article = row if is_article else {"id": article_id, "rights": {"redistribute": "none"}}
        problem = f"no text of article {article_id} is available"
        for text in self._candidates(article_id, row["text_sha256"] if is_article else None):
            # The digest of a quote's or claim's article is not known; those of its spans prove it.
            known = article if is_article else {**article, "text_sha256": sha256(text)}
            try:
                return hydrate_record(row, known, text)
            except RefusedError as error:
                problem = f"the text of article {article_id} is another one: {shorten(str(error))}"
        self.rows += 1
        if article_id not in self.problems:
            self.problems[article_id] = problem
            if self.lazy:
                self._warn(f"{problem}; its rows stay as they are")
        return row

    def _find(self, article_id: str, digest: str | None) -> list[str]:
        """Return the texts that may be that of an article."""
        if isinstance(self.texts, Mapping):
            given = self.texts.get(article_id)
            return [] if given is None else readings(given, "plain")
        found: dict[str, None] = {}
        for text_format in TEXT_FORMATS:
            try:
                text = self.texts.find(article_id, digest, text_format)
            except UnreadableTextError:
                continue
            if text is not None:
                found.update(dict.fromkeys(readings(text, text_format)))
        return [*found]

    def warn(self) -> None:
        """Warn of the rows whose words were not restored, unless that was done row by row."""
        if self.problems and not self.lazy:
            shown = "; ".join([*self.problems.values()][:_NAMED])
            more = len(self.problems) - _NAMED
            rest = f"; and {more:,} more articles" if more > 0 else ""
            self._warn(f"{self.rows:,} rows stay as they are: {shown}{rest}")

    def _warn(self, message: str) -> None:
        warnings.warn(message, HydrationWarning, stacklevel=3)


def _is_withheld(row: Mapping[str, Any]) -> bool:
    """Return whether words of a row, or the text of an article, are replaced by a digest."""
    if row.get("text") is None and row.get("text_sha256") is not None:
        return True
    return any(one.get("exact") is None and one.get("sha256") is not None for one in _objects(row))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield all objects in a value."""
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _objects(one)


def _derived(table: pa.Table, rows: list[dict[str, Any]]) -> pa.Table:
    """Compute the columns that derive from words anew."""
    record_type = rows[0]["record_type"]
    names = [name for name in OF_WORDS if name in table.column_names]
    if not names:
        return table
    records = pa.RecordBatch.from_pylist(rows, schema=arrow_schema(CURRENT.models[record_type]))
    for column in COLUMNS[record_type]:
        if column.name in names:
            at = table.column_names.index(column.name)
            values = column.derive(records).cast(table.schema.field(at).type)
            table = table.set_column(at, table.schema.field(at), values)
    return table
