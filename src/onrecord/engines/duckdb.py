"""DuckDB, embedded: the default engine."""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from onrecord.engines.functions import OF_COLUMNS, Signature, kinds_of, signatures
from onrecord.engines.source import source
from onrecord.findings import OnrecordError

_TYPES = {str: "VARCHAR", bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}


def _type(kind: type) -> str:
    if kind in _TYPES:
        return _TYPES[kind]
    fields = (f'"{name}" {_type(inner)}' for name, inner in kinds_of(kind).items())
    return f"STRUCT({', '.join(fields)})"


def _call(function: Signature) -> Callable[..., Any]:
    """The function as DuckDB calls it, which takes a struct to be a mapping."""
    if function.returns in _TYPES:
        return function.call

    @wraps(function.call)
    def call(*arguments: Any) -> dict[str, Any] | None:
        found = function.call(*arguments)
        return None if found is None else found._asdict()

    return call


def _of_columns(function: Callable[..., pa.Array]) -> Callable[..., pa.Array]:
    """The function as DuckDB calls it, which hands it columns in chunks."""

    @wraps(function)
    def call(*columns: pa.ChunkedArray) -> pa.Array:
        return function(*(column.combine_chunks() for column in columns))

    return call


# A table of fewer rows, and of fewer bytes, is small.
_FEW, _LITTLE = 100_000, 16 * 2**20


class DuckDB:
    """Runs queries over Arrow tables, without copying them unless they are small.

    Args:
        tables: The tables, by name.
        shared: Queries over them whose rows are tables as well, by name. Each is made when a query
            first asks for it.
    """

    def __init__(
        self, tables: Mapping[str, pa.Table], shared: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._tables = tables
        self._waiting = set(tables)
        self._shared = dict(shared)
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET TimeZone = 'UTC'")
        # What does not fit into memory goes there; DuckDB makes the folder and removes it.
        spill = Path(tempfile.gettempdir(), f"onrecord-{uuid.uuid4().hex}").as_posix()
        self._connection.execute("SET temp_directory = $1", [spill])
        # Handing a few rows to several threads takes longer than the query.
        self._connection.execute("SET threads = 1")
        for function in signatures():
            of_columns = OF_COLUMNS.get(function.name)
            self._connection.create_function(
                function.name,
                _of_columns(of_columns) if of_columns else _call(function),
                [_type(kind) for kind in function.parameters],
                _type(function.returns),
                type="arrow" if of_columns else "native",
                null_handling="special",
            )

    def rows(self, query: str) -> Iterator[dict[str, Any]]:
        """The rows that a query gives, in no particular order.

        Raises:
            OnrecordError: There is not enough memory or disk for it.
        """
        first = source(query)
        if first is not None and first in self._tables and not self._tables[first].num_rows:
            return
        try:
            self._provide(query)
            found = self._connection.execute(query)
            names = [column[0] for column in found.description or ()]
            while some := found.fetchmany(1024):
                yield from (dict(zip(names, row, strict=True)) for row in some)
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise OnrecordError(f"could not look: {str(error).splitlines()[0]}") from error

    def _provide(self, query: str) -> None:
        """Make the tables that a query names."""
        named = set(re.findall(r"\w+", query))
        for name in sorted(named & self._waiting):
            self._waiting.remove(name)
            self._register(name, self._tables[name])
        for name in sorted(named & self._shared.keys()):
            inner = self._shared.pop(name)
            self._provide(inner)
            self._connection.execute(f"CREATE TEMP TABLE {name} AS {inner}")

    def _register(self, name: str, table: pa.Table) -> None:
        if table.num_rows >= _FEW:
            self._connection.execute("RESET threads")
        if table.num_rows >= _FEW or table.nbytes >= _LITTLE:
            self._connection.register(name, table)
            return
        # To plan the scan of an Arrow table takes longer than to copy a few rows once.
        self._connection.register(f"{name}_", table)
        self._connection.execute(f"CREATE TABLE {name} AS FROM {name}_")
        self._connection.unregister(f"{name}_")

    def close(self) -> None:
        """Let go of the tables."""
        self._connection.close()
