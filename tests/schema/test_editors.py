"""What editors read: the schema that a document's first line names, judged by another program.

YAML language servers check documents with a JSON Schema implementation of their own, so the schema
must mean the same to one that is not used anywhere else here, and is written in another language.
"""

from __future__ import annotations

import json
import re

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from onrecord import Document, testing
from onrecord.rules.examples import VALID
from tests import ROOT
from tests.drawing import examples

DOCUMENTS = sorted((ROOT / "dataset" / "articles").rglob("*.yaml"))
MODELINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


def named_schema(path):
    """The schema that the first line of a file names."""
    first = MODELINE.match(path.read_text(encoding="utf-8"))
    assert first, path
    return (path.parent / first[1]).resolve()


def editor(schema):
    return jsonschema_rs.validator_for(json.loads(schema.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def document_schema():
    assert DOCUMENTS
    (schema,) = {named_schema(path) for path in DOCUMENTS}
    return editor(schema)


@pytest.mark.parametrize("path", [*DOCUMENTS, ROOT / "dataset" / "corpus.yaml"])
def test_the_first_line_leads_to_the_schema_that_the_file_fits(path):
    value = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert editor(named_schema(path)).is_valid(value)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("checkible: false", "checkable: false"),
        ("type: verbatim", "type: direct"),
        ("start: one", "start: 1"),
        ("id: Harbour", "id: harbour"),
        ("redistribute: some", "redistribute: full"),
    ],
)
def test_an_editor_marks_what_the_validator_refuses_and_where(document_schema, wrong, right):
    assert document_schema.is_valid(yaml.safe_load(VALID))
    assert VALID.count(right) == 1
    (error,) = document_schema.iter_errors(yaml.safe_load(VALID.replace(right, wrong)))
    name, _, value = wrong.partition(": ")
    assert name in str(error.instance_path) or name in error.message or value in error.message


@pytest.mark.slow
@settings(max_examples=examples(18))
@given(testing.documents() | testing.documents("dehydrated"), st.data())
def test_an_editor_agrees_with_the_models(document_schema, document, data):
    value = document.model_dump(mode="json", exclude_none=True)
    assert document_schema.is_valid(value)
    parts = [value, value["article"], *value["quotes"], *value["claims"]]
    part = data.draw(st.sampled_from(parts))
    name = data.draw(st.sampled_from(sorted(part)))
    if data.draw(st.booleans()):
        part[f"{name}s"] = part.pop(name)
    else:
        part[name] = data.draw(st.sampled_from([None, "", "x", 1, [], ["x"], {}, True]))
    try:
        Document.model_validate_json(json.dumps(value))
    except ValidationError:
        fits = False
    else:
        fits = True
    assert document_schema.is_valid(value) is fits
