"""Validate and publish data frames of records on Spark, with the checks and the code of a single machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.errors import InputError, need
from onrecord.files.limits import MAX_FINDINGS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from onrecord.findings import Report
    from onrecord.publishing.publication import Publication
    from onrecord.schema import RecordType

# What is not checked on Spark.
NOT_CHECKED = "texts in files, cards and earlier publications"


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
    _ready(partitions)
    from onrecord.spark.executors import FINDINGS
    from onrecord.spark.rows import numbered
    from onrecord.spark.run import run

    given = _given(articles, quotes, claims)
    records, numbers = numbered(given)
    found = run(spark, records, sum(numbers.values()), partitions)
    return found.findings.select(*FINDINGS.names)


def validate_files(
    spark: SparkSession,
    *paths: str,
    baseline: Path | str | None = None,
    findings: int = MAX_FINDINGS,
    partitions: int | None = None,
    allow_outside: bool = False,
) -> Report:
    """Validate tables in files on Spark; return the report that `onrecord.validate` returns.

    What it does not check is in `NOT_CHECKED`.

    Args:
        spark: The session.
        paths: Files and folders of this machine, which executors must see at the same place, and
            addresses on any file system of Spark, such as ``s3a://bucket/corpus``. Settings in
            files apply as they do without Spark, also those of each ``corpus.yaml`` at an address.
        baseline: A file of findings that are tolerated, instead of any that the settings name.
        findings: How many findings of each check are listed for a file, while all are counted; 0
            for all.
        partitions: As in `validate`.
        allow_outside: Whether links may lead out of the folder.

    Raises:
        InputError: A path is missing, there are no tables, or a file is one that Spark cannot read.
        MissingExtraError: Spark or a package for validating is not installed.
    """
    _ready(partitions)
    from onrecord.spark.files import find
    from onrecord.spark.report import report
    from onrecord.spark.settings import settings_of

    if not paths:
        raise InputError("no records: pass at least one file or folder")
    files = find(spark, paths, allow_outside=allow_outside)
    tolerated = None if baseline is None else Path(baseline)
    settings = settings_of(spark, paths, files.corpora, tolerated, allow_outside=allow_outside)
    return report(spark, files, settings, findings=findings, partitions=partitions)


def publish(
    spark: SparkSession,
    *,
    out: Path | str,
    articles: DataFrame | None = None,
    quotes: DataFrame | None = None,
    claims: DataFrame | None = None,
    about: Path | str | None = None,
    partitions: int | None = None,
) -> Publication:
    """Validate records on Spark, and publish them completely or not at all.

    Executors withhold words and write the tables; this machine joins the statements, counts, and
    writes the card and the manifest. The values and their order, and so the logical digests, are
    those of ``onrecord publish``; the borders of files may be others.

    Args:
        spark: The session.
        out: The folder of this machine to publish into, or an address on any file system of Spark,
            such as ``s3a://bucket/publication``, whose options and credentials are in Spark's
            configuration. Executors need not see it.
        articles: The articles, as in `validate`.
        quotes: The quotes.
        claims: The claims.
        about: The folder of the corpus.yaml that describes the corpus, or its address.
        partitions: As in `validate`.

    Returns:
        The publication, with the first findings of each check, whose places are rows of the data
        frames, from 1. An error among them prevents publishing.

    Raises:
        InputError: There is no data frame, or corpus.yaml or an address cannot be read.
        PublishError: The publication cannot be written; an earlier one remains complete.
        MissingExtraError: Spark or a package for validating is not installed.
    """
    _ready(partitions)
    from onrecord.spark.publishing import publish_frames

    given = _given(articles, quotes, claims)
    described = None if about is None else str(about)
    return publish_frames(spark, given, str(out), described, partitions)


def publish_files(
    spark: SparkSession,
    folder: Path | str,
    out: Path | str | None = None,
    *,
    findings: int = MAX_FINDINGS,
    partitions: int | None = None,
    allow_outside: bool = False,
) -> Publication:
    """Validate the tables of a folder on Spark, and publish them completely or not at all.

    It publishes what `publish` does; findings have the places that `validate_files` gives them.

    Args:
        spark: The session.
        folder: The folder of the corpus, with its corpus.yaml; one of this machine, which executors
            must see at the same place, or an address on any file system of Spark.
        out: As in `publish`; by default the folder itself.
        findings: As in `validate_files`.
        partitions: As in `validate`.
        allow_outside: Whether links may lead out of the folder.

    Raises:
        InputError: There are no tables, or a file is one that Spark cannot read.
        PublishError: The publication cannot be written; an earlier one remains complete.
        MissingExtraError: Spark or a package for validating is not installed.
    """
    _ready(partitions)
    from onrecord.spark.publishing import publish_tables

    return publish_tables(
        spark,
        str(folder),
        None if out is None else str(out),
        findings=findings,
        partitions=partitions,
        allow_outside=allow_outside,
    )


def _given(
    articles: DataFrame | None, quotes: DataFrame | None, claims: DataFrame | None
) -> dict[RecordType, DataFrame]:
    """Return the data frames that there are, by the type of their records."""
    frames: dict[RecordType, DataFrame | None] = {
        "article": articles,
        "quote": quotes,
        "claim": claims,
    }
    given = {name: frame for name, frame in frames.items() if frame is not None}
    if not given:
        raise InputError("no records: pass at least one of articles, quotes and claims")
    return given


def _ready(partitions: int | None) -> None:
    """Check that what is needed is installed, and that the number of groups is positive."""
    need("validate")
    need("spark")
    if partitions is not None and partitions < 1:
        raise InputError(f"partitions is {partitions}; it must be at least 1")
