"""Mending what validation finds, where there is only one way to mend it.

What rules suggest and call safe is done where the record stands: in documents with comments and
layout kept, in tables line by line. If asked for, what anchoring would fill in is filled in, too.
All of it is tried before anything is written: a mend that would bring a finding that was not there
is not made.
"""

from __future__ import annotations

import difflib
import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import groupby, islice, pairwise
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from onrecord import readers
from onrecord.anchoring.anchoring import missing, offset
from onrecord.corpus.corpus import Corpus, read_files
from onrecord.display import escape_for_display, shorten
from onrecord.editing.edits import (
    Draft,
    Edit,
    EditError,
    Put,
    Reorder,
    SetItem,
    draft_of,
    dropped,
)
from onrecord.errors import InputError
from onrecord.files import scratch, texts
from onrecord.files.atomic import replace_file, replacing
from onrecord.files.containment import ANYWHERE, Boundary
from onrecord.files.opening import content, decode, packing, raw_lines
from onrecord.files.problems import Path, parse_path, path_text
from onrecord.findings import Fact, Finding, Place, Report
from onrecord.readers import File, open_reader
from onrecord.readers.bulk.jsonl import JsonLinesReader
from onrecord.readers.models.document import LISTS, DocumentReader
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.syntax.json import parse as parse_json
from onrecord.readers.syntax.nodes import Node
from onrecord.rules.spans import SpansOutOfOrder
from onrecord.schema.shape import Struct, members
from onrecord.validation.validate import validate_corpus

# One mend may make way for another: offsets come before the order of spans. So many in a row.
ROUNDS = 8
# Lines of a table that a diff shows around those that change.
_CONTEXT = 3

Check = Callable[[Corpus], Report]


@dataclass(frozen=True, slots=True)
class Mend:
    """One thing that is mended.

    Attributes:
        place: Where it stood when it was mended.
        what: What is done, in words for people.
        code: The check whose finding it mends; none where something is merely filled in.
        record: Identifier of the record, where it has one.
    """

    place: Place
    what: str
    code: str | None = None
    record: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {f'[{self.code}] ' if self.code else ''}{self.what}"


@dataclass(frozen=True, slots=True)
class Mended:
    """A file that is mended.

    Attributes:
        file: The file.
        mends: What is mended, in the order in which it was found.
        changes: What stood there and what is to: the whole of a document, numbered 0, or lines of
            a table by their numbers from 0, without their ends.
    """

    file: File
    mends: tuple[Mend, ...]
    changes: Mapping[int, tuple[bytes, bytes]] = field(repr=False)

    @property
    def before(self) -> str:
        """The content as it was; of a table, as long as it is not written.

        Raises:
            InputError: The file cannot be read, or has changed since it was looked at.
        """
        return b"".join(old for old, _ in self._pieces(check=self._is_table)).decode()

    @property
    def after(self) -> str:
        """The content once it is mended (as `before`)."""
        return b"".join(new for _, new in self._pieces(check=self._is_table)).decode()

    def diff(self) -> str:
        """What changes, as a unified diff (raises as `before`)."""
        hunks = _hunks_of_lines(self._lines()) if self._is_table else _hunks(*self._document)
        name = escape_for_display(self.file.name)
        lines = [f"--- {name}\n", f"+++ {name}\n", *hunks]
        return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}\n" for line in lines)

    def write(self) -> None:
        """Write the file, whole or not at all.

        Raises:
            InputError: It cannot be written, or has changed meanwhile; then it is as it was.
        """
        if not self._is_table:
            data = b"".join(new for _, new in self._pieces())
            replace_file(self.file.path, data, self.file.boundary)
            return
        with replacing(self.file.path, self.file.boundary) as stream:
            stream.writelines(new for _, new in self._pieces())

    @property
    def _is_table(self) -> bool:
        return isinstance(open_reader(self.file), JsonLinesReader)

    @property
    def _document(self) -> tuple[str, str]:
        ((old, new),) = self._pieces()
        return old.decode(), new.decode()

    def _pieces(self, *, check: bool = True) -> Iterator[tuple[bytes, bytes]]:
        """The content before and after, piece by piece, if the file still has it."""
        if not self._is_table:
            old, new = self.changes[0]
            if check and content(self.file) != old:
                raise _changed_meanwhile(self.file)
            yield old, new
            return
        for number, _, raw in raw_lines(self.file):
            body = raw.rstrip(b"\r\n")
            old, new = self.changes.get(number, (body, body))
            if body != old:
                raise _changed_meanwhile(self.file)
            yield raw, new + raw[len(body) :]

    def _lines(self) -> Iterator[_Line]:
        """The lines of a table near those that change."""
        near = {number + step for number in self.changes for step in range(-_CONTEXT, _CONTEXT + 1)}
        number = 0
        for old, new in self._pieces():
            if number in near:
                yield _Line(number, old.decode(errors="replace"), new.decode(errors="replace"))
            number += old.endswith(b"\n")


@dataclass(frozen=True, slots=True)
class Mending:
    """What mending a corpus comes to; nothing is written yet.

    Attributes:
        found: What was found before.
        files: The files to change.
        left: What could be mended and is not, and why, in words for people.
        report: What remains to be found once the files are written.
    """

    found: Report
    files: tuple[Mended, ...]
    left: tuple[str, ...]
    report: Report

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.files)

    def diff(self) -> str:
        """What changes in all files, as a unified diff.

        Raises:
            InputError: A file cannot be read, or has changed since it was looked at.
        """
        return "".join(one.diff() for one in self.files)

    def write(self) -> tuple[InputError, ...]:
        """Write all files, each whole or not at all; what could not be written, and why."""
        errors = []
        for one in self.files:
            try:
                one.write()
            except InputError as error:
                errors.append(error)
        return tuple(errors)


def mend(
    path: FilePath | str,
    *more: FilePath | str,
    texts: FilePath | str | None = None,
    check: Check = validate_corpus,
    options: ReadOptions = READ_OPTIONS,
    wanted: Callable[[Finding], bool] = lambda _: True,
    fill: bool = False,
) -> Mending:
    """Find out how record files, or folders of them, can be mended; nothing is written.

    Only what a finding is about is mended, and only if there is one way to: what rules suggest and
    call safe, and spans out of order whose offsets are all right. Where the mends of a document, or
    of a line of a table, would bring a finding that was not there, it is left as it was. Parquet is
    never changed.

    Args:
        path: A file or folder.
        *more: Further ones.
        texts: A folder of article texts, found by digest or id.
        check: What validates: what it does not find is not mended.
        options: How to read.
        wanted: Tells which findings are to be mended.
        fill: Whether what `onrecord.anchoring.anchoring.missing` gives is filled in, too.

    Raises:
        InputError: A path is missing or unreadable, or a folder holds no record file.
    """
    paths = tuple(FilePath(one) for one in (path, *more))
    return _Workshop(paths, texts, check, options, wanted, fill=fill).mended()


class _Unit(NamedTuple):
    """What is mended or left as a whole: a document, or a line of a table, from 0."""

    file: File
    number: int = 0

    def __str__(self) -> str:
        return self.file.name if _is_document(self.file) else f"{self.file.name}:{self.number + 1}"

    def sort_key(self) -> tuple[str, int]:
        return self.file.name, self.number


class _Workshop:
    """A corpus while it is mended: as it stands in the files, and what takes its place.

    Attributes:
        before: The bytes of the units that were looked at.
        after: The bytes that units are to have; a unit that stays as it is has none.
        mends: What was done to each of these.
        left: What could be mended and is not, and why, in order.
    """

    def __init__(
        self,
        paths: tuple[FilePath, ...],
        folder: FilePath | str | None,
        check: Check,
        options: ReadOptions,
        wanted: Callable[[Finding], bool],
        *,
        fill: bool,
    ) -> None:
        self.paths = paths
        self.options = options
        boundary = Boundary.around(paths, allow_outside=options.allow_outside)
        survey = readers.survey(paths, about=True, boundary=boundary)
        self.files = {file.name: file for file in survey.files}
        self.ignored = survey.ignored
        self.folder = (
            texts.TextFolder(FilePath(folder), allow_outside=options.allow_outside)
            if folder is not None
            else None
        )
        self.check = check
        self.wanted = wanted
        self.fill = fill
        self.before: dict[_Unit, bytes] = {}
        self.after: dict[_Unit, bytes] = {}
        self.mends: dict[_Unit, list[Mend]] = {}
        self.left: dict[str, None] = {}

    def mended(self) -> Mending:
        """The mending of the corpus."""
        found, corpus = self._checked(())
        report, fresh = found, []
        if self.fill:
            fresh = [_Unit(file) for file in self.files.values() if _is_document(file)]
        for _ in range(ROUNDS):
            fresh = self._round(report, corpus, fresh)
            if not fresh:
                break
            report, corpus = self._checked(self.after)
        if self.after and (new := _introduced(found, report)):
            blamed = {
                unit
                for finding in report.findings
                if _key(finding) in new and (unit := self._unit(finding.place)) in self.after
            }
            kept = self._grown([], [unit for unit in self.after if unit not in blamed], found)
            codes = ", ".join(sorted({code for code, *_ in new}))
            for unit in sorted(set(self.after).difference(kept), key=_Unit.sort_key):
                self._leave(f"{unit}: left as it was: mended, it would bring findings ({codes})")
                del self.after[unit]
            report, _ = self._checked(kept)
        return Mending(found, tuple(self._files()), tuple(self.left), report)

    def _checked(self, units: Iterable[_Unit]) -> tuple[Report, Corpus]:
        """What is found in the corpus with some units as they are to be."""
        by_file: dict[File, dict[int, bytes]] = {}
        for unit in units:
            by_file.setdefault(unit.file, {})[unit.number] = self.after[unit]
        with tempfile.TemporaryDirectory(dir=scratch.folder()) as folder:
            laid = [
                self._laid_over(FilePath(folder, str(number)), file, by_file[file])
                if file in by_file
                else file
                for number, file in enumerate(self.files.values())
            ]
            options = replace(self.options, findings=0)
            corpus = read_files(
                laid, self.paths, self.folder, options=options, ignored=self.ignored
            )
            report = self.check(corpus)
        return report, corpus

    def _laid_over(self, folder: FilePath, file: File, changes: Mapping[int, bytes]) -> File:
        """A file with other content in the place of one, under the same name."""
        folder.mkdir()
        path = folder / file.path.name
        if _is_document(file):
            path.write_bytes(changes[0])
            draft = _draft(_Unit(file), changes[0])
            article: Any = draft.value.get("article") if draft else None
            named = article.get("id") if isinstance(article, dict) else None
            if isinstance(named, str) and "/" not in named and "\0" not in named:
                beside = file.at(texts.beside(file.path, named))
                if beside.exists():
                    (folder / beside.path.name).write_bytes(content(beside))
        else:
            with path.open("wb") as stream:
                for number, _, raw in raw_lines(file):
                    body = raw.rstrip(b"\r\n")
                    stream.write(changes.get(number, body) + raw[len(body) :])
        return replace(file, path=path, boundary=ANYWHERE)

    def _unit(self, place: Place) -> _Unit | None:
        """The unit that a place is in, if it is in one that can be changed."""
        file = self.files.get(place.file)
        if file is None or place.line is None or packing(file.path):
            return None
        match open_reader(file):
            case DocumentReader():
                return _Unit(file)
            case JsonLinesReader():
                return _Unit(file, place.line - 1)
        return None

    def _round(self, report: Report, corpus: Corpus, fresh: Iterable[_Unit]) -> list[_Unit]:
        """Mend what can be mended now; the units that changed."""
        found: dict[_Unit, list[Finding]] = {}
        fixed = Counter[str]()
        for finding in filter(self.wanted, report.findings):
            unit = self._unit(finding.place)
            if unit and (_is_safe(finding) or finding.code == SpansOutOfOrder.code):
                found.setdefault(unit, []).append(finding)
            elif not unit and _is_safe(finding) and finding.place.file in self.files:
                fixed[finding.place.file] += 1
        for name, number in fixed.items():
            what = "1 finding" if number == 1 else f"{number} findings"
            self._leave(
                f"{name}: {what} could be mended, but such files are never changed; "
                "mend the records that it is made from"
            )
        self._read(found)
        standing = _standing(report, corpus)
        units = dict.fromkeys([*found, *fresh])
        return [unit for unit in units if self._mended(unit, found.get(unit, []), standing)]

    def _read(self, units: Iterable[_Unit]) -> None:
        """Take in the lines of tables that were not looked at yet."""
        lines: dict[File, set[int]] = {}
        for unit in units:
            if unit not in self.before and not _is_document(unit.file):
                lines.setdefault(unit.file, set()).add(unit.number)
        for file, wanted in lines.items():
            for number, _, raw in raw_lines(file):
                if number in wanted:
                    self.before[_Unit(file, number)] = raw.rstrip(b"\r\n")

    def _mended(
        self, unit: _Unit, findings: Sequence[Finding], standing: Container[tuple[str, str]]
    ) -> bool:
        """Mend a unit; whether anything changed."""
        if unit not in self.before:
            self.before[unit] = content(unit.file)
        data = self.after.get(unit, self.before[unit])
        draft = _draft(unit, data)
        if draft is None:
            return False
        bench = _Bench(draft, self.folder)
        bench.follow([one for one in findings if one.code != SpansOutOfOrder.code])
        if self.fill and _is_document(unit.file):
            bench.fill()
        for finding in findings:
            if finding.code == SpansOutOfOrder.code and not bench.mends:
                bench.order(finding, standing)
        for problem in bench.left:
            self._leave(problem)
        result = bench.draft.source.text.encode()
        if result == data:
            return False
        self.after[unit] = result
        self.mends.setdefault(unit, []).extend(bench.mends)
        return True

    def _grown(self, base: list[_Unit], units: Sequence[_Unit], found: Report) -> list[_Unit]:
        """As many of some units, beside those of a base, as bring no finding when mended."""
        if not units or not _introduced(found, self._checked([*base, *units])[0]):
            return [*base, *units]
        if len(units) == 1:
            return base
        half = len(units) // 2
        return self._grown(self._grown(base, units[:half], found), units[half:], found)

    def _leave(self, what: str) -> None:
        """Say what is not mended, once."""
        self.left[what] = None

    def _files(self) -> Iterator[Mended]:
        units = sorted(self.after, key=_Unit.sort_key)
        for file, group in groupby(units, key=lambda unit: unit.file):
            inside = list(group)
            changes = {
                unit.number: (self.before[unit], self.after[unit])
                for unit in inside
                if self.before[unit] != self.after[unit]
            }
            if changes:
                yield Mended(
                    file, tuple(one for unit in inside for one in self.mends[unit]), changes
                )


class _Bench:
    """A document, or the record in a line, while it is mended.

    Attributes:
        draft: It as it stands now.
        mends: What was done to it.
        left: What could not be done, and why.
    """

    def __init__(self, draft: Draft, folder: texts.TextFolder | None) -> None:
        self.draft = draft
        self.folder = folder
        # Findings tell places in the document as it was before anything here changed it.
        self._bases = sorted(_parts(draft.root)) if "record_type" not in draft.value else []
        self.mends: list[Mend] = []
        self.left: list[str] = []

    def follow(self, findings: Sequence[Finding]) -> None:
        """Do what rules suggest, but for suggestions that are at odds with each other."""
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
            self._tell(finding, targets)

    def _follow_alone(self, finding: Finding, targets: Mapping[Path, Fact]) -> None:
        if self._edit(self._edits([targets])):
            self._tell(finding, targets)
        else:
            self.left.append(f"{finding.place}: [{finding.code}] {_LAYOUT}")

    def _tell(self, finding: Finding, targets: Mapping[Path, Fact]) -> None:
        base = len(self._base(finding.place))
        what = ", ".join(
            f"{path_text(path[base:])} is now {_told(value)}"
            if value is not None
            else f"{path_text(path[base:])} is taken out"
            for path, value in targets.items()
        )
        self.mends.append(Mend(finding.place, what, finding.code, finding.record))

    def fill(self) -> None:
        """Fill in what is missing in a document, if its text is at hand."""
        with suppress(InputError):
            edits = missing(self.draft, self.folder)
            filled: dict[Path, list[str]] = {}
            for edit in edits:
                if isinstance(edit, Put):
                    filled.setdefault(edit.path, []).append(edit.name)
            told = [
                Mend(
                    self.draft.source.point(self.draft.node(path).start)[0],
                    f"{path_text(path)}: {', '.join(names)} filled in",
                )
                for path, names in filled.items()
            ]
            if edits and self._edit(edits):
                self.mends += told
            elif edits:
                self.left.append(f"{self.draft.source.file.name}: {_LAYOUT}")

    def order(self, finding: Finding, standing: Container[tuple[str, str]]) -> None:
        """Put the spans of a list in text order, if all stand where they say, and apart.

        New values for their fields would part them from the comments that are about them.
        """
        inside = parse_path(finding.path)[:-2]
        path = (*self._base(finding.place), *inside)
        items = _value_at(self.draft.value, path)
        if not isinstance(items, list) or (finding.record, path_text(inside)) not in standing:
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
            self.mends.append(Mend(finding.place, what, finding.code, finding.record))
        else:
            self.left.append(f"{finding.place}: [{finding.code}] {_LAYOUT}")

    def _edit(self, edits: Sequence[Edit]) -> bool:
        """Make some edits, all or none; whether they could be made."""
        try:
            text = self.draft.edited(edits) if edits else self.draft.source.text
        except (EditError, ValueError):
            return False
        source = decode(self.draft.source.file, text.encode(), self.draft.source.line)
        draft = draft_of(source, self.draft.parse)
        if draft:
            self.draft = draft
        return draft is not None

    def _base(self, place: Place) -> Path:
        """The path of the record that a place is in."""
        at = ((place.line or 1) - 1 - self.draft.source.line, (place.column or 1) - 1)
        found: Path = ()
        for start, path in self._bases:
            if start <= at:
                found = path
        return found

    def _targets(self, finding: Finding) -> dict[Path, Fact]:
        """The values that a finding suggests, by their paths; none if one has no place here."""
        base = self._base(finding.place)
        changes = finding.suggestion.changes if finding.suggestion else {}
        targets = {(*base, *parse_path(path)): value for path, value in changes.items()}
        for path in targets:
            inside = _value_at(self.draft.value, path[:-1])
            if not isinstance(inside, dict if isinstance(path[-1], str) else list):
                return {}
        different = {
            path: value
            for path, value in targets.items()
            if _value_at(self.draft.value, path) != value
        }
        return different and targets

    def _edits(self, wanted: Iterable[Mapping[Path, Fact]]) -> list[Edit]:
        """How values get to their paths, each once."""
        values = {path: value for targets in wanted for path, value in targets.items()}
        names: dict[Path, set[str]] = {}
        edits: list[Edit] = []
        for path, new in values.items():
            around, name = path[:-1], path[-1]
            inside: Any = _value_at(self.draft.value, around)
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
        """The name of the member that a new one comes after, as the model has them in order."""
        names = _names(self._model, path)
        ahead = names[: names.index(name)] if name in names else []
        return next((one for one in reversed(ahead) if one in there), None)

    @property
    def _model(self) -> type[BaseModel]:
        record_type = self.draft.value.get("record_type")
        if record_type in self.draft.version.models:
            return self.draft.version.models[record_type]  # type: ignore[index]  # as was just seen
        return self.draft.version.document


_LAYOUT = "it could be mended, but not in this layout without changing more"
_NO_END = "\\ No newline at end of file"


def _is_safe(finding: Finding) -> bool:
    return finding.suggestion is not None and finding.suggestion.safe


def _is_document(file: File) -> bool:
    return isinstance(open_reader(file), DocumentReader)


def _draft(unit: _Unit, data: bytes) -> Draft | None:
    reader = open_reader(unit.file)
    parse = reader.parse if isinstance(reader, DocumentReader) else parse_json
    return draft_of(decode(unit.file, data, unit.number), parse)


def _key(finding: Finding) -> tuple[str, ...]:
    """What stays the same of a finding while values near it are mended and spans change places."""
    path = re.sub(r"\[\d+\]", "[]", finding.path)
    return finding.code, finding.place.file, finding.record or "", path


def _introduced(before: Report, after: Report) -> Counter[tuple[str, ...]]:
    """What is found oftener than before."""
    return Counter(map(_key, after.findings)) - Counter(map(_key, before.findings))


def _standing(report: Report, corpus: Corpus) -> set[tuple[str, str]]:
    """The lists of spans, by their records and paths, that are out of order though each span
    stands where it says.
    """
    lists = {
        (finding.record or "", path_text(parse_path(finding.path)[:-2]))
        for finding in report.findings
        if finding.code == SpansOutOfOrder.code
    }
    if not lists:
        return lists
    spans = corpus.tables["spans"].table(["record_id", "path", "fit"])
    wanted = pa.array({record for record, _ in lists})
    rows = spans.filter(pc.is_in(spans["record_id"], wanted))
    return lists - {
        (row["record_id"], row["path"].rpartition("[")[0])
        for row in rows.to_pylist()
        if row["fit"] != "here"
    }


def _parts(root: Node) -> Iterator[tuple[tuple[int, int], Path]]:
    """Where the parts of a document begin, by line and column from 0, and their paths."""
    for name, member in root.value.items() if isinstance(root.value, dict) else ():
        path: Path = ("article",) if name == "article" else ()
        yield (member.key.start.line, member.key.start.column), path
        if name in LISTS and isinstance(member.value.value, list):
            for index, entry in enumerate(member.value.value):
                yield (entry.start.line, entry.start.column), (name, index)


def _value_at(value: Any, path: Path) -> Any:
    """What stands at a path; nothing where it does not lead anywhere."""
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return None
    return value


def _names(model: type[BaseModel], path: Path) -> list[str]:
    """The names of the fields of what a path of a model leads to, in order."""
    for step in path:
        if isinstance(step, str):
            inner = next((one.inner for one in members(model) if one.name == step), None)
            if not isinstance(inner, Struct):
                return []
            model = inner.model
    return [member.name for member in members(model)]


def _told(value: Fact) -> str:
    return f'"{shorten(value)}"' if isinstance(value, str) else json.dumps(value)


def _changed_meanwhile(file: File) -> InputError:
    return InputError(f"{file.name} has changed meanwhile; it is left as it was")


class _Line(NamedTuple):
    """A line of a table, numbered from 0, before and after."""

    number: int
    old: str
    new: str


def _hunks(before: str, after: str) -> Iterator[str]:
    """The hunks of a unified diff."""
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
    yield from islice(difflib.unified_diff(old, new), 2, None)


def _hunks_of_lines(lines: Iterable[_Line]) -> Iterator[str]:
    """The hunks of a unified diff that changes line for line, given those near a change."""
    for _, numbered in groupby(enumerate(lines), key=lambda one: one[1].number - one[0]):
        hunk = [line for _, line in numbered]
        extent = f"{hunk[0].number + 1},{len(hunk)}"
        yield f"@@ -{extent} +{extent} @@\n"
        for changes, run in groupby(hunk, key=lambda line: line.old != line.new):
            inside = list(run)
            if changes:
                yield from (f"-{line.old}" for line in inside)
                yield from (f"+{line.new}" for line in inside)
            else:
                yield from (f" {line.old}" for line in inside)
