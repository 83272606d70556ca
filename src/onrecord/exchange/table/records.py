"""Map rows of a table to records by a plan."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, repeat
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from onrecord.display import shorten
from onrecord.exchange import base, ids
from onrecord.exchange.columns import alike, picker, which_plain
from onrecord.exchange.entries import Entry
from onrecord.exchange.table.cells import field_reader, identity, line_reader
from onrecord.exchange.table.contradictions import DATES, Contradictions, dates_agree
from onrecord.exchange.table.plan import Plan
from onrecord.exchange.table.rows import Row
from onrecord.files.opening import File
from onrecord.findings import Located
from onrecord.findings import Path as Steps
from onrecord.readers.splits import SPLIT_NAMES
from onrecord.rules.base import Check

if TYPE_CHECKING:
    from onrecord.exchange.table.reading import Table

T = TypeVar("T")

# The most characters of a dataset's name that are in identifiers.
LONGEST_NAME = 50
_URL = ("article", "url")
_NAMED = ("article", "id")
# No field has the path of the label.
_LABEL: Steps = ()
# The cells of a row, and its line in the file.
RowData = tuple[list[str], int]
# What the fields with columns have, the values of labels, and whether there is another value; the names
# of kept values; and those of them that are splits.
_Shape = tuple[tuple[Any, ...], tuple[str, ...], tuple[str, ...]]


class _Read(NamedTuple):
    """Hold the values of the fields of rows, column by column.

    Attributes:
        values: The values of each field that has a column, None for absent ones.
        known: The same by the paths of fields, and the constants.
        kept: What is kept as it is, by the names of columns, of rows where a field decides that.
        codes: The codes of the problems of rows that have any.
        wrong: The rows with an error, or with dates that contradict each other.
    """

    values: list[Sequence[Any]]
    known: dict[Steps, Sequence[Any]]
    kept: dict[int, dict[str, str]]
    codes: dict[int, tuple[str, ...]]
    wrong: set[int]


class RowMapper(base.ItemMapper):
    """Map the rows of a table whose columns are known.

    Args:
        importer: The options.
        plan: How fields are computed.
        file: The table.
        names: The names of its columns, of which some may be blank.
    """

    def __init__(self, importer: Table, plan: Plan, file: File, names: Sequence[str]) -> None:
        # Without what it found out, and the plan without locations, it can be sent to a process.
        self._given = (
            dataclasses.replace(importer),
            dataclasses.replace(
                plan, used=[(one, name, base.nowhere) for one, name, _ in plan.used]
            ),
            file,
            names,
        )
        self._importer = importer
        self._plan = plan
        self._mapping = mapping = plan.mapping
        self._table = shorten(file.path.name)
        plain = re.sub(r"[^a-z0-9]+", "-", mapping.dataset.lower())[:LONGEST_NAME].strip("-")
        self._dataset = plain or ids.slug(mapping.dataset[:LONGEST_NAME])
        self._absent = frozenset(mapping.absent)
        self.kind = mapping.record
        self._names = [name if name.strip() else f"(column {n})" for n, name in enumerate(names, 1)]
        self._index = index = {name: number for number, name in enumerate(self._names)}
        mapped = {column for column, _, _ in plan.used}
        kept = [
            name
            for name in self._names
            if name not in plan.kept() and (name in mapped or mapping.unmapped == "keep")
        ]
        self._kept = [(name, index[name]) for name in kept]
        # What a column says about the split of a row decides whether that of the file is added.
        self._splits = [name for name in self._names if " ".join(name.split()) == SPLIT_NAMES[0]]
        leaves = [*plan.article.read_order(), *plan.record.read_order()]
        self._contradictions = Contradictions(self.kind, {one.path: one.column for one in leaves})
        self._readers = [
            field_reader(leaf, leaf.column, index.get(leaf.column, 0))
            for leaf in leaves
            if leaf.column is not None
        ]
        if mapping.label is not None:
            self._readers.append(line_reader(mapping.label, index.get(mapping.label, 0), _LABEL))
        self._constants = {leaf.path: leaf.constant for leaf in leaves if leaf.column is None}
        self._id_index = None if mapping.id is None else index.get(mapping.id, 0)

    def __reduce__(self) -> tuple[Any, ...]:
        return RowMapper, self._given

    def imported(self, row: Row) -> base.ImportedArticle:
        """Return the article of a row, with its record and all problems."""
        entry = self._entry(row)
        row_id = self._row_id(entry, row)
        found = self._plan.article.read(entry)
        article_id = self._article_id(found.get("url"), found.get("id"), row_id)
        article = self._article(found, article_id)
        value = self._plan.record.read(entry)
        label = entry.string(self._mapping.label) if self._mapping.label else None
        for name, _ in self._kept:
            entry.keep_as_written(name)
        written = entry.raw.get(self._mapping.id) if self._mapping.id else None
        origin_id = self._origin_id(str(written) if written else None, row.number)
        value = self._record(entry, value, label, origin_id)
        value["id"] = self._local_id(article_id, row_id)
        self._contradictions.report(entry, value, article)
        problems = list({identity(one): one for one in entry.problems}.values())
        item = base.SourceItem(row.where(), self.kind, value, [*row.problems, *problems])
        return base.ImportedArticle(row.where(), article, _shared(value), [item], size=row.size)

    def _entry(self, row: Row) -> Entry:
        def locate(path: Steps) -> Located:
            return row.where(self._index.get(str(path[0]), 0) if path else 0)()

        cells = zip(self._names, row.cells, strict=True)
        return Entry({name: None if cell in self._absent else cell for name, cell in cells}, locate)

    def _row_id(self, entry: Entry, row: Row) -> str:
        """Return an identifier of a row: its id column, otherwise a digest of its cells."""
        if self._mapping.id is None:
            return ids.digest(list(row.cells))
        found = entry.string(self._mapping.id, required=True)
        return ids.slug(found or "") or ids.digest(list(row.cells))

    def _article_id(self, url: str | None, named: str | None, row_id: str) -> str:
        found = ids.slug(named) if named else ids.of_page(url) if url else None
        return found or f"{self._dataset}-{row_id}"

    def _local_id(self, article_id: str, row_id: str) -> str:
        alone = article_id == f"{self._dataset}-{row_id}"
        return f"{self.kind[0]}1" if alone else f"{self.kind[0]}-{row_id}"

    def _origin_id(self, written: str | None, number: int) -> str:
        return " ".join(written.split()) if written else f"{self._table}:{number}"

    def _article(self, found: base.Value, article_id: str) -> base.Value:
        stated = {"license": self._importer.license, "redistribute": self._importer.redistribute}
        rights = {
            "license": "NOASSERTION",
            "redistribute": "quotes" if self.kind == "quote" else "none",
            **found.get("rights", {}),
            **{name: value for name, value in stated.items() if value},
        }
        return {**found, "id": article_id, "language": self._language(found), "rights": rights}

    def _language(self, found: base.Value) -> str:
        return self._importer.language_of(
            found.get("language") or self._importer.language or self._mapping.language
        )

    def _record(
        self, entry: Entry, value: base.Value, label: str | None, origin_id: str
    ) -> base.Value:
        if self.kind == "claim":
            value["language"] = self._language(value)
        else:
            known = value.get("speakers")
            value.setdefault("attribution", "attributed" if known else "unknown")
            for span in value.get("content", ()):
                span.setdefault("quoted", value.get("type") == "direct")
        origin = {
            "dataset": self._mapping.dataset,
            "id": origin_id,
            "label": label,
            "fields": [
                {**field, "name": " ".join(field["name"].split())} for field in entry.fields()
            ],
        }
        value["annotation"] = {**value.get("annotation", {}), "origin": origin}
        return value

    def map(self, batch: Sequence[RowData | None]) -> Iterator[base.MappedItems]:
        """Yield the records of rows whose values are as most are."""
        width, own = len(self._names), self._id_index
        rows = [(place, *one) for place, one in enumerate(batch) if one and len(one[0]) == width]
        if rows and own is not None:
            written = [cells[own] for _, cells, _ in rows]
            usual = which_plain(written)
            if False in usual or not self._absent.isdisjoint(written):
                pairs = zip(rows, usual, strict=True)
                rows = [one for one, plain in pairs if plain and one[1][own] not in self._absent]
        if rows:
            yield from self._mapped(*zip(*rows, strict=True))

    def _mapped(
        self, places: Sequence[int], cells: Sequence[list[str]], lines: Sequence[int]
    ) -> Iterator[base.MappedItems]:
        """Yield the records of rows with these places in the batch, cells, and lines in the file."""
        columns = list(zip(*cells, strict=True))
        read = self._read(columns)
        own = self._id_index
        written = [None] * len(cells) if own is None else columns[own]
        row_ids = [
            (ids.slug(one) if one else "") or ids.digest(list(row))
            for one, row in zip(written, cells, strict=True)
        ]
        article_ids = list(map(self._article_id, read.known[_URL], read.known[_NAMED], row_ids))
        local_ids = list(map(self._local_id, article_ids, row_ids))
        origins = list(map(self._origin_id, written, lines))
        for shape, found in alike(self._shapes(columns, read)).items():
            rows = [row for row in found if row not in read.wrong] if read.wrong else found
            if not rows:
                continue
            pick = picker(rows)
            fields, names, _ = shape
            readers = zip(self._readers, fields, read.values, strict=True)
            values = [
                pick(column) for one, field, column in readers if field and not one.has_labels
            ]
            texts = [
                [self._text(name, row, columns, read) for row in rows]
                if read.kept
                else pick(columns[self._index[name]])
                for name in names
                if name not in self._splits
            ]
            yield base.MappedItems(
                shape,
                pick(places),
                pick(article_ids),
                pick(local_ids),
                [*values, pick(origins), *texts],
                [None] * len(rows),
                [read.codes.get(row, ()) for row in rows],
            )

    def _read(self, columns: Sequence[Sequence[str]]) -> _Read:
        """Return the values of the fields of rows, column by column, and the problems of cells."""
        number = len(columns[0])
        constants = {_URL: None, _NAMED: None, **self._constants}
        found = _Read([], {path: [one] * number for path, one in constants.items()}, {}, {}, set())
        problems: dict[int, list[tuple[type[Check], Steps]]] = {}
        for reader in self._readers:
            values, odd = reader.column(columns[reader.index], self._absent)
            found.values.append(values)
            found.known[reader.path] = values
            for row, cell in odd.items():
                if cell is None:
                    found.wrong.add(row)
                    continue
                if cell.kept:
                    found.kept.setdefault(row, {}).update(cell.kept)
                problems.setdefault(row, []).extend(cell.problems)
        for row, texts in found.kept.items():
            each = ((name, columns[index][row]) for name, index in self._kept)
            texts.update((name, text) for name, text in each if self._is_kept(text))
        # Two fields of one column may have the same problem, which is one.
        for row, some in problems.items():
            found.codes[row] = tuple(check.code for check, _ in dict.fromkeys(some))
        if any(path in found.known for path in DATES):
            dates = [found.known.get(path) or [None] * number for path in DATES]
            each_row = enumerate(zip(*dates, strict=True))
            found.wrong.update(row for row, some in each_row if not dates_agree(*some))
        return found

    def _is_kept(self, text: str) -> bool:
        return text != "" and text not in self._absent

    def _shapes(self, columns: Sequence[Sequence[str]], read: _Read) -> Iterator[_Shape]:
        """Yield the shapes of rows."""
        number = len(columns[0])
        fields = [
            values if reader.has_labels else [one is not None for one in values]
            for reader, values in zip(self._readers, read.values, strict=True)
        ]
        there: list[Sequence[bool]] = []
        for _, index in self._kept:
            texts = columns[index]
            full = "" not in texts and self._absent.isdisjoint(texts)
            there.append([True] * number if full else list(map(self._is_kept, texts)))
        names = [name for name, _ in self._kept]
        known: dict[tuple[bool, ...], tuple[str, ...]] = {}
        rows = zip(_rows(fields, number), _rows(there, number), strict=True)
        for row, (own, kept) in enumerate(rows):
            if kept not in known:
                known[kept] = tuple(compress(names, kept))
            found = tuple(read.kept[row]) if row in read.kept else known[kept]
            splits = [name for name in self._splits if name in found]
            yield own, found, tuple(self._text(name, row, columns, read) for name in splits)

    def _text(self, name: str, row: int, columns: Sequence[Sequence[str]], read: _Read) -> str:
        """Return the text to keep of a row's cell in the column with this name."""
        return read.kept[row][name] if row in read.kept else columns[self._index[name]][row]

    def example(
        self, shape: _Shape, ids: tuple[base.Slot, base.Slot], values: Iterator[base.Slot]
    ) -> base.ImportedArticle:
        """Return the article of a row of a shape, with slots for its values."""
        fields, names, splits = shape
        found = {
            reader.path: field if reader.has_labels else next(values) if field else None
            for reader, field in zip(self._readers, fields, strict=True)
        }
        origin_id = next(values)
        own = dict(zip((name for name in self._splits if name in names), splits, strict=True))
        entry = Entry({}, lambda _: base.nowhere())
        entry.kept.update((name, own[name] if name in own else next(values)) for name in names)
        article = self._article(self._plan.article.given(found).read(entry), ids[0])
        value = self._plan.record.given(found).read(entry)
        value = self._record(entry, value, found.get(_LABEL), origin_id)
        value["id"] = ids[1]
        self._contradictions.report_form(entry, value, article)
        item = base.SourceItem(base.nowhere, self.kind, value, entry.problems)
        return base.ImportedArticle(base.nowhere, article, _shared(value), [item])


def _shared(value: base.Value) -> base.Value:
    """Return the annotation that the items of a row's article share."""
    return {"method": value["annotation"].get("method") or "manual"}


def _rows(columns: Sequence[Sequence[T]], number: int) -> Iterable[tuple[T, ...]]:
    """Return the rows of columns; empty ones if there are no columns."""
    return zip(*columns, strict=True) if columns else repeat((), number)
