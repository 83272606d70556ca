from __future__ import annotations

import re
import subprocess
import sys

import pytest
from IPython.core.formatters import DisplayFormatter

import onrecord
from onrecord.schema import current
from tests import ROOT

EXAMPLES = ROOT / "docs" / "examples"
GAZETTE = EXAMPLES / "gazette"


@pytest.fixture(scope="module")
def gazette():
    return onrecord.read(GAZETTE)


@pytest.fixture(scope="module")
def bridge():
    return onrecord.Document.load(EXAMPLES / "bridge.yaml")


def displayed(value):
    """What a notebook displays."""
    data, _ = DisplayFormatter().format(value)
    return data.get("text/html")


def words(html):
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.slow
def test_notebooks_display_corpora_records_and_reports(gazette, bridge):
    assert "12 articles · 71 quotes" in words(displayed(gazette))
    quotes = words(displayed(gazette.quotes))
    assert "71 quotes" in quotes
    assert "Not displayed here: 51 more quotes." in quotes
    assert words(displayed(gazette.claims[2:4])).startswith("2 claims")
    assert "الحجر يتذكّر" in words(displayed(gazette.articles["2024-05-21-jarida"]))
    report = words(displayed(onrecord.validate(EXAMPLES / "broken.yaml")))
    assert "span-words-differ" in report
    shown = words(displayed(bridge))
    assert "We will rebuild the bridge" in shown
    assert "In May 2024 the mayor of Example promised" in shown


def test_what_is_displayed_loads_and_runs_nothing(gazette, bridge):
    for value in (gazette, gazette.quotes, bridge):
        html = displayed(value)
        assert not re.search(r"<(script|link|img|iframe|meta)|\son\w+=|url\(|@import", html)
        assert html.count("<style>") == 1
        assert "@scope (.onrecord-view)" in html


def test_values_that_say_nothing_more_are_displayed_as_before(bridge):
    assert displayed(bridge.article.rights) is None


def test_words_of_a_record_by_itself_are_gaps(bridge, gazette):
    for value in (bridge.quotes[1], gazette.quotes["2023-11-08-herald.q1"]):
        html = displayed(value)
        assert value.content[0].exact not in html
        assert "withheld" in html
        assert "whose rights decide" in html


@pytest.mark.parametrize("redistribute", ["quotes", "none"])
def test_no_withheld_words_are_displayed(redistribute, bridge, tmp_path):
    rights = current.Rights(license="NOASSERTION", redistribute=redistribute)
    article = bridge.article.model_copy(update={"rights": rights})
    document = bridge.model_copy(update={"article": article})
    document.save(tmp_path / "bridge.yaml")
    corpus = onrecord.read(tmp_path)
    for value in (document, article, corpus, corpus.quotes, corpus.articles["bridge"]):
        assert "opens in May" not in displayed(value)
        if redistribute == "none":
            assert "and the quay" not in displayed(value)
    quotes = displayed(corpus.quotes)
    assert ("and the quay" in quotes) == (redistribute == "quotes")


def test_hostile_text_is_inert(bridge):
    evil = "</style><script>alert(1)</script><img src=x onerror=alert(1)>"
    article = bridge.article.model_copy(
        update={"title": evil, "url": "javascript:alert(1)", "text": evil, "text_sha256": None}
    )
    document = bridge.model_copy(update={"article": article})
    html = displayed(document)
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html


def test_large_texts_are_cut(bridge):
    article = bridge.article.model_copy(update={"text": "wide " * 10_000, "text_sha256": None})
    html = displayed(bridge.model_copy(update={"article": article, "quotes": (), "claims": ()}))
    assert "Not displayed here: 30,000 more characters." in words(html)
    assert len(html) < 60_000


@pytest.mark.slow
def test_the_models_display_nothing_without_the_extra():
    code = """
import sys, importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "duckdb" else find(name, *rest)
import onrecord
print(onrecord.Rights(license="NOASSERTION", redistribute="none")._repr_html_())
"""
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout == "None\n"
