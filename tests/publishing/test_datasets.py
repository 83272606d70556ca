"""Restore withheld words in rows of datasets."""

from __future__ import annotations

import warnings
from pathlib import Path

import datasets
import pytest
import yaml

import onrecord
from onrecord import HydrationWarning, InputError, hydrate_dataset
from onrecord.rules.examples import document
from tests.commands import run

TABLES = ("articles", "quotes", "claims")


def withheld(folder: Path, article_id: str) -> None:
    """Add an article whose words are withheld, and its text in texts."""
    (folder / "corpus").mkdir(exist_ok=True)
    overlay = (
        f"article: {{id: {article_id}, rights: {{redistribute: none}}, title: {article_id}}}\n"
        "claims: [{content: [{exact: rebuild the harbour, start: 9, end: 28}]}]"
    )
    path = folder / "corpus" / f"{article_id}.yaml"
    path.write_text(yaml.safe_dump(document(overlay, f" {article_id} 𝄞."), allow_unicode=True))
    assert run("dehydrate", path, "--texts", folder / "texts", "--write").returncode == 0


@pytest.fixture
def corpus(tmp_path: Path) -> onrecord.Corpus:
    """A corpus of two withheld articles."""
    for article_id in ("harbour", "pier"):
        withheld(tmp_path, article_id)
    return onrecord.read(tmp_path / "corpus")


def expected(folder: Path) -> dict[str, list[dict]]:
    """Return the rows that the corpus gives after its own words are restored."""
    done = run("hydrate", folder / "corpus", "--texts", folder / "texts", "--write")
    assert done.returncode == 0, done.stdout
    corpus = onrecord.read(folder / "corpus")
    found = {}
    for name in TABLES:
        table: onrecord.Table = getattr(corpus, name)
        found[name] = table.to_arrow().to_pylist()
    return found


def rows(dataset) -> list[dict]:
    return sorted(dataset, key=lambda row: row["id"])


@pytest.mark.slow
@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("name", TABLES)
def test_rows_of_each_table_get_the_words_of_the_text(corpus, tmp_path, name, streaming):
    dataset = onrecord.to_datasets(corpus)[name]
    given = dataset.to_iterable_dataset() if streaming else dataset
    with warnings.catch_warnings():
        warnings.simplefilter("error", HydrationWarning)
        hydrated = hydrate_dataset(given, texts=tmp_path / "texts")
        found = rows(hydrated)
    assert found == rows(expected(tmp_path)[name])
    assert found != rows(dataset)
    if not streaming:
        assert hydrated.features == dataset.features
        assert hydrated.data.schema.types == dataset.data.schema.types


@pytest.mark.slow
def test_what_was_published_and_loaded(corpus, tmp_path):
    assert onrecord.publish(tmp_path / "corpus", tmp_path / "out").manifest
    for streaming in (False, True):
        loaded = datasets.load_dataset(
            str(tmp_path / "out"), "quotes", streaming=streaming, cache_dir=str(tmp_path / "cache")
        )
        hydrated = hydrate_dataset(loaded, texts=tmp_path / "texts")
        assert type(hydrated) is type(loaded)
        assert all(row["quote"] and row["fingerprint"] for row in hydrated["train"])
        assert not any(row["quote"] for row in loaded["train"] if row["article_id"] == "harbour")


@pytest.mark.slow
@pytest.mark.parametrize("streaming", [False, True])
def test_statements_get_the_words_of_their_quotes(corpus, tmp_path, streaming):
    assert onrecord.publish(tmp_path / "corpus", tmp_path / "out").manifest

    def load(name: str, **options):
        cache = str(tmp_path / "cache")
        return datasets.load_dataset(str(tmp_path / "out"), name, cache_dir=cache, **options)

    (tmp_path / "texts" / "pier.txt").unlink()
    given = load("statements", streaming=streaming)
    with pytest.raises(InputError, match="quotes="):
        list(hydrate_dataset(given["train"], texts=tmp_path / "texts"))

    def hydrated() -> datasets.Dataset:
        found = hydrate_dataset(given, texts=tmp_path / "texts", quotes=load("quotes"))["train"]
        assert streaming or found.features == given["train"].features
        return rows(found)

    with pytest.warns(HydrationWarning, match="pier"):
        harbour, pier = hydrated()
    assert harbour["quote"] == "We will rebuild the harbour,"
    assert harbour["cue"] == "said"
    assert harbour["speakers"][0]["mention"] == "the mayor"
    assert harbour["context"] is None
    assert pier == rows(given["train"])[1]
    assert pier["quote"] is None


@pytest.mark.slow
def test_texts_by_the_ids_of_their_articles(corpus, tmp_path):
    texts = {path.stem: path.read_text("utf-8") for path in (tmp_path / "texts").iterdir()}
    dataset = onrecord.to_datasets(corpus)["quotes"]
    by_folder = hydrate_dataset(dataset, texts=tmp_path / "texts")
    assert rows(hydrate_dataset(dataset, texts=texts)) == rows(by_folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("text", [None, "Another text.", "", "\x00"])
def test_a_text_that_is_missing_or_another_one_is_reported(corpus, tmp_path, name, text):
    path = tmp_path / "texts" / "harbour.txt"
    path.unlink() if text is None else path.write_text(text)
    dataset = onrecord.to_datasets(corpus)[name]
    with pytest.warns(HydrationWarning, match="1 rows stay as they are: .*harbour") as warned:
        hydrated = hydrate_dataset(dataset, texts=tmp_path / "texts")
    assert len(warned) == 1
    assert ("another one" in str(warned[0].message)) == (text is not None)
    before, after = (
        {row["article_id" if name != "articles" else "id"]: row for row in one}
        for one in (dataset, hydrated)
    )
    assert after["harbour"] == before["harbour"]
    assert after["pier"] != before["pier"]


@pytest.mark.slow
def test_an_iterable_dataset_warns_when_a_row_is_met(corpus, tmp_path):
    (tmp_path / "texts" / "harbour.txt").unlink()
    dataset = onrecord.to_datasets(corpus)["quotes"].to_iterable_dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("error", HydrationWarning)
        hydrated = hydrate_dataset(dataset, texts=tmp_path / "texts")
    with pytest.warns(HydrationWarning, match="harbour"):
        assert len(list(hydrated)) == len(list(dataset))


@pytest.mark.slow
def test_the_format_remains_and_no_stale_result_is_used(corpus, tmp_path):
    dataset = onrecord.to_datasets(corpus)["quotes"].with_format("pandas", columns=["id", "quote"])
    with pytest.warns(HydrationWarning, match="2 rows"):
        nothing = hydrate_dataset(dataset, texts={})
    assert nothing[:]["quote"].isna().any()
    hydrated = hydrate_dataset(dataset, texts=tmp_path / "texts")
    assert hydrated.format == dataset.format
    assert list(hydrated[:].columns) == ["id", "quote"]
    assert hydrated[:]["quote"].notna().all()


@pytest.mark.slow
def test_rows_of_other_data(corpus, tmp_path):
    dataset = onrecord.to_datasets(corpus)["quotes"].select_columns(["id", "quote"])
    with pytest.raises(InputError, match="record_type"):
        hydrate_dataset(dataset, texts=tmp_path / "texts")
    with pytest.raises(InputError, match="not a folder of texts"):
        hydrate_dataset(dataset, texts=tmp_path / "absent")
