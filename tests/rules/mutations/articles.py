"""Articles whose text is another than they say."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.rules.mutations import Broken, mutation


@mutation("text-digest-differs")
def take_another_text(draw, corpus):
    article = draw(st.sampled_from(corpus))["article"]
    article["text_sha256"] = "0" * 64
    return Broken(article["id"], "text_sha256")


@mutation("text-length-differs")
def count_wrong(draw, corpus):
    article = draw(st.sampled_from(corpus))["article"]
    article["text_length"] += draw(st.integers(1, 100))
    return Broken(article["id"], "text_length")


@mutation("open-text-missing")
def leave_the_text_out(draw, corpus):
    article = draw(st.sampled_from(corpus))["article"]
    del article["text"]
    return Broken(article["id"], "rights.redistribute")


@mutation("untraceable-article")
def leave_no_trace(draw, corpus):
    article = corpus[-1]["article"]
    del article["text"]
    article["rights"]["redistribute"] = draw(st.just("quotes"))
    article |= draw(
        st.sampled_from([{}, {"title": "The harbour"}, {"publisher": {"name": "The Gazette"}}])
    )
    return Broken("harbour", "")
