"""Define a published verdict on a claim, and its evidence."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Line, Many, Paragraphs, Record, Url
from onrecord.schema.v1.dates import PartialDate


class Evidence(Record):
    """What a verdict rests on: most often a page, and the question that it answers."""

    url: Url | None = Field(
        default=None,
        description="The page (RFC 3986). Absent where the evidence is not a page, or where none "
        "was found.",
    )
    archived_url: Url | None = Field(
        default=None, description="A copy in a web archive (RFC 3986)."
    )
    title: Line | None = Field(default=None, description="Its title, as published.")
    published: PartialDate | None = Field(
        default=None,
        description="When it was published: ISO 8601 year, month or day, or an RFC 3339 instant.",
    )
    stance: Literal["supports", "refutes", "context"] | None = Field(
        default=None,
        description="Whether it supports or refutes the claim, or gives context. Absent where the "
        "reviewer does not say.",
    )
    question: Paragraphs | None = Field(
        default=None,
        description="The question that was asked to check the claim (Schlichtkrull et al. 2023).",
    )
    answer: Paragraphs | None = Field(
        default=None, description="The evidence's answer to it, in the reviewer's words."
    )


class Assessment(Record):
    """A published verdict on a claim (schema.org ClaimReview)."""

    reviewer: Line = Field(description="Publisher of the verdict (ClaimReview author).")
    url: Url | None = Field(
        default=None,
        description="Page of the verdict (ClaimReview url, RFC 3986). Absent where the verdict is "
        "known only from a dataset.",
    )
    published: PartialDate | None = Field(
        default=None,
        description="When it was published (ClaimReview datePublished): ISO 8601 year, month or "
        "day, or an RFC 3339 instant.",
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
        description="The verdict on a scale that all assessments share: true; mostly_true "
        "(inexact in a detail); mixed (partly true, partly false); mostly_false; false; misleading "
        "(true words, a false impression); outdated (true once); unverifiable (the evidence does "
        "not decide). Absent where the reviewer's own verdict has no counterpart.",
    )
    original_rating: Line = Field(
        description="The verdict in the reviewer's own words (ClaimReview alternateName)."
    )
    justification: Paragraphs | None = Field(
        default=None,
        description="Reasons for the verdict, in the reviewer's words (schema.org reviewBody).",
    )
    evidence: Many[Evidence] = Field(default=(), description="What the verdict rests on.")
