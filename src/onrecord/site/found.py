"""Hold an article with its records."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic_core import from_json

Record = dict[str, Any]


class Found(NamedTuple):
    """Hold an article with its quotes and claims, and its text if that may be passed on.

    Attributes:
        article: The article without its text.
        quotes: Its quotes in the order of the text, without withheld words; likewise ``claims``.
        text: The text, if it may be passed on.
    """

    article: Record
    quotes: list[Record]
    claims: list[Record]
    text: str | None


class Encoded(NamedTuple):
    """Hold the same as JSON, which takes less time to make, to send and to write.

    Attributes:
        id: The id of the article.
        records: The article and its records, as a file of JSON has them.
        text: The text, if it may be passed on.
    """

    id: str
    records: str
    text: str | None

    @classmethod
    def of(
        cls, article_id: str, article: str, quotes: list[str], claims: list[str], text: str | None
    ) -> Encoded:
        """Return an article, given the JSON of it and of each of its records."""
        several = ",\n".join
        records = (
            f'{{"article": {article},\n"quotes": [\n{several(quotes)}\n],\n'
            f'"claims": [\n{several(claims)}\n]}}\n'
        )
        return cls(article_id, records, text)

    def read(self) -> Found:
        """Return the article with its records."""
        article, quotes, claims = from_json(self.records, cache_strings="keys").values()
        return Found(article, quotes, claims, self.text)
