"""The German Wikinews quotes: as made up, and as they are where the sample is at hand."""

from __future__ import annotations

import json
from collections import Counter

import pytest

import onrecord
from onrecord import publishing
from onrecord.exchange import import_records
from onrecord.exchange.wikinews_de import MEDIA, TYPES, WikinewsDe
from onrecord.language.languages import knowledge_of
from tests import ROOT

SAMPLE = ROOT.parent / "shared" / "peers" / "german-wikinews"

TEXT = "„Wir bauen“, sagte sie 🏗️, „den Hafen.“ Er sei, hieß es, sicher."


def span(words, units="code-points"):
    begin = TEXT.index(words)
    if units == "utf16":
        return {
            "charBegin": len(TEXT[:begin].encode("utf-16-le")) // 2,
            "charEnd": len(TEXT[: begin + len(words)].encode("utf-16-le")) // 2,
        }
    return {"charBegin": begin, "charEnd": begin + len(words)}


def part(*pieces, **how):
    return {"text": " ".join(pieces), "spans": [span(piece, **how) for piece in pieces]}


def annotation(number=0, quote=("Wir bauen",), type="Direct", nested=False, has=False, **more):
    none = {"text": "", "spans": []}
    return {
        "id": number,
        "type": type,
        "medium": "Speech",
        "isNested": nested,
        "hasNested": has,
        "quote": part(*quote),
        "speaker": none,
        "addressee": none,
        "cue": none,
        "frame": none,
    } | more


# The errors that an import brings along: annotations that stand twice, and what a text has in it.
BROUGHT_ALONG = {"duplicate-quote", "control-character"}


def imported(folder, *annotations, text=TEXT, name="7 - Der Hafen (2007-03-16)", **options):
    source = folder / "a.json"
    value = {"documentName": name, "originalText": text, "annotations": list(annotations)}
    source.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    found = []
    summary = import_records(WikinewsDe(**options), [source], folder / "out", report=found.append)
    assert summary.items == summary.quotes + summary.refused
    corpus = onrecord.read(folder / "out") if summary.articles else None
    if corpus is not None:
        errors = onrecord.validate(folder / "out").errors
        assert {one.code for one in errors} <= BROUGHT_ALONG
    return corpus, found


@pytest.mark.slow
def test_article_has_what_the_name_of_the_document_says(tmp_path):
    corpus, _ = imported(tmp_path, annotation())
    article = corpus.articles[0]
    assert (article.id, article.title, article.published) == (
        *("wikinews-de-7", "Der Hafen", "2007-03-16"),
    )
    assert article.text == TEXT
    assert article.url is None
    assert article.rights.license == "CC-BY-NC-SA-4.0"


def test_discontinuous_quotes_keep_all_their_spans(tmp_path):
    corpus, _ = imported(tmp_path, annotation(quote=("Wir bauen", "den Hafen.")))
    assert [one.exact for one in corpus.quotes[0].content] == ["Wir bauen", "den Hafen."]


@pytest.mark.parametrize("type", TYPES)
def test_original_types_are_kept(type, tmp_path):
    corpus, _ = imported(tmp_path, annotation(type=type))
    quote = corpus.quotes[0]
    assert quote.type == TYPES[type]
    assert quote.annotation.origin.label == type
    assert all(one.quoted is (type == "Direct") for one in quote.content)


@pytest.mark.parametrize("medium", MEDIA)
def test_media_that_leave_it_open_are_kept_and_not_guessed(medium, tmp_path):
    corpus, found = imported(tmp_path, annotation(medium=medium))
    quote = corpus.quotes[0]
    kept = {field.name: field.value for field in quote.annotation.origin.fields}
    assert quote.medium == MEDIA[medium]
    assert ("medium" in kept) is (quote.medium is None)
    assert found == []


def test_speakers_that_are_pronouns_are_marked_and_are_no_names(tmp_path):
    corpus, _ = imported(
        tmp_path, annotation(speaker=part("sie")), annotation(1, speaker=part("Hafen"))
    )
    pronoun, other = (speaker for quote in corpus.quotes for speaker in quote.speakers)
    assert (pronoun.reference, pronoun.name) == ("pronominal", None)
    assert [one.exact for one in pronoun.mentions] == ["sie"]
    assert (other.reference, other.name, other.kind) == (None, None, None)


def test_a_quote_without_a_speaker_is_unattributed(tmp_path):
    corpus, _ = imported(tmp_path, annotation())
    assert corpus.quotes[0].attribution == "unattributed"
    assert corpus.quotes[0].speakers == ()


def test_nesting_is_derived_from_the_smallest_quote_that_holds_it(tmp_path):
    corpus, found = imported(
        tmp_path,
        annotation(0, quote=("Er sei, hieß es, sicher",), type="Indirect", has=True),
        annotation(1, quote=("Er sei, hieß es",), type="Indirect", nested=True, has=True),
        annotation(2, quote=("Er sei",), type="Indirect", nested=True),
    )
    assert [quote.within for quote in corpus.quotes] == [
        *(None, "wikinews-de-7.q1", "wikinews-de-7.q2"),
    ]
    assert found == []


def test_a_quote_in_the_gap_of_another_is_not_nested(tmp_path):
    corpus, found = imported(
        tmp_path,
        annotation(0, quote=("Wir bauen", "den Hafen.")),
        annotation(1, quote=("sagte sie",), type="Reported"),
    )
    assert [quote.within for quote in corpus.quotes] == [None, None]
    assert found == []


def test_of_two_with_the_same_words_the_flags_tell_which_is_outer(tmp_path):
    corpus, found = imported(
        tmp_path, annotation(0, nested=True), annotation(1, type="Indirect", has=True)
    )
    assert [quote.within for quote in corpus.quotes] == ["wikinews-de-7.q2", None]
    assert found == []


@pytest.mark.parametrize(
    ("flags", "paths"),
    [
        ([(True, False), (False, False)], ["annotations[0].isNested"]),
        ([(False, True), (False, False)], ["annotations[0].hasNested"]),
        (
            [(True, True), (True, True)],
            [f"annotations[{n}].{flag}" for n in (0, 1) for flag in ("isNested", "hasNested")],
        ),
    ],
)
def test_flags_that_disagree_with_the_spans_are_reported(flags, paths, tmp_path):
    _, found = imported(
        tmp_path, *(annotation(number, nested=n, has=h) for number, (n, h) in enumerate(flags))
    )
    assert sorted((one.code, one.path) for one in found) == sorted(
        ("nesting-disagrees", path) for path in paths
    )


def test_utf16_offsets_are_detected_and_read_when_said_so(tmp_path):
    wrong = annotation(quote=("Er sei",), type="Indirect") | {
        "quote": part("Er sei", units="utf16")
    }
    corpus, (finding,) = imported(tmp_path, wrong)
    assert corpus is None
    assert finding.code == "offsets-mismatch"
    assert "UTF-16 units (--offsets utf16)" in finding.message
    (tmp_path / "again").mkdir()
    corpus, found = imported(tmp_path / "again", wrong, offsets="utf16")
    assert found == []
    assert corpus.quotes[0].content[0].exact == "Er sei"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            {"quote": {"text": "x", "spans": [{"charBegin": 0, "charEnd": 999}]}},
            "offsets-beyond-text",
        ),
        ({"quote": {"text": "x", "spans": [{"charBegin": 5, "charEnd": 5}]}}, "offsets-reversed"),
        ({"quote": {"text": "Wie bauen", "spans": [span("Wir bauen")]}}, "offsets-mismatch"),
        ({"quote": {"text": "", "spans": []}}, "missing-field"),
        ({"type": "Quoted"}, "not-allowed"),
        ({"type": None}, "missing-field"),
        ({"quote": []}, "wrong-type"),
    ],
)
def test_an_annotation_that_cannot_be_a_quote_is_refused_and_the_others_stay(
    change, code, tmp_path
):
    corpus, found = imported(tmp_path, annotation(0) | change, annotation(1))
    assert code in {one.code for one in found}
    assert len(corpus.quotes) == 1
    assert all(one.place.line and one.place.column for one in found)


def test_white_space_at_an_edge_is_reported_and_kept(tmp_path):
    corpus, (finding,) = imported(tmp_path, annotation(quote=(" den",) if False else ("bauen“, ",)))
    assert finding.code == "space-at-edge"
    assert corpus.quotes[0].content[0].exact == "bauen“, "


def test_text_is_never_normalised(tmp_path):
    text = "e\u0301\r\nA\fB \u2028 C\u00a0 D\ufeff\n"
    value = annotation() | {
        "quote": {
            "text": "C",
            "spans": [{"charBegin": text.index("C"), "charEnd": text.index("C") + 1}],
        }
    }
    corpus, _ = imported(tmp_path, value, text=text)
    assert corpus.articles[0].text == text


@pytest.fixture(scope="module")
def sample():
    if not SAMPLE.is_dir():
        pytest.skip("the German Wikinews sample is not part of the repository")
    return SAMPLE


@pytest.mark.slow
@pytest.mark.usefixtures("all_rules")
def test_the_sample_is_imported_in_full(sample, tmp_path):
    source = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(sample.glob("*.json"))
    ]
    annotations = [one for document in source for one in document["annotations"]]
    assert len(source) > 40
    found = []
    summary = import_records(WikinewsDe(), [sample], tmp_path / "out", report=found.append)
    assert (summary.files, summary.items, summary.quotes, summary.refused) == (
        *(len(source), len(annotations), len(annotations), 0),
    )
    report = onrecord.validate(tmp_path / "out")
    assert [one.code for one in report.findings] == ["span-in-several-quotes"] * 3
    assert report.checked.verified == report.checked.spans == summary.spans
    corpus = onrecord.read(tmp_path / "out")
    assert Counter(quote.annotation.origin.label for quote in corpus.quotes) == Counter(
        one["type"] for one in annotations
    )
    discontinuous = sum(len(one["quote"]["spans"]) > 1 for one in annotations)
    assert sum(len(quote.content) > 1 for quote in corpus.quotes) == discontinuous > 0
    for quote in corpus.quotes:
        for speaker in quote.speakers:
            pronoun = speaker.mentions[0].exact.lower() in knowledge_of("de").pronouns.words
            assert (speaker.reference == "pronominal") is pronoun
            assert speaker.name is None
    assert {one.code for one in found} == {"nesting-disagrees", "no-value"}


@pytest.mark.slow
def test_the_sample_is_published_and_loads(sample, tmp_path, monkeypatch):
    datasets = pytest.importorskip("datasets")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    summary = import_records(WikinewsDe(), [sample], tmp_path / "de")
    published = publishing.publish(tmp_path / "de")
    assert published.manifest
    quotes = datasets.load_dataset(
        str(tmp_path / "de"), "quotes", split="train", cache_dir=str(tmp_path / "c")
    )
    articles = datasets.load_dataset(
        str(tmp_path / "de"), "articles", split="train", cache_dir=str(tmp_path / "c")
    )
    assert len(quotes) == summary.quotes
    texts = {article["id"]: article["text"] for article in articles}
    for quote in quotes:
        for one in quote["content"]:
            assert texts[quote["article_id"]][one["start"] : one["end"]] == one["exact"]


def kept(quote):
    return {field.name: field.value for field in quote.annotation.origin.fields}


def test_all_spans_of_speakers_and_addressees_are_kept(tmp_path):
    corpus, found = imported(
        tmp_path, annotation(speaker=part("Wir", "den"), addressee=part("bauen", "Hafen"))
    )
    quote = corpus.quotes[0]
    mentions = [
        [span.exact for span in source.mentions] for source in (*quote.speakers, *quote.addressees)
    ]
    assert mentions == [["Wir", "den"], ["bauen", "Hafen"]]
    assert not {"speaker", "addressee"} & set(kept(quote))
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize(("other", "codes"), [("Hafen", set()), ("den", {"duplicate-quote"})])
def test_quotes_whose_speakers_differ_in_a_further_span_are_no_duplicates(tmp_path, other, codes):
    imported(
        tmp_path,
        annotation(speaker=part("Wir", "den")),
        annotation(1, speaker=part("Wir", other)),
    )
    assert {one.code for one in onrecord.validate(tmp_path / "out").errors} == codes


@pytest.mark.parametrize("role", ["frame", "quote", "cue"])
def test_spans_that_are_listed_out_of_order_are_reported(tmp_path, role):
    words = ("den", "Wir") if role == "quote" else part("den", "Wir")
    corpus, found = imported(tmp_path, annotation(**{role: words}))
    assert [one.code for one in found] == ["spans-not-in-order"]
    quote = corpus.quotes[0]
    starts = sorted(TEXT.index(word) for word in ("Wir", "den"))
    if role == "frame":
        assert [int(one.partition("-")[0]) for one in kept(quote)["frame"].split(";")] == starts
    else:
        spans = quote.content if role == "quote" else quote.cue
        assert [one.start for one in spans] == starts
