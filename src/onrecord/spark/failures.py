"""Say in one line what Spark says of a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from onrecord.errors import InputError

# What Spark raises, of its own, of Java, and once its process has ended.
FAILURES = (PySparkException, Py4JError, ConnectionError)


def reason(error: Exception) -> str:
    """Return what an error of Spark says, in one line."""
    java = getattr(error, "java_exception", None)
    text = str(java.getMessage() or java.toString()) if java is not None else str(error)
    return next(iter(text.strip().splitlines()), type(error).__name__)


@contextmanager
def reasons() -> Iterator[None]:
    """Have errors of Spark say their reasons."""
    try:
        yield
    except FAILURES as error:
        raise InputError(f"Spark gave up: {reason(error)}") from error
