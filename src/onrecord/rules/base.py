"""What a check is: one class that holds all that is known about it."""

from __future__ import annotations

import inspect
import re
import string
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Literal, NamedTuple, get_args

from onrecord.display import escape_for_display, shorten
from onrecord.findings import Excerpt, Fact, Finding, Place, Severity, Suggestion


class Edit(NamedTuple):
    """Replace one piece of the bytes of the examples' valid document by another."""

    old: bytes
    new: bytes


class Filler(NamedTuple):
    """Repeat a few bytes many times, after others that come once."""

    byte: bytes
    times: int
    before: bytes = b""


class Columns(NamedTuple):
    """Describe a Parquet table by its columns."""

    columns: Mapping[str, list[Any]]


# What a query can see at once: one article with everything that belongs to it, or the whole corpus.
Scope = Literal["article", "corpus"]
# Files by name. Text is YAML that is laid over the valid document of the examples; bytes are the
# content of the file. Text alone is one document.
Example = str | Mapping[str, str | Edit | Filler | Columns | bytes]


class Check:
    """Define a check: its class name is its code, its docstring says what it reports, then why that
    matters.

    A check that is not a `Rule` has no query: a reader creates its findings.

    Args:
        listed: Whether the definition is complete, and ``explain`` lists it. A class with what
            several checks share is not listed.

    Attributes:
        severity: How severe its findings are.
        title: What it finds, in one line.
        message: What a finding says. ``{name}`` shows a fact in quotation marks, ``{name:plain}``
            without them, ``{name:whole}`` without shortening it either.
        hint: How to fix it, with facts as in the message.
        safe: Whether ``suggest`` gives the only possible correction, so that ``--fix`` makes it.
        passes: Files in which it finds nothing, nor does any other check; by default the valid document.
        fails: Files in which it finds exactly one thing, and no other check anything.
        fixed: The files that fail, corrected, to show people; by default those that pass.
    """

    severity: ClassVar[Severity] = Severity.ERROR
    title: ClassVar[str]
    message: ClassVar[str]
    hint: ClassVar[str]
    safe: ClassVar[bool] = False
    passes: ClassVar[Example] = ""
    fails: ClassVar[Example]
    fixed: ClassVar[Example]

    listed: ClassVar[bool]
    code: ClassVar[str]
    explanation: ClassVar[str]
    family: ClassVar[str]

    def __init_subclass__(cls, *, listed: bool = True) -> None:
        cls.listed = listed
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
        cls.explanation = inspect.cleandoc(cls.__doc__ or "")
        cls.fixed = vars(cls).get("fixed", cls.passes)
        cls.family = cls.__module__.removeprefix(f"{__package__}.").partition(".")[0]
        if listed:
            _require(cls, "title", "message", "hint", "fails")

    @classmethod
    def suggest(cls, path: str, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:  # noqa: ARG003
        """Return new values of fields, by their paths in the record, if a program can know them.

        Args:
            path: The path of the finding in the record.
            facts: The facts of the finding.
        """
        return {}

    @classmethod
    def finding(
        cls,
        place: Place,
        facts: Mapping[str, Fact],
        *,
        record: str | None = None,
        path: str = "",
        excerpt: Excerpt | None = None,
        withheld: Collection[str] = (),
    ) -> Finding:
        """Create a finding of this check, with the facts inserted into its message and hint.

        Args:
            place: Where it is.
            facts: The facts.
            record: The id of the record.
            path: The path inside the record.
            excerpt: The lines of the file.
            withheld: The names of facts with words that rights withhold, of which only the length is
                shown, and which no suggestion has.
        """
        changes = cls.suggest(path, facts)
        secret = [str(facts[name]) for name in withheld]
        if any(one in str(value) for one in secret for value in changes.values()):
            changes = {}
        shown = {
            **facts,
            **{name: f"[{len(str(facts[name]))} characters withheld]" for name in withheld},
        }
        return Finding(
            code=cls.code,
            severity=cls.severity,
            message=_WORDS.vformat(cls.message, (), shown),
            hint=_WORDS.vformat(cls.hint, (), shown),
            place=place,
            record=record,
            path=path,
            facts=shown,
            suggestion=Suggestion(changes, cls.safe) if changes else None,
            excerpt=excerpt,
        )


def _require(cls: type, *names: str) -> None:
    """Raise an error that names what the definition of a check or query lacks."""
    if missing := [name for name in names if not hasattr(cls, name)]:
        raise TypeError(f"{cls.__module__}.{cls.__name__} has no {', no '.join(missing)}")


class Query:
    """Define a SQL query over the tables of a corpus.

    A corpus may be divided into partitions: an article is in one of them with all records that
    belong to it, and records with the same article id are in one even if there is no such article.
    A query of scope *article* runs in each partition, and its rows are those that it would have in
    the whole corpus. A query of scope *corpus* runs once, after them. Its tables are summaries: the
    rows of shared queries of scope article from all partitions, tables of the corpus, and narrow
    columns of others; never texts or words. If the tables of ``empty_without`` have too few rows, a
    query does not run, and the tables that only it needs do not have to be collected.

    Attributes:
        scope: What it can see at once. Every query declares its own.
        query: The query.
        empty_without: The names of tables, separated by spaces, mostly one: without rows in any of
            them the query has none, so that it need not run. A test proves them; empty where the
            query can have rows without those of any table.
        rows_needed: With how many rows of such a table the query can have some: 2 if it compares them.
    """

    scope: ClassVar[Scope]
    query: ClassVar[str]
    empty_without: ClassVar[str] = ""
    rows_needed: ClassVar[int] = 1


def _require_query(cls: type[Query]) -> None:
    """Raise an error if a definition has no query, or none of the two scopes."""
    _require(cls, "query", "scope")
    if cls.scope not in get_args(Scope):
        expected = " or ".join(map(repr, get_args(Scope)))
        raise TypeError(
            f"scope of {cls.__module__}.{cls.__name__} is {cls.scope!r}, expected {expected}"
        )


class Rule(Check, Query, listed=False):
    """Define a check of records by a SQL query for violations.

    The query returns ``record_type`` and ``locator`` (which row of that table), ``path`` (where in
    the record), and the facts that the message names. It is written for DuckDB, and only uses what
    sqlglot can translate to Spark. ``docs/tables.md`` describes the tables.

    To call a function once for each name, write ``F(MIN(name))`` and ``GROUP BY name``: engines
    call ``F(name)`` for each row, before they group the rows.
    """

    def __init_subclass__(cls, *, listed: bool = True) -> None:
        super().__init_subclass__(listed=listed)
        if listed:
            _require_query(cls)


class Shared(Query):
    """Define a query that several rules need: it runs once, and its rows are a table for them.

    The name of the table is that of the class in snake case. The query reads tables of the corpus
    or of other shared queries.

    Attributes:
        kept: Whether its rows are stored; otherwise each rule runs it again.
        repeated: A column, if only rows whose value in it another row has as well matter to rules of
            scope corpus.
    """

    name: ClassVar[str]
    kept: ClassVar[bool] = True
    repeated: ClassVar[str | None] = None

    def __init_subclass__(cls) -> None:
        cls.name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        _require_query(cls)


class ImportCheck(Check, listed=False):
    """Define a check of files of another format, whose findings an importer creates.

    An error means that the item did not become a record, a warning that something was left out.
    The files of ``fails`` are named ``FORMAT/FILE``, and an edit is one of the format's valid example in
    ``docs/examples/FORMAT/``, in which the check finds nothing.
    """

    def __init_subclass__(cls, *, listed: bool = True) -> None:
        cls.passes = next(iter(cls.fails)).partition("/")[0]
        super().__init_subclass__(listed=listed)


class ChangeCheck(Check, listed=False):
    """Define a check of a change, which runs only with ``--changed-since``.

    The settings of the earlier revision apply to it, so that no change can switch it off.

    Attributes:
        before: Files as they were, which ``passes`` and ``fails`` change.
    """

    before: ClassVar[Example]


class _Words(string.Formatter):
    """Fill facts into a message: text in quotation marks, unless it is marked as plain."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, str):
            if format_spec == "whole":
                return escape_for_display(value)
            return shorten(value, 400) if format_spec == "plain" else f'"{shorten(value)}"'
        return "nothing" if value is None else str(value)


_WORDS = _Words()


def in_sql(text: str) -> str:
    """Return a text, such as a pattern, as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
