"""The authoring document: an article with its quotes and claims in one file."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from onrecord.schema.v0.annotation import Annotation
from onrecord.schema.v0.article import ArticleBody
from onrecord.schema.v0.claim import ClaimBody
from onrecord.schema.v0.quote import QuoteBody
from onrecord.schema.v0.types import Many, Record, Slug


class Entry(Record):
    """What a quote or claim adds when it is written in its article's document."""

    id: Slug = Field(
        description="Identifier in this document, such as q1 or c1: lower-case letters a-z, "
        "digits, hyphens and underscores. The record's own is ARTICLE.ID."
    )
    annotation: Annotation | None = Field(
        default=None,
        description="Who made the record, and how, where it is not as the document says.",
    )


class DocumentArticle(ArticleBody):
    """The article of a document."""


class DocumentQuote(QuoteBody, Entry):
    """A quote of a document's article."""


class DocumentClaim(ClaimBody, Entry):
    """A claim of a document's article."""


class Document(Record):
    """An article with its quotes and claims, as annotators write it: one file an article."""

    schema_version: Literal["0.9"] = Field(
        description="Version of the schema that the document follows."
    )
    annotation: Annotation = Field(
        description="Who made the records, and how, unless a record says otherwise."
    )
    article: DocumentArticle = Field(description="The article.")
    quotes: Many[DocumentQuote] = Field(
        default=(), description="Its quotes, in the order in which they begin."
    )
    claims: Many[DocumentClaim] = Field(default=(), description="Its claims.")


def flatten(document: Document, *, sparse: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Return the flat records of a document as plain values, by record type, with qualified ids.

    Args:
        document: The document.
        sparse: Whether to leave out absent values: nulls, empty lists, and the default status.
    """
    whole = document.model_dump(exclude_defaults=sparse)
    article = whole["article"]
    common = {"schema_version": whole["schema_version"]}

    def qualified(local: str) -> str:
        return local if "." in local else f"{article['id']}.{local}"

    quotes, claims = whole.get("quotes", ()), whole.get("claims", ())
    for entry in [*quotes, *claims]:
        entry["id"] = qualified(entry["id"])
        entry["article_id"] = article["id"]
        entry["annotation"] = entry.get("annotation") or whole["annotation"]
    for quote in quotes:
        if quote.get("within"):
            quote["within"] = qualified(quote["within"])
    for claim in claims:
        if claim.get("quote_ids"):
            claim["quote_ids"] = [qualified(quote_id) for quote_id in claim["quote_ids"]]
        for relation in claim.get("relations", ()):
            relation["claim_id"] = qualified(relation["claim_id"])
    return {
        "article": [{"record_type": "article", **common, **article}],
        "quote": [{"record_type": "quote", **common, **quote} for quote in quotes],
        "claim": [{"record_type": "claim", **common, **claim} for claim in claims],
    }
