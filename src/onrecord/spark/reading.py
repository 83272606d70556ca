"""Read record files on Spark, as rows that know their file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from urllib.parse import unquote

from pyspark.sql import Column, DataFrame, DataFrameReader, Row, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name
from pyspark.sql.pandas.types import to_arrow_schema

from onrecord.errors import InputError
from onrecord.findings import Finding, IgnoredFile, Place
from onrecord.readers.bulk.parquet import wrong_columns
from onrecord.schema import RECORD_TYPES
from onrecord.spark.addresses import RemotePath, normal
from onrecord.spark.failures import FAILURES, reason
from onrecord.spark.files import UNPACKED, TableFile
from onrecord.spark.rows import as_json, keyed

_PATTERN = re.compile(r"[{}\[\]*?\\]")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Extent:
    """Locate the rows of a file among those of all files of its type: the first, and how many."""

    file: TableFile
    first: int
    number: int

    def place(self, row: int, column: int | None = None) -> Place:
        """Return the place of a row."""
        at = row - self.first + 1
        if self.file.is_parquet:
            return Place(self.file.name, row=at)
        return Place(self.file.name, at, column)


@dataclass
class Read:
    """Hold the records of files as a data frame, and findings about files that cannot be read.

    Attributes:
        records: The records, as `onrecord.spark.rows.numbered` returns them.
        extents: The rows of each file that has any.
        findings: Why some files cannot be read.
        names: The names of all files.
        ignored: Files that are ignored.
    """

    records: DataFrame
    extents: list[Extent]
    findings: list[Finding]
    names: tuple[str, ...] = ()
    ignored: tuple[IgnoredFile, ...] = ()


def read(spark: SparkSession, tables: Sequence[TableFile]) -> Read:
    """Read tables; rows of each type are numbered in the order of the files and of their lines.

    Raises:
        InputError: A file cannot be read.
    """
    findings: list[Finding] = []
    readable = []
    for one in tables:
        wrong = [*_wrong_columns(spark, one)] if one.is_parquet else []
        findings += wrong
        if not wrong:
            readable.append(one)
    if not readable:
        none = "record_type string, row long, article string, record binary"
        return Read(spark.createDataFrame([], none), [], findings)
    placed = reduce(
        DataFrame.unionAll,
        [
            frame.select(F.lit(record_type).alias("record_type"), "*")
            for record_type in RECORD_TYPES
            for frame in _of_type(
                spark, [one for one in readable if one.record_type == record_type]
            )
        ],
    )
    return _placed(spark, readable, placed, findings)


def _wrong_columns(spark: SparkSession, file: TableFile) -> Iterator[Finding]:
    try:
        schema = _reader(spark).parquet(file.address).schema
    except FAILURES as error:
        raise InputError(f"{file.name}: {reason(error)}") from None
    yield from wrong_columns(file.record_type, file.name, to_arrow_schema(schema))


def _sets(addresses: Sequence[str]) -> Iterator[list[str]]:
    """Yield addresses that can be read at once: where they have the signs of patterns, each alone.

    Spark with patterns switched off reads all addresses again for each that looks like one.
    """
    if plain := [one for one in addresses if not _PATTERN.search(one)]:
        yield plain
    yield from ([one] for one in addresses if _PATTERN.search(one))


def _reader(spark: SparkSession) -> DataFrameReader:
    return spark.read.option("__globPaths__", "false").option("lineSep", "\n")


def _of_type(spark: SparkSession, files: Sequence[TableFile]) -> Iterator[DataFrame]:
    """Yield data frames with the lines of files of one type."""
    for some in _sets([one.address for one in files if not one.is_parquet]):
        yield _lines(spark, some)
    for some in _sets([one.address for one in files if one.is_parquet]):
        yield _rows(spark, some)


def _placed(
    spark: SparkSession, files: Sequence[TableFile], lines: DataFrame, findings: list[Finding]
) -> Read:
    """Number the lines of files, which the files of each type share."""
    part = ["record_type", "file", "start"]
    number, least = F.count("*").alias("number"), F.min("at").alias("least")
    parts: dict[tuple[str, str], list[Row]] = {}
    for one in lines.groupBy(*part).agg(number, least).orderBy("start").collect():
        parts.setdefault((one["record_type"], normal(unquote(one["file"]))), []).append(one)
    extents: list[Extent] = []
    bases: list[tuple[str, str, int, int]] = []
    marked: list[Column] = []
    for record_type in RECORD_TYPES:
        first = 0
        for file in (one for one in files if one.record_type == record_type):
            begin = first
            for one in parts.get((record_type, normal(file.address)), []):
                bases.append((record_type, one["file"], one["start"], first - one["least"]))
                first += one["number"]
            if first > begin:
                extents.append(Extent(file, begin, first - begin))
                if not file.is_parquet and _begins_with_mark(spark, file):
                    own = F.col("record_type") == record_type
                    marked.append(own & (F.col("row") == begin))
    base = spark.createDataFrame(bases, "record_type string, file string, start long, base long")
    row = (F.col("base") + F.col("at")).alias("row")
    numbered = lines.join(F.broadcast(base), part).select("record_type", row, "line")
    if marked:
        line = F.concat(F.lit(_MARK), F.col("line"))
        restored = F.when(reduce(or_, marked), line).otherwise(F.col("line"))
        numbered = numbered.withColumn("line", restored)
    return Read(keyed(numbered), extents, findings)


def _lines(spark: SparkSession, addresses: Sequence[str]) -> DataFrame:
    """Return the lines of files, each with its file, the part of it that one task reads, and a
    number that increases from line to line in that.
    """
    return (
        _reader(spark)
        .text([*addresses])
        .select(
            F.col("_metadata.file_path").alias("file"),
            F.col("_metadata.file_block_start").alias("start"),
            F.monotonically_increasing_id().alias("at"),
            F.col("value").cast("binary").alias("line"),
        )
    )


def _rows(spark: SparkSession, addresses: Sequence[str]) -> DataFrame:
    """Return the rows of Parquet files as lines of JSON; otherwise as `_lines`."""
    frame = _reader(spark).parquet(*addresses)
    return frame.select(
        F.col("_metadata.file_path").alias("file"),
        F.lit(0).cast("bigint").alias("start"),
        F.col("_metadata.row_index").alias("at"),
        as_json(frame, nulls=True).alias("line"),
    )


def _begins_with_mark(spark: SparkSession, file: TableFile) -> bool:
    """Return whether a file that is not packed begins with a byte order mark, which Spark drops."""
    if file.address.endswith(UNPACKED):
        return False
    return RemotePath(spark, file.address).read(len(_MARK)) == _MARK
