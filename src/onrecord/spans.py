"""Spans beside the texts that they index: what stands there and around, and where else it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from itertools import repeat
from typing import Literal, NamedTuple

import pyarrow as pa

from onrecord.language import marks, passages
from onrecord.texts import sha256

# Code points of the text that are told before and after a span: as many as a prefix may have.
AROUND = 64
# How alike a passage must be to lost words to be told, from 0 to 100.
ALIKE = 70
# Passages like lost words are looked for in so many characters of text and no more; else a corpus
# that was given the wrong texts would keep people waiting.
MAX_SEARCHED = 20_000_000

# How the words of a span, or their digest, fit the text. ``here``: they stand at its offsets.
# ``utf16``, ``bytes``: they do if the offsets count these units. ``moved``: they stand elsewhere,
# in one place, or in one with the prefix and suffix. ``ambiguous``: in several. ``lost``: in none.
Fit = Literal["here", "utf16", "bytes", "moved", "ambiguous", "lost"]

_SENTENCE_END = re.compile(r"""[.!?…]['"”’»“)\]]*\s+|[。！？][」』”’）]*|\n\s*""")
# Units of offsets other than code points: the encoding and the bytes in each.
_UNITS: tuple[tuple[Fit, str, int], ...] = (("utf16", "utf-16-le", 2), ("bytes", "utf-8", 1))


class Span(NamedTuple):
    """A span as its record has it."""

    start: int | None
    end: int | None
    exact: str | None
    sha256: str | None
    prefix: str | None
    suffix: str | None
    verbatim: bool | None


class Beside(NamedTuple):
    """What a text has for one span; nothing where no text is at hand or the span is not located.

    Attributes:
        words: What stands at its offsets.
        before: Up to ``AROUND`` code points before it; likewise ``after``.
        sentence: Number of the sentence that it begins in, and ``last_sentence`` of the one that
            it ends in, as far as full stops tell.
        marked: Of a verbatim span whose words stand there: whether they stand inside quotation
            marks. Absent where the text leaves that open.
        fit: How the words fit the text. Where one of the offsets is missing or wrong, so that the
            span has no extent: ``moved``, if the words stand at the other.
        fit_start: Offset at which they do stand, where that is one place; likewise ``fit_end``.
        places: In how many places they stand.
        first_places: Where the first of several places are, for people to read.
        nearest: The passage most like lost words, if there is one that is.
        line: The line of the text, from 1, in which words begin that stand elsewhere, or the
            passage most like them.
    """

    words: str | None = None
    before: str | None = None
    after: str | None = None
    sentence: int | None = None
    last_sentence: int | None = None
    marked: bool | None = None
    fit: Fit | None = None
    fit_start: int | None = None
    fit_end: int | None = None
    places: int | None = None
    first_places: str | None = None
    nearest: str | None = None
    line: int | None = None


_TYPES = {
    **dict.fromkeys(("words", "before", "after", "fit", "first_places", "nearest"), pa.string()),
    **dict.fromkeys(("sentence", "last_sentence", "fit_start", "fit_end", "places"), pa.int64()),
    "line": pa.int64(),
    "marked": pa.bool_(),
}
_NEEDED = ["start_at", "end_at", "exact", "sha256", "prefix", "suffix", "verbatim"]
_NOTHING = Beside()


def beside_texts(spans: pa.Table, texts: Mapping[int, str]) -> pa.Table:
    """The view of spans with what ``Beside`` tells, a column each.

    Args:
        spans: The view of spans.
        texts: The texts that spans index, by the locators of their articles.
    """
    if not texts:
        for name, kind in _TYPES.items():
            spans = spans.append_column(name, pa.nulls(spans.num_rows, kind))
        return spans
    search = Search()
    indexed = {owner: IndexedText(text, search) for owner, text in texts.items()}
    chunks: dict[str, list[pa.Array]] = {name: [] for name in Beside._fields}
    for batch in spans.select(["owner", *_NEEDED]).to_batches(max_chunksize=16_384):
        owners, *fields = (column.to_pylist() for column in batch.columns)
        found = [
            _NOTHING if text is None else text.beside(Span._make(span))
            for text, span in zip(
                map(indexed.get, owners, repeat(None)), zip(*fields, strict=True), strict=True
            )
        ]
        for name, column in zip(Beside._fields, zip(*found, strict=True), strict=True):
            chunks[name].append(pa.array(column, _TYPES[name]))
    for name, arrays in chunks.items():
        spans = spans.append_column(name, pa.chunked_array(arrays, _TYPES[name]))
    return spans


class Search:
    """Looks for passages like lost words, until it has searched enough text."""

    def __init__(self) -> None:
        self._left = MAX_SEARCHED

    def nearest(self, words: str, text: str) -> passages.Passage | None:
        """The passage of a text that is most like some words, if one is and it was looked for."""
        if len(text) > self._left:
            return None
        self._left -= len(text)
        found = passages.nearest(words, text)
        return found if found and found.score >= ALIKE else None


class IndexedText:
    """A text that spans index."""

    def __init__(self, text: str, search: Search) -> None:
        self.text = text
        self._search = search

    def beside(self, span: Span) -> Beside:
        """What the text has for a span."""
        start, end = span.start, span.end
        if start is None or end is None or start >= end:
            return self._without_extent(span)
        if end > len(self.text):
            return self._elsewhere(span, start, end)
        words = self.text[start:end]
        if self._is(span, words):
            fit = Beside(fit="here", fit_start=start, fit_end=end)
        elif span.exact is None and span.sha256 is None:
            fit = _NOTHING
        else:
            fit = self._elsewhere(span, start, end)
        marked = span.verbatim and fit.fit in ("here", None)
        return fit._replace(
            words=words,
            before=self.text[max(0, start - AROUND) : start],
            after=self.text[end : end + AROUND],
            sentence=bisect_right(self._sentences, start),
            last_sentence=bisect_right(self._sentences, end - 1),
            marked=self._marked(start, end) if marked else None,
        )

    def _is(self, span: Span, words: str) -> bool:
        """Whether words are those of a span, or have its digest."""
        if span.exact is not None:
            return words == span.exact
        return span.sha256 is not None and sha256(words) == span.sha256

    def _without_extent(self, span: Span) -> Beside:
        """Where the words of a span stand that has but one offset, or two of which one is wrong."""
        if span.exact is None:
            return _NOTHING
        length = len(span.exact)
        starts = [span.start, None if span.end is None else span.end - length]
        for start in starts:
            if start is not None and start >= 0 and self.text.startswith(span.exact, start):
                return Beside(fit="moved", fit_start=start, fit_end=start + length)
        return _NOTHING

    def _elsewhere(self, span: Span, start: int, end: int) -> Beside:
        """Where the words of a span stand that are not at its offsets."""
        if found := self._in_other_units(span, start, end):
            return found
        if span.exact is None:
            return Beside(fit=None if span.sha256 is None else "lost", places=0)
        places = self.text.count(span.exact)
        prefix, suffix = span.prefix or "", span.suffix or ""
        around = prefix + span.exact + suffix
        if self.text.count(around) == 1:
            return self._moved(span.exact, self.text.find(around) + len(prefix), places)
        if places == 1:
            return self._moved(span.exact, self.text.find(span.exact), places)
        if places:
            return Beside(fit="ambiguous", places=places, first_places=self._first(span.exact))
        like = self._search.nearest(span.exact, self.text)
        return Beside(
            fit="lost",
            places=0,
            nearest=self.text[like.start : like.end] if like else None,
            line=self._line(like.start) if like else None,
        )

    def _in_other_units(self, span: Span, start: int, end: int) -> Beside | None:
        if self.text.isascii():
            return None
        for fit, encoding, width in _UNITS:
            encoded = self._encoded[encoding]
            if end * width > len(encoded):
                continue
            try:
                words = encoded[start * width : end * width].decode(encoding)
                if not self._is(span, words):
                    continue
                first = len(encoded[: start * width].decode(encoding))
            except UnicodeDecodeError:
                continue
            return Beside(
                fit=fit, fit_start=first, fit_end=first + len(words), line=self._line(first)
            )
        return None

    def _moved(self, words: str, start: int, places: int) -> Beside:
        line = self._line(start)
        return Beside(
            fit="moved", fit_start=start, fit_end=start + len(words), places=places, line=line
        )

    def _first(self, words: str) -> str:
        """The first places of words, three at most."""
        found: list[str] = []
        at = self.text.find(words)
        while at >= 0 and len(found) < 3:
            found.append(f"{at} (line {self._line(at)})")
            at = self.text.find(words, at + len(words))
        return ", ".join(found)

    def _line(self, at: int) -> int:
        return self.text.count("\n", 0, at) + 1

    def _marked(self, start: int, end: int) -> bool | None:
        # Most words have a mark beside them, and need not wait until all are paired.
        if marks.beside(self.text, start, end):
            return True
        return marks.marked(self.text, (start, end), self._marks)

    @cached_property
    def _marks(self) -> marks.Marks:
        return marks.marks(self.text)

    @cached_property
    def _encoded(self) -> Mapping[str, bytes]:
        return {encoding: self.text.encode(encoding) for _, encoding, _ in _UNITS}

    @cached_property
    def _sentences(self) -> list[int]:
        return [found.end() for found in _SENTENCE_END.finditer(self.text)]
