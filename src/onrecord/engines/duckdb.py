"""DuckDB, embedded: the default engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from onrecord.engines.functions import Signature, kinds_of, signatures
from onrecord.engines.source import source

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


# The most rows, and the most bytes, of tables that are small all together.
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
        self._shared = dict(shared)
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET TimeZone = 'UTC'")
        few = sum(table.num_rows for table in tables.values()) < _FEW
        small = few and sum(table.nbytes for table in tables.values()) < _LITTLE
        # Handing a few rows to several threads takes longer than the query.
        if few:
            self._connection.execute("SET threads = 1")
        for function in signatures():
            self._connection.create_function(
                function.name,
                _call(function),
                [_type(kind) for kind in function.parameters],
                _type(function.returns),
                null_handling="special",
            )
        self._empty = {name for name, table in tables.items() if not table.num_rows}
        for name, table in tables.items():
            # To plan the scan of an Arrow table takes longer than to copy a few rows once.
            self._connection.register(f"{name}_" if small else name, table)
            if small:
                self._connection.execute(f"CREATE TABLE {name} AS FROM {name}_")
                self._connection.unregister(f"{name}_")

    def rows(self, query: str) -> Iterator[dict[str, Any]]:
        """The rows that a query gives, in no particular order."""
        if source(query) in self._empty:
            return
        for name in [name for name in self._shared if name in query]:
            self._connection.execute(f"CREATE TEMP TABLE {name} AS {self._shared.pop(name)}")
        found = self._connection.execute(query)
        names = [column[0] for column in found.description or ()]
        while some := found.fetchmany(1024):
            yield from (dict(zip(names, row, strict=True)) for row in some)

    def close(self) -> None:
        """Let go of the tables."""
        self._connection.close()
