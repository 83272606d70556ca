"""Define what is allowed with an article's text."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onrecord.schema.fields import License, Line, Paragraphs, Record


class Rights(Record):
    """What is allowed with an article's text. It decides which words a publication contains."""

    license: License = Field(
        description="SPDX licence identifier of the article's text, LicenseRef- and a name, or "
        "NOASSERTION where the licence is not known (SPDX 2.3, annex D).",
    )
    redistribute: Literal["full", "quotes", "none"] = Field(
        description="What may be passed on: the text (full), only words inside quotation marks "
        "(quotes), or no words at all (none).",
    )
    holder: Line | None = Field(default=None, description="Holder of the rights in the text.")
    notice: Paragraphs | None = Field(
        default=None, description="Notice that the rights holder asks to be kept."
    )
