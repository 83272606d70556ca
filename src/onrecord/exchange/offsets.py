"""Offsets into a text, counted in code points, UTF-16 units or bytes."""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from typing import Literal, get_args

Units = Literal["code-points", "utf16", "bytes"]
UNITS: tuple[Units, ...] = get_args(Units)

_WIDTH = {
    "utf16": lambda character: 1 if character < "\U00010000" else 2,
    "bytes": lambda character: len(character.encode(errors="surrogatepass")),
}
_NAMES = {"code-points": "code points", "utf16": "UTF-16 units", "bytes": "bytes of UTF-8"}


class Ruler:
    """Turns offsets into a text from code points to other units and back."""

    def __init__(self, text: str, units: Units) -> None:
        self.text = text
        self.units = units

    def to_code_points(self, offset: int) -> int | None:
        """The offset in code points; None where it is inside a character or beyond the text."""
        if self.units == "code-points":
            return offset if 0 <= offset <= len(self.text) else None
        return self._points.get(offset)

    def from_code_points(self, offset: int) -> int:
        """The offset in these units."""
        return offset if self.units == "code-points" else self._offsets[offset]

    @cached_property
    def _offsets(self) -> list[int]:
        return list(accumulate(map(_WIDTH[self.units], self.text), initial=0))

    @cached_property
    def _points(self) -> dict[int, int]:
        return {offset: point for point, offset in enumerate(self._offsets)}


class Located:
    """A text with annotations, and how their offsets are counted."""

    def __init__(self, text: str, units: Units = "code-points") -> None:
        self.text = text
        self.units: Units = units
        self._rulers = {unit: Ruler(text, unit) for unit in UNITS}

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """A span in code points; None where it is none of the text."""
        ruler = self._rulers[self.units]
        first, last = ruler.to_code_points(start), ruler.to_code_points(end)
        return None if first is None or last is None or first >= last else (first, last)

    def length(self) -> int:
        """The length of the text in the units of the source."""
        return self._rulers[self.units].from_code_points(len(self.text))

    def explain(self, start: int, end: int, words: str | None) -> str:
        """Why offsets may not fit, as the end of a sentence: in which other way they would.

        Without words to look for there is no telling.
        """
        if not words:
            return ""
        for unit in UNITS:
            if unit != self.units and self._fits(unit, start, end, words):
                return f"; the offsets fit as {_NAMES[unit]} (--offsets {unit})"
        for name, text in self._variants():
            ruler = Ruler(text, self.units)
            first, last = ruler.to_code_points(start), ruler.to_code_points(end)
            if first is not None and last is not None and text[first:last] == words:
                return f"; the offsets fit {name}"
        if (at := self.text.find(words)) >= 0 and self.text.find(words, at + 1) < 0:
            there = self._rulers[self.units].from_code_points(at)
            return f"; the text has these words at {there} alone"
        return ""

    def _fits(self, unit: Units, start: int, end: int, words: str) -> bool:
        ruler = self._rulers[unit]
        first, last = ruler.to_code_points(start), ruler.to_code_points(end)
        return first is not None and last is not None and self.text[first:last] == words

    def _variants(self) -> list[tuple[str, str]]:
        """The text as another program may have had it."""
        variants = [("if a byte order mark is counted", "\ufeff" + self.text)]
        if "\r\n" in self.text:
            variants.append(("if each CR LF is counted as one", self.text.replace("\r\n", "\n")))
        else:
            crlf = self.text.replace("\n", "\r\n")
            variants.append(("if each line end is counted as two, CR LF", crlf))
        return variants
