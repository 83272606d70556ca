"""Compute columns that derive from others and make tables easier to use, in publications and in frames.

Each is defined here once: name, type, description and computation. They contain nothing that is not
in the records: if words are withheld, so is everything derived from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.language.wording import fingerprints
from onrecord.schema import CURRENT, RecordType
from onrecord.schema.arrow import arrow_schema


@dataclass(frozen=True, slots=True)
class Column:
    """Define a column that is computed from the others of its table.

    Attributes:
        name: Its name.
        type: Its Arrow type. It may always be null.
        description: Its meaning and derivation, in Markdown.
        derive: Computes it from a batch of records.
    """

    name: str
    type: pa.DataType
    description: str
    derive: Callable[[pa.RecordBatch], pa.Array]


def words(batch: pa.RecordBatch) -> pa.Array:
    """Return the words of quotes, their spans joined by a space; null where one is withheld."""
    content = batch.column("content")
    exact = pc.struct_field(content.values, "exact")
    return pc.binary_join(pa.ListArray.from_arrays(content.offsets, exact), " ")


def _speakers(batch: pa.RecordBatch) -> pa.Array:
    speakers = batch.column("speakers")
    names = pc.struct_field(speakers.values, "name")
    known = pc.is_valid(names)
    # An offset for each list into the names that are known.
    counts = np.concatenate([[0], np.cumsum(known.to_numpy(zero_copy_only=False))])
    offsets = pa.array(counts[speakers.offsets.to_numpy()], pa.int32())
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, names.filter(known)), "; ")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


def _fingerprints(batch: pa.RecordBatch) -> pa.Array:
    return fingerprints(words(batch))


def _edge_day(column: str, other: str, edge: int, batch: pa.RecordBatch) -> pa.Array:
    """Return the first (0) or last (1) day of dates, without the other end of an interval."""
    dates = batch.column(column).dictionary_encode()  # many records are of one day
    return _days(pc.replace_substring_regex(dates.dictionary, other, ""))[edge].take(dates.indices)


def _days(dates: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the first and the last day of each partial date; null for an open end (``..``)."""
    dates = pc.if_else(pc.equal(dates, ".."), pa.scalar(None, pa.string()), dates)
    year, month, day = (_number(dates, *extent) for extent in ((0, 4), (5, 7), (8, 10)))
    # Months since 1970, before days are added.
    first = (12 * (year - 1970) + np.maximum(month, 1) - 1).astype("datetime64[M]")
    following = first + np.where(month == 0, 12, 1)
    begin = first.astype("datetime64[D]") + np.maximum(day, 1) - 1
    end = np.where(day == 0, following.astype("datetime64[D]") - 1, begin)
    # Python's calendar begins with the year 1; days that a month does not have are invalid.
    missing = (year < 1) | (begin.astype("datetime64[M]") != first)
    return pa.array(begin, pa.date32(), mask=missing), pa.array(end, pa.date32(), mask=missing)


def _number(dates: pa.Array, start: int, stop: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the number at a position of each date; 0 if the date is shorter."""
    digits = pc.utf8_slice_codeunits(pc.fill_null(dates, ""), start, stop)
    padded = pc.utf8_lpad(digits, 1, "0")
    return np.asarray(padded.cast(pa.int64()))


_WORDS = "Null where a word is withheld."
_DAYS = "as the date is written, in whatever time zone"


def _dates(field: str) -> tuple[Column, Column]:
    return (
        Column(
            f"{field}_from",
            pa.date32(),
            f"The first day that `{field}` covers, {_DAYS}.",
            partial(_edge_day, field, "/.*", 0),
        ),
        Column(
            f"{field}_to",
            pa.date32(),
            f"The last day that `{field}` covers, {_DAYS}.",
            partial(_edge_day, field, ".*/", 1),
        ),
    )


COLUMNS: Mapping[RecordType, tuple[Column, ...]] = MappingProxyType(
    {
        "article": _dates("published"),
        "quote": (
            Column(
                "speaker",
                pa.string(),
                "The names of `speakers`, joined by a semicolon and a space. Null where the article "
                "names none of them.",
                _speakers,
            ),
            Column(
                "quote",
                pa.string(),
                f"The words of all spans of `content`, joined by a space. {_WORDS}",
                words,
            ),
            Column(
                "fingerprint",
                pa.string(),
                "Equal where the same words are quoted elsewhere, whatever their case, punctuation "
                "and spacing: the first 16 hexadecimal digits of the SHA-256 of the letters, "
                "digits, marks and symbols of `quote` (Unicode NFKC, case-folded, UTF-8), with the "
                f"punctuation inside numbers. {_WORDS}",
                _fingerprints,
            ),
            *_dates("said"),
        ),
        "claim": (*_dates("said"), *_dates("period")),
    }
)


@cache
def schema(record_type: RecordType) -> pa.Schema:
    """Return the Arrow schema of a published table: the model's, followed by the derived columns."""
    derived = [pa.field(column.name, column.type) for column in COLUMNS[record_type]]
    return pa.schema(
        [*arrow_schema(CURRENT.models[record_type]), *derived],
        {"onrecord.schema_version": CURRENT.number},
    )


def derive(record_type: RecordType, batch: pa.RecordBatch) -> list[pa.Array]:
    """Return the derived columns of a batch of records, in the order of ``COLUMNS``."""
    return [column.derive(batch) for column in COLUMNS[record_type]]
