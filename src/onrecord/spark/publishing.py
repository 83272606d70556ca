"""Publish data frames of records: executors write the tables, this machine everything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
from onrecord.corpus.requests import SPLITS, request_of
from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.files.containment import Boundary
from onrecord.findings import Finding, Report
from onrecord.publishing import changelog, splits, swap
from onrecord.publishing.manifest import Manifest
from onrecord.publishing.parquet import empty_table, in_reading_order
from onrecord.publishing.publication import Publication, Source, complete
from onrecord.publishing.splits import SINGLE, Assignment
from onrecord.publishing.swap import PublishError
from onrecord.readers import File
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.readers.models.corpus import read_corpus
from onrecord.readers.naming import PartName, part_of
from onrecord.readers.options import READ_OPTIONS
from onrecord.rights.tables import PassedOn
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.schema.settings import CorpusFile
from onrecord.spark.addresses import RemotePath, local
from onrecord.spark.executors import PUBLISHED, published
from onrecord.spark.failures import FAILURES, reason
from onrecord.spark.files import TableFile
from onrecord.spark.links import Links
from onrecord.spark.reading import Extent, Read
from onrecord.spark.remote import Remote
from onrecord.spark.report import report_of
from onrecord.spark.rows import created, number_of_groups, numbered


class _Out(Protocol):
    """The place of a publication."""

    def refuse(self) -> None:
        """Check that there can be published there, before work begins."""

    def swap_in(self, build: Callable[[Path], str]) -> None:
        """Build a publication, and replace the last one by it."""

    def last(self, folder: Path) -> Path:
        """Return the folder of the last publication, or a folder with what splits need of it."""


class _Here:
    """A place in a folder of this machine."""

    def __init__(self, out: Path) -> None:
        self._out, self._boundary = out, Boundary.around([out])

    def refuse(self) -> None:
        """Check that there can be published there, before work begins."""
        swap.refuse(self._out, self._boundary)

    def swap_in(self, build: Callable[[Path], str]) -> None:
        """Build a publication, and replace the last one by it."""
        swap.swap_in(self._out, build, self._boundary)

    def last(self, _: Path) -> Path:
        """Return the folder of the last publication."""
        return self._out


@dataclass(frozen=True, slots=True)
class _About:
    """What describes a corpus.

    Attributes:
        folder: The folder of this machine where that is.
        file: Its corpus.yaml, if there is one.
        info: What it says, if it can be read.
        findings: What is wrong with it.
    """

    folder: Path
    file: File | None = None
    info: CorpusFile | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def divides(self) -> bool:
        """Return whether it requests splits."""
        return splits.requested(self.info)


def publish_frames(
    spark: SparkSession,
    frames: Mapping[RecordType, DataFrame],
    out: str,
    about: str | None,
    partitions: int | None,
) -> Publication:
    """Publish records; arguments as those of `onrecord.spark.publish`."""
    folder = local(out)
    place = folder.absolute() if folder else out
    target: _Out = _Here(folder.absolute()) if folder else Remote(RemotePath(spark, out))
    target.refuse()
    with _described(spark, about) as described, TemporaryDirectory(dir=scratch.folder()) as empty:
        try:
            records, numbers = numbered(frames)
            extents = [
                Extent(TableFile(each, f"{each}s", f"{each}s.parquet"), 0, number)
                for each, number in numbers.items()
            ]
            read = Read(_listed(spark, records, described), extents, [*described.findings])
            report, links = report_of(
                spark,
                read,
                findings=READ_OPTIONS.findings,
                partitions=partitions,
                links=described.divides,
            )
        except FAILURES as error:
            raise InputError(f"Spark gave up: {reason(error)}") from error
        report, listed = _requested(report, described, links)
        if report.errors:
            return Publication(report, place, None)
        divided = None
        if links and described.info:
            articles, pairs = links.articles.to_batches(), [pair[:2] for pair in links.pairs]
            last = target.last(Path(empty))
            divided = splits.divide(articles, pairs, described.info, listed, last)
        parallel = spark.sparkContext.defaultParallelism
        groups = partitions or number_of_groups(sum(numbers.values()), parallel)
        built: list[Manifest] = []

        def build_in(stage: Path) -> str:
            tables = stage / swap.TABLES
            tables.mkdir()
            _write(spark, records, groups, tables, divided)
            corpus = _read(tables, report)
            corpus.boundary = Boundary.around([described.folder])  # what describes it is there
            passed = PassedOn(corpus)
            in_reading_order(passed, tables, "claim", divided)
            source = Source(passed, described.info, report)
            built.append(complete(stage, described.folder, source, divided))
            return built[0].digest

        try:
            target.swap_in(build_in)
        except FAILURES as error:
            raise PublishError(f"{out} is left as it was: {reason(error)}") from error
    return Publication(report, place, built[0])


@contextmanager
def _described(spark: SparkSession, about: str | None) -> Iterator[_About]:
    """Yield what describes a corpus in a folder of this machine or at an address."""
    with TemporaryDirectory(dir=scratch.folder()) as temporary:
        folder = Path(temporary) if about is None else local(about)
        name = f"{about}/{CORPUS}".replace("//" + CORPUS, "/" + CORPUS)
        if folder is None:
            folder = Path(temporary)
            for one in (CORPUS, changelog.NAME):
                if (there := RemotePath(spark, str(about)) / one).is_file():
                    there.download(folder / one)
        else:
            name = (folder / CORPUS).as_posix()
        path = folder / CORPUS
        if not path.exists():
            yield _About(folder)
            return
        file = File(path, name, boundary=Boundary.around([folder]))
        read = read_corpus(file)
        yield _About(folder, file, read.value, tuple(read.findings))


def _listed(spark: SparkSession, records: DataFrame, described: _About) -> DataFrame:
    """Return records with the splits that the lists of corpus.yaml name for their articles, if any."""
    lists = described.info.split_lists if described.info else None
    if lists is None:
        return records
    found: dict[str, str] = {}
    for split in SPLITS:
        for article in getattr(lists, split):
            found.setdefault(article, split)
    return _with_splits(spark, records, found)


def _with_splits(spark: SparkSession, records: DataFrame, articles: Mapping[str, str]) -> DataFrame:
    """Return records with the splits of their articles."""
    columns = [pa.array([*some], pa.string()) for some in (articles, articles.values())]
    divided = created(spark, pa.table(columns, names=["article", "split"]))
    return records.join(divided, "article", "left")


def _requested(
    report: Report, described: _About, links: Links | None
) -> tuple[Report, Mapping[str, str]]:
    """Return a report with what is wrong with the splits that are requested, and the lists of them."""
    if not links or not described.file:
        return report, {}
    request = request_of(described.file, ((id_, None) for id_ in links.articles["id"].to_pylist()))
    if not request:
        return report, {}
    more = [*request.findings, *request.divided(links.pairs)]
    ordered = sorted([*report.findings, *more], key=lambda finding: finding.sort_key)
    return replace(report, findings=tuple(ordered)), request.listed


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
        records = _with_splits(spark, records, divided.articles)
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
