"""Names that can be of the same, plain verdicts, and what is connected."""

from __future__ import annotations

import pytest

from onrecord.components import components
from onrecord.language.names import may_name_the_same
from onrecord.language.verdicts import beyond_scale, plain_verdict
from onrecord.language.wording import wording


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
