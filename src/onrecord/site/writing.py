"""Write the pages of articles, speakers, claims and statements, in this process or in others."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from onrecord.findings import Finding
from onrecord.reporters.base import counted
from onrecord.site.article import article_page
from onrecord.site.cards import claim_entry, quote_entry
from onrecord.site.claim import claim_page
from onrecord.site.earlier import EarlierPages
from onrecord.site.found import Found, Record
from onrecord.site.gathered import Gathered, Row, as_json
from onrecord.site.paths import Paths
from onrecord.site.searched import claim_row, quote_row, speaker_row
from onrecord.site.speaker import Entry, speaker_page
from onrecord.site.statement import statement_page
from onrecord.site.wording import sort_key

# The way from the folders of pages to that of the site.
_UP = "../"


class ArticleJob(NamedTuple):
    """An article whose pages are to be written.

    Attributes:
        found: The article with its records.
        findings: The findings about them, whose messages may be shown.
        name: The name of its page, without the ending.
    """

    found: Found
    findings: Sequence[Finding]
    name: str


class PageJob(NamedTuple):
    """A page about several articles that is to be written.

    Attributes:
        path: Its path in the site.
        entries: What it shows, each as JSON.
    """

    path: str
    entries: list[str]


class PageWriter:
    """Write pages into the folder of a site.

    Args:
        folder: The folder.
        paths: The paths of all pages.
        common: What the templates of all pages need.
        earlier: Pages of an earlier site that may be used again.
        shared: A number that differs if anything changes that all pages may show.
    """

    def __init__(
        self,
        folder: Path,
        paths: Paths,
        common: Mapping[str, Any],
        earlier: EarlierPages | None,
        shared: int,
    ) -> None:
        self._folder = folder
        self._paths = paths
        self._common = common
        self._earlier = earlier
        self._shared = shared
        self._made: set[str] = set()

    def articles(self, jobs: Sequence[ArticleJob]) -> Gathered:
        """Write the pages of articles; return what other pages show of them."""
        gathered = Gathered()
        for job in jobs:
            self._article(job, gathered)
        return self._noted(gathered)

    def collected(self, jobs: Sequence[PageJob]) -> Gathered:
        """Write pages about several articles; return what lists and searches show of them."""
        gathered = Gathered()
        write = {"speakers": self._speaker, "statements": self._statement, "claims": self._claim}
        for path, values in jobs:
            write[path.partition("/")[0]](path, values, gathered)
        return self._noted(gathered)

    def put(self, path: str, text: str) -> None:
        """Write a file, given its path in the site and its text."""
        left = text.encode()
        # As few calls of the system as possible: most of the time goes into creating files.
        with open(self._target(path), "wb", buffering=0) as stream:  # noqa: PTH123
            while left:
                left = left[stream.write(left) :]

    def _page(self, path: str, shows: object, page: Callable[[], str], gathered: Gathered) -> None:
        """Write a page, or use the earlier one again if it shows the same."""
        gathered.made += 1
        if self._earlier:
            self._earlier.put(path, Path(self._target(path)), (self._shared, shows), page)
        else:
            self.put(path, page())

    def _target(self, path: str) -> str:
        """Return the file to write for a path in the site; its folder exists."""
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            (self._folder / folder).mkdir(exist_ok=True)
            self._made.add(folder)
        return f"{self._folder}/{path}"

    def _noted(self, gathered: Gathered) -> Gathered:
        if self._earlier:
            gathered.digests, gathered.written = self._earlier.noted()
        return gathered

    def _article(self, job: ArticleJob, gathered: Gathered) -> None:
        found, findings, name = job
        path = f"articles/{name}.html"
        self._page(
            path,
            (found, findings),
            lambda: article_page(found, findings, f"{name}.json", **self._common),
            gathered,
        )
        parts = [f'{{"article": {as_json(found.article)}']
        for kind, records in (("quotes", found.quotes), ("claims", found.claims)):
            lines = ",\n".join(map(as_json, records))
            parts.append(f',\n"{kind}": [\n{lines}\n]')
        self.put(f"articles/{name}.json", f"{''.join(parts)}}}\n")
        article = found.article
        publisher = article.get("publisher") or {}
        of = {
            **{name: article.get(name) for name in ("id", "title", "language", "published")},
            "publisher": publisher.get("name") or publisher.get("domain"),
            "path": path,
        }
        counts = {"quotes": len(found.quotes), "claims": len(found.claims)}
        counts["findings"] = len(findings)
        gathered.list("articles", sort_key(article.get("published")), of | counts)
        gathered.quotes += len(found.quotes)
        resting: dict[str, list[Record]] = {}
        for claim in found.claims:
            for quote_id in claim.get("quote_ids", ()):
                resting.setdefault(quote_id, []).append(claim)
        for quote in found.quotes:
            self._gather_quote(quote, of, resting.get(quote["id"], []), gathered)
        quotes = {quote["id"]: quote for quote in found.quotes}
        for claim in found.claims:
            self._gather_claim(claim, of, quotes, gathered)

    def _gather_quote(
        self, quote: Record, of: Record, claims: list[Record], gathered: Gathered
    ) -> None:
        """Gather what other pages show of a quote, given its article and the claims that rest on it."""
        when = sort_key(quote.get("said"), of["published"])
        language = quote.get("language") or of["language"]
        gathered.searched.append(quote_row(quote, of, language, self._paths))
        entry = {"quote": quote, "of": of, "claims": claims, "language": language, "when": when}
        for part in ("speakers", "relayed_by", "addressees"):
            for source in quote.get(part, ()):
                if path := self._paths.speaker(source):
                    shown = quote_entry(entry, part, source, _UP, self._paths)
                    own = Entry.of(source, of, shown, said=part == "speakers")
                    gathered.pages.append(Row(path, when, own.as_text()))
        if path := self._paths.statement(quote["id"]):
            gathered.pages.append(Row(path, when, as_json(entry)))

    def _gather_claim(
        self, claim: Record, of: Record, quotes: Mapping[str, Record], gathered: Gathered
    ) -> None:
        """Gather what other pages show of a claim, given its article and the quotes of that."""
        when = sort_key(claim.get("said"), of["published"])
        entry = {"claim": claim, "of": of, "when": when}
        if path := self._paths.claim_page(claim["id"]):
            gathered.pages.append(Row(path, when, as_json(entry)))
        else:
            _list_claim([entry], self._paths.claim(claim["id"]), gathered)
        source = claim.get("claimant") or {}
        said = [quotes[each] for each in claim.get("quote_ids", ()) if each in quotes]
        speakers = [source] if source else [one for q in said for one in q.get("speakers", ())]
        gathered.searched.append(claim_row(claim, of, speakers, self._paths))
        gathered.about.add(speakers, claim.get("about", ()), self._paths)
        path = self._paths.speaker(source)
        if path and not claim.get("quote_ids"):
            shown = claim_entry(entry, source, _UP, self._paths)
            own = Entry.of(source, of, shown, said=False)
            gathered.pages.append(Row(path, when, own.as_text()))

    def _speaker(self, path: str, values: Sequence[str], gathered: Gathered) -> None:
        entries = [*map(Entry.read, values)]
        self._page(path, values, lambda: speaker_page(entries, **self._common), gathered)
        names = Counter(entry.name or "" for entry in entries)
        name = names.most_common(1)[0][0]
        said = sum(entry.said for entry in entries)
        articles = len({entry.article for entry in entries})
        role = next((entry.role for entry in reversed(entries) if entry.role), "")
        value = {"name": name, "said": said, "articles": articles, "role": role, "path": path}
        gathered.list("speakers", f"{name.casefold()}\n{path}", value)
        noted = counted(said, "quote") if said else "named"
        note = f"{role} · " * bool(role) + f"{noted} in {counted(articles, 'article')}"
        gathered.searched.append(speaker_row(value, names, note))

    def _statement(self, path: str, values: Sequence[str], gathered: Gathered) -> None:
        entries = [*map(json.loads, values)]
        value = {**entries[0], "articles": len({entry["of"]["id"] for entry in entries})}
        gathered.list("statements", entries[0]["when"], {**value, "path": path})
        self._page(path, values, lambda: statement_page(entries, **self._common), gathered)

    def _claim(self, path: str, values: Sequence[str], gathered: Gathered) -> None:
        entries = [*map(json.loads, values)]
        _list_claim(entries, path, gathered)
        self._page(path, values, lambda: claim_page(entries, **self._common), gathered)


def _list_claim(entries: Sequence[Record], path: str, gathered: Gathered) -> None:
    """Add a claim to the list of claims, given its wordings and where most is shown about it."""
    first = entries[0]
    names = ("text", "language", "status", "claimant")
    value = {
        "claim": {name: first["claim"][name] for name in names if name in first["claim"]},
        "of": first["of"],
        "path": path,
        "articles": len({entry["of"]["id"] for entry in entries}),
        "ratings": [
            one.get("rating") or one["original_rating"]
            for entry in entries
            for one in entry["claim"].get("assessments", ())
        ],
    }
    gathered.list("claims", first["when"], value)
