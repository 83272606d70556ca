"""Parse the lines of brat's standoff format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from onrecord.exchange.base import problem_at
from onrecord.files.opening import Text
from onrecord.findings import Fact, Mark, Problem, Where
from onrecord.rules import importing, reading
from onrecord.rules.base import Check

# What an export adds to brat's own: the type of events that are claims, the type of notes that
# hold what brat has no notion of, an attribute, a relation, and the file beside each text. What annotators
# remark has a type of brat's own.
CLAIM = "Claim"
NOTE = "Onrecord"
REMARK = "AnnotatorNotes"
QUOTED = "Quoted"
WITHIN = "Within"
SIDECAR = ".onrecord.jsonl"

# Characters that some programs treat as line ends; the words of an annotation are one line.
LINE_ENDS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")

# The parts of each kind of line after its id, and the error if one is missing.
_TYPE = (r"\t(?P<type>[^ \t]+)", "a tab and a type are expected")
_ABOUT = (r" (?P<about>[^ \t]+)", "a space and the id of an annotation are expected")
_ATTRIBUTE = (_TYPE, _ABOUT, (r"(?: (?P<text>.*))?", "a value is expected"))
_FORMS = {
    "T": (
        _TYPE,
        (
            r" (?P<offsets>[0-9]{1,15} [0-9]{1,15}(?:;[0-9]{1,15} [0-9]{1,15})*)",
            "a space and offsets such as 0 5;9 12 are expected",
        ),
        (r"\t(?P<text>.+)", "a tab and the words are expected"),
    ),
    "E": (
        (
            r"\t(?P<type>[^ \t:]+):(?P<about>[^ \t]+)",
            "a type and its trigger, such as Attribution:T1, are expected",
        ),
        (r"(?P<references>(?: +[^ \t:]+:[^ \t]+)*) *", "arguments such as Content:T2 are expected"),
    ),
    "R": (
        _TYPE,
        (
            r"(?P<references>(?: +[^ \t:]+:[^ \t]+)+) *",
            "arguments such as Arg1:T1 Arg2:T2 are expected",
        ),
    ),
    "*": (_TYPE, (r"(?P<members>(?: +[^ \t]+)+) *", "ids of annotations are expected")),
    "A": _ATTRIBUTE,
    "M": _ATTRIBUTE,
    "N": (
        _TYPE,
        _ABOUT,
        (
            r" (?P<reference>[^ \t:]+:[^ \t]+)",
            "a space and a reference such as Wikidata:Q42 are expected",
        ),
        (r"(?:\t(?P<text>.*))?", "a tab and a name are expected"),
    ),
    "#": (_TYPE, _ABOUT, (r"\t(?P<text>.*)", "a tab and a text are expected")),
}
_ID = re.compile(r"[^ \t]+")


class Reference(NamedTuple):
    """Hold a reference of a line: its name, the id that it refers to, and its column."""

    name: str
    target: str
    column: int


@dataclass(slots=True)
class Line:
    """Hold an annotation, which is one line of the file.

    Attributes:
        id: Its id; ``*`` for equivalences.
        type: Its type; for an attribute, its name.
        references: What it refers to; an event's trigger is first, under the event's type.
        extents: Where its words are, as offsets in the units of the source.
        text: The words, the value of an attribute, the name of what a normalisation refers to, or
            the text of a note.
        reference: The target of a normalisation.
        offsets_column: The column of the offsets.
        mark: Where it begins.
    """

    id: str
    type: str
    mark: Mark
    references: list[Reference] = field(default_factory=list)
    extents: list[tuple[int, int]] = field(default_factory=list)
    text: str | None = None
    reference: str = ""
    offsets_column: int = 0

    @property
    def kind(self) -> str:
        """Return the letter or sign of its kind."""
        return self.id[0]


@dataclass(slots=True)
class Wrong:
    """Describe a line that cannot be parsed: the reason, and ids in it besides its own."""

    id: str
    problem: Problem
    targets: frozenset[str]


class Standoff:
    """Parse the annotations of a file, and find them by id or by what they refer to.

    Attributes:
        lines: The lines that can be parsed, in order. Their ids are unique.
        wrong: The lines that cannot.
        unknown: Lines of unknown kinds, with their ids.
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        self.lines: list[Line] = []
        self.wrong: list[Wrong] = []
        self.unknown: list[tuple[str, Where]] = []
        self._by_id: dict[str, Line] = {}
        self._about: dict[str, list[Line]] = {}
        self._read()

    def get(self, id_: str) -> Line | None:
        """Return the line with an id."""
        return self._by_id.get(id_)

    def about(self, id_: str, kinds: str = "AMN#") -> list[Line]:
        """Return the attributes, normalisations and notes of an annotation."""
        return [line for line in self._about.get(id_, []) if line.kind in kinds]

    def where(self, line: Line, column: int = 0) -> Where:
        """Return a function that finds the location of a column of a line."""
        mark = Mark(line.mark.index + column, line.mark.line, column)
        return lambda: self.text.point(mark)

    def problem(self, line: Line, check: type[Check], column: int = 0, /, **facts: Fact) -> Problem:
        """Return a problem of a line."""
        return problem_at(self.where(line, column), check, line.id, **facts)

    def _read(self) -> None:
        index = 0
        for number, content in enumerate(self.text.text.split("\n")):
            if content.strip():
                self._take(content.removesuffix("\r"), Mark(index, number, 0))
            index += len(content) + 1

    def _take(self, content: str, mark: Mark) -> None:
        found = _ID.match(content)
        id_ = found[0] if found else ""
        if id_[:1].isalpha() and id_[0] not in _FORMS and content[len(id_) :].startswith("\t"):
            self.unknown.append((id_, lambda: self.text.point(mark)))
            return
        line = _parse(content, id_, mark)
        targets = frozenset(re.findall(r"(?<=[: ])[A-Z][0-9]+", content))
        if not isinstance(line, Line):
            column, what = line
            at = Mark(mark.index + column, mark.line, column)
            facts = {"format": "brat standoff", "problem": what}
            problem = problem_at(lambda: self.text.point(at), reading.SyntaxError, **facts)
            self.wrong.append(Wrong(id_, problem, targets))
        elif line.kind not in "*#" and id_ in self._by_id:
            problem = self.problem(line, importing.DuplicateItem, id=id_)
            self.wrong.append(Wrong(id_, problem, targets))
        else:
            self.lines.append(line)
            self._by_id.setdefault(id_, line)
            if line.kind in "AMN#":
                self._about.setdefault(line.references[0].target, []).append(line)


def _parse(content: str, id_: str, mark: Mark) -> Line | tuple[int, str]:
    """Parse a line; if it is invalid, return the column of the error and what is expected there."""
    if not id_ or id_[0] not in _FORMS:
        return 0, "an id such as T1 is expected"
    line = Line(id_, "", mark)
    at = len(id_)
    for pattern, expected in _FORMS[id_[0]]:
        found = re.compile(pattern).match(content, at)
        if found is None:
            return at, expected
        at = found.end()
        _fill(line, found)
    return (at, "the line should end here") if at < len(content) else line


def _fill(line: Line, found: re.Match[str]) -> None:
    """Store a part of a line."""
    groups = found.groupdict()
    line.type = groups.get("type") or line.type
    if "text" in groups:
        line.text = groups["text"]
    line.reference = groups.get("reference") or line.reference
    if "about" in groups:
        name = line.type if line.kind == "E" else ""
        line.references.append(Reference(name, groups["about"], found.start("about")))
    if "offsets" in groups:
        line.offsets_column = found.start("offsets")
        line.extents = [
            (int(start), int(end))
            for start, end in (extent.split(" ") for extent in groups["offsets"].split(";"))
        ]
    line.references += _references(found)


def _references(found: re.Match[str]) -> Iterator[Reference]:
    for group, pattern in (
        ("references", r"(?P<name>[^ \t:]+):(?P<target>[^ \t]+)"),
        ("members", r"(?P<name>)(?P<target>[^ \t]+)"),
    ):
        if found.re.groupindex.get(group):
            for one in re.compile(pattern).finditer(found.string, *found.span(group)):
                yield Reference(one["name"], one["target"], one.start())
