"""schema.org ClaimReview: published fact checks, alone or in feeds of them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import ClassVar, NamedTuple
from urllib.parse import urlsplit

from onrecord.errors import InputError
from onrecord.exchange import ids
from onrecord.exchange.base import Draft, Importer, Item, Remark, Value
from onrecord.exchange.entries import Entry, is_absent, is_address, is_after, is_sentinel, kind
from onrecord.exchange.entries import written as as_text
from onrecord.exchange.jsonfiles import JsonText, read_document, read_lines, refused
from onrecord.files.problems import Path, path_text
from onrecord.readers import File
from onrecord.readers.models.records import Located
from onrecord.readers.syntax.nodes import Json
from onrecord.rules import importing, reading

DATASET = "ClaimReview"

# The scale of verdicts, from its worst to its best: numbers are places on it.
SCALE = ("false", "mostly_false", "mixed", "mostly_true", "true")
# English names of verdicts, in lower case and with spaces for hyphens and underscores.
NAMES = {
    "true": "true",
    "correct": "true",
    "accurate": "true",
    "mostly true": "mostly_true",
    "mostly correct": "mostly_true",
    "mostly accurate": "mostly_true",
    "half true": "mixed",
    "mixed": "mixed",
    "mixture": "mixed",
    "partly true": "mixed",
    "partially true": "mixed",
    "partly false": "mixed",
    "partially false": "mixed",
    "mostly false": "mostly_false",
    "mostly incorrect": "mostly_false",
    "mostly inaccurate": "mostly_false",
    "false": "false",
    "incorrect": "false",
    "inaccurate": "false",
    "pants on fire": "false",
    "misleading": "misleading",
    "missing context": "misleading",
    "lacks context": "misleading",
    "out of context": "misleading",
    "outdated": "outdated",
    "unproven": "unverifiable",
    "unverified": "unverifiable",
    "unverifiable": "unverifiable",
    "unsubstantiated": "unverifiable",
}
# Texts of the fact-checking page, whose rights nobody tells here, and pictures.
PICTURES = frozenset({"image", "logo", "thumbnailUrl"})
TEXTS = frozenset({"articleBody", "reviewBody"})
OWN_TEXTS = frozenset({"abstract", "description", "text"})

# Types whose names do not end in Organization.
ORGANIZATIONS = frozenset({"Airline", "Consortium", "Corporation", "NGO", "PoliticalParty"})
PERSONS = frozenset({"Patient", "Person"})

# Properties of which an address says something, even if its node is elsewhere.
ADDRESSED = frozenset({"appearance", "author", "firstAppearance", "publisher"})

_PREFIX = re.compile(r"schema:|https?://(?:www\.)?schema\.org/")
_ALIASES = {"id": "@id", "type": "@type"}
_WIKIDATA = re.compile(r"https?://(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/(Q[1-9][0-9]*)/?")
_DOMAIN = re.compile(r"[^\s/:@.]+([.][^\s/:@.]+)+")
_LISTS = frozenset({"@graph", "dataFeedElement"})
_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, kw_only=True)
class ClaimReview(Importer):
    """Fact checks marked up as schema.org ClaimReview, in JSON-LD.

    Source: https://schema.org/ClaimReview, as fact checkers put it in their pages, and as the feeds
    of Data Commons (https://datacommons.org/factcheck) collect it.

    What is read: a ClaimReview alone, in lists, in `@graph`, in the items of a `DataFeed`, or
    anywhere inside other nodes, in whatever mixture; and JSON Lines. `@type` is a name or a list of
    them; names may have the prefix `schema:` or `http(s)://schema.org/`. A node that has
    `claimReviewed` is a ClaimReview, whatever its `@type`. Nodes of other types are no items; a
    node that is given as `{"@id": ...}` is looked up in the same file. Where schema.org allows
    several values, an object, a text and a list of either are read alike; where a record has one
    only, the first is taken, and the others are kept.

    What maps to what, each ClaimReview to one claim:

    - `claimReviewed`: `text`. Without it the item is refused.
    - `inLanguage`: `language` of claim and article; without it the language of an `itemReviewed`
      that has the same `text`, else what --language says, else `und`. What is no BCP 47 tag, such
      as "English", is left out.
    - `itemReviewed`, one or several, a Claim or another CreativeWork. `author`: `claimant`, with
      `name`, `jobTitle` as `role`, a Wikidata address in `sameAs` as `wikidata`, and `kind` where
      its type is a person's or an organization's. `datePublished`: `said`, unless it is after the
      review. `appearance`, `firstAppearance`: `appearances`, each page once; of a work that is no
      Claim, its `url` too. `about`: `about`.
    - `author`, else `publisher`: the reviewer of the one assessment, by `name`, else by `url`.
      Without either the item is refused: it would be a verdict of nobody.
    - `url`: the article, whose `id` follows from it, and `url` of the assessment. Several reviews
      of one page are claims of one article. Without an address, or with one that is none, the
      article is the item's own and has no `url`.
    - `datePublished`: `published` of article and assessment. `headline`, else `name`: the article's
      `title`. `archivedAt`: its `archived_url`. Its `publisher` is `publisher`, else an author that
      is an organization; `domain` is that of the publisher's own `url`. Authors that are persons
      are the article's `authors`.
    - `reviewRating`: `alternateName`, else `name`, else `ratingExplanation`, else the number, as
      written, in whatever language: `original_rating`. Without any of them there is no assessment.
    - `ratingValue` with `worstRating` (1 if absent) and `bestRating` (5 if absent), as numbers or
      as text: `rating`, by the place (value - worst) / (best - worst): below 1/8 false, below 3/8
      mostly_false, up to 5/8 mixed, up to 7/8 mostly_true, above that true. The best number may be
      the lowest, if both are given. `1,5`, `80%`, `4/5` and `4 out of 5` are numbers, too. A number
      that is off its scale gives no rating, nor does one on a scale of one number, as -1 of -1 to
      -1, which stands for no number, as do 0 and -1 that are off their scale.
    - a known English `name` or `alternateName`, in this order: `rating`, if no number gives one, or
      if the number is not more than one step of those five away, since the word is what the
      reviewer means: False as 2 of 1 to 6 is false. Further away, as True with 1 of 1 to 5, there
      is no rating. The names known are true, mostly true, half true, mixed, mixture, partly true,
      partly false, mostly false, false, pants on fire, misleading, missing context, outdated,
      unproven, unverified, and words that mean the same.
    - the name, else the address, of the enclosing DataFeed, else "ClaimReview":
      `annotation.origin.dataset`; `@id`, else `url`: `annotation.origin.id`; the verdict as
      written: `annotation.origin.label`. `annotation.method` is manual: fact checkers write it.
    - whatever else it says: `annotation.origin.fields`, by its path; so `sdPublisher`,
      `sdDatePublished`, `sdLicense`, the numbers of ratings, and further authors.

    The claim's `id` is a digest of the item, so that the same item is the same claim each time; one
    that stands twice is imported once.

    What is lost: `reviewBody` and `articleBody`, and the review's own `text`, `description` and
    `abstract`, which are texts of the page and not of the claim; pictures and logos; `@type` and
    `@id` of all other nodes than the review; the languages of single values (`@language`); nodes
    that no ClaimReview refers to.
    """

    name: ClassVar[str] = "claimreview"
    item: ClassVar[str] = "review"
    suffixes: ClassVar[tuple[str, ...]] = (".json", ".jsonld", *_LINES)
    form: ClassVar = "jsonl"

    def read(self, file: File) -> Iterator[Draft]:
        """Each review of a file, with the page that it is published on."""
        for source, size in _texts(file):
            if source.readable:
                yield from self._drafts(source, size)
            else:
                yield refused(source, size=size)

    def _drafts(self, source: JsonText, size: int) -> Iterator[Draft]:
        graph = _Graph(source)
        found = list(graph.items())
        if (broken := graph.broken(found)) or not found:
            yield _nothing(source, broken, size)
            return
        remarks, share = source.remarks, size // len(found)
        for number, one in enumerate(found):
            if isinstance(one, Remark):
                draft = Draft(one.where, items=[Item(one.where, "claim", remarks=[one])])
            else:
                draft = self._review(one, graph)
            draft.remarks, remarks = remarks, []
            draft.size = share if number else size - share * (len(found) - 1)
            yield draft

    def _review(self, found: _Found, graph: _Graph) -> Draft:
        node = _Node(found.raw, found.at, graph)
        node.remarks += graph.source.entry(found.raw, found.at).remarks
        _check_type(node)
        digest = ids.digest(found.raw)
        text = _claimed(node)
        url = node.url("url")
        published = node.date("datePublished")
        reviewed = node.nodes("itemReviewed", text="name")
        page = _Page(node)
        article = {
            "id": ids.of_page(url) if url else f"review-{digest}",
            "title": node.string("headline") or node.string("name"),
            "url": url,
            "archived_url": node.url("archivedAt"),
            "publisher": page.publisher,
            "authors": page.authors,
            "published": published,
            "language": self.language_of(_language(node, reviewed, text)),
            "rights": self.rights_of_text(),
        }
        self._compare(node, article)
        rating = _Rating(node)
        assessment = {
            "reviewer": page.reviewer,
            "url": url,
            "published": published,
            "rating": rating.rating,
            "original_rating": rating.original,
        }
        value = {
            "id": f"c-{digest}",
            "text": text,
            "language": article["language"],
            "voice": "source",
            "claimant": _claimant(reviewed),
            "said": self._said(reviewed, article),
            "appearances": _appearances(reviewed),
            "about": _about(reviewed),
            "assessments": [assessment] if rating.original and page.reviewer else [],
        }
        for one in node.opened:
            one.keep_rest()
        value["annotation"] = {
            "method": "manual",
            "origin": {
                "dataset": found.dataset,
                "id": _identifier(node, url) or value["id"],
                "label": rating.original,
                "fields": node.fields(),
            },
        }
        where = node.where()
        items = [Item(where, "claim", value, node.remarks)]
        return Draft(where, article, {"method": "manual"}, items)

    @cached_property
    def _pages(self) -> dict[str, tuple[str | None, set[str]]]:
        """The title and the dates that each page was met with."""
        return {}

    def _compare(self, node: _Node, article: Value) -> None:
        """Keep the title of a review, if its page has another one already."""
        title, dates = self._pages.setdefault(article["id"], (article["title"], set()))
        if article["title"] != title:
            node.keep("headline" if node.has("headline") else "name")
        if article["published"]:
            dates.add(article["published"])

    def _said(self, reviewed: Sequence[_Node], article: Value) -> str | None:
        """When the claim was made, unless the page that has its review was there before."""
        for one in reviewed:
            if said := one.date("datePublished"):
                for published in sorted(self._pages[article["id"]][1]):
                    if is_after(said, published):
                        facts = {"said": said, "published": published}
                        one.remark(importing.SaidAfterReview, "datePublished", **facts)
                        one.keep("datePublished")
                        return None
                return said
        return None


def _texts(file: File) -> Iterator[tuple[JsonText, int]]:
    """The JSON texts of a file, and how many bytes each is: one, or one a line."""
    if _has_lines(file):
        yield from read_lines(file)
    else:
        yield read_document(file), file.path.stat().st_size


def _has_lines(file: File) -> bool:
    """Whether a file is JSON Lines: its first line is a JSON text, and there is more."""
    if file.path.suffix.lower() in _LINES:
        return True
    try:
        with file.path.open("rb") as stream:
            first = stream.readline(2**24)
            more = any(line.strip() for line in islice(stream, 100))
    except OSError as error:
        raise InputError(f"{file.name}: {error.strerror}") from None
    if not more or not first.endswith(b"\n"):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _nothing(source: JsonText, broken: list[Remark], size: int) -> Draft:
    """The draft of a text that has no items, or that cannot be taken apart into items."""
    if broken:
        return refused(source, *broken, size=size)
    facts = {"what": "this", "why": "no ClaimReview is in it"}
    where = partial(source.locate, ())
    remark = Remark(importing.NotCarriedOver, where, facts)
    return Draft(where, remarks=[*source.remarks, remark], size=size)


@dataclass(frozen=True, slots=True)
class _Found:
    """A review, where it stands in its file, and the dataset it belongs to."""

    raw: dict[str, Json]
    at: Path
    dataset: str


@dataclass(frozen=True)
class _Graph:
    """What a JSON text holds: reviews, and nodes that they refer to."""

    source: JsonText

    def items(self) -> Iterator[_Found | Remark]:
        """The reviews in order; for what stands in the place of one, why it is none."""
        for value, at, dataset in self._objects():
            types = _types(value) if isinstance(value, dict) else set()
            if not isinstance(value, dict):
                yield self.source.no_object(value, at)
            elif _is_review(value, types):
                yield _Found(value, at, dataset)
            elif "DataFeedItem" in types and is_absent(_under(value, "item")):
                where = partial(self.source.locate, (*at, "item"))
                facts = {"field": "item", "parent": "the DataFeedItem", "description": "a review"}
                yield Remark(reading.MissingField, where, facts, path_text((*at, "item")))

    def broken(self, found: Sequence[_Found | Remark]) -> list[Remark]:
        """What is wrong in the syntax outside all reviews, so that some may have gone unseen."""
        if not (everywhere := self.source.entry({}).remarks):
            return []
        inside = {
            remark.where()
            for one in found
            if isinstance(one, _Found)
            for remark in self.source.entry(one.raw, one.at).remarks
        }
        return [remark for remark in everywhere if remark.where() not in inside]

    def node(self, name: str) -> tuple[dict[str, Json], Path] | None:
        """The node with an identifier, and where it stands."""
        return self._nodes.get(name)

    @cached_property
    def _nodes(self) -> dict[str, tuple[dict[str, Json], Path]]:
        found: dict[str, tuple[dict[str, Json], Path]] = {}
        for value, at, _ in self._objects():
            if isinstance(value, dict) and not _is_reference(value):
                name = _under(value, "@id")
                if isinstance(name, str):
                    found.setdefault(name, (value, at))
        return found

    def _objects(self) -> Iterator[tuple[Json, Path, str]]:
        """All objects in order, and what stands where an item should, each with its dataset."""
        waiting: list[tuple[Json, Path, str, bool]] = [(self.source.value, (), DATASET, True)]
        while waiting:
            value, at, dataset, listed = waiting.pop()
            if isinstance(value, list):
                items = [(item, (*at, index), dataset, listed) for index, item in enumerate(value)]
                waiting += reversed(items)
            elif isinstance(value, dict):
                yield value, at, dataset
                types = _types(value)
                feed = dataset if "DataFeed" not in types else _feed(value) or dataset
                lists = _LISTS | {"item"} if "DataFeedItem" in types else _LISTS
                inner = [
                    (part, (*at, name), feed, _plain(name) in lists)
                    for name, part in value.items()
                    if isinstance(part, dict | list)
                    or (not is_absent(part) and _plain(name) in lists)
                ]
                waiting += reversed(inner)
            elif listed:
                yield value, at, dataset


class _Node(Entry):
    """A node of the graph: properties by their plain names, and the nodes they lead to.

    What was asked for is remembered, so that the rest can be kept.

    Attributes:
        opened: The node that is the item, and those that were reached from it.
    """

    def __init__(
        self,
        raw: dict[str, Json],
        at: Path,
        graph: _Graph,
        path: Path = (),
        inside: _Node | None = None,
    ) -> None:
        self._named = {_plain(name): name for name in raw}
        self._values = {name: _single(raw[given]) for name, given in self._named.items()}
        super().__init__(self._values, self._place, path, inside)
        self._at = at
        self._graph = graph
        self._asked: set[str] = set()
        self.opened: list[_Node] = inside.opened if inside else []
        self.opened.append(self)

    def _place(self, path: Path) -> Located:
        steps = path[len(self.path) :]
        given = [self._named.get(step, step) if isinstance(step, str) else step for step in steps]
        return self._graph.source.locate((*self._at, *given))

    @property
    def types(self) -> set[str]:
        """Its types, by their plain names."""
        return _types(self._values)

    def text(self, name: str, *, required: bool = False) -> str | None:
        """A text as it stands; of several, the first that says anything."""
        self._choose(name, lambda value: not is_absent(value))
        return super().text(name, required=required)

    def url(self, name: str) -> str | None:
        """A web address, given as text or as a node; of several, the first that is one."""
        value = self._values.get(name)
        links = [_link(one) for one in _listed(value)]
        self._values[name] = links if isinstance(value, list) else links[0]
        chosen = self._choose(name, lambda value: isinstance(value, str) and is_address(value))
        for index, one in enumerate(links):
            wrong = isinstance(one, str) and not is_absent(one) and not is_address(one)
            if index != chosen and wrong:
                self.remark(importing.NotAnAddress, name, index, found=as_text(one))
        return super().url(name)

    def keep(self, name: str, value: Json | None = None) -> None:
        """Keep a value that has no field in the record."""
        self._asked.add(name)
        super().keep(name, value)

    def nodes(self, name: str, *, text: str) -> list[_Node]:
        """The nodes that a property leads to; a text alone is the property ``text`` of one."""
        self._asked.add(name)
        value = self._values.get(name)
        found = []
        for index, one in enumerate(_listed(value)):
            steps = (name, index) if isinstance(value, list) else (name,)
            at = (*self._at, self._named.get(name, name), *steps[1:])
            if isinstance(one, str):
                as_url = text == "url" or (text == "name" and is_address(one))
                one = {"url" if as_url else text: one}  # noqa: PLW2901  # as a node
            if isinstance(one, dict):
                one, at = self._resolved(one, at, steps)  # noqa: PLW2901  # the node that is meant
                found.append(_Node(one, at, self._graph, (*self.path, *steps), self))
            elif one is not None:
                self.remark(reading.WrongType, *steps, found=kind(one), expected="an object")
        return found

    def _resolved(
        self, raw: dict[str, Json], at: Path, steps: tuple[str | int, ...]
    ) -> tuple[dict[str, Json], Path]:
        """The node that is meant, and where it stands."""
        name = _under(raw, "@id")
        if not isinstance(name, str) or not _is_reference(raw):
            return raw, at
        if (found := self._graph.node(name)) is not None:
            return found
        if not (is_address(name) and steps[0] in ADDRESSED):
            facts = {"what": self.name(*steps), "why": f"the node {name} is not in this file"}
            self.remark(importing.NotCarriedOver, *steps, **facts)
        return raw, at

    def _choose(self, name: str, good: Callable[[Json], bool]) -> int:
        """Of several values take the first that is good, else the first, and keep the others."""
        self._asked.add(name)
        value = self._values.get(name)
        chosen = 0
        if isinstance(value, list):
            chosen = next((index for index, one in enumerate(value) if good(one)), 0)
            for index, one in enumerate(value):
                if index != chosen and not is_absent(one):
                    self.keep_at(as_text(one), name, index)
            self._values[name] = value[chosen] if value else None
        return chosen

    def own_address(self) -> str | None:
        """Its identifier, if that is an address."""
        given = self.raw.get("@id")
        return given if isinstance(given, str) and is_address(given) else None

    def says(self, text: str) -> bool:
        """Whether its own text is this one."""
        if self.raw.get("text") != text:
            return False
        self._asked.add("text")
        return True

    def wikidata(self) -> str | None:
        """The Wikidata item that it is the same as, if there is but one; the rest is kept."""
        self._asked.add("sameAs")
        links = [_link(one) for one in _listed(self._values.get("sameAs"))]
        for one in links:
            if isinstance(one, str) and is_sentinel(one):
                self.remark(importing.NoValue, "sameAs", found=one)
        found = {
            match[1]: None
            for one in [*links, self.raw.get("@id")]
            if isinstance(one, str) and (match := _WIKIDATA.fullmatch(one))
        }
        others = [
            one
            for one in links
            if len(found) != 1 or not (isinstance(one, str) and _WIKIDATA.fullmatch(one))
        ]
        if any(not is_absent(one) for one in others):
            self.keep("sameAs", others[0] if len(others) == 1 else others)
        return next(iter(found)) if len(found) == 1 else None

    def keep_rest(self) -> None:
        """Keep all that was not asked for and is not lost."""
        lost = TEXTS | PICTURES | (frozenset() if self.path else OWN_TEXTS)
        for name, value in self._values.items():
            if name not in self._asked and name not in lost and not name.startswith("@"):
                self.keep(name, value)


def _claimed(node: _Node) -> str | None:
    """What is claimed; of several texts the first."""
    text = node.string("claimReviewed", required=True)
    if any(name.startswith("claimReviewed[") for name in node.kept):
        facts = {"what": "a further claimReviewed", "why": "a claim has one text"}
        node.remark(importing.NotCarriedOver, "claimReviewed", **facts)
    return text


def _check_type(node: _Node) -> None:
    if "ClaimReview" not in node.types:
        given = node.raw.get("@type")
        found = None if given is None else as_text(given)
        node.remark(importing.UnknownLabel, "@type", found=found, expected="ClaimReview")
        node.keep("@type")


def _language(node: _Node, reviewed: Sequence[_Node], text: str | None) -> str | None:
    """The language of a review; else that of what is reviewed, if those are the same words."""
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


class _Page:
    """Who is behind the page of a review."""

    def __init__(self, node: _Node) -> None:
        authors = [_Party(one) for one in node.nodes("author", text="name")]
        publishers = [_Party(one) for one in node.nodes("publisher", text="name")]
        everybody = [*authors, *publishers]
        named = next((one for one in everybody if one.name), None)
        chosen = named or next((one for one in everybody if one.url), None)
        self.reviewer = chosen and (chosen.name or chosen.url)
        if chosen is None:
            node.remark(
                reading.MissingField, "author", parent="the review", description="who published it"
            )
        for one in authors:
            if one is not chosen and one.name:
                one.node.keep("name")
                what = f"the reviewer {one.name}"
                facts = {"what": what, "why": "an assessment has one, and it names several"}
                one.node.remark(importing.NotCarriedOver, "name", **facts)
        self.authors = [one.name for one in authors if one.kind == "person" and one.name]
        behind = [*publishers, *(one for one in authors if one.kind == "organization")]
        self.publisher = next(filter(None, (one.as_publisher() for one in behind)), None)
        for one in everybody:
            if one.wikidata and one.wikidata != (self.publisher or {}).get("wikidata"):
                one.node.keep("sameAs")


class _Party:
    """A person or an organization in the graph."""

    def __init__(self, node: _Node) -> None:
        self.node = node
        self.name = node.string("name")
        self.url = _page_url(node)
        if node.has("url"):
            node.keep("url")
        self.wikidata = node.wikidata()
        self.kind = _kind(node)

    def as_publisher(self) -> Value | None:
        """It, as the publisher of an article."""
        host = (urlsplit(self.url).hostname or "").removeprefix("www.") if self.url else ""
        domain = host if _DOMAIN.fullmatch(host) else None
        found = {"name": self.name, "domain": domain, "wikidata": self.wikidata}
        return found if any(found.values()) else None


def _kind(node: _Node) -> str | None:
    if node.types & PERSONS:
        return "person"
    if any(one in ORGANIZATIONS or one.endswith("Organization") for one in node.types):
        return "organization"
    return None


def _claimant(reviewed: Sequence[_Node]) -> Value | None:
    """Who makes a claim: the first author of what is reviewed."""
    found: Value | None = None
    for author in (author for one in reviewed for author in one.nodes("author", text="name")):
        if found is not None:
            facts = {"what": "a further author of the claim", "why": "a claim has one claimant"}
            author.remark(importing.NotCarriedOver, **facts)
            continue
        job = author.raw.get("jobTitle")
        titles = author.nodes("jobTitle", text="name") if isinstance(job, dict) else []
        source = {
            "name": author.person("name"),
            "kind": _kind(author),
            "wikidata": author.wikidata(),
            "role": titles[0].string("name") if titles else author.string("jobTitle"),
        }
        found = source if any(source.values()) else None
    return found


def _appearances(reviewed: Sequence[_Node]) -> list[Value]:
    """The pages on which a claim is found, each once."""
    found: dict[str, Value] = {}
    for one in reviewed:
        pages: list[tuple[_Node, bool | None]]
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


def _page_url(page: _Node) -> str | None:
    """The address of a page, or of somebody's: the url, else the identifier, if that is one."""
    return page.url("url") or (None if page.has("url") else page.own_address())


def _about(reviewed: Sequence[_Node]) -> list[Value]:
    """Whom and what a claim is about: what has a name."""
    found = [
        {"name": name, "wikidata": entity.wikidata()}
        for one in reviewed
        for entity in one.nodes("about", text="name")
        if (name := entity.person("name", number=True))
    ]
    return [one for index, one in enumerate(found) if one not in found[:index]]


class _Rating:
    """The verdict of a review.

    Attributes:
        original: It as the reviewer has it.
        rating: It on the scale that all assessments share.
    """

    original: str | None = None
    rating: str | None = None

    def __init__(self, node: _Node) -> None:
        ratings = node.nodes("reviewRating", text="alternateName")
        for one in ratings[1:]:
            facts = {"what": "a further rating", "why": "a review has one verdict"}
            one.remark(importing.NotCarriedOver, **facts)
        if ratings:
            self._read(ratings[0])
        if self.original is None:
            facts = {"what": "the review", "why": "it has no verdict, in words or as a number"}
            node.remark(importing.NotCarriedOver, "reviewRating", **facts)

    def _read(self, rating: _Node) -> None:
        alias, name = rating.string("alternateName"), rating.string("name")
        if alias and name and alias != name:
            rating.keep("name")
        value = rating.raw.get("ratingValue")
        self.original = alias or name or rating.string("ratingExplanation")
        place, problem = _place(rating)
        if self.original is None and not is_absent(value):
            numeral = isinstance(value, int | float) and not isinstance(value, bool)
            self.original = as_text(value) if numeral else rating.string("ratingValue")
        known, word = next(
            ((NAMES[_name(one)], one) for one in (name, alias) if one and _name(one) in NAMES),
            (None, None),
        )
        if problem and not (problem == NO_NUMBER and known):
            rating.remark(importing.RatingOffScale, "ratingValue", **_off_scale(rating))
            self.rating = known if problem == NO_NUMBER else None
            return
        nearest = None if place is None else _nearest(place)
        if known in SCALE and nearest and abs(SCALE.index(known) - SCALE.index(nearest)) > 1:
            facts = {"found": as_text(value), "meaning": nearest.replace("_", " "), "name": word}
            rating.remark(importing.RatingsDisagree, "ratingValue", **facts)
            return
        self.rating = known or nearest


# Why a number has no place: it stands for none, or it is beyond its scale.
NO_NUMBER, BEYOND = "no number", "beyond"
# What forms write where there is no number.
_PLACEHOLDERS = (0, -1)

# A number as people write it, with a decimal point or comma, in per cent or out of a highest one.
_NUMERAL = re.compile(
    r"(?P<number>[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)"
    r"(?: ?(?P<percent>%)|(?: ?/ ?| (?:out )?of )(?P<best>\d+(?:[.,]\d+)?))?"
)
# Arabic and full-width forms of the decimal point, the comma and the percent sign.
_SIGNS = str.maketrans("٫，．٪％−", ".,.%%-")


class _Number(NamedTuple):
    """A number, and the highest one that it is out of, if it says so: 100 for per cent."""

    value: float
    best: float | None = None


def _place(rating: _Node) -> tuple[float | None, str | None]:
    """Where the number of a rating is on its scale, from 0 (worst) to 1, or why it is nowhere.

    A scale may begin with its best number, if it gives both. A number on a scale of which the best
    number is the worst one is there because the form needed one, and says nothing.
    """
    value = _number(rating, "ratingValue")
    best, worst = _number(rating, "bestRating"), _number(rating, "worstRating")
    if value is None:
        return None, None
    if isinstance(value, str) or isinstance(best, str) or isinstance(worst, str):
        return None, BEYOND
    ends = _scale(value, best, worst)
    found = _between(value.value, *ends) if ends else None
    if found is not None:
        return found, None
    alone = ends is not None and ends[0] == ends[1] == value.value
    return None, NO_NUMBER if alone or value.value in _PLACEHOLDERS else BEYOND


def _off_scale(rating: _Node) -> dict[str, str]:
    """What to report of a number that is not on its scale."""
    ends = {"worst": rating.raw.get("worstRating"), "best": rating.raw.get("bestRating")}
    return {
        "found": as_text(rating.raw["ratingValue"]),
        **{
            name: default if is_absent(end) else as_text(end)
            for (name, end), default in zip(ends.items(), ("1", "5"), strict=True)
        },
    }


def _scale(
    value: _Number, best: _Number | None, worst: _Number | None
) -> tuple[float, float] | None:
    """The worst and the best number of a scale; None if what is given is none, or several."""
    bests = {one for one in (best and best.value, value.best) if one is not None}
    if len(bests) > 1:
        return None
    highest = bests.pop() if bests else 5.0
    lowest = worst.value if worst else 0.0 if value.best == 100 else 1.0  # per cent
    if highest < lowest and not (best and worst):
        return None
    return lowest, highest


def _between(value: float, worst: float, best: float) -> float | None:
    """Where a number is between two others, from 0 to 1; None if it is not."""
    length = best - worst
    if not length or not math.isfinite(length) or not min(worst, best) <= value <= max(worst, best):
        return None
    return (value - worst) / length


def _number(rating: _Node, name: str) -> _Number | str | None:
    """A number of a rating, as text if it is none; None if it is absent."""
    rating.keep(name)
    value = rating.raw.get(name)
    if is_sentinel(value):
        rating.remark(importing.NoValue, name, found=as_text(value))
    if value is None or value == "" or is_sentinel(value):
        return None
    if isinstance(value, bool | dict | list):
        rating.remark(reading.WrongType, name, found=kind(value), expected="a number")
        return None
    numeral = _NUMERAL.fullmatch(as_text(value).translate(_SIGNS).strip())
    number = _float(numeral["number"]) if numeral else None
    if numeral is None or number is None:
        return as_text(value)
    best = 100.0 if numeral["percent"] else _float(numeral["best"]) if numeral["best"] else None
    return _Number(number, best)


def _float(numeral: str) -> float | None:
    """A finite number; None for one whose comma may be that of decimals or of thousands."""
    if re.search(r",\d{3}(?!\d)", numeral):
        return None
    found = float(numeral.replace(",", "."))
    return found if math.isfinite(found) else None


def _nearest(place: float) -> str:
    """The verdict that a place on the scale, from 0 to 1, is nearest to; of two, the milder one."""
    for name, below in (("false", 1 / 8), ("mostly_false", 3 / 8)):
        if place < below:
            return name
    for name, upto in (("mixed", 5 / 8), ("mostly_true", 7 / 8)):
        if place <= upto:
            return name
    return "true"


def _name(text: str) -> str:
    """The name of a verdict, as the table of names has them."""
    return " ".join(re.split(r"[\s_-]+", text.lower().strip(" \t.!\"'“”")))


def _identifier(node: _Node, url: str | None) -> str | None:
    """What a review is called where it stands: by an identifier of its own, else by its address."""
    given = node.raw.get("@id")
    named = given if isinstance(given, str) and not given.startswith("_:") else None
    named = None if named is None or is_sentinel(named) or "\n" in named else named
    if named and re.match(r"[a-z][a-z0-9+.-]*:", named):
        return named
    return url or named


@lru_cache(maxsize=2**12)
def _plain(name: str) -> str:
    """A name of schema.org without its prefix."""
    if ":" in name:
        return _PREFIX.sub("", name, count=1) if _PREFIX.match(name) else name
    return _ALIASES.get(name, name)


def _types(raw: Mapping[str, Json]) -> set[str]:
    """The types of a node, by their plain names."""
    given = raw.get("@type", raw.get("type"))
    return {_plain(one) for one in _listed(given) if isinstance(one, str)}


def _under(raw: Mapping[str, Json], name: str) -> Json:
    """The value of a property, whichever way its name is written."""
    return next((value for given, value in raw.items() if _plain(given) == name), None)


def _feed(raw: dict[str, Json]) -> str | None:
    """The name of a DataFeed, else its address."""
    for name in ("name", "url", "@id"):
        value = _single(_under(raw, name))
        if isinstance(value, str) and not is_sentinel(value) and not re.search(r"[\r\n]", value):
            return value
    return None


def _is_review(raw: Mapping[str, Json], types: set[str]) -> bool:
    """Whether a node is a ClaimReview, if only by what it has or nearly is called."""
    called = any(name.lower() == "claimreview" for name in types)
    return called or any(_plain(name) == "claimReviewed" for name in raw)


def _is_reference(raw: Mapping[str, Json]) -> bool:
    """Whether an object only names a node."""
    return {_plain(name) for name in raw} <= {"@id", "@type"}


def _single(value: Json) -> Json:
    """A value without what JSON-LD may wrap it in; of one node in a list, still the list."""
    if isinstance(value, list):
        values = [_single(one) if isinstance(one, dict) else one for one in value]
        return values if len(values) != 1 or isinstance(values[0], dict) else values[0]
    if isinstance(value, dict) and "@value" in value:
        return value["@value"]
    return value


def _link(value: Json) -> Json:
    """The address of a page that is given as a node; any other value as it is."""
    if isinstance(value, dict):
        return _under(value, "url") or _under(value, "@id") or value
    return value


def _listed(value: Json) -> list[Json]:
    """A value as a list of values."""
    return value if isinstance(value, list) else [value]
