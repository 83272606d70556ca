"""Convert the regions and relations of an annotation to quotes and claims."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from onrecord.exchange.base import SourceItem, Value, problem_at
from onrecord.exchange.entries import Entry
from onrecord.exchange.label_studio.regions import (
    CLAIM,
    CONTINUED,
    RESTS_ON,
    ROLES,
    TYPES,
    WITHIN,
    Region,
    first_region,
    regions_of,
)
from onrecord.exchange.label_studio.results import Found, Link, Results
from onrecord.exchange.references import localise
from onrecord.language.offsets import Located
from onrecord.rules import importing

DATASET = "Label Studio"
# What another mention of a source says of it as well.
_SHARED = ("name", "kind", "wikidata")


@dataclass(slots=True)
class _Unfinished:
    """Hold a quote or claim while it is put together from regions and relations.

    Attributes:
        kind: Its type.
        value: Its fields, with qualified ids.
        item: The item that it becomes.
        regions: The regions of its content, as exported or as found.
        exported: The regions of an exported record.
        ends: What its relations of the kinds `WITHIN` and `RESTS_ON` lead to.
    """

    kind: Literal["quote", "claim"]
    value: Value
    item: SourceItem
    regions: set[str] = field(default_factory=set)
    exported: dict[str, Region] = field(default_factory=dict)
    ends: dict[str, list[str]] = field(default_factory=dict)


def items_of(
    article: Value, records: Mapping[str, Any], text: Located, results: Results
) -> list[SourceItem]:
    """Return the quotes and claims of a task.

    Args:
        article: The article.
        records: The records in the data of the task: entries by ``quotes`` and ``claims``.
        text: The text.
        results: The results of the annotation.
    """
    return _Reader(article, records, text, results).items()


class _Reader:
    def __init__(
        self, article: Value, records: Mapping[str, Any], text: Located, results: Results
    ) -> None:
        self._article = article
        self._results = results
        self._found = results.regions(text)
        self._used: set[str] = set()
        self._sources: dict[str, Value] = {}  # the source that a region mentions
        self._unfinished: list[_Unfinished] = []
        self._owners: dict[str, _Unfinished] = {}  # by the regions of their content
        for kind, name in (("quote", "quotes"), ("claim", "claims")):
            for entry in records.get(name, ()):
                self._add_exported("quote" if kind == "quote" else "claim", entry)

    def items(self) -> list[SourceItem]:
        """Return all items: exported records, new ones, and regions that cannot be read."""
        links = [*self._results.links(self._found)]
        self._add_new(links)
        self._add_pieces(links)
        for link in links:
            self._follow(link)
        broken = []
        for found in self._found.values():
            if found.id not in self._used and found.span is None:
                broken.append(SourceItem(found.entry.where(), "quote", None, found.entry.problems))
            elif found.id not in self._used:
                what = f"the {found.label} {found.entry.name()}"
                self._results.lost += found.entry.problems
                self._lose(found.entry, what, "no relation leads to it from a quote or claim")
        items = [self._finished(unfinished) for unfinished in self._unfinished]
        return [*items, *broken, *self._results.broken]

    def _lose(self, entry: Entry, what: str, why: str) -> None:
        check, name = importing.NotCarriedOver, entry.name()
        self._results.lost.append(problem_at(entry.where(), check, name, what=what, why=why))

    def _add_exported(self, kind: Literal["quote", "claim"], entry: Entry) -> None:
        """Add a record of the task's data, with its spans as its regions are now."""
        value: Value = copy.deepcopy(dict(entry.raw)) | {"record_type": kind}
        unfinished = _Unfinished(kind, value, SourceItem(entry.where(), kind, exported=True))
        gone: list[Region] = []
        regions = [*regions_of(value)]
        for region in regions:
            unfinished.exported[region.id] = region
            found = self._results.match(region, self._found, self._used)
            if found is None or not _fits(kind, region, found):
                gone.append(region)
                continue
            self._used.add(found.id)
            unfinished.item.problems += found.entry.problems
            self._update(unfinished, region, found)
        if (
            regions
            and gone
            and not any(one.role == "content" and one not in gone for one in regions)
        ) and any(one.role == "content" for one in regions):
            name = value["id"]
            self._lose(entry, f"the {kind} {name}", "the regions of its words were deleted")
            self._used -= {one.id for one in regions}
            return
        _delete(value, gone)
        self._unfinished.append(unfinished)

    def _update(self, unfinished: _Unfinished, region: Region, found: Found) -> None:
        """Set the span of an exported region to what the region is now."""
        value, span = unfinished.value, region.span
        if region.role == "content":
            unfinished.regions.add(found.id)
            self._owners[found.id] = unfinished
            if unfinished.kind == "quote" and region.id == first_region(value["id"]):
                value["type"] = found.label
        else:
            self._sources[found.id] = _parent(value, region)
        if found.span and (found.span["start"], found.span["end"]) != (span["start"], span["end"]):
            kept = {"quoted": span["quoted"]} if "quoted" in span else {}
            span.clear()
            span.update(found.span | kept)

    def _add_new(self, links: Iterable[Link]) -> None:
        """Add a quote or claim for each new region that is not a further piece of one."""
        pieces = {link.end for link in links if link.label == CONTINUED}
        taken = {str(unfinished.value["id"]).rpartition(".")[2] for unfinished in self._unfinished}
        new = [
            one
            for one in self._found.values()
            if one.id not in self._used and one.span and one.label not in ROLES
        ]
        new.sort(key=lambda one: (one.span or {})["start"])
        for found in new:
            if found.id in pieces:
                continue
            is_claim = found.label == CLAIM
            names = (f"{'c' if is_claim else 'q'}{number}" for number in count(1))
            name = next(one for one in names if one not in taken)
            taken.add(name)
            self._add(found, f"{self._article['id']}.{name}", is_claim=is_claim)

    def _add(self, found: Found, record_id: str, *, is_claim: bool) -> None:
        origin = {"dataset": DATASET, "id": None if self._results.is_short else found.id}
        annotation = {**self._results.annotation, "origin": origin}
        item = SourceItem(found.entry.where(), "claim" if is_claim else "quote")
        item.problems = found.entry.problems
        value: Value = {"id": record_id, "annotation": annotation}
        unfinished = _Unfinished(item.kind, value, item)
        if is_claim:
            language = self._article["language"]
            value |= {"text": found.note, "language": language, "voice": "article"}
            if found.note is None:
                found.entry.lacks("text", "the region", "the claim in words of its own", "text")
        else:
            value |= {"type": found.label, "attribution": "unattributed"}
        self._unfinished.append(unfinished)
        self._add_words(unfinished, found)

    def _add_words(self, unfinished: _Unfinished, found: Found) -> None:
        """Add a region to the content of a record."""
        span = dict(found.span or {})
        if unfinished.kind == "quote":
            span["quoted"] = unfinished.value["type"] == "direct"
        content = [*unfinished.value.get("content", ()), span]
        unfinished.value["content"] = sorted(content, key=lambda one: one.get("start", 0))
        unfinished.regions.add(found.id)
        self._owners[found.id] = unfinished
        self._used.add(found.id)

    def _add_pieces(self, links: Iterable[Link]) -> None:
        """Add the further pieces of records, in the order in which relations lead to them."""
        left = [link for link in links if link.label == CONTINUED]
        while left:
            rest = []
            for link in left:
                unfinished, found = self._owners.get(link.start), self._found.get(link.end)
                if unfinished is None or found is None:
                    rest.append(link)
                elif found.id not in self._used and found.span:
                    self._add_words(unfinished, found)
            if len(rest) == len(left):
                break
            left = rest

    def _follow(self, link: Link) -> None:
        """Add what a relation says to the record that it begins at."""
        unfinished, found = self._owners.get(link.start), self._found.get(link.end)
        other = self._owners.get(link.end)
        what = f"the relation {link.label or ''} {link.entry.name()}".replace("  ", " ")
        if link.label == CONTINUED and unfinished is not None and other is unfinished:
            return
        if unfinished is None or found is None or not found.span:
            self._lose(link.entry, what, "it does not begin at the words of a quote or claim")
        elif (
            link.label in ROLES and found.label == link.label and _has(unfinished.kind, link.label)
        ):
            self._add_part(unfinished, link.label, found)
        elif (
            other is not None
            and other.kind == "quote"
            and link.label == (WITHIN if unfinished.kind == "quote" else RESTS_ON)
        ):
            ends = unfinished.ends.setdefault(link.label, [])
            ends += [other.value["id"]] if other.value["id"] not in ends else []
        else:
            self._lose(link.entry, what, "it says nothing of records of these types")

    def _add_part(self, unfinished: _Unfinished, label: str, found: Found) -> None:
        """Add a cue or a mention to a record, unless it has it already."""
        name, span = ROLES[label], found.span or {}
        self._used.add(found.id)
        value, extent = unfinished.value, (span["start"], span["end"])
        sources = _listed(value.get(name))
        mentions = sources if name == "cue" else [
            one for source in _objects(sources) for one in _listed(source.get("mentions"))
        ]  # fmt: skip
        if any((one.get("start"), one.get("end")) == extent for one in _objects(mentions)):
            return
        if name == "cue":
            value[name] = sorted([*sources, span], key=_start)
            return
        known = self._sources.get(found.id, {})
        source = {key: known[key] for key in _SHARED if key in known} | {"mentions": [span]}
        source |= {"name": found.note} if found.note else {}
        if name == "claimant":
            value |= {name: source, "voice": "source"}
            return
        value[name] = [*sources, source]
        if name == "speakers" and value.get("attribution") == "unattributed":
            value["attribution"] = "attributed"

    def _finished(self, unfinished: _Unfinished) -> SourceItem:
        """Return the item of a record in the form of a document."""
        value = unfinished.value
        self._set_ends(unfinished)
        for name in ("record_type", "schema_version", "article_id"):
            value.pop(name, None)
        localise(value, self._article)
        if isinstance(value.get("quote_ids"), list):
            start = f"{self._article['id']}."
            value["quote_ids"] = [str(one).removeprefix(start) for one in value["quote_ids"]]
        unfinished.item.value = value
        return unfinished.item

    def _set_ends(self, unfinished: _Unfinished) -> None:
        """Set the quotes that a record is within, or rests on, to those that relations lead to."""
        value = unfinished.value
        regions = {key for one in self._unfinished for key in one.exported}

        def shown(other: object) -> bool:
            ends = (first_region(value["id"]), first_region(str(other)))
            return not self._results.is_short and all(one in regions for one in ends)

        for label, name in ((WITHIN, "within"), (RESTS_ON, "quote_ids")):
            stated = value.get(name) or []
            known = stated if isinstance(stated, list) else [stated]
            ends = unfinished.ends.get(label, [])
            kept = [one for one in known if one in ends or not shown(one)]
            kept += [one for one in ends if one not in kept]
            if kept or known:
                value[name] = (kept[-1:] or [None])[0] if label == WITHIN else kept
        if unfinished.kind == "claim" and value.get("quote_ids") and not unfinished.exported:
            value["voice"] = "source"


def _listed(value: object) -> list[Any]:
    """Return the value of a field as a list; the model reports items of wrong types."""
    return value if isinstance(value, list) else [value] if value else []


def _objects(values: list[Any]) -> list[dict[str, Any]]:
    """Return the values that are objects."""
    return [one for one in values if isinstance(one, dict)]


def _start(span: object) -> int:
    """Return where a span begins, or 0 if it does not say so."""
    start = span.get("start") if isinstance(span, dict) else None
    return start if isinstance(start, int) else 0


def _has(kind: str, label: str) -> bool:
    """Return whether a type of record has the field that a label means."""
    return (label == "claimant") == (kind == CLAIM)


def _fits(kind: str, region: Region, found: Found) -> bool:
    """Return whether a region still has a label that its place in a record may have."""
    if region.role == "content":
        return found.label in (TYPES if kind == "quote" else (CLAIM,))
    return found.label == region.role


def _parent(value: Value, region: Region) -> Value:
    """Return the source that a region mentions; the record for a cue."""
    found: Any = value
    for step in region.path[: region.path.index("mentions")] if "mentions" in region.path else ():
        found = found[step]
    return dict(found)


def _delete(value: Value, gone: Iterable[Region]) -> None:
    """Delete spans from a record, and sources that were only there for them."""
    sources: list[Value] = []
    for region in gone:
        holder: Any = value
        for step in region.path[:-1]:
            holder = holder[step]
        holder[:] = [one for one in holder if one is not region.span]
        if "mentions" in region.path and not holder:
            source: Any = value
            for step in region.path[: region.path.index("mentions")]:
                source = source[step]
            sources.append(source)
    for name in ("speakers", "addressees", "relayed_by"):
        if isinstance(value.get(name), list):
            value[name] = [one for one in value[name] if not any(one is it for it in sources)]
    if any(value.get("claimant") is one for one in sources):
        del value["claimant"]
    if sources and not value.get("speakers") and value.get("attribution") == "attributed":
        value["attribution"] = "unattributed"
