"""Claims are matched by wording and by the words of the text; splits and merges are found."""

from __future__ import annotations

from itertools import count

import pytest

import onrecord
from tests.drafting.annotations import annotation, claim, quote, span

NUMBERS = count()
QUOTES = [quote("q1", (1, 29)), quote("q2", (60, 90))]


def compared(folder, first, second):
    return onrecord.compare(
        *(
            annotation(folder, NUMBERS, {"quotes": QUOTES, "claims": claims})
            for claims in (first, second)
        )
    )


def groups(agreement):
    """What is reported about whole claims, with their ids without the article's."""
    return [
        (
            one.what,
            *(
                sorted(side.id.partition(".")[2] for side in sides)
                for sides in (one.reference, one.candidate)
            ),
        )
        for one in agreement.differences
        if one.record_type == "claim" and one.what != "field"
    ]


def matched(agreement):
    return {
        one.matching: (one.score.found, one.score.confirmed)
        for one in agreement.measures
        if one.of == "claims"
    }


LONG = claim("c1", "The mayor promised to rebuild the harbour and the bridge.", "q1")
SHORT = claim("c7", "The mayor promised to rebuild the harbour.", "q1")
OTHER = claim("c8", "The mayor promised to rebuild the bridge.", "q1")


def test_a_claim_with_several_parts_was_split(tmp_path):
    agreement = compared(tmp_path, [LONG], [SHORT, OTHER])
    assert groups(agreement) == [("split", ["c1"], ["c7", "c8"])]
    assert matched(agreement) == {
        "same wording": (0, 0),
        "one to one": (0, 0),
        "with splits and merges": (1, 2),
    }


def test_several_parts_of_a_claim_were_merged(tmp_path):
    agreement = compared(tmp_path, [SHORT, OTHER], [LONG])
    assert groups(agreement) == [("merge", ["c7", "c8"], ["c1"])]
    assert agreement.differences[0].title == "claim: merged in B"


def test_a_claim_that_adds_nothing_to_a_matched_one_is_no_part(tmp_path):
    again = claim("c9", "The mayor promised to rebuild.", "q1")
    agreement = compared(tmp_path, [LONG], [LONG, SHORT])
    assert groups(agreement) == [("only", [], ["c7"])]
    agreement = compared(
        tmp_path, [claim("c1", "The mayor promised to rebuild.", "q1")], [SHORT, again]
    )
    assert groups(agreement) == [("only", [], ["c7"])]


def test_case_and_punctuation_of_the_wording_make_no_difference(tmp_path):
    shouted = claim("c2", "THE MAYOR PROMISED TO REBUILD THE HARBOUR AND THE BRIDGE", "q2")
    agreement = compared(tmp_path, [LONG], [shouted])
    assert groups(agreement) == []
    assert matched(agreement)["same wording"] == (1, 1)


def test_similar_claims_match_only_if_they_rest_on_the_same_words(tmp_path):
    reworded = "The mayor says that the harbour and the bridge will be built again."
    assert groups(compared(tmp_path, [LONG], [claim("c2", reworded, "q1")])) == []
    assert groups(compared(tmp_path, [LONG], [claim("c2", reworded, "q2")])) == [
        ("only", ["c1"], []),
        ("only", [], ["c2"]),
    ]
    # Words of the article are the same evidence as a quote of these words.
    own = claim("c2", reworded, content=[span(4, 20)])
    assert groups(compared(tmp_path, [LONG], [own])) == []


def test_the_sum_of_similarities_is_the_largest(tmp_path):
    """The first claim of A is most similar to the first of B, which the second one needs more."""
    first = [claim("c1", "a b c d e", "q1"), claim("c2", "a b x y", "q1")]
    second = [claim("c3", "a b c d", "q1"), claim("c4", "c d e", "q1")]
    agreement = compared(tmp_path, first, second)
    pairs = {
        (one.reference[0].id, one.candidate[0].id)
        for one in agreement.differences
        if one.field == "text"
    }
    assert pairs == {("harbour.c1", "harbour.c4"), ("harbour.c2", "harbour.c3")}


def test_claims_without_white_space_are_compared_by_characters(tmp_path):
    first, second = claim("c1", "市长说港口将重建", "q1"), claim("c2", "市长承诺港口会重建", "q1")
    assert groups(compared(tmp_path, [first], [second])) == []


def test_cited_quotes_are_the_same_if_they_match(tmp_path):
    other = [quote("x", (1, 29)), quote("y", (60, 90))]
    agreement = onrecord.compare(
        annotation(tmp_path, NUMBERS, {"quotes": QUOTES, "claims": [LONG]}),
        annotation(tmp_path, NUMBERS, {"quotes": other, "claims": [{**LONG, "quote_ids": ["x"]}]}),
    )
    assert agreement.differences == ()


@pytest.mark.parametrize(("kind", "what"), [("norm", "norm"), (None, "(absent)")])
def test_choices_are_those_of_matched_claims(tmp_path, kind, what):
    agreement = compared(tmp_path, [{**LONG, "kind": "event"}], [{**LONG, "kind": kind}])
    (found,) = [one.kappa for one in agreement.choices if one.field == "claims.kind"]
    assert found.pairs == (("event", what, 1),)
    assert found.kappa == 0
