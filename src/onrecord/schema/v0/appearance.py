"""A page on which a statement is found."""

from __future__ import annotations

from pydantic import Field

from onrecord.schema.fields import Record, Url
from onrecord.schema.v0.dates import PartialDate


class Appearance(Record):
    """A page on which a statement is found (schema.org Claim: appearance, firstAppearance)."""

    url: Url = Field(description="Where it is (RFC 3986).")
    archived_url: Url | None = Field(
        default=None, description="A copy in a web archive (RFC 3986)."
    )
    published: PartialDate | None = Field(
        default=None, description="When it was published (ISO 8601 date, may be partial)."
    )
    first: bool | None = Field(
        default=None,
        description="Whether it is the first one known (schema.org firstAppearance). Absent where "
        "nobody says.",
    )
