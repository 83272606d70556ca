"""Start Spark for a command."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.errors import OnrecordError, need
from onrecord.files.process import let_pandas_in

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# A process on one machine, which runs for minutes, compiles less and has one thread that collects
# garbage: both take more processor time than they save. Java keeps 48 MB of code for those that compile
# less; the plans of all rules need more, and what found no place would be compiled again and again.
_OF_ONE_MACHINE = {
    "spark.driver.extraJavaOptions": (
        "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
    ),
    "spark.ui.enabled": "false",
}
# Variables that say how to start Spark, or where its configuration is.
_CONFIGURED = frozenset(
    {"PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS", "SPARK_CONF_DIR", "SPARK_HOME"}
)


@contextmanager
def session(master: str | None = None) -> Iterator[SparkSession]:
    """Yield the session that is there, or a new one, which is stopped afterwards.

    Args:
        master: The address of the cluster, as Spark expects it; by default, what spark-submit or the
            configuration of Spark says, otherwise all cores of this machine.

    Raises:
        MissingExtraError: Spark or a package for validating is not installed.
        OnrecordError: Spark does not start.
    """
    need("validate")
    need("spark")
    _need_java()
    let_pandas_in()
    # Executors on this machine run the Python that has this package.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Spark says of the versions of others
        from pyspark.sql import SparkSession

        from onrecord.spark.failures import FAILURES, reason

        active = SparkSession.getActiveSession()
        if active is not None:
            yield active
            return
        shown = str(sys.stderr.isatty()).lower()
        builder = (
            SparkSession.builder.appName("onrecord")
            .config("spark.log.level", "ERROR")
            .config("spark.ui.showConsoleProgress", shown)
        )
        for name, value in _OF_ONE_MACHINE.items() if _is_local(master) else ():
            builder = builder.config(name, value)
        try:
            started = (builder.master(master) if master else builder).getOrCreate()
        except FAILURES as error:
            raise OnrecordError(
                f"Spark does not start: {reason(error)}; it needs Java 17 or later, and --master "
                "must be an address that Spark knows, such as local[4] or spark://host:7077"
            ) from None
        try:
            yield started
        finally:
            started.stop()


def _is_local(master: str | None) -> bool:
    """Return whether Spark will run on this machine, with no configuration that says how."""
    configured = _CONFIGURED & os.environ.keys()
    return not configured and (master or "local").partition("[")[0] == "local"


def _need_java() -> None:
    """Check that there is a program that runs Java.

    Raises:
        OnrecordError: There is none.
    """
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")
    if not found and "PYSPARK_GATEWAY_PORT" not in os.environ:
        where = (
            f"JAVA_HOME is {home}, which has no bin/java" if home else "there is no program java"
        )
        raise OnrecordError(
            f"Spark needs Java 17 or later, but {where}; install it, such as the package "
            "openjdk-17-jre-headless, or let JAVA_HOME be its folder"
        )
