"""How alike texts are: sketches tell it nearly, and which articles are compared at all."""

from __future__ import annotations

import random
from functools import cache
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onrecord.corpus.alike import sketched
from onrecord.corpus.batch_source import BatchSource
from onrecord.corpus.tables import lookalikes_of
from onrecord.engines.duckdb import DuckDB
from onrecord.language.likeness import SHORTEST, SKETCH, likeness, lookalikes, sketches
from onrecord.rules import SHARED
from onrecord.rules.text.copies import NearlySameText
from tests.drawing import examples


@cache
def shingles(text):
    plain = " ".join(text.casefold().split())
    return frozenset(plain[at : at + 8] for at in range(len(plain) - 7))


def brute_force(text, other):
    """The Jaccard index of the sets of all runs of eight characters."""
    one, two = shingles(text), shingles(other)
    return len(one & two) / len(one | two) if one | two else 0.0


WORDS = "der Hafen harbour порт мир 港 平和 میناء a an of"
words = st.lists(st.sampled_from(WORDS.split()), max_size=60)


@given(words, words)
def test_likeness_is_the_jaccard_index(one, other):
    text, second = " ".join(one), "\n".join(other).upper()
    assume("ß" not in text)
    assert likeness(text, second) == pytest.approx(brute_force(text, second))


def generated(random_, length=700):
    """Words that nobody else has written in this order."""
    return ["".join(random_.choices("abcdefghijklmnop", k=6)) for _ in range(length)]


def changed(random_, words, changes):
    found = list(words)
    for _ in range(changes):
        found[random_.randrange(len(found))] = "".join(random_.choices("xyz", k=6))
    return found


@pytest.mark.parametrize("changes", [0, 5, 20, 100])
def test_sketches_tell_the_likeness_nearly(changes):
    random_ = random.Random(changes)
    told, true = [], []
    for _ in range(20):
        words = generated(random_)
        text, other = " ".join(words), " ".join(changed(random_, words, changes))
        one, two = map(list, sketches(pa.array([text, other]))[1])
        assert len(one) == len(two) == SKETCH
        both = set(one) & set(two)
        last = max(both)
        told.append(len(both) / (one.index(last) + two.index(last) + 2 - len(both)))
        true.append(brute_force(text, other))
    assert sum(told) / 20 == pytest.approx(sum(true) / 20, abs=0.05)
    assert all(abs(one - other) < 0.25 for one, other in zip(told, true, strict=True))


@pytest.mark.parametrize("text", ["", "short", "a" * 5000, "ab " * 5000, "x" * (SHORTEST + 6)])
def test_what_says_too_little_has_no_sketch(text):
    assert len(sketches(pa.array([text]))[0]) == 0


def plainly(sketches):
    """What ``lookalikes`` tells, by its definition."""
    found = []
    for one, sketch in enumerate(sketches):
        having = [[at for at in range(one) if value in sketches[at]] for value in sketch]
        ahead = [[had[end] for had in having if had] for end in (0, -1)]
        others = {at for had in ahead for at in had if had.count(at) >= 16}
        close = []
        for other in others:
            both = set(sketch) & set(sketches[other])
            either = set(sketch) | set(sketches[other])
            union = len([value for value in either if value <= max(both)])
            if len(both) >= 0.65 * union:
                close.append((-len(both), other))
        found += [(one, other) for _, other in sorted(close)[:3]]
    return found


@pytest.mark.slow
@settings(max_examples=examples(7), deadline=None)
@given(st.data(), st.integers(0, 30), st.sampled_from([7, 1 << 20]), st.sampled_from([5, 1 << 20]))
def test_lookalikes_are_those_that_share_many_hashes(data, number, at_a_time, counted):
    values = range(SKETCH + data.draw(st.integers(0, SKETCH)))
    random_ = data.draw(st.randoms(use_true_random=False))
    made = [sorted(random_.sample(values, SKETCH)) for _ in range(number)]
    for at in range(1, number):
        if random_.random() < 0.7:
            kept = random_.sample(random_.choice(made[:at]), random_.randrange(40, SKETCH))
            rest = [value for value in range(200) if value not in kept]
            made[at] = sorted(kept + random_.sample(rest, SKETCH - len(kept)))
    sketches_ = np.array(made, np.int64).reshape(-1, SKETCH)
    one, other = lookalikes(sketches_, sort=at_a_time, count=counted, compare=3)
    assert list(zip(one, other, strict=True)) == plainly(made)


IDS = pa.schema(
    {
        "record_type": pa.string(),
        "locator": pa.int64(),
        "owner": pa.int64(),
        "id": pa.string(),
        "split": pa.string(),
    }
)


def found(texts):
    """The pairs that the rule tells, with their likeness in per cent."""
    rows = [{"owner": at, "text": text, "sha256": text} for at, text in enumerate(texts)]
    articles = [{"locator": at, "id": str(at), "text_sha256": ""} for at in range(len(texts))]
    ids = [
        {"record_type": "article", "locator": at, "owner": at, "id": str(at)}
        for at in range(len(texts))
    ]
    _, numbers, hashes = sketched("article", [(np.arange(len(texts)), pa.array(texts))])
    table = BatchSource.of(
        pa.table(
            {
                "owner": numbers,
                "sha256": [texts[number] for number in numbers],
                "sketch": pa.FixedSizeListArray.from_arrays(hashes.ravel(), SKETCH),
            }
        )
    )

    def pairs(wanted):
        return ((texts[one], texts[other]) for one, other in wanted.tolist())

    engine = DuckDB(
        {
            "lookalikes": BatchSource.of(lookalikes_of(table, pairs)),
            "texts": BatchSource.of(pa.Table.from_pylist(rows)),
            "articles": BatchSource.of(pa.Table.from_pylist(articles)),
            "ids": BatchSource.of(pa.Table.from_pylist(ids, IDS)),
        },
        SHARED,
    )
    told = {
        (row["locator"], int(row["other"])): row["likeness"]
        for row in engine.rows(NearlySameText.query)
    }
    engine.close()
    return told


@pytest.mark.slow
def test_the_rule_finds_what_brute_force_finds():
    random_ = random.Random(7)
    boilerplate = " ".join(generated(random_, 60))
    texts = []
    for number in range(60):
        if number % 3 == 2:
            other = random_.choice(texts[-6:]).split()
            texts.append(" ".join(changed(random_, other, random_.choice([1, 4, 12, 40, 120]))))
        else:
            texts.append(" ".join(generated(random_, 250)) + " " + boilerplate)
    true = {
        (later, earlier): likeness
        for earlier, later in combinations(range(len(texts)), 2)
        if (likeness := brute_force(texts[earlier], texts[later])) > 0.6
    }
    told = found(texts)
    clear = {later for (later, _), likeness in true.items() if likeness > 0.85}
    assert len(clear) > 5
    assert clear <= {later for later, _ in told}
    for pair, per_cent in told.items():
        assert true[pair] >= 0.8
        assert per_cent == int(100 * true[pair])


def test_texts_that_are_the_same_are_left_to_another_rule():
    text = " ".join(generated(random.Random(1)))
    assert found([text, text, text]) == {}
    assert set(found([text, text, text + " and more"])) == {(2, 0)}


def test_many_versions_of_one_text_are_each_told_once():
    random_ = random.Random(3)
    words = generated(random_, 120)
    told = found([" ".join(changed(random_, words, 1)) for _ in range(30)])
    assert sorted(later for later, _ in told) == list(range(1, 30))
