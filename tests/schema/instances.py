"""Records to try schemas on: one of each kind in which no field is left out, and what changes in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from onrecord.schema import CURRENT, json_schema
from onrecord.schema.flat import flatten
from onrecord.schema.shape import constants

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
        for kind, records in flatten(CURRENT.models["document"].model_validate(DOCUMENT)).items()
    },
}


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


def places(
    node: Any, steps: Steps = (), entered: list[Any] | None = None
) -> Iterator[tuple[Steps, Any]]:
    """Yield every place in a record, and its value; with ``entered``, the inside of equal objects once."""
    yield steps, node
    if isinstance(node, dict) and entered is not None:
        if node in entered:
            return
        entered.append(node)
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(value, (*steps, key), entered)


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


def mutations(name: str, part: str) -> Iterator[tuple[str, bool]]:
    """Yield a record with a part and little else that is required, then every change of the part.

    Where the part is empty: the rich record, and its changes as a whole. With each, whether the same
    change was made in an equal object before.
    """
    part, _, inner = part.partition(".")
    record = RICH[name]
    if part:
        record = _with(record, name, part) | {
            key: [] for key in ("quotes", "claims") if name == "document" and key != part
        }
    if inner:
        record[part] = [_with(one, part.removesuffix("s"), inner) for one in record[part]]
    yield written(record), False
    once = {steps for steps, _ in places(RICH[name], entered=[])}
    at = (part, 0, inner) if inner else (part,) if part else ()
    for steps, value in places(record):
        of_records = len(steps) > 2 and name == "document" and part in ("quotes", "claims")
        if steps[: len(at)] == at and (inner or not of_records) and (part or not steps):
            for mutant in mutants(value):
                yield written(put(record, steps, mutant)), steps not in once


def parts(name: str) -> Iterator[str]:
    """Yield the parts of a rich record: itself, its fields, and those of the records inside it."""
    yield ""
    for field, value in RICH[name].items():
        yield field
        if name == "document" and field in ("quotes", "claims"):
            yield from (f"{field}.{inner}" for inner in value[0])


def _with(record: dict[str, Any], name: str, field: str) -> dict[str, Any]:
    """Return what a record has in one field and in those that are required."""
    required = json_schema(name, CURRENT.number)["required"]
    return {key: value for key, value in record.items() if key in {field, *required}}


def parse(name: str, text: str) -> BaseModel:
    return CURRENT.models[name].model_validate_json(text)


def is_valid(name: str, text: str) -> bool:
    """Whether a file may have this record, as Pydantic decides it."""
    try:
        record = parse(name, text)
    except ValidationError:
        return False
    return constants(type(record)) <= record.model_fields_set
