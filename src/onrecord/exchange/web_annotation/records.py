"""Reading files of Web Annotations: which records their annotations become."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import BaseModel

from onrecord.errors import InputError
from onrecord.exchange import ids
from onrecord.exchange.base import Draft, Item, Remark, Value
from onrecord.exchange.entries import Entry, is_address, kind, written
from onrecord.exchange.jsonfiles import JsonText, read_document, refused
from onrecord.exchange.web_annotation.targets import (
    PREFIX,
    Source,
    Verbatim,
    digest_of,
    each,
    has_type,
    in_order,
    objects,
    spans,
)
from onrecord.files.problems import Path as Steps
from onrecord.files.problems import path_text
from onrecord.files.texts import choose
from onrecord.language.offsets import Located, Units
from onrecord.readers import File
from onrecord.readers.models.judge import judge
from onrecord.readers.syntax.nodes import Json
from onrecord.rules import importing, reading
from onrecord.schema.shape import Scalar, members
from onrecord.schema.v0 import DocumentClaim, DocumentQuote

if TYPE_CHECKING:
    from onrecord.exchange.web_annotation.formats import WebAnnotation

# What of a record stands in the text beside its content: by these names, in annotations of its own.
SOURCES = {"quote": ("speaker", "addressee", "relayed_by"), "claim": ("claimant",)}
# Motivations of passages, which may be quotes if the user says so; others are about something else.
PASSAGES = ("highlighting", "quoting", "tagging", "classifying", "identifying", "describing")
TYPES: tuple[str, ...] = next(
    member.shape.choices
    for member in members(DocumentQuote)
    if member.name == "type" and isinstance(member.shape, Scalar)
)
NAMED = re.compile(r"urn:onrecord:(quote|claim):([a-z0-9_-]+)\.([a-z0-9_-]+)")

_MENTIONED = frozenset(role for roles in SOURCES.values() for role in roles)
_VERBATIM: dict[str, Verbatim] = {"direct": "all", "mixed": "told"}
_WIKIDATA = re.compile(r"https?://www[.]wikidata[.]org/(?:entity|wiki)/(Q[1-9][0-9]*)")
_SLUG = re.compile(r"[a-z0-9_-]+")


def article_iri(article_id: str) -> str:
    """What an article without an address is called as the source of targets."""
    return f"urn:onrecord:article:{article_id}"


def drafts(importer: WebAnnotation, file: File) -> Iterator[Draft]:
    """The articles of a file with their annotations.

    Raises:
        InputError: The file, or a text beside it, cannot be read.
    """
    source = read_document(file)
    size = file.path.stat().st_size
    found = _annotations(source) if source.readable else None
    if found is None or isinstance(found, Remark):
        yield refused(source, *([found] if found else []), size=size)
        return
    page, value, path = found
    one_or_more = [source.entry(value, path)] if isinstance(value, dict) else None
    entries: list[Entry | Remark] = [*(one_or_more or source.entries(value, path))]
    made = _Reader(importer, file, source, page, entries).drafts()
    made[0].size = size
    yield from made


class _Page(NamedTuple):
    """What a file says of all its annotations, and where."""

    raw: Mapping[str, Json]
    path: Steps
    next: bool


def _annotations(source: JsonText) -> tuple[_Page, Json, Steps] | Remark:
    """The annotations of a file, or why there are none."""
    value = source.value
    if isinstance(value, list):
        return _Page({}, (), False), value, ()
    if not isinstance(value, dict):
        return source.no_object(value, ())
    first = value.get("first")
    if has_type(value, "AnnotationCollection") and "items" not in value:
        if not isinstance(first, dict):
            return source.no_object(first, ("first",), "an embedded page of annotations")
        page = _Page({**first, **value}, (), "next" in first)
        return page, first.get("items"), ("first", "items")
    if "items" in value or has_type(value, "AnnotationPage"):
        return _Page(value, (), "next" in value), value.get("items"), ("items",)
    told = {name: one for name, one in value.items() if name.startswith(PREFIX)}
    return _Page(told, (), False), value, ()


@dataclass(slots=True)
class _Article:
    """An article of a file, and the annotations that stand in it."""

    draft: Draft
    source: Source
    records: list[_Record] = field(default_factory=list)


@dataclass(slots=True)
class _Record:
    """A quote or claim of a file."""

    item: Item
    entry: Entry
    is_ours: bool

    @property
    def value(self) -> Value:
        return self.item.value or {}


class _Reader:
    """Reads the annotations of one file."""

    def __init__(
        self,
        importer: WebAnnotation,
        file: File,
        source: JsonText,
        page: _Page,
        entries: list[Entry | Remark],
    ) -> None:
        self._importer = importer
        self._file = file
        self._source = source
        self._page = page
        self._entries = entries
        self._articles: dict[str, _Article] = {}
        self._by_source: dict[str, _Article] = {}
        self._parts: dict[str, list[Entry]] = {}
        self._dataset = self._name_of_all()
        self._unsound: _Article | None = None

    def drafts(self) -> list[Draft]:
        """The drafts of the file: one of what stands in no article, and one an article."""
        lost = Draft(lambda: self._source.locate(()), remarks=self._about_the_file())
        self._add_article()
        for entry in self._whole(lost):
            if (article := self._article_of(entry)) is None:
                lost.items.append(Item(entry.where(), "quote", remarks=entry.remarks))
            else:
                article.records.append(self._record(entry, article))
        lost.items += self._orphans()
        for article in self._articles.values():
            _link(article)
            _share_annotation(article)
            article.draft.items = [record.item for record in article.records]
            if any(remark.is_error for remark in lost.remarks):
                article.draft.article = None
        return [lost, *(article.draft for article in self._articles.values())]

    def _whole(self, lost: Draft) -> list[Entry]:
        """The annotations that are no part of others; those are put aside."""
        found: list[Entry] = []
        for entry in self._entries:
            if isinstance(entry, Remark):
                lost.items.append(Item(entry.where, "quote", remarks=[entry]))
            elif isinstance(whole := entry.raw.get(f"{PREFIX}of"), str):
                self._parts.setdefault(whole, []).append(entry)
            else:
                found.append(entry)
        return found

    def _orphans(self) -> Iterator[Item]:
        """The parts of what is not in the file."""
        for whole, parts in self._parts.items():
            for part in parts:
                name = written(part.raw.get("id") or "the annotation")
                part.remark(importing.UnknownTarget, f"{PREFIX}of", id=name, target=whole)
                yield Item(part.where(), "quote", remarks=part.remarks)

    def _name_of_all(self) -> str:
        """What the file calls its annotations together."""
        for name in ("label", "id"):
            if isinstance(found := self._page.raw.get(name), str) and re.search(r"^\S.*$", found):
                return " ".join(found.split())
        return "Web Annotation"

    def _about_the_file(self) -> list[Remark]:
        """What is wrong in the file outside its annotations."""
        remarks = list(self._source.remarks)
        if isinstance(self._source.value, dict):
            inside = [
                remark.where()[0]
                for entry in self._entries
                if isinstance(entry, Entry)
                for remark in entry.remarks
            ]
            whole = self._source.entry(self._source.value)
            remarks += [remark for remark in whole.remarks if remark.where()[0] not in inside]
            if self._page.next:
                what, why = "the next page", "it is not in this file"
                whole = Entry(self._source.value, self._source.locate)
                whole.remark(importing.NotCarriedOver, what=what, why=why)
                remarks += whole.remarks
        return remarks

    def _add_article(self) -> None:
        """Take in the article that the file tells of, if it does."""
        name = f"{PREFIX}article"
        if name not in self._page.raw:
            return
        raw = self._page.raw[name]
        first = self._page.raw.get("first")
        path = (*self._page.path, name)
        if isinstance(first, dict) and name in first:
            path = ("first", name)
        entry = Entry(raw if isinstance(raw, dict) else {}, self._source.locate, path)
        draft = Draft(entry.where(), remarks=entry.remarks)
        article = _Article(draft, self._source_of(""))
        if not isinstance(raw, dict):
            entry.remark(reading.WrongType, found=kind(raw), expected="an object")
        elif not isinstance(raw.get("id"), str):
            entry.remark(reading.WrongType, "id", found=kind(raw.get("id")), expected="text")
        else:
            article_id = str(raw["id"])
            rights = raw.get("rights")
            if isinstance(rights, dict) or rights is None:
                rights = {**self._importer.rights, **(rights or {}), **self._said_of_rights()}
            language = raw.get("language", self._importer.language_of())
            draft.article = {**raw, "language": language, "rights": rights}
            article.source = self._source_of(article_id, rights)
            self._add_text(article, entry)
            self._by_source[article_iri(article_id)] = article
            if isinstance(url := raw.get("url"), str):
                self._by_source[url] = article
        self._articles[article.source.article_id] = article
        if draft.article is None:
            self._unsound = article

    def _said_of_rights(self) -> dict[str, str]:
        said = (("license", self._importer.license), ("redistribute", self._importer.redistribute))
        return {name: value for name, value in said if value}

    def _source_of(self, article_id: str, rights: Json = None) -> Source:
        is_utf16 = self._page.raw.get(f"{PREFIX}offsets") == "utf16"
        said: Units = "utf16" if is_utf16 else "code-points"
        redistribute = rights.get("redistribute") if isinstance(rights, dict) else "none"
        return Source(article_id, self._importer.offsets or said, str(redistribute))

    def _add_text(self, article: _Article, entry: Entry) -> None:
        """Find the text of an article, and make sure that it is the one meant."""
        told: Value = article.draft.article or {}
        digest, text = told.get("text_sha256"), told.get("text")
        digest = digest if isinstance(digest, str) else None
        if text is None and (text := self._text_beside(article.source, digest)) is not None:
            told["text"] = text
        if isinstance(text, str):
            article.source.text = Located(text, article.source.units)
            found = digest_of(text)
            if digest is not None and found is not None and found != digest:
                expected = f"{found}, the SHA-256 of the text"
                entry.remark(reading.NotAllowed, "text_sha256", found=digest, expected=expected)
        elif digest and isinstance(length := told.get("text_length"), int):
            article.source.length = length

    def _text_beside(self, source: Source, digest: str | None) -> str | None:
        folder = self._importer.source_texts or self._file.path.parent
        if not folder.is_dir():
            raise InputError(f"{folder} is not a folder of texts")
        if not _SLUG.fullmatch(source.article_id):
            return None
        path = folder / f"{source.article_id}.txt"
        file = self._file.at(path, self._importer.source_texts)
        try:
            if not file.exists():
                return None
            raw = path.read_bytes().decode()
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: byte {error.start} is not UTF-8") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: {error}") from None
        return choose(raw, digest) if digest else raw

    def _article_of(self, entry: Entry) -> _Article | None:
        """The article that an annotation stands in; None, with a remark, if that cannot be told."""
        if self._unsound is not None:
            return self._unsound
        sources = _sources(entry)
        if named := NAMED.fullmatch(str(entry.raw.get("id"))):
            url = next(filter(is_address, sources), None)
            return self._articles.get(named[2]) or self._new_article(named[2], url, entry)
        if len(sources) == 1:
            return self._by_source.get(sources[0]) or self._article_at(sources[0], entry)
        if sources:
            told, expected = " and ".join(sources[:2]), "one source for all targets"
            entry.remark(reading.NotAllowed, "target", found=told, expected=expected)
        elif has_type(entry.raw, "Annotation") or "target" in entry.raw:
            facts = {"field": "target.source", "parent": "the annotation"}
            entry.remark(reading.MissingField, "target", **facts, description="the page it is of")
        else:
            expected = "an annotation, which has a target"
            entry.remark(reading.WrongType, field="this", found="an object", expected=expected)
        return None

    def _article_at(self, source: str, entry: Entry) -> _Article:
        """The article of an address, or another name."""
        url = source if is_address(source) else None
        article_id = ids.of_page(source) if url else ids.slug(source)
        article = self._articles.get(article_id) or self._new_article(article_id, url, entry)
        self._by_source[source] = article
        return article

    def _new_article(self, article_id: str, url: str | None, entry: Entry) -> _Article:
        value: Value = {"id": article_id, "url": url, "language": self._importer.language_of()}
        value["rights"] = self._importer.rights_of_text()
        draft = Draft(entry.where(), value)
        article = _Article(draft, self._source_of(article_id, value["rights"]))
        self._add_text(article, Entry({}, self._source.locate, entry.path))
        self._articles[article_id] = article
        return article

    def _record(self, entry: Entry, article: _Article) -> _Record:
        """The quote or claim that an annotation is."""
        is_claim = f"{PREFIX}claim" in entry.raw
        record_type: Literal["quote", "claim"] = "claim" if is_claim else "quote"
        term = f"{PREFIX}{record_type}"
        named = NAMED.fullmatch(str(entry.raw.get("id")))
        is_ours = named is not None and named[1] == record_type
        told = entry.raw.get(term, {})
        if not isinstance(told, dict):
            entry.remark(reading.WrongType, term, found=kind(told), expected="an object")
            told = {}
        if named and is_ours:
            local = named[3]
        else:
            whole = entry.raw.get("id")
            key = whole if isinstance(whole, str) and whole.strip() else dict(entry.raw)
            local = f"{record_type[0]}-{ids.digest(key)}"
        told = _own(entry, term, told)
        value: Value = {**told, "id": local}
        reader = _Annotation(self._importer, article, entry, value)
        if is_claim:
            reader.claim()
        else:
            reader.quote()
        for part in self._parts.pop(str(entry.raw.get("id")), []):
            reader.part(part, record_type)
        value["annotation"] = reader.annotation(self._dataset, is_ours=is_ours)
        item = Item(entry.where(), record_type, value, entry.remarks, exported=is_ours)
        record = _Record(item, entry, is_ours)
        _check(record, record_type)
        return record


def _sources(entry: Entry) -> list[str]:
    """The sources of an annotation's targets, each once; else the pages that are its targets."""
    found = [target.raw.get("source") for target in objects(entry, "target")]
    whole = [value for _, value in each(entry.raw, "target")]
    pages = [value for value in whole if isinstance(value, str) and is_address(value)]
    sources = [source for source in found if isinstance(source, str) and source.strip()]
    return list(dict.fromkeys(sources or pages))


def _own(entry: Entry, term: str, told: Value) -> Value:
    """What a term may say of a record: nothing that targets say, or annotations of their own."""
    found = {}
    for name, value in told.items():
        if name in ("id", "content", "cue", "quote_ids", "annotation"):
            _elsewhere(entry, term, name)
        elif name in _MENTIONED and isinstance(value, dict) and "mention" in value:
            _elsewhere(entry, term, name, "mention")
        else:
            found[name] = value
    return found


def _elsewhere(entry: Entry, *path: str) -> None:
    facts = {"field": path[-1], "parent": ".".join(path[:-1])}
    advice = "write spans as targets, and cues and mentions as annotations of their own"
    entry.remark(reading.UnknownField, *path, **facts, advice=advice)


class _Annotation:
    """Reads one annotation into a record."""

    def __init__(
        self, importer: WebAnnotation, article: _Article, entry: Entry, value: Value
    ) -> None:
        self._importer = importer
        self._article = article
        self._entry = entry
        self._value = value
        self._label: str | None = None

    def quote(self) -> None:
        """Read it as a quote."""
        value, entry = self._value, self._entry
        if (found := self._type()) is not None:
            value["type"] = found
        value.setdefault("attribution", "unknown")
        verbatim = _VERBATIM.get(str(value.get("type")), "none")
        value["content"] = spans(entry, self._article.source, "content", verbatim)

    def _type(self) -> str | None:
        """The type that a tag tells, or the user."""
        entry, tags = self._entry, self._tags()
        if len(tags) > 1:
            told = " and ".join(tags.values())
            entry.remark(reading.NotAllowed, "body", found=told, expected="one type of quote")
            return None
        if tags:
            ((name, self._label),) = tags.items()
            return name
        if "type" in self._value:
            return None
        motivations = [value for _, value in each(entry.raw, "motivation")]
        if self._importer.type and all(one in PASSAGES for one in motivations):
            return self._importer.type
        if self._importer.type:
            expected = f"one of {', '.join(PASSAGES)}, or a tag with the type of quote"
            told = ", ".join(map(written, motivations))
            entry.remark(reading.NotAllowed, "motivation", found=told, expected=expected)
        else:
            description = (
                f"a tag that is one of {', '.join(TYPES)}; --type tells it where none does"
            )
            facts = {"field": "type", "parent": "the annotation", "description": description}
            entry.remark(reading.MissingField, "body", **facts)
        return None

    def _tags(self) -> dict[str, str]:
        """The types of quotes that tags tell, each as it is written; other bodies are kept."""
        entry = self._entry
        tags: dict[str, str] = {}
        for body in objects(entry, "body"):
            label = body.raw.get("value")
            name = ""
            if _is_tag(body, entry) and isinstance(label, str):
                name = re.sub(r"[\s-]+", "_", label.strip().lower())
            if name in TYPES:
                tags[name] = str(label)
            self._keep_body(body, is_used=name in TYPES)
        for path, value in each(entry.raw, "body"):
            if not isinstance(value, dict):
                entry.keep_at(written(value), *path)
        return tags

    def _keep_body(self, body: Entry, *, is_used: bool) -> None:
        if not is_used:
            body.keep_at(written(dict(body.raw)))

    def claim(self) -> None:
        """Read it as a claim."""
        value, entry = self._value, self._entry
        for body in objects(entry, "body"):
            is_text = body.raw.get("purpose") == "describing" and "text" not in value
            if is_text and "value" in body.raw:
                value["text"] = body.raw["value"]
                value["language"] = body.raw.get("language", self._importer.language_of())
            self._keep_body(body, is_used=is_text)
        value["content"] = spans(entry, self._article.source, "content")
        quotes: list[str] = []
        for _, target in each(entry.raw, "target"):
            named = NAMED.fullmatch(target) if isinstance(target, str) else None
            if named and named[1] == "quote":
                quotes.append(f"{named[2]}.{named[3]}")
        value["quote_ids"] = quotes

    def part(self, part: Entry, record_type: Literal["quote", "claim"]) -> None:
        """Read what is a part of it: a cue or a mention."""
        role = part.raw.get(f"{PREFIX}role")
        known = (*(("cue",) if record_type == "quote" else ()), *SOURCES[record_type])
        if role not in known:
            expected = f"one of {', '.join(known)}"
            part.remark(reading.NotAllowed, f"{PREFIX}role", found=kind(role), expected=expected)
        elif role == "cue":
            found = spans(part, self._article.source, "cue")
            self._value["cue"] = in_order(part, [*self._value.get("cue", ()), *found])
        else:
            self._mention(part, str(role))
        self._entry.remarks += part.remarks

    def _mention(self, part: Entry, role: str) -> None:
        found = spans(part, self._article.source, f"{role}.mention")
        source = self._value.get(role) or {}
        if not found or not isinstance(source, dict):
            return
        if len(found) > 1 or "mention" in source:
            what, why = f"the rest of the {role}'s mention", "a mention is one span"
            part.remark(importing.NotCarriedOver, "target", what=what, why=why)
        source = {**source, "mention": source.get("mention", found[0])}
        for body in objects(part, "body"):
            if body.raw.get("purpose") != "identifying":
                continue
            item = _WIKIDATA.fullmatch(str(body.raw.get("source", body.raw.get("id"))))
            if item:
                source["wikidata"] = item[1]
            elif "value" in body.raw:
                source["name"] = body.raw["value"]
        self._value[role] = source

    def annotation(self, dataset: str, *, is_ours: bool) -> Value:
        """Who made the record, and what else the annotation says."""
        entry = self._entry
        term = f"{PREFIX}annotation"
        raw = entry.raw.get(term, {})
        if not isinstance(raw, dict):
            entry.remark(reading.WrongType, term, found=kind(raw), expected="an object")
        told: Value = dict(raw) if isinstance(raw, dict) else {}
        people, programs = _creators(entry)
        if created := entry.date("created"):
            told["on"] = created
        if people:
            told["annotators"] = people
        if programs:
            told["tool"] = programs[0]
        told.setdefault("method", "automatic" if programs and not people else "manual")
        self._keep_rest(is_ours=is_ours)
        origin = told.get("origin")
        if not is_ours and origin is None:
            named = entry.raw.get("id")
            told["origin"] = {
                "dataset": dataset,
                "id": " ".join(named.split()) or None if isinstance(named, str) else None,
                "label": " ".join(self._label.split()) if self._label else None,
                "fields": _fields(entry),
            }
        elif entry.kept:
            what = ", ".join(field["name"] for field in _fields(entry))
            why = "nothing in the record stands for it"
            entry.remark(importing.NotCarriedOver, what=what, why=why)
        return told

    def _keep_rest(self, *, is_ours: bool) -> None:
        known = {"@context", "id", "type", "creator", "created", "body", "target"}
        for name in self._entry.raw:
            is_motivation = name == "motivation" and is_ours
            if name not in known and not name.startswith(PREFIX) and not is_motivation:
                self._entry.keep(name)


def _fields(entry: Entry) -> list[dict[str, str]]:
    """What is kept, by its path in the annotation."""
    own = f"{entry.name()}." if entry.path else ""
    return [{**field, "name": field["name"].removeprefix(own)} for field in entry.fields()]


def _creators(entry: Entry) -> tuple[list[str], list[str]]:
    """The names of the people and of the programs that made an annotation."""
    people: list[str] = []
    programs: list[str] = []
    for path, creator in each(entry.raw, "creator"):
        if isinstance(creator, str):
            agent = entry.inside({"id": creator}, *path)
        elif isinstance(creator, dict):
            agent = entry.inside(creator, *path)
        else:
            facts = {"found": kind(creator), "expected": "an object"}
            entry.remark(reading.WrongType, *path, **facts)
            continue
        name = next((agent.string(key) for key in ("name", "nick", "id") if agent.has(key)), None)
        if name is None:
            for key in ("name", "nick", "id"):
                agent.string(key)
        elif has_type(agent.raw, "Software"):
            programs.append(name)
        else:
            people.append(name)
    if len(programs) > 1:
        entry.keep("creator")
    return people, programs


def _is_tag(body: Entry, entry: Entry) -> bool:
    """Whether a body is a tag."""
    purpose = body.raw.get("purpose", entry.raw.get("motivation"))
    return purpose in ("tagging", "classifying") or (
        isinstance(purpose, list) and bool({"tagging", "classifying"} & set(map(str, purpose)))
    )


_MODELS: dict[str, type[BaseModel]] = {"quote": DocumentQuote, "claim": DocumentClaim}


def _check(record: _Record, record_type: Literal["quote", "claim"]) -> None:
    """Find out whether a record is valid and at one with itself; if not, it is refused."""
    entry, value = record.entry, record.value
    if not record.item.refused:
        try:
            text = json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return
        result = judge(_MODELS[record_type], text)
        if isinstance(result, list):
            term = f"{PREFIX}{record_type}"
            for objection in result:
                where = entry.where(term, *objection.path)
                name = path_text(objection.path)
                entry.remarks.append(Remark(objection.check, where, objection.facts, name))
        elif isinstance(result, DocumentQuote):
            _check_quote(entry, result)


def _check_quote(entry: Entry, quote: DocumentQuote) -> None:
    verbatim = {span.verbatim for span in quote.content}
    expected = {"direct": {True}, "mixed": {True, False}}.get(quote.type, {False})
    if verbatim != expected:
        told = {
            "direct": "indirect, or mixed, since not all of its words are verbatim",
            "mixed": "a type of which all spans are verbatim, or none",
        }.get(quote.type, "direct or mixed, since some of its words are verbatim")
        entry.remark(reading.NotAllowed, "body", field="type", found=quote.type, expected=told)
    if quote.attribution == "attributed" and quote.speaker is None:
        facts = {"field": "speaker", "parent": "the quote"}
        what = "who says it, since it is attributed"
        entry.remark(reading.MissingField, **facts, description=what)
    if quote.attribution in ("unattributed", "unknown") and quote.speaker is not None:
        facts = {"field": "attribution", "found": quote.attribution}
        entry.remark(reading.NotAllowed, **facts, expected="attributed, since there is a speaker")


def _link(article: _Article) -> None:
    """Make references local, and leave out those to what did not become a record."""
    prefix = f"{article.source.article_id}."
    good: dict[str, dict[str, _Record]] = {"quote": {}, "claim": {}}
    for record in article.records:
        if not record.item.refused:
            good[record.item.kind][record.value["id"]] = record
    for quote in good["quote"].values():
        _nest(quote, prefix, good["quote"])
    for claim in good["claim"].values():
        _ground(claim, prefix, good["quote"])
    claims = {name for name, claim in good["claim"].items() if not claim.item.refused}
    for claim in good["claim"].values():
        _relate(claim, prefix, claims)


def _left_out(entry: Entry, what: str) -> None:
    why = "there is no such record in this file"
    entry.remark(importing.NotCarriedOver, what=what, why=why)


def _is_there(reference: str, known: Container[str]) -> bool:
    """Whether a reference leads to a record here, or to another article, where it may be."""
    return "." in reference or reference in known


def _nest(record: _Record, prefix: str, good: Mapping[str, _Record]) -> None:
    value, entry = record.value, record.entry
    if isinstance(within := value.get("within"), str):
        value["within"] = local = within.removeprefix(prefix)
        parent = good.get(local)
        if not _is_there(local, good):
            value["within"] = None
            _left_out(entry, f"within {within}")
        elif parent and not _holds(parent, record):
            value["within"] = None
            facts = {"field": "within", "found": within, "spans": "that quote stands elsewhere"}
            entry.remark(importing.NestingDisagrees, **facts)


def _ground(record: _Record, prefix: str, good: Container[str]) -> None:
    """Let a claim rest on quotes that are there, and refuse it if it rests on nothing."""
    value, entry = record.value, record.entry
    quotes = [one.removeprefix(prefix) for one in value["quote_ids"]]
    value["quote_ids"] = [one for one in quotes if _is_there(one, good)]
    for one in quotes:
        if one not in value["quote_ids"]:
            _left_out(entry, f"quote {one}")
    basis = (value["quote_ids"], value["content"], value.get("appearances"))
    origin = value["annotation"].get("origin") or {}
    if not any(basis) and not origin.get("id"):
        facts = {"field": "target", "parent": "the claim"}
        entry.remark(reading.MissingField, **facts, description="what it rests on")


def _relate(record: _Record, prefix: str, good: Container[str]) -> None:
    """Relate a claim to claims that are there."""
    relations = []
    for relation in record.value.get("relations") or ():
        other = relation["claim_id"].removeprefix(prefix)
        if _is_there(other, good):
            relations.append({**relation, "claim_id": other})
        else:
            _left_out(record.entry, f"the relation to claim {other}")
    record.value["relations"] = relations


def _holds(outer: _Record, inner: _Record) -> bool:
    """Whether a quote begins and ends inside another, as far as both are located."""

    def extent(record: _Record) -> tuple[int, int] | None:
        spans = [span for span in record.value["content"] if "start" in span]
        starts, ends = ([span[name] for span in spans] for name in ("start", "end"))
        return (min(starts), max(ends)) if spans else None

    around, inside = extent(outer), extent(inner)
    if around is None or inside is None:
        return True
    return around[0] <= inside[0] and inside[1] <= around[1]


def _share_annotation(article: _Article) -> None:
    """Let the article's records share the annotation that the first of them has."""
    draft = article.draft
    draft.annotation = {"method": "manual"}
    first = next((one for one in article.records if one.is_ours and not one.item.refused), None)
    if first is not None:
        draft.annotation = first.value["annotation"]
        for record in article.records:
            if record.value.get("annotation") == draft.annotation:
                record.value["annotation"] = None
