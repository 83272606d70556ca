"""Sources, spans and fields of matched records are compared by what they mean."""

from __future__ import annotations

import hashlib
from itertools import count

import pytest

import onrecord
from tests.drafting.annotations import TEXT, annotation, claim, quote, span

NUMBERS = count()
MAYOR = {
    "name": "Ada Example",
    "kind": "person",
    "wikidata": "Q1",
    "mentions": [span(31, 40)],
    "reference": "nominal",
}


def compared(folder, mine, theirs):
    first, second = (quote("q1", (1, 29), **fields) for fields in (mine, theirs))
    return onrecord.compare(
        *(annotation(folder, NUMBERS, {"quotes": [one]}) for one in (first, second))
    )


def score(agreement, of, matching="same"):
    (found,) = [
        (one.score.found, one.score.reference, one.score.candidate)
        for one in agreement.measures
        if (one.of, one.matching) == (of, matching)
    ]
    return found


def fields(agreement):
    return [one.field for one in agreement.differences]


@pytest.mark.parametrize(
    ("other", "same", "differ"),
    [
        ({}, 1, []),
        ({"name": "ADA EXAMPLE"}, 1, ["speakers.name"]),
        ({"name": "A. Example", "role": "mayor"}, 1, ["speakers.name", "speakers.role"]),
        ({"wikidata": None}, 1, ["speakers.wikidata"]),
        ({"wikidata": "Q2"}, 0, ["speakers"]),
        ({"wikidata": None, "name": "Bea Example"}, 0, ["speakers"]),
        ({"wikidata": None, "name": None}, 0, ["speakers"]),
        ({"mentions": [span(35, 40)]}, 1, ["speakers.mentions"]),
        ({"kind": "group"}, 1, ["speakers.kind"]),
    ],
)
def test_speakers(tmp_path, other, same, differ):
    agreement = compared(tmp_path, {"speakers": [MAYOR]}, {"speakers": [{**MAYOR, **other}]})
    assert score(agreement, "quotes.speakers") == (same, 1, 1)
    assert fields(agreement) == differ


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        ({"mentions": [span(31, 40)]}, {"mentions": [span(35, 40)]}, 1),
        ({"mentions": [span(31, 40)]}, {"mentions": [span(50, 56)]}, 0),
        ({"role": "mayor", "kind": "person"}, {"role": "mayor", "kind": "person"}, 1),
        ({"role": "mayor", "kind": "person"}, {"role": "priest", "kind": "person"}, 0),
    ],
)
def test_speakers_without_a_name(tmp_path, mine, theirs, same):
    agreement = compared(tmp_path, {"speakers": [mine]}, {"speakers": [theirs]})
    assert score(agreement, "quotes.speakers") == (same, 1, 1)


def test_several_speakers_in_another_order_are_the_same(tmp_path):
    other = {"name": "Bea Example"}
    agreement = compared(tmp_path, {"speakers": [MAYOR, other]}, {"speakers": [other, MAYOR]})
    assert score(agreement, "quotes.speakers") == (2, 2, 2)
    assert agreement.differences == ()


def test_the_order_of_a_chain_of_relays_has_a_meaning(tmp_path):
    other = {"name": "Bea Example"}
    agreement = compared(tmp_path, {"relayed_by": [MAYOR, other]}, {"relayed_by": [other, MAYOR]})
    assert fields(agreement) == ["relayed_by"]


def test_cues_are_compared_exactly_and_by_overlap(tmp_path):
    agreement = compared(
        tmp_path,
        {"cue": [span(41, 45), span(46, 48)]},
        {"cue": [span(43, 47), span(46, 48), span(60, 62)]},
    )
    assert score(agreement, "quotes.cue", "exact") == (1, 2, 3)
    assert score(agreement, "quotes.cue", "overlap") == (2, 2, 3)


def test_words_without_offsets_are_compared_by_their_digests(tmp_path):
    words = TEXT[1:29]
    stated = [{"exact": words, "quoted": True}]
    withheld = [{"sha256": hashlib.sha256(words.encode()).hexdigest(), "quoted": True}]
    agreement = compared(tmp_path, {"content": stated}, {"content": withheld})
    assert agreement.differences == ()
    other = [{"exact": TEXT[31:40], "quoted": True}]
    agreement = compared(tmp_path, {"content": stated}, {"content": other})
    assert [one.title for one in agreement.differences] == ["quote only in A", "quote only in B"]


def test_references_are_the_same_if_the_records_match(tmp_path):
    """Also where the other annotation has the identifier for another record."""
    first = {
        "quotes": [quote("q1", (1, 29)), quote("q2", (5, 20), within="q1"), quote("q3", (60, 90))],
        "claims": [claim("c1", "One."), claim("c2", "Two.", relations=[_supports("c1")])],
    }
    second = {
        "quotes": [quote("q3", (1, 29)), quote("q1", (5, 20), within="q3"), quote("q2", (60, 90))],
        "claims": [claim("c2", "One."), claim("c1", "Two.", relations=[_supports("c2")])],
    }
    folders = [annotation(tmp_path, NUMBERS, one) for one in (first, second)]
    assert onrecord.compare(*folders).differences == ()
    second["quotes"][1]["within"] = "q2"
    second["claims"][1]["relations"] = [_supports("c1")]
    wrong = annotation(tmp_path, NUMBERS, second)
    assert sorted(fields(onrecord.compare(folders[0], wrong))) == ["relations", "within"]


def _supports(name):
    return {"type": "supports", "claim_id": name}


def test_what_was_quoted_is_a_choice_about_the_same_spans(tmp_path):
    content = [{**span(1, 29), "quoted": False}]
    agreement = compared(tmp_path, {}, {"content": content})
    (found,) = [one.kappa for one in agreement.choices if one.field == "quotes.content.quoted"]
    assert found.pairs == (("true", "false", 1),)
    assert fields(agreement) == ["content"]


def test_offsets_that_are_wrong_are_compared_too(tmp_path):
    content = [{"start": 1, "end": 29, "quoted": True}, {"start": 50, "end": 22, "quoted": True}]
    agreement = compared(tmp_path, {}, {"content": content})
    assert [one.title for one in agreement.differences] == ["quote: extent differs"]
    agreement = compared(tmp_path, {"content": content[1:]}, {"content": content[1:]})
    assert len(agreement.differences) == 2
