"""Findings do not depend on how a corpus is partitioned, nor on the number of processes."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.readers import ReadOptions
from onrecord.rules import RULES
from onrecord.rules.examples import files
from onrecord.schema.flat import flatten
from onrecord.testing import corpora
from tests import ROOT
from tests.drawing import examples

DEFECTS = sorted(path for path in (ROOT / "tests/rules/defects").iterdir() if path.is_dir())


def report(path, **options):
    texts = path / "texts"
    return onrecord.validate(
        path, texts=texts if texts.is_dir() else None, options=ReadOptions(**options)
    )


def test_there_are_corpora_with_defects():
    assert len(DEFECTS) > 10


@pytest.mark.slow
@pytest.mark.parametrize("path", DEFECTS, ids=lambda path: path.name)
def test_corpora_with_defects(path, tmp_path):
    folder = shutil.copytree(path, tmp_path / path.name)
    (folder / "expected.yaml").unlink()
    assert report(folder, partition=8) == report(folder)


@pytest.mark.slow
def test_all_values_of_the_schema():
    gazette = ROOT / "docs/examples/gazette"
    expected = report(gazette)
    assert report(gazette, partition=1) == expected
    assert report(gazette, partition=30) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    "code", [code for code, rule in RULES.items() if len(files(rule.fails)) > 1]
)
def test_examples_of_rules_that_fail(code, tmp_path):
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
@settings(max_examples=examples(5), deadline=None)
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


@pytest.mark.slow
def test_several_processes(tmp_path):
    for number, path in enumerate(DEFECTS):
        shutil.copytree(path, tmp_path / str(number))
        (tmp_path / str(number) / "expected.yaml").unlink()
    expected = report(tmp_path)
    assert expected.errors
    assert report(tmp_path, partition=60, workers=2) == expected
