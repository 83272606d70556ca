"""Find the reviews in a JSON-LD text of schema.org, and the nodes that they refer to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

from onrecord.exchange.jsonfiles import JsonText
from onrecord.exchange.values import is_absent, is_sentinel
from onrecord.findings import Path, Problem
from onrecord.readers.syntax.nodes import Json
from onrecord.rules import reading

DATASET = "ClaimReview"

_PREFIX = re.compile(r"schema:|https?://(?:www\.)?schema\.org/")
_ALIASES = {"id": "@id", "type": "@type"}
_LISTS = frozenset({"@graph", "dataFeedElement"})


@dataclass(frozen=True, slots=True)
class Review:
    """Hold a review, its location, and the dataset that contains it."""

    raw: dict[str, Json]
    at: Path
    dataset: str


@dataclass(frozen=True)
class Graph:
    """Find the reviews of a JSON text, and the nodes that they refer to by ``@id``."""

    source: JsonText

    def items(self) -> Iterator[Review | Problem]:
        """Yield the reviews in order; a problem for what is in the place of a review but is none."""
        for value, at, dataset in self._objects():
            types = types_of(value) if isinstance(value, dict) else set()
            if not isinstance(value, dict):
                yield self.source.no_object(value, at)
            elif _is_review(value, types):
                yield Review(value, at, dataset)
            elif "DataFeedItem" in types and is_absent(property_of(value, "item")):
                where = partial(self.source.locate, (*at, "item"))
                facts = {"field": "item", "parent": "the DataFeedItem", "description": "a review"}
                yield Problem(reading.MissingField, where=where, facts=facts, path=(*at, "item"))

    def broken(self, found: Sequence[Review | Problem]) -> list[Problem]:
        """Return syntax problems outside all reviews, because of which reviews may be missing."""
        if not (everywhere := self.source.entry({}).problems):
            return []
        inside = {
            problem.where()
            for one in found
            if isinstance(one, Review)
            for problem in self.source.entry(one.raw, one.at).problems
        }
        return [problem for problem in everywhere if problem.where() not in inside]

    def node(self, name: str) -> tuple[dict[str, Json], Path] | None:
        """Return the node with an identifier, and its path."""
        return self._nodes.get(name)

    @cached_property
    def _nodes(self) -> dict[str, tuple[dict[str, Json], Path]]:
        found: dict[str, tuple[dict[str, Json], Path]] = {}
        for value, at, _ in self._objects():
            if isinstance(value, dict) and not is_reference(value):
                name = property_of(value, "@id")
                if isinstance(name, str):
                    found.setdefault(name, (value, at))
        return found

    def _objects(self) -> Iterator[tuple[Json, Path, str]]:
        """Yield all objects and the values in the place of items, in order, each with its dataset."""
        waiting: list[tuple[Json, Path, str, bool]] = [(self.source.value, (), DATASET, True)]
        while waiting:
            value, at, dataset, listed = waiting.pop()
            if isinstance(value, list):
                items = [(item, (*at, index), dataset, listed) for index, item in enumerate(value)]
                waiting += reversed(items)
            elif isinstance(value, dict):
                yield value, at, dataset
                types = types_of(value)
                feed = dataset if "DataFeed" not in types else _feed(value) or dataset
                lists = _LISTS | {"item"} if "DataFeedItem" in types else _LISTS
                inner = [
                    (part, (*at, name), feed, plain_name(name) in lists)
                    for name, part in value.items()
                    if isinstance(part, dict | list)
                    or (not is_absent(part) and plain_name(name) in lists)
                ]
                waiting += reversed(inner)
            elif listed:
                yield value, at, dataset


@lru_cache(maxsize=2**12)
def plain_name(name: str) -> str:
    """Return a name of schema.org without its prefix."""
    if ":" in name:
        return _PREFIX.sub("", name, count=1) if _PREFIX.match(name) else name
    return _ALIASES.get(name, name)


def types_of(raw: Mapping[str, Json]) -> set[str]:
    """Return the types of a node, without prefixes."""
    given = raw.get("@type", raw.get("type"))
    return {plain_name(one) for one in as_list(given) if isinstance(one, str)}


def property_of(raw: Mapping[str, Json], name: str) -> Json:
    """Return the value of a property, with or without a prefix."""
    return next((value for given, value in raw.items() if plain_name(given) == name), None)


def _feed(raw: dict[str, Json]) -> str | None:
    """Return the name of a DataFeed, otherwise its address."""
    for name in ("name", "url", "@id"):
        value = unwrapped(property_of(raw, name))
        if isinstance(value, str) and not is_sentinel(value) and not re.search(r"[\r\n]", value):
            return value
    return None


def _is_review(raw: Mapping[str, Json], types: set[str]) -> bool:
    """Return whether a node is a ClaimReview, by its type, a misspelled type, or its properties."""
    called = any(name.lower() == "claimreview" for name in types)
    return called or any(plain_name(name) == "claimReviewed" for name in raw)


def is_reference(raw: Mapping[str, Json]) -> bool:
    """Return whether an object only refers to a node."""
    return {plain_name(name) for name in raw} <= {"@id", "@type"}


def unwrapped(value: Json) -> Json:
    """Remove the wrapping of JSON-LD from a value; a list of one node remains a list."""
    if isinstance(value, list):
        values = [unwrapped(one) if isinstance(one, dict) else one for one in value]
        return values if len(values) != 1 or isinstance(values[0], dict) else values[0]
    if isinstance(value, dict) and "@value" in value:
        return value["@value"]
    return value


def address_of(value: Json) -> Json:
    """Return the address of a page that is given as a node; any other value unchanged."""
    if isinstance(value, dict):
        return property_of(value, "url") or property_of(value, "@id") or value
    return value


def as_list(value: Json) -> list[Json]:
    """Return a list unchanged, and any other value as a list of one."""
    return value if isinstance(value, list) else [value]
