"""Terms of a search: no case and no diacritics, and pairs where words have no spaces between them."""

from __future__ import annotations

import pytest

from onrecord.language.search_terms import query, terms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Die Straße über die BRÜCKE", {"die", "strasse", "uber", "brucke"}),
        ("l’école, L'ÉCOLE d'Œuvre", {"l", "ecole", "d", "oeuvre"}),
        ("Їжак п'ять пʼять", {"іжак", "п", "ять"}),
        ("السَّلامُ أكـبر مدرسة", {"السلام", "اكبر", "مدرسه"}),
        ("东京都 a", {"东京", "京都", "都", "a"}),
        ("がか", {"かか", "か"}),
        ("हिन्दी", {"हिन्दी"}),
        ("ΟΔΟΣ οδός", {"οδοσ"}),
        ("𠀀𠀁 🌉 _x_-9%", {"𠀀𠀁", "𠀁", "x", "9"}),
        ("<b>&amp;</b>", {"b", "amp"}),
        ("", set()),
    ],
)
def test_terms(text, found):
    assert terms(text) == found


def test_words_of_a_query_are_beginnings_and_characters_are_pairs():
    assert query("Brück a 东京都 东") == {
        "bruck": True, "a": False, "东京": False, "京都": False, "东": True,
    }  # fmt: skip
