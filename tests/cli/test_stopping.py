"""Who stops a command finds nothing of it, wherever it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stopping")]

GENERATE = ROOT / "benchmarks" / "generate.py"
# Publishes a corpus of which little is kept in memory, and is stopped at one of its steps.
PUBLISH = """if True:
    import os, pydoc, signal, sys
    from onrecord import publishing
    from onrecord.cli import main as cli
    from onrecord.readers import ReadOptions

    where, number, stop, *arguments = sys.argv[1:]
    left = int(number)
    owner, _, name = where.rpartition(".")
    owner = pydoc.locate(owner)
    step = getattr(owner, name)

    def stopped(*given, **more):
        global left
        left -= 1
        if not left:
            os.kill(os.getpid(), int(stop))
        return step(*given, **more)

    setattr(owner, name, stopped)
    real = publishing.publish
    small = ReadOptions(memory=60_000)
    publishing.publish = lambda *given, **more: real(*given, **{**more, "options": small})
    cli.main(["publish", *arguments])
"""
# While records are read and put aside, while rules are asked, while row groups are written, and
# before what was written takes its place.
STEPS = [
    ("onrecord.corpus.corpus.Corpus.add", 1),
    ("onrecord.corpus.spill.SpillBuffer.append", 2),
    ("onrecord.engines.duckdb.DuckDB.rows", 1),
    ("onrecord.engines.duckdb.DuckDB.rows", 60),
    ("onrecord.corpus.spill.SpillBuffer.batches", 20),
    ("onrecord.publishing.parquet.derive", 1),
    ("onrecord.publishing.parquet.Writing.finish", 1),
    ("onrecord.publishing.contents.summarise", 1),
]
# Ctrl-C, anywhere; what a job that is cancelled and a closed terminal send is handled alike.
STOPS = [
    *((*step, signal.SIGINT) for step in STEPS),
    (*STEPS[3], signal.SIGTERM),
    (*STEPS[5], signal.SIGHUP),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    subprocess.run([sys.executable, GENERATE, folder, "--scale", "0.0008"], check=True)
    return folder


@pytest.mark.parametrize(("where", "number", "stop"), STOPS)
def test_a_publication_that_is_stopped_leaves_nothing(corpus, tmp_path, where, number, stop):
    temporary, out = tmp_path / "temporary", tmp_path / "out"
    temporary.mkdir()
    command = [sys.executable, "-c", PUBLISH, where, str(number), str(int(stop))]
    ran = subprocess.run(
        [*command, str(corpus), "--out", str(out)],
        env=os.environ | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (128 + stop, "")
    assert not out.exists()
    assert list(temporary.iterdir()) == []
