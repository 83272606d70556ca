"""Names that can be of the same, plain verdicts, and what is connected."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onrecord.corpus.components import components
from onrecord.language.names import may_name_the_same
from onrecord.language.verdicts import beyond_scale, plain_verdict
from onrecord.language.wording import JAMO, fingerprint, fingerprints, wording, wordings
from tests.drawing import is_nightly


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Muster", "Muster"),
        ("Ada Muster", "A. MUSTER"),
        ("Зразок", "Ada Muster"),
        ("WHO", "World Health Organization"),
        ("Ada Müster", "Ada Muster"),
        ("Volodymyr Zelenskyy", "Wladimir Selenskyj"),
        ("樣本", "样本"),
    ],
)
def test_names_that_can_be_of_the_same(one, other):
    assert may_name_the_same(one, other)
    assert may_name_the_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Ada Muster", "Bo Beispiel"), ("Анна", "Борис"), ("Example Radio", "BBC")]
)
def test_names_that_cannot(one, other):
    assert not may_name_the_same(one, other)


def test_numbers_count_in_a_wording():
    assert wording("It grew by 1.5 %!") == wording("it grew, by 1.5%")
    assert wording("It grew by 1.5 %") != wording("It grew by 15 %")


signs = st.sampled_from("0129.,-–−%:/ aZßéİſΣß½²①٣３ﬁ\u0301\u0345ก่각\u1100\u1161\u11a8👍")
words = st.lists(st.none() | st.text(signs | st.characters(exclude_categories=["Cs"])))


@pytest.mark.slow
@given(words, st.integers(0, 2))
@example(["-5", "a-5", " -5", "3-5", "3 - 5", "3,5", "3.,5", "", "5", "-", "٣.٤", "1.", ".1"], 1)
def test_many_words_at_once_have_the_wordings_of_each(some, first):
    column = pa.array(some, pa.string()).slice(first)
    each = [(one, None) if one is None else (wording(one), fingerprint(one)) for one in some]
    found = [wordings(column).to_pylist(), fingerprints(column).to_pylist()]
    assert found == [[one[at] for one in each[first:]] for at in (0, 1)]


@pytest.mark.slow
def test_each_character_counts_as_it_does_in_words():
    # Beyond the first planes are few letters: at night all, else one in sixteen.
    step = 1 if is_nightly() else 16
    points = (*range(0xD800), *range(0xE000, 0x20000), *range(0x20000, 0x110000, step))
    characters = [*map(chr, points)]
    told = wordings(pa.array([f"a{one}b" for one in characters])).to_pylist()
    assert told == [wording(f"a{one}b") for one in characters]


@pytest.mark.slow
def test_what_composes_with_the_character_before_it_is_a_mark_or_a_part_of_a_syllable():
    pairs = [unicodedata.decomposition(chr(point)).split() for point in range(0x110000)]
    for second in {
        chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and "<" not in pair[0]
    }:
        assert unicodedata.category(second)[0] == "M" or JAMO.match(second)


@pytest.mark.parametrize(
    ("label", "beyond"),
    [
        *(("7/5", True), ("6 out of 5", True), ("6,5 von 5 Sternen", True), ("150 %", True)),
        *(("5/5", False), ("100%", False), ("12/7/2020", False), ("False", False), ("3", False)),
    ],
)
def test_numbers_beyond_their_scale(label, beyond):
    assert beyond_scale(label) is beyond


@pytest.mark.parametrize(
    ("label", "verdict"),
    [
        *(("TRUE!", True), ("Pants on Fire", False), ("Not true", False), ("Half true", None)),
        *(("Größtenteils wahr", True), ("Faux", False), ("Правда", True), ("yanlış", False)),
    ],
)
def test_plain_verdicts(label, verdict):
    assert plain_verdict(label) is verdict


def test_components_of_a_star_and_of_a_chain():
    star = [(f"s{number}", "s0") for number in range(1, 2000)]
    chain = [(f"c{number}", f"c{number + 1}") for number in range(2000)]
    found = components([*star, *reversed(chain)])
    assert {found[f"s{number}"] for number in range(2000)} == {"s0"}
    assert {found[f"c{number}"] for number in range(2001)} == {"c0"}
    assert components([("a", "a")]) == {"a": "a"}
