"""Write the page of an article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from onrecord.findings import Finding
from onrecord.site.annotated import AnnotatedArticle, annotate
from onrecord.site.found import Found
from onrecord.site.marked import marked, placed
from onrecord.site.pages import page

_LAST = 2**63


def article_page(found: Found, findings: Iterable[Finding], json_name: str, **common: Any) -> str:
    """Return the page of an article.

    Args:
        found: The article with its records.
        findings: The findings about them, whose messages may be shown.
        json_name: The name of the file with its records.
        **common: What all pages need.
    """
    shown = annotate(found.article, found.quotes, found.claims, text=found.text, findings=findings)
    return page("article", "../", **article_values(shown), json_name=json_name, **common)


def article_values(shown: AnnotatedArticle) -> dict[str, Any]:
    """Return what the template of an article shows of one."""
    marks = shown.marks
    at = placed(shown, marks)
    notes: list[tuple[str, str, Any]] = [("claim", claim["id"], claim) for claim in shown.claims]
    there = {mark.record for mark in marks if mark.kind == "finding"}
    findings = [("finding", str(number), one) for number, one in enumerate(shown.findings)]
    notes += [note for note in findings if note[1] in there]
    notes.sort(key=lambda note: (at.get(note[1], _LAST), note[0]))
    resting: dict[str, list[Any]] = {}
    for claim in shown.claims:
        for quote_id in claim.get("quote_ids", ()):
            resting.setdefault(quote_id, []).append(claim)
    types = {quote["type"] for quote in shown.quotes}
    return {
        "shown": shown,
        "article": shown.article,
        "text": marked(shown),
        "notes": notes,
        "loose": [(key, one) for _, key, one in findings if key not in there],
        "resting": resting,
        "types": [each for each in _TYPES if each in types],
        "placed": {mark.record for mark in marks if mark.kind in {"quote", "claim"}},
        "kinds": {mark.kind for mark in marks},
    }


_TYPES = ("direct", "indirect", "mixed", "reported", "free_indirect")
