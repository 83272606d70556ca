"""Generate ``docs/tables.md``: every table, column and function that rules can use."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping

import duckdb
import pyarrow as pa
from pydantic import BaseModel

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.tables import CorpusTables
from onrecord.engines.functions import kinds_of, signatures
from onrecord.rules import SHARED
from onrecord.schema import CURRENT, RECORD_TYPES
from onrecord.schema.arrow import COLUMNS
from onrecord.schema.current import Assessment, ContentSpan, Entity, Evidence, Relation, Source
from onrecord.schema.shape import Struct, members
from tools.descriptions import COMMON, DESCRIPTIONS

# The models whose fields the columns of a view are.
_MODELS: Mapping[str, type[BaseModel]] = {
    **{f"{each}s": CURRENT.models[each] for each in RECORD_TYPES},
    "spans": ContentSpan,
    "sources": Source,
    "entities": Entity,
    "relations": Relation,
    "assessments": Assessment,
    "evidence": Evidence,
}
_RECORDS = [f"{each}s" for each in RECORD_TYPES]
_SCOPES = {"article": "Scope: one article.", "corpus": "Scope: the whole corpus."}
_KINDS = {str: "text", bool: "boolean", int: "integer", float: "double"}

Row = tuple[str, str, str]


def page() -> Iterator[str]:
    """Return the lines of the page, without the note that it is generated."""
    tables = {name: table.schema for name, table in CorpusTables(Corpus([])).tables.items()}
    views = sorted(set(tables) & set(COLUMNS))
    yield from (
        "# Tables for rules",
        "",
        "A rule is a SQL query over these tables. Each row of its result is a finding: `record_type`, `locator` and "
        "`path` are its location, the other columns are the facts for its message. [CONTRIBUTING](../CONTRIBUTING.md) "
        "says how to add one, [architecture](architecture.md) where the tables come from. A table is only built if a "
        "selected rule uses it, with the columns that a query names.",
        "",
        "Every query declares its scope. One of scope *article* runs over some whole articles, with everything that "
        "belongs to them, and finds the same there as in the whole corpus: it compares no record with those of other "
        "articles. One of scope *corpus* runs once over the whole corpus. So that it stays small, it uses no texts, "
        "spans or strings, but summaries, and shared queries of scope *article* that leave out what cannot matter "
        "and have digests instead of words.",
    )
    yield from _section("Records", "One table for each type of record.", _RECORDS, tables)
    yield from _section(
        "Views",
        "One row for each part of a record, of whatever type. A new field of a model gets its row without further "
        "code.",
        views,
        tables,
    )
    rest = sorted(set(tables) - set(views) - set(_RECORDS))
    of_corpus = [name for name in rest if DESCRIPTIONS[name].scope == "corpus"]
    yield from _section(
        "Further tables",
        "One row for each record, article or field.",
        (name for name in rest if name not in of_corpus),
        tables,
    )
    yield from _section(
        "Summaries",
        "What only the whole corpus shows: the tables of scope *corpus*.",
        of_corpus,
        tables,
    )
    yield from _shared(tables)
    yield from _functions()


def _section(
    title: str, about: str, names: Iterable[str], tables: Mapping[str, pa.Schema]
) -> Iterator[str]:
    yield from ("", f"## {title}", "", about)
    for name in names:
        rows = [(field.name, _kind(field), _column(name, field.name)) for field in tables[name]]
        yield from ("", f"### {name}", "", DESCRIPTIONS[name].about, *_table(rows))


def _shared(tables: Mapping[str, pa.Schema]) -> Iterator[str]:
    yield from ("", "## Shared queries", "")
    yield (
        "Queries that other queries begin with. Each is a class next to the rules that do, and its rows are a table for "
        "them."
    )
    with duckdb.connect() as connection:
        for function in signatures():
            parameters = [_sql(kind) for kind in function.parameters]
            connection.create_function(
                function.name, function.call, parameters, _sql(function.returns)
            )
        for name, schema in tables.items():
            connection.register(name, schema.empty_table())
        for name, shared in SHARED.items():
            connection.execute(f"CREATE TEMP VIEW {name} AS {shared.query}")
        for name, shared in sorted(SHARED.items()):
            schema = connection.sql(f"FROM {name}").arrow().schema
            rows = [(field.name, _kind(field), _column(name, field.name)) for field in schema]
            yield from ("", f"### {name}", "", _line(shared), "", _SCOPES[shared.scope])
            yield from _table(rows)


def _functions() -> Iterator[str]:
    yield from ("", "## Functions", "")
    yield (
        "What SQL cannot express. Every engine registers them by these names; a null argument gives null. Rules write "
        "them in capitals."
    )
    yield from ("", "| function | returns | meaning |", "|---|---|---|")
    for function in signatures():
        names = [name for name in kinds_of(function.call) if name != "return"]
        meaning = _cell((inspect.getdoc(function.call) or "").partition("\n\n")[0])
        yield f"| `{function.name.upper()}({', '.join(names)})` | {_returned(function.returns)} | {meaning} |"


def _table(rows: Iterable[Row]) -> Iterator[str]:
    yield from ("", "| column | type | meaning |", "|---|---|---|")
    for name, kind, meaning in rows:
        yield f"| `{name}` | {kind} | {_cell(meaning)} |"


def _column(table: str, column: str) -> str:
    """Return the description of a column: from the table, from its model, or common to all tables.

    Raises:
        LookupError: There is none.
    """
    described = DESCRIPTIONS.get(table)
    if described and column in described.columns:
        return described.columns[column]
    field = COLUMNS.get(table, {}).get(column, (column,))[0]  # type: ignore[call-overload]
    if table in _MODELS:
        for member in members(_MODELS[table]):
            if member.name == field:
                if not isinstance(member.inner, Struct):
                    return member.description
                name = member.inner.model.__name__
                return f"{member.description} [{name}](fields.md#{name.lower()})"
    if column in COMMON:
        return COMMON[column]
    if table in SHARED and column in {*COLUMNS["spans"], *DESCRIPTIONS["spans"].columns}:
        return "As in [spans](#spans)."
    raise LookupError(f"describe {table}.{column} in tools/descriptions.py")


def _kind(field: pa.Field) -> str:
    """Return the type of a column as shown on the page."""
    kind = field.type
    if pa.types.is_list(kind):
        return f"list of {_kind(kind.value_field)}"
    if pa.types.is_struct(kind):
        return "struct"
    if pa.types.is_string(kind):
        return "text"
    if pa.types.is_boolean(kind):
        return "boolean"
    return "double" if pa.types.is_floating(kind) else "integer"


def _returned(kind: type) -> str:
    if kind in _KINDS:
        return _KINDS[kind]
    return "struct of " + ", ".join(f"`{name}`" for name in kinds_of(kind))


def _sql(kind: type) -> str:
    """Return the name in DuckDB of a Python type."""
    if kind in _KINDS:
        return {"text": "VARCHAR", "integer": "BIGINT"}.get(_KINDS[kind], _KINDS[kind].upper())
    fields = (f'"{name}" {_sql(inner)}' for name, inner in kinds_of(kind).items())
    return f"STRUCT({', '.join(fields)})"


def _line(documented: type) -> str:
    return " ".join((inspect.getdoc(documented) or "").split())


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
