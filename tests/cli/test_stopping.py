"""Who stops a command finds nothing of it, wherever it was."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from tests import ROOT
from tests.drawing import nightly

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stopping")]

GENERATE = ROOT / "benchmarks" / "generate.py"
# Publishes a corpus of which little is kept in memory, and is stopped at one of its steps: in a process
# for each step, which is forked from one that has imported what they need.
PUBLISH = """if True:
    import json, os, pydoc, sys, tempfile
    from pathlib import Path
    from onrecord import publishing
    from onrecord.cli import main as cli
    from onrecord.cli import publish
    from onrecord.engines import prepared
    from onrecord.publishing import contents, parquet
    from onrecord.readers.options import ReadOptions

    def publish_until(where, number, stop, out):
        left = number
        owner, _, name = where.rpartition(".")
        owner = pydoc.locate(owner)
        step = getattr(owner, name)

        def stopped(*given, **more):
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), stop)
            return step(*given, **more)

        setattr(owner, name, stopped)
        real = publishing.publish
        small = ReadOptions(memory=60_000)
        publishing.publish = lambda *given, **more: real(*given, **{**more, "options": small})
        cli.main(["publish", corpus, "--out", str(out)])

    corpus, folder, stops = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    codes = []
    for turn, stop in enumerate(stops):
        own = folder / str(turn)
        (own / "temporary").mkdir(parents=True)
        if child := os.fork():
            codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            continue
        tempfile.tempdir = str(own / "temporary")
        os.dup2(os.open(own / "said", os.O_WRONLY | os.O_CREAT), sys.stderr.fileno())
        publish_until(*stop, own / "out")
        os._exit(0)
    print(json.dumps(codes))
"""
# While records are read and put aside, while rules are asked, while row groups are written, and
# before what was written takes its place.
STEPS = [
    ("onrecord.corpus.spill.SpillBuffer.append", 2),
    ("onrecord.engines.duckdb.DuckDB.rows", 60),
    ("onrecord.publishing.parquet.Writing.finish", 1),
    *nightly(
        ("onrecord.corpus.corpus.Corpus.add", 1),
        ("onrecord.engines.duckdb.DuckDB.rows", 1),
        ("onrecord.corpus.spill.SpillBuffer.batches", 20),
        ("onrecord.publishing.parquet.derive", 1),
        ("onrecord.publishing.contents.summarise", 1),
    ),
]
# Ctrl-C, anywhere; what a job that is cancelled and a closed terminal send is handled alike.
STOPS = [
    *((*step, signal.SIGINT) for step in STEPS),
    (*STEPS[1], signal.SIGTERM),
    ("onrecord.publishing.parquet.derive", 1, signal.SIGHUP),
]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A folder for each of the stops, in which a publication was stopped, and its exit code."""
    corpus, folder = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("stopped")
    subprocess.run([sys.executable, GENERATE, corpus, "--scale", "0.0004"], check=True)
    stops = json.dumps([(where, number, int(stop)) for where, number, stop in STOPS])
    ran = subprocess.run(
        [sys.executable, "-c", PUBLISH, corpus, folder, stops],
        capture_output=True,
        text=True,
        check=True,
    )
    return [(folder / str(turn), code) for turn, code in enumerate(json.loads(ran.stdout))]


@pytest.mark.parametrize(("where", "number", "stop"), STOPS)
def test_a_publication_that_is_stopped_leaves_nothing(stopped, where, number, stop):
    folder, code = stopped[STOPS.index((where, number, stop))]
    assert (code, (folder / "said").read_text()) == (128 + stop, "")
    assert not (folder / "out").exists()
    assert list((folder / "temporary").iterdir()) == []
