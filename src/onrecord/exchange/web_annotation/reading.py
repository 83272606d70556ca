"""Read files of Web Annotations, and decide which records they become."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from onrecord.errors import InputError
from onrecord.exchange import ids
from onrecord.exchange.base import ImportedArticle, SourceItem, Value
from onrecord.exchange.entries import Entry
from onrecord.exchange.jsonfiles import JsonText, read_document, refused
from onrecord.exchange.values import is_address, kind, written
from onrecord.exchange.web_annotation import records, targets
from onrecord.exchange.web_annotation.annotations import Annotation, own_fields
from onrecord.exchange.web_annotation.links import link, share_annotation, validate_record
from onrecord.files.opening import File
from onrecord.files.texts import choose
from onrecord.findings import Path as Steps
from onrecord.findings import Problem
from onrecord.language.offsets import Located, Units
from onrecord.readers.syntax.nodes import Json
from onrecord.rules import importing, reading

if TYPE_CHECKING:
    from onrecord.exchange.web_annotation.formats import WebAnnotation

_SLUG = re.compile(r"[a-z0-9_-]+")


def imported_articles(importer: WebAnnotation, file: File) -> Iterator[ImportedArticle]:
    """Yield the articles of a file with their annotations.

    Raises:
        InputError: The file, or a text beside it, cannot be read.
    """
    source = read_document(file)
    size = file.path.stat().st_size
    found = _annotations(source) if source.readable else None
    if found is None or isinstance(found, Problem):
        yield refused(source, *([found] if found else []), size=size)
        return
    page, value, path = found
    one_or_more = [source.entry(value, path)] if isinstance(value, dict) else None
    entries: list[Entry | Problem] = [*(one_or_more or source.entries(value, path))]
    made = _Reader(importer, file, source, page, entries).imported_articles()
    made[0].size = size
    yield from made


class _Page(NamedTuple):
    """Hold the common properties of all annotations of a file."""

    raw: Mapping[str, Json]
    path: Steps
    next: bool


def _annotations(source: JsonText) -> tuple[_Page, Json, Steps] | Problem:
    """Return the annotations of a file, or the problem that it has none."""
    value = source.value
    if isinstance(value, list):
        return _Page({}, (), False), value, ()
    if not isinstance(value, dict):
        return source.no_object(value, ())
    first = value.get("first")
    if targets.has_type(value, "AnnotationCollection") and "items" not in value:
        if value.get("total") == 0 and first is None:
            first = {"items": []}
        if not isinstance(first, dict):
            return source.no_object(first, ("first",), "an embedded page of annotations")
        page = _Page({**first, **value}, (), "next" in first)
        return page, first.get("items"), ("first", "items")
    if "items" in value or targets.has_type(value, "AnnotationPage"):
        return _Page(value, (), "next" in value), value.get("items"), ("items",)
    stated = {name: one for name, one in value.items() if name.startswith(targets.PREFIX)}
    return _Page(stated, (), False), value, ()


@dataclass(slots=True)
class _Reader:
    """Read the annotations of one file, and the articles that they are about."""

    _importer: WebAnnotation
    _file: File
    _source: JsonText
    _page: _Page
    _entries: list[Entry | Problem]
    _articles: dict[str, records.AnnotatedArticle] = field(default_factory=dict)
    _by_source: dict[str, records.AnnotatedArticle] = field(default_factory=dict)
    _parts: dict[str, list[Entry]] = field(default_factory=dict)
    _invalid: records.AnnotatedArticle | None = None

    def imported_articles(self) -> list[ImportedArticle]:
        """Return the articles of the file, preceded by one for items without an article."""
        lost = ImportedArticle(lambda: self._source.locate(()), problems=self._about_the_file())
        self._add_article()
        for entry in self._whole(lost):
            if (article := self._article_of(entry)) is None:
                lost.items.append(SourceItem(entry.where(), "quote", problems=entry.problems))
            else:
                article.records.append(self._record(entry, article))
        lost.items += self._orphans()
        for article in self._articles.values():
            link(article)
            share_annotation(article)
            article.imported.items = [record.item for record in article.records]
            if any(problem.is_error for problem in lost.problems):
                article.imported.article = None
        return [lost, *(article.imported for article in self._articles.values())]

    def _whole(self, lost: ImportedArticle) -> list[Entry]:
        """Return the annotations that are not parts of others; store the parts."""
        found: list[Entry] = []
        for entry in self._entries:
            if isinstance(entry, Problem):
                lost.items.append(SourceItem(entry.where, "quote", problems=[entry]))
            elif isinstance(whole := entry.raw.get(f"{targets.PREFIX}of"), str):
                self._parts.setdefault(whole, []).append(entry)
            else:
                _write_out_body(entry)
                found.append(entry)
        return found

    def _orphans(self) -> Iterator[SourceItem]:
        """Yield the parts whose record is not in the file."""
        for whole, parts in self._parts.items():
            for part in parts:
                name = written(part.raw.get("id") or "the annotation")
                part.report(importing.UnknownTarget, f"{targets.PREFIX}of", id=name, target=whole)
                yield SourceItem(part.where(), "quote", problems=part.problems)

    def _name_of_all(self) -> str:
        """Return the name of the page or collection."""
        for name in ("label", "id"):
            if isinstance(found := self._page.raw.get(name), str) and re.search(r"^\S.*$", found):
                return " ".join(found.split())
        return "Web Annotation"

    def _about_the_file(self) -> list[Problem]:
        """Return the problems of the file outside its annotations."""
        problems = list(self._source.problems)
        if isinstance(self._source.value, dict):
            inside = [
                problem.where()[0]
                for entry in self._entries
                if isinstance(entry, Entry)
                for problem in entry.problems
            ]
            whole = self._source.entry(self._source.value)
            problems += [problem for problem in whole.problems if problem.where()[0] not in inside]
            if self._page.next:
                whole = Entry(self._source.value, self._source.locate)
                whole.leave_out("the next page", "it is not in this file")
                problems += whole.problems
        return problems

    def _add_article(self) -> None:
        """Read the article that the page describes, if it does."""
        name = f"{targets.PREFIX}article"
        if name not in self._page.raw:
            return
        raw = self._page.raw[name]
        first = self._page.raw.get("first")
        path = (*self._page.path, name)
        if isinstance(first, dict) and name in first:
            path = ("first", name)
        entry = Entry(raw if isinstance(raw, dict) else {}, self._source.locate, path)
        imported = ImportedArticle(entry.where(), problems=entry.problems)
        article = records.AnnotatedArticle(imported, self._source_of(""))
        if not isinstance(raw, dict):
            entry.report(reading.WrongType, found=kind(raw), expected="an object")
        elif not isinstance(raw.get("id"), str):
            entry.report(reading.WrongType, "id", found=kind(raw.get("id")), expected="text")
        else:
            article_id = str(raw["id"])
            rights = raw.get("rights")
            if isinstance(rights, dict) or rights is None:
                rights = {
                    **self._importer.rights,
                    **(rights or {}),
                    **self._importer.stated_rights(),
                }
            language = raw.get("language", self._importer.language_of())
            imported.article = {**raw, "language": language, "rights": rights}
            article.source = self._source_of(article_id, rights)
            self._add_text(article, entry)
            self._by_source[records.article_iri(article_id)] = article
            if isinstance(url := raw.get("url"), str):
                self._by_source[url] = article
        self._articles[article.source.article_id] = article
        if imported.article is None:
            self._invalid = article

    def _source_of(self, article_id: str, rights: Json = None) -> targets.Source:
        is_utf16 = self._page.raw.get(f"{targets.PREFIX}offsets") == "utf16"
        said: Units = "utf16" if is_utf16 else "code-points"
        redistribute = rights.get("redistribute") if isinstance(rights, dict) else "none"
        return targets.Source(article_id, self._importer.offsets or said, str(redistribute))

    def _add_text(self, article: records.AnnotatedArticle, entry: Entry) -> None:
        """Find the text of an article, and check that it is the right one."""
        stated: Value = article.imported.article or {}
        digest, text = stated.get("text_sha256"), stated.get("text")
        digest = digest if isinstance(digest, str) else None
        if text is None and (text := self._text_beside(article.source, digest)) is not None:
            stated["text"] = text
        if isinstance(text, str):
            article.source.text = Located(text, article.source.units)
            found = targets.digest_of(text)
            if digest is not None and found is not None and found != digest:
                expected = f"{found}, the SHA-256 of the text,"
                entry.report(reading.NotAllowed, "text_sha256", found=digest, expected=expected)
        elif digest and isinstance(length := stated.get("text_length"), int):
            article.source.length = length

    def _text_beside(self, source: targets.Source, digest: str | None) -> str | None:
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
        return choose(path, raw, digest, file.text_format) if digest else raw

    def _article_of(self, entry: Entry) -> records.AnnotatedArticle | None:
        """Return the article of an annotation; None, with a problem, if it is unknown."""
        if self._invalid is not None:
            return self._invalid
        sources = _sources(entry)
        if named := records.NAMED.fullmatch(str(entry.raw.get("id"))):
            url = next(filter(is_address, sources), None)
            return self._articles.get(named[2]) or self._new_article(named[2], url, entry)
        if len(sources) == 1:
            return self._by_source.get(sources[0]) or self._article_at(sources[0], entry)
        if sources:
            stated, expected = " and ".join(sources[:2]), "one source for all targets"
            entry.report(reading.NotAllowed, "target", found=stated, expected=expected)
        elif targets.has_type(entry.raw, "Annotation") or "target" in entry.raw:
            entry.lacks("target.source", "the annotation", "the page it is of", "target")
        else:
            expected = "an annotation, which has a target"
            entry.report(reading.WrongType, field="this", found="an object", expected=expected)
        return None

    def _article_at(self, source: str, entry: Entry) -> records.AnnotatedArticle:
        """Return the article with an address or another name."""
        url = source if is_address(source) else None
        article_id = ids.of_page(source) if url else ids.slug(source)
        article = self._articles.get(article_id) or self._new_article(article_id, url, entry)
        self._by_source[source] = article
        return article

    def _new_article(
        self, article_id: str, url: str | None, entry: Entry
    ) -> records.AnnotatedArticle:
        value: Value = {"id": article_id, "url": url, "language": self._importer.language_of()}
        value["rights"] = self._importer.rights_of_text()
        imported = ImportedArticle(entry.where(), value)
        article = records.AnnotatedArticle(imported, self._source_of(article_id, value["rights"]))
        self._add_text(article, Entry({}, self._source.locate, entry.path))
        self._articles[article_id] = article
        return article

    def _record(self, entry: Entry, article: records.AnnotatedArticle) -> records.AnnotatedRecord:
        """Return the quote or claim that an annotation becomes."""
        is_claim = f"{targets.PREFIX}claim" in entry.raw
        record_type: Literal["quote", "claim"] = "claim" if is_claim else "quote"
        term = f"{targets.PREFIX}{record_type}"
        named = records.NAMED.fullmatch(str(entry.raw.get("id")))
        is_ours = named is not None and named[1] == record_type
        stated = entry.raw.get(term, {})
        if not isinstance(stated, dict):
            entry.report(reading.WrongType, term, found=kind(stated), expected="an object")
            stated = {}
        if named and is_ours:
            local = named[3]
        else:
            whole = entry.raw.get("id")
            key = whole if isinstance(whole, str) and whole.strip() else dict(entry.raw)
            local = f"{record_type[0]}-{ids.digest(key)}"
        stated = own_fields(entry, term, stated)
        value: Value = {**stated, "id": local}
        reader = Annotation(self._importer, article, entry, value)
        if is_claim:
            reader.claim()
        else:
            reader.quote()
        for part in self._parts.pop(str(entry.raw.get("id")), []):
            reader.part(part, record_type)
        value["annotation"] = reader.annotation(self._name_of_all(), is_ours=is_ours)
        item = SourceItem(entry.where(), record_type, value, entry.problems, exported=is_ours)
        record = records.AnnotatedRecord(item, entry, is_ours)
        validate_record(record, record_type)
        return record


def _write_out_body(entry: Entry) -> None:
    """Replace a body that is only a string by the textual body that it is short for."""
    if isinstance(entry.raw.get("bodyValue"), str) and "body" not in entry.raw:
        body: Json = {"type": "TextualBody", "value": entry.raw["bodyValue"]}
        rest = {name: value for name, value in entry.raw.items() if name != "bodyValue"}
        entry.raw = {**rest, "body": body}


def _sources(entry: Entry) -> list[str]:
    """Return the distinct sources of an annotation's targets, or the pages that are its targets."""
    found = [targets.iri(target.raw.get("source")) for target in targets.objects(entry, "target")]
    whole = [value for _, value in targets.each(entry.raw, "target")]
    pages = [value for value in whole if isinstance(value, str) and is_address(value)]
    sources = [source for source in found if source and source.strip()]
    return list(dict.fromkeys(sources or pages))
