"""Test values in one place of many records at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from onrecord.exchange.prepared import has_controls
from onrecord.readers.bulk.column_predicates import Names
from onrecord.readers.bulk.predicate_compiler import predicates_for
from onrecord.schema import CURRENT, RecordType


class _Column:
    """Hold the values in one place of records, the same as JSON, and the numbers of their items."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.values: list[str | float] = []
        self.encoded: list[str] = []

    def undecided(self, record_type: RecordType, place: Names) -> Iterator[int]:
        """Yield the numbers of items with values that are not certainly valid."""
        numbers, values = self.numbers, self.values
        if _is_odd("".join(self.encoded)):
            odd = [_is_odd(one) for one in self.encoded]
            yield from (number for number, one in zip(numbers, odd, strict=True) if one)
            numbers = [number for number, one in zip(numbers, odd, strict=True) if not one]
            values = [value for value, one in zip(values, odd, strict=True) if not one]
        type_ = pa.float64() if values and isinstance(values[0], float) else pa.string()
        predicate = predicates_for(CURRENT.models[record_type]).part(place)
        failing = predicate.undecided_or_null(pa.array(values, type_))
        if failing is not None:
            yield from (numbers[index] for index in failing.nonzero()[0].tolist())


class ColumnTests:
    """Find items with values that are not certainly valid in their places in records."""

    def __init__(self) -> None:
        self._columns: dict[tuple[RecordType, Names], _Column] = {}

    def add(
        self,
        record_type: RecordType,
        place: Names,
        numbers: Sequence[int],
        values: Sequence[str | float],
        encoded: Sequence[str],
    ) -> None:
        """Add the values of items with these numbers, and the same as JSON."""
        column = self._columns.setdefault((record_type, place), _Column())
        column.numbers += numbers
        column.values += values
        column.encoded += encoded

    def undecided(self) -> Iterator[int]:
        """Yield the numbers of items with values that are not certainly valid."""
        for (record_type, place), column in self._columns.items():
            yield from column.undecided(record_type, place)


def _is_odd(encoded: str) -> bool:
    """Return whether there may be control characters or lone surrogates in texts as JSON."""
    try:
        return has_controls(encoded.encode())
    except UnicodeEncodeError:
        return True
