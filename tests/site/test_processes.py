"""Pages that several processes write: the same ones in the same order, or an error."""

from __future__ import annotations

import json
import operator
import os
import signal
import subprocess
import sys
import time

import pytest

from onrecord.errors import InputError
from onrecord.site.processes import crew
from tests.commands import run

pytestmark = pytest.mark.slow


def test_results_have_the_order_of_jobs():
    jobs = [*range(50), -1]
    for workers in (1, 2):
        with crew(list(range(100)), workers) as own:
            assert list(own.map(list.__getitem__, jobs)) == [*range(50), 99]


def test_a_killed_process_is_an_error():
    with pytest.raises(InputError, match="--workers 1"), crew(os._exit, 2) as own:
        list(own.map(operator.call, [3] * 20))


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


def files(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_pages_do_not_depend_on_the_number_of_processes(corpus, tmp_path):
    for workers in (1, 3):
        done = run("site", corpus, "--out", tmp_path / str(workers), "--workers", str(workers))
        assert done.returncode in {0, 1}, done.stderr
    one, three = (files(tmp_path / name) for name in ("1", "3"))
    assert (tmp_path / "1" / "articles" / "a7.2.html").is_file()
    assert len(one) > 2 * 1300
    assert one == three


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
