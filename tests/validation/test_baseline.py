"""A baseline tolerates what was there, nothing new, and nothing that was mended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import onrecord
from onrecord import publishing
from onrecord.rules.examples import article
from tests import commands

CODE = "unattributed-with-speaker"
CORPUS = """\
title: Harbour
version: '1.0'
description: What was said of the harbour.
license: CC-BY-4.0
citation: 'A reader: Harbour.'
"""


@pytest.fixture(autouse=True)
def few_rules(only_rules):
    only_rules("span-words-differ", "unattributed-with-speaker", "dangling-reference")


def write(folder, name, overlay):
    path = folder / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(article(path.stem, overlay), encoding="utf-8")
    return path


BAD = "quotes: [{attribution: unattributed}]"


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """A corpus of two articles, one of which has an error."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "dataset/articles/one", BAD)
    write(tmp_path, "dataset/articles/two", "")
    return Path("dataset")


def run(*arguments):
    return commands.run("validate", *arguments)


def codes(report):
    return [finding.code for finding in report.findings]


@pytest.mark.slow
def test_what_is_there_is_tolerated_and_what_is_new_is_not(corpus):
    assert run(corpus).returncode == 1
    written = run(corpus, "--baseline", "known.json", "--write-baseline")
    assert written.returncode == 0
    assert written.stdout.startswith("wrote known.json: 1 finding that is tolerated from now on\n")
    assert run(corpus, "--baseline", "known.json").returncode == 0
    report = onrecord.validate(corpus, baseline="known.json")
    assert report.findings == ()
    (ignored,) = report.ignored
    assert (ignored.finding.code, ignored.reason) == (CODE, "in the baseline")
    write(Path(), "dataset/articles/two", BAD)
    (new,) = onrecord.validate(corpus, baseline="known.json").findings
    assert new.place.file == "dataset/articles/two.yaml"
    assert run(corpus, "--baseline", "known.json").returncode == 1


@pytest.mark.slow
def test_a_person_can_review_it(corpus):
    write(Path(), "dataset/articles/two", BAD)
    run(corpus, "--baseline", "dataset/known.json", "--write-baseline")
    text = Path("dataset/known.json").read_text(encoding="utf-8")
    first, second = json.loads(text)["findings"]
    (finding, _) = onrecord.validate(corpus).findings
    assert json.loads(text)["baseline_version"] == "1"
    assert list(first) == ["code", "file", "record", "path", "message", "fingerprint"]
    assert first | {"fingerprint": ""} == {
        "code": CODE,
        "file": "articles/one.yaml",
        "record": "one.q1",
        "path": "attribution",
        "message": finding.message,
        "fingerprint": "",
    }
    assert second["file"] == "articles/two.yaml"
    assert text.endswith("}\n")
    run(corpus, "--baseline", "dataset/known.json", "--write-baseline")
    assert Path("dataset/known.json").read_text(encoding="utf-8") == text


@pytest.mark.slow
def test_it_holds_wherever_the_validation_is_run(corpus, monkeypatch):
    run(corpus, "--baseline", "known.json", "--write-baseline")
    assert onrecord.validate(corpus.resolve(), baseline="known.json").findings == ()
    monkeypatch.chdir(corpus / "articles")
    assert onrecord.validate("..", baseline="../../known.json").findings == ()
    assert onrecord.validate("one.yaml", baseline="../../known.json").findings == ()


@pytest.mark.slow
def test_it_survives_moved_lines(corpus):
    run(corpus, "--baseline", "known.json", "--write-baseline")
    path = corpus / "articles" / "one.yaml"
    path.write_text("# A remark.\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    report = onrecord.validate(corpus, baseline="known.json")
    assert report.findings == ()
    assert len(report.ignored) == 1


@pytest.mark.slow
def test_it_tolerates_a_finding_as_often_as_it_was_made(corpus):
    path = corpus / "quotes.jsonl"
    path.write_text("{]\n{]\n", encoding="utf-8")
    run(corpus, "--baseline", "known.json", "--write-baseline")
    assert len(json.loads(Path("known.json").read_text())["findings"]) == 3
    path.write_text("{]\n{]\n{]\n", encoding="utf-8")
    report = onrecord.validate(corpus, baseline="known.json")
    assert codes(report) == ["syntax-error"]
    assert len(report.ignored) == 3
    path.write_text("{]\n", encoding="utf-8")
    (stale,) = onrecord.validate(corpus, baseline="known.json").findings
    assert stale.facts["number"] == 1


@pytest.mark.slow
def test_what_is_mended_must_go_from_it(corpus):
    run(corpus, "--baseline", "known.json", "--write-baseline")
    write(Path(), "dataset/articles/one", "")
    (stale,) = onrecord.validate(corpus, baseline="known.json").findings
    assert (stale.code, str(stale.severity)) == ("stale-baseline", "error")
    assert str(stale.place) == "known.json:4:5"
    assert stale.facts == {"number": 1, "first": f"{CODE} in dataset/articles/one.yaml"}
    assert "--write-baseline" in stale.hint
    assert run(corpus, "--baseline", "known.json").returncode == 1
    assert run(corpus, "--baseline", "known.json", "--write-baseline").returncode == 0
    assert json.loads(Path("known.json").read_text())["findings"] == []


@pytest.mark.slow
def test_a_file_that_is_gone_makes_it_stale(corpus):
    run(corpus, "--baseline", "known.json", "--write-baseline")
    (corpus / "articles" / "one.yaml").unlink()
    assert codes(onrecord.validate(corpus, baseline="known.json")) == ["stale-baseline"]


@pytest.mark.slow
def test_what_was_not_validated_is_neither_stale_nor_lost(corpus):
    run(corpus, "--baseline", "known.json", "--write-baseline")
    write(Path(), "dataset/articles/two", BAD)
    two = corpus / "articles" / "two.yaml"
    assert codes(onrecord.validate(two, baseline="known.json")) == [CODE]
    run(two, "--baseline", "known.json", "--write-baseline")
    assert onrecord.validate(corpus, baseline="known.json").findings == ()
    assert len(json.loads(Path("known.json").read_text())["findings"]) == 2


@pytest.mark.slow
def test_the_settings_can_name_it_and_publishing_obeys(corpus):
    (corpus / "corpus.yaml").write_text(f"{CORPUS}validation: {{baseline: known.json}}\n")
    with pytest.raises(onrecord.InputError, match="--write-baseline"):
        onrecord.validate(corpus)
    done = run(corpus, "--write-baseline")
    assert done.stdout.startswith("wrote dataset/known.json: 1 finding")
    assert onrecord.validate(corpus).findings == ()
    assert publishing.publish(corpus, "published").manifest
    Path("empty.json").write_text('{"baseline_version": "1"}')
    assert codes(onrecord.validate(corpus, baseline="empty.json")) == [CODE]


@pytest.mark.slow
def test_without_a_name_there_is_nowhere_to_write(corpus):
    done = run(corpus, "--write-baseline")
    assert done.returncode == 3
    assert "--baseline FILE" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<<<<<<< HEAD\n", "syntax-error"),
        ('{"baseline_version": "2"}', "not-allowed"),
        ('{"baseline_version": "1", "findings": [{"code": "x"}]}', "missing-field"),
    ],
)
def test_a_broken_one_tolerates_nothing_and_is_not_replaced(corpus, text, code):
    Path("known.json").write_text(text)
    found = codes(onrecord.validate(corpus, baseline="known.json"))
    assert CODE in found
    assert set(found) == {CODE, code}
    done = run(corpus, "--baseline", "known.json", "--write-baseline")
    assert done.returncode == 3
    assert Path("known.json").read_text() == text


@pytest.mark.slow
def test_one_that_is_not_there_is_an_error(corpus):
    done = run(corpus, "--baseline", "nothing.json")
    assert done.returncode == 3
    assert "nothing.json" in done.stderr
    assert len(done.stderr.splitlines()) == 1


WITHHELD = "“We will rebuild the harbour,” the mayor said. (one)"


@pytest.fixture
def withheld(corpus):
    """The corpus with an error in ``one`` that only its text shows, which is in ``texts``."""
    path = write(
        Path(),
        "dataset/articles/one",
        "article: {url: https://example.org/one}\n"
        "quotes: [{content: [{exact: We never rebuilt the harbour}]}]",
    )
    text = path.read_text(encoding="utf-8")
    withheld = text.replace(f"  text: {WITHHELD}\n", "")
    path.write_text(
        withheld.replace("redistribute: full", "redistribute: quotes"), encoding="utf-8"
    )
    Path("texts").mkdir()
    Path("texts/one.txt").write_text(WITHHELD, encoding="utf-8")
    return corpus


@pytest.mark.slow
def test_what_only_a_text_shows_is_not_stale_without_it(withheld):
    run(withheld, "--texts", "texts", "--baseline", "known.json", "--write-baseline")
    written = Path("known.json").read_text(encoding="utf-8")
    assert [one["code"] for one in json.loads(written)["findings"]] == ["span-words-differ"]
    report = onrecord.validate(withheld, texts="texts", baseline="known.json")
    assert report.findings == ()
    assert onrecord.validate(withheld, baseline="known.json").findings == ()
    run(withheld, "--baseline", "known.json", "--write-baseline")
    assert Path("known.json").read_text(encoding="utf-8") == written
    write(Path(), "dataset/articles/one", "")
    assert codes(onrecord.validate(withheld, baseline="known.json")) == ["stale-baseline"]


@pytest.mark.slow
def test_an_ignore_of_what_only_a_text_shows_is_not_unused_without_it(withheld):
    entries = "[{code: span-words-differ, reason: r}, {record: one.q1, reason: r}]"
    path = withheld / "corpus.yaml"
    path.write_text(f"{CORPUS}validation: {{ignore: {entries}}}\n")
    assert onrecord.validate(withheld, texts="texts").findings == ()
    assert onrecord.validate(withheld).findings == ()
    other = "[{code: unknown-field, reason: r}, {record: two.q1, reason: r}]"
    path.write_text(f"{CORPUS}validation: {{ignore: {other}}}\n")
    assert codes(onrecord.validate(withheld)) == ["unused-ignore", "unused-ignore"]
