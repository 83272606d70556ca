"""Documents as values: read from YAML and JSON, and written."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import Document, InputError, InvalidDocumentError
from onrecord.editing.writing import as_yaml
from onrecord.schema import current
from onrecord.testing import documents
from tests import ROOT
from tests.drawing import examples

HARBOUR = ROOT / "docs" / "examples" / "harbour.yaml"
_HARBOUR = Document.load(HARBOUR)
CORPUS = sorted((ROOT / "dataset" / "articles").rglob("*.yaml"))


@pytest.mark.slow
@settings(max_examples=examples(10))
@given(documents() | documents("dehydrated"))
def test_what_is_written_is_read_again(document):
    text = as_yaml(document)
    same = Document.model_validate(document.model_dump(exclude_unset=True))
    assert Document.from_yaml(text) == same
    # Readers of YAML 1.1 read the same too, such as no and dates.
    whole = {"schema_version": "1.0"} | document.model_dump(mode="json", exclude_defaults=True)
    assert yaml.safe_load(text) == json.loads(json.dumps(whole))


@pytest.mark.slow
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
    | st.text("a \n\t#-:|>", min_size=1)
    | st.sampled_from(["no", "y", "on", "1:20", "1_000", "2024-12-10", "0x1F", ".5", "~", "null"])
)
def test_every_text_is_read_as_it_was_written(text):
    document = _HARBOUR.model_copy(
        update={"article": _HARBOUR.article.model_copy(update={"text": text})}
    )
    written = as_yaml(document)
    assert yaml.safe_load(written)["article"]["text"] == text


def test_the_layout_is_that_of_documents_written_by_hand():
    text = Document.load(HARBOUR).to_yaml()
    lines = HARBOUR.read_text("utf-8").splitlines()
    assert [line for line in text.splitlines() if line not in lines] == [
        '  annotators: ["your name"]',
        '      - {exact: "We will rebuild the harbour,", quoted: true}',
        '      - {exact: said, prefix: "the mayor "}',
    ]
    assert text.count("\n\n") == 4


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
@pytest.mark.parametrize("ending", ["yaml", "yml", "json"])
def test_a_saved_document_is_loaded_again(path, ending, tmp_path):
    document = Document.load(path)
    target = tmp_path / f"a.{ending}"
    document.save(target)
    assert Document.load(target) == document


def test_dates_need_no_quotation_marks():
    text = HARBOUR.read_text("utf-8").replace('"2024-05-02"', "2024-05-02")
    assert Document.from_yaml(text).article.published == "2024-05-02"


def test_an_earlier_version_is_upgraded():
    text = """
        {schema_version: "0.9", annotation: {method: manual},
         article: {id: a, language: en, rights: {license: NOASSERTION, redistribute: quotes}},
         quotes: [{id: q1, type: direct, content: [{exact: Yes, verbatim: true}],
                   attribution: attributed, speaker: {name: Ada Example, kind: person}}]}
    """
    document = Document.from_yaml(text)
    assert document.schema_version == "1.0"
    assert document.quotes[0].speakers[0].name == "Ada Example"


def test_what_is_wrong_is_listed_with_its_place():
    with pytest.raises(InvalidDocumentError) as caught:
        Document.from_yaml("annotation: {method: manual}\narticle: {id: A, lang: en, colour: red}")
    error = caught.value
    assert str(error).endswith(f" (and {len(error.findings) - 1} more)")
    assert [str(one.place) for one in error.findings] == sorted(
        str(x.place) for x in error.findings
    )
    found = {(one.code, one.path) for one in error.findings}
    assert ("not-allowed", "article.id") in found
    assert ("unknown-field", "article.colour") in found


@pytest.mark.parametrize(
    "text", ["", "a: [", "a.yaml", "\ud800", "a: 1\na: 2", "\x85", "--- 1\n--- 2"]
)
def test_what_is_no_document_is_refused(text):
    with pytest.raises(InvalidDocumentError, match="<text>:"):
        Document.from_yaml(text)


def test_files_that_are_no_documents_are_refused(tmp_path):
    document = Document.load(HARBOUR)
    with pytest.raises(InputError, match=r"quotes\.jsonl is no document; those are \.yaml, "):
        Document.load("quotes.jsonl")
    with pytest.raises(InputError, match=r"is no document"):
        document.save(tmp_path / "a.txt")
    with pytest.raises(InputError, match=r"missing\.yaml: No such file"):
        Document.load(tmp_path / "missing.yaml")
    with pytest.raises(InputError, match="No such file or directory"):
        document.save(tmp_path / "missing" / "a.yaml")


def test_it_is_a_document_of_the_schema():
    assert issubclass(Document, current.Document)
    assert Document.model_json_schema() == {
        **current.Document.model_json_schema(),
        "description": Document.__doc__.replace("\n    ", "\n").strip(),
    }
