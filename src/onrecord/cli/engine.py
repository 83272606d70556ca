"""Choose what runs the checks: this machine, or Spark."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.cli.options import Reading, outside_option
from onrecord.cli.parser import option

_ELSEWHERE = "leave it out, or do without --engine spark"
# What has no meaning on Spark, and what to do instead.
_REFUSED = {
    "--texts": f"texts in files are not read there; {_ELSEWHERE}",
    "--text-format": f"texts in files are not read there; {_ELSEWHERE}",
    "--workers": "give --master 'local[N]' for N processor cores",
    "--memory": "set spark.driver.memory and spark.executor.memory, as spark-submit does",
    "--write-baseline": f"baselines are written on one machine; {_ELSEWHERE}",
    "--fix": "findings are fixed on one machine; leave out --engine spark",
    "--fix-all": "findings are fixed on one machine; leave out --engine spark",
    "--diff": "findings are fixed on one machine; leave out --engine spark",
    "--changed-since": f"revisions are compared on one machine; {_ELSEWHERE}",
    "--watch": f"files are watched on one machine; {_ELSEWHERE}",
    "--judge-all": _ELSEWHERE,
    "--no-cache": "nothing is stored there; leave it out",
    "--check": "publications are compared on one machine; leave out --engine spark",
}


@dataclass(frozen=True, kw_only=True)
class Engine(Reading):
    """Hold the options that decide how a corpus is read, and what runs the checks."""

    engine: str = option(
        "what runs the checks: this machine (duckdb, the default), or Spark, for tables only, "
        "which may be at addresses such as s3a://bucket/corpus",
        choices=("duckdb", "spark"),
        default="duckdb",
    )
    master: str | None = option(
        "the cluster for --engine spark, such as spark://host:7077 or local[4] (default: what "
        "spark-submit or the configuration of Spark says)",
        metavar="URL",
    )
    allow_outside: bool = outside_option()


class Given(argparse.Action):
    """Keep paths also as they are given, in ``given_…``: a `Path` has no ``//`` in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given = f"given_{self.dest}"

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002
        namespace: argparse.Namespace,
        values: Any,
        option: str | None = None,  # noqa: ARG002
    ) -> None:
        several = isinstance(values, list)
        setattr(namespace, self.dest, [*map(Path, values)] if several else Path(values))
        setattr(namespace, self.given, values)


def conflict(options: Engine) -> str | None:
    """Return why some options cannot be combined with the engine; None if they can."""
    if options.engine != "spark":
        given = (getattr(options, f"given_{name}", None) for name in ("folder", "out", "paths"))
        paths = [path for one in given for path in ([one] if isinstance(one, str) else one or ())]
        if any("://" in path and not Path(path).exists() for path in paths):
            return "addresses are for --engine spark"  # and are not repeated: they may hold secrets
        return "--master is for --engine spark; give both" if options.master is not None else None
    for name, advice in _REFUSED.items():
        if getattr(options, name.removeprefix("--").replace("-", "_"), None) not in (None, False):
            return f"{name} is not for --engine spark: {advice}"
    return None


def listed_findings(options: Engine) -> int:
    """Return how many findings of each check are listed for a file."""
    from onrecord.readers.options import READ_OPTIONS

    return READ_OPTIONS.findings if options.max_findings is None else options.max_findings
