"""Find the paths of pages, for links between them."""

from __future__ import annotations

from typing import Any

from onrecord.site import names
from onrecord.site.links import Links, Related


class Paths:
    """Find the paths of the pages of a site, relative to its folder.

    Args:
        links: What connects the records of the corpus.
    """

    def __init__(self, links: Links) -> None:
        self._links = links

    def speaker(self, source: Any) -> str | None:
        """Return the place of a source on a page of speakers; None if it has no name."""
        return names.speaker_page(source, self._links.qids)

    def claim(self, claim_id: str) -> str:
        """Return the path of a claim's own page, or else of its place in its article."""
        return self.claim_page(claim_id) or self.claim_in_article(claim_id)

    def claim_page(self, claim_id: str) -> str | None:
        """Return the page of a claim, which it shares with those that are the same.

        Only claims that are the same as others have one: of others, their articles show everything.
        """
        group = self._links.claims.get(claim_id)
        return names.claim_page(group) if group else None

    def quote(self, quote_id: str) -> str:
        """Return the place of a quote on the page of its article."""
        return f"{names.article_page(quote_id.partition('.')[0])}#quote-{names.local(quote_id)}"

    def claim_in_article(self, claim_id: str) -> str:
        """Return the place of a claim on the page of its article."""
        return f"{names.article_page(claim_id.partition('.')[0])}#claim-{names.local(claim_id)}"

    def statement(self, quote_id: str) -> str | None:
        """Return the path of the page of a quote's statement, if several articles report it."""
        group = self._links.statements.get(quote_id)
        return names.statement_page(group) if group else None

    def related(self, record_id: str) -> list[Related]:
        """Return the records that a record is related to, without those that do not exist."""
        return [one for one in self._links.of(record_id) if self._links.has(one.id)]
