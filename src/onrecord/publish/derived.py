"""The columns of a publication that derive from the records, for the convenience of readers.

Each is defined here once: its name, its type, what it means and how it is made. They hold nothing
that the records do not: where words are withheld, so is what derives from them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.schema import RecordType


@dataclass(frozen=True, slots=True)
class Column:
    """A column that derives from the others of its table.

    Attributes:
        name: Its name.
        type: Its Arrow type. It may always be null.
        description: What it means and how it derives, in Markdown.
        derive: Makes it from a batch of records.
    """

    name: str
    type: pa.DataType
    description: str
    derive: Callable[[pa.RecordBatch], pa.Array]


def fingerprint(words: str) -> str | None:
    """What the same words have in common, however an outlet prints them.

    Letters, digits, marks and symbols (% among them) count, in Unicode's compatibility form (NFKC)
    and case-folded. Punctuation and spaces do not, except in numbers: 3.5 is not 35, nor is -5 a 5.

    Returns:
        The first 16 hexadecimal digits of the SHA-256 of what counts; None where nothing does.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold())
    plain = folded.translate(_SIGNS)
    if _DIGIT.search(plain):
        plain = _BETWEEN_DIGITS.sub(lambda found: _IN_NUMBERS.get(found[0], " "), plain)
        plain = _BEFORE_NUMBER.sub("-", plain)
    counts = plain.translate(_DROPPED)
    return hashlib.sha256(counts.encode()).hexdigest()[:16] if counts else None


# What counts for nothing by itself, told apart since it may count in numbers.
_STOP, _COMMA, _DASH, _OTHER = "\1\2\3\4"
_DROPPED = dict.fromkeys(map(ord, (_STOP, _COMMA, _DASH, _OTHER)))
_IN_NUMBERS = {_STOP: ".", _COMMA: ","}
_DIGIT = re.compile("[0-9]")
_BETWEEN_DIGITS = re.compile("(?<=[0-9])[\1-\4]+(?=[0-9])")
_BEFORE_NUMBER = re.compile("(?<![^\4])\3(?=[0-9])")


class _Signs(dict[int, str]):
    """What each character counts as, found out when it is first met."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        category = unicodedata.category(character)
        if category == "Nd":
            sign = str(unicodedata.decimal(character))
        elif character == "%" or (category[0] in "LMNS" and category != "Sk"):
            sign = character
        else:
            sign = _OTHER
        self[point] = sign
        return sign


_SIGNS = _Signs({ord("."): _STOP, ord(","): _COMMA})
_SIGNS.update(dict.fromkeys(map(ord, "-\N{HYPHEN}\N{EN DASH}\N{MINUS SIGN}"), _DASH))


def _words(batch: pa.RecordBatch) -> pa.Array:
    content = batch.column("content")
    exact = pc.struct_field(content.values, "exact")
    return pc.binary_join(pa.ListArray.from_arrays(content.offsets, exact), " ")


def _fingerprints(batch: pa.RecordBatch) -> pa.Array:
    words = _words(batch).to_pylist()
    found = (None if quote is None else fingerprint(quote) for quote in words)
    return pa.array(found, pa.string())


def _first_day(column: str, batch: pa.RecordBatch) -> pa.Array:
    return _days(pc.replace_substring_regex(batch.column(column), "/.*", ""))[0]


def _last_day(column: str, batch: pa.RecordBatch) -> pa.Array:
    return _days(pc.replace_substring_regex(batch.column(column), ".*/", ""))[1]


def _days(dates: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The first and the last day that each partial date covers; null for one that is open."""
    dates = pc.if_else(pc.equal(dates, ".."), pa.scalar(None, pa.string()), dates)
    year, month, day = (_number(dates, *extent) for extent in ((0, 4), (5, 7), (8, 10)))
    # Months since 1970, in which no day is lacking or too many yet.
    first = (12 * (year - 1970) + np.maximum(month, 1) - 1).astype("datetime64[M]")
    following = first + np.where(month == 0, 12, 1)
    begin = first.astype("datetime64[D]") + np.maximum(day, 1) - 1
    end = np.where(day == 0, following.astype("datetime64[D]") - 1, begin)
    # Python's calendar begins with the year 1; a day that its month does not have is no day.
    missing = (year < 1) | (begin.astype("datetime64[M]") != first)
    return pa.array(begin, pa.date32(), mask=missing), pa.array(end, pa.date32(), mask=missing)


def _number(dates: pa.Array, start: int, stop: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The number in a part of each date; 0 where it has no such part."""
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
            partial(_first_day, field),
        ),
        Column(
            f"{field}_to",
            pa.date32(),
            f"The last day that `{field}` covers, {_DAYS}.",
            partial(_last_day, field),
        ),
    )


COLUMNS: Mapping[RecordType, tuple[Column, ...]] = MappingProxyType(
    {
        "article": _dates("published"),
        "quote": (
            Column(
                "quote",
                pa.string(),
                f"The words of all spans of `content`, joined by a space. {_WORDS}",
                _words,
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


def derive(record_type: RecordType, batch: pa.RecordBatch) -> list[pa.Array]:
    """The derived columns of a batch of records, in their order."""
    return [column.derive(batch) for column in COLUMNS[record_type]]
