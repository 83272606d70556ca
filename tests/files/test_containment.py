"""Nothing in a corpus leads a command to files elsewhere."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

import onrecord
from onrecord import publishing
from onrecord.errors import InputError
from onrecord.files.containment import ANYWHERE, Boundary, OutsideError
from onrecord.readers.options import ReadOptions
from onrecord.rules.examples import article
from tests.commands import run

SECRET = "the-secret-word"
CORPUS = """\
title: Harbour
version: '1.0'
description: What was said of the harbour.
license: CC-BY-4.0
citation: 'A reader: Harbour.'
"""
OUT = "leads out of"
WITHHELD = "article: {text: null, text_sha256: null, text_length: null}"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A corpus of one article in a folder, and a file with a secret beside that."""
    folder = tmp_path / "checkout" / "dataset"
    folder.mkdir(parents=True)
    (folder / "corpus.yaml").write_text(CORPUS, encoding="utf-8")
    (folder / "one.yaml").write_text(article("one", ""), encoding="utf-8")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    return tmp_path


def refused(*arguments, allowed=None):
    """A command that must neither read nor write outside."""
    ran = run(*arguments)
    assert ran.returncode == 3, ran.stdout
    assert ran.stdout == ""
    assert OUT in ran.stderr
    assert "--allow-outside" in ran.stderr
    assert SECRET not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    return ran


def baseline(name):
    text = f"{CORPUS}validation:\n  baseline: {name}\n"
    Path("corpus.yaml").write_text(text, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["../../outside/secret", "{tmp}/outside/secret", "known.json", "sub/secret", "a/../../../x"],
)
def test_settings_name_no_baseline_outside(place, name):
    Path("known.json").symlink_to(place / "outside" / "secret")
    Path("sub").symlink_to(place / "outside")
    Path("a").mkdir()
    baseline(name.format(tmp=place))
    before = sorted(place.rglob("*"))
    refused("validate", ".")
    refused("validate", ".", "--write-baseline")
    refused("validate", "one.yaml", "--fix")
    refused("publish", ".")
    refused("export", "csv", ".", "--out", "build")
    assert sorted(place.rglob("*")) == before
    assert (place / "outside" / "secret").read_text() == f"{SECRET}\n"


@pytest.mark.slow
def test_a_user_may_name_any_baseline_and_may_allow_those_of_settings(place):
    given = place / "outside" / "known.json"
    assert run("validate", ".", "--baseline", given, "--write-baseline").returncode == 0
    assert run("validate", ".", "--baseline", given).returncode == 0
    baseline("../../outside/known.json")
    refused("validate", ".")
    assert run("validate", ".", "--allow-outside").returncode == 0
    assert not onrecord.validate(".", options=ReadOptions(allow_outside=True)).errors


@pytest.mark.parametrize("name", ["two.yaml", "two.json", "quotes.jsonl", "claims.parquet"])
def test_a_record_file_that_is_a_link_shows_nothing_from_outside(place, name):
    Path(name).symlink_to(place / "outside" / "secret")
    refused("validate", ".")
    refused("validate", name)
    refused("validate", ".", "--fix")
    refused("anchor", ".", "--write")
    refused("dehydrate", ".", "--write")
    refused("hydrate", ".", "--texts", place / "outside", "--write")
    refused("publish", ".")
    refused("publish", ".", "--check")
    refused("export", "csv", ".", "--out", "build")


@pytest.mark.slow
def test_links_outside_are_followed_where_that_is_allowed(place):
    outside = place / "outside" / "two.yaml"
    outside.write_text(article("two", ""), encoding="utf-8")
    Path("two.yaml").symlink_to(outside)
    refused("validate", ".")
    for command in (
        ["validate", "."],
        ["anchor", "."],
        ["dehydrate", "."],
        ["hydrate", ".", "--texts", place / "outside"],
        ["publish", "."],
        ["publish", ".", "--check"],
        ["export", "csv", ".", "--out", place / "build"],
    ):
        assert run(*command, "--allow-outside").returncode == 0, command


def test_a_text_beside_a_document_is_no_link_to_the_outside(place):
    Path("one.yaml").write_text(article("one", WITHHELD), encoding="utf-8")
    Path("one.txt").symlink_to(place / "outside" / "secret")
    refused("validate", ".")
    refused("anchor", "one.yaml")
    refused("dehydrate", "one.yaml", "--texts", place / "texts")
    refused("hydrate", "one.yaml", "--texts", place / "outside", "--write")
    Path("one.txt").unlink()
    Path("one.txt").symlink_to(place / "outside" / "new")  # leads nowhere yet
    refused("hydrate", "one.yaml", "--texts", place / "outside", "--write")
    assert not (place / "outside" / "new").exists()


@pytest.mark.slow
def test_links_inside_a_checkout_work(place):
    subprocess.run(["git", "init", "-q", place / "checkout"], check=True)
    shared = place / "checkout" / "shared"
    shared.mkdir()
    (shared / "two.yaml").write_text(article("two", ""), encoding="utf-8")
    Path("two.yaml").symlink_to("../shared/two.yaml")
    annex = place / "checkout" / ".git" / "annex" / "objects" / "x1"
    annex.mkdir(parents=True)
    (annex / "three").write_text(article("three", ""), encoding="utf-8")
    Path("three.yaml").symlink_to("../.git/annex/objects/x1/three")
    report = onrecord.validate(".")
    assert not report.errors
    assert report.checked.articles == 3
    Path("config.yaml").symlink_to("../.git/config")
    refused("validate", ".")


def test_what_is_in_hidden_folders_is_not_changed_through_links(place):
    subprocess.run(["git", "init", "-q", place / "checkout"], check=True)
    cache = place / "checkout" / ".dvc" / "cache" / "ab"
    cache.parent.mkdir(parents=True)
    bad = article("two", "quotes: [{content: [{start: null, end: null}]}]")
    cache.write_text(bad, encoding="utf-8")
    Path("two.yaml").symlink_to("../.dvc/cache/ab")
    ran = run("anchor", "two.yaml", "--write")
    assert ran.returncode == 3
    assert "dvc unprotect" in ran.stderr
    assert cache.read_text(encoding="utf-8") == bad


@pytest.mark.slow
def test_a_folder_in_a_checkout_does_not_lead_out_of_it(place):
    subprocess.run(["git", "init", "-q", place / "checkout"], check=True)
    link = place / "checkout" / "link"
    link.symlink_to(place / "outside")
    refused("validate", link)
    refused("publish", link)
    with pytest.raises(OutsideError):
        Boundary.around([link / "secret"])
    # Where there is no checkout, nobody else can have made the link.
    (place / "own").symlink_to(place / "checkout" / "dataset")
    assert run("validate", place / "own").returncode == 0


def test_settings_above_are_no_links_to_the_outside(place):
    (place / "outside" / "secret").write_text("[tool.onrecord]\nbaseline = 1\n", encoding="utf-8")
    project = place / "checkout" / "pyproject.toml"
    project.symlink_to(place / "outside" / "secret")
    refused("validate", ".")
    project.unlink()
    Path("corpus.yaml").unlink()
    (place / "checkout" / "corpus.yaml").symlink_to(place / "outside" / "secret")
    refused("validate", ".")


def _fifo(path):
    os.mkfifo(path)


def _device(path):
    path.symlink_to("/dev/zero")


def _socket(path):
    made = socket.socket(socket.AF_UNIX)
    made.bind(str(path))
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("make", [_fifo, _device, _socket])
@pytest.mark.parametrize(
    "name", ["known.json", "two.yaml", "corpus.yaml", "one.txt", "README.md", "quotes.jsonl"]
)
def test_what_is_no_file_neither_blocks_nor_ends_never(place, make, name):
    if name == "one.txt":
        Path("one.yaml").write_text(article("one", WITHHELD), encoding="utf-8")
    if name == "known.json":
        baseline(name)
    Path(name).unlink(missing_ok=True)
    make(Path(name))
    out = place / "site"
    site = ["site", ".", "--out", str(out)]
    for command in (["validate", "."], ["publish", "."], ["publish", ".", "--check"], site):
        ran = run(*command)
        if name != "README.md" or command[0] == "publish":
            assert ran.returncode == 3, (command, ran.stdout)
            assert name in ran.stderr


@pytest.mark.slow
def test_nothing_is_published_through_a_link(place):
    elsewhere = place / "outside" / "data"
    elsewhere.mkdir()
    Path("data").symlink_to(elsewhere)
    refused("publish", ".")
    assert list(elsewhere.iterdir()) == []
    assert run("publish", ".", "--allow-outside").returncode == 0
    Path("README.md").unlink()
    Path("README.md").symlink_to(place / "outside" / "secret")
    refused("publish", ".")
    with pytest.raises(InputError, match=OUT):
        publishing.publish(".")


@pytest.mark.slow
@pytest.mark.parametrize("make", [_fifo, _device])
def test_tables_that_are_published_are_files(place, make):
    assert run("publish", ".").returncode == 0
    (table,) = Path("data").glob("*/claims-train-0000.parquet")
    table.unlink()
    make(table)
    for command in (["validate", "."], ["validate", "data"], ["publish", ".", "--check"]):
        ran = run(*command)
        assert ran.returncode == 3, command
        assert "claims-train-0000.parquet" in ran.stderr


def test_texts_in_a_folder_that_is_named_are_no_links_to_elsewhere(place):
    Path("one.yaml").write_text(article("one", WITHHELD), encoding="utf-8")
    texts = place / "texts"
    texts.mkdir()
    (texts / "one.txt").symlink_to(place / "outside" / "secret")
    ran = run("anchor", "one.yaml", "--texts", texts)
    assert ran.returncode == 1
    assert OUT in ran.stdout
    assert SECRET not in ran.stdout
    assert run("anchor", "one.yaml", "--texts", texts, "--allow-outside").returncode == 1


@pytest.mark.slow
def test_snapshots_in_the_cache_of_the_hub_lead_to_its_blobs(tmp_path):
    cache = tmp_path / "datasets--harbour"
    snapshot, blobs = cache / "snapshots" / "0123", cache / "blobs"
    snapshot.mkdir(parents=True)
    blobs.mkdir()
    (blobs / "4567").write_text(article("one", ""), encoding="utf-8")
    (snapshot / "one.yaml").symlink_to("../../blobs/4567")
    assert not onrecord.validate(snapshot).errors


@pytest.mark.parametrize("path", ["a\0b", "\ud800\0"])
def test_what_cannot_be_a_path_is_an_input_error(tmp_path, path):
    with pytest.raises(InputError, match="cannot be the path of a file"):
        Boundary.around([tmp_path]).check(Path(path))


def test_boundaries_are_joined(tmp_path):
    one, two = (Boundary.of(tmp_path / name) for name in ("one", "two"))
    assert one.including(two).contains(tmp_path / "two" / "x")
    assert not one.contains(tmp_path / "two" / "x")
    assert one.including(ANYWHERE) == ANYWHERE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format_", "name", "beside"),
    [
        ("brat", "one.ann", "one.txt"),
        ("brat", "one.ann", "one.onrecord.jsonl"),
        ("web-annotation", "one.jsonld", "one.txt"),
    ],
)
def test_imports_read_nothing_outside(place, format_, name, beside):
    source, secret = place / "source", place / "outside" / "secret"
    if format_ == "web-annotation":
        closed = article("one", "article: {rights: {redistribute: none}}")
        Path("one.yaml").write_text(closed, encoding="utf-8")
        run("dehydrate", "one.yaml", "--texts", place / "texts", "--write")
    assert run("export", format_, ".", "--out", source).returncode in (0, 1)
    (source / beside).unlink(missing_ok=True)
    (source / beside).symlink_to(secret)
    refused("import", format_, source, "--out", place / "build")
    refused("import", format_, source / name, "--out", place / "build")
    (source / beside).unlink()
    (source / f"more-{name}").symlink_to(secret)
    refused("import", format_, source, "--out", place / "build")
    assert not (place / "build").exists()


@pytest.mark.slow
def test_exports_write_nothing_through_links(place):
    build = place / "build"
    build.mkdir()
    (build / "one.csv").symlink_to(place / "outside" / "secret")
    assert run("export", "csv", ".", "--out", build, "--force").returncode == 0
    assert (place / "outside" / "secret").read_text() == f"{SECRET}\n"
    assert list((place / "outside").iterdir()) == [place / "outside" / "secret"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ("init",),
        ("new", "a.txt", "--language", "en", "--out"),
        ("site", "one.yaml", "--out"),
        ("publish", ".", "--out"),
        ("export", "csv", "one.yaml", "--out"),
    ],
    ids=lambda command: command[0],
)
def test_a_link_that_the_user_names_as_output_is_followed_inside_its_checkout(place, command):
    Path("a.txt").write_text("“Flour is dear,” said Bo Dahl.", encoding="utf-8")
    (place / "inside").mkdir()
    (place / "out").symlink_to("inside")
    assert run(*command, place / "out").returncode == 0
    assert (place / "out").is_symlink()
    assert any((place / "inside").iterdir())
    # One that leads nowhere, or that a contribution brings, is not.
    Path("nowhere").symlink_to(place / "missing")
    (place / "checkout" / ".git").mkdir()
    Path("out").symlink_to(place / "outside")
    before = sorted(place.rglob("*"))
    for name, words in (("nowhere", "leads nowhere"), ("out", OUT)):
        ran = run(*command, name)
        assert (ran.returncode, len(ran.stderr.splitlines())) == (3, 1), ran.stderr
        assert words in ran.stderr
    assert sorted(place.rglob("*")) == before
