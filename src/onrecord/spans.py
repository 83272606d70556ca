"""Spans beside the texts that they index: what stands there and around, and where else it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import repeat
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from onrecord.language.offsets import Ruler
from onrecord.texts import sha256

# Code points of the text that are told before and after a span: as many as a prefix may have.
AROUND = 64

# How the words of a span, or their digest, fit the text. ``here``: they stand at its offsets.
# ``utf16``, ``bytes``: they do if the offsets count these units. ``moved``: they stand elsewhere,
# in one place, or in one with the prefix and suffix. ``ambiguous``: in several. ``lost``: in none.
Fit = Literal["here", "utf16", "bytes", "moved", "ambiguous", "lost"]

_SENTENCE_END = re.compile(r"""[.!?…]['"”’»“)\]]*\s+|[。！？][」』”’）]*|\n\s*""")


class Beside(NamedTuple):
    """What a text has for one span; nothing where no text is at hand or the span is not located.

    Attributes:
        words: What stands at its offsets.
        before: Up to ``AROUND`` code points before it; likewise ``after``.
        sentence: Number of the sentence that it begins in, and ``last_sentence`` of the one that
            it ends in, as far as full stops tell.
        fit: How the words fit the text.
        fit_start: Offset at which they do stand, where that is one place; likewise ``fit_end``.
        places: In how many places they stand.
    """

    words: str | None = None
    before: str | None = None
    after: str | None = None
    sentence: int | None = None
    last_sentence: int | None = None
    fit: Fit | None = None
    fit_start: int | None = None
    fit_end: int | None = None
    places: int | None = None


_TYPES = {
    **dict.fromkeys(("words", "before", "after", "fit"), pa.string()),
    **dict.fromkeys(("sentence", "last_sentence", "fit_start", "fit_end", "places"), pa.int64()),
}
_NEEDED = ["owner", "start_at", "end_at", "exact", "sha256", "prefix", "suffix"]


def beside_texts(spans: pa.Table, texts: Mapping[int, str]) -> pa.Table:
    """The view of spans with what ``Beside`` tells, a column each.

    Args:
        spans: The view of spans.
        texts: The texts that spans index, by the locators of their articles.
    """
    indexed = {owner: IndexedText(text) for owner, text in texts.items()}
    nothing = Beside()
    found: list[Beside] = []
    for batch in spans.select(_NEEDED).to_batches():
        rows: Iterable[dict[str, Any]] = batch.to_pylist() if texts else repeat({}, batch.num_rows)
        for row in rows:
            text = indexed.get(row.get("owner", -1))
            found.append(nothing if text is None else text.beside(row))
    columns = list(zip(*found, strict=True)) or [()] * len(Beside._fields)
    for name, column in zip(Beside._fields, columns, strict=True):
        spans = spans.append_column(name, pa.array(column, _TYPES[name]))
    return spans


class IndexedText:
    """A text that spans index."""

    def __init__(self, text: str) -> None:
        self.text = text

    def beside(self, span: Mapping[str, Any]) -> Beside:
        """What the text has for a span."""
        start, end = span["start_at"], span["end_at"]
        if start is None or end is None or start >= end:
            return Beside()
        inside = end <= len(self.text)
        words = self.text[start:end] if inside else None
        fit, (fit_start, fit_end), places = self._fit(span, start, end, words)
        found = Beside(fit=fit, fit_start=fit_start, fit_end=fit_end, places=places)
        if words is None:
            return found
        return found._replace(
            words=words,
            before=self.text[max(0, start - AROUND) : start],
            after=self.text[end : end + AROUND],
            sentence=bisect_right(self._sentences, start),
            last_sentence=bisect_right(self._sentences, end - 1),
        )

    def _fit(
        self, span: Mapping[str, Any], start: int, end: int, words: str | None
    ) -> tuple[Fit | None, tuple[int, int] | tuple[None, None], int | None]:
        exact, digest = span["exact"], span["sha256"]
        if exact is None and digest is None:
            return None, (None, None), None

        def same(found: str) -> bool:
            return bool(found == exact if exact is not None else sha256(found) == digest)

        if words is not None and same(words):
            return "here", (start, end), None
        for unit, ruler in self._rulers.items():
            first, last = ruler.to_code_points(start), ruler.to_code_points(end)
            if first is not None and last is not None and same(self.text[first:last]):
                return unit, (first, last), None
        if exact is None:
            return "lost", (None, None), 0
        prefix, suffix = span["prefix"] or "", span["suffix"] or ""
        places = self.text.count(exact)
        around = prefix + exact + suffix
        if self.text.count(around) == 1:
            at = self.text.find(around) + len(prefix)
        elif places == 1:
            at = self.text.find(exact)
        else:
            return ("ambiguous" if places else "lost"), (None, None), places
        return "moved", (at, at + len(exact)), places

    @cached_property
    def _rulers(self) -> dict[Literal["utf16", "bytes"], Ruler]:
        if self.text.isascii():
            return {}
        return {"utf16": Ruler(self.text, "utf16"), "bytes": Ruler(self.text, "bytes")}

    @cached_property
    def _sentences(self) -> list[int]:
        return [found.end() for found in _SENTENCE_END.finditer(self.text)]
