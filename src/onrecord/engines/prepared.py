"""Run queries over few rows with DuckDB, which takes longer to plan them than to run them.

A session has all tables and keeps the plans of queries for further corpora of this process. What is
put into its tables is rolled back, so that nothing of one corpus is left for another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from onrecord.corpus.batch_source import BatchSource, larger
from onrecord.engines.duckdb import ROWS, DuckDB, connect, spill
from onrecord.rules.base import Query, Shared


class _Session:
    """Hold a connection with empty tables and the queries that were planned on it."""

    def __init__(self, script: str) -> None:
        self.script = script
        self.connection = connect()
        self._seen: set[str] = set()
        self._plans: dict[str, str] = {}
        self.connection.execute("PRAGMA disable_optimizer")
        self.connection.execute(script)

    def run(self, query: str) -> duckdb.DuckDBPyConnection:
        """Run a query; what runs twice is planned once for all further times.

        Most processes validate once, and keeping a plan takes longer than it saves then.
        """
        if query not in self._plans:
            if query not in self._seen:
                self._seen.add(query)
                return self.connection.execute(query)
            plan = f"plan_{len(self._plans)}"
            self.connection.execute(f"PREPARE {plan} AS {query}")
            self._plans[query] = plan
        return self.connection.execute(f"EXECUTE {self._plans[query]}")


def _script(tables: Mapping[str, BatchSource], shared: Mapping[str, type[Shared]]) -> str:
    """Return the statements that create tables: as one script, they take half the time."""
    created = [f"CREATE TABLE {name} ({_fields(one.schema)})" for name, one in tables.items()]
    for name, query in shared.items():
        kind, rest = ("TABLE", " WITH NO DATA") if query.kept else ("VIEW", "")
        created.append(f"CREATE {kind} {name} AS {query.query}{rest}")
    return ";\n".join(created)


_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
}


@cache
def _fields(fields: pa.Schema | pa.StructType) -> str:
    """Return columns, or fields of a struct, as SQL declares them."""
    return ", ".join(f'"{field.name}" {_type(field.type)}' for field in fields)


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_type(kind.value_type)}[]"
    if pa.types.is_fixed_size_list(kind):
        return f"{_type(kind.value_type)}[{kind.list_size}]"
    if pa.types.is_struct(kind):
        return f"STRUCT({_fields(kind)})"
    return _TYPES[kind]


# Those that are not in use, by the scripts that create their tables.
IDLE: defaultdict[str, list[_Session]] = defaultdict(list)


def _begun(tables: Mapping[str, BatchSource], shared: Mapping[str, type[Shared]]) -> _Session:
    """Begin a transaction in a session that no other thread uses."""
    script = _script(tables, shared)
    while idle := IDLE[script]:
        # Another thread may take the last one. A session whose rows did not fit into memory keeps
        # its folder for them, and is closed.
        with suppress(IndexError, duckdb.Error):
            session = idle.pop()
            spill(session.connection)
            session.connection.begin()
            return session
    session = _Session(script)
    session.connection.begin()
    return session


class Prepared(DuckDB):
    """Run queries over tables of few rows, in a session that is kept for the next tables with their
    names and schemas.

    Args:
        tables: The tables, by name.
        shared: Queries over them whose rows are tables as well, by name.
    """

    def __init__(
        self, tables: Mapping[str, BatchSource], shared: Mapping[str, type[Shared]]
    ) -> None:
        self._session = _begun(tables, shared)
        super().__init__(tables, shared, connection=self._session.connection)

    def ask(
        self,
        queries: Sequence[type[Query]],
        keep: Collection[str] = (),  # noqa: ARG002  # all tables are kept
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Run queries; yield each row, in no particular order, with the number of its query.

        Raises:
            OnrecordError: Memory or disk is full.
        """
        for turn, query in enumerate(queries):
            for row in self._answers(query):
                yield turn, row

    def _run(self, query: str) -> duckdb.DuckDBPyConnection:
        return self._session.run(query)

    def _create(self, name: str, table: BatchSource) -> None:
        self._number[name] = 0
        for given in larger(table.batches(), ROWS):  # the texts of a few articles can be long
            if given.num_rows:
                self._hand_over(f"INSERT INTO {name} FROM given", given)
                self._number[name] += given.num_rows

    def _share(self, name: str, shared: type[Shared]) -> None:
        if self._has_none(shared):
            self._number[name] = 0
            return
        self._provide(shared.query)
        if shared.kept:
            ((self._number[name],),) = self._run(f"INSERT INTO {name} {shared.query}").fetchall()

    def close(self) -> None:
        """Remove the rows, and leave the session to the next tables."""
        try:
            self._connection.rollback()
        except duckdb.Error:
            self._connection.close()
        else:
            IDLE[self._session.script].append(self._session)
