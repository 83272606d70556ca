"""Dates that do not exist, or lie in the wrong order."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.rules.mutations import Broken, mutation
from tests.rules.mutations.claims import DESK, any_claim, claim_alone

NO_DAYS = ["2023-02-29", "2024-04-31", "1900-02-29", "2024-02-30T08:00:00Z"]


@mutation("date-does-not-exist")
def name_a_day_that_is_not_there(draw, corpus):
    id_, claim = claim_alone(corpus)
    day = draw(st.sampled_from(NO_DAYS))
    period = draw(st.sampled_from(["{}", "{}/..", "../{}"])).format(day)
    claim["period"] = period
    return Broken(id_, "period")


@mutation("period-reversed")
def turn_a_period_round(draw, corpus):
    id_, claim, _ = any_claim(draw, corpus)
    claim |= {"kind": "other", "checkable": None}
    claim["period"] = draw(
        st.sampled_from(["2024/2023", "2024-05/2024-04-30", "1999-05-03/1999-05-02"])
    )
    return Broken(id_, "period")


@mutation("said-after-published")
def say_it_too_late(draw, corpus):
    place, said = (
        draw(st.sampled_from(["quote", "claim"])),
        draw(st.sampled_from(["2025", "2024-06", "2024-05-03", "2024-05-04T00:00:00Z"])),
    )
    corpus[-1][f"{place}s"][0]["said"] = said
    return Broken(f"harbour.{place[0]}1", "said")


@mutation("retrieved-before-published")
def take_it_too_early(draw, corpus):
    corpus[-1]["article"]["retrieved"] = draw(st.sampled_from(["2023", "2024-04", "2024-05-01"]))
    return Broken("harbour", "retrieved")


@mutation("verdict-before-claim")
def judge_it_too_early(draw, corpus):
    id_, claim = claim_alone(corpus)
    claim["said"] = draw(st.sampled_from(["2024-05-01", "2024-05", "2024-05-01T12:00:00Z"]))
    claim["assessments"] = [DESK | {"published": draw(st.sampled_from(["2023", "2024-04-29"]))}]
    return Broken(id_, "assessments[0].published")


@mutation("verdict-before-article")
def judge_it_before_the_article(draw, corpus):
    id_, claim = claim_alone(corpus)
    published = draw(st.sampled_from(["2023", "2024-04", "2024-05-01"]))
    claim["assessments"] = [DESK | {"published": published}]
    return Broken(id_, "assessments[0].published")


@mutation("evidence-after-verdict")
def find_evidence_too_late(draw, corpus):
    id_, claim = claim_alone(corpus)
    published = draw(st.sampled_from(["2025", "2024-06", "2024-05-06", "2024-05-07T00:00:00Z"]))
    evidence = [{"url": "https://data.example.org/harbour", "published": published}]
    claim["assessments"] = [DESK | {"published": "2024-05-05", "evidence": evidence}]
    return Broken(id_, "assessments[0].evidence[0].published")


@mutation("event-after-published")
def tell_of_what_has_not_happened(draw, corpus):
    id_, claim = claim_alone(corpus)
    claim["kind"] = "event"
    claim["period"] = draw(st.sampled_from(["2025", "2024-06/..", "2024-05-03", "2024-07/2025"]))
    return Broken(id_, "period")


@mutation("evidence-after-claim")
def find_evidence_of_later(draw, corpus):
    id_, claim = claim_alone(corpus)
    said, page = draw(
        st.sampled_from(
            [
                ("2024-05-01", "2024/05/06/pier"),
                ("2024-04", "a/2024-05-01-pier.html"),
                ("2024-05-01", "pier_20240503"),
                (None, "2024/june/pier"),
            ]
        )
    )
    claim["said"] = said
    evidence = [{"url": f"https://data.example.org/{page}"}]
    claim["assessments"] = [DESK | {"evidence": evidence}]
    return Broken(id_, "assessments[0].evidence[0].url")
