"""Web addresses that lead nowhere."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.rules.mutations import Broken, mutation


def put(draw, corpus, url):
    """Give an address to some record; where it is."""
    article, claim, quote = (corpus[-1][name] for name in ("article", "claims", "quotes"))
    place = draw(st.sampled_from(["article", "quote", "claim", "verdict"]))
    if place == "article":
        article["archived_url"] = url
        return Broken("harbour", "archived_url")
    if place == "quote":
        quote[0]["appearances"] = [{"url": url}]
        return Broken("harbour.q1", "appearances[0].url")
    if place == "claim":
        claim[0]["appearances"] = [{"url": "https://example.org/a", "archived_url": url}]
        return Broken("harbour.c1", "appearances[0].archived_url")
    claim[0]["assessments"] = [{"reviewer": "Desk", "original_rating": "see there", "url": url}]
    return Broken("harbour.c1", "assessments[0].url")


@mutation("broken-address")
def lose_the_host(draw, corpus):
    rest = draw(
        st.sampled_from(
            [
                *("www.", "/harbour", "https://example.org", "localhost:8000/", "harbour", "[::1"),
                *("example.org:99999/", "example..org/", "300.1.2.3/", "example.1/", "a,b.org/"),
                "example.org/a\u00a0page",
            ]
        )
    )
    return put(draw, corpus, f"https://{rest}")


@mutation("doubtful-address")
def take_the_sentence_along(draw, corpus):
    rest = draw(
        st.sampled_from(
            [
                *(
                    "example.org/a.html,",
                    "example.org/a)",
                    "example.org/a.html).",
                    "example.org/a…",
                ),
                *("me@example.org/", "harbour.test/a", "192.168.0.1/a", "example.org/100%"),
                *("example.org/{id}", "example.org/a\u200b"),
            ]
        )
    )
    return put(draw, corpus, f"https://{rest}")
