"""Statements: quotes with all that most users would join to them."""

from __future__ import annotations

from pathlib import Path

import pyarrow.dataset as ds
import pytest
import yaml

import onrecord
from onrecord.publishing import publish
from onrecord.publishing.statement_columns import CONTEXT
from onrecord.rules.examples import document
from tests import ROOT
from tests.commands import run

pytestmark = pytest.mark.xdist_group("statements")

GAZETTE = ROOT / "docs" / "examples" / "gazette"


def statements(out: Path) -> list[dict]:
    paths = [*out.glob("data/*/statements-*.parquet")]
    assert paths
    return ds.dataset(sorted(paths)).to_table().to_pylist()


@pytest.fixture(scope="module")
def gazette(tmp_path_factory) -> list[dict]:
    out = tmp_path_factory.mktemp("gazette")
    assert publish(GAZETTE, out).manifest
    return statements(out)


def bounds(spans):
    """The first and last offset of spans; None if any has none, or there are none."""
    known = [(span.start, span.end) for span in spans or ()]
    if not known or any(None in pair for pair in known):
        return (None, None)
    return (min(start for start, _ in known), max(end for _, end in known))


@pytest.mark.slow
def test_a_row_is_a_quote_with_its_article_speakers_and_claims(gazette):
    corpus = onrecord.read(GAZETTE)
    articles = {one.id: one for one in corpus.articles}
    claims = [*corpus.claims]
    rows = {row["id"]: row for row in gazette}
    assert rows.keys() == {quote.id for quote in corpus.quotes}
    for quote in corpus.quotes:
        row, article = rows[quote.id], articles[quote.article_id]
        for name in ("article_id", "type", "attribution", "medium", "said", "status"):
            assert row[name] == getattr(quote, name)
        for name in ("title", "url", "published"):
            assert row[name] == getattr(article, name)
        assert row["publisher"] == (article.publisher and article.publisher.name)
        assert row["license"] == article.rights.license
        assert row["language"] == (quote.language or article.language)
        assert (row["start"], row["end"]) == bounds(quote.content)
        assert (row["cue_start"], row["cue_end"]) == bounds(quote.cue)
        for said, speaker in zip(row["speakers"] or (), quote.speakers or (), strict=True):
            for name in ("name", "kind", "wikidata", "role", "reference"):
                assert said[name] == getattr(speaker, name)
            if speaker.mentions:
                assert said["start"] == speaker.mentions[0].start
        resting = [claim for claim in claims if quote.id in (claim.quote_ids or ())]
        assert sorted(one["id"] for one in row["claims"]) == sorted(one.id for one in resting)
        for one in row["claims"]:
            claim = corpus.claims[one["id"]]
            assert (one["text"], one["kind"]) == (claim.text, claim.kind)
            verdicts = [verdict.rating for verdict in claim.assessments or ()]
            assert [verdict["rating"] for verdict in one["verdicts"] or ()] == verdicts


@pytest.mark.slow
def test_the_context_is_the_text_around_the_quote_where_rights_allow(gazette):
    corpus = onrecord.read(GAZETTE)
    articles = {one.id: one for one in corpus.articles}
    seen = set()
    for row in gazette:
        full = articles[row["article_id"]].rights.redistribute == "full"
        seen.add(full)
        assert (row["context"] is not None) == full
        if not full:
            assert row["context_start"] is None
            continue
        begin = row["context_start"]
        assert begin == max(0, row["start"] - CONTEXT)
        inside = row["context"][row["start"] - begin : row["end"] - begin]
        quote = corpus.quotes[row["id"]]
        assert inside.startswith(quote.content[0].exact)
        assert inside.endswith(quote.content[-1].exact)
    assert seen == {True, False}


@pytest.mark.slow
def test_what_rights_withhold_is_in_no_column(tmp_path):
    overlay = {
        "article": {
            "text": "“Open words,” the secret speaker confided, and hidden words followed.",
            "title": "Words",
            "rights": {"license": "NOASSERTION", "redistribute": "quotes"},
        },
        "quotes": [
            {
                "content": [{"exact": "Open words,", "start": 1, "end": 12, "quoted": True}],
                "speakers": [
                    {"mentions": [{"exact": "the secret speaker", "start": 14, "end": 32}]}
                ],
                "cue": [{"exact": "confided", "start": 33, "end": 41}],
            }
        ],
    }
    text = yaml.safe_dump(document(yaml.safe_dump(overlay)), allow_unicode=True)
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    (tmp_path / "texts").mkdir()
    ran = run("dehydrate", tmp_path, "--texts", tmp_path / "texts", "--write")
    assert ran.returncode == 0, ran.stdout
    found = publish(tmp_path, tmp_path / "out", texts=tmp_path / "texts")
    assert found.manifest, found.report.errors
    (row,) = statements(tmp_path / "out")
    assert row["quote"] == "Open words,"
    assert row["context"] is None
    assert not {"hidden", "secret"} & {*str(row).split()}
