"""Corpora with defects, as data: what is expected of each stands beside it in ``expected.yaml``.

A folder in ``defects`` is a corpus as a contributor might hand it in; ``expected.yaml`` lists what
is to be found in it, all of it and nothing else: code, file, line, column, and any facts, message
parts or other members of a finding that matter. A corpus whose list is empty is clean.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.commands import run
from tests.defects import CORPORA


@pytest.fixture
def corpus(request, tmp_path, monkeypatch):
    """A copy of the corpus, which is the current folder, and what is expected of it."""
    folder = shutil.copytree(request.param, tmp_path / request.param.name)
    expected = folder / "expected.yaml"
    wanted = yaml.safe_load(expected.read_text(encoding="utf-8"))
    expected.unlink()
    monkeypatch.chdir(folder)
    return wanted


def compare(found, wanted):
    """Every finding is expected and the reverse, in the order of their places."""

    def where(finding):
        return tuple(finding[name] for name in ("file", "line", "column", "code"))

    assert sorted(map(where, found)) == sorted(map(where, wanted))
    for one, expected in zip(sorted(found, key=where), sorted(wanted, key=where), strict=True):
        for name, value in expected.items():
            if name == "facts":
                assert value.items() <= one["facts"].items()
            elif name == "message":
                assert value in one["message"]
            else:
                assert one[name] == value


def texts():
    return "texts" if Path("texts").is_dir() else None


def test_there_are_corpora():
    assert len(CORPORA) > 0


@pytest.mark.parametrize("corpus", CORPORA, indirect=True, ids=lambda path: path.name)
def test_the_command_finds_what_is_expected(corpus):
    beside = ["--texts", texts()] if texts() else []
    done = run("validate", ".", "--format", "json", *beside)
    report = json.loads(done.stdout)
    compare(report["findings"], corpus)
    assert done.returncode == int(report["summary"]["errors"] > 0)
