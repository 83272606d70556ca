"""Passages, cues and speakers are found in sentences of many languages, which are data."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from onrecord.drafting.proposals import propose

SENTENCES = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [(language, one) for language, some in SENTENCES.items() for one in some],
    ids=lambda value: value if isinstance(value, str) else value["text"][:20],
)
def test_the_passage_of_a_sentence(language, sentence):
    text = sentence["text"]
    (one,) = propose(text, language)
    found = {
        "text": text,
        "passage": one.passage.words(text),
        "cue": " ".join(text[slice(*cue)] for cue in one.cue),
        "mention": text[slice(*one.mention)] if one.mention else None,
        "name": one.name,
    }
    assert {key: value for key, value in found.items() if value} == sentence


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "“Run!” said Bo Dahl. “Golden Loaf” opens on Monday.", ["Bo Dahl", None]),
        ("en", "“Do you miss it?” “Every hour,” said Bo Dahl.", [None, "Bo Dahl"]),
        ("tr", "“Güvenli” diyen Ali Kara, “Bekleyin” dedi.", ["Ali Kara", "Ali Kara"]),
        ("hu", "„Igen” – mondta Kiss Anna. „Nem” – tette hozzá Kiss.", ["Kiss Anna", "Kiss Anna"]),
        (
            "hi",
            "मेयर राजेश कुमार ने कहा, “हाँ।” राज्यपाल सीमा वर्मा ने इसे “गलत” बताया। “नहीं,” कुमार ने कहा।",
            ["राजेश कुमार", "सीमा वर्मा", "राजेश कुमार"],
        ),
        ("he", 'אמר ראש העיר דוד כהן: "כן". "לא", אמר כהן.', ["דוד כהן", "דוד כהן"]),
        ("fa", "شهردار علی احمدی گفت: «بله.» کتاب «پل» خوب است.", ["علی احمدی", None]),
    ],
)
def test_the_names_of_several_quotes(language, text, names):
    assert [one.name for one in propose(text, language)] == names
