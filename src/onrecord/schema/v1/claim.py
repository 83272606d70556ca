"""Define a claim: what somebody asserts, in words that can be understood alone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import ClaimRef, Language, Line, Many, QuoteRef, Record, Status
from onrecord.schema.v1.annotation import Annotation
from onrecord.schema.v1.appearance import Appearance
from onrecord.schema.v1.assessment import Assessment
from onrecord.schema.v1.dates import Period
from onrecord.schema.v1.flat import OfArticle
from onrecord.schema.v1.source import Entity, Source
from onrecord.schema.v1.span import Span


class Relation(Record):
    """A relation from this claim to another one."""

    type: Literal["same_as", "contradicts", "supports", "qualifies", "updates"] = Field(
        description="same_as: both claim the same. contradicts: both cannot be true. supports: if "
        "this claim is true, the other is more likely. qualifies: this claim limits the other. "
        "updates: this claim replaces the other at a later time."
    )
    claim_id: ClaimRef = Field(description="Identifier of the other claim.")


class ClaimBody(Record):
    """The fields of a claim, in a document and in a table."""

    text: Line = Field(
        description="The claim in the annotator's words, on one line, understandable without "
        "the article (decontextualised; Choi et al. 2021)."
    )
    language: Language = Field(description="Language of the claim's text (BCP 47).")
    voice: Literal["source", "article"] = Field(
        description="Who asserts it: a source that the article quotes, or the article itself."
    )
    claimant: Source | None = Field(
        default=None, description="Who makes the claim (schema.org Claim: author)."
    )
    quote_ids: Many[QuoteRef] = Field(
        default=(), description="Identifiers of the quotes that the claim rests on."
    )
    content: Many[Span] = Field(
        default=(),
        description="The words of the article that assert the claim, as spans in text order: its "
        "own words where the article makes the claim, or the part of the quotes that matters where a "
        "source does.",
    )
    said: Period | None = Field(
        default=None,
        description="When it was made (schema.org Claim: datePublished): an ISO 8601 date, which "
        "may be partial, an RFC 3339 instant, or an interval such as ../2024-12-10 (ISO 8601-2, "
        "level 1).",
    )
    venue: Line | None = Field(
        default=None,
        description="Place or occasion at which it was made, such as a debate or a platform, as "
        "the article or dataset gives it.",
    )
    appearances: Many[Appearance] = Field(
        default=(), description="Pages on which it was made or repeated, beside the article."
    )
    kind: (
        Literal[
            "event",
            "state",
            "quantity",
            "causal",
            "comparison",
            "definition",
            "prediction",
            "opinion",
            "norm",
            "other",
        ]
        | None
    ) = Field(
        default=None,
        description="What the claim asserts. event: something happened, or began or ended. state: "
        "something is or was so for a time: a condition, property, relation, plan or ability. "
        "quantity: how many or how much. causal: one thing brought about another. comparison: "
        "how two or more things compare, or which is first among them. definition: what a word "
        "means. prediction: something will or would happen. opinion: a value judgement. norm: "
        "what ought to be done or is allowed. other: none of these. Absent where it was not "
        "decided.",
    )
    checkable: bool | None = Field(
        default=None,
        description="Whether evidence could show it true or false at the time of annotation. "
        "Absent where it was not decided.",
    )
    period: Period | None = Field(
        default=None,
        description="The time that the claim is about: an ISO 8601 date, which may be partial, "
        "or an interval of two with a slash, either of them .. where it is open; ~ marks a date "
        "as approximate, ? as uncertain, % as both (ISO 8601-2, level 1).",
    )
    about: Many[Entity] = Field(
        default=(), description="People and things that the claim is about."
    )
    relations: Many[Relation] = Field(default=(), description="Relations to other claims.")
    assessments: Many[Assessment] = Field(
        default=(), description="Published verdicts on it, oldest first."
    )
    status: Status = Field(
        default="active",
        description="Whether the record is valid (active), was replaced by another (corrected), or "
        "is not valid and has no replacement (withdrawn).",
    )
    replaced_by: ClaimRef | None = Field(
        default=None, description="Identifier of the claim that replaces a corrected one."
    )


class Claim(ClaimBody, OfArticle):
    """A claim as a flat record: one line or row of the claims table."""

    record_type: Literal["claim"] = Field(default="claim", description="Type of the record.")
    annotation: Annotation = Field(description="Provenance of the record.")
