"""What is found in claims by themselves, and among claims in the same words."""

from __future__ import annotations

import json

import pytest

import onrecord

CLAIM = {
    "record_type": "claim",
    "schema_version": "1.0",
    "article_id": "a",
    "language": "en",
    "voice": "source",
    "annotation": {"method": "manual", "origin": {"dataset": "X", "id": "1"}},
}
RIGHTS = {"license": "NOASSERTION", "redistribute": "none"}


def found(folder, *claims):
    """The codes of what is found in claims, and the ids of the records they are found in."""
    article = {"record_type": "article", "schema_version": "1.0", "id": "a", "language": "en"}
    rows = [CLAIM | {"id": f"a.c{number}"} | claim for number, claim in enumerate(claims, 1)]
    folder.mkdir(exist_ok=True)
    for name, records in (("articles", [article | {"rights": RIGHTS}]), ("claims", rows)):
        lines = "".join(f"{json.dumps(record)}\n" for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return [(one.code, one.record) for one in onrecord.validate(folder).findings]


ADA, BO = {"name": "Ada Example", "kind": "person"}, {"name": "Bo Example", "kind": "person"}
COUNCIL = {"name": "Harbour Council", "kind": "organization"}


@pytest.mark.parametrize(
    ("text", "language", "claimant", "clear"),
    [
        ("I was born in 1960 in Exampleton.", "en", ADA, True),
        ("I've never been to Exampleton.", "en", {"wikidata": "Q4115189"}, True),
        ("Ich habe den Hafen gebaut.", "de", ADA, True),
        ("We will rebuild the harbour.", "en", COUNCIL, True),
        ("We will rebuild the harbour.", "en", ADA, False),
        ("I was born in 1960 in Exampleton.", "en", None, False),
        ("I was born in 1960 in Exampleton.", "en", {"kind": "person", "role": "mayor"}, False),
        ("He was born in 1960 in Exampleton.", "en", ADA, False),
        ("They will rebuild the harbour.", "en", COUNCIL, False),
    ],
)
def test_a_pronoun_for_the_speaker_is_clear_where_the_claimant_is_named(
    text, language, claimant, clear, tmp_path
):
    codes = found(tmp_path, {"text": text, "language": language, "claimant": claimant})
    assert codes == ([] if clear else [("pronoun-as-subject", "a.c1")])


@pytest.mark.parametrize("when", [{"said": "2024-05-02"}, {"period": "2024-05-01"}, {}])
def test_a_relative_date_is_clear_where_the_record_tells_the_time(when, tmp_path):
    codes = found(tmp_path, {"text": "The harbour was shut yesterday."} | when)
    assert codes == ([] if when else [("relative-date", "a.c1")])


def rated(text, rating, claimant=ADA, reviewer="Desk", **more):
    verdict = {"reviewer": reviewer, "rating": rating, "original_rating": "see there"}
    return {"text": text, "claimant": claimant, "assessments": [verdict], **more}


PIER = "The pier was built in 1901."
TWICE, OPPOSED = ("duplicate-claim", "a.c2"), ("verdicts-disagree", "a.c2")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (rated("the PIER was built in 1901", "false"), [TWICE, OPPOSED]),
        (rated(PIER, "mostly_false", BO), [TWICE, OPPOSED]),
        (rated(PIER, "false", None, "Another desk"), [TWICE, OPPOSED]),
        (rated(PIER, "true", BO), [TWICE]),
        (rated(PIER, "mixed", BO), [TWICE]),
        (rated(PIER, "false", BO, status="withdrawn"), []),
        (rated(PIER, "false", BO, language="de"), []),
        (rated("The pier was built in 1902.", "false", BO), []),
    ],
)
def test_another_claimant_hides_no_duplicate_and_no_contradiction(second, expected, tmp_path):
    assert sorted(found(tmp_path, rated(PIER, "true"), second)) == expected


@pytest.mark.slow
def test_words_that_point_to_the_claimant_or_the_day_are_another_claim_of_another_claimant(
    tmp_path,
):
    mine = "I voted for the new pier in March."
    assert found(tmp_path, rated(mine, "true"), rated(mine, "false", BO)) == []
    same = found(tmp_path / "same", rated(mine, "true"), rated(mine, "false"))
    assert sorted(same) == [TWICE, OPPOSED]
    day = "The pier was shut yesterday."
    one, other = {"said": "2024-05-01"}, {"said": "2024-06-01"}
    pair = rated(day, "true", **one), rated(day, "false", BO, **other)
    assert found(tmp_path / "day", *pair) == []
    pair = rated(PIER, "true", period="2001"), rated(PIER, "false", BO, period="2002")
    assert found(tmp_path / "period", *pair) == []


@pytest.mark.slow
def test_a_contradiction_is_found_beyond_claims_that_same_as_joins(tmp_path):
    joined = rated("In 1901 the pier was built.", "true")
    joined["relations"] = [{"type": "same_as", "claim_id": "a.c2"}]
    middle = rated(PIER, "mixed")
    codes = found(tmp_path, joined, middle, rated(PIER, "false", BO))
    assert ("verdicts-disagree", "a.c3") in codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("when", "page", "late"),
    [
        ({"said": "2024-05-01"}, "2024/05/06/pier", True),
        ({"said": "2024-05-06"}, "2024/05/06/pier", False),
        ({"said": "2024-05"}, "2024/05/06/pier", False),
        ({"said": "2024-05-05T12:00:00Z"}, "2024/05/06/pier", False),
        ({"said": "2024-05-01"}, "web/20240506101500/https://example.com/a", False),
        ({}, "2024/05/06/pier", False),
        ({"appearances": [{"url": "https://example.com/", "published": "2024-04-02"}]},
         "2024/05/pier", True),
    ],
)  # fmt: skip
def test_evidence_whose_address_has_a_later_date_is_found(when, page, late, tmp_path):
    claim = rated(PIER, "mixed", **when)
    claim["assessments"][0]["evidence"] = [{"url": f"https://example.org/{page}"}]
    assert found(tmp_path, claim) == ([("evidence-after-claim", "a.c1")] if late else [])
