"""Read the claim of a review, and who published the review."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from onrecord.exchange.base import Value
from onrecord.exchange.claimreview.nodes import Node
from onrecord.exchange.values import is_sentinel
from onrecord.exchange.values import written as as_text
from onrecord.rules import importing, reading

# Types whose names do not end in Organization.
ORGANIZATIONS = frozenset({"Airline", "Consortium", "Corporation", "NGO", "PoliticalParty"})
PERSONS = frozenset({"Patient", "Person"})
_DOMAIN = re.compile(r"[^\s/:@.]+([.][^\s/:@.]+)+")


def claimed_text(node: Node) -> str | None:
    """Return the text of the claim; of several, the first."""
    text = node.string("claimReviewed", required=True)
    if any(name.startswith("claimReviewed[") for name in node.kept):
        node.leave_out("a further claimReviewed", "a claim has one text", "claimReviewed")
    return text


def check_type(node: Node) -> None:
    """Report a type that is not ClaimReview."""
    if "ClaimReview" not in node.types:
        given = node.raw.get("@type")
        found = None if given is None else as_text(given)
        node.report(importing.UnknownLabel, "@type", found=found, expected="ClaimReview")
        node.keep("@type")


def language_of(node: Node, reviewed: Sequence[Node], text: str | None) -> str | None:
    """Return the language of a review, otherwise that of a reviewed item with the same text."""
    for one in (node, *(one for one in reviewed if text is not None and one.says(text))):
        if isinstance(one.raw.get("inLanguage"), dict):
            (language,) = one.nodes("inLanguage", text="name")
            name = "alternateName" if language.string("alternateName") else "name"
            tag = language.language(name)
        else:
            tag = one.language("inLanguage")
        if tag is not None:
            return tag
    return None


def identifier(node: Node, url: str | None) -> str | None:
    """Return the id of a review in its file: its own identifier, otherwise its address."""
    given = node.raw.get("@id")
    named = given if isinstance(given, str) and not given.startswith("_:") else None
    named = None if named is None or is_sentinel(named) or "\n" in named else named
    if named and re.match(r"[a-z][a-z0-9+.-]*:", named):
        return named
    return url or named


class Page:
    """Find the reviewer of a claim, and the authors and the publisher of the review's page."""

    def __init__(self, node: Node) -> None:
        authors = [_Party(one) for one in node.nodes("author", text="name")]
        publishers = [_Party(one) for one in node.nodes("publisher", text="name")]
        everybody = [*authors, *publishers]
        named = next((one for one in everybody if one.name), None)
        chosen = named or next((one for one in everybody if one.url), None)
        self.reviewer = chosen and (chosen.name or chosen.url)
        if chosen is None:
            node.report(
                reading.MissingField, "author", parent="the review", description="who published it"
            )
        for one in authors:
            if one is not chosen and one.name:
                one.node.keep("name")
                why = "an assessment has one, and it names several"
                one.node.leave_out(f"the reviewer {one.name}", why, "name")
        self.authors = [one.name for one in authors if one.kind == "person" and one.name]
        behind = [*publishers, *(one for one in authors if one.kind == "organization")]
        self.publisher = next(filter(None, (one.as_publisher() for one in behind)), None)
        for one in everybody:
            if one.wikidata and one.wikidata != (self.publisher or {}).get("wikidata"):
                one.node.keep("sameAs")


class _Party:
    """Read a person or an organization of the graph."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.name = node.string("name")
        self.url = _page_url(node)
        if node.has("url"):
            node.keep("url")
        self.wikidata = node.wikidata()
        self.kind = kind_of(node)

    def as_publisher(self) -> Value | None:
        """Return the party as the publisher of an article; None if it is unnamed."""
        host = (urlsplit(self.url).hostname or "").removeprefix("www.") if self.url else ""
        domain = host if _DOMAIN.fullmatch(host) else None
        found = {"name": self.name, "domain": domain, "wikidata": self.wikidata}
        return found if any(found.values()) else None


def kind_of(node: Node) -> str | None:
    """Return whether a node is a person or an organization; None if it does not say."""
    if node.types & PERSONS:
        return "person"
    if any(one in ORGANIZATIONS or one.endswith("Organization") for one in node.types):
        return "organization"
    return None


def claimant(reviewed: Sequence[Node]) -> Value | None:
    """Return the claimant: the first author of the reviewed item."""
    found: Value | None = None
    for author in (author for one in reviewed for author in one.nodes("author", text="name")):
        if found is not None:
            author.leave_out("a further author of the claim", "a claim has one claimant")
            continue
        job = author.raw.get("jobTitle")
        titles = author.nodes("jobTitle", text="name") if isinstance(job, dict) else []
        source = {
            "name": author.person("name"),
            "kind": kind_of(author),
            "wikidata": author.wikidata(),
            "role": titles[0].string("name") if titles else author.string("jobTitle"),
        }
        found = source if any(source.values()) else None
    return found


def appearances(reviewed: Sequence[Node]) -> list[Value]:
    """Return the pages on which a claim appears, without duplicates."""
    found: dict[str, Value] = {}
    for one in reviewed:
        pages: list[tuple[Node, bool | None]]
        pages = [(page, True) for page in one.nodes("firstAppearance", text="url")]
        pages += [(page, None) for page in one.nodes("appearance", text="url")]
        for page, first in pages:
            if (url := _page_url(page)) is not None:
                known = found.setdefault(url, {"url": url, "first": None})
                archived, published = page.url("archivedAt"), page.date("datePublished")
                known["archived_url"] = known.get("archived_url") or archived
                known["published"] = known.get("published") or published
                known["first"] = known["first"] or first
        if one.types and "Claim" not in one.types and (url := one.url("url")):
            found.setdefault(url, {"url": url})
    return list(found.values())


def _page_url(page: Node) -> str | None:
    """Return the address of a page or a party: its url, or its identifier if that is an address."""
    return page.url("url") or (None if page.has("url") else page.own_address())


def about(reviewed: Sequence[Node]) -> list[Value]:
    """Return the entities that a claim is about, if they have names."""
    found = [
        {"name": name, "wikidata": entity.wikidata()}
        for one in reviewed
        for entity in one.nodes("about", text="name")
        if (name := entity.person("name", number=True))
    ]
    return [one for index, one in enumerate(found) if one not in found[:index]]
