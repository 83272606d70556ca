"""Find the differences between two JSON Schemas, and which values each of them alone accepts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from onrecord.findings import Path as Steps
from onrecord.schema.fields import MEANING
from onrecord.schema.patterns import UnknownPatternError, example

Relation = Literal["wider", "narrower", "both", "same"]
JsonSchema = Mapping[str, Any]

_NUMBERS: Mapping[tuple[str, str], Relation] = {
    ("integer", "number"): "wider",
    ("number", "integer"): "narrower",
}
# The versions that these fields name differ by definition: their values are not compared.
_MARKS = {"schema_version"}
# Bounds on values, and whether a larger bound allows more.
_BOUNDS = {
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems"), True),
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems"), False),
}
# Keywords that are compared one by one, and those that no value is invalid by.
_COMPARED = {
    *("$ref", "type", "enum", "const", "pattern", "anyOf", "items", *_BOUNDS),
    *("properties", "required", "additionalProperties"),
}
_SILENT = {"$schema", "$id", "$defs", "$comment", "title", "description", "default", "examples"}
# What keeps a final newline out, which Python's ``$`` lets through.
_NO_NEWLINE = {"pattern": "\\n"}


@dataclass(frozen=True, slots=True)
class Change:
    """Describe one difference between two versions.

    Attributes:
        where: The object, and its field unless the change is about the object itself.
        what: What differs, in words.
        relation: Whether the new version is wider, narrower or both; ``same`` if only words about
            the field differ, and no record becomes valid or invalid.
        descriptions: The old and the new description, if they are what differs.
    """

    where: str
    what: str
    relation: Relation
    descriptions: tuple[str, str] | None = None

    @property
    def breaks_producers(self) -> bool:
        """Return whether records that were valid may no longer be."""
        return self.relation in ("narrower", "both")

    @property
    def breaks_consumers(self) -> bool:
        """Return whether records may be valid that were not."""
        return self.relation in ("wider", "both")


class Differences:
    """Collect the differences between the schemas of two versions.

    Args:
        before: Returns the path that a value has in the old version.
    """

    def __init__(self, before: Callable[[Steps], Steps]) -> None:
        self._before = before
        # Pairs of definitions are compared once in a schema.
        self._seen: set[tuple[str, str]] = set()
        self._found: dict[Change, None] = {}
        self._old: JsonSchema = {}
        self._new: JsonSchema = {}

    @property
    def changes(self) -> list[Change]:
        return list(self._found)

    def add(
        self,
        where: str,
        what: str,
        relation: Relation,
        descriptions: tuple[str, str] | None = None,
    ) -> None:
        # A document's article, quotes and claims have the fields of those in tables.
        if where.startswith(("DocumentArticle", "DocumentQuote", "DocumentClaim")):
            where = where.removeprefix("Document")
        self._found.setdefault(Change(where, what, relation, descriptions))

    def root(self, name: str, old: JsonSchema, new: JsonSchema) -> None:
        """Compare two schemas."""
        self._old, self._new, self._seen = old, new, set()
        titles = [_titles(each) for each in (old, new)]
        if titles[0] and not titles[1]:
            self.add("all objects", "properties no longer have titles", "same")
        elif titles[1] and not titles[0]:
            self.add("all objects", "properties have titles", "same")
        where = str(new.get("title", name))
        self._words(where, old, new)
        self._value(where, old, new)

    def _object(self, name: str, old: JsonSchema, new: JsonSchema) -> None:
        olds, news = old.get("properties", {}), new.get("properties", {})
        was_open, is_open = (each.get("additionalProperties", True) for each in (old, new))
        if was_open != is_open:
            what = f"unknown fields are {'refused' if is_open is False else 'allowed'}"
            self.add(name, what, _opened(was_open, is_open))
        left = dict.fromkeys(olds)
        for field, value in news.items():
            was = field if field in olds else str(self._before((field, 0))[0])
            where = f"{name}.{field}"
            required = field in new.get("required", ())
            if was not in olds:
                relation: Relation = "both" if required else "wider"
                what = f"new{' and required' if required else ''}"
                self.add(where, what, "narrower" if was_open is not False else relation)
                continue
            left.pop(was, None)
            self._field(where, olds[was], value, was if was != field else None)
            if required and was not in old.get("required", ()):
                self.add(where, "required", "narrower")
            elif not required and was in old.get("required", ()):
                self.add(where, "no longer required", "wider")
        for field in left:
            relation = "both" if field in old.get("required", ()) else "narrower"
            self.add(f"{name}.{field}", "removed", "wider" if is_open is not False else relation)

    def _field(self, where: str, old: JsonSchema, new: JsonSchema, was: str | None) -> None:
        self._words(where, old, new)
        if "default" in new and "default" not in old and "const" in new:
            what = (
                f"{json.dumps(new['default'])} in Python unless given; files still have to have it"
            )
            self.add(where, what, "same")
        if where.rpartition(".")[2] in _MARKS:
            return
        lists = [_without_null(each)[0] for each in (old, new)]
        became_list = (
            lists[1].get("type") == "array"
            and lists[0].get("type") != "array"
            and _constrains(lists[0])
        )
        if was or became_list:
            whats = [f"renamed from {was}"] if was else []
            if became_list:
                whats.append("a list")
                lists[1] = lists[1].get("items", {})
            self.add(where, ", ".join(whats), "both")
            self._value(where, *lists)
        else:
            self._part(where, old, new)

    def _part(self, where: str, old: JsonSchema, new: JsonSchema) -> None:
        """Compare what fields or items may be, null among it."""
        (old, old_null), (new, new_null) = _without_null(old), _without_null(new)
        # What may be anything may be null.
        if old_null != new_null and _constrains(new if old_null else old):
            what = "may be null" if new_null else "may not be null"
            self.add(where, what, "wider" if new_null else "narrower")
        self._value(where, old, new)

    def _value(self, where: str, old: JsonSchema, new: JsonSchema) -> None:
        names = [str(each.get("$ref", "")).removeprefix("#/$defs/") for each in (old, new)]
        if any(names):
            olds = _referred(self._old, names[0], old)
            news = _referred(self._new, names[1], new)
            if all(names):
                if (names[0], names[1]) in self._seen:
                    return
                self._seen.add((names[0], names[1]))
                where = names[1]
                self._words(where, olds, news)
            self._value(where, olds, news)
        elif _constrains(old) != _constrains(new):
            is_open = not _constrains(new)
            what = f"{'' if is_open else 'no longer '}any value"
            self.add(where, what, "wider" if is_open else "narrower")
        else:
            self._inline(where, old, new)

    def _inline(self, where: str, old: JsonSchema, new: JsonSchema) -> None:
        """Compare schemas that refer to no definition themselves, keyword by keyword."""
        if "anyOf" in old or "anyOf" in new:
            self._options(where, old.get("anyOf", [old]), new.get("anyOf", [new]))
            if not ("anyOf" in old and "anyOf" in new):
                return
        types = [each.get("type") for each in (old, new)]
        if types[0] != types[1]:
            what = f"{_of_type(types[1])} instead of {_of_type(types[0])}"
            self.add(where, what, _NUMBERS.get((str(types[0]), str(types[1])), "both"))
            return
        self._choices(where, old, new)
        self._bounds(where, old, new)
        self._pattern(where, old, new)
        if "items" in old or "items" in new:
            self._part(where, old.get("items", {}), new.get("items", {}))
        if types[1] == "object" or "properties" in old or "properties" in new:
            self._object(where, old, new)
        for keyword in dict.fromkeys([*old, *new]):
            was, now = old.get(keyword), new.get(keyword)
            ignored = keyword == "not" and _NO_NEWLINE in (was, now) and None in (was, now)
            if was != now and keyword not in _COMPARED | _SILENT and not ignored:
                self.add(where, f"{keyword} differs", "both")

    def _options(self, where: str, olds: list[JsonSchema], news: list[JsonSchema]) -> None:
        """Compare what a value may be one of."""
        gone = [each for each in olds if each not in news]
        come = [each for each in news if each not in olds]
        # Equal ones may refer to definitions that differ.
        pairs = [(each, each) for each in olds if each in news]
        if len(gone) == len(come):
            pairs += zip(gone, come, strict=True)
        else:
            if come:
                self.add(where, "another kind of value is allowed", "wider")
            if gone:
                self.add(where, "a kind of value is no longer allowed", "narrower")
        for old, new in pairs:
            self._value(where, old, new)

    def _choices(self, where: str, old: JsonSchema, new: JsonSchema) -> None:
        olds, news = _choices_of(old), _choices_of(new)
        if olds is None or news is None:
            if olds != news:
                is_open = news is None
                what = "any value is allowed" if is_open else f"one of {', '.join(news or ())}"
                self.add(where, what, "wider" if is_open else "narrower")
            return
        if added := [each for each in news if each not in olds]:
            self.add(where, f"value {', '.join(added)} added", "wider")
        if removed := [each for each in olds if each not in news]:
            self.add(where, f"value {', '.join(removed)} removed", "narrower")

    def _bounds(self, where: str, old: JsonSchema, new: JsonSchema) -> None:
        for bound, larger_allows_more in _BOUNDS.items():
            # A length of at least 0 is no bound.
            none = 0 if bound in ("minLength", "minItems") else None
            was, now = old.get(bound, none), new.get(bound, none)
            if was == now:
                continue
            limited = was is not None and now is not None
            wider = (now > was) == larger_allows_more if limited else now is None
            what = f"{bound} {'none' if now is None else now} instead of {'none' if was is None else was}"
            self.add(where, what, "wider" if wider else "narrower")

    def _pattern(self, where: str, old: JsonSchema, new: JsonSchema) -> None:
        was, now = old.get("pattern"), new.get("pattern")
        if was == now:
            return
        if was is None or now is None:
            what = "any text is allowed" if now is None else f"has to match {now}"
            self.add(where, what, "wider" if now is None else "narrower")
            return
        try:
            gone = example(was, now, old.get("maxLength"))
            come = example(now, was, new.get("maxLength"))
        except UnknownPatternError:
            self.add(where, f"has to match {now} instead of {was}", "both")
            return
        if gone is not None:
            self.add(where, f"{gone!r} is no longer allowed{_meaning(now)}", "narrower")
        if come is not None:
            self.add(where, f"{come!r} is allowed{_meaning(now)}", "wider")

    def _words(self, where: str, old: JsonSchema, new: JsonSchema) -> None:
        was, now = (str(each.get("description", "")) for each in (old, new))
        if was != now:
            self.add(where, "described differently", "same", (was, now))


def _titles(schema: JsonSchema) -> int:
    """Return how many properties of a schema have a title."""
    objects = [schema, *schema.get("$defs", {}).values()]
    return sum(
        "title" in field for each in objects for field in each.get("properties", {}).values()
    )


def _opened(was: bool | JsonSchema, now: bool | JsonSchema) -> Relation:
    """Return how records change their validity if other unknown fields are allowed than before."""
    if was is False or now is True:
        return "wider"
    return "narrower" if now is False or was is True else "both"


def _without_null(schema: JsonSchema) -> tuple[JsonSchema, bool]:
    """Return the schema of a value that is not null, and whether it may be null."""
    options = schema.get("anyOf")
    if not options:
        return schema, False
    others = [each for each in options if each.get("type") != "null"]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    inner = others[0] if len(others) == 1 else {"anyOf": others}
    return {**rest, **inner}, len(others) < len(options)


def _referred(root: JsonSchema, name: str, node: JsonSchema) -> JsonSchema:
    """Return the definition that a schema refers to by name, with what the schema adds to it."""
    if not name:
        return node
    more = {key: value for key, value in node.items() if key != "$ref" and key not in _SILENT}
    return {**root["$defs"][name], **more}


def _constrains(schema: JsonSchema) -> bool:
    """Return whether a schema refuses any value."""
    return any(keyword not in _SILENT for keyword in schema)


def _of_type(kind: object) -> str:
    return "any type" if kind is None else str(kind)


def _choices_of(schema: JsonSchema) -> list[str] | None:
    """Return the values that a schema lists; None if it lists none."""
    if "const" in schema:
        return [str(schema["const"])]
    return [str(each) for each in schema["enum"]] if "enum" in schema else None


def _meaning(pattern: str) -> str:
    """Return what a pattern allows in words, to be added to a change, if the pattern is known."""
    return f"; it is now {MEANING[pattern]}" if pattern in MEANING else ""
