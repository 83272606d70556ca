"""Choose what runs the checks: this machine, or Spark."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.cli.options import Paths, Reading
from onrecord.cli.parser import Parser

if TYPE_CHECKING:
    from onrecord.findings import Report

_ELSEWHERE = "leave it out, or validate without --engine spark"
# What has no meaning on Spark, and what to do instead.
_REFUSED = {
    "--texts": f"texts in files are not read there; {_ELSEWHERE}",
    "--text-format": f"texts in files are not read there; {_ELSEWHERE}",
    "--workers": "give --master 'local[N]' for N processor cores",
    "--memory": "set spark.driver.memory and spark.executor.memory, as spark-submit does",
    "--baseline": f"no baseline applies there; {_ELSEWHERE}",
    "--write-baseline": f"no baseline applies there; {_ELSEWHERE}",
    "--fix": "findings are fixed on one machine; leave out --engine spark",
    "--fix-all": "findings are fixed on one machine; leave out --engine spark",
    "--diff": "findings are fixed on one machine; leave out --engine spark",
    "--changed-since": f"revisions are compared on one machine; {_ELSEWHERE}",
    "--watch": f"files are watched on one machine; {_ELSEWHERE}",
    "--judge-all": _ELSEWHERE,
    "--no-cache": "nothing is stored there; leave it out",
}


@dataclass(frozen=True, kw_only=True)
class Engine(Paths, Reading):
    """The options that decide what runs the checks.

    Attributes:
        engine: Its name.
        master: The address of the cluster for Spark; None for what its configuration says.
        given: The paths as they were given, which may be addresses.
    """

    engine: str
    master: str | None
    given: Sequence[str]


class _Given(argparse.Action):
    """Keeps paths also as they were given: a path of this machine has no ``//`` in it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002
        namespace: argparse.Namespace,
        values: Any,
        option: str | None = None,  # noqa: ARG002
    ) -> None:
        namespace.paths = [Path(value) for value in values]
        namespace.given = values


def add_paths_and_engine(parser: Parser, metavar: str, help_text: str) -> None:
    """Add the arguments of `Engine` that are its own, and the paths."""
    parser.add_argument("paths", metavar=metavar, nargs="+", action=_Given, help=help_text)
    parser.add_argument(
        "--engine",
        choices=("duckdb", "spark"),
        default="duckdb",
        help="what runs the checks: this machine (duckdb, the default), or Spark, for tables only, "
        "which may be at addresses such as s3a://bucket/corpus",
    )
    parser.add_argument(
        "--master",
        metavar="URL",
        help="the cluster for --engine spark, such as spark://host:7077 or local[4] (default: what "
        "spark-submit or the configuration of Spark says)",
    )


def keep_texts_out(parser: Parser) -> None:
    """Have Spark not look for a folder of texts, which it does not read."""
    find = parser.get_default("find_texts")

    def found(given: Mapping[str, Any]) -> Path | None:
        texts: Path | None = given["texts"] if given["engine"] == "spark" else find(given)
        return texts

    parser.set_defaults(find_texts=found)


def conflict(options: Engine) -> str | None:
    """Return why some options cannot be combined with the engine; None if they can."""
    if options.engine != "spark":
        return "--master is for --engine spark; give both" if options.master is not None else None
    for name, advice in _REFUSED.items():
        if getattr(options, name.removeprefix("--").replace("-", "_")) not in (None, False):
            return f"{name} is not for --engine spark: {advice}"
    return None


def validate_on_spark(options: Engine) -> Report:
    """Validate the tables at the paths on Spark."""
    from onrecord.readers.options import READ_OPTIONS
    from onrecord.spark import validate_files
    from onrecord.spark.session import session

    findings = READ_OPTIONS.findings if options.max_findings is None else options.max_findings
    with session(options.master) as spark:
        return validate_files(
            spark, *options.given, findings=findings, allow_outside=options.allow_outside
        )
