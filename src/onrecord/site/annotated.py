"""Cut the text of an article into segments, each with the marks that cover it.

This is what every view of an article is rendered from. It contains only words that rights allow
to be passed on: of a withheld text, the words of spans that may be passed on are at their offsets,
and everything between them is a gap of its length.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from onrecord.files.texts import sha256
from onrecord.findings import Finding, Path, parse_path, path_text
from onrecord.language.edges import cut_character
from onrecord.rights.allowed import may_stay

Row = Mapping[str, Any]
Extent = tuple[int, int]

# What a mark says of the words that it covers. ``between``: they interrupt a quote.
Kind = Literal[
    "claim", "quote", "between", "speaker", "cue", "relay", "addressee", "claimant", "finding"
]
# The order of marks that begin and end at the same places, from the outermost.
_ORDER: tuple[Kind, ...] = (
    "finding", "claim", "quote", "between", "relay", "addressee", "speaker", "claimant", "cue",
)  # fmt: skip
_RANKS: Mapping[Kind, int] = {kind: rank for rank, kind in enumerate(_ORDER)}
# The kinds of the sources of a record, by the names of their fields.
_SOURCES: Mapping[str, Kind] = {
    "speakers": "speaker",
    "addressees": "addressee",
    "relayed_by": "relay",
    "claimant": "claimant",
}
# No grapheme cluster is longer.
_LONGEST = 64
# Code points between two pieces of a quote that are marks and spaces and do not interrupt it.
_JOINED = 3


class Mark(NamedTuple):
    """Words of the text that mean something, with what they mean.

    Attributes:
        kind: What they are.
        record: The id of the quote or claim; of a finding, its number in ``findings``.
        start: Offset of the first character. A cluster of characters that readers see as one is
            never cut, so that this may be before the offset in the record.
        end: Offset just past the last character; likewise it may be after that in the record.
        path: The path of the span in the record.
        piece: Of content that consists of several spans, which it is, from 1.
        pieces: The number of these spans.
        interrupted: Whether other words separate it from the piece before it.
        lane: A number that quotes with common words do not share; nested quotes have higher ones.
    """

    kind: Kind
    record: str
    start: int
    end: int
    path: str = ""
    piece: int = 1
    pieces: int = 1
    interrupted: bool = False
    lane: int = 0

    @property
    def order(self) -> tuple[int, int, int, str, str]:
        """Return a sort key: by extent, the outermost first."""
        return (self.start, -self.end, _RANKS[self.kind], self.record, self.path)


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
    length: int
    withheld: bool
    available: bool
    findings: tuple[Finding, ...]
    misplaced: tuple[Misplaced, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Return all marks, in the order of their extents."""
        return tuple(sorted({mark for each in self.segments for mark in each.marks}, key=_order))


def _order(mark: Mark) -> tuple[int, int, int, str, str]:
    return mark.order


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
    if redistribute != "full" or (text is not None and digest not in (None, sha256(text))):
        text = None
    spans = [
        *(span for quote in quotes for span in _spans("quote", quote, redistribute)),
        *(span for claim in claims for span in _spans("claim", claim, redistribute)),
    ]
    stated = article.get("text_length")
    words = _Words(text) if text is not None else _Words.known(spans, stated)
    fits = [(span, words.problem(span)) for span in spans]
    marks = [words.widened(span.mark) for span, problem in fits if not problem]
    marks = list(_connected(_with_lanes(marks)))
    inside = [words.widened(span.mark) for span in spans if words.has(span.mark)]
    marks += _marks_of(findings, inside)
    reported = [(one.record, parse_path(one.path)) for one in findings if one.path]
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
        words.length,
        redistribute != "full",
        text is not None,
        findings,
        tuple(misplaced),
    )


class _Span(NamedTuple):
    """A span of a record: the mark that it would be, its words if they may be passed on, its digest."""

    mark: Mark
    located: bool
    words: str | None
    digest: str | None


def _spans(record_type: Kind, record: Row, redistribute: str) -> Iterator[_Span]:
    """Yield the spans of a quote or claim."""

    def span(kind: Kind, value: Row, path: Path, piece: int = 1, pieces: int = 1) -> _Span:
        start, end = value.get("start"), value.get("end")
        words = value.get("exact")
        role = ".".join(step for step in path if isinstance(step, str))
        quoted = bool(value.get("quoted"))
        if words is not None and not may_stay(redistribute, role, words, quoted=quoted):
            words = None
        located = start is not None and end is not None
        mark = Mark(kind, record["id"], start or 0, end or 0, path_text(path), piece, pieces)
        return _Span(mark, located, words, value.get("sha256"))

    content = record.get("content") or ()
    for at, value in enumerate(content):
        yield span(record_type, value, ("content", at), at + 1, len(content))
    for at, value in enumerate(record.get("cue") or ()):
        yield span("cue", value, ("cue", at))
    for name, kind in _SOURCES.items():
        found = record.get(name)
        sources = [((name,), found)] if isinstance(found, Mapping) else _numbered(name, found)
        for path, source in sources:
            for at, value in enumerate(source.get("mentions") or ()):
                yield span(kind, value, (*path, "mentions", at))


def _numbered(name: str, values: Sequence[Row] | None) -> list[tuple[Path, Row]]:
    return [((name, at), value) for at, value in enumerate(values or ())]


class _Words:
    """The words of a text that may be passed on, at their offsets: all of them, or pieces.

    Attributes:
        length: The length of the text in code points.
    """

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self._text: str | None = text
        self._pieces: list[tuple[int, str]] = [(0, text)] if text else []

    @classmethod
    def known(cls, spans: Iterable[_Span], length: int | None) -> _Words:
        """Return the words of spans, of a text that is not available.

        If two spans differ in common words, the longer span is used.
        """
        words = cls("")
        words._text = None
        inside = [
            one
            for one in spans
            if one.located
            and one.words is not None
            and one.mark.end - one.mark.start == len(one.words) > 0
            and one.mark.end <= (one.mark.end if length is None else length)
        ]
        pieces: list[tuple[int, str]] = []
        for one in sorted(inside, key=lambda one: one.mark.order):
            start, text = one.mark.start, one.words or ""
            if pieces and start < (last := pieces[-1][0] + len(pieces[-1][1])):
                begin, before = pieces[-1]
                common = before[start - begin :][: len(text)]
                if text.startswith(common):
                    pieces[-1] = (begin, before + text[last - start :])
                continue
            pieces.append((start, text))
        words._pieces = pieces
        ends = [one.mark.end for one in spans if one.located] if length is None else [length]
        words.length = max(ends, default=0)
        return words

    def pieces(self) -> Iterator[tuple[int, int, str | None]]:
        """Yield the whole text as pieces: start, end, and the words; None for a gap."""
        at = 0
        for start, words in self._pieces:
            if at < start:
                yield at, start, None
            yield start, start + len(words), words
            at = start + len(words)
        if at < self.length:
            yield at, self.length, None

    def has(self, mark: Mark) -> bool:
        """Return whether the offsets of a mark are in the text."""
        return mark.start < mark.end <= self.length

    def problem(self, span: _Span) -> str | None:
        """Return why a span cannot be shown; None if it can."""
        start, end = span.mark.start, span.mark.end
        if not span.located:
            return "its words have no offsets, so that they are not marked in the text"
        if not start < end:
            return f"its offsets {start} and {end} contain no words"
        if end > self.length:
            return (
                f"its offsets {start} to {end} are outside of the text, which ends at {self.length}"
            )
        there = self._at(start, end)
        if span.words is not None and there != span.words:
            return f"the text has other words at its offsets {start} to {end}"
        if there is not None and span.digest not in (None, sha256(there)):
            return f"the words at its offsets {start} to {end} have another digest"
        return None

    def _at(self, start: int, end: int) -> str | None:
        at = bisect_right(self._pieces, start, key=lambda piece: piece[0]) - 1
        if at < 0:
            return None
        begin, words = self._pieces[at]
        return words[start - begin : end - begin] if end <= begin + len(words) else None

    def widened(self, mark: Mark) -> Mark:
        """Return a mark that cuts no cluster of characters."""
        if self._text is None:
            return mark
        start, end = mark.start, mark.end
        while start > 0 and self._cuts(start):
            start -= 1
        while end < self.length and self._cuts(end):
            end += 1
        return (
            mark if (start, end) == (mark.start, mark.end) else mark._replace(start=start, end=end)
        )

    def _cuts(self, at: int) -> bool:
        text = self._text or ""
        return bool(cut_character(text[max(at - _LONGEST, 0) : at], text[at : at + _LONGEST]))


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
        yield mark._replace(lane=lanes[mark.record]) if mark.kind == "quote" else mark


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


def _segments(words: _Words, marks: Sequence[Mark]) -> Iterator[Segment]:
    """Yield the whole text in segments."""
    begins: dict[int, list[Mark]] = {}
    for mark in marks:
        begins.setdefault(mark.start, []).append(mark)
    cuts = sorted({edge for mark in marks for edge in (mark.start, mark.end)})
    active: list[Mark] = []
    at_cut = 0
    for start, end, text in words.pieces():
        at = start
        while at < end:
            while at_cut < len(cuts) and cuts[at_cut] <= at:
                at_cut += 1
            stop = min(cuts[at_cut], end) if at_cut < len(cuts) else end
            active = [mark for mark in active if mark.end > at]
            active += begins.pop(at, [])
            active.sort(key=_order)
            piece = None if text is None else text[at - start : stop - start]
            yield Segment(at, stop, piece, tuple(active))
            at = stop
