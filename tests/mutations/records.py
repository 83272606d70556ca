"""Quotes and claims whose fields do not agree with one another."""

from __future__ import annotations

from hypothesis import strategies as st

from mutations import Broken, mutation


@mutation("attributed-without-speaker")
def forget_the_speaker(draw, corpus):
    cited = {id_ for one in corpus for claim in one["claims"] for id_ in claim["quote_ids"]}
    quotes = [
        (f"{document['article']['id']}.{quote['id']}", quote)
        for document in corpus
        for quote in document["quotes"]
        if quote["attribution"] == "attributed" and quote["id"] not in cited - {"q1"}
    ]
    id_, quote = draw(st.sampled_from(quotes))
    del quote["speaker"]
    return Broken(id_, "attribution")
