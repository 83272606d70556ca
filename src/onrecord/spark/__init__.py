"""Validate data frames of records on Spark, with the checks and the code of a single machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.errors import InputError, need

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


def validate(
    spark: SparkSession,
    *,
    articles: DataFrame | None = None,
    quotes: DataFrame | None = None,
    claims: DataFrame | None = None,
    partitions: int | None = None,
) -> DataFrame:
    """Validate records on Spark; return their findings as a data frame.

    A data frame has a column for each field of the record, as published tables have, or one column
    ``value`` with a line of JSON in each row, as ``spark.read.text`` returns for JSON Lines.

    The findings have the columns ``code``, ``severity``, ``record_type``, ``row`` (in the data frame
    of the type, from 0), ``record`` (its id), ``path``, ``message``, ``hint`` and ``facts`` (JSON).

    Args:
        spark: The session.
        articles: The articles.
        quotes: The quotes.
        claims: The claims.
        partitions: Into how many groups of whole articles the records are divided. Each must fit
            into the memory of an executor. By default, a group has at most about 100,000 records.

    Raises:
        InputError: There is no data frame, or the number of groups is not positive.
        MissingExtraError: Spark or a package for validating is not installed.
    """
    need("validate")
    need("spark")
    from onrecord.spark.run import run

    frames = {"article": articles, "quote": quotes, "claim": claims}
    given = {name: frame for name, frame in frames.items() if frame is not None}
    if not given:
        raise InputError("no records: pass at least one of articles, quotes and claims")
    if partitions is not None and partitions < 1:
        raise InputError(f"partitions is {partitions}; it must be at least 1")
    return run(spark, given, partitions)
