"""Pages that several processes write: the same ones in the same order, also if one is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.commands import run

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("processes")]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """More articles than one process writes, two of them with the same id; speakers and claims have several."""
    folder = tmp_path_factory.mktemp("many")
    numbers = [*range(1300), 7]
    articles = [
        {
            "id": f"a{number}",
            "language": "en",
            "published": f"2024-01-{number % 28 + 1:02}",
            "text": f"“We know {number},” Ann {number % 9} said.",
            "rights": {"license": "CC0-1.0", "redistribute": ("full", "quotes")[number % 2]},
        }
        for number in numbers
    ]
    annotation = {"annotators": ["A"], "method": "manual"}
    quotes = [
        {
            "id": f"a{number}.q1",
            "article_id": f"a{number}",
            "type": "direct",
            "content": [
                {"exact": f"We know {number},", "start": 1, "end": 10 + len(str(number)), "quoted": True}
            ],
            "attribution": "attributed",
            "speakers": [{"name": f"Ann {number % 9}", "kind": "person", "reference": "named"}],
            "annotation": annotation,
        }
        for number in range(1300)
    ]  # fmt: skip
    claims = [
        {
            "id": f"a{number}.c1",
            "article_id": f"a{number}",
            "text": f"Somebody knows {number}.",
            "language": "en",
            "voice": "source",
            "quote_ids": [f"a{number}.q1"],
            "relations": [{"type": "same_as", "claim_id": f"a{number % 100}.c1"}],
            "annotation": annotation,
        }
        for number in range(100, 1300)
    ]  # fmt: skip
    for name, records in (("article", articles), ("quote", quotes), ("claim", claims)):
        lines = [
            json.dumps({"record_type": name, "schema_version": "1.0", **record})
            for record in records
        ]
        (folder / f"{name}s.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def few_rules():
    """All rules run in each test, as for the files that `written` returns."""


def files(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def written(corpus, tmp_path_factory):
    """Return the files that one process writes."""
    out = tmp_path_factory.mktemp("one") / "site"
    done = run("site", corpus, "--out", out, "--workers", "1")
    assert done.returncode in {0, 1}, done.stderr
    return files(out)


def test_pages_do_not_depend_on_the_number_of_processes(corpus, written, tmp_path):
    done = run("site", corpus, "--out", tmp_path / "site", "--workers", "3")
    assert done.returncode in {0, 1}, done.stderr
    assert Path("articles/a7.2.html") in written
    assert len(written) > 1300
    assert files(tmp_path / "site") == written


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_site_that_is_interrupted_leaves_nothing(corpus, tmp_path, stop):
    command = [sys.executable, "-m", "onrecord", "site", corpus, "--out", tmp_path / "site", "--workers", "2"]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        until = time.monotonic() + 60
        while not [*tmp_path.glob(".*/articles/a9*.html")] and time.monotonic() < until:
            time.sleep(0.02)
        # Ctrl-C reaches all processes of a terminal, and a cancelled job its first process.
        (os.killpg if stop == signal.SIGINT else os.kill)(process.pid, stop)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (128 + stop, "", "")
    assert not [*tmp_path.iterdir()]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found in /proc")
def test_pages_are_the_same_if_processes_are_killed_meanwhile(corpus, written, tmp_path):
    command = [sys.executable, "-m", "onrecord", "site", corpus, "--out", tmp_path / "site", "--workers", "2"]  # fmt: skip
    killed = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while process.poll() is None:
            if killed < 3 and len([*tmp_path.glob(".*/articles/*.html")]) > 100 * killed:
                killed += kill(descendants(process.pid))
            time.sleep(0.02)
        out, err = process.communicate(timeout=60)
    assert process.returncode in {0, 1}, (out, err)
    assert killed == 3
    assert files(tmp_path / "site") == written


def descendants(pid):
    """Yield the processes that a process and its processes have started."""
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from descendants(child)
            yield child


def kill(pids):
    """Kill a process that writes pages, if there is one; return how many were killed."""
    for pid in pids:
        with suppress(OSError):
            # The process that forks others and the one that tracks what they share have others' names.
            if (
                not [*descendants(pid)]
                and b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
            ):
                os.kill(int(pid), signal.SIGKILL)
                return 1
    return 0
