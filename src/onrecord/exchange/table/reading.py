"""Import rows of CSV or TSV tables by a mapping file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, count, groupby
from operator import attrgetter
from pathlib import Path
from typing import ClassVar, Literal, cast

from onrecord.errors import InputError
from onrecord.exchange.base import (
    BulkImporter,
    ImportedArticle,
    ItemMapper,
    ItemReader,
    RawItems,
    SourceItem,
    gathered,
    option,
    problem_at,
)
from onrecord.exchange.table.plan import Plan, unknown_column
from onrecord.exchange.table.planning import read_plan
from onrecord.exchange.table.records import RowData, RowMapper
from onrecord.exchange.table.rows import PlainRows, Row, Rows
from onrecord.files.opening import File
from onrecord.findings import Fact, Place, Problem, Where
from onrecord.rules import importing, reading

Kind = Literal["quote", "claim"]

# Rows that are mapped at once.
_MOST = 2**10


@dataclass(frozen=True, kw_only=True)
class Table(BulkImporter):
    r"""Import rows of a CSV or TSV table, by a mapping file that says which column is which field.

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

    def reader(self, file: File) -> ItemReader:
        """Return the reader of a table."""
        return _Reader(self, *self._plan, file)


@dataclass
class _Reader(ItemReader):
    """Read one table; without a plan, there is nothing but problems."""

    _importer: Table
    _plan: Plan | None
    _problems: list[Problem]
    _file: File
    _mapper: RowMapper | None = None

    def mapper(self) -> ItemMapper | None:
        """Return the mapper of the rows; None if the mapping or the header is wrong."""
        return self._mapper

    def items(self) -> Iterator[RawItems]:
        """Yield the rows of a table; before them its own problems, and those of the mapping."""
        whole = _place(self._file)
        if self._plan is None:
            item = SourceItem(whole, "claim")
            yield _said(
                ImportedArticle(whole, problems=self._problems, items=[item]),
                self._file.path.stat().st_size,
            )
            return
        if self._problems:
            yield _said(ImportedArticle(whole, problems=self._problems))
        yield from self._rows(self._plan)

    def _rows(self, plan: Plan) -> Iterator[RawItems]:
        """Yield the records of the rows; none if the header is wrong."""
        whole, kind, mapping = _place(self._file), plan.mapping.record, plan.mapping
        rows = Rows(self._file, plan.dialect(self._file))
        each = rows.read()
        first = next(each, None)
        if not isinstance(first, Row):
            yield _said(self._nothing(kind))
            return
        leading = [problem for problem in first.problems if not problem.is_error]
        if leading:
            first.problems = [problem for problem in first.problems if problem.is_error]
            yield _said(ImportedArticle(whole, problems=leading))
        names = list(mapping.columns)
        wrong: list[Problem] = []
        if mapping.header:
            names, wrong = self._header(plan, first)
            yield _said(ImportedArticle(first.where(), problems=wrong), first.size)
        rows.width = len(names)
        alone = True
        if wrong:
            for one in each:
                alone = False
                for row in (one,) if isinstance(one, Row) else one:
                    yield _said(_refused(row, kind), row.size)
            if alone:
                # There is no row to refuse, but the file is not imported.
                yield _said(ImportedArticle(first.where(), items=[SourceItem(first.where(), kind)]))
        else:
            self._mapper = RowMapper(self._importer, plan, self._file, names)
            read = partial(_imported, self._mapper, len(names))
            of_table = each if mapping.header else chain([first], each)
            for some in _some(of_table):
                sizes, data = _data(some)
                yield RawItems(partial(read, some), sizes, data)
        if mixed := rows.mixed():
            yield _said(ImportedArticle(whole, problems=[mixed]))

    def _nothing(self, kind: Kind) -> ImportedArticle:
        where = _place(self._file)
        begin: Where = lambda: (Place(self._file.name, 1, 1), None)  # noqa: E731  # as elsewhere
        facts = {"format": "CSV or TSV", "problem": "there is nothing in it"}
        problem = problem_at(begin, reading.SyntaxError, **facts)
        return ImportedArticle(where, problems=[problem], items=[SourceItem(where, kind)])

    def _header(self, plan: Plan, row: Row) -> tuple[list[str], list[Problem]]:
        """Return the names of the columns from the header, and its problems."""
        names = list(plan.mapping.columns)
        if row.problems:
            return names, row.problems
        if names:
            return names, _other_columns(row, len(names))
        names = row.cells
        first: dict[str, int] = {}
        wrong = []
        for index, name in enumerate(names):
            if name.strip() and name in first:
                facts: dict[str, Fact] = {"key": name, "first": row.number}
                wrong.append(problem_at(row.where(index), reading.DuplicateKey, **facts))
            first.setdefault(name, index)
        missing = {column: name for column, name, _ in plan.used if column not in first}
        wrong += [
            unknown_column(column, name, names, row.where()) for column, name in missing.items()
        ]
        return names, wrong


def _some(rows: Iterable[Row | PlainRows]) -> Iterator[list[Row] | PlainRows]:
    """Yield rows, some at a time; those before an error too."""
    for kind, same in groupby(rows, type):
        if kind is Row:
            yield from gathered(cast("Iterator[Row]", same), attrgetter("size"))
        else:
            for many in cast("Iterator[PlainRows]", same):
                yield from many.parts(_MOST)


def _data(rows: list[Row] | PlainRows) -> tuple[list[int], list[RowData | None]]:
    """Return the sizes of rows, and what is mapped of each; None if it has a problem."""
    if isinstance(rows, PlainRows):
        return rows.sizes, list(zip(rows.cells, count(rows.line + 1)))  # without end
    data = [None if row.problems else (row.cells, row.number) for row in rows]
    return [row.size for row in rows], data


def _said(imported: ImportedArticle, size: int = 0) -> RawItems:
    """Return an item whose article is known."""
    return RawItems(lambda _: imported, [size], [None])


def _imported(
    mapper: RowMapper, width: int, rows: list[Row] | PlainRows, place: int
) -> ImportedArticle:
    """Return the record of a row."""
    row = rows[place]
    if not row.readable:
        return _refused(row, mapper.kind)
    if other := _other_columns(row, width):
        return _refused(row, mapper.kind, *other)
    return mapper.imported(row)


def _other_columns(row: Row, expected: int) -> list[Problem]:
    found = len(row.cells)
    if found == expected:
        return []
    where = row.where(min(found, expected))
    return [problem_at(where, importing.OtherColumns, found=found, expected=expected)]


def _refused(row: Row, kind: Kind, *problems: Problem) -> ImportedArticle:
    item = SourceItem(row.where(), kind, problems=[*row.problems, *problems])
    return ImportedArticle(row.where(), items=[item])


def _place(file: File) -> Where:
    return lambda: (Place(file.name), None)
