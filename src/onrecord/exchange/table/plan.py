"""Represent a validated mapping file: the fields, and how each is computed from a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from functools import partial
from operator import and_
from typing import Any, cast

from pydantic import BaseModel

from onrecord.errors import did_you_mean
from onrecord.exchange.base import Value
from onrecord.exchange.columns import Which, which_addresses, which_names, which_plain
from onrecord.exchange.entries import Entry
from onrecord.exchange.table.fields import matches, required_fields
from onrecord.exchange.table.mapping import Mapping
from onrecord.exchange.table.rows import Dialect
from onrecord.files.opening import File
from onrecord.findings import Path, Problem, Where, path_text
from onrecord.rules import importing, reading
from onrecord.schema.fields import MEANING
from onrecord.schema.shape import ListOf, Member, Scalar, Struct, members

# Values of fields by their paths.
Values = AnyMapping[Path, Any]

_LANGUAGES = ("language", "translated_from")


@dataclass(frozen=True, slots=True)
class Leaf:
    """Compute the value of one field from a row.

    Attributes:
        path: The path of the field.
        member: The field in the model.
        column: Its column; None for a constant.
        constant: Its constant value.
        labels: The values that labels mean, if it has labels.
        date: Parses a date as written in the table.
        expected: The form of dates, in words.
        needed: Whether a row without it cannot become a record.
    """

    path: Path
    member: Member
    column: str | None = None
    constant: Any = None
    labels: dict[str, Any] | None = None
    date: Callable[[str], str | None] | None = None
    expected: str = "a date such as 2024-12-10"
    needed: bool = False

    def read(self, entry: Entry) -> Any:
        """Return the value in a row; None if it is absent."""
        if self.column is None:
            return self.constant
        scalar = self.scalar
        role = self.member.role.name if self.member.role else None
        found: Any = None
        if self.labels is not None:
            found = entry.label(self.column, self.labels, required=self.needed)
        elif scalar.type is not str:
            found = entry.number(self.column)
        elif role == "date":
            found = entry.date(self.column, self.date, self.expected)
            if found is not None and found != entry.raw[self.column]:
                entry.keep_as_written(self.column)
        elif role == "url":
            found = entry.url(self.column)
        else:
            found = self._text(entry, self.column)
        return found

    def _text(self, entry: Entry, column: str) -> str | None:
        """Return the text in a row, parsed by the kind of the field."""
        scalar = self.scalar
        if self.path[-1] in _LANGUAGES:
            return entry.language(column)
        if self.path[-1] == "name":
            thing = self.path[0] in ("about", "article")
            return entry.person(column, required=self.needed, number=thing)
        if scalar.pattern is None:
            return entry.text(column, required=self.needed)
        found = entry.string(column, required=self.needed)
        if found is not None and not matches(scalar, found):
            stated = {"found": f'"{found}"', "expected": MEANING[scalar.pattern]}
            entry.report(reading.NotAllowed, column, **stated)
            return None
        return found

    def usual(self) -> Which | None:
        """Return a function that returns of which cells the value is the text, which has no problem;
        None if only `read` can say.
        """
        role = self.member.role.name if self.member.role else None
        name, pattern = self.path[-1], self.scalar.pattern
        if self.labels is not None or self.scalar.type is not str or role == "date":
            return None
        if role == "url":
            return lambda texts: list(map(and_, which_plain(texts), which_addresses(texts)))
        if name in _LANGUAGES:
            return None
        if name == "name":
            return which_names
        if pattern is None:
            return partial(which_plain, lines=True)
        fullmatch = re.compile(pattern[1:-1]).fullmatch
        return lambda texts: [
            one and fullmatch(text) is not None
            for text, one in zip(texts, which_plain(texts), strict=True)
        ]

    @property
    def scalar(self) -> Scalar:
        """Return the type of the value."""
        return cast("Scalar", self.member.inner)

    @property
    def rewrites(self) -> bool:
        """Return whether the value in the record differs from the text in the table."""
        labels = self.labels or {}
        return any(value != label for label, value in labels.items())


@dataclass(frozen=True, slots=True)
class GivenLeaf(Leaf):
    """Return, for a field with a column, a given value instead of that of the row."""

    def read(self, _: Entry) -> Any:
        """Return the value."""
        return self.constant


@dataclass(slots=True)
class Branch:
    """Compute an object of a record from a row, by its mapped fields."""

    model: type[BaseModel]
    path: Path = ()
    members: dict[str, Leaf | Branch | dict[int, Leaf | Branch]] = field(default_factory=dict)
    # Found when the first row is read, and the same for all.
    _columns: dict[str, None] | None = field(default=None, init=False)

    def read(self, entry: Entry) -> Value:
        """Return the object in a row, without absent fields.

        A nested object that has only constants in this row is left out.
        """
        return {name: value for name, value, _ in self.found(entry) if value is not None}

    def found(self, entry: Entry) -> Iterator[tuple[str, Any, bool]]:
        """Yield its fields with their values, and whether each value comes from the row."""
        for name, member in self.members.items():
            if isinstance(member, dict):
                found = [_read(one, entry) for _, one in sorted(member.items())]
                values = [value for value, _ in found if value is not None]
                yield name, values or None, any(said for _, said in found)
            else:
                yield (name, *_read(member, entry))

    @property
    def stays(self) -> bool:
        """Return whether it belongs to the whole record, so that constants apply to every row."""
        return self.path[:1] in (("annotation",), ("article",))

    def columns(self) -> dict[str, None]:
        """Return the columns that it uses, in order."""
        if self._columns is None:
            found = (leaf.column for leaf in self.leaves() if leaf.column is not None)
            self._columns = dict.fromkeys(found)
        return self._columns

    def given(self, values: Values) -> Branch:
        """Return a copy in which fields with columns have the given values instead, by path."""
        members: dict[str, Any] = {}
        for name, member in self.members.items():
            if isinstance(member, dict):
                members[name] = {index: _given(one, values) for index, one in member.items()}
            else:
                members[name] = _given(member, values)
        return Branch(self.model, self.path, members)

    def read_order(self) -> Iterator[Leaf]:
        """Yield all fields in the order in which they are read."""
        for member in self.members.values():
            each = (
                [one for _, one in sorted(member.items())] if isinstance(member, dict) else [member]
            )
            for one in each:
                if isinstance(one, Leaf):
                    yield one
                else:
                    yield from one.read_order()

    def leaves(self) -> Iterator[Leaf]:
        """Yield all fields in it, including those of nested objects."""
        for member in self.members.values():
            for one in member.values() if isinstance(member, dict) else (member,):
                if isinstance(one, Leaf):
                    yield one
                else:
                    yield from one.leaves()


def _given(one: Leaf | Branch, values: Values) -> Leaf | Branch:
    if isinstance(one, Branch):
        return one.given(values)
    if one.column is None:
        return one
    return GivenLeaf(one.path, one.member, one.column, values[one.path])


def _read(one: Leaf | Branch, entry: Entry) -> tuple[Any, bool]:
    """Return a value, and whether it comes from the row and not only from constants."""
    if isinstance(one, Leaf):
        value = one.read(entry)
        return value, value is not None and one.column is not None
    found = list(one.found(entry))
    columns = one.columns()
    if columns and not one.stays and not any(said for _, _, said in found):
        return None, False
    value = {name: value for name, value, _ in found if value is not None}
    lacking = [name for name in required_fields(one.model) if name not in value]
    if not lacking or not columns or one.stays:
        return value, True
    for column in columns:
        entry.keep_as_written(column)
    why = f"the row has no {lacking[0]}"
    entry.leave_out(path_text(one.path), why, next(iter(columns)))
    return None, False


@dataclass(slots=True)
class Plan:
    """Hold a validated mapping file: which fields are computed, and from which columns.

    Attributes:
        mapping: Its settings of the table.
        record: The fields of the record.
        article: The fields of its article.
        used: The columns that it names, with the field and the location of each.
    """

    mapping: Mapping
    record: Branch
    article: Branch
    used: list[tuple[str, str, Where]] = field(default_factory=list)

    def dialect(self, file: File) -> Dialect:
        """Return the dialect of a file; the mapping decides, otherwise the file's name."""
        name = file.path.name.lower()
        tabs = any(f".{part}" in name for part in ("tsv", "tab"))
        quote = self.mapping.quote if self.mapping.quoting == "minimal" else None
        delimiter = self.mapping.delimiter or ("\t" if tabs else ",")
        return Dialect(delimiter, quote, self.mapping.line_breaks)

    def names(self) -> set[str]:
        """Return the names of the mapped fields."""
        return {path_text(leaf.path) for leaf in self.leaves()}

    def leaves(self) -> Iterator[Leaf]:
        """Yield the mapped fields."""
        yield from self.record.leaves()
        yield from self.article.leaves()

    def kept(self) -> set[str]:
        """Return the columns whose text some field of the record contains unchanged."""
        plain = {leaf.column for leaf in self.leaves() if leaf.column and not leaf.rewrites}
        return plain | {name for name in (self.mapping.id, self.mapping.label) if name}


def add_leaf(plan: Plan, leaf: Leaf) -> None:
    """Add a field to its object, and create the objects around it."""
    steps = list(leaf.path)
    branch = plan.record
    path: Path = ()
    if steps[0] == "article":
        branch, path = plan.article, ("article",)
        del steps[0]
    while True:
        name = str(steps.pop(0))
        path = (*path, name)
        member = next(one for one in members(branch.model) if one.name == name)
        holder: dict[Any, Any] = branch.members
        key: Any = name
        if isinstance(member.shape, ListOf):
            holder, key = holder.setdefault(name, {}), steps.pop(0)
            path = (*path, key)
        if not isinstance(member.inner, Struct):
            holder[key] = leaf
            return
        branch = holder.setdefault(key, Branch(member.inner.model, path))


def mapped_objects(branch: Branch) -> Iterator[tuple[type[BaseModel], Path, set[str]]]:
    """Yield the objects that have mapped fields: model, path, and names of these fields."""
    yield branch.model, branch.path, set(branch.members)
    for member in branch.members.values():
        for one in member.values() if isinstance(member, dict) else (member,):
            if isinstance(one, Branch):
                yield from mapped_objects(one)


def unknown_column(column: str, name: str, columns: Sequence[str], where: Where) -> Problem:
    """Return the problem that a table has no column with a name."""
    advice = did_you_mean(column, columns) or f"name one of its columns: {', '.join(columns)}"
    facts = {"column": column, "field": name, "advice": advice}
    return Problem(importing.UnknownColumn, where=where, facts=facts)
