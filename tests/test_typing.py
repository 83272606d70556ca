"""Programs that use the package pass the strict modes of mypy and pyright."""

from __future__ import annotations

import ast
import doctest
import json
import subprocess
import sys

import pytest

from tests import ROOT

PAGE = ROOT / "docs" / "python.md"


def program(page):
    """The code of a page, with expressions printed, since a program has no prompt to show them."""
    for example in doctest.DocTestParser().get_examples(page):
        (statement,) = ast.parse(example.source).body
        if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Call):
            yield f"print({example.source.rstrip()})\n"
        else:
            yield example.source


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("typing")
    page = "".join(program(PAGE.read_text(encoding="utf-8")))
    names = "import onrecord\nprint([" + ", ".join(
        f"onrecord.{name}" for name in json.loads(run("-c", _NAMES).stdout)
    )
    (made / "page.py").write_text(page, encoding="utf-8")
    (made / "names.py").write_text(f"{names}])\n", encoding="utf-8")
    return made


_NAMES = "import json, onrecord; print(json.dumps(onrecord.__all__))"


def run(*arguments, **options):
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.mark.slow
def test_mypy_accepts_the_page_in_strict_mode(folder):
    # The settings of the project are strict, and with them what is imported is in the cache.
    ran = run("-m", "mypy", folder / "page.py", folder / "names.py", cwd=ROOT)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.slow
def test_pyright_accepts_the_page_in_strict_mode(folder):
    """As basedpyright, whose package has all that it needs: pyright's downloads it when it runs."""
    settings = {"typeCheckingMode": "strict", "include": ["page.py", "names.py"]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    ran = run("-m", "basedpyright", "--pythonpath", sys.executable, cwd=folder)
    assert ran.returncode == 0, ran.stdout
