"""JSON that is encoded faster is the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.exchange.values import encode_in_lines

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["a 1e5", " 1e5,\n", " null", "\x7f\u2028\x1f\\", '"', " 0.00001"]
)
FLOATS = st.floats() | st.sampled_from([1e-05, 1e16, 1e15, 0.0001, 0.3, 5e-324, -0.0])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=12,
)


@pytest.mark.slow
@given(VALUES)
def test_values_are_encoded_in_lines_as_python_does(value):
    assert encode_in_lines(value) == json.dumps(value, ensure_ascii=False, indent=1)
