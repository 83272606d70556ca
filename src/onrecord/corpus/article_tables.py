"""Build the tables that rules of the scope ``article`` query: records, flat views of them, and texts.

Tables are computed when they are first read, in batches, so that a partition may be larger than
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus import alike
from onrecord.corpus import required_fields as required
from onrecord.corpus.batch_source import BatchSource
from onrecord.corpus.partitions import Part, Partition, Places
from onrecord.corpus.spans import Search, beside_texts
from onrecord.corpus.spill import SpillBuffer
from onrecord.files.article_texts import TEXTS, texts_of
from onrecord.files.texts import UnreadableTextError
from onrecord.language.likeness import SKETCH
from onrecord.schema import CURRENT, RECORD_TYPES, RecordType
from onrecord.schema.arrow import INT, TEXT, VIEWS, View, arrow_schema, columns_of, views

T = TypeVar("T")
R = TypeVar("R")

IDS = pa.schema(
    [
        *(("record_type", TEXT), ("locator", INT), ("id", TEXT)),
        *(("article_id", TEXT), ("owner", INT), ("split", TEXT)),
    ]
)
_SKETCHES = pa.schema([("owner", INT), ("sha256", TEXT), ("sketch", pa.list_(INT, SKETCH))])
_OWNER = pa.field("owner", pa.int64())
_NO_TEXTS = pa.schema([("owner", pa.int64()), ("text", pa.string())]).empty_table()
_SPANS = beside_texts(VIEWS["spans"].append(_OWNER).empty_table(), _NO_TEXTS).schema


class ArticleTables:
    """Build the tables of whole articles with everything that belongs to them.

    Args:
        partition: The articles. Rows are numbered as in the whole corpus.
        required_fields: Fields that every record must have beyond the schema; the possible names
            are those of ``onrecord.corpus.required_fields.requirable``.

    Attributes:
        tables: All of them, by name.
        unreadable_texts: The articles whose texts cannot be read, and the errors; complete once
            ``texts`` has been computed.
    """

    def __init__(self, partition: Partition, required_fields: Sequence[str] = ()) -> None:
        self._partition = partition
        self._required_fields = tuple(dict.fromkeys(required_fields))
        self.unreadable_texts: list[tuple[int, UnreadableTextError]] = []
        # The tables that take most memory to build come first, while there are no others; then the
        # largest ones, so that the queries that need them run together.
        self.tables: Mapping[str, BatchSource] = {
            "sketches": BatchSource(_SKETCHES, self._sketches),
            "texts": BatchSource(TEXTS, self._texts),
            "spans": BatchSource(_SPANS, self._spans),
            **{
                view: BatchSource(VIEWS[view].append(_OWNER), partial(self._view, view))
                for view in sorted(VIEWS.keys() - {"spans"})
            },
            **{f"{each}s": self._located(each) for each in RECORD_TYPES},
            "ids": BatchSource(IDS, lambda _: self.ids(RECORD_TYPES)),
            "lacking": BatchSource(required.table_schema(), self._lacking),
        }

    @cached_property
    def texts(self) -> SpillBuffer:
        """Return the available texts, in the order of their articles."""
        partition = self._partition
        buffer = SpillBuffer(TEXTS, partition.options.memory)
        parts = partition.records["article"].parts(["id", "text", "text_sha256"])
        for _, (texts, unreadable) in partition.options.map(
            lambda part: texts_of(part.records, part.rows, partition.texts, partition.text_format),
            parts,
        ):
            buffer.append(texts)
            self.unreadable_texts += unreadable
        return buffer

    def _texts(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        return self.texts.batches(columns)

    @cached_property
    def sketches(self) -> alike.Sketches:
        """Return the sketches of the available texts; the number of a text is its row in ``texts``."""
        return alike.sketched("article", self.owned_texts(), self._partition.options)

    def owned_texts(self) -> Iterator[alike.Part]:
        """Yield the available texts, with the rows of their articles."""
        for batch in self.texts.batches(["owner", "text"]):
            yield batch["owner"].to_numpy(), batch["text"]

    def _sketches(self, _: Sequence[str]) -> Iterator[pa.RecordBatch]:
        owners, numbers, hashes = self.sketches
        digests = self.texts.table(["sha256"])["sha256"].take(pa.array(numbers)).combine_chunks()
        lists = pa.FixedSizeListArray.from_arrays(hashes.ravel(), SKETCH)
        columns = [pa.array(owners), digests, lists]
        yield pa.RecordBatch.from_arrays(columns, schema=_SKETCHES)

    @cached_property
    def with_text(self) -> Places:
        """Return the rows of the articles whose texts are available, in ascending order."""
        owners: Places = self.texts.table(["owner"])["owner"].to_numpy()
        return owners

    def _located(self, record_type: RecordType) -> BatchSource:
        """Return the records of a type with the columns ``locator`` and ``owner``."""
        schema = arrow_schema(CURRENT.models[record_type])
        if record_type == "article":  # their table is that of texts
            schema = schema.remove(schema.get_field_index("text"))

        def make(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
            own = [name for name in schema.names if name in columns or name == "id"]
            for part in self._partition.records[record_type].parts(own):
                located = part.records.append_column("locator", pa.array(part.rows))
                yield located.append_column(_OWNER, _nullable(part.owners))

        return BatchSource(schema.append(pa.field("locator", pa.int64())).append(_OWNER), make)

    def _view(self, view: View, _: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield one flat view over the records of all types."""
        for record_type in RECORD_TYPES:
            if columns := columns_of(record_type, view):
                parts = self._partition.records[record_type].parts(columns)
                for found in self._each(partial(_viewed, view, record_type), parts):
                    yield from found

    def _each(self, work: Callable[[T], R], parts: Iterable[T]) -> Iterator[R]:
        """Apply a function to each part in a pool of threads, and yield the results in order."""
        return (made for _, made in self._partition.options.map(work, parts))

    def _spans(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield the view of spans with the columns of `beside_texts` and the most similar passages."""
        search = Search()
        named = not {"nearest", "line"}.isdisjoint(columns)
        for record_type in RECORD_TYPES:
            if columns_of(record_type, "spans"):
                work = partial(self._beside_texts, record_type, columns)
                for spans, texts in self._each(work, self._near_texts(record_type)):
                    found = search.add_nearest(spans, texts) if named else spans
                    yield from found.to_batches()

    def _beside_texts(
        self, record_type: RecordType, columns: Sequence[str], part: Part
    ) -> tuple[pa.Table, pa.Table]:
        """Return the spans of a batch of records, compared with their texts, and these texts."""
        made = _viewed("spans", record_type, part)
        spans = pa.Table.from_batches(made, VIEWS["spans"].append(_OWNER))
        texts = self._indexed(spans["owner"])
        return beside_texts(spans, texts, columns), texts

    def _near_texts(self, record_type: RecordType) -> Iterator[Part]:
        """Yield batches of records that have spans.

        If the texts are on disk, the records are sorted by article, so that each text is loaded
        once.
        """
        records = self._partition.records[record_type]
        columns = columns_of(record_type, "spans")
        if self.texts.on_disk and (np.diff(records.owners) < 0).any():
            order = np.argsort(records.owners, kind="stable")
            for at, batch in records.buffer.in_order(order, columns):
                yield Part(records.rows[at], records.owners[at], batch)
        else:
            yield from records.parts(columns)

    def _indexed(self, owners: pa.ChunkedArray) -> pa.Table:
        """Return the available texts of some articles, without those that offsets do not refer to."""
        wanted = np.unique(owners.drop_null().to_numpy())
        there = self.with_text
        rows = np.searchsorted(there, wanted)
        rows = rows[rows < len(there)]
        rows = rows[np.isin(there[rows], wanted)]
        # Texts that follow each other are not copied; it does not matter that there are others.
        if len(rows) and rows[-1] - rows[0] < 2 * len(rows):
            rows = np.arange(rows[0], rows[-1] + 1)
        texts = self.texts.take(rows, ["owner", "text", "indexed"])
        # Usually all do, and no text needs to be copied.
        return texts if pc.all(texts["indexed"]).as_py() else texts.filter(texts["indexed"])

    def ids(self, record_types: Iterable[RecordType]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of the table ``ids`` for records of some types."""
        for record_type in record_types:
            records = self._partition.records[record_type]
            article = "id" if record_type == "article" else "article_id"
            first = 0
            for rows, owners, batch in records.parts([*dict.fromkeys(("id", article))]):
                splits = pa.nulls(len(rows), pa.string())
                if records.splits is not None:
                    splits = records.splits[first : first + len(rows)]
                first += len(rows)
                kinds = pa.repeat(pa.scalar(record_type, pa.string()), len(rows))
                columns = [kinds, rows, batch["id"], batch[article], _nullable(owners), splits]
                yield pa.RecordBatch.from_arrays([pa.array(one) for one in columns], schema=IDS)

    def _lacking(self, _: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for record_type, columns in required.columns(self._required_fields).items():
            for part in self._partition.records[record_type].parts(columns):
                yield from required.lacking(
                    self._required_fields, record_type, part.records, part.rows
                )


def _viewed(view: View, record_type: RecordType, part: Part) -> list[pa.RecordBatch]:
    """Return one flat view over a batch of records."""
    found = []
    for made in views(record_type, part.records, 0, view):
        own = made["locator"].to_numpy()
        at = made.schema.get_field_index("locator")
        located = made.set_column(at, made.schema.field(at), pa.array(part.rows[own]))
        found.append(located.append_column(_OWNER, _nullable(part.owners[own])))
    return found


def _nullable(owners: Places) -> pa.Array:
    """Return the rows of articles, null where there is no article."""
    return pa.array(owners, mask=owners < 0)
