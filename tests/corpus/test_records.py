"""Records by position and id, and as data frames."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings

import onrecord
from onrecord.corpus import derived
from onrecord.editing.writing import as_yaml
from onrecord.publishing import parquet
from onrecord.schema import RECORD_TYPES
from onrecord.testing import corpora
from tests import ROOT
from tests.drawing import examples

BRIDGE = ROOT / "docs" / "examples" / "bridge.yaml"


@pytest.fixture(scope="module")
def corpus():
    return onrecord.read(BRIDGE)


def test_records_are_found_by_id(corpus):
    assert corpus.articles["bridge"] == corpus.articles[0]
    assert corpus.quotes["bridge.q2"] == corpus.quotes[-1]
    assert corpus.claims["bridge.c1"].text.startswith("In May 2024")
    assert "bridge.q1" in corpus.quotes
    assert "bridge.c1" not in corpus.quotes
    assert corpus.quotes[0] in corpus.quotes


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("bridge.q3", "no quote has the id bridge.q3; did you mean bridge.q1?"),
        ("birdge.q2", "no quote has the id birdge.q2; did you mean bridge.q2?"),
        ("something-else", "no quote has the id something-else"),
        ("", "no quote has the id "),
    ],
)
def test_an_id_that_is_not_there_gets_a_suggestion(corpus, wanted, message):
    with pytest.raises(KeyError) as caught:
        corpus.quotes[wanted]
    assert caught.value.args == (message,)


def test_positions_and_slices(corpus):
    assert [one.id for one in corpus.quotes[1:]] == ["bridge.q2"]
    assert corpus.quotes[1:]["bridge.q2"] == corpus.quotes[1]
    with pytest.raises(IndexError):
        corpus.quotes[2]
    with pytest.raises(KeyError, match=r"bridge\.q1"):
        corpus.quotes[1:]["bridge.q1"]


def test_frames_have_all_fields_and_derived_columns(corpus):
    pandas, polars = corpus.quotes.to_pandas(), corpus.quotes.to_polars()
    columns = derived.schema("quote").names
    assert list(pandas.columns) == polars.columns == columns
    assert (
        list(pandas["speaker"]) == polars["speaker"].to_list() == ["Town of Example", "Ada Example"]
    )
    assert pandas["quote"][1] == "We will rebuild the bridge 🌉, and the quay."
    assert str(corpus.claims.to_pandas()["said_from"].dtype) == "object"
    assert corpus.articles.to_polars()["published_from"][0].isoformat() == "2024-05-02"


def test_joined_quotes_have_the_metadata_of_their_article(corpus):
    joined = corpus.joined()
    assert len(joined) == 2
    frame = joined.to_polars()
    assert frame["article_title"].to_list() == ["The harbour opens"] * 2
    assert frame["article_rights_license"].to_list() == ["CC-BY-4.0"] * 2
    assert frame["article_published_from"][1].isoformat() == "2024-05-02"
    assert frame.columns[: len(derived.schema("quote"))] == derived.schema("quote").names
    assert not {"article_text", "article_record_type", "text"} & set(frame.columns)
    assert len(set(frame.columns)) == len(frame.columns)
    assert list(joined.to_pandas().columns) == frame.columns


def test_a_quote_without_its_article_is_joined_with_nothing(tmp_path):
    quotes = tmp_path / "quotes.jsonl"
    quotes.write_text(onrecord.read(BRIDGE).quotes[0].model_dump_json() + "\n", encoding="utf-8")
    frame = onrecord.read(quotes).joined().to_polars()
    assert frame["article_id"].to_list() == ["bridge"]
    assert frame["article_title"].to_list() == [None]


def test_no_records_are_a_frame_with_all_columns(tmp_path):
    claims = tmp_path / "claims.jsonl"
    claims.write_text("\n", encoding="utf-8")
    corpus = onrecord.read(claims)
    assert list(corpus.quotes.to_pandas().columns) == derived.schema("quote").names
    assert corpus.joined().to_polars().is_empty()


@pytest.mark.slow
@settings(max_examples=examples(4), deadline=None)
@given(corpora(max_size=3))
def test_frames_are_what_is_published(tmp_path_factory, documents):
    folder = tmp_path_factory.mktemp("corpus")
    for number, document in enumerate(documents):
        (folder / f"{number}.yaml").write_text(as_yaml(document), encoding="utf-8")
    corpus = onrecord.read(folder)
    for record_type in RECORD_TYPES:
        records = getattr(corpus, f"{record_type}s")
        published = parquet.table(corpus, record_type)
        assert records.to_arrow().schema == published.schema
        assert len(records.to_arrow()) == len(published)
        assert [records[one.id] for one in records] == list(records)
    assert len(corpus.joined()) == len(corpus.quotes)


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_a_missing_package_is_named_with_its_extra(corpus, monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(onrecord.MissingExtraError, match=rf"pip install 'onrecord\[{name}\]'"):
        getattr(corpus.quotes, f"to_{name}")()
