"""Find the words of quotes and claims in the text of their article."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from onrecord.files.texts import sha256
from onrecord.language.edges import cut_character, may_cut_character
from onrecord.rights.allowed import may_stay

Row = Mapping[str, Any]

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
# What the path of a source has, but not its role.
_ROLE = re.compile(r"\[\d+\]")


class Mark(NamedTuple):
    """Say what some words of the text are: content of a quote, its cue, its speaker, and so on.

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


def order(mark: Mark) -> tuple[int, int, int, str, str]:
    """Return the sort key of a mark: by extent, the outermost first."""
    return (mark.start, -mark.end, _RANKS[mark.kind], mark.record, mark.path)


class Span(NamedTuple):
    """Hold a span of a record: its mark, its words if they may be passed on, and its digest."""

    mark: Mark
    located: bool
    words: str | None
    digest: str | None


def spans_of(record_type: Kind, record: Row, redistribute: str) -> list[Span]:
    """Return the spans of a quote or claim."""
    fields: list[tuple[Kind, str, Sequence[Row]]] = [
        (record_type, "content", record.get("content", ())),
        ("cue", "cue", record.get("cue", ())),
    ]
    for name, kind in _SOURCES.items():
        if isinstance(sources := record.get(name, ()), Mapping):
            fields.append((kind, f"{name}.mentions", sources.get("mentions", ())))
        else:
            each = enumerate(sources)
            fields += [
                (kind, f"{name}[{at}].mentions", one.get("mentions", ())) for at, one in each
            ]
    found = []
    for kind, path, values in fields:
        pieces = len(values) if path == "content" else 1
        for at, value in enumerate(values):
            start, end, words = value.get("start"), value.get("end"), value.get("exact")
            if words is not None and redistribute != "full":
                role, quoted = _ROLE.sub("", path), bool(value.get("quoted"))
                words = words if may_stay(redistribute, role, words, quoted=quoted) else None
            extent, piece = (start or 0, end or 0), at + 1 if pieces > 1 else 1
            mark = Mark(kind, record["id"], *extent, f"{path}[{at}]", piece, pieces)
            located = start is not None and end is not None
            found.append(Span(mark, located, words, value.get("sha256")))
    return found


class Words:
    """Hold the words of a text that may be passed on, at their offsets: all of them, or pieces.

    Attributes:
        length: The length of the text in code points.
    """

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self._text: str | None = text
        self._pieces: list[tuple[int, str]] = [(0, text)] if text else []

    @classmethod
    def known(cls, spans: Iterable[Span], length: int | None) -> Words:
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
        for one in sorted(inside, key=lambda one: order(one.mark)):
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

    def placed(self, spans: Iterable[Span]) -> tuple[list[Mark], list[tuple[Span, str]]]:
        """Return the marks of the spans that can be shown, and why each of the others cannot."""
        marks, others = [], []
        text, length = self._text, self.length
        for span in spans:
            mark, located, words, digest = span
            start, end = mark.start, mark.end
            if (
                text is not None
                and located
                and start < end <= length
                and digest is None
                and (words is None or text[start:end] == words)
            ):
                marks.append(self.widened(mark))
            elif problem := self._problem(span):
                others.append((span, problem))
            else:
                marks.append(self.widened(mark))
        return marks, others

    def _problem(self, span: Span) -> str | None:
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
        if there is not None and span.digest and span.digest != sha256(there):
            return f"the words at its offsets {start} to {end} have another digest"
        return None

    def _at(self, start: int, end: int) -> str | None:
        if self._text is not None:
            return self._text[start:end]
        at = bisect_right(self._pieces, start, key=lambda piece: piece[0]) - 1
        if at < 0:
            return None
        begin, words = self._pieces[at]
        return words[start - begin : end - begin] if end <= begin + len(words) else None

    def widened(self, mark: Mark) -> Mark:
        """Return a mark that cuts no cluster of characters."""
        text = self._text
        if text is None:
            return mark
        start, end = mark.start, mark.end
        while start > 0 and may_cut_character(text, start) and self._cuts(start):
            start -= 1
        while end < self.length and may_cut_character(text, end) and self._cuts(end):
            end += 1
        if start == mark.start and end == mark.end:
            return mark
        return mark._replace(start=start, end=end)

    def _cuts(self, at: int) -> bool:
        text = self._text or ""
        return bool(cut_character(text[max(at - _LONGEST, 0) : at], text[at : at + _LONGEST]))
