"""The built package: what PyPI makes of it, and what users have once they install it."""

from __future__ import annotations

import email
import json
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import onrecord
from onrecord.schema import CURRENT, typescript
from tests import ROOT
from tests.drawing import is_nightly
from tests.test_package import HEAVY, PROJECT, run

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


UV = (sys.executable, "-m", "uv")


def test_pypi_accepts_the_distributions_and_shows_the_readme(distributions, wheel):
    checked = run(sys.executable, "-m", "twine", "check", "--strict", *map(str, distributions))
    assert checked.returncode == 0, checked.stdout
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))
        assert f"onrecord/schema/json/{CURRENT.number}/{typescript.NAME}" in archive.namelist()
    assert metadata["Description-Content-Type"] == "text/markdown"
    shown = MarkdownIt().render(metadata.get_payload())
    assert "Who said what" in shown
    # PyPI has none of the files that the README links to.
    links = re.findall(r'(?:href|src)="([^"]*)"', shown)
    assert links
    assert all(link.startswith("https://") for link in links)


VERSIONS = [
    classifier.rpartition(" :: ")[2]
    for classifier in PROJECT["classifiers"]
    if classifier.startswith("Programming Language :: Python :: 3.")
]
if not is_nightly():  # any but this one, which all other tests run on
    VERSIONS = [f">={VERSIONS[0]},!={sys.version_info[0]}.{sys.version_info[1]}.*"]


# Commands one after the other in one process, which imports what they need once.
COMMANDS = """if True:
    from onrecord.cli.main import main
    for arguments in (
        ["publish", "gazette", "--out", "out"],
        ["validate", "out"],
        ["init", "d é mo", "--example"],
        ["publish", "d é mo"],
    ):
        try:
            main(arguments)
        except SystemExit as ended:
            assert not ended.code, arguments
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_the_wheel_works_with_each_python(wheel, tmp_path, version):
    # pyenv hides interpreters that are not its current one.
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    path = os.pathsep.join([os.environ["PATH"], *map(str, root.glob("versions/*/bin"))])
    quiet = {"env": os.environ | {"PATH": path, "UV_PYTHON_DOWNLOADS": "never"}, "cwd": tmp_path}
    if run(*UV, "python", "find", "--no-project", version, **quiet).returncode:
        pytest.skip(f"Python {version} is not installed")
    made = run(*UV, "venv", "--no-project", "--python", version, "env", **quiet)
    assert made.returncode == 0, made.stderr
    package = f"onrecord[validate] @ {wheel.as_uri()}"
    done = run(*UV, "pip", "install", "--python", "env", package, **quiet)
    assert done.returncode == 0, done.stderr

    shutil.copytree(ROOT / "docs" / "examples" / "gazette", tmp_path / "gazette")
    command = str(tmp_path / "env" / "bin" / "onrecord")
    said = run(command, "--version", **quiet)
    assert (said.returncode, said.stderr) == (0, "")
    assert onrecord.__version__ in said.stdout
    said = run(tmp_path / "env" / "bin" / "python", "-I", "-c", COMMANDS, **quiet)
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.count("no errors") == 3


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    """A fresh environment with the wheel and nothing else: what installing ``onrecord`` gives."""
    folder = tmp_path_factory.mktemp("fresh")
    for arguments in (
        ("venv", "--no-project", "--clear", "--python", sys.executable, folder),
        ("pip", "install", "--python", folder, wheel),
    ):
        done = run(*UV, *map(str, arguments))
        assert done.returncode == 0, done.stderr
    return folder / "bin"


def test_the_base_install_is_the_schema_package(installed):
    listed = run(*UV, "pip", "list", "--python", installed / "python", "--format", "json").stdout
    names = {package["name"].lower().replace("_", "-") for package in json.loads(listed)}
    assert {"onrecord", "pydantic"} <= names
    assert not names & HEAVY
    script = (
        "from onrecord import Quote; from onrecord.schema import json_schema;"
        "print(json_schema('quote', '0.9')['$id'], Quote.model_fields['content'].description)"
    )
    shown = run(installed / "python", "-c", script, cwd=installed)
    assert shown.stdout.startswith("urn:onrecord:schema:0.9:quote ")


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["schema", "list"], ["schema", "show", "claim"], ["explain"],
     ["explain", "alias"], ["schema", "export", "--out", "{tmp}"]],
)  # fmt: skip
def test_commands_of_the_base_install(installed, tmp_path, arguments):
    shown = run(installed / "onrecord", *(part.format(tmp=tmp_path) for part in arguments))
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [["validate", "."], ["anchor", "a.yaml"], ["publish", "."], ["dehydrate", "."],
     ["hydrate", ".", "--texts", "."]],
)  # fmt: skip
def test_a_command_whose_extra_is_missing_says_which(installed, arguments):
    shown = run(installed / "onrecord", *arguments)
    assert shown.returncode == 3
    assert "pip install 'onrecord[validate]'" in shown.stderr
    assert len(shown.stderr.splitlines()) == 1


@pytest.mark.parametrize("code", ["validate('.')", "Document.from_yaml('')", "anchor", "publish"])
def test_python_names_whose_extra_is_missing_say_which(installed, code):
    shown = run(installed / "python", "-c", f"import onrecord; onrecord.{code}")
    assert "pip install 'onrecord[validate]'" in shown.stderr.splitlines()[-1]
