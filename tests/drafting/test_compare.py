"""The command compares files, folders and publications, and escapes what others wrote."""

from __future__ import annotations

import json
from itertools import count

import pytest
from markdown_it import MarkdownIt

import onrecord
from tests import ROOT
from tests.commands import run
from tests.drafting.annotations import TEXT, annotation, claim, quote
from tests.work import calls

NUMBERS = count()
MINE = {"quotes": [quote("q1", (1, 29))], "claims": [claim("c1", "The harbour opens.", "q1")]}


@pytest.mark.slow
def test_an_annotation_agrees_with_its_publication(tmp_path):
    (tmp_path / "corpus.yaml").write_text(
        json.dumps(
            {
                "title": "Made up",
                "version": "1.0.0",
                "description": "A made-up corpus.",
                "license": "CC0-1.0",
                "citation": "None.",
            }
        ),
        encoding="utf-8",
    )
    source = ROOT / "docs" / "examples" / "bridge.yaml"
    (tmp_path / "bridge.yaml").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    ran = run("publish", tmp_path, "--out", tmp_path / "published")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    ran = run("compare", source, tmp_path / "published")
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "no differences")


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_each_format_has_the_figures_and_the_differences(tmp_path, format_):
    theirs = {"quotes": [quote("q1", (1, 29), type="mixed")], "claims": []}
    folders = [annotation(tmp_path, NUMBERS, one) for one in (MINE, theirs)]
    ran = run("compare", *folders, "--format", format_)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "quotes.type" in ran.stdout
    assert f"{folders[0].as_posix()}/0.json" in ran.stdout
    if format_ != "json":
        assert "claim only in A" in ran.stdout
        assert "quote: type differs" in ran.stdout
        return
    found = json.loads(ran.stdout)
    assert [one["what"] for one in found["differences"]] == ["only", "field"]
    (exact,) = [
        one
        for one in found["measures"]
        if (one["of"], one["among"], one["matching"]) == ("quotes", "all", "exact")
    ]
    assert (exact["precision"], exact["recall"], exact["f1"]) == (1, 1, 1)
    side = found["differences"][1]["reference"][0]
    source = (folders[0] / "0.json").read_text(encoding="utf-8").splitlines()
    assert '"type"' in source[side["line"] - 1]
    assert side["value"] == "direct"


def test_limit(tmp_path):
    mine = {"quotes": [quote(f"q{at}", (at, at + 1)) for at in range(60)]}
    folders = [annotation(tmp_path, NUMBERS, one) for one in (mine, {})]
    assert "60 differences, the worst 50 of which are shown" in run("compare", *folders).stdout
    assert run("compare", *folders, "--limit", "0").stdout.count("quote only in A") == 60
    assert run("compare", *folders, "--limit", "1").stdout.count("quote only in A") == 1
    everything = json.loads(run("compare", *folders, "--limit", "1", "--format", "json").stdout)
    assert len(everything["differences"]) == 60


HOSTILE = "\x1b[31m ```\n::error:: | <b> @me #1 ](x) \u202e ##[add-mask]"


def test_what_others_wrote_is_escaped(tmp_path):
    line = HOSTILE.replace("\n", " ").replace("\x1b", "").replace("\u202e", "")
    mine = {
        "quotes": [quote("q1", (1, 29), venue=line)],
        "claims": [claim("c1", line)],
        "title": line,
    }
    folders = [
        annotation(tmp_path, NUMBERS, one) for one in (mine, {"quotes": [quote("q1", (1, 29))]})
    ]
    for format_ in ("text", "markdown", "json"):
        printed = run("compare", *folders, "--format", format_).stdout
        assert "@me" in printed
        assert "##[" not in printed
        assert not any(each.lstrip().startswith("::") for each in printed.splitlines())
        assert all(each.isprintable() for each in printed.splitlines())
        if format_ == "markdown":
            tokens = MarkdownIt("commonmark").enable("table").parse(printed)
            inside = "".join(one.content for one in tokens if one.type == "fence")
            outside = "".join(one.content for one in tokens if one.type != "fence")
            assert inside.count("@me") == printed.count("@me")
            assert "@me" not in outside


@pytest.mark.parametrize("rights", ["none", "quotes"])
def test_withheld_words_are_not_shown(tmp_path, rights):
    """Even where an annotator has them."""
    article = {"rights": {"license": "NOASSERTION", "redistribute": rights}}
    words = TEXT[31:56]
    mine = {"quotes": [quote("q1", (31, 56))], **article}
    mine["quotes"][0]["content"][0]["quoted"] = False
    folders = [annotation(tmp_path, NUMBERS, one) for one in (mine, article)]
    for format_ in ("text", "markdown", "json"):
        printed = run("compare", *folders, "--format", format_).stdout
        assert "31-56" in printed
        assert words not in printed


def test_articles_that_only_one_has_are_reported_and_not_in_the_figures(tmp_path):
    other = {"id": "bridge", "text": "Another text.", "claims": [claim("c1", "It opens.")]}
    shifted = {"id": "town", "text": "One text."}
    folders = [
        annotation(tmp_path, NUMBERS, MINE, other, shifted),
        annotation(tmp_path, NUMBERS, MINE, {**shifted, "text": "The other text."}),
    ]
    ran = run("compare", *folders)
    assert ran.returncode == 0
    assert "1 article compared: 1 quote in A and 1 quote in B" in ran.stdout
    assert "only in A, not in the figures: bridge (no quotes, 1 claim)" in ran.stdout
    assert "only in B, not in the figures: town (no quotes, no claims; the other" in ran.stdout
    assert ran.stdout.count("\narticle only in A") == 2
    assert ran.stdout.index("article only in A") < ran.stdout.index("article only in B")
    found = onrecord.compare(*folders)
    assert [one.id for one in found.only_in_reference] == ["bridge", "town"]
    assert [one.other_text for one in found.only_in_candidate] == [True]


def test_articles_with_other_ids_are_paired_by_their_texts(tmp_path):
    folders = [annotation(tmp_path, NUMBERS, one) for one in (MINE, {**MINE, "id": "port"})]
    found = onrecord.compare(*folders)
    assert (found.articles, found.only_in_reference, found.differences) == (1, (), ())


def test_what_cannot_be_compared(tmp_path):
    whole = annotation(tmp_path, NUMBERS, MINE)
    broken = annotation(tmp_path, NUMBERS, {**MINE, "quotes": [{"id": "q1"}]})
    foreign = annotation(tmp_path, NUMBERS, {"id": "bridge", "text": "Another text."})
    twice = annotation(tmp_path, NUMBERS, MINE, MINE)
    for other, why in (
        (broken, "only complete annotations can be compared"),
        (foreign, "have no article in common"),
        (twice, "two articles have the id harbour"),
        (tmp_path / "nothing", "nothing"),
    ):
        ran = run("compare", whole, other)
        assert (ran.returncode, ran.stdout) == (3, "")
        assert why in ran.stderr
        assert len(ran.stderr.splitlines()) == 1
        with pytest.raises(onrecord.InputError):
            onrecord.compare(whole, other)
    assert run("compare", whole).returncode == 2
    assert run("compare", whole, whole, "--format", "xml").returncode == 2


def test_tables_without_articles_are_comparable(tmp_path):
    for name, kind in (("a", "direct"), ("b", "mixed")):
        row = {
            "record_type": "quote",
            "schema_version": "1.0",
            "article_id": "harbour",
            "annotation": {"method": "manual"},
            **quote("harbour.q1", (1, 29), type=kind),
        }
        (tmp_path / name).mkdir()
        (tmp_path / name / "quotes.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    found = onrecord.compare(tmp_path / "a", tmp_path / "b")
    assert [one.title for one in found.differences] == ["quote: type differs"]


def test_twice_as_many_quotes_take_twice_the_work(tmp_path):
    def compared(number):
        folders = []
        for shift in (0, 3):
            starts = range(shift, shift + number * 10, 10)
            quotes = [quote(f"q{start}", (start, start + 9)) for start in starts]
            folders.append(annotation(tmp_path, NUMBERS, {"quotes": quotes}))
        corpora = [onrecord.read(folder) for folder in folders]
        found, made = calls(lambda: onrecord.compare(*corpora))
        assert [one.what for one in found.differences] == ["extent"] * number
        return made

    compared(1)  # what is imported and remembered
    assert compared(200) < 2.5 * compared(100)
