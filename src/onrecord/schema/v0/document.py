"""The authoring document: an article with its quotes and claims in one file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Many, Record, Slug
from onrecord.schema.v0.annotation import Annotation
from onrecord.schema.v0.article import ArticleBody
from onrecord.schema.v0.claim import ClaimBody
from onrecord.schema.v0.quote import QuoteBody


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
