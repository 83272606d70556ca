"""Run rules on Spark: those of scope ``article`` in executors, those of scope ``corpus`` as SQL."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.window import Window

from onrecord.corpus.article_tables import ArticleTables
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.partitions import Places, whole
from onrecord.corpus.spill import BatchSource
from onrecord.corpus.tables import LOOKALIKES, components_of, similar
from onrecord.language.likeness import likeness
from onrecord.rules import RULES
from onrecord.rules.base import Query, Rule
from onrecord.rules.reading import OlderSchemaVersion
from onrecord.spark.executors import ANSWERS, PLACED, UNREAD, answered, unpacked, violation
from onrecord.spark.rows import grouped, number_of_groups
from onrecord.spark.sql import Queries
from onrecord.validation.rule_runs import (
    OF_CORPUS,
    Work,
    answer,
    columns_for,
    read_by,
    summaries_for,
)

# Tables about cards and publications, which data frames do not have.
_OF_FOLDERS = frozenset({"published", "unreadable", "counts"})
# The codes of the rules that run.
RUN = tuple(code for code, rule in RULES.items() if not _OF_FOLDERS & read_by(rule.query))
# Records whose ids are compared in one task.
_BUCKET = 1 << 20
# Bytes of memory for the queries of a group.
_MEMORY = 2**30
_UNREAD = pa.schema([("record_type", pa.string()), ("id", pa.string())])


@dataclass(frozen=True, slots=True)
class Found:
    """Hold the findings and summaries of a run.

    Attributes:
        findings: All findings, with the columns of `PLACED` and ``file``, which is equal for all
            records of a file.
        answers: What executors returned.
        kept: The data frames that Spark stores.
    """

    findings: DataFrame
    answers: DataFrame
    kept: Sequence[DataFrame]

    def free(self) -> None:
        """Have Spark store nothing any more."""
        for each in self.kept:
            each.unpersist()


def run(
    spark: SparkSession,
    records: DataFrame,
    total: int,
    partitions: int | None = None,
    *,
    file: Column | None = None,
) -> Found:
    """Run all rules.

    Args:
        spark: The session.
        records: The records, as `onrecord.spark.rows.numbered` returns them.
        total: Their number.
        partitions: The number of groups.
        file: What distinguishes the files of records, made of the columns of findings; by default,
            all records of a type are from one.
    """
    of = F.col("record_type") if file is None else file
    parallel = int(spark.conf.get("spark.sql.shuffle.partitions") or 1)
    groups = partitions or number_of_groups(total, parallel)
    beyond = [RULES[code] for code in RUN if RULES[code].scope == "corpus"]
    schemas = _summaries(beyond)
    columns = {name: schema.names for name, schema in schemas.items()}
    work = Work([*RULES], spans=True, required=(), summaries=[*schemas], engine=_MEMORY)

    def answers_of(group: pa.Table) -> pa.Table:
        return answered(work, columns, group)

    answers = (
        grouped(records, groups)
        .repartition(groups, "part")  # as few tasks as groups, whatever the session's default
        .groupBy("part")
        .applyInArrow(answers_of, from_arrow_schema(ANSWERS))
        .persist(StorageLevel.DISK_ONLY)
    )
    there = {row["name"] for row in answers.select("name").distinct().collect()}
    # Queries read most tables several times, and unpacking them takes longer than the queries.
    tables = {
        name: _table(answers, name, schema).persist(StorageLevel.DISK_ONLY)
        if name in there
        else _created(spark, schema.empty_table())
        for name, schema in {**schemas, UNREAD: _UNREAD}.items()
    }
    kept = [answers, *(tables[name] for name in tables if name in there)]
    ids = tables["ids"]
    if wrong := _out_of_order(ids):
        tables["unordered"] = ids.filter(F.col("record_type").isin(wrong))
        there.add("unordered")
    tables["components"] = _components(spark, tables)
    if len(pairs := similar(BatchSource.of(tables["sketches"].toArrow()))):
        tables["lookalikes"] = _lookalikes(spark, pairs, records)
        there.add("lookalikes")
    some = [rule for rule in beyond if not _has_none(rule, there)]
    found = _once(answers.filter(F.col("name").isNull()).select(*PLACED.names, of.alias("file")))
    if some:
        more = _of_corpus(spark, tables, some, groups)
        found = found.unionByName(more.withColumn("file", of))
    return Found(found, answers, kept)


def _once(findings: DataFrame) -> DataFrame:
    """Have it said once of a file that it follows an older version."""
    is_older = F.col("code") == OlderSchemaVersion.code
    first = F.min_by(F.struct(*findings.columns), "row").alias("first")
    older = findings.filter(is_older).groupBy("file").agg(first).select("first.*")
    return findings.filter(~is_older).unionByName(older)


def _has_none(query: type[Query], there: Collection[str]) -> bool:
    """Return whether a query has no rows because a table has none."""
    name = query.empty_without
    if name is None:
        return False
    return _has_none(OF_CORPUS[name], there) if name in OF_CORPUS else name not in there


def _summaries(queries: Iterable[type[Query]]) -> dict[str, pa.Schema]:
    """Return the tables that queries of scope ``corpus`` need of groups, with their schemas."""
    rules = [*queries]
    empty = ArticleTables(whole(Corpus([])))
    schemas: dict[str, pa.Schema] = {}

    def keep(name: str, schema: pa.Schema, _: Iterable[pa.RecordBatch]) -> None:
        schemas[name] = schema

    needed = columns_for(rules)
    names = {*summaries_for(rules), "ids", *needed}
    work = Work([], spans=False, required=(), summaries=sorted(names), engine=_MEMORY)
    answer(work, whole(Corpus([])), keep)
    for name, columns in needed.items():
        schemas[name] = pa.schema([empty.tables[name].schema.field(each) for each in columns])
    sketch = schemas["sketches"].get_field_index("sketch")
    field = pa.field("sketch", pa.list_(pa.int64()))
    schemas["sketches"] = schemas["sketches"].set(sketch, field)
    return schemas


def _table(answers: DataFrame, name: str, schema: pa.Schema) -> DataFrame:
    """Return the rows of a summary of all groups."""

    def rows(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return unpacked(batches, schema)

    packed = answers.filter(F.col("name") == name).select("rows")
    return packed.mapInArrow(rows, from_arrow_schema(schema))


def _out_of_order(ids: DataFrame) -> list[str]:
    """Return the types of record whose ids are not in strictly ascending order.

    Rows are compared with those before them in buckets, and then the ends of the buckets.
    """
    bucket = F.floor(F.col("locator") / _BUCKET).alias("bucket")
    window = Window.partitionBy("record_type", "bucket").orderBy("locator")
    placed = ids.select("record_type", "id", "locator", bucket)
    compared = placed.withColumn("wrong", F.col("id") <= F.lag("id").over(window))
    ends = (
        compared.groupBy("record_type", "bucket")
        .agg(
            F.min_by("id", "locator").alias("first"),
            F.max_by("id", "locator").alias("last"),
            F.coalesce(F.bool_or("wrong"), F.lit(False)).alias("wrong"),
        )
        .orderBy("record_type", "bucket")
        .collect()
    )
    found = {row["record_type"] for row in ends if row["wrong"]}
    for before, after in pairwise(ends):
        if before["record_type"] == after["record_type"] and after["first"] <= before["last"]:
            found.add(after["record_type"])
    return sorted(found)


def _components(spark: SparkSession, tables: Mapping[str, DataFrame]) -> DataFrame:
    """Return the groups of claims that are the same, computed in the driver."""
    relations = tables["relations"].filter(F.col("kind") == "same_as")
    same = relations.select("record_id", "target").toArrow()
    gone = tables["claims"].filter(F.col("status") == "withdrawn").select("id").toArrow()
    return _created(spark, components_of(same, gone["id"].combine_chunks()))


def _lookalikes(spark: SparkSession, pairs: Places, records: DataFrame) -> DataFrame:
    """Return pairs of articles with similar sketches, with the likeness of their texts."""
    both = _created(spark, pa.table({"owner": pairs[:, 0], "other": pairs[:, 1]}))
    text = F.get_json_object(F.col("record").cast("string"), "$.text").alias("text")
    wanted = np.unique(pairs)
    articles = records.filter(F.col("record_type") == "article").select("row", text)
    some = articles.join(
        F.broadcast(_created(spark, pa.table({"row": wanted}))), "row", "left_semi"
    )
    texts = both.join(some.withColumnsRenamed({"row": "owner", "text": "one"}), "owner").join(
        some.withColumnsRenamed({"row": "other", "text": "two"}), "other"
    )

    def compare(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            ones, twos = (batch[name].to_pylist() for name in ("one", "two"))
            found = [likeness(one, two) for one, two in zip(ones, twos, strict=True)]
            columns = [batch["owner"], batch["other"], pa.array(found, pa.float64())]
            yield pa.RecordBatch.from_arrays(columns, schema=LOOKALIKES)

    return texts.mapInArrow(compare, from_arrow_schema(LOOKALIKES))


def _of_corpus(
    spark: SparkSession,
    tables: Mapping[str, DataFrame],
    rules: Iterable[type[Rule]],
    groups: int,
) -> DataFrame:
    """Return the findings of rules of scope ``corpus``."""
    with Queries(spark, tables, OF_CORPUS) as queries:
        found = [queries.violations(rule.code, rule.query) for rule in rules]
    ids = tables["ids"].select("record_type", "locator", F.col("id").alias("record"))
    rows = reduce(DataFrame.unionByName, found).join(ids, ["record_type", "locator"], "left")
    named = rows.select("code", "record_type", "locator", "record", "facts").repartition(groups)

    def findings(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = [
                violation(
                    row["code"],
                    row["record_type"],
                    row["locator"],
                    row["record"],
                    json.loads(row["facts"]),
                )
                for row in batch.to_pylist()
            ]
            yield pa.RecordBatch.from_pylist(made, PLACED)

    return named.mapInArrow(findings, from_arrow_schema(PLACED))


def _created(spark: SparkSession, table: pa.Table) -> DataFrame:
    """Return a table in memory as a data frame."""
    whole_ = table.combine_chunks()  # Spark reads nothing that follows an empty chunk
    return spark.createDataFrame(whole_ if len(whole_) else table.schema.empty_table())
