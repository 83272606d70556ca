"""Run an export: from validated records to files of another format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from onrecord.corpus import reading as corpora
from onrecord.corpus.corpus import Corpus
from onrecord.exchange.base import ArticleRecords, Exporter, Omission
from onrecord.exchange.output import Target
from onrecord.findings import Report
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.progress import Progress, no_progress
from onrecord.rights.records import dehydrate_record
from onrecord.schema import RecordType
from onrecord.validation.validate import validate_corpus

# Rows that are converted to plain values at once.
_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Exported:
    """The result of an export.

    Attributes:
        report: The result of validation. An error in it prevents the export.
        files: The files that were written.
        articles: How many articles were exported; likewise ``quotes`` and ``claims``.
        omissions: What could not be written, and why.
    """

    report: Report
    files: tuple[Path, ...] = ()
    articles: int = 0
    quotes: int = 0
    claims: int = 0
    omissions: tuple[Omission, ...] = ()


def export_records(
    exporter: Exporter,
    paths: Iterable[Path | str],
    out: Path | str,
    *,
    texts: Path | str | None = None,
    replace_existing: bool = False,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
) -> Exported:
    """Validate records, and write them in another format: everything or nothing.

    Words that the rights of an article withhold are not written, even if they are available.

    Args:
        exporter: The format, with its options.
        paths: Record files, or folders of them.
        out: The folder to write, or the file, if the format has only one.
        texts: A folder of article texts, found by digest or id, to check spans against.
        replace_existing: Whether existing files may be replaced.
        progress: An iterator adapter that may display how far reading has come.
        options: How to read.

    Raises:
        InputError: The records cannot be read, or the output cannot be written.
    """
    endings = {Path(exporter.single).suffix, ".json"} if exporter.single else ()
    target = Target(Path(out), sorted(endings), replace_existing=replace_existing)
    first, *more = paths
    corpus = corpora.read(first, *more, texts=texts, progress=progress, options=options)
    report = validate_corpus(corpus)
    if report.errors:
        return Exported(report)
    omissions: list[Omission] = []
    with target:
        for output in exporter.write(records_by_article(corpus)):
            if isinstance(output, Omission):
                omissions.append(output)
                continue
            name, pieces = output
            with target.open(name) as stream:
                stream.writelines(pieces)
        names = target.names
    folder = Path(out)
    files = (folder,) if target.is_file else tuple(folder / name for name in names)
    articles, quotes, claims = (
        corpus.records(one).num_rows for one in ("article", "quote", "claim")
    )
    return Exported(report, files, articles, quotes, claims, tuple(omissions))


def records_by_article(corpus: Corpus) -> Iterator[ArticleRecords]:
    """Yield the articles of a corpus with their quotes and claims, in the order of their ids.

    Words that rights withhold are left out. Only a few articles are in memory at once.
    """
    quotes, claims = _Following(corpus, "quote"), _Following(corpus, "claim")
    for article in _sorted_rows(corpus, "article"):

        def allowed(record: dict[str, Any], article: dict[str, Any] = article) -> dict[str, Any]:
            may_all = article["rights"]["redistribute"] == "full"
            found = record if may_all else dehydrate_record(record, article)
            return compact(found)

        yield ArticleRecords(
            allowed(article),
            sorted(map(allowed, quotes.of(article["id"])), key=_position),
            sorted(map(allowed, claims.of(article["id"])), key=_position),
        )


class _Following:
    """The records of one type by their articles, which must be asked for in the order of their ids."""

    def __init__(self, corpus: Corpus, record_type: RecordType) -> None:
        rows = _sorted_rows(corpus, record_type)
        self._groups = groupby(rows, itemgetter("article_id"))
        self._next: tuple[str, list[dict[str, Any]]] | None = ("", [])

    def of(self, article_id: str) -> list[dict[str, Any]]:
        """Return the records of an article."""
        while self._next is not None and self._next[0] < article_id:
            found = next(self._groups, None)
            self._next = found and (found[0], list(found[1]))
        return self._next[1] if self._next is not None and self._next[0] == article_id else []


def _sorted_rows(corpus: Corpus, record_type: RecordType) -> Iterator[dict[str, Any]]:
    """Yield the records of one type in the order of their articles' ids."""
    column = "id" if record_type == "article" else "article_id"
    ids = corpus.table(record_type, [column])[column].combine_chunks()
    # Records of one article remain in their order: sorting is stable.
    order = pc.array_sort_indices(ids).to_numpy().astype(np.int64)
    for _, batch in corpus.records(record_type).in_order(order):
        for start in range(0, batch.num_rows, _ROWS):
            yield from batch.slice(start, _ROWS).to_pylist()


def _position(record: dict[str, Any]) -> tuple[int, int]:
    """Return a sort key by offset in the text; records without offsets are last, in their order."""
    starts = [span["start"] for span in record.get("content", ()) if "start" in span]
    return (0, min(starts)) if starts else (1, 0)


def compact(value: dict[str, Any]) -> dict[str, Any]:
    """Return a record without absent values: nulls, empty lists, and the default status."""
    found: dict[str, Any] = {}
    for name, inner in value.items():
        if inner is None:
            continue
        if isinstance(inner, str):
            if inner != "active" or name != "status":
                found[name] = inner
        elif isinstance(inner, dict):
            found[name] = compact(inner)
        elif not isinstance(inner, list | tuple):
            found[name] = inner
        elif inner:
            found[name] = [compact(one) if isinstance(one, dict) else one for one in inner]
    return found
