"""Convert the targets of Web Annotations to spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from onrecord.exchange.base import Value
from onrecord.exchange.entries import Entry
from onrecord.exchange.spans import edge_problems, located_span
from onrecord.exchange.values import kind, written
from onrecord.files.texts import sha256
from onrecord.findings import Path as Steps
from onrecord.findings import Problem, path_text
from onrecord.language.alike import difference, places_alike
from onrecord.language.offsets import Located, Ruler, Units
from onrecord.language.text_index import TextIndex
from onrecord.readers.syntax.nodes import Json
from onrecord.rights.allowed import may_stay
from onrecord.rules import importing, reading

Offsets = Literal["code-points", "utf16"]
# Which words of a quote are in quotation marks: all or none by its type, or stated by each span.
Quoted = Literal["all", "none", "stated"]

PREFIX = "onrecord:"
SPAN = f"{PREFIX}span"
# What a TextQuoteSelector says.
QUOTE = ("exact", "prefix", "suffix")

_AROUND = ("prefix", "suffix")
_LONGEST_AROUND = 64


@dataclass(slots=True)
class Source:
    """Describe an article that annotations select words of.

    Attributes:
        article_id: Its id.
        units: The unit of offsets into its text.
        redistribute: What its rights allow to be passed on.
        text: Its text, if it is available.
        length: The length of a text that is not available, if its digest is known.
    """

    article_id: str
    units: Units
    redistribute: str
    text: Located | None = None
    length: int | None = None


class _Selected(NamedTuple):
    """Hold the content of a target's selectors: offsets, and words with their context."""

    start: int | None
    end: int | None
    quote: dict[str, str]
    path: Steps


def each(raw: Mapping[str, Json], name: str) -> Iterator[tuple[Steps, Json]]:
    """Yield the values of a property, which may be one value or a list, with their paths."""
    value = raw.get(name)
    if isinstance(value, list):
        yield from (((name, index), one) for index, one in enumerate(value))
    elif value is not None:
        yield (name,), value


def objects(entry: Entry, name: str) -> Iterator[Entry]:
    """Yield the objects among the values of a property."""
    for path, value in each(entry.raw, name):
        if isinstance(value, dict):
            yield entry.inside(value, *path)


def iri(value: Json) -> str | None:
    """Return the IRI of a resource, which may be described in an object; None if it has none."""
    value = value.get("id") if isinstance(value, dict) else value
    return value if isinstance(value, str) else None


def has_type(value: Mapping[str, Json], name: str) -> bool:
    """Return whether a value has a type."""
    types = value.get("type")
    return types == name or (isinstance(types, list) and name in types)


def digest_of(words: str) -> str | None:
    """Return the digest of words; None if they are not valid Unicode."""
    try:
        return sha256(words)
    except UnicodeEncodeError:
        return None


def spans(entry: Entry, source: Source, role: str, quoted: Quoted | None = None) -> list[Value]:
    """Return the spans that an annotation targets, in text order, and mentions in theirs; problems are added
    to the entry.

    Args:
        entry: The annotation.
        source: The article.
        role: The role of the spans in the record: ``content``, ``cue``, ``speakers.mentions``.
        quoted: Which words of a quote are in quotation marks, according to its type.
    """
    found = [_span(target, source, role, quoted) for target in objects(entry, "target")]
    located = [span for span in found if span is not None]
    if not found and (role != "content" or quoted):
        entry.lacks("target", "the annotation", "the words that it marks", "target")
    return located if role.endswith("mentions") else in_order(entry, located)


def in_order(entry: Entry, found: list[Value]) -> list[Value]:
    """Return spans in text order if all are located, and report overlapping ones."""
    if all("start" in span for span in found):
        found = sorted(found, key=lambda span: int(span["start"]))
    for one, other in pairwise(found):
        if "start" in one and "start" in other and other["start"] < one["end"]:
            stated = f"{one['start']}-{one['end']} and {other['start']}-{other['end']}"
            expected = "spans that follow one another"
            entry.report(reading.NotAllowed, "target", found=stated, expected=expected)
    return found


def _span(target: Entry, source: Source, role: str, quoted: Quoted | None) -> Value | None:
    """Return the span that a target selects; None, with a problem, if it is invalid."""
    stated = target.raw.get(SPAN, {})
    if not isinstance(stated, dict):
        target.report(reading.WrongType, SPAN, found=kind(stated), expected="an object")
        return None
    selected = _selected(target)
    if selected is None:
        return None
    rest = {name: value for name, value in stated.items() if name not in ("exact", "start", "end")}
    span: Value = {**rest, **selected.quote}
    if quoted in ("all", "none"):
        span["quoted"] = quoted == "all"
    elif quoted == "stated" and "quoted" not in span:
        description = "whether these words are in quotation marks, true or false"
        target.lacks(f"{SPAN}.quoted", target.name(), description)
        return None
    words = span.get("exact")
    if words is not None and span.get("sha256") not in (None, digest_of(words)):
        del span["sha256"]
        target.leave_out("the digest of the words", "it is that of other words")
    if not _locate(target, source, span, selected):
        return None
    if "exact" not in span and "sha256" not in span:
        description = "a TextQuoteSelector with the words, or a TextPositionSelector"
        target.lacks("selector", target.name(), description)
        return None
    _cut(span)
    return span if _may_be_kept(target, source, span, role) else None


def _selected(target: Entry) -> _Selected | None:
    """Return the content of a target's selectors; None, with a problem, if one is invalid."""
    start = end = None
    quote: dict[str, str] = {}
    path: Steps = (*target.path, "selector")
    before = len(target.problems)
    for selector in objects(target, "selector"):
        inner, base = _refined(selector)
        if has_type(inner.raw, "TextPositionSelector") and base is not None and start is None:
            first = inner.integer("start", required=True)
            last = inner.integer("end", required=True)
            if first is not None and last is not None:
                start, end, path = first + base, last + base, inner.path
        elif has_type(inner.raw, "TextQuoteSelector") and not quote:
            quote = _words(inner)
        else:
            selector.keep_at(written(dict(selector.raw)))
    for steps, value in each(target.raw, "selector"):
        if not isinstance(value, dict):
            target.keep_at(written(value), *steps)
    if any(problem.is_error for problem in target.problems[before:]):
        return None
    return _Selected(start, end, quote, path)


def _refined(selector: Entry) -> tuple[Entry, int | None]:
    """Follow ``refinedBy``; return the last selector and the offset that it counts from, if known."""
    base: int | None = 0
    while refining := next(objects(selector, "refinedBy"), None):
        if has_type(selector.raw, "TextPositionSelector"):
            start = selector.integer("start", required=True)
            base = None if base is None or start is None else base + start
        else:
            base = None
        selector = refining
    return selector, base


def _words(selector: Entry) -> dict[str, str]:
    found = {}
    for name in QUOTE:
        value = selector.raw.get(name)
        if isinstance(value, str) and (value or name != "exact"):
            found[name] = value
        elif value is not None and not isinstance(value, str):
            selector.report(reading.WrongType, name, found=kind(value), expected="text")
    if "exact" not in found:
        selector.lacks("exact", selector.name(), "the words")
    return found


def _locate(target: Entry, source: Source, span: Value, selected: _Selected) -> bool:
    """Add offsets to a span, if it has any; return false, with a problem, if they are wrong."""
    words = span.get("exact")
    if selected.start is None or selected.end is None:
        if words is not None:
            _note_edges(target, span, selected)
            _search(target, source, span)
        return True
    if source.text is not None:
        return _locate_in(target, source.text, span, selected)
    if words is not None:
        _note_edges(target, span, selected)
    if source.length is not None and source.units == "code-points":
        return _trust(target, source.length, span, selected)
    name = path_text(selected.path)
    if words is None:
        facts = {"expected": f"{source.article_id}.txt"}
        _problem_at(target, selected, importing.TextMissing, facts)
        return False
    target.kept[name] = f"{selected.start}-{selected.end}"
    return True


def _locate_in(target: Entry, text: Located, span: Value, selected: _Selected) -> bool:
    """Locate a span in an available text, which must have its words there."""
    words, name = span.get("exact"), path_text(selected.path)
    where = _where(target, selected)
    extent = (selected.start or 0, selected.end or 0)
    located = located_span(text, *extent, words, where, name, target.problems)
    if isinstance(located, list):
        target.problems += located
        return False
    target.problems += edge_problems([located], where, name)
    there = located["exact"]
    span.update(start=located["start"], end=located["end"])
    differs = span.get("sha256") != digest_of(there) if words is None else words != there
    if differs:
        span.pop("sha256", None)
        span["exact"] = there
    _correct_context(target, span, text.text)
    return True


def _trust(target: Entry, length: int, span: Value, selected: _Selected) -> bool:
    """Locate a span in a text that is not available, as far as possible."""
    start, end, words = selected.start or 0, selected.end or 0, span.get("exact")
    stated: dict[str, Any] = {"start": start, "end": end}
    if start >= end:
        _problem_at(target, selected, importing.OffsetsReversed, stated)
    elif start < 0 or end > length:
        stated.update(length=length, fits="")
        _problem_at(target, selected, importing.OffsetsBeyondText, stated)
    elif words is not None and end - start != len(words):
        fits = end - start == Ruler(words, "utf16").from_code_points(len(words))
        unit = " in code points; in UTF-16 units it fits (--offsets utf16)" if fits else ""
        facts = {"field": path_text(selected.path), "found": f"{end - start} long"}
        facts["expected"] = f"{len(words)}, the length of its words{unit},"
        _problem_at(target, selected, reading.NotAllowed, facts)
    else:
        span.update(start=start, end=end)
        return True
    return False


def _where(target: Entry, selected: _Selected) -> Any:
    return target.where(*selected.path[len(target.path) :])


def _problem_at(target: Entry, selected: _Selected, check: Any, facts: Mapping[str, Any]) -> None:
    name = path_text(selected.path)
    target.problems.append(
        Problem(check, where=_where(target, selected), facts=facts, path=(name,))
    )


def _note_edges(target: Entry, span: Value, selected: _Selected) -> None:
    target.problems += edge_problems([span], _where(target, selected), path_text(selected.path))


def _search(target: Entry, source: Source, span: Value) -> None:
    """Locate words without offsets, if they are in exactly one place."""
    if source.text is None:
        return
    words, text = span["exact"], source.text.text
    index = TextIndex(text)
    prefix, suffix = (
        around if isinstance(around := span.get(name), str) else "" for name in _AROUND
    )
    start = index.place(words, prefix, suffix)
    is_there = start is not None or words in text
    alike = [] if is_there else places_alike(text, words)
    if start is not None:
        span.update(start=start, end=start + len(words))
        _correct_context(target, span, text)
    elif len(alike) == 1:
        start, end = alike[0]
        found = text[start:end]
        facts = {"start": start, "end": end, "difference": difference(found, words) or "form"}
        target.report(importing.WordsInOtherForm, "selector", found=found, **facts)
        span.pop("sha256", None)
        span.update(start=start, end=end, exact=found)
        _correct_context(target, span, text)
    else:
        why = f"the text {'has them more than once' if is_there else 'does not have them'}"
        target.leave_out("the place of these words", why, "selector")


def _correct_context(target: Entry, span: Value, text: str) -> None:
    """Replace prefix and suffix by those of the text if they differ."""
    start, end = span["start"], span["end"]
    for name in _AROUND:
        if not isinstance(stated := span.get(name), str):
            continue
        before = text[max(0, start - len(stated)) : start]
        span[name] = before if name == "prefix" else text[end : end + len(stated)]
        if span[name] != stated:
            why = "the text has other words there, which take its place"
            target.leave_out(f"the {name}", why, "selector")


def _cut(span: Value) -> None:
    """Shorten prefix and suffix to the length that a record allows."""
    for name in _AROUND:
        if isinstance(stated := span.get(name), str):
            is_prefix = name == "prefix"
            span[name] = stated[-_LONGEST_AROUND:] if is_prefix else stated[:_LONGEST_AROUND]


def _may_be_kept(target: Entry, source: Source, span: Value, role: str) -> bool:
    """Return whether a span can be passed on, or be withheld in a way that it can be restored."""
    if "start" in span or source.redistribute == "full":
        return True
    for name in _AROUND:
        span.pop(name, None)
    words, quoted = span.get("exact"), span.get("quoted") is True
    if words is None or may_stay(source.redistribute, role, words, quoted=quoted):
        return True
    facts = {"field": role, "words": words, "redistribute": source.redistribute}
    target.report(importing.CannotBeWithheld, "selector", **facts)
    return False
