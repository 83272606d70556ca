"""Compare two annotations of the same texts: figures of agreement, and differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.reading import read
from onrecord.drafting import differences
from onrecord.drafting.annotations import AnnotatedArticle, Annotation, by_article, pair_articles
from onrecord.drafting.claims import ClaimGroup, match_claims
from onrecord.drafting.counts import Choice, Counts, Mappings, Measure
from onrecord.drafting.differences import Difference, Side, Unlocated
from onrecord.drafting.quotes import Pairs, match_quotes
from onrecord.errors import InputError
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.progress import Progress, no_progress


@dataclass(frozen=True, slots=True)
class OnlyIn:
    """Name an article that is not compared, since the other annotation has none with its text.

    Attributes:
        id: Its identifier.
        quotes: How many quotes it has; likewise ``claims``.
        other_text: Whether the other annotation has an article with this identifier and another text.
    """

    id: str
    quotes: int
    claims: int
    other_text: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """Report the result of comparing an annotation A, the reference, with an annotation B.

    Attributes:
        reference: The files and folders of A.
        candidate: The files and folders of B.
        articles: How many articles were compared. All figures are about these.
        only_in_reference: The articles of A that B does not have; they are not in the figures.
        only_in_candidate: The articles of B that A does not have; they are not in the figures.
        measures: Precision, recall and F1.
        choices: Cohen's kappa.
        differences: All differences, the worst first.
    """

    reference: str
    candidate: str
    articles: int
    only_in_reference: tuple[OnlyIn, ...]
    only_in_candidate: tuple[OnlyIn, ...]
    measures: tuple[Measure, ...]
    choices: tuple[Choice, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Matched:
    """Hold an article of both annotations, with the quotes and claims that match."""

    reference: AnnotatedArticle
    candidate: AnnotatedArticle
    quotes: Pairs
    claims: list[ClaimGroup]

    @property
    def redistribute(self) -> str:
        """Return which of its words may be passed on: what both annotations allow."""
        order = ("none", "quotes", "full")
        return min((self.reference.redistribute, self.candidate.redistribute), key=order.index)


def compare(
    a: Path | str | Corpus,
    b: Path | str | Corpus,
    *,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
) -> Agreement:
    """Compare two annotations of the same texts.

    A is the reference and B the candidate. Articles are paired by their identifiers, otherwise by the
    digest of their texts. The texts are not needed: spans are compared by their offsets, or, without
    offsets, by the digests of their words. ``docs/agreement.md`` defines all figures.

    Args:
        a: The reference: a corpus, a file or a folder, such as a publication.
        b: The candidate.
        progress: An iterator adapter that may display how far reading has come.
        options: How to read.

    Raises:
        InputError: An annotation cannot be read completely, or they have no article in common.
    """
    first, second = (
        one if isinstance(one, Corpus) else read(one, progress=progress, options=options)
        for one in (a, b)
    )
    reference, candidate = by_article(first), by_article(second)
    pairs = pair_articles(reference, candidate)
    matched = [_match(one, other) for one, other in pairs if one and other]
    if not matched:
        raise InputError(
            f"{_name(first)} and {_name(second)} have no article in common: neither an id with the "
            "same text, nor the digest of a text"
        )
    mappings = _mappings(matched, candidate)
    found = [one for article in matched for one in _differences(article, mappings)]
    for one, other in pairs:
        if not (one and other) and (alone := one or other) and alone.item:
            found.append(differences.only(alone.item, alone.id, "none", in_reference=other is None))
    counts = Counts()
    for article in matched:
        mine, theirs = article.reference, article.candidate
        counts.add_quotes(mine.quotes, theirs.quotes, article.quotes)
        counts.add_claims(mine.claims, theirs.claims, article.claims, mappings)
    return Agreement(
        reference=_name(first),
        candidate=_name(second),
        articles=len(matched),
        only_in_reference=tuple(_only(one, candidate) for one, other in pairs if one and not other),
        only_in_candidate=tuple(_only(one, reference) for other, one in pairs if one and not other),
        measures=tuple(counts.measures()),
        choices=tuple(counts.choices()),
        differences=tuple(_located(found, first, second)),
    )


def _match(one: AnnotatedArticle, other: AnnotatedArticle) -> _Matched:
    quotes = {item.id: item for item in one.quotes}, {item.id: item for item in other.quotes}
    return _Matched(
        one,
        other,
        match_quotes(one.quotes, other.quotes),
        match_claims(one.claims, other.claims, quotes),
    )


def _only(article: AnnotatedArticle, others: Annotation) -> OnlyIn:
    return OnlyIn(article.id, len(article.quotes), len(article.claims), article.id in others)


def _mappings(matched: Sequence[_Matched], candidate: Annotation) -> Mappings:
    """Map the identifiers of A and of B to common names: records that match have the same name.

    A record that only B has means something else than each record of A, also one with its identifier.
    """
    first: dict[tuple[str, str], str] = {}
    second: dict[tuple[str, str], str] = {
        (item.kind, item.id): f"{item.id} of B"
        for article in candidate.values()
        for item in (*article.quotes, *article.claims)
    }
    for one in matched:
        groups = [((mine,), (theirs,)) for mine, theirs in one.quotes]
        for mine, theirs in (*groups, *one.claims):
            meaning = mine[0].id
            first |= {(item.kind, item.id): meaning for item in mine}
            second |= {(item.kind, item.id): meaning for item in theirs}
    return first, second


def _differences(article: _Matched, mappings: Mappings) -> Iterator[Unlocated]:
    """Yield the differences between two annotations of an article."""
    name, redistribute = article.reference.id, article.redistribute
    mine, theirs = article.reference, article.candidate
    pairs = list(article.quotes)
    grouped = {item for pair in pairs for item in pair}
    for group in article.claims:
        grouped.update(group.reference, group.candidate)
        if group.name == "match":
            pairs.append((group.reference[0], group.candidate[0]))
        else:
            yield differences.group(group.name, group.reference, group.candidate, name)
    for side in (mine, theirs):
        for item in (*side.quotes, *side.claims):
            if item not in grouped:
                yield differences.only(item, name, redistribute, in_reference=side is mine)
    if mine.item and theirs.item:
        pairs.append((mine.item, theirs.item))
    for one, other in pairs:
        yield from differences.fields(one, other, mappings, name, redistribute)


def _located(found: Iterable[Unlocated], first: Corpus, second: Corpus) -> Iterator[Difference]:
    """Yield differences with their locations, the worst first."""
    ordered = sorted(found, key=lambda one: one.rank)
    places = [
        corpus.locate((value.item.kind, value.item.at, value.path) for value in values)
        for corpus, values in (
            (first, [value for one in ordered for value in one.reference]),
            (second, [value for one in ordered for value in one.candidate]),
        )
    ]
    for one in ordered:
        reference, candidate = (
            tuple(Side(value.item.id, value.shown, next(own)[0]) for value in values)
            for own, values in zip(places, (one.reference, one.candidate), strict=True)
        )
        yield Difference(one.what, one.record_type, one.article_id, one.field, reference, candidate)


def _name(corpus: Corpus) -> str:
    return " ".join(path.as_posix() for path in corpus.paths)
