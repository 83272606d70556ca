"""Convert offsets between code points, UTF-16 units and bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from operator import eq
from typing import Literal, get_args

from onrecord.language.text_index import TextIndex

Units = Literal["code-points", "utf16", "bytes"]
UNITS: tuple[Units, ...] = get_args(Units)

_WIDTH = {
    "utf16": lambda character: 1 if character < "\U00010000" else 2,
    "bytes": lambda character: len(character.encode(errors="surrogatepass")),
}
_NAMES = {"code-points": "code points", "utf16": "UTF-16 units", "bytes": "bytes of UTF-8"}


class Ruler:
    """Convert offsets into a text between code points and another unit."""

    def __init__(self, text: str, units: Units) -> None:
        self.text = text
        self.units = units

    def to_code_points(self, offset: int) -> int | None:
        """Convert an offset to code points; None if it is inside a character or outside the text."""
        if self.units == "code-points":
            return offset if 0 <= offset <= len(self.text) else None
        return self._points.get(offset)

    def from_code_points(self, offset: int) -> int:
        """Convert an offset from code points to these units."""
        return offset if self.units == "code-points" else self._offsets[offset]

    @cached_property
    def _offsets(self) -> list[int]:
        return list(accumulate(map(_WIDTH[self.units], self.text), initial=0))

    @cached_property
    def _points(self) -> dict[int, int]:
        return {offset: point for point, offset in enumerate(self._offsets)}


@dataclass(frozen=True)
class Located:
    """Convert annotations of a text from the unit in which a source counts offsets.

    Attributes:
        same: Decides whether words of the text are those that the source states.
        marked: Whether the file of the text begins with a byte order mark.
    """

    text: str
    units: Units = "code-points"
    same: Callable[[str, str], bool] = eq
    marked: bool = field(default=False, kw_only=True)

    @cached_property
    def _rulers(self) -> dict[Units, Ruler]:
        return {unit: Ruler(self.text, unit) for unit in UNITS}

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Convert a span to code points; None if it is empty or an offset is not inside the text."""
        ruler = self._rulers[self.units]
        first, last = ruler.to_code_points(start), ruler.to_code_points(end)
        return None if first is None or last is None or first >= last else (first, last)

    def length(self) -> int:
        """Return the length of the text in the units of the source."""
        return self._rulers[self.units].from_code_points(len(self.text))

    def explain(self, start: int, end: int, words: str | None) -> str:
        """Describe how else offsets would fit, as the end of a sentence; empty if unknown."""
        if not words:
            return ""
        for unit in UNITS:
            if unit != self.units and self._has(self._rulers[unit], start, end, words):
                return f"; the offsets fit as {_NAMES[unit]} (--offsets {unit})"
        for name, ruler in self._variants:
            if self._has(ruler, start, end, words):
                return f"; the offsets fit {name}"
        if (at := TextIndex(self.text).place(words)) is not None:
            there = self._rulers[self.units].from_code_points(at)
            return f"; the text has these words at {there} alone"
        return ""

    def _has(self, ruler: Ruler, start: int, end: int, words: str) -> bool:
        first, last = ruler.to_code_points(start), ruler.to_code_points(end)
        if first is None or last is None:
            return False
        return self.same(ruler.text[first:last], words)

    @cached_property
    def _variants(self) -> list[tuple[str, Ruler]]:
        """Return the forms of the text in which another program may have counted."""
        mark = ("if a byte order mark is counted", "\ufeff" + self.text)
        if "\r\n" in self.text:
            ends = ("if each CR LF is counted as one", self.text.replace("\r\n", "\n"))
        else:
            crlf = self.text.replace("\n", "\r\n")
            ends = ("if each line end is counted as two, CR LF", crlf)
        # In the second line both may fit; a byte order mark that is known to exist is more likely.
        variants = (mark, ends) if self.marked else (ends, mark)
        return [(name, Ruler(text, self.units)) for name, text in variants]
