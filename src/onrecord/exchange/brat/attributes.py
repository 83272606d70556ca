"""Interpret the attributes of an event in brat."""

from __future__ import annotations

from onrecord.exchange.brat.options import listed, plain
from onrecord.exchange.brat.page import Page
from onrecord.exchange.brat.standoff import Line
from onrecord.exchange.values import is_sentinel
from onrecord.findings import Problem
from onrecord.rules import importing
from onrecord.rules.base import Check
from onrecord.schema.current import DocumentQuote
from onrecord.schema.shape import Scalar, members

_CHOICES = {
    member.name: member.shape.choices
    for member in members(DocumentQuote)
    if isinstance(member.shape, Scalar)
}


class Attributes:
    """Interpret the attributes of an event by the names that the options give to them."""

    def __init__(self, page: Page, event: Line, problems: list[Problem]) -> None:
        self._page = page
        self._event = event
        self._problems = problems
        self._lines = page.standoff.about(event.id, "AM")
        self._taken: set[str] = set()
        self.written: dict[str, str] = {}

    def label(self, names: str, field_: str) -> str | None:
        """Return the value of a field that an attribute sets."""
        line = next((one for one in self._lines if one.type in listed(names) and one.text), None)
        if line is None:
            return None
        value = (line.text or "").strip()
        known = {plain(choice): choice for choice in _CHOICES[field_]}
        if (choice := known.get(plain(value))) is not None:
            self._taken.add(line.id)
            self.written[field_] = value
            return choice
        if field_ == "attribution":
            return None
        facts = {"field": f"{line.type} of {self._event.id}", "found": value}
        check: type[Check] = importing.NoValue
        if is_sentinel(value):
            self._taken.add(line.id)
        else:
            check = importing.UnknownLabel
            facts["expected"] = "one of " + ", ".join(_CHOICES[field_])
        self._problems.append(self._page.standoff.problem(line, check, **facts))
        return None

    def attribution(self, *, has_speaker: bool) -> str:
        """Return the value of ``attribution``, by the attributes and whether there is a speaker."""
        said = self.label(self._page.options.attribution_attribute, "attribution")
        if said is None and self._says_none():
            said = "unattributed"
        if has_speaker:
            found = "anonymous" if said == "anonymous" else "attributed"
        else:
            found = {"attributed": "unknown", None: "unattributed"}.get(said, said) or ""
        if said not in (None, found):
            spans_ = "a source is marked" if has_speaker else "no source is marked"
            facts = {"id": self._event.id, "found": said, "spans": spans_}
            check = importing.SourceDisagrees
            self._problems.append(self._page.standoff.problem(self._event, check, **facts))
        return found

    def _says_none(self) -> bool:
        """Return whether the event's type or an attribute says that there is no source."""
        if self._page.options.has_no_source(self._event.type):
            return True
        for line in self._lines:
            if self._page.options.has_no_source(line.type) and _is_true(line.text):
                self._taken.add(line.id)
                return True
        for stated in listed(self._page.options.no_source):
            name, _, value = map(plain, stated.partition("="))
            for line in self._lines:
                its_name, its_value = plain(line.type), plain(line.text or "")
                if value:
                    says = (its_name, its_value) == (name, value)
                else:
                    says = its_value == name or (its_name == name and _is_true(line.text))
                if says:
                    self._taken.add(line.id)
                    return True
        return False

    @property
    def rest(self) -> list[tuple[str, str]]:
        """Return the names and values of attributes that have no meaning here."""
        return [
            (line.type, (line.text or "").strip() or "true")
            for line in self._lines
            if line.id not in self._taken
        ]


def _is_true(value: str | None) -> bool:
    """Return whether an attribute with this value, or without one, is true."""
    return plain(value or "") not in ("false", "no", "0")
