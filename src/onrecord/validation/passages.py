"""Find the words of articles that findings are about, as far as rights allow them to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.article_texts import article_texts
from onrecord.corpus.corpus import Corpus
from onrecord.findings import Passage, Path
from onrecord.readers.models.records import Kind
from onrecord.schema import RecordType

# Characters around the words.
_AROUND = 90
# The longest words that are shown.
_LONGEST = 400

_BREAKS = re.compile(r"\s+")

# A record, by its table and row, and a path inside it.
Where = tuple[Kind, int, Path]


def passages(corpus: Corpus, wanted: Sequence[Where]) -> dict[Where, Passage]:
    """Return the words at spans in the texts of their articles, with some words around them.

    Of articles whose texts may not be passed on in full, and of texts that are not available, nothing
    is returned.

    Args:
        corpus: The corpus.
        wanted: Values in quotes and claims. Outside of spans, they have the passage of the content;
            values in other records have none.
    """
    extents: dict[Where, tuple[int, int, int]] = {}
    for kind in ("quote", "claim"):
        own = [where for where in wanted if where[0] == kind]
        if not own:
            continue
        owners = corpus.owners(kind)
        records = dict(_taken(corpus, kind, {at for _, at, _ in own}))
        for where in own:
            extent = _extent(records[where[1]], where[2])
            if extent and owners[where[1]] >= 0:
                extents[where] = (int(owners[where[1]]), *extent)
    texts = dict(_texts(corpus, {article for article, _, _ in extents.values()}))
    return {
        where: _passage(texts[article], start, end)
        for where, (article, start, end) in extents.items()
        if article in texts and start < end <= len(texts[article])
    }


def _taken(
    corpus: Corpus, kind: RecordType, rows: Iterable[int]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield some records with their rows."""
    for numbers, some in _batches(corpus, kind, rows):
        yield from zip(numbers, some.to_pylist(), strict=True)


def _batches(
    corpus: Corpus, kind: RecordType, rows: Iterable[int]
) -> Iterator[tuple[list[int], pa.RecordBatch]]:
    wanted = sorted(rows)
    for first, batch in corpus.parts(kind):
        here = [row for row in wanted if first <= row < first + batch.num_rows]
        if here:
            yield here, batch.take(pa.array([row - first for row in here]))


def _extent(record: Mapping[str, Any], path: Path) -> tuple[int, int] | None:
    """Return the offsets of the span that a path leads to or into, else of the record's content."""
    return _offsets(record, path) or _offsets(record, ("content", 0))


def _offsets(record: Mapping[str, Any], path: Path) -> tuple[int, int] | None:
    value: Any = record
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            return None
        if isinstance(value, Mapping) and value.get("end") is not None and "start" in value:
            return (value["start"], value["end"]) if value["start"] is not None else None
    return None


def _texts(corpus: Corpus, rows: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Yield the texts of articles that may be passed on, with the rows of the articles."""
    wanted = set(rows)
    if not wanted:
        return
    # If two articles have the same id, the stricter rights of both apply.
    withheld = {
        article_id
        for _, batch in corpus.parts("article", ["id", "rights"])
        for article_id in batch["id"]
        .filter(pc.not_equal(pc.struct_field(batch["rights"], "redistribute"), "full"))
        .to_pylist()
    }
    ids = corpus.record_ids("article", sorted(wanted))
    may = [row for row, id_ in zip(sorted(wanted), ids, strict=True) if id_ not in withheld]
    for row, found in article_texts(corpus, np.array(may, np.int64)).items():
        if found.indexed:
            yield row, found.text


def _passage(text: str, start: int, end: int) -> Passage:
    words = text[start:end]
    if len(words) > _LONGEST:
        words = f"{words[: _LONGEST // 2].rstrip()} … {words[-_LONGEST // 2 :].lstrip()}"
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    if start > _AROUND:
        before = f"…{before[before.find(' ') + 1 :]}"
    if end + _AROUND < len(text):
        after = f"{after[: after.rfind(' ')] if ' ' in after else after}…"
    return Passage(*(_BREAKS.sub(" ", one) for one in (before, words, after)))
