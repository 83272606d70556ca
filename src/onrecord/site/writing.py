"""Write the pages of articles, speakers, claims and statements, in this process or in others."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

from onrecord.findings import Finding
from onrecord.reporters.base import counted
from onrecord.site import entries as listed
from onrecord.site.article import article_page, words_of
from onrecord.site.cards import verdicts
from onrecord.site.claim import Wording, claim_page
from onrecord.site.divided import entries_on, number_of_pages, numbered
from onrecord.site.earlier import EarlierPages
from onrecord.site.entries import Entries
from onrecord.site.found import Encoded, Found, Record
from onrecord.site.gathered import Gathered, Row, as_json
from onrecord.site.pages import frame, framed
from onrecord.site.parts import DOT, html
from onrecord.site.paths import Paths
from onrecord.site.searched import SearchedArticle, searched_speaker
from onrecord.site.speaker import Entry, Speaker, section, speakers_page
from onrecord.site.statement import statement_page
from onrecord.site.wording import UNKNOWN, sort_key

# Windows would change the ends of lines.
_BINARY = getattr(os, "O_BINARY", 0)


class ArticleJob(NamedTuple):
    """Name an article whose pages are to be written, and what they show.

    Attributes:
        encoded: The article with its records.
        findings: The findings about them, whose messages may be shown.
        name: The name of its page, without the ending.
    """

    encoded: Encoded
    findings: Sequence[Finding]
    name: str


class PageJob(NamedTuple):
    """Name a page about several articles that is to be written, and what it shows.

    Attributes:
        path: Its path in the site.
        places: What it shows at each place, as JSON. Some pages have one without a name.
    """

    path: str
    places: list[tuple[str, list[str]]]

    @property
    def entries(self) -> int:
        """Return the number of entries that it shows."""
        return sum(len(values) for _, values in self.places)


def _listed(when: str) -> str:
    """Return the sort key of lists of which the first page has the last entries: unknown times are first."""
    return "" if when == UNKNOWN else when


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
        self._frame = frame(listed.UP, common["corpus"])
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
        write = {"statements": self._statement, "claims": self._claim}
        for path, places in jobs:
            if path.startswith("speakers/"):
                self._speakers(path, places, gathered)
            else:
                ((_, values),) = places
                write[path.partition("/")[0]](path, values, gathered)
        return self._noted(gathered)

    def put(self, path: str, text: str) -> None:
        """Write a file, given its path in the site and its text."""
        left = text.encode()
        # As few calls of the system as possible: most of the time goes into creating files.
        file = os.open(self._target(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666)
        try:
            while left:
                left = left[os.write(file, left) :]
        finally:
            os.close(file)

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
        encoded, findings, name = job
        found = encoded.read()
        article, quotes, claims, _ = found
        path = f"articles/{name}.html"
        said = {quote["id"]: words_of(article, quote) for quote in quotes}
        records = encoded.records
        page = partial(article_page, found, findings, records, said, self._paths, self._frame)
        self._page(path, (encoded, findings), page, gathered)
        publisher = article.get("publisher") or {}
        of = {
            **{name: article.get(name) for name in ("id", "title", "language", "published")},
            "publisher": publisher.get("name") or publisher.get("domain"),
            "path": path,
        }
        entry = listed.listed_article(of, len(quotes), len(claims), len(findings))
        gathered.lists.append(Row("articles", _listed(sort_key(of["published"])), entry))
        gathered.quotes += len(quotes)
        self._records(found, of, said, gathered)

    def _records(
        self, found: Found, of: Record, said: Mapping[str, str], gathered: Gathered
    ) -> None:
        """Gather what other pages show of the records of an article."""
        entries, searched = Entries(of, self._paths), SearchedArticle(of, self._paths)
        resting: dict[str, str] = {}
        for claim in found.claims:
            for quote_id in claim.get("quote_ids", ()):
                resting[quote_id] = resting.get(quote_id, "") + entries.rests(claim)
        for quote in found.quotes:
            quote_id, language = quote["id"], quote.get("language") or of["language"]
            searched.quote(quote, language)
            when = sort_key(quote.get("said"), of["published"])
            for part in ("speakers", "relayed_by", "addressees"):
                for source in quote.get(part, ()):
                    if path := self._paths.speaker(source):
                        claims = resting.get(quote_id, "")
                        shown = entries.quote(quote, part, source, said[quote_id], claims)
                        own = Entry.of(source, of, shown, said=part == "speakers")
                        gathered.pages.append(Row(path, when, own.as_text()))
            if path := self._paths.statement(quote_id):
                entry = {"quote": quote, "of": of, "language": language, "when": when}
                gathered.pages.append(Row(path, when, as_json(entry)))
        quotes = {quote["id"]: quote for quote in found.quotes}
        for claim in found.claims:
            self._claim_of(claim, of, entries, quotes, searched, gathered)
        gathered.searched.append(searched.all())

    def _claim_of(
        self,
        claim: Record,
        of: Record,
        entries: Entries,
        quotes: Mapping[str, Record],
        searched: SearchedArticle,
        gathered: Gathered,
    ) -> None:
        """Gather what other pages show of a claim, given its article and the quotes of that."""
        source, paths = claim.get("claimant") or {}, self._paths
        said = [quotes[each] for each in claim.get("quote_ids", ()) if each in quotes]
        speakers = [source] if source else [one for q in said for one in q.get("speakers", ())]
        searched.claim(claim, speakers)
        gathered.about.add(speakers, claim.get("about", ()), paths)
        when = sort_key(claim.get("said"), of["published"])
        rated = verdicts(claim)
        if path := paths.claim_page(claim["id"]):
            wording = (Wording.of(claim, entries), listed.about_claim(claim), of, rated)
            gathered.pages.append(Row(path, when, as_json(wording)))
        else:
            place = paths.claim_in_article(claim["id"])
            entry = listed.listed_claim(claim, of, place, rated, 1, paths)
            gathered.lists.append(Row("claims", when, entry))
        path = paths.speaker(source)
        if path and not claim.get("quote_ids"):
            own = Entry.of(source, of, entries.claim(claim, source), said=False)
            gathered.pages.append(Row(path, when, own.as_text()))

    def _speakers(
        self, path: str, places: Sequence[tuple[str, Sequence[str]]], gathered: Gathered
    ) -> None:
        found = [Speaker.of(place, [*map(Entry.read, values)]) for place, values in places]
        first = [(place, len(values), entries_on(values, 1)) for place, values in places]
        headers = [one.header() for one in found if one.pages > 1]
        page = partial(speakers_page, found, path, self._frame)
        self._page(path, (first, headers), page, gathered)
        for speaker in found:
            self._further(speaker, path, gathered)
            said = sum(entry.said for entry in speaker.entries)
            articles = len({entry.article for entry in speaker.entries})
            note = (
                f"{counted(said, 'quote') if said else 'named'} in {counted(articles, 'article')}"
            )
            name, role, place = speaker.names[0], speaker.role, f"{path}#{speaker.place}"
            entry = listed.listed_speaker(place, name, note, role)
            gathered.lists.append(Row("speakers", f"{name.casefold()}\n{place}", entry))
            note = f"{role}{DOT}{note}" if role else note
            gathered.searched.append(searched_speaker(place, speaker.names, role, said, note))

    def _further(self, speaker: Speaker, path: str, gathered: Gathered) -> None:
        """Write the further pages of a speaker of whom much is on record."""
        header = speaker.header() if speaker.pages > 1 else ""
        for number in range(2, speaker.pages + 1):
            main = section(speaker, header, number, path)
            page = partial(framed, self._frame, html(speaker.names[0]), main)
            self._page(numbered(path, number, speaker.place), main, page, gathered)

    def _statement(self, path: str, values: Sequence[str], gathered: Gathered) -> None:
        entries = [*map(from_json, values)]
        articles = len({entry["of"]["id"] for entry in entries})
        entry = listed.listed_statement(path, entries[0], articles)
        gathered.lists.append(Row("statements", _listed(entries[0]["when"]), entry))
        page = partial(statement_page, entries, path=path, **self._common)
        self._divided(path, values, page, gathered)

    def _claim(self, path: str, values: Sequence[str], gathered: Gathered) -> None:
        found = [*map(from_json, values)]
        wordings = [Wording._make(own) for own, *_ in found]
        _, claim, of, _ = found[0]
        rated = "".join([verdicts for *_, verdicts in found])
        articles = len({of["id"] for _, _, of, _ in found})
        entry = listed.listed_claim(claim, of, path, rated, articles, self._paths)
        when = sort_key(claim.get("said"), of["published"])
        gathered.lists.append(Row("claims", when, entry))
        page = partial(claim_page, wordings, path=path, site=self._paths, shared=self._frame)
        self._divided(path, values, page, gathered)

    def _divided(
        self, path: str, values: Sequence[str], page: Callable[..., str], gathered: Gathered
    ) -> None:
        """Write the pages of a claim or statement, given what they show as text."""
        for number in range(1, number_of_pages(values) + 1):
            self._page(
                numbered(path, number), (number, values), partial(page, number=number), gathered
            )
