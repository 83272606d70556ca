"""Running an import: from drafts to valid records on disk, with everything accounted for."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from onrecord.exchange.base import Draft, Importer, Remark, Value
from onrecord.exchange.output import Documents, Tables, Target, Texts
from onrecord.findings import Finding, InputError
from onrecord.readers import File
from onrecord.readers.files import packing
from onrecord.readers.judge import judge
from onrecord.rights.records import RefusedError, dehydrate
from onrecord.rules import importing, reading
from onrecord.schema import CURRENT
from onrecord.schema.v0 import Document, DocumentClaim, DocumentQuote
from onrecord.texts import sha256

Form = Literal["yaml", "jsonl"]

_ENTRY: dict[str, type[BaseModel]] = {"quote": DocumentQuote, "claim": DocumentClaim}
_LISTS = {"quote": "quotes", "claim": "claims"}

# One encoder for all items: to make one costs more than to use it.
_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(slots=True)
class Tally:
    """What came of an import.

    Attributes:
        files: Files read.
        items: Items in them; a file or line that cannot be read counts as one.
        refused: Items that did not become a record.
        articles: Articles written; likewise ``quotes``, ``claims`` and ``spans``.
        findings: How many findings there were, by code.
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


Report = Callable[[Remark, str | None], None]
Watch = Callable[[Iterable[Draft], int | None], Iterable[Draft]]


def find(importer: Importer, paths: Iterable[Path]) -> list[File]:
    """The files of a format among these paths, folders walked, in order of their names.

    Raises:
        InputError: A path is missing, or a folder holds no file of the format.
    """
    found: dict[Path, File] = {}
    for path in paths:
        if path.is_dir():
            files = [
                File(one, one.as_posix())
                for one in sorted(path.rglob("*"))
                if one.is_file()
                and one.name.lower().endswith(importer.suffixes)
                and not any(part.startswith(".") for part in one.relative_to(path).parts)
            ]
            if not files:
                endings = " or ".join(importer.suffixes)
                raise InputError(f"{path} holds no file of {importer.name} ({endings})")
        elif path.is_file():
            files = [File(path, path.as_posix())]
        else:
            raise InputError(f"{path}: there is no such file or folder")
        found.update((file.path.absolute(), file) for file in files)
    return importer.files(sorted(found.values(), key=lambda file: file.name))


def run(
    importer: Importer,
    paths: Iterable[Path | str],
    out: Path | str,
    *,
    form: Form | None = None,
    texts: Path | str | None = None,
    replace_existing: bool = False,
    report: Callable[[Finding], None] = lambda _: None,
    wanted: Callable[[str], bool] = lambda _: True,
    watch: Watch = lambda drafts, _: drafts,
) -> Tally:
    """Import files of a format: write the valid records, and report the rest.

    Args:
        importer: The format, with its options.
        paths: Files, or folders of them.
        out: The folder to write, or a file for a single document.
        form: ``yaml`` for a document an article, ``jsonl`` for flat tables; by default whatever
            suits the format.
        texts: A folder for the texts that rights withhold; without it they are not written.
        replace_existing: Whether files that are there already may be replaced.
        report: Takes each finding that is wanted.
        wanted: Tells by its code whether a finding is wanted; all are counted.
        watch: Passes on the drafts one by one, to show how far it has come; the number is that of
            bytes in all files, None where they are packed.

    Raises:
        InputError: The input cannot be read, or the output not be written.
    """
    kind = Tables if (form or importer.form) == "jsonl" else Documents
    target = Target(Path(out), kind.endings, replace_existing=replace_existing)
    files = find(importer, map(Path, paths))
    tally = Tally(files=len(files))

    def note(remark: Remark, record: str | None) -> None:
        code = remark.check.code
        tally.findings[code] += 1
        if wanted(code):
            report(remark.finding(record))

    packed = any(packing(file.path) for file in files)
    total = None if packed else sum(file.path.stat().st_size for file in files)
    drafts = (draft for file in files for draft in importer.read(file))
    texts_kept = Texts(Path(texts) if texts else None, replace_existing=replace_existing)
    with target, closing(_Seen()) as seen, closing(kind(target)) as writer:
        for draft in watch(drafts, total):
            document = _settled(draft, seen, tally, note)
            allowed = document and _allowed(document, draft, tally, note)
            if document is None or allowed is None:
                continue
            is_new = seen.is_new(document.article.id)
            writer.add(allowed, is_new=is_new)
            _count(allowed, tally)
            tally.articles += is_new
            if is_new and document.article.text != allowed.article.text:
                tally.withheld += 1
                texts_kept.add(document.article.id, document.article.text or "")
        writer.finish()
    return tally


def _settled(draft: Draft, seen: _Seen, tally: Tally, note: Report) -> Document | None:
    """The document that a draft is, with the items that can be records; None if it is none."""
    tally.items += len(draft.items)
    head = None
    for remark in draft.remarks:
        note(remark, None)
    if draft.article is not None and not any(remark.is_error for remark in draft.remarks):
        _measure(draft.article)
        value = {
            "schema_version": CURRENT.number,
            "annotation": draft.annotation,
            "article": draft.article,
        }
        head = _judged(CURRENT.document, value, draft.where, note, None)
    article_id = head.article.id if isinstance(head, Document) else None
    entries: dict[str, list[BaseModel]] = {"quotes": [], "claims": []}
    for item in draft.items:
        record = f"{article_id}.{item.value['id']}" if article_id and item.value else None
        for remark in item.remarks:
            note(remark, record)
        entry = None
        if item.value is not None and not item.refused:
            entry = _judged(_ENTRY[item.kind], item.value, item.where, note, record)
        if entry is not None and record is not None and not seen.is_new(record):
            note(Remark(importing.DuplicateItem, item.where, {"id": record}), record)
            entry = None
        if entry is None or article_id is None:
            tally.refused += 1
        else:
            entries[_LISTS[item.kind]].append(entry)
    if not isinstance(head, Document) or (draft.items and not any(entries.values())):
        return None
    _unnest(entries["quotes"])
    return head.model_copy(update={name: tuple(found) for name, found in entries.items()})


def _measure(article: Value) -> None:
    """Give an article the digest and the length of its text."""
    if isinstance(text := article.get("text"), str):
        with suppress(UnicodeEncodeError):
            article.update(text_sha256=sha256(text), text_length=len(text))


def _unnest(quotes: list[BaseModel]) -> None:
    """Take away the nesting in quotes that did not become records."""
    known = {quote.id for quote in quotes if isinstance(quote, DocumentQuote)}
    for index, quote in enumerate(quotes):
        if isinstance(quote, DocumentQuote) and quote.within and quote.within not in known:
            quotes[index] = quote.model_copy(update={"within": None})


def _judged(
    model: type[BaseModel], value: Value, where: Any, note: Report, record: str | None
) -> BaseModel | None:
    """The record that a value is; if it is none, why is noted at its place in the source."""
    try:
        text = _encode(value).encode()
    except UnicodeEncodeError as error:
        escape = f"\\u{ord(error.object[error.start]):04x}"
        note(Remark(reading.LoneSurrogate, where, {"escape": escape}), record)
        return None
    if b"\\u0000" in text and _holds_nul(value):
        note(Remark(reading.NulCharacter, where), record)
        return None
    result = judge(model, text)
    if not isinstance(result, list):
        return result
    for objection in result:
        note(Remark(objection.check, where, objection.facts), record)
    return None


def _holds_nul(value: Any) -> bool:
    """Whether there is a NUL character in a text of a value: readers refuse it."""
    if isinstance(value, dict):
        return any(map(_holds_nul, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def _allowed(document: Document, draft: Draft, tally: Tally, note: Report) -> Document | None:
    """The document with what its rights allow to be passed on; None if that would lose words."""
    rights = document.article.rights.redistribute
    if rights == "full" or (document.article.text is None and not _spans(document)):
        return document
    if rights == "quotes" and document.article.text_sha256 is None:
        # Nothing is located, so nothing can be put back: only what may stay is here.
        return document
    try:
        return dehydrate(document)
    except RefusedError as refused:
        tally.refused += len(document.quotes) + len(document.claims)
        facts = {"what": f"article {document.article.id}", "why": str(refused)}
        where = draft.items[0].where if draft.items else draft.where
        note(Remark(importing.NotCarriedOver, where, facts), document.article.id)
        return None


def _count(document: Document, tally: Tally) -> None:
    tally.quotes += len(document.quotes)
    tally.claims += len(document.claims)
    tally.spans += _spans(document)


def _spans(document: Document) -> int:
    """How many spans a document has."""
    found = 0
    for quote in document.quotes:
        sources = (quote.speaker, quote.addressee, quote.relayed_by)
        mentions = sum(source is not None and source.mention is not None for source in sources)
        found += len(quote.content) + len(quote.cue) + mentions
    for claim in document.claims:
        mention = claim.claimant is not None and claim.claimant.mention is not None
        found += len(claim.content) + mention
    return found


class _Seen:
    """What was met before, in bounded memory: digests in a temporary file of their own."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute("PRAGMA cache_size = -65536")
        self._base.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY) WITHOUT ROWID")
        self._base.execute("BEGIN")

    def is_new(self, name: str) -> bool:
        """Whether a name is met for the first time; from now on it is not."""
        digest = hashlib.blake2b(name.encode(), digest_size=12).digest()
        inserted = self._base.execute("INSERT OR IGNORE INTO seen VALUES (?)", (digest,))
        return inserted.rowcount > 0

    def close(self) -> None:
        self._base.close()
