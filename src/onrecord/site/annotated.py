"""Cut the text of an article into segments, each with the marks that cover it.

This is what every view of an article is rendered from. It contains only words that rights allow
to be passed on: of a withheld text, the words of spans that may be passed on are at their offsets,
and everything between them is a gap of its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from onrecord.files.texts import sha256
from onrecord.findings import Finding, Path, parse_path
from onrecord.site.located import Mark, Row, Words, spans_of

Extent = tuple[int, int]

# Code points between two pieces of a quote that are marks and spaces and do not interrupt it.
_JOINED = 3


class Segment(NamedTuple):
    """A piece of the text that the same marks cover.

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
    """A span that cannot be shown in the text.

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
    """An article with its quotes, claims and findings, and its text in segments.

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
    fits = [(span, words.problem(span)) for span in spans]
    marks = [words.widened(span.mark) for span, problem in fits if not problem]
    marks = list(_connected(_with_lanes(marks)))
    if findings:
        inside = [words.widened(span.mark) for span in spans if words.has(span.mark)]
        marks += _marks_of(findings, inside)
    reported = [(one.record, parse_path(one.path)) for one in findings if one.path]
    marks = sorted(dict.fromkeys(marks), key=attrgetter("order"))
    misplaced = [
        Misplaced(span.mark.record, span.mark.path, problem)
        for span, problem in fits
        if problem and not _is_reported(span.mark, reported)
    ]
    return AnnotatedArticle(
        article,
        quotes,
        claims,
        tuple(_segments(words, marks)),
        tuple(marks),
        words.length,
        redistribute != "full",
        text is not None,
        findings,
        tuple(misplaced),
    )


def _with_lanes(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield marks, quotes with the lowest lane that no quote with common words has."""
    taken: list[int] = []  # the end of the last quote in each lane
    lanes: dict[str, int] = {}
    extents: dict[str, Extent] = {}
    for mark in marks:
        if mark.kind == "quote":
            start, end = extents.get(mark.record, (mark.start, mark.end))
            extents[mark.record] = (min(start, mark.start), max(end, mark.end))
    for record, (start, end) in sorted(extents.items(), key=lambda one: (one[1][0], -one[1][1])):
        lane = next((n for n, last in enumerate(taken) if last <= start), len(taken))
        taken[lane:] = [end, *taken[lane + 1 :]]
        lanes[record] = lane
    for mark in marks:
        lane = lanes[mark.record] if mark.kind == "quote" else 0
        yield mark._replace(lane=lane) if lane else mark


def _connected(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Yield marks, and those of the words between two pieces of a quote."""
    last: dict[str, Mark] = {}
    for mark in marks:
        before = last.get(mark.record) if mark.kind == "quote" else None
        if before and before.end < mark.start:
            yield Mark("between", mark.record, before.end, mark.start, mark.path, mark.piece)
        interrupted = before is not None and mark.start - before.end > _JOINED
        yield mark._replace(interrupted=interrupted) if interrupted else mark
        if mark.kind == "quote":
            last[mark.record] = mark


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
    at_cut = 0
    for start, end, text in words.pieces():
        at = start
        while at < end:
            while at_cut < len(cuts) and cuts[at_cut] <= at:
                at_cut += 1
            stop = min(cuts[at_cut], end) if at_cut < len(cuts) else end
            if at in ends:
                active = tuple([mark for mark in active if mark.end > at])
            if at in begins:
                # Marks that begin here are inside of those that have begun before.
                active += tuple(begins[at])
            yield Segment(
                at, stop, None if text is None else text[at - start : stop - start], active
            )
            at = stop
