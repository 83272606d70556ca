"""A piece of an article's text."""

from __future__ import annotations

from pydantic import Field

from onrecord.schema.fields import Context, Offset, Record, Sha256, Words


class Span(Record):
    """A piece of the article's text: where it stands and what it says.

    Source: W3C Web Annotation Data Model, TextPositionSelector (section 4.2.5) and
    TextQuoteSelector (section 4.2.4).
    """

    exact: Words | None = Field(
        default=None,
        description="The words, character for character as the article has them (W3C "
        "TextQuoteSelector exact). Absent where the article's rights withhold them.",
    )
    start: Offset | None = Field(
        default=None,
        description="Offset of the first character in the article's text, in Unicode code "
        "points from 0 (W3C TextPositionSelector start). Absent, with end, where the words "
        "are known but not located.",
    )
    end: Offset | None = Field(
        default=None,
        description="Offset just past the last character, in Unicode code points (W3C "
        "TextPositionSelector end, exclusive).",
    )
    sha256: Sha256 | None = Field(
        default=None,
        description="SHA-256 (FIPS 180-4) of the words in UTF-8, 64 lower-case hexadecimal "
        "digits. Stands in for exact where that is withheld.",
    )
    prefix: Context | None = Field(
        default=None,
        description="Up to 64 code points of the text just before the span (W3C "
        "TextQuoteSelector prefix), to find it again.",
    )
    suffix: Context | None = Field(
        default=None,
        description="Up to 64 code points of the text just after the span (W3C "
        "TextQuoteSelector suffix), to find it again.",
    )


class ContentSpan(Span):
    """A span of what a quote says, which also tells whose words these are."""

    verbatim: bool = Field(
        description="True where the words stand inside quotation marks, so are given as the "
        "speaker's own; false where the article puts it in its own words.",
    )
