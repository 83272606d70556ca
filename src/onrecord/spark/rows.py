"""Prepare data frames of records: lines of JSON, numbered, each with the group that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from itertools import accumulate

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812  # its usual name

from onrecord.schema import CURRENT, RecordType

# Records that are worth a group of their own, and the most of a group.
_WORTH, _MOST = 10_000, 100_000
# The bits of `monotonically_increasing_id` that number the rows of a partition.
_BITS = 33


def numbered(frames: Mapping[RecordType, DataFrame]) -> tuple[DataFrame, dict[RecordType, int]]:
    """Return the records of all types in one data frame, and how many there are of each
    type.

    Its columns are ``record_type``, ``row`` (in the data frame of the type, from 0), ``article`` (the
    id of the article, null if none can be found) and ``record`` (the JSON in bytes).
    """
    found, numbers = [], {}
    for record_type, frame in frames.items():
        lines = frame.select(_line(frame).alias("line"))
        placed = lines.select(
            "line",
            F.spark_partition_id().alias("part"),
            F.monotonically_increasing_id().bitwiseAND(F.lit((1 << _BITS) - 1)).alias("place"),
        )
        counts = {row["part"]: row["count"] for row in placed.groupBy("part").count().collect()}
        sizes = [counts.get(part, 0) for part in range(max(counts, default=-1) + 1)]
        firsts = F.array(*(F.lit(first) for first in accumulate(sizes, initial=0)))
        row = (F.get(firsts, F.col("part")) + F.col("place")).cast("bigint")
        found.append(keyed(record_type, placed.select(row.alias("row"), "line")))
        numbers[record_type] = sum(sizes)
    return reduce(DataFrame.unionAll, found), numbers


def keyed(record_type: str, lines: DataFrame) -> DataFrame:
    """Return records as `numbered` does, given those of one type in columns ``row`` and ``line``."""
    field = "id" if record_type == "article" else "article_id"
    return lines.select(
        F.lit(record_type).alias("record_type"),
        "row",
        F.get_json_object(F.col("line").cast("string"), f"$.{field}").alias("article"),
        F.col("line").cast("binary").alias("record"),
    )


def grouped(records: DataFrame, number: int) -> DataFrame:
    """Add a column ``part``: one number for all records of an article, less than ``number``."""
    key = F.coalesce(F.col("article"), F.concat_ws(" ", "record_type", "row"))
    return records.withColumn("part", F.pmod(F.xxhash64(key), F.lit(number)).cast("int"))


def number_of_groups(records: int, parallel: int) -> int:
    """Return into how many groups to divide records, given how many Spark processes at once."""
    return max(1, -(-records // _MOST), min(parallel, -(-records // _WORTH)))


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
