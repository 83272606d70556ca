"""What README and the guides show is what happens."""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import partial

import pyarrow.parquet as pq
import pytest

from onrecord.rules import examples
from tests import ROOT
from tests.commands import run
from tools import console

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


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(console.commands))
def test_commands_print_what_is_shown(page, clone):
    def printed(command):
        if _PLAIN.fullmatch(command):
            ran = run(*shlex.split(command)[1:], cwd=clone)
            return ran.stdout + ran.stderr
        return console.run_in_shell(command, clone, {})

    text = page.read_text(encoding="utf-8")
    assert console.refresh(text, printed) == text, "run make reference"


def with_spark(page):
    """Have a page with an example for Spark run where other tests use Spark, and only with Java."""
    if "pyspark" not in page.values[0].read_text(encoding="utf-8"):
        return page
    marks = [
        pytest.mark.xdist_group("spark"),
        pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java"),
        pytest.mark.filterwarnings("ignore"),
    ]
    return pytest.param(*page.values, id=page.id, marks=marks)


@pytest.mark.slow
@pytest.mark.parametrize("page", [with_spark(page) for page in pages(_PYTHON.search)])
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


def change(path, *changes):
    """Replace texts in a file, each of which is there once."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def run_copy(folder, *arguments):
    """Run the command of the copy of the package that is in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "onrecord", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.slow
def test_the_recipes_for_contributors_work(tmp_path):
    """The check, the format, the reporter and the language of CONTRIBUTING, added to a copy as it says."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    check, words, lines = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[:3]
    package = tmp_path / "onrecord"
    shutil.copytree(ROOT / "src" / "onrecord", package)
    shutil.copytree(ROOT / "schema", package / "schema" / "json")

    with (package / "rules" / "articles.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\n{check}")
    imports = "from collections.abc import Iterator, Mapping\nfrom dataclasses import dataclass\n"
    imports += "from typing import ClassVar\n"
    imports += (
        "from onrecord.exchange.base import ArticleRecords, Exporter, Output, Shared, option\n"
    )
    (package / "exchange" / "words.py").write_text(imports + words, encoding="utf-8")
    entry = '        "words.Words": "Export the words of quotes, one quote on each line.",\n'
    exporters = "EXPORTERS: Formats[Exporter] = Formats(\n    {\n"
    change(package / "exchange" / "__init__.py", (exporters, exporters + entry))
    imports = "from onrecord.display import escape_for_display\n"
    imports += "from onrecord.reporters.base import summary\n"
    annotations = "from __future__ import annotations\n"
    (package / "reporters" / "lines.py").write_text(annotations + imports + lines, encoding="utf-8")
    change(package / "reporters" / "__init__.py", ('"markdown")', '"markdown", "lines")'))
    (words_of_language,) = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    language = package / "language" / "data" / "eo.toml"
    language.write_text(words_of_language, encoding="utf-8")
    claim = examples.document("claims: [{text: Li rekonstruos la havenon., language: eo}]")
    (tmp_path / "claim.yaml").write_text(json.dumps(claim), encoding="utf-8")
    document = examples.document(check.partition('fails = "')[2].partition('"')[0])
    (tmp_path / "harbour.yaml").write_text(json.dumps(document), encoding="utf-8")

    ran = partial(run_copy, tmp_path)
    found = ran("validate", "harbour.yaml", "--format", "lines").stdout.splitlines()
    assert found[0].startswith("harbour.yaml:1:")
    assert found[0].endswith(
        'warning[title-in-capitals]: the title "THE HARBOUR IS REBUILT" is written in capitals'
    )
    assert found[1].startswith("checked 1 article")
    found = ran("validate", "claim.yaml", "--format", "lines").stdout.splitlines()
    assert found[0].endswith(
        'warning[pronoun-as-subject]: the claim begins with "Li", which cannot be understood without the article'
    )
    exported = ran("export", "words", "harbour.yaml", "--out", "words.txt")
    assert exported.returncode == 0, exported.stderr
    assert (tmp_path / "words.txt").read_text("utf-8") == "We will rebuild the harbour,\n"


@pytest.mark.slow
def test_the_recipe_of_a_schema_version_works(tmp_path):
    """Version 1.1 of CONTRIBUTING, added to a copy as it says."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Add a schema v")[2]
    models, entry = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    package = tmp_path / "onrecord"
    shutil.copytree(ROOT / "src" / "onrecord", package)
    (package / "schema" / "v1_1").mkdir()
    (package / "schema" / "v1_1" / "__init__.py").write_text(models, encoding="utf-8")
    change(
        package / "schema" / "__init__.py",
        ("\nVERSIONS: ", f"\n{entry}\nVERSIONS: "),
        ("V1.number: V1}", "V1.number: V1, V1_1.number: V1_1}"),
        ("CURRENT = V1\n", "CURRENT = V1_1\n"),
    )
    change(
        package / "schema" / "current.py",
        ("onrecord.schema.v1 import *", "onrecord.schema.v1_1 import *"),
        ("onrecord.schema.v1 import __all__", "onrecord.schema.v1_1 import __all__"),
    )
    ran = partial(run_copy, tmp_path)
    assert ran("schema", "export", "--out", "onrecord/schema/json").returncode == 0

    corpus = tmp_path / "corpus"
    (corpus / "articles" / "2024").mkdir(parents=True)
    (corpus / "corpus.yaml").write_bytes(examples.CORPUS)
    path = corpus / "articles" / "2024" / "harbour.yaml"
    path.write_text(examples.VALID, encoding="utf-8")
    found = ran("validate", "corpus")
    assert found.returncode == 0, found.stdout
    assert ran("upgrade", "corpus").stdout == f"{path.relative_to(tmp_path)}: upgraded to 1.1\n"
    assert path.read_text("utf-8") == examples.VALID.replace('"1.0"', '"1.1"', 1)
    change(path, ("article:\n", "article:\n  section: Local\n"))
    assert ran("publish", "corpus").returncode == 0
    (articles,) = corpus.glob("data/*/articles-train-0000.parquet")
    (article,) = pq.read_table(articles).to_pylist()
    assert (article["schema_version"], article["section"]) == ("1.1", "Local")
    change(path, ('"1.1"', '"1.0"'))
    assert '"section" is not a field of article' in ran("validate", "corpus").stdout
    lines = ran("schema", "diff", "1.0", "1.1").stdout.splitlines()
    assert lines[0] == "1.0 to 1.1: a minor step"
    assert "wider     consumers             Article.section: new" in lines
    assert ran("schema", "diff", "onrecord/schema/json/1.0", "1.0").stdout.endswith("the same\n")
