"""A published verdict on a claim."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Line, Many, Paragraphs, Record, Url
from onrecord.schema.v0.dates import PartialDate


class Evidence(Record):
    """What a verdict rests on: most often a page, and what was asked of it."""

    url: Url | None = Field(
        default=None,
        description="The page (RFC 3986). Absent where it is none, or nothing was found.",
    )
    archived_url: Url | None = Field(
        default=None, description="A copy in a web archive (RFC 3986)."
    )
    title: Line | None = Field(default=None, description="Its title, as published.")
    published: PartialDate | None = Field(
        default=None, description="When it was published (ISO 8601 date, may be partial)."
    )
    stance: Literal["supports", "refutes", "context"] | None = Field(
        default=None,
        description="Whether it supports or refutes the claim, or gives context. Absent where the "
        "reviewer does not say.",
    )
    question: Paragraphs | None = Field(
        default=None,
        description="What was asked in order to check the claim (Schlichtkrull et al. 2023).",
    )
    answer: Paragraphs | None = Field(
        default=None, description="What the evidence says to that, in the reviewer's words."
    )


class Assessment(Record):
    """A published verdict on a claim (schema.org ClaimReview)."""

    reviewer: Line = Field(description="Who published the verdict (ClaimReview author).")
    url: Url | None = Field(
        default=None,
        description="Where the verdict is published (ClaimReview url, RFC 3986). Absent where it "
        "is known from a dataset alone.",
    )
    published: PartialDate | None = Field(
        default=None,
        description="When it was published (ClaimReview datePublished; ISO 8601 date, may be "
        "partial).",
    )
    rating: (
        Literal[
            "true",
            "mostly_true",
            "mixed",
            "mostly_false",
            "false",
            "misleading",
            "outdated",
            "unverifiable",
        ]
        | None
    ) = Field(
        default=None,
        description="The verdict on the scale that all assessments here share. Absent where the "
        "reviewer's own cannot be carried over to it.",
    )
    original_rating: Line = Field(
        description="The verdict in the reviewer's own words (ClaimReview alternateName)."
    )
    justification: Paragraphs | None = Field(
        default=None,
        description="The reasons for the verdict, in the reviewer's words (schema.org reviewBody).",
    )
    evidence: Many[Evidence] = Field(default=(), description="What it rests on.")
