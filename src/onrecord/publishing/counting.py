"""Count what is in a corpus, in one pass over its records.

Everything is counted from the records with only the words that may be passed on, so that the
statistics depend on what is published alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.derived import COLUMNS
from onrecord.publishing import statistics
from onrecord.readers.models.card import NOT_GIVEN
from onrecord.rights.tables import PassedOn
from onrecord.schema import RecordType
from onrecord.validation.rule_runs import run_rules

# The most periods that statements are counted by.
_PERIODS = 48

Rows = npt.NDArray[np.int64]


def count(records: PassedOn, provable: Sequence[int] | None = None) -> statistics.Statistics:
    """Count what is in a corpus.

    Args:
        records: Its records, with only the words that may be passed on.
        provable: The counts of spans that can be proved, if validation has them.
    """
    articles, claims, annotation = _articles(records), _ClaimCounter(), _AnnotationCounter()
    quotes = _quotes(records, articles, annotation)
    for batch in records.batches("claim", _ClaimCounter.COLUMNS):
        claims.add(batch)
        annotation.add(batch)
    published = np.concatenate([np.zeros(0, np.bool_), *articles.published])
    return statistics.Statistics(
        articles.result(),
        quotes.result(),
        claims.result(),
        quotes.speakers(),
        _over_time(articles, quotes),
        _spans(records, published, provable),
        annotation.result(),
    )


def count_statements(records: PassedOn) -> statistics.Statements:
    """Count quotes alone: their types, their speakers, and how many there are over time."""
    articles = _articles(records)
    quotes = _quotes(records, articles)
    return statistics.Statements(quotes.result(), quotes.speakers(), _over_time(articles, quotes))


def _articles(records: PassedOn) -> _ArticleCounter:
    articles = _ArticleCounter()
    for batch in records.batches("article", _ArticleCounter.COLUMNS):
        articles.add(batch)
    return articles


def _quotes(
    records: PassedOn, articles: _ArticleCounter, *others: _AnnotationCounter
) -> _QuoteCounter:
    """Count quotes, and have others count them in the same pass."""
    quotes = _QuoteCounter(pa.chunked_array(articles.languages, pa.string()).combine_chunks())
    for batch, owners in _with_owners(records, "quote", _QuoteCounter.COLUMNS):
        quotes.add(batch, owners)
        for other in others:
            other.add(batch)
    return quotes


def _with_owners(
    records: PassedOn, record_type: RecordType, columns: Sequence[str]
) -> Iterator[tuple[pa.RecordBatch, Rows]]:
    """Yield batches of records with the rows of their articles."""
    owners = records.corpus.owners(record_type)
    first = 0
    for batch in records.batches(record_type, columns):
        yield batch, owners[first : first + batch.num_rows]
        first += batch.num_rows


class _Values(Counter[str]):
    """Count values of columns; null is counted as ``not given``."""

    def add(self, values: pa.Array) -> None:
        """Count the values of an array."""
        for one in pc.value_counts(values).to_pylist():
            value, number = one["values"], one["counts"]
            self[NOT_GIVEN if value is None else value] += number

    def add_given(self, values: pa.Array) -> None:
        """Count the values of an array that are not null."""
        self.add(values.drop_null())

    def result(self, most: int | None = None) -> dict[str, int]:
        """Return the most frequent values."""
        return dict(islice(statistics.most_frequent(self).items(), most))


class _ArticleCounter:
    COLUMNS = ("language", "published", "text", "text_sha256", "coverage")

    def __init__(self) -> None:
        self.languages: list[pa.Array] = []
        self.dates: list[pa.Array] = []
        self.published: list[npt.NDArray[np.bool_]] = []
        self._number = 0
        self._language, self._text, self._quotes, self._claims = (_Values() for _ in range(4))

    def add(self, batch: pa.RecordBatch) -> None:
        self._number += batch.num_rows
        self.languages.append(batch["language"])
        self.dates.append(batch["published"])
        published = batch["text"].is_valid()
        self.published.append(published.to_numpy(zero_copy_only=False))
        self._language.add(batch["language"])
        withheld = pc.if_else(batch["text_sha256"].is_valid(), "withheld", "not known")
        self._text.add(pc.if_else(published, "published", withheld))
        self._quotes.add(pc.struct_field(batch["coverage"], "quotes"))
        self._claims.add(pc.struct_field(batch["coverage"], "claims"))

    def result(self) -> statistics.Articles:
        return statistics.Articles(
            self._number,
            self._language.result(),
            self._text.result(),
            self._quotes.result(),
            self._claims.result(),
        )


class _QuoteCounter:
    """Count quotes and their speakers, batch by batch.

    Args:
        languages: The languages of the articles.

    Attributes:
        of_articles: The number of quotes of each article; the last is that of quotes without one.
    """

    COLUMNS = ("language", "type", "attribution", "medium", "content", "speakers", "annotation")

    def __init__(self, languages: pa.Array) -> None:
        self._languages = languages
        self.of_articles: Rows = np.zeros(len(languages) + 1, np.int64)
        self._number = self._named = 0
        self._attribution, self._medium, self._words = (_Values() for _ in range(3))
        self._type_by_language: Counter[tuple[str, str]] = Counter()
        self._by_speaker: Counter[str] = Counter()
        self._names: dict[str, Counter[str]] = {}

    def add(self, batch: pa.RecordBatch, owners: Rows) -> None:
        self._number += batch.num_rows
        np.add.at(self.of_articles, owners, 1)
        of_article = self._languages.take(pa.array(owners, mask=owners < 0))
        language = pc.coalesce(batch["language"], of_article)
        for one in _grouped(language=language, type=batch["type"]):
            self._type_by_language[one["language"] or NOT_GIVEN, one["type"]] += one["count_all"]
        self._attribution.add(batch["attribution"])
        self._medium.add(batch["medium"])
        words = _WORDS.derive(batch).is_valid()
        self._words.add(pc.if_else(words, "published", "withheld"))
        self._add_speakers(batch["speakers"])

    def _add_speakers(self, speakers: pa.Array) -> None:
        """Count the quotes of each speaker, and how often each Wikidata item has each name."""
        quote = speakers.value_parent_indices()
        item, name = (pc.struct_field(speakers.flatten(), each) for each in ("wikidata", "name"))
        # The first character distinguishes names and items.
        key = pc.coalesce(
            pc.binary_join_element_wise("i", item, ""), pc.binary_join_element_wise("n", name, "")
        )
        known = pa.table({"quote": quote, "key": key}).filter(key.is_valid())
        distinct = known.group_by(["quote", "key"]).aggregate([])
        self._named += pc.count_distinct(distinct["quote"]).as_py()
        for one in pc.value_counts(distinct["key"]).to_pylist():
            self._by_speaker[one["values"]] += one["counts"]
        both = pc.and_(item.is_valid(), name.is_valid())
        for one in _grouped(item=item.filter(both), name=name.filter(both)):
            self._names.setdefault(one["item"], Counter())[one["name"]] += one["count_all"]

    def result(self) -> statistics.Quotes:
        kinds: Counter[str] = Counter()
        languages: Counter[str] = Counter()
        by_language: dict[str, Counter[str]] = {}
        for (language, kind), number in self._type_by_language.items():
            kinds[kind] += number
            languages[language] += number
            by_language.setdefault(language, Counter())[kind] += number
        in_order = statistics.most_frequent(languages)
        return statistics.Quotes(
            self._number,
            statistics.most_frequent(kinds),
            in_order,
            {each: statistics.most_frequent(by_language[each]) for each in in_order},
            self._attribution.result(),
            self._medium.result(),
            self._words.result(),
        )

    def speakers(self) -> statistics.Speakers:
        most = islice(statistics.most_frequent(self._by_speaker).items(), statistics.NAMED)
        return statistics.Speakers(
            len(self._by_speaker),
            tuple(self._speaker(key, number) for key, number in most),
            self._number - self._named,
        )

    def _speaker(self, key: str, number: int) -> statistics.Speaker:
        value = key[1:]
        if key[0] == "n":
            return statistics.Speaker(None, value, number)
        return statistics.Speaker(
            value, next(iter(statistics.most_frequent(self._names.get(value, {}))), None), number
        )


_WORDS = next(column for column in COLUMNS["quote"] if column.name == "quote")


class _ClaimCounter:
    COLUMNS = ("language", "kind", "voice", "checkable", "assessments", "annotation")

    def __init__(self) -> None:
        self._number = self._assessed = 0
        self._language, self._kind, self._voice = (_Values() for _ in range(3))
        self._checkable, self._verdict = _Values(), _Values()

    def add(self, batch: pa.RecordBatch) -> None:
        self._number += batch.num_rows
        self._language.add(batch["language"])
        self._kind.add(batch["kind"])
        self._voice.add(batch["voice"])
        self._checkable.add(pc.if_else(batch["checkable"], "yes", "no"))
        self._assessed += _not_empty(batch["assessments"])
        self._verdict.add(pc.struct_field(batch["assessments"].flatten(), "rating"))

    def result(self) -> statistics.Claims:
        return statistics.Claims(
            self._number,
            self._language.result(),
            self._kind.result(),
            self._voice.result(),
            self._checkable.result(),
            self._assessed,
            self._verdict.result(),
        )


class _AnnotationCounter:
    def __init__(self) -> None:
        self._method, self._guideline, self._tool = (_Values() for _ in range(3))
        self._annotators, self._origin = _Values(), _Values()
        self._reviewed = self._imported = 0

    def add(self, batch: pa.RecordBatch) -> None:
        of = batch["annotation"]
        guideline = pc.struct_field(of, "guideline")
        name, version = (pc.struct_field(guideline, each) for each in ("name", "version"))
        self._method.add(pc.struct_field(of, "method"))
        version = pc.coalesce(pc.binary_join_element_wise(" ", version, ""), "")
        self._guideline.add_given(pc.binary_join_element_wise(name, version, ""))
        self._tool.add_given(pc.struct_field(of, "tool"))
        self._annotators.add_given(pc.struct_field(of, "annotators").flatten())
        self._reviewed += _not_empty(pc.struct_field(of, "reviewed_by"))
        origin = pc.struct_field(pc.struct_field(of, "origin"), "dataset")
        self._imported += origin.is_valid().true_count
        self._origin.add_given(origin)

    def result(self) -> statistics.Annotation:
        return statistics.Annotation(
            self._method.result(),
            self._guideline.result(statistics.NAMED),
            self._tool.result(statistics.NAMED),
            self._annotators.result(statistics.NAMED),
            self._reviewed,
            self._imported,
            self._origin.result(statistics.NAMED),
        )


def _not_empty(lists: pa.Array) -> int:
    """Return how many lists have an element."""
    return int(pc.sum(pc.greater(pc.list_value_length(lists), 0)).as_py() or 0)


def _grouped(**columns: pa.Array) -> list[dict[str, Any]]:
    """Return the distinct rows of columns, with their number as ``count_all``."""
    found: list[dict[str, Any]]
    found = pa.table(columns).group_by([*columns]).aggregate([([], "count_all")]).to_pylist()
    return found


def _over_time(articles: _ArticleCounter, quotes: _QuoteCounter) -> statistics.OverTime:
    """Count quotes by the dates of their articles."""
    dates, numbers = pa.chunked_array(articles.dates, pa.string()), quotes.of_articles
    digits = pc.utf8_slice_codeunits(dates, 0, 7)
    with_numbers = pa.table({"date": digits, "number": numbers[:-1]})
    sums = with_numbers.group_by("date").aggregate([("number", "sum")]).to_pylist()
    found = {one["date"]: int(one["number_sum"]) for one in sums if one["number_sum"]}
    undated = found.pop(None, 0) + int(numbers[-1])
    unit = _unit(found)
    counts: Counter[str] = Counter()
    for date, number in found.items():
        counts[statistics.period_of(date, unit)] += number
    return statistics.OverTime(unit, dict(sorted(counts.items())), undated)


def _unit(dates: Iterable[str]) -> str:
    """Return the shortest unit that all dates have, with at most `_PERIODS` from first to last."""
    shortest = min(map(len, dates), default=statistics.UNITS["month"])
    fitting = (unit for unit, digits in statistics.UNITS.items() if digits <= shortest)
    for unit in fitting:
        found = {statistics.period_of(date, unit) for date in dates}
        if not found or len(statistics.periods(unit, min(found), max(found))) <= _PERIODS:
            return unit
    return "century"


def _spans(
    records: PassedOn, published: npt.NDArray[np.bool_], provable: Sequence[int] | None
) -> statistics.Spans:
    """Count spans, given which articles are published with their text."""
    if provable is None:
        provable = run_rules(records.corpus, (), (), check_cards=False, provable=True).provable
    owner, numbers, here, can_be = np.array(provable, np.int64).reshape(-1, 4).T
    shown = np.append(published, False)[owner]  # -1 is the last
    number, verified = int(numbers.sum()), int(here[shown].sum())
    verifiable = int(can_be[~shown & (owner >= 0)].sum())
    return statistics.Spans(number, verified, verifiable, number - verified - verifiable)
