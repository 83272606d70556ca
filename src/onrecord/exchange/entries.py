"""Read typed values from a foreign file, and collect what is wrong in them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from onrecord.exchange.base import problem_at
from onrecord.exchange.values import is_absent, is_address, is_sentinel, iso_date, kind, written
from onrecord.findings import Located, Path, Problem, Where, path_text
from onrecord.language.names import name_defect
from onrecord.language.tags import valid_language
from onrecord.readers.syntax.nodes import Json
from onrecord.rules import importing, reading
from onrecord.rules.base import Check

T = TypeVar("T")

_LINE_BREAKS = re.compile(r"\s*[\r\n]+\s*")


class Entry:
    """Read typed values from an object of a foreign file, with the locations of the values.

    Problems are added to ``problems``, which nested entries share. Values that a record has no field
    for are added to ``kept``, by their path in the source.

    Attributes:
        raw: The plain value.
        path: Its path in the item.
        problems: The problems of the item.
        kept: Other values, for ``annotation.origin.fields``.
        depth: The length of the path to the item; names of kept values are relative to it.
    """

    def __init__(
        self,
        raw: Mapping[str, Json],
        locate: Callable[[Path], Located],
        path: Path = (),
        inside: Entry | None = None,
    ) -> None:
        self.raw = raw
        self.path = path
        self.problems: list[Problem] = inside.problems if inside else []
        self.kept: dict[str, str] = inside.kept if inside else {}
        self._locate = locate
        self.depth: int = inside.depth if inside else len(path)

    def where(self, *steps: str | int) -> Where:
        """Return a function that finds the location of a value inside this one."""
        path = (*self.path, *steps)
        return lambda: self._locate(path)

    def name(self, *steps: str | int) -> str:
        """Return the path of a value inside this one as text."""
        return path_text((*self.path, *steps))

    def inside(self, raw: Mapping[str, Json], *steps: str | int) -> Entry:
        """Return an entry for an object inside this one."""
        return Entry(raw, self._locate, (*self.path, *steps), self)

    def report(self, check: type[Check], *steps: str | int, **facts: Any) -> None:
        """Add a problem of a value inside this one."""
        name = self.name(*steps)
        facts = {"field": name, **facts}
        self.problems.append(Problem(check, where=self.where(*steps), facts=facts, path=(name,)))

    def leave_out(self, what: str, why: str, *steps: str | int) -> None:
        """Report what no record has of a value inside this one, and why."""
        self.report(importing.NotCarriedOver, *steps, what=what, why=why)

    def lacks(self, field: str, parent: str, description: str, *steps: str | int) -> None:
        """Report that something is missing which the record needs."""
        facts = {"field": field, "parent": parent, "description": description}
        self.report(reading.MissingField, *steps, **facts)

    def keep(self, name: str, value: Json | None = None) -> None:
        """Keep a value for which the record has no field."""
        value = self.raw.get(name) if value is None else value
        if not is_absent(value):
            self.keep_at(written(value), name)

    def keep_as_written(self, name: str) -> None:
        """Keep a value, even if it is a placeholder for no value."""
        if (value := self.raw.get(name)) not in (None, "", [], {}):
            self.keep_at(written(value), name)

    def keep_at(self, text: str, *steps: str | int) -> None:
        """Keep a text under the path of a value inside this one."""
        path = (*self.path, *steps)[self.depth :] if self.path else steps
        self.kept[path_text(path)] = text

    def fields(self) -> list[dict[str, str]]:
        """Return the kept values as ``annotation.origin.fields``, in the order of keeping."""
        return [{"name": name, "value": value} for name, value in self.kept.items()]

    def has(self, name: str) -> bool:
        """Return whether a value is present and not empty."""
        return not is_absent(self.raw.get(name))

    def string(self, name: str, *, required: bool = False) -> str | None:
        """Return a text of one line; None for a placeholder."""
        found = self.text(name, required=required)
        if found is not None and ("\n" in found or "\r" in found):
            self.report(importing.LineBreaks, name)
            return _LINE_BREAKS.sub(" ", found).strip()
        return found

    def text(self, name: str, *, required: bool = False) -> str | None:
        """Return a text unchanged; None for a placeholder."""
        value = self.raw.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None or is_sentinel(value):
            if required:
                self._missing(name)
            elif value is not None:
                self.report(importing.NoValue, name, found=written(value))
            return None
        if not isinstance(value, str):
            self.report(reading.WrongType, name, found=kind(value), expected="text")
            return None
        if value != value.strip():
            self.report(importing.SpaceAtEdge, name, found=value)
        return value

    def person(self, name: str, *, required: bool = False, number: bool = False) -> str | None:
        """Return a name. A value that cannot be a name is left out and kept.

        Args:
            name: The name of the value.
            required: Whether it must be present.
            number: Whether it may be a number, such as the name of a year.
        """
        found = self.string(name, required=required)
        what = name_defect(found) if found else None
        if what is None or (number and what == "a number"):
            return found
        self.report(importing.NotAName, name, found=found, what=what)
        self.keep(name)
        return None

    def language(self, name: str) -> str | None:
        """Return a language tag (BCP 47) in canonical case. An invalid one is left out."""
        found = self.string(name)
        if found is None:
            return None
        tag = valid_language(found)
        if tag and found.strip().lower() == tag.lower():
            return tag
        expected = f"a BCP 47 tag such as {tag or 'en or pt-BR'}"
        self.report(importing.UnknownLabel, name, found=found, expected=expected)
        self.keep_at(found, name)
        return None

    def number(self, name: str) -> float | None:
        """Return a number, which may be written as text."""
        value = self.raw.get(name)
        if value is None or is_sentinel(value):
            if value is not None:
                self.report(importing.NoValue, name, found=written(value))
            return None
        if not isinstance(value, bool):
            try:
                found = float(value)  # type: ignore[arg-type]
            except (TypeError, ValueError, OverflowError):
                pass
            else:
                if math.isfinite(found):
                    return found
        self.report(reading.WrongType, name, found=kind(value), expected="a number")
        return None

    def integer(self, name: str, *, required: bool = False) -> int | None:
        """Return a whole number."""
        value = self.raw.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if value is None:
            if required:
                self._missing(name)
        else:
            self.report(reading.WrongType, name, found=kind(value), expected="a whole number")
        return None

    def flag(self, name: str) -> bool | None:
        """Return a boolean."""
        value = self.raw.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.report(reading.WrongType, name, found=kind(value), expected="true or false")
        return None

    def entry(self, name: str, *, required: bool = False) -> Entry | None:
        """Return an object."""
        value = self.raw.get(name)
        if isinstance(value, dict):
            return self.inside(value, name)
        if value is not None and not is_sentinel(value):
            self.report(reading.WrongType, name, found=kind(value), expected="an object")
        elif required:
            self._missing(name)
        return None

    def entries(self, name: str, *, required: bool = False) -> Iterator[Entry]:
        """Yield the objects of a list."""
        value = self.raw.get(name)
        if value is None:
            if required:
                self._missing(name)
            return
        if not isinstance(value, list):
            self.report(reading.WrongType, name, found=kind(value), expected="a list")
            return
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield self.inside(item, name, index)
            else:
                self.report(reading.WrongType, name, index, found=kind(item), expected="an object")

    def label(self, name: str, known: Mapping[str, T], *, required: bool = False) -> T | None:
        """Return the value that a label means. An unknown one is left out, or an error if required."""
        found = self.string(name, required=required)
        if found is None or found in known:
            return None if found is None else known[found]
        expected = "one of " + ", ".join(known)
        if required:
            self.report(reading.NotAllowed, name, found=f'"{found}"', expected=expected)
        else:
            self.report(importing.UnknownLabel, name, found=found, expected=expected)
            self.keep(name)
        return None

    def date(
        self,
        name: str,
        read: Callable[[str], str | None] | None = None,
        expected: str = "a date such as 2024-12-10",
    ) -> str | None:
        """Return a date in the form of the records.

        Args:
            name: The name of the value.
            read: Converts a text to such a date, or returns None. The default is `iso_date`; a date
                whose time is dropped is kept as written.
            expected: The expected form, in words.
        """
        found = self.string(name)
        if found is None:
            return None
        date = (read or iso_date)(found.strip())
        if date is None:
            self.report(importing.NotADate, name, found=found, expected=expected)
        if date is None or (read is None and ":" in found and len(date) <= len("2024-12-10")):
            self.keep(name)
        return date

    def url(self, name: str) -> str | None:
        """Return a web address; report and keep any other value."""
        found = self.string(name)
        if found is None or is_address(found):
            return found
        self.report(importing.NotAnAddress, name, found=found)
        self.keep(name)
        return None

    def urls(self, name: str) -> list[str]:
        """Return the web addresses in a list, without invalid ones."""
        values = self.raw.get(name)
        if values is None:
            return []
        if not isinstance(values, list):
            self.report(reading.WrongType, name, found=kind(values), expected="a list")
            return []
        found = []
        for index, value in enumerate(values):
            if isinstance(value, str) and is_address(value):
                found.append(value)
            elif not is_absent(value):
                self.report(importing.NotAnAddress, name, index, found=written(value))
                self.keep_at(written(value), name, index)
        return found

    def _missing(self, name: str) -> None:
        parent = path_text(self.path) or "the item"
        facts = {"field": name, "parent": parent, "description": "the record needs it"}
        where = self.where(name) if name in self.raw else self.where()
        self.problems.append(problem_at(where, reading.MissingField, self.name(name), **facts))
