"""Read which splits corpus.yaml requests, and find what is wrong with the request."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onrecord.findings import Finding, path_text
from onrecord.findings import Path as InnerPath
from onrecord.readers.models.corpus import NAME, read_corpus
from onrecord.readers.syntax.values import ValidatedFile
from onrecord.rules.base import Check
from onrecord.rules.corpus.requests import (
    ArticleListedTwice,
    ArticleNotListed,
    ListedSplitsLeak,
    SplitsAndLists,
    SplitShares,
    UnknownArticleListed,
)
from onrecord.schema.settings import CorpusFile

if TYPE_CHECKING:
    from pathlib import Path

    from onrecord.corpus.corpus import Corpus

# The splits that a corpus can request, in the order of their use.
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Request:
    """Describe which articles a corpus.yaml assigns to which split of a publication.

    Attributes:
        file: The file.
        listed: The split of each article in the lists, by the id of the article.
        at: The path inside corpus.yaml of each of these entries, by the id of the article.
        findings: What is wrong with the request.
    """

    file: ValidatedFile[CorpusFile]
    listed: dict[str, str] = field(default_factory=dict)
    at: dict[str, InnerPath] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def find(self, check: type[Check], path: InnerPath, **facts: str) -> None:
        """Add a finding about the value at a path."""
        place, excerpt = self.file.point(path)
        self.findings.append(check.finding(place, facts, path=path_text(path), excerpt=excerpt))

    def divided(self, links: Sequence[tuple[str, str, str]]) -> list[Finding]:
        """Return a finding for each article that is linked to one that is listed for another split.

        Args:
            links: The ids of two articles that must be in one split, and what they share.
        """
        found = Request(self.file)
        reported = set()
        for one, other, reason in sorted(links):
            splits = [self.listed.get(id_) for id_ in (one, other)]
            if None not in splits and splits[0] != splits[1] and one not in reported:
                reported.add(one)
                facts = {"article": one, "other": other, "reason": reason}
                found.find(ListedSplitsLeak, self.at[one], **facts, other_split=splits[1] or "")
        return found.findings


def requests(corpus: Corpus) -> Iterator[Request]:
    """Yield the splits that each corpus.yaml of a corpus requests, if it requests any."""
    for file in corpus.files:
        if file.path.name == NAME and not file.unread:
            request = request_of(read_corpus(file), _articles(corpus, file.path.parent))
            if request:
                yield request


def requested(info: CorpusFile | None) -> bool:
    """Return whether a corpus requests splits."""
    return info is not None and (info.splits is not None or info.split_lists is not None)


def request_of(
    corpus: ValidatedFile[CorpusFile], articles: Iterable[tuple[str, str | None]]
) -> Request | None:
    """Return the splits that a corpus.yaml requests; None if it requests none.

    Args:
        corpus: The content of the file.
        articles: The ids of the articles that it is about, each with the name of its file relative to
            that folder, which lists may give instead; None if that is not known.
    """
    info = corpus.value
    if info is None or not requested(info):
        return None
    request = Request(corpus)
    if info.splits:
        total = math.fsum(getattr(info.splits, name) for name in SPLITS)
        if not math.isclose(total, 1, abs_tol=1e-6):
            request.find(SplitShares, ("splits",), total=f"{total:g}")
    if info.splits and info.split_lists:
        request.find(SplitsAndLists, ("split_lists",))
    elif info.split_lists:
        _read_lists(request, info, articles)
    return request


def _articles(corpus: Corpus, folder: Path) -> Iterator[tuple[str, str | None]]:
    """Yield the ids of the articles in a folder, each with the relative name of its file."""
    for row, id_ in enumerate(corpus.table("article", ["id"])["id"].to_pylist()):
        path = corpus.file_of("article", row).path
        if path.is_relative_to(folder):
            yield id_, path.relative_to(folder).as_posix()


def _read_lists(
    request: Request, info: CorpusFile, articles: Iterable[tuple[str, str | None]]
) -> None:
    """Read the split of each article from lists."""
    known: dict[str, list[str]] = {}
    own = []
    for id_, file in articles:
        own.append(id_)
        for name in dict.fromkeys((id_, file or id_)):
            known.setdefault(name, []).append(id_)
    for split in SPLITS:
        for number, name in enumerate(getattr(info.split_lists, split)):
            at = ("split_lists", split, number)
            if name not in known:
                request.find(UnknownArticleListed, at, name=name)
            for id_ in dict.fromkeys(known.get(name, ())):
                if id_ in request.listed:
                    other = request.listed[id_]
                    request.find(ArticleListedTwice, at, article=id_, other=other)
                else:
                    request.listed[id_], request.at[id_] = split, at
    if missing := sorted({*own} - request.listed.keys()):
        others = len(missing) - 1
        more = f" and {others} other article{'s' * (others > 1)}" if others else ""
        request.find(ArticleNotListed, ("split_lists",), article=missing[0], more=more)
