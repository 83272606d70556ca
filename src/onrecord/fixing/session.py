"""Try fixes on a corpus in rounds, and keep those that cause no new finding."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.reading import read_files
from onrecord.corpus.tables import CorpusTables
from onrecord.editing.document import DocumentEditor, editor_of
from onrecord.files import scratch, texts
from onrecord.files.containment import ANYWHERE, Boundary
from onrecord.files.opening import File, content, decode, packing, raw_lines
from onrecord.findings import Finding, Place, Report, parse_path, path_text
from onrecord.fixing.document import DocumentFixer
from onrecord.fixing.result import Fix, FixedFile, FixResult
from onrecord.readers import discovery
from onrecord.readers.bulk.jsonl import JsonLinesReader
from onrecord.readers.formats import open_reader
from onrecord.readers.models.document import DocumentReader
from onrecord.readers.models.records import follows_older
from onrecord.readers.options import ReadOptions
from onrecord.readers.syntax.json import parse as parse_json
from onrecord.rules.spans.offsets import SpansOutOfOrder
from onrecord.schema import CURRENT

# Rounds of fixing, at most: one fix may enable another, as offsets do for the order of spans.
ROUNDS = 8

Check = Callable[[Corpus], Report]


class EditTarget(NamedTuple):
    """Name what is fixed as a whole or not at all: a document, or a line of a table, from 0."""

    file: File
    number: int = 0

    def __str__(self) -> str:
        return self.file.name if _is_document(self.file) else f"{self.file.name}:{self.number + 1}"

    def sort_key(self) -> tuple[str, int]:
        return self.file.name, self.number


class FixSession:
    """Fix a corpus in memory, in rounds, until nothing more can be fixed.

    Attributes:
        before: The bytes of the targets that were read.
        after: The bytes of the targets that change.
        fixes: The fixes of each of these.
        left: Findings that could be fixed but are not, with the reason, in order.
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
        survey = discovery.survey(
            paths, about=True, boundary=boundary, text_format=options.text_format
        )
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
        self.before: dict[EditTarget, bytes] = {}
        self.after: dict[EditTarget, bytes] = {}
        self.fixes: dict[EditTarget, list[Fix]] = {}
        self.left: dict[str, None] = {}

    def run(self) -> FixResult:
        """Fix what can be fixed, without changes that would cause new findings."""
        found, corpus = self._checked(())
        report, fresh = found, []
        if self.fill:
            fresh = [EditTarget(file) for file in self.files.values() if _is_document(file)]
        for _ in range(ROUNDS):
            fresh = self._round(report, corpus, fresh)
            if not fresh:
                break
            report, corpus = self._checked(self.after)
        if self.after and (new := _introduced(found, report)):
            blamed = {
                target
                for finding in report.findings
                if _key(finding) in new and (target := self._target(finding.place)) in self.after
            }
            kept = self._grown([], [target for target in self.after if target not in blamed], found)
            codes = ", ".join(sorted({code for code, *_ in new}))
            for target in sorted(set(self.after).difference(kept), key=EditTarget.sort_key):
                self._leave(f"{target}: left as it was: fixed, it would bring findings ({codes})")
                del self.after[target]
            report, _ = self._checked(kept)
        return FixResult(found, tuple(self._files()), tuple(self.left), report)

    def _checked(self, targets: Iterable[EditTarget]) -> tuple[Report, Corpus]:
        """Validate the corpus with the new bytes of some targets."""
        by_file: dict[File, dict[int, bytes]] = {}
        for target in targets:
            by_file.setdefault(target.file, {})[target.number] = self.after[target]
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
        """Write a changed copy of a file to a folder; return it under the name of the original."""
        folder.mkdir()
        path = folder / file.path.name
        if _is_document(file):
            path.write_bytes(changes[0])
            editor = _editor(EditTarget(file), changes[0])
            article: Any = editor.value.get("article") if editor else None
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

    def _target(self, place: Place) -> EditTarget | None:
        """Return the target that contains a place, if it can be changed."""
        file = self.files.get(place.file)
        if file is None or place.line is None or packing(file.path):
            return None
        match open_reader(file):
            case DocumentReader():
                return EditTarget(file)
            case JsonLinesReader():
                return EditTarget(file, place.line - 1)
        return None

    def _round(
        self, report: Report, corpus: Corpus, fresh: Iterable[EditTarget]
    ) -> list[EditTarget]:
        """Fix what can be fixed now; return the targets that changed."""
        found: dict[EditTarget, list[Finding]] = {}
        uneditable = Counter[str]()
        for finding in filter(self.wanted, report.findings):
            target = self._target(finding.place)
            if target and (_is_safe(finding) or finding.code == SpansOutOfOrder.code):
                found.setdefault(target, []).append(finding)
            elif not target and _is_safe(finding) and finding.place.file in self.files:
                uneditable[finding.place.file] += 1
        for name, number in uneditable.items():
            what = "1 finding" if number == 1 else f"{number} findings"
            self._leave(
                f"{name}: {what} could be fixed, but such files are never changed; "
                "fix the records that it is made from"
            )
        self._read(found)
        in_place = _lists_in_place(report, corpus)
        targets = dict.fromkeys([*found, *fresh])
        return [target for target in targets if self._fix(target, found.get(target, []), in_place)]

    def _read(self, targets: Iterable[EditTarget]) -> None:
        """Read the lines of tables that were not read yet."""
        lines: dict[File, set[int]] = {}
        for target in targets:
            if target not in self.before and not _is_document(target.file):
                lines.setdefault(target.file, set()).add(target.number)
        for file, wanted in lines.items():
            for number, _, raw in raw_lines(file):
                if number in wanted:
                    self.before[EditTarget(file, number)] = raw.rstrip(b"\r\n")

    def _fix(
        self, target: EditTarget, findings: Sequence[Finding], in_place: Container[tuple[str, str]]
    ) -> bool:
        """Fix a target, and return whether it changed."""
        if target not in self.before:
            self.before[target] = content(target.file)
        data = self.after.get(target, self.before[target])
        editor = _editor(target, data)
        if editor is None:
            return False
        if editor.version is not CURRENT:
            finding = follows_older(editor.source, editor.root, editor.version)
            self._leave(f"{target.file.name}: left as it was: {finding.message}; {finding.hint}")
            return False
        fixer = DocumentFixer(editor, self.folder)
        fixer.follow([one for one in findings if one.code != SpansOutOfOrder.code])
        if self.fill and _is_document(target.file):
            fixer.fill()
        for finding in findings:
            if finding.code == SpansOutOfOrder.code and not fixer.fixes:
                fixer.order(finding, in_place)
        for problem in fixer.left:
            self._leave(problem)
        result = fixer.editor.source.text.encode()
        if result == data:
            return False
        self.after[target] = result
        self.fixes.setdefault(target, []).extend(fixer.fixes)
        return True

    def _grown(
        self, base: list[EditTarget], targets: Sequence[EditTarget], found: Report
    ) -> list[EditTarget]:
        """Extend a base of targets by as many others as cause no new finding when fixed."""
        if not targets or not _introduced(found, self._checked([*base, *targets])[0]):
            return [*base, *targets]
        if len(targets) == 1:
            return base
        half = len(targets) // 2
        return self._grown(self._grown(base, targets[:half], found), targets[half:], found)

    def _leave(self, what: str) -> None:
        """Record a finding that is not fixed, once."""
        self.left[what] = None

    def _files(self) -> Iterator[FixedFile]:
        targets = sorted(self.after, key=EditTarget.sort_key)
        for file, group in groupby(targets, key=lambda target: target.file):
            inside = list(group)
            changes = {
                target.number: (self.before[target], self.after[target])
                for target in inside
                if self.before[target] != self.after[target]
            }
            if changes:
                yield FixedFile(
                    file, tuple(one for target in inside for one in self.fixes[target]), changes
                )


def _is_safe(finding: Finding) -> bool:
    return finding.suggestion is not None and finding.suggestion.safe


def _is_document(file: File) -> bool:
    return isinstance(open_reader(file), DocumentReader)


def _editor(target: EditTarget, data: bytes) -> DocumentEditor | None:
    reader = open_reader(target.file)
    parse = reader.parse if isinstance(reader, DocumentReader) else parse_json
    return editor_of(decode(target.file, data, target.number), parse)


def _key(finding: Finding) -> tuple[str, ...]:
    """Return a key of a finding that remains when nearby values are fixed or spans are moved."""
    path = re.sub(r"\[\d+\]", "[]", finding.path)
    return finding.code, finding.place.file, finding.record or "", path


def _introduced(before: Report, after: Report) -> Counter[tuple[str, ...]]:
    """Count the findings that occur more often than before."""
    return Counter(map(_key, after.findings)) - Counter(map(_key, before.findings))


def _lists_in_place(report: Report, corpus: Corpus) -> set[tuple[str, str]]:
    """Return the lists of spans that are out of order although all their offsets are correct.

    Lists are identified by record and path.
    """
    lists = {
        (finding.record or "", path_text(parse_path(finding.path)[:-2]))
        for finding in report.findings
        if finding.code == SpansOutOfOrder.code
    }
    if not lists:
        return lists
    spans = CorpusTables(corpus).tables["spans"].table(["record_id", "path", "fit"])
    wanted = pa.array({record for record, _ in lists})
    rows = spans.filter(pc.is_in(spans["record_id"], wanted))
    return lists - {
        (row["record_id"], row["path"].rpartition("[")[0])
        for row in rows.to_pylist()
        if row["fit"] != "here"
    }
