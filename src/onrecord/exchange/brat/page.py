"""Hold the state of an article in brat while its annotations become records."""

from __future__ import annotations

from dataclasses import dataclass, field

from onrecord.exchange.base import Value
from onrecord.exchange.brat.bounds import TextBounds
from onrecord.exchange.brat.options import BratOptions
from onrecord.exchange.brat.standoff import Line, Reference, Standoff
from onrecord.findings import Problem
from onrecord.rules import importing


@dataclass(slots=True)
class Page:
    """Hold an article in brat during its import: its text, its annotations, and which are used.

    Attributes:
        article: The article in the form of a document.
        annotators: Who annotated it, if that is known.
        used: The ids of the annotations that are part of a record.
        reported: The ids of the unreadable lines that are reported with an attribution.
    """

    options: BratOptions
    standoff: Standoff
    bounds: TextBounds
    text: str
    article: Value
    annotators: list[str]
    used: set[str] = field(default_factory=set)
    reported: set[str] = field(default_factory=set)

    def unknown_target(self, line: Line, to: Reference) -> Problem:
        """Return the problem that a line refers to an annotation that does not exist."""
        facts = {"id": line.id, "target": to.target}
        return self.standoff.problem(line, importing.UnknownTarget, to.column, **facts)
