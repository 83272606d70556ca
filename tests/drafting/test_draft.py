"""A text becomes a document with proposals, in which nothing is invented."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from onrecord import Document
from onrecord.drafting.proposals import propose
from onrecord.language.detection import detected_language
from tests import ROOT
from tests.commands import run

GAZETTE = sorted((ROOT / "docs/examples/gazette/articles").rglob("*.txt"))
ARTICLE = Path(os.environ.get("ONRECORD_TEXTS", "")) / "2024-12-10-putin-assad.txt"


def found(text, language="en"):
    """Return each proposal as its words, its cue and its speaker's mention."""
    return [
        (
            one.passage.words(text),
            " ".join(text[slice(*cue)] for cue in one.cue),
            text[slice(*one.mention)] if one.mention else None,
        )
        for one in propose(text, language)
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "“Flour is scarce,” said Bo Dahl, the miller of Oss.", [("Flour is scarce,", "said", "Bo Dahl, the miller of Oss")]),
        ("en", "“Flour,” the old miller said, “is scarce.”", [("Flour, is scarce.", "said", "the old miller")]),
        ("en", "He came. On Monday, Mayor Ada Moen warned: “Nobody eats.”", [("Nobody eats.", "warned", "Mayor Ada Moen")]),
        ("en", "According to Moen, it is a “fine mess” now.", [("fine mess", "According to", "Moen")]),
        ("en", "Bo Dahl, who was born in Oss, said: “Yes.”", [("Yes.", "said", "Bo Dahl")]),
        ("en", "“Run!” she shouted. “And hide.”", [("Run!", "shouted", "she"), ("And hide.", "", None)]),
        ("en", "“One.\n\n“Two,” Moen said.", [("One. Two,", "said", "Moen")]),
        ("en", "It's the mill's 5\" pipe, 6' long; don't touch.", []),
        ("de", "„Mehl ist knapp“, sagte am Montag der Sprecher der Mühle.", [("Mehl ist knapp", "sagte", "der Sprecher der Mühle")]),
        ("de", "Bo Dahl teilte am Montag mit: »Mehl ist knapp.«", [("Mehl ist knapp.", "teilte mit", "Bo Dahl")]),
        ("fr", "« Il pleut, confie la boulangère, et il fait froid. »", [("Il pleut, et il fait froid.", "confie", "la boulangère")]),
        ("uk", "«Буде хліб», — сказала Олена Мірна.", [("Буде хліб", "сказала", "Олена Мірна")]),
        ("ru", "Мельник сказал: «Хлеба нет».", [("Хлеба нет", "сказал", "Мельник")]),
        ("zh", "市长说：“桥修好了。”", [("桥修好了。", "说", "市长")]),
        ("en", "According to Moen, flour cost 2 pounds in 2025.\n‘It's dear,’ one baker told us.", [("It's dear,", "told", "one baker")]),
        ("en", "Her deputy, Bo Dahl, disagreed: “No.”", [("No.", "disagreed", "Her deputy, Bo Dahl")]),
        ("en", "“It is,” Dr. van der Oss conceded, “dear.”", [("It is, dear.", "conceded", "Dr. van der Oss")]),
        ("en", "Bo Dahl: “Is flour dear?”\nDahl: “It is dear.”", [("Is flour dear?", "", "Bo Dahl"), ("It is dear.", "", "Dahl")]),
        ("en", "“Flour is dear.”\n— Ada Moen, mayor", [("Flour is dear.", "", "Ada Moen, mayor")]),
        ("en", "Note: “This text was changed.”", [("This text was changed.", "", None)]),
        ("fr", "« Il pleut, s’indigne Bo Dahl, président du moulin. Rentrez. »", [("Il pleut, Rentrez.", "s’indigne", "Bo Dahl, président")]),
        ("fr", "Selon le moulin, la farine est « chère ».", [("chère", "Selon", "le moulin")]),
        ("fr", "« Il pleut », ajoute-t-elle.", [("Il pleut", "ajoute", "elle")]),
        ("en", "", []),
        ("und", "“𝔽 🌉 שלום”", [("𝔽 🌉 שלום", "", None)]),
    ],
)  # fmt: skip
def test_passages_cues_and_speakers(language, text, expected):
    assert found(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "name", "role", "reference"),
    [
        ("en", "“Yes,” said Mr. Bo Dahl of the council of Oss.", "Bo Dahl", None, "named"),
        ("en", "“Yes,” said Professor Ada Moen of Oss University.", "Ada Moen", "Professor", "named"),
        ("en", "The miller said flour was “dear”, adding: “It will be dearer.”", None, "miller", "implicit"),
        ("en", "“Yes,” said the coach. “And no.”", None, "coach", "implicit"),
        ("es", "“Sí”, dijo el Sr. Moen. “Y no”, insistió.", "Moen", None, "implicit"),
        ("de", "„Ja“, sagte Bürgermeister Dahl von der SPD.", "Dahl", "Bürgermeister", "named"),
        ("de", "„Ja“, sagte Frau Dr. Ada Moen.", "Ada Moen", None, "named"),
        ("en", "Fisherman Karel Voss said: “Yes.”", "Karel Voss", "Fisherman", "named"),
        ("en", "FISHERMAN KAREL VOSS: “Yes.”", "KAREL VOSS", "FISHERMAN", "named"),
        ("en", "Karel Voss fishes.\nVOSS: “Yes.”", "Karel Voss", None, "named"),
        ("en", "Former police chief Ada Moen said: “Yes.”", "Ada Moen", "Former police chief", "named"),
        ("en", "“Yes,” said the old miller of Oss, Bo Dahl.", "Bo Dahl", "old miller of Oss", "named"),
        ("en", "Baker Ada Moen said: “Yes.”", "Ada Moen", "Baker", "named"),
        ("en", "“Yes,” said Mayor James Baker.", "James Baker", "Mayor", "named"),
        ("en", "“Yes,” Baker said.", "Baker", None, "named"),
        ("de", "Fischer Karel Voss sagte: „Ja.“", "Karel Voss", "Fischer", "named"),
        ("de", "„Ja“, sagte Joschka Fischer.", "Joschka Fischer", None, "named"),
        ("ru", "Рыбак Карел Восс сказал: «Да».", "Карел Восс", "Рыбак", "named"),
    ],
)  # fmt: skip
def test_the_speaker_of_the_last_quote(language, text, name, role, reference):
    last = propose(text, language)[-1]
    assert (last.name, last.role, last.reference) == (name, role, reference)


def test_nested_marks_and_titles():
    text = "“He said ‘run’ to us,” Moen said. The “Golden Loaf” opens on Monday."
    outer, inner, title = propose(text, "en")
    assert (outer.passage.outer, inner.passage.outer) == (None, 0)
    assert [one.is_doubtful for one in (outer, inner, title)] == [False, False, True]


@pytest.mark.skipif(
    not ARTICLE.exists(), reason="ONRECORD_TEXTS has no text of the curated article"
)
def test_the_curated_article():
    text = ARTICLE.read_text(encoding="utf-8")
    certain = [one for one in propose(text, "en") if not one.is_doubtful]
    assert [text[slice(*one.cue[0])] for one in certain] == [
        "emphasized", "According to", "reminded", "stated", "stressed", "said", "concluded",
    ]  # fmt: skip
    assert all(one.mention for one in certain)


@pytest.mark.parametrize("file", GAZETTE, ids=lambda file: file.stem)
def test_every_passage_of_the_gazette_is_a_candidate(file):
    text = file.read_text(encoding="utf-8")
    document = Document.from_yaml(file.with_suffix(".yaml").read_text(encoding="utf-8"))
    pieces = {
        piece for one in propose(text, document.article.language) for piece in one.passage.pieces
    }
    quoted = {
        (span.start, span.end)
        for quote in document.quotes
        for span in quote.content
        if span.quoted and quote.type == "direct"
    }
    assert quoted <= pieces


@pytest.mark.slow
@pytest.mark.parametrize("file", GAZETTE, ids=lambda file: file.stem)
def test_the_language_of_the_gazette_is_detected(file):
    document = Document.from_yaml(file.with_suffix(".yaml").read_text(encoding="utf-8"))
    assert detected_language(file.read_text(encoding="utf-8")) == document.article.language


@pytest.mark.slow
def test_a_document_is_valid_except_for_what_is_listed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("init", ".").returncode == 0
    text = "“Flour is scarce,” said the old miller of Oss, Bo Dahl. He “hates” it.\n"
    (tmp_path / "texts" / "Mehl 1.txt").write_text(text, encoding="utf-8")
    ran = run("new", "texts/Mehl 1.txt", "--published", "2024-05-02", "--language", "en")
    assert ran.returncode == 0, ran.stderr
    assert "title, url, publisher" in ran.stdout
    path = tmp_path / "articles/2024/mehl-1.yaml"
    written = path.read_text(encoding="utf-8")
    assert written.startswith("# yaml-language-server: $schema=../../.schema/1.0/document.schema")
    assert "old miller of Oss, Bo Dahl\n" not in written  # rights withhold it
    report = json.loads(run("validate", ".", "--texts", "texts", "--format", "json").stdout)
    assert not [one for one in report["findings"] if one["severity"] == "error"]
    again = run("new", "texts/Mehl 1.txt", "--published", "2024-05-02")
    assert (again.returncode, path.read_text(encoding="utf-8")) == (3, written)


@pytest.mark.parametrize(
    ("data", "arguments", "message"),
    [
        (b"\xff", [], "is not UTF-8"),
        (b" \n", [], "holds no text"),
        (b"a\0b\nc\x1b[31m", [], "control character (U+0000) and 1 more"),
        (b"Hello", ["--language", "englsh"], "BCP 47"),
        (
            b"Hello",
            ["--language", "en", "--url", "javascript:x"],
            'article.url is "javascript:x", but a web address that begins with https',
        ),
        (b"Hello", ["--language", "en", "--text-format", "dated"], "date YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_drafted_is_one_line(tmp_path, monkeypatch, data, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_bytes(data)
    ran = run("new", "a.txt", *arguments)
    assert ran.returncode == 3
    assert message in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert not (tmp_path / "a.yaml").exists()


@pytest.mark.slow
@pytest.mark.parametrize("redistribute", ["quotes", "full"])
@pytest.mark.parametrize("digest", [True, False])
def test_a_text_or_id_that_the_corpus_has_is_refused(tmp_path, monkeypatch, redistribute, digest):
    monkeypatch.chdir(tmp_path)
    run("init", ".")
    for name, words in (("a", "“Flour is dear,” said Bo Dahl."), ("b/a", "“No,” said Moen.")):
        path = tmp_path / "texts" / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(words, encoding="utf-8")
    shutil.copy("texts/a.txt", "texts/c.txt")
    facts = ("--language", "en", "--redistribute", redistribute)
    # In one call, the second text is that of the first, and the third has its id.
    ran = run("new", "texts/a.txt", "texts/c.txt", "texts/b/a.txt", *facts)
    first, second = ran.stderr.splitlines()
    assert ran.returncode == 3
    assert "articles/a.yaml has this text already, as the article a; correct" in first
    assert "articles/a.yaml has another article with the id a already; give the file" in second
    if not digest:
        path = tmp_path / "articles" / "a.yaml"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(one for one in lines if "sha256" not in one), encoding="utf-8")
        # Without its digest, only the text itself says that it is the same.
        if redistribute != "full":
            return
    for text, words in (("a", "this text"), ("b/a", "another article"), ("c", "this text")):
        ran = run("new", f"texts/{text}.txt", "--published", "2024-05-02", *facts)
        assert (ran.returncode, words in ran.stderr) == (3, True)
    assert [one.name for one in (tmp_path / "articles").rglob("*.yaml")] == ["a.yaml"]
    (tmp_path / "articles" / "a.yaml").unlink()
    article = {"record_type": "article", "schema_version": "1.0", "id": "a", "language": "en"}
    article["rights"] = {"license": "NOASSERTION", "redistribute": "none"}
    (tmp_path / "articles" / "articles.jsonl").write_text(f"{json.dumps(article)}\n")
    assert "articles.jsonl has another article" in run("new", "texts/a.txt").stderr
