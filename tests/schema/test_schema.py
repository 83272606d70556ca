"""The models, their JSON Schemas, and that the two say the same."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from onrecord import testing
from onrecord.schema import CURRENT, VERSIONS, json_schema, typescript
from onrecord.schema.export import export
from onrecord.schema.settings import FILES, CorpusFile
from onrecord.schema.shape import constants, paths
from tests import ROOT
from tests.drawing import examples, is_nightly
from tests.schema.instances import (
    RICH,
    is_valid,
    mutants,
    mutations,
    parse,
    parts,
    places,
    put,
    written,
)

SCHEMAS = ROOT / "schema"
MODELS = sorted(CURRENT.models)


@cache
def validators(name):
    """Two implementations of JSON Schema; a test under Node has a third."""
    schema = json_schema(name, CURRENT.number)
    return Draft202012Validator(schema), jsonschema_rs.Draft202012Validator(schema)


def assert_same_verdict(name, text, *, fast=False):
    """Pydantic and the published JSON Schema agree on whether a file may have this record.

    The implementation in Python takes most of the time, and is left out if ``fast``.
    """
    expected = is_valid(name, text)
    for validator in validators(name)[fast:]:
        assert validator.is_valid(json.loads(text)) is expected, (type(validator), text)
    return expected


@pytest.mark.parametrize("name", MODELS)
def test_the_rich_record_leaves_no_field_out(name):
    fields = {
        tuple(step.removesuffix("[]") for step in steps) for steps, _ in paths(CURRENT.models[name])
    }
    filled = {
        tuple(step for step in steps if isinstance(step, str))
        for steps, value in places(RICH[name])
        if value not in (None, [])
    }
    assert filled - {()} == fields


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "part"), [(name, part) for name in MODELS for part in parts(name)]
)
def test_model_and_json_schema_agree_on_every_mutation_of_the_rich_record(name, part):
    (record, _), *changed = mutations(name, part)
    assert assert_same_verdict(name, record)
    verdicts = [
        assert_same_verdict(name, text, fast=again or number % (4 if is_nightly() else 16) > 0)
        for number, (text, again) in enumerate(changed)
    ]
    assert not all(verdicts)


STRATEGIES = {
    "article": testing.articles(),
    "quote": testing.quotes() | testing.quotes("dehydrated"),
    "claim": testing.claims() | testing.claims("dehydrated"),
    "document": testing.documents() | testing.documents("dehydrated"),
    "corpus": testing.corpus_infos(),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=examples(11))
@given(data=st.data())
def test_model_and_json_schema_agree_on_mutations_of_any_record(name, data):
    record = json.loads(data.draw(STRATEGIES[name]).model_dump_json())
    assert assert_same_verdict(name, written(record))
    for number in range(4):
        steps, value = data.draw(st.sampled_from(list(places(record))))
        mutant = data.draw(st.sampled_from(mutants(value)))
        assert_same_verdict(name, written(put(record, steps, mutant)), fast=number > 0)


# What is published


def test_published_schemas_are_those_of_the_models(tmp_path):
    export(tmp_path)
    made, kept = (
        {
            path.relative_to(folder): path.read_text("utf-8")
            for path in folder.rglob("*.*")
            if path.is_file()
        }
        for folder in (tmp_path, SCHEMAS)
    )
    names = {
        Path(number) / name
        for number, version in VERSIONS.items()
        for name in (typescript.NAME, *(f"{model}.schema.json" for model in version.models))
    }
    names |= {Path(f"{name}.schema.json") for name in FILES}
    assert set(made) == set(kept) == names
    assert kept == made


# The file corpus.yaml belongs to the package: its schema has no version, and goes on from the frozen
# one, whose files it takes as they are.

SETTINGS = {
    "severity": {"no-cue": "off", "span-words-differ": "warning"},
    "require": ["quote.speakers"],
    "ignore": [
        {
            "code": "no-cue",
            "path": "articles/**/*.yaml",
            "record": "harbour.q1",
            "message": "no cue",
            "reason": "R",
            "until": "2026-12-31",
        }
    ],
    "baseline": "baseline.json",
}


@cache
def corpus_file():
    schema = json.loads((SCHEMAS / "corpus.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def is_corpus_file(text):
    """Whether this is a corpus.yaml, as model and JSON Schema say alike."""
    try:
        CorpusFile.model_validate_json(text)
    except ValidationError:
        judged = False
    else:
        judged = True
    assert corpus_file().is_valid(json.loads(text)) is judged, text
    return judged


@pytest.mark.slow
@settings(max_examples=40)
@given(record=STRATEGIES["corpus"])
def test_what_the_frozen_version_takes_is_a_corpus_file(record):
    assert is_corpus_file(record.model_dump_json())


@pytest.mark.slow
def test_model_and_json_schema_of_a_corpus_file_agree():
    rich = RICH["corpus"] | {"validation": SETTINGS}
    assert is_corpus_file(written(rich))
    verdicts = [
        is_corpus_file(written(put(rich, steps, mutant)))
        for steps, value in places(rich)
        if steps[:1] == ("validation",)
        for mutant in mutants(value)
    ]
    assert len(verdicts) > 500
    assert not all(verdicts)


# A version that is frozen never changes again, and neither does its lock, the file sha256: what is
# found wanting goes into the next version.
FROZEN = {
    "0.9": "cc781bd76b477624109905c2bc80241f6a7912b43d38823fba259a558656c373",
    "1.0": "32610c06cd3dd580f295655ed95186b966f9712c8d99344a685f3bdfae667fb5",
}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("version", FROZEN)
def test_a_frozen_version_never_changes(version):
    lock = SCHEMAS / version / "sha256"
    locked = dict(line.split("  ")[::-1] for line in lock.read_text("utf-8").splitlines())
    there = {path.name: digest(path) for path in lock.parent.glob("*.schema.json")}
    assert there == locked
    assert digest(lock) == FROZEN[version]


def test_every_version_is_frozen():
    folders = {path.name for path in SCHEMAS.iterdir() if path.is_dir()}
    assert set(FROZEN) == set(VERSIONS) == folders


@pytest.mark.parametrize("name", MODELS)
def test_a_published_schema_says_what_it_is(name):
    schema = json_schema(name, CURRENT.number)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:onrecord:schema:{CURRENT.number}:{name}"
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("name", MODELS)
def test_every_property_of_a_published_schema_has_a_description(name):
    schema = json_schema(name, CURRENT.number)
    properties = {
        f"{node.get('title')}.{field}": about
        for node in [schema, *schema.get("$defs", {}).values()]
        for field, about in node["properties"].items()
    }
    assert len(properties) >= len(RICH[name])
    for field, about in properties.items():
        target = schema["$defs"][about["$ref"].rpartition("/")[2]] if "$ref" in about else {}
        assert about.get("description", target.get("description")), field


@pytest.mark.parametrize(
    ("arguments", "existing"),
    [(("sentence",), "article, quote, claim, document, corpus"), (("quote", "7.0"), "0.9")],
)
def test_asking_for_a_schema_that_does_not_exist_names_those_that_do(arguments, existing):
    with pytest.raises(ValueError, match=re.escape(existing)):
        json_schema(*arguments)


# The models


def objects(model):
    """A model and the models inside it."""
    yield model
    for value in dict(model).values():
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, BaseModel):
                yield from objects(inner)


@pytest.mark.parametrize("name", MODELS)
def test_records_do_not_change(name):
    for record in objects(parse(name, written(RICH[name]))):
        for field in type(record).model_fields:
            with pytest.raises(ValidationError, match="frozen"):
                setattr(record, field, None)


@pytest.mark.parametrize("name", MODELS)
def test_unknown_fields_are_refused_everywhere(name):
    for steps, value in places(RICH[name]):
        if isinstance(value, dict):
            with pytest.raises(ValidationError, match="extra_forbidden"):
                parse(name, written(put(RICH[name], steps, value | {"unknown": None})))


@pytest.mark.parametrize("name", MODELS)
def test_null_and_absent_mean_the_same(name):
    optional = 0
    for steps, value in places(RICH[name]):
        for field in value if isinstance(value, dict) else ():
            absent = {key: value[key] for key in value if key != field}
            if not steps and field in constants(CURRENT.models[name]):
                continue
            try:
                record = parse(name, written(put(RICH[name], steps, absent)))
            except ValidationError:
                continue
            optional += 1
            assert parse(name, written(put(RICH[name], (*steps, field), None))) == record
    assert optional or name == "corpus"


@pytest.mark.parametrize("name", MODELS)
def test_records_are_the_same_from_python_and_from_json(name):
    record = parse(name, written(RICH[name]))
    model = CURRENT.models[name]
    assert model.model_validate(RICH[name]) == record
    assert model.model_validate(record.model_dump()) == record
    assert model.model_validate_json(record.model_dump_json()) == record


@pytest.mark.parametrize("name", MODELS)
def test_python_leaves_constants_out_and_files_do_not(name):
    constant = constants(CURRENT.models[name])
    assert constant == {"record_type", "schema_version"} & set(RICH[name])
    left = {field: value for field, value in RICH[name].items() if field not in constant}
    assert parse(name, written(left)) == parse(name, written(RICH[name]))
    for validator in validators(name):
        assert validator.is_valid(json.loads(written(left))) is not bool(constant)


# Pydantic and what it needs itself.
PYDANTIC = {
    "annotated_types",
    "pydantic",
    "pydantic_core",
    "typing_extensions",
    "typing_inspection",
}


@pytest.mark.slow
def test_the_schema_needs_pydantic_alone():
    program = """if True:
        import sys
        before = set(sys.modules)
        import onrecord.schema.export, onrecord.schema.shape
        print(*set(sys.modules) - before)
    """
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = run.stdout.split()
    foreign = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names
    assert {name for name in foreign if not name.startswith("_")} <= {"onrecord", *PYDANTIC}
    ours = {name for name in loaded if name.partition(".")[0] == "onrecord"}
    below = {
        "onrecord",
        "onrecord.display",
        "onrecord.text_formats",
        "onrecord.version",
        "onrecord.errors",
        "onrecord.findings",
    }
    assert all(name.startswith("onrecord.schema") for name in ours - below)
