"""The annotation guideline: numbered decisions, with examples that are valid and contain all of them."""

from __future__ import annotations

import re

import pytest

import onrecord
from tests import ROOT

EXAMPLES = ROOT / "docs" / "examples" / "guideline"
NAMES = ("ferry", "dam")
PAGE = (ROOT / "docs" / "guideline.md").read_text(encoding="utf-8")
DECISIONS = re.findall(r'^<a id="g(\d+)"></a>\n### G(\d+): ', PAGE, re.MULTILINE)
WORKED = PAGE.partition("\n## Two worked examples\n")[2].partition("\n## How to use it\n")[0]


@pytest.fixture(scope="module")
def corpus():
    return onrecord.read(EXAMPLES)


def test_the_decisions_are_numbered_and_listed():
    numbers = [str(number) for number in range(1, len(DECISIONS) + 1)]
    assert [anchor for anchor, _ in DECISIONS] == [number for _, number in DECISIONS] == numbers
    assert re.findall(r"\[G(\d+)\]", PAGE.partition("\n## ")[0]) == numbers
    assert set(re.findall(r"\(#g(\d+)\)", PAGE)) == set(numbers)
    assert all(link == number for link, number in re.findall(r"\[G(\d+)\]\(#g(\d+)\)", PAGE))


def test_every_decision_has_examples():
    parts = re.split(r"^<a id=.*\n### G\d+: .*\n", PAGE, flags=re.MULTILINE)[1:]
    for number, part in enumerate(parts, 1):
        body = part.partition("\n## ")[0]
        assert len(re.findall(r"^(?:- |\| (?!\|))", body, re.MULTILINE)) >= 2, f"G{number}"


@pytest.mark.slow
def test_the_examples_are_valid_and_follow_the_version(corpus):
    report = onrecord.validate(EXAMPLES)
    assert report.findings == ()
    assert report.checked.verified == report.checked.spans > 0
    name, version = re.search(r"^\*\*(.+), version ([\d.]+)\.\*\*", PAGE, re.MULTILINE).groups()
    assert {
        (record.annotation.guideline.name, record.annotation.guideline.version)
        for record in (*corpus.quotes, *corpus.claims)
    } == {(name, version)}


def test_the_examples_say_that_they_are_made_up(corpus):
    for article in corpus.articles:
        assert "made-up" in article.title
        assert "made up" in article.publisher.name
    for name in NAMES:
        assert "note: Made up" in (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_page_shows_the_texts(name):
    text = (EXAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    assert f"```text\n{text}```" in WORKED


def test_the_examples_use_every_decision(corpus):
    notes = " ".join(record.annotation.note or "" for record in (*corpus.quotes, *corpus.claims))
    used = set(re.findall(r"\bG(\d+)\b", notes + WORKED))
    assert used == {number for number, _ in DECISIONS}


def test_the_explanations_name_records_that_there_are(corpus):
    first, _, second = WORKED.partition("\n### Example 2")
    for name, part in zip(NAMES, (first, second), strict=True):
        known = {
            record.id.partition(".")[2]
            for record in (*corpus.quotes, *corpus.claims)
            if record.article_id == name
        }
        assert set(re.findall(r"\b[qc]\d+\b", part)) <= known


def test_the_examples_have_every_value():
    """All types, kinds, attributions and references and relations are shown."""
    text = "".join((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8") for name in NAMES)
    for value in (
        *("direct", "indirect", "mixed", "reported", "free_indirect"),
        *("attributed", "anonymous", "unattributed"),
        *("named", "nominal", "pronominal", "implicit"),
        *("event", "state", "quantity", "causal", "comparison"),
        *("definition", "prediction", "opinion", "norm"),
        *("same_statement", "paraphrases", "translation_of", "answers"),
        *("same_as", "contradicts", "supports", "qualifies", "updates"),
    ):
        assert re.search(rf": {value}\b", text), value
