"""Documents that are read together give what they give one by one."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.corpus import reading
from onrecord.findings import Finding
from onrecord.readers.discovery import find
from onrecord.readers.formats import open_reader, read_all
from onrecord.readers.models.document import DocumentReader
from onrecord.readers.options import ReadOptions
from onrecord.schema import CURRENT
from onrecord.schema.arrow import arrow_schema
from onrecord.schema.current import Document
from onrecord.schema.flat import flatten, flatten_value
from onrecord.testing import documents
from tests.drawing import examples

ROOT = Path(__file__).parents[2]
GOOD = {
    "schema_version": "1.0",
    "annotation": {"method": "manual"},
    "article": {
        "id": "a",
        "language": "en",
        "rights": {"license": "CC0-1.0", "redistribute": "full"},
    },
    "quotes": [
        {
            "id": name,
            "type": "indirect",
            "content": [{"exact": "x", "quoted": False}],
            "attribution": "anonymous",
            **more,
        }
        for name, more in (
            ("q1", {"within": "q2", "relations": [{"type": "same_statement", "quote_id": "q2"}]}),
            ("q2", {"annotation": {"method": "automatic", "tool": "t"}}),
        )
    ],
    "claims": [
        {"id": "c1", "text": "X.", "language": "en", "voice": "source", "quote_ids": ["q1", "a.q2"]}
    ],
}
# A path in the document and what is there instead: each may be right or wrong.
CHANGES = [
    (("article", "id"), "b"),
    (("article", "id"), "../a"),
    (("article", "id"), "a" * 201),
    (("article", "record_type"), "article"),
    (("article", "text_sha256"), 5),
    (("article", "text"), "x"),
    (("article", "text"), "\0"),
    (("article",), None),
    (("annotation",), None),
    (("annotation", "method"), "guessed"),
    (("schema_version",), "0.9"),
    (("schema_version",), 1.0),
    (("more",), 1),
    (("quotes",), None),
    (("quotes",), {}),
    (("quotes",), []),
    (("quotes", 0), None),
    (("quotes", 0, "id"), "a.q1"),
    (("quotes", 0, "id"), "Q1"),
    (("quotes", 0, "id"), 1),
    (("quotes", 0, "article_id"), "a"),
    (("quotes", 0, "quote"), "x"),
    (("quotes", 0, "speaker"), "x"),
    (("quotes", 0, "fingerprint"), None),
    (("quotes", 0, "annotation"), {}),
    (("quotes", 0, "annotation"), {"method": "manual", "annotators": ["b"]}),
    (("quotes", 0, "within"), ["q2"]),
    (("quotes", 0, "within"), "b.q2"),
    (("quotes", 0, "within"), "q 2"),
    (("quotes", 0, "within"), ""),
    (("quotes", 0, "relations"), {"type": "same_statement"}),
    (("quotes", 0, "relations"), ["q2"]),
    (("quotes", 0, "relations", 0, "quote_id"), 2),
    (("quotes", 0, "content", 0, "start"), 1.0),
    (("quotes", 0, "content", 0, "exact"), "\ud800"),
    (("quotes", 0, "content"), []),
    (("claims", 0, "quote_ids"), "q1"),
    (("claims", 0, "quote_ids"), {"q1": 1}),
    (("claims", 0, "quote_ids"), [None]),
    (("claims", 0, "status"), "active"),
]


def changed(value, changes):
    """A document with some changes, those that are possible."""
    found = copy.deepcopy(value)
    for (*steps, last), new in changes:
        try:
            inside = found
            for step in steps:
                inside = inside[step]
            inside[last] = new
        except (KeyError, IndexError, TypeError):
            continue
    return found


def write(folder, many, ending):
    """Write documents to files with ids a0, a1 and so on, or other ids that they have."""
    for number, value in enumerate(many):
        members = (f"{name}: {json.dumps(member)}\n" for name, member in value.items())
        text = "".join(members) if ending == ".yaml" else json.dumps(value)
        (folder / f"a{number:02}{ending}").write_text(text)


def numbered(*changes):
    return [changed(GOOD, [(("article", "id"), f"a{number:02}"), *changes]) for number in range(20)]


def columns(record_type, rows):
    return pa.Table.from_pylist(rows, arrow_schema(CURRENT.models[record_type])).to_pylist()


@pytest.mark.parametrize("change", [None, *CHANGES], ids=str)
def test_records_of_a_value_are_valid_if_it_is_a_document(change):
    value = changed(GOOD, [change] if change else [])
    try:
        document = Document.model_validate_json(json.dumps(value))
    except ValueError:
        document = None
    assert change or document
    try:
        rows = flatten_value(copy.deepcopy(value))
        for record_type, found in rows.items():
            for row in found:
                CURRENT.models[record_type].model_validate_json(json.dumps(row))
    except ValueError:
        # Whatever is missed here is validated as a document.
        return
    assert document is not None
    for record_type, found in flatten(document).items():
        validated = [
            CURRENT.models[record_type].model_validate_json(json.dumps(row)).model_dump()
            for row in rows[record_type]
        ]
        assert columns(record_type, found) == columns(record_type, validated)


def items(found):
    """Findings and other items, and rows by their types, each with the number of the record."""
    result = []
    for item in found:
        if hasattr(item, "rows"):
            schema = arrow_schema(CURRENT.models[item.record_type])
            rows = item.rows
            if not isinstance(rows, pa.RecordBatch):
                rows = pa.RecordBatch.from_pylist(rows, schema)
            assert rows.schema == schema
            result.append((item.record_type, item.file, [*item.numbers], rows.to_pylist()))
        else:
            result.append(item)
    return result


def same(folder):
    """Read the files of a folder together and one by one."""
    files = find([folder])
    together = [(file, items(found)) for file, found in read_all(files)]
    assert together == [(file, items(open_reader(file).read(file))) for file in files]
    return together


@pytest.mark.slow
@settings(max_examples=examples(6))
@given(
    st.lists(st.lists(st.sampled_from(CHANGES), max_size=2), min_size=16, max_size=20),
    st.sampled_from([".yaml", ".json"]),
)
def test_valid_and_invalid_documents_are_read_together(tmp_path_factory, changes, ending):
    folder = tmp_path_factory.mktemp("many")
    many = zip(numbered(), changes, strict=False)
    write(folder, [changed(value, some) for value, some in many], ending)
    same(folder)


@pytest.mark.slow
@settings(max_examples=examples(2))
@given(st.lists(documents(), min_size=16, max_size=16))
def test_documents_of_all_kinds_are_read_together(tmp_path_factory, many):
    folder = tmp_path_factory.mktemp("many")
    for number, document in enumerate(many):
        (folder / f"a{number:02}.json").write_text(document.model_dump_json(exclude_defaults=True))
    same(folder)


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["dataset", "docs/examples/gazette", "tests/rules/defects"])
def test_curated_and_defective_documents_are_read_together(folder):
    assert same(ROOT / folder)


def test_a_text_beside_one_of_many_documents_is_its_text(tmp_path):
    write(tmp_path, numbered(), ".json")
    (tmp_path / "a03.txt").write_text("x\n")
    (tmp_path / "a04.txt").write_bytes(b"\xff")
    found = {file.path.stem: found for file, found in same(tmp_path)}
    assert found["a03"][0][3][0]["text"] == "x\n"
    assert [one.code for one in found["a04"] if isinstance(one, Finding)] == ["not-utf8"]
    assert found["a05"][0][3][0]["text"] is None


def test_pydantic_can_be_asked_about_each_document(tmp_path):
    write(tmp_path, numbered(), ".yaml")
    quick, full = (
        reading.read(tmp_path, options=ReadOptions(validate_all=validate_all))
        for validate_all in (False, True)
    )
    for record_type in ("article", "quote", "claim"):
        assert quick.table(record_type).equals(full.table(record_type))


@pytest.mark.parametrize("ending", [".yaml", ".json"])
def test_valid_documents_are_neither_parsed_nor_validated_one_by_one(tmp_path, monkeypatch, ending):
    write(tmp_path, numbered(), ending)
    monkeypatch.setattr(DocumentReader, "read_text", None)
    assert len(reading.read(tmp_path).articles) == 20
