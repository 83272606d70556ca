"""Executors of a cluster need only the wheel, and killing one does not change the findings."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import sysconfig
import time
import venv
import warnings
from collections import Counter
from pathlib import Path
from threading import Event, Thread

import pytest

import onrecord
from onrecord.schema import RECORD_TYPES
from tests import ROOT
from tests.defects import CORPORA
from tests.spark.conftest import MARKS, lines, read, write

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    from onrecord.spark import validate

pytestmark = [
    *MARKS,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="executors are found in /proc"),
]

# Tasks of the stages that run Python, by which they are recognised.
GROUPS = 5


def executors(application):
    """Yield the processes of the executors of an application."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if application.encode() in words and b"--executor-id" in words:
            yield int(path.parent.name)


def kill_one(context, killed, ended):
    """Kill an executor as soon as a task of the groups is done, while others remain."""
    tracker = context.statusTracker()
    while not ended.is_set():
        for stage in map(tracker.getStageInfo, tracker.getActiveStageIds()):
            if stage and stage.numTasks == GROUPS and stage.numCompletedTasks:
                killed.append(min(executors(context.applicationId)))
                os.kill(killed[0], signal.SIGKILL)
                return
        time.sleep(0.01)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The wheel, with the ending that Spark requires."""
    out = tmp_path_factory.mktemp("package")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", out]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    (wheel,) = out.glob("*.whl")
    return wheel.rename(out / "onrecord.zip")


@pytest.fixture(scope="module")
def dependencies(tmp_path_factory):
    """A Python that can import what this one can, but not this package."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    python = folder / "bin" / "python"
    command = [python, "-c", "import duckdb, pyspark, onrecord.schema.current"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert "No module named 'onrecord.schema.current'" in tried.stderr
    return python


# What reads files of the package.
READ = """
from onrecord.language.languages import in_all
from onrecord.rules import CHECKS
from onrecord.rules.examples import about
from onrecord.schema import json_schema
print(json_schema("claim")["title"], about(CHECKS["alias-as-name"]), len(in_all("negation.words")))
"""


def test_the_files_of_the_package_are_read_from_the_wheel(package, dependencies, tmp_path):
    ended = subprocess.run(
        [dependencies, "-c", READ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(package)},
    )
    assert ended.returncode == 0, ended.stderr


def test_an_executor_is_killed(
    start_spark, tmp_path, package, dependencies, monkeypatch, few_comparisons
):
    monkeypatch.setenv("PYSPARK_PYTHON", str(dependencies))
    monkeypatch.setattr(sys, "path", [*sys.path])
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    corpora = [lines(ROOT / "docs/examples/gazette")]
    corpora += [lines(one) for one in CORPORA[:6]]
    corpora.append({one: [b"{", b'{"id": 7}'] for one in RECORD_TYPES})
    folder = write(tmp_path / "tables", corpora)
    spark = start_spark("local-cluster[2,1,1024]")
    spark.sparkContext.addPyFile(str(package))
    killed, ended = [], Event()
    killer = Thread(target=kill_one, args=(spark.sparkContext, killed, ended))
    killer.start()
    try:
        found = validate(spark, partitions=GROUPS, **read(spark, folder))
        columns = ("code", "record_type", "row", "path", "message")
        there = Counter(map(tuple, found.select(*columns).collect()))
    finally:
        ended.set()
        killer.join()
    assert killed
    names = spark.sparkContext.parallelize(["onrecord.spark.executors"], 1)
    (imported,) = names.map(importlib.import_module).map(repr).collect()
    assert f"{package.name}/onrecord/spark/executors.py" in imported
    report = onrecord.validate(folder, settings=onrecord.Settings())
    here = Counter(
        (one.code, f"{Path(one.place.file).stem[:-1]}", one.place.line - 1, one.path, one.message)
        for one in report.findings
    )
    assert len(here) > 10
    assert there == here
    assert not list(temporary.glob("onrecord-*"))
