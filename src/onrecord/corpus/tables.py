"""Build the tables that rules query: those of articles, and those of the whole corpus.

Tables are computed when they are first read, in batches, so that a corpus may be larger than
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus import alike, history
from onrecord.corpus.arrays import array_of
from onrecord.corpus.article_tables import IDS, ArticleTables
from onrecord.corpus.article_texts import article_texts
from onrecord.corpus.batch_source import BatchSource
from onrecord.corpus.components import components
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.owners import hashes_of_repeated_ids
from onrecord.corpus.partitions import Places, whole
from onrecord.corpus.repeated import with_hashes
from onrecord.language.likeness import SKETCH, likeness, lookalikes
from onrecord.readers.models import card
from onrecord.schema import RECORD_TYPES

LOOKALIKES = pa.schema([("owner", pa.int64()), ("other", pa.int64()), ("likeness", pa.float64())])
_COMPONENTS = pa.schema([("id", pa.string()), ("component", pa.string())])
UNREAD = pa.schema([("record_type", pa.string()), ("id", pa.string())])


class CorpusTables:
    """Build the tables of a corpus that rules query; ``docs/tables.md`` says what is in them.

    Args:
        corpus: The corpus. It is not changed.
        required_fields: Fields that every record must have beyond the schema; the possible names
            are those of ``onrecord.corpus.required_fields.requirable``.
        check_cards: Whether to compare the counts that cards of publications state.
        articles: The tables of all articles, if they have been made.
        summaries: Tables of articles that were collected from partitions, by name, instead of those
            of the whole corpus.

    Attributes:
        tables: All of them, by name.
    """

    def __init__(
        self,
        corpus: Corpus,
        required_fields: Sequence[str] = (),
        *,
        check_cards: bool = True,
        articles: ArticleTables | None = None,
        summaries: Mapping[str, BatchSource] | None = None,
    ) -> None:
        self._corpus = corpus
        self._check_cards = check_cards
        self._articles = articles or ArticleTables(whole(corpus), required_fields)
        tables = {**self._articles.tables, **(summaries or {})}
        # The tables that take most memory to build come first, while there are no others.
        self.tables: Mapping[str, BatchSource] = {
            "lookalikes": _whole(
                LOOKALIKES, lambda: lookalikes_of(tables["sketches"], self._text_pairs)
            ),
            "alike": _whole(alike.ALIKE, self._alike),
            **tables,
            "unordered": BatchSource(IDS, lambda _: self._unordered()),
            "unread": _whole(UNREAD, self._unread),
            "components": _whole(_COMPONENTS, self._components),
            "published": _whole(history.PUBLISHED, lambda: self._compared.published),
            "unreadable": _whole(history.UNREADABLE, lambda: self._compared.unreadable),
            "counts": _whole(card.table_schema(), self._counts),
        }

    def _unordered(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows of the table ``ids`` whose ids may be there several times."""
        for record_type in RECORD_TYPES:
            hashes = hashes_of_repeated_ids(self._corpus, record_type)
            for batch in self._articles.ids([record_type]) if len(hashes) else ():
                yield batch.filter(with_hashes(batch["id"], hashes))

    def _components(self) -> pa.Table:
        relations = self._articles.tables["relations"].table(["record_id", "kind", "target"])
        same = relations.filter(pc.equal(relations["kind"], "same_as"))
        gone = pa.array([], pa.string())
        if same.num_rows:
            claims = self._corpus.table("claim", ["id", "status"])
            gone = claims["id"].filter(pc.equal(claims["status"], "withdrawn")).combine_chunks()
        return components_of(same, gone)

    def _unread(self) -> pa.Table:
        """Return the ids of records that exist but could not be read."""
        rows = [{"record_type": one.record_type, "id": one.id} for one in self._corpus.broken]
        return pa.Table.from_pylist(rows, UNREAD)

    def _alike(self) -> pa.Table:
        """Return the pairs of articles with nearly equal texts, quotes or claims."""
        corpus, articles = self._corpus, self._articles
        texts = partial(alike.likeness_in, articles.owned_texts)
        found = [alike.alike("article", articles.sketches, texts)]
        for record_type in ("quote", "claim"):
            strings = partial(alike.strings, corpus, record_type)
            made = alike.sketched(record_type, strings(), corpus.options)
            like = partial(alike.likeness_in, strings)
            found.append(alike.alike(record_type, made, like))
        return pa.concat_tables(found)

    def _text_pairs(self, pairs: Places) -> Iterator[tuple[str, str]]:
        """Yield the texts of pairs of articles, given the rows of both."""
        for some in np.array_split(pairs, -(-len(pairs) // _PAIRS)) if len(pairs) else ():
            texts = article_texts(self._corpus, np.unique(some))
            yield from ((texts[one].text, texts[other].text) for one, other in some.tolist())

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


def _whole(schema: pa.Schema, make: Callable[[], pa.Table]) -> BatchSource:
    """Return a source for a table that is computed in one piece."""
    return BatchSource(schema, lambda _: iter(make().to_batches()))


def components_of(same: pa.Table, withdrawn: pa.Array) -> pa.Table:
    """Return, for each claim that is the same as another one, the id that represents the group.

    Args:
        same: The ends of the relations that say so, in columns ``record_id`` and ``target``.
        withdrawn: The ids of withdrawn claims, whose relations are ignored.
    """
    for end in ("record_id", "target"):
        same = same.filter(pc.invert(pc.is_in(same[end], withdrawn)))
    pairs = (same[end].to_pylist() for end in ("record_id", "target"))
    found = components(zip(*pairs, strict=True))
    return pa.table([list(found), list(found.values())], schema=_COMPONENTS)


# Pairs of articles whose texts are in memory at once.
_PAIRS = 500


def lookalikes_of(
    sketched: BatchSource, texts: Callable[[Places], Iterable[tuple[str, str]]]
) -> pa.Table:
    """Return pairs of articles whose texts may be nearly the same, with their likeness.

    Args:
        sketched: The table ``sketches``.
        texts: Yields the texts of pairs of articles, given the rows of both as an array of shape
            (pairs, 2).
    """
    pairs = similar(sketched)
    found = [likeness(*pair) for pair in texts(pairs)]
    return pa.table([pairs[:, 0], pairs[:, 1], pa.array(found, pa.float64())], schema=LOOKALIKES)


def similar(sketched: BatchSource) -> Places:
    """Return pairs of articles with similar sketches, as an array of shape (pairs, 2) of their rows.

    Of identical texts, only the first is compared.

    Args:
        sketched: The table ``sketches``.
    """
    heads = sketched.table(["owner", "sha256"])
    all_owners = heads["owner"].to_numpy()
    order = np.argsort(all_owners, kind="stable")
    codes = heads["sha256"].combine_chunks().dictionary_encode().indices.to_numpy()[order]
    # Of identical texts, the first stands for all.
    chosen = order[np.sort(np.unique(codes, return_index=True)[1])]
    places = np.full(len(order), -1)
    places[chosen] = np.arange(len(chosen))
    hashes = array_of((len(chosen), SKETCH), np.int64)
    first = 0
    for batch in sketched.batches(["sketch"]):
        own = places[first : first + batch.num_rows]
        found = batch["sketch"].flatten().to_numpy().reshape(-1, SKETCH)
        hashes[own[own >= 0]] = found[own >= 0]
        first += batch.num_rows
    owners = all_owners[chosen]
    return np.stack([owners[at] for at in lookalikes(hashes)], axis=1)
