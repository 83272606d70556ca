"""Convert one Web Annotation to a quote or claim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from onrecord.exchange.base import Value
from onrecord.exchange.entries import Entry
from onrecord.exchange.values import kind, written
from onrecord.exchange.web_annotation import targets
from onrecord.exchange.web_annotation.records import NAMED, SOURCES, AnnotatedArticle
from onrecord.rules import reading
from onrecord.schema.current import DocumentQuote
from onrecord.schema.shape import Scalar, members

if TYPE_CHECKING:
    from onrecord.exchange.web_annotation.formats import WebAnnotation

# Motivations of annotations that may be quotes if the user says so.
PASSAGES = ("highlighting", "quoting", "tagging", "classifying", "identifying", "describing")
TYPES: tuple[str, ...] = next(
    member.shape.choices
    for member in members(DocumentQuote)
    if member.name == "type" and isinstance(member.shape, Scalar)
)

_MENTIONED = frozenset(field for fields in SOURCES.values() for field in fields)
# A part of a record: the cue or the claimant, or one of its sources by its place.
_ROLE = re.compile(r"([a-z_]+)(?:\[([0-9]{1,6})\])?")
_QUOTED: dict[str, targets.Quoted] = {"direct": "all", "mixed": "stated"}
_WIKIDATA = re.compile(r"https?://www[.]wikidata[.]org/(?:entity|wiki)/(Q[1-9][0-9]*)")


class Annotation:
    """Convert one annotation to a quote, a claim, or a part of one."""

    def __init__(
        self, importer: WebAnnotation, article: AnnotatedArticle, entry: Entry, value: Value
    ) -> None:
        self._importer = importer
        self._article = article
        self._entry = entry
        self._value = value
        self._label: str | None = None
        self._notes: list[str] = []

    def quote(self) -> None:
        """Convert the annotation to the fields of a quote."""
        value, entry = self._value, self._entry
        if (found := self._type()) is not None:
            value["type"] = found
        value.setdefault("attribution", "unknown")
        quoted = _QUOTED.get(str(value.get("type")), "none")
        value["content"] = targets.spans(entry, self._article.source, "content", quoted)

    def _type(self) -> str | None:
        """Return the type of the quote from a tag, otherwise from the options."""
        entry, tags = self._entry, self._tags()
        if len(tags) > 1:
            stated = " and ".join(tags.values())
            entry.report(reading.NotAllowed, "body", found=stated, expected="one type of quote")
            return None
        if tags:
            ((name, self._label),) = tags.items()
            return name
        if "type" in self._value:
            return None
        motivations = [value for _, value in targets.each(entry.raw, "motivation")]
        if self._importer.type and all(one in PASSAGES for one in motivations):
            return self._importer.type
        if self._importer.type:
            expected = f"one of {', '.join(PASSAGES)}, or a tag with the type of quote"
            stated = ", ".join(map(written, motivations))
            entry.report(reading.NotAllowed, "motivation", found=stated, expected=expected)
        else:
            description = (
                f"a tag that is one of {', '.join(TYPES)}; --type tells it where none does"
            )
            entry.lacks("type", "the annotation", description, "body")
        return None

    def _tags(self) -> dict[str, str]:
        """Return the types of quotes in tags, each with its spelling; keep the other bodies."""
        entry = self._entry
        tags: dict[str, str] = {}
        for body in targets.objects(entry, "body"):
            label = body.raw.get("value")
            name = ""
            if _has_purpose(body, entry, "tagging", "classifying") and isinstance(label, str):
                name = re.sub(r"[\s-]+", "_", label.strip().lower())
            if name in TYPES:
                tags[name] = str(label)
            self._keep_body(body, is_used=name in TYPES)
        for path, value in targets.each(entry.raw, "body"):
            if not isinstance(value, dict):
                entry.keep_at(written(value), *path)
        return tags

    def _keep_body(self, body: Entry, *, is_used: bool) -> None:
        """Keep a body unless it was used; a comment becomes a note."""
        note = body.raw.get("value")
        is_note = _has_purpose(body, self._entry, "commenting") and isinstance(note, str)
        if is_note and note and not is_used:
            self._notes.append(str(note))
            is_plain = body.raw.get("format", "text/plain") == "text/plain"
            is_used = is_plain and not set(body.raw) - {"type", "purpose", "value", "format"}
        if not is_used:
            body.keep_at(written(dict(body.raw)))

    def claim(self) -> None:
        """Convert the annotation to the fields of a claim."""
        value, entry = self._value, self._entry
        for body in targets.objects(entry, "body"):
            is_text = body.raw.get("purpose") == "describing" and "text" not in value
            if is_text and "value" in body.raw:
                value["text"] = body.raw["value"]
                value["language"] = body.raw.get("language", self._importer.language_of())
            self._keep_body(body, is_used=is_text)
        value["content"] = targets.spans(entry, self._article.source, "content")
        quotes: list[str] = []
        for _, target in targets.each(entry.raw, "target"):
            named = NAMED.fullmatch(target) if isinstance(target, str) else None
            if named and named[1] == "quote":
                quotes.append(f"{named[2]}.{named[3]}")
        value["quote_ids"] = quotes

    def part(self, part: Entry, record_type: Literal["quote", "claim"]) -> None:
        """Add a part: a cue or a mention."""
        role = part.raw.get(f"{targets.PREFIX}role")
        known = (*(("cue",) if record_type == "quote" else ()), *SOURCES[record_type], "relations")
        named = _ROLE.fullmatch(role) if isinstance(role, str) else None
        if named is None or named[1] not in known:
            expected = f"one of {', '.join(known)}"
            part.report(
                reading.NotAllowed, f"{targets.PREFIX}role", found=kind(role), expected=expected
            )
        elif named[1] == "cue":
            found = targets.spans(part, self._article.source, "cue")
            self._value["cue"] = targets.in_order(part, [*self._value.get("cue", ()), *found])
        elif named[1] == "relations":
            self._relation(part, record_type)
        else:
            self._mention(part, named[1], int(named[2]) if named[2] else None)
        self._entry.problems += part.problems

    def _relation(self, part: Entry, record_type: str) -> None:
        """Add a relation to another record of the type, which a body names."""
        relation: Value = {}
        for body in targets.objects(part, "body"):
            named = NAMED.fullmatch(targets.iri(body.raw.get("source", body.raw.get("id"))) or "")
            if named and named[1] == record_type:
                relation[f"{record_type}_id"] = f"{named[2]}.{named[3]}"
            elif "value" in body.raw:
                relation["type"] = body.raw["value"]
        if len(relation) < 2:
            expected = f"a tag with the type, and urn:onrecord:{record_type}:ARTICLE.ID"
            found = written(part.raw.get("body"))
            part.report(reading.NotAllowed, "body", found=found, expected=expected)
        known = self._value.get("relations") or []
        if isinstance(known, list):
            self._value["relations"] = [*known, relation]

    def _mention(self, part: Entry, field: str, place: int | None) -> None:
        """Add the mentions of a source to the one at a place, or else to a further one."""
        found = targets.spans(part, self._article.source, f"{field}.mentions")
        known = self._value.get(field)
        sources = known if isinstance(known, list) else [known] if isinstance(known, dict) else []
        if not found or (known is not None and known is not sources and not sources):
            return
        place = 0 if field == "claimant" else len(sources) if place is None else place
        if place >= len(sources):
            sources, place = [*sources, {}], len(sources)
        if not isinstance(sources[place], dict):
            return
        source = {**sources[place], "mentions": [*sources[place].get("mentions", ()), *found]}
        for body in targets.objects(part, "body"):
            if body.raw.get("purpose") != "identifying":
                continue
            item = _WIKIDATA.fullmatch(
                targets.iri(body.raw.get("source", body.raw.get("id"))) or ""
            )
            if item:
                source["wikidata"] = item[1]
            elif "value" in body.raw:
                source["name"] = body.raw["value"]
        sources = [*sources[:place], source, *sources[place + 1 :]]
        self._value[field] = source if field == "claimant" else sources

    def annotation(self, dataset: str, *, is_ours: bool) -> Value:
        """Return who made the record, and the other values of the annotation."""
        entry = self._entry
        term = f"{targets.PREFIX}annotation"
        raw = entry.raw.get(term, {})
        if not isinstance(raw, dict):
            entry.report(reading.WrongType, term, found=kind(raw), expected="an object")
        stated: Value = dict(raw) if isinstance(raw, dict) else {}
        people, programs = _creators(entry)
        if created := entry.date("created"):
            stated["on"] = created
        if people:
            stated["annotators"] = people
        if programs:
            stated["tool"] = programs[0]
        if self._notes:
            stated["note"] = "\n\n".join(self._notes)
        stated.setdefault("method", "automatic" if programs and not people else "manual")
        self._keep_rest(is_ours=is_ours)
        origin = stated.get("origin")
        if not is_ours and origin is None:
            named = entry.raw.get("id")
            stated["origin"] = {
                "dataset": dataset,
                "id": " ".join(named.split()) or None if isinstance(named, str) else None,
                "label": " ".join(self._label.split()) if self._label else None,
                "fields": _fields(entry),
            }
        elif entry.kept:
            what = ", ".join(field["name"] for field in _fields(entry))
            entry.leave_out(what, "nothing in the record stands for it")
        return stated

    def _keep_rest(self, *, is_ours: bool) -> None:
        known = {"@context", "id", "type", "creator", "created", "body", "target"}
        for name in self._entry.raw:
            is_motivation = name == "motivation" and is_ours
            if name not in known and not name.startswith(targets.PREFIX) and not is_motivation:
                self._entry.keep(name)


def _fields(entry: Entry) -> list[dict[str, str]]:
    """Return the kept values, by their path in the annotation."""
    own = f"{entry.name()}." if entry.path else ""
    return [{**field, "name": field["name"].removeprefix(own)} for field in entry.fields()]


def _creators(entry: Entry) -> tuple[list[str], list[str]]:
    """Return the names of the people and of the programs that made an annotation."""
    people: list[str] = []
    programs: list[str] = []
    for path, creator in targets.each(entry.raw, "creator"):
        if isinstance(creator, str):
            agent = entry.inside({"id": creator}, *path)
        elif isinstance(creator, dict):
            agent = entry.inside(creator, *path)
        else:
            facts = {"found": kind(creator), "expected": "an object"}
            entry.report(reading.WrongType, *path, **facts)
            continue
        name = next(
            (agent.string(key) for key in ("name", "nickname", "id") if agent.has(key)), None
        )
        if name is None:
            for key in ("name", "nickname", "id"):
                agent.string(key)
        elif targets.has_type(agent.raw, "Software"):
            programs.append(name)
        else:
            people.append(name)
    if len(programs) > 1:
        entry.keep("creator")
    return people, programs


def _has_purpose(body: Entry, entry: Entry, *names: str) -> bool:
    """Return whether a body has one of some purposes; by default it has the motivation's."""
    purpose = body.raw.get("purpose", entry.raw.get("motivation"))
    return any(one in names for one in (purpose if isinstance(purpose, list) else [purpose]))


def own_fields(entry: Entry, term: str, stated: Value) -> Value:
    """Return the fields in a term of onrecord that neither targets nor other annotations define."""
    found = {}
    for name, value in stated.items():
        if name in ("id", "content", "cue", "quote_ids", "annotation"):
            _elsewhere(entry, term, name)
        elif name in _MENTIONED and any(
            isinstance(source, dict) and "mentions" in source
            for source in (value if isinstance(value, list) else [value])
        ):
            _elsewhere(entry, term, name, "mentions")
        else:
            found[name] = value
    return found


def _elsewhere(entry: Entry, *path: str) -> None:
    facts = {"field": path[-1], "parent": ".".join(path[:-1])}
    advice = "write spans as targets, and cues and mentions as annotations of their own"
    entry.report(reading.UnknownField, *path, **facts, advice=advice)
