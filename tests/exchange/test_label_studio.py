from __future__ import annotations

import inspect
import json
import tempfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.editing.writing import as_yaml
from onrecord.exchange import export_records
from onrecord.exchange.exporting import records_by_article
from onrecord.exchange.label_studio import LabelStudio
from onrecord.schema import current
from onrecord.testing import corpora
from tests import ROOT
from tests.drawing import examples

BRIDGE = ROOT / "docs" / "examples" / "bridge.yaml"


def configuration():
    about = inspect.getdoc(LabelStudio)
    return ET.fromstring(about[about.index("<View>") : about.index("</View>") + 7])


def words_at(text: str, value: dict, offsets: str) -> str:
    if offsets == "code-points":
        return text[value["start"] : value["end"]]
    data = text.encode("utf-16-le")
    return data[2 * value["start"] : 2 * value["end"]].decode("utf-16-le")


@pytest.mark.slow
@settings(max_examples=examples(40))
@given(corpora("hydrated", max_size=2), st.sampled_from(["code-points", "utf16"]))
def test_each_region_has_its_words_in_the_text(corpus, offsets):
    rights = current.Rights(license="CC-BY-4.0", redistribute="full")
    with tempfile.TemporaryDirectory() as name:
        for document in corpus:
            article = document.article.model_copy(update={"rights": rights})
            copy = document.model_copy(update={"article": article})
            path = Path(name) / f"{article.id}.yaml"
            path.write_text(as_yaml(copy), encoding="utf-8", newline="")
        exporter = LabelStudio(offsets=offsets)
        ((_, pieces),) = exporter.write(records_by_article(onrecord.read(name)))
        tasks = json.loads("".join(pieces))
    assert len(tasks) == len(corpus)
    labels = {one.get("value") for one in configuration().iter("Label")}
    relations = {one.get("value") for one in configuration().iter("Relation")}
    for task in tasks:
        (annotation,) = task["annotations"]
        regions = {one["id"]: one for one in annotation["result"] if one["type"] == "labels"}
        assert len(regions) == sum(one["type"] == "labels" for one in annotation["result"])
        for region in regions.values():
            value = region["value"]
            assert words_at(task["data"]["text"], value, offsets) == value["text"]
            assert set(value["labels"]) <= labels
        for relation in annotation["result"]:
            if relation["type"] == "relation":
                assert {relation["from_id"], relation["to_id"]} <= set(regions)
                assert set(relation["labels"]) <= relations


def test_parts_of_a_quote_are_related_to_it():
    ((_, pieces),) = LabelStudio().write(records_by_article(onrecord.read(BRIDGE)))
    (task,) = json.loads("".join(pieces))
    found = {
        (one["from_id"], one["to_id"], *one["labels"])
        for one in task["annotations"][0]["result"]
        if one["type"] == "relation"
    }
    assert {
        ("bridge.q2-content-1", "bridge.q2-content-2", "continued"),
        ("bridge.q2-content-1", "bridge.q2-speaker-1", "speaker"),
        ("bridge.q2-content-1", "bridge.q2-cue-1", "cue"),
    } <= found


@pytest.mark.parametrize("offsets", ["code-points", "utf16"])
def test_articles_without_text_are_told_and_the_list_is_whole(offsets, tmp_path):
    out = tmp_path / "tasks.json"
    made = export_records(LabelStudio(offsets=offsets), [ROOT / "dataset"], out)
    assert [one.message for one in made.omissions] == ["its text is withheld by its rights"]
    assert json.loads(out.read_bytes()) == []
