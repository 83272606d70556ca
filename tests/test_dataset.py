"""The corpus: sound with and without its texts, complete, and nothing in it that rights withhold."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import onrecord
from tests import ROOT

DATASET = ROOT / "dataset"
ARTICLE = "2024-12-10-putin-assad"


@pytest.mark.slow
def test_it_is_sound_without_its_texts():
    report = onrecord.validate(DATASET)
    assert report.findings == ()
    assert report.checked.unverified == report.checked.spans > 0


@pytest.mark.slow
def test_every_span_verifies_against_the_supplied_text(supplied_articles):
    report = onrecord.validate(DATASET, texts=supplied_articles)
    assert report.findings == ()
    assert report.checked.verified == report.checked.spans > 0


@pytest.mark.slow
def test_one_letter_changed_in_the_text_is_one_finding(supplied_articles, tmp_path):
    text = (supplied_articles / f"{ARTICLE}.txt").read_text(encoding="utf-8")
    (tmp_path / f"{ARTICLE}.txt").write_text(text.replace("seek", "seem", 1), encoding="utf-8")
    (finding,) = onrecord.validate(DATASET, texts=tmp_path).findings
    assert finding.code == "text-digest-differs"
    line = Path(finding.place.file).read_text(encoding="utf-8").splitlines()[finding.place.line - 1]
    assert line.lstrip().startswith("text_sha256:")


@pytest.mark.slow
def test_words_can_be_restored_from_the_supplied_text(supplied_articles, tmp_path):
    from onrecord.files.opening import File
    from onrecord.files.texts import TextFolder
    from onrecord.rights.files import hydrate_file
    from onrecord.rights.plans import carry_out

    shutil.copytree(DATASET / "articles", tmp_path / "articles")
    (path,) = (tmp_path / "articles").rglob(f"{ARTICLE}.yaml")
    file = File(path, str(path), text_format="dated")
    carry_out(hydrate_file(file, TextFolder(supplied_articles)))
    corpus = onrecord.read(tmp_path)
    text = corpus.articles[0].text
    assert text.startswith("Russian ruler")
    for quote in corpus.quotes:
        for span in (*quote.content, *quote.cue, *quote.speakers[0].mentions):
            assert span.exact == text[span.start : span.end]


def test_what_is_not_known_stays_absent():
    (article,) = (one for one in onrecord.read(DATASET).articles if one.id == ARTICLE)
    assert (article.title, article.authors, article.text) == (None, (), None)
    assert (article.publisher.name, article.publisher.domain) == (None, "euromaidanpress.com")
    assert article.url.startswith("https://euromaidanpress.com/2024/12/10/")
    assert (article.rights.license, article.rights.redistribute) == ("NOASSERTION", "quotes")
    assert (article.coverage.quotes, article.coverage.claims) == ("all", "all")


def test_quotes_of_the_article():
    quotes = [quote for quote in onrecord.read(DATASET).quotes if quote.article_id == ARTICLE]
    assert {quote.type for quote in quotes} == {
        *("direct", "indirect", "mixed", "reported", "free_indirect")
    }
    assert all(quote.speakers for quote in quotes)
    for quote in quotes:
        is_free = quote.type == "free_indirect"
        assert bool(quote.cue) != is_free
        assert bool(quote.speakers[0].mentions) != is_free
    mixed = next(quote for quote in quotes if quote.type == "mixed")
    assert [span.quoted for span in mixed.content] == [False, True, False]
    assert mixed.content[1].exact == "prison state"
    (agency,) = (quote for quote in quotes if quote.speakers[0].name == "Reuters")
    assert agency.id == f"{ARTICLE}.q4"
    assert not any(quote.relayed_by for quote in quotes)
    words = " ".join(span.exact or "" for quote in quotes for span in quote.content)
    assert "Isoliatsia" not in words


def test_claims_stand_alone_and_are_joined():
    corpus = onrecord.read(DATASET)
    claims = [claim for claim in corpus.claims if claim.article_id == ARTICLE]
    known = {claim.id for claim in claims} | {quote.id for quote in corpus.quotes}
    assert len(claims) > 30
    for claim in claims:
        assert claim.quote_ids or claim.content
        assert (claim.voice == "source") == (claim.claimant is not None)
        assert not re.match(
            r"(He|She|It|They|This|These|Those|That(?! [A-Z]))\b(?! responsible)", claim.text
        )
        assert {*claim.quote_ids, *(one.claim_id for one in claim.relations)} <= known
    assert {one.type for claim in claims for one in claim.relations} == {"same_as"}


def _published() -> list[Path]:
    """Everything that is published, and everything that a clone has."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.mark.slow
def test_no_sentence_of_the_article_is_anywhere_outside_direct_quotation(supplied_articles):
    text = (supplied_articles / f"{ARTICLE}.txt").read_text(encoding="utf-8")
    passages = set()
    for part in re.sub("“[^”]*”", "\n", text).split("\n"):
        words = part.split()
        passages |= {" ".join(words[at : at + 7]) for at in range(len(words) - 6)}
    assert len(passages) > 100
    files = _published()
    assert any(path.suffix == ".parquet" for path in files)
    for path in files:
        content = path.read_bytes().decode(errors="ignore")
        if path.suffix == ".parquet":
            content = "\n".join(str(row) for row in pq.read_table(path).to_pylist())
        for passage in passages:
            for spelling in (passage, passage.replace("’", "'")):
                assert spelling not in content, path


def test_the_publication_is_verified():
    assert onrecord.verify(DATASET).mismatches == ()


def test_direct_quotes_are_published_word_for_word():
    (path,) = (DATASET / "data").glob("*/quotes-train-0000.parquet")
    rows = pq.read_table(path).to_pylist()
    assert {row["id"].partition(".")[2] for row in rows} == {f"q{n}" for n in range(1, 17)}
    for row in rows:
        if row["type"] == "direct":
            assert row["quote"] == " ".join(span["exact"] for span in row["content"])
            assert row["fingerprint"]
        else:
            assert row["quote"] is None
