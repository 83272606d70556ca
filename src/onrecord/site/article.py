"""Write the page of an article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from onrecord.findings import Finding
from onrecord.site.annotated import AnnotatedArticle, annotate
from onrecord.site.cards import claim_card, finding_card, quote_card
from onrecord.site.found import Found
from onrecord.site.marked import marked, placed
from onrecord.site.pages import page
from onrecord.site.parts import words

if TYPE_CHECKING:
    from onrecord.site.paths import Paths

_LAST = 2**63


def article_page(
    found: Found,
    findings: Iterable[Finding],
    json_name: str,
    said: Mapping[str, str],
    site: Paths,
    corpus: Mapping[str, Any] | None,
) -> str:
    """Return the page of an article.

    Args:
        found: The article with its records.
        findings: The findings about them, whose messages may be shown.
        json_name: The name of the file with its records.
        said: The words of its quotes as HTML, by their ids.
        site: The paths of pages.
        corpus: What is known of the corpus.
    """
    shown = annotate(found.article, found.quotes, found.claims, text=found.text, findings=findings)
    values = article_values(shown, "../", site, said)
    return page("article", "../", corpus=corpus, **values, json_name=json_name)


def words_of(article: Mapping[str, Any], quote: Mapping[str, Any]) -> str:
    """Return the words of a quote as HTML."""
    return words(quote, quote.get("language") or article["language"])


def article_values(
    shown: AnnotatedArticle, up: str, site: Paths, said: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what the template of an article shows of one; see `article_page`."""
    article, marks = shown.article, shown.marks
    at = placed(shown, marks)
    kinds = {mark.kind for mark in marks}
    there = {mark.record for mark in marks if mark.kind in {"quote", "claim"}}
    found = {mark.record for mark in marks if mark.kind == "finding"}
    notes = [
        (at.get(claim["id"], _LAST), "claim", claim_card(claim, there, up, site))
        for claim in shown.claims
    ]
    loose = []
    for number, finding in enumerate(shown.findings):
        key = str(number)
        if key in found:
            notes.append((at.get(key, _LAST), "finding", finding_card(finding, key)))
        else:
            loose.append(finding_card(finding, key))
    notes.sort(key=lambda note: note[:2])
    resting: dict[str, list[Any]] = {}
    for claim in shown.claims:
        for quote_id in claim.get("quote_ids", ()):
            resting.setdefault(quote_id, []).append(claim)
    cards = [
        quote_card(
            quote,
            article,
            resting.get(quote["id"], ()),
            there,
            said[quote["id"]] if said else words_of(article, quote),
            up,
            site,
        )
        for quote in shown.quotes
    ]
    types = {quote["type"] for quote in shown.quotes}
    return {
        "shown": shown,
        "article": article,
        "text": marked(shown),
        "notes": _joined(note for *_, note in notes),
        "loose": _joined(loose),
        "cards": _joined(cards),
        "types": [each for each in _TYPES if each in types],
        "kinds": kinds,
    }


def _joined(parts: Iterable[str]) -> Markup:
    return Markup("".join(parts))  # noqa: S704  # HTML in which values are escaped


_TYPES = ("direct", "indirect", "mixed", "reported", "free_indirect")
