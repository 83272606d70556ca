"""Run queries with DuckDB, embedded: the default engine."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from onrecord.corpus.batch_source import BatchSource, larger
from onrecord.engines.functions import OF_COLUMNS, Signature, kinds_of, signatures
from onrecord.errors import OnrecordError
from onrecord.files import scratch
from onrecord.files.process import cores
from onrecord.rules.base import Query, Shared

_TYPES = {str: "VARCHAR", bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}
# The memory that tables and queries may take; the rest goes to disk.
MEMORY = 4 * 2**30
# Bytes that a thread needs to sort and join what does not fit into memory.
_OF_THREAD = 2**27
# Rows that are passed to DuckDB at once: enough for two threads.
ROWS = 250_000


def _type(kind: type) -> str:
    if kind in _TYPES:
        return _TYPES[kind]
    fields = (f'"{name}" {_type(inner)}' for name, inner in kinds_of(kind).items())
    return f"STRUCT({', '.join(fields)})"


def _call(function: Signature) -> Callable[..., Any]:
    """Wrap a function so that it returns structs as mappings, as DuckDB expects."""
    if function.returns in _TYPES:
        return function.call

    @wraps(function.call)
    def call(*arguments: Any) -> dict[str, Any] | None:
        found = function.call(*arguments)
        return None if found is None else found._asdict()

    return call


def _of_columns(function: Callable[..., pa.Array]) -> Callable[..., pa.Array]:
    """Wrap a function over arrays so that it accepts the chunked arrays that DuckDB passes."""

    @wraps(function)
    def call(*columns: pa.ChunkedArray) -> pa.Array:
        return function(*(column.combine_chunks() for column in columns))

    return call


@cache
def words_of(query: str) -> frozenset[str]:
    """Return all words of a query but those in strings: the columns that it uses are among them."""
    return frozenset(re.findall(r"\w+", re.sub(r"'[^']*'", "", query)))


@cache
def tables_of(query: str) -> frozenset[str]:
    """Return the names of the tables that a query reads, without those that it defines itself."""
    defined = re.findall(r"\b(\w+) AS (?:NOT MATERIALIZED |MATERIALIZED )?\(", query)
    return frozenset(re.findall(r"\b(?<!DISTINCT )(?:FROM|JOIN)\s+(\w+)", query)).difference(
        defined
    )


def connect(memory: int = MEMORY, *, many: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a database in memory in which queries can call the functions of rules."""
    connection = duckdb.connect(":memory:")
    run = connection.execute
    run("SET TimeZone = 'UTC'")
    run("SET memory_limit = $1", [f"{memory} bytes"])
    spill(connection)
    run("SET preserve_insertion_order = false")
    # What is written once and dropped as a whole need not be put in order in between.
    run("SET checkpoint_threshold = '1TiB'")
    # Handing a few rows to several threads takes longer than the query, and each needs memory.
    threads = min(cores(), max(memory // _OF_THREAD, 1)) if many else 1
    run("SET threads = $1", [threads])
    for function in signatures():
        of_columns = OF_COLUMNS.get(function.name)
        connection.create_function(
            function.name,
            _of_columns(of_columns) if of_columns else _call(function),
            [_type(kind) for kind in function.parameters],
            _type(function.returns),
            type="arrow" if of_columns else "native",
            null_handling="special",
        )
    return connection


@contextmanager
def _room() -> Iterator[None]:
    """Report that memory or disk is full as an error for users."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise OnrecordError(f"could not look: {str(error).splitlines()[0]}") from error


@contextmanager
def _naming(query: type[Query]) -> Iterator[None]:
    """Add to an error of the database which class has the query, for the author of a check."""
    try:
        yield
    except duckdb.Error as error:
        error.add_note(f"This is the query of {query.__module__}.{query.__qualname__}.")
        raise


def spill(connection: duckdb.DuckDBPyConnection) -> None:
    """Set the folder for what does not fit into memory; DuckDB creates it and removes it."""
    folder = Path(scratch.folder(), uuid.uuid4().hex).as_posix()
    connection.execute("SET temp_directory = $1", [folder])


class DuckDB:
    """Run queries over tables; a table is created when a query first needs it.

    Args:
        tables: The tables, by name, in the order in which it is best to create them.
        shared: Queries over them whose rows are tables as well, by name.
        memory: How many bytes of memory tables and queries may take.
        many: Whether there are many rows, so that several threads are faster.
        connection: What to run them on; by default a new database.
    """

    def __init__(
        self,
        tables: Mapping[str, BatchSource],
        shared: Mapping[str, type[Shared]] = MappingProxyType({}),
        memory: int = MEMORY,
        *,
        many: bool = False,
        connection: duckdb.DuckDBPyConnection | None = None,
    ) -> None:
        self._tables = tables
        self._shared = shared
        self._there: set[str] = set()
        # The tables without rows that no query has read yet, so that there was no need to create them.
        self._empty: set[str] = set()
        # How many rows tables have, where it is known.
        self._number: dict[str, int] = {}
        # The columns that queries may use; None for all.
        self._named: set[str] | None = None
        self._connection = connection or connect(memory, many=many)

    def ask(
        self, queries: Sequence[type[Query]], keep: Collection[str] = ()
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Run queries; yield each row, in no particular order, with the number of its query.

        Tables are dropped after the last query that needs them, and have only the columns that
        queries name.

        Args:
            queries: The queries.
            keep: Names of shared queries whose rows `batches` will return; what they need is kept.

        Raises:
            OnrecordError: Memory or disk is full.
        """
        needs = [self.needs(each.query) for each in queries]
        kept = self.needs(" ".join(f"FROM {name}" for name in keep))
        shared = kept.union(*needs) & self._shared.keys()
        self._named = set().union(
            *(words_of(each.query) for each in (*queries, *(self._shared[name] for name in shared)))
        )
        # Queries that need the same tables follow each other.
        turns = sorted(
            range(len(queries)), key=lambda turn: [name not in needs[turn] for name in self._tables]
        )
        last = {name: turn for turn in turns for name in needs[turn]}
        for turn in turns:
            for row in self._answers(queries[turn]):
                yield turn, row
            for name in (needs[turn] & self._there) - kept:
                if last[name] == turn:
                    self._drop(name)

    def batches(self, name: str) -> pa.RecordBatchReader:
        """Return the rows of a shared query, in no particular order.

        Raises:
            OnrecordError: Memory or disk is full.
        """
        with _room():
            self._provide(f"FROM {name}")
            return self._connection.sql(f"FROM {name}").to_arrow_reader(ROWS)

    def rows(self, query: str) -> Iterator[dict[str, Any]]:
        """Run a query and yield its rows as mappings, in no particular order.

        Raises:
            OnrecordError: Memory or disk is full.
        """
        with _room():
            self._provide(query)
            found = self._run(query)
            names = [column[0] for column in found.description or ()]
            while some := found.fetchmany(1024):
                yield from (dict(zip(names, row, strict=True)) for row in some)

    def _answers(self, query: type[Query]) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query, unless tables have too few for any."""
        with _naming(query):
            if not self._has_none(query):
                yield from self.rows(query.query)

    def _has_none(self, query: type[Query]) -> bool:
        """Return whether a query has no rows because tables have too few."""
        tables, least = query.empty_without.split(), query.rows_needed
        with _room():
            self._provide(" ".join(f"FROM {name}" for name in tables), read=False)
        return bool(tables) and all(self._number.get(name, least) < least for name in tables)

    def _run(self, query: str) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(query)

    def needs(self, query: str) -> set[str]:
        """Return the names of the tables that a query needs, including those behind shared queries."""
        named = tables_of(query)
        shared = named & self._shared.keys()
        behind = (self.needs(self._shared[name].query) for name in shared)
        return set(named & self._tables.keys()).union(shared, *behind)

    def _provide(self, query: str, *, read: bool = True) -> None:
        """Create the tables that a query needs, including those behind shared queries.

        Unless the query will ``read`` them, those without rows need not exist.
        """
        for name in sorted(tables_of(query)):
            if name in self._tables and name not in self._there:
                self._there.add(name)
                self._create(name, self._tables[name])
            elif name in self._shared and name not in self._there:
                self._there.add(name)
                self._share(name, self._shared[name])
            if read and name in self._empty:
                self._empty.remove(name)
                rows = self._tables[name].empty(self._columns(self._tables[name]))
                self._hand_over(f"CREATE TABLE {name} AS FROM given", rows)

    def _share(self, name: str, shared: type[Shared]) -> None:
        """Create the table of a shared query."""
        self._provide(shared.query)
        kind = "TABLE" if shared.kept else "VIEW"
        create = f"CREATE TEMP {kind} {name} AS {shared.query}"
        with _naming(shared):
            made = self._connection.execute(create).fetchone()
        tables = shared.empty_without.split()
        if tables and all(self._number.get(one) == 0 for one in tables):
            self._number[name] = 0
        elif shared.kept and made:
            self._number[name] = made[0]

    def _drop(self, name: str) -> None:
        self._there.remove(name)
        if name in self._empty:
            self._empty.remove(name)
            return
        kept = name in self._tables or self._shared[name].kept
        self._connection.execute(f"DROP {'TABLE' if kept else 'VIEW'} {name}")

    def _create(self, name: str, table: BatchSource) -> None:
        """Create one table in DuckDB, with the columns that queries name, if it has rows."""
        columns = self._columns(table)
        run = f"CREATE TABLE {name} AS FROM given"
        self._number[name] = 0
        for given in larger(table.batches(columns), ROWS):
            if not given.num_rows:
                continue
            self._hand_over(run, given)
            run = f"INSERT INTO {name} FROM given"
            self._number[name] += given.num_rows
        if self._number[name]:
            # Otherwise the process keeps memory that one thread allocated and another one freed.
            pa.default_memory_pool().release_unused()
        else:
            self._empty.add(name)

    def _columns(self, table: BatchSource) -> list[str]:
        return [each for each in table.schema.names if self._named is None or each in self._named]

    def _hand_over(self, run: str, given: pa.Table) -> None:  # noqa: ARG002  # it is what is named
        """Run a statement that calls a table in memory ``given``."""
        self._connection.execute(run)

    def close(self) -> None:
        """Close the connection and release the tables."""
        self._connection.close()
