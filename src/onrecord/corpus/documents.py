"""Represent a corpus of documents of which only some are read, since the others are unchanged.

A row of a record has a number that does not depend on other documents: the number of its document
times 2²⁰, plus its place in the list of the document. So the rows of documents that were read in
earlier runs are used without counting anything again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus import history
from onrecord.corpus.article_tables import IDS
from onrecord.corpus.article_texts import article_texts
from onrecord.corpus.batch_source import BatchSource, ascend
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.partitions import Partition, Places
from onrecord.corpus.reading import read_files
from onrecord.corpus.tables import LOOKALIKES, UNREAD, components_of, lookalikes_of
from onrecord.files.containment import Boundary
from onrecord.files.opening import File
from onrecord.files.texts import TextFolder
from onrecord.readers import formats
from onrecord.readers.discovery import Survey
from onrecord.readers.models import card
from onrecord.readers.models.corpus import NAME, read_corpus
from onrecord.readers.models.document import DocumentReader
from onrecord.readers.models.records import Kind, UnreadableRecord
from onrecord.readers.options import ReadOptions
from onrecord.readers.progress import Progress, no_progress
from onrecord.schema import RECORD_TYPES, RecordType

if TYPE_CHECKING:
    from onrecord.corpus.document_batches import KnownParts

# More than the places in a list of a document can be: MAX_VALUES is lower.
_BITS = 20


@dataclass
class DocumentCorpus(Corpus):
    """Represent a corpus of documents, which are read only by `read_documents`.

    Attributes:
        documents: The documents, in the order of reading.
        ids: The table ``ids`` of all records, by which their ids are found.
        progress: An iterator adapter that may display how far reading has come.
        known: Parsed records of all documents that earlier runs stored.
    """

    documents: list[File] = field(default_factory=list)
    ids: pa.Table = field(default_factory=IDS.empty_table)
    progress: Progress = no_progress
    known: KnownParts | None = None

    def read_documents(self, numbers: Iterable[int]) -> Corpus:
        """Read some documents into a corpus of their own."""
        files = [self.documents[number] for number in numbers]
        known = self.known if len(files) == len(self.documents) else None
        return read_files(files, self.paths, self.texts, self.progress, self.options, known=known)

    def record_ids(self, kind: Kind, locators: Sequence[int]) -> list[str | None]:
        """Return the ids of the records in some rows of a table; None for rows without a record."""
        if kind not in RECORD_TYPES:
            return super().record_ids(kind, locators)
        own = self.ids.filter(pc.equal(self.ids["record_type"], kind))
        rows = pc.index_in(pa.array(locators, pa.int64()), own["locator"].combine_chunks())
        return cast("list[str | None]", own["id"].take(rows).to_pylist())

    def _origin(self, kind: Kind, at: int) -> tuple[File, int]:
        if kind not in RECORD_TYPES:
            return super()._origin(kind, at)
        return self.documents[at >> _BITS], at & ((1 << _BITS) - 1)

    def text_pairs(self, pairs: Places) -> Iterator[tuple[str, str]]:
        """Yield the texts of pairs of articles, given the rows of both."""
        if not len(pairs):
            return
        numbers = np.unique(document_of(pairs)).tolist()
        corpus = replace(self, progress=no_progress).read_documents(numbers)
        rows = numbered(corpus, dict(zip(corpus.files, numbers, strict=True)))["article"]
        found = article_texts(corpus, np.arange(len(rows)))
        texts = {int(rows[at]): text.text for at, text in found.items()}
        yield from ((texts[one], texts[other]) for one, other in pairs.tolist())

    def tables(
        self, summaries: Mapping[str, BatchSource], broken: Sequence[UnreadableRecord]
    ) -> dict[str, BatchSource]:
        """Return the tables that queries of scope ``corpus`` read.

        Args:
            summaries: The summaries of all articles.
            broken: The records that exist but could not be read.
        """
        made = {"unordered": self._unordered(), "counts": card.table(self.counts)}
        unread = [{"record_type": one.record_type, "id": one.id} for one in broken]
        made["unread"] = pa.Table.from_pylist(unread, UNREAD)
        made["published"] = history.PUBLISHED.empty_table()
        made["unreadable"] = history.UNREADABLE.empty_table()
        if "relations" in summaries:
            known = (summaries[name].table() for name in ("relations", "claims"))
            made["components"] = _components(*known)
        lookalikes = partial(self._lookalikes, summaries.get("sketches"))
        return {
            "lookalikes": BatchSource(LOOKALIKES, lambda _: lookalikes()),
            **summaries,
            **{name: BatchSource.of(one) for name, one in made.items()},
        }

    def _lookalikes(self, sketches: BatchSource | None) -> Iterator[pa.RecordBatch]:
        if sketches is not None:
            yield from lookalikes_of(sketches, self.text_pairs).to_batches()

    def _unordered(self) -> pa.Table:
        """Return the ids of the types of record whose ids are not in strictly ascending order."""
        locators, ids = self.ids["locator"].to_numpy(), self.ids["id"].combine_chunks()
        kinds, wrong = pc.unique(self.ids["record_type"]).to_pylist(), []
        for kind in kinds:
            rows = np.flatnonzero(pc.equal(self.ids["record_type"], kind))
            order = np.argsort(locators[rows], kind="stable")  # nearly sorted
            if not ascend([ids.take(pa.array(rows[order]))]):
                wrong.append(kind)
        if wrong == kinds:
            return self.ids
        return self.ids.filter(pc.is_in(self.ids["record_type"], pa.array(wrong, pa.string())))


def _components(relations: pa.Table, claims: pa.Table) -> pa.Table:
    same = relations.filter(pc.equal(relations["kind"], "same_as"))
    gone = claims["id"].filter(pc.equal(claims["status"], "withdrawn")).combine_chunks()
    return components_of(same, gone)


def document_corpus(
    found: Survey,
    paths: Sequence[Path],
    texts: TextFolder | None,
    progress: Progress,
    options: ReadOptions,
    known: KnownParts | None = None,
) -> DocumentCorpus | None:
    """Return a corpus whose documents have not been read; None if something else has to be read to
    validate them: tables, publications, or lists of splits.
    """
    documents: list[File] = []
    others: list[File] = []
    for file in found.files:
        is_document = isinstance(formats.open_reader(file), DocumentReader)
        (documents if is_document else others).append(file)
    if any(not one.unread and one.path.name != NAME for one in others):
        return None
    requested = (read_corpus(one).value for one in others if not one.unread)
    if any(one is not None and one.split_lists is not None for one in requested):
        return None
    boundary = Boundary.around(paths, allow_outside=options.allow_outside)
    corpus = DocumentCorpus(
        list(found.files),
        texts=texts,
        paths=tuple(paths),
        ignored=tuple(found.ignored),
        options=options,
        boundary=boundary,
        documents=documents,
        progress=progress,
        known=known,
    )
    corpus.find_publications([one for one in paths if one.is_dir()])
    if corpus.publications:
        return None
    for _, items in formats.read_all(others, options):
        for item in items:
            corpus.add(item)
    return corpus


def document_of(rows: Places) -> Places:
    """Return the numbers of the documents of rows."""
    return rows >> _BITS


def moved(rows: Places, numbers: Places) -> Places:
    """Return rows after documents were renumbered: ``numbers`` has the new number of each."""
    return (numbers[document_of(rows)] << _BITS) | (rows & ((1 << _BITS) - 1))


def numbered(corpus: Corpus, numbers: Mapping[File, int]) -> dict[RecordType, Places]:
    """Return the number of each row of a corpus of documents, given those of documents."""
    none = np.zeros(0, np.int64)
    return {
        each: np.concatenate(
            [
                none,
                *(
                    np.asarray(one.numbers, np.int64) + (numbers[one.file] << _BITS)
                    for one in corpus.segments.get(each, [])
                ),
            ]
        )
        for each in RECORD_TYPES
    }


def renumbered(partition: Partition, rows: Mapping[RecordType, Places]) -> Partition:
    """Return a partition whose rows have other numbers, given these by type."""
    articles = rows["article"]
    records = {
        each: replace(
            one,
            numbers=rows[each][one.rows],
            owned_by=np.where(one.owners < 0, -1, articles[one.owners]),
        )
        for each, one in partition.records.items()
    }
    formats = {int(articles[row]): name for row, name in partition.text_formats.items()}
    return replace(partition, records=records, text_formats=formats)
