"""Withholding and restoring words in files: what is to be done is planned first, then carried out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from onrecord.anchoring.article_text import ArticleText, copies, read_text
from onrecord.editing.document import DocumentEditor, open_document, unreadable_text
from onrecord.editing.edits import Edit, Put, Rename, edited
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.files.atomic import replacing
from onrecord.files.opening import Text, decode, packing, raw_lines
from onrecord.files.problems import Path
from onrecord.findings import Finding, Place
from onrecord.readers import File, open_reader
from onrecord.readers.bulk.jsonl import JsonLinesReader, underived
from onrecord.readers.models.document import DocumentReader
from onrecord.readers.models.records import Row, identifier, point
from onrecord.readers.syntax.json import parse as parse_json
from onrecord.readers.syntax.nodes import Node
from onrecord.rights.records import (
    ANCHOR,
    KEEP,
    Facts,
    Refusal,
    Step,
    model_of_record,
    restore,
    settled,
    withhold,
)
from onrecord.schema import CURRENT, RecordType

# The most refusals that are told of one file.
MAX_REFUSALS = 1000


@dataclass(frozen=True, slots=True)
class Write:
    """A file to write.

    Attributes:
        file: Which, and what it must be in.
        content: Gives the bytes, piece by piece.
        new: Whether it must not take the place of a file that says something else.
    """

    file: File
    content: Callable[[], Iterable[bytes]]
    new: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to withhold or restore the words of a file.

    Attributes:
        file: The file.
        writes: What to write, in this order: a text is safe before it is taken out elsewhere.
        removals: The files to remove after that.
        messages: What comes of it, in words for people.
        findings: What is wrong in the file; then nothing is to be done.
        refusals: What stands in the way; then nothing is to be done.
    """

    file: File
    writes: tuple[Write, ...] = ()
    removals: tuple[File, ...] = ()
    messages: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def dehydrate_file(file: File, texts_out: FilePath | None = None) -> Plan:
    """How to withhold the words in a document, or in a table, that rights do not let pass.

    The text in a document or table, or in ``ID.txt`` beside a document, goes to ``texts_out``.
    The rights of quotes and claims in tables are those in ``articles.jsonl`` beside them. Nothing
    is written before the plan is carried out; those of several files are best made before any is.

    Raises:
        InputError: The file cannot be read, or is of a kind that is not changed.
    """
    if file.unread:
        return Plan(file, findings=(file.unread,))
    match open_reader(file):
        case DocumentReader():
            return _with_texts(file, lambda: _dehydrated_document(file, texts_out))
        case JsonLinesReader(record_type) if not packing(file.path):
            try:
                return _dehydrated_table(file, record_type, texts_out)
            except texts.UnreadableTextError as error:
                what = f"{error.file} cannot be read: {error.problem}"
                return Plan(file, refusals=(Refusal((), what, error.advice, Place(file.name)),))
    raise _not_changed(file)


def _with_texts(file: File, plan: Callable[[], Plan]) -> Plan:
    """Return the plan for a document, or the finding that its text cannot be read."""
    try:
        return plan()
    except texts.UnreadableTextError as error:
        draft = open_document(file)
        found = draft if isinstance(draft, tuple) else (unreadable_text(draft, error),)
        return Plan(file, findings=found)


def hydrate_file(file: File, folder: texts.TextFolder) -> Plan:
    """How to restore the words withheld in a document, or in a table, from a folder of texts.

    The text of a document is written to ``ID.txt`` beside it, that of a table into the table.
    In a table, records of articles whose text is not at hand stay as they are.

    Raises:
        InputError: The file cannot be read, or is of a kind that is not changed.
    """
    if file.unread:
        return Plan(file, findings=(file.unread,))
    match open_reader(file):
        case DocumentReader():
            return _with_texts(file, lambda: _hydrated_document(file, folder))
        case JsonLinesReader(record_type) if not packing(file.path):
            return _hydrated_table(file, record_type, folder)
    raise _not_changed(file)


def carry_out(plan: Plan) -> None:
    """Do what a plan says, each file whole or not at all; killed at any moment, nothing is lost.

    Raises:
        InputError: Something cannot be written. What is done already stays done, and the rest
            can be done later.
    """
    for write in plan.writes:
        path = write.file.path
        try:
            write.file.check()
            path.parent.mkdir(parents=True, exist_ok=True)
            there = path.read_bytes() if write.new and path.exists() else None
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None
        if there is None:
            with replacing(path, write.file.boundary) as stream:
                stream.writelines(write.content())
        elif there != b"".join(write.content()):
            raise InputError(f"{path} holds another text; it is left as it was")
    for file in plan.removals:
        try:
            file.path.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{file.path}: {error.strerror}") from None


# Documents


def _dehydrated_document(file: File, texts_out: FilePath | None) -> Plan:
    draft = _sound_draft(file)
    if not isinstance(draft, DocumentEditor):
        return Plan(file, findings=draft)
    body: Any = draft.value["article"]
    article = Facts.of(body)
    if article.redistribute == "full":
        return Plan(file, messages=(f"{file.name}: its rights let everything pass",))
    beside = file.at(texts.beside(file.path, article.id))
    out = _out(_folder(file, texts_out), article)
    here = _text_here(file, body, article)
    kept = _kept(out, article)
    steps = list(_not_kept(("article",), out, kept, here)) if here is not None else []
    if out and out.path.resolve() == beside.path.resolve():
        steps.append(Refusal(("article",), f"its text would stay beside it, in {out.name}", KEEP))
    if beside.exists() and read_text(beside, article.sha256) != here:
        message = f"its text is another one than that in {beside.name}, which would be lost"
        steps.append(Refusal(("article", "text"), message, "delete one of them"))
    text = here if here is not None else kept if _is_of(article, kept) else None
    known = None if text is None else ArticleText(text)
    edits, refusals = settled(
        [*steps, *withhold(draft.version.document, draft.value, article, known)]
    )
    writes: list[Write] = []
    notes = [f"{_spans(_count(edits, 'sha256'))} withheld"]
    if here is not None and out:
        notes.append(f"the text is kept in {out.name}")
        if kept is None:
            writes.append(_new_text(out, _supplied(beside, article, here)))
    elif known is None and _count(edits, "sha256"):
        notes.append("no copy of the text is at hand, and without one they cannot be restored")
    removals = (beside,) if beside.exists() else ()
    return _document_plan(draft, edits, refusals, writes, notes, removals)


def _hydrated_document(file: File, folder: texts.TextFolder) -> Plan:
    draft = _sound_draft(file)
    if not isinstance(draft, DocumentEditor):
        return Plan(file, findings=draft)
    body: Any = draft.value["article"]
    article = Facts.of(body)
    beside = file.at(texts.beside(file.path, article.id))
    here = _text_here(file, body, article)
    found = folder.find(article.id, article.sha256) if here is None else here
    if found is None:
        if article.redistribute == "full" or article.sha256 is None:
            return Plan(file, messages=(f"{file.name}: nothing is withheld",))
        message = f"the text of article {article.id} is not at hand"
        refusal = Refusal(("article",), message, f"put {beside.path.name} into {folder.folder}")
        return _document_plan(draft, [], [refusal], [], [])
    edits, refusals = settled(
        restore(draft.version.document, draft.value, article, ArticleText(found), inline=False)
    )
    notes = [f"{_spans(_count(edits, 'exact'))} restored"]
    writes: list[Write] = []
    if here is None:
        writes.append(_new_text(beside, found.encode()))
        notes.append(f"the text is put into {beside.name}")
    return _document_plan(draft, edits, refusals, writes, notes)


def _sound_draft(file: File) -> DocumentEditor | tuple[Finding, ...]:
    """The document in a file, if nothing at all is wrong in it."""
    draft = open_document(file)
    return draft if isinstance(draft, tuple) else _findings(file) or draft


def _findings(file: File) -> tuple[Finding, ...]:
    return tuple(item for item in open_reader(file).read(file) if isinstance(item, Finding))


def _text_here(file: File, body: Any, article: Facts) -> str | None:
    """The text in a document or beside it."""
    text: str | None = body.get("text")
    beside = copies(file, article.id, article.sha256, None)
    return text if text is not None else next((found for _, found in beside), None)


def _folder(file: File, texts_out: FilePath | None) -> File | None:
    """Return the folder that is to keep texts, and what these must be in."""
    return file.at(texts_out, texts_out) if texts_out else None


def _out(folder: File | None, article: Facts) -> File | None:
    """Return the file that keeps the text of an article, if there is a folder for it."""
    return folder.at(folder.path / f"{article.id}.txt") if folder else None


def _kept(out: File | None, article: Facts) -> str | None:
    """The text in the file that is to keep it."""
    return read_text(out, article.sha256) if out and out.exists() else None


def _is_of(article: Facts, text: str | None) -> bool:
    return text is not None and texts.sha256(text) == article.sha256


def _not_kept(path: Path, out: File | None, kept: str | None, text: str) -> Iterator[Refusal]:
    """Why a text that has to go would be lost."""
    if text.startswith("\ufeff"):
        message = "its text begins with a byte order mark, which files lose"
        yield Refusal(path, message, f"delete it with text_sha256 and text_length, and {ANCHOR}")
    elif out is None:
        yield Refusal(path, "its text has to go, and would be lost", KEEP)
    elif kept not in (None, text):
        yield Refusal(path, f"its text has to go, but {out.name} holds another one", KEEP)


def _supplied(beside: File, article: Facts, text: str) -> bytes:
    """The text as it was supplied in a file, header and all, if the digest finds it in there."""
    try:
        raw = beside.path.read_bytes() if beside.exists() else b""
    except OSError as error:
        raise InputError(f"{beside.name}: {error.strerror}") from None
    return raw if texts.choose(raw.decode(), article.sha256) == text else text.encode()


def _new_text(file: File, data: bytes) -> Write:
    return Write(file, lambda: (data,), new=True)


def _document_plan(
    draft: DocumentEditor,
    edits: list[Edit],
    refusals: list[Refusal],
    writes: list[Write],
    notes: list[str],
    removals: tuple[File, ...] = (),
) -> Plan:
    file = draft.source.file
    if refusals:
        placed = (_placed(one, draft.source, draft.root) for one in refusals[:MAX_REFUSALS])
        return Plan(file, refusals=tuple(placed))
    if edits:
        data = draft.edited(edits).encode()
        writes = [*writes, Write(file, lambda: (data,))]
    return Plan(file, tuple(writes), removals, (f"{file.name}: {'; '.join(notes)}",))


def _placed(refusal: Refusal, source: Text, root: Node) -> Refusal:
    place, excerpt = point(source, root, refusal.path)
    return replace(refusal, place=place, excerpt=excerpt)


def _count(edits: Iterable[Edit], name: str) -> int:
    """How many members of a name there are after some edits that were not there before."""
    return sum(
        (isinstance(edit, Rename) and edit.to == name)
        or (isinstance(edit, Put) and edit.name == name and edit.value is not None)
        for edit in edits
    )


def _spans(number: int) -> str:
    return "the words of 1 span are" if number == 1 else f"the words of {number} spans are"


# Tables


class _Articles:
    """The articles of a table by their ids; their texts are left where they are.

    Attributes:
        path: The table.
        text: The text of an article that is at hand, in the table or elsewhere.
    """

    def __init__(
        self, file: File, record_type: RecordType, elsewhere: Callable[[Facts], str | None]
    ) -> None:
        self.path = file.path.with_name("articles.jsonl") if record_type != "article" else file.path
        table = file.at(self.path)
        if not table.exists():
            raise InputError(f"{file.name}: its rights are told by {self.path}, which is not there")
        self._elsewhere = elsewhere
        self._facts: dict[str, Facts | None] = {}
        self._starts: dict[str, int] = {}
        for _, start, raw in raw_lines(table):
            with suppress(ValidationError, ValueError, RecursionError):
                line = underived(raw.decode(), json.loads(raw))
                article = CURRENT.article.model_validate_json(line)
                twice = article.id in self._facts
                self._facts[article.id] = None if twice else Facts.of(article.model_dump())
                self._starts[article.id] = start
        # The records of an article mostly stand together.
        self.text = lru_cache(32)(self._text)

    def of(self, row: Row) -> Facts | None:
        """The article that a record belongs to, if it stands in the table, and only once."""
        return self._facts.get(row["id" if row["record_type"] == "article" else "article_id"])

    def _text(self, article: Facts) -> ArticleText | None:
        text = self._own_text(article) or self._elsewhere(article)
        return None if text is None else ArticleText(text)

    def _own_text(self, article: Facts) -> str | None:
        if not article.carries_text:
            return None
        with suppress(OSError, ValueError), self.path.open("rb") as stream:
            stream.seek(self._starts[article.id])
            row = json.loads(stream.readline())
            return row.get("text") if identifier(row) == article.id else None
        return None


def _dehydrated_table(file: File, record_type: RecordType, texts_out: FilePath | None) -> Plan:
    folder = _folder(file, texts_out)

    def elsewhere(article: Facts) -> str | None:
        kept = _kept(_out(folder, article), article)
        return kept if _is_of(article, kept) else None

    articles = _Articles(file, record_type, elsewhere)
    moved: list[Write] = []

    def steps(row: Row) -> Iterator[Step]:
        article = articles.of(row)
        if article:
            yield from withhold(model_of_record(row), row, article, articles.text(article))
        else:
            message = f"{articles.path} does not have its article once, so its rights are not known"
            yield Refusal((), message, "mend that first")

    def checked(row: Row) -> Iterator[Step]:
        yield from steps(row)
        article, text = articles.of(row), row.get("text")
        if record_type == "article" and article and article.redistribute != "full" and text:
            out = _out(folder, article)
            kept = _kept(out, article)
            yield from _not_kept(("text",), out, kept, text)
            if out and kept is None:
                moved.append(Write(out, partial(_text_of, articles, article), new=True))

    plan = _table_plan(file, checked, steps, "sha256", "withheld")
    if moved and not plan.refusals:
        note = f"{file.name}: {len(moved)} texts are kept in {texts_out}"
        return replace(plan, writes=(*moved, *plan.writes), messages=(*plan.messages, note))
    return plan


def _text_of(articles: _Articles, article: Facts) -> Iterator[bytes]:
    text = articles.text(article)
    if text is None:
        raise InputError(f"{articles.path} has changed meanwhile; it is left as it was")
    yield text.text.encode()


def _hydrated_table(file: File, record_type: RecordType, folder: texts.TextFolder) -> Plan:
    missing: set[str] = set()
    unreadable: dict[str, texts.UnreadableTextError] = {}

    def elsewhere(article: Facts) -> str | None:
        try:
            return folder.find(article.id, article.sha256)
        except texts.UnreadableTextError as error:
            unreadable[article.id] = error
            return None

    articles = _Articles(file, record_type, elsewhere)

    def steps(row: Row) -> Iterator[Step]:
        article = articles.of(row)
        if article and (text := articles.text(article)):
            yield from restore(model_of_record(row), row, article, text)
        elif article and article.id not in missing:
            yield Refusal((), "its text is not at hand", "")

    def checked(row: Row) -> Iterator[Step]:
        article = articles.of(row)
        if article and articles.text(article) is None and article.id not in missing:
            missing.add(article.id)
            if error := unreadable.get(article.id):
                message = f"the text of article {article.id} cannot be read: {error.file}"
                yield Refusal((), f"{message}: {error.problem}", error.advice)
        yield from steps(row)

    plan = _table_plan(file, checked, steps, "exact", "restored")
    if missing and not plan.refusals:
        note = f"{file.name}: records of {len(missing)} articles stay as they are, without a text"
        return replace(plan, messages=(*plan.messages, note))
    return plan


_Steps = Callable[[Row], Iterator[Step]]


def _table_plan(file: File, check: _Steps, steps: _Steps, name: str, done: str) -> Plan:
    """The plan to change a table row by row, once all rows are known to allow it."""
    if findings := _findings(file):
        return Plan(file, findings=findings)
    refusals: list[Refusal] = []
    number_of_words, changes = 0, False
    for number, _, raw in raw_lines(file):
        if len(refusals) >= MAX_REFUSALS:
            break
        if raw.strip():
            edits, refused = settled(check(json.loads(raw)))
            number_of_words += _count(edits, name)
            changes = changes or bool(edits)
            if refused:
                source = decode(file, raw.rstrip(b"\r\n"), number)
                root, _ = parse_json(source.text)
                refusals += [_placed(one, source, root) for one in refused]
    if refusals:
        return Plan(file, refusals=tuple(refusals[:MAX_REFUSALS]))
    message = f"{file.name}: {_spans(number_of_words)} {done}"
    writes = (Write(file, lambda: _rewritten(file, steps)),) if changes else ()
    return Plan(file, writes, messages=(message,))


def _rewritten(file: File, steps: _Steps) -> Iterator[bytes]:
    """The lines of a table, those that change written as they were."""
    for _, _, raw in raw_lines(file):
        row = json.loads(raw) if raw.strip() else {}
        edits, refusals = settled(steps(row)) if row else ([], [])
        if refusals:
            raise InputError(f"{file.name} has changed meanwhile; it is left as it was")
        if edits:
            separators = (", ", ": ") if _SPACED.match(raw) else (",", ":")
            line = json.dumps(edited(row, edits), ensure_ascii=False, separators=separators)
            yield line.encode() + raw[len(raw.rstrip(b"\r\n")) :]
        else:
            yield raw


_SPACED = re.compile(rb'\s*\{\s*"[^"]*"\s*:\s')


def _not_changed(file: File) -> InputError:
    if packing(file.path):
        return InputError(f"{file.name} is packed; unpack it, and pack what comes of it again")
    return InputError(f"{file.name} is a publication; change the records that it is made from")
