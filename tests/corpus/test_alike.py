"""Articles that share nearly equal words, whatever the order in which they are read."""

from __future__ import annotations

import random
from functools import partial
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from onrecord.corpus.alike import alike, likeness_in, sketched
from onrecord.corpus.components import components
from onrecord.language.likeness import likeness

WORDS = (
    "We will rebuild the old harbour of the town in the spring of next year, and the ferries to "
    "the islands will leave from the new pier again, as they did before the storm."
)


def pairs_of(record_type, texts):
    """The pairs of texts that are nearly equal."""
    parts = [(np.arange(len(texts)), pa.array(texts, pa.string()))]
    like = partial(likeness_in, lambda: parts)
    return alike(record_type, sketched(record_type, parts), like).to_pylist()


def groups(texts):
    """The sets of texts that are connected."""
    pairs = pairs_of("quote", texts)
    found = {}
    for row, name in components((one["owner"], one["other"]) for one in pairs).items():
        found.setdefault(name, set()).add(texts[row])
    return {frozenset(one) for one in found.values()}


@pytest.mark.parametrize("read", [1, 2, 3])
def test_many_versions_are_one_group_in_any_order(read):
    versions = [WORDS.replace("storm", f"storm of {year}") for year in range(60)]
    others = [" ".join(random.Random(at).choices(WORDS.split(), k=25)) for at in range(20)]
    texts = [*versions, *others, None, "", "We will."]
    random.Random(read).shuffle(texts)
    assert groups(texts) == {frozenset(versions)}


def test_pairs_are_those_that_are_nearly_equal():
    random_ = random.Random(5)
    texts = []
    for _ in range(40):
        words = random_.choice([WORDS, *texts]).split()
        for _ in range(random_.choice([1, 2, 6])):
            words[random_.randrange(len(words))] = "".join(random_.choices("abcdefgh", k=6))
        texts.append(" ".join(words))
    texts = [*dict.fromkeys(texts)]
    found = pairs_of("claim", texts)
    likely = {
        (later, earlier): likeness(texts[earlier], texts[later])
        for earlier, later in combinations(range(len(texts)), 2)
    }
    assert all(likely[one["owner"], one["other"]] >= 0.8 for one in found)
    connected = set(components((row["owner"], row["other"]) for row in found))
    # Sketches are estimates: of what is just about nearly equal, some may be missed.
    assert {row for pair, share in likely.items() if share > 0.9 for row in pair} <= connected
    assert connected


def test_short_words_are_not_compared():
    assert not groups(["We will rebuild the harbour soon.", "We will rebuild the harbour soon!"])


def test_case_spaces_and_scripts_do_not_matter():
    other = "\n".join(WORDS.upper().split())
    assert groups([WORDS, other]) == {frozenset([WORDS, other])}
    letters = "".join(map(chr, random.Random(1).choices(range(0x1F600, 0x1F640), k=300)))
    assert groups([letters, letters + "!"]) == {frozenset([letters, letters + "!"])}
    german = WORDS.replace("storm", "großen Strom und weißen Schuß")
    assert groups([german, german.upper()]) == {frozenset([german, german.upper()])}
