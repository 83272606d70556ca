"""Import rows of CSV or TSV tables by a mapping file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from onrecord.display import shorten
from onrecord.errors import InputError
from onrecord.exchange import ids
from onrecord.exchange.base import ImportedArticle, Importer, SourceItem, Value, option
from onrecord.exchange.entries import Entry
from onrecord.exchange.table.plan import Plan, unknown_column
from onrecord.exchange.table.planning import read_plan
from onrecord.exchange.table.rows import Row, Rows
from onrecord.exchange.values import is_after
from onrecord.findings import Fact, Located, Place, Problem, Where, path_text
from onrecord.findings import Path as Steps
from onrecord.readers import File
from onrecord.rights.allowed import may_stay
from onrecord.rules import importing, reading
from onrecord.rules.base import Check
from onrecord.rules.dates import PeriodReversed, RetrievedBeforePublished, SaidAfterPublished
from onrecord.rules.importing import CannotBeWithheld
from onrecord.rules.records import AttributedWithoutSpeaker, UnattributedWithSpeaker
from onrecord.rules.spans.marks import VerbatimContradictsType

# The most characters of a dataset's name that are in identifiers.
LONGEST_NAME = 50


@dataclass(frozen=True, kw_only=True)
class Table(Importer):
    r"""Rows of a CSV or TSV table, by a mapping file that says which column is which field.

    Source: RFC 4180 for CSV; the text/tab-separated-values media type of IANA for TSV. Packed files
    (.gz, .bz2) are read as they are.

    The mapping file is YAML. It is checked against the fields of the records before a row is read:

    - `record`: `quote` or `claim`, what each row becomes. `dataset`: the name of the dataset.
    - `fields`: which field is which column, such as `text: statement`. Fields are named as in the
      field reference, those of lists with their place (`assessments[0].rating`), those of the
      article with `article.` before them. Without a place the first is meant: `speakers.name` is
      `speakers[0].name`, the name of the only or the first speaker; `speakers[1].name` is that of
      the second.
    - Instead of a column's name there may be `{column: NAME, values: {LABEL: VALUE, …}}`, what labels
      stand for (null for nothing), `{column: NAME, date: "%d.%m.%Y"}`, how dates are written, as for
      Python's strptime with English names (a time of day is left off), or `{constant: VALUE}`.
      `said` and `period` may also be intervals such as `../2024-12-10`, and dates in them may end
      in ~, ? or %.
    - `delimiter`: one character; a tab is "\t". By default a tab in files named .tsv, else a comma.
    - `quoting`: `minimal` if a cell that begins with a quotation mark ends with its pair and has
      those inside it twice; `none` if such marks belong to the cells. Read as quoting, a mark without
      its pair swallows rows; that is detected, and those rows are read.
    - `quote`: the quotation mark. `line_breaks`: true if quoted cells may go over several lines even
      where each of these lines could be a row. `encoding`: utf-8, the only one.
    - `header`: false if the first row does not name the columns. `columns`: their names, in order.
    - `id`: the column that identifies a row; without it a digest of its cells does. `label`: the
      column that is `annotation.origin.label`. `language`: the language of texts and claims.
    - `absent`: cells that stand for no value, such as [""]. Other words for no value, the empty cell
      among them, are absent too, with a warning each.
    - `unmapped`: `keep` (the default) or `drop`, what becomes of columns that are not named.

    What maps to what:

    - each row: a quote or claim, its fields as the mapping says. `annotation.method`, and all that a
      record must have, must be mapped. An object of which only constants are known in a row is left
      out, such as the assessment of a row without a rating. A quote is `attributed` if a speaker
      is known, else `unknown`, and the spans of a direct quote are `quoted`, others not, unless
      the mapping says otherwise. Spans have no offsets.
    - a row's article: that of `article.url`, or of `article.id`; without both it is one of which only
      the `id` is known, one for each row. Its rights are `NOASSERTION`, and `none` for claims and
      `quotes` for quotes, unless the mapping or the options say otherwise.
    - `annotation.origin`: the dataset, the row's id (else the file and the line), the label.
    - the other columns, and as written those whose labels or dates are read as others:
      `annotation.origin.fields`, by the names of the columns.

    What is lost: other columns under `unmapped: drop`; empty cells; the order of the rows.
    """

    name: ClassVar[str] = "table"
    item: ClassVar[str] = "row"
    suffixes: ClassVar[tuple[str, ...]] = (
        *(".tsv", ".csv"),
        *(".tsv.gz", ".csv.gz", ".tsv.bz2", ".csv.bz2"),
    )
    form: ClassVar = "jsonl"

    mapping: Path = option("which column is which field (YAML)", metavar="FILE", required=True)

    @cached_property
    def _plan(self) -> tuple[Plan | None, list[Problem]]:
        if self.mapping is None:
            raise InputError("a table needs a mapping file")
        return read_plan(Path(self.mapping))

    def read(self, file: File) -> Iterator[ImportedArticle]:
        """Yield the rows of a file, each with its article."""
        plan, problems = self._plan
        whole = _place(file)
        if plan is None:
            item = SourceItem(whole, "claim")
            yield ImportedArticle(
                whole, problems=problems, items=[item], size=file.path.stat().st_size
            )
            return
        if problems:
            yield ImportedArticle(whole, problems=problems)
        yield from _Reader(self, plan, file).imported_articles()


class _Reader:
    """Reads one table."""

    def __init__(self, importer: Table, plan: Plan, file: File) -> None:
        self.importer = importer
        self.plan = plan
        self.mapping = plan.mapping
        self.file = file
        self.rows = Rows(file, plan.dialect(file))
        plain = re.sub(r"[^a-z0-9]+", "-", self.mapping.dataset.lower())[:LONGEST_NAME].strip("-")
        self.dataset = plain or ids.slug(self.mapping.dataset[:LONGEST_NAME])
        self.absent = frozenset(self.mapping.absent)
        self.kind = self.mapping.record
        self.names: list[str] = list(self.mapping.columns)
        self.kept: list[str] = []
        self.columns = {leaf.path: leaf.column for leaf in plan.leaves()}

    def imported_articles(self) -> Iterator[ImportedArticle]:
        """Yield the records of the rows; none if the header is wrong."""
        rows = iter(self.rows)
        wrong: list[Problem] = []
        first = next(rows, None)
        if first is None:
            yield self._nothing()
            return
        leading = [problem for problem in first.problems if not problem.is_error]
        if leading:
            first.problems = [problem for problem in first.problems if problem.is_error]
            yield ImportedArticle(_place(self.file), problems=leading)
        if self.mapping.header:
            wrong = self._header(first)
            yield ImportedArticle(first.where(), problems=wrong, size=first.size)
        self.rows.width = len(self.names)
        self._settle()
        if not self.mapping.header:
            yield self._imported(first)
        alone = True
        for row in rows:
            alone = False
            yield self._refused(row) if wrong else self._imported(row)
        if wrong and alone:
            # There is no row to refuse, but the file is not imported.
            yield ImportedArticle(first.where(), items=[SourceItem(first.where(), self.kind)])
        if mixed := self.rows.mixed():
            yield ImportedArticle(_place(self.file), problems=[mixed])

    def _nothing(self) -> ImportedArticle:
        where = _place(self.file)
        facts = {"format": "CSV or TSV", "problem": "there is nothing in it"}
        problem = Problem(
            reading.SyntaxError, where=lambda: (Place(self.file.name, 1, 1), None), facts=facts
        )
        return ImportedArticle(where, problems=[problem], items=[SourceItem(where, self.kind)])

    def _header(self, row: Row) -> list[Problem]:
        """Store the names of the columns from the header; return its problems."""
        if row.problems:
            return row.problems
        if self.names:
            return self._other_columns(row)
        self.names = row.cells
        first: dict[str, int] = {}
        wrong = []
        for index, name in enumerate(self.names):
            if name.strip() and name in first:
                facts: dict[str, Fact] = {"key": name, "first": row.number}
                wrong.append(Problem(reading.DuplicateKey, where=row.where(index), facts=facts))
            first.setdefault(name, index)
        missing = {column: name for column, name, _ in self.plan.used if column not in first}
        wrong += [
            unknown_column(column, name, self.names, row.where())
            for column, name in missing.items()
        ]
        return wrong

    def _settle(self) -> None:
        """Decide the names of the columns and which of them are kept unchanged."""
        self.names = [
            name if name.strip() else f"(column {n})" for n, name in enumerate(self.names, 1)
        ]
        self.index = {name: index for index, name in enumerate(self.names)}
        mapped = {column for column, _, _ in self.plan.used}
        self.kept = [
            name
            for name in self.names
            if name not in self.plan.kept() and (name in mapped or self.mapping.unmapped == "keep")
        ]

    def _other_columns(self, row: Row) -> list[Problem]:
        found, expected = len(row.cells), len(self.names)
        if found == expected:
            return []
        facts = {"found": found, "expected": expected}
        return [Problem(importing.OtherColumns, where=row.where(min(found, expected)), facts=facts)]

    def _refused(self, row: Row, *problems: Problem) -> ImportedArticle:
        item = SourceItem(row.where(), self.kind, problems=[*row.problems, *problems])
        return ImportedArticle(row.where(), items=[item], size=row.size)

    def _imported(self, row: Row) -> ImportedArticle:
        """Return the record of a row."""
        if not row.readable:
            return self._refused(row)
        if other := self._other_columns(row):
            return self._refused(row, *other)
        entry = self._entry(row)
        row_id = self._row_id(entry, row)
        article = self._article(entry, row_id)
        value = self._record(entry, row)
        alone = article["id"] == f"{self.dataset}-{row_id}"
        value["id"] = f"{self.kind[0]}1" if alone else f"{self.kind[0]}-{row_id}"
        _check(entry, self.kind, self.columns, value, article)
        problems = list({(one.check, one.path): one for one in entry.problems}.values())
        item = SourceItem(row.where(), self.kind, value, [*row.problems, *problems])
        shared = {"method": value["annotation"].get("method") or "manual"}
        return ImportedArticle(row.where(), article, shared, [item], size=row.size)

    def _entry(self, row: Row) -> Entry:
        def locate(path: Steps) -> Located:
            return row.where(self.index.get(str(path[0]), 0) if path else 0)()

        cells = zip(self.names, row.cells, strict=True)
        return Entry({name: None if cell in self.absent else cell for name, cell in cells}, locate)

    def _row_id(self, entry: Entry, row: Row) -> str:
        """Return an identifier of a row: its id column, otherwise a digest of its cells."""
        if self.mapping.id is None:
            return ids.digest(list(row.cells))
        found = entry.string(self.mapping.id, required=True)
        return ids.slug(found or "") or ids.digest(list(row.cells))

    def _article(self, entry: Entry, row_id: str) -> Value:
        found = self.plan.article.read(entry)
        url, named = found.get("url"), found.get("id")
        identifier = ids.slug(named) if named else ids.of_page(url) if url else None
        rights = {
            "license": "NOASSERTION",
            "redistribute": "quotes" if self.kind == "quote" else "none",
            **found.get("rights", {}),
            **{
                name: value
                for name, value in (
                    ("license", self.importer.license),
                    ("redistribute", self.importer.redistribute),
                )
                if value
            },
        }
        return {
            **found,
            "id": identifier or f"{self.dataset}-{row_id}",
            "language": self._language(found),
            "rights": rights,
        }

    def _language(self, found: Value) -> str:
        return self.importer.language_of(
            found.get("language") or self.importer.language or self.mapping.language
        )

    def _record(self, entry: Entry, row: Row) -> Value:
        value = self.plan.record.read(entry)
        if self.kind == "claim":
            value["language"] = self._language(value)
        else:
            known = value.get("speakers")
            value.setdefault("attribution", "attributed" if known else "unknown")
            for span in value.get("content", ()):
                span.setdefault("quoted", value.get("type") == "direct")
        label = self.mapping.label
        stated = entry.string(label) if label else None
        for name in self.kept:
            entry.keep_as_written(name)
        written = entry.raw.get(self.mapping.id) if self.mapping.id else None
        place = f"{shorten(self.file.path.name)}:{row.number}"
        origin = {
            "dataset": self.mapping.dataset,
            "id": " ".join(str(written).split()) if written else place,
            "label": stated,
            "fields": [
                {**field, "name": " ".join(field["name"].split())} for field in entry.fields()
            ],
        }
        value["annotation"] = {**value.get("annotation", {}), "origin": origin}
        return value


def _place(file: File) -> Where:
    return lambda: (Place(file.name), None)


def _check(
    entry: Entry, kind: str, columns: Mapping[Steps, str | None], value: Value, article: Value
) -> None:
    """Report contradictions inside a record, which no corpus could contain.

    ``columns`` are those of its fields, for the locations.
    """

    def note(check: type[Check], path: Steps, **facts: Fact) -> None:
        column = columns.get(path)
        entry.report(check, *([column] if column else []), path=path_text(path), **facts)

    published, retrieved = article.get("published"), article.get("retrieved")
    if is_after(_ends(value.get("said"))[0], published):
        facts = {"said": value["said"], "published": published, "record_type": kind}
        note(SaidAfterPublished, ("said",), **facts)
    if is_after(published, retrieved):
        facts = {"retrieved": retrieved, "published": published}
        note(RetrievedBeforePublished, ("article", "retrieved"), **facts)
    for name in ("said", "period"):
        if is_after(*_ends(value.get(name))):
            note(PeriodReversed, (name,), period=value[name])
    if kind == "quote":
        for check, path, more in _quote_at_odds(value):
            note(check, path, **more)
    redistribute = article["rights"].get("redistribute")
    for path, span in _spans(value):
        role = path_text(tuple(step for step in path if isinstance(step, str)))
        words, quoted = span["exact"], bool(span.get("quoted"))
        if redistribute and not may_stay(redistribute, role, words, quoted=quoted):
            note(CannotBeWithheld, (*path, "exact"), words=words, redistribute=redistribute)


def _quote_at_odds(value: Value) -> Iterator[tuple[type[Check], Steps, dict[str, Fact]]]:
    """Yield what in a quote contradicts its attribution or its type."""
    attribution, speakers = value["attribution"], value.get("speakers")
    if attribution == "attributed" and not speakers:
        yield AttributedWithoutSpeaker, ("attribution",), {}
    if attribution in ("unattributed", "unknown") and speakers:
        yield UnattributedWithSpeaker, ("attribution",), {"attribution": attribution}
    if (kind := value.get("type")) and (stated := _quoted(kind, value.get("content", ()))):
        yield VerbatimContradictsType, ("type",), {"type": kind, **stated}


def _quoted(kind: str, content: Sequence[Value]) -> dict[str, Fact] | None:
    """Return the facts if the type of a quote and ``quoted`` of its spans contradict each other."""
    found = {bool(span["quoted"]) for span in content}
    needed = {"direct": {True}, "mixed": {True, False}}.get(kind, {False})
    words = {
        frozenset({True}): "quoted spans only",
        frozenset({False}): "no quoted span",
        frozenset({True, False}): "spans of both kinds",
    }
    if not found or found == needed:
        return None
    return {"found": words[frozenset(found)], "expected": words[frozenset(needed)]}


def _ends(period: str | None) -> tuple[str | None, str | None]:
    """Return the dates with which a period begins and ends; None for one that is open or vague."""
    first, _, last = (period or "..").partition("/")
    begin, end = (None if date[-1] in ".~?%" else date for date in (first, last or first))
    return begin, end


def _spans(value: Value, path: Steps = ()) -> Iterator[tuple[Steps, Value]]:
    """Yield the spans in a record that have words, with their paths."""
    for name, inner in value.items():
        each = enumerate(inner) if isinstance(inner, list) else [(None, inner)]
        for index, one in each:
            at = (*path, name) if index is None else (*path, name, index)
            if isinstance(one, dict) and "exact" in one:
                yield at, one
            elif isinstance(one, dict) and name != "annotation":
                yield from _spans(one, at)
