from __future__ import annotations

import copy
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
from onrecord.exchange import export_records, import_records
from onrecord.exchange.label_studio.formats import LabelStudio, LabelStudioImport
from onrecord.schema import current
from onrecord.testing import corpora
from tests import ROOT
from tests.drawing import examples
from tests.exchange.written import records_by_article, written

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
@settings(max_examples=examples(9))
@given(corpora("hydrated", max_size=2), st.sampled_from(["code-points", "utf16"]))
def test_each_region_has_its_words_in_the_text(corpus, offsets):
    rights = current.Rights(license="CC-BY-4.0", redistribute="full")
    with tempfile.TemporaryDirectory() as name:
        for document in corpus:
            article = document.article.model_copy(update={"rights": rights})
            changed = document.model_copy(update={"article": article})
            path = Path(name) / f"{article.id}.yaml"
            path.write_text(as_yaml(changed), encoding="utf-8", newline="")
        tasks = exported(onrecord.read(name), offsets=offsets)
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
    (task,) = exported(onrecord.read(BRIDGE))
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


@pytest.mark.slow
@pytest.mark.parametrize("offsets", ["code-points", "utf16"])
def test_articles_without_text_are_told_and_the_list_is_whole(offsets, tmp_path):
    out = tmp_path / "tasks.json"
    made = export_records(LabelStudio(offsets=offsets), [ROOT / "dataset"], out)
    assert [one.message for one in made.omissions] == ["its text is withheld by its rights"]
    assert json.loads(out.read_bytes()) == []


# Back into records


def back(tasks, folder, **options):
    """The corpus that an import of tasks writes, its summary, and the findings."""
    folder.mkdir(exist_ok=True)
    path = folder / "tasks.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    found = []
    importer = LabelStudioImport(**options)
    made = import_records(
        importer, [path], folder / "out", report=found.append, replace_existing=True
    )
    corpus = onrecord.read(folder / "out") if made.articles else None
    return corpus, made, found


def exported(source, **options):
    files, _ = written(LabelStudio(**options), records_by_article(source))
    return json.loads(files["label-studio.json"])


def records_of(corpus):
    return {
        record.id: record
        for records in (corpus.articles, corpus.quotes, corpus.claims)
        for record in records
    }


def short(task):
    """A task in JSON-MIN, which has neither ids of regions nor relations."""
    results = task["annotations"][0]["result"]
    regions = [one["value"] for one in results if one["type"] == "labels"]
    return {"id": 1, **task["data"], "label": regions, "annotator": 1, "lead_time": 3.2}


@pytest.mark.slow
@settings(max_examples=examples(8))
@given(corpora("hydrated", max_size=2), st.sampled_from(["code-points", "utf16"]), st.booleans())
def test_the_round_trip_gives_the_same_records(corpus, offsets, is_short):
    rights = current.Rights(license="CC-BY-4.0", redistribute="full")
    with tempfile.TemporaryDirectory() as name:
        for document in corpus:
            article = document.article.model_copy(update={"rights": rights})
            changed = document.model_copy(update={"article": article})
            path = Path(name) / f"{article.id}.yaml"
            path.write_text(as_yaml(changed), encoding="utf-8", newline="")
        source = onrecord.read(name)
        tasks = exported(source, offsets=offsets)
        if is_short:
            tasks = [short(task) for task in tasks]
        again, made, found = back(tasks, Path(name) / "in", offsets=offsets)
        before = records_of(source)
        after = records_of(again) if again else {}
    assert not found
    assert not made.refused
    assert after == before


@pytest.mark.slow
@pytest.mark.parametrize("is_short", [False, True])
def test_the_gazette_comes_back_but_for_the_article_without_text(is_short, tmp_path):
    source = onrecord.read(ROOT / "docs" / "examples" / "gazette")
    files, omissions = written(LabelStudio(), records_by_article(source))
    tasks = json.loads(files["label-studio.json"])
    left = [one.article_id for one in omissions]
    again, _, found = back([short(one) for one in tasks] if is_short else tasks, tmp_path)
    assert not found
    kept = {
        key: record
        for key, record in records_of(source).items()
        if key.partition(".")[0] not in left
    }
    assert records_of(again) == kept
    assert left == ["2023-11-08-herald"]


@pytest.fixture
def task():
    return exported(onrecord.read(BRIDGE))[0]


def results(task):
    return {one.get("id"): one for one in task["annotations"][0]["result"] if "id" in one}


def relate(task, start, end, *labels):
    relation = {"type": "relation", "from_id": start, "to_id": end, "labels": list(labels)}
    task["annotations"][0]["result"].append({"direction": "right", **relation})


def region(task, id_, label, words, **more):
    at = task["data"]["text"].index(words)
    value = {"start": at, "end": at + len(words), "text": words, "labels": [label]}
    names = {"from_name": "label", "to_name": "text", "type": "labels"}
    task["annotations"][0]["result"].append({"id": id_, **names, "value": value, **more})


def test_regions_are_as_annotators_left_them(task, tmp_path):
    text = task["data"]["text"]
    moved = results(task)["bridge.q2-speaker-1"]["value"]
    moved |= {"start": text.index("mayor"), "text": "mayor"}
    results(task)["bridge.q2-content-1"]["value"]["labels"] = ["mixed"]
    corpus, _, found = back([task], tmp_path)
    quote = corpus.quotes["bridge.q2"]
    assert not found
    assert quote.type == "mixed"
    assert [one.exact for one in quote.speakers[0].mentions] == ["mayor"]
    assert quote.speakers[0].name == "Ada Example"


def test_what_annotators_delete_is_deleted_and_reported(task, tmp_path):
    gone = {"bridge.q2-cue-1", "bridge.q1-content-1", "bridge.c2-content-1"}
    result = task["annotations"][0]["result"]
    result[:] = [one for one in result if not gone & {*map(str, one.values())}]
    corpus, _, found = back([task], tmp_path)
    assert [quote.id for quote in corpus.quotes] == ["bridge.q2"]
    assert not corpus.quotes["bridge.q2"].cue
    assert [claim.id for claim in corpus.claims] == ["bridge.c1"]
    assert len(found) == 4  # two records, and the speaker and cue of one
    assert {one.code for one in found} == {"not-carried-over"}


def test_new_regions_become_records_and_parts_of_records(task, tmp_path):
    region(task, "n1", "free_indirect", "a hundred years old")
    region(task, "n2", "claim", "hundred", meta={"text": ["It is a hundred years old."]})
    region(task, "n3", "addressee", "The bridge", meta={"text": ["Nobody"]})
    relate(task, "n1", "bridge.q2-speaker-1")
    relate(task, "n2", "n1", "rests on")
    relate(task, "bridge.q2-content-1", "n3", "addressee")
    relate(task, "n1", "bridge.q2-content-1", "within")
    corpus, _, found = back([task], tmp_path)
    assert not found
    new = corpus.quotes["bridge.q3"]
    assert (new.type, new.within, new.attribution) == (
        "free_indirect", "bridge.q2", "attributed",
    )  # fmt: skip
    assert new.speakers[0].name == "Ada Example"
    assert corpus.claims["bridge.c3"].quote_ids == ("bridge.q3",)
    assert corpus.quotes["bridge.q2"].addressees[0].name == "Nobody"


def test_one_annotation_of_several_is_imported(task, tmp_path):
    (first,) = task["annotations"]
    people = [{"id": 1, "email": "a@example.org"}, {"id": 2}, 3]
    task["annotations"] = [
        {
            **copy.deepcopy(first),
            "id": number,
            "completed_by": who,
            "updated_at": f"2024-05-0{number}T00:00:00Z",
        }
        for number, who in enumerate(people, 1)
    ]
    task["annotations"][2]["was_cancelled"] = True
    region(task, "n1", "reported", "a hundred years")
    corpus, _, found = back([task], tmp_path / "a")
    assert "bridge.q3" not in corpus.quotes
    assert len(found) == 2
    corpus, _, _ = back([task], tmp_path / "b", annotator="a@example.org")
    assert corpus.quotes["bridge.q3"].annotation.annotators == ("a@example.org",)
    task["annotations"][0]["ground_truth"] = True
    corpus, _, _ = back([task], tmp_path / "c")
    assert "bridge.q3" in corpus.quotes


def test_predictions_are_imported_if_they_are_wanted(task, tmp_path):
    result = []
    task["predictions"] = [{"model_version": "finder 2", "result": result}]
    task["annotations"], kept = [{"result": result}], task["annotations"]
    region(task, "n1", "reported", "a hundred years")
    task["annotations"] = kept
    del task["data"]["onrecord"]
    corpus, _, _ = back([task], tmp_path, use="predictions")
    (quote,) = corpus.quotes
    assert (quote.annotation.method, quote.annotation.tool) == ("automatic", "finder 2")


def test_words_with_entities_are_those_of_the_text(tmp_path):
    task = {"data": {"text": "He & she <left>.\nThen"}, "annotations": [{"result": []}]}
    region(task, "n1", "reported", "& she <left>.\nThen")
    task["annotations"][0]["result"][0]["value"]["text"] = "&amp; she &lt;left&gt;.\\nThen"
    escaped = task["annotations"][0]["result"][0]["value"]
    escaped["text"] = "&amp; she &lt;left&gt;.\nThen"
    _, made, found = back([task], tmp_path)
    assert not found
    assert made.quotes == 1


def test_other_members_of_short_tasks_are_reported(tmp_path):
    region = {"start": 0, "end": 2, "text": "He", "labels": ["reported"]}
    task = {"id": 7, "text": "He left.", "label": [region], "mood": "calm", "tags": ["a"]}
    corpus, made, found = back([task], tmp_path)
    assert made.quotes == 1
    assert corpus.articles[0].id == "task-7"
    assert [one.message.split(" of ")[0] for one in found] == ["data.mood", "data.tags"]


def anything():
    leaves = st.none() | st.booleans() | st.integers(-3, 200) | st.text(max_size=5)
    names = st.sampled_from(
        [
            "id",
            "value",
            "labels",
            "start",
            "end",
            "type",
            "from_id",
            "to_id",
            "meta",
            "text",
            "content",
            "speakers",
            "mentions",
            "quotes",
            "result",
            "relations",
            "quote_ids",
        ]
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
        max_leaves=12,
    )


@pytest.mark.slow
@settings(max_examples=examples(22))
@given(st.data())
def test_hostile_tasks_are_findings(data):
    (task,) = exported(onrecord.read(BRIDGE))
    places = [task["data"], task["data"]["onrecord"], task["annotations"][0], task]
    for records in (task["data"]["onrecord"]["quotes"], task["data"]["onrecord"]["claims"]):
        places += records
    places += task["annotations"][0]["result"]
    places += [one["value"] for one in task["annotations"][0]["result"] if "value" in one]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(places))
        place[data.draw(st.sampled_from(sorted(place)))] = data.draw(anything())
    with tempfile.TemporaryDirectory() as name:
        _, made, _ = back([task], Path(name))
    assert made.items == made.quotes + made.claims + made.refused
