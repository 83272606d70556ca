"""Report what is wrong with record files on Spark: counts, and the first findings of each check."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  # its usual name
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.window import Window

from onrecord.corpus.requests import Request
from onrecord.files.limits import rest
from onrecord.files.opening import File, decode
from onrecord.findings import Checked, Excerpt, Finding, Report, parse_path
from onrecord.readers.models.records import point_in
from onrecord.rules import CHECKS, RECORD_CHECKS, RULES
from onrecord.rules.corpus import requests
from onrecord.rules.examples import about as info
from onrecord.rules.reading import OlderSchemaVersion
from onrecord.schema import RECORD_TYPES
from onrecord.spark import about
from onrecord.spark.failures import reasons
from onrecord.spark.files import Corpus, Files
from onrecord.spark.links import Links
from onrecord.spark.reading import Extent, Read, read
from onrecord.spark.run import RUN, run
from onrecord.spark.settings import Settings

# Where a rule found something: the type and row of the record, and the path inside it.
_WANTED = pa.schema([("record_type", pa.string()), ("row", pa.int64()), ("path", pa.string())])
_LOCATED = pa.schema(
    [*_WANTED, ("column", pa.int64()), ("excerpt", pa.string()), ("caret", pa.int64())]
)
_NO_PATH = Path()
_OF_REQUESTS = requests.__name__
_Where = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Validated:
    """Hold the result of a validation.

    Attributes:
        report: The report: counts, and the first findings of each check in each file.
        requests: What each corpus.yaml requests, if it requests splits.
        links: What splits are made of, if a corpus.yaml requests them.
    """

    report: Report
    requests: Sequence[Request]
    links: Links | None


def report(
    spark: SparkSession,
    files: Files,
    settings: Settings,
    *,
    findings: int,
    partitions: int | None = None,
) -> Report:
    """Validate files on Spark.

    Args:
        spark: The session.
        files: The files.
        settings: The settings that apply.
        findings: How many findings of each check are listed for a file; 0 for all.
        partitions: Into how many groups of whole articles the records are divided.

    Raises:
        InputError: A file cannot be read, or Spark gives up.
    """
    with reasons():
        there = read_all(spark, files)
        return validated(
            spark, there, files.corpora, settings, findings=findings, partitions=partitions
        ).report


def read_all(spark: SparkSession, files: Files) -> Read:
    """Read the tables among files; return them with what else is known of the files.

    Raises:
        InputError: A file cannot be read.
    """
    there = read(spark, files.tables)
    names = [*(one.text.file.name for one in files.corpora), *(one.name for one in files.tables)]
    found = [*files.findings, *there.findings]
    return replace(there, findings=found, names=tuple(sorted(names)), ignored=tuple(files.ignored))


def validated(
    spark: SparkSession,
    there: Read,
    corpora: Sequence[Corpus],
    settings: Settings,
    *,
    findings: int,
    partitions: int | None = None,
) -> Validated:
    """Validate records that were read.

    Args:
        spark: The session.
        there: The records.
        corpora: The files corpus.yaml that are about them.
        settings: The settings that apply.
        findings: As in `report`.
        partitions: As in `report`.
    """
    divided = about.divides(corpora)
    there = about.listed(spark, there, corpora)
    total = sum(extent.number for extent in there.extents)
    off = settings.effective.off(there.names)
    found = run(
        spark,
        there.records,
        total,
        partitions,
        file=_file_of(there.extents),
        links=divided,
        off=off,
        required=settings.effective.required,
    )
    try:
        listed = [*_listed(spark, found.findings, there, findings)]
    finally:
        found.free()
    requests: list[Request] = []
    if links := found.links:
        requests += about.requests(there, links, corpora)
        for request in requests:
            listed += [*request.findings, *request.divided(links.pairs)]
    numbers = found.numbers
    checked = Checked(
        files=len(there.names),
        articles=numbers["articles"],
        quotes=numbers["quotes"],
        claims=numbers["claims"],
        spans=numbers["number"],
        verified=numbers["verified"],
        unverified=numbers["located"] - numbers["verified"],
        read=there.names,
        ignored=there.ignored,
    )
    made = {
        code: info(check)
        for code, check in RECORD_CHECKS.items()
        if code in RUN or (code not in RULES and (divided or check.__module__ != _OF_REQUESTS))
        if code not in off
    }
    whole = Report((*there.findings, *listed), checked, made)
    return Validated(settings.applied(spark, whole, there), requests, found.links)


def _file_of(extents: Sequence[Extent]) -> Column:
    """Return the number of the file of a row, in a data frame of findings."""
    found = F.lit(None).cast("int")
    for record_type in RECORD_TYPES:
        own = [at for at, each in enumerate(extents) if each.file.record_type == record_type]
        if own:
            firsts = F.array(*(F.lit(extents[at].first) for at in own))
            before = F.size(F.filter(firsts, lambda first: first <= F.col("row")))
            found = F.when(F.col("record_type") == record_type, before + own[0] - 1).otherwise(
                found
            )
    return found


def _listed(spark: SparkSession, found: DataFrame, there: Read, limit: int) -> Iterable[Finding]:
    """Return the first findings of each check in each file, and one for all others of it."""
    of = Window.partitionBy("code", "file")
    order = of.orderBy("row", "number", "path", "column")
    some = found.withColumn("place", F.row_number().over(order))
    if limit:
        some = some.withColumn("all", F.count("*").over(of)).filter(F.col("place") <= limit + 1)
    rows = some.toArrow().to_pylist()
    located = _located(spark, there, rows)
    for row in rows:
        extent = there.extents[row["file"]]
        where = (row["record_type"], row["row"], row["path"])
        column, excerpt, caret = located.get(where, (row["column"], row["excerpt"], row["caret"]))
        facts = json.loads(row["facts"])
        if row["code"] == OlderSchemaVersion.code:
            facts["file"] = extent.file.name
        finding = CHECKS[row["code"]].finding(
            extent.place(row["row"], column),
            facts,
            record=row["record"],
            path=row["path"],
            excerpt=None if excerpt is None or extent.file.is_parquet else Excerpt(excerpt, caret),
        )
        beyond = limit and row["place"] > limit
        yield rest(finding, row["all"] - limit) if beyond else finding


def _located(
    spark: SparkSession, there: Read, rows: Sequence[dict[str, Any]]
) -> dict[_Where, tuple[int, str, int]]:
    """Return the column and the excerpt for findings of rules that compare articles.

    Their records are read again, by executors.
    """
    wanted = [
        {name: row[name] for name in _WANTED.names}
        for row in rows
        if row["column"] is None and not there.extents[row["file"]].file.is_parquet
    ]
    if not wanted:
        return {}
    asked = spark.createDataFrame(pa.Table.from_pylist(wanted, _WANTED)).distinct()
    both = there.records.join(F.broadcast(asked), ["record_type", "row"])

    def locate(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = [_place(row) for row in batch.to_pylist()]
            yield pa.RecordBatch.from_pylist(found, _LOCATED)

    needed = both.select(*_WANTED.names, "record")
    table = needed.mapInArrow(locate, from_arrow_schema(_LOCATED)).toArrow()
    return {
        (row["record_type"], row["row"], row["path"]): (row["column"], row["excerpt"], row["caret"])
        for row in table.to_pylist()
    }


def _place(row: dict[str, Any]) -> dict[str, Any]:
    line = decode(File(_NO_PATH, ""), bytes(row.pop("record")).rstrip(b"\r\n"))
    place, excerpt = point_in(line, parse_path(str(row["path"])))
    shown = {"excerpt": excerpt.text, "caret": excerpt.caret} if excerpt else {}
    return {**row, "column": place.column, **shown}
