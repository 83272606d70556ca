"""Versions of the schema are compared by what they accept, and values prove each verdict."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from onrecord.schema import V0, V1, VERSIONS, json_schema
from onrecord.schema.compare import STEPS, compare
from onrecord.schema.patterns import UnknownPatternError, example
from tests import ROOT
from tests.commands import run
from tests.drawing import examples, values_of

NAMES = ("article", "quote", "claim", "document")


def diff(old: object, new: object, *options: str) -> Any:
    done = run("schema", "diff", old, new, "--format", "json", *options)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


# From 0.9 to 1.0


@cache
def shown(*options: str) -> str:
    return run("schema", "diff", "0.9", "1.0", *options).stdout


@cache
def changes() -> Any:
    return diff("0.9", "1.0")["changes"]


@pytest.mark.parametrize(
    ("where", "what", "relation"),
    [
        ("ContentSpan.quoted", "renamed from verbatim", "both"),
        ("Quote.speakers", "renamed from speaker, a list", "both"),
        ("Quote.addressees", "renamed from addressee, a list", "both"),
        ("Quote.relayed_by", "a list", "both"),
        ("Source.mentions", "renamed from mention, a list", "both"),
        ("Source.kind", "value unnamed removed", "narrower"),
        ("Quote.relations", "new", "wider"),
        ("Annotation.note", "new", "wider"),
        ("Annotation.guideline", "new", "wider"),
        ("Article.coverage", "new", "wider"),
        ("Claim.content", "described differently", "same"),
        ("Quote.said", "'0000%' is allowed; it is now a date", "wider"),
        ("Claim.said", "'0000%' is allowed; it is now a date", "wider"),
        ("Claim.period", "'0000%' is allowed; it is now a date", "wider"),
        ("Article.published", "'0000-01-01T00:00Z' is no longer allowed", "narrower"),
        ("Annotation.on", "'0000-01-01T00:00Z' is no longer allowed", "narrower"),
        ("Claim.kind", "value state added", "wider"),
        ("Claim.kind", "described differently", "same"),
        ("Quote.replaced_by", "new", "wider"),
        ("Claim.replaced_by", "new", "wider"),
        ("Quote.type", "described differently", "same"),
        ("Quote.record_type", '"quote" in Python unless given; files still', "same"),
        ("Document.schema_version", '"1.0" in Python unless given; files still', "same"),
        ("all objects", "properties no longer have titles", "same"),
    ],
)
def test_each_difference_between_0_9_and_1_0_is_shown(where, what, relation):
    found = [
        change
        for change in changes()
        if change["where"] == where and change["what"].startswith(what)
    ]
    assert [change["relation"] for change in found] == [relation]
    if "old_description" in found[0]:
        (line,) = (
            line for line in shown().splitlines() if line.startswith("described differently")
        )
        assert where in line.partition(": ")[2].split(", ")
    else:
        assert re.search(
            rf"^{relation} .* {re.escape(where)}: {re.escape(what)}", shown(), re.MULTILINE
        )


@pytest.mark.parametrize("where", ["Quote.type", "Claim.kind", "Claim.content"])
def test_descriptions_that_differ_are_shown(where):
    (name, field) = where.lower().split(".")
    old, new = (
        json_schema(name, version)["properties"][field]["description"] for version in VERSIONS
    )
    (change,) = (
        change for change in changes() if change["where"] == where and "old_description" in change
    )
    assert (change["old_description"], change["new_description"]) == (old, new)
    assert f"\ndescribed differently: {where}\n  old: {old}\n  new: {new}\n" in shown(
        "--descriptions"
    )
    assert old not in shown()


@cache
def validator_of(name: str, version: str) -> Draft202012Validator:
    return Draft202012Validator(json_schema(name, version))


def failing(validator: Draft202012Validator, value: Any) -> set[str]:
    """Return the names of the fields because of which a value is invalid."""
    return {name for error in validator.iter_errors(value) for name in _names(error)}


def _names(error: ValidationError) -> Iterator[str]:
    inner = [each for each in error.context or () if each.validator_value != "null"]
    if inner:
        for each in inner:
            yield from _names(each)
    elif error.validator == "additionalProperties":
        yield from set(error.instance) - set(error.schema["properties"])
    elif error.validator == "required":
        yield from set(error.validator_value) - set(error.instance)
    else:
        yield next(step for step in reversed(error.absolute_path) if isinstance(step, str))


@cache
def said_of(side: str) -> set[str]:
    """Return the fields of which a comparison says that they break one side, by both names."""
    found = set()
    for change in compare("0.9", "1.0").changes:
        if getattr(change, side):
            found.add(change.where.partition(".")[2])
            if renamed := re.match(r"renamed from (\w+)", change.what):
                found.add(renamed[1])
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other", "side"),
    [(V0, V1, "breaks_producers"), (V1, V0, "breaks_consumers")],
    ids=["producers", "consumers"],
)
@settings(max_examples=examples(6))
@given(data=st.data())
def test_records_fail_in_the_other_version_only_where_the_comparison_says(one, other, side, data):
    for name in NAMES:
        value = data.draw(values_of(one.models[name]))
        assert validator_of(name, one.number).is_valid(value)
        value["schema_version"] = other.number
        fields = failing(validator_of(name, other.number), value)
        assert fields <= said_of(side)


@pytest.mark.slow
def test_texts_that_are_shown_are_valid_in_one_version_alone():
    allowed = re.compile(r"'(.*?)' is (no longer )?allowed")
    texts = [(change.where, allowed.match(change.what)) for change in compare("0.9", "1.0").changes]
    found = [(where, *match.groups()) for where, match in texts if match]
    assert len(found) > 10
    for where, text, gone in found:
        validity = []
        for version in VERSIONS:
            schema = json_schema("document", version)
            name, field = where.split(".")
            owner = schema["$defs"].get(name) or schema["$defs"][f"Document{name}"]
            validity.append(Draft202012Validator(owner["properties"][field]).is_valid(text))
        assert validity == ([True, False] if gone else [False, True]), where


@pytest.mark.slow
def test_the_step_between_versions_is_at_most_that_of_their_numbers():
    for old, new in itertools.pairwise(VERSIONS):
        is_major = old.partition(".")[0] != new.partition(".")[0]
        step = compare(old, new).step
        assert STEPS.index(step) <= STEPS.index("major" if is_major else "minor")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_version_means_the_same_as_its_folder(version):
    assert compare(str(ROOT / "schema" / version), version).changes == ()


@pytest.mark.slow
def test_folders_are_compared_like_versions():
    folders = [str(ROOT / "schema" / version) for version in ("0.9", "1.0")]
    assert compare(*folders).changes == compare("0.9", "1.0").changes


# Made-up schemas

BASE: dict[str, Any] = {
    "title": "Ferry",
    "description": "A made-up ferry.",
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "size"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-c]{1,3}$"},
        "size": {"type": "integer", "minimum": 1, "maximum": 5},
        "kind": {"enum": ["car", "mail"]},
        "note": {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "null"}]},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2},
        "berth": {"anyOf": [{"$ref": "#/$defs/Berth"}, {"type": "null"}]},
    },
    "$defs": {
        "Berth": {
            "type": "object",
            "additionalProperties": False,
            "required": ["pier"],
            "properties": {"pier": {"type": "string"}, "depth": {"type": "number", "minimum": 0}},
        }
    },
}
ABSENT = object()
POOL: dict[str, list[Any]] = {
    "name": ["a", "abc", "abca", "abcd", "d", "", "A", 1, None, ABSENT],
    "size": [1, 2, 5, 6, 0, 2.5, "1", None, ABSENT],
    "kind": ["car", "mail", "rail", 1, None, ABSENT],
    "note": ["", "ab", "abc", None, 1, ABSENT],
    "tags": [["x"], ["x", "y"], ["x", "y", "z"], [], [1], [None], "x", None, ABSENT],
    "berth": [
        *({"pier": "x"}, {"pier": "x", "depth": 1.5}, {"pier": "x", "depth": -1}, {}),
        *({"pier": None}, {"pier": "x", "ring": 1}, {"depth": 1}, None, "x", ABSENT),
    ],
    "flag": [ABSENT, True, None, "x"],
}


def put(*steps: str, value: Any = ABSENT) -> Callable[[Any], None]:
    """Return a mutation that sets a keyword, or deletes it."""

    def mutate(schema: Any) -> None:
        for step in steps[:-1]:
            schema = schema[step]
        if value is ABSENT:
            schema.pop(steps[-1], None)
        else:
            schema[steps[-1]] = value

    return mutate


def both(*mutations: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda schema: [mutate(schema) for mutate in mutations]


FIELDS = "properties"
MUTATIONS = {
    "a new optional field": put(FIELDS, "flag", value={"type": "boolean"}),
    "a new required field": both(
        put(FIELDS, "flag", value={"type": "boolean"}),
        put("required", value=["name", "size", "flag"]),
    ),
    "an optional field removed": put(FIELDS, "kind"),
    "a required field removed": both(put(FIELDS, "size"), put("required", value=["name"])),
    "a field required": put("required", value=["name", "size", "kind"]),
    "a field not required": put("required", value=["name"]),
    "unknown fields allowed": put("additionalProperties", value=True),
    "a value added": put(FIELDS, "kind", "enum", value=["car", "mail", "rail"]),
    "a value removed": put(FIELDS, "kind", "enum", value=["car"]),
    "a value replaced": put(FIELDS, "kind", "enum", value=["car", "rail"]),
    "a constant": put(FIELDS, "kind", value={"const": "car"}),
    "any value": put(FIELDS, "kind", value={}),
    "any value that has a description": put(FIELDS, "kind", value={"description": "Any."}),
    "a wider pattern": put(FIELDS, "name", "pattern", value="^[a-c]{1,4}$"),
    "a narrower pattern": put(FIELDS, "name", "pattern", value="^[a-c]$"),
    "another pattern": put(FIELDS, "name", "pattern", value="^([ab]{1,3}|d)$"),
    "an open pattern": put(FIELDS, "name", "pattern", value="[a-c]"),
    "no pattern": put(FIELDS, "name", "pattern"),
    "the same pattern": put(FIELDS, "name", "pattern", value="^(a|b|c){1,3}$"),
    "a larger maximum": put(FIELDS, "size", "maximum", value=6),
    "a smaller maximum": put(FIELDS, "size", "maximum", value=4),
    "no maximum": put(FIELDS, "size", "maximum"),
    "a smaller minimum": put(FIELDS, "size", "minimum", value=0),
    "a larger minimum": put(FIELDS, "size", "minimum", value=2),
    "a number": put(FIELDS, "size", "type", value="number"),
    "a string": put(FIELDS, "size", value={"type": "string"}),
    "null": put(FIELDS, "size", value={"anyOf": [BASE[FIELDS]["size"], {"type": "null"}]}),
    "no null": put(FIELDS, "note", value={"type": "string", "maxLength": 2}),
    "longer": put(FIELDS, "note", "anyOf", value=[{"type": "string"}, {"type": "null"}]),
    "one more kind": put(
        FIELDS, "note", "anyOf", value=[*BASE[FIELDS]["note"]["anyOf"], {"type": "integer"}]
    ),
    "as short as nothing": put(FIELDS, "name", "minLength", value=0),
    "other items": put(FIELDS, "tags", "items", value={"type": "integer"}),
    "items that may be null": put(
        FIELDS, "tags", "items", value={"anyOf": [{"type": "string"}, {"type": "null"}]}
    ),
    "any items": put(FIELDS, "tags", "items"),
    "more items": put(FIELDS, "tags", "maxItems", value=3),
    "no items": put(FIELDS, "tags", "minItems", value=0),
    "one instead of a list": put(FIELDS, "tags", value={"type": "string"}),
    "a field of an inner object": put("$defs", "Berth", FIELDS, "ring", value={"type": "integer"}),
    "a field of an inner object that is required": put(
        "$defs", "Berth", "required", value=["pier", "depth"]
    ),
    "a bound in an inner object": put("$defs", "Berth", FIELDS, "depth", "minimum", value=-1),
    "an object that is written where it is used": both(
        put(FIELDS, "berth", "anyOf", value=[BASE["$defs"]["Berth"], {"type": "null"}]),
        put("$defs", "Berth"),
    ),
    "an object without a field": put(
        FIELDS,
        "berth",
        "anyOf",
        value=[
            {"type": "object", "additionalProperties": False, FIELDS: {"pier": {"type": "string"}}},
            {"type": "null"},
        ],
    ),
    "a description": put(FIELDS, "name", "description", value="Its name."),
}


def mutated(*names: str) -> Any:
    schema = deepcopy(BASE)
    for name in names:
        MUTATIONS[name](schema)
    return schema


def values() -> Iterator[dict[str, Any]]:
    """Yield values of which at most two fields differ from a valid one."""
    valid = {name: pool[0] for name, pool in POOL.items()}
    for one, other in itertools.combinations(POOL, 2):
        for value, another in itertools.product(POOL[one], POOL[other]):
            record = {**valid, one: value, other: another}
            yield {name: value for name, value in record.items() if value is not ABSENT}


VALUES = list(values())


@pytest.fixture
def folders(tmp_path) -> Callable[..., tuple[str, str]]:
    def write(*schemas: Any) -> tuple[str, str]:
        for name, schema in zip(("old", "new"), schemas, strict=True):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "ferry.schema.json").write_text(json.dumps(schema), "utf-8")
        return str(tmp_path / "old"), str(tmp_path / "new")

    return write


@cache
def accepted(schema: str) -> list[bool]:
    validator = Draft202012Validator(json.loads(schema))
    return [validator.is_valid(value) for value in VALUES]


def witnesses(old: Any, new: Any) -> tuple[bool, bool]:
    """Return whether there is a value that only the old schema accepts, and one for the new."""
    pairs = set(zip(*(accepted(json.dumps(schema)) for schema in (old, new)), strict=True))
    return (True, False) in pairs, (False, True) in pairs


def verdict(old: str, new: str) -> tuple[bool, bool]:
    changes = compare(old, new).changes
    return (
        any(change.breaks_producers for change in changes),
        any(change.breaks_consumers for change in changes),
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTATIONS)
def test_values_prove_the_verdict_on_a_change_and_on_its_reverse(name, folders):
    old, new = BASE, mutated(name)
    Draft202012Validator.check_schema(new)
    assert verdict(*folders(old, new)) == witnesses(old, new)
    assert verdict(*folders(new, old)) == witnesses(new, old)


@pytest.mark.slow
@settings(max_examples=examples(6))
@given(names=st.lists(st.sampled_from(sorted(MUTATIONS)), min_size=4, max_size=4))
def test_no_value_contradicts_the_verdict_on_several_changes(names, folders):
    try:
        old, new = mutated(*names[:2]), mutated(*names[2:])
    except (KeyError, TypeError):
        return  # one mutation deleted what another one changes
    found, proved = verdict(*folders(old, new)), witnesses(old, new)
    assert all(said or not true for said, true in zip(found, proved, strict=True))


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("the same pattern", "none"),
        ("a description", "patch"),
        ("a new optional field", "minor"),
        ("a value added", "minor"),
        ("a value removed", "major"),
        ("a new required field", "major"),
    ],
)
def test_the_step_may_be_limited(name, step, folders):
    old, new = folders(BASE, mutated(name))
    assert diff(old, new)["step"] == step
    for limit in STEPS:
        done = run("schema", "diff", old, new, "--at-most", limit)
        if STEPS.index(step) <= STEPS.index(limit):
            assert (done.returncode, done.stderr) == (0, "")
        else:
            message = f"onrecord: the step from {old} to {new} is {step}, not {limit}\n"
            assert (done.returncode, done.stderr) == (1, message)


def test_schemas_that_are_added_or_removed_are_changes(folders, tmp_path):
    old, new = folders(BASE, BASE)
    (tmp_path / "new" / "pier.schema.json").write_text("{}", "utf-8")
    assert diff(old, new)["step"] == "minor"
    assert diff(new, old)["step"] == "major"
    assert run("schema", "diff", old, old).stdout == f"{old} to {old}: the same\n"


def test_what_a_schema_says_is_escaped(folders):
    old, new = folders(BASE, BASE | {"properties": {"\x1b[31m": {}} | BASE["properties"]})
    assert "\x1b" not in run("schema", "diff", old, new).stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "this is no JSON"),
        (b"\xff\xfe\x00", "this is no JSON"),
        (b"[" * 100_000, "this is no JSON"),
        (b"[]", "at the top: Input should be"),
        (b'{"properties": []}', "at properties: Input should be"),
        (b'{"properties": {"a": 1}}', "at properties.a: Input should be"),
        (b'{"properties": {"a": {"maximum": "b"}}}', "at properties.a.maximum: Input should be"),
        (b'{"enum": "a"}', "at enum: Input should be"),
        (b'{"items": {"$ref": "#/$defs/A"}}', "#/$defs/A is referred to, but not in the file"),
    ],
)
def test_what_is_no_schema_is_an_error(content, message, folders, tmp_path):
    old, new = folders(BASE, BASE)
    path = tmp_path / "new" / "ferry.schema.json"
    path.write_bytes(content)
    done = run("schema", "diff", old, new)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"onrecord: {path}: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("named", ["2.0", "nowhere", "", "."])
def test_what_is_neither_a_version_nor_a_folder_of_schemas_is_an_error(named, tmp_path):
    done = run("schema", "diff", "0.9", named, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "is neither a version of the schema (0.9, 1.0) nor a folder" in done.stderr


# Patterns

PATTERNS = [
    *("^a$", "a", "^a", "a$", "^[ab]{1,2}$", "^(a|b)+$", "^[^a]*$", "b?", "^(ab|ba)$", "a|b"),
    *("^$", r"^a\|b$", r"^\w$"),
]


@pytest.mark.parametrize(("pattern", "other"), list(itertools.permutations(PATTERNS, 2)))
def test_an_example_is_the_shortest_text_that_one_pattern_allows_and_another_does_not(
    pattern, other
):
    def fits(text: str) -> bool:
        return bool(re.search(pattern, text)) and not re.search(other, text)

    found = example(pattern, other)
    texts = ("".join(signs) for n in range(4) for signs in itertools.product("ab|é\n", repeat=n))
    # In Python, unlike in JSON Schema, $ matches before a final newline, too.
    shortest = next((text for text in texts if not text.endswith("\n") and fits(text)), None)
    if found is None or shortest is None:
        assert found is shortest is None
    else:
        assert fits(found)
        assert len(found) == len(shortest)
        assert example(pattern, other, len(found)) == found
        assert example(pattern, other, len(found) - 1) is None


@pytest.mark.parametrize(
    "pattern", ["(", r"(a)\1", "^a|b$", "a{2,1}", "^.{0,99999}$", "((a?){99}){99}", "a{,5000}"]
)
def test_patterns_that_cannot_be_compared_are_not(pattern, folders):
    with pytest.raises(UnknownPatternError):
        example(pattern, "a")
    other = deepcopy(BASE)
    other["properties"]["name"]["pattern"] = pattern
    (change,) = diff(*folders(BASE, other))["changes"]
    assert change["relation"] == "both"
    assert change["what"] == f"has to match {pattern} instead of ^[a-c]{{1,3}}$"
