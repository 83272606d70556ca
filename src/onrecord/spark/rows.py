"""Prepare data frames of records: lines of JSON, numbered, each with the group that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from itertools import accumulate

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name

from onrecord.schema import CURRENT, RecordType

# Records that are worth a group of their own, and the most of a group.
_WORTH, _MOST = 10_000, 100_000
# The bits of `monotonically_increasing_id` that number the rows of a partition.
_BITS = 33


def numbered(frames: Mapping[RecordType, DataFrame]) -> tuple[DataFrame, dict[RecordType, int]]:
    """Return the records of all types in one data frame, and their numbers by type.

    Its columns are ``record_type``, ``row`` (in the data frame of the type, from 0), ``article`` (the
    id of the article, null if none can be found) and ``record`` (the JSON in bytes).
    """
    place = F.monotonically_increasing_id().bitwiseAND(F.lit((1 << _BITS) - 1))
    found = {
        record_type: frame.select(_line(frame).alias("line")).select(
            F.lit(record_type).alias("record_type"),
            "line",
            F.spark_partition_id().alias("part"),
            place.alias("place"),
        )
        for record_type, frame in frames.items()
    }
    counted = reduce(DataFrame.unionAll, found.values()).groupBy("record_type", "part").count()
    counts = {(row["record_type"], row["part"]): row["count"] for row in counted.collect()}
    numbers: dict[RecordType, int] = {}
    rows = []
    for record_type, placed in found.items():
        parts = 1 + max((part for of, part in counts if of == record_type), default=-1)
        sizes = [counts.get((record_type, part), 0) for part in range(parts)]
        firsts = F.array(*(F.lit(first) for first in accumulate(sizes, initial=0)))
        row = (F.get(firsts, F.col("part")) + F.col("place")).cast("bigint")
        rows.append(placed.select("record_type", row.alias("row"), "line"))
        numbers[record_type] = sum(sizes)
    return keyed(reduce(DataFrame.unionAll, rows)), numbers


def keyed(lines: DataFrame) -> DataFrame:
    """Return records as `numbered` does, given columns ``record_type``, ``row`` and ``line``."""
    text = F.col("line").cast("string")
    article = F.when(F.col("record_type") == "article", F.get_json_object(text, "$.id")).otherwise(
        F.get_json_object(text, "$.article_id")
    )
    record = F.col("line").cast("binary").alias("record")
    return lines.select("record_type", "row", article.alias("article"), record)


def grouped(records: DataFrame, number: int) -> DataFrame:
    """Divide records into partitions, each with all records of its articles."""
    key = F.coalesce(F.col("article"), F.concat_ws(" ", "record_type", "row"))
    return records.repartition(number, key).drop("article")


def number_of_groups(records: int, parallel: int) -> int:
    """Return into how many groups to divide records, given how many Spark processes at once."""
    number = max(1, -(-records // _MOST), min(parallel, -(-records // _WORTH)))
    return number if number <= parallel else -(-number // parallel) * parallel


def _line(frame: DataFrame) -> Column:
    """Return the records of a data frame as JSON."""
    return frame["value"].cast("binary") if frame.columns == ["value"] else as_json(frame)


def as_json(frame: DataFrame, *, nulls: bool = False) -> Column:
    """Return the rows of a data frame as JSON, without columns that publications add.

    Args:
        frame: The data frame.
        nulls: Whether values that are null are in it too.
    """
    names = [name for name in frame.columns if name not in CURRENT.derived]
    fields = F.struct(*(frame[f"`{name.replace('`', '``')}`"] for name in names))
    return F.to_json(fields, {"ignoreNullFields": str(not nulls).lower()}).cast("binary")


def created(spark: SparkSession, table: pa.Table) -> DataFrame:
    """Return a table in memory as a data frame."""
    whole_ = table.combine_chunks()  # Spark reads nothing that follows an empty chunk
    return spark.createDataFrame(whole_ if len(whole_) else table.schema.empty_table())


def leaf(frame: DataFrame, partitions: int | None = None) -> DataFrame:
    """Return a data frame as one whose plan is a leaf.

    Spark analyses the whole plan of a data frame again for each that is made of it, which takes longer
    than to run it for few rows. Rows that an executor loses are computed again.

    Args:
        frame: The data frame.
        partitions: Into how many partitions its own are joined.
    """
    session = frame.sparkSession
    java = frame._jdf  # noqa: SLF001  # there is no other way
    rows = java.queryExecution().toRdd()
    if partitions is not None:
        rows = rows.toJavaRDD().coalesce(partitions).rdd()
    # As Spark has them: to make objects of rows, and rows of these, takes as long as all else.
    made = session._jsparkSession.internalCreateDataFrame(rows, java.schema(), False)  # noqa: SLF001
    return DataFrame(made, session)
