"""Assign rows to columns one to one, so that the sum of their weights is the largest possible."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple


def assign(weights: Sequence[Mapping[int, int]]) -> dict[int, int]:
    """Return the column of each row that has one, in an assignment of maximum weight.

    A row or column may stay alone. The result is exact: rows are added one by one, each along the
    shortest augmenting path (the Hungarian method; Kuhn 1955, Jonker and Volgenant 1987). Only pairs
    with a weight are visited, so that the time depends on how many rows compete for the same columns
    and not on their number.

    Args:
        weights: For each row, the positive weight of each column that it may have.
    """
    search = _Search(weights)
    for row in range(len(weights)):
        search.add(row)
    return search.column_of


class _Path(NamedTuple):
    """Hold the end of an augmenting path: in a free column, or with a row that gives up its column."""

    length: int
    row: int
    column: int | None


class _Search:
    """Assign rows to columns one by one, with prices that prove that no assignment is better.

    A row's price plus a column's price is never less than the weight of the pair, and equal to it for
    assigned pairs; a row without a column and a column without a row have the price 0.
    """

    def __init__(self, weights: Sequence[Mapping[int, int]]) -> None:
        self._weights = weights
        self._row_prices = [max(own.values(), default=0) for own in weights]
        self._column_prices: defaultdict[int, int] = defaultdict(int)
        self._row_of: dict[int, int] = {}
        self.column_of: dict[int, int] = {}

    def add(self, root: int) -> None:
        """Assign one more row, or leave a row alone where that is better."""
        distances: dict[int, int] = {}
        settled: dict[int, int] = {}
        scanned: dict[int, int] = {}
        reached_from: dict[int, int] = {}
        heap: list[tuple[int, int]] = []
        row, distance = root, 0
        best = _Path(self._row_prices[root], root, None)
        while True:
            scanned[row] = distance
            if distance + self._row_prices[row] < best.length:
                best = _Path(distance + self._row_prices[row], row, None)
            for column, weight in self._weights[row].items():
                slack = self._row_prices[row] + self._column_prices[column] - weight
                if distance + slack < distances.get(column, best.length):
                    distances[column] = distance + slack
                    reached_from[column] = row
                    heapq.heappush(heap, (distance + slack, column))
            while heap and heap[0][1] in settled:
                heapq.heappop(heap)
            if not heap or heap[0][0] >= best.length:
                break
            distance, column = heapq.heappop(heap)
            settled[column] = distance
            if column not in self._row_of:
                best = _Path(distance, reached_from[column], column)
                break
            row = self._row_of[column]
        self._change_prices(best.length, scanned, settled)
        self._augment(best, reached_from)

    def _change_prices(self, length: int, rows: dict[int, int], columns: dict[int, int]) -> None:
        for row, distance in rows.items():
            self._row_prices[row] -= length - distance
        for column, distance in columns.items():
            self._column_prices[column] += length - distance

    def _augment(self, end: _Path, reached_from: dict[int, int]) -> None:
        """Give each row of a path its next column; the last one gets the end or stays alone."""
        _, row, column = end
        while True:
            freed = self.column_of.pop(row, None)
            if column is not None:
                self._row_of[column] = row
                self.column_of[row] = column
            if freed is None:
                return
            column, row = freed, reached_from[freed]
