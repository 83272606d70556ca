"""A published verdict on a claim."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.v0.types import Line, Many, PartialDate, Record, Url


class Evidence(Record):
    """A page that a verdict rests on."""

    url: Url = Field(description="Where it is published (RFC 3986).")
    archived_url: Url | None = Field(
        default=None, description="A copy in a web archive (RFC 3986)."
    )
    title: Line | None = Field(default=None, description="Its title, as published.")
    published: PartialDate | None = Field(
        default=None, description="When it was published (ISO 8601 date, may be partial)."
    )
    stance: Literal["supports", "refutes", "context"] = Field(
        description="Whether it supports or refutes the claim, or gives context."
    )


class Assessment(Record):
    """A published verdict on a claim (schema.org ClaimReview)."""

    reviewer: Line = Field(description="Who published the verdict (ClaimReview author).")
    url: Url = Field(description="Where the verdict is published (ClaimReview url, RFC 3986).")
    published: PartialDate | None = Field(
        default=None,
        description="When it was published (ClaimReview datePublished; ISO 8601 date, may be "
        "partial).",
    )
    rating: Literal[
        "true",
        "mostly_true",
        "mixed",
        "mostly_false",
        "false",
        "misleading",
        "outdated",
        "unverifiable",
    ] = Field(description="The verdict on the scale that all assessments here share.")
    original_rating: Line = Field(
        description="The verdict in the reviewer's own words (ClaimReview alternateName)."
    )
    evidence: Many[Evidence] = Field(default=(), description="The pages that it rests on.")
