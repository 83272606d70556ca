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

import onrecord
from tests.commands import run

FOLDER = Path(__file__).parent / "defects"
CORPORA = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


@pytest.fixture
def corpus(request, tmp_path, monkeypatch):
    """A copy of the corpus, which is the current folder, and what is expected of it."""
    folder = tmp_path / request.param
    shutil.copytree(FOLDER / request.param, folder)
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


@pytest.mark.slow
@pytest.mark.parametrize("corpus", CORPORA, indirect=True)
def test_the_library_finds_what_is_expected(corpus):
    report = onrecord.validate(".", texts=texts())
    found = [
        {
            "code": one.code,
            "severity": str(one.severity),
            "file": one.place.file,
            "line": one.place.line,
            "column": one.place.column,
            "record": one.record,
            "path": one.path,
            "message": one.message,
            "hint": one.hint,
            "facts": dict(one.facts),
        }
        for one in report.findings
    ]
    compare(found, corpus)


@pytest.mark.parametrize("corpus", CORPORA, indirect=True)
def test_the_command_finds_what_is_expected(corpus):
    beside = ["--texts", texts()] if texts() else []
    done = run("validate", ".", "--format", "json", *beside)
    report = json.loads(done.stdout)
    compare(report["findings"], corpus)
    assert done.returncode == int(report["summary"]["errors"] > 0)
