"""Define an article: the text that quotes and claims are found in."""

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
from onrecord.schema.v1.dates import PartialDate
from onrecord.schema.v1.flat import FlatRecord
from onrecord.schema.v1.rights import Rights
from onrecord.schema.v1.source import Entity


class Publisher(Record):
    """Publisher of an article (schema.org publisher)."""

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
        default=None,
        description="When it was made: ISO 8601 year, month or day, or an RFC 3339 instant.",
    )
    note: Paragraphs = Field(description="What was corrected.")


class Coverage(Record):
    """How much of an article is annotated, without which a missing record has no meaning."""

    quotes: Literal["all", "some"] | None = Field(
        default=None,
        description="Whether all quotes of the article are records (all), or only a selection "
        "(some). Absent where this is not known.",
    )
    claims: Literal["all", "some"] | None = Field(
        default=None,
        description="Whether all claims of the article are records (all), or only a selection "
        "(some). Absent where this is not known.",
    )


class ArticleBody(Record):
    """The fields of an article, in a document and in a table."""

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
    publisher: Publisher | None = Field(default=None, description="Publisher of the article.")
    authors: Many[Line] = Field(default=(), description="Names in the byline, in its order.")
    published: PartialDate | None = Field(
        default=None,
        description="When it was published: ISO 8601 year, month or day, or an RFC 3339 instant.",
    )
    retrieved: PartialDate | None = Field(
        default=None,
        description="When the text was retrieved: ISO 8601 year, month or day, or an RFC 3339 "
        "instant.",
    )
    language: Language = Field(description="Language of the text (BCP 47).")
    text: Paragraphs | None = Field(
        default=None,
        description="The exact text that spans index. Absent where rights withhold it.",
    )
    text_sha256: Sha256 | None = Field(
        default=None,
        description="SHA-256 (FIPS 180-4) of the text in UTF-8, 64 lower-case hexadecimal "
        "digits. Needed if any span has offsets.",
    )
    text_length: Offset | None = Field(
        default=None,
        description="Length of the text in Unicode code points. Needed if any span has offsets.",
    )
    rights: Rights = Field(description="What is allowed with the text.")
    coverage: Coverage | None = Field(
        default=None, description="How much of the article is annotated. Absent if not known."
    )
    subjects: Many[Entity] = Field(
        default=(), description="People and things that the article is about (schema.org about)."
    )
    corrections: Many[Correction] = Field(
        default=(), description="Corrections that the publisher made, oldest first."
    )


class Article(ArticleBody, FlatRecord):
    """An article as a flat record: one line or row of the articles table."""

    record_type: Literal["article"] = Field(default="article", description="Type of the record.")
