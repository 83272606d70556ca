"""A claim: what somebody asserts, in words that can be understood alone."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import ClaimRef, Language, Line, Many, QuoteRef, Record, Status
from onrecord.schema.v0.annotation import Annotation
from onrecord.schema.v0.appearance import Appearance
from onrecord.schema.v0.assessment import Assessment
from onrecord.schema.v0.dates import PartialDate, Period
from onrecord.schema.v0.flat import OfArticle
from onrecord.schema.v0.source import Entity, Source
from onrecord.schema.v0.span import Span


class Relation(Record):
    """How a claim stands to another one."""

    type: Literal["same_as", "contradicts", "supports", "qualifies", "updates"] = Field(
        description="What this claim does to the other one."
    )
    claim_id: ClaimRef = Field(description="Identifier of the other claim.")


class ClaimBody(Record):
    """What is claimed, by whom and on which words, whichever form it is written in."""

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
        default=(), description="The article's own words that assert it, as spans in text order."
    )
    said: PartialDate | None = Field(
        default=None,
        description="When it was made (schema.org Claim: datePublished): ISO 8601 year, month or "
        "day, or an RFC 3339 instant.",
    )
    venue: Line | None = Field(
        default=None,
        description="Where or on what occasion it was made, such as a debate or a platform, as "
        "the source gives it.",
    )
    appearances: Many[Appearance] = Field(
        default=(), description="Pages on which it was made or repeated, beside the article."
    )
    kind: (
        Literal[
            "event",
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
    ) = Field(default=None, description="What sort of claim it is. Absent where nobody has said.")
    checkable: bool | None = Field(
        default=None,
        description="Whether evidence could show it true or false at the time of annotation. "
        "Absent where nobody has said.",
    )
    period: Period | None = Field(
        default=None,
        description="The time that the claim is about: an ISO 8601 date, which may be partial, "
        "or an interval of two with a slash, either of them .. where it is open (ISO 8601-2).",
    )
    about: Many[Entity] = Field(default=(), description="Whom and what the claim is about.")
    relations: Many[Relation] = Field(default=(), description="How it stands to other claims.")
    assessments: Many[Assessment] = Field(
        default=(), description="Published verdicts on it, oldest first."
    )
    status: Status = Field(
        default="active", description="Whether the record stands, was corrected, or is withdrawn."
    )


class Claim(ClaimBody, OfArticle):
    """A claim as a flat record: one line or row of the claims table."""

    record_type: Literal["claim"] = Field(description="Which kind of record this is.")
    annotation: Annotation = Field(description="Who made the record, and how.")
