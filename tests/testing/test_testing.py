"""What the strategies yield is consistent, checked here in plain Python, and varied."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import unicodedata
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import combinations, pairwise

import pytest
from hypothesis import Phase, given, seed, settings

from onrecord import testing
from onrecord.schema import current
from onrecord.schema.flat import flatten
from onrecord.testing.strategies import in_form
from onrecord.validation.validate_files import validate
from tests.drawing import examples, is_nightly

QUOTED = {
    "direct": {True},
    "indirect": {False},
    "reported": {False},
    "free_indirect": {False},
    "mixed": {True, False},
}


def digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()


def mentions(*sources: current.Source) -> list[current.Span]:
    return [mention for source in sources for mention in source.mentions]


def brief_spans(document: current.Document) -> Iterator[current.Span]:
    """Cues and mentions."""
    for quote in document.quotes:
        yield from (*quote.cue, *mentions(*quote.speakers, *quote.addressees, *quote.relayed_by))
    for claim in document.claims:
        yield from mentions(*([claim.claimant] if claim.claimant else []))


def spans(document: current.Document) -> Iterator[current.Span]:
    for quote in document.quotes:
        yield from quote.content
    for claim in document.claims:
        yield from claim.content
    yield from brief_spans(document)


def extent(quote: current.DocumentQuote) -> tuple[int, int]:
    return quote.content[0].start, quote.content[-1].end


def days(date: str) -> tuple[datetime, datetime]:
    """The first and the last moment that a date may mean; fails if the calendar has no such."""
    date = date.rstrip("?~%")
    if len(date) > len("2024-12-31"):
        return (datetime.fromisoformat(date),) * 2
    year, month, day = ([int(part) for part in date.split("-")] + [0, 0])[:3]
    last = (year, month or 12, day or monthrange(year, month or 12)[1])
    return datetime(year, month or 1, day or 1, tzinfo=UTC), datetime(*last, 23, 59, tzinfo=UTC)


def in_order(*dates: str | None) -> bool:
    known = [days(date) for date in dates if date]
    return all(first[0] <= second[1] for first, second in combinations(known, 2))


def check_places(document):
    """Offsets lie in the text, and the spans of one list follow it without overlap."""
    for span in spans(document):
        assert 0 <= span.start < span.end <= document.article.text_length
    for record in (*document.quotes, *document.claims):
        for some in (record.content, getattr(record, "cue", ())):
            assert all(before.end <= after.start for before, after in pairwise(some))


def check_words(document):
    """All words are there, as the text has them at the offsets, with what is around them."""
    article = document.article
    assert article.text_length == len(article.text)
    assert article.text_sha256 == digest(article.text)
    for character in article.text:
        assert unicodedata.category(character) not in ("Cc", "Cs") or character == "\n"
    for span in spans(document):
        assert span.exact == article.text[span.start : span.end]
        assert span.prefix == article.text[max(0, span.start - 32) : span.start]
        assert span.suffix == article.text[span.end : span.end + 32]
        assert span.sha256 is None


def check_withheld(document):
    """Just those words are there which rights let pass on, and digests of all others."""
    mode = document.article.rights.redistribute
    if mode == "full":
        check_words(document)
        return
    assert document.article.text is None
    brief = {id(span) for span in brief_spans(document)}
    for span in spans(document):
        assert span.prefix is None
        assert span.suffix is None
        assert (span.exact is None) != (span.sha256 is None)
        if span.exact is not None:
            assert mode == "quotes"
            assert len(span.exact) == span.end - span.start
            assert getattr(span, "quoted", False) or (
                id(span) in brief
                and len(span.exact.split()) <= 2
                and len(span.exact.encode()) <= 40
            )
        elif mode == "quotes":
            assert not getattr(span, "quoted", False)


def check_quotes(document):
    """Types, attributions and nesting hold what they say; quotes come as they begin."""
    known = {quote.id: quote for quote in document.quotes}
    beginnings = [extent(quote)[0] for quote in document.quotes]
    assert beginnings == sorted(beginnings)
    for quote in document.quotes:
        assert {span.quoted for span in quote.content} == QUOTED[quote.type]
        names = [speaker.name for speaker in quote.speakers]
        if quote.attribution == "attributed":
            assert names
            assert all(names)
        elif quote.attribution == "anonymous":
            assert not any(names)
        else:
            assert not names
        assert len(set(names)) == len(names)
        assert quote.type != "free_indirect" or not quote.cue
        assert quote.language not in (document.article.language, quote.translated_from or "")
        if quote.within:
            first, last = extent(known[quote.within])
            assert first <= extent(quote)[0] < extent(quote)[1] <= last
            assert extent(quote) != (first, last)


def check_claims(document):
    """Claims rest on words or quotes that are there, and sources' claims have claimants."""
    quotes = {quote.id: quote for quote in document.quotes}
    ids = [record.id for record in (*document.quotes, *document.claims)]
    assert len(set(ids)) == len(ids)
    for claim in document.claims:
        assert claim.quote_ids or claim.content
        assert set(claim.quote_ids) <= set(quotes)
        assert claim.voice != "source" or claim.claimant
        for quote_id in claim.quote_ids:
            assert claim.claimant.name in {speaker.name for speaker in quotes[quote_id].speakers}


def check_dates(document):
    article = document.article
    corrected = [correction.date for correction in article.corrections]
    assert in_order(article.published, *corrected, article.retrieved)
    for quote in document.quotes:
        assert in_order((quote.said or "").removeprefix("../"), article.published)
    for claim in document.claims:
        assert in_order(article.published, *(verdict.published for verdict in claim.assessments))
        ends = [end for end in (claim.period or "").split("/") if end not in ("", "..")]
        assert in_order(*ends)
    for record in (document, *document.quotes, *document.claims):
        assert record.annotation is None or in_order(article.retrieved, record.annotation.on)


def check_rights(document):
    rights = document.article.rights
    assert rights.redistribute != "full" or rights.license.startswith("CC")


def check_relations(corpus):
    """Relations lead to other claims, and no two claims are the same and contradict each other."""
    claims = [claim for document in corpus for claim in flatten(document)["claim"]]
    known = {claim["id"] for claim in claims}
    related = defaultdict(set)
    for claim in claims:
        for relation in claim["relations"]:
            assert relation["claim_id"] in known - {claim["id"]}
            related[frozenset((claim["id"], relation["claim_id"]))].add(relation["type"])
    assert not any({"same_as", "contradicts"} <= types for types in related.values())
    quotes = {quote["id"]: quote for document in corpus for quote in flatten(document)["quote"]}
    for quote in quotes.values():
        for relation in quote["relations"]:
            assert relation["quote_id"] != quote["id"]
            names, others = (
                {speaker["name"] for speaker in each["speakers"]}
                for each in (quote, quotes[relation["quote_id"]])
            )
            assert (names == others) is (relation["type"] != "answers")
    check_replacements(quotes)
    check_replacements({claim["id"]: claim for claim in claims})


def check_replacements(records):
    """Corrected records, and they alone, are replaced by a valid one of the same article."""
    for record in records.values():
        assert (record["status"] == "corrected") is bool(record["replaced_by"])
        if record["replaced_by"]:
            replacement = records[record["replaced_by"]]
            assert replacement["status"] == "active"
            assert replacement["article_id"] == record["article_id"]


def check_corpus(corpus):
    for of in ("id", "text_sha256"):
        assert len({getattr(document.article, of) for document in corpus}) == len(corpus)
    urls = [document.article.url for document in corpus if document.article.url]
    assert len(set(urls)) == len(urls)
    check_relations(corpus)
    for document in corpus:
        check_places(document)
        check_quotes(document)
        check_claims(document)
        check_dates(document)
        check_rights(document)


@pytest.mark.slow
@settings(max_examples=examples(8))
@given(testing.corpora())
def test_hydrated_corpora_are_consistent_and_have_all_words(corpus):
    check_corpus(corpus)
    for document in corpus:
        check_words(document)


@pytest.mark.slow
@settings(max_examples=examples(8))
@given(testing.corpora("dehydrated"))
def test_dehydrated_corpora_are_consistent_and_have_the_words_that_rights_allow(corpus):
    check_corpus(corpus)
    for document in corpus:
        check_withheld(document)


@pytest.mark.slow
@settings(max_examples=examples(5))
@given(testing.documents())
def test_dehydrating_takes_away_words_alone(document):
    dehydrated = in_form(document, "dehydrated")
    for before, after in zip(spans(document), spans(dehydrated), strict=True):
        assert after.exact in (None, before.exact)
        assert after.sha256 in (None, digest(before.exact))
    assert wordless(document) == wordless(dehydrated)


def wordless(document):
    """A document without the article's text and without what spans say."""

    def without(node):
        if isinstance(node, dict):
            return {key: without(value) for key, value in node.items() if key not in said}
        return [without(item) for item in node] if isinstance(node, tuple) else node

    said = {"exact", "prefix", "suffix", "sha256"}
    fields = without(document.model_dump())
    del fields["article"]["text"]
    return fields


@pytest.mark.slow
@settings(max_examples=examples(6))
@given(corpus=testing.corpora("dehydrated"))
def test_no_rule_finds_anything(corpus, tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    for document in corpus:
        path = folder / f"{document.article.id}.json"
        path.write_text(document.model_dump_json(exclude_none=True), "utf-8")
    report = validate(folder)
    assert report.checked.articles == len(corpus)
    assert not report.findings


# Flat records


@pytest.mark.slow
@settings(max_examples=examples(5))
@given(testing.articles())
def test_articles_are_flat_and_complete(article):
    assert article.record_type == "article"
    assert article.text_sha256 == digest(article.text)


@pytest.mark.slow
@settings(max_examples=examples(5))
@given(testing.quotes())
def test_quotes_are_flat_and_qualified(quote):
    assert quote.record_type == "quote"
    ids = [quote.id, *filter(None, (quote.within, quote.replaced_by))]
    ids += [relation.quote_id for relation in quote.relations]
    assert all(reference.startswith(f"{quote.article_id}.") for reference in ids)
    assert all(span.exact for span in quote.content)


@pytest.mark.slow
@settings(max_examples=examples(5))
@given(testing.claims())
def test_claims_are_flat_and_qualified(claim):
    assert claim.record_type == "claim"
    ids = [claim.id, *claim.quote_ids, *(relation.claim_id for relation in claim.relations)]
    assert all(reference.startswith(f"{claim.article_id}.") for reference in ids)


# Variety: what occurs among a few hundred corpora

Corpus = tuple[current.Document, ...]


def quoted(has: Callable[[str], bool]) -> Callable[[Corpus], bool]:
    """Whether a quote has such a character."""
    return lambda corpus: any(
        has(character)
        for document in corpus
        for quote in document.quotes
        for span in quote.content
        for character in span.exact
    )


def script(name: str) -> Callable[[Corpus], bool]:
    return quoted(lambda character: unicodedata.name(character, "").startswith(name))


def quote(has: Callable[[current.DocumentQuote], bool]) -> Callable[[Corpus], bool]:
    return lambda corpus: any(has(quote) for document in corpus for quote in document.quotes)


def claim(has: Callable[[current.DocumentClaim], bool]) -> Callable[[Corpus], bool]:
    return lambda corpus: any(has(claim) for document in corpus for claim in document.claims)


def article(has: Callable[[current.DocumentArticle], bool]) -> Callable[[Corpus], bool]:
    return lambda corpus: any(has(document.article) for document in corpus)


def nested_twice(corpus: Corpus) -> bool:
    return any(
        inner.within == outer.id and outer.within
        for document in corpus
        for inner in document.quotes
        for outer in document.quotes
    )


OCCURRING: dict[str, Callable[[Corpus], bool]] = {
    "Latin": script("LATIN"),
    "Cyrillic": script("CYRILLIC"),
    "Arabic": script("ARABIC"),
    "Hebrew": script("HEBREW"),
    "Han": script("CJK UNIFIED"),
    "Kana": script("HIRAGANA"),
    "Hangul": script("HANGUL"),
    "Devanagari": script("DEVANAGARI"),
    "Thai": script("THAI"),
    "right to left": quoted(lambda character: unicodedata.bidirectional(character) in ("R", "AL")),
    "beyond the basic plane": quoted(lambda character: ord(character) > 0xFFFF),
    "emoji of several characters": quoted(lambda character: character == "\u200d"),
    "combining marks": quoted(lambda character: unicodedata.combining(character) > 0),
    "a text that is another one when it is taken apart": article(
        lambda article: not unicodedata.is_normalized("NFD", article.text)
    ),
    "a text that is another one when it is folded": article(
        lambda article: not unicodedata.is_normalized("NFKC", article.text)
    ),
    "characters of no letter at all": article(
        lambda article: any(unicodedata.category(character) == "Co" for character in article.text)
    ),
    "a span at the beginning of a text": quote(lambda quote: quote.content[0].start == 0),
    "a span at the end of a text": quote(lambda quote: quote.content[-1].suffix == ""),
    "a discontinuous quote": quote(lambda quote: len(quote.content) > 1),
    "a nested quote": quote(lambda quote: quote.within is not None),
    "a quote nested twice": nested_twice,
    **{
        f"a quote of type {type_}": quote(lambda quote, type_=type_: quote.type == type_)
        for type_ in QUOTED
    },
    **{
        f"an attribution that is {kind}": quote(lambda quote, kind=kind: quote.attribution == kind)
        for kind in ("attributed", "anonymous", "unattributed")
    },
    "an unnamed speaker": quote(lambda quote: any(not one.name for one in quote.speakers)),
    "a joint statement": quote(lambda quote: len(quote.speakers) > 1),
    "a chain of relays": quote(lambda quote: len(quote.relayed_by) > 1),
    "a speaker who is mentioned twice": quote(
        lambda quote: any(len(one.mentions) > 1 for one in quote.speakers)
    ),
    **{
        f"a quote with the relation {type_}": quote(
            lambda quote, type_=type_: any(one.type == type_ for one in quote.relations)
        )
        for type_ in ("same_statement", "translation_of", "paraphrases", "answers")
    },
    "a quote that was replaced": quote(lambda quote: quote.replaced_by),
    "a claim that was replaced": claim(lambda claim: claim.replaced_by),
    "a quote said before a day": quote(lambda quote: (quote.said or "").startswith("../")),
    "an approximate period": claim(lambda claim: "~" in (claim.period or "")),
    "a note": quote(lambda quote: quote.annotation and quote.annotation.note),
    "complete coverage": article(
        lambda article: article.coverage and article.coverage.quotes == "all"
    ),
    "several cues": quote(lambda quote: len(quote.cue) > 1),
    "an addressee in the text": quote(lambda quote: any(one.mentions for one in quote.addressees)),
    "a relaying source": quote(lambda quote: quote.relayed_by),
    "a translation": quote(lambda quote: quote.translated_from),
    "a quote that was withdrawn": quote(lambda quote: quote.status == "withdrawn"),
    "an annotation of its own": quote(lambda quote: quote.annotation),
    "a claim of the article": claim(lambda claim: claim.voice == "article"),
    "a claim on one quote": claim(lambda claim: len(claim.quote_ids) == 1),
    "a claim on several quotes": claim(lambda claim: len(claim.quote_ids) > 1),
    "a claim on several spans": claim(lambda claim: len(claim.content) > 1),
    "a claim with an interval": claim(lambda claim: "/" in (claim.period or "")),
    "an assessment with evidence": claim(
        lambda claim: any(verdict.evidence for verdict in claim.assessments)
    ),
    "a relation inside a document": claim(
        lambda claim: any("." not in relation.claim_id for relation in claim.relations)
    ),
    "a relation across documents": claim(
        lambda claim: any("." in relation.claim_id for relation in claim.relations)
    ),
    **{
        f"rights that allow {mode}": article(
            lambda article, mode=mode: article.rights.redistribute == mode
        )
        for mode in ("full", "quotes", "none")
    },
    **{
        f"a date of {length} characters": article(
            lambda article, length=length: len(article.published or "") == length
        )
        for length in (4, 7, 10, 20)
    },
    "a document without quotes": lambda corpus: not all(document.quotes for document in corpus),
    "several documents": lambda corpus: len(corpus) > 1,
}


# What is drawn so seldom that it is waited for at night only.
SELDOM = {f"a quote with the relation {type_}" for type_ in ("same_statement", "paraphrases")}


@pytest.mark.slow
def test_all_of_it_occurs():
    missing = set(OCCURRING) if is_nightly() else OCCURRING.keys() - SELDOM

    class NothingIsMissingError(Exception):
        """No more corpora are needed."""

    @seed(3)  # with which all of it occurs soon
    @settings(max_examples=2000, phases=[Phase.generate], database=None, derandomize=False)
    @given(testing.corpora())
    def look(corpus):
        missing.difference_update([what for what in missing if OCCURRING[what](corpus)])
        if not missing:
            raise NothingIsMissingError

    with contextlib.suppress(NothingIsMissingError):
        look()
    assert not missing


def test_without_hypothesis_it_says_what_to_install():
    program = "import sys; sys.modules['hypothesis'] = None; import onrecord.testing"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "ImportError: onrecord.testing needs Hypothesis: pip install hypothesis" in run.stderr
