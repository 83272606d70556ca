"""Build the tables that rules query: records, flat views of them, and texts.

Tables are computed when they are first read, in batches, so that a corpus may be larger than
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus import alike, derived, history
from onrecord.corpus import required_fields as required
from onrecord.corpus.components import components
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.spans import Search, beside_texts
from onrecord.corpus.spill import BatchSource, SpillBuffer
from onrecord.files.article_texts import TEXTS, texts_of
from onrecord.files.texts import UnreadableTextError
from onrecord.findings import Finding
from onrecord.language.likeness import lookalikes
from onrecord.readers.models import card
from onrecord.rules.reading import UnreadableText
from onrecord.schema import CURRENT, RECORD_TYPES, RecordType
from onrecord.schema.arrow import VIEWS, View, arrow_schema, columns_of, views

T = TypeVar("T")
R = TypeVar("R")
Places = npt.NDArray[np.int64]

_LOOKALIKES = pa.schema([("owner", pa.int64()), ("other", pa.int64())])
_COMPONENTS = pa.schema([("id", pa.string()), ("component", pa.string())])
_UNREAD = pa.schema([("record_type", pa.string()), ("id", pa.string())])
_IDS = pa.schema(
    [
        *(pa.field("record_type", pa.string()), pa.field("locator", pa.int64())),
        *(pa.field("id", pa.string()), pa.field("article_id", pa.string())),
        *(pa.field("owner", pa.int64()), pa.field("split", pa.string())),
    ]
)
_OWNER = pa.field("owner", pa.int64())
_NO_TEXTS = pa.schema([("owner", pa.int64()), ("text", pa.string())]).empty_table()
_SPANS = beside_texts(VIEWS["spans"].append(_OWNER).empty_table(), _NO_TEXTS).schema


class CorpusTables:
    """Builds the tables of a corpus that rules query; `descriptions` says what is in them.

    Args:
        corpus: The corpus. It is not changed.
        required_fields: Fields that every record must have beyond the schema; the possible names
            are those of ``onrecord.corpus.required_fields.requirable``.
        check_cards: Whether to compare the counts that cards of publications state.

    Attributes:
        tables: All of them, by name.
    """

    def __init__(
        self, corpus: Corpus, required_fields: Sequence[str] = (), *, check_cards: bool = True
    ) -> None:
        self._corpus = corpus
        self._required_fields = tuple(dict.fromkeys(required_fields))
        self._check_cards = check_cards
        self._unreadable_texts: list[tuple[int, UnreadableTextError]] = []
        # The tables that take most memory to build come first, while there are no others; then the
        # largest ones, so that the queries that need them run together.
        self.tables: Mapping[str, BatchSource] = {
            "lookalikes": _whole(
                _LOOKALIKES, lambda: lookalikes_of(self.texts, self._sketches_of_texts)
            ),
            "alike": _whole(alike.ALIKE, self._alike),
            "texts": BatchSource(TEXTS, self._texts),
            "spans": BatchSource(_SPANS, self._spans),
            **{
                view: BatchSource(VIEWS[view].append(_OWNER), partial(self._view, view))
                for view in sorted(VIEWS.keys() - {"spans"})
            },
            **{f"{each}s": self._located(each) for each in RECORD_TYPES},
            "ids": BatchSource(_IDS, lambda _: self._ids(RECORD_TYPES)),
            "unordered": BatchSource(_IDS, lambda _: self._ids(self._out_of_order())),
            "unread": _whole(_UNREAD, self._unread),
            "components": _whole(_COMPONENTS, self._components),
            "lacking": BatchSource(required.table_schema(), self._lacking),
            "published": _whole(history.PUBLISHED, lambda: self._compared.published),
            "unreadable": _whole(history.UNREADABLE, lambda: self._compared.unreadable),
            "counts": _whole(card.table_schema(), self._counts),
        }

    @cached_property
    def texts(self) -> SpillBuffer:
        """Return the available texts, in the order of their articles."""
        corpus = self._corpus
        buffer = SpillBuffer(TEXTS, corpus.options.memory)
        parts = corpus.parts("article", ["id", "text", "text_sha256"])
        for _, (texts, unreadable) in corpus.options.map(
            lambda part: texts_of(part[1], part[0], corpus.texts, corpus.text_format), parts
        ):
            buffer.append(texts)
            self._unreadable_texts += unreadable
        return buffer

    def unreadable_texts(self) -> Iterator[Finding]:
        """Yield a finding for each text that an article needs and that cannot be read."""
        if not self._corpus.texts:
            return
        _ = self.texts  # where they are noted
        rows = [row for row, _ in self._unreadable_texts]
        located = self._corpus.locate(("article", row, ("id",)) for row in rows)
        ids = self._corpus.record_ids("article", rows) if rows else []
        for (_, error), record, (place, excerpt) in zip(
            self._unreadable_texts, ids, located, strict=True
        ):
            yield UnreadableText.finding(
                place, error.facts, record=record, path="text", excerpt=excerpt
            )

    def _texts(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        return self.texts.batches(columns)

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
            for first, batch in self._corpus.parts(record_type, own):
                rows = np.arange(first, first + batch.num_rows)
                located = batch.append_column("locator", pa.array(rows))
                yield located.append_column(_OWNER, self._owners_of(record_type, rows))

        return BatchSource(schema.append(pa.field("locator", pa.int64())).append(_OWNER), make)

    def _view(self, view: View, _: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield one flat view over the records of all types."""
        for record_type in RECORD_TYPES:
            if columns := columns_of(record_type, view):
                parts = self._corpus.parts(record_type, columns)
                work = partial(self._viewed, view, record_type)
                for found in self._each(work, parts):
                    yield from found

    def _each(self, work: Callable[[T], R], parts: Iterable[T]) -> Iterator[R]:
        """Apply a function to each part in a pool of threads, and yield the results in order."""
        return (made for _, made in self._corpus.options.map(work, parts))

    def _viewed(
        self, view: View, record_type: RecordType, part: tuple[int, pa.RecordBatch]
    ) -> list[pa.RecordBatch]:
        """Return one flat view over a batch of records."""
        first, batch = part
        return [
            rows.append_column(_OWNER, self._owners_of(record_type, rows["locator"].to_numpy()))
            for rows in views(record_type, batch, first, view)
        ]

    def _spans(self, _: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield the view of spans with the columns of `beside_texts` and the most similar passages."""
        search = Search()
        for record_type in RECORD_TYPES:
            if columns_of(record_type, "spans"):
                work = partial(self._beside_texts, record_type)
                for spans, texts in self._each(work, self._near_texts(record_type)):
                    yield from search.add_nearest(spans, texts).to_batches()

    def _beside_texts(
        self, record_type: RecordType, part: tuple[Places, pa.RecordBatch]
    ) -> tuple[pa.Table, pa.Table]:
        """Return the spans of a batch of records, compared with their texts, and these texts."""
        locators, batch = part
        spans = pa.Table.from_batches(views(record_type, batch, 0, "spans"), VIEWS["spans"])
        rows = locators[spans["locator"].to_numpy()]
        owners = self._owners_of(record_type, rows)
        at = spans.column_names.index("locator")
        spans = spans.set_column(at, VIEWS["spans"].field(at), pa.array(rows))
        texts = self._indexed(owners)
        return beside_texts(spans.append_column(_OWNER, owners), texts), texts

    def _near_texts(self, record_type: RecordType) -> Iterator[tuple[Places, pa.RecordBatch]]:
        """Yield batches of records that have spans, with their rows.

        If the texts are on disk, the records are sorted by article, so that each text is loaded
        once.
        """
        owners = self._corpus.owners(record_type)
        columns = columns_of(record_type, "spans")
        if self.texts.on_disk and (np.diff(owners) < 0).any():
            yield from self._corpus.records(record_type).in_order(
                np.argsort(owners, kind="stable"), columns
            )
        else:
            for first, batch in self._corpus.parts(record_type, columns):
                yield np.arange(first, first + batch.num_rows), batch

    def _indexed(self, owners: pa.Array) -> pa.Table:
        """Return the available texts of some articles, without those that offsets do not refer to."""
        wanted = np.unique(owners.drop_null().to_numpy())
        there = self.with_text
        rows = np.searchsorted(there, wanted)
        rows = rows[rows < len(there)]
        rows = rows[np.isin(there[rows], wanted)]
        texts = self.texts.take(rows, ["owner", "text", "indexed"])
        # Usually all do, and no text needs to be copied.
        return texts if pc.all(texts["indexed"]).as_py() else texts.filter(texts["indexed"])

    def _owners_of(self, record_type: RecordType, rows: Places) -> pa.Array:
        """Return the row of the article that each of the given records belongs to; null if there is
        none.
        """
        owners = self._corpus.owners(record_type)[rows]
        return pa.array(owners, mask=owners < 0)

    def _out_of_order(self) -> Iterator[RecordType]:
        """Yield the types of record whose ids are not in strictly ascending order."""
        for record_type in RECORD_TYPES:
            if not ascend(batch["id"] for _, batch in self._corpus.parts(record_type, ["id"])):
                yield record_type

    def _ids(self, record_types: Iterable[RecordType]) -> Iterator[pa.RecordBatch]:
        for record_type in record_types:
            article = "id" if record_type == "article" else "article_id"
            for first, batch in self._corpus.parts(record_type, [*dict.fromkeys(("id", article))]):
                rows = np.arange(first, first + batch.num_rows)
                columns = [
                    pa.repeat(pa.scalar(record_type, pa.string()), len(rows)),
                    pa.array(rows),
                    batch["id"],
                    batch[article],
                    self._owners_of(record_type, rows),
                    self._split_of(record_type, rows),
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=_IDS)

    def _split_of(self, record_type: RecordType, rows: Places) -> pa.Array:
        """Return the split of each of the given records; null if the corpus has fewer than two
        splits.
        """
        if record_type not in self._splits:
            return pa.nulls(len(rows), pa.string())
        return self._splits[record_type].take(pa.array(rows))

    @cached_property
    def _splits(self) -> Mapping[RecordType, pa.Array]:
        """Return the split of each record, by type; nothing if the corpus has fewer than two
        splits.

        An article without a split has that of its records if they agree.
        """
        corpus = self._corpus
        splits = {each: corpus.splits(each) for each in RECORD_TYPES}
        found = pa.chunked_array([pc.unique(each) for each in splits.values()], pa.string())
        if pc.count_distinct(found).as_py() < 2:
            return {}
        articles = splits["article"]
        if articles.null_count:
            owned = [(self._corpus.owners(each), splits[each]) for each in ("quote", "claim")]
            owners = np.concatenate([owners for owners, _ in owned])
            records = pa.concat_arrays([known for _, known in owned])
            articles = pc.coalesce(articles, _common(owners, records, len(articles)))
        return {**splits, "article": articles}

    def _components(self) -> pa.Table:
        """Return, for each claim that is the same as another one, the id that represents the group.

        Relations of withdrawn claims are ignored.
        """
        relations = self.tables["relations"].table(["record_id", "kind", "target"])
        same = relations.filter(pc.equal(relations["kind"], "same_as"))
        if same.num_rows:
            claims = self._corpus.table("claim", ["id", "status"])
            gone = claims["id"].filter(pc.equal(claims["status"], "withdrawn")).combine_chunks()
            for end in ("record_id", "target"):
                same = same.filter(pc.invert(pc.is_in(same[end], gone)))
        pairs = (same[end].to_pylist() for end in ("record_id", "target"))
        found = components(zip(*pairs, strict=True))
        return pa.table([list(found), list(found.values())], schema=_COMPONENTS)

    def _unread(self) -> pa.Table:
        """Return the ids of records that exist but could not be read."""
        rows = [{"record_type": one.record_type, "id": one.id} for one in self._corpus.broken]
        return pa.Table.from_pylist(rows, _UNREAD)

    def _alike(self) -> pa.Table:
        """Return the pairs of articles with nearly equal texts, quotes or claims."""
        words = partial(self._strings, "quote", "content", derived.words)
        claims = partial(self._strings, "claim", "text", lambda batch: batch["text"])
        of = partial(alike.sketched, options=self._corpus.options)
        return pa.concat_tables(
            [
                alike.alike("article", self._sketches_of_texts, self._owned_texts),
                alike.alike("quote", of("quote", words()), words),
                alike.alike("claim", of("claim", claims()), claims),
            ]
        )

    @cached_property
    def _sketches_of_texts(self) -> alike.Sketches:
        """Return the sketches of the available texts; the number of a text is its row in `texts`."""
        return alike.sketched("article", self._owned_texts(), self._corpus.options)

    def _owned_texts(self) -> Iterator[alike.Part]:
        """Yield the available texts, with the rows of their articles."""
        for batch in self.texts.batches(["owner", "text"]):
            yield batch["owner"].to_numpy(), batch["text"]

    def _strings(
        self, record_type: RecordType, column: str, of: Callable[[pa.RecordBatch], pa.Array]
    ) -> Iterator[alike.Part]:
        """Yield a string of each record of a type, with the row of its article."""
        owners = self._corpus.owners(record_type)
        for first, batch in self._corpus.parts(record_type, [column]):
            yield owners[first : first + len(batch)], of(batch)

    def _lacking(self, _: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for record_type, columns in required.columns(self._required_fields).items():
            for first, batch in self._corpus.parts(record_type, columns):
                yield from required.lacking(self._required_fields, record_type, batch, first)

    @cached_property
    def _compared(self) -> history.Compared:
        """Compare the corpus with its publications."""
        compared = [
            history.compare(
                {each: self._corpus.table(each, names) for each, names in history.COLUMNS.items()},
                folder,
                number,
            )
            for number, folder in self._corpus.publications.items()
        ]
        return history.Compared(
            pa.concat_tables([history.PUBLISHED.empty_table(), *(one[0] for one in compared)]),
            pa.concat_tables([history.UNREADABLE.empty_table(), *(one[1] for one in compared)]),
        )

    def _counts(self) -> pa.Table:
        return card.table(self._corpus.counts if self._check_cards else [])


def ascend(ids: Iterable[pa.Array], *, strictly: bool = True) -> bool:
    """Return whether ids, given in batches, are in ascending order; strictly, if none is twice."""
    before = pc.less if strictly else pc.less_equal
    last = pa.array([""])
    for some in ids:
        both = pa.concat_arrays([last, some])
        if not pc.all(before(both[:-1], both[1:])).as_py():
            return False
        last = both[-1:]
    return True


def _common(owners: Places, values: pa.Array, number: int) -> pa.Array:
    """Return for each owner the value that all of its items share; null if they differ."""
    known = values.is_valid().to_numpy(zero_copy_only=False) & (owners >= 0)
    encoded = values.filter(pa.array(known)).dictionary_encode()
    codes, of = encoded.indices.to_numpy(), owners[known]
    least, most = np.full(number, len(encoded.dictionary)), np.full(number, -1)
    np.minimum.at(least, of, codes)
    np.maximum.at(most, of, codes)
    same = least == most
    return encoded.dictionary.take(pa.array(np.where(same, most, 0), mask=~same))


def _whole(schema: pa.Schema, make: Callable[[], pa.Table]) -> BatchSource:
    """Return a source for a table that is computed in one piece."""
    return BatchSource(schema, lambda _: iter(make().to_batches()))


def lookalikes_of(texts: BatchSource, sketches: alike.Sketches) -> pa.Table:
    """Return pairs of articles whose texts may be nearly the same, by their sketches.

    Of identical texts, only the first is compared.

    Args:
        texts: The texts.
        sketches: Their sketches.
    """
    digests = texts.table(["sha256"])["sha256"].combine_chunks()
    first = np.zeros(len(digests), np.bool_)
    first[np.unique(digests.dictionary_encode().indices, return_index=True)[1]] = True
    own = first[sketches.numbers]
    pairs = lookalikes(sketches.hashes[own])
    return pa.table([sketches.owners[own][pair] for pair in pairs], schema=_LOOKALIKES)
