"""Write a text, and record where everything is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from onrecord.schema import current
from onrecord.testing.quotations import Quotation, Statement


class _Extent(NamedTuple):
    start: int
    end: int


@dataclass(slots=True)
class Placed:
    """Hold a quotation that is written, and its extents in the text."""

    quotation: Quotation
    id: str
    within: str | None
    content: list[tuple[_Extent, bool]] = field(default_factory=list)
    cues: list[_Extent] = field(default_factory=list)
    mentions: dict[int, list[_Extent]] = field(default_factory=dict)


class Writer:
    """Write passages into one text, one per line, and record where everything is.

    A span begins after a space or an opening mark and ends before a space, a comma or a closing
    mark, so that it never cuts a word or a grapheme cluster.
    """

    def __init__(self, passages: Sequence[str | Statement | Quotation]) -> None:
        self.text = ""
        self.statements: list[list[_Extent]] = []
        self.quotes: list[Placed] = []
        for number, passage in enumerate(passages):
            if number:
                self.text += "\n"
            if isinstance(passage, Statement):
                self.statements.append([self._write(piece, gap=", ") for piece in passage.pieces])
            elif isinstance(passage, Quotation):
                self._write_quotation(passage, within=None)
            else:
                self.text += passage

    def span(self, extent: _Extent) -> current.Span:
        return current.Span(**self._located(extent))

    def content_span(self, extent: _Extent, quoted: bool) -> current.ContentSpan:
        return current.ContentSpan(**self._located(extent), quoted=quoted)

    def _located(self, extent: _Extent) -> dict[str, Any]:
        start, end = extent
        return {
            "exact": self.text[start:end],
            "start": start,
            "end": end,
            "prefix": self.text[max(0, start - 32) : start],
            "suffix": self.text[end : end + 32],
        }

    def _write(self, words: str, gap: str = " ", opening: str = "") -> _Extent:
        begins_line = not self.text or self.text.endswith("\n")
        self.text += opening if begins_line else gap + opening
        start = len(self.text)
        self.text += words
        return _Extent(start, len(self.text))

    def _write_quotation(self, quotation: Quotation, within: str | None) -> None:
        placed = Placed(quotation, f"q{len(self.quotes) + 1}{quotation.id_suffix}", within)
        self.quotes.append(placed)
        for number, (words, quoted) in enumerate(quotation.content):
            if number == quotation.attribution_at:
                self._write_attribution(placed)
            marks = quotation.marks if quoted else ""
            start, end = self._write(words, gap=", ", opening=marks[:1])
            if quotation.nested and number + 1 == len(quotation.content):
                self._write_quotation(quotation.nested, within=placed.id)
                end = self._write(quotation.last_words).end
            self.text += marks[1:]
            placed.content.append((_Extent(start, end), quoted))
        if quotation.attribution_at == len(quotation.content):
            self._write_attribution(placed)

    def _write_attribution(self, placed: Placed) -> None:
        for number, (_, party) in enumerate(placed.quotation.parties):
            placed.mentions[number] = [self._write(mention) for mention in party.mentions]
        placed.cues = [self._write(cue) for cue in placed.quotation.cues]
