"""Find record files on any file system of Spark, and read them as rows that know their file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

from pyspark.sql import Column, DataFrame, DataFrameReader, Row, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name
from pyspark.sql.pandas.types import to_arrow_schema

from onrecord.corpus.reading import read_files
from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.files.containment import Boundary
from onrecord.files.limits import MAX_BYTES
from onrecord.findings import Finding, IgnoredFile, Place
from onrecord.readers import DATA, DIGEST, File, NoRecordsError, naming, survey
from onrecord.readers.bulk.parquet import wrong_columns
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.spark.failures import FAILURES, reason
from onrecord.spark.rows import as_json, keyed

# What Spark unpacks without native libraries.
_UNPACKED = frozenset({".gz", ".bz2"})
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(?://([^/]*))?(/.*)", re.DOTALL)
_PATTERN = re.compile(r"[{}\[\]*?\\]")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table to read.

    Attributes:
        record_type: The type of its records.
        name: Its name as findings show it.
        address: Where Spark reads it.
    """

    record_type: RecordType
    name: str
    address: str

    @property
    def is_parquet(self) -> bool:
        """Return whether it is Parquet, otherwise JSON Lines."""
        return naming.format_ending(Path(self.address)) == ".parquet"


@dataclass
class Files:
    """Hold the tables and findings at some paths.

    Attributes:
        tables: The tables, in the order of their names.
        about: The names of the files corpus.yaml, which this machine reads.
        findings: Why some files cannot be read.
        ignored: Files that are ignored.
    """

    tables: list[TableFile] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    ignored: list[IgnoredFile] = field(default_factory=list)

    def add(self, more: Files) -> None:
        """Add what was found at another path."""
        self.tables += more.tables
        self.about += more.about
        self.findings += more.findings
        self.ignored += more.ignored


def local(path: str) -> Path | None:
    """Return a path of this machine, also if it is given as an address; None for other addresses."""
    found = _ADDRESS.fullmatch(path)
    if not found or not is_address(path):
        return Path(path)
    scheme, host, inside = found.groups()
    return Path(inside) if scheme.lower() == "file" and host in ("", "localhost") else None


def is_address(path: str) -> bool:
    """Return whether a path is the address of a file or folder, such as ``s3a://bucket/corpus``."""
    return _ADDRESS.fullmatch(path) is not None and "://" in path


def find(spark: SparkSession, paths: Sequence[str], *, allow_outside: bool = False) -> Files:
    """Find the tables at paths of this machine and at addresses.

    Raises:
        InputError: There are none, or a file is something that Spark does not read.
    """
    found = Files()
    if local := [Path(one) for one in paths if not is_address(one)]:
        found.add(_local(local, allow_outside=allow_outside))
    for address in filter(is_address, paths):
        found.add(_at(spark, address))
    found.tables = sorted(
        {one.address: one for one in found.tables}.values(), key=lambda one: one.name
    )
    for one in found.tables:
        packing = Path(one.name).suffix
        if packing not in {".jsonl", ".parquet", *_UNPACKED}:
            raise InputError(
                f"{one.name}: Spark does not unpack {packing}; pack it as {' or '.join(sorted(_UNPACKED))}"
            )
    return found


def _local(paths: Sequence[Path], *, allow_outside: bool) -> Files:
    boundary = Boundary.around(paths, allow_outside=allow_outside)
    survey_ = survey(paths, about=True, boundary=boundary)
    found = Files(ignored=survey_.ignored)
    documents: list[File] = []
    for file in survey_.files:
        if file.unread:
            found.findings.append(file.unread)
        elif file.path.name == CORPUS:
            found.add(_described(file))
        elif table := naming.table_name(file.path):
            file.check()
            address = f"file://{file.path.absolute().as_posix()}"
            found.tables.append(TableFile(table.record_type, file.name, address))
        else:
            documents.append(file)
    if documents:
        more = f" and {len(documents) - 1:,} more" if len(documents) > 1 else ""
        raise InputError(
            f"{documents[0].name}{more}: Spark reads tables, not documents; validate them without "
            "--engine spark"
        )
    return found


def _described(file: File) -> Files:
    """Read a file corpus.yaml."""
    return Files(about=[file.name], findings=read_files([file], ()).findings)


def _at(spark: SparkSession, address: str) -> Files:
    """Find the tables at an address: a table, or a folder of them or of a publication."""
    more = Files()
    tables: list[TableFile] = []
    published: dict[str, list[TableFile]] = {}
    ignored = []
    for one in _listed(spark, address):
        path = Path(one)
        hidden = any(part.startswith(".") for part in Path(one[len(address) :]).parts)
        table = naming.table_name(path)
        if hidden or not table:
            if not hidden and path.name == CORPUS:
                with TemporaryDirectory(dir=scratch.folder()) as folder:
                    copy = Path(folder, CORPUS)
                    copy.write_bytes(_bytes(spark, one))
                    more.add(_described(File(copy, one)))
            elif not hidden and path.suffix in naming.DOCUMENT_ENDINGS:
                ignored.append(IgnoredFile(one, "Spark reads tables, not documents"))
            continue
        file = TableFile(table.record_type, one, one)
        if DIGEST.fullmatch(path.parent.name) and path.parent.parent.name == DATA:
            published.setdefault(path.parent.name, []).append(file)
        else:
            tables.append(file)
    if not tables and len(published) > 1:
        raise InputError(
            f"{address} has several publications; name the folder of one: {', '.join(published)}"
        )
    found = tables or [one for files in published.values() for one in files]
    if not found:
        raise NoRecordsError(f"{address} holds no table of records")
    more.add(Files(found, ignored=ignored))
    return more


def _listed(spark: SparkSession, address: str) -> Iterator[str]:
    """Yield the addresses of the files in a folder and its subfolders, or of one file."""
    path, system = _system(spark, address)
    try:
        files = system.listFiles(path, True)
        while files.hasNext():
            yield files.next().getPath().toString()
    except FAILURES as error:
        raise InputError(f"{address}: {reason(error)}") from None


def _system(spark: SparkSession, address: str) -> tuple[Any, Any]:
    """Return a path and its file system, as objects of the JVM."""
    context: Any = spark.sparkContext
    try:
        path = context._jvm.org.apache.hadoop.fs.Path(address)  # noqa: SLF001  # there is no other way
        return path, path.getFileSystem(context._jsc.hadoopConfiguration())  # noqa: SLF001
    except FAILURES as error:
        raise InputError(f"{address}: {reason(error)}") from None


def _begins_with_mark(spark: SparkSession, file: TableFile) -> bool:
    """Return whether a file that is not packed begins with a byte order mark, which Spark drops."""
    if Path(file.address).suffix in _UNPACKED:
        return False
    return _bytes(spark, file.address, len(_MARK)) == _MARK


def _bytes(spark: SparkSession, address: str, most: int = MAX_BYTES + 1) -> bytes:
    """Return the first bytes of a file."""
    path, system = _system(spark, address)
    try:
        stream = system.open(path)
        try:
            return bytes(stream.readNBytes(most))
        finally:
            stream.close()
    except FAILURES as error:
        raise InputError(f"{address}: {reason(error)}") from None


@dataclass(frozen=True, slots=True)
class Extent:
    """The rows of a file among those of all files of its type: the first, and their number."""

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
    """The records of files.

    Attributes:
        records: The records, as `onrecord.spark.rows.numbered` returns them.
        extents: The rows of each file that has any.
        findings: Why some files cannot be read.
    """

    records: DataFrame
    extents: list[Extent]
    findings: list[Finding]


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
        parts.setdefault((one["record_type"], _normal(unquote(one["file"]))), []).append(one)
    extents: list[Extent] = []
    bases: list[tuple[str, str, int, int]] = []
    marked: list[Column] = []
    for record_type in RECORD_TYPES:
        first = 0
        for file in (one for one in files if one.record_type == record_type):
            begin = first
            for one in parts.get((record_type, _normal(file.address)), []):
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


def _normal(address: str) -> str:
    """Return an address in the form in which Spark names the files that it reads."""
    found = _ADDRESS.fullmatch(address)
    if not found:
        return address
    scheme, host, path = found.groups()
    return f"{scheme.lower()}://{host or ''}{path}"
