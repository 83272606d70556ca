"""Build the site of a corpus: read, validate, write, replace."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from onrecord.corpus.corpus import Corpus
from onrecord.files.lists import in_lists
from onrecord.files.workers import start_workers
from onrecord.findings import Finding, Report
from onrecord.publishing.counting import count_statements
from onrecord.readers.models.corpus import read_info
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.progress import Progress, no_progress
from onrecord.schema import current
from onrecord.site import names
from onrecord.site.about import About
from onrecord.site.earlier import EarlierPages
from onrecord.site.figures import figures
from onrecord.site.gathered import Collected, Gathered
from onrecord.site.links import Links
from onrecord.site.lists import LONGEST, entries_of, list_name, list_page
from onrecord.site.output import refuse, replacing_site
from onrecord.site.pages import KINDS, asset, page
from onrecord.site.paths import Paths
from onrecord.site.records import Articles
from onrecord.site.reported import article_of, may_be_shown
from onrecord.site.search import SearchIndex
from onrecord.site.writing import ArticleJob, PageJob, PageWriter
from onrecord.validation.read_validated import read_validated

# Entries of each list that the first page shows.
_FIRST = 12
# Bytes of what pages about several articles show that are kept in memory.
_MEMORY = 32 * 2**20
# Articles that one more process is started for, since a start takes as long as some hundred of them;
# and the most processes, of which more would wait for the one that reads.
_WORTH, _MOST = 300, 8
# Articles, and entries of other pages, that a process receives at once.
_ARTICLES, _ENTRIES = 32, 256
_ASSETS = ("site.css", "article.js", "search.js")


@dataclass(frozen=True, slots=True)
class Site:
    """Report the result of building a site.

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
    cache: bool = False,
) -> Site:
    """Build a site that shows the corpus in a folder, completely or not at all.

    No page contains words that rights withhold, even if their texts are available.

    Args:
        folder: The folder of the corpus, or a record file.
        out: The folder of the site. It may be missing, empty, or an earlier site.
        texts: A folder of article texts, found by digest or id.
        progress: An iterator adapter that may display how far reading has come.
        options: How to read, and the most processes that run rules or write pages.
        earlier: Pages that are used again if what they show has not changed since.
        cache: Whether to use and write a folder ``.onrecord_cache``, as `onrecord.validate` does.

    Raises:
        InputError: The corpus cannot be read, or the site cannot be written.
    """
    folder, out = Path(folder), Path(out)
    texts = Path(texts) if texts is not None else None
    if earlier:
        earlier.begin(out)
    # Before anything is read; and nothing that this command writes is there when it is.
    refuse(out, allow_outside=options.allow_outside)
    corpus, report = read_validated(
        folder, texts=texts, progress=progress, options=options, cache=cache
    )
    with replacing_site(out, allow_outside=options.allow_outside) as stage:
        info = read_info(folder, corpus.boundary) if folder.is_dir() else None
        builder = _Builder(stage, corpus, report, info, earlier)
        articles = corpus.records("article").num_rows
        builder.write(min(options.workers, _MOST, 1 + articles // _WORTH))
    if earlier:
        earlier.end(out)
    return Site(report, out, builder.pages)


class _Builder:
    """Have the pages of a site written, and write those that show all of them.

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
        self._articles = Articles(corpus)
        links = Links(self._articles)
        self._paths = Paths(links)
        memory = min(corpus.options.memory, _MEMORY)
        self._collected, self._lists = Collected(memory), Collected(memory)
        self._search = SearchIndex(memory)
        self._about = About()
        self._numbers: Counter[str] = Counter()
        self._speakers: set[str] = set()
        self._earlier = earlier
        # What all pages may depend on.
        shared = hash(repr((info, links.everything()))) if earlier else 0
        about = info.model_dump(mode="json") if info else None
        self._common: dict[str, Any] = {"site": self._paths, "corpus": about}
        self._writer = PageWriter(stage, self._paths, self._common, earlier, shared)
        self._seen: Counter[str] = Counter()
        self._findings: dict[str | None, list[Finding]] = {}
        for finding in may_be_shown(report, self._articles.withheld):
            self._findings.setdefault(article_of(finding), []).append(finding)

    def write(self, workers: int) -> None:
        """Write all pages, and the files that they need, in some processes."""
        for name in _ASSETS:
            self._writer.put(f"assets/{name}", asset(name))
        with start_workers(self._writer, workers, preload=PageWriter.__module__) as writers:
            jobs = in_lists(self._article_jobs(), _ARTICLES)
            for gathered in writers.map(PageWriter.articles, jobs):
                self._collected.extend(gathered.pages)
                self._gather(gathered)
            pages = in_lists(self._page_jobs(), _ENTRIES, lambda job: job.entries, _ENTRIES)
            for gathered in writers.map(PageWriter.collected, pages):
                self._gather(gathered)
        first = self._write_lists()
        self._search.write(self._writer.put)
        others = self._findings.keys() - self._seen.keys()
        left = chain.from_iterable(self._findings[key] for key in others)
        general = sorted(left, key=lambda one: one.sort_key)
        values: dict[str, Any] = {"first": first, "findings": general, "numbers": self._numbers}
        counted = count_statements(self._articles.passed_on)
        drawn = figures(counted, self._paths, self._about, self._speakers)
        self.pages += 1
        self._writer.put("index.html", page("start", "", **values, figures=drawn, **self._common))

    def _article_jobs(self) -> Iterator[ArticleJob]:
        """Yield the articles to write pages of."""
        for found in self._articles.encoded():
            article_id = found.id
            self._seen[article_id] += 1
            again = f".{self._seen[article_id]}" if self._seen[article_id] > 1 else ""
            findings = () if again else self._findings.get(article_id, ())
            yield ArticleJob(found, findings, names.page_name(article_id + again))

    def _page_jobs(self) -> Iterator[PageJob]:
        """Yield the pages about several articles to write."""
        for path, places in groupby(
            self._collected.pages(), lambda page: page[0].partition("#")[0]
        ):
            job = PageJob(path, [(place.partition("#")[2], values) for place, values in places])
            if path.startswith("speakers/"):
                self._speakers.update(f"{path}#{place}" for place, _ in job.places)
            yield job

    def _gather(self, gathered: Gathered) -> None:
        self._lists.extend(gathered.lists)
        self._search.extend(gathered.searched)
        self._about.update(gathered.about)
        self._numbers.update(row.page for row in gathered.lists)
        self._numbers["quotes"] += gathered.quotes
        self.pages += gathered.made
        if self._earlier:
            self._earlier.note(gathered.digests, gathered.written)

    def _write_lists(self) -> dict[str, str]:
        """Write the lists; return some entries of each for the first page."""
        first: dict[str, deque[str]] = {kind: deque(maxlen=_FIRST) for kind in KINDS}
        left = {kind: -(-self._numbers[kind] // LONGEST) for kind in KINDS}
        for kind in KINDS:
            if not left[kind]:
                self._put_list(kind, [], 1, 1)
        for kind, number, entries in _numbered(self._lists.values()):
            first[kind].extend(entries)
            self._put_list(kind, entries, number, left[kind])
        return {kind: entries_of(reversed(some), first=True) for kind, some in first.items()}

    def _put_list(self, kind: str, entries: list[str], number: int, last: int) -> None:
        self.pages += 1
        html = list_page(kind, entries, number, last, **self._common)
        self._writer.put(list_name(kind, number), html)


def _numbered(values: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int, list[str]]]:
    """Yield pages of lists: the name of the list, the number of the page, and its entries."""
    for kind, group in groupby(values, itemgetter(0)):
        for number, some in enumerate(in_lists((entry for _, entry in group), LONGEST), 1):
            yield kind, number, some
