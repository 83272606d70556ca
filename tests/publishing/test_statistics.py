"""What is counted in a corpus, and how it is printed and drawn."""

from __future__ import annotations

import json
from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import onrecord
from onrecord.publishing.counting import count
from onrecord.publishing.drawing import WIDTH, Bar, bars, columns, fitting
from onrecord.publishing.plots import plots
from onrecord.publishing.statistics import periods, share
from onrecord.rights.tables import PassedOn
from onrecord.rules.examples import document
from tests.commands import run

GAZETTE = "docs/examples/gazette"
SVG = "{http://www.w3.org/2000/svg}"


def statistics(folder):
    return count(PassedOn(onrecord.read(folder)))


def add(folder, overlay="{}", name="harbour"):
    (folder / f"{name}.yaml").write_text(json.dumps(document(overlay)), "utf-8")


def texts(chart):
    return ["".join(one.itertext()) for one in ET.fromstring(chart).iter(f"{SVG}text")]


def test_the_gazette_is_counted_as_its_records_count_one_by_one():
    corpus = onrecord.read(GAZETTE)
    found = count(PassedOn(corpus))
    articles = {one.id: one for one in corpus.articles}
    assert found.articles.number == len(articles)
    assert found.quotes.type == Counter(one.type for one in corpus.quotes)
    assert found.quotes.language == Counter(
        one.language or articles[one.article_id].language for one in corpus.quotes
    )
    assert found.claims.checkable == Counter(
        {True: "yes", False: "no", None: "not given"}[one.checkable] for one in corpus.claims
    )
    assert found.statements.counts == Counter(
        articles[one.article_id].published[:7] for one in corpus.quotes
    )
    speakers = Counter(name for one in corpus.quotes for name in {s.name for s in one.speakers})
    del speakers[None]
    assert {one.name: one.quotes for one in found.speakers.most_quoted} == speakers
    methods = [one.annotation.method for one in corpus.quotes]
    methods += [one.annotation.method for one in corpus.claims]
    assert found.annotation.method == Counter(methods)
    assert (found.spans.number, found.spans.verified, found.spans.verifiable) == (280, 264, 16)


def test_speakers_are_the_same_by_item_and_else_by_name(tmp_path):
    for name, speakers in {
        "a": "{name: Ada, wikidata: Q1}, {name: Ada M., wikidata: Q1}",
        "b": "{name: Ada M., wikidata: Q1}",
        "c": "{name: Ada M.}",
        "d": "{name: null, role: mayor}",
    }.items():
        add(tmp_path, f"{{article: {{id: {name}}}, quotes: [{{speakers: [{speakers}]}}]}}", name)
    found = statistics(tmp_path).speakers
    most = [(one.wikidata, one.name, one.quotes) for one in found.most_quoted]
    assert most == [("Q1", "Ada M.", 2), (None, "Ada M.", 1)]
    assert (found.number, found.quotes_without) == (2, 1)


@pytest.mark.parametrize(
    ("dates", "unit", "counts"),
    [
        (["2024-01-31", "2024-12"], "month", {"2024-01": 1, "2024-12": 1}),
        (["2024-01-31", "2024"], "year", {"2024": 2}),
        (["1950-01", "1990-01"], "year", {"1950": 1, "1990": 1}),
        (["1789-07-14", "2024-01"], "decade", {"1780s": 1, "2020s": 1}),
        (["0001-01", "9999"], "century", {"0000s": 1, "9900s": 1}),
        (["null", "2024-01"], "month", {"2024-01": 1}),
        ([], "month", {}),
    ],
)
def test_statements_are_counted_by_the_shortest_unit_that_fits(tmp_path, dates, unit, counts):
    for number, date in enumerate(dates):
        written = date if date == "null" else f"'{date}'"
        add(tmp_path, f"article: {{id: a{number}, published: {written}}}", f"a{number}")
    if not dates:
        (tmp_path / "articles.jsonl").write_text("")
    found = statistics(tmp_path).statements
    assert (found.unit, found.counts, found.undated) == (unit, counts, dates.count("null"))


def test_periods_have_no_gap():
    assert periods("month", "2023-11", "2024-02") == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert periods("decade", "1990s", "2010s") == ["1990s", "2000s", "2010s"]


def test_shares_are_all_or_nothing_only_if_they_are():
    assert [share(number, 1000) for number in (0, 1, 500, 999, 1000)] == [
        *("0%", "1%", "50%", "99%", "100%")
    ]
    assert share(0, 0) == "0%"


def test_words_that_rights_withhold_are_counted_as_withheld(tmp_path):
    add(tmp_path, "article: {rights: {redistribute: none}}")
    found = statistics(tmp_path)
    assert found.articles.text == {"withheld": 1}
    assert found.quotes.words == {"withheld": 1}
    assert (found.spans.verified, found.spans.unverified) == (0, 0)
    assert found.spans.verifiable == found.spans.number > 0


def test_words_that_are_not_in_the_text_are_not_verified(tmp_path):
    add(tmp_path)
    whole = statistics(tmp_path).spans
    add(tmp_path, "quotes: [{content: [{exact: other words}]}]")
    changed = statistics(tmp_path).spans
    assert (changed.verified, changed.unverified) == (whole.verified - 1, whole.unverified + 1)


# Charts


@pytest.mark.slow
def test_charts_state_their_numbers_for_those_who_do_not_see_them():
    found = {one.name: one for one in plots(statistics(GAZETTE))}
    assert list(found) == [
        *("quotes-by-type-and-language", "speakers", "statements-over-time", "verified"),
        "withheld",
    ]
    for one in found.values():
        root = ET.fromstring(one.svg)
        title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert (title.text, description.text) == (one.title, one.description)
    assert "Ada Merrin: 15" in found["speakers"].description
    assert "en: 42 (direct 18" in found["quotes-by-type-and-language"].description


def test_a_corpus_without_records_has_no_charts(tmp_path):
    (tmp_path / "articles.jsonl").write_text("")
    found = statistics(tmp_path)
    assert plots(found) == []
    assert run("stats", tmp_path).stdout.startswith("0 articles, 0 quotes, 0 claims\n")


@given(st.lists(st.text(st.characters(codec=None)), min_size=1, max_size=3))
def test_hostile_labels_are_text_that_fits(words):
    rows = [Bar(one, (1,), "1") for one in words]
    chart = bars("name", " ".join(words), " ".join(words), rows)
    assert {one.tag.removeprefix(SVG) for one in ET.fromstring(chart).iter()} == {
        *("svg", "title", "desc", "style", "text", "rect")
    }
    assert all(len(fitting(one)) <= len(one) * 6 for one in words)


def test_labels_end_between_characters_that_belong_together():
    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    assert fitting(family * 40).removesuffix("…").count(family) * len(family) == len(
        fitting(family * 40).removesuffix("…")
    )
    assert fitting("Ada  Merrin\n") == "Ada Merrin"


def test_bars_and_columns_are_inside_the_chart():
    numbers = {f"{year}": 10**year for year in range(60)}
    wide = [Bar("W" * 99, (10**12, 1, 0), f"{10**12:,}"), Bar("", (0, 0, 0), "0")]
    for chart in (bars("a", "A", "", wide, ("x", "y", "z")), columns("b", "B", "", numbers)):
        for one in ET.fromstring(chart).iter(f"{SVG}rect"):
            assert int(one.get("x")) >= 0
            assert int(one.get("x")) + int(one.get("width")) <= WIDTH
            assert int(one.get("height")) > 0


# The command


def test_stats_prints_what_the_card_states(tmp_path):
    shown = run("stats", GAZETTE)
    assert shown.returncode == 0
    assert shown.stdout.startswith("12 articles, 71 quotes, 60 claims\n")
    assert "\ntype of quote\n  32   45%  direct\n" in shown.stdout
    as_json = json.loads(run("stats", GAZETTE, "--format", "json").stdout)
    assert as_json["quotes"]["type"]["direct"] == 32
    assert as_json["speakers"]["most_quoted"][0] == {
        "wikidata": None, "name": "Ada Merrin", "quotes": 15
    }  # fmt: skip


@pytest.mark.slow
def test_stats_of_a_publication_are_those_of_its_records(tmp_path):
    onrecord.publish(GAZETTE, tmp_path)
    assert run("stats", tmp_path).stdout == run("stats", GAZETTE).stdout


def test_stats_escapes_what_terminals_interpret_and_says_what_is_not_counted(tmp_path):
    add(tmp_path, 'quotes: [{speakers: [{name: "\u202ered"}]}]')
    (tmp_path / "broken.yaml").write_text("article: [")
    shown = run("stats", tmp_path, "--format", "json")
    assert shown.returncode == 1
    assert json.loads(shown.stdout)["quotes"]["number"] == 1
    assert "some records could not be read" in shown.stderr
    assert "\u202e" not in run("stats", tmp_path).stdout
    assert run("stats", tmp_path / "absent").returncode == 3
