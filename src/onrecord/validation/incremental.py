"""Validate a corpus of documents of which most are as in an earlier run.

Only documents that have changed are read, and rules of scope ``article`` run on them alone. Rules of
scope ``corpus`` run on the summaries of all documents, those from the cache among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from onrecord.corpus.batch_source import BatchSource
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.documents import (
    DocumentCorpus,
    document_corpus,
    document_of,
    numbered,
    renumbered,
)
from onrecord.corpus.partitions import Places, partitions
from onrecord.corpus.spill import read_stored
from onrecord.files import scratch, texts
from onrecord.files.texts import TextFolder
from onrecord.findings import Finding
from onrecord.readers.discovery import Survey
from onrecord.readers.options import ReadOptions
from onrecord.readers.progress import Progress
from onrecord.rules.base import Query, Rule
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.validation import rule_runs
from onrecord.validation.cache import Cache
from onrecord.validation.cache_key import DocumentKeys, Key, digest_of
from onrecord.validation.known_documents import KnownDocument, KnownDocuments, counted, storable
from onrecord.validation.known_records import KnownRecords
from onrecord.validation.known_survey import KnownSurvey
from onrecord.validation.looking import Looked, checked, located, of_requests, unreadable_texts

# With fewer documents, validating all of them takes no longer.
LEAST = 32
# The summaries of more documents would take too much memory.
MOST = 100_000
# What is known is stored if more than one of so many documents has changed since it was; otherwise
# reading those few again takes less time.
_SELDOM = 500
# What a digest begins with; another number for another form of what is stored.
_FORM = "documents 5"


@dataclass
class Fresh:
    """Hold the changed documents, and the results of reading and of rules of scope ``article``.

    Attributes:
        corpus: The documents; None if there are none.
        rows: The rows of their records in the corpus of all documents.
        answers: What rules returned.
        summaries: Their summaries.
    """

    corpus: Corpus | None
    rows: Mapping[RecordType, Places]
    answers: rule_runs.Answers = field(default_factory=rule_runs.Answers)
    summaries: Mapping[str, BatchSource] = field(default_factory=dict)

    @property
    def articles(self) -> dict[str, list[int]]:
        """Return the numbers of the documents by the ids of their articles."""
        found: dict[str, list[int]] = {}
        if self.corpus is not None:
            ids = self.corpus.table("article", ["id"])["id"].to_pylist()
            for number, one in zip(document_of(self.rows["article"]).tolist(), ids, strict=True):
                found.setdefault(one, []).append(number)
        return found


class Incremental:
    """Validate a corpus of documents with what the cache has about those that did not change.

    Args:
        cache: The cache.
        facts: What else findings depend on: the program, options and texts.
        key: The digests of what there is now.
        records: What the cache has of their records.
    """

    def __init__(self, cache: Cache, facts: Any, key: Key, records: KnownRecords) -> None:
        self._cache = cache
        self._facts = facts
        self._key = key
        self._files = KnownSurvey(cache, key)
        self._found: Survey | None = None
        self._made: tuple[str, KnownDocuments] | None = None
        self._keys = DocumentKeys(key)
        self.records = records

    def survey(self, paths: Sequence[Path], options: ReadOptions) -> Survey:
        """Find the files at paths, as `reading.survey` does."""
        self._found = self._files.survey(paths, options)
        return self._found

    def corpus(
        self,
        found: Survey,
        paths: Sequence[Path],
        folder: TextFolder | None,
        progress: Progress,
        options: ReadOptions,
    ) -> DocumentCorpus | None:
        """Return the corpus of the files that were found; None if all of it has to be read."""
        if not LEAST <= len(found.files) <= MOST:
            return None
        return document_corpus(found, paths, folder, progress, options, self.records)

    def look(
        self, corpus: DocumentCorpus
    ) -> Callable[[Corpus, Sequence[type[Rule]], Sequence[str]], Looked]:
        """Return a function that runs rules over this corpus, as that of `looking` does."""
        return lambda _, rules, required: self._look(corpus, rules, required)

    def _look(
        self, corpus: DocumentCorpus, rules: Sequence[type[Rule]], required: Sequence[str]
    ) -> Looked:
        """Run rules over a corpus.

        Raises:
            OnrecordError: Memory or disk is full.
        """
        beyond: list[type[Query]] = [each for each in rules if not rule_runs.is_local(each)]
        columns = {name: ["locator", *some] for name, some in rule_runs.columns_for(beyond).items()}
        columns = {name: list(dict.fromkeys(some)) for name, some in columns.items()}
        work = rule_runs.Work(
            [each.code for each in rules],
            rule_runs.reads_spans(rules),
            required,
            sorted({*rule_runs.summaries_for(beyond), "ids", *columns}),
            corpus.options.engine // corpus.options.workers,
            columns,
            by_article=True,
        )
        entry = digest_of((_FORM, self._facts, sorted(work.codes), required))
        known, keys = self._load(entry), [self._keys.of(one) for one in corpus.documents]
        kept, fresh = self._changed(corpus, known, keys)
        if fresh.corpus is not None:
            _answer(work, fresh)
        before = known.summaries_of({old: number for number, old in kept.items()})
        summaries = _together(before, fresh.summaries)
        corpus.ids = summaries["ids"].table()
        everywhere = rule_runs.Answers()
        broken = [*corpus.broken, *(fresh.corpus.broken if fresh.corpus else ())]
        tables = corpus.tables(summaries, broken)
        number = corpus.ids.num_rows
        rule_runs.ask_corpus(everywhere, tables, beyond, number, corpus.options.summaries)
        local = [
            *(fresh.corpus.findings if fresh.corpus else ()),
            *unreadable_texts(corpus, fresh.answers.unreadable_texts),
            *located(corpus, fresh.answers.violations),
        ]
        stored = {number: known.documents[old] for number, old in kept.items()}
        made = self._documents(corpus, fresh, keys, local)
        documents = [stored.get(number) or made.get(number) for number in range(len(keys))]
        numbers = {at: at for at, one in enumerate(documents) if one is not None}
        whole = KnownDocuments([*documents], summaries)
        changed = len(keys) - len(kept) + len(known.documents) - len(kept)
        if changed * _SELDOM >= len(keys):
            self._made = entry, KnownDocuments(documents, whole.summaries_of(numbers))
        return _looked(
            corpus, [*stored.items()], fresh, local, located(corpus, everywhere.violations)
        )

    def keep(self) -> None:
        """Store what is known now."""
        self.records.keep()
        found, stale = self._found, self._files.is_new or self._made is not None
        if found and stale and LEAST <= len(found.files) <= MOST:
            self._files.store(found)
        if self._made is not None:
            entry, documents = self._made
            self._cache.store_bytes(entry, documents.to_bytes())

    def _load(self, entry: str) -> KnownDocuments:
        data = self._cache.load_bytes(entry)
        return KnownDocuments() if data is None else KnownDocuments.from_bytes(data)

    def _changed(
        self, corpus: DocumentCorpus, known: KnownDocuments, keys: Sequence[str | None]
    ) -> tuple[dict[int, int], Fresh]:
        """Return the documents that are known, with the numbers that they had, and the others.

        A document whose article has the id of another one is read with that.
        """
        old = {one.key: at for at, one in enumerate(known.documents) if one is not None}
        kept: dict[int, int] = {}
        for number, (file, key) in enumerate(zip(corpus.documents, keys, strict=True)):
            at = old.pop(key, None) if key else None
            one = None if at is None else known.documents[at]
            if at is not None and one and one.beside == self._keys.beside(file, one.article):
                kept[number] = at
        while True:
            numbers = [number for number in range(len(keys)) if number not in kept]
            if not numbers:
                return kept, Fresh(None, {})
            read = corpus.read_documents(numbers)
            files = dict(zip(read.files, numbers, strict=True))
            fresh = Fresh(read, numbered(read, files))
            ids = fresh.articles
            same = [at for at, one in kept.items() if _article(known, one) in ids]
            if not same:
                return kept, fresh
            for number in same:
                del kept[number]

    def _documents(
        self,
        corpus: DocumentCorpus,
        fresh: Fresh,
        keys: Sequence[str | None],
        local: Sequence[Finding],
    ) -> dict[int, KnownDocument]:
        """Return the findings and counts of changed documents that can be stored in the cache."""
        names = {one.name: number for number, one in enumerate(corpus.documents)}
        by_document: dict[int, list[Finding]] = {}
        elsewhere = set()
        for one in local:
            if one.place.file in names:
                by_document.setdefault(names[one.place.file], []).append(one)
            else:  # in the text of an article
                elsewhere.add(one.place.file)
        unread = {one.id.partition(".")[0] for one in (fresh.corpus.broken if fresh.corpus else ())}
        quotes, claims = (
            counted(fresh.rows[each]) if fresh.rows else Counter() for each in ("quote", "claim")
        )
        with_text = set(_with_text(fresh.answers))
        spans = {int(row) >> 20: dict(some) for row, some in fresh.answers.spans_of.items()}
        made = {}
        for article, numbers in fresh.articles.items():
            number, key = numbers[0], keys[numbers[0]]
            file = corpus.documents[number]
            beside = texts.beside(file.path, article).as_posix()
            findings = storable(by_document.get(number, []), file)
            if len(numbers) > 1 or not key or findings is None:
                continue
            if article in unread or beside in elsewhere:
                continue
            made[number] = KnownDocument(
                key,
                self._keys.beside(file, article),
                article,
                quotes[number],
                claims[number],
                spans.get(number, {}),
                number in with_text,
                findings,
            )
        return made


def _article(known: KnownDocuments, at: int) -> str:
    one = known.documents[at]
    return one.article if one else ""


def _answer(work: rule_runs.Work, fresh: Fresh) -> None:
    """Run the rules of scope ``article`` over documents."""
    assert fresh.corpus is not None  # noqa: S101  # for type checkers
    parts = [renumbered(one, fresh.rows) for one in partitions(fresh.corpus, 1)]
    with TemporaryDirectory(dir=scratch.folder()) as folder:
        fresh.answers = rule_runs.answer_all(
            work, parts, fresh.corpus.options.workers, Path(folder)
        )
        fresh.summaries = {
            name: BatchSource.of(read_stored(paths).table())
            for name, paths in fresh.answers.summaries.items()
        }


def _together(
    before: Mapping[str, BatchSource], fresh: Mapping[str, BatchSource]
) -> dict[str, BatchSource]:
    """Return the rows of two sets of summaries together."""
    both = {
        name: BatchSource.once(one.schema, partial(_joined, one, fresh[name]))
        for name, one in before.items()
        if name in fresh
    }
    return {**before, **fresh, **both}


def _joined(before: BatchSource, fresh: BatchSource) -> pa.Table:
    return pa.concat_tables([before.table(), fresh.table()])


def _with_text(answers: rule_runs.Answers) -> Iterator[int]:
    """Yield the numbers of the documents whose texts are available."""
    for rows in answers.with_text:
        yield from document_of(np.asarray(rows, np.int64)).tolist()


def _looked(
    corpus: DocumentCorpus,
    stored: Sequence[tuple[int, KnownDocument | None]],
    fresh: Fresh,
    local: Sequence[Finding],
    everywhere: Sequence[Finding],
) -> Looked:
    """Return the findings in known documents, in others, and in the corpus as a whole."""
    known = [(number, one) for number, one in stored if one is not None]
    findings = [
        *corpus.findings,
        *of_requests(corpus, []),
        *(found for number, one in known for found in one.findings_in(corpus.documents[number])),
        *local,
        *everywhere,
    ]
    fresh_rows = {each: len(fresh.rows.get(each, ())) for each in RECORD_TYPES}
    numbers: dict[RecordType, int] = {
        "article": len(known) + fresh_rows["article"],
        "quote": sum(one.quotes for _, one in known) + fresh_rows["quote"],
        "claim": sum(one.claims for _, one in known) + fresh_rows["claim"],
    }
    spans: Counter[str] = Counter()
    for some in (*(one.spans for _, one in known), *fresh.answers.spans_of.values()):
        for name, value in some.items():
            spans[name] += value
    with_text = set(_with_text(fresh.answers))
    without = {one.article for _, one in known if not one.has_text}
    without |= {
        article
        for article, at in fresh.articles.items()
        if any(number not in with_text for number in at)
    }
    return Looked(findings, checked(corpus, numbers, spans), without)
