"""A quote: what an article reports that somebody said, wrote or thought."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Language, Line, Many, OneOrMore, QuoteRef, Record, Status
from onrecord.schema.v0.annotation import Annotation
from onrecord.schema.v0.appearance import Appearance
from onrecord.schema.v0.dates import PartialDate
from onrecord.schema.v0.flat import OfArticle
from onrecord.schema.v0.source import Source
from onrecord.schema.v0.span import ContentSpan, Span


class QuoteBody(Record):
    """What a quote says and who says it, whichever form it is written in."""

    type: Literal["direct", "indirect", "mixed", "reported", "free_indirect"] = Field(
        description="How it is quoted: word for word (direct), in the article's words "
        "(indirect), partly each (mixed), by naming the act of speech (reported), or in the "
        "speaker's voice without a cue (free_indirect). After Petersen-Frey and Biemann (2024).",
    )
    content: OneOrMore[ContentSpan] = Field(
        description="What is said, as spans in text order; a quote that is interrupted has "
        "several. Quotation marks around the words are no part of a span.",
    )
    attribution: Literal["attributed", "anonymous", "unattributed", "unknown"] = Field(
        description="Whether the article says who speaks: it does (attributed), it speaks of "
        "somebody it does not name (anonymous), or it leaves it open (unattributed). Of a record "
        "that was made without finding out, that is not known (unknown).",
    )
    speaker: Source | None = Field(default=None, description="Who says it.")
    cue: Many[Span] = Field(
        default=(),
        description="The words that mark it as somebody's, such as said or according to, in "
        "text order (PolNeAR: cue).",
    )
    addressee: Source | None = Field(default=None, description="To whom it is said.")
    relayed_by: Source | None = Field(
        default=None, description="Through whom the article has it, such as a news agency."
    )
    medium: (
        Literal[
            "speech",
            "writing",
            "interview",
            "press_conference",
            "social_media",
            "statement",
            "document",
            "broadcast",
            "thought",
            "other",
        ]
        | None
    ) = Field(
        default=None,
        description="How it was said: in speech, in writing or in thought, or more closely, such "
        "as in an interview. Absent where the article does not tell.",
    )
    venue: Line | None = Field(
        default=None, description="Where or on what occasion it was said, as the article gives it."
    )
    said: PartialDate | None = Field(
        default=None,
        description="When it was said: ISO 8601 year, month or day, or an RFC 3339 instant.",
    )
    appearances: Many[Appearance] = Field(
        default=(), description="Further pages that have the same quote, beside the article."
    )
    within: QuoteRef | None = Field(
        default=None, description="Identifier of the quote that this one is nested in."
    )
    language: Language | None = Field(
        default=None,
        description="Language of the words (BCP 47), where it is not the article's.",
    )
    translated_from: Language | None = Field(
        default=None, description="Language in which it was said (BCP 47), if it was translated."
    )
    status: Status = Field(
        default="active", description="Whether the record stands, was corrected, or is withdrawn."
    )


class Quote(QuoteBody, OfArticle):
    """A quote as a flat record: one line or row of the quotes table."""

    record_type: Literal["quote"] = Field(description="Which kind of record this is.")
    annotation: Annotation = Field(description="Who made the record, and how.")
