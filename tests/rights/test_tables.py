"""Test that words are withheld from columns as from single records."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from onrecord.anchoring.spans import spans
from onrecord.files import texts
from onrecord.rights.allowed import may_stay
from onrecord.rights.tables import allowed
from onrecord.schema import CURRENT, RECORD_TYPES, RecordType
from onrecord.schema.arrow import arrow_schema

LEVELS = ("full", "quotes", "none")
WORDS = (
    "said",
    "",
    "Ünïcode 𝒳 سلام",
    "none",
    "a sentence that is too long to be brief, whoever reads it",
)


def anything(kind: pa.DataType, draw: random.Random, *, nullable: bool) -> Any:
    """Return any value of a type."""
    if nullable and draw.random() < 0.3:
        return None
    if pa.types.is_list(kind):
        number = draw.choice((0, 1, 1, 3))
        return [anything(kind.value_type, draw, nullable=False) for _ in range(number)]
    if pa.types.is_struct(kind):
        return {one.name: anything(one.type, draw, nullable=one.nullable) for one in kind}
    if pa.types.is_boolean(kind):
        return draw.random() < 0.5
    return draw.choice(WORDS) if pa.types.is_string(kind) else draw.randrange(99)


def withhold(record_type: RecordType, record: dict[str, Any], redistribute: str) -> None:
    """Withhold the words of a record as the guide to rights describes it."""
    if record_type == "article":
        text = record["text"]
        if text is not None and record["text_sha256"] is None:
            record |= {"text_sha256": texts.sha256(text), "text_length": len(text)}
        record["text"] = None
    for _, role, span in spans(CURRENT.models[record_type], record):
        if span is not None:
            words, quoted = span["exact"], bool(span.get("quoted"))
            if words is not None and not may_stay(redistribute, role, words, quoted=quoted):
                span |= {"exact": None, "sha256": texts.sha256(words)}
            span |= {"prefix": None, "suffix": None}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_columns_are_withheld_as_records_are(record_type: RecordType, seed: int) -> None:
    draw = random.Random(seed)
    schema = arrow_schema(CURRENT.models[record_type])
    for number in (0, 1, 12):
        rows = [
            {one.name: anything(one.type, draw, nullable=one.nullable) for one in schema}
            for _ in range(number)
        ]
        batch = pa.RecordBatch.from_pylist(rows, schema)
        batch = batch.slice(draw.randrange(number + 1))
        levels = np.array([draw.randrange(3) for _ in range(len(batch))], np.int8)
        expected = batch.to_pylist()
        for record, level in zip(expected, levels.tolist(), strict=True):
            if LEVELS[level] != "full":
                withhold(record_type, record, LEVELS[level])
        found = allowed(record_type, batch, levels)
        found.validate(full=True)
        assert found.schema == batch.schema
        assert found.to_pylist() == expected
        for name in {*schema.names} - {"text_sha256", "text_length"}:
            part = allowed(record_type, batch.select([name]), levels)
            assert part.to_pylist() == [{name: record[name]} for record in expected]
