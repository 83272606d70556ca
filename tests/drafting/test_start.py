"""A corpus is started with one command, which overwrites nothing."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.commands import run


def names(folder):
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file()
    }


@pytest.mark.slow
def test_an_example_validates_shows_and_publishes_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    demo = "d é mo"
    assert run("init", demo, "--example").returncode == 0
    for arguments in (
        ("validate", demo),
        ("site", demo, "--out", f"{demo}/site"),
        ("publish", demo),
        ("publish", demo, "--check"),
        ("validate", demo),
    ):
        ran = run(*arguments)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "no errors, no warnings" in ran.stdout or arguments[0] == "site"
    card = (tmp_path / demo / "README.md").read_text(encoding="utf-8")
    assert "The Example Gazette (made up)" in card
    # The card is another file than init would write: it is left, and named.
    again = run("init", demo, "--example")
    assert again.returncode == 1
    assert "left d é mo/README.md as it was" in again.stdout


def test_a_new_corpus_has_what_editors_git_and_ci_need(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("init", "own").returncode == 0
    found = names(tmp_path / "own")
    first, *_ = found["corpus.yaml"].decode().splitlines()
    schema = first.rpartition("$schema=")[2]
    assert schema in found
    assert b"path: .\n" in found[".github/workflows/records.yml"]
    assert b"args: [.]\n" in found[".pre-commit-config.yaml"]
    assert b"linguist-generated" in found[".gitattributes"]
    assert {"/site/", ".onrecord_cache/"} <= set(found[".gitignore"].decode().splitlines())
    shutil.copy("own/corpus.yaml", tmp_path)
    assert run("init", "own").returncode == 0  # nothing differs
    assert names(tmp_path / "own") == found


def test_a_dry_run_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = run("init", "own", "--dry-run")
    assert (ran.returncode, [*tmp_path.iterdir()]) == (0, [])
    assert "would write own/corpus.yaml" in ran.stdout


@pytest.mark.slow
def test_files_that_are_there_are_left_and_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    (tmp_path / "corpus.yaml").write_text("title: Mine\n", encoding="utf-8")
    ran = run("init")
    assert ran.returncode == 1
    assert "left README.md as it was" in ran.stdout
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "corpus.yaml").read_text(encoding="utf-8") == "title: Mine\n"
    ran = run("init", "--example")
    assert ran.returncode == 3
    assert "another corpus" in ran.stderr
    assert not (tmp_path / "articles" / "2023").exists()


def test_an_edited_readme_is_not_replaced_by_the_card(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("init", "demo", "--example")
    readme = tmp_path / "demo" / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8") + "more\n", encoding="utf-8")
    ran = run("publish", "demo")
    assert (ran.returncode, readme.read_text(encoding="utf-8")[-5:]) == (3, "more\n")


def test_a_folder_in_a_checkout_is_named_in_the_workflow(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True, cwd=tmp_path)
    ran = run("init", "my: corpus")
    assert ran.returncode == 0
    assert "move .github" in ran.stdout
    workflow = tmp_path / "my: corpus" / ".github" / "workflows" / "records.yml"
    assert 'path: "my: corpus"\n' in workflow.read_text(encoding="utf-8")
    assert run("init").returncode == 0  # at the top of the checkout
    assert "path: .\n" in (tmp_path / ".github/workflows/records.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["file", "link", "missing parent"])
def test_what_cannot_be_written_is_one_line(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("", encoding="utf-8")
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "inside" / "articles").symlink_to(tmp_path / "outside")
    folder = {"file": "taken", "link": "inside", "missing parent": "taken/x"}[kind]
    ran = run("init", folder)
    assert ran.returncode == 3
    assert len(ran.stderr.splitlines()) == 1
    assert not [*(tmp_path / "outside").iterdir()]
