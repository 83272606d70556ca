from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.anchoring.anchor import anchor
from onrecord.anchoring.article_text import CONTEXT, MAX_CANDIDATES
from onrecord.anchoring.result import Anchored, Anchoring
from onrecord.anchoring.spans import spans
from onrecord.errors import InputError
from onrecord.files import texts
from onrecord.files.opening import File
from onrecord.findings import path_text
from onrecord.language import context, passages
from onrecord.readers.discovery import find
from onrecord.schema.current import Document
from onrecord.testing import documents
from tests import ROOT
from tests.commands import run
from tests.drawing import examples

TEXT = """\
“We will rebuild the harbour,” the mayor said. 🕊️ She said it twice.

“We will not,” said the opposition. Nobody said more.\
"""

DRAFT = """\
# A draft: much is missing.
article:
  id: harbour
  language: en  # of the text
  rights: {license: CC-BY-4.0, redistribute: full}
quotes:
  - id: q1
    content:
      - exact: We will rebuild the harbour,   # her words
        quoted: true
    speakers: [{kind: person, mentions: [{exact: the mayor}]}]

    # Which of them?
    cue:
      - exact: said
        prefix: "mayor "
"""


def written(folder: Path, document: str, text: str | None = TEXT) -> File:
    path = folder / "harbour.yaml"
    path.write_bytes(document.encode())
    if text is not None:
        (folder / "harbour.txt").write_bytes(text.encode())
    return File(path, path.name)


def one_span(span: str, text: str = TEXT, **fields: Any) -> str:
    rights = {"license": "CC-BY-4.0", "redistribute": "full"}
    article = {"id": "harbour", "text": text, "rights": rights, **fields}
    return f"article: {json.dumps(article, ensure_ascii=False)}\nclaims:\n  - content:\n      - {span}\n"


def only(result: Anchoring) -> Anchored:
    assert result.findings == ()
    (found,) = result.spans
    return found


def after(result: Anchoring) -> dict[str, Any]:
    value = yaml.safe_load(result.after)
    span: dict[str, Any] = value["claims"][0]["content"][0]
    return span


def test_a_draft_is_filled_in_and_otherwise_left_as_it_was(tmp_path: Path) -> None:
    file = written(tmp_path, DRAFT)
    result = anchor(file)
    assert result.complete
    assert [(one.path, one.outcome, str(one.place)) for one in result.spans] == [
        ("quotes[0].content[0]", "anchored", "harbour.yaml:9:16"),
        ("quotes[0].speakers[0].mentions[0]", "anchored", "harbour.yaml:11:50"),
        ("quotes[0].cue[0]", "anchored", "harbour.yaml:15:16"),
    ]
    assert file.path.read_text() == DRAFT
    result.write()
    assert (
        file.path.read_text()
        == f"""\
# A draft: much is missing.
article:
  id: harbour
  language: en  # of the text
  text_sha256: "{texts.sha256(TEXT)}"
  text_length: {len(TEXT)}
  rights: {{license: CC-BY-4.0, redistribute: full}}
quotes:
  - id: q1
    content:
      - exact: We will rebuild the harbour,   # her words
        start: 1
        end: 29
        prefix: "“"
        suffix: "” the mayor said. 🕊️ She said it"
        quoted: true
    speakers: [{{kind: person, mentions: [{{exact: the mayor, start: 31, end: 40, \
prefix: "“We will rebuild the harbour,” ", suffix: " said. 🕊️ She said it twice.\\n\\n“W"}}]}}]

    # Which of them?
    cue:
      - exact: said
        start: 41
        end: 45
        prefix: "mayor "
        suffix: ". 🕊️ She said it twice.\\n\\n“We wil"
"""
    )
    again = anchor(file)
    assert not again.changed
    assert {one.outcome for one in again.spans} == {"fits"}


def test_words_in_several_places_need_context(tmp_path: Path) -> None:
    result = anchor(written(tmp_path, one_span("exact: said")))
    found = only(result)
    assert found.outcome == "ambiguous"
    assert [(one.start, one.line) for one in found.candidates] == [
        (at, 1 if at < TEXT.index("\n") else 3)
        for at in range(len(TEXT))
        if TEXT.startswith("said", at)
    ]
    assert [one.before[-4:] + one.words + one.after[:3] for one in found.candidates] == [
        "yor said. 🕊",
        "She said it",
        "t,” said th",
        "ody said mo",
    ]
    assert after(result) == {"exact": "said"}
    assert not result.complete


@pytest.mark.parametrize(
    ("span", "around"),
    [
        ("{exact: said, prefix: 'She '}", "She ^said it"),
        ("{exact: said, suffix: ' more'}", "Nobody ^said more"),
        ("{exact: said, prefix: ' ', suffix: ' it'}", "She ^said it"),
        ("{exact: We will, prefix: '“', suffix: ' not'}", "“^We will not"),
    ],
)
def test_context_tells_places_apart(tmp_path: Path, span: str, around: str) -> None:
    result = anchor(written(tmp_path, one_span(span)))
    start = TEXT.index(around.replace("^", "")) + around.index("^")
    assert (only(result).outcome, only(result).start) == ("anchored", start)
    given = yaml.safe_load(span)
    assert given.items() <= after(result).items()


def test_context_that_fits_nowhere_helps_only_words_that_stand_once(tmp_path: Path) -> None:
    result = anchor(
        written(tmp_path, one_span("{exact: the mayor, prefix: when , suffix: ' said'}"))
    )
    assert only(result).outcome == "anchored"
    assert after(result) == {
        "exact": "the mayor",
        "start": 31,
        "end": 40,
        "prefix": "“We will rebuild the harbour,” ",
        "suffix": " said",
    }
    result = anchor(written(tmp_path, one_span("{exact: said, prefix: 'they '}")))
    assert (only(result).outcome, len(only(result).candidates)) == ("ambiguous", 4)


@pytest.mark.parametrize(
    ("span", "around", "kept"),
    [
        # What YAML makes of ``prefix: She `` and ``suffix:  more``.
        ("{exact: said, prefix: She}", "She ^said it", "She "),
        ("{exact: said, suffix: more}", "Nobody ^said more", " more"),
        ("{exact: said, prefix: ' She  '}", "She ^said it", "She "),
        ("{exact: We will, prefix: 'twice.', suffix: ''}", "\n\n“^We will not", None),
        ("{exact: We will, prefix: 'twice.\n“'}", "\n\n“^We will not", None),
        ("{exact: “We will, prefix: twice.}", "twice.\n\n^“We will not", "twice.\n\n"),
    ],
)
def test_white_space_at_the_edges_of_context_makes_no_difference(
    tmp_path: Path, span: str, around: str, kept: str | None
) -> None:
    result = anchor(written(tmp_path, one_span(span)))
    if kept is None:
        assert only(result).outcome == "ambiguous"
        return
    start = TEXT.index(around.replace("^", "")) + around.index("^")
    assert (only(result).outcome, only(result).start) == ("anchored", start)
    assert kept in (after(result)["prefix"], after(result)["suffix"])
    # Under rights that withhold context nothing is added to it but the white space.
    rights = {"license": "NOASSERTION", "redistribute": "quotes"}
    result = anchor(written(tmp_path, one_span(span, rights=rights)))
    assert {
        name: value for name, value in after(result).items() if name in ("prefix", "suffix")
    } == {name: kept for name in yaml.safe_load(span) if name in ("prefix", "suffix")}


def test_words_in_a_longer_word_are_not_taken_for_those_after_a_space(tmp_path: Path) -> None:
    text = "Bainessaid. Then Baines said it."
    found = only(anchor(written(tmp_path, one_span("{exact: said, prefix: Baines}", text=text))))
    assert (found.outcome, [one.start for one in found.candidates]) == ("ambiguous", [6, 24])
    span = '{exact: said, prefix: "Baines "}'
    assert only(anchor(written(tmp_path, one_span(span, text=text)))).start == 24


@pytest.mark.parametrize(
    ("span", "unmatched"),
    [
        ("{exact: said}", ()),
        ("{exact: said, prefix: ' '}", ()),
        ("{exact: said, prefix: 'they '}", ("prefix",)),
        ("{exact: said, prefix: She, suffix: less}", ("suffix",)),
        ("{exact: said, prefix: they, suffix: less}", ("prefix", "suffix")),
        ("{exact: said, prefix: She, suffix: more}", ("prefix", "suffix")),
    ],
)
def test_context_that_is_nowhere_is_named(
    tmp_path: Path, span: str, unmatched: tuple[str, ...]
) -> None:
    found = only(anchor(written(tmp_path, one_span(span))))
    assert (found.outcome, found.unmatched) == ("ambiguous", unmatched)


@pytest.mark.parametrize(
    "text",
    [
        "Baines said it. The mayor said it; Mayor Baines said no. The mayor said yes, Baines said.",
        "said said  said\nsaid said",
        "Er sagte: said. «said» — „said“ said, said; said.said:said",
        "市長は said と、市長は said と、市長が said と。",
        "x said y\nx said z\nw said y\nw said z",
    ],
)
def test_what_is_offered_tells_each_place_apart(tmp_path: Path, text: str) -> None:
    found = only(anchor(written(tmp_path, one_span("exact: said", text=text))))
    assert len(found.candidates) == text.count("said")
    for candidate in found.candidates:
        assert candidate.context
        assert all(0 < len(side) <= 64 for side in candidate.context.values())
        span = json.dumps({"exact": "said", **candidate.context}, ensure_ascii=False)
        again = only(anchor(written(tmp_path, one_span(span, text=text))))
        assert (again.outcome, again.start) == ("anchored", candidate.start)
        # YAML drops white space at the edges where nothing is quoted.
        sides = {name: side.strip() for name, side in candidate.context.items()}
        span = json.dumps({"exact": "said", **sides}, ensure_ascii=False)
        again = only(anchor(written(tmp_path, one_span(span, text=text))))
        assert again.start == candidate.start or again.outcome == "ambiguous"


@given(st.text("ab \n“", max_size=60))
@settings(max_examples=200)
def test_what_is_offered_is_found_by_itself(text: str) -> None:
    starts = [at for at in range(len(text)) if text.startswith("a", at)]
    extents = [(at, at + 1) for at in starts]
    for start, known in zip(
        starts, context.distinguishing(text, extents, len(extents)), strict=True
    ):
        sides = known.get("prefix", ""), known.get("suffix", "")
        assert not known or context.places(text, "a", *sides, 9) == [start]


def test_places_that_nothing_tells_apart_have_no_context(tmp_path: Path) -> None:
    found = only(anchor(written(tmp_path, one_span("exact: na", text="na " * 100))))
    assert not found.candidates[50].context


def test_places_overlap(tmp_path: Path) -> None:
    found = only(anchor(written(tmp_path, one_span("exact: ана", text="банана"))))
    assert [one.start for one in found.candidates] == [1, 3]


@pytest.mark.slow
def test_the_places_that_are_told_are_limited(tmp_path: Path) -> None:
    found = only(anchor(written(tmp_path, one_span("exact: a", text="a" * 5000))))
    assert len(found.candidates) == MAX_CANDIDATES


@pytest.mark.parametrize("offsets", ["start: 3, end: 9", "start: 31", "start: 31, end: 4000"])
@pytest.mark.parametrize("more", ["", ", suffix: ' said'"])
def test_offsets_that_do_not_fit_are_corrected(tmp_path: Path, offsets: str, more: str) -> None:
    result = anchor(written(tmp_path, one_span(f"{{exact: the mayor, {offsets}{more}}}")))
    assert only(result).outcome == "anchored"
    assert (after(result)["start"], after(result)["end"]) == (31, 40)


@pytest.mark.parametrize("offsets", ["start: true, end: x", "start: -1, end: 1.5", "end: null"])
def test_offsets_that_are_none_are_replaced(tmp_path: Path, offsets: str) -> None:
    result = anchor(written(tmp_path, one_span(f"{{exact: the mayor, {offsets}}}")))
    assert (after(result)["start"], after(result)["end"]) == (31, 40)


def test_an_end_beyond_the_text_does_not_fit(tmp_path: Path) -> None:
    result = anchor(written(tmp_path, one_span("{exact: c, start: 2, end: 9}", text="abc")))
    assert only(result).outcome == "anchored"
    assert after(result)["end"] == 3


def test_offsets_at_odds_with_the_context_are_no_guess(tmp_path: Path) -> None:
    span = "{exact: said, start: 41, end: 45, prefix: 'She '}"
    result = anchor(written(tmp_path, one_span(span)))
    assert only(result).outcome == "ambiguous"
    assert after(result) == yaml.safe_load(span)
    span = "{exact: the mayor, start: 31, end: 40, prefix: 'She ', suffix: ' said'}"
    result = anchor(written(tmp_path, one_span(span)))
    assert only(result).outcome == "fits"
    assert after(result)["prefix"] == "“We will rebuild the harbour,” "
    assert after(result)["suffix"] == " said"


def test_lost_words_are_shown_with_the_passage_most_like_them(tmp_path: Path) -> None:
    words = "We shall rebuild the harbor"
    result = anchor(written(tmp_path, one_span(f"{{exact: {words}, start: 1, end: 9}}")))
    found = only(result)
    assert found.outcome == "lost"
    assert found.nearest
    assert found.nearest.words == "We will rebuild the harbour"
    assert TEXT[found.nearest.start : found.nearest.end] == found.nearest.words
    assert 70 < found.nearest.score < 100
    assert found.nearest.line == 1
    assert after(result) == {"exact": words, "start": 1, "end": 9}


def test_looking_for_lost_words_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "MAX_SEARCHED", 2 * len(TEXT))
    content = ", ".join(f"{{exact: lost {number}}}" for number in range(5))
    draft = one_span("exact: said").replace("      - exact: said", f"      [{content}]")
    result = anchor(written(tmp_path, draft))
    assert Counter(one.nearest is not None for one in result.spans) == {True: 2, False: 3}


def test_words_unlike_anything_have_no_nearest_passage(tmp_path: Path) -> None:
    assert only(anchor(written(tmp_path, one_span("exact: 和平", text="abc")))).nearest is None


# Which text


def test_the_text_is_taken_from_the_document_then_beside_it_then_from_the_folder(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "harbour.txt").write_text("the mayor")
    file = written(tmp_path, DRAFT, "- the mayor")
    known = texts.TextFolder(folder)
    assert [one.start for one in anchor(file, known).spans if one.words == "the mayor"] == [2]
    (tmp_path / "harbour.txt").unlink()
    assert [one.start for one in anchor(file, known).spans if one.words == "the mayor"] == [0]
    file = written(tmp_path, one_span("exact: the mayor", text="--- the mayor"), None)
    assert only(anchor(file, known)).start == 4


def test_the_text_that_was_anchored_before_is_found_by_its_digest(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "other-name.txt").write_text("the mayor")
    digest = texts.sha256("the mayor")
    draft = DRAFT.replace("# of the text", f"\n  text_sha256: {digest}")
    result = anchor(written(tmp_path, draft, "another text"), texts.TextFolder(folder))
    assert [one.start for one in result.spans if one.words == "the mayor"] == [0]


@pytest.mark.parametrize(
    "fields",
    [
        {"text_sha256": texts.sha256("another")},
        {"text_length": 7},
        {"text_sha256": texts.sha256("another"), "text_length": len(TEXT)},
    ],
)
@pytest.mark.parametrize("inline", [True, False])
def test_another_text_than_before_is_refused(
    tmp_path: Path, fields: dict[str, Any], inline: bool
) -> None:
    draft = one_span("exact: the mayor", **fields)
    if not inline:
        draft = draft.replace('"text": ', '"title": ')
    with pytest.raises(InputError, match="is another than the one that was anchored before"):
        anchor(written(tmp_path, draft))


def test_without_a_text_it_is_told_how_to_give_one(tmp_path: Path) -> None:
    file = written(tmp_path, DRAFT, None)
    with pytest.raises(
        InputError, match=r"article harbour is not available.*harbour\.txt.*--texts"
    ):
        anchor(file)
    with pytest.raises(InputError, match="does not have it"):
        anchor(file, texts.TextFolder(tmp_path))


def test_a_text_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, DRAFT, None)
    (tmp_path / "harbour.txt").write_bytes(b"caf\xe9")
    (finding,) = anchor(file).findings
    assert finding.code == "unreadable-text"
    assert re.search(r"harbour\.txt: .*not UTF-8 in line 1", finding.message)


def test_withheld_words_are_given_none_again(tmp_path: Path) -> None:
    withheld = f"{{sha256: {texts.sha256('the mayor')}, start: 31, end: 40}}"
    draft = one_span(
        f"{withheld}\n      - {{exact: She}}\n      - {{exact: said, start: 41, end: 45}}"
    )
    result = anchor(written(tmp_path, draft))
    assert result.withheld == 1
    assert [one.outcome for one in result.spans] == ["anchored", "fits"]
    assert yaml.safe_load(result.after)["claims"][0]["content"] == [
        {"sha256": texts.sha256("the mayor"), "start": 31, "end": 40},
        {"exact": "She", "start": 50, "end": 53},
        {"exact": "said", "start": 41, "end": 45},
    ]


# A text that was edited


NEW = TEXT.replace("“We will rebuild", "Corrected: «We will\n rebuild").replace(
    "said. 🕊️ ", "said. "
)
NEW = NEW.replace("harbour,”", "harbour,»")


def anchored(folder: Path) -> File:
    """A document that is anchored in the text as it was, beside the text as it is."""
    file = written(folder, DRAFT)
    anchor(file).write()
    (folder / "harbour.txt").write_bytes(NEW.encode())
    return file


def test_words_are_found_again_in_an_edited_text(tmp_path: Path) -> None:
    file = anchored(tmp_path)
    with pytest.raises(InputError, match="or say --text-changed"):
        anchor(file)
    result = anchor(file, text_changed=True)
    assert result.text_changed
    assert result.complete
    assert [(one.outcome, one.tier, one.now) for one in result.spans] == [
        ("anchored", "white-space", "We will\n rebuild the harbour,"),
        ("anchored", "exact", None),
        ("anchored", "exact", None),
    ]
    result.write()
    document = file.path.read_text()
    assert all(note in document for note in ("# A draft", "# her words", "# Which of them?"))
    value = yaml.safe_load(document)
    assert value["article"]["text_sha256"] == texts.sha256(NEW)
    assert value["article"]["text_length"] == len(NEW)
    for _, _, span in spans(Document, value):
        assert NEW[span["start"] : span["end"]] == span["exact"]
        assert NEW[: span["start"]].endswith(span["prefix"])
        assert NEW[span["end"] :].startswith(span["suffix"])
    again = anchor(file, text_changed=True)
    assert not again.text_changed
    assert not again.changed
    assert {one.outcome for one in again.spans} == {"fits"}


@pytest.mark.parametrize(
    ("edit", "outcome"),
    [
        (("We will rebuild", "We will not rebuild"), "changed"),
        (("We will rebuild the", "We will rebuild this"), "similar"),
        (("We will rebuild the harbour,", "It depends,"), "lost"),
        (("will rebuild", "will rebuild 2"), "changed"),
    ],
)
def test_what_is_not_found_again_keeps_all_as_it_was(
    tmp_path: Path, edit: tuple[str, str], outcome: str
) -> None:
    file = anchored(tmp_path)
    (tmp_path / "harbour.txt").write_text(TEXT.replace(*edit, 1))
    result = anchor(file, text_changed=True)
    assert [one.outcome for one in result.spans] == [outcome, "anchored", "anchored"]
    assert (result.spans[0].nearest is not None) or outcome == "lost"
    assert not result.changed
    assert not result.complete


def test_withheld_words_are_found_again_by_their_digests(tmp_path: Path) -> None:
    draft = one_span(
        f"{{sha256: {texts.sha256('the mayor')}, start: 31, end: 40}}\n"
        f"      - {{sha256: {texts.sha256('Nobody')}, start: 106, end: 112}}",
        text_sha256=texts.sha256(TEXT),
        text_length=len(TEXT),
    )
    draft = draft.replace('"text": ', '"title": ')
    assert TEXT[106:112] == "Nobody"
    new = f"So: {TEXT}"
    result = anchor(written(tmp_path, draft, new), text_changed=True)
    assert [(one.outcome, one.tier) for one in result.spans] == [("anchored", "exact")] * 2
    assert result.complete
    for span in yaml.safe_load(result.after)["claims"][0]["content"]:
        assert texts.sha256(new[span["start"] : span["end"]]) == span["sha256"]
        assert span.keys() == {"sha256", "start", "end"}


def test_no_context_is_given_where_there_was_none(tmp_path: Path) -> None:
    draft = one_span("{exact: the mayor, start: 31, end: 40}", rights={"redistribute": "quotes"})
    draft = draft.replace('"text": ', '"title": ').replace(
        '"id": "harbour"',
        f'"id": "harbour", "text_length": {len(TEXT)}, "text_sha256": "{texts.sha256(TEXT)}"',
    )
    result = anchor(written(tmp_path, draft, f"So: {TEXT}"), text_changed=True)
    assert after(result) == {"exact": "the mayor", "start": 35, "end": 44}


def test_the_edited_text_is_found_beside_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "old.txt").write_text(TEXT)
    (folder / "harbour.txt").write_text(f"So: {TEXT}")
    file = written(tmp_path, DRAFT)
    anchor(file).write()
    known = texts.TextFolder(folder)
    assert [one.start for one in anchor(file, known, text_changed=True).spans] == [5, 35, 45]
    # Without it nothing has changed.
    (folder / "harbour.txt").unlink()
    assert not anchor(file, texts.TextFolder(folder), text_changed=True).changed


@pytest.mark.slow
@given(
    documents(),
    st.sampled_from(["", "\n", "Correction: ", "и\u0301 "]),
    st.sampled_from(["", " 🕊️"]),
)
@settings(max_examples=examples(12))
def test_whatever_is_found_again_is_right(
    tmp_path_factory: pytest.TempPathFactory, document: Document, ahead: str, behind: str
) -> None:
    folder = tmp_path_factory.mktemp("edited")
    value = document.model_dump(mode="json", exclude_none=True)
    old = value["article"]["text"]
    new = ahead + old + behind
    value["article"]["text"] = new
    wanted = {path_text(path): span["start"] for path, _, span in spans(Document, value)}
    path = folder / "a.json"
    path.write_text(json.dumps(value))
    result = anchor(File(path, "a"), text_changed=True)
    assert result.text_changed == (new != old)
    for one in result.spans:
        assert one.outcome in ("anchored", "fits", "ambiguous")
        if one.start is not None:
            assert one.start == wanted[one.path] + len(ahead)
    assert result.changed == (new != old and result.complete)


# What is no sound document


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("article: [", "syntax-error"),
        ("- article", "wrong-type"),
        ("", "wrong-type"),
        ("article: harbour\n", "wrong-type"),
        ("quotes: []\n", "missing-field"),
        ("article: {language: en}\n", "missing-field"),
        ("article: {id: ../harbour}\n", "not-allowed"),
        ("article: {id: harbour, text: 5}\n", "wrong-type"),
        ("article: {id: harbour, text: ''}\n", "not-allowed"),
        ("article: {id: harbour, text: x, text_sha256: 5}\n", "wrong-type"),
        ("article: {id: harbour, text: x, text_length: x}\n", "wrong-type"),
        ("article: {id: harbour, id: port}\n", "duplicate-key"),
        ("schema_version: '9.9'\narticle: {id: harbour}\n", "unsupported-version"),
        ("article: &a {id: harbour}\nquotes: *a\n", "alias"),
    ],
)
def test_what_cannot_be_read_is_found(tmp_path: Path, document: str, code: str) -> None:
    result = anchor(written(tmp_path, document))
    assert code in [finding.code for finding in result.findings]
    assert result.spans == ()
    assert not result.changed
    assert not result.complete


@pytest.mark.parametrize(
    "entry",
    [
        "{content: [{exact: ^''}, {exact: the mayor}]}",
        "{content: [{exact: ^5}, {exact: the mayor}]}",
        "{content: [{exact: x, prefix: ^1}, {exact: the mayor}]}",
        "{content: [{exact: x, start: ^[]}, {exact: the mayor}]}",
        "{content: [^She, {exact: the mayor}]}",
        "{content: ^{exact: She}, claimant: {mentions: [{exact: the mayor}]}}",
        "{content: [{exact: the mayor}], claimant: ^She}",
        "{content: [{exact: the mayor}], claimant: {mentions: [^She]}}",
    ],
)
def test_the_spans_that_can_be_read_are_anchored(tmp_path: Path, entry: str) -> None:
    article = json.dumps({"id": "harbour", "text": TEXT}, ensure_ascii=False)
    line = f"claims: [{entry}]"
    result = anchor(written(tmp_path, f"article: {article}\n{line.replace('^', '')}\n"))
    assert [(one.words, one.outcome) for one in result.spans] == [("the mayor", "anchored")]
    assert [(one.place.line, one.place.column) for one in result.findings] == [
        (2, line.index("^") + 1)
    ]
    assert "start: 31" in result.after
    assert not result.complete


def test_only_documents_are_anchored(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"quotes\.jsonl is no document"):
        anchor(File(tmp_path / "quotes.jsonl", "quotes.jsonl"))


def test_a_document_that_cannot_be_written_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, DRAFT)
    result = anchor(file)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match="No space left on device"):
        result.write()
    assert file.path.read_text() == DRAFT
    assert len(list(tmp_path.iterdir())) == 2


# All documents


def stripped(document: Document, *names: str) -> dict[str, Any]:
    """The document as plain values, all its spans without some of their members."""
    value: dict[str, Any] = document.model_dump(mode="json", exclude_none=True)
    for _, _, span in spans(Document, value):
        for name in names:
            span.pop(name, None)
    return value


@pytest.mark.slow
@given(documents(), st.booleans(), st.sampled_from(["block", "flow", "json"]))
@settings(max_examples=examples(13))
def test_all_words_of_any_document_are_found(
    tmp_path_factory: pytest.TempPathFactory, document: Document, context: bool, layout: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    names = ("start", "end") if context else ("start", "end", "prefix", "suffix")
    value = stripped(document, *names)
    text = value["article"]["text"]
    del value["article"]["text_sha256"], value["article"]["text_length"]
    path = folder / ("a.json" if layout == "json" else "a.yaml")
    if layout == "json":
        path.write_text(json.dumps(value, indent=2, ensure_ascii=False), encoding="utf-8")
    else:
        flow = layout == "flow"
        path.write_text(
            yaml.safe_dump(value, sort_keys=False, default_flow_style=flow), encoding="utf-8"
        )
    result = anchor(File(path, "a"))
    assert result.findings == ()
    expected = document.model_dump(mode="json", exclude_none=True)
    found = yaml.safe_load(result.after) if layout != "json" else json.loads(result.after)
    wanted = {path: span for path, _, span in spans(Document, expected)}
    if not context and document.article.rights.redistribute != "full":
        for span in wanted.values():
            del span["prefix"], span["suffix"]
    outcomes = {one.path: one for one in result.spans}
    assert len(outcomes) == len(wanted)
    for span_path, _, span in spans(Document, found):
        one = outcomes[path_text(span_path)]
        if one.outcome == "anchored":
            assert list(span) == list(wanted[span_path])
            assert span == wanted[span_path]
        else:
            assert one.outcome == "ambiguous"
            starts = [candidate.start for candidate in one.candidates]
            assert wanted[span_path]["start"] in starts or len(starts) == 100
            assert len(starts) > 1
    assert found["article"] == expected["article"]
    assert found["article"]["text"] == text
    result.write()
    again = anchor(File(path, "a"))
    assert not again.changed
    assert Counter(one.outcome.replace("fits", "anchored") for one in again.spans) == Counter(
        one.outcome for one in result.spans
    )


@pytest.mark.slow
@settings(max_examples=examples(13))
@given(documents(), st.text("ab\u0301🕊 ", max_size=5))
def test_words_are_found_again_in_a_text_that_changed(
    tmp_path_factory: pytest.TempPathFactory, document: Document, more: str
) -> None:
    folder = tmp_path_factory.mktemp("moved")
    value = stripped(document)
    article = value["article"]
    article["text"] = more + article["text"]
    del article["text_sha256"], article["text_length"]
    path = folder / "a.json"
    path.write_text(json.dumps(value))
    result = anchor(File(path, "a"))
    found = json.loads(result.after)
    for one, (_, _, span) in zip(
        sorted(result.spans, key=lambda one: one.path),
        sorted(spans(Document, found), key=lambda one: path_text(one[0])),
        strict=True,
    ):
        if one.outcome in ("anchored", "fits"):
            start, end = span["start"], span["end"]
            assert article["text"][start:end] == span["exact"]
            assert article["text"][:start].endswith(span["prefix"])
            assert article["text"][end:].startswith(span["suffix"])
            assert len(span["prefix"]) <= CONTEXT
        else:
            assert one.outcome == "ambiguous"


@pytest.mark.slow
def test_every_word_of_the_curated_article_is_found(
    curated_draft: Path, supplied_articles: Path
) -> None:
    draft = curated_draft
    before = draft.read_text().splitlines()
    result = anchor(
        File(draft, draft.name, text_format="dated"), texts.TextFolder(supplied_articles)
    )
    assert len(result.spans) > 50
    assert result.complete
    result.write()
    again = anchor(
        File(draft, draft.name, text_format="dated"), texts.TextFolder(supplied_articles)
    )
    assert not again.changed
    lines = iter(draft.read_text().splitlines())
    assert all(line in lines for line in before)
    (curated,) = (ROOT / "dataset").rglob(draft.name)
    assert offsets(draft) == offsets(curated)


def offsets(path: Path) -> list[tuple[str, Any, Any]]:
    value = yaml.safe_load(path.read_text())
    return [(str(at), span["start"], span["end"]) for at, _, span in spans(Document, value)]


def test_a_folder_of_texts_that_cannot_be_read_is_not_taken_to_be_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", path)

    folder = texts.TextFolder(tmp_path)
    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        folder.find("harbour", None)


# Storing the text

OPEN = """\
schema_version: "1.0"
annotation: {annotators: [a reader], method: manual}
article:
  id: harbour
  language: en
  rights: {license: CC-BY-4.0, redistribute: REDISTRIBUTE}
quotes:
  - id: q1
    type: direct
    content: [{exact: "We will build.", quoted: true}]
    attribution: unattributed
"""


@pytest.mark.slow
@pytest.mark.parametrize("redistribute", ["full", "quotes", "none"])
def test_a_text_that_may_be_passed_on_is_stored_beside_the_document(
    tmp_path: Path, redistribute: str
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "corpus.yaml").write_text("text_format: dated", "utf-8")
    supplied = "\ufeffdate 2024-05-02\r\n“We will build.”\r\nIt rains.\r\n"
    (tmp_path / "texts" / "harbour.txt").write_bytes(supplied.encode())
    path = tmp_path / "harbour.yaml"
    path.write_text(OPEN.replace("REDISTRIBUTE", redistribute), "utf-8")
    beside = tmp_path / "harbour.txt"
    (file,) = find([path])
    result = anchor(file, texts.TextFolder(tmp_path / "texts"))
    assert result.changed
    assert not beside.exists()
    result.write()
    if redistribute != "full":
        assert not beside.exists()
        return
    assert beside.read_bytes().decode() == "“We will build.”\nIt rains."
    codes = [one.code for one in onrecord.validate(path).findings]
    assert "open-text-missing" not in codes
    assert not [code for code in codes if code.startswith("text-")]
    # It is done, and done once.
    assert not anchor(file, texts.TextFolder(tmp_path / "texts")).changed
    # Where all is anchored but the text was never stored, it is stored.
    beside.unlink()
    assert "open-text-missing" in [one.code for one in onrecord.validate(path).findings]
    anchor(file, texts.TextFolder(tmp_path / "texts")).write()
    assert beside.exists()


def test_a_text_that_is_there_already_stays(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "harbour.txt").write_text("“We will build.” Elsewhere.", "utf-8")
    (tmp_path / "harbour.txt").write_text("“We will build.” Here.", "utf-8")
    path = tmp_path / "harbour.yaml"
    path.write_text(OPEN.replace("REDISTRIBUTE", "full"), "utf-8")
    anchor(File(path, str(path)), texts.TextFolder(tmp_path / "texts")).write()
    assert (tmp_path / "harbour.txt").read_text("utf-8") == "“We will build.” Here."


def test_the_command_stores_the_text_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "harbour.txt").write_text("“We will build.”", "utf-8")
    path = tmp_path / "harbour.yaml"
    path.write_text(OPEN.replace("REDISTRIBUTE", "full"), "utf-8")
    beside = tmp_path / "harbour.txt"
    ran = run("anchor", path, "--texts", tmp_path / "texts")
    assert str(beside) in ran.stdout
    assert not beside.exists()
    assert run("anchor", path, "--texts", tmp_path / "texts", "--write").returncode == 0
    assert beside.read_text("utf-8") == "“We will build.”"
