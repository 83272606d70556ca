"""Spark finds the same in data frames as a single machine in their records.

Lines are compared while an executor is killed, and records of all kinds in files.
"""

from __future__ import annotations

import warnings
from collections import Counter

import pytest

import onrecord
from onrecord.errors import EXTRAS, InputError, MissingExtraError
from onrecord.readers.options import ReadOptions
from onrecord.schema import RECORD_TYPES
from onrecord.spark import validate
from tests import ROOT
from tests.spark.conftest import MARKS, lines, write

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")

pytestmark = MARKS


def expected(folder):
    options = ReadOptions(findings=0)
    report = onrecord.validate(folder, settings=onrecord.Settings(), options=options)
    name = f"{folder.as_posix()}/"
    return Counter(
        (
            *(one.code, str(one.severity), one.place.file.removeprefix(name)),
            *(one.place.line - 1, one.record, one.path, one.message.replace(name, ""), one.hint),
        )
        for one in report.findings
    )


def found(frame):
    columns = ("code", "severity", "record_type", "row", "record", "path", "message", "hint")
    rows = map(tuple, frame.select(*columns).collect())
    return Counter((code, weight, f"{kind}s.jsonl", *rest) for code, weight, kind, *rest in rows)


def test_data_frames_with_columns(spark, tmp_path, few_comparisons):
    folder = write(tmp_path / "gazette", [lines(ROOT / "docs/examples/gazette")])
    frames = {f"{each}s": spark.read.json(str(folder / f"{each}s.jsonl")) for each in RECORD_TYPES}
    assert found(validate(spark, **frames, partitions=2)) == expected(folder)
    views = [row.tableName for row in spark.sql("SHOW TABLES").collect()]
    assert not [name for name in views if "onrecord" in name]


def test_wrong_arguments_are_errors(spark):
    with pytest.raises(InputError, match="at least one of articles"):
        validate(spark)
    with pytest.raises(InputError, match="at least 1"):
        validate(spark, articles=spark.range(1), partitions=0)


def test_a_missing_package_is_named_with_the_extra_that_installs_it(monkeypatch):
    monkeypatch.setitem(EXTRAS, "spark", ("pyspark", "no_such_package"))
    with pytest.raises(MissingExtraError, match=r"pip install 'onrecord\[spark\]'"):
        validate(None, articles=None)
