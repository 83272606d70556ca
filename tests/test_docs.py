"""What README and the guides show is what happens."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from commands import run
from tools import console

ROOT = Path(__file__).parents[1]
# The examples of formats are shown in the pages of docs/exchange.
PAGES = [page for page in console.PAGES if page.name != "example.md"]

_PYTHON = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A command of ours alone, and nothing that a shell has to do with.
_PLAIN = re.compile(r"onrecord [\w ./=,:-]*")


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A copy of what a clone has, to run the examples in."""
    for name, value in console.copy(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pages(shows):
    return [
        pytest.param(page, id=page.relative_to(ROOT).as_posix())
        for page in PAGES
        if shows(page.read_text(encoding="utf-8"))
    ]


def test_there_are_examples():
    assert len(PAGES) > 2
    assert pages(console.commands)
    assert pages(_PYTHON.search)


@pytest.mark.parametrize("page", pages(console.commands))
def test_commands_print_what_is_shown(page, clone):
    def printed(command):
        if _PLAIN.fullmatch(command):
            ran = run(*shlex.split(command)[1:], cwd=clone)
            return ran.stdout + ran.stderr
        return console.run_in_shell(command, clone, {})

    text = page.read_text(encoding="utf-8")
    assert console.refresh(text, printed) == text, "run make reference"


@pytest.mark.parametrize("page", pages(_PYTHON.search))
def test_python_prints_what_is_shown(page, clone):
    blocks = "\n".join(_PYTHON.findall(page.read_text(encoding="utf-8")))
    test = doctest.DocTestParser().get_doctest(blocks, {}, page.name, str(page), 0)
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.failures == 0
    assert runner.tries > 0


@pytest.mark.parametrize(
    "page",
    sorted({*PAGES, *ROOT.glob("*.md")}),
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (page.parent / target).exists(), target


def test_contributors_are_sent_to_files_that_there_are():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.findall(r"`((?:src|tests|docs|schema|dataset)/[\w./-]+)`", text)
    assert len(found) > 20
    # Parts in capitals, such as NAME, are to be replaced.
    for name in found:
        known = re.match(r"(?:[^A-Z/]+/)*(?:[^A-Z/]*$)?", name)[0]
        assert (ROOT / known).exists(), name


def test_every_page_and_format_is_listed():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    formats = (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"({page.name})" in index
    for page in (ROOT / "docs" / "exchange").glob("*.md"):
        assert f"(exchange/{page.name})" in formats
