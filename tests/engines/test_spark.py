"""The rules run on Spark as sqlglot carries them over, and find the same there."""

from __future__ import annotations

import shutil
import warnings

import pytest
import sqlglot
from sqlglot import exp

import onrecord
from onrecord.corpus.tables import CorpusTables
from onrecord.engines.functions import kinds_of, signatures
from onrecord.rules import RULES, SHARED
from onrecord.rules.examples import files
from onrecord.validation.settings_files import effective_settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java"),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def with_functions(spark):
    """Spark with the functions that rules use."""
    types = {
        str: sql.types.StringType(),
        bool: sql.types.BooleanType(),
        int: sql.types.LongType(),
        float: sql.types.DoubleType(),
    }

    def typed(kind):
        if kind in types:
            return types[kind]
        fields = kinds_of(kind).items()
        return sql.types.StructType([sql.types.StructField(n, typed(k)) for n, k in fields])

    for name, call, _, returns in signatures():
        spark.udf.register(name, call, typed(returns))
    return spark


@pytest.mark.parametrize("code", RULES)
@pytest.mark.parametrize(("example", "expected"), [("passes", 0), ("fails", 1)])
def test_a_rule_finds_the_same_on_spark(with_functions, tmp_path, code, example, expected):
    spark = with_functions
    for name, content in files(getattr(RULES[code], example)).items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)
    corpus = onrecord.read(tmp_path)
    required = effective_settings(corpus.paths, corpus.files).required
    query = RULES[code].query
    used = tables_of(query)
    for name, batches in CorpusTables(corpus, required).tables.items():
        if name in used:
            table = batches.table().combine_chunks()  # Spark sees no row behind a chunk without any
            spark.createDataFrame(
                table if table.num_rows else table.schema.empty_table()
            ).createOrReplaceTempView(name)
    for name, shared in SHARED.items():
        if name in used:
            spark.sql(carried_over(shared.query)).createOrReplaceTempView(name)
    assert len(spark.sql(carried_over(query)).collect()) == expected


def tables_of(query):
    """Return the names of the tables that a query reads, also by way of shared queries."""
    names = {table.name for table in sqlglot.parse_one(query, read="duckdb").find_all(exp.Table)}
    return names.union(*(tables_of(SHARED[name].query) for name in names & SHARED.keys()))


def carried_over(query):
    (carried,) = sqlglot.transpile(query, read="duckdb", write="spark")
    return carried
