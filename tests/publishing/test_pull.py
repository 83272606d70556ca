"""Pull publications back into record files, from folders and from the Hub."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings

import onrecord
from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.publishing import hub as hubs
from onrecord.publishing import pull
from onrecord.rules.examples import document
from onrecord.testing import corpora
from tests import ROOT
from tests.commands import run
from tests.drawing import examples
from tests.hub_server import Hub
from tests.steps import before_each_step

pytestmark = pytest.mark.xdist_group("pull")

TEXTS = ROOT / "docs" / "examples" / "gazette" / "texts"


def tables(folder: Path) -> dict[str, list[dict]]:
    """Return the rows of each published table, in the order of their ids."""
    found: dict[str, list[dict]] = {}
    for path in sorted(folder.glob("data/*/*-*.parquet")):
        found.setdefault(path.name.partition("-")[0], []).extend(pq.read_table(path).to_pylist())
    assert {"articles", "quotes", "claims"} <= found.keys()
    return {name: sorted(rows, key=lambda row: row["id"]) for name, rows in found.items()}


def published(source: Path, out: Path, **options) -> Path:
    result = onrecord.publish(source, out, **options)
    assert result.manifest, result.report.findings
    return out


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def dehydrated(folder: Path) -> Path:
    """Withhold words as rights demand, as before each publication."""
    kept = folder.with_name("kept")
    assert run("dehydrate", folder, "--texts", kept, "--write").returncode == 0
    return folder


def write(folder: Path, overlay: str, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(document(overlay), allow_unicode=True)
    (folder / f"{name}.yaml").write_text(text, "utf-8")


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Path:
    """A folder with a corpus of two articles, and its publication."""
    folder = tmp_path_factory.mktemp("two")
    write(folder / "corpus", "", "harbour")
    write(folder / "corpus", "article: {id: pier, published: null, title: The pier}", "pier")
    published(folder / "corpus", folder / "small")
    return folder


@pytest.fixture
def small(two: Path, tmp_path: Path) -> Path:
    """A publication of two articles."""
    return shutil.copytree(two, tmp_path, dirs_exist_ok=True) / "small"


@pytest.mark.slow
def test_pulled_records_give_the_same_tables(small, tmp_path):
    result = pull(small, tmp_path / "out")
    assert set(files(tmp_path / "out")) == {
        "articles/2024/harbour.yaml",
        "articles/2024/harbour.txt",
        "articles/pier.yaml",
        "articles/pier.txt",
    }
    assert (result.articles, result.quotes, result.claims) == (2, 2, 2)
    assert tables(published(tmp_path / "out", tmp_path / "again")) == tables(small)


@pytest.mark.slow
def test_the_curated_corpus_comes_back(tmp_path):
    pull(ROOT / "dataset", tmp_path / "out")
    assert list((tmp_path / "out" / "articles").glob("2024/2024-12-10-putin-assad.yaml"))
    assert tables(published(tmp_path / "out", tmp_path / "again")) == tables(ROOT / "dataset")


@given(corpora(form="dehydrated", min_size=1))
@settings(max_examples=examples(2))
@pytest.mark.slow
def test_any_corpus_comes_back(tmp_path_factory, corpus):
    folder = tmp_path_factory.mktemp("corpus")
    for one in corpus:
        onrecord.Document.model_validate(one.model_dump()).save(folder / f"{one.article.id}.yaml")
    published(folder, folder / "out")
    pull(folder / "out", folder / "pulled")
    assert tables(published(folder / "pulled", folder / "again")) == tables(folder / "out")


@pytest.mark.slow
def test_the_gazette_comes_back_with_the_texts_that_are_available(tmp_path):
    gazette = ROOT / "docs" / "examples" / "gazette"
    first = published(gazette, tmp_path / "first", texts=TEXTS)
    result = run("pull", first, "--out", tmp_path / "out", "--texts", TEXTS)
    assert (result.returncode, result.stderr) == (0, "")
    assert "the words of 0 articles" not in result.stdout
    assert tables(published(dehydrated(tmp_path / "out"), tmp_path / "again")) == tables(first)
    # Without the texts it is the same.
    pull(first, tmp_path / "withheld")
    assert tables(published(tmp_path / "withheld", tmp_path / "third")) == tables(first)


@pytest.mark.slow
def test_the_curated_corpus_comes_back_with_its_words(supplied_articles, tmp_path):
    result = pull(ROOT / "dataset", tmp_path / "out", texts=supplied_articles)
    assert (result.restored, result.missing, result.refusals) == (1, (), ())
    (path,) = (tmp_path / "out").glob("articles/*/*.yaml")
    spans = [span for quote in onrecord.Document.load(path).quotes for span in quote.content]
    assert all(span.exact for span in spans)
    assert tables(published(dehydrated(tmp_path / "out"), tmp_path / "again")) == tables(
        ROOT / "dataset"
    )


@pytest.fixture
def withheld(tmp_path: Path) -> tuple[Path, Path]:
    """A publication of an article whose words are withheld, and a folder with its text."""
    write(tmp_path / "corpus", "article: {rights: {redistribute: none}}", "harbour")
    text = onrecord.Document.load(tmp_path / "corpus" / "harbour.yaml").article.text
    run("dehydrate", tmp_path / "corpus", "--texts", tmp_path / "texts", "--write")
    assert (tmp_path / "texts" / "harbour.txt").read_text("utf-8") == text
    return published(tmp_path / "corpus", tmp_path / "withheld"), tmp_path / "texts"


@pytest.mark.slow
def test_a_missing_text_is_reported(withheld, tmp_path):
    publication, texts = withheld
    (texts / "harbour.txt").unlink()
    result = run("pull", publication, "--out", tmp_path / "out", "--texts", texts)
    assert result.returncode == 0
    assert f"without a text in {texts}: harbour" in result.stdout
    assert list(files(tmp_path / "out")) == ["articles/2024/harbour.yaml"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [b"Another text.", b"\xff", "The mayor opened the harb\u014dur".encode()]
)
def test_another_text_is_reported_and_not_used(withheld, tmp_path, text):
    publication, texts = withheld
    (texts / "harbour.txt").write_bytes(text)
    result = run("pull", publication, "--out", tmp_path / "out", "--texts", texts)
    assert result.returncode == 1
    assert "harbour" in result.stdout
    assert list(files(tmp_path / "out")) == ["articles/2024/harbour.yaml"]
    assert tables(published(tmp_path / "out", tmp_path / "again")) == tables(publication)


@pytest.mark.slow
def test_corpus_yaml_comes_back_as_far_as_it_was_published(small, tmp_path):
    info = {
        "title": "Words: of the harbour",
        "version": "v 1",
        "description": "What the mayor said.\n\nAnd others.",
        "license": "LicenseRef-Ours",
        "citation": "@misc{harbour}",
        "creators": [
            {"name": "A Reader", "kind": "person", "affiliation": "The Harbour"},
            {"name": "The Harbour", "kind": "organization", "url": "https://example.org"},
        ],
        "limitations": "It is small.",
    }
    path = tmp_path / "corpus" / "corpus.yaml"
    path.write_text(yaml.safe_dump(info))
    pull(published(tmp_path / "corpus", tmp_path / "with"), tmp_path / "out")
    assert yaml.safe_load((tmp_path / "out" / "corpus.yaml").read_text("utf-8")) == info
    pull(small, tmp_path / "without")
    assert not (tmp_path / "without" / "corpus.yaml").exists()


@pytest.mark.slow
def test_an_article_without_quotes_and_claims_is_a_line_of_a_table(tmp_path):
    write(tmp_path / "corpus", "", "harbour")
    write(tmp_path / "corpus", "{article: {id: pier}, quotes: [], claims: []}", "pier")
    first = published(tmp_path / "corpus", tmp_path / "first")
    pull(first, tmp_path / "out")
    assert "articles.jsonl" in files(tmp_path / "out")
    assert tables(published(tmp_path / "out", tmp_path / "again")) == tables(first)


@pytest.mark.slow
def test_existing_files_are_kept(small, tmp_path):
    out = tmp_path / "out"
    pull(small, out)
    (out / "articles" / "pier.yaml").unlink()
    (out / "notes.txt").write_text("mine")
    before = files(out)
    result = run("pull", small, "--out", out)
    assert result.returncode == 0
    assert "3 files were there already" in result.stdout
    assert files(out).items() > before.items()
    edited = out / "articles" / "2024" / "harbour.yaml"
    edited.write_text("edited")
    (out / "articles" / "pier.yaml").unlink()
    before = files(out)
    result = run("pull", small, "--out", out)
    assert result.returncode == 3
    assert "nothing is written" in result.stderr
    assert files(out) == before


@pytest.mark.slow
def test_links_lead_nothing_out_of_the_folder(small, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "articles").symlink_to(tmp_path / "elsewhere")
    assert run("pull", small, "--out", tmp_path / "out").returncode == 3
    assert files(tmp_path / "elsewhere") == {}


def test_a_local_publication_needs_a_folder_to_write_into(small):
    assert run("pull", small).returncode == 2


def test_what_is_not_as_it_was_published_is_not_pulled(small, tmp_path):
    table = next(small.glob("data/*/quotes*.parquet"))
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    with pytest.raises(InputError):
        pull(small, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError, match="ORG/NAME"):
        pull(tmp_path / "absent", tmp_path / "out")


@pytest.mark.slow
def test_what_was_pushed_is_pulled_at_any_version(hub: Hub, small, tmp_path, monkeypatch):
    commit = hubs.push(small, "org/data").commit
    hub.write("org/data", {"README.md": b"broken"})
    monkeypatch.chdir(tmp_path)
    result = run("pull", f"org/data@{commit}")
    assert (result.returncode, result.stderr) == (0, "")
    assert tables(published(tmp_path / "data", tmp_path / "again")) == tables(small)
    result = run("pull", "org/data", "--out", "newest")
    assert result.returncode == 3
    assert not Path("newest").exists()


@pytest.mark.slow
def test_a_fault_at_each_request_of_a_pull_writes_nothing(hub: Hub, small, tmp_path):
    hub.create("org/data", files(small))
    pull("org/data", tmp_path / "whole")
    for number in (*range(0, len(hub.requests), 9), len(hub.requests) - 1):
        hub.break_at("truncated", number)
        result = run("pull", "org/data", "--out", tmp_path / "out")
        assert result.returncode == 3
        assert len(result.stderr.splitlines()) == 1
        assert not (tmp_path / "out").exists()
        hub.heal()
    pull("org/data", tmp_path / "again")
    assert files(tmp_path / "again") == files(tmp_path / "whole")


@pytest.mark.slow
def test_killed_at_any_step_all_or_nothing_is_pulled(small, tmp_path):
    pull(small, tmp_path / "whole")
    after = tmp_path / "after"
    after.mkdir()
    journal = scratch.folder() / "journal"
    seen = []

    def look() -> None:
        hidden = [path for path in after.iterdir() if path.name != "out"]
        assert all(path.name.startswith(".") for path in hidden)
        # The next command removes what is in the journal of a killed one.
        assert all(os.fsencode(path) + b"\0" in journal.read_bytes() for path in hidden)
        seen.append((len(hidden), files(after / "out")))

    with before_each_step(after, look):
        pull(small, after / "out")
    look()
    assert len(seen) > 6
    assert max(hidden for hidden, _ in seen) == 1
    assert all(out in ({}, files(tmp_path / "whole")) for _, out in seen)
    assert seen[-1] == (0, files(tmp_path / "whole"))
