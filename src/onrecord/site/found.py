"""Hold an article with its records."""

from __future__ import annotations

from typing import Any, NamedTuple

Record = dict[str, Any]


class Found(NamedTuple):
    """An article with its quotes and claims, and the text that its offsets index, if there is one.

    Attributes:
        article: The article without its text.
        quotes: Its quotes in the order of the text, without withheld words; likewise ``claims``.
        text: The text, if it may be passed on.
    """

    article: Record
    quotes: list[Record]
    claims: list[Record]
    text: str | None
