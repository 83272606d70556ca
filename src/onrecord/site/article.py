"""Write the page of an article."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from onrecord.findings import Finding
from onrecord.site import wording
from onrecord.site.annotated import AnnotatedArticle, annotate
from onrecord.site.cards import claim_card, finding_card, quote_card
from onrecord.site.found import Found
from onrecord.site.located import Kind, Row
from onrecord.site.marked import marked, placed
from onrecord.site.pages import Frame, framed
from onrecord.site.parts import DOT, foreign, html, link, when, words
from onrecord.site.paths import Paths

_LAST = 2**63
# Characters of a title in the largest letters.
_LONG = 90
# What the legend names, in this order.
_TYPES = ("direct", "indirect", "mixed", "reported", "free_indirect")
_KINDS: tuple[Kind, ...] = ("speaker", "cue", "addressee", "relay", "claim", "finding")
# The heading of claims and findings, by whether there are any.
_MARGINS = {
    (False, False): "No claims",
    (False, True): "Findings",
    (True, False): "Claims",
    (True, True): "Claims and findings",
}
_SCRIPT = '<script src="../assets/article.js" defer></script>'


def article_page(
    found: Found,
    findings: Iterable[Finding],
    records: str,
    said: Mapping[str, str],
    site: Paths,
    shared: Frame,
) -> str:
    """Return the page of an article.

    Args:
        found: The article with its records.
        findings: The findings about them, whose messages may be shown.
        records: The same as JSON.
        said: The words of its quotes as HTML, by their ids.
        site: The paths of pages.
        shared: The HTML that all pages have.
    """
    shown = annotate(found.article, found.quotes, found.claims, text=found.text, findings=findings)
    name = html(found.article.get("title") or found.article["id"])
    return framed(shared, name, article_main(shown, "../", site, said, records), _SCRIPT)


def words_of(article: Row, quote: Row) -> str:
    """Return the words of a quote as HTML."""
    return words(quote, quote.get("language") or article["language"])


def article_main(
    shown: AnnotatedArticle,
    up: str,
    site: Paths,
    said: Mapping[str, str] | None = None,
    records: str | None = None,
) -> str:
    """Return the main part of an article's page, as HTML; see `article_page`."""
    kinds = {mark.kind for mark in shown.marks}
    placed_records = {mark.record for mark in shown.marks if mark.kind in {"quote", "claim"}}
    resting: dict[str, list[Any]] = {}
    for claim in shown.claims:
        for quote_id in claim.get("quote_ids", ()):
            resting.setdefault(quote_id, []).append(claim)
    cards = [
        quote_card(
            quote,
            shown.article,
            resting.get(quote["id"], ()),
            placed_records,
            said[quote["id"]] if said else words_of(shown.article, quote),
            up,
            site,
        )
        for quote in shown.quotes
    ]
    notes, loose = _notes(shown, placed_records, up, site)
    margin = _MARGINS[bool(shown.claims), "finding" in kinds]
    return (
        f'<article class="article">\n{_headline(shown.article, has_records=records is not None)}{_notices(shown)}'
        f'{_loose(shown, loose)}<div class="spread">\n<div class="reading">\n{_legend(shown, kinds)}'
        f'<div class="text" id="text" {foreign(shown.article["language"])}>\n{marked(shown)}</div>\n</div>\n'
        f'<aside class="margin" aria-labelledby="claims">\n<h2 id="claims">{margin}</h2>\n'
        f'<ol class="cards notes">\n{notes}</ol>\n</aside>\n'
        f'<section class="records" aria-labelledby="quotes">\n<h2 id="quotes">'
        f"{'Quotes' if shown.quotes else 'No quotes'}</h2>\n"
        f'<ol class="cards">\n{"".join(cards)}</ol>\n</section>\n</div>\n{_records(records)}</article>\n'
        '<div id="record" class="popover" role="region" aria-label="Record of the quote" tabindex="-1"'
        " hidden></div>\n"
    )


def _records(records: str | None) -> str:
    """Return records as JSON, folded up."""
    if records is None:
        return ""
    if not records.replace("\n", "").isprintable():
        records = wording.UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", records)
    return (
        '<details class="json"><summary>Records as JSON</summary>\n<pre id="json" dir="ltr" translate="no">'
        f"{records.replace('&', '&amp;').replace('<', '&lt;')}</pre></details>\n"
    )


def _headline(article: Row, *, has_records: bool) -> str:
    publisher, title = article.get("publisher") or {}, article.get("title")
    kicker = [html(wording.language(article["language"]))]
    if published := article.get("published"):
        kicker.insert(0, when(published))
    if outlet := publisher.get("name") or publisher.get("domain"):
        kicker.insert(0, f"<bdi>{html(outlet)}</bdi>")
    authors = html(", ".join(article.get("authors") or ()))
    links = [
        f"<li>{link(article.get(name), text)}</li>\n"
        for name, text in (("url", "Source"), ("archived_url", "Archived copy"))
        if wording.web_address(article.get(name))
    ]
    if has_records:
        links.append('<li><a href="#json">Records (JSON)</a></li>\n')
    long = ' class="long"' if title and len(title) > _LONG else ""
    return (
        f'<header class="headline">\n<p class="kicker">{DOT.join(kicker)}</p>\n'
        f"<h1{long} {foreign(article['language']) if title else ''}>{html(title or article['id'])}</h1>\n"
        + (f'<p class="byline">By <bdi>{authors}</bdi></p>\n' if authors else "")
        + f'<ul class="links">\n{"".join(links)}</ul>\n</header>\n'
    )


def _notices(shown: AnnotatedArticle) -> str:
    """Return why words are missing, and how the article was corrected."""
    article, notices = shown.article, []
    if shown.withheld:
        rights = article["rights"]
        but = (
            ", except for words inside quotation marks"
            if rights["redistribute"] == "quotes"
            else ""
        )
        notice = f" <q>{html(rights['notice'])}</q>" if rights.get("notice") else ""
        notices.append(
            f"The rights in this text do not allow it to be passed on{but}. "
            f"What is withheld is shown as a gap of its length.{notice}"
        )
    elif not shown.available and shown.length:
        notices.append(
            "The text of this article was not available when this page was made. "
            "What is not known is shown as a gap of its length."
        )
    for one in article.get("corrections") or ():
        day = f" on {html(wording.date(one['date']))}" if one.get("date") else ""
        notices.append(f"<strong>Corrected{day}:</strong> <bdi>{html(one['note'])}</bdi>")
    return "".join([f'<p class="notice">{notice}</p>\n' for notice in notices])


def _loose(shown: AnnotatedArticle, findings: str) -> str:
    """Return the findings without a place in the text, and spans that cannot be shown."""
    if not findings and not shown.misplaced:
        return ""
    spans = [
        '<li class="card finding-card warning"><h3><span class="severity">not shown</span></h3>'
        f"<p>{html(one.record)} <code>{html(one.path)}</code>: {html(one.problem)}</p></li>\n"
        for one in shown.misplaced
    ]
    return (
        '<section class="loose" aria-labelledby="loose"><h2 id="loose">Findings without a place in the text'
        f'</h2>\n<ul class="cards">\n{findings}{"".join(spans)}</ul></section>\n'
    )


def _legend(shown: AnnotatedArticle, kinds: Collection[Kind]) -> str:
    """Return a list that explains the marks in the text, as HTML."""
    if not kinds:
        return ""
    types = {quote["type"] for quote in shown.quotes}
    named = [(f"quote {each} lane-0", wording.spaced(each)) for each in _TYPES if each in types]
    named += [(kind, kind) for kind in _KINDS if kind in kinds]
    items = [f'<li><span class="mark {mark}">{name}</span></li>\n' for mark, name in named]
    return f'<ul class="legend" aria-label="What the marks mean">\n{"".join(items)}</ul>\n'


def _notes(
    shown: AnnotatedArticle, there: Collection[str], up: str, site: Paths
) -> tuple[str, str]:
    """Return claims and findings in the order of their words, and findings that have no words."""
    at = placed(shown, shown.marks)
    found = {mark.record for mark in shown.marks if mark.kind == "finding"}
    notes = [
        (at.get(claim["id"], _LAST), "claim", claim_card(claim, there, up, site))
        for claim in shown.claims
    ]
    loose = []
    for number, finding in enumerate(shown.findings):
        key = str(number)
        card = finding_card(finding, key)
        if key in found:
            notes.append((at.get(key, _LAST), "finding", card))
        else:
            loose.append(card)
    notes.sort(key=lambda note: note[:2])
    return "".join([note for *_, note in notes]), "".join(loose)
