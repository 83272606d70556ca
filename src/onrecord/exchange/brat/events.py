"""Read the arguments of an event in brat that becomes a record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from onrecord.exchange.base import Value
from onrecord.exchange.brat.bounds import extents
from onrecord.exchange.brat.page import Page
from onrecord.exchange.brat.standoff import Line
from onrecord.exchange.values import is_sentinel
from onrecord.findings import Fact, Problem
from onrecord.language.mark_signs import Extent
from onrecord.rules import importing
from onrecord.rules.base import Check
from onrecord.rules.spans.offsets import SpansOutOfOrder

QID = re.compile(r"Q[1-9][0-9]*")


class Argument(NamedTuple):
    """Hold an argument of an event: its name, its field, its annotation, and the spans of that."""

    name: str
    role: str | None
    line: Line
    spans: list[Value]

    @property
    def extents(self) -> list[Extent]:
        return extents(self.spans)


class Fields:
    """Collect the values of an attribution for which a record has no field."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []

    def add(self, name: str, value: str) -> None:
        """Keep a value unless it is empty."""
        if value.strip():
            self.found.append({"name": name, "value": value})


class Event:
    """Interpret an event: its trigger and its text-bound arguments.

    Attributes:
        arguments: The trigger and the arguments, in this order.
        problems: Problems of the event; more are added while it is read.
    """

    def __init__(
        self,
        page: Page,
        line: Line,
        problems: list[Problem],
        roles: Mapping[str, str] | None = None,
    ) -> None:
        """Read the arguments, with the roles that the options, or ``roles``, give to their names."""
        self._page = page
        self._line = line
        self.problems = problems
        self.arguments = self._arguments(roles)

    def _arguments(self, roles: Mapping[str, str] | None) -> list[Argument]:
        """Return the trigger and the text-bound arguments."""
        found: list[Argument] = []
        wrong = {one.id for one in self._page.standoff.wrong if one.id.startswith("T")}
        for number, one in enumerate(self._line.references):
            line = self._page.standoff.get(one.target)
            name = one.name if number else "trigger"
            if one.target in wrong:
                self._page.reported.add(one.target)
                self._page.used.add(one.target)
                problems = [it.problem for it in self._page.standoff.wrong if it.id == one.target]
                self.problems += [problem for problem in problems if problem not in self.problems]
            elif line is None:
                self.problems.append(self._page.unknown_target(self._line, one))
            elif line.kind == "T":
                self._page.used.add(line.id)
                located, problems = self._page.bounds.of(line)
                self.problems += [problem for problem in problems if problem not in self.problems]
                plain = re.sub(r"[0-9]+$", "", name)
                role = roles.get(plain) if roles is not None else self._page.options.role(name)
                found.append(Argument(name, role, line, located))
            elif roles is None:
                what = f"the argument {one.name} of {self._line.id}"
                why = f"{one.target} has no words"
                self._report(self._line, importing.NotCarriedOver, one.column, what=what, why=why)
        return found

    def spans(self, role: str) -> list[Value]:
        """Return the spans of all arguments with a role, in text order."""
        found = [span for one in self.arguments if one.role == role for span in one.spans]
        return sorted(found, key=lambda span: extents([span]))

    def sources(self, role: str, known: Any) -> Any:
        """Return the speakers or the like: one for each argument, in their order.

        ``known`` are those of an export, of which some name their argument.
        """
        if known is not None and not (
            isinstance(known, list) and all(isinstance(one, dict) for one in known)
        ):
            return known
        arguments = [one for one in self.arguments if one.role == role and one.spans]
        found = []
        for source in known or ():
            name = source.pop("argument", None)
            argument = next((one for one in arguments if one.name == name), None)
            if argument is not None:
                arguments.remove(argument)
            found.append(self._source(argument, source) if argument else source)
        return [*found, *(self._source(one, {}) for one in arguments)]

    def _source(self, argument: Argument, known: Value) -> Value:
        """Return a source with its mentions in an argument, and what else is known of it."""
        source: Value = {}
        for line in self._page.standoff.about(argument.line.id, "N"):
            database, _, id_ = line.reference.partition(":")
            if database.casefold() == "wikidata" and QID.fullmatch(id_):
                source["wikidata"] = id_
                if line.text and is_sentinel(line.text):
                    self._report(line, importing.NoValue, field=line.id, found=line.text)
                elif line.text:
                    source["name"] = line.text
                break
        more = known.get("mentions")
        mentions = [*argument.spans, *(more if isinstance(more, list) else ())]
        return {**known, **source, "mentions": mentions}

    def check_order(self, path: str, found: Sequence[Value]) -> None:
        """Report overlapping spans: joined, they would repeat words."""
        for one, two in pairwise(found):
            if two["start"] < one["end"]:
                facts = {"path": f"{path} of {self._line.id}", "start": two["start"]}
                self._report(self._line, SpansOutOfOrder, **facts, before=one["end"])
                return

    def _report(self, line: Line, check: type[Check], column: int = 0, /, **facts: Fact) -> None:
        """Add a problem of a line."""
        self.problems.append(self._page.standoff.problem(line, check, column, **facts))
