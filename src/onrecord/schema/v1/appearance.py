"""Define a further page that contains a statement."""

from __future__ import annotations

from pydantic import Field

from onrecord.schema.fields import Record, Url
from onrecord.schema.v1.dates import PartialDate


class Appearance(Record):
    """A page that contains a statement (schema.org Claim: appearance, firstAppearance)."""

    url: Url = Field(description="Address of the page (RFC 3986).")
    archived_url: Url | None = Field(
        default=None, description="A copy in a web archive (RFC 3986)."
    )
    published: PartialDate | None = Field(
        default=None,
        description="When it was published: ISO 8601 year, month or day, or an RFC 3339 instant.",
    )
    first: bool | None = Field(
        default=None,
        description="Whether it is the first known appearance (schema.org firstAppearance). Absent "
        "where this is not known.",
    )
