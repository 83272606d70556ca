"""Quotebank: quotes whose words are known and whose place is not."""

from __future__ import annotations

import bz2
import gzip
import json

import pytest

import onrecord
from onrecord.exchange import import_records
from onrecord.exchange.quotebank.reading import Quotebank
from tests.values import kept

LINE = {
    "quoteID": "2020-01-16-000088",
    "quotation": "We will rebuild the harbour,",
    "speaker": "Ada Example",
    "qids": ["Q1"],
    "date": "2020-01-16 12:00:13",
    "numOccurrences": 1,
    "probas": [["Ada Example", "0.75"], ["None", "0.25"]],
    "urls": ["https://example.org/harbour"],
    "phase": "E",
}


def imported(folder, *lines, name="q.jsonl", pack=bytes):
    source = folder / name
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    source.write_bytes(pack(text.encode()))
    found = []
    summary = import_records(Quotebank(), [source], folder / "out", report=found.append)
    assert summary.items == summary.quotes + summary.refused == len(lines)
    if not summary.quotes:
        return None, found
    assert onrecord.validate(folder / "out").findings == ()
    return onrecord.read(folder / "out"), found


# What every import keeps of the file of an item.
@pytest.mark.slow
def test_a_quotation_is_a_direct_quote_whose_words_are_not_located(tmp_path):
    corpus, found = imported(tmp_path, LINE)
    quote, article = corpus.quotes[0], corpus.articles[0]
    (content,) = quote.content
    assert found == []
    assert (quote.type, content.exact, content.start, content.quoted) == (
        *("direct", LINE["quotation"], None, True),
    )
    assert (article.url, article.text, article.text_sha256) == (LINE["urls"][0], None, None)
    assert article.published == "2020-01-16"
    assert [(one.name, one.wikidata) for one in quote.speakers] == [("Ada Example", "Q1")]
    assert quote.annotation.confidence == 0.75
    assert quote.annotation.origin.id == LINE["quoteID"]
    assert set(kept(quote)) == {"date", "numOccurrences", "probas", "phase"}


def test_no_likely_speaker_is_unknown_and_not_unattributed(tmp_path):
    corpus, (finding,) = imported(tmp_path, LINE | {"speaker": "None", "qids": []})
    quote = corpus.quotes[0]
    assert finding.code == "no-value"
    assert (quote.attribution, quote.speakers) == ("unknown", ())


def test_several_items_of_one_name_are_kept_and_none_is_chosen(tmp_path):
    corpus, _ = imported(tmp_path, LINE | {"qids": ["Q1", "Q2"]})
    assert corpus.quotes[0].speakers[0].wikidata is None
    assert kept(corpus.quotes[0])["qids"] == '["Q1", "Q2"]'


def test_further_pages_are_appearances_and_date_no_article(tmp_path):
    pages = ["https://example.org/a", "https://example.org/b", "https://example.org/a"]
    corpus, _ = imported(tmp_path, LINE | {"urls": pages, "numOccurrences": 3})
    assert [one.url for one in corpus.quotes[0].appearances] == ["https://example.org/b"]
    assert corpus.articles[0].published is None


@pytest.mark.slow
def test_quotations_of_one_page_share_their_article(tmp_path):
    corpus, _ = imported(tmp_path, LINE, LINE | {"quoteID": "2020-01-16-000089"})
    assert len(corpus.articles) == 1
    assert len({quote.article_id for quote in corpus.quotes}) == 1


def test_a_quotation_without_pages_has_an_article_of_which_the_id_is_known(tmp_path):
    corpus, _ = imported(tmp_path, LINE | {"urls": []})
    article = corpus.articles[0]
    assert (article.url, article.title, article.publisher) == (None, None, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "code", "imports"),
    [
        ({"quotation": ""}, "missing-field", False),
        ({"quotation": None}, "missing-field", False),
        ({"quotation": ["x"]}, "wrong-type", False),
        ({"quoteID": "nan"}, "missing-field", False),
        ({"speaker": "nan", "qids": []}, "no-value", True),
        ({"speaker": " Ada"}, "space-at-edge", True),
        ({"quotation": "We will "}, "space-at-edge", True),
        ({"qids": ["ada"]}, "unknown-label", True),
        ({"urls": ["in an ad", "https://example.org/a"]}, "not-an-address", True),
        ({"urls": "https://example.org/a"}, "wrong-type", False),
        ({"date": "16.01.2020"}, "not-a-date", True),
        ({"date": "2020-02-30 10:00:00"}, "not-a-date", True),
        ({"quotation": "\ud83d"}, "lone-surrogate", False),
        ({"quotation": "a\0b"}, "nul-character", False),
    ],
)
def test_what_is_wrong_in_a_line_is_a_finding_at_its_place(change, code, imports, tmp_path):
    source = tmp_path / "q.jsonl"
    lines = [LINE, LINE | {"quoteID": "2020-01-16-000090"} | change]
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = []
    summary = import_records(Quotebank(), [source], tmp_path / "out", report=found.append)
    assert [one.code for one in found] == [code]
    assert found[0].place.line == 2
    assert summary.quotes == 1 + imports
    assert onrecord.validate(tmp_path / "out").ok


def test_the_same_identifier_twice_is_imported_once(tmp_path):
    corpus, (finding,) = imported(tmp_path, LINE, LINE)
    assert finding.code == "duplicate-item"
    assert len(corpus.quotes) == 1


@pytest.mark.slow
def test_the_same_identifier_with_other_addresses_or_words_is_reported(tmp_path):
    other = LINE | {"urls": ["https://example.com/pier"], "quotation": "We will not rebuild it."}
    third = LINE | {"urls": []}
    corpus, found = imported(tmp_path, LINE, other, third)
    assert [(one.code, one.place.line) for one in found] == [
        *(("duplicate-item", 2), ("duplicate-item", 3)),
    ]
    assert found[0].facts["id"] == LINE["quoteID"]
    assert [quote.content[0].exact for quote in corpus.quotes] == [LINE["quotation"]]


@pytest.mark.parametrize(("ending", "pack"), [("bz2", bz2.compress), ("gz", gzip.compress)])
def test_packed_files_are_read_as_they_are(ending, pack, tmp_path):
    corpus, found = imported(tmp_path, LINE, name=f"q.json.{ending}", pack=pack)
    assert found == []
    assert len(corpus.quotes) == 1


@pytest.mark.parametrize(("ending", "pack"), [("bz2", bz2.compress), ("gz", gzip.compress)])
@pytest.mark.parametrize(
    "damage", [lambda data: data[:-9], lambda data: b"xx" + data], ids=["cut", "other"]
)
def test_a_damaged_packed_file_is_a_finding(ending, pack, damage, tmp_path):
    source = tmp_path / f"q.json.{ending}"
    source.write_bytes(damage(pack((json.dumps(LINE) + "\n").encode())))
    found = []
    summary = import_records(Quotebank(), [source], tmp_path / "out", report=found.append)
    assert [one.code for one in found] == ["syntax-error"]
    assert summary.items == summary.quotes + summary.refused
    assert summary.refused == 1
