"""Find the differences between records that match, and say how serious each is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from onrecord.drafting.annotations import Item
from onrecord.drafting.extents import Extents, overlaps
from onrecord.drafting.sources import match_sources
from onrecord.findings import Path, Place
from onrecord.rights.allowed import may_stay
from onrecord.schema import CURRENT
from onrecord.schema.current import Source
from onrecord.schema.shape import Struct, members

ABSENT = "(absent)"


class Side(NamedTuple):
    """Hold a value on one side of a difference.

    Attributes:
        id: The record.
        value: The value in words; withheld words are replaced by their offsets.
        place: Its location.
    """

    id: str
    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Difference:
    """Describe a difference between two annotations.

    Attributes:
        what: ``only`` (a record that only one annotation has), ``extent`` (quotes that overlap but
            differ in extent), ``split``, ``merge``, ``regrouped``, or ``field``.
        record_type: The type of the record.
        article_id: The article, by its identifier in A, otherwise in B.
        field: The field that differs, such as ``speakers.role``; empty if it is the whole record.
        reference: The values in A: one, none, or several that were merged.
        candidate: The values in B: one, none, or several that were split.
    """

    what: str
    record_type: str
    article_id: str
    field: str
    reference: tuple[Side, ...]
    candidate: tuple[Side, ...]

    @property
    def title(self) -> str:
        """Return the kind of the difference in a few words, such as "quote: extent differs"."""
        if self.what == "only":
            return f"{self.record_type} only in {'A' if self.reference else 'B'}"
        if self.what == "field":
            return f"{self.record_type}: {self.field} differs"
        if self.what == "extent":
            return "quote: extent differs"
        several = {"split": "split in B", "merge": "merged in B", "regrouped": "split otherwise"}
        return f"claim: {several[self.what]}"


class Value(NamedTuple):
    """Hold a value of a record, before its location is found."""

    item: Item
    path: Path
    shown: str


class Unlocated(NamedTuple):
    """Describe a difference before its locations are found; those of the least rank are worst."""

    rank: tuple[Any, ...]
    what: str
    field: str
    reference: tuple[Value, ...]
    candidate: tuple[Value, ...]
    article_id: str
    record_type: str


# How serious a difference is. Fields that are not named are the least serious.
_ARTICLE, _QUOTE, _CLAIM, _EXTENT, _GROUP, _FIELD, _OTHER, _ABOUT = range(8)
_SERIOUS = ("type", "attribution", "speakers", "voice", "claimant")


def only(item: Item, article_id: str, redistribute: str, *, in_reference: bool) -> Unlocated:
    """Return the difference that only one annotation has a record."""
    rank = {"article": _ARTICLE, "quote": _QUOTE, "claim": _CLAIM}[item.kind]
    value = (Value(item, (), whole(item, redistribute)),)
    size = 0 if item.kind == "article" else item.extents.size
    first, second = (value, ()) if in_reference else ((), value)
    return _unlocated((rank, -size), "only", "", first, second, article_id)


def extent(one: Item, other: Item, article_id: str, redistribute: str) -> Unlocated:
    """Return the difference between two quotes that overlap; the less they do, the worse."""
    common = overlaps([one.extents], [other.extents])[0, 0]
    share = common / (one.extents.size + other.extents.size - common)
    first, second = (
        (Value(item, ("content",), shown(item.row["content"], "content", redistribute)),)
        for item in (one, other)
    )
    return _unlocated((_EXTENT, share), "extent", "content", first, second, article_id)


def group(
    name: str, reference: Sequence[Item], candidate: Sequence[Item], article_id: str
) -> Unlocated:
    """Return the difference that claims were split or merged."""
    first, second = (
        tuple(Value(item, ("text",), item.row["text"]) for item in items)
        for items in (reference, candidate)
    )
    rank = (_GROUP, -len(reference) - len(candidate))
    return _unlocated(rank, name, "text", first, second, article_id)


def fields(
    one: Item,
    other: Item,
    mappings: tuple[Mapping[tuple[str, str], str], Mapping[tuple[str, str], str]],
    article_id: str,
    redistribute: str,
) -> Iterator[Unlocated]:
    """Yield the fields in which two records differ.

    Args:
        one: The record of A.
        other: The record of B.
        mappings: What identifiers of A and of B mean.
        article_id: The article.
        redistribute: Which words of the article may be passed on.
    """
    mine = one.values | one.references(mappings[0])
    theirs = other.values | other.references(mappings[1])
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name) == theirs.get(name):
            continue
        if one.kind == "quote" and name == "content" and one.extents != other.extents:
            yield extent(one, other, article_id, redistribute)
            continue
        for path, theirs_path, field in _parts(one, other, name):
            first, second = (
                (Value(item, way, shown(_at(item.row, way), field, redistribute)),)
                for item, way in ((one, path), (other, theirs_path))
            )
            rank = _FIELD if field in _SERIOUS else _OTHER
            rank = _ABOUT if one.kind == "article" else rank
            yield _unlocated((rank, field), "field", field, first, second, article_id)


def _parts(one: Item, other: Item, name: str) -> Iterator[tuple[Path, Path, str]]:
    """Yield what differs in a field: itself, or fields of the sources that are the same in both."""
    if name not in source_fields(one.kind):
        yield (name,), (name,), name
        return
    mine, theirs = sources(one, name), sources(other, name)
    found = match_sources([source for _, source in mine], [source for _, source in theirs])
    inner = [
        ((*mine[index][0], field), (*theirs[at][0], field), f"{name}.{field}")
        for index, at in found
        for field in Source.model_fields
        if _comparable(mine[index][1][field]) != _comparable(theirs[at][1][field])
    ]
    if not inner or not len(found) == len(mine) == len(theirs):
        yield (name,), (name,), name
    yield from inner


def _comparable(value: Any) -> Any:
    """Return the extents of spans; other values as they are."""
    return Extents(value).key if isinstance(value, list) else value


@cache
def source_fields(kind: str) -> tuple[str, ...]:
    """Return the fields of a record that are sources."""
    return tuple(
        member.name
        for member in members(CURRENT.models[kind])
        if isinstance(member.inner, Struct) and member.inner.model is Source
    )


def sources(item: Item, name: str) -> list[tuple[Path, Mapping[str, Any]]]:
    """Return the sources in a field, with their paths."""
    value = item.row[name]
    if isinstance(value, list):
        return [((name, index), source) for index, source in enumerate(value)]
    return [] if value is None else [((name,), value)]


def whole(item: Item, redistribute: str) -> str:
    """Describe a record in words: its wording, or where it is."""
    if item.kind == "claim":
        return str(item.row["text"])
    if item.kind == "article":
        return str(item.row["title"] or item.row["url"] or ABSENT)
    return f"{item.row['type']}, {shown(item.row['content'], 'content', redistribute)}"


def shown(value: Any, role: str, redistribute: str) -> str:
    """Describe a value in words, without words of the article that its rights withhold.

    Args:
        value: The value of a field.
        role: The path of the field, such as ``speakers.mentions``.
        redistribute: Which words of the article may be passed on.
    """
    if value in (None, [], ()):
        return ABSENT
    if isinstance(value, list):
        return "; ".join(shown(item, role, redistribute) for item in value)
    if not isinstance(value, Mapping):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if "exact" in value:
        return _shown_span(value, role, redistribute)
    if "mentions" in value:
        names = [value["name"] or value["role"] or "(unnamed)", value["wikidata"]]
        return " ".join(filter(None, names))
    parts = {name: inner for name, inner in value.items() if inner not in (None, [], ())}
    return ", ".join(
        f"{name} {shown(inner, f'{role}.{name}', redistribute)}" for name, inner in parts.items()
    )


def _shown_span(span: Mapping[str, Any], role: str, redistribute: str) -> str:
    words, quoted = span["exact"], bool(span.get("quoted"))
    parts = [] if span["start"] is None else [f"{span['start']}-{span['end']}"]
    if words is not None and may_stay(redistribute, role, words, quoted=quoted):
        parts.append(f'"{words}"')
    if "quoted" in span:
        parts.append("quoted" if quoted else "not quoted")
    return " ".join(parts) or "(words withheld)"


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _unlocated(
    rank: tuple[Any, ...],
    what: str,
    field: str,
    reference: tuple[Value, ...],
    candidate: tuple[Value, ...],
    article_id: str,
) -> Unlocated:
    """Return a difference that is sorted by its rank, then by article and position in the text."""
    first = (reference or candidate)[0]
    located = () if first.item.kind == "article" else first.item.extents.located
    key = (*rank, article_id, located[:1], first.shown, first.item.id)
    kind = first.item.kind
    return Unlocated(key, what, field, reference, candidate, article_id, kind)
