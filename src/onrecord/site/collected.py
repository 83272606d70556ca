"""Collect what pages about several articles show, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import pyarrow as pa

from onrecord.site.gathered import Row
from onrecord.site.sorted_rows import SortedRows

_SCHEMA = pa.schema([(name, pa.string()) for name in ("page", "sort", "value")])


class Collected:
    """Sort values for pages, added in any order: by page, and in a page by their sort keys.

    Args:
        memory: How many bytes are kept in memory.
    """

    def __init__(self, memory: int) -> None:
        self._rows: SortedRows[Row] = SortedRows(_SCHEMA, ("page", "sort"), memory)

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows, in any order."""
        self._rows.extend(rows)

    def pages(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the pages in the order of their paths, each with its values in their order."""
        for page, rows in groupby(self.values(), key=itemgetter(0)):
            yield page, [value for _, value in rows]

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield the values of all pages in order, each with the path of its page."""
        for some in self._rows.batches(["page", "value"]):
            yield from zip(some["page"].to_pylist(), some["value"].to_pylist(), strict=True)
