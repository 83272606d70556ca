"""An article: the text that quotes and claims are found in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import (
    Domain,
    Language,
    Line,
    Many,
    Offset,
    Paragraphs,
    Qid,
    Record,
    Sha256,
    Slug,
    Url,
)
from onrecord.schema.v0.dates import PartialDate
from onrecord.schema.v0.flat import FlatRecord
from onrecord.schema.v0.rights import Rights
from onrecord.schema.v0.source import Entity


class Publisher(Record):
    """Who published an article (schema.org publisher)."""

    name: Line | None = Field(default=None, description="The publisher's name.")
    domain: Domain | None = Field(
        default=None, description="The publisher's internet domain, without www (RFC 1035)."
    )
    wikidata: Qid | None = Field(
        default=None,
        description="The Wikidata item (Q and a number). Absent unless it is certain.",
    )


class Correction(Record):
    """A correction that the publisher made to an article (schema.org correction)."""

    date: PartialDate | None = Field(
        default=None, description="When it was made (ISO 8601 date, may be partial)."
    )
    note: Paragraphs = Field(description="What was corrected.")


class ArticleBody(Record):
    """What is known of an article, whichever form it is written in."""

    id: Slug = Field(
        description="Identifier of the article in the corpus: lower-case letters a-z, digits, "
        "hyphens and underscores.",
    )
    title: Line | None = Field(
        default=None, description="The headline, as published (schema.org headline)."
    )
    url: Url | None = Field(default=None, description="Where it was published (RFC 3986).")
    archived_url: Url | None = Field(
        default=None, description="A copy in a web archive (RFC 3986)."
    )
    publisher: Publisher | None = Field(default=None, description="Who published it.")
    authors: Many[Line] = Field(default=(), description="Names in the byline, in its order.")
    published: PartialDate | None = Field(
        default=None,
        description="When it was published: ISO 8601 year, month or day, or an RFC 3339 instant.",
    )
    retrieved: PartialDate | None = Field(
        default=None,
        description="When the text was taken: ISO 8601 year, month or day, or an RFC 3339 instant.",
    )
    language: Language = Field(description="Language of the text (BCP 47).")
    text: Paragraphs | None = Field(
        default=None,
        description="The text that spans index, exactly. Absent where rights withhold it.",
    )
    text_sha256: Sha256 | None = Field(
        default=None,
        description="SHA-256 (FIPS 180-4) of the text in UTF-8, 64 lower-case hexadecimal "
        "digits. There wherever a span is located.",
    )
    text_length: Offset | None = Field(
        default=None,
        description="Length of the text in Unicode code points. There wherever a span is located.",
    )
    rights: Rights = Field(description="What may be done with the text.")
    subjects: Many[Entity] = Field(
        default=(), description="Whom and what the article is about (schema.org about)."
    )
    corrections: Many[Correction] = Field(
        default=(), description="Corrections that the publisher made, oldest first."
    )


class Article(ArticleBody, FlatRecord):
    """An article as a flat record: one line or row of the articles table."""

    record_type: Literal["article"] = Field(description="Which kind of record this is.")
