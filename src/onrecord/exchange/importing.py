"""Run an import: from imported articles to valid records on disk, counting every item."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from onrecord.anchoring.spans import spans
from onrecord.errors import InputError
from onrecord.exchange.base import (
    UNDETERMINED,
    ImportedArticle,
    Importer,
    SourceItem,
    Value,
    problem_at,
)
from onrecord.exchange.batches import Preparation, PreparedBatch, prepared_batches
from onrecord.exchange.checking import Notes, Report, is_clean, is_clean_text, validated
from onrecord.exchange.output import Documents, Tables, Target, Texts
from onrecord.exchange.prepared import ENTRIES
from onrecord.exchange.references import linked
from onrecord.exchange.seen import SeenItems, as_name
from onrecord.exchange.sources import find
from onrecord.exchange.values import encode
from onrecord.files.opening import File, packing
from onrecord.files.texts import sha256
from onrecord.findings import Fact, Finding, path_text
from onrecord.language.tags import given_language
from onrecord.readers.progress import Progress, ReadChunk, no_progress
from onrecord.rights.allowed import may_stay
from onrecord.rights.records import RefusedError, dehydrate
from onrecord.rules import importing
from onrecord.schema import CURRENT
from onrecord.schema.current import ContentSpan, Document, DocumentClaim, DocumentQuote

Form = Literal["yaml", "jsonl"]


@dataclass(slots=True)
class ImportSummary:
    """Count the files, items and records of an import, and its findings.

    Attributes:
        files: Files read.
        items: Items in them; a file or line that cannot be read counts as one.
        refused: Items that did not become a record.
        articles: Articles written; likewise ``quotes``, ``claims`` and ``spans``.
        findings: The number of findings by code.
        withheld: Articles whose text is withheld by their rights.
    """

    files: int = 0
    items: int = 0
    refused: int = 0
    articles: int = 0
    quotes: int = 0
    claims: int = 0
    spans: int = 0
    withheld: int = 0
    findings: Counter[str] = field(default_factory=Counter)


# What the flat record of an article has besides.
_FLAT = {"record_type": "article", "schema_version": CURRENT.number}
_ONE = "an article is one record, and another item said otherwise before"


def import_records(
    importer: Importer,
    paths: Iterable[Path | str],
    out: Path | str,
    *,
    form: Form | None = None,
    texts: Path | str | None = None,
    replace_existing: bool = False,
    allow_outside: bool = False,
    workers: int = 1,
    report: Callable[[Finding], None] = lambda _: None,
    wanted: Callable[[str], bool] = lambda _: True,
    progress: Progress = no_progress,
) -> ImportSummary:
    """Import files of a format: write the valid records, and report the rest.

    Args:
        importer: The format, with its options.
        paths: Files, or folders of them.
        out: The folder to write, or a file for a single document.
        form: ``yaml`` for a document an article, ``jsonl`` for flat tables; by default whatever
            suits the format.
        texts: A folder for the texts that rights withhold; without it they are not written.
        replace_existing: Whether files that are there already may be replaced.
        allow_outside: Whether links may lead out of the folders that are read, and of the git
            checkouts that contain them.
        workers: The number of processes that map lines or rows, where the format allows it. A program
            that asks for more than one needs ``if __name__ == "__main__"``, as `multiprocessing` does.
        report: Takes each finding that is wanted.
        wanted: Returns whether findings with a code are wanted; all are counted.
        progress: Passes on a chunk for each imported article, and may show how far it has come; the
            bytes of all files are not known if one is packed.

    Raises:
        InputError: The input cannot be read, or the output not be written.
    """
    if importer.redistribute == "full" and importer.rights_of_text()["license"] == "NOASSERTION":
        raise InputError("--redistribute full needs --license: the source does not tell any")
    importer = dataclasses.replace(importer, language=given_language(importer.language))
    kind = Tables if (form or importer.form) == "jsonl" else Documents
    target = Target(Path(out), kind.endings, replace_existing=replace_existing)
    files = find(importer, map(Path, paths), allow_outside=allow_outside)
    packed = any(packing(file.path) for file in files)
    total = None if packed else sum(file.path.stat().st_size for file in files)
    summary = ImportSummary(files=len(files))
    texts_kept = Texts(Path(texts) if texts else None, replace_existing=replace_existing)
    with target, closing(SeenItems()) as seen, closing(kind(target)) as writer:
        note = Notes(summary.findings, wanted, report)
        work = _Import(importer, writer, texts_kept, seen, summary, note)
        for _ in progress(work.chunks(files, workers), total):
            pass
        writer.finish(seen.articles())
    return summary


@dataclass(frozen=True, slots=True)
class _Import:
    """Write the valid records of imported articles, and count what becomes of each item."""

    _importer: Importer
    _writer: Documents | Tables
    _texts: Texts
    _seen: SeenItems
    _summary: ImportSummary
    _note: Notes

    def chunks(self, files: Sequence[File], workers: int) -> Iterator[ReadChunk]:
        """Import files; yield a chunk for each batch of their items."""
        prepare = Preparation() if isinstance(self._writer, Tables) else None
        for file in files:
            for batch in prepared_batches(self._importer, file, prepare, workers):
                for place in self._left(batch):
                    self._add(batch.read(place))
                yield ReadChunk(len(batch.sizes), sum(batch.sizes))

    def _left(self, batch: PreparedBatch) -> Iterator[int]:
        """Write the prepared records of a batch in order; yield the places of what remains when it
        is its turn: items that are not prepared, those that occurred before, and articles that were
        others.
        """
        if not isinstance(self._writer, Tables):
            yield from range(len(batch.prepared))
            return
        gaps = [place for place, one in enumerate(batch.prepared) if one is None]
        first = 0
        for gap in gaps:
            yield from self._not_accepted(batch, first, gap, self._writer)
            yield gap
            first = gap + 1
        yield from self._not_accepted(batch, first, len(batch.prepared), self._writer)

    def _not_accepted(
        self, batch: PreparedBatch, first: int, end: int, writer: Tables
    ) -> Iterator[int]:
        """Write prepared records; yield the places of those that cannot be written as they are."""
        if first < end and not self._accept(batch, first, end, writer):
            if end - first == 1:
                yield first
                return
            middle = (first + end) // 2
            yield from self._not_accepted(batch, first, middle, writer)
            yield from self._not_accepted(batch, middle, end, writer)

    def _accept(self, batch: PreparedBatch, first: int, end: int, writer: Tables) -> bool:
        """Write the prepared records of some items, unless one of them cannot be written as it is."""
        items = [one for one in batch.prepared[first:end] if one is not None]
        lines = {one.id: one.article for one in items}
        known = self._seen.known(lines)
        again = known or len(lines) < len(items)
        if again and any(known.get(one.id, lines[one.id]) != one.article for one in items):
            return False
        entries = [entry for one in items for entry in one.entries]
        names = [entry.id for entry in entries]
        keys = [as_name(entry.key) for entry in entries if entry.key]
        if not self._seen.are_new(names + keys):
            return False
        for place, one in enumerate(items, first):
            if one.codes:
                self._note.all_of(one.codes, lambda: batch.read(place).problems, None)  # noqa: B023  # at once
            for entry in one.entries:
                if entry.codes:
                    self._note.all_of(
                        entry.codes,
                        lambda: batch.read(place).items[one.entries.index(entry)].problems,  # noqa: B023
                        entry.id,
                    )
        kinds = {kind: [entry.line for entry in entries if entry.kind == kind] for kind in ENTRIES}
        for kind, of_kind in kinds.items():
            writer.write(kind, of_kind)
        new = {one: line for one, line in lines.items() if one not in known}
        self._seen.add_articles(new)
        self._summary.articles += len(new)
        self._summary.items += len(entries)
        self._summary.quotes += len(kinds["quote"])
        self._summary.claims += len(kinds["claim"])
        self._summary.spans += sum(entry.spans for entry in entries)
        return True

    def _add(self, imported: ImportedArticle) -> None:
        """Write the valid records of an article."""
        document = self._settled(imported)
        allowed = document and self._allowed(document, imported)
        if document is None or allowed is None:
            return
        is_new = self._seen.article(allowed.article.id) is None
        line = {**_FLAT, **allowed.article.model_dump(mode="json", exclude_defaults=True)}
        self._seen.keep_article(allowed.article.id, encode(line))
        if is_new:
            self._summary.articles += 1
            if document.article.text != allowed.article.text:
                self._summary.withheld += 1
                self._texts.add(document.article.id, document.article.text or "")
        self._writer.add(allowed)
        self._summary.quotes += len(allowed.quotes)
        self._summary.claims += len(allowed.claims)
        for entry in (*allowed.quotes, *allowed.claims):
            self._summary.spans += sum(1 for _ in spans(type(entry), entry))

    def _settled(self, imported: ImportedArticle) -> Document | None:
        """Return the document of an article with all items that are valid; None if there is none."""
        self._summary.items += len(imported.items)
        for problem in imported.problems:
            self._note(problem, None)
        head = self._head(imported)
        settled = [(item, self._entry(item, head)) for item in imported.items]
        quotes = [(item, one) for item, one in settled if isinstance(one, DocumentQuote)]
        claims = [(item, one) for item, one in settled if isinstance(one, DocumentClaim)]
        self._summary.refused += len(imported.items) - len(quotes) - len(claims)
        if head is None or (imported.items and not quotes and not claims):
            return None
        update = {
            "quotes": tuple(linked(quotes, self._note)),
            "claims": tuple(linked(claims, self._note)),
        }
        return head.model_copy(update=update)

    def _head(self, imported: ImportedArticle) -> Document | None:
        """Return the document without entries; None if the article is not valid."""
        if imported.article is None or any(problem.is_error for problem in imported.problems):
            return None
        _measure(imported.article)
        value = {
            "schema_version": CURRENT.number,
            "annotation": imported.annotation,
            "article": imported.article,
        }
        head = validated(CURRENT.models["document"], value, imported.where, self._note, None)
        if not isinstance(head, Document) or not is_clean(
            value, ("text",), imported.where, self._note, None
        ):
            return None
        if not is_clean_text(imported, self._note):
            return None
        known = self._seen.article(head.article.id)
        if known is None:
            return head
        kept = {name: one for name, one in json.loads(known).items() if name not in _FLAT}
        return _merged(head, kept, imported, self._note)

    def _entry(self, item: SourceItem, head: Document | None) -> BaseModel | None:
        """Return the quote or claim that an item becomes; None if it is not valid."""
        record = f"{head.article.id}.{item.value['id']}" if head and item.value else None
        for problem in item.problems:
            self._note(problem, record)
        if item.value is None or item.refused:
            return None
        entry = validated(ENTRIES[item.kind], item.value, item.where, self._note, record)
        if entry is None or head is None or record is None:
            return None
        cut = (
            ("exact", "prefix", "suffix") if head.article.text is not None else ("prefix", "suffix")
        )
        if not is_clean(item.value, cut, item.where, self._note, record):
            return None
        if facts := _forbidden(entry, head):
            self._note(problem_at(item.where, importing.CannotBeWithheld, **facts), record)
            return None
        if name := self._seen.seen_before(record, item.key):
            self._note(problem_at(item.where, importing.DuplicateItem, id=name.strip()), record)
            return None
        return entry

    def _allowed(self, document: Document, imported: ImportedArticle) -> Document | None:
        """Return the document with only what rights let pass; None if words would be lost."""
        rights = document.article.rights.redistribute
        if rights == "full" or document.article.text_sha256 is None:
            return document
        try:
            return dehydrate(document)
        except RefusedError as refused:
            self._summary.refused += len(document.quotes) + len(document.claims)
            for one in refused.refusals:
                facts = {"field": path_text(one.path), "words": one.facts["message"]}
                where = imported.items[0].where if imported.items else imported.where
                problem = problem_at(
                    where, importing.CannotBeWithheld, **facts, redistribute=rights
                )
                self._note(problem, document.article.id)
            return None


def _merged(
    head: Document, known: Value, imported: ImportedArticle, note: Report
) -> Document | None:
    """Return the document with the earlier values of its article, which win if they differ.

    If the article has another text than before, there is no result: its spans would refer to two
    texts.
    """
    own = head.article.model_dump(mode="json", exclude_defaults=True)
    for one, other in ((own, known), (known, own)):
        if one.get("language") == UNDETERMINED and "language" in other:
            del one["language"]
    differ = [name for name in own if known.get(name, own[name]) != own[name]]
    if "text_sha256" in differ:
        note(problem_at(imported.where, importing.DuplicateItem, id=head.article.id), None)
        return None
    for name in differ:
        what = f"another {name} of article {head.article.id}"
        problem = problem_at(imported.where, importing.NotCarriedOver, what=what, why=_ONE)
        note(problem, head.article.id)
    article = type(head.article).model_validate_json(encode(own | known))
    return head.model_copy(update={"article": article})


def _forbidden(entry: BaseModel, head: Document) -> dict[str, Fact]:
    """Return the facts about unlocated words that rights withhold, if there are any."""
    redistribute = head.article.rights.redistribute
    if redistribute == "full" or head.article.text_sha256 is not None:
        return {}
    for path, role, span in spans(type(entry), entry):
        verbatim = isinstance(span, ContentSpan) and span.quoted
        if span.exact and not may_stay(redistribute, role, span.exact, quoted=verbatim):
            return {"field": path_text(path), "words": span.exact, "redistribute": redistribute}
    return {}


def _measure(article: Value) -> None:
    """Add digest and length of the text to an article."""
    if isinstance(text := article.get("text"), str):
        with suppress(UnicodeEncodeError):
            article.update(text_sha256=sha256(text), text_length=len(text))
