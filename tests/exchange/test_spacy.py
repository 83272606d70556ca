from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

import onrecord
from onrecord.editing.writing import as_yaml
from onrecord.exchange import export_records
from onrecord.exchange.base import Omission
from onrecord.exchange.spacy import Spacy
from onrecord.schema import current
from onrecord.testing import documents
from tests import ROOT
from tests.drawing import examples
from tests.exchange.written import records_by_article, written


@pytest.mark.slow
@settings(max_examples=examples(10))
@given(documents("hydrated"))
def test_each_span_has_its_words_in_the_text(document):
    rights = current.Rights(license="CC-BY-4.0", redistribute="full")
    article = document.article.model_copy(update={"rights": rights})
    document = document.model_copy(update={"article": article})
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.yaml"
        path.write_text(as_yaml(document), encoding="utf-8", newline="")
        files, _ = written(Spacy(), records_by_article(onrecord.read(path)))
    (line,) = files.values()
    entry = json.loads(line)
    assert line.endswith("\n")
    assert entry["text"] == document.article.text
    prefix = f"{document.article.id}."
    for quote in document.quotes:
        spans = [one for one in entry["spans"]["quotes"] if one["span_id"] == prefix + quote.id]
        words = [entry["text"][one["start_idx"] : one["end_idx"]] for one in spans]
        assert words == [span.exact for span in quote.content]
        assert {one["label"] for one in spans} == {quote.type}
        cues = [one for one in entry["spans"]["cues"] if one["span_id"] == prefix + quote.id]
        assert len(cues) == len(quote.cue)
        speakers = [
            (one["start_idx"], one["kb_id"])
            for one in entry["spans"]["sources"]
            if one["span_id"] == prefix + quote.id and one["label"] == "speaker"
        ]
        assert speakers == [
            (mention.start, one.wikidata or "")
            for one in quote.speakers
            for mention in one.mentions
        ]
    for spans in entry["spans"].values():
        for span in spans:
            assert set(span) == {"start_idx", "end_idx", "label", "span_id", "kb_id"}
            assert span["span_id"] in entry["records"]


@pytest.mark.slow
def test_articles_without_text_are_told(tmp_path):
    out = tmp_path / "spacy.jsonl"
    made = export_records(Spacy(), [ROOT / "dataset"], out)
    assert made.omissions == (
        Omission("2024-12-10-putin-assad", "its text is withheld by its rights"),
    )
    assert out.read_bytes() == b""


def test_spans_without_a_place_are_told(tmp_path):
    path = tmp_path / "a.yaml"
    text = (ROOT / "docs" / "examples" / "bridge.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace(", start: 37, end: 41", ""), encoding="utf-8")
    files, omissions = written(Spacy(), records_by_article(onrecord.read(path)))
    entry = json.loads(files["spacy.jsonl"])
    assert len(entry["spans"]["cues"]) == 1
    assert omissions == [Omission("bridge", "1 span has no place in its text")]
