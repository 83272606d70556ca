"""Compare two versions of the schema by meaning: which records each of them accepts.

A change is *wider* if all records that the old version accepts remain valid and others become valid,
*narrower* if it is the reverse, and *both* if neither version accepts all records of the other. What
is narrower breaks producers, who write records; what is wider breaks consumers, who read them.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from onrecord.errors import InputError, need
from onrecord.findings import Path as Steps
from onrecord.schema import VERSIONS
from onrecord.schema.export import generate
from onrecord.schema.fields import MEANING

if TYPE_CHECKING:
    from interegular.fsm import FSM

Relation = Literal["wider", "narrower", "both", "same"]
Step = Literal["major", "minor", "patch", "none"]
STEPS: tuple[Step, ...] = ("none", "patch", "minor", "major")
JsonSchema = Mapping[str, Any]

_NUMBERS: Mapping[tuple[str, str], Relation] = {
    ("integer", "number"): "wider",
    ("number", "integer"): "narrower",
}
# What differs if nothing but the description of a field does.
REDESCRIBED = "described differently"

# The names of the schema's versions are not compared: they differ by definition.
_MARKS = frozenset(("schema_version",))
# Bounds on values, and whether a larger bound allows more.
_BOUNDS = {
    **dict.fromkeys(("maximum", "maxLength", "maxItems"), True),
    **dict.fromkeys(("minimum", "minLength", "minItems"), False),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions.

    Attributes:
        where: The object, and its field unless the change is about the object itself.
        what: What differs, in words.
        relation: Whether the new version is wider, narrower or both; ``same`` if only words about
            the field differ, and no record becomes valid or invalid.
    """

    where: str
    what: str
    relation: Relation

    @property
    def breaks_producers(self) -> bool:
        """Whether records that were valid may no longer be."""
        return self.relation in ("narrower", "both")

    @property
    def breaks_consumers(self) -> bool:
        """Whether records may be valid that were not."""
        return self.relation in ("wider", "both")


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences between two versions.

    Attributes:
        old: The name of the old version, and so on.
        changes: The differences, in the order of objects and fields.
    """

    old: str
    new: str
    changes: tuple[Change, ...]

    @property
    def step(self) -> Step:
        """The step by which the version number rises (Semantic Versioning 2.0.0)."""
        if any(change.breaks_producers for change in self.changes):
            return "major"
        if any(change.breaks_consumers for change in self.changes):
            return "minor"
        return "patch" if self.changes else "none"


def compare(old: str, new: str) -> Comparison:
    """Compare two versions, each a number such as ``0.9`` or a folder of JSON Schemas.

    Raises:
        InputError: There is no such version or folder.
        MissingExtraError: The package that compares patterns is not installed.
    """
    need("validate")
    before = VERSIONS[new].path_before if old in VERSIONS and new in VERSIONS else _same
    comparer = _Comparer(before)
    olds, news = _schemas(old), _schemas(new)
    for name in dict.fromkeys([*olds, *news]):
        if name not in news:
            comparer.add(name, "removed", "narrower")
        elif name not in olds:
            comparer.add(name, "added", "wider")
        else:
            comparer.root(olds[name], news[name])
    return Comparison(old, new, tuple(comparer.changes))


def _same(path: Steps) -> Steps:
    return path


def _schemas(named: str) -> dict[str, JsonSchema]:
    """Return the JSON Schemas of a version or a folder by name."""
    if version := VERSIONS.get(named):
        return {name: generate(name, version) for name in version.models}
    found = {}
    for path in sorted(Path(named).glob("*.schema.json")):
        try:
            found[path.name.removesuffix(".schema.json")] = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: this is no JSON Schema: {error}") from None
    if not found:
        versions = ", ".join(VERSIONS)
        raise InputError(
            f"{named} is neither a version of the schema ({versions}) nor a folder that contains "
            "files named NAME.schema.json"
        )
    return found


class _Comparer:
    """Compares schemas, and each pair of their definitions once.

    Args:
        before: Returns the path that a value has in the old version.
    """

    def __init__(self, before: Callable[[Steps], Steps]) -> None:
        self._before = before
        self._seen: set[tuple[str, str]] = set()
        self._found: dict[Change, None] = {}
        self._old: JsonSchema = {}
        self._new: JsonSchema = {}

    @property
    def changes(self) -> list[Change]:
        return list(self._found)

    def add(self, where: str, what: str, relation: Relation) -> None:
        # A document's article, quotes and claims have the fields of those in tables.
        if where.startswith(("DocumentArticle", "DocumentQuote", "DocumentClaim")):
            where = where.removeprefix("Document")
        self._found.setdefault(Change(where, what, relation))

    def root(self, old: JsonSchema, new: JsonSchema) -> None:
        """Compare two schemas."""
        self._old, self._new = old, new
        titles = [_titles(each) for each in (old, new)]
        if titles[0] and not titles[1]:
            self.add("all objects", "properties no longer have titles", "same")
        elif titles[1] and not titles[0]:
            self.add("all objects", "properties have titles", "same")
        self._object(str(new.get("title", "")), old, new)

    def _object(self, name: str, old: JsonSchema, new: JsonSchema) -> None:
        olds, news = old.get("properties", {}), new.get("properties", {})
        self._words(name, old, new)
        if old.get("additionalProperties", True) != new.get("additionalProperties", True):
            closed = new.get("additionalProperties") is False
            what = "unknown fields are refused" if closed else "unknown fields are allowed"
            self.add(name, what, "narrower" if closed else "wider")
        left = dict.fromkeys(olds)
        for field, value in news.items():
            was = field if field in olds else str(self._before((field, 0))[0])
            where = f"{name}.{field}"
            required = field in new.get("required", ())
            if was not in olds:
                what = f"new{' and required' if required else ''}"
                self.add(where, what, "both" if required else "wider")
                continue
            left.pop(was, None)
            if field in _MARKS:
                continue
            self._field(where, olds[was], value, was if was != field else None)
            if required and was not in old.get("required", ()):
                self.add(where, "required", "narrower")
            elif not required and was in old.get("required", ()):
                self.add(where, "no longer required", "wider")
        for field in left:
            relation: Relation = "both" if field in old.get("required", ()) else "narrower"
            self.add(f"{name}.{field}", "removed", relation)

    def _field(self, where: str, old: JsonSchema, new: JsonSchema, was: str | None) -> None:
        self._words(where, old, new)
        if "default" in new and "default" not in old and "const" in new:
            what = (
                f"{json.dumps(new['default'])} in Python unless given; files still have to have it"
            )
            self.add(where, what, "same")
        (old, old_null), (new, new_null) = _without_null(old), _without_null(new)
        became_list = new.get("type") == "array" and old.get("type") != "array"
        if was or became_list:
            whats = [f"renamed from {was}"] if was else []
            if became_list:
                whats.append("a list")
                new = new.get("items", {})
            self.add(where, ", ".join(whats), "both")
        elif old_null != new_null:
            what = "may be null" if new_null else "may not be null"
            self.add(where, what, "wider" if new_null else "narrower")
        self._value(where, old, new)

    def _value(self, where: str, old: JsonSchema, new: JsonSchema) -> None:
        if "$ref" in old and "$ref" in new:
            names = tuple(str(each["$ref"]).rpartition("/")[2] for each in (old, new))
            if (names[0], names[1]) not in self._seen:
                self._seen.add((names[0], names[1]))
                olds, news = self._old["$defs"][names[0]], self._new["$defs"][names[1]]
                self._object(names[1], olds, news)
            return
        types = [each.get("type", "object" if "$ref" in each else None) for each in (old, new)]
        if types[0] != types[1]:
            what = f"{types[1]} instead of {types[0]}"
            self.add(where, what, _NUMBERS.get((str(types[0]), str(types[1])), "both"))
            return
        self._choices(where, old, new)
        self._bounds(where, old, new)
        self._pattern(where, old, new)
        if "items" in old and "items" in new:
            self._value(where, old["items"], new["items"])

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
            was, now = old.get(bound), new.get(bound)
            if was == now:
                continue
            limited = was is not None and now is not None
            wider = ((now or 0) > (was or 0)) == larger_allows_more if limited else now is None
            what = f"{bound} {'none' if now is None else now} instead of {'none' if was is None else was}"
            self.add(where, what, "wider" if wider else "narrower")

    def _pattern(self, where: str, old: JsonSchema, new: JsonSchema) -> None:
        was, now = old.get("pattern"), new.get("pattern")
        if was == now:
            return
        gone = _example(was, now) if now else None
        come = _example(now, was) if was else None
        if gone is not None:
            self.add(where, f"{gone!r} is no longer allowed{_meaning(now)}", "narrower")
        elif was is None:
            self.add(where, f"has to match {now}", "narrower")
        if come is not None:
            self.add(where, f"{come!r} is allowed{_meaning(now)}", "wider")
        elif now is None:
            self.add(where, "any text is allowed", "wider")

    def _words(self, where: str, old: JsonSchema, new: JsonSchema) -> None:
        if old.get("description") != new.get("description"):
            self.add(where, REDESCRIBED, "same")


def _titles(schema: JsonSchema) -> int:
    """Return how many properties of a schema have a title."""
    objects = [schema, *schema.get("$defs", {}).values()]
    return sum(
        "title" in field for each in objects for field in each.get("properties", {}).values()
    )


def _without_null(schema: JsonSchema) -> tuple[JsonSchema, bool]:
    """Return the schema of a value that is not null, and whether it may be null."""
    options = schema.get("anyOf")
    if not options:
        return schema, False
    others = [each for each in options if each.get("type") != "null"]
    return (others[0] if len(others) == 1 else {"anyOf": others}), len(others) < len(options)


def _choices_of(schema: JsonSchema) -> list[str] | None:
    """Return the values that a schema lists; None if it lists none."""
    if "const" in schema:
        return [str(schema["const"])]
    return [str(each) for each in schema["enum"]] if "enum" in schema else None


def _meaning(pattern: str | None) -> str:
    """Return what a pattern allows in words, to be added to a change, if the pattern is known."""
    return f"; it is now {MEANING[pattern]}" if pattern in MEANING else ""


def _example(pattern: str | None, other: str) -> str | None:
    """Return the shortest text that a pattern allows and another does not; None if there is none."""
    if pattern is None:
        return None
    found = _automaton(pattern) - _automaton(other)
    seen, queue = {found.initial}, deque([(found.initial, "")])
    while queue:
        state, text = queue.popleft()
        if state in found.finals:
            return text
        steps = {
            _character(found.alphabet.by_transition[key]): after
            for key, after in found.map.get(state, {}).items()
        }
        for character, after in sorted(steps.items()):
            if after not in seen and found.islive(after):
                seen.add(after)
                queue.append((after, text + character))
    return None


def _character(symbols: Collection[object]) -> str:
    """Return one of the characters of a transition; one that no pattern names stands for the others."""
    return min((each for each in symbols if isinstance(each, str)), default="é")


@cache
def _automaton(pattern: str) -> FSM:
    """Return the automaton of an anchored pattern."""
    import interegular

    return interegular.parse_pattern(pattern.removeprefix("^").removesuffix("$")).to_fsm()
