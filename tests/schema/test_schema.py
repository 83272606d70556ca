"""The models, their JSON Schemas, and that the two say the same."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from onrecord import testing
from onrecord.schema import CURRENT, VERSIONS, json_schema
from onrecord.schema.export import export
from onrecord.schema.flat import flatten
from onrecord.schema.settings import FILES, CorpusFile
from onrecord.schema.shape import constants, paths
from tests import ROOT

SCHEMAS = ROOT / "schema"
MODELS = sorted(CURRENT.models)

# Records in which no field is left out.

DIGEST = "0123456789abcdef" * 4
SPAN = {
    "exact": "We 🕊️",
    "start": 0,
    "end": 5,
    "sha256": DIGEST,
    "prefix": "",
    "suffix": "мир",
}
SOURCE = {
    "name": "Ada Lovelace",
    "kind": "person",
    "wikidata": "Q7259",
    "role": "countess",
    "mentions": [SPAN],
    "reference": "named",
}
ENTITY = {"name": "London", "wikidata": "Q84"}
ANNOTATION = {
    "annotators": ["A", "B"],
    "method": "assisted",
    "tool": "t 1",
    "guideline": {"name": "G", "version": "1.0"},
    "confidence": 0.5,
    "reviewed_by": ["C"],
    "on": "2024-12-10",
    "note": "One\ntwo",
    "origin": {
        "dataset": "d",
        "id": "1",
        "label": "L",
        "fields": [{"name": "n", "value": "One\ntwo"}],
    },
}
APPEARANCE = {
    "url": "https://example.org/p",
    "archived_url": "https://example.org/q",
    "published": "2024-12",
    "first": True,
}
STATUS = {"status": "corrected", "annotation": ANNOTATION}
ARTICLE = {
    "id": "a-1_b",
    "title": "T",
    "url": "https://example.org/a",
    "archived_url": "http://web.archive.org/a",
    "publisher": {"name": "P", "domain": "example.org", "wikidata": "Q1"},
    "authors": ["A"],
    "published": "2024-12-10T08:30:00.5+02:00",
    "retrieved": "2024-12",
    "language": "pt-BR",
    "text": "We 🕊️\nмир",
    "text_sha256": DIGEST,
    "text_length": 9,
    "rights": {
        "license": "CC-BY-4.0",
        "redistribute": "full",
        "holder": "H",
        "notice": "One\ntwo",
    },
    "coverage": {"quotes": "all", "claims": "some"},
    "subjects": [ENTITY],
    "corrections": [{"date": "2024", "note": "One\ntwo"}],
}
QUOTE = {
    "id": "q1",
    "type": "mixed",
    "content": [SPAN | {"quoted": True}, {"exact": "a", "quoted": False}],
    "attribution": "attributed",
    "speakers": [SOURCE],
    "cue": [SPAN],
    "addressees": [SOURCE],
    "relayed_by": [SOURCE],
    "medium": "speech",
    "venue": "V",
    "said": "../2024-12-09",
    "appearances": [APPEARANCE],
    "within": "q2",
    "relations": [{"type": "same_statement", "quote_id": "other.q1"}],
    "replaced_by": "q3",
    "language": "en",
    "translated_from": "fr",
    **STATUS,
}
CLAIM = {
    "id": "c1",
    "text": "C",
    "language": "zh-Hans",
    "voice": "source",
    "claimant": SOURCE,
    "quote_ids": ["q1", "other.q1"],
    "content": [SPAN],
    "said": "2024-12-09",
    "venue": "V",
    "appearances": [APPEARANCE],
    "replaced_by": "c2",
    "kind": "state",
    "checkable": True,
    "period": "2022-02~/..",
    "about": [ENTITY],
    "relations": [{"type": "same_as", "claim_id": "other.c1"}],
    "assessments": [
        {
            "reviewer": "R",
            "url": "https://example.org/r",
            "published": "2024-12-11",
            "rating": "false",
            "original_rating": "Falso",
            "justification": "One\ntwo",
            "evidence": [
                {
                    "url": "https://example.org/e",
                    "archived_url": "https://example.org/f",
                    "title": "E",
                    "published": "2023",
                    "stance": "refutes",
                    "question": "Q?",
                    "answer": "One\ntwo",
                }
            ],
        }
    ],
    **STATUS,
}
DOCUMENT = {
    "schema_version": "1.0",
    "annotation": ANNOTATION,
    "article": ARTICLE,
    "quotes": [QUOTE],
    "claims": [CLAIM],
}
RICH: dict[str, dict[str, Any]] = {
    "document": DOCUMENT,
    "corpus": {
        "title": "T",
        "version": "1.2.0",
        "description": "One\ntwo",
        "license": "CC0-1.0",
        "citation": "One\ntwo",
        "url": "https://example.org/corpus",
        "creators": [
            {
                "name": "A",
                "kind": "person",
                "url": "https://example.org/a",
                "orcid": "https://orcid.org/0000-0002-1825-0097",
                "affiliation": "B",
            }
        ],
        "date_published": "2024-02-29",
        "collection": "One\ntwo",
        "limitations": "One\ntwo",
        "task_categories": ["text-classification"],
        "source_datasets": ["original"],
    },
    **{
        kind: json.loads(json.dumps(records[0]))
        for kind, records in flatten(CURRENT.document.model_validate(DOCUMENT)).items()
    },
}


def parse(name, text):
    return CURRENT.models[name].model_validate_json(text)


@cache
def validator(name):
    return Draft202012Validator(json_schema(name, CURRENT.number))


# Mutations: a record is changed in one place, so that it may be valid or not.

Steps = tuple[str | int, ...]

# What stands between a quotation mark with this character and the next one is written to JSON as
# it is, without them: numbers as Python would not write them.
RAW = "\uffff"
NUMBERS = [
    RAW + number
    for number in (
        *("0", "1", "-1", "-0", "-0.0", "5.0", "5e0", "0.5", "1.5", "1e-400", "1E400", "-1e400"),
        *("2147483647", "2147483647.0", "2147483648", "18446744073709551616", f"1{'0' * 400}"),
    )
]
VALUES = [
    *(None, True, False, 1, f"{RAW}1.0", [], [None], [[]], {}, {"": None}),
    *("", " ", "\n", "true", "0", "Q1", "en", "2024-02-30", "a" * 65),
]


def written(record):
    return re.sub(f'"{RAW}([^"]*)"', r"\1", json.dumps(record, ensure_ascii=False))


def places(node: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every place in a record, and what stands there."""
    yield steps, node
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(value, (*steps, key))


def mutants(node: Any) -> list[Any]:
    """What a value becomes."""
    if isinstance(node, dict):
        own = [
            *({key: node[key] for key in node if key != dropped} for dropped in node),
            *(node | {extra: value} for extra in ("x", "", "Id") for value in (None, 1)),
            [node],
        ]
    elif isinstance(node, list):
        own = [[*node, None], node + node, [*node, "x"], [*node, 1], node[1:]]
    elif isinstance(node, str) and not node.startswith(RAW):
        eastern = node.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
        own = [
            *(node + end for end in ("\n", "\r", "\r\n", "\x00", "\u2028", " ", "-", ".", "𐐔")),
            *(start + node for start in ("\n", " ", "-", "\ufeff")),
            *(node[:-1], node.upper(), eastern, node * 2, f"{node}/{node}", f"{node}.{node}"),
            *((node or "a") * longest for longest in (64, 65, 200, 201, 401, 402)),
            [node],
        ]
    elif type(node) is int:  # and no truth value
        own = [*NUMBERS, f"{RAW}{node}.0", f"{RAW}{node}.{'0' * 20}1", str(node), node + 0.5, -node]
    else:
        own = NUMBERS
    return own + VALUES


def put(node: Any, steps: Steps, value: Any) -> Any:
    """A record with another value in one place."""
    if not steps:
        return value
    changed = node.copy()
    changed[steps[0]] = put(node[steps[0]], steps[1:], value)
    return changed


def assert_same_verdict(name, text):
    """Pydantic and the published JSON Schema agree on whether a file may have this record."""
    try:
        record = parse(name, text)
    except ValidationError:
        judged = False
    else:
        judged = constants(type(record)) <= record.model_fields_set
    assert validator(name).is_valid(json.loads(text)) is judged, text
    return judged


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
    ("name", "part"), [(name, part) for name in MODELS for part in ("", *RICH[name])]
)
def test_model_and_json_schema_agree_on_every_mutation_of_the_rich_record(name, part):
    beside = json_schema(name, CURRENT.number)[
        "required"
    ]  # and nothing else, which makes it twice as quick
    record = {
        field: value
        for field, value in RICH[name].items()
        if field == part or field in beside or not part
    }
    assert assert_same_verdict(name, written(record))
    verdicts = [
        assert_same_verdict(name, written(put(record, steps, mutant)))
        for steps, value in places(record)
        if (steps[0] if steps else "") == part
        for mutant in mutants(value)
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
@settings(max_examples=40)
@given(data=st.data())
def test_model_and_json_schema_agree_on_mutations_of_any_record(name, data):
    record = json.loads(data.draw(STRATEGIES[name]).model_dump_json())
    assert assert_same_verdict(name, written(record))
    for _ in range(4):
        steps, value = data.draw(st.sampled_from(list(places(record))))
        mutant = data.draw(st.sampled_from(mutants(value)))
        assert_same_verdict(name, written(put(record, steps, mutant)))


# What is published


def test_published_schemas_are_those_of_the_models(tmp_path):
    export(tmp_path)
    made = {
        path.relative_to(tmp_path): path.read_text("utf-8") for path in tmp_path.rglob("*.json")
    }
    kept = {path.relative_to(SCHEMAS): path.read_text("utf-8") for path in SCHEMAS.rglob("*.json")}
    names = {
        Path(number) / f"{name}.schema.json"
        for number, version in VERSIONS.items()
        for name in version.models
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


@settings(max_examples=40)
@given(record=STRATEGIES["corpus"])
def test_what_the_frozen_version_takes_is_a_corpus_file(record):
    assert is_corpus_file(record.model_dump_json())


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
    "1.0": "39c6f3e34946850ce75d68650caf4654c10c14758825cb38c814533f89f6748e",
}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("version", FROZEN)
def test_a_frozen_version_never_changes(version):
    lock = SCHEMAS / version / "sha256"
    locked = dict(line.split("  ")[::-1] for line in lock.read_text("utf-8").splitlines())
    there = {path.name: digest(path) for path in lock.parent.iterdir() if path != lock}
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
    assert validator(name).is_valid(json.loads(written(left))) is not bool(constant)


# Pydantic and what it needs itself.
PYDANTIC = {
    "annotated_types",
    "pydantic",
    "pydantic_core",
    "typing_extensions",
    "typing_inspection",
}


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
        "onrecord.text_formats",
        "onrecord.version",
        "onrecord.errors",
        "onrecord.findings",
    }
    assert all(name.startswith("onrecord.schema") for name in ours - below)
