"""Define a quote: what an article reports that somebody said, wrote or thought."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import Language, Line, Many, OneOrMore, QuoteRef, Record, Status
from onrecord.schema.v1.annotation import Annotation
from onrecord.schema.v1.appearance import Appearance
from onrecord.schema.v1.dates import Period
from onrecord.schema.v1.flat import OfArticle
from onrecord.schema.v1.source import Source
from onrecord.schema.v1.span import ContentSpan, Span


class QuoteRelation(Record):
    """A relation from this quote to another one, of the same or another article."""

    type: Literal["same_statement", "translation_of", "paraphrases", "answers"] = Field(
        description="same_statement: both report the same statement of the same speakers, "
        "such as two articles on one speech. translation_of: this quote's words translate the "
        "other's. paraphrases: this quote puts the other's words differently. answers: this quote "
        "replies to the other, which another speaker said."
    )
    quote_id: QuoteRef = Field(description="Identifier of the other quote.")


class QuoteBody(Record):
    """The fields of a quote, in a document and in a table."""

    type: Literal["direct", "indirect", "mixed", "reported", "free_indirect"] = Field(
        description="How it is quoted. direct: the words are inside quotation marks, or set off as "
        "speech (Pareti et al. 2013). indirect: a clause gives the content in the article's words "
        "(Pareti et al. 2013). mixed: indirect, with some of the words inside quotation marks "
        "(Pareti et al. 2013). reported: a speech act whose topic or content is given by a phrase, "
        "such as in: she condemned the attack (Semino and Short 2004, speech act with topic). "
        "free_indirect: sentences of the article continue the speaker's voice without a cue of "
        "their own (Brunner et al. 2020).",
    )
    content: OneOrMore[ContentSpan] = Field(
        description="What is said, as spans in text order; an interrupted quote has several. A "
        "span excludes the quotation marks around it, and includes all that is between them.",
    )
    attribution: Literal["attributed", "anonymous", "unattributed", "unknown"] = Field(
        description="Whether the article says who speaks. attributed: it identifies the speakers. "
        "anonymous: it refers to a speaker without identifying them. unattributed: it does not "
        "say. unknown: the record was made without finding out.",
    )
    speakers: Many[Source] = Field(
        default=(), description="Who says it; several where the statement is a joint one."
    )
    cue: Many[Span] = Field(
        default=(),
        description="Words that mark the quote as somebody's, such as said or according to, in "
        "text order (Newell et al. 2018, cue).",
    )
    addressees: Many[Source] = Field(default=(), description="To whom it is said.")
    relayed_by: Many[Source] = Field(
        default=(),
        description="Through whom the article has it, such as a news agency. A chain begins with "
        "the relay nearest to the speaker.",
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
        "as in an interview. Absent where the article does not say.",
    )
    venue: Line | None = Field(
        default=None, description="Place or occasion at which it was said, as the article gives it."
    )
    said: Period | None = Field(
        default=None,
        description="When it was said: an ISO 8601 date, which may be partial, an RFC 3339 instant, "
        "or an interval such as ../2024-12-10 for earlier than a day (ISO 8601-2, level 1).",
    )
    appearances: Many[Appearance] = Field(
        default=(), description="Further pages that contain the same quote, beside the article."
    )
    within: QuoteRef | None = Field(
        default=None, description="Identifier of the quote in which this one is nested."
    )
    relations: Many[QuoteRelation] = Field(
        default=(), description="Relations to other quotes, of the same or other articles."
    )
    language: Language | None = Field(
        default=None,
        description="Language of the words (BCP 47), where it is not the article's.",
    )
    translated_from: Language | None = Field(
        default=None, description="Language in which it was said (BCP 47), if it was translated."
    )
    status: Status = Field(
        default="active",
        description="Whether the record is valid (active), was replaced by another (corrected), or "
        "is not valid and has no replacement (withdrawn).",
    )
    replaced_by: QuoteRef | None = Field(
        default=None, description="Identifier of the quote that replaces a corrected one."
    )


class Quote(QuoteBody, OfArticle):
    """A quote as a flat record: one line or row of the quotes table."""

    record_type: Literal["quote"] = Field(default="quote", description="Type of the record.")
    annotation: Annotation = Field(description="Provenance of the record.")
