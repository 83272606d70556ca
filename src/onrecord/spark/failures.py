"""Say in one line what Spark says of a failure."""

from __future__ import annotations

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

# What Spark raises, of its own, of Java, and once its process has ended.
FAILURES = (PySparkException, Py4JError, ConnectionError)


def reason(error: Exception) -> str:
    """Return what an error of Spark says, in one line."""
    java = getattr(error, "java_exception", None)
    text = str(java.getMessage() or java.toString()) if java is not None else str(error)
    return next(iter(text.strip().splitlines()), type(error).__name__)
