"""Differences between two corpora are those of their records, and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from onrecord.rules.examples import VALID
from tests import ROOT
from tests.commands import run


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Return the files of a document that is twice the same."""
    paths = (tmp_path / "old" / "a.yaml", tmp_path / "new" / "a.yaml")
    for path in paths:
        path.parent.mkdir()
        path.write_text(VALID, encoding="utf-8")
    return paths


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def differences(old: Path | str, new: Path) -> dict[str, Any]:
    result = run("diff", old, new, "--format", "json")
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_same_records_do_not_differ(two: tuple[Path, Path]):
    old, new = two
    edit(new, "quotes:\n", "# a comment\nquotes:\n")
    assert run("diff", old, new).stdout == "no differences\n"
    assert run("diff", old, new, "--exit-code").returncode == 0


def test_one_edited_field_is_exactly_that(two: tuple[Path, Path]):
    old, new = two
    edit(new, "role: mayor\n        mentions", "role: harbour master\n        mentions")
    found = differences(old, new)
    (changed,) = found.pop("changed")
    assert changed["id"] == "harbour.q1"
    assert changed["fields"] == [
        {"path": "speakers[0].role", "old": "mayor", "new": "harbour master"}
    ]
    assert found.pop("unread") == {"old": 0, "new": 0}
    assert not any(found.values())
    assert run("diff", old, new, "--exit-code").returncode == 1
    assert "speakers[0].role: mayor → harbour master" in run("diff", old, new).stdout


def test_records_are_added_removed_withdrawn_and_renamed(two: tuple[Path, Path]):
    old, new = two
    edit(new, "id: q1", "id: q9")
    edit(new, "quote_ids: [q1]", "quote_ids: [q9]\n    status: withdrawn")
    more = yaml.safe_load(VALID)
    more["article"]["id"] = "other"
    more["article"].pop("text_sha256")
    more["article"]["text"] = more["article"]["text"].replace("mayor", "mason")
    more["article"].pop("text_length")
    (new.parent / "b.yaml").write_text(yaml.safe_dump(more), encoding="utf-8")
    found = differences(old, new.parent)
    assert [one["id"] for one in found["added"]] == ["other", "other.q1", "other.c1"]
    assert [(one["old_id"], one["id"]) for one in found["renamed"]] == [
        ("harbour.q1", "harbour.q9")
    ]
    assert [one["id"] for one in found["withdrawn"]] == ["harbour.c1"]
    found = differences(new.parent, old)
    assert [one["id"] for one in found["removed"]] == ["other", "other.q1", "other.c1"]


def test_withheld_words_are_in_no_output(two: tuple[Path, Path]):
    old, new = two
    for path in two:
        edit(path, "redistribute: full", "redistribute: none")
    edit(new, "We will rebuild the harbour,” the", "We shall rebuild the harbour,” the")
    edit(
        new,
        'exact: "We will rebuild the harbour,", start: 1, end: 29',
        'exact: "We shall rebuild the harbour,", start: 1, end: 30',
    )
    for format_ in ("text", "markdown", "json"):
        result = run("diff", old, new, "--format", format_)
        assert result.returncode == 0
        assert "harbour.q1" in result.stdout
        assert "rebuild" not in result.stdout.replace("would be rebuilt", "")


@pytest.mark.slow
def test_a_publication_is_compared_with_its_records(tmp_path: Path):
    folder = tmp_path / "dataset"
    shutil.copytree(ROOT / "dataset", folder, ignore=shutil.ignore_patterns("data", "README.md"))
    assert run("publish", folder, "--out", tmp_path / "out").returncode == 0
    (tables,) = (tmp_path / "out" / "data").iterdir()
    assert run("diff", tables, folder / "articles").stdout == "no differences\n"


def test_a_revision_of_git_is_compared_with_what_is_there_now(tmp_path: Path):
    path = tmp_path / "a.yaml"
    path.write_text(VALID, encoding="utf-8")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "First"]):
        subprocess.run([*git, *arguments], check=True)
    assert differences("HEAD", path)["changed"] == []
    edit(path, "type: direct", "type: mixed")
    (changed,) = differences("HEAD", path)["changed"]
    assert changed["fields"] == [{"path": "type", "old": "direct", "new": "mixed"}]
    result = run("diff", "no-such-revision", path)
    assert result.returncode == 3
    assert (
        result.stderr.strip()
        == "onrecord: no-such-revision is neither a file or folder nor a revision that git knows"
    )


def test_hostile_names_are_shown_and_not_obeyed(two: tuple[Path, Path]):
    old, new = two
    edit(new, "role: mayor\n        mentions", 'role: "::error::\\e[31m<b>`x`"\n        mentions')
    shown = run("diff", old, new).stdout
    assert "\x1b" not in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
    assert "<b>" not in run("diff", old, new, "--format", "markdown").stdout


@pytest.mark.parametrize("content", ["a: [", "", "\ufffe"])
def test_what_could_not_be_read_is_said(two: tuple[Path, Path], content: str):
    old, new = two
    new.write_text(content, encoding="utf-8")
    assert differences(old, new)["unread"] == {"old": 0, "new": 1}
    for format_ in ("text", "markdown"):
        assert (
            "errors in reading the new corpus: 1"
            in run("diff", old, new, "--format", format_).stdout
        )
