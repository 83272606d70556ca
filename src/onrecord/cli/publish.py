"""``onrecord publish``: validate a corpus, and write it as Parquet with a dataset card."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.cli.engine import Engine, Given, conflict, listed_findings
from onrecord.cli.exits import DONE, FINDINGS, USAGE
from onrecord.cli.options import limit_option, withheld_texts_option
from onrecord.cli.parser import argument, flag, option, with_options
from onrecord.cli.printing import complain, say, show, show_files
from onrecord.cli.reading import chunk_progress, read_options
from onrecord.errors import need

if TYPE_CHECKING:
    from onrecord.findings import Report
    from onrecord.publishing.publication import Publication


@dataclass(frozen=True, kw_only=True)
class Folders:
    """Name what is published, and where; both also as they were given."""

    folder: Path = argument("DIR", "the folder of the corpus", action=Given)
    given_folder: str
    out: Path | None = option(
        "where to publish (default: the folder itself)", metavar="DIR", action=Given
    )
    given_out: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Options(Engine, Folders):
    texts: Path | None = withheld_texts_option(of="folder")
    limit: int = limit_option()
    check: bool = flag("write nothing; fail if what is published is stale")


@with_options(
    _Options,
    """
    onrecord publish dataset
    onrecord publish dataset --out build/dataset
    onrecord publish dataset --check
    onrecord publish s3a://bucket/corpus --out s3a://bucket/publication --engine spark
    """,
    "0 published (or fresh), 1 findings (or stale), 2 wrong usage, 3 could not look or write",
)
def command(options: _Options) -> int:
    """Publish a corpus, or compare it with its publication."""
    need("validate")
    if wrong := conflict(options):
        complain(wrong)
        return USAGE
    return _check(options) if options.check else _publish(options)


def _check(options: _Options) -> int:
    from onrecord import publishing

    comparison = publishing.check(
        options.folder,
        options.out,
        texts=options.texts,
        progress=chunk_progress,
        options=read_options(options),
    )
    _show(comparison.report, options)
    for difference in comparison.differences:
        say(difference)
    if comparison.fresh:
        print("what is published is fresh")
    elif comparison.differences:
        say(f"what is published is stale; run: onrecord publish {options.folder}")
    return DONE if comparison.fresh else FINDINGS


def _publish(options: _Options) -> int:
    publication = _published_on_spark(options) if options.engine == "spark" else _published(options)
    _show(publication.report, options)
    if options.engine == "spark":
        from onrecord.spark import NOT_CHECKED

        say(f"not checked on Spark: {NOT_CHECKED}")
    if publication.manifest is None:
        print("nothing is published while there are errors")
        return FINDINGS
    for path, file in publication.files:
        name = path.as_posix()
        if isinstance(publication.out, str):
            name = f"{publication.out.rstrip('/')}/{name}"
        say(f"wrote {name}: {file.rows:,} rows, {file.bytes:,} bytes")
    if splits := publication.manifest.splits:
        for name, articles in splits.articles.items():
            if not articles:
                say(
                    f"the split {name} is empty: articles that share statements stay together, in "
                    f"{splits.groups:,} groups; with more groups, or another seed, it may not be"
                )
    return DONE


def _published(options: _Options) -> Publication:
    from onrecord import publishing

    return publishing.publish(
        options.folder,
        options.out,
        texts=options.texts,
        progress=chunk_progress,
        options=read_options(options),
    )


def _published_on_spark(options: _Options) -> Publication:
    from onrecord.spark import publish_files
    from onrecord.spark.session import session

    with session(options.master) as spark:
        return publish_files(
            spark,
            options.given_folder,
            options.given_out,
            findings=listed_findings(options),
            allow_outside=options.allow_outside,
        )


def _show(report: Report, options: _Options) -> None:
    if options.show_files:
        show_files(report, sys.stdout)
    show(report, options.limit)
