"""Findings do not depend on how a corpus is partitioned, nor on the number of processes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.readers.options import ReadOptions
from onrecord.rules import RULES
from onrecord.rules.examples import files
from onrecord.schema.flat import flatten
from onrecord.testing import corpora
from tests import ROOT
from tests.defects import together
from tests.drawing import examples, nightly


@pytest.fixture
def few_rules():
    """Run all rules, unless a test says otherwise."""


def report(path, texts=None, **options):
    return onrecord.validate(path, texts=texts, options=ReadOptions(**options))


@pytest.mark.slow
def test_corpora_with_defects(tmp_path):
    folder = together(tmp_path)
    expected = report(folder, folder / "texts")
    assert expected.errors
    for size, workers in ((60, 2), *nightly((16, 1))):
        assert report(folder, folder / "texts", partition=size, workers=workers) == expected


@pytest.mark.slow
def test_all_values_of_the_schema():
    gazette = ROOT / "docs/examples/gazette"
    assert report(gazette, partition=20) == report(gazette)


@pytest.mark.parametrize(
    "code",
    [
        code
        for code, rule in RULES.items()
        if not isinstance(rule.fails, str) and len(rule.fails) > 1
    ],
)
def test_examples_of_rules_that_fail(code, tmp_path, only_rules):
    only_rules(code)
    for name, content in files(RULES[code].fails).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    expected = report(tmp_path)
    assert code in {finding.code for finding in expected.findings}
    assert report(tmp_path, partition=1) == expected


def damaged(record, draw):
    """Change a value of a record so that some rule may find it."""
    field = draw(st.sampled_from(["id", "article_id", "url", "text", "title", "text_sha256"]))
    if field in record:
        record[field] = draw(
            st.sampled_from([record[field], "a1", "https://example.org/", "a1.q1"])
        )
    for span in record.get("content", ()):
        if draw(st.booleans()):
            span["start"] = draw(st.integers(0, 30))
    return record


@pytest.mark.slow
@settings(max_examples=examples(3), deadline=None)
@given(st.data(), corpora(min_size=2, max_size=6), st.integers(1, 12))
def test_records_in_any_order(data, documents, size):
    rows = [
        damaged(json.loads(json.dumps(row)), data.draw)
        for document in documents
        for records in flatten(document, sparse=True).values()
        for row in records
    ]
    data.draw(st.randoms(use_true_random=False)).shuffle(rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(2):
            for record_type in ("article", "quote", "claim"):
                own = [row for row in rows[number::2] if row["record_type"] == record_type]
                text = "".join(json.dumps(row) + "\n" for row in own)
                (folder / f"{record_type}s-{number}-of-2.jsonl").write_text(text)
        assert report(folder, partition=size) == report(folder)
