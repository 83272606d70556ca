"""DuckDB, embedded: the default engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from onrecord.engines.functions import signatures

_TYPES = {str: "VARCHAR", bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE"}


class DuckDB:
    """Runs queries over Arrow tables, without copying them."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.execute("SET TimeZone = 'UTC'")
        for function in signatures():
            self._connection.create_function(
                function.name,
                function.call,
                [_TYPES[kind] for kind in function.parameters],
                _TYPES[function.returns],
                null_handling="special",
            )
        for name, table in tables.items():
            self._connection.register(name, table)

    def rows(self, query: str) -> Iterator[dict[str, Any]]:
        """The rows that a query gives, in no particular order."""
        for batch in self._connection.sql(query).to_arrow_reader(1024):
            yield from batch.to_pylist()

    def close(self) -> None:
        """Let go of the tables."""
        self._connection.close()
