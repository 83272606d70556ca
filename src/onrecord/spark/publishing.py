"""Publish data frames of records: executors write the tables, this machine everything else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import TaskContext
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name
from pyspark.sql.pandas.types import from_arrow_schema

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.reading import read_files
from onrecord.errors import InputError
from onrecord.files.containment import Boundary
from onrecord.findings import Report
from onrecord.publishing import splits, swap
from onrecord.publishing.parquet import empty_table, in_reading_order
from onrecord.publishing.publication import Publication, Source, complete
from onrecord.publishing.splits import SINGLE
from onrecord.publishing.swap import PublishError
from onrecord.readers import File
from onrecord.readers.models.corpus import read_info
from onrecord.readers.naming import PartName
from onrecord.readers.options import READ_OPTIONS
from onrecord.rights.tables import PassedOn
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.spark.executors import written
from onrecord.spark.failures import FAILURES, reason
from onrecord.spark.files import Extent, Read, TableFile, local
from onrecord.spark.report import report_of
from onrecord.spark.rows import number_of_groups, numbered

# What an executor wrote: the number of the group, whose articles follow those of the one before, and
# the name of the folder.
_WRITTEN = pa.schema([("part", pa.int32()), ("folder", pa.string())])


def publish_frames(
    spark: SparkSession,
    frames: Mapping[RecordType, DataFrame],
    out: str,
    about: Path | None,
    partitions: int | None,
) -> Publication:
    """Publish records; arguments as those of `onrecord.spark.publish`."""
    folder = local(out)
    if folder is None:
        raise InputError(
            f"{out} is not in a file system of this machine; publish into a folder that all nodes "
            "see at the same place, and copy it from there"
        )
    folder = folder.absolute()
    boundary = Boundary.around([folder])
    swap.refuse(folder, boundary)
    info = read_info(about, Boundary.around([about])) if about else None
    if splits.requested(info):
        raise InputError(
            f"{about} requests splits, which are made of all words and therefore without Spark only; "
            "leave out splits and split_lists, or publish with onrecord publish"
        )
    try:
        records, numbers = numbered(frames)
        extents = [
            Extent(TableFile(each, f"{each}s", f"{each}s.parquet"), 0, number)
            for each, number in numbers.items()
        ]
        read = Read(records, extents, [])
        report = report_of(spark, read, findings=READ_OPTIONS.findings, partitions=partitions)
    except FAILURES as error:
        raise InputError(f"Spark gave up: {reason(error)}") from error
    if report.errors:
        return Publication(report, folder, None)
    parallel = spark.sparkContext.defaultParallelism
    groups = partitions or number_of_groups(sum(numbers.values()), parallel)
    built = []

    def build_in(stage: Path) -> str:
        tables = stage / swap.TABLES
        tables.mkdir()
        _write(records, groups, stage, tables)
        corpus = _read(tables, report)
        corpus.boundary = Boundary.around([about or stage])  # what describes it is there
        passed = PassedOn(corpus)
        in_reading_order(passed, tables, "claim")
        source = Source(passed, info, report)
        built.append(complete(stage, about or stage, source))
        return built[0].digest

    try:
        swap.swap_in(folder, build_in, boundary)
    except FAILURES as error:
        raise PublishError(f"{folder} is left as it was: {reason(error)}") from error
    return Publication(report, folder, built[0])


def _write(records: DataFrame, groups: int, stage: Path, tables: Path) -> None:
    """Have executors write the tables of groups of articles, and number their files in order."""
    parts = stage / "parts"
    parts.mkdir()
    place = str(parts)

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        if not (some := [*batches]):
            return
        context = TaskContext.get()
        part = context.partitionId() if context else 0
        # A task that is repeated, or runs twice, writes into another folder.
        folder = tempfile.mkdtemp(dir=place)
        written(pa.Table.from_batches(some), Path(folder))
        yield pa.RecordBatch.from_pylist([{"part": part, "folder": Path(folder).name}], _WRITTEN)

    ranges = records.repartitionByRange(groups, F.coalesce("article", F.lit("")))
    named = ranges.select("record_type", "row", "record")
    found = named.mapInArrow(write, from_arrow_schema(_WRITTEN)).collect()
    numbers = dict.fromkeys(RECORD_TYPES, 0)
    for row in sorted(found, key=lambda row: int(row["part"])):
        for record_type in RECORD_TYPES:
            for path in sorted(Path(place, row["folder"]).glob(f"{record_type}s-*.parquet")):
                if pq.read_metadata(path).num_rows:
                    name = PartName(f"{record_type}s", SINGLE, numbers[record_type])
                    path.rename(tables / str(name))
                    numbers[record_type] += 1
    for record_type in RECORD_TYPES:
        if not numbers[record_type]:
            empty_table(tables, record_type)


def _read(tables: Path, report: Report) -> Corpus:
    """Read the tables that executors wrote, and check that all records are there.

    Raises:
        PublishError: They are not.
    """
    files = [File(path, path.name) for path in sorted(tables.glob("*.parquet"))]
    corpus = read_files(files, ())
    for record_type in RECORD_TYPES:
        there, read = (
            corpus.records(record_type).num_rows,
            getattr(report.checked, f"{record_type}s"),
        )
        if there != read:
            raise PublishError(
                f"executors wrote {there:,} {record_type}s of {read:,}: do they all see {tables}?"
            )
    return corpus
