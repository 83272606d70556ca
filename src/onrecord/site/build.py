"""Build the site of a corpus: read, validate, write, replace."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.corpus import reading as corpora
from onrecord.corpus.corpus import Corpus
from onrecord.findings import Finding, Report
from onrecord.publishing.counting import count
from onrecord.readers.models.corpus import read_info
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.progress import Progress, no_progress
from onrecord.reporters.base import counted
from onrecord.schema import current
from onrecord.site import names
from onrecord.site.article import article_page
from onrecord.site.claim import claim_page
from onrecord.site.collected import Collected
from onrecord.site.earlier import EarlierPages
from onrecord.site.figures import About, figures
from onrecord.site.links import Links
from onrecord.site.lists import KINDS, LONGEST, list_name, list_page, start_page
from onrecord.site.output import replacing_site
from onrecord.site.pages import asset
from onrecord.site.paths import Paths
from onrecord.site.records import Articles, Found, Record
from onrecord.site.reported import article_of, may_be_shown
from onrecord.site.search import SearchIndex
from onrecord.site.speaker import speaker_page
from onrecord.site.statement import statement_page
from onrecord.site.wording import sort_key
from onrecord.validation.validate import validate_corpus

# Entries of each list that the first page shows.
_FIRST = 12
# Bytes of what pages about several articles show that are kept in memory.
_MEMORY = 32 * 2**20
_ASSETS = ("site.css", "article.js", "search.js")


@dataclass(frozen=True, slots=True)
class Site:
    """The result of building a site.

    Attributes:
        report: The result of validation. Findings are shown on the pages.
        out: The folder of the site.
        pages: The number of its pages.
    """

    report: Report
    out: Path
    pages: int


def build_site(
    folder: Path | str,
    out: Path | str,
    *,
    texts: Path | str | None = None,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
    earlier: EarlierPages | None = None,
) -> Site:
    """Build a site that shows the corpus in a folder, completely or not at all.

    No page contains words that rights withhold, even if their texts are available.

    Args:
        folder: The folder of the corpus, or a record file.
        out: The folder of the site. It may be missing, empty, or an earlier site.
        texts: A folder of article texts, found by digest or id.
        progress: An iterator adapter that may display how far reading has come.
        options: How to read.
        earlier: Pages that are used again if what they show has not changed since.

    Raises:
        InputError: The corpus cannot be read, or the site cannot be written.
    """
    folder, out = Path(folder), Path(out)
    if earlier:
        earlier.begin(out)
    with replacing_site(out, allow_outside=options.allow_outside) as stage:
        corpus = corpora.read(folder, texts=texts, progress=progress, options=options)
        report = validate_corpus(corpus)
        info = read_info(folder, corpus.boundary) if folder.is_dir() else None
        writer = _Writer(stage, corpus, report, info, earlier)
        writer.write()
    if earlier:
        earlier.end(out)
    return Site(report, out, writer.pages)


class _Writer:
    """Write the pages of a site.

    Attributes:
        pages: The number of pages that are written.
    """

    def __init__(
        self,
        stage: Path,
        corpus: Corpus,
        report: Report,
        info: current.CorpusInfo | None,
        earlier: EarlierPages | None,
    ) -> None:
        self.pages = 0
        self._stage = stage
        self._folders: dict[str, Path] = {}
        self._articles = Articles(corpus)
        self._links = Links(self._articles)
        self._paths = Paths(self._links)
        memory = min(corpus.options.memory, _MEMORY)
        self._collected, self._lists = Collected(memory), Collected(memory)
        self._search = SearchIndex(self._paths, memory)
        self._about = About(self._paths)
        self._numbers: Counter[str] = Counter()
        self._speakers: set[str] = set()
        self._earlier = earlier
        # What all pages may depend on.
        self._shared = hash(repr((info, self._links.everything()))) if earlier else 0
        self._common = {"site": self._paths, "corpus": info, "lists": KINDS}
        self._findings: dict[str | None, list[Finding]] = {}
        for finding in may_be_shown(report, self._articles.withheld):
            self._findings.setdefault(article_of(finding), []).append(finding)

    def write(self) -> None:
        """Write all pages, and the files that they need."""
        for name in _ASSETS:
            self._put(f"assets/{name}", asset(name))
        seen: Counter[str] = Counter()
        for found in self._articles:
            self._write_article(found, seen)
        for path, entries in self._collected.pages():
            self._write_collected(path, entries)
        first = self._write_lists()
        self._search.write(self._put)
        general = [
            one for key in self._findings.keys() - seen.keys() for one in self._findings[key]
        ]
        general.sort(key=lambda one: one.sort_key)
        values = {"first": first, "findings": general, "numbers": self._numbers}
        about = self._about.rows(self._speakers)
        drawn = figures(count(self._articles.passed_on), self._paths, about)
        self.pages += 1
        self._put("index.html", start_page(**values, figures=drawn, **self._common))

    def _write_article(self, found: Found, seen: Counter[str]) -> None:
        article = found.article
        seen[article["id"]] += 1
        again = f".{seen[article['id']]}" if seen[article["id"]] > 1 else ""
        name = names.page_name(article["id"] + again)
        findings = self._findings.get(article["id"], ()) if not again else ()
        self._page(
            f"articles/{name}.html",
            (found, findings),
            lambda: article_page(found, findings, f"{name}.json", **self._common),
        )
        self._put(f"articles/{name}.json", "".join(_as_json(found)))
        self._collect(found, f"articles/{name}.html", len(findings))

    def _collect(self, found: Found, path: str, findings: int) -> None:
        """Collect what other pages show of an article."""
        article = found.article
        of = {
            **{name: article.get(name) for name in ("id", "title", "language", "published")},
            "publisher": (article.get("publisher") or {}).get("name")
            or (article.get("publisher") or {}).get("domain"),
            "path": path,
        }
        counts = {"quotes": len(found.quotes), "claims": len(found.claims), "findings": findings}
        self._list("articles", sort_key(article.get("published")), of | counts)
        resting: dict[str, list[Record]] = {}
        for claim in found.claims:
            for quote_id in claim.get("quote_ids", ()):
                resting.setdefault(quote_id, []).append(claim)
        for quote in found.quotes:
            self._collect_quote(quote, of, resting.get(quote["id"], []))
        quotes = {quote["id"]: quote for quote in found.quotes}
        for claim in found.claims:
            self._collect_claim(claim, of, quotes)
        self._numbers["quotes"] += len(found.quotes)

    def _collect_quote(self, quote: Record, of: Record, claims: list[Record]) -> None:
        when = sort_key(quote.get("said"), of["published"])
        language = quote.get("language") or of["language"]
        entry = {"quote": quote, "of": of, "claims": claims, "language": language, "when": when}
        self._search.add_quote(quote, of, language)
        for part in ("speakers", "relayed_by", "addressees"):
            for source in quote.get(part, ()):
                if path := self._paths.speaker(source):
                    self._collected.add(path, when, entry | {"part": part, "source": source})
        if path := self._paths.statement(quote["id"]):
            self._collected.add(path, when, entry)

    def _collect_claim(self, claim: Record, of: Record, quotes: Mapping[str, Record]) -> None:
        when = sort_key(claim.get("said"), of["published"])
        entry = {"claim": claim, "of": of, "when": when}
        self._collected.add(self._paths.claim(claim["id"]), when, entry)
        source = claim.get("claimant") or {}
        said = [quotes[each] for each in claim.get("quote_ids", ()) if each in quotes]
        speakers = [source] if source else [one for q in said for one in q.get("speakers", ())]
        self._search.add_claim(claim, of, speakers)
        self._about.add(speakers, claim.get("about", ()))
        path = self._paths.speaker(source)
        if path and not claim.get("quote_ids"):
            self._collected.add(path, when, entry | {"part": "claim", "source": source})

    def _write_collected(self, path: str, entries: list[Record]) -> None:
        """Write a page about several articles, and add it to its list."""
        kind = path.partition("/")[0]
        if kind == "speakers":
            self._page(path, entries, lambda: speaker_page(entries, **self._common))
            counted_names = Counter(entry["source"].get("name") or "" for entry in entries)
            name = counted_names.most_common(1)[0][0]
            said = sum(entry["part"] == "speakers" for entry in entries)
            articles = len({entry["of"]["id"] for entry in entries})
            role = next(
                (e["source"]["role"] for e in reversed(entries) if "role" in e["source"]), ""
            )
            value = {"name": name, "said": said, "articles": articles, "role": role, "path": path}
            self._list(kind, f"{name.casefold()}\n{path}", value)
            noted = counted(said, "quote") if said else "named"
            note = f"{role} · " * bool(role) + f"{noted} in {counted(articles, 'article')}"
            self._search.add_speaker(value, list(counted_names), note)
            self._speakers.add(path)
        elif kind == "statements":
            self._page(path, entries, lambda: statement_page(entries, **self._common))
            value = {**entries[0], "articles": len({entry["of"]["id"] for entry in entries})}
            self._list(kind, entries[0]["when"], {**value, "path": path})
        else:
            self._page(path, entries, lambda: claim_page(entries, **self._common))
            value = {**entries[0], "articles": len({entry["of"]["id"] for entry in entries})}
            value["ratings"] = [
                one.get("rating") or one["original_rating"]
                for entry in entries
                for one in entry["claim"].get("assessments", ())
            ]
            self._list(kind, entries[0]["when"], {**value, "path": path})

    def _list(self, kind: str, sort: str, value: Record) -> None:
        self._numbers[kind] += 1
        self._lists.add(kind, sort, value)

    def _write_lists(self) -> dict[str, Sequence[Record]]:
        """Write the lists; return some entries of each for the first page."""
        first: dict[str, deque[Record]] = {kind: deque(maxlen=_FIRST) for kind in KINDS}
        left = {kind: -(-self._numbers[kind] // LONGEST) for kind in KINDS}
        for kind in KINDS:
            if not left[kind]:
                self._put(list_name(kind, 1), list_page(kind, [], 1, 1, **self._common))
                self.pages += 1
        for kind, number, entries in _numbered(self._lists.values()):
            first[kind].extend(entries)
            self._put(
                list_name(kind, number),
                list_page(kind, entries, number, left[kind], **self._common),
            )
            self.pages += 1
        return {kind: list(some)[::-1] for kind, some in first.items()}

    def _page(self, path: str, shows: object, page: Callable[[], str]) -> None:
        """Write a page, or use the earlier one again if it shows the same."""
        self.pages += 1
        if not self._earlier:
            self._put(path, page())
            return
        self._earlier.put(path, self._target(path), (self._shared, shows), page)

    def _put(self, path: str, text: str) -> None:
        with self._target(path).open("wb") as stream:
            stream.write(text.encode())

    def _target(self, path: str) -> Path:
        """Return the file to write for a path in the site; its folder exists."""
        folder, _, name = path.rpartition("/")
        if folder not in self._folders:
            self._folders[folder] = self._stage / folder
            self._folders[folder].mkdir(exist_ok=True)
        return self._folders[folder] / name


def _as_json(found: Found) -> Iterator[str]:
    """Yield the records of an article as one JSON object with one record per line."""
    yield f'{{"article": {json.dumps(found.article, ensure_ascii=False)}'
    for name, records in (("quotes", found.quotes), ("claims", found.claims)):
        lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
        yield f',\n"{name}": [\n{lines}\n]'
    yield "}\n"


def _numbered(values: Iterable[tuple[str, Record]]) -> Iterator[tuple[str, int, list[Record]]]:
    """Yield the entries of lists, page by page."""
    kind, number = "", 0
    some: list[Record] = []
    for each, value in values:
        if some and (each != kind or len(some) == LONGEST):
            yield kind, number, some
            some = []
        number = 1 if each != kind else number + (not some)
        kind = each
        some.append(value)
    if some:
        yield kind, number, some
