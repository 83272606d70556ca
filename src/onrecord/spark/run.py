"""Run rules on Spark: those of scope ``article`` in executors, those of scope ``corpus`` as SQL."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.window import Window

from onrecord.corpus.article_tables import ArticleTables
from onrecord.corpus.batch_source import BatchSource
from onrecord.corpus.corpus import Corpus
from onrecord.corpus.partitions import whole
from onrecord.corpus.tables import components_of, similar
from onrecord.rules import RULES
from onrecord.rules.base import Query
from onrecord.rules.corpus.groups import LinkedArticles
from onrecord.rules.reading import OlderSchemaVersion
from onrecord.spark import executors
from onrecord.spark.layout import TABLE, Layout
from onrecord.spark.links import Links, alike_in, likeness_of, links_in
from onrecord.spark.rows import created, grouped, leaf, number_of_groups
from onrecord.spark.sql import Queries
from onrecord.validation import rule_runs

# Tables about cards and publications, which data frames do not have.
_OF_FOLDERS = frozenset({"published", "unreadable", "counts"})
# The codes of the rules that run.
RUN = tuple(code for code, rule in RULES.items() if not _OF_FOLDERS & rule_runs.read_by(rule.query))
# Records whose ids are compared in one task.
_BUCKET = 1 << 20
# Bytes of memory for the queries of a group.
_MEMORY = 2**30
# Rows of summaries that one task compares.
_ROWS_OF_TASK = 5_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """Hold the findings of a run of rules on Spark.

    Attributes:
        findings: All findings, with the columns of `PLACED` and ``file``, which is equal for all
            records of a file.
        numbers: What was checked: the numbers of records, by type in plural, and of spans.
        kept: The data frames that Spark stores.
        links: What splits are made of, if that was requested.
    """

    findings: DataFrame
    numbers: Mapping[str, int]
    kept: Sequence[DataFrame]
    links: Links | None = None

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
    links: bool = False,
    off: Collection[str] = (),
    required: Sequence[str] = (),
) -> Found:
    """Run all rules.

    Args:
        spark: The session.
        records: The records, as `onrecord.spark.rows.numbered` returns them.
        total: Their number.
        partitions: The number of groups.
        file: What distinguishes the files of records, made of the columns of findings; by default,
            all records of a type are from one.
        links: Whether to find the articles that must be in one split.
        off: The codes of rules that do not run.
        required: Fields that every record must have.
    """
    of = F.col("record_type") if file is None else file
    groups = partitions or number_of_groups(total, spark.sparkContext.defaultParallelism)
    beyond = [RULES[code] for code in RUN if RULES[code].scope == "corpus" and code not in off]
    summaries = _summaries([*beyond, LinkedArticles] if links else beyond)
    layout = Layout(
        {
            **executors.TABLES,
            **summaries,
            **({executors.SKETCHED: executors.SKETCHES} if links else {}),
        }
    )
    codes = [code for code in RULES if code not in off]
    work = rule_runs.Work(
        codes, spans=True, required=required, summaries=[*summaries], engine=_MEMORY
    )

    def answers_of(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        if group := [*batches]:
            yield from executors.answered(work, layout, pa.Table.from_batches(group))

    answers = grouped(records, groups).mapInArrow(answers_of, from_arrow_schema(layout.schema))
    answers.persist(StorageLevel.MEMORY_AND_DISK)
    kept = [answers]
    counts = {row[TABLE]: row["count"] for row in answers.groupBy(TABLE).count().collect()}
    numbers: Counter[str] = Counter()
    for row in layout.rows(answers, executors.CHECKED).collect():
        numbers.update(json.loads(row["numbers"]))
    found = _once(leaf(layout.rows(answers, executors.FOUND)).withColumn("file", of))
    with _fitted(spark, sum(counts.values())) as parallel:
        tables = {}
        for name in (*summaries, executors.UNREAD):
            if name in counts:
                # Queries read most tables several times, and without others around them.
                tables[name] = leaf(layout.rows(answers, name), parallel)
                tables[name].persist(StorageLevel.MEMORY_AND_DISK)
                kept.append(tables[name])
            else:
                tables[name] = created(spark, layout.tables[name].empty_table())
        tables |= _compared(spark, tables, counts, records)
        linked = None
        if links:
            sketched = layout.rows(answers, executors.SKETCHED).toArrow()
            tables["alike"] = created(spark, alike_in(spark, tables, sketched, records))
            linked = links_in(spark, tables)
        if some := [rule for rule in beyond if not _has_none(rule, counts)]:
            with Queries(spark, tables, rule_runs.OF_CORPUS) as queries:
                rows = leaf(queries.violations({rule.code: rule.query for rule in some}))
            more = _of_corpus(rows, tables["ids"], parallel)
            found = found.unionByName(more.withColumn("file", of))
        found = found.coalesce(1) if parallel == 1 else found
        found.persist(StorageLevel.DISK_ONLY)
        found.count()  # with these settings
    return Found(found, numbers, [*kept, found], linked)


@contextmanager
def _fitted(spark: SparkSession, rows: int) -> Iterator[int]:
    """Fit the settings of the session to queries over some rows; yield the number of partitions.

    Few rows are in one partition, so that nothing is exchanged between tasks, and each query is a task.
    """
    parallel = -(-rows // _ROWS_OF_TASK)
    settings = {
        "spark.sql.shuffle.partitions": str(parallel),
        "spark.sql.maxPlanStringLength": "10000",  # what the user interface shows of plans
    }
    if parallel == 1:
        settings["spark.sql.adaptive.enabled"] = "false"
        settings["spark.sql.autoBroadcastJoinThreshold"] = "-1"
        # Tables that were not counted are taken to be so large that one task cannot join them.
        settings["spark.sql.defaultSizeInBytes"] = "1"
        # To compile a query for a few rows takes longer than to run it.
        settings["spark.sql.codegen.wholeStage"] = "false"
        settings["spark.sql.codegen.factoryMode"] = "NO_CODEGEN"
    before = {name: str(spark.conf.get(name)) for name in settings}
    try:
        for name, value in settings.items():
            spark.conf.set(name, value)
        yield parallel
    finally:
        for name, value in before.items():
            spark.conf.set(name, value)


def _compared(
    spark: SparkSession,
    tables: Mapping[str, DataFrame],
    counts: dict[str, int],
    records: DataFrame,
) -> dict[str, DataFrame]:
    """Return the tables that are made of summaries; add the numbers of their rows to ``counts``."""
    made = {"components": _components(spark, tables)}
    if "ids" in counts and (wrong := _out_of_order(tables["ids"])):
        made["unordered"] = tables["ids"].filter(F.col("record_type").isin(wrong))
        counts["unordered"] = counts["ids"]
    sketches = BatchSource.of(tables["sketches"].toArrow()) if "sketches" in counts else None
    if sketches and len(pairs := similar(sketches)):
        made["lookalikes"] = likeness_of(spark, records, "article", pairs)
        counts["lookalikes"] = len(pairs)
    return made


def _once(findings: DataFrame) -> DataFrame:
    """Have it said once of a file that it follows an older version."""
    is_older = F.col("code") == OlderSchemaVersion.code
    first = F.min_by(F.struct(*findings.columns), "row").alias("first")
    older = findings.filter(is_older).groupBy("file").agg(first).select("first.*")
    return findings.filter(~is_older).unionByName(older)


def _has_none(query: type[Query], counts: Mapping[str, int]) -> bool:
    """Return whether a query has no rows because tables have too few."""

    def has_few(name: str) -> bool:
        if name in rule_runs.OF_CORPUS:
            return _has_none(rule_runs.OF_CORPUS[name], counts)
        return counts.get(name, 0) < query.rows_needed

    tables = query.empty_without.split()
    return bool(tables) and all(map(has_few, tables))


def _summaries(queries: Iterable[type[Query]]) -> dict[str, pa.Schema]:
    """Return the tables that queries of scope ``corpus`` need of groups, with their schemas."""
    rules = [*queries]
    empty = ArticleTables(whole(Corpus([])))
    schemas: dict[str, pa.Schema] = {}

    def keep(name: str, schema: pa.Schema, _: Iterable[pa.RecordBatch]) -> None:
        schemas[name] = schema

    needed = rule_runs.columns_for(rules)
    names = {*rule_runs.summaries_for(rules), "ids", *needed}
    if LinkedArticles in rules:
        names.add("sketches")  # of texts, also if no rule reads them
    work = rule_runs.Work([], spans=False, required=(), summaries=sorted(names), engine=_MEMORY)
    rule_runs.answer(work, whole(Corpus([])), keep)
    for name, columns in needed.items():
        schemas[name] = pa.schema([empty.tables[name].schema.field(each) for each in columns])
    if sketches := schemas.get("sketches"):
        field = pa.field("sketch", pa.list_(pa.int64()))
        schemas["sketches"] = sketches.set(sketches.get_field_index("sketch"), field)
    if LinkedArticles in rules:
        names = {*schemas.get("articles", pa.schema([])).names, "locator", "id", "published"}
        whole_ = empty.tables["articles"].schema
        schemas["articles"] = pa.schema([whole_.field(each) for each in sorted(names)])
    return schemas


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
    gone = pa.array([], pa.string())
    if len(same):
        withdrawn = tables["claims"].filter(F.col("status") == "withdrawn").select("id").toArrow()
        gone = withdrawn["id"].combine_chunks()
    return created(spark, components_of(same, gone))


def _of_corpus(rows: DataFrame, ids: DataFrame, parallel: int) -> DataFrame:
    """Return the findings of rules of scope ``corpus``, given the rows that they returned."""
    # Few rows are one task, which is sent once: it has the plans of all rules in it.
    named = (
        (rows if parallel > 1 else rows.coalesce(1))
        .join(
            ids.select("record_type", "locator", F.col("id").alias("record")),
            ["record_type", "locator"],
            "left",
        )
        .select("code", "record", "facts")
    )
    if parallel > 1:
        named = named.repartition(parallel)

    def findings(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = [
                executors.violation(row["code"], row["record"], json.loads(row["facts"]))
                for row in batch.to_pylist()
            ]
            yield pa.RecordBatch.from_pylist(made, executors.PLACED)

    return named.mapInArrow(findings, from_arrow_schema(executors.PLACED))
