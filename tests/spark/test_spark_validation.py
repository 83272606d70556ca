"""What Spark finds in data frames is what a single machine finds in the same records."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import warnings
from collections import Counter

import pytest

import onrecord
from onrecord.errors import EXTRAS, InputError, MissingExtraError
from onrecord.readers import ReadOptions
from onrecord.schema import RECORD_TYPES
from onrecord.spark import validate
from tests import ROOT

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java"),
    pytest.mark.filterwarnings("ignore"),
]
# Lines that no program should have written, beside those of corpora.
HOSTILE = [
    b"",
    b"   ",
    b"{",
    b"null",
    b'{"id": 7, "article_id": ["x"]}',
    b'{"id": "x.q1", "article_id": "x", "id": "x.q2"}',
    b"\xff\xfe",
    b'{"schema_version": "9.0", "id": "x"}',
    '{"schema_version": "1.0", "id": "x.\u202eq1", "article_id": "\U0001f600"}'.encode(),
    b"[" * 2000,
]


def lines(folder):
    """Return the records of a corpus as lines of JSON, by type; with what cannot be read left out."""
    corpus = onrecord.read(folder)
    return {
        each: [
            json.dumps(without_nulls(row), ensure_ascii=False).encode()
            for row in corpus.table(each).to_pylist()
        ]
        for each in RECORD_TYPES
    }


def without_nulls(value):
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def write(folder, corpora):
    folder.mkdir()
    for record_type in RECORD_TYPES:
        found = [line for corpus in corpora for line in corpus[record_type]]
        (folder / f"{record_type}s.jsonl").write_bytes(b"\n".join(found) + b"\n")
    return folder


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """The defect corpora, the gazette, generated records with defects, and hostile lines."""
    corpora = [
        lines(one) for one in sorted((ROOT / "tests/rules/defects").iterdir()) if one.is_dir()
    ]
    corpora.append(lines(ROOT / "docs/examples/gazette"))
    folder = tmp_path_factory.mktemp("spark")
    script = ROOT / "benchmarks" / "generate.py"
    command = [sys.executable, script, folder / "made", "--scale", "0.002", "--defective"]
    subprocess.run(command, check=True)
    made = {one: (folder / "made" / f"{one}s.jsonl").read_bytes() for one in RECORD_TYPES}
    corpora.append({one: content.split(b"\n")[:-1] for one, content in made.items()})
    corpora.append(dict.fromkeys(RECORD_TYPES, HOSTILE))
    return write(folder / "mixed", corpora)


def read(spark, folder):
    return {
        f"{each}s": spark.read.option("lineSep", "\n").text(str(folder / f"{each}s.jsonl"))
        for each in RECORD_TYPES
    }


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


@pytest.mark.parametrize("partitions", [1, 8])
def test_findings_are_those_of_a_single_machine(spark, mixed, partitions):
    there = expected(mixed)
    assert len({code for code, *_ in there}) > 60
    assert found(validate(spark, **read(spark, mixed), partitions=partitions)) == there


def test_data_frames_with_columns(spark, tmp_path):
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
