"""Map rows of a table to records by a plan."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from onrecord.display import shorten
from onrecord.exchange import ids
from onrecord.exchange.base import (
    ImportedArticle,
    ItemMapper,
    MappedItem,
    Slot,
    SourceItem,
    Value,
    nowhere,
)
from onrecord.exchange.entries import Entry
from onrecord.exchange.table.cells import field_reader, identity, line_reader
from onrecord.exchange.table.contradictions import DATES, Contradictions, dates_agree
from onrecord.exchange.table.plan import Plan
from onrecord.exchange.table.rows import Row
from onrecord.exchange.values import is_plain
from onrecord.findings import Located
from onrecord.findings import Path as Steps
from onrecord.readers import SPLIT_NAMES, File
from onrecord.rules.base import Check

if TYPE_CHECKING:
    from onrecord.exchange.table.reading import Table

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


class _Found(NamedTuple):
    """Describe the fields of a row.

    Attributes:
        fields: What they have: the values of labels, and whether there is another value.
        values: The other values.
        kept: What is kept of cells as it is, by the names of their columns.
        codes: The codes of the problems of the cells.
        known: All values by the paths of the fields.
    """

    fields: list[Any]
    values: list[str | float]
    kept: dict[str, str]
    codes: tuple[str, ...]
    known: dict[Steps, Any]


class RowMapper(ItemMapper):
    """Maps the rows of a table whose columns are known.

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
            dataclasses.replace(plan, used=[(one, name, nowhere) for one, name, _ in plan.used]),
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

    def imported(self, row: Row) -> ImportedArticle:
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
        item = SourceItem(row.where(), self.kind, value, [*row.problems, *problems])
        return ImportedArticle(row.where(), article, _shared(value), [item], size=row.size)

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

    def _article(self, found: Value, article_id: str) -> Value:
        stated = {"license": self._importer.license, "redistribute": self._importer.redistribute}
        rights = {
            "license": "NOASSERTION",
            "redistribute": "quotes" if self.kind == "quote" else "none",
            **found.get("rights", {}),
            **{name: value for name, value in stated.items() if value},
        }
        return {**found, "id": article_id, "language": self._language(found), "rights": rights}

    def _language(self, found: Value) -> str:
        return self._importer.language_of(
            found.get("language") or self._importer.language or self._mapping.language
        )

    def _record(self, entry: Entry, value: Value, label: str | None, origin_id: str) -> Value:
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

    def map(self, data: RowData) -> MappedItem | None:
        """Return the record of a row whose values are as most are."""
        cells, number = data
        if len(cells) != len(self._names):
            return None
        absent = self._absent
        row_id = written = None
        if self._id_index is not None:
            written = cells[self._id_index]
            if written in absent or not is_plain(written):
                return None
            row_id = ids.slug(written)
        row_id = row_id or ids.digest(list(cells))
        found = self._read(cells)
        if found is None:
            return None
        fields, values, texts, codes, known = found
        for name, index in self._kept:
            if (text := cells[index]) and text not in absent:
                texts[name] = text
        values.append(self._origin_id(written, number))
        values += [text for name, text in texts.items() if name not in self._splits]
        splits = tuple(texts[name] for name in self._splits if name in texts)
        article_id = self._article_id(known.get(_URL), known.get(_NAMED), row_id)
        local_id = self._local_id(article_id, row_id)
        shape = tuple(fields), tuple(texts), splits
        return MappedItem(shape, article_id, local_id, values, None, codes)

    def _read(self, cells: list[str]) -> _Found | None:
        """Return what the fields of a row are; None if a cell has an error, or dates contradict each
        other.
        """
        found = _Found([], [], {}, (), dict(self._constants))
        fields, values, texts, _, known = found
        problems: list[tuple[type[Check], Steps]] = []
        absent = self._absent
        for reader in self._readers:
            text = cells[reader.index]
            is_absent = text in absent
            if not is_absent and reader.is_usual(text):
                fields.append(True)
                values.append(text)
                known[reader.path] = text
                continue
            cell = reader.read(None if is_absent else text)
            if cell is None:
                return None
            value = known[reader.path] = cell.value
            if cell.kept:
                texts.update(cell.kept)
            problems += cell.problems
            fields.append(value if reader.has_labels else value is not None)
            if value is not None and not reader.has_labels:
                values.append(value)
        dates = [known.get(path) for path in DATES]
        if any(dates) and not dates_agree(*dates):
            return None
        # Two fields of one column may have the same problem, which is one.
        codes = tuple(check.code for check, _ in dict.fromkeys(problems)) if problems else ()
        return found._replace(codes=codes)

    def example(
        self, shape: _Shape, ids: tuple[Slot, Slot], values: Iterator[Slot]
    ) -> ImportedArticle:
        """Return the article of a row of a shape, with slots for its values."""
        fields, names, splits = shape
        found = {
            reader.path: field if reader.has_labels else next(values) if field else None
            for reader, field in zip(self._readers, fields, strict=True)
        }
        origin_id = next(values)
        own = dict(zip((name for name in self._splits if name in names), splits, strict=True))
        entry = Entry({}, lambda _: nowhere())
        entry.kept.update((name, own[name] if name in own else next(values)) for name in names)
        article = self._article(self._plan.article.given(found).read(entry), ids[0])
        value = self._plan.record.given(found).read(entry)
        value = self._record(entry, value, found.get(_LABEL), origin_id)
        value["id"] = ids[1]
        self._contradictions.report_form(entry, value, article)
        item = SourceItem(nowhere, self.kind, value, entry.problems)
        return ImportedArticle(nowhere, article, _shared(value), [item])


def _shared(value: Value) -> Value:
    """Return the annotation that the items of a row's article share."""
    return {"method": value["annotation"].get("method") or "manual"}
