"""Collect what pages about several articles show, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.spill import SpillBuffer

_SCHEMA = pa.schema([(name, pa.string()) for name in ("page", "sort", "value")])
# Rows that are converted at once.
_TOGETHER = 2048


class Collected:
    """Values for pages, in any order; afterwards page by page.

    Args:
        memory: How many bytes are kept in memory.
    """

    def __init__(self, memory: int) -> None:
        self._buffer = SpillBuffer(_SCHEMA, memory)
        self._waiting: list[dict[str, str]] = []

    def add(self, page: str, sort: str, value: dict[str, Any]) -> None:
        """Add a value to a page.

        Args:
            page: The path of the page.
            sort: The sort key of the value on the page.
            value: A value that JSON can represent.
        """
        text = json.dumps(value, ensure_ascii=False)
        self._waiting.append({"page": page, "sort": sort, "value": text})
        if len(self._waiting) >= _TOGETHER:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._buffer.append(pa.RecordBatch.from_pylist(self._waiting, _SCHEMA))
            self._waiting = []

    def pages(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Yield the pages in the order of their paths, each with its values in their order."""
        for page, rows in groupby(self._rows(), key=itemgetter("page")):
            yield page, [json.loads(row["value"]) for row in rows]

    def values(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the values of all pages in order, each with the path of its page."""
        for row in self._rows():
            yield row["page"], json.loads(row["value"])

    def _rows(self) -> Iterator[dict[str, str]]:
        self._flush()
        if not self._buffer.num_rows:
            return
        keys = self._buffer.table(["page", "sort"])
        order = pc.sort_indices(keys, [("page", "ascending"), ("sort", "ascending")]).to_numpy()
        for _, batch in self._buffer.in_order(order.astype("int64")):
            for at in range(0, batch.num_rows, _TOGETHER):
                yield from batch.slice(at, _TOGETHER).to_pylist()
