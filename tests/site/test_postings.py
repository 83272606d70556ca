"""The terms of the search index, in memory and on disk."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from onrecord.site.postings import Postings

WORDS = st.sampled_from(["a", "b", "ab", "é", "和", "🌉", "\uffee", "x y"])


@given(st.lists(st.sets(WORDS), max_size=30), st.sampled_from([0, 800, 10**6]))
def test_terms_have_the_same_records_whatever_is_kept_in_memory(records, limit):
    postings = Postings(limit)
    expected: dict[str, list[int]] = {}
    for number, terms in enumerate(records):
        own = pa.array(sorted(terms), pa.string()).dictionary_encode()
        postings.add(own, np.full(len(terms), number))
        for term in terms:
            expected.setdefault(term, []).append(number)
    found = [(term, list(accumulate(map(int, text.split(" "))))) for term, text in postings.terms()]
    assert found == sorted(expected.items(), key=lambda one: one[0].encode("utf-16-be"))
