"""Corpora whose splits share records, that lack what they demand, or that forget what was published."""

from __future__ import annotations

import json
from copy import deepcopy

from hypothesis import strategies as st

from onrecord.publishing import publish
from onrecord.rules.examples import TEXT
from onrecord.rules.examples import document as document_of_examples
from tests.rules.mutations import Broken, mutation
from tests.rules.mutations.text import corrected


def id_of(document, record):
    return f"{document['article']['id']}.{record['id']}"


INFO = {
    "title": "Words of many",
    "version": "1.0.0",
    "description": "What was said.",
    "license": "CC-BY-4.0",
    "citation": "Words of many, 1.0.0.",
}


def published(before, and_then=lambda folder: None):
    """Arranges that documents have been published as they were before."""

    def arrange(folder):
        (folder / "corpus.yaml").write_text(json.dumps(INFO), encoding="utf-8")
        now = {path: path.read_bytes() for path in folder.glob("*.json")}
        for number, document in enumerate(before):
            (folder / f"{number}.json").write_text(json.dumps(document), encoding="utf-8")
        assert publish(folder).manifest
        for path in folder.glob("*.json"):
            path.unlink()
        for path, content in now.items():
            path.write_bytes(content)
        and_then(folder)

    return arrange


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
    end = corpus[-1]["article"]["text"].removeprefix(TEXT)
    corpus.append(document_of_examples(overlay.replace("NUMBER", str(number)), end))
    return corpus[-1]


@mutation("text-in-two-splits")
def test_on_a_text_of_training(draw, corpus):
    copy = repeated(draw, corpus, "article: {id: copy-NUMBER}")
    return Broken(copy["article"]["id"], "", split)


@mutation("near-text-in-two-splits")
def test_on_a_correction_of_a_text_of_training(draw, corpus):
    corrected(draw, corpus)
    # The split for testing is read first.
    return Broken(corpus[-2]["article"]["id"], "", split)


@mutation("quote-in-two-splits")
def test_on_a_quote_of_training(draw, corpus):
    copy = repeated(
        draw,
        corpus,
        """
        article: {id: copy-NUMBER, text: "The mayor, on day NUMBER: “WE will rebuild the harbour!”"}
        quotes:
          - content: [{exact: WE will rebuild the harbour!}]
            speakers: [{mentions: [{exact: The mayor, start: 0, end: 9}]}]
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
            speakers: [{mentions: [{exact: the mayor, start: 12, end: 21}]}]
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
        "schema_version": "1.0",
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


@mutation("id-changed")
def number_anew(draw, corpus):
    before = deepcopy(corpus)
    corpus[-1]["quotes"][0]["id"] = f"q{draw(st.integers(2, 99))}"
    corpus[-1]["claims"][0]["quote_ids"] = [corpus[-1]["quotes"][0]["id"]]
    return Broken(id_of(corpus[-1], corpus[-1]["quotes"][0]), "id", published(before))


@mutation("record-vanished")
def drop_a_claim(draw, corpus):
    before = deepcopy(corpus)
    before[-1]["claims"].append(
        corpus[-1]["claims"][0] | {"id": "c2", "text": f"It took {draw(st.integers(1, 99))} days."}
    )
    return Broken(corpus[-1]["article"]["id"], "", published(before))


@mutation("article-vanished")
def drop_an_article(draw, corpus):
    before = deepcopy(corpus)
    corpus.pop()
    return Broken(None, "", published(before))


@mutation("published-unreadable")
def damage_a_publication(draw, corpus):
    name = draw(st.sampled_from(["articles", "quotes", "claims"]))

    def damage(folder):
        (path,) = folder.glob(f"data/*/{name}-*.parquet")
        path.write_bytes(b"PAR1 and no more")

    return Broken(None, "", published(corpus, damage))


@mutation("card-count-differs")
def miscount(draw, corpus):
    name = draw(st.sampled_from(["articles", "quotes", "claims"]))

    def change(folder):
        card = folder / "README.md"
        text = card.read_text(encoding="utf-8")
        row = f"{name}-train-*.parquet` | "
        assert row in text
        card.write_text(text.replace(row, f"{row}9"), "utf-8")

    return Broken(None, "", published(corpus, change))


@mutation("annotators-missing")
def name_nobody(draw, corpus):
    method = draw(st.sampled_from(["manual", "assisted"]))
    corpus[-1]["annotation"] = {"method": method, "tool": "a finder of quotes 1.0"}
    return Broken(id_of(corpus[-1], corpus[-1]["quotes"][0]), "annotation")


@mutation("tool-missing")
def name_no_tool(draw, corpus):
    corpus[-1]["annotation"] = {"method": "automatic"}
    return Broken(id_of(corpus[-1], corpus[-1]["quotes"][0]), "annotation")


@mutation("demanded-field-missing")
def leave_out_what_is_demanded(draw, corpus):
    quotes = [(document, quote) for document in corpus for quote in document["quotes"]]
    for _, quote in quotes:
        quote["medium"] = "speech"
    document, quote = draw(st.sampled_from(quotes))
    del quote["medium"]

    def demand(folder):
        info = INFO | {"validation": {"require": ["quote.medium"]}}
        (folder / "corpus.yaml").write_text(json.dumps(info), encoding="utf-8")

    return Broken(id_of(document, quote), "medium", demand)
