"""What leaves the machine: words are withheld where rights do not allow them, and restored again.

An article under ``full`` is passed on whole. Under ``quotes``, the words of verbatim spans stay,
and a cue or a mention of a word or two; under ``none``, no words of the text do. What has to go
leaves its offsets and its digest, from which anyone who has the text can restore it and prove that
it is the same. What could not be restored is refused, before anything is changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError

from onrecord import texts
from onrecord.anchoring import ArticleText, copies, offset, read_text, spans
from onrecord.edits import Draft, Edit, Put, Remove, Rename, edited, open_draft, replacing
from onrecord.findings import Excerpt, Finding, InputError, Place
from onrecord.readers import File, open_reader
from onrecord.readers.document import DocumentReader
from onrecord.readers.files import MAX_BYTES as MAX_LINE
from onrecord.readers.files import Text, decode
from onrecord.readers.json import parse as parse_json
from onrecord.readers.jsonl import JsonLinesReader
from onrecord.readers.nodes import Node, Path, path_text
from onrecord.readers.records import Row, identifier, point, version_of
from onrecord.schema import CURRENT, RecordType
from onrecord.schema.v0 import Article, Document

# The most that a cue or a mention may have to stay under ``quotes``: words between white space,
# and bytes of UTF-8, since not all scripts put white space between words.
MAX_WORDS = 2
MAX_BYTES = 40

# The most refusals that are told of one file.
MAX_REFUSALS = 1000


def is_brief(words: str) -> bool:
    """Whether words are so few that they may stay in a cue or a mention under ``quotes``."""
    return len(words.split()) <= MAX_WORDS and len(words.encode()) <= MAX_BYTES


def may_stay(redistribute: str, role: str, words: str, *, verbatim: bool) -> bool:
    """Whether the words of a span may be passed on.

    Args:
        redistribute: What the article's rights allow.
        role: Names of the fields that lead to the span, such as ``speaker.mention``.
        words: The words.
        verbatim: Whether it is a span of a quote's content, and the words are the speaker's own.
    """
    if redistribute == "quotes":
        return verbatim or (role.rpartition(".")[2] != "content" and is_brief(words))
    return redistribute == "full"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that stands in the way of withholding or restoring words, and how to mend it.

    Attributes:
        path: Where it is in the record or document, such as ``quotes[0].content[0]``.
        message: What is wrong.
        hint: How to mend it.
        place: Where it stands, in a file.
        excerpt: The line there.
    """

    path: Path
    message: str
    hint: str
    place: Place | None = None
    excerpt: Excerpt | None = None

    def __str__(self) -> str:
        where = ": ".join(str(part) for part in (self.place, path_text(self.path)) if part)
        return f"{where}: {self.message}; {self.hint}"


class RefusedError(InputError):
    """Words cannot be withheld, or not be restored, without losing something.

    Attributes:
        refusals: All that stands in the way.
    """

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        more = f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else ""
        super().__init__(f"{refusals[0]}{more}")
        self.refusals = tuple(refusals)


def dehydrate(document: Document, text: str | None = None) -> Document:
    """The document with what its rights allow to be passed on, and digests for the rest.

    Args:
        document: A document whose spans are located.
        text: Its article's text, if that is not in the document, to check the spans against.

    Raises:
        RefusedError: What would go could not be restored.
    """
    value = document.model_dump()
    article = value["article"]
    copy = _copy(article, text)
    return _typed(document, _withhold(type(document), value, _Facts.of(article), copy))


def hydrate(document: Document, text: str) -> Document:
    """The document with all words restored from the text, and the text itself.

    It is the inverse of `dehydrate`.

    Raises:
        RefusedError: The text is another one, or a span is not what its digest says.
    """
    value = document.model_dump()
    facts = _Facts.of(value["article"])
    return _typed(document, _restore(type(document), value, facts, ArticleText(text)))


def dehydrate_record(record: Row, article: Row, text: str | None = None) -> dict[str, Any]:
    """A flat record, as `dehydrate` would have it.

    Args:
        record: An article, a quote or a claim, as it stands in a table.
        article: Its article; for an article, the record itself.
        text: The article's text, if the article does not carry it, to check the spans against.

    Raises:
        RefusedError: What would go could not be restored.
    """
    steps = _withhold(_model(record), record, _Facts.of(article), _copy(article, text))
    return _changed(record, steps)


def hydrate_record(record: Row, article: Row, text: str) -> dict[str, Any]:
    """A flat record, as `hydrate` would have it (``article`` as in `dehydrate_record`).

    Raises:
        RefusedError: The text is another one, or a span is not what its digest says.
    """
    steps = _restore(_model(record), record, _Facts.of(article), ArticleText(text))
    return _changed(record, steps)


@dataclass(frozen=True, slots=True)
class Write:
    """A file to write.

    Attributes:
        path: Where.
        content: Gives the bytes, piece by piece.
        new: Whether it must not take the place of a file that says something else.
    """

    path: FilePath
    content: Callable[[], Iterable[bytes]]
    new: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done to withhold or restore the words of a file.

    Attributes:
        file: The file.
        writes: What to write, in this order: a text is safe before it is taken out elsewhere.
        removals: What to remove after that.
        messages: What comes of it, in words for people.
        findings: What is wrong in the file; then nothing is to be done.
        refusals: What stands in the way; then nothing is to be done.
    """

    file: File
    writes: tuple[Write, ...] = ()
    removals: tuple[FilePath, ...] = ()
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
    match open_reader(file):
        case DocumentReader():
            return _dehydrated_document(file, texts_out)
        case JsonLinesReader(record_type):
            return _dehydrated_table(file, record_type, texts_out)
    raise _not_changed(file)


def hydrate_file(file: File, folder: texts.TextFolder) -> Plan:
    """How to restore the words withheld in a document, or in a table, from a folder of texts.

    The text of a document is written to ``ID.txt`` beside it, that of a table into the table.
    In a table, records of articles whose text is not at hand stay as they are.

    Raises:
        InputError: The file cannot be read, or is of a kind that is not changed.
    """
    match open_reader(file):
        case DocumentReader():
            return _hydrated_document(file, folder)
        case JsonLinesReader(record_type):
            return _hydrated_table(file, record_type, folder)
    raise _not_changed(file)


def carry_out(plan: Plan) -> None:
    """Do what a plan says, each file whole or not at all; killed at any moment, nothing is lost.

    Raises:
        InputError: Something cannot be written. What is done already stays done, and the rest
            can be done later.
    """
    for write in plan.writes:
        try:
            write.path.parent.mkdir(parents=True, exist_ok=True)
            there = write.path.read_bytes() if write.new and write.path.exists() else None
        except OSError as error:
            raise InputError(f"{write.path}: {error.strerror}") from None
        if there is None:
            with replacing(write.path) as stream:
                stream.writelines(write.content())
        elif there != b"".join(write.content()):
            raise InputError(f"{write.path} holds another text; it is left as it was")
    for path in plan.removals:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None


# What is to change in a value: an edit of it, or what stands in the way.
_Step = Edit | Refusal

_ANCHOR = "run onrecord anchor --write, which fills in and corrects offsets"
_TEXT = "give the text that the article's offsets index"
_KEEP = "name a folder that keeps it: --texts DIR"


@dataclass(frozen=True, slots=True)
class _Facts:
    """What decides about an article's words."""

    id: str
    redistribute: str
    sha256: str | None
    length: int | None
    carries_text: bool

    @classmethod
    def of(cls, article: Row) -> _Facts:
        return cls(
            article["id"],
            article["rights"]["redistribute"],
            article.get("text_sha256"),
            offset(article.get("text_length")),
            article.get("text") is not None,
        )


def _copy(article: Row, text: str | None) -> ArticleText | None:
    """The article's text that is at hand: the one given, else its own."""
    text = article.get("text") if text is None else text
    return None if text is None else ArticleText(text)


def _withhold(
    model: type[BaseModel], value: Row, article: _Facts, text: ArticleText | None
) -> Iterator[_Step]:
    """How to take the words out of a value that may not stay; the text, if at hand, is a check."""
    if article.redistribute == "full":
        return
    path = _article_path(model)
    if text and (refusals := list(_other_text(path or (), article, text))):
        yield from refusals
        return
    steps = [
        step
        for span_path, role, span in spans(model, value)
        for step in _withhold_span(span_path, role, span, article, text)
    ]
    yield from steps
    body = _at(value, path) if path is not None else {}
    if (steps or text) and (article.sha256 is None or article.length is None):
        message = f"article {article.id} has no text_sha256 or text_length: without them nobody "
        yield Refusal(path or (), f"{message}can restore what is withheld", _ANCHOR)
    if path is not None and body.get("text") is not None:
        yield _dropped(path, "text", body)


def _withhold_span(
    path: Path, role: str, span: Row, article: _Facts, text: ArticleText | None
) -> Iterator[_Step]:
    words, start, end = span.get("exact"), offset(span.get("start")), offset(span.get("end"))
    context = [name for name in ("prefix", "suffix") if span.get(name) is not None]
    verbatim = bool(span.get("verbatim"))
    stays = words is None or may_stay(article.redistribute, role, words, verbatim=verbatim)
    if start is None or end is None:
        if context or not stays:
            yield Refusal(path, "without offsets its words could not be restored", _ANCHOR)
    elif text and words is not None and not text.has(words, start, end):
        yield Refusal((*path, "exact"), "the text has other words at its offsets", _ANCHOR)
    elif words is not None and span.get("sha256") not in (None, texts.sha256(words)):
        hint = "delete it; it is computed when the words are withheld"
        yield Refusal((*path, "sha256"), "this is not the digest of its words", hint)
    else:
        if words is not None and not stays:
            yield from _swapped(path, span, "exact", "sha256", texts.sha256(words))
        yield from (_dropped(path, name, span) for name in context)


def _restore(
    model: type[BaseModel], value: Row, article: _Facts, text: ArticleText, *, inline: bool = True
) -> Iterator[_Step]:
    """How to put the words back into a value; ``inline`` tells whether the text goes there too."""
    if article.redistribute == "full" and article.carries_text:
        return
    path = _article_path(model)
    if refusals := list(_other_text(path or (), article, text)):
        yield from refusals
        return
    if inline and path is not None and _at(value, path).get("text") is None:
        yield Put(path, "text", text.text, "language")
    for span_path, _, span in spans(model, value):
        yield from _restore_span(span_path, span, text)


def _restore_span(path: Path, span: Row, text: ArticleText) -> Iterator[_Step]:
    words, digest = span.get("exact"), span.get("sha256")
    start, end = offset(span.get("start")), offset(span.get("end"))
    if start is None or end is None:
        if words is None:
            yield Refusal(path, "without offsets its words cannot be restored", _TEXT)
        return
    there = text.text[start:end]
    if not 0 <= start < end <= len(text.text):
        yield Refusal((*path, "end"), "its offsets lie outside the text", _TEXT)
    elif words is None and digest is None:
        hint = "write its words into exact"
        yield Refusal(path, "it has neither words nor a digest to prove them by", hint)
    elif words not in (None, there):
        yield Refusal((*path, "exact"), "the text has other words at its offsets", _ANCHOR)
    elif digest not in (None, texts.sha256(there)):
        message = "the words that the text has at its offsets have another digest"
        yield Refusal((*path, "sha256"), message, "correct the offsets, or write the words")
    else:
        if words is None:
            yield from _swapped(path, span, "sha256", "exact", there)
        prefix, suffix = text.context(start, end)
        for name, around, after in (("prefix", prefix, "end"), ("suffix", suffix, "prefix")):
            if span.get(name) is None:
                yield Put(path, name, around, after)


def _other_text(path: Path, article: _Facts, text: ArticleText) -> Iterator[Refusal]:
    """Why a text is not proved to be an article's own."""
    if article.sha256 is None:
        message = f"article {article.id} has no text_sha256, which would prove its text"
        yield Refusal(path, message, _ANCHOR)
    elif article.sha256 != text.sha256:
        message = f"the text at hand is not that of article {article.id}: its SHA-256 is "
        yield Refusal((*path, "text_sha256"), f"{message}{text.sha256}", _TEXT)
    elif article.length not in (None, len(text.text)):
        message = f"the text of article {article.id} has {len(text.text)} characters, not "
        yield Refusal((*path, "text_length"), f"{message}{article.length}", "correct it")


def _swapped(path: Path, span: Row, name: str, to: str, value: str) -> Iterator[Edit]:
    """One member of a span in the place of another."""
    if to in span:
        yield Put(path, to, value)
        yield _dropped(path, name, span)
    else:
        yield Rename(path, name, to, value)


def _dropped(path: Path, name: str, mapping: Row) -> Edit:
    """A member gone: null where the record writes nulls, else no member at all."""
    nulls = any(value is None for value in mapping.values())
    return Put(path, name, None) if nulls else Remove(path, name)


def _article_path(model: type[BaseModel]) -> Path | None:
    """Where a value of a model has the article."""
    if issubclass(model, Document):
        return ("article",)
    return () if issubclass(model, Article) else None


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _settled(steps: Iterable[_Step]) -> tuple[list[Edit], list[Refusal]]:
    edits: list[Edit] = []
    refusals: list[Refusal] = []
    for step in steps:
        if isinstance(step, Refusal):
            refusals.append(step)
        else:
            edits.append(step)
    return edits, refusals


def _changed(value: Row, steps: Iterable[_Step]) -> dict[str, Any]:
    edits, refusals = _settled(steps)
    if refusals:
        raise RefusedError(refusals)
    changed: dict[str, Any] = edited(value, edits)
    return changed


def _typed(document: Document, steps: Iterable[_Step]) -> Document:
    return type(document).model_validate(_changed(document.model_dump(), steps))


def _model(record: Row) -> type[BaseModel]:
    version = version_of(dict(record))
    if version is None:
        raise ValueError(f"schema version {record['schema_version']!r} is not supported")
    return version.models[record["record_type"]]


# Documents


def _dehydrated_document(file: File, texts_out: FilePath | None) -> Plan:
    draft = _sound_draft(file)
    if not isinstance(draft, Draft):
        return Plan(file, findings=draft)
    body: Any = draft.value["article"]
    article = _Facts.of(body)
    if article.redistribute == "full":
        return Plan(file, messages=(f"{file.name}: its rights let everything pass",))
    beside = file.path.with_name(f"{article.id}.txt")
    out = texts_out / beside.name if texts_out else None
    here = _text_here(file, body, article)
    kept = _kept(out, article)
    steps = list(_not_kept(("article",), out, kept, here)) if here is not None else []
    if out and out.resolve() == beside.resolve():
        steps.append(Refusal(("article",), f"its text would stay beside it, in {out}", _KEEP))
    if beside.is_file() and read_text(beside, article.sha256) != here:
        message = f"its text is another one than that in {beside}, which would be lost"
        steps.append(Refusal(("article", "text"), message, "delete one of them"))
    text = here if here is not None else kept if _is_of(article, kept) else None
    known = None if text is None else ArticleText(text)
    edits, refusals = _settled(
        [*steps, *_withhold(draft.version.document, draft.value, article, known)]
    )
    writes: list[Write] = []
    notes = [f"{_spans(_count(edits, 'sha256'))} withheld"]
    if here is not None and out:
        notes.append(f"the text is kept in {out}")
        if kept is None:
            writes.append(_new_text(out, _supplied(beside, article, here)))
    elif known is None and _count(edits, "sha256"):
        notes.append("no copy of the text is at hand, and without one they cannot be restored")
    removals = (beside,) if beside.is_file() else ()
    return _document_plan(draft, edits, refusals, writes, notes, removals)


def _hydrated_document(file: File, folder: texts.TextFolder) -> Plan:
    draft = _sound_draft(file)
    if not isinstance(draft, Draft):
        return Plan(file, findings=draft)
    body: Any = draft.value["article"]
    article = _Facts.of(body)
    beside = file.path.with_name(f"{article.id}.txt")
    here = _text_here(file, body, article)
    found = folder.find(article.id, article.sha256) if here is None else here
    if found is None:
        if article.redistribute == "full":
            return Plan(file, messages=(f"{file.name}: nothing is withheld",))
        message = f"the text of article {article.id} is not at hand"
        refusal = Refusal(("article",), message, f"put {beside.name} into {folder.folder}")
        return _document_plan(draft, [], [refusal], [], [])
    edits, refusals = _settled(
        _restore(draft.version.document, draft.value, article, ArticleText(found), inline=False)
    )
    notes = [f"{_spans(_count(edits, 'exact'))} restored"]
    writes: list[Write] = []
    if here is None:
        writes.append(_new_text(beside, found.encode()))
        notes.append(f"the text is put into {beside}")
    return _document_plan(draft, edits, refusals, writes, notes)


def _sound_draft(file: File) -> Draft | tuple[Finding, ...]:
    """The document in a file, if nothing at all is wrong in it."""
    draft = open_draft(file)
    return draft if isinstance(draft, tuple) else _findings(file) or draft


def _findings(file: File) -> tuple[Finding, ...]:
    return tuple(item for item in open_reader(file).read(file) if isinstance(item, Finding))


def _text_here(file: File, body: Any, article: _Facts) -> str | None:
    """The text in a document or beside it."""
    text: str | None = body.get("text")
    beside = copies(file, article.id, article.sha256, None)
    return text if text is not None else next((found for _, found in beside), None)


def _kept(out: FilePath | None, article: _Facts) -> str | None:
    """The text in the file that is to keep it."""
    return read_text(out, article.sha256) if out and out.is_file() else None


def _is_of(article: _Facts, text: str | None) -> bool:
    return text is not None and texts.sha256(text) == article.sha256


def _not_kept(path: Path, out: FilePath | None, kept: str | None, text: str) -> Iterator[Refusal]:
    """Why a text that has to go would be lost."""
    if text.startswith("\ufeff"):
        message = "its text begins with a byte order mark, which files lose"
        yield Refusal(path, message, f"delete it with text_sha256 and text_length, and {_ANCHOR}")
    elif out is None:
        yield Refusal(path, "its text has to go, and would be lost", _KEEP)
    elif kept not in (None, text):
        yield Refusal(path, f"its text has to go, but {out} holds another one", _KEEP)


def _supplied(beside: FilePath, article: _Facts, text: str) -> bytes:
    """The text as it was supplied in a file, header and all, if the digest finds it in there."""
    try:
        raw = beside.read_bytes() if beside.is_file() else b""
    except OSError as error:
        raise InputError(f"{beside}: {error.strerror}") from None
    return raw if texts.choose(raw.decode(), article.sha256) == text else text.encode()


def _new_text(path: FilePath, data: bytes) -> Write:
    return Write(path, lambda: (data,), new=True)


def _document_plan(
    draft: Draft,
    edits: list[Edit],
    refusals: list[Refusal],
    writes: list[Write],
    notes: list[str],
    removals: tuple[FilePath, ...] = (),
) -> Plan:
    file = draft.source.file
    if refusals:
        placed = (_placed(one, draft.source, draft.root) for one in refusals[:MAX_REFUSALS])
        return Plan(file, refusals=tuple(placed))
    if edits:
        data = draft.edited(edits).encode()
        writes = [*writes, Write(file.path, lambda: (data,))]
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
        self, file: File, record_type: RecordType, elsewhere: Callable[[_Facts], str | None]
    ) -> None:
        self.path = file.path.with_name("articles.jsonl") if record_type != "article" else file.path
        if not self.path.is_file():
            raise InputError(f"{file.name}: its rights are told by {self.path}, which is not there")
        self._elsewhere = elsewhere
        self._facts: dict[str, _Facts | None] = {}
        self._starts: dict[str, int] = {}
        for _, start, raw in _lines(self.path):
            with suppress(ValidationError):
                article = CURRENT.article.model_validate_json(raw)
                twice = article.id in self._facts
                self._facts[article.id] = None if twice else _Facts.of(article.model_dump())
                self._starts[article.id] = start
        # The records of an article mostly stand together.
        self.text = lru_cache(32)(self._text)

    def of(self, row: Row) -> _Facts | None:
        """The article that a record belongs to, if it stands in the table, and only once."""
        return self._facts.get(row["id" if row["record_type"] == "article" else "article_id"])

    def _text(self, article: _Facts) -> ArticleText | None:
        text = self._own_text(article) or self._elsewhere(article)
        return None if text is None else ArticleText(text)

    def _own_text(self, article: _Facts) -> str | None:
        if not article.carries_text:
            return None
        with suppress(OSError, ValueError), self.path.open("rb") as stream:
            stream.seek(self._starts[article.id])
            row = json.loads(stream.readline())
            return row.get("text") if identifier(row) == article.id else None
        return None


def _dehydrated_table(file: File, record_type: RecordType, texts_out: FilePath | None) -> Plan:
    def out(article: _Facts) -> FilePath | None:
        return texts_out / f"{article.id}.txt" if texts_out else None

    def elsewhere(article: _Facts) -> str | None:
        kept = _kept(out(article), article)
        return kept if _is_of(article, kept) else None

    articles = _Articles(file, record_type, elsewhere)
    moved: list[Write] = []

    def steps(row: Row) -> Iterator[_Step]:
        article = articles.of(row)
        if article:
            yield from _withhold(_model(row), row, article, articles.text(article))
        else:
            message = f"{articles.path} does not have its article once, so its rights are not known"
            yield Refusal((), message, "mend that first")

    def checked(row: Row) -> Iterator[_Step]:
        yield from steps(row)
        article, text = articles.of(row), row.get("text")
        if record_type == "article" and article and article.redistribute != "full" and text:
            path, kept = out(article), _kept(out(article), article)
            yield from _not_kept(("text",), path, kept, text)
            if path and kept is None:
                moved.append(Write(path, partial(_text_of, articles, article), new=True))

    plan = _table_plan(file, checked, steps, "sha256", "withheld")
    if moved and not plan.refusals:
        note = f"{file.name}: {len(moved)} texts are kept in {texts_out}"
        return replace(plan, writes=(*moved, *plan.writes), messages=(*plan.messages, note))
    return plan


def _text_of(articles: _Articles, article: _Facts) -> Iterator[bytes]:
    text = articles.text(article)
    if text is None:
        raise InputError(f"{articles.path} has changed meanwhile; it is left as it was")
    yield text.text.encode()


def _hydrated_table(file: File, record_type: RecordType, folder: texts.TextFolder) -> Plan:
    articles = _Articles(file, record_type, lambda article: folder.find(article.id, article.sha256))
    missing: set[str] = set()

    def steps(row: Row) -> Iterator[_Step]:
        article = articles.of(row)
        if article and (text := articles.text(article)):
            yield from _restore(_model(row), row, article, text)
        elif article and article.id not in missing:
            yield Refusal((), "its text is not at hand", "")

    def checked(row: Row) -> Iterator[_Step]:
        article = articles.of(row)
        if article and articles.text(article) is None:
            missing.add(article.id)
        yield from steps(row)

    plan = _table_plan(file, checked, steps, "exact", "restored")
    if missing and not plan.refusals:
        note = f"{file.name}: records of {len(missing)} articles stay as they are, without a text"
        return replace(plan, messages=(*plan.messages, note))
    return plan


_Steps = Callable[[Row], Iterator[_Step]]


def _table_plan(file: File, check: _Steps, steps: _Steps, name: str, done: str) -> Plan:
    """The plan to change a table row by row, once all rows are known to allow it."""
    if findings := _findings(file):
        return Plan(file, findings=findings)
    refusals: list[Refusal] = []
    number_of_words, changes = 0, False
    for number, _, raw in _lines(file.path):
        if len(refusals) >= MAX_REFUSALS:
            break
        if raw.strip():
            edits, refused = _settled(check(json.loads(raw)))
            number_of_words += _count(edits, name)
            changes = changes or bool(edits)
            if refused:
                source = decode(file, raw.rstrip(b"\r\n"), number)
                root, _ = parse_json(source.text)
                refusals += [_placed(one, source, root) for one in refused]
    if refusals:
        return Plan(file, refusals=tuple(refusals[:MAX_REFUSALS]))
    message = f"{file.name}: {_spans(number_of_words)} {done}"
    writes = (Write(file.path, lambda: _rewritten(file, steps)),) if changes else ()
    return Plan(file, writes, messages=(message,))


def _rewritten(file: File, steps: _Steps) -> Iterator[bytes]:
    """The lines of a table, those that change written as they were."""
    for _, _, raw in _lines(file.path):
        row = json.loads(raw) if raw.strip() else {}
        edits, refusals = _settled(steps(row)) if row else ([], [])
        if refusals:
            raise InputError(f"{file.name} has changed meanwhile; it is left as it was")
        if edits:
            separators = (", ", ": ") if _SPACED.match(raw) else (",", ":")
            line = json.dumps(edited(row, edits), ensure_ascii=False, separators=separators)
            yield line.encode() + raw[len(raw.rstrip(b"\r\n")) :]
        else:
            yield raw


_SPACED = re.compile(rb'\s*\{\s*"[^"]*"\s*:\s')


def _lines(path: FilePath) -> Iterator[tuple[int, int, bytes]]:
    """The lines of a file with their numbers and where they begin, from 0."""
    try:
        with path.open("rb") as stream:
            number = start = 0
            while raw := stream.readline(MAX_LINE + 2):
                yield number, start, raw
                number += 1
                start += len(raw)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def _not_changed(file: File) -> InputError:
    return InputError(f"{file.name} is a publication; change the records that it is made from")
