"""Read and validate a mapping file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

from onrecord.errors import closest
from onrecord.exchange.base import in_text
from onrecord.exchange.table import fields
from onrecord.exchange.table.mapping import Cell, Mapping
from onrecord.exchange.table.plan import (
    Branch,
    Leaf,
    Plan,
    add_leaf,
    mapped_objects,
    unknown_column,
)
from onrecord.files.opening import File, Text, content, decode
from onrecord.findings import Fact, Path, Problem, Where, parse_path, path_text
from onrecord.language.tags import language_defect
from onrecord.readers.models.records import hygiene, located
from onrecord.readers.models.validate import validate
from onrecord.readers.syntax import yaml
from onrecord.readers.syntax.nodes import Json, Node, UnreadableError, find, nearest
from onrecord.readers.syntax.nodes import Member as NodeMember
from onrecord.rules import reading
from onrecord.rules.base import Check
from onrecord.schema.current import DocumentArticle
from onrecord.schema.shape import Member, Scalar

# Fields that follow from others, unless they are mapped.
_DERIVED = re.compile(r"language|attribution|article\.(id|language|rights(\..*)?)")
_FLAGS = frozenset({"header", "line_breaks"})


def read_plan(path: FilePath) -> tuple[Plan | None, list[Problem]]:
    """Read a mapping file; return the plan, or None if it is invalid, and its problems.

    Raises:
        InputError: It cannot be read at all.
    """
    file = File(path, path.as_posix())
    text = decode(file, content(file))
    return _Reader(text).plan()


class _Reader:
    """Read a mapping file, and collect what is wrong in it."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self.problems += [in_text(text, problem) for problem in text.problems]

    def plan(self) -> tuple[Plan | None, list[Problem]]:
        root = self._root()
        if root is None:
            return None, self.problems
        value = self._plain(root)
        named: dict[str, NodeMember] = {}
        if isinstance(value, dict) and value.get("fields") is not None:
            listed = nearest(root, ("fields",))
            if isinstance(listed.value, dict):
                named = listed.value
            else:
                self._unfit("fields", listed, "a mapping of fields to columns", reading.WrongType)
            value["fields"] = {}
        mapping = self._validated(Mapping, value, root)
        if mapping is None:
            return None, self.problems
        if mapping.language and language_defect(mapping.language):
            self._unfit(
                "language", nearest(root, ("language",)), fields.language_expected(mapping.language)
            )
        plan = Plan(
            mapping, Branch(fields.RECORDS[mapping.record]), Branch(DocumentArticle, ("article",))
        )
        self._columns(plan, root)
        for name in named:
            self._field(plan, name, named)
        self._complete(plan, root)
        return None if self._broken else plan, self.problems

    def _root(self) -> Node | None:
        if self._broken:
            return None
        try:
            root, problems = yaml.parse(self.text.text)
        except UnreadableError as unreadable:
            self.problems.append(in_text(self.text, unreadable.problem))
            return None
        self.problems += [in_text(self.text, one) for one in (*problems, *hygiene(root))]
        return None if self._broken else root

    @property
    def _broken(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    def _plain(self, node: Node, name: str = "") -> Json:
        """Return the plain value of a tree; scalars as written, except booleans and nulls."""
        if isinstance(node.value, dict):
            return {key: self._plain(member.value, key) for key, member in node.value.items()}
        if isinstance(node.value, list):
            return [self._plain(item) for item in node.value]
        return node.value if name in _FLAGS else self._word(node)

    def _word(self, node: Node) -> Any:
        """Return a scalar as written: true is the label "true", and 1 the label "1"."""
        if node.value is None or isinstance(node.value, str):
            return node.value
        return self.text.text[node.start.index : node.end].strip()

    def _columns(self, plan: Plan, root: Node) -> None:
        """Record the columns that are named outside the fields, and check the listed ones."""
        mapping = plan.mapping
        if not mapping.header and not mapping.columns:
            facts = {"field": "columns", "parent": "the mapping"}
            why = "the names of the columns, in order, where no header names them"
            self._report(reading.MissingField, root, **facts, description=why)
        for index, name in enumerate(mapping.columns):
            if (first := mapping.columns.index(name)) < index:
                node = nearest(root, ("columns", index))
                line = nearest(root, ("columns", first)).start.line + 1
                self._report(reading.DuplicateKey, node, key=name, first=line)
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
            self.problems.append(unknown_column(column, name, plan.mapping.columns, where))

    def _field(self, plan: Plan, name: str, named: dict[str, NodeMember]) -> None:
        """Add the mapping of a field, one of those that the file names, to the plan."""
        member = named[name]
        known = fields.mappable(plan.mapping.record)
        full = fields.full_name(plan.mapping.record, name)
        if full is None:
            template = re.sub(r"\[\d+\]", "[]", name)
            inside = [one for one in known if one.startswith((f"{template}.", f"{template}[]"))]
            near = inside[0] if inside else closest(template, known)
            meant = near.replace("[]", "[0]") if near else None
            advice = (
                f"did you mean {meant}?" if meant else "docs/fields.md tells what fields there are"
            )
            parent = f"a {plan.mapping.record} that a table can fill"
            facts = {"field": name, "parent": parent, "meant": meant, "advice": advice}
            self._report(reading.UnknownField, member.key, **facts)
            return
        path = parse_path(full)
        if full in plan.names():
            first = next(one for one in named if fields.full_name(plan.mapping.record, one) == full)
            line = named[first].key.start.line + 1
            self._report(reading.DuplicateKey, member.key, key=full, first=line)
            return
        field = known[re.sub(r"\[\d+\]", "[]", full)]
        leaf = self._leaf(plan, full, path, field, member.value)
        if leaf is not None:
            add_leaf(plan, leaf)

    def _leaf(self, plan: Plan, name: str, path: Path, member: Member, node: Node) -> Leaf | None:
        """Return how a field is computed; None if the mapping is invalid."""
        needed = len(path) == 1 and member.required
        if isinstance(node.value, list) or node.value is None:
            self._unfit(
                f"fields.{name}", node, "a column, or a mapping with one", reading.WrongType
            )
            return None
        if not isinstance(node.value, dict):
            column = self._word(node)
            self._use(plan, column, name, node)
            own, date = fields.own_labels(member), fields.reader_of(member)
            return Leaf(path, member, column, labels=own, date=date, needed=needed)
        value: Json = self._plain(node)
        labels: Any = value.get("values") if isinstance(value, dict) else None
        if isinstance(value, dict) and isinstance(labels, dict):
            value["values"] = {}
        cell = self._validated(Cell, value, node, f"fields.{name}")
        if cell is None:
            return None
        if (cell.column is None) == (cell.constant is None):
            facts = {"field": "column", "parent": f"fields.{name}"}
            self._report(reading.MissingField, node, **facts, description="it, or else constant")
            return None
        if cell.constant is not None:
            at = nearest(node, ("constant",))
            found, constant = self._converted(member, cell.constant, f"fields.{name}", at)
            return Leaf(path, member, constant=constant) if found else None
        self._use(plan, str(cell.column), name, nearest(node, ("column",)))
        read, expected = self._date(cell.date, member, node)
        known = (
            self._labels(name, member, node)
            if cell.values is not None
            else fields.own_labels(member)
        )
        return Leaf(path, member, cell.column, None, known, read, expected, needed)

    def _labels(self, name: str, member: Member, node: Node) -> dict[str, Any]:
        """Return the values that labels mean."""
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
        """Convert a word to a value of a field; return whether that succeeded, and the value."""
        scalar = member.inner
        expected = ""
        value: Any = word
        if not isinstance(scalar, Scalar):
            return False, None
        if scalar.choices and word not in scalar.choices:
            expected = "one of " + ", ".join(scalar.choices)
        elif scalar.type is bool:
            value = fields.TRUTH.get(word)
            expected = "" if word in fields.TRUTH else "true or false"
        elif scalar.type in (int, float):
            value = fields.number_of(word, scalar)
            expected = "" if value is not None else f"a number from 0 to {scalar.maximum}"
        else:
            expected = fields.expected_instead(member, scalar, word)
        if expected:
            self._unfit(name, node, expected)
        return not expected, value

    def _date(
        self, pattern: str | None, member: Member, node: Node
    ) -> tuple[Callable[[str], str | None] | None, str]:
        """Return a function that parses dates of a pattern, and the form in words."""
        if pattern is None:
            return fields.reader_of(member), "a date such as 2024-12-10"
        used = re.findall(r"%(.?)", pattern)
        is_date = member.role is not None and member.role.name == "date"
        if not is_date or "Y" not in used or set(used) - fields.DIRECTIVES:
            expected = "directives of strptime with a year, such as %d.%m.%Y, of a field with dates"
            self._unfit("date", nearest(node, ("date",)), expected)
            return None, ""
        return fields.date_reader(pattern, used), f"a date as {pattern} has it"

    def _complete(self, plan: Plan, root: Node) -> None:
        """Report fields without which no row could become a record."""
        listed = find(root, ("fields",)) or root
        needed: list[Path] = [("annotation", "method")]
        for branch in (plan.record, plan.article):
            for model, path, there in mapped_objects(branch):
                needed += [
                    (*path, name) for name in fields.required_fields(model) if name not in there
                ]
        for path in dict.fromkeys(needed):
            name = "content[0].exact" if path == ("content",) else path_text(path)
            if _DERIVED.fullmatch(name) or name in plan.names() or self._is_reported(name):
                continue
            member = fields.mappable(plan.mapping.record)[re.sub(r"\[\d+\]", "[]", name)]
            why = member.description[0].lower() + member.description[1:].rstrip(".")
            self._report(reading.MissingField, listed, field=name, parent="fields", description=why)

    def _is_reported(self, name: str) -> bool:
        """Return whether a field already has a problem."""
        return any(
            name
            in (problem.facts.get("meant"), str(problem.facts.get("field")).removeprefix("fields."))
            for problem in self.problems
        )

    def _validated(self, model: type[Any], value: Json, node: Node, name: str = "") -> Any:
        """Validate a value against a model; if it is invalid, report why and return None."""
        result = validate(model, json.dumps(value))
        if not isinstance(result, list):
            return result
        for problem in (located(node, one) for one in result):
            facts = dict(problem.facts)
            if name and facts.get("parent"):
                facts["parent"] = name
            self.problems.append(in_text(self.text, Problem(problem.check, problem.mark, facts)))
        return None

    def _unfit(
        self, name: str, node: Node, expected: str, check: type[Check] = reading.NotAllowed
    ) -> None:
        found = self.text.text[node.start.index : node.end].strip().partition("\n")[0]
        found = found if found.startswith(('"', "'", "{", "[")) else f'"{found}"'
        self._report(check, node, field=name, found=found, expected=expected)

    def _report(self, check: type[Check], node: Node, **facts: Fact) -> None:
        self.problems.append(Problem(check, where=self._where(node), facts=facts))

    def _where(self, node: Node) -> Where:
        return lambda: self.text.point(node.start)
