"""Corpora whose splits share records, that lack what they demand, or that forget what was published."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from mutations import Broken, mutation
from onrecord.rules.examples import document as document_of_examples


def id_of(document, record):
    return f"{document['article']['id']}.{record['id']}"


def split(folder):
    """Put the last document into a split for testing, and the others into one for training."""
    *training, testing = sorted(folder.glob("*.json"), key=lambda path: int(path.stem))
    for name, paths in (("training", training), ("eval", [testing])):
        (folder / name).mkdir()
        for path in paths:
            path.rename(folder / name / path.name)


def repeated(draw, corpus, overlay):
    """The sound document with an overlay, in front of a copy of one of its records."""
    number = draw(st.integers(1, 99))
    corpus.append(document_of_examples(overlay.replace("NUMBER", str(number))))
    return corpus[-1]


@mutation("text-in-two-splits")
def test_on_a_text_of_training(draw, corpus):
    copy = repeated(draw, corpus, "article: {id: copy-NUMBER}")
    return Broken(copy["article"]["id"], "", split)


@mutation("quote-in-two-splits")
def test_on_a_quote_of_training(draw, corpus):
    copy = repeated(
        draw,
        corpus,
        """
        article: {id: copy-NUMBER, text: "The mayor, on day NUMBER: “WE will rebuild the harbour!”"}
        quotes:
          - content: [{exact: WE will rebuild the harbour!}]
            speaker: {mention: {exact: The mayor, start: 0, end: 9}}
            cue: []
        claims: [{text: The mayor promised on day NUMBER that the harbour would be rebuilt.}]
        """,
    )
    span = copy["quotes"][0]["content"][0]
    span["start"] = copy["article"]["text"].index(span["exact"])
    span["end"] = span["start"] + len(span["exact"])
    return Broken(id_of(copy, copy["quotes"][0]), "", split)


@mutation("claim-in-two-splits")
def test_on_a_claim_of_training(draw, corpus):
    copy = repeated(
        draw,
        corpus,
        """
        article: {id: copy-NUMBER, text: "“We do it,” the mayor said on day NUMBER."}
        quotes:
          - content: [{exact: "We do it,", start: 1, end: 10}]
            speaker: {mention: {exact: the mayor, start: 12, end: 21}}
            cue: [{exact: said, start: 22, end: 26}]
        """,
    )
    return Broken(id_of(copy, copy["claims"][0]), "", split)


@mutation("article-in-two-splits")
def test_on_an_article_of_training(draw, corpus):
    sound = corpus[-1]["article"]["id"]
    number = draw(st.integers(1, 99))
    claim = corpus[-1]["claims"][0] | {
        "record_type": "claim",
        "schema_version": "0.9",
        "id": f"{sound}.another",
        "article_id": sound,
        "text": f"The mayor promised {number} times that the harbour would be rebuilt.",
        "quote_ids": [f"{sound}.q1"],
        "annotation": corpus[-1]["annotation"],
    }

    def arrange(folder):
        (folder / "train").mkdir()
        for path in folder.glob("*.json"):
            path.rename(folder / "train" / path.name)
        (folder / "test").mkdir()
        (folder / "test" / "claims.jsonl").write_text(json.dumps(claim), encoding="utf-8")

    return Broken(claim["id"], "", arrange)
