"""The mapping file of a table: which column is which field of a record."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Literal, cast

from pydantic import BaseModel, Field

from onrecord.errors import closest, did_you_mean
from onrecord.exchange.base import Remark, Value, Where
from onrecord.exchange.entries import Entry, is_address, iso_date
from onrecord.exchange.table.rows import Dialect
from onrecord.files.opening import Text, content, decode
from onrecord.files.problems import Mark, Path, Problem, parse_path, path_text
from onrecord.findings import Fact
from onrecord.language.tags import language_defect, valid_language
from onrecord.readers import File
from onrecord.readers.models.judge import judge
from onrecord.readers.models.records import hygiene, located
from onrecord.readers.syntax import yaml
from onrecord.readers.syntax.nodes import Json, Node, UnreadableError, find, nearest
from onrecord.readers.syntax.nodes import Member as NodeMember
from onrecord.rules import importing, reading
from onrecord.rules.base import Check
from onrecord.schema.shape import ListOf, Member, Scalar, Struct, members, paths
from onrecord.schema.v0 import DocumentClaim, DocumentQuote
from onrecord.schema.v0.document import DocumentArticle
from onrecord.schema.v0.span import Span
from onrecord.schema.v0.types import MEANING, Language, Line, Many, Record

_RECORDS: dict[str, type[BaseModel]] = {"quote": DocumentQuote, "claim": DocumentClaim}
# Fields that the importer fills in, or that need what a table does not have: a text, other records.
_NOT_MAPPED = re.compile(
    r"((article\.)?id|annotation\.origin\..*|article\.text(_sha256|_length)?"
    r"|(.*\.)?(start|end|sha256|prefix|suffix))"
)
# Fields that follow from others, unless they are mapped.
_DERIVED = re.compile(r"language|attribution|article\.(id|language|rights(\..*)?)")
_TRUTH = {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_DIRECTIVES = frozenset("YmdbBaAHIMSfpzZ%")
_FLAGS = frozenset({"header", "line_breaks"})


class Fields(Record):
    """Which field is which column; each is judged by itself."""


class Mapping(Record):
    """How a table is to be read, as the mapping file says it."""

    record: Literal["quote", "claim"] = Field(description="What a row becomes.")
    dataset: Line = Field(description="Name of the dataset, for annotation.origin.")
    fields: Fields = Field(description="Which column or constant each field is.")
    id: Line | None = Field(default=None, description="The column that identifies a row.")
    label: Line | None = Field(default=None, description="The column of annotation.origin.label.")
    language: Language | None = Field(default=None, description="Language of texts and claims.")
    delimiter: str | None = Field(default=None, min_length=1, max_length=1, description="As it is.")
    quoting: Literal["minimal", "none"] = Field(
        default="minimal", description="Quoted cells or not."
    )
    quote: str = Field(default='"', min_length=1, max_length=1, description="The quotation mark.")
    line_breaks: bool = Field(default=False, description="Whether cells go over several lines.")
    encoding: Literal["utf-8"] = Field(default="utf-8", description="The encoding.")
    header: bool = Field(default=True, description="Whether the first row names the columns.")
    columns: Many[Line] = Field(default=(), description="The names of the columns, in order.")
    absent: Many[str] = Field(default=(), description="Cells that stand for no value.")
    unmapped: Literal["keep", "drop"] = Field(default="keep", description="What becomes of others.")


class Cell(Record):
    """Where the value of a field comes from."""

    column: Line | None = Field(default=None, description="A column of the table.")
    constant: str | None = Field(default=None, description="The same value in every row.")
    values: Fields | None = Field(default=None, description="What each label stands for.")
    date: Line | None = Field(default=None, description="How dates are written, as for strptime.")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field, and how its value is had from a row.

    Attributes:
        path: The field.
        member: What it is in the model.
        column: Its column, None for a constant.
        constant: Its constant value.
        labels: What labels stand for, if it has labels.
        date: Reads a date as it is written in the table.
        expected: How dates are written there, in words.
        needed: Whether no row can be a record without it.
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
        """The value in a row, None where it has none."""
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
        """The text in a row, by what such a text is."""
        scalar = self.scalar
        if self.path[-1] in ("language", "translated_from"):
            return entry.language(column)
        if self.path[-1] == "name":
            thing = self.path[0] in ("about", "article")
            return entry.person(column, required=self.needed, number=thing)
        if scalar.pattern is None:
            return entry.text(column, required=self.needed)
        found = entry.string(column, required=self.needed)
        if found is not None and not _matches(scalar, found):
            told = {"found": f'"{found}"', "expected": MEANING[scalar.pattern]}
            entry.remark(reading.NotAllowed, column, **told)
            return None
        return found

    @property
    def scalar(self) -> Scalar:
        """What such a value is."""
        return cast("Scalar", self.member.inner)

    @property
    def rewrites(self) -> bool:
        """Whether the record does not have the value as it is written in the table."""
        labels = self.labels or {}
        return any(value != label for label, value in labels.items())


@dataclass(slots=True)
class Branch:
    """An object of a record, of which some fields are mapped."""

    model: type[BaseModel]
    path: Path = ()
    members: dict[str, Leaf | Branch | dict[int, Leaf | Branch]] = field(default_factory=dict)
    # Found when the first row is read, and the same for all.
    _columns: dict[str, None] | None = field(default=None, init=False)

    def read(self, entry: Entry) -> Value:
        """The object in a row, without what it lacks there.

        An object inside it of which only constants are known there is left out.
        """
        return {name: value for name, value, _ in self.found(entry) if value is not None}

    def found(self, entry: Entry) -> Iterator[tuple[str, Any, bool]]:
        """Its fields, and whether each says anything of this row."""
        for name, member in self.members.items():
            if isinstance(member, dict):
                found = [_read(one, entry) for _, one in sorted(member.items())]
                values = [value for value, _ in found if value is not None]
                yield name, values or None, any(said for _, said in found)
            else:
                yield (name, *_read(member, entry))

    @property
    def stays(self) -> bool:
        """Whether it is of the record as a whole, so that its constants hold in any row."""
        return self.path[:1] in (("annotation",), ("article",))

    def columns(self) -> dict[str, None]:
        """The columns that it is made of, in order."""
        if self._columns is None:
            found = (leaf.column for leaf in self.leaves() if leaf.column is not None)
            self._columns = dict.fromkeys(found)
        return self._columns

    def leaves(self) -> Iterator[Leaf]:
        """The fields in it and in the objects inside it."""
        for member in self.members.values():
            for one in member.values() if isinstance(member, dict) else (member,):
                if isinstance(one, Leaf):
                    yield one
                else:
                    yield from one.leaves()


def _read(one: Leaf | Branch, entry: Entry) -> tuple[Any, bool]:
    """A value, and whether it says anything of this row: constants alone do not."""
    if isinstance(one, Leaf):
        value = one.read(entry)
        return value, value is not None and one.column is not None
    found = list(one.found(entry))
    columns = one.columns()
    if columns and not one.stays and not any(said for _, _, said in found):
        return None, False
    value = {name: value for name, value, _ in found if value is not None}
    lacking = [name for name in _required(one.model) if name not in value]
    if not lacking or not columns or one.stays:
        return value, True
    for column in columns:
        entry.keep_as_written(column)
    what, why = path_text(one.path), f"the row has no {lacking[0]}"
    entry.remark(importing.NotCarriedOver, next(iter(columns)), what=what, why=why)
    return None, False


@dataclass(slots=True)
class Plan:
    """What a mapping file says, ready to be carried out.

    Attributes:
        mapping: What it says of the table.
        record: The fields of the record.
        article: The fields of its article.
        used: The columns that are named, the field of each, and where.
    """

    mapping: Mapping
    record: Branch
    article: Branch
    used: list[tuple[str, str, Where]] = field(default_factory=list)

    def dialect(self, file: File) -> Dialect:
        """How the cells of a file are told apart; by its name, where the mapping does not say."""
        name = file.path.name.lower()
        tabs = any(f".{part}" in name for part in ("tsv", "tab"))
        quote = self.mapping.quote if self.mapping.quoting == "minimal" else None
        delimiter = self.mapping.delimiter or ("\t" if tabs else ",")
        return Dialect(delimiter, quote, self.mapping.line_breaks)

    def names(self) -> set[str]:
        """The fields that are mapped."""
        return {path_text(leaf.path) for leaf in self.leaves()}

    def leaves(self) -> Iterator[Leaf]:
        """The fields that are mapped, with what they are mapped to."""
        yield from self.record.leaves()
        yield from self.article.leaves()

    def kept(self) -> set[str]:
        """The columns that are written as they are into some field of the record."""
        plain = {leaf.column for leaf in self.leaves() if leaf.column and not leaf.rewrites}
        return plain | {name for name in (self.mapping.id, self.mapping.label) if name}


def read_plan(path: FilePath) -> tuple[Plan | None, list[Remark]]:
    """What a mapping file says, None if that cannot be carried out, and what is wrong in it.

    Raises:
        InputError: It cannot be read at all.
    """
    file = File(path, path.as_posix())
    text = decode(file, content(file))
    return _Reader(text).plan()


class _Reader:
    """Reads a mapping file."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.remarks: list[Remark] = []
        for problem in text.problems:
            self._problem(problem)

    def plan(self) -> tuple[Plan | None, list[Remark]]:
        root = self._root()
        if root is None:
            return None, self.remarks
        value = self._plain(root)
        named: dict[str, NodeMember] = {}
        if isinstance(value, dict) and value.get("fields") is not None:
            fields = nearest(root, ("fields",))
            if isinstance(fields.value, dict):
                named = fields.value
            else:
                self._unfit("fields", fields, "a mapping of fields to columns", reading.WrongType)
            value["fields"] = {}
        mapping = self._judged(Mapping, value, root)
        if mapping is None:
            return None, self.remarks
        if mapping.language and language_defect(mapping.language):
            self._unfit("language", nearest(root, ("language",)), _language(mapping.language))
        plan = Plan(
            mapping, Branch(_RECORDS[mapping.record]), Branch(DocumentArticle, ("article",))
        )
        self._columns(plan, root)
        for name, member in named.items():
            self._field(plan, name, member)
        self._complete(plan, root)
        return None if self._broken else plan, self.remarks

    def _root(self) -> Node | None:
        if self._broken:
            return None
        try:
            root, problems = yaml.parse(self.text.text)
        except UnreadableError as unreadable:
            self._problem(unreadable.problem)
            return None
        for problem in (*problems, *hygiene(root)):
            self._problem(problem)
        return None if self._broken else root

    @property
    def _broken(self) -> bool:
        return any(remark.is_error for remark in self.remarks)

    def _plain(self, node: Node, name: str = "") -> Json:
        """The plain value of a tree, scalars as they are written but for flags and nulls."""
        if isinstance(node.value, dict):
            return {key: self._plain(member.value, key) for key, member in node.value.items()}
        if isinstance(node.value, list):
            return [self._plain(item) for item in node.value]
        return node.value if name in _FLAGS else self._word(node)

    def _word(self, node: Node) -> Any:
        """A scalar as it is written: true is the label true here, and 1 the label 1."""
        if node.value is None or isinstance(node.value, str):
            return node.value
        return self.text.text[node.start.index : node.end].strip()

    def _columns(self, plan: Plan, root: Node) -> None:
        """Note the columns that are named outside the fields, and check those that are listed."""
        mapping = plan.mapping
        if not mapping.header and not mapping.columns:
            facts = {"field": "columns", "parent": "the mapping"}
            why = "the names of the columns, in order, where no header names them"
            self._remark(reading.MissingField, root, **facts, description=why)
        for index, name in enumerate(mapping.columns):
            if (first := mapping.columns.index(name)) < index:
                node = nearest(root, ("columns", index))
                line = nearest(root, ("columns", first)).start.line + 1
                self._remark(reading.DuplicateKey, node, key=name, first=line)
        for name in ("id", "label"):
            column = getattr(mapping, name)
            if column is not None:
                self._use(plan, column, name, nearest(root, (name,)))
        if mapping.quoting == "minimal" and mapping.quote in (mapping.delimiter, "\r", "\n"):
            expected = "another character than the delimiter"
            self._unfit("quote", nearest(root, ("quote",)), expected)
        if mapping.delimiter in ("\r", "\n"):
            self._unfit("delimiter", nearest(root, ("delimiter",)), "no line end")

    def _use(self, plan: Plan, column: str, name: str, node: Node) -> None:
        where = self._where(node)
        plan.used.append((column, name, where))
        if plan.mapping.columns and column not in plan.mapping.columns:
            self.remarks.append(unknown_column(column, name, plan.mapping.columns, where))

    def _field(self, plan: Plan, name: str, member: NodeMember) -> None:
        """Take in what a field is mapped to."""
        known = _known(plan.mapping.record)
        template = re.sub(r"\[\d+\]", "[]", name)
        path = parse_path(name)
        if template not in known or path_text(path) != name:
            inside = [one for one in known if one.startswith((f"{template}.", f"{template}[]"))]
            near = inside[0] if inside else closest(template, known)
            meant = near.replace("[]", "[0]") if near else None
            advice = (
                f"did you mean {meant}?" if meant else "docs/fields.md tells what fields there are"
            )
            parent = f"a {plan.mapping.record} that a table can fill"
            facts = {"field": name, "parent": parent, "meant": meant, "advice": advice}
            self._remark(reading.UnknownField, member.key, **facts)
            return
        leaf = self._leaf(plan, name, path, known[template], member.value)
        if leaf is not None:
            _hang(plan, leaf)

    def _leaf(self, plan: Plan, name: str, path: Path, member: Member, node: Node) -> Leaf | None:
        """How a field is had, None if that cannot be told."""
        needed = len(path) == 1 and member.required
        if isinstance(node.value, list) or node.value is None:
            self._unfit(
                f"fields.{name}", node, "a column, or a mapping with one", reading.WrongType
            )
            return None
        if not isinstance(node.value, dict):
            column = self._word(node)
            self._use(plan, column, name, node)
            own, date = _own_labels(member), _reader_of(member)
            return Leaf(path, member, column, labels=own, date=date, needed=needed)
        value: Json = self._plain(node)
        labels: Any = value.get("values") if isinstance(value, dict) else None
        if isinstance(value, dict) and isinstance(labels, dict):
            value["values"] = {}
        cell = self._judged(Cell, value, node, f"fields.{name}")
        if cell is None:
            return None
        if (cell.column is None) == (cell.constant is None):
            facts = {"field": "column", "parent": f"fields.{name}"}
            self._remark(reading.MissingField, node, **facts, description="it, or else constant")
            return None
        if cell.constant is not None:
            at = nearest(node, ("constant",))
            found, constant = self._converted(member, cell.constant, f"fields.{name}", at)
            return Leaf(path, member, constant=constant) if found else None
        self._use(plan, str(cell.column), name, nearest(node, ("column",)))
        read, expected = self._date(cell.date, member, node)
        known = self._labels(name, member, node) if cell.values is not None else _own_labels(member)
        return Leaf(path, member, cell.column, None, known, read, expected, needed)

    def _labels(self, name: str, member: Member, node: Node) -> dict[str, Any]:
        """What labels stand for, as values of a field."""
        labels: dict[str, Any] = {}
        values = nearest(node, ("values",)).value
        for one in values.values() if isinstance(values, dict) else ():
            where = f"fields.{name}.values"
            if isinstance(one.value.value, dict | list):
                self._unfit(where, one.value, "a value of the field", reading.WrongType)
                continue
            word = self._word(one.value)
            found, value = (
                (True, None) if word is None else self._converted(member, word, where, one.value)
            )
            if found:
                labels[str(self._word(one.key))] = value
        return labels

    def _converted(self, member: Member, word: str, name: str, node: Node) -> tuple[bool, Any]:
        """A word as a value of a field, and whether it can be one."""
        scalar = member.inner
        expected = ""
        value: Any = word
        if not isinstance(scalar, Scalar):
            return False, None
        if scalar.choices and word not in scalar.choices:
            expected = "one of " + ", ".join(scalar.choices)
        elif scalar.type is bool:
            value = _TRUTH.get(word)
            expected = "" if word in _TRUTH else "true or false"
        elif scalar.type in (int, float):
            value = _number(word, scalar)
            expected = "" if value is not None else f"a number from 0 to {scalar.maximum}"
        else:
            expected = _expected(member, scalar, word)
        if expected:
            self._unfit(name, node, expected)
        return not expected, value

    def _date(
        self, pattern: str | None, member: Member, node: Node
    ) -> tuple[Callable[[str], str | None] | None, str]:
        """What reads dates that are written in some way, and that way in words."""
        if pattern is None:
            return _reader_of(member), "a date such as 2024-12-10"
        used = re.findall(r"%(.?)", pattern)
        is_date = member.role is not None and member.role.name == "date"
        if not is_date or member.name == "period" or "Y" not in used or set(used) - _DIRECTIVES:
            expected = "directives of strptime with a year, such as %d.%m.%Y, of a field with dates"
            self._unfit("date", nearest(node, ("date",)), expected)
            return None, ""
        return _dates(pattern, used), f"a date as {pattern} has it"

    def _complete(self, plan: Plan, root: Node) -> None:
        """Note what no row could be a record without."""
        fields = find(root, ("fields",)) or root
        needed: list[Path] = [("annotation", "method")]
        for branch in (plan.record, plan.article):
            for model, path, there in _objects(branch):
                needed += [(*path, name) for name in _required(model) if name not in there]
        for path in dict.fromkeys(needed):
            name = "content[0].exact" if path == ("content",) else path_text(path)
            if _DERIVED.fullmatch(name) or name in plan.names() or self._is_told(name):
                continue
            member = _known(plan.mapping.record)[re.sub(r"\[\d+\]", "[]", name)]
            why = member.description[0].lower() + member.description[1:].rstrip(".")
            self._remark(reading.MissingField, fields, field=name, parent="fields", description=why)

    def _is_told(self, name: str) -> bool:
        """Whether a field has a remark of its own."""
        return any(
            name
            in (remark.facts.get("meant"), str(remark.facts.get("field")).removeprefix("fields."))
            for remark in self.remarks
        )

    def _judged(self, model: type[Any], value: Json, node: Node, name: str = "") -> Any:
        """What a value is by a model; None if it does not fit, and why is noted."""
        result = judge(model, json.dumps(value))
        if not isinstance(result, list):
            return result
        for objection in result:
            problem = located(node, objection)
            facts = dict(problem.facts)
            if name and facts.get("parent"):
                facts["parent"] = name
            self._problem(Problem(problem.check, problem.mark, facts))
        return None

    def _unfit(
        self, name: str, node: Node, expected: str, check: type[Check] = reading.NotAllowed
    ) -> None:
        found = self.text.text[node.start.index : node.end].strip().partition("\n")[0]
        found = found if found.startswith(('"', "'", "{", "[")) else f'"{found}"'
        self._remark(check, node, field=name, found=found, expected=expected)

    def _remark(self, check: type[Check], node: Node, **facts: Fact) -> None:
        self.remarks.append(Remark(check, self._where(node), facts))

    def _problem(self, problem: Problem) -> None:
        check = problem.check
        check = importing.LeadingMark if check is reading.ByteOrderMark else check
        mark: Mark = problem.mark
        self.remarks.append(Remark(check, lambda: self.text.point(mark), problem.facts))

    def _where(self, node: Node) -> Where:
        return lambda: self.text.point(node.start)


def unknown_column(column: str, name: str, columns: Sequence[str], where: Where) -> Remark:
    """The remark that a table has no such column."""
    advice = did_you_mean(column, columns) or f"name one of its columns: {', '.join(columns)}"
    facts = {"column": column, "field": name, "advice": advice}
    return Remark(importing.UnknownColumn, where, facts)


@cache
def _required(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields that an object needs; a span its words, since nothing else is known of it."""
    return tuple(
        member.name
        for member in members(model)
        if (issubclass(model, Span) and member.name == "exact")
        or (member.required and member.name not in ("id", "verbatim"))
    )


def _expected(member: Member, scalar: Scalar, word: str) -> str:
    """Return what a word should be that is no value of a field; empty where it is one."""
    role = member.role.name if member.role else None
    if scalar.pattern and not _matches(scalar, word):
        return MEANING[scalar.pattern]
    if role == "date" and _period(word) is None:
        return "a date that exists"
    if role == "url" and not is_address(word):
        return "a web address"
    if member.name in ("language", "translated_from") and language_defect(word):
        return _language(word)
    return "" if word else "at least one character"


def _language(word: str) -> str:
    return f"a BCP 47 tag such as {valid_language(word) or 'en or pt-BR'}"


def _matches(scalar: Scalar, text: str) -> bool:
    """Whether a text is as the pattern has it, if there is one."""
    return not scalar.pattern or re.fullmatch(scalar.pattern[1:-1], text) is not None


@cache
def _known(record: str) -> dict[str, Member]:
    """The fields that a column can be, with [] for any place in a list."""
    found = {
        name: member
        for prefix, model in (("", _RECORDS[record]), ("article.", DocumentArticle))
        for path, member in paths(model)
        if isinstance(member.inner, Scalar)
        and not (member.role and member.role.name == "link")
        and not (name := prefix + ".".join(path)).startswith("relations")
        and not _NOT_MAPPED.fullmatch(name)
    }
    # An identifier is made of whatever stands there.
    line = replace(found["article.title"], name="id", description="Identifier of the article.")
    return {**found, "article.id": line}


def _hang(plan: Plan, leaf: Leaf) -> None:
    """Put a field into the object that it is of, and that into the one around it."""
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


def _objects(branch: Branch) -> Iterator[tuple[type[BaseModel], Path, set[str]]]:
    """The objects of which some field is mapped: their models, their paths, and those fields."""
    yield branch.model, branch.path, set(branch.members)
    for member in branch.members.values():
        for one in member.values() if isinstance(member, dict) else (member,):
            if isinstance(one, Branch):
                yield from _objects(one)


def _own_labels(member: Member) -> dict[str, Any] | None:
    """The labels of a field that has labels of its own, and truth values."""
    scalar = member.inner
    if isinstance(scalar, Scalar) and scalar.choices:
        return {choice: choice for choice in scalar.choices}
    return dict(_TRUTH) if isinstance(scalar, Scalar) and scalar.type is bool else None


def _number(word: str, scalar: Scalar) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if 0 <= value <= (scalar.maximum or value) else None


def _dates(pattern: str, used: list[str]) -> Callable[[str], str | None]:
    """What reads dates of a pattern, as far as it goes."""
    month = bool({"m", "b", "B"} & set(used))
    length = 10 if month and "d" in used else 7 if month else 4

    def read(text: str) -> str | None:
        try:
            return dt.datetime.strptime(text, pattern).date().isoformat()[:length]  # noqa: DTZ007  # a day
        except ValueError:
            return None

    return read


def _period(text: str) -> str | None:
    """A date or an interval of two, as records have it."""
    parts = text.split("/")
    read = [part if part == ".." and len(parts) == 2 else iso_date(part) for part in parts]
    if len(parts) > 2 or None in read or read == ["..", ".."]:
        return None
    return "/".join(str(part) for part in read)


def _reader_of(member: Member) -> Callable[[str], str | None]:
    """What reads a date that is written as records have it."""
    return _period if member.name == "period" else iso_date
