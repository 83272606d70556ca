"""Run rules over a corpus: at once, or partition by partition in several processes.

A partition answers the queries of scope ``article``. Of its tables, it returns summaries: what the
queries of scope ``corpus`` name. These run once, over the summaries of all partitions.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onrecord.corpus.article_tables import ArticleTables
from onrecord.corpus.batch_source import BatchSource
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.partitions import Partition, partitions, whole
from onrecord.corpus.repeated import only_repeated
from onrecord.corpus.spill import read_stored, store
from onrecord.corpus.tables import CorpusTables
from onrecord.engines.duckdb import DuckDB, tables_of, words_of
from onrecord.engines.prepared import Prepared
from onrecord.files import scratch
from onrecord.files.process import give_back_memory
from onrecord.findings import Fact
from onrecord.rules import RULES, SHARED
from onrecord.rules.base import Query, Rule, Shared
from onrecord.rules.corpus.groups import LinkedArticles
from onrecord.validation.span_counts import ProvableSpans, Spans, SpansOfArticles
from onrecord.validation.withheld_facts import mark_withheld

Places = npt.NDArray[np.int64]
Row = dict[str, Any]
Violation = tuple[type[Rule], Row]

# Queries over fewer records than this take longer to optimize than to run.
_FEW = 500

_OF_ARTICLES: Mapping[str, type[Shared]] = {
    name: each for name, each in SHARED.items() if each.scope == "article"
}
OF_CORPUS: Mapping[str, type[Shared]] = {
    name: each for name, each in SHARED.items() if each.scope == "corpus"
}
# Tables of the corpus that are made from tables of articles.
_MADE_FROM: Mapping[str, str] = {"lookalikes": "sketches"}


class TextProblem(NamedTuple):
    """Say, by the row of an article and facts, that a text which it needs cannot be read."""

    article: int
    facts: Mapping[str, Fact]


@dataclass
class Answers:
    """Hold the rows that queries returned, for the whole corpus or a partition.

    Attributes:
        violations: The rows that rules returned, with their rules.
        links: The rows of `LinkedArticles`, if splits are requested.
        spans: The numbers of spans, by the names of the columns of `Spans`.
        spans_of: The same by the rows of articles, if that is requested.
        provable: The rows of `ProvableSpans`, one after another, if these are requested.
        unreadable_texts: The texts that cannot be read.
        with_text: The rows of the articles whose texts are available.
        summaries: The files of the summaries, by the names of their tables.
    """

    violations: list[Violation] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    spans: Counter[str] = field(default_factory=Counter)
    spans_of: dict[int, Counter[str]] = field(default_factory=dict)
    provable: array[int] = field(default_factory=partial(array, "q"))
    unreadable_texts: list[TextProblem] = field(default_factory=list)
    with_text: list[Places] = field(default_factory=list)
    summaries: dict[str, list[Path]] = field(default_factory=dict)

    def take(self, query: type[Query], row: Row) -> None:
        """Add a row that a query returned."""
        if issubclass(query, Rule):
            self.violations.append((query, row))
        elif query is Spans:
            self.spans.update(row)
        elif query is SpansOfArticles:
            self.spans_of[row.pop("owner")] = Counter(row)
        elif query is ProvableSpans:
            self.provable.extend(row.values())
        else:
            self.links.append(row)

    def take_texts(self, tables: ArticleTables, *, searched: bool) -> None:
        """Add what is known about the texts of articles.

        Args:
            tables: The tables of the articles.
            searched: Whether texts were to be found in a folder.
        """
        self.with_text.append(tables.with_text)
        if searched:
            problems = tables.unreadable_texts
            self.unreadable_texts += [TextProblem(row, error.facts) for row, error in problems]


# Takes a summary: its name, its schema, and its rows in batches.
Keep = Callable[[str, pa.Schema, Iterable[pa.RecordBatch]], None]


@dataclass(frozen=True)
class Work:
    """Describe the work for each partition; it can be passed to another process.

    Attributes:
        codes: The codes of the rules.
        spans: Whether spans are counted.
        required: Fields that every record must have.
        summaries: The names of the tables that are returned.
        engine: Bytes of memory for queries.
        columns: The columns of those tables of which not all are returned.
        by_article: Whether spans are counted by article.
        provable: Whether those that can be proved are counted, too.
    """

    codes: Sequence[str]
    spans: bool
    required: Sequence[str]
    summaries: Sequence[str]
    engine: int
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    by_article: bool = False
    provable: bool = False

    def queries(self) -> list[type[Query]]:
        """Return the queries of scope ``article``."""
        rules: list[type[Query]] = [RULES[code] for code in self.codes]
        counting: type[Query] = SpansOfArticles if self.by_article else Spans
        if self.spans:
            rules.append(counting)
        if self.provable:
            rules.append(ProvableSpans)
        return [each for each in rules if is_local(each)]


def run_rules(
    corpus: Corpus,
    rules: Sequence[type[Rule]],
    required: Sequence[str],
    *,
    check_cards: bool,
    provable: bool = False,
) -> Answers:
    """Run rules over a corpus.

    Args:
        corpus: The corpus.
        rules: The rules.
        required: Fields that every record must have.
        check_cards: Whether to compare the counts that cards of publications state.
        provable: Whether to count spans that can be proved.

    Raises:
        OnrecordError: Memory or disk is full.
    """
    queries: list[type[Query]] = [*rules]
    if spans := reads_spans(rules):
        queries.append(Spans)
    if provable:
        queries.append(ProvableSpans)
    if any(one.listed for one in corpus.requests):
        queries.append(LinkedArticles)
    parts = partitions(corpus)
    if len(parts) == 1:
        return _at_once(corpus, parts[0], queries, required, check_cards=check_cards)
    give_back_memory()
    beyond = [each for each in queries if not is_local(each)]
    codes, workers = [each.code for each in rules], corpus.options.workers
    work = Work(
        codes,
        spans,
        required,
        summaries_for(beyond),
        corpus.options.engine // workers,
        provable=provable,
    )
    with TemporaryDirectory(dir=scratch.folder()) as folder:
        found = answer_all(work, parts, workers, Path(folder))
        tables = CorpusTables(
            corpus,
            required,
            check_cards=check_cards,
            summaries={name: _summary(name, paths) for name, paths in found.summaries.items()},
        )
        number = sum(part.num_rows for part in parts)
        ask_corpus(found, tables.tables, beyond, number, corpus.options.summaries)
    return found


def _summary(name: str, paths: Sequence[Path]) -> BatchSource:
    """Return the rows of a summary that may matter to queries of scope ``corpus``."""
    rows = read_stored(paths)
    column = _OF_ARTICLES[name].repeated if name in _OF_ARTICLES else None
    return only_repeated(rows, column) if column else rows


def reads_spans(rules: Iterable[type[Query]]) -> bool:
    """Return whether any of some rules reads the spans, which are counted then."""
    return any("spans" in read_by(each.query) for each in rules)


def answer_all(work: Work, parts: list[Partition], workers: int, folder: Path) -> Answers:
    """Run the queries of scope ``article`` over partitions, and write their summaries to a folder.

    Raises:
        OnrecordError: Memory or disk is full.
    """
    from onrecord.files.workers import in_processes

    workers = min(workers, len(parts))
    if workers > 1:
        _share(parts)
    found = Answers()
    each = partial(_answer_to_files, work, folder)
    for some in in_processes(each, list(enumerate(parts)), workers, preload=__name__):
        _add(found, some)
    return found


def ask_corpus(
    found: Answers,
    tables: Mapping[str, BatchSource],
    queries: Sequence[type[Query]],
    number: int,
    memory: int,
) -> None:
    """Run the queries of scope ``corpus``, and add what they return.

    Args:
        found: The answers.
        tables: The tables that the queries read, except for those of shared queries of this scope.
        queries: The queries.
        number: The number of records.
        memory: Bytes of memory for the queries.

    Raises:
        OnrecordError: Memory or disk is full.
    """
    read = frozenset[str]().union(*(read_by(each.query, OF_CORPUS) for each in queries))
    shared = {name: each for name, each in OF_CORPUS.items() if name in read}
    with closing(_engine(tables, shared, number, memory, many=True)) as engine:
        for at, row in engine.ask(queries):
            found.take(queries[at], row)


def _at_once(
    corpus: Corpus,
    partition: Partition,
    queries: Sequence[type[Query]],
    required: Sequence[str],
    *,
    check_cards: bool,
) -> Answers:
    """Run queries over a corpus that is one partition."""
    articles = ArticleTables(partition, required)
    tables = CorpusTables(corpus, check_cards=check_cards, articles=articles)
    number, memory = partition.num_rows, corpus.options.engine
    found = Answers()
    with closing(_engine(tables.tables, SHARED, number, memory)) as engine:
        for at, row in engine.ask(queries):
            found.take(queries[at], row)
    found.take_texts(articles, searched=corpus.texts is not None)
    mark_withheld(found.violations, articles)
    return found


def _engine(
    tables: Mapping[str, BatchSource],
    shared: Mapping[str, type[Shared]],
    number: int,
    memory: int,
    *,
    many: bool = False,
) -> DuckDB:
    """Return what runs queries over the tables of a number of records.

    DuckDB divides a table into some hundred thousand rows for each thread, so that for a partition
    a second thread would mostly wait, and be busy with it.
    """
    if number < _FEW:
        return Prepared(tables, shared)
    return DuckDB(tables, shared, memory, many=many)


def _answer_to_files(work: Work, folder: Path, numbered: tuple[int, Partition]) -> Answers:
    """Run the queries of scope ``article`` over a partition, and write its summaries to a folder."""
    number, partition = numbered
    paths: dict[str, list[Path]] = {}

    def keep(name: str, schema: pa.Schema, rows: Iterable[pa.RecordBatch]) -> None:
        paths[name] = [folder / f"{number}-{name}.arrow"]
        store(paths[name][0], schema, rows)

    found = replace(answer(work, partition.loaded(), keep), summaries=paths)
    if partition.num_rows >= _FEW:
        give_back_memory()  # before the next partition takes as much
    return found


def answer(work: Work, partition: Partition, keep: Keep) -> Answers:
    """Run the queries of scope ``article`` over a partition.

    Args:
        work: What is to be done.
        partition: The partition.
        keep: Takes each summary.
    """
    tables = ArticleTables(partition, work.required)
    queries = work.queries()
    shared = _OF_ARTICLES.keys() & work.summaries
    found = Answers()
    number = partition.num_rows
    with closing(_engine(tables.tables, _OF_ARTICLES, number, work.engine)) as engine:
        for at, row in engine.ask(queries, keep=shared):
            found.take(queries[at], row)
        for name in work.summaries:
            if name in shared:
                rows = engine.batches(name)
                keep(name, rows.schema, rows)
            else:
                table = tables.tables[name].select(work.columns.get(name))
                keep(name, table.schema, table.batches())
    found.take_texts(tables, searched=partition.texts is not None)
    mark_withheld(found.violations, tables)
    return found


def _add(found: Answers, more: Answers) -> None:
    """Add the answers of a partition."""
    found.violations += more.violations
    found.spans.update(more.spans)
    found.spans_of.update(more.spans_of)
    found.provable += more.provable
    found.unreadable_texts += more.unreadable_texts
    found.with_text += more.with_text
    for name, paths in more.summaries.items():
        found.summaries.setdefault(name, []).extend(paths)


def _share(parts: list[Partition]) -> None:
    """Prepare partitions for other processes, each of which computes in one thread."""
    for at, part in enumerate(parts):
        for records in part.records.values():
            records.buffer.to_disk()
        parts[at] = replace(part, options=replace(part.options, threads=1))


def is_local(query: type[Query]) -> bool:
    """Return whether a query has the scope ``article``."""
    return query.scope == "article"


def read_by(query: str, shared: Mapping[str, type[Shared]] = SHARED) -> frozenset[str]:
    """Return the tables that a query reads, also by way of shared queries."""
    named = tables_of(query)
    return named.union(*(read_by(shared[name].query, shared) for name in named & shared.keys()))


def summaries_for(queries: Sequence[type[Query]]) -> list[str]:
    """Return the names of the tables that partitions return for queries of scope ``corpus``.

    Other tables of articles, which these queries rarely need, are made of the whole corpus.
    """
    read = frozenset[str]().union(*(read_by(each.query, OF_CORPUS) for each in queries))
    made_from = {_MADE_FROM[name] for name in read & _MADE_FROM.keys()}
    return sorted(read & _OF_ARTICLES.keys() | made_from)


def columns_for(queries: Sequence[type[Query]]) -> dict[str, list[str]]:
    """Return the columns of tables of articles, other than shared queries, that queries of scope
    ``corpus`` read, and that tables of the corpus are made from.
    """
    words = frozenset[str]().union(
        *(words_of(each.query) for each in (*queries, *OF_CORPUS.values()))
    )
    direct = frozenset[str]().union(*(read_by(each.query, OF_CORPUS) for each in queries))
    schemas = {name: one.schema for name, one in ArticleTables(whole(Corpus([]))).tables.items()}
    needed = {"relations": ["record_id", "kind", "target"], "claims": ["id", "status"]}
    for name in direct & schemas.keys() - {"ids"}:
        own = [each for each in schemas[name].names if each in words]
        needed[name] = sorted({*needed.get(name, []), *own})
    return needed
