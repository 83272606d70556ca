"""Texts have the same hash exactly if they are the same, wherever they are in an array."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.corpus.repeated import hashes_of
from tests.drawing import examples

TEXTS = st.lists(st.text("aé\0", max_size=40), max_size=30)


@settings(max_examples=examples(100))
@given(TEXTS, TEXTS)
def test_hashes_are_equal_where_texts_are(before, texts):
    whole = pa.array(before + texts, pa.string())
    hashes = hashes_of(whole).tolist()
    assert len(set(zip(hashes, whole.to_pylist(), strict=True))) == len(set(hashes))
    assert len(set(hashes)) == len(set(whole.to_pylist()))
    assert hashes_of(whole[len(before) :]).tolist() == hashes[len(before) :]
    assert hashes_of(whole[::-1]).tolist() == hashes[::-1]


def test_ids_that_follow_each_other_have_different_hashes():
    ids = pa.array([f"a{one // 7:07}.q{one:08}" for one in range(200_000)])
    assert len(set(hashes_of(ids).tolist())) == len(ids)
    assert len(set((hashes_of(ids, key=0) % 64).tolist())) == 64
