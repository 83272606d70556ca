"""Write the page of a claim."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from onrecord.reporters.base import counted
from onrecord.site.cards import assessment, facts, related_claims
from onrecord.site.divided import entries_on, number_of_pages, pager
from onrecord.site.entries import UP, Entries
from onrecord.site.found import Record
from onrecord.site.pages import Frame, framed
from onrecord.site.parts import DOT, foreign, html
from onrecord.site.paths import Paths

_GROUPS = {
    "supports": "Support",
    "contradicts": "Contradiction",
    "qualifies": "Qualification",
    "updates": "Update",
}


class Wording(NamedTuple):
    """Hold a wording of a claim, as the page of the claim shows it.

    Attributes:
        id: The id of the claim; likewise ``text`` and ``language``.
        facts: What is said of it in a few words, as HTML; likewise the rest.
        alone: What is shown of it if it is the only wording.
        one: What is shown of it if there are others.
        verdicts: The verdicts about it.
    """

    id: str
    text: str
    language: str
    facts: str
    alone: str
    one: str
    verdicts: str

    @classmethod
    def of(cls, claim: Record, entries: Entries) -> Wording:
        """Return a wording, given the claim and the entries of its article."""
        alone, one = (entries.wording(claim, shows_text=some) for some in (False, True))
        found = map(assessment, claim.get("assessments", ()))
        verdicts = "".join([f'<div class="card">{each}</div>\n' for each in found])
        return cls(
            claim["id"], claim["text"], claim["language"], facts(claim), alone, one, verdicts
        )


def claim_page(
    wordings: Sequence[Wording], number: int, path: str, site: Paths, shared: Frame
) -> str:
    """Return a page of a claim: some of its wordings, with what is on record about them.

    Args:
        wordings: All its wordings in the order of time.
        number: The number of the page, from 1.
        path: The path of the first page.
        site: The paths of pages.
        shared: The HTML that all pages have.
    """
    first, several, shown = wordings[0], len(wordings) > 1, entries_on(wordings, number)
    text = html(first.text)
    kicker = f"{DOT}{counted(len(wordings), 'wording')}" if several else ""
    cards = "".join([each.one if several else each.alone for each in shown])
    verdicts = "".join([each.verdicts for each in shown])
    which = " of these wordings" if len(shown) < len(wordings) else ""
    heading = "Verdicts" if verdicts else f"No verdict is on record{which}"
    own = {each.id for each in wordings}
    return framed(
        shared,
        text,
        f'<header class="headline">\n<p class="kicker">Claim{kicker}</p>\n'
        f'<h1 class="long" {foreign(first.language)}>{text}</h1>\n{first.facts}</header>\n'
        '<div class="columns">\n<section aria-labelledby="wordings"><h2 id="wordings">Who claims it</h2>\n'
        f'<ol class="cards">\n{cards}</ol></section>\n<div>\n'
        f'<section aria-labelledby="verdicts"><h2 id="verdicts">{heading}</h2>\n{verdicts}</section>\n'
        f"{''.join(_related([each.id for each in shown], own, site))}</div>\n</div>\n"
        f"{pager('claim', path, number, number_of_pages(wordings))}",
    )


def _related(shown: Iterable[str], own: Collection[str], site: Paths) -> Iterable[str]:
    """Yield the claims that some wordings are related to, type by type, without other wordings."""
    relations: dict[str, dict[tuple[str, bool], Any]] = {}
    for each in shown:
        for related in site.related(each):
            if related.type in _GROUPS and related.id not in own:
                group = relations.setdefault(related.type, {})
                group[related.id, related.outgoing] = related
    for name, heading in _GROUPS.items():
        if name in relations:
            yield (
                f'<section aria-labelledby="group-{name}"><h2 id="group-{name}">{heading}</h2>\n'
                f"{related_claims([*relations[name].values()], UP, site)}</section>\n"
            )
