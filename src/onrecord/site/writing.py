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
from onrecord.site.claim import claim_page
from onrecord.site.earlier import EarlierPages
from onrecord.site.found import Found, Record
from onrecord.site.gathered import Gathered, Row, as_json
from onrecord.site.paths import Paths
from onrecord.site.searched import claim_row, quote_row, speaker_row
from onrecord.site.speaker import speaker_page
from onrecord.site.statement import statement_page
from onrecord.site.wording import sort_key


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
            write[path.partition("/")[0]](path, [*map(json.loads, values)], gathered)
        return self._noted(gathered)

    def put(self, path: str, text: str) -> None:
        """Write a file, given its path in the site and its text."""
        with self._target(path).open("wb") as stream:
            stream.write(text.encode())

    def _page(self, path: str, shows: object, page: Callable[[], str]) -> None:
        """Write a page, or use the earlier one again if it shows the same."""
        if self._earlier:
            self._earlier.put(path, self._target(path), (self._shared, shows), page)
        else:
            self.put(path, page())

    def _target(self, path: str) -> Path:
        """Return the file to write for a path in the site; its folder exists."""
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            (self._folder / folder).mkdir(exist_ok=True)
            self._made.add(folder)
        return self._folder / path

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
        entry = _Entry(quote=quote, of=of, claims=claims, language=language, when=when)
        for part in ("speakers", "relayed_by", "addressees"):
            for source in quote.get(part, ()):
                if path := self._paths.speaker(source):
                    value = entry.with_(part=part, source=source)
                    gathered.pages.append(Row(path, when, value))
        if path := self._paths.statement(quote["id"]):
            gathered.pages.append(Row(path, when, entry.with_()))

    def _gather_claim(
        self, claim: Record, of: Record, quotes: Mapping[str, Record], gathered: Gathered
    ) -> None:
        """Gather what other pages show of a claim, given its article and the quotes of that."""
        when = sort_key(claim.get("said"), of["published"])
        entry = _Entry(claim=claim, of=of, when=when)
        gathered.pages.append(Row(self._paths.claim(claim["id"]), when, entry.with_()))
        source = claim.get("claimant") or {}
        said = [quotes[each] for each in claim.get("quote_ids", ()) if each in quotes]
        speakers = [source] if source else [one for q in said for one in q.get("speakers", ())]
        gathered.searched.append(claim_row(claim, of, speakers, self._paths))
        gathered.about.add(speakers, claim.get("about", ()), self._paths)
        path = self._paths.speaker(source)
        if path and not claim.get("quote_ids"):
            gathered.pages.append(Row(path, when, entry.with_(part="claim", source=source)))

    def _speaker(self, path: str, entries: list[Record], gathered: Gathered) -> None:
        self._page(path, entries, lambda: speaker_page(entries, **self._common))
        names = Counter(entry["source"].get("name") or "" for entry in entries)
        name = names.most_common(1)[0][0]
        said = sum(entry["part"] == "speakers" for entry in entries)
        articles = len({entry["of"]["id"] for entry in entries})
        role = next((e["source"]["role"] for e in reversed(entries) if "role" in e["source"]), "")
        value = {"name": name, "said": said, "articles": articles, "role": role, "path": path}
        gathered.list("speakers", f"{name.casefold()}\n{path}", value)
        noted = counted(said, "quote") if said else "named"
        note = f"{role} · " * bool(role) + f"{noted} in {counted(articles, 'article')}"
        gathered.searched.append(speaker_row(value, names, note))

    def _statement(self, path: str, entries: list[Record], gathered: Gathered) -> None:
        value = {**entries[0], "articles": len({entry["of"]["id"] for entry in entries})}
        gathered.list("statements", entries[0]["when"], {**value, "path": path})
        self._page(path, entries, lambda: statement_page(entries, **self._common))

    def _claim(self, path: str, entries: list[Record], gathered: Gathered) -> None:
        value = {**entries[0], "articles": len({entry["of"]["id"] for entry in entries})}
        value["ratings"] = [
            one.get("rating") or one["original_rating"]
            for entry in entries
            for one in entry["claim"].get("assessments", ())
        ]
        gathered.list("claims", entries[0]["when"], {**value, "path": path})
        self._page(path, entries, lambda: claim_page(entries, **self._common))


class _Entry:
    """Hold the values of a record that pages show, as JSON that is written once for all pages."""

    def __init__(self, **values: Any) -> None:
        self._text = as_json(values)

    def with_(self, **more: Any) -> str:
        """Return the entry with some values more."""
        return f"{self._text[:-1]}, {as_json(more)[1:]}" if more else self._text
