"""Write records of one shape by a template: the text between values is the same for all of them.

The template is made of an example of the shape, which the importer maps and which is prepared as any
other article, with slots instead of values. So what is written is what would be written of each item
by itself. Once a record of a shape is certainly valid, another one is if its values are: models relate
no field to another.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, repeat
from operator import itemgetter
from typing import Any, Literal

import pyarrow as pa

from onrecord.exchange.base import ImportedArticle, ItemMapper, MappedItems, Slot
from onrecord.exchange.prepared import (
    Prepared,
    PreparedEntry,
    has_controls,
    is_local_id,
    prepared,
)
from onrecord.exchange.values import encode_text
from onrecord.readers.bulk.column_predicates import Names
from onrecord.readers.bulk.predicate_compiler import predicates_for
from onrecord.schema import CURRENT, RecordType

# Nothing in a file or its mapping can be mistaken for a slot.
_TOKEN = secrets.token_hex(8)
_IDS = (Slot(f"id{_TOKEN}x0e"), Slot(f"id{_TOKEN}x1e"))
_VALUE = f"value{_TOKEN}x%se"
_SLOTS = re.compile(rf'id{_TOKEN}x([01])e|"value{_TOKEN}x([0-9]+)e"')
# How many templates are kept.
_MOST = 2**12
# Longer records are left to the models, since their size is limited.
_LONGEST = 2**16


class _Line:
    """Fill the slots of a line of JSON; the first two are the ids of an article and its record.

    Attributes:
        places: Where each of the values is in the record.
    """

    def __init__(self, line: str) -> None:
        slots = [int(one[1]) if one[1] else 2 + int(one[2]) for one in _SLOTS.finditer(line)]
        self._format = _SLOTS.sub("%s", line.replace("%", "%%"))
        # Of one slot alone, there would be no tuple.
        self._chosen = itemgetter(*slots, slots[0])
        self.places = dict(_places(json.loads(line)))

    def filled(self, columns: Sequence[Sequence[str]]) -> list[str]:
        """Return the lines with the values of each column, as JSON, in a slot."""
        return list(map(self._format.__mod__, zip(*self._chosen(columns)[:-1], strict=True)))


def _places(value: Any, names: Names = ()) -> Iterator[tuple[int, Names]]:
    """Yield the numbers of the values in a record, and the paths to them."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, (*names, name))
    elif isinstance(value, list):
        for inner in value:
            yield from _places(inner, names)
    elif isinstance(value, str) and (slot := _SLOTS.fullmatch(f'"{value}"')):
        yield int(slot[2]), names


@dataclass(slots=True)
class _Template:
    """Write the records of one shape.

    Attributes:
        article: The line of the article.
        entry: The line of the quote or claim.
        kind: Which of them it is.
        spans: How many spans it has.
        is_valid: Whether a record of the shape was certainly valid.
    """

    article: _Line
    entry: _Line
    kind: Literal["quote", "claim"]
    spans: int
    is_valid: bool = False

    def filled(self, items: MappedItems, tests: ColumnTests) -> Sequence[Prepared | None]:
        """Return the records of items. They are valid if the template is, and if their values pass the
        tests to which they are added; None stands for one that is too long, or has no valid id.
        """
        _, numbers, articles, locals_, columns, keys, codes = items
        names = list(map("%s.%s".__mod__, zip(articles, locals_, strict=True)))
        encoded = list(map(_encoded, columns))
        if self.is_valid:
            tests.add("article", ("id",), numbers, articles, articles)
            tests.add(self.kind, ("id",), numbers, names, names)
            for index, place in self.article.places.items():
                tests.add("article", place, numbers, columns[index], encoded[index])
            for index, place in self.entry.places.items():
                tests.add(self.kind, place, numbers, columns[index], encoded[index])
        heads = self.article.filled([articles, locals_, *encoded])
        lines = self.entry.filled([articles, locals_, *encoded])
        entries = map(
            PreparedEntry, repeat(self.kind), names, lines, repeat(self.spans), keys, codes
        )
        made = list(map(Prepared, articles, heads, zip(entries, strict=True)))
        if (
            all(map(is_local_id, locals_))
            and max(map(len, heads)) <= _LONGEST
            and max(map(len, lines)) <= _LONGEST
        ):
            return made
        return [
            one if is_local_id(local) and max(len(head), len(line)) <= _LONGEST else None
            for one, local, head, line in zip(made, locals_, heads, lines, strict=True)
        ]


def _encoded(column: Sequence[Any]) -> list[str]:
    """Return values as JSON, which are all texts, or all numbers."""
    return list(map(float.__repr__ if isinstance(column[0], float) else encode_text, column))


class Templates:
    """Write records by templates, one for each shape that the items of a file have.

    Args:
        mapper: Maps the items of the file.
        add: Adds to an article what all items of the file have.
        decide: Replaces prepared records that are not certainly valid by None.
    """

    def __init__(
        self,
        mapper: ItemMapper,
        add: Callable[[ImportedArticle], ImportedArticle],
        decide: Callable[[list[Prepared | None]], list[Prepared | None]],
    ) -> None:
        self._map = mapper.map
        self._example = mapper.example
        self._add = add
        self._decide = decide
        self._known: dict[Hashable, _Template | None] = {}

    def prepared(self, batch: Sequence[Any]) -> list[Prepared | None]:
        """Return the records of the data of items; None for those that must be mapped by themselves."""
        found: list[Prepared | None] = [None] * len(batch)
        unsure = list(found)
        first: list[tuple[_Template, Sequence[int]]] = []
        tests = ColumnTests()
        for items in self._map(batch):
            template = self._template(items.shape)
            if template is None:
                continue
            into = found if template.is_valid else unsure
            for number, one in zip(items.numbers, template.filled(items, tests), strict=True):
                into[number] = one
            if not template.is_valid:
                first.append((template, items.numbers))
        for number in tests.undecided():
            found[number] = None
        if first:
            decided = self._decide(unsure)
            found = [one or other for one, other in zip(found, decided, strict=True)]
        for template, numbers in first:
            template.is_valid = any(found[number] for number in numbers)
        return found

    def _template(self, shape: Hashable) -> _Template | None:
        """Return the template of a shape; None if models must decide about its records."""
        if shape not in self._known:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[shape] = self._made(shape)
        return self._known[shape]

    def _made(self, shape: Hashable) -> _Template | None:
        example = self._example(shape, _IDS, (Slot(_VALUE % number) for number in count()))
        if any(item.problems for item in example.items):
            return None
        found = prepared(self._add(example))
        if found is None:
            return None
        (entry,) = found.entries
        return _Template(_Line(found.article), _Line(entry.line), entry.kind, entry.spans)


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
