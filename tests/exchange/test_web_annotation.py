from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.editing.writing import as_yaml
from onrecord.errors import InputError
from onrecord.exchange import export_records, ids, import_records
from onrecord.exchange.bundles import compact
from onrecord.exchange.importing import ImportSummary
from onrecord.exchange.web_annotation.formats import WebAnnotation, WebAnnotationExporter
from onrecord.files.texts import sha256
from onrecord.findings import Finding, Severity
from onrecord.schema import current
from onrecord.schema.flat import flatten
from onrecord.testing import documents
from tests import ROOT
from tests.drawing import examples
from tests.exchange.written import records_by_article, written
from tests.values import paths_in

VALID = ROOT / "docs" / "examples" / "web-annotation"


def exported(document: current.Document, folder: Path, offsets: str = "code-points") -> Any:
    records = folder / "records"
    records.mkdir()
    (records / "a.yaml").write_text(as_yaml(document), encoding="utf-8", newline="")
    corpus = onrecord.read(records)
    assert not corpus.findings
    files, omissions = written(WebAnnotationExporter(offsets=offsets), records_by_article(corpus))
    (folder / "out").mkdir()
    for name, text in files.items():
        (folder / "out" / name).write_text(text, encoding="utf-8", newline="")
    return omissions


def imported(
    path: Path, out: Path, **options: Any
) -> tuple[ImportSummary, list[Finding], dict[str, Any]]:
    findings: list[Finding] = []
    summary = import_records(WebAnnotation(**options), [path], out, report=findings.append)
    assert summary.items == summary.quotes + summary.claims + summary.refused
    records = {}
    for file in sorted(out.rglob("*.yaml")):
        corpus = onrecord.read(file)
        assert not corpus.findings
        records.update(flat(corpus))
    return summary, findings, records


def flat(corpus: Any) -> dict[str, Any]:
    tables = (corpus.articles, corpus.quotes, corpus.claims)
    return {one.id: compact(one.model_dump()) for table in tables for one in table}


def flat_document(document: current.Document) -> dict[str, Any]:
    return {row["id"]: compact(row) for rows in flatten(document).values() for row in rows}


@pytest.mark.slow
@settings(max_examples=examples(9))
@given(documents("hydrated"), st.sampled_from(["code-points", "utf16"]))
def test_import_of_an_export_gives_the_same_records(document, offsets):
    rights = current.Rights(license="CC-BY-4.0", redistribute="full")
    article = document.article.model_copy(update={"rights": rights})
    document = document.model_copy(update={"article": article})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assert not exported(document, folder, offsets)
        summary, findings, records = imported(folder / "out", folder / "back")
    assert not summary.refused
    assert not [finding for finding in findings if finding.severity is Severity.ERROR]
    assert records == flat_document(document)


@pytest.mark.slow
@settings(max_examples=examples(10))
@given(documents("dehydrated"))
def test_import_of_an_export_gives_the_same_records_where_words_are_withheld(document):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assert not exported(document, folder)
        summary, _, records = imported(folder / "out", folder / "back")
    assert not summary.refused
    assert records == flat_document(document)


URL = "https://example.org/harbour"
TEXT = "⚓🚢 The town has rebuilt the harbour. “It is open,” the mayor said, “and it is ours.” It is old."


def position(words: str, units: str = "code-points", text: str = TEXT) -> dict[str, Any]:
    start = text.index(words)
    end = start + len(words)
    if units == "utf16":
        start, end = (len(text[:at].encode("utf-16-le")) // 2 for at in (start, end))
    return {"type": "TextPositionSelector", "start": start, "end": end}


def quoting(words: str, **around: str) -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": words, **around}


def target(*selectors: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "SpecificResource", "source": URL, "selector": list(selectors), **more}


def annotation(*targets: Any, tag: str | None = "direct", **more: Any) -> dict[str, Any]:
    tags = [{"type": "TextualBody", "purpose": "tagging", "value": tag}] if tag else []
    one = {"id": "https://example.org/a/1", "type": "Annotation"}
    return {**one, "body": tags, "target": list(targets), **more}


class Result:
    def __init__(self, summary, findings, documents):
        self.summary = summary
        self.codes = sorted(finding.code for finding in findings)
        self.findings = findings
        self.documents = documents

    @property
    def quotes(self):
        return [quote for document in self.documents for quote in document["quotes"]]


FULL = {"license": "CC-BY-4.0", "redistribute": "full"}


def result(folder: Path, value: Any, text: str | None = TEXT, **options: Any) -> Result:
    source = folder / "source"
    source.mkdir()
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    (source / "a.jsonld").write_bytes(data)
    if text is not None:
        (source / f"{ids.of_page(URL)}.txt").write_bytes(text.encode())
    findings: list[Finding] = []
    out = folder / "out"
    importer = WebAnnotation(**{**FULL, **options})
    summary = import_records(importer, [source], out, report=findings.append)
    assert summary.items == summary.quotes + summary.claims + summary.refused
    documents = [yaml.safe_load(path.read_bytes()) for path in sorted(out.rglob("*.yaml"))]
    if documents:
        report = onrecord.validate(out)
        assert not report.errors, report
    return Result(summary, findings, documents)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda one: one,
        lambda one: [one],
        lambda one: {"type": "AnnotationPage", "items": [one]},
        lambda one: {"type": "AnnotationPage", "items": one},
        lambda one: {
            "type": "AnnotationCollection",
            "first": {"type": "AnnotationPage", "items": [one]},
        },
        lambda one: one | {"target": one["target"][0]},
        lambda one: one | {"body": one["body"][0]},
        lambda one: one | {"type": ["Annotation"]},
        lambda one: (
            {name: value for name, value in one.items() if name != "body"}
            | {"bodyValue": "direct", "motivation": "tagging"}
        ),
        lambda one: one | {"motivation": "commenting"},
        lambda one: (
            one | {"target": [{**one["target"][0], "source": {"id": URL, "language": "en"}}]}
        ),
    ],
)
def test_one_annotation_in_every_wrapping_is_one_quote(wrap, tmp_path):
    one = annotation(target(position("It is open,"), quoting("It is open,")))
    found = result(tmp_path, wrap(one))
    (quote,) = found.quotes
    assert found.codes == []
    assert quote["content"] == [{"exact": "It is open,", "start": 38, "end": 49, "quoted": True}]
    assert quote["attribution"] == "unknown"
    assert quote["annotation"]["origin"]["id"] == "https://example.org/a/1"
    assert found.documents[0]["article"]["url"] == URL


@pytest.mark.parametrize(
    ("selectors", "extent"),
    [
        ([position("It is open,")], (38, 49)),
        ([quoting("It is open,")], (38, 49)),
        ([quoting("It is", prefix="ours.” ")], (85, 90)),
        ([quoting("It is", suffix=" old")], (85, 90)),
        ([quoting("It is")], None),
        ([quoting("It was open")], None),
        ([{"type": "FragmentSelector", "refinedBy": quoting("It is open,")}], (38, 49)),
        (
            [position("It is open,") | {"refinedBy": {**position("It is"), "start": 6, "end": 11}}],
            (44, 49),
        ),
        ([{"type": "XPathSelector", "value": "/p"}, position("It is open,")], (38, 49)),
    ],
)
def test_words_are_located_if_the_text_has_them_in_one_place(selectors, extent, tmp_path):
    found = result(tmp_path, annotation(target(*selectors)))
    (quote,) = found.quotes
    (span,) = quote["content"]
    if extent is None:
        assert "start" not in span
        assert found.codes == ["not-carried-over"]
    else:
        assert (span["start"], span["end"]) == extent
        assert span["exact"] == TEXT[slice(*extent)]
        assert found.codes == []


def test_discontinuous_quotes_are_kept_in_text_order(tmp_path):
    parts = [target(quoting("and it is ours.")), target(quoting("It is open,"))]
    found = result(tmp_path, annotation(*parts))
    words = [span["exact"] for span in found.quotes[0]["content"]]
    assert words == ["It is open,", "and it is ours."]


def test_offsets_in_utf16_units_are_told_and_can_be_read(tmp_path):
    one = annotation(target(position("It is open,", "utf16"), quoting("It is open,")))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    found = result(tmp_path / "a", one)
    assert found.codes == ["offsets-mismatch"]
    assert "--offsets utf16" in found.findings[0].message
    assert found.summary.refused == 1
    found = result(tmp_path / "b", one, offsets="utf16")
    assert found.quotes[0]["content"][0]["start"] == 38


def test_without_the_text_words_are_kept_and_offsets_are_those_of_the_source(tmp_path):
    one = annotation(target(position("It is open,"), quoting("It is open,", prefix="“")))
    found = result(tmp_path, one, text=None, license=None, redistribute=None)
    (quote,) = found.quotes
    assert found.codes == []
    assert quote["content"] == [{"exact": "It is open,", "quoted": True}]
    fields = quote["annotation"]["origin"]["fields"]
    assert fields[0] == {"name": "target[0].selector[0]", "value": "38-49"}


REFUSED = {
    "no type": (annotation(target(quoting("It is open,")), tag=None), "missing-field"),
    "two types": (
        annotation(target(quoting("It is open,")))
        | {
            "body": [
                {"purpose": "tagging", "value": "direct"},
                {"purpose": "tagging", "value": "mixed"},
            ]
        },
        "not-allowed",
    ),
    "no target": ({"type": "Annotation"}, "missing-field"),
    "no object": (5, "wrong-type"),
    "not an annotation": ({"type": "Person"}, "wrong-type"),
    "no selector": (annotation({"source": URL}), "missing-field"),
    "page alone": (annotation(URL), "missing-field"),
    "two sources": (
        annotation(target(quoting("It")), target(quoting("is")) | {"source": URL + "/b"}),
        "not-allowed",
    ),
    "overlap": (
        annotation(target(quoting("It is open,")), target(quoting("is open"))),
        "not-allowed",
    ),
    "mixed without quoted": (
        annotation(target(quoting("It is open,")), tag="mixed"),
        "missing-field",
    ),
    "other words": (
        annotation(target(position("It is open,"), quoting("It was open"))),
        "offsets-mismatch",
    ),
    "beyond": (
        annotation(target({"type": "TextPositionSelector", "start": 0, "end": 999})),
        "offsets-beyond-text",
    ),
    "reversed": (
        annotation(target({"type": "TextPositionSelector", "start": 9, "end": 9})),
        "offsets-reversed",
    ),
    "negative": (
        annotation(target({"type": "TextPositionSelector", "start": -1, "end": 9})),
        "offsets-beyond-text",
    ),
    "huge": (
        annotation(target({"type": "TextPositionSelector", "start": 0, "end": 10**30})),
        "offsets-beyond-text",
    ),
    "text as number": (
        annotation(target({"type": "TextPositionSelector", "start": "0", "end": 9})),
        "wrong-type",
    ),
    "exact is no text": (
        annotation(target({"type": "TextQuoteSelector", "exact": ["It"]})),
        "wrong-type",
    ),
    "surrogate": (annotation(target(quoting("It \ud83d"))), "lone-surrogate"),
    "orphan": (
        annotation(target(quoting("said"))) | {"onrecord:of": "urn:onrecord:quote:a.q9"},
        "unknown-target",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_become_a_record_is_refused_at_its_place(name, tmp_path):
    value, code = REFUSED[name]
    found = result(tmp_path, [value])
    errors = [one for one in found.findings if one.severity is Severity.ERROR]
    assert code in {one.code for one in errors}
    assert found.summary.refused == found.summary.items == 1
    assert all(one.place.line == 1 and one.place.column for one in errors)


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"motivation": "highlighting"}, 0),
        ({"motivation": "quoting"}, 0),
        ({}, 0),
        ({"motivation": "commenting"}, 1),
        ({"motivation": ["linking"]}, 1),
    ],
)
def test_the_type_can_be_told_of_passages_without_a_tag(more, refused, tmp_path):
    one = annotation(target(quoting("It is open,")), tag=None, **more)
    found = result(tmp_path, one, type="indirect")
    assert found.summary.refused == refused
    assert [quote["type"] for quote in found.quotes] == ["indirect"] * (1 - refused)


def test_position_alone_needs_the_text(tmp_path):
    found = result(tmp_path, annotation(target(position("It is open,"))), text=None)
    assert found.codes == ["text-missing"]
    assert found.summary.refused == 1


def test_words_that_could_not_be_restored_are_refused(tmp_path):
    one = annotation(target(quoting("It is open,")), tag="indirect")
    found = result(tmp_path, one, text=None, license=None, redistribute=None)
    assert found.codes == ["cannot-be-withheld"]


def test_what_has_no_field_is_kept(tmp_path):
    one = annotation(
        target(quoting("It is open,"), {"type": "XPathSelector", "value": "/p"}),
        motivation="highlighting",
        rights="https://example.org/license",
        creator=[{"type": "Person", "name": "a reader"}, {"type": "Software", "name": "tool 1"}],
        created="2024-05-03T09:30:00Z",
    )
    one["body"].append({"type": "TextualBody", "value": "A comment.", "purpose": "commenting"})
    (quote,) = result(tmp_path, one).quotes
    made = quote["annotation"]
    assert made["annotators"] == ["a reader"]
    assert (made["tool"], made["on"]) == ("tool 1", "2024-05-03T09:30:00Z")
    assert made["note"] == "A comment."
    kept = {one["name"]: one["value"] for one in made["origin"]["fields"]}
    assert set(kept) == {"target[0].selector[1]", "motivation", "rights", "file"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b'[{"type": "Annotation", ',
        b"\xff\xfe[\0]\0",
        b"[" * 5000,
        b'{"a": 1, "a": 2, "items": []}',
        b'"text"',
        b"null",
        b'[{"target": "\xe9"}]',
        b'[{"target": "a\0b"}]',
        b'{"type": "AnnotationCollection", "first": "https://example.org/page1"}',
        b'{"type": "AnnotationPage"}',
    ],
)
def test_files_that_cannot_be_read_are_findings(data, tmp_path):
    found = result(tmp_path, data)
    assert [one for one in found.findings if one.severity is Severity.ERROR]
    assert found.findings[0].place.line == 1


def bridge(folder: Path) -> Any:
    path = ROOT / "docs" / "examples" / "bridge.yaml"
    export_records(WebAnnotationExporter(), [path], folder / "pages")
    return json.loads((folder / "pages" / "bridge.jsonld").read_text(encoding="utf-8"))


def back(folder: Path, page: Any, **options: Any) -> tuple[ImportSummary, list[Finding], Any]:
    path = folder / "page.jsonld"
    path.write_text(json.dumps(page), encoding="utf-8")
    return imported(path, folder / "back", **options)


@pytest.mark.slow
def test_what_somebody_changed_in_a_tool_is_what_counts(tmp_path):
    page = bridge(tmp_path)
    items = {item["id"].removeprefix("urn:onrecord:"): item for item in page["items"]}
    moved, words = items["quote:bridge.q1"]["target"][0]["selector"]
    moved["start"], words["exact"] = 6, "harbour opens in May"
    items["quote:bridge.q2:speakers[0]"]["body"][1]["value"] = "Grace Example"
    items["claim:bridge.c2"]["body"][0]["value"] = "The bridge is old."
    summary, findings, records = back(tmp_path, page)
    assert not summary.refused
    assert not findings
    assert records["bridge.q1"]["content"][0]["start"] == 6
    assert records["bridge.q2"]["speakers"][0]["name"] == "Grace Example"
    assert records["bridge.q2"]["speakers"][0]["role"] == "mayor"
    assert records["bridge.c2"]["text"] == "The bridge is old."


@pytest.mark.slow
def test_a_cue_that_is_wrong_refuses_its_quote_and_what_rests_on_it(tmp_path):
    page = bridge(tmp_path)
    (cue,) = [item for item in page["items"] if item["id"].endswith("q2:cue")]
    cue["target"][0]["selector"][0]["start"] += 1
    summary, findings, records = back(tmp_path, page)
    assert sorted(one.code for one in findings) == [
        "missing-field",
        "not-carried-over",
        "offsets-mismatch",
    ]
    assert summary.refused == 2
    assert set(records) == {"bridge", "bridge.q1", "bridge.c2"}


@pytest.mark.slow
def test_annotations_that_a_tool_added_to_a_page_stand_in_its_article(tmp_path):
    page = bridge(tmp_path)
    page["items"].append(
        annotation({"source": page["items"][0]["target"][0]["source"], "selector": quoting("May")})
    )
    summary, findings, records = back(tmp_path, page)
    assert not findings
    assert (summary.articles, summary.quotes) == (1, 3)
    (added,) = {record for record in records if record.startswith("bridge.q-")}
    assert records[added]["content"][0]["start"] == 23


@pytest.mark.slow
def test_annotations_without_their_page_keep_their_ids_and_words(tmp_path):
    summary, _, records = back(tmp_path, bridge(tmp_path)["items"], **FULL)
    assert not summary.refused
    assert {"bridge.q1", "bridge.q2", "bridge.c1", "bridge.c2"} < set(records)
    assert records["bridge"]["url"] == "https://example.org/bridge"
    assert "start" not in records["bridge.q2"]["content"][0]


@pytest.mark.slow
def test_offsets_in_utf16_units_need_the_text(tmp_path):
    made = export_records(
        WebAnnotationExporter(offsets="utf16"), [ROOT / "dataset"], tmp_path / "out"
    )
    assert [one.article_id for one in made.omissions] == ["2024-12-10-putin-assad"]
    assert not made.files


@pytest.mark.slow
def test_a_page_is_as_the_standard_has_it(tmp_path):
    page = bridge(tmp_path)
    assert page["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert page["type"] == "AnnotationPage"
    assert page["partOf"]["total"] == len(page["items"])
    for item in page["items"]:
        assert item["type"] == "Annotation"
        assert item["id"].startswith("urn:onrecord:")
        assert item["target"]
        for one in item["target"]:
            if isinstance(one, dict):
                assert one["type"] == "SpecificResource"
                kinds = [selector["type"] for selector in one["selector"]]
                assert kinds == ["TextPositionSelector", "TextQuoteSelector"]


def related(**changes):
    first, second = ("urn:onrecord:quote:harbour.q1", "urn:onrecord:quote:harbour.q2")
    body = [
        {"type": "TextualBody", "purpose": "tagging", "value": "answers"},
        {"type": "SpecificResource", "source": second, "purpose": "replying"},
    ]
    return {
        "body": body,
        "target": first,
        "onrecord:of": first,
        "onrecord:role": "relations",
    } | changes


JOINT = """
schema_version: "1.0"
article:
  id: harbour
  url: https://example.org/harbour
  language: en
  rights: {license: CC-BY-4.0, redistribute: full}
  text: "Ann and Bo, both sailors, said: “It is open.” “It is not,” she said."
quotes:
- id: q1
  type: direct
  content: [{exact: It is open., start: 33, end: 44, quoted: true}]
  attribution: attributed
  speakers:
  - {name: Ann Example, wikidata: Q1, mentions: [{exact: Ann, start: 0, end: 3}]}
  - {name: Cy Example, role: sailor}
  - mentions: [{exact: "Bo", start: 8, end: 10}, {exact: both sailors, start: 12, end: 24}]
  relayed_by: [{name: A Paper}, {name: An Agency}]
  relations: [{type: answers, quote_id: q2}]
- id: q2
  type: direct
  content: [{exact: "It is not,", start: 47, end: 57, quoted: true}]
  attribution: anonymous
  speakers: [{mentions: [{exact: she, start: 59, end: 62}]}]
claims:
- id: c1
  text: The harbour is open.
  language: en
  voice: source
  claimant: {name: Ann Example, mentions: [{exact: Ann, start: 0, end: 3}]}
  quote_ids: [q1]
  annotation: {method: manual, note: "Two\n\nparagraphs."}
annotation: {method: manual}
"""


def joint(folder):
    document = yaml.safe_load(JOINT)
    text = document["article"]["text"]
    document["article"] |= {"text_sha256": sha256(text), "text_length": len(text)}
    (folder / "joint.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    export_records(WebAnnotationExporter(), [folder / "joint.yaml"], folder / "pages")
    return json.loads((folder / "pages" / "harbour.jsonld").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_sources_and_relations_are_annotations_and_come_back(tmp_path):
    page = joint(tmp_path)
    items = {item["id"].removeprefix("urn:onrecord:quote:harbour."): item for item in page["items"]}
    both = items["q1:speakers[2]"]
    assert len(both["target"]) == 2
    assert both["motivation"] == "tagging"
    assert items["q1:speakers[0]"]["motivation"] == "identifying"
    assert items["q1:relations[0]"]["motivation"] == "replying"
    assert items["q1"]["onrecord:quote"]["speakers"] == [
        {},
        {"name": "Cy Example", "role": "sailor"},
        {},
    ]
    assert "speakers" not in items["q2"]["onrecord:quote"]
    summary, findings, records = back(tmp_path, page)
    assert (summary.refused, findings) == (0, [])
    assert records == flat(onrecord.read(tmp_path / "joint.yaml"))


@pytest.mark.slow
def test_a_source_that_a_tool_added_is_the_last(tmp_path):
    page = joint(tmp_path)
    (said,) = [item for item in page["items"] if item["id"].endswith("q2:speakers[0]")]
    page["items"].append({**said, "id": "https://example.org/a/2", "onrecord:role": "speakers"})
    _, findings, records = back(tmp_path, page)
    assert findings == []
    assert [len(one["mentions"]) for one in records["harbour.q2"]["speakers"]] == [1, 1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        related(body=[]),
        related(body=["urn:onrecord:quote:harbour.q2"]),
        related(body=[{"value": "denies"}, {"source": "urn:onrecord:quote:harbour.q2"}]),
        related(**{"onrecord:role": "relatives"}),
    ],
)
def test_a_relation_that_is_wrong_refuses_its_quote(wrong, tmp_path):
    page = joint(tmp_path)
    page["items"].append(wrong)
    _, findings, records = back(tmp_path, page)
    assert "harbour.q1" not in records
    assert "not-allowed" in {one.code for one in findings}


@pytest.mark.slow
def test_a_relation_to_no_record_is_left_out(tmp_path):
    page = joint(tmp_path)
    page["items"] = [item for item in page["items"] if ":harbour.q2" not in item["id"]]
    _, findings, records = back(tmp_path, page)
    assert {one.code for one in findings} == {"not-carried-over"}
    assert "relations" not in records["harbour.q1"]


def test_an_article_without_records_is_an_empty_collection(tmp_path):
    document = yaml.safe_load(JOINT)
    for name in ("quotes", "claims"):
        del document[name]
    (tmp_path / "one.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    export_records(WebAnnotationExporter(), [tmp_path / "one.yaml"], tmp_path / "pages")
    page = json.loads((tmp_path / "pages" / "harbour.jsonld").read_text(encoding="utf-8"))
    assert (page["type"], page["total"], "items" in page) == ("AnnotationCollection", 0, False)
    _, findings, records = back(tmp_path, page)
    assert findings == []
    assert set(records) == {"harbour"}


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(),
    st.sampled_from(
        ["", "nan", "x", "direct", "mixed", "urn:onrecord:quote:bridge.q1", "a\nb", " "]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(
        st.sampled_from(["id", "type", "value", "a\nb"]), st.text(max_size=3), max_size=2
    ),
)


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1 and new is DELETED:
        del copy[path[0]]
    else:
        copy[path[0]] = changed(copy[path[0]], path[1:], new)
    return copy


DELETED = object()
PAGES = {
    "ours": bridge,
    "joint": joint,
    "others": lambda _: json.loads((VALID / "harbour.jsonld").read_text(encoding="utf-8")),
}


@pytest.fixture(scope="module")
def sound_pages(tmp_path_factory):
    return {name: make(tmp_path_factory.mktemp(name)) for name, make in PAGES.items()}


@pytest.mark.slow
@settings(max_examples=60)
@given(data=st.data(), name=st.sampled_from(sorted(PAGES)))
def test_no_damage_to_a_file_is_more_than_a_finding(data, name, sound_pages):
    page = sound_pages[name]
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(list(paths_in(page))))
        new = data.draw(VALUES | st.just(DELETED))
        with contextlib.suppress(KeyError, IndexError, TypeError):
            page = changed(page, path, new)
    damaged(json.dumps(page).encode())


@pytest.mark.slow
@settings(max_examples=50)
@given(data=st.data(), name=st.sampled_from(sorted(PAGES)))
def test_no_damaged_byte_is_more_than_a_finding(data, name, sound_pages):
    content = bytearray(json.dumps(sound_pages[name], ensure_ascii=False).encode())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[at:]
    else:
        content[at] = data.draw(st.integers(0, 255))
    damaged(bytes(content))


def damaged(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.jsonld"
        path.write_bytes(content)
        out = Path(name) / "out"
        findings: list[Finding] = []
        with contextlib.suppress(InputError):
            summary = import_records(WebAnnotation(), [path], out, report=findings.append)
            assert summary.items == summary.quotes + summary.claims + summary.refused
            errors = [one for one in findings if one.severity is Severity.ERROR]
            assert bool(errors) or not summary.refused
            for file in out.rglob("*.yaml"):
                corpus = onrecord.read(file)
                assert not corpus.findings, corpus.findings


FORMS = {
    "decomposed": (
        "“L’été fut long,” a-t-il dit.",
        "L’e\u0301te\u0301 fut long,",
        "Unicode normal form",
    ),
    "composed": (
        "“L’e\u0301te\u0301 fut long,” a-t-il dit.",
        "L’été fut long,",
        "Unicode normal form",
    ),
    "Korean": ("“한국은 길다,” 했다.", "\u1112\u1161\u11ab국은 길다,", "Unicode normal form"),
    "ligature": ("“The ﬁrst… day,” she said.", "The first... day,", "compatibility characters"),
    "wrapped": ("“All ferries\r\n      stop,” she said.", "All ferries stop,", "white space"),
    "no-break": ("“Il dit\u202f: non\xa0!” hier", "Il dit : non !", "white space"),
    "thin": ("“10\u2009000 boats,” she said", "10 000 boats,", "white space"),
    "ideographic": ("「港を\u3000再建」と言った", "港を 再建", "white space"),
    "Japanese line": ("「港を\n再建」と言った", "港を再建", "white space"),
    "soft hyphen": ("“The har\xadbour,” she said", "The harbour,", "invisible characters"),
    "zero width": (
        "“The harbour,” she said",
        "The\u200b har\u2060bour\ufeff,",
        "invisible characters",
    ),
    "both": ("“Le  café fut,” il dit", "Le cafe\u0301 fut,", "white space and Unicode normal form"),
}


@pytest.mark.parametrize("with_offsets", [True, False])
@pytest.mark.parametrize("name", FORMS)
def test_words_in_another_form_are_imported_with_what_differs(name, with_offsets, tmp_path):
    text, words, difference = FORMS[name]
    start = 1
    end = max(text.find(mark, 1) for mark in "”」")
    selectors = [{"type": "TextPositionSelector", "start": start, "end": end}]
    one = annotation(target(*(selectors if with_offsets else []), quoting(words)))
    found = result(tmp_path, one, text=text)
    (finding,) = found.findings
    assert (finding.code, found.summary.refused) == ("words-in-other-form", 0)
    assert finding.facts["difference"].startswith(difference + " (U+")
    (span,) = found.quotes[0]["content"]
    assert (span["exact"], span["start"], span["end"]) == (text[start:end], start, end)


def test_other_words_are_refused_whatever_their_form(tmp_path):
    text = "“L’été fut long,” a-t-il dit."
    selectors = [
        {"type": "TextPositionSelector", "start": 1, "end": 16},
        quoting("L’ete fut long,"),
    ]
    found = result(tmp_path, annotation(target(*selectors)), text=text)
    assert found.codes == ["offsets-mismatch"]
