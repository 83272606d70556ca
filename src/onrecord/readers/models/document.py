"""Read authoring documents: an article with its quotes and claims, in YAML or JSON."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pydantic import BaseModel

from onrecord.files import texts
from onrecord.files.limits import MAX_BYTES, FindingLimit
from onrecord.files.opening import File, Text, content, decode
from onrecord.findings import Finding, Located, Path, Problem, path_text
from onrecord.readers.models.records import (
    Item,
    Kind,
    Rows,
    UnreadableRecord,
    Wanted,
    follows_older,
    hygiene,
    identifier,
    located,
    point,
    unsupported,
    version_of,
)
from onrecord.readers.models.validate import validate
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.syntax.nodes import Json, Node, UnreadableError, find, nearest, to_value
from onrecord.rules import reading
from onrecord.schema import CURRENT, RecordType
from onrecord.schema.current import Document
from onrecord.schema.flat import flatten
from onrecord.schema.shape import Struct, constants, members

Parse = Callable[[str], tuple[Node, list[Problem]]]
# Returns plain values much faster; None if there may be problems.
Load = Callable[[str], Json]

# The lists of a document, and the type of the records in them.
LISTS: dict[str, RecordType] = {"quotes": "quote", "claims": "claim"}


# The field of a document that its records have, unless they have one of their own.
_SHARED = "annotation"
_SLUG = re.compile(r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?").fullmatch
# The article's id in a document that cannot be read.
_ARTICLE_ID = re.compile(
    r"""\barticle["']?\s*:.{,1000}?\bid["']?\s*:\s*["']?([a-z0-9_-]+)""", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class DocumentReader:
    """Read documents in one syntax, YAML or JSON."""

    parse: Parse
    load: Load

    def read(self, file: File, options: ReadOptions = READ_OPTIONS) -> Iterator[Item]:
        """Yield the records of a document, and findings about what is not valid."""
        yield from self.read_text(decode(file, content(file)), options)

    def read_text(self, text: Text, options: ReadOptions) -> Iterator[Item]:
        """Yield the records of the text of a document, and findings about what is not valid."""
        limit = FindingLimit(options.findings)
        if not text.problems and (document := _valid(self.load(text.text))):
            numbers = {name: [*range(len(getattr(document, name)))] for name in LISTS}
            yield from _rows(text, lambda: self.parse(text.text)[0], document, numbers)
        elif text.readable:
            yield from self._records(text, limit)
        else:
            yield from text.findings(text.problems, limit)
        yield from limit.rest()

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Yield the locations of values, in the order of the requests."""
        text = decode(file, content(file))
        root, _ = self.parse(text.text)
        for record_type, number, path in wanted:
            yield point(text, root, _in_file(root, _base(record_type, number), path))

    def _records(self, text: Text, limit: FindingLimit) -> Iterator[Item]:
        try:
            root, problems = self.parse(text.text)
        except UnreadableError as unreadable:
            yield from text.findings((*text.problems, unreadable.problem), limit)
            found = _ARTICLE_ID.search(text.text)
            yield from _unread(found and found[1])
            return
        value = to_value(root)
        version = version_of(value)
        if version is None:
            yield text.finding(unsupported(root, root.start))
            yield from _unread(_article_id(value))
            return
        if version is not CURRENT:
            yield follows_older(text, root, version)
        problems = [replace(one, path=_path_to(root, one)) for one in (*text.problems, *problems)]
        problems += hygiene(root)
        entries = _entries(value)
        ids = {name: {identifier(entry) for entry in _list(value, name)} for name in LISTS}
        unusable = {
            problem.path[:2] if problem.path[:2] in entries else ()
            for problem in problems
            if problem.check is not reading.ByteOrderMark
        }
        records: dict[Path, BaseModel] = {}
        for path, model, part in _parts(version.models["document"], value):
            if path in unusable:
                continue
            result = validate(model, json.dumps(part))
            if isinstance(result, list):
                problems += [
                    located(root, _in_document(value, ids, path, problem)) for problem in result
                ]
            else:
                records[path] = result
        ordered = sorted(problems, key=lambda problem: problem.mark)
        yield from text.findings(ordered, limit, partial(_record, value))
        head = records.pop((), None)
        for path in sorted(entries - (records.keys() if head else set())):
            yield from _broken(value, path)
        if head is None:
            yield from _broken(value, ("article",))
            return
        entries_of = {name: {p[1]: r for p, r in records.items() if p[0] == name} for name in LISTS}
        update = {name: tuple(found.values()) for name, found in entries_of.items()}
        document = version.to_current("document", head.model_copy(update=update))
        assert isinstance(document, Document)  # noqa: S101  # as its name says
        numbers = {name: [*map(int, found)] for name, found in entries_of.items()}
        yield from _rows(text, lambda: root, document, numbers)


def _valid(value: Json) -> Document | None:
    """Return the document of the current version in a value; None if there may be problems."""
    if value is None or version_of(value) is not CURRENT:
        return None
    try:
        data = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        document = None if rb"\u0000" in data else Document.model_validate_json(data)
    except ValueError:
        # Also of Pydantic, and where a number or a character is not one.
        return None
    if document and all(
        constants(type(one)) <= one.model_fields_set
        for one in (document, *document.quotes, *document.claims)
    ):
        return document
    return None


def _parts(document: type[BaseModel], value: Json) -> Iterator[tuple[Path, type[BaseModel], Json]]:
    """Yield each record with its path and model, so that an invalid one leaves others readable."""
    if not isinstance(value, dict):
        yield (), document, value
        return
    entries = {name: value[name] for name in LISTS if isinstance(value.get(name), list)}
    yield (), document, {name: part for name, part in value.items() if name not in entries}
    for member in members(document):
        if member.name in entries and isinstance(member.inner, Struct):
            for index, entry in enumerate(_list(value, member.name)):
                yield (member.name, index), member.inner.model, entry


def _in_document(
    value: Json, ids: Mapping[str, Collection[str | None]], path: Path, problem: Problem
) -> Problem:
    """Return a problem of one record with its path in the document and with local ids."""
    found = replace(problem, path=(*path, *problem.path))
    if problem.check is reading.NotAllowed and problem.path == ("id",) and path:
        entry = _list(value, str(path[0]))[int(path[1])]
        article, _, local = (identifier(entry) or "").rpartition(".")
        own = ids[str(path[0])]
        if article and article == _article_id(value) and _SLUG(local) and local not in own:
            return replace(found, facts={**found.facts, "local": local})
    return found


def _list(value: Json, name: str) -> list[Json]:
    entries = value.get(name) if isinstance(value, dict) else None
    return entries if isinstance(entries, list) else []


def _entries(value: Json) -> set[Path]:
    return {(name, index) for name in LISTS for index in range(len(_list(value, name)))}


def _rows(
    source: Text,
    root: Callable[[], Node],
    document: Document,
    numbers: Mapping[str, Sequence[int]],
) -> Iterator[Item]:
    """Yield the rows of a document, with the numbers of the entries of each list."""
    file = source.file
    rows = flatten(document)
    article = rows["article"][0]
    if article["text"] is None:
        try:
            for item in text_beside(file, article):
                if isinstance(item, Finding):
                    yield item
                else:
                    article["text"] = item
        except texts.UnreadableTextError as error:
            facts, path = error.facts, ("article", "id")
            problem = Problem(reading.UnreadableText, nearest(root(), path).start, facts)
            yield source.finding(problem, article["id"], "text")
    yield Rows("article", file, [article], [0])
    for name, record_type in LISTS.items():
        if rows[record_type]:
            yield Rows(record_type, file, rows[record_type], numbers[name])


def text_beside(file: File, article: Mapping[str, Any]) -> Iterator[str | Finding]:
    """Yield the article's text from the file beside the document, or findings about that file."""
    beside = file.at(texts.beside(file.path, article["id"]))
    beside.check()
    if beside.path.exists():
        text = decode(beside, texts.read_data(beside.path, MAX_BYTES + 1))
        yield from map(text.finding, text.problems)
        if not text.problems:
            yield texts.choose(beside.path, text.text, article["text_sha256"], file.text_format)


def _in_file(root: Node, base: Path, path: Path) -> Path:
    """Return the path in a document of a value of a record, which may be that of all its records."""
    own = find(root, (*base, _SHARED)) if path[:1] == (_SHARED,) else None
    is_shared = path[:1] == (_SHARED,) and (own is None or own.value is None)
    return path if is_shared and find(root, (_SHARED,)) is not None else (*base, *path)


def _base(kind: Kind, number: int) -> Path:
    for name, one in LISTS.items():
        if one == kind:
            return (name, number)
    return ("article",)


def _record(value: Json, path: Path) -> tuple[str | None, str]:
    """Return the id of the record that contains a path of a document, and the path inside it."""
    article_id = _article_id(value)
    if article_id is None:
        return None, path_text(path)
    if len(path) > 1 and path[0] in LISTS and isinstance(path[1], int):
        local = identifier(_list(value, str(path[0]))[path[1]])
        return local and f"{article_id}.{local}", path_text(path[2:])
    return article_id, path_text(path[1:] if path[:1] == ("article",) else path)


def _article_id(value: Json) -> str | None:
    return identifier(value.get("article") if isinstance(value, dict) else None)


def _broken(value: Json, path: Path) -> Iterator[UnreadableRecord]:
    record, _ = _record(value, path)
    article_id = _article_id(value)
    if record is not None or article_id is not None:
        yield UnreadableRecord(LISTS.get(str(path[0]), "article"), record or f"{article_id}.*")


def _unread(article_id: str | None) -> Iterator[UnreadableRecord]:
    """Yield placeholders for all records that an unreadable document may contain."""
    if article_id is not None:
        yield UnreadableRecord("article", article_id)
        for record_type in LISTS.values():
            yield UnreadableRecord(record_type, f"{article_id}.*")


def _path_to(root: Node, problem: Problem) -> Path:
    """Return the path of the list entry that contains a problem; empty if none contains it."""
    at = problem.mark.index
    for name in LISTS:
        member = root.value.get(name) if isinstance(root.value, dict) else None
        if member and isinstance(entries := member.value.value, list):
            index = bisect_right(entries, at, key=lambda entry: entry.start.index) - 1
            if index >= 0 and at < entries[index].end:
                return (name, index)
    return ()
