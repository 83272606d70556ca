"""Define the authoring document: an article with its quotes and claims in one file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Many, Record, Slug
from onrecord.schema.v1.annotation import Annotation
from onrecord.schema.v1.article import ArticleBody
from onrecord.schema.v1.claim import ClaimBody
from onrecord.schema.v1.quote import QuoteBody


class Entry(Record):
    """The fields of a quote or claim that differ in a document."""

    id: Slug = Field(
        description="Identifier in this document, such as q1 or c1: lower-case letters a-z, "
        "digits, hyphens and underscores. In the corpus it is ARTICLE.ID."
    )
    annotation: Annotation | None = Field(
        default=None,
        description="Provenance of the record, where it differs from the document's.",
    )


class DocumentArticle(ArticleBody):
    """The article of a document."""


class DocumentQuote(QuoteBody, Entry):
    """A quote of a document's article."""


class DocumentClaim(ClaimBody, Entry):
    """A claim of a document's article."""


class Document(Record):
    """An article with its quotes and claims, as annotators write it: one file per article."""

    schema_version: Literal["1.0"] = Field(
        default="1.0", description="Version of the schema that the document follows."
    )
    annotation: Annotation = Field(
        description="Provenance of the records, unless a record has its own."
    )
    article: DocumentArticle = Field(description="The article.")
    quotes: Many[DocumentQuote] = Field(
        default=(), description="Its quotes, in the order in which they begin."
    )
    claims: Many[DocumentClaim] = Field(default=(), description="Its claims.")
