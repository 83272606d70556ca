"""Export CSV: flat tables for R, Excel and pandas."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple

from onrecord.corpus.derived import COLUMNS as DERIVED
from onrecord.exchange.base import ArticleRecords, Exporter, Output, Shared, Value, option
from onrecord.exchange.spans import SOURCES, spans_of
from onrecord.language.wording import fingerprint
from onrecord.schema import CURRENT
from onrecord.schema.shape import Member, Scalar, paths

# Characters with which a formula begins in spreadsheets (OWASP, "CSV Injection").
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_CHUNK = 2**16
_TRUTH = {True: "true", False: "false"}

Dialect = Literal["rfc4180", "excel"]


class Column(NamedTuple):
    """Define a column of a table: its name, its meaning, and how to compute it from a record.

    Attributes:
        field: The field without which there is no value; None if there may always be one.
    """

    name: str
    description: str
    value: Callable[[Value], Any]
    field: str | None = None


def _field(table: str, path: str, name: str | None = None, joint: str = "; ") -> Column:
    """Return the column of a field of a record: ``speaker.name``, or ``about[].name``, joined."""
    steps = tuple(path.split("."))
    known = dict(paths(CURRENT.models[table]))
    found, outer = known[steps], known[steps[:1]]
    stated = [found.description]
    if len(steps) > 1:
        stated.insert(0, outer.description)
    if "[]" in path:
        what = {"; ": "a semicolon and a space", " ": "a space"}[joint]
        stated.append(f"Several are joined by {what}.")
    plain = [step.removesuffix("[]") for step in steps]
    value = _as_cell(found, _value(steps, joint))
    return Column(name or "_".join(plain), " ".join(stated), value, plain[0])


def _value(steps: Sequence[str], joint: str) -> Callable[[Value], Any]:
    """Return a function for the value at a path in a record; values in lists are joined."""
    name, rest = steps[0].removesuffix("[]"), steps[1:]
    below = _value(rest, joint) if rest else None
    if name == steps[0]:
        if below is None:
            return lambda record: record.get(name)
        return lambda record: below(record[name]) if name in record else None
    if below is None:
        return lambda record: joint.join(map(str, record.get(name, ()))) or None

    def joined(record: Value) -> str | None:
        values = [below(one) for one in record.get(name, ())]
        return joint.join([str(one) for one in values if one is not None]) or None

    return joined


def _as_cell(member: Member, value: Callable[[Value], Any]) -> Callable[[Value], Any]:
    """Return a function for the cell of a value: truth values are words."""
    is_truth = isinstance(member.inner, Scalar) and member.inner.type is bool
    return (lambda record: _TRUTH.get(value(record))) if is_truth else value


def _fields(table: str, *names: str) -> list[Column]:
    return [_field(table, name) for name in names]


def _sources(table: str, *fields: str) -> list[Column]:
    """Return the columns of sources such as speakers, addressees and the claimant."""
    names = ("name", "kind", "wikidata", "role", "reference")
    return [
        column
        for field in fields
        for role in (SOURCES[field.removesuffix("[]")],)
        for column in (
            *(_field(table, f"{field}.{name}", f"{role}_{name}") for name in names),
            _field(table, f"{field}.mentions[].exact", f"{role}_mention"),
        )
    ]


def _provenance(table: str) -> list[Column]:
    return [
        _field(table, "annotation.annotators[]", "annotators"),
        _field(table, "annotation.method", "method"),
        _field(table, "annotation.tool", "tool"),
        _field(table, "annotation.confidence", "confidence"),
        _field(table, "annotation.reviewed_by[]", "reviewed_by"),
        _field(table, "annotation.on", "annotated"),
        _field(table, "annotation.guideline.name", "guideline"),
        _field(table, "annotation.guideline.version", "guideline_version"),
        _field(table, "annotation.note", "note"),
        _field(table, "annotation.origin.dataset", "origin_dataset"),
        _field(table, "annotation.origin.id", "origin_id"),
        _field(table, "annotation.origin.label", "origin_label"),
        *(_kept(name) for name in ("file", "folder", "split")),
    ]


def _kept(name: str) -> Column:
    """Return the column of a value that an import kept under a name."""

    def value(record: Value) -> str | None:
        fields = record["annotation"].get("origin", {}).get("fields", ())
        found = {field["name"]: field["value"] for field in fields}
        return found.get(f"import.{name}", found.get(name))

    return Column(f"origin_{name}", f"The {name} that an import took it from.", value, "annotation")


def _words(record: Value) -> str | None:
    words = [span.get("exact") for span in record.get("content", ())]
    return None if None in words or not words else " ".join(words)


def _fingerprint(record: Value) -> str | None:
    words = _words(record)
    return None if words is None else fingerprint(words)


def _first(record: Value) -> int | None:
    return min(
        (span["start"] for span in record.get("content", ()) if "start" in span), default=None
    )


def _last(record: Value) -> int | None:
    return max((span["end"] for span in record.get("content", ()) if "end" in span), default=None)


def _quoted(record: Value) -> str:
    quoted = {span["quoted"] for span in record["content"]}
    return "some" if len(quoted) > 1 else "all" if True in quoted else "none"


_PLACE = [
    Column("start", "Where its first span begins: code points from the text's beginning.", _first),
    Column("end", "Just past where its last span ends, in code points.", _last),
    Column("spans", "How many spans it has.", lambda record: len(record.get("content", ()))),
]
_DERIVED = {column.name: column.description for column in DERIVED["quote"]}


def _of_list(table: str, path: str, names: Iterable[str]) -> list[Column]:
    """Return the columns of a separate table for a list of objects."""
    found = {".".join(steps): member for steps, member in paths(CURRENT.models[table])}
    members = {name: found[f"{path}.{name}"] for name in names}
    return [
        Column(name, one.description, _as_cell(one, itemgetter(name)), name)
        for name, one in members.items()
    ]


def _same(name: str, description: str) -> Column:
    return Column(name, description, itemgetter(name), name)


# The columns of each table, by which it is documented and written.
COLUMNS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "articles": (
            *_fields("article", "id", "title", "url", "archived_url"),
            *_fields("article", "publisher.name", "publisher.domain", "publisher.wikidata"),
            *_fields("article", "authors[]", "published", "retrieved", "language"),
            _field("article", "rights.license", "license"),
            _field("article", "rights.redistribute", "redistribute"),
            _field("article", "rights.holder", "holder"),
            _field("article", "rights.notice", "notice"),
            _field("article", "subjects[].name", "subjects"),
            _field("article", "subjects[].wikidata", "subjects_wikidata", " "),
            *_fields("article", "coverage.quotes", "coverage.claims"),
            *_fields("article", "text_sha256", "text_length", "text"),
        ),
        "quotes": (
            *_fields("quote", "id", "article_id"),
            Column("quote", _DERIVED["quote"], _words),
            *_fields("quote", "type", "attribution"),
            *_sources("quote", "speakers[]"),
            _field("quote", "cue[].exact", "cue", " "),
            *_sources("quote", "addressees[]", "relayed_by[]"),
            *_fields("quote", "medium", "venue", "said"),
            _field("quote", "appearances[].url", "appearances", " "),
            *_fields("quote", "within", "language", "translated_from", "status", "replaced_by"),
            *_PLACE,
            Column(
                "quoted", "Whether all, some or none of its spans are in quotation marks.", _quoted
            ),
            Column("fingerprint", _DERIVED["fingerprint"], _fingerprint),
            *_provenance("quote"),
        ),
        "claims": (
            *_fields("claim", "id", "article_id", "text", "language", "voice"),
            *_sources("claim", "claimant"),
            _field("claim", "quote_ids[]", joint=" "),
            Column("words", "The words of all spans of `content`, joined by a space.", _words),
            *_fields("claim", "said", "venue"),
            _field("claim", "appearances[].url", "appearances", " "),
            *_fields("claim", "kind", "checkable", "period"),
            _field("claim", "about[].name", "about"),
            _field("claim", "about[].wikidata", "about_wikidata", " "),
            *_fields("claim", "status", "replaced_by"),
            *_PLACE,
            *_provenance("claim"),
        ),
        "spans": (
            _same("record_type", "quote or claim."),
            _same("record_id", "Identifier of the quote or claim."),
            _same("article_id", "Identifier of the article."),
            _same(
                "role",
                "content, cue, or whom it mentions: speaker, addressee, relayed_by, claimant.",
            ),
            _same("number", "Its place among those of the same record and role, from 1."),
            *_of_list(
                "quote", "content[]", ["start", "end", "exact", "sha256", "prefix", "suffix"]
            ),
            *_of_list("quote", "content[]", ["quoted"]),
        ),
        "assessments": (
            _same("claim_id", "Identifier of the claim."),
            _same("number", "Its place among those of the claim, from 1."),
            *_of_list("claim", "assessments[]", ["reviewer", "url", "published", "rating"]),
            *_of_list("claim", "assessments[]", ["original_rating", "justification"]),
        ),
        "relations": (
            _same("record_type", "quote or claim."),
            _same("record_id", "Identifier of the quote or claim."),
            _same("type", "Its relation to the other one."),
            _same("other_id", "Identifier of the other quote or claim."),
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class Csv(Exporter):
    """Export CSV, one file per table: articles, quotes, claims, spans, assessments and relations.

    Source: RFC 4180: commas, CR LF at the end of a row, cells with a comma, a quotation mark or a
    line break in quotation marks, which are doubled inside. UTF-8, a header with the names of the
    columns. An absent value is an empty cell; truth values are true and false; offsets count code
    points. Identifiers join the tables: `article_id` is `articles.id`, `claim_id` is `claims.id`,
    and `record_id` and `other_id` are `quotes.id` or `claims.id`. R, pandas, Polars and DuckDB read
    it as it is.

    Spreadsheets take a cell that begins with =, +, -, @, a tab or CR for a formula, and a file
    without a byte order mark for one in another encoding. Words and names are written as they are
    all the same, since anything else would change them. --dialect excel writes for spreadsheets:
    with the mark at the beginning, and an apostrophe before each text that looks like a formula.
    Excel also cuts cells at 32,767 characters.

    What is lost: corrections of articles, evidence of assessments, `annotation.origin.fields` but
    for file, folder and split, and of appearances all but the address; which name belongs to which
    Wikidata item, where one of several sources or entities has none, likewise kinds, roles and
    references; and where a name holds the sign that joins it to the next.
    """

    name: ClassVar[str] = "csv"

    dialect: Dialect = option("rfc4180, or what spreadsheets need", "rfc4180")

    def shared(self) -> Mapping[str, Shared]:
        """Return the tables with their headers."""
        mark = "\ufeff" if self.dialect == "excel" else ""
        return {
            f"{table}.csv": Shared(mark + _lines([[column.name for column in columns]]))
            for table, columns in COLUMNS.items()
        }

    def write(self, bundle: ArticleRecords) -> Iterator[Output]:
        """Yield the rows of an article, for each table."""
        rows: dict[str, list[list[Any]]] = {}
        for table, row in _rows(bundle):
            found: list[Any] = [None] * len(COLUMNS[table])
            for name in (None, *row):
                for place, value in _FIELDS[table].get(name, ()):
                    found[place] = value(row)
            rows.setdefault(table, []).append(self._cells(found))
        for table, of_table in rows.items():
            yield f"{table}.csv", _lines(of_table)

    def _cells(self, values: list[Any]) -> list[Any]:
        if self.dialect == "excel":
            return [
                f"'{one}" if isinstance(one, str) and one.startswith(FORMULAS) else one
                for one in values
            ]
        return values


def _by_field(
    columns: Iterable[Column],
) -> dict[str | None, list[tuple[int, Callable[[Value], Any]]]]:
    """Return the places and values of columns by the field that they need; most fields are absent."""
    found: dict[str | None, list[tuple[int, Callable[[Value], Any]]]] = {}
    for place, column in enumerate(columns):
        found.setdefault(column.field, []).append((place, column.value))
    return found


_FIELDS = {table: _by_field(columns) for table, columns in COLUMNS.items()}


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as lines of CSV."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _rows(bundle: ArticleRecords) -> Iterator[tuple[str, Value]]:
    """Yield the rows that an article adds to the tables."""
    yield "articles", bundle.article
    for table, records in (("quotes", bundle.quotes), ("claims", bundle.claims)):
        for record in records:
            yield table, {"status": "active", **record}
            yield from (("spans", row) for row in _span_rows(record))
    for claim in bundle.claims:
        for number, assessment in enumerate(claim.get("assessments", ()), start=1):
            yield "assessments", {**assessment, "claim_id": claim["id"], "number": number}
    for record in (*bundle.quotes, *bundle.claims):
        type_ = record["record_type"]
        own = {"record_type": type_, "record_id": record["id"]}
        for relation in record.get("relations", ()):
            other = relation[f"{type_}_id"]
            yield "relations", {**own, "type": relation["type"], "other_id": other}


def _span_rows(record: Value) -> Iterator[Value]:
    same = {name: record[name] for name in ("record_type", "article_id")}
    counts: dict[str, int] = {}
    for role, span, _ in spans_of(record):
        counts[role] = counts.get(role, 0) + 1
        stated = {"record_id": record["id"], "role": role, "number": counts[role]}
        yield {**same, **stated, **span}


def _documentation() -> str:
    """Return the meaning of all columns, for the documentation of the format."""
    out = io.StringIO()
    for table, columns in COLUMNS.items():
        out.write(f"\nColumns of {table}.csv:\n\n")
        for column in columns:
            line = f"- `{column.name}`: {column.description}"
            out.write(
                textwrap.fill(line, 96, subsequent_indent="  ", break_on_hyphens=False) + "\n"
            )
    return out.getvalue()


Csv.__doc__ = (Csv.__doc__ or "").rstrip() + "\n" + textwrap.indent(_documentation(), "    ")
