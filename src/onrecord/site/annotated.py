"""Cut the text of an article into segments, each with the marks that cover it.

This is what every view of an article is rendered from. It contains only words that rights allow
to be passed on: of a withheld text, the words of spans that may be passed on are at their offsets,
and everything between them is a gap of its length.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from onrecord.files.texts import sha256
from onrecord.findings import Finding, Path, parse_path
from onrecord.site.located import Mark, Row, Words, order, spans_of

Extent = tuple[int, int]

# Code points between two pieces of a quote that are marks and spaces and do not interrupt it.
_JOINED = 3


class Segment(NamedTuple):
    """Hold a piece of the text that the same marks cover.

    Attributes:
        start: Offset of its first character; likewise ``end``.
        text: Its words; None if they are withheld or not available.
        marks: The marks that cover it, from the outermost.
    """

    start: int
    end: int
    text: str | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Describe a span that cannot be shown in the text.

    Attributes:
        record: The id of its record.
        path: Its path there.
        problem: Why it cannot be shown.
    """

    record: str
    path: str
    problem: str


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """Hold an article with its quotes, claims and findings, and its text in segments.

    Attributes:
        article: The record; likewise ``quotes`` and ``claims``.
        segments: The text from its beginning to its end, as far as its length is known.
        marks: All marks in the order of their extents.
        length: The length of the text in code points.
        withheld: Whether rights do not allow the text to be passed on.
        available: Whether its text is shown.
        findings: The findings; those with a place in the text have marks.
        misplaced: Spans that cannot be shown and that no finding is about.
    """

    article: Row
    quotes: Sequence[Row]
    claims: Sequence[Row]
    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]
    length: int
    withheld: bool
    available: bool
    findings: tuple[Finding, ...]
    misplaced: tuple[Misplaced, ...]


def annotate(
    article: Row,
    quotes: Iterable[Row] = (),
    claims: Iterable[Row] = (),
    *,
    text: str | None = None,
    findings: Iterable[Finding] = (),
) -> AnnotatedArticle:
    """Return an article in segments, with all marks of its records.

    Args:
        article: The article, as a flat record.
        quotes: Its quotes.
        claims: Its claims.
        text: The text, if the record does not contain it. It is used only if the article's rights
            allow it to be passed on, and if it has the article's digest.
        findings: Findings about these records. Their messages are shown as they are.
    """
    quotes, claims, findings = list(quotes), list(claims), tuple(findings)
    redistribute = article["rights"]["redistribute"]
    text = article.get("text") if text is None else text
    digest = article.get("text_sha256")
    if redistribute != "full" or (text is not None and digest and digest != sha256(text)):
        text = None
    spans = [
        *(span for quote in quotes for span in spans_of("quote", quote, redistribute)),
        *(span for claim in claims for span in spans_of("claim", claim, redistribute)),
    ]
    stated = article.get("text_length")
    words = Words(text) if text is not None else Words.known(spans, stated)
    marks, others = words.placed(spans)
    marks = _connected(_with_lanes(marks))
    if findings:
        inside = [words.widened(span.mark) for span in spans if words.has(span.mark)]
        marks += _marks_of(findings, inside)
    if text is not None:
        marks += [words.widened(mark) for mark in _marks_in(text, article["id"], findings)]
    reported = [(one.record, parse_path(one.path)) for one in findings if one.path]
    marks = sorted(dict.fromkeys(marks), key=order)
    misplaced = [
        Misplaced(span.mark.record, span.mark.path, problem)
        for span, problem in others
        if not _is_reported(span.mark, reported)
    ]
    segments = tuple(_segments(words, marks))
    shown = (words.length, redistribute != "full", text is not None, findings, tuple(misplaced))
    return AnnotatedArticle(article, quotes, claims, segments, tuple(marks), *shown)


def _with_lanes(marks: list[Mark]) -> list[Mark]:
    """Return marks, quotes with the lowest lane that no quote with common words has."""
    taken: list[int] = []  # the end of the last quote in each lane
    lanes: dict[str, int] = {}  # other than the lowest one
    extents: dict[str, Extent] = {}
    for mark in marks:
        if mark.kind == "quote":
            start, end = mark.start, mark.end
            if mark.record in extents:
                first, last = extents[mark.record]
                start, end = min(first, start), max(last, end)
            extents[mark.record] = (start, end)
    for record, (start, end) in sorted(extents.items(), key=lambda one: (one[1][0], -one[1][1])):
        lane = next((n for n, last in enumerate(taken) if last <= start), len(taken))
        taken[lane:] = [end, *taken[lane + 1 :]]
        if lane:
            lanes[record] = lane
    if not lanes:
        return marks
    return [
        mark._replace(lane=lanes[mark.record])
        if mark.kind == "quote" and mark.record in lanes
        else mark
        for mark in marks
    ]


def _connected(marks: list[Mark]) -> list[Mark]:
    """Return marks, and those of the words between two pieces of a quote."""
    last: dict[str, Mark] = {}
    found: list[Mark] = []
    for mark in marks:
        if mark.pieces > 1 and mark.kind == "quote":
            before = last.get(mark.record)
            last[mark.record] = mark
            if before and before.end < mark.start:
                between = (before.end, mark.start, mark.path, mark.piece)
                found.append(Mark("between", mark.record, *between))
                if mark.start - before.end > _JOINED:
                    found.append(mark._replace(interrupted=True))
                    continue
        found.append(mark)
    return found


def _marks_of(findings: Sequence[Finding], marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield marks at the words that findings are about, as far as these have a place in the text.

    Args:
        findings: The findings.
        marks: The marks of all spans whose offsets are in the text, also of those with other words.
    """
    for number, finding in enumerate(findings):
        own = [mark for mark in marks if mark.record == finding.record]
        if not own:
            continue
        steps = parse_path(finding.path)
        paths = [parse_path(mark.path) for mark in own]
        near = [
            mark
            for mark, path in zip(own, paths, strict=True)
            if path == steps[: len(path)] or (steps and steps == path[: len(steps)])
        ]
        content = [mark for mark in own if mark.kind in {"quote", "claim"}]
        for mark in near or content[:1]:
            yield Mark("finding", str(number), mark.start, mark.end, mark.path)


def _marks_in(text: str, article_id: str, findings: Sequence[Finding]) -> Iterator[Mark]:
    """Yield marks at the words that findings about the text itself name by their offset."""
    for number, finding in enumerate(findings):
        if finding.record == article_id and finding.path == "text":
            at, found = finding.facts.get("at"), finding.facts.get("found")
            if (
                isinstance(at, int)
                and isinstance(found, str)
                and found
                and text.startswith(found, at)
            ):
                yield Mark("finding", str(number), at, at + len(found), "text")


def _is_reported(mark: Mark, reported: Iterable[tuple[str | None, Path]]) -> bool:
    """Return whether a finding is about the span of a mark."""
    path = parse_path(mark.path)
    return any(record == mark.record and steps[: len(path)] == path for record, steps in reported)


def _segments(words: Words, marks: Sequence[Mark]) -> Iterator[Segment]:
    """Yield the whole text in segments, given the marks in the order of their extents."""
    begins: dict[int, list[Mark]] = {}
    for mark in marks:
        begins.setdefault(mark.start, []).append(mark)
    ends = {mark.end for mark in marks}
    cuts = sorted(ends.union(begins))
    active: tuple[Mark, ...] = ()
    for start, end, text in words.pieces():
        inside = cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]
        for at, stop in pairwise([start, *inside, end]):
            if at in ends:
                active = tuple([mark for mark in active if mark.end > at])
            if at in begins:
                # Marks that begin here are inside of those that have begun before.
                active = (*active, *begins[at])
            yield Segment(
                at, stop, None if text is None else text[at - start : stop - start], active
            )
