"""Export schema.org JSON-LD: articles, quotations, claims and their reviews as one graph."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from onrecord.exchange.base import ArticleRecords, Exporter, Output, Shared, Value
from onrecord.exchange.values import encode

# The values of ratings on the scale from 1 to 5; the others have none.
SCALE = {"false": 1, "mostly_false": 2, "mixed": 3, "mostly_true": 4, "true": 5}

_FILE = "schema-org.jsonld"
_END = "\n  ]\n}\n"
_KINDS = {"person": "Person", "organization": "Organization"}


@dataclass(frozen=True, kw_only=True)
class SchemaOrg(Exporter):
    """Export articles, quotations, claims and reviews as schema.org JSON-LD.

    Source: https://schema.org, with NewsArticle, Quotation, Claim and ClaimReview. All records
    become the nodes of one `@graph` in one file, joined by their `@id`s: `urn:onrecord:article:ID`,
    `urn:onrecord:quote:ID`, `urn:onrecord:claim:ID`, and `urn:onrecord:review:ID:N` for the Nth
    assessment of a claim. Each node has only properties that schema.org defines for its type.

    What maps to what:

    - an article: NewsArticle. `title`: `headline`; `url`; `archived_url`: `archivedAt`;
      `published`: `datePublished`; `language`: `inLanguage`, unless it is `und`; `text`:
      `articleBody`; `publisher`, an Organization; `authors`: `author`; `subjects`: `about`;
      `corrections`: `correction`; of `rights`, the `license`, unless it is NOASSERTION, as a work
      of that name, `holder` as `copyrightHolder` and `notice` as `copyrightNotice`.
    - a quote: Quotation. `content`: `text`, where all of its words are there; several spans are
      joined by an ellipsis in brackets. `speakers`: `spokenByCharacter`; `said`: `dateCreated`,
      unless it is an interval or a qualified date; the article, the quote that it is nested in, and
      `appearances`: `isPartOf`; `language`: `inLanguage`; the quotes that it is a translation of:
      `translationOfWork`, or else a Quotation whose `inLanguage` is `translated_from`; a `status`
      other than active: `creativeWorkStatus`.
    - a claim: Claim. `text`; `language`: `inLanguage`; `claimant`: `author`; `said`:
      `datePublished`, as of a quote; `annotators`: `claimInterpreter`, each a Person; the article: `appearance`;
      `quote_ids`: `isBasedOn`; `appearances`: `firstAppearance` and `appearance`, each a WebPage;
      `about`; `period`: `temporalCoverage`, without qualifiers; claims of the same claimant in the
      same article that it is the same as: `sameAs`; `status` as of a quote.
    - an assessment: ClaimReview of the claim. `claimReviewed`: the claim's text; `reviewer`:
      `author`; `url`; `published`: `datePublished`; `justification`: `reviewBody`; `evidence`:
      `citation`, each with an address or a title a WebPage. `original_rating`: `alternateName` of
      the `reviewRating`; `rating`: its `name`, and `ratingValue` from 1 (false) to 5 (true), but
      none for misleading, outdated and unverifiable, which have no place on that scale. The
      importer claimreview gives back the verdict, its dates and addresses, and the claim.
    - a source: a Person with `name`, and `role` as `jobTitle`, or an Organization; of any other or
      no kind a Thing. Its Wikidata item: `sameAs`.

    What rights withhold is not there.

    What is lost: spans, so offsets, digests, cues, mentions, and which words are quoted; `type`,
    `attribution`, `addressees`, `relayed_by`, `medium`, `venue` and other relations of quotes;
    `voice`, `content`, `kind`, `checkable`, `venue` and other relations of claims; `replaced_by`;
    that an appearance is known not to be the first one; the `role` of sources that are not persons;
    a publisher's domain; stance, question and answer of evidence; when a text was retrieved; what
    may be redistributed; how much is annotated; who annotated quotes, and how.
    """

    name: ClassVar[str] = "schema-org"
    single: ClassVar[str | None] = _FILE

    def shared(self) -> Mapping[str, Shared]:
        """Return the file, of which the graph has one node per line."""
        before = '{\n  "@context": "https://schema.org",\n  "@graph": ['
        return {_FILE: Shared(before, ",", _END, _END)}

    def write(self, bundle: ArticleRecords) -> Iterator[Output]:
        """Yield the nodes of an article."""
        yield _FILE, ",".join(f"\n    {encode(_filled(node))}" for node in _nodes(bundle))


def _nodes(bundle: ArticleRecords) -> Iterator[Value]:
    yield _article(bundle.article)
    yield from map(_quotation, bundle.quotes)
    by_claimant: dict[str, set[str]] = {}
    for claim in bundle.claims:
        by_claimant.setdefault(_claimant(claim), set()).add(claim["id"])
    for claim in bundle.claims:
        yield _claim(claim, by_claimant[_claimant(claim)] if _claimant(claim) else ())
        for number, assessment in enumerate(claim.get("assessments", ()), start=1):
            yield _review(claim, assessment, number)


def _article(article: Value) -> Value:
    rights = article["rights"]
    publisher = article.get("publisher", {})
    return {
        "@type": "NewsArticle",
        "@id": _urn("article", article["id"]),
        "headline": article.get("title"),
        "url": article.get("url"),
        "archivedAt": article.get("archived_url"),
        "publisher": _thing("Organization", publisher),
        "author": [_thing("Thing", {"name": name}) for name in article.get("authors", ())],
        "datePublished": article.get("published"),
        "inLanguage": _language(article),
        "articleBody": article.get("text"),
        "license": _license(rights["license"]),
        "copyrightHolder": _thing("Thing", {"name": rights.get("holder")}),
        "copyrightNotice": rights.get("notice"),
        "about": [_thing("Thing", entity) for entity in article.get("subjects", ())],
        "correction": [
            {
                "@type": "CorrectionComment",
                "datePublished": correction.get("date"),
                "text": correction["note"],
            }
            for correction in article.get("corrections", ())
        ],
    }


def _quotation(quote: Value) -> Value:
    words = [span.get("exact") for span in quote["content"]]
    parent = quote.get("within")
    translated = quote.get("translated_from")
    originals = [
        _reference("quote", relation["quote_id"])
        for relation in quote.get("relations", ())
        if relation["type"] == "translation_of"
    ]
    return {
        "@type": "Quotation",
        "@id": _urn("quote", quote["id"]),
        "text": None if None in words else " […] ".join(words),
        "spokenByCharacter": [_source(speaker) for speaker in quote.get("speakers", ())],
        "dateCreated": _date(quote.get("said")),
        "isPartOf": [
            _reference("article", quote["article_id"]),
            parent and _reference("quote", parent),
            *map(_page, quote.get("appearances", ())),
        ],
        "inLanguage": _language(quote),
        "translationOfWork": originals
        or (translated and {"@type": "Quotation", "inLanguage": translated}),
        "creativeWorkStatus": quote.get("status"),
    }


def _claim(claim: Value, of_claimant: Container[str]) -> Value:
    """Return a claim as a node, given the ids of the claims of the same claimant."""
    appearances = claim.get("appearances", ())
    return {
        "@type": "Claim",
        "@id": _urn("claim", claim["id"]),
        "text": claim["text"],
        "inLanguage": _language(claim),
        "author": _source(claim.get("claimant")),
        "datePublished": _date(claim.get("said")),
        "isBasedOn": [_reference("quote", quote_id) for quote_id in claim.get("quote_ids", ())],
        "firstAppearance": [_page(one) for one in appearances if one.get("first")],
        "appearance": [
            _reference("article", claim["article_id"]),
            *(_page(one) for one in appearances if not one.get("first")),
        ],
        "claimInterpreter": [
            _thing("Person", {"name": name}) for name in claim["annotation"].get("annotators", ())
        ],
        "about": [_thing("Thing", entity) for entity in claim.get("about", ())],
        "temporalCoverage": _QUALIFIERS.sub("", claim.get("period") or "") or None,
        "sameAs": [
            _urn("claim", relation["claim_id"])
            for relation in claim.get("relations", ())
            if relation["type"] == "same_as" and relation["claim_id"] in of_claimant
        ],
        "creativeWorkStatus": claim.get("status"),
    }


def _review(claim: Value, assessment: Value, number: int) -> Value:
    rating = assessment.get("rating")
    place = rating and SCALE.get(rating)
    return {
        "@type": "ClaimReview",
        "@id": f"{_urn('review', claim['id'])}:{number}",
        "claimReviewed": claim["text"],
        "itemReviewed": _reference("claim", claim["id"]),
        "author": _thing("Thing", {"name": assessment["reviewer"]}),
        "url": assessment.get("url"),
        "datePublished": assessment.get("published"),
        "reviewBody": assessment.get("justification"),
        "reviewRating": {
            "@type": "Rating",
            "alternateName": assessment["original_rating"],
            "name": rating and rating.replace("_", " "),
            "ratingValue": place,
            "bestRating": place and max(SCALE.values()),
            "worstRating": place and min(SCALE.values()),
        },
        "citation": [
            {**_page(evidence), "name": evidence.get("title")}
            for evidence in assessment.get("evidence", ())
            if "url" in evidence or "title" in evidence
        ],
    }


def _claimant(claim: Value) -> str:
    """Return what identifies the claimant; the article for its own claims; empty if unknown."""
    if claim["voice"] == "article":
        return f"article {claim['article_id']}"
    claimant = claim.get("claimant", {})
    return str(claimant.get("wikidata") or claimant.get("name") or "")


# The qualifiers of a date: uncertain, approximate, or both (ISO 8601-2); schema.org has none.
_QUALIFIERS = re.compile("[?~%](?=/|$)")


def _date(said: str | None) -> str | None:
    """Return a date as schema.org has it; None for an interval or a qualified date."""
    return None if said is None or "/" in said or _QUALIFIERS.search(said) else said


def _page(page: Value) -> Value:
    return {
        "@type": "WebPage",
        "url": page.get("url"),
        "archivedAt": page.get("archived_url"),
        "datePublished": page.get("published"),
    }


def _source(source: Value | None) -> Value | None:
    """Return a source as a node; None if schema.org has no property for what is known."""
    if source is None:
        return None
    type_ = _KINDS.get(source.get("kind", ""), "Thing")
    return _thing(type_, source, source.get("role") if type_ == "Person" else None)


def _thing(type_: str, named: Value, job: str | None = None) -> Value | None:
    """Return a node with a name, a Wikidata item or a job; None if it has none of them."""
    item = named.get("wikidata")
    found = {
        "@type": type_,
        "name": named.get("name"),
        "jobTitle": job,
        "sameAs": item and f"http://www.wikidata.org/entity/{item}",
    }
    return found if len(_filled(found)) > 1 else None


def _language(record: Value) -> str | None:
    language: str | None = record.get("language")
    return None if language == "und" else language


def _license(identifier: str) -> Value | None:
    """Return a licence as a node; None if it is unknown."""
    if identifier == "NOASSERTION":
        return None
    return {"@type": "CreativeWork", "name": identifier}


def _urn(kind: str, identifier: str) -> str:
    return f"urn:onrecord:{kind}:{identifier}"


def _reference(kind: str, identifier: str) -> Value:
    return {"@id": _urn(kind, identifier)}


def _filled(value: Any) -> Any:
    """Return a node without absent values."""
    if isinstance(value, dict):
        filled = {name: _filled(inner) for name, inner in value.items()}
        return {name: inner for name, inner in filled.items() if inner not in (None, [])}
    if isinstance(value, list):
        return [_filled(item) for item in value if item is not None]
    return value
