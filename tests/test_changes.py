"""What a change did is told, in files that changed and elsewhere, and the checkout is left alone."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from unittest import mock

import pytest

import commands
import onrecord
from onrecord.rules.examples import article

CODE = "unattributed-with-speaker"
BAD = "quotes: [{attribution: unattributed}]"
CORPUS = """\
title: Harbour
version: '1.0'
description: What was said of the harbour.
license: CC-BY-4.0
citation: 'A reader: Harbour.'
"""


def git(*arguments, cwd="."):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *who, "-C", cwd, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def write(name, overlay="", id=None):
    path = Path("dataset", f"{name}.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(article(id or path.stem, overlay), encoding="utf-8")
    return path


def related(name, other):
    """An article whose claim names a claim of another one."""
    relation = f"claims: [{{relations: [{{type: supports, claim_id: {other}.c1}}]}}]"
    return write(name, relation)


def commit(message="more"):
    git("add", "-A")
    git("commit", "-qm", message)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout on a branch off main: ``old`` has an error, ``far`` relates to ``near``."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    monkeypatch.chdir(folder)
    git("init", "-q", "-b", "main")
    write("old", BAD)
    write("near")
    related("far", "near")
    commit("first")
    git("switch", "-q", "-c", "branch")
    return folder


def found(path="dataset", since="main", **options):
    report = onrecord.validate(path, changed_since=since, **options)
    return [(finding.place.file, finding.code) for finding in report.findings]


def run(*arguments, env=None):
    with mock.patch.dict(os.environ, env or {}, clear=env is not None):
        return commands.run("validate", *arguments)


def test_without_a_change_nothing_is_found(checkout):
    report = onrecord.validate("dataset", changed_since="main")
    assert report.findings == ()
    (ignored,) = report.ignored
    assert (ignored.finding.code, ignored.reason) == (CODE, "it is not new since main")
    assert report.compared.revision == "main"
    assert report.compared.commit == git("rev-parse", "main")
    assert (report.compared.changed, report.compared.known) == (0, 1)


@pytest.mark.parametrize("how", ["untracked", "staged", "unstaged", "committed"])
def test_findings_in_changed_files_are_told(checkout, how):
    path = write("new" if how == "untracked" else "near", BAD)
    if how == "staged":
        git("add", "-A")
    elif how == "committed":
        commit()
    assert found() == [(path.as_posix(), CODE)]


def test_an_old_finding_in_a_file_that_changed_is_told(checkout):
    path = Path("dataset/old.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "# A remark.\n", encoding="utf-8")
    assert found() == [("dataset/old.yaml", CODE)]


def test_a_deleted_file_breaks_what_pointed_to_it(checkout):
    Path("dataset/near.yaml").unlink()
    report = onrecord.validate("dataset", changed_since="main")
    (finding,) = report.findings
    assert (finding.place.file, finding.code) == ("dataset/far.yaml", "dangling-reference")
    assert report.compared.changed == 1
    commit()
    assert found() == [("dataset/far.yaml", "dangling-reference")]


def test_a_renamed_article_breaks_what_pointed_to_it(checkout):
    git("mv", "dataset/near.yaml", "dataset/nearer.yaml")
    assert found() == []
    write("nearer")
    assert [file for file, _ in found()] == ["dataset/far.yaml"]


def test_a_renamed_file_is_a_changed_one(checkout):
    git("mv", "dataset/old.yaml", "dataset/older.yaml")
    assert found() == [("dataset/older.yaml", CODE)]


def test_a_changed_text_breaks_the_document_beside_it(checkout):
    text = "“We will rebuild the harbour,” the mayor said. (apart)"
    path = write("apart")
    apart = path.read_text(encoding="utf-8").replace(f"  text: {text}\n", "")
    path.write_text(apart, encoding="utf-8")
    path.with_suffix(".txt").write_text(text, encoding="utf-8")
    commit()
    git("switch", "-q", "-c", "another")
    assert found(since="branch") == []
    path.with_suffix(".txt").write_text(text.replace("harbour", "harbor"), encoding="utf-8")
    assert {file for file, _ in found(since="branch")} == {"dataset/apart.yaml"}


def test_texts_are_those_of_the_revision(checkout):
    text = "“We will rebuild the harbour,” the mayor said. (withheld)"
    path = write("withheld")
    apart = path.read_text(encoding="utf-8").replace(f"  text: {text}\n", "")
    path.write_text(apart, encoding="utf-8")
    Path("texts").mkdir()
    Path("texts/withheld.txt").write_text(text, encoding="utf-8")
    commit()
    git("switch", "-q", "-c", "another")
    Path("texts/withheld.txt").write_text("Nothing was said.", encoding="utf-8")
    assert {file for file, _ in found(since="branch", texts="texts")} == {"dataset/withheld.yaml"}
    assert found(since="branch") == []


def test_a_duplicate_breaks_the_file_that_did_not_change(checkout):
    write("again", id="near")
    assert {file for file, _ in found()} <= {"dataset/again.yaml", "dataset/near.yaml"}
    assert found()


def test_what_others_did_since_is_no_change_made_here(checkout):
    git("switch", "-q", "main")
    write("near", "claims: [{text: Nothing.}]")
    write("theirs")
    commit()
    git("switch", "-q", "branch")
    assert onrecord.validate("dataset", changed_since="main").compared.changed == 0
    report = onrecord.validate("dataset", changed_since="main^{tree}")
    assert report.compared.changed == 2
    assert report.compared.commit is None


def test_settings_that_became_stricter_broke_what_they_find(checkout):
    path = Path("dataset/corpus.yaml")
    path.write_text(f"{CORPUS}validation: {{severity: {{{CODE}: warning}}}}\n")
    commit()
    git("switch", "-q", "-c", "another")
    path.write_text(CORPUS)
    assert found(since="branch") == [("dataset/old.yaml", CODE)]
    path.write_text(f"{CORPUS}validation: {{severity: {{{CODE}: note}}}}\n")
    assert found(since="branch") == []


def test_a_baseline_is_that_of_the_revision(checkout):
    run("dataset", "--baseline", "known.json", "--write-baseline")
    commit()
    git("switch", "-q", "-c", "another")
    assert found(since="branch", baseline="known.json") == []
    Path("known.json").write_text('{"baseline_version": "1", "findings": []}\n')
    assert found(since="branch", baseline="known.json") == [("dataset/old.yaml", CODE)]
    git("checkout", "-q", "known.json")
    write("old")
    assert found(since="branch", baseline="known.json") == [("known.json", "stale-baseline")]


def test_settings_above_are_those_of_the_revision(checkout):
    Path("pyproject.toml").write_text("[[tool.onrecord.ignore]]\ncode = 'x'\nreason = 'r'\n")
    commit()
    git("switch", "-q", "-c", "another")
    assert found(since="branch") == []
    Path("pyproject.toml").write_text("#\n[[tool.onrecord.ignore]]\ncode = 'x'\nreason = 'r'\n")
    assert found(since="branch") == [("pyproject.toml", "unknown-code")]


@pytest.mark.parametrize("where", [".", "dataset", "elsewhere"])
def test_it_is_the_same_from_anywhere(checkout, monkeypatch, tmp_path, where):
    write("new", BAD)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere" if where == "elsewhere" else where)
    name = os.path.relpath(checkout / "dataset")
    expected = Path(name, "new.yaml").as_posix()
    assert found(name) == [(expected, CODE)]
    assert found(str(checkout / "dataset")) == [(f"{checkout}/dataset/new.yaml", CODE)]


def test_names_of_odd_characters(checkout):
    for name in ("a b", "ü\nx", '"q"', "*", "-n", ":(top)", "\\t"):
        write(name, BAD, id="odd" + hashlib.sha256(name.encode()).hexdigest()[:8])
    assert len(found()) == 7
    commit()
    git("switch", "-q", "-c", "another")
    assert found(since="branch") == []
    assert found("dataset/a b.yaml", since="branch") == []


def test_files_that_git_ignores_are_new(checkout):
    Path(".gitignore").write_text("local*\n")
    commit()
    write("local", BAD)
    assert found(since="branch") == [("dataset/local.yaml", CODE)]


def test_a_folder_that_was_not_there_is_all_new(checkout):
    Path("more").mkdir()
    write("new", BAD).rename("more/new.yaml")
    assert found("more") == [("more/new.yaml", CODE)]
    Path("more/notes.yaml").write_text("x: 1\n")
    Path("more/new.yaml").rename("new.yaml")
    commit()
    Path("new.yaml").rename("more/new.yaml")
    assert found("more", since="HEAD") == [("more/new.yaml", CODE)]


def test_links_lead_where_they_led(checkout):
    Path("dataset/link.yaml").symlink_to("../elsewhere.yaml")
    write("there", BAD).rename("elsewhere.yaml")
    commit()
    git("switch", "-q", "-c", "another")
    assert found(since="branch") == []


def state(checkout):
    """All that git keeps, and the files of the checkout."""
    return {
        path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in checkout.rglob("*")
        if path.is_file()
    }


def test_the_checkout_and_its_index_are_not_touched(checkout, monkeypatch):
    write("near", BAD)
    git("add", "-A")
    write("new", BAD)
    os.utime("dataset/far.yaml")
    before, status = state(checkout), git("status", "--porcelain")
    before = state(checkout)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setenv("GIT_DIR", ".git")
    assert len(found()) == 2
    assert state(checkout) == before
    monkeypatch.delenv("GIT_INDEX_FILE")
    monkeypatch.delenv("GIT_DIR")
    assert git("status", "--porcelain") == status


def test_the_command_says_what_it_compared(checkout):
    done = run("dataset", "--changed-since", "main")
    assert done.returncode == 0, done.stderr
    commit = git("rev-parse", "main")[:12]
    assert done.stdout.splitlines()[-1] == (
        f"compared with main ({commit}): no files changed; 1 finding elsewhere was there already"
    )
    write("new", BAD)
    done = run("dataset", "--changed-since", "main")
    assert done.returncode == 1
    assert "dataset/new.yaml" in done.stdout
    assert "1 file changed" in done.stdout


# What cannot be told


def refused(*arguments, **options):
    done = run(*arguments, **options)
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@pytest.mark.parametrize(
    "revision", ["nothing", "--help", "-x", "main..branch", "", "HEAD:dataset/old.yaml"]
)
def test_a_revision_that_does_not_exist(checkout, revision):
    assert f"git knows no revision {revision}" in refused("dataset", f"--changed-since={revision}")


def test_a_history_without_anything_in_common(checkout):
    git("switch", "-q", "--orphan", "other")
    write("near")
    commit()
    told = refused("dataset", "--changed-since", "main")
    assert "no history in common" in told
    assert "main^{tree}" in told


def test_a_shallow_clone(checkout, tmp_path, monkeypatch):
    write("new", BAD)
    commit()
    git("switch", "-q", "main")
    write("theirs")
    commit()
    git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{checkout}", str(tmp_path / "c"))
    monkeypatch.chdir(tmp_path / "c")
    git("switch", "-q", "branch")
    told = refused("dataset", "--changed-since", "origin/main")
    assert "shallow" in told
    assert "git fetch --unshallow" in told
    assert found(since="origin/main^{tree}") == [("dataset/new.yaml", CODE)]
    assert "shallow" in refused("dataset", "--changed-since", git("rev-parse", "HEAD")[:-1] + "x")


def test_no_checkout(sound, monkeypatch):
    monkeypatch.chdir(sound.parent)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(sound.parent.parent))
    assert "not a git repository" in refused(".", "--changed-since", "main")


def test_two_checkouts(checkout, sound):
    told = refused("dataset", str(sound), "--changed-since", "main")
    assert f"{sound} is not in the git checkout {checkout}" in told


def test_no_git(checkout, tmp_path):
    environment = {**os.environ, "PATH": str(tmp_path)}
    told = refused("dataset", "--changed-since", "main", env=environment)
    assert "git is not installed" in told


def test_no_commit_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    write("new")
    assert "git knows no revision main" in refused("dataset", "--changed-since", "main")
