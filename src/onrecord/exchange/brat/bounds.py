"""Convert text-bound annotations of brat to spans."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from onrecord.exchange.base import Value, problem_at
from onrecord.exchange.brat.standoff import LINE_ENDS, NOTE, Line, Standoff
from onrecord.exchange.spans import edge_problems, located_span, span_at
from onrecord.files.texts import sha256
from onrecord.findings import Fact, Problem
from onrecord.language.mark_signs import Extent
from onrecord.language.offsets import Located, Units
from onrecord.rules import importing

_SPACE = re.compile(r"\s+")
# More lines than a span of a text goes over, so that wrong notes cost nothing.
_MOST_LINES = 100_000


class TextBounds:
    """Convert text-bound annotations to spans, each only once."""

    def __init__(self, standoff: Standoff, text: str, units: Units, *, marked: bool) -> None:
        """Store the annotations and their text.

        Args:
            standoff: The annotations.
            text: The text.
            units: The unit of the offsets.
            marked: Whether the file of the text begins with a byte order mark.
        """
        self._standoff = standoff
        self._text = text
        self._located = Located(text, units, is_alike, marked=marked)
        self._found: dict[str, tuple[list[Value], list[Problem]]] = {}

    def of(self, line: Line) -> tuple[list[Value], list[Problem]]:
        """Return the spans of a text-bound annotation in text order, and their problems."""
        if line.id not in self._found:
            self._found[line.id] = self._locate(line)
        return self._found[line.id]

    def _locate(self, line: Line) -> tuple[list[Value], list[Problem]]:
        where = self._standoff.where(line, line.offsets_column)
        found: list[Value] = []
        problems: list[Problem] = []
        notes: list[Problem] = []
        words = line.text or ""
        parts = _parts(words, line.extents)
        for (start, end), part in zip(line.extents, parts, strict=True):
            located = located_span(self._located, start, end, part, where, line.id, notes)
            if isinstance(located, list):
                problems += located
            else:
                found.append(located)
        together = " ".join(span["exact"] for span in found)
        if not problems and not notes and not is_alike(together, words):
            facts: dict[str, Fact] = {"found": together, "expected": words, "fits": ""}
            facts.update(start=line.extents[0][0], end=line.extents[-1][1])
            problems.append(problem_at(where, importing.OffsetsMismatch, line.id, **facts))
        found.sort(key=lambda span: extents([span]))
        problems = problems or [*notes, *edge_problems(found, where, line.id)]
        return self._as_exported(line, found), problems

    def _as_exported(self, line: Line, found: list[Value]) -> list[Value]:
        """Return spans as an export described them in a note, if the fragments are still those."""
        note = next((one for one in self._standoff.about(line.id, "#") if one.type == NOTE), None)
        said = parsed_json(note.text or "") if note else None
        stated = said.get("spans") if isinstance(said, dict) else None
        if not isinstance(stated, list) or not all(isinstance(one, dict) for one in stated):
            return found
        taken = [_fragments(one) for one in stated]
        if sorted(number for one in taken for number in one) != list(range(len(found))):
            return found
        parts = [[found[number] for number in one] for one in taken]
        gaps = (
            self._text[one["end"] : two["start"]] for part in parts for one, two in pairwise(part)
        )
        if not all(map(LINE_ENDS.fullmatch, gaps)):
            return found
        return [self._whole(part, one) for part, one in zip(parts, stated, strict=True)]

    def _whole(self, part: Sequence[Value], said: Value) -> Value:
        """Return the span that goes over some fragments, with the fields that a note has of it."""
        text = self._text
        start, end = part[0]["start"], part[-1]["end"]
        span = span_at(text, start, end)
        for name, context in (("prefix", text[:start][::-1]), ("suffix", text[end:])):
            if name in said:
                length = said[name]
                if isinstance(length, int) and 0 <= length <= len(context):
                    taken = context[:length]
                    span[name] = taken[::-1] if name == "prefix" else taken
                else:
                    span[name] = None
        if said.get("sha256") is True:
            span["sha256"] = sha256(span["exact"])
            span["exact"] = None if said.get("exact") is False else span["exact"]
        return span


def _fragments(said: Value) -> list[int]:
    """Return the numbers of the fragments that a span goes over, as a note says; none if it is wrong."""
    first, lines = said.get("fragment"), said.get("lines", 1)
    if not isinstance(first, int) or not isinstance(lines, int) or not 0 < lines <= _MOST_LINES:
        return []
    return list(range(first, first + lines))


def parsed_json(text: str) -> Any:
    """Parse a JSON text; return None if it is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def is_alike(found: str, words: str) -> bool:
    """Return whether two wordings are the same, except that line ends may have become spaces."""
    plain, given = _SPACE.sub(" ", found), _SPACE.sub(" ", words)
    return plain in (given, given.rstrip())


def _parts(words: str, extents: Sequence[Extent]) -> list[str | None]:
    """Divide the words of a discontinuous annotation among its fragments."""
    lengths = [end - start for start, end in extents]
    if len(extents) == 1:
        return [words]
    if sum(lengths) + len(lengths) - 1 != len(words):
        return [None] * len(extents)
    parts: list[str | None] = []
    at = 0
    for length in lengths:
        parts.append(words[at : at + length])
        at += length + 1
    return parts


def extents(found: Iterable[Value]) -> list[Extent]:
    """Return the offsets of spans."""
    return [(span["start"], span["end"]) for span in found]


def written(found: Iterable[Value]) -> str:
    """Format the offsets of spans for a field."""
    return ";".join(f"{start}-{end}" for start, end in extents(found))


def holds_extent(inner: Extent, outer: Extent) -> bool:
    """Return whether one extent is inside another."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]
