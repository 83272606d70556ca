"""Publish records: executors write the tables, this machine everything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name
from pyspark.sql.pandas.types import from_arrow_schema

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.reading import read_files
from onrecord.corpus.requests import requested
from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.files.containment import Boundary
from onrecord.files.opening import File
from onrecord.findings import Report
from onrecord.publishing import publication, splits, statements, swap
from onrecord.publishing.background import Background
from onrecord.publishing.counting import count
from onrecord.publishing.manifest import Manifest
from onrecord.publishing.parquet import empty_table, in_reading_order
from onrecord.publishing.splits import SINGLE, Assignment
from onrecord.publishing.swap import PublishError
from onrecord.readers.naming import PartName, part_of
from onrecord.readers.options import READ_OPTIONS
from onrecord.readers.syntax.values import ValidatedFile
from onrecord.rights.tables import PassedOn
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.schema.settings import CorpusFile
from onrecord.spark.about import About, described, with_splits
from onrecord.spark.addresses import RemotePath, local
from onrecord.spark.executors import PUBLISHED, published
from onrecord.spark.failures import FAILURES, reason, reasons
from onrecord.spark.files import TableFile, find
from onrecord.spark.reading import Extent, Read
from onrecord.spark.remote import Remote
from onrecord.spark.report import read_all, validated
from onrecord.spark.rows import number_of_groups, numbered
from onrecord.spark.settings import Settings, settings_of


class _Out(Protocol):
    """Define what a place for a publication can do: a folder, or an address.

    Attributes:
        out: Its folder or address.
    """

    @property
    def out(self) -> Path | str: ...

    def refuse(self) -> None:
        """Check that there can be published there, before work begins."""

    def swap_in(self, build: Callable[[Path], str]) -> None:
        """Build a publication, and replace the last one by it."""

    def last(self, folder: Path) -> Path:
        """Return the folder of the last publication, or a folder with what splits need of it."""


class _Here:
    """Publish into a folder of this machine."""

    def __init__(self, out: Path, boundary: Boundary) -> None:
        self.out = out
        self._boundary = boundary

    def refuse(self) -> None:
        """Check that there can be published there, before work begins."""
        swap.refuse(self.out, self._boundary)

    def swap_in(self, build: Callable[[Path], str]) -> None:
        """Build a publication, and replace the last one by it."""
        swap.swap_in(self.out, build, self._boundary)

    def last(self, _: Path) -> Path:
        """Return the folder of the last publication."""
        return self.out


def publish_frames(
    spark: SparkSession,
    frames: Mapping[RecordType, DataFrame],
    out: str,
    about: str | None,
    partitions: int | None,
) -> publication.Publication:
    """Publish records; arguments as those of `onrecord.spark.publish`."""
    target = _target(spark, out)
    with described(spark, about) as what, reasons():
        records, numbers = numbered(frames)
        extents = [
            Extent(TableFile(each, f"{each}s", is_frame=True), 0, number)
            for each, number in numbers.items()
        ]
        names = tuple(extent.file.name for extent in extents)
        findings = [found for one in what.corpora for found in one.findings]
        there = Read(records, extents, findings, names)
        settings = settings_of(
            spark,
            [about] if about else [],
            what.corpora,
            everywhere=True,
            unsuppressed=publication.UNSUPPRESSED,
        )
        most = READ_OPTIONS.findings
        return _publish(spark, there, what, target, what.corpora, settings, most, partitions)


def publish_tables(
    spark: SparkSession,
    folder: str,
    out: str | None,
    *,
    findings: int,
    partitions: int | None,
    allow_outside: bool,
) -> publication.Publication:
    """Publish the tables of a folder; arguments as those of `onrecord.spark.publish_files`."""
    here = local(folder)
    if here:
        publication.refuse(here)
    elif RemotePath(spark, folder).is_file():
        raise InputError(f"{folder} is not a folder; name the folder of a corpus")
    target = _target(spark, folder if out is None else out, allow_outside=allow_outside)
    files = find(spark, [folder], allow_outside=allow_outside)
    with described(spark, folder, allow_outside=allow_outside) as what, reasons():
        there = read_all(spark, files)
        settings = settings_of(
            spark,
            [folder],
            files.corpora,
            allow_outside=allow_outside,
            unsuppressed=publication.UNSUPPRESSED,
        )
        return _publish(spark, there, what, target, files.corpora, settings, findings, partitions)


def _target(spark: SparkSession, out: str, *, allow_outside: bool = False) -> _Out:
    """Return the place of a publication, after a check that there can be published."""
    folder = local(out)
    target: _Out = Remote(RemotePath(spark, out))
    if folder:
        folder = folder.absolute()
        target = _Here(folder, Boundary.around([folder], allow_outside=allow_outside))
    target.refuse()
    return target


def _publish(
    spark: SparkSession,
    there: Read,
    what: About,
    target: _Out,
    corpora: Sequence[ValidatedFile[CorpusFile]],
    settings: Settings,
    findings: int,
    partitions: int | None,
) -> publication.Publication:
    """Validate records that were read, and publish them unless there are errors."""
    of = validated(spark, there, corpora, settings, findings=findings, partitions=partitions)
    report, links = of.report, of.links
    if report.errors:
        return publication.Publication(report, target.out, None)
    divided = None
    if links and what.info and requested(what.info):
        lists = next((one.listed for one in of.requests if what.is_of(one)), {})
        with TemporaryDirectory(dir=scratch.folder()) as empty:
            articles, pairs = links.articles.to_batches(), [pair[:2] for pair in links.pairs]
            divided = splits.divide(articles, pairs, what.info, lists, target.last(Path(empty)))
    number = sum(extent.number for extent in there.extents)
    groups = partitions or number_of_groups(number, spark.sparkContext.defaultParallelism)
    built: list[Manifest] = []

    def build_in(stage: Path) -> str:
        tables = stage / swap.TABLES
        tables.mkdir()
        _write(spark, there.records, groups, tables, divided)
        corpus = _read(tables, report)
        corpus.boundary = what.boundary  # what describes the corpus is there
        passed = PassedOn(corpus)
        in_reading_order(passed, tables, "claim", divided)
        source = publication.Source(passed, what.info, report, settings.effective)
        with Background() as background:
            written = {statements.NAME: statements.write(tables, background)}
        found = publication.Tables(count(passed), divided, written)
        built.append(publication.complete(stage, what.folder, source, found))
        return built[0].digest

    try:
        target.swap_in(build_in)
    except FAILURES as error:
        raise PublishError(f"{target.out} is left as it was: {reason(error)}") from error
    return publication.Publication(report, target.out, built[0])


def _write(
    spark: SparkSession,
    records: DataFrame,
    groups: int,
    tables: Path,
    divided: Assignment | None,
) -> None:
    """Have executors write the tables of groups of articles, and number their files in order."""
    names = divided.names if divided else ()
    columns = ["record_type", "row", "record"]
    if divided:
        records = with_splits(spark, records, divided.articles)
        columns += ["article", "split"]

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        if some := [*batches]:
            yield from published(pa.Table.from_batches(some), names)

    ranges = records.repartitionByRange(groups, F.coalesce("article", F.lit(""))).select(*columns)
    pieces = ranges.mapInArrow(write, from_arrow_schema(PUBLISHED))
    pieces.persist(StorageLevel.DISK_ONLY)
    try:
        pieces.count()  # all groups at once, while their pieces are fetched one after the other
        numbers: Counter[tuple[str, str]] = Counter()
        for piece in pieces.toLocalIterator(prefetchPartitions=True):
            if (part := part_of(piece["name"])) is None:
                continue
            own = (part.table, part.split)
            numbers[own] += not piece["number"]
            path = tables / str(PartName(*own, numbers[own] - 1))
            with path.open("ab") as file:
                file.write(piece["content"])
    finally:
        pieces.unpersist()
    written = {table for table, _ in numbers}
    for record_type in RECORD_TYPES:
        if f"{record_type}s" not in written:
            empty_table(tables, record_type, *names[:1] or (SINGLE,))


def _read(tables: Path, report: Report) -> Corpus:
    """Read the tables that executors wrote, and check that all records are there.

    Raises:
        PublishError: They are not.
    """
    files = [File(path, path.name) for path in sorted(tables.glob("*.parquet"))]
    corpus = read_files(files, ())
    for record_type in RECORD_TYPES:
        there = corpus.records(record_type).num_rows
        read = getattr(report.checked, f"{record_type}s")
        if there != read:
            raise PublishError(f"executors wrote {there:,} {record_type}s of {read:,}")
    return corpus
