"""Shells complete commands, formats, options, choices and codes of checks."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.commands import run

BASH = """
. ./script
t() { COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); COMPREPLY=(); _shtab_onrecord; echo "${COMPREPLY[*]}"; }
"""
CASES = [
    ("onrecord va", "validate"),
    ("onrecord validate --stat", "--statistics"),
    ("onrecord validate --format s", "sarif"),
    ("onrecord validate --select span-words-d", "span-words-differ"),
    ("onrecord explain span-words-d", "span-words-differ"),
    ("onrecord import wiki", "wikinews-de"),
    ("onrecord import wikinews-de --redis", "--redistribute"),
    ("onrecord schema e", "export"),
    ("onrecord completion f", "fish"),
    ("onrecord validate rec", "records.yaml"),
    ("onrecord validate other rec", "records.yaml"),
    ("onrecord show rec", "records.yaml"),
    ("onrecord publish cor", "corpus"),
]


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Write the script of a shell, and return the folder that it is in."""
    monkeypatch.chdir(tmp_path)

    def write(shell):
        if not shutil.which(shell):
            pytest.skip(f"{shell} is not installed")
        made = run("completion", shell)
        assert (made.returncode, made.stderr) == (0, "")
        (tmp_path / "script").write_text(made.stdout, encoding="utf-8")
        (tmp_path / "records.yaml").touch()
        (tmp_path / "corpus").mkdir()
        return tmp_path

    return write


@pytest.mark.slow
def test_bash_completes(script):
    folder = script("bash")
    code = BASH + "\n".join(f"t {words}" for words, _ in CASES)
    ran = subprocess.run(
        ["bash", "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.stdout.splitlines() == [completed for _, completed in CASES], ran.stderr


def test_zsh_reads_the_script(script):
    ran = subprocess.run(
        ["zsh", "-n", "script"], cwd=script("zsh"), capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(("words", "completed"), CASES)
def test_fish_completes(script, words, completed):
    code = f"source script; complete -C '{words}'"
    ran = subprocess.run(
        ["fish", "-c", code], cwd=script("fish"), capture_output=True, text=True, check=False
    )
    assert completed in [line.partition("\t")[0].rstrip("/") for line in ran.stdout.splitlines()], (
        ran.stderr
    )


def test_another_shell_is_wrong_usage():
    assert run("completion", "tcsh").returncode == 2
