"""What README and the guides show is what happens."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commands import run

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if page.name != "example.md"]

_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A command of ours alone, and nothing that a shell has to do with.
_PLAIN = re.compile(r"onrecord [\w ./=,:-]*")
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A copy of what a clone has, to run the examples in."""
    shutil.copytree(ROOT / "dataset", tmp_path / "dataset")
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def examples(pattern):
    return [page for page in PAGES if pattern.search(page.read_text(encoding="utf-8"))]


def test_there_are_examples():
    assert len(PAGES) > 2
    assert examples(_CONSOLE)
    assert examples(_PYTHON)


@pytest.mark.parametrize(
    "page", examples(_CONSOLE), ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_commands_print_what_is_shown(page, clone):
    for block in _CONSOLE.findall(page.read_text(encoding="utf-8")):
        for command, expected in _COMMAND.findall(block):
            if _PLAIN.fullmatch(command):
                ran = run(*shlex.split(command)[1:], cwd=clone)
            else:
                ran = subprocess.run(
                    command, shell=True, capture_output=True, text=True, check=False, cwd=clone
                )
            assert ran.stdout + ran.stderr == expected, command


@pytest.mark.parametrize(
    "page", examples(_PYTHON), ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_python_prints_what_is_shown(page, clone):
    blocks = "\n".join(_PYTHON.findall(page.read_text(encoding="utf-8")))
    test = doctest.DocTestParser().get_doctest(blocks, {}, page.name, str(page), 0)
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.failures == 0
    assert runner.tries > 0


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (page.parent / target).exists(), target
