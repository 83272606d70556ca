"""Quotes and claims whose fields do not agree with one another."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.rules.mutations import Broken, mutation, uncited


@mutation("attributed-without-speaker")
def forget_the_speaker(draw, corpus):
    id_, quote = draw(st.sampled_from(uncited(corpus, attribution="attributed")))
    del quote["speakers"]
    return Broken(id_, "attribution")


@mutation("invalid-language")
def name_no_language(draw, corpus):
    id_, quote = draw(st.sampled_from(uncited(corpus)))
    quote["translated_from"] = draw(st.sampled_from(["jp", "cz", "fr-UK", "iw", "eng", "zz-ZZ"]))
    return Broken(id_, "translated_from")


@mutation("unattributed-with-speaker")
def deny_the_speaker(draw, corpus):
    id_, quote = draw(st.sampled_from(uncited(corpus, attribution="attributed")))
    quote["attribution"] = draw(st.sampled_from(["unattributed", "unknown"]))
    return Broken(id_, "attribution")


@mutation("empty-source")
def say_nothing_of_a_source(draw, corpus):
    id_, quote = draw(st.sampled_from(uncited(corpus)))
    role = draw(st.sampled_from(["addressees", "relayed_by"]))
    quote[role] = [{}]
    return Broken(id_, f"{role}[0]")


@mutation("named-but-unnamed")
def name_the_unnamed(draw, corpus):
    id_, quote = draw(st.sampled_from(uncited(corpus)))
    quote |= {"attribution": "anonymous", "speakers": [{"name": "Ada Weaver"}]}
    return Broken(id_, "speakers[0].name")


@mutation("claim-without-basis")
def take_the_basis_away(draw, corpus):
    del corpus[-1]["claims"][0]["quote_ids"]
    return Broken("harbour.c1", "")
