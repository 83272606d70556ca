"""All rules run on Spark as sqlglot translates them, and return the same rows there."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from contextlib import closing

import pyarrow as pa
import pytest

import onrecord
from onrecord.corpus.batch_source import BatchSource
from onrecord.corpus.tables import CorpusTables
from onrecord.engines.duckdb import DuckDB
from onrecord.rules import RULES, SHARED
from onrecord.rules.examples import files
from onrecord.validation.settings_files import effective_settings
from tests.spark.conftest import MARKS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    from onrecord.spark.sql import Queries

pytestmark = MARKS

QUERIES = [*RULES.values()]
# Columns with numbers of rows.
PLACES = ("locator", "owner", "other")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """The tables of the failing examples of the rules, each with ids and rows of its own."""
    found = {}
    for number, example in enumerate(rule.fails for rule in QUERIES):
        folder = tmp_path_factory.mktemp("example")
        for name, content in files(example).items():
            path = folder / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_bytes(content)
        corpus = onrecord.read(folder)
        required = effective_settings(corpus.paths, corpus.files).required
        ids = {*corpus.table("article")["id"].to_pylist()}
        for name, source in CorpusTables(corpus, required).tables.items():
            found.setdefault(name, []).append(own(source.table(), number, ids))
    return {name: pa.concat_tables(some).combine_chunks() for name, some in found.items()}


def own(table, number, ids):
    """Return a table with the number of an example in all ids, and added to the numbers of rows."""

    def of(name, value):
        if name in PLACES and isinstance(value, int):
            return value + 100 * number
        if isinstance(value, str) and (name == "reviewer" or value.partition(".")[0] in ids):
            return f"{number}-{value}"
        return value

    rows = [{name: of(name, value) for name, value in row.items()} for row in table.to_pylist()]
    return pa.Table.from_pylist(rows, table.schema)


def test_the_rules_return_the_same_rows_on_spark(spark, tables):
    sources = {name: BatchSource.of(table) for name, table in tables.items()}
    with closing(DuckDB(sources, SHARED)) as engine:
        here = Counter((QUERIES[at].code, *comparable(row)) for at, row in engine.ask(QUERIES))
    assert {code for code, *_ in here} == {rule.code for rule in QUERIES}
    frames = {
        name: spark.createDataFrame(table if len(table) else table.schema.empty_table()).coalesce(1)
        for name, table in tables.items()
    }
    with Queries(spark, frames, SHARED) as queries:
        frame = queries.violations({rule.code: rule.query for rule in QUERIES})
        rows = frame.coalesce(1).collect()  # by one task, which is sent once
    there = Counter((row["code"], *comparable(json.loads(row["facts"]))) for row in rows)
    assert there == here


def comparable(row):
    return sorted((name, json.dumps(value, default=str)) for name, value in row.items())
