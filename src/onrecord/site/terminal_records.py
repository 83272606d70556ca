"""Describe records and findings in a few words, for lists below a text in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.findings import Finding
from onrecord.reporters.base import counted
from onrecord.site.cells import Run, in_line
from onrecord.site.located import Row
from onrecord.site.marked import pieces
from onrecord.site.wording import SYMBOLS, date, language, spaced

# The styles of the types of quotes: colours that most people can distinguish.
TYPES = {"direct": "36", "indirect": "33", "mixed": "35", "reported": "32", "free_indirect": "34"}


def quote_lines(quote: Row, article_id: str, *, words: bool) -> list[Run]:
    """Return the speakers, type, medium and other facts of a quote, in a few words.

    Args:
        quote: The quote.
        article_id: The id of its article.
        words: Whether to repeat its words, because they are not marked in the text.
    """
    facts = [_people(quote.get("speakers", ())) or "nobody is named"]
    facts += [] if quote["attribution"] == "attributed" else [quote["attribution"]]
    facts += [f"{before} {_people(some)}" for before, some in _others(quote) if some]
    facts += [f"within {_named(quote['within'], article_id)}"] if quote.get("within") else []
    facts += [spaced(quote["medium"])] if quote.get("medium") else []
    facts += [in_line(quote["venue"])] if quote.get("venue") else []
    facts += [date(quote["said"])] if quote.get("said") else []
    facts += [language(quote["language"])] if quote.get("language") else []
    if quote.get("translated_from"):
        facts.append(f"translated from {language(quote['translated_from'])}")
    facts += _relations(quote, "quote_id", article_id)
    facts += [quote["status"]] if quote.get("status") else []
    runs = [Run(spaced(quote["type"]), TYPES[quote["type"]]), Run(f" · {' · '.join(facts)}")]
    if words:
        said = (
            counted(length, "withheld character") if text is None
            else in_line(text)
            for text, length, _ in pieces(quote)
        )  # fmt: skip
        runs.append(Run(f" · {' … '.join(said)}", TYPES[quote["type"]]))
    return runs


def claim_lines(claim: Row, article_id: str) -> list[Run]:
    """Return the text of a claim, who makes it, what it rests on, and its verdicts."""
    source = claim.get("claimant")
    who = "the article" if claim["voice"] == "article" else "a source"
    facts = [_people([source]) if source else who]
    if claim.get("quote_ids"):
        ids = ", ".join(_named(each, article_id) for each in claim["quote_ids"])
        facts.append(f"rests on {ids}")
    facts += [spaced(claim["kind"])] if claim.get("kind") else []
    if "checkable" in claim:
        facts.append("checkable" if claim["checkable"] else "not checkable")
    facts += [f"period: {date(claim['period'])}"] if claim.get("period") else []
    facts += _relations(claim, "claim_id", article_id)
    facts += [claim["status"]] if claim.get("status") else []
    runs = [Run(in_line(claim["text"]), "4"), Run(f" · {' · '.join(facts)}")]
    for one in claim.get("assessments", ()):
        rating, own = one.get("rating"), in_line(one["original_rating"])
        symbol = SYMBOLS.get(rating, "•")
        said = f"{spaced(rating)} (“{own}”)" if rating else f"“{own}”"
        when = f", {date(one['published'])}" if one.get("published") else ""
        runs.append(Run(f" · {symbol} {said}: {in_line(one['reviewer'])}{when}", "1"))
    return runs


def finding_lines(finding: Finding, style: str) -> list[Run]:
    """Return what a finding says, and how to fix it."""
    where = " ".join(in_line(each) for each in (finding.record or "", finding.path) if each)
    return [
        Run(f"{finding.severity}[{in_line(finding.code)}]", style),
        Run(f": {in_line(finding.message)}", "1"),
        Run(f" · {where}" if where else ""),
        Run(f" · help: {in_line(finding.hint)}" if finding.hint else ""),
    ]


def _others(quote: Row) -> Iterator[tuple[str, Any]]:
    yield "to", quote.get("addressees")
    yield "through", quote.get("relayed_by")


def _people(sources: Iterable[Row]) -> str:
    """Return sources in words: names, else kinds, with their roles."""
    found = []
    for one in sources:
        name = one.get("name") or one.get("wikidata") or f"unnamed {one.get('kind', 'source')}"
        found.append(", ".join(in_line(each) for each in (name, one.get("role")) if each))
    return " and ".join(found)


def _relations(record: Row, key: str, article_id: str) -> list[str]:
    return [
        f"{spaced(one['type'])} {_named(one[key], article_id)}"
        for one in record.get("relations", ())
    ]


def _named(record_id: str, article_id: str) -> str:
    """Return the local id of a record of the article, or the whole id of another."""
    return in_line(record_id.removeprefix(f"{article_id}."))
