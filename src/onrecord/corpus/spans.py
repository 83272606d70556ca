"""Compare spans with the texts that their offsets refer to.

Most spans have the words that are at their offsets. This is decided for whole columns at once; only
the remaining spans are searched for one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.files.texts import sha256
from onrecord.language.passages import ALIKE, PassageSearch
from onrecord.language.text_index import TextIndex
from onrecord.language.utf8 import Bytes, Flags, Numbers, cut_out, pieces, utf8

# Code points of text in the columns ``before`` and ``after``: the longest prefix.
AROUND = 64
# Where the words of a span, or words with its digest, are in the text. ``here``: at its offsets.
# ``utf16``, ``bytes``: at its offsets in these units. ``moved``: in one other place, or in one
# with the prefix and suffix. ``ambiguous``: in several. ``lost``: in none.
Fit = Literal["here", "utf16", "bytes", "moved", "ambiguous", "lost"]

# Units of offsets other than code points: the encoding and the bytes in each.
_UNITS: tuple[tuple[Fit, str, int], ...] = (("utf16", "utf-16-le", 2), ("bytes", "utf-8", 1))


class Span(NamedTuple):
    """Hold the fields of a span as its record has them; offsets are in code points of the text."""

    start: int | None
    end: int | None
    exact: str | None
    sha256: str | None
    prefix: str | None
    suffix: str | None


class Fitting(NamedTuple):
    """Hold the offsets at which the words of a span are found; all None if no text is available or the span has no words.

    Attributes:
        fit: See ``Fit``. If an offset is missing or wrong, ``moved`` if the words are at the other one.
        fit_start: Offset at which the words are, if that is one place; likewise ``fit_end``.
        places: The number of places that have the words, if they are not at the offsets.
        first_places: The first of several places, as text for a message.
        nearest: The passage that is most similar to lost words, if one is similar enough.
        line: The line of the text, from 1, at which the words or the similar passage begin.
    """

    fit: Fit | None = None
    fit_start: int | None = None
    fit_end: int | None = None
    places: int | None = None
    first_places: str | None = None
    nearest: str | None = None
    line: int | None = None


_FITTING = {
    "fit": pa.string(),
    "fit_start": pa.int64(),
    "fit_end": pa.int64(),
    "places": pa.int64(),
    "first_places": pa.string(),
    "nearest": pa.string(),
    "line": pa.int64(),
}
_NOTHING = Fitting()


def beside_texts(
    spans: pa.Table, texts: pa.Table, around: Collection[str] = ("before", "after")
) -> pa.Table:
    """Add columns to the view of spans: the words of the text, and those of ``Fitting``.

    ``words`` is the text between the offsets of a span, ``before`` and ``after`` up to ``AROUND``
    code points around it; null if no text is available or the offsets are not inside it.
    ``nearest`` remains null; `Search` fills it.

    Args:
        spans: The view of spans.
        texts: The texts that offsets refer to: ``owner``, the locator of the article, and ``text``.
        around: Those of ``before`` and ``after`` that are computed; others are null.
    """
    if not texts.num_rows:
        for name in ("words", "before", "after"):
            spans = spans.append_column(name, pa.nulls(spans.num_rows, pa.string()))
        for name, kind in _FITTING.items():
            spans = spans.append_column(name, pa.nulls(spans.num_rows, kind))
        return spans
    at = _filled(pc.index_in(spans["owner"], texts["owner"].combine_chunks()))
    cut = Cut(texts["text"], at, _filled(spans["start_at"]), _filled(spans["end_at"]))
    spans = spans.append_column("words", cut.words())
    for name, of in (("before", cut.before), ("after", cut.after)):
        column = of() if name in around else pa.nulls(len(at), pa.string())
        spans = spans.append_column(name, column)
    here = _are_here(spans, cut.inside)
    for name, column in _fittings(spans, texts["text"], at, here).items():
        spans = spans.append_column(name, column)
    return spans


def _filled(numbers: pa.ChunkedArray) -> Numbers:
    """Convert a column of integers to an array, with -1 for null."""
    filled: Numbers = pc.fill_null(numbers.cast(pa.int64()), -1).to_numpy()
    return filled


class Cut:
    """Convert the offsets of spans (code points) to byte offsets, and cut words out of texts.

    Args:
        texts: The texts.
        at: The row of each span's text; -1 without one.
        starts: The offset at which each span begins.
        ends: The offset at which it ends.

    Attributes:
        inside: Whether the offsets of each span are inside an available text.
    """

    def __init__(self, texts: pa.ChunkedArray, at: Numbers, starts: Numbers, ends: Numbers) -> None:
        self.inside: Flags = np.zeros(len(at), np.bool_)
        self._buffers: list[Bytes] = []
        # The buffer of each span, and the byte offsets in it of the words and of their context.
        self._of = np.zeros(len(at), np.int32)
        self._first, self._start, self._end, self._last = np.zeros((4, len(at)), np.int32)
        order = np.argsort(at, kind="stable")
        in_order = at[order]
        number = 0
        for chunk in texts.chunks:
            data, offsets = utf8(chunk)
            self._buffers.append(data)
            for low, high in pieces(offsets, _BYTES):
                extent = np.searchsorted(in_order, (number + low, number + high))
                rows = order[slice(*extent)]
                if len(rows):
                    own = at[rows] - number - low
                    self._piece(rows, own, starts, ends, data, offsets[low : high + 1])
            number += len(chunk)

    def _piece(
        self,
        rows: Numbers,
        texts: Numbers,
        starts: Numbers,
        ends: Numbers,
        data: Bytes,
        offsets: Numbers,
    ) -> None:
        """Find the byte offsets of the spans in some consecutive texts."""
        begin = offsets[0]
        piece = data[begin : offsets[-1]]
        # The bytes at which code points begin: all but continuation bytes.
        points = np.flatnonzero(piece.view(np.int8) >= -64)
        firsts = np.searchsorted(points, offsets - begin)
        start, end, length = starts[rows], ends[rows], np.diff(firsts)[texts]
        inside = (start >= 0) & (start < end) & (end <= length)
        rows, texts = rows[inside], texts[inside]
        start, end, length, first = start[inside], end[inside], length[inside], firsts[texts]
        self.inside[rows] = True
        self._of[rows] = len(self._buffers) - 1

        def at(numbers: Numbers) -> Numbers:
            """Return the byte offsets of code points; the last one is the end of the texts."""
            last = numbers == len(points)
            found: Numbers = begin + points[numbers - last]
            found[last] = offsets[-1]
            return found

        if len(rows):
            self._start[rows], self._end[rows] = at(first + start), at(first + end)
            self._first[rows] = at(first + np.maximum(start - AROUND, 0))
            self._last[rows] = at(first + np.minimum(end + AROUND, length))

    def words(self) -> pa.ChunkedArray:
        """Return the text between the offsets of each span; null where ``inside`` is false."""
        return self._between(self._start, self._end)

    def before(self) -> pa.ChunkedArray:
        """Return up to ``AROUND`` code points before each span."""
        return self._between(self._first, self._start)

    def after(self) -> pa.ChunkedArray:
        """Return up to ``AROUND`` code points after each span."""
        return self._between(self._end, self._last)

    def _between(
        self, begins: npt.NDArray[np.int32], ends: npt.NDArray[np.int32]
    ) -> pa.ChunkedArray:
        chunks = []
        for low in range(0, len(begins), _ROWS):
            rows = np.arange(low, min(low + _ROWS, len(begins)))
            of = self._of[rows]
            parts = [
                cut_out(self._buffers[number], begins[own], ends[own], self.inside[own])
                for number in np.unique(of)
                for own in (rows[of == number],)
            ]
            together = pa.concat_arrays(parts)
            if len(parts) > 1:
                back = np.argsort(np.argsort(of, kind="stable"), kind="stable")
                together = together.take(pa.array(back))
            chunks.append(together)
        return pa.chunked_array(chunks, pa.string())


# Bytes of texts that are scanned at a time, and rows that are cut at a time: they fit in a
# processor cache.
_BYTES = 200_000
_ROWS = 8192


def _are_here(spans: pa.Table, inside: Flags) -> Flags:
    """Return whether each span's words, or words with its digest, are at its offsets."""
    here: Flags = pc.fill_null(pc.equal(spans["words"], spans["exact"]), False).to_numpy()
    digested = inside & spans["exact"].is_null().to_numpy() & spans["sha256"].is_valid().to_numpy()
    some = spans.select(["words", "sha256"]).filter(pa.array(digested))
    pairs = zip(some["words"].to_pylist(), some["sha256"].to_pylist(), strict=True)
    here[digested] = [sha256(words) == digest for words, digest in pairs]
    return here


def _fittings(
    spans: pa.Table, texts: pa.ChunkedArray, at: Numbers, here: Flags
) -> dict[str, pa.Array]:
    """Return the values of ``Fitting`` for all spans, as columns."""
    stated = spans["exact"].is_valid().to_numpy() | spans["sha256"].is_valid().to_numpy()
    others = (at >= 0) & stated & ~here
    found = list(_one_by_one(spans.filter(pa.array(others)), texts, at[others]))
    # The index of each row's value: none, the one of all spans in place, or its own.
    which = np.full(len(here), -1)
    which[here] = 0
    which[others] = np.arange(1, len(found) + 1)
    index = pa.array(which, mask=which < 0)
    columns = zip(*(Fitting("here"), *found), strict=True)
    fitting = {
        name: pa.array(values, kind).take(index)
        for (name, kind), values in zip(_FITTING.items(), columns, strict=True)
    }
    for name, source in (("fit_start", "start_at"), ("fit_end", "end_at")):
        own = spans[source].cast(pa.int64())
        fitting[name] = pc.if_else(pa.array(here), own, fitting[name])
    return fitting


def _one_by_one(spans: pa.Table, texts: pa.ChunkedArray, at: Numbers) -> Iterator[Fitting]:
    @lru_cache(maxsize=_ROWS)
    def indexed(number: int) -> IndexedText:
        return IndexedText(texts[number].as_py())

    fields = [spans[name] for name in ("start_at", "end_at", "exact", "sha256", "prefix", "suffix")]
    for number, *span in zip(at.tolist(), *(field.to_pylist() for field in fields), strict=True):
        yield indexed(number).fitting(Span._make(span))


class Search:
    """Search ``MAX_SEARCHED`` characters at most for passages that are similar to lost words."""

    def __init__(self) -> None:
        self._passages = PassageSearch()

    def add_nearest(self, spans: pa.Table, texts: pa.Table) -> pa.Table:
        """Fill the column ``nearest`` of spans whose words are lost.

        Args:
            spans: As `beside_texts` returns them.
            texts: The texts that they refer to, as for `beside_texts`.
        """
        lost = pc.and_(pc.equal(spans["fit"], "lost"), pc.is_valid(spans["exact"]))
        lost = pc.fill_null(lost, False).combine_chunks()
        some = spans.filter(lost)
        if not some.num_rows:
            return spans
        at = pc.index_in(some["owner"], texts["owner"].combine_chunks()).to_pylist()
        words = some["exact"].to_pylist()
        found = [
            self._nearest(one, texts["text"][number].as_py())
            for one, number in zip(words, at, strict=True)
        ]
        for name, values in zip(("nearest", "line"), zip(*found, strict=True), strict=True):
            index = spans.column_names.index(name)
            column = spans[name].combine_chunks()
            stated = pc.replace_with_mask(column, lost, pa.array(values, column.type))
            spans = spans.set_column(index, name, stated)
        return spans

    def _nearest(self, words: str, text: str) -> tuple[str | None, int | None]:
        """Return the passage that is most similar to some words, and the line where it begins.

        Both are None if no passage is similar enough, or the limit of the search is reached.
        """
        found = self._passages.nearest(words, text)
        if found is None or found.score < ALIKE:
            return None, None
        return text[found.start : found.end], TextIndex(text).line(found.start)


class IndexedText(TextIndex):
    """Find the words of spans in the text that their offsets should refer to."""

    def fitting(self, span: Span) -> Fitting:
        """Find the words of a span that are not at its offsets."""
        start, end = span.start, span.end
        if start is None or end is None or start >= end:
            return self._without_extent(span)
        return self._elsewhere(span, start, end)

    def _is(self, span: Span, words: str) -> bool:
        """Return whether words equal those of a span, or have its digest."""
        if span.exact is not None:
            return words == span.exact
        return span.sha256 is not None and sha256(words) == span.sha256

    def _without_extent(self, span: Span) -> Fitting:
        """Find the words of a span that lacks an offset or whose end is not after its start."""
        if span.exact is None:
            return _NOTHING
        length = len(span.exact)
        starts = [span.start, None if span.end is None else span.end - length]
        for start in starts:
            if start is not None and start >= 0 and self.text.startswith(span.exact, start):
                return Fitting(fit="moved", fit_start=start, fit_end=start + length)
        return _NOTHING

    def _elsewhere(self, span: Span, start: int, end: int) -> Fitting:
        """Find the words of a span whose offsets are both present, but have other words."""
        if found := self._in_other_units(span, start, end):
            return found
        if span.exact is None:
            return Fitting(fit=None if span.sha256 is None else "lost", places=0)
        places = self.count(span.exact)
        at = self.place(span.exact, span.prefix or "", span.suffix or "") if places else None
        if at is not None:
            return self._moved(span.exact, at, places)
        if places:
            first = ", ".join(f"{at} (line {self.line(at)})" for at in self.places(span.exact, 3))
            return Fitting(fit="ambiguous", places=places, first_places=first)
        return Fitting(fit="lost", places=0)

    def _in_other_units(self, span: Span, start: int, end: int) -> Fitting | None:
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
            return Fitting(
                fit=fit, fit_start=first, fit_end=first + len(words), line=self.line(first)
            )
        return None

    def _moved(self, words: str, start: int, places: int) -> Fitting:
        line = self.line(start)
        return Fitting(
            fit="moved", fit_start=start, fit_end=start + len(words), places=places, line=line
        )

    @cached_property
    def _encoded(self) -> Mapping[str, bytes]:
        return {encoding: self.text.encode(encoding) for _, encoding, _ in _UNITS}
