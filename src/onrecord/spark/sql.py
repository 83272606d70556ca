"""Run queries of rules on Spark: sqlglot translates them from the SQL of DuckDB."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Self

import sqlglot
from pyspark.sql import DataFrame, SparkSession, types
from sqlglot import exp

from onrecord.engines.duckdb import tables_of
from onrecord.engines.functions import kinds_of, signatures
from onrecord.rules.base import Query, Shared

_TYPES: Mapping[type, types.DataType] = {
    str: types.StringType(),
    bool: types.BooleanType(),
    int: types.LongType(),
    float: types.DoubleType(),
}


class Queries:
    """Run queries of rules over data frames, as Spark SQL.

    Their tables and functions have names of their own in the session, and are removed on leaving.

    Args:
        spark: The session.
        tables: The tables, by name.
        shared: Queries over them whose rows are tables as well, by name.
    """

    def __init__(
        self,
        spark: SparkSession,
        tables: Mapping[str, DataFrame],
        shared: Mapping[str, type[Shared]],
    ) -> None:
        self._spark = spark
        self._tables = tables
        self._shared = shared
        self._prefix = f"onrecord_{uuid.uuid4().hex}_"
        self._views: set[str] = set()
        self._functions: set[str] = set()
        self._signatures = {each.name: each for each in signatures()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in self._views:
            self._spark.catalog.dropTempView(self._prefix + name)
        for name in self._functions:
            self._spark.sql(f"DROP TEMPORARY FUNCTION IF EXISTS {self._prefix}{name}")

    def violations(self, queries: Mapping[str, str]) -> DataFrame:
        """Return the rows of all rules: ``code``, ``record_type``, ``locator``, and ``facts`` as JSON.

        Spark analyses and plans them at once.

        Args:
            queries: The queries of the rules, by code.
        """
        return self._spark.sql(
            " UNION ALL ".join(
                f"SELECT '{code}' AS code, record_type, CAST(locator AS BIGINT) AS locator, "
                f"TO_JSON(STRUCT(*), MAP('ignoreNullFields', 'false')) AS facts "
                f"FROM ({self._translated(query)})"
                for code, query in queries.items()
            )
        )

    def rows(self, query: type[Query]) -> DataFrame:
        """Return the rows of a query."""
        return self._spark.sql(self._translated(query.query))

    def _translated(self, query: str) -> str:
        """Return a query in the SQL of Spark, and provide the tables and functions that it uses."""
        tree = sqlglot.parse_one(query, read="duckdb")
        used = tables_of(query) & (self._tables.keys() | self._shared.keys())
        for name in sorted(used - self._views):
            table = (
                self._tables[name]
                if name in self._tables
                else self._spark.sql(self._translated(self._shared[name].query))
            )
            table.createOrReplaceTempView(self._prefix + name)
            self._views.add(name)
        for named in [*tree.find_all(exp.Table)]:
            if named.name in used:
                if not named.args.get("alias"):
                    named.set("alias", exp.TableAlias(this=exp.to_identifier(named.name)))
                named.set("this", exp.to_identifier(self._prefix + named.name))
        for call in [*tree.find_all(exp.Anonymous)]:
            if (name := call.name.lower()) in self._signatures:
                self._register(name)
                call.set("this", self._prefix + name)
        return tree.sql(dialect="spark")

    def _register(self, name: str) -> None:
        if name not in self._functions:
            function = self._signatures[name]
            self._spark.udf.register(self._prefix + name, function.call, _type(function.returns))
            self._functions.add(name)


def _type(kind: type) -> types.DataType:
    """Return the type of Spark for a type of a function."""
    if kind in _TYPES:
        return _TYPES[kind]
    fields = kinds_of(kind).items()
    return types.StructType([types.StructField(name, _type(inner)) for name, inner in fields])
