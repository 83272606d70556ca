"""Ids that stand twice, and what points to nothing, or to the wrong thing."""

from __future__ import annotations

from hypothesis import strategies as st

from onrecord.rules.examples import document, quote_line
from tests.rules.mutations import Broken, mutation


def nested(**fields):
    """A further quote for the document of the examples."""
    return {"type": "direct", "attribution": "unattributed", **fields}


@mutation("duplicate-id")
def give_an_id_twice(draw, corpus):
    words = {"exact": "rebuild", "start": 9, "end": 16, "quoted": True}
    corpus[-1]["quotes"].append(nested(id="q1", content=[words]))
    return Broken("harbour.q1", "id")


@mutation("id-of-other-article")
def name_another_article_in_the_id(draw, corpus):
    wrong = draw(st.sampled_from(["pier.q9", "harbour2.q9", "arbour.q1"]))

    def arrange(folder):
        (folder / "quotes.jsonl").write_bytes(quote_line(wrong, "Next year."))

    return Broken(wrong, "id", arrange)


@mutation("dangling-reference")
def point_nowhere(draw, corpus):
    target = draw(st.sampled_from(["q9", "harbour.q9", "bridge-that-is-not-there.q1"]))
    corpus[-1]["claims"][0]["quote_ids"].append(target)
    return Broken("harbour.c1", "quote_ids[1]")


@mutation("nesting-outside-parent")
def leave_the_parent(draw, corpus):
    start, end = draw(st.sampled_from([(31, 40), (31, 45)]))
    words = {"exact": corpus[-1]["article"]["text"][start:end], "start": start, "end": end}
    quote = nested(id="q2", within="q1", content=[words | {"quoted": False}])
    corpus[-1]["quotes"].append(quote | {"type": "indirect"})
    return Broken("harbour.q2", "within")


@mutation("nesting-in-other-article")
def nest_in_another_article(draw, corpus):
    other = document(
        """
        article: {id: bridge, text: "“We will rebuild the harbour,” the mayor said. So they did."}
        """
    )
    other["claims"] = []
    corpus.insert(draw(st.sampled_from([0, len(corpus)])), other)
    harbour = next(one for one in corpus if one["article"]["id"] == "harbour")
    harbour["quotes"][0]["within"] = "bridge.q1"
    return Broken("harbour.q1", "within")


@mutation("nesting-in-circle")
def nest_in_itself(draw, corpus):
    corpus[-1]["quotes"][0]["within"] = draw(st.sampled_from(["q1", "harbour.q1"]))
    return Broken("harbour.q1", "within")


@mutation("related-to-itself")
def relate_to_itself(draw, corpus):
    quote, claim = corpus[-1]["quotes"][0], corpus[-1]["claims"][0]
    if draw(st.booleans()):
        quote["relations"] = [{"type": "paraphrases", "quote_id": "q1"}]
        return Broken("harbour.q1", "relations[0].quote_id")
    claim["relations"] = [{"type": "supports", "claim_id": "harbour.c1"}]
    return Broken("harbour.c1", "relations[0].claim_id")


@mutation("corrected-without-replacement")
def forget_the_replacement(draw, corpus):
    corpus[-1]["quotes"][0]["status"] = draw(st.just("corrected"))
    return Broken("harbour.q1", "status")


def another_quote(corpus, **fields):
    """A second quote in the document of the examples, of a speaker who is not named."""
    other = {"exact": "the harbour", "start": 17, "end": 28, "quoted": False}
    corpus[-1]["quotes"].append(nested(id="q2", content=[other]) | {"type": "reported"} | fields)


@mutation("replacement-without-correction")
def replace_what_is_right(draw, corpus):
    another_quote(corpus)
    corpus[-1]["quotes"][0] |= {"status": draw(st.sampled_from(["active", "withdrawn"]))}
    corpus[-1]["quotes"][0] |= {"replaced_by": "q2"}
    return Broken("harbour.q1", "replaced_by")


@mutation("replacement-not-valid")
def replace_by_what_is_wrong(draw, corpus):
    status, target = draw(st.sampled_from([("withdrawn", "q2"), ("active", "q1")]))
    another_quote(corpus, status=status)
    corpus[-1]["quotes"][0] |= {"status": "corrected", "replaced_by": target}
    return Broken("harbour.q1", "replaced_by")
