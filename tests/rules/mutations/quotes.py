"""Quotes that stand twice, or that do not fit their cue, their speaker or their marks."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import strategies as st

from onrecord.rules.examples import document
from tests.rules.mutations import Broken, mutation, uncited


def copied(draw, corpus, **wanted):
    """Add a copy of an active quote to its document, and return it with its full id."""
    id_, quote = draw(st.sampled_from(uncited(corpus, status="active", **wanted)))
    copy = deepcopy(quote) | {"id": "again"}
    article = id_.partition(".")[0]
    home = next(one for one in corpus if one["article"]["id"] == article)
    home["quotes"].append(copy)
    return f"{article}.again", copy


def overlay(corpus, changes):
    """The document of the examples with changes, in place of the valid one."""
    corpus[-1] = document(changes)


@mutation("duplicate-quote")
def repeat_quote(draw, corpus):
    corpus[-1]["quotes"][0].setdefault("status", "active")
    id_, copy = copied(draw, corpus)
    copy.pop("cue", None)
    return Broken(id_, "content")


@mutation("span-in-several-quotes")
def give_the_words_to_another(draw, corpus):
    corpus[-1]["quotes"][0].setdefault("status", "active")
    id_, copy = copied(draw, corpus, attribution="attributed")
    del copy["speakers"]
    copy["attribution"] = "anonymous"
    return Broken(id_, "content[0]")


@mutation("quotes-overlap")
def tell_nearly_all_of_it_again(draw, corpus):
    start, end = draw(st.sampled_from([(4, 29), (4, 28)]))
    text = corpus[-1]["article"]["text"]
    words = {"exact": text[start:end], "start": start, "end": end, "quoted": True}
    quote = {"id": "q2", "type": "direct", "attribution": "anonymous", "content": [words]}
    corpus[-1]["quotes"].append(quote)
    return Broken("harbour.q2", "content")


@mutation("nested-in-own-quote")
def copy_the_speaker_to_the_inner_quote(draw, corpus):
    outer = corpus[-1]["quotes"][0]
    words = {"exact": "rebuild", "start": 9, "end": 16, "quoted": True}
    inner = deepcopy(outer) | {"id": "q2", "within": "q1", "content": [words]}
    if draw(st.booleans()):
        del inner["cue"]
    corpus[-1]["quotes"].append(inner)
    return Broken("harbour.q2", "speakers[0]")


@mutation("speaker-in-own-words")
def find_the_speaker_in_the_words(draw, corpus):
    start, end = draw(st.sampled_from([(1, 3), (17, 28)]))
    words = corpus[-1]["article"]["text"][start:end]
    mention = {"exact": words, "start": start, "end": end}
    corpus[-1]["quotes"][0]["speakers"][0]["mentions"] = [mention]
    return Broken("harbour.q1", "speakers[0].mentions[0]")


@mutation("free-indirect-with-cue")
def give_free_indirect_speech_a_cue(draw, corpus):
    quote = corpus[-1]["quotes"][0]
    quote["type"] = "free_indirect"
    quote["content"][0]["quoted"] = False
    return Broken("harbour.q1", "type")


@mutation("cue-contradicts-medium")
def speak_what_is_written(draw, corpus):
    medium = draw(st.sampled_from(["speech", "press_conference", "thought"]))
    overlay(
        corpus,
        f"""
        article: {{text: "“We will rebuild the harbour,” the mayor wrote."}}
        quotes: [{{medium: {medium}, cue: [{{exact: wrote, start: 41, end: 46}}]}}]
        """,
    )
    return Broken("harbour.q1", "medium")


@mutation("mixed-without-marks")
def take_the_marks_away(draw, corpus):
    overlay(
        corpus,
        """
        article: {text: "We will rebuild the harbour, the mayor said."}
        quotes:
          - type: mixed
            content:
              - {exact: We will, start: 0, end: 7, quoted: false}
              - {exact: "rebuild the harbour,", start: 8, end: 28, quoted: true}
            speakers: [{mentions: [{start: 29, end: 38}]}]
            cue: [{start: 39, end: 43}]
        """,
    )
    return Broken("harbour.q1", "type")


@mutation("cue-elsewhere")
def take_the_cue_of_another_quote(draw, corpus):
    between = draw(st.sampled_from(["It was late.", "It was late! Very late.", "Late? So it was."]))
    text = f"“We will rebuild the harbour.” {between} “No,” somebody said."
    at = text.index("said")
    overlay(
        corpus,
        f"""
        article: {{text: "{text}"}}
        quotes:
          - content: [{{exact: We will rebuild the harbour.}}]
            speakers: [{{mentions: [], reference: null}}]
            cue: [{{exact: said, start: {at}, end: {at + 4}}}]
        """,
    )
    return Broken("harbour.q1", "cue[0]")


@mutation("relayed-by-speaker")
def relay_own_words(draw, corpus):
    quote = corpus[-1]["quotes"][0]
    named = draw(st.sampled_from([{"name": "Ada Muster"}, {"wikidata": "Q15397819"}]))
    quote["speakers"][0] |= named
    quote["relayed_by"] = [{"kind": "person", **named}]
    return Broken("harbour.q1", "relayed_by[0]")


def related(corpus, kind, one, other):
    """A second quote in the document of the examples, related to the first, with speakers."""
    corpus[-1]["quotes"][0]["speakers"][0] |= one
    corpus[-1]["claims"][0]["claimant"] = one
    words = {"exact": "the harbour", "start": 17, "end": 28, "quoted": False}
    corpus[-1]["quotes"].append(
        {
            "id": "q2",
            "type": "reported",
            "content": [words],
            "attribution": "attributed",
            "speakers": [other],
            "relations": [{"type": kind, "quote_id": "q1"}],
        }
    )


ADA = {"name": "Ada Muster", "wikidata": "Q15397819"}
BO = {"name": "Bo Beispiel", "wikidata": "Q4115189"}


@mutation("translations-of-each-other")
def translate_there_and_back(draw, corpus):
    related(corpus, "translation_of", ADA, ADA)
    target = draw(st.sampled_from(["q2", "harbour.q2"]))
    corpus[-1]["quotes"][0]["relations"] = [{"type": "translation_of", "quote_id": target}]
    return Broken("harbour.q1", "relations[0]")


@mutation("answers-own-quote")
def answer_oneself(draw, corpus):
    related(corpus, "answers", ADA, draw(st.sampled_from([ADA, {"name": "Ada Muster"}])))
    return Broken("harbour.q2", "relations[0]")


@mutation("same-statement-of-others")
def give_the_statement_to_another(draw, corpus):
    related(corpus, draw(st.sampled_from(["same_statement", "translation_of"])), ADA, BO)
    return Broken("harbour.q2", "relations[0]")
