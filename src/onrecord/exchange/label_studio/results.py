"""Read the results of an annotation: regions, relations, and texts of regions."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from onrecord.exchange.base import SourceItem, Value
from onrecord.exchange.entries import Entry
from onrecord.exchange.label_studio.regions import LABELS, RELATIONS, ROLES, Region
from onrecord.exchange.spans import located_span
from onrecord.exchange.values import written
from onrecord.findings import Problem
from onrecord.language.offsets import Located
from onrecord.rules import reading


@dataclass(frozen=True, slots=True)
class Found:
    """Hold a region of an annotation: its label, its words, and its note.

    Attributes:
        id: Its id; in JSON-MIN, its path.
        label: Its label, one of `LABELS`.
        entry: Its result, whose problems are those of the region.
        span: Its words; None if they are not in the text.
        note: What a text area or note of it says.
    """

    id: str
    label: str
    entry: Entry
    span: Value | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """Hold a relation between two regions, and its label; None if it has no known label."""

    start: str
    end: str
    label: str | None
    entry: Entry


@dataclass(slots=True)
class Results:
    """Read the results of one annotation: its regions, and the relations between them.

    Attributes:
        entries: The results. In JSON-MIN, the values of regions.
        annotation: Who made new records, and when.
        is_short: Whether they are of JSON-MIN.
        broken: Results that cannot be read.
        lost: What has no place in a record.
    """

    entries: list[Entry | Problem]
    annotation: Value
    is_short: bool
    broken: list[SourceItem] = field(default_factory=list)
    lost: list[Problem] = field(default_factory=list)

    def regions(self, text: Located) -> dict[str, Found]:
        """Return the regions by their ids."""
        found: dict[str, Found] = {}
        notes = self._notes()
        for entry in self.entries:
            if isinstance(entry, Problem):
                self.broken.append(SourceItem(entry.where, "quote", problems=[entry]))
                continue
            kind = entry.raw.get("type", "labels" if self.is_short else None)
            if self.is_short or kind in ("labels", "hypertextlabels"):
                if region := self._region(entry, text, notes):
                    found.setdefault(region.id, region)
            elif kind not in ("relation", "textarea"):
                what = f"the result {written(kind)} {entry.name()}"
                entry.leave_out(what, "no field stands for it")
                self.lost += entry.problems
        return found

    def _region(self, entry: Entry, text: Located, notes: Mapping[str, str]) -> Found | None:
        value = entry if self.is_short else entry.entry("value", required=True)
        if value is None:
            self.broken.append(SourceItem(entry.where(), "quote", problems=entry.problems))
            return None
        raw = value.raw.get("labels")
        labels = [one for one in raw if isinstance(one, str)] if isinstance(raw, list) else []
        known = [one for one in labels if one in LABELS]
        if not known:
            expected = f"one of {', '.join(LABELS)}"
            value.report(reading.NotAllowed, "labels", found=written(raw), expected=expected)
            self.broken.append(SourceItem(entry.where(), "quote", problems=entry.problems))
            return None
        for one in [label for label in labels if label != known[0]]:
            value.leave_out(f"the label {one}", "a region has one label", "labels")
        start, end = (value.integer(name, required=True) for name in ("start", "end"))
        span = None
        if start is not None and end is not None:
            words = value.raw.get("text")
            words = words if isinstance(words, str) else None
            problems = entry.problems
            where, name = value.where("end"), value.name("end")
            located = located_span(text, start, end, words, where, name, problems)
            if isinstance(located, list):
                problems += located
            else:
                span = located
        stated = entry.raw.get("id")
        own = entry.name() if self.is_short or not isinstance(stated, str) else stated
        return Found(own, known[0], entry, span, notes.get(own) or _meta(entry))

    def _notes(self) -> dict[str, str]:
        """Return the contents of text areas, by the ids of the regions that they are about."""
        found: dict[str, str] = {}
        for entry in self.entries:
            if isinstance(entry, Problem) or entry.raw.get("type") != "textarea":
                continue
            value = entry.raw.get("value")
            said = _line(value.get("text") if isinstance(value, dict) else None)
            if isinstance(entry.raw.get("id"), str) and said:
                found[str(entry.raw["id"])] = said
        return found

    def links(self, found: Mapping[str, Found]) -> Iterator[Link]:
        """Yield the relations between regions."""
        for entry in self.entries:
            if isinstance(entry, Problem) or entry.raw.get("type") != "relation":
                continue
            start, end = entry.raw.get("from_id"), entry.raw.get("to_id")
            if not isinstance(start, str) or not isinstance(end, str):
                entry.leave_out(f"the relation {entry.name()}", "it has no two ends")
                self.lost += entry.problems
                continue
            if entry.raw.get("direction") == "left":
                start, end = end, start
            labels = entry.raw.get("labels")
            labels = labels if isinstance(labels, list) else []
            label = next((one for one in RELATIONS if one in labels), None)
            if not labels and end in found and found[end].label in ROLES:
                label = found[end].label
            yield Link(start, end, label, entry)

    def match(
        self, region: Region, found: Mapping[str, Found], used: Container[str]
    ) -> Found | None:
        """Return the region that an exported one is now; None if it was deleted.

        Args:
            region: The region.
            found: The regions that there are now.
            used: The ids of those that are others; in JSON-MIN, regions are recognised by their words.
        """
        if not self.is_short:
            return found.get(region.id)
        same = (region.label, region.span["start"], region.span["end"])
        for one in found.values():
            extent = (one.span["start"], one.span["end"]) if one.span else ()
            if one.id not in used and (one.label, *extent) == same:
                return one
        return None


def _meta(entry: Entry) -> str | None:
    meta = entry.raw.get("meta")
    return _line(meta.get("text") if isinstance(meta, dict) else None)


def _line(value: object) -> str | None:
    """Return a text, or a list of texts, as one line; None if there is nothing in it."""
    some = value if isinstance(value, list) else [value]
    return " ".join(" ".join(one for one in some if isinstance(one, str)).split()) or None
