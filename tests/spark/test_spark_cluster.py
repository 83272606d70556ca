"""Killing an executor of a cluster does not change the findings."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import onrecord
from onrecord.schema import RECORD_TYPES
from tests import ROOT
from tests.defects import CORPORA
from tests.spark.conftest import lines, write

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(not importlib.util.find_spec("pyspark"), reason="pyspark is not installed"),
    pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java"),
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="executors are found in /proc"),
]

# Validates on a cluster of two executors, and kills one as soon as it has done a task of a group.
PROGRAM = """
import json, os, signal, sys, threading, time
from pathlib import Path
from pyspark.sql import SparkSession
from onrecord.spark import validate

builder = SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.ui.enabled", "false")
for process in ("driver", "executor"):
    options = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    builder = builder.config(f"spark.{process}.extraJavaOptions", options)
spark = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
context = spark.sparkContext
killed = []

def executors():
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\\0")
        except OSError:
            continue
        if context.applicationId.encode() in words and b"--executor-id" in words:
            yield int(path.parent.name)

def kill():
    tracker = context.statusTracker()
    while not killed:
        for stage in map(tracker.getStageInfo, tracker.getActiveStageIds()):
            if stage and stage.numTasks == 5 and stage.numCompletedTasks:
                killed.append(min(executors()))
                os.kill(killed[0], signal.SIGKILL)
                return
        time.sleep(0.01)

threading.Thread(target=kill, daemon=True).start()
read = spark.read.option("lineSep", "\\n").text
tables = ("articles", "quotes", "claims")
found = validate(spark, partitions=5, **{one: read(f"{sys.argv[1]}/{one}.jsonl") for one in tables})
rows = found.select("code", "record_type", "row", "path", "message").collect()
print(json.dumps({"killed": killed, "findings": [list(row) for row in rows]}))
spark.stop()
"""


def test_an_executor_is_killed(tmp_path):
    corpora = [lines(ROOT / "docs/examples/gazette")]
    corpora += [lines(one) for one in CORPORA[:6]]
    corpora.append({one: [b"{", b'{"id": 7}'] for one in RECORD_TYPES})
    folder = write(tmp_path / "tables", corpora)
    import pyspark

    variables = {
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, folder],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, **variables},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    there = json.loads(done.stdout.splitlines()[-1])
    assert there["killed"]
    report = onrecord.validate(folder, settings=onrecord.Settings())
    here = Counter(
        (one.code, f"{Path(one.place.file).stem[:-1]}", one.place.line - 1, one.path, one.message)
        for one in report.findings
    )
    assert len(here) > 10
    assert Counter(map(tuple, there["findings"])) == here
