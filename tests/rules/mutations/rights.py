"""Words that may not be passed on."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.rules.mutations import Broken, mutation


@mutation("text-withheld")
def keep_the_text(draw, corpus):
    corpus[-1]["article"]["rights"]["redistribute"] = "quotes"
    return Broken("harbour", "text")


@mutation("words-withheld")
def keep_words(draw, corpus):
    article = corpus[-1]["article"]
    article["rights"]["redistribute"] = "quotes"
    article["url"] = "https://example.org/harbour"
    text = article.pop("text")
    name, words = draw(st.sampled_from([("prefix", text[:1]), ("suffix", text[29:40])]))
    corpus[-1]["quotes"][0]["content"][0][name] = words
    return Broken("harbour.q1", f"content[0].{name}")


@mutation("unknown-licence-redistributed")
def forget_the_licence(draw, corpus):
    article = draw(st.sampled_from(corpus))["article"]
    article["rights"]["license"] = draw(st.sampled_from(["NOASSERTION", "Free-As-Air-1.0"]))
    return Broken(article["id"], "rights.license")
