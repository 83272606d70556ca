"""The package as users install it: light, lazy, complete, and its imports flow one way."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

import onrecord
from onrecord.cli.parser import COMMANDS, MODULES
from onrecord.schema import current
from tests import ROOT
from tools.descriptions import DESCRIPTIONS
from tools.reference import pages

PAGES = pages(ROOT / "docs")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SOURCE = ROOT / "src" / "onrecord"


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def modules_after(statement):
    """The modules that are loaded once a statement has run."""
    script = f"{statement}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    return set(json.loads(run(sys.executable, "-c", script).stdout))


def modules_of(arguments):
    """The modules that are loaded once a command has ended."""
    script = (
        "import json, sys\nfrom onrecord.__main__ import run\n"
        "try: run()\n"
        "except SystemExit: print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    *_, last = run(sys.executable, "-c", script, *arguments).stderr.splitlines()
    return set(json.loads(last))


HEAVY = {
    *("pyarrow", "duckdb", "yaml", "numpy", "datasets", "rapidfuzz", "tqdm", "hypothesis"),
    *("jinja2", "watchfiles"),
}

# A valid document.
BRIDGE = ROOT / "docs" / "examples" / "bridge.yaml"

# All modules about other formats.
EXCHANGE = {
    ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
    for path in (SOURCE / "exchange").rglob("*.py")
    if path.name != "__init__.py"
}
OTHER_FORMATS = {f"onrecord.exchange.{name}" for name in ("brat", "table", "spacy", "wikinews_de")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import onrecord", HEAVY | {"pydantic"}),
        ("from onrecord import Quote, Document, Source, Span, ContentSpan", HEAVY),
        ("from onrecord import InputError, InvalidDocumentError, Finding", HEAVY | {"pydantic"}),
        ("import onrecord.cli.main", HEAVY | {"pydantic"}),
        ("import onrecord.rules", HEAVY),
        ("import onrecord.reporters", HEAVY | {"pydantic"}),
        ("import onrecord.schema", HEAVY | {"pydantic"}),
        ("import onrecord.readers", HEAVY | {"pydantic", "onrecord.rules"}),
        ("from onrecord.readers.formats import open_reader", HEAVY | {"onrecord.schema.v0.models"}),
        ("import onrecord.validation.validate", HEAVY | {"onrecord.schema.v0.models"}),
        ("import onrecord.validation.validate_files", HEAVY | {"pydantic"}),
        ("import onrecord.testing", HEAVY - {"hypothesis"}),
    ],
)
def test_imports_stay_light(statement, unwanted):
    assert not modules_after(statement) & unwanted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], HEAVY | {"pydantic", "onrecord.rules", "onrecord.schema"}),
        (["validate", "--help"], HEAVY | {"pydantic", "onrecord.rules", "onrecord.schema"}),
        (["--version"], HEAVY | {"pydantic", "onrecord.rules", "onrecord.schema"}),
        (["import", "--help"], HEAVY | {"pydantic", "onrecord.rules", *EXCHANGE}),
        (["export", "--help"], HEAVY | {"pydantic", "onrecord.rules", *EXCHANGE}),
        (["import", "quotebank", "--help"], OTHER_FORMATS),
        (["export", "csv", "--help"], OTHER_FORMATS),
        (["rules"], HEAVY | {"pydantic", "onrecord.schema"}),
        (["explain", "alias"], HEAVY | {"pydantic", "onrecord.schema"}),
        (["schema", "list"], HEAVY),
        (["anchor", str(BRIDGE)], {"numpy", "pyarrow", "duckdb"}),
        (["validate", str(BRIDGE)], {"yaml", "wcwidth", "onrecord.schema.v0.models"}),
        (
            ["validate", str(ROOT / "dataset" / "articles")],
            {
                *(
                    "datasets",
                    "hypothesis",
                    "onrecord.editing.document",
                    "onrecord.schema.v0.models",
                ),
                *(
                    "concurrent.futures",
                    "pyarrow.parquet",
                    "wcwidth",
                    "onrecord.readers.bulk.jsonl",
                ),
            },
        ),
    ],
)
def test_commands_load_what_they_need(arguments, unwanted):
    loaded = modules_of(arguments)
    assert "onrecord.cli.main" in loaded
    assert not loaded & unwanted


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--help"], set()),
        (["--version"], set()),
        ([], set()),
        (["validat"], set()),
        (["publish", "--help"], {"publish"}),
        (["explain", "alias"], {"explain", "rules"}),
        (["schema", "lst"], {"schema"}),
        (["import", "--help"], {"importing"}),
        (["export", "csv", "--help"], {"exporting"}),
    ],
)
def test_only_the_command_that_is_given_is_loaded(arguments, wanted):
    loaded = modules_of(arguments)
    commands = {MODULES.get(name, name) for name in COMMANDS}
    assert {name for name in commands if f"onrecord.cli.{name}" in loaded} == wanted


def imports(path):
    """The modules of this package that a file imports, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("onrecord"):
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("onrecord"))


def test_tests_have_the_folders_of_the_package():
    def folders(top):
        return {path.parent.name for path in top.glob("*/*.py")}

    assert folders(ROOT / "tests") == folders(SOURCE)


def test_newer_versions_import_older_ones_only():
    for path in SOURCE.glob("schema/v*/*.py"):
        own = int(path.parent.name[1:])
        for imported in imports(path):
            part = imported.split(".")
            if len(part) > 2 and part[2].startswith("v"):
                assert int(part[2][1:]) <= own


@pytest.mark.slow
def test_only_the_cli_prints_or_exits():
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in {"print", "exit", "sys.exit", "quit", "os._exit"}:
                    found.add(path.relative_to(SOURCE).parts[0])
    assert found == {"cli"}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_reference_pages_are_fresh(name):
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == PAGES[name], "run make reference"


def test_nothing_is_described_that_is_no_table_or_column():
    _, *sections = PAGES["tables.md"].split("\n### ")
    columns = {}
    for section in sections:
        name, _, rows = section.partition("\n")
        columns[name] = {row.split("`")[1] for row in rows.split("\n") if row.startswith("| `")}
    for name, description in DESCRIPTIONS.items():
        assert description.columns.keys() <= columns[name]


def test_layers_are_those_of_the_contract():
    with (ROOT / "pyproject.toml").open("rb") as file:
        (contract,) = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    page = PAGES["architecture.md"]
    rows = [f"| `{layer}` |" for layer in reversed(contract["layers"])]
    assert [row for row in rows if row in page] == rows


def headings(changelog):
    """The versions that a changelog has, the newest first, and what is in parentheses behind them."""
    return re.findall(r"^## (\S+)(?: \((.*)\))?$", changelog.read_text("utf-8"), re.MULTILINE)


def test_what_names_the_version_of_the_package_agrees():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {onrecord.__version__}\n" in citation
    newest, day = headings(ROOT / "CHANGELOG.md")[0]
    assert newest == onrecord.__version__
    assert re.fullmatch(r"unreleased|\d{4}-\d\d-\d\d", day)
    (status,) = (one for one in PROJECT["classifiers"] if one.startswith("Development Status"))
    assert ("5 - Production/Stable" in status) is (not newest.startswith("0."))
    # What users copy from the guides names this version, too.
    named = {
        (path.name, version)
        for path in (*ROOT.glob("docs/*.md"), *ROOT.glob("docs/examples/ci/*"))
        if path.is_file()
        for version in re.findall(r"(?:rev: |onrecord@)v([\d.]+)", path.read_text("utf-8"))
    }
    assert {version for _, version in named} == {onrecord.__version__}, named


def test_what_names_the_version_of_the_corpus_agrees():
    info = yaml.safe_load((ROOT / "dataset" / "corpus.yaml").read_text(encoding="utf-8"))
    assert headings(ROOT / "dataset" / "CHANGELOG.md")[0][0] == info["version"]
    assert f"version {info['version']}" in info["citation"]


@pytest.mark.slow
def test_functions_have_the_name_of_no_package():
    code = "import onrecord.cli.main, onrecord.{0}; print(callable(onrecord.{1}))"
    for package in SOURCE.glob("*/__init__.py"):
        assert package.parent.name not in onrecord.__all__
    assert run(sys.executable, "-c", code.format("publishing", "publish")).stdout == "True\n"


def test_every_model_is_public():
    assert set(current.__all__) <= set(onrecord.__all__)


def test_public_names_are_there():
    assert {name for name in onrecord.__all__ if hasattr(onrecord, name)} == set(onrecord.__all__)
    assert sorted(dir(onrecord)) == sorted(onrecord.__all__)
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        onrecord.nothing_of_the_kind  # noqa: B018
