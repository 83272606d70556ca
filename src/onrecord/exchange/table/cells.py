"""Read cells of a table: the value of a cell depends on its text alone, so that it is read once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from onrecord.exchange.base import nowhere
from onrecord.exchange.columns import Which, which_plain
from onrecord.exchange.entries import Entry
from onrecord.exchange.table.plan import Leaf
from onrecord.findings import Path, Problem
from onrecord.rules.base import Check

# How many texts of a column are kept with their values.
_MOST = 2**14


class Cell(NamedTuple):
    """Hold the result of reading a cell.

    Attributes:
        value: The value; None if it is absent.
        kept: What is kept of it as it is, by the name of its column.
        problems: The checks that it violates, and the paths of the problems.
    """

    value: Any
    kept: dict[str, str]
    problems: list[tuple[type[Check], Path]]


class CellReader:
    """Convert the cells of a column to values of a field; equal cells are read only once.

    Attributes:
        index: The number of the column.
        path: The path of the field.
        has_labels: Whether the field has few values, which are not given in slots of templates.
    """

    def __init__(
        self,
        column: str,
        index: int,
        path: Path,
        read: Callable[[Entry], Any],
        usual: Which | None,
        *,
        has_labels: bool,
    ) -> None:
        self.index = index
        self.path = path
        self.has_labels = has_labels
        self._column = column
        self._read = read
        # Returns of which cells the value is the text, which has no problem.
        self._usual = usual or (lambda texts: [False] * len(texts))
        self._known: dict[str | None, Cell | None] = {}

    def column(
        self, texts: Sequence[str], absent: frozenset[str]
    ) -> tuple[Sequence[Any], dict[int, Cell | None]]:
        """Return the values of cells, None for absent ones; and the cells by their places of which
        there is more to say: None for one that has an error.
        """
        pairs = zip(texts, self._usual(texts), strict=True)
        unusual = {text for text, usual in pairs if not usual} | absent.intersection(texts)
        if not unusual:
            return texts, {}
        cells = {text: self._cell(None if text in absent else text) for text in unusual}
        known = {text: cell and cell.value for text, cell in cells.items()}
        odd = {text for text, cell in cells.items() if not cell or cell.kept or cell.problems}
        values = [known.get(text, text) for text in texts]
        return values, {place: cells[text] for place, text in enumerate(texts) if text in odd}

    def _cell(self, text: str | None) -> Cell | None:
        """Return the value of a cell, with what is kept and reported; None if it has an error."""
        if text not in self._known:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[text] = self._new(text)
        return self._known[text]

    def _new(self, text: str | None) -> Cell | None:
        entry = Entry({self._column: text}, lambda _: nowhere())
        value = self._read(entry)
        if any(problem.is_error for problem in entry.problems):
            return None
        return Cell(value, entry.kept, list(map(identity, entry.problems)))


def identity(problem: Problem) -> tuple[type[Check], Path]:
    """Return a key that is equal for two problems of a row if one repeats the other."""
    return problem.check, problem.path  # type: ignore[return-value]  # those of imports are checks


def field_reader(leaf: Leaf, column: str, index: int) -> CellReader:
    """Return the reader of the cells of a field."""
    has_labels = leaf.labels is not None and leaf.scalar.type is not float
    return CellReader(column, index, leaf.path, leaf.read, leaf.usual(), has_labels=has_labels)


def line_reader(column: str, index: int, path: Path) -> CellReader:
    """Return the reader of texts of one line."""
    return CellReader(
        column, index, path, lambda entry: entry.string(column), which_plain, has_labels=False
    )
