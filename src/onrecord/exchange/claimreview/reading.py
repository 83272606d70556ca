"""Import schema.org ClaimReview: published fact checks, single or in feeds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from typing import ClassVar

from onrecord.errors import system_errors
from onrecord.exchange import ids
from onrecord.exchange.base import ImportedArticle, Importer, SourceItem, Value, problem_at
from onrecord.exchange.claimreview import claims
from onrecord.exchange.claimreview.graph import Graph, Review
from onrecord.exchange.claimreview.nodes import Node
from onrecord.exchange.claimreview.rating import Rating
from onrecord.exchange.jsonfiles import JsonText, read_document, read_lines, refused
from onrecord.exchange.values import is_after
from onrecord.files.opening import File
from onrecord.findings import Problem
from onrecord.rules import importing

_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, kw_only=True)
class ClaimReview(Importer):
    """Import fact checks marked up as schema.org ClaimReview, in JSON-LD.

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
    - a `name` or `alternateName` whose meaning is known, in this order: `rating`, if no number
      gives one, or if the number is not more than one step of those five away, since the word is
      what the reviewer means: False as 2 of 1 to 6 is false. Further away, as True with 1 of 1 to
      5, there is no rating. The names known are those of all languages (docs/languages.md), such
      as mostly true, half true, pants on fire, out of context, unproven, falsch and vrai.
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

    def read(self, file: File) -> Iterator[ImportedArticle]:
        """Yield each review of a file, with the page that published it."""
        for source, size in _texts(file):
            if source.readable:
                yield from self._imported_articles(source, size)
            else:
                yield refused(source, size=size)

    def _imported_articles(self, source: JsonText, size: int) -> Iterator[ImportedArticle]:
        graph = Graph(source)
        found = list(graph.items())
        if (broken := graph.broken(found)) or not found:
            yield _nothing(source, broken, size)
            return
        problems, share = source.problems, size // len(found)
        for number, one in enumerate(found):
            if isinstance(one, Problem):
                imported = ImportedArticle(
                    one.where, items=[SourceItem(one.where, "claim", problems=[one])]
                )
            else:
                imported = self._review(one, graph)
            imported.problems, problems = problems, []
            imported.size = share if number else size - share * (len(found) - 1)
            yield imported

    def _review(self, found: Review, graph: Graph) -> ImportedArticle:
        node = Node(found.raw, found.at, graph)
        node.problems += graph.source.entry(found.raw, found.at).problems
        claims.check_type(node)
        digest = ids.digest(found.raw)
        text = claims.claimed_text(node)
        url = node.url("url")
        published = node.date("datePublished")
        reviewed = node.nodes("itemReviewed", text="name")
        page = claims.Page(node)
        article = {
            "id": ids.of_page(url) if url else f"review-{digest}",
            "title": node.string("headline") or node.string("name"),
            "url": url,
            "archived_url": node.url("archivedAt"),
            "publisher": page.publisher,
            "authors": page.authors,
            "published": published,
            "language": self.language_of(claims.language_of(node, reviewed, text)),
            "rights": self.rights_of_text(),
        }
        self._compare(node, article)
        rating = Rating(node)
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
            "claimant": claims.claimant(reviewed),
            "said": self._said(reviewed, article),
            "appearances": claims.appearances(reviewed),
            "about": claims.about(reviewed),
            "assessments": [assessment] if rating.original and page.reviewer else [],
        }
        for one in node.opened:
            one.keep_rest()
        value["annotation"] = {
            "method": "manual",
            "origin": {
                "dataset": found.dataset,
                "id": claims.identifier(node, url) or value["id"],
                "label": rating.original,
                "fields": node.fields(),
            },
        }
        where = node.where()
        items = [SourceItem(where, "claim", value, node.problems)]
        return ImportedArticle(where, article, {"method": "manual"}, items)

    @cached_property
    def _pages(self) -> dict[str, tuple[str | None, set[str]]]:
        """Return the title and the dates of each page so far."""
        return {}

    def _compare(self, node: Node, article: Value) -> None:
        """Keep the title of a review if its page already has another one."""
        title, dates = self._pages.setdefault(article["id"], (article["title"], set()))
        if article["title"] != title:
            node.keep("headline" if node.has("headline") else "name")
        if article["published"]:
            dates.add(article["published"])

    def _said(self, reviewed: Sequence[Node], article: Value) -> str | None:
        """Return when the claim was made, unless that is later than its review."""
        for one in reviewed:
            if said := one.date("datePublished"):
                for published in sorted(self._pages[article["id"]][1]):
                    if is_after(said, published):
                        facts = {"said": said, "published": published}
                        one.report(importing.SaidAfterReview, "datePublished", **facts)
                        one.keep("datePublished")
                        return None
                return said
        return None


def _texts(file: File) -> Iterator[tuple[JsonText, int]]:
    """Yield the JSON texts of a file (one, or one per line) with the size of each in bytes."""
    if _has_lines(file):
        yield from read_lines(file)
    else:
        yield read_document(file), file.path.stat().st_size


def _has_lines(file: File) -> bool:
    """Return whether a file is JSON Lines: its first line is a JSON text, and more lines follow."""
    if file.path.suffix.lower() in _LINES:
        return True
    with system_errors(file.name), file.path.open("rb") as stream:
        first = stream.readline(2**24)
        more = any(line.strip() for line in islice(stream, 100))
    if not more or not first.endswith(b"\n"):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _nothing(source: JsonText, broken: list[Problem], size: int) -> ImportedArticle:
    """Return the article of a text that has no items or cannot be divided into items."""
    if broken:
        return refused(source, *broken, size=size)
    where = partial(source.locate, ())
    why = "no ClaimReview is in it"
    problem = problem_at(where, importing.NotCarriedOver, what="this", why=why)
    return ImportedArticle(where, problems=[*source.problems, problem], size=size)
