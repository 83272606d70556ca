"""Fix one document, or the record in one line of a table."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from onrecord.anchoring.anchor import missing
from onrecord.anchoring.spans import offset
from onrecord.display import shorten
from onrecord.editing.document import DocumentEditor, EditError, editor_of
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.files.opening import decode
from onrecord.findings import Fact, Finding, Path, Place, parse_path, path_text
from onrecord.fixing.result import Fix
from onrecord.readers.models.document import LISTS
from onrecord.readers.syntax.nodes import Node
from onrecord.schema.edits import Edit, Put, Reorder, SetItem, dropped
from onrecord.schema.shape import Struct, members

_LAYOUT = "it could be fixed, but not in this layout without changing more"


class DocumentFixer:
    """Apply fixes to one document, or to the record in one line of a table.

    Attributes:
        editor: The document with the fixes so far.
        fixes: The fixes that were applied.
        left: Findings that could not be fixed, with the reason.
    """

    def __init__(self, editor: DocumentEditor, folder: texts.TextFolder | None) -> None:
        self.editor = editor
        self.folder = folder
        # Findings have places in the document as it was before the first fix.
        self._bases = sorted(_parts(editor.root)) if "record_type" not in editor.value else []
        self.fixes: list[Fix] = []
        self.left: list[str] = []

    def follow(self, findings: Sequence[Finding]) -> None:
        """Apply the suggestions of rules, except those that contradict each other."""
        wanted = [(finding, self._targets(finding)) for finding in findings]
        values: dict[Path, set[str]] = {}
        for _, targets in wanted:
            for path, value in targets.items():
                values.setdefault(path, set()).add(repr(value))
        agreed = [
            (finding, targets)
            for finding, targets in wanted
            if targets and all(len(values[path]) == 1 for path in targets)
        ]
        if not self._edit(self._edits(targets for _, targets in agreed)):
            for one in agreed:
                self._follow_alone(*one)
            return
        for finding, targets in agreed:
            self._log(finding, targets)

    def _follow_alone(self, finding: Finding, targets: Mapping[Path, Fact]) -> None:
        if self._edit(self._edits([targets])):
            self._log(finding, targets)
        else:
            self.left.append(f"{finding.place}: [{finding.code}] {_LAYOUT}")

    def _log(self, finding: Finding, targets: Mapping[Path, Fact]) -> None:
        base = len(self._base(finding.place))
        what = ", ".join(
            f"{path_text(path[base:])} is now {_written(value)}"
            if value is not None
            else f"{path_text(path[base:])} is taken out"
            for path, value in targets.items()
        )
        self.fixes.append(Fix(finding.place, what, finding.code, finding.record))

    def fill(self) -> None:
        """Fill in missing fields of a document, if its text is available."""
        with suppress(InputError):
            edits = missing(self.editor, self.folder)
            filled: dict[Path, list[str]] = {}
            for edit in edits:
                if isinstance(edit, Put):
                    filled.setdefault(edit.path, []).append(edit.name)
            filling = [
                Fix(
                    self.editor.source.point(self.editor.node(path).start)[0],
                    f"{path_text(path)}: {', '.join(names)} filled in",
                )
                for path, names in filled.items()
            ]
            if edits and self._edit(edits):
                self.fixes += filling
            elif edits:
                self.left.append(f"{self.editor.source.file.name}: {_LAYOUT}")

    def order(self, finding: Finding, in_place: Container[tuple[str, str]]) -> None:
        """Sort the spans of a list by their offsets, if all of these are correct and none overlap.

        Spans are moved as a whole, so that comments stay with the spans that they are about.
        """
        inside = parse_path(finding.path)[:-2]
        path = (*self._base(finding.place), *inside)
        items = _value_at(self.editor.value, path)
        if not isinstance(items, list) or (finding.record, path_text(inside)) not in in_place:
            return
        extents = []
        for item in items:
            start, end = (offset(item.get(name)) for name in ("start", "end"))
            if start is None or end is None or start >= end:
                return
            extents.append((start, end))
        order = tuple(sorted(range(len(items)), key=extents.__getitem__))
        in_order = [extents[index] for index in order]
        apart = all(before[1] <= after[0] for before, after in pairwise(in_order))
        if not apart or in_order == extents:
            return
        if self._edit([Reorder(path, order)]):
            what = f"{path_text(inside)} is now in text order"
            self.fixes.append(Fix(finding.place, what, finding.code, finding.record))
        else:
            self.left.append(f"{finding.place}: [{finding.code}] {_LAYOUT}")

    def _edit(self, edits: Sequence[Edit]) -> bool:
        """Apply all edits or none, and return whether they were applied."""
        try:
            text = self.editor.edited(edits) if edits else self.editor.source.text
        except (EditError, ValueError):
            return False
        source = decode(self.editor.source.file, text.encode(), self.editor.source.line)
        editor = editor_of(source, self.editor.parse)
        if editor:
            self.editor = editor
        return editor is not None

    def _base(self, place: Place) -> Path:
        """Return the path of the record that contains a place."""
        at = ((place.line or 1) - 1 - self.editor.source.line, (place.column or 1) - 1)
        found: Path = ()
        for start, path in self._bases:
            if start <= at:
                found = path
        return found

    def _targets(self, finding: Finding) -> dict[Path, Fact]:
        """Return the suggested values by their paths; none if a path does not exist here."""
        base = self._base(finding.place)
        changes = finding.suggestion.changes if finding.suggestion else {}
        targets = {(*base, *parse_path(path)): value for path, value in changes.items()}
        for path in targets:
            inside = _value_at(self.editor.value, path[:-1])
            if not isinstance(inside, dict if isinstance(path[-1], str) else list):
                return {}
        different = {
            path: value
            for path, value in targets.items()
            if _value_at(self.editor.value, path) != value
        }
        return different and targets

    def _edits(self, wanted: Iterable[Mapping[Path, Fact]]) -> list[Edit]:
        """Return the edits that set values at their paths, each once."""
        values = {path: value for targets in wanted for path, value in targets.items()}
        names: dict[Path, set[str]] = {}
        edits: list[Edit] = []
        for path, new in values.items():
            around, name = path[:-1], path[-1]
            inside: Any = _value_at(self.editor.value, around)
            if isinstance(name, int):
                edits.append(SetItem(around, name, new))
            elif new is not None:
                there = names.setdefault(around, set(inside))
                edits.append(Put(around, name, new, self._ahead(around, name, there)))
                there.add(name)
            elif name in inside:
                edits.append(dropped(around, name, inside))
        return edits

    def _ahead(self, path: Path, name: str, there: Container[str]) -> str | None:
        """Return the member after which a new one is inserted, in the order of the model."""
        names = _names(self._model, path)
        ahead = names[: names.index(name)] if name in names else []
        return next((one for one in reversed(ahead) if one in there), None)

    @property
    def _model(self) -> type[BaseModel]:
        record_type = self.editor.value.get("record_type")
        if record_type in self.editor.version.models:
            return self.editor.version.models[record_type]  # type: ignore[index]  # as was just seen
        return self.editor.version.models["document"]


def _parts(root: Node) -> Iterator[tuple[tuple[int, int], Path]]:
    """Yield the line and column, from 0, where each part of a document begins, and its path."""
    for name, member in root.value.items() if isinstance(root.value, dict) else ():
        path: Path = ("article",) if name == "article" else ()
        yield (member.key.start.line, member.key.start.column), path
        if name in LISTS and isinstance(member.value.value, list):
            for index, entry in enumerate(member.value.value):
                yield (entry.start.line, entry.start.column), (name, index)


def _value_at(value: Any, path: Path) -> Any:
    """Return the value at a path, or None if the path does not exist."""
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value


def _names(model: type[BaseModel], path: Path) -> list[str]:
    """Return the names of the fields of the object at a path of a model, in order."""
    for step in path:
        if isinstance(step, str):
            inner = next((one.inner for one in members(model) if one.name == step), None)
            if not isinstance(inner, Struct):
                return []
            model = inner.model
    return [member.name for member in members(model)]


def _written(value: Fact) -> str:
    return f'"{shorten(value)}"' if isinstance(value, str) else json.dumps(value)
