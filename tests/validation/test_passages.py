"""Findings have the words of the article that they are about, unless rights withhold these."""

from __future__ import annotations

import shutil

import pytest

from onrecord.findings import Passage
from onrecord.validation.validate_files import validate
from tests import ROOT
from tests.commands import run

GAZETTE = ROOT / "docs" / "examples" / "gazette"


@pytest.fixture
def corpus(tmp_path):
    """The gazette, with a wrong word in an article that may be passed on, and in one that may not."""
    folder = tmp_path / "corpus"
    shutil.copytree(GAZETTE, folder)
    for name, old, new in (
        ("2023-09-14-bridge-closed", "exact: told, start: 193", "exact: tald, start: 193"),
        ("2023-11-08-herald", "said, start: 301, end: 305", "said, start: 274, end: 300"),
    ):
        path = folder / "articles" / "2023" / f"{name}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.slow
def test_findings_have_the_words_that_they_are_about(corpus):
    report = validate(corpus, texts=corpus / "texts", passages=True)
    found = {one.record: one for one in report.findings}
    passage = found["2023-09-14-bridge-closed.q1"].passage
    assert passage is not None
    assert passage.words == "told"
    assert passage.before.endswith("Mayor Ada Merrin ")
    assert passage.after.startswith(" residents at the town hall")
    withheld = [
        one for one in report.findings if (one.record or "").startswith("2023-11-08-herald")
    ]
    assert withheld
    assert [one.passage for one in withheld] == [None] * len(withheld)
    assert not any(one.passage for one in validate(corpus, texts=corpus / "texts").findings)
    assert found["2023-09-14-bridge-closed.q1"] == next(
        one
        for one in validate(corpus, texts=corpus / "texts").findings
        if one.record == "2023-09-14-bridge-closed.q1"
    )
    assert isinstance(passage, Passage)


@pytest.mark.slow
def test_a_report_shows_them_by_check_and_by_file(corpus, tmp_path):
    page = tmp_path / "report.html"
    ran = run("validate", corpus, "--texts", corpus / "texts", "--output", f"html={page}")
    assert ran.returncode == 1
    text = page.read_text(encoding="utf-8")
    assert 'Merrin <mark class="words">told</mark> residents' in text
    assert text.count("<blockquote") == 1
    assert "<caption>Where</caption>" in text
