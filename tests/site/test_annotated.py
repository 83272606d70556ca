"""The model of an annotated article: segments of the text, and the marks that cover them."""

from __future__ import annotations

import hashlib

import pytest

from onrecord.findings import Finding, Place, Severity
from onrecord.site.annotated import annotate


def article(text=None, redistribute="full", **more):
    return {
        "id": "a",
        "language": "en",
        "text": text,
        "rights": {"redistribute": redistribute},
        **more,
    }


def span(text, words, *, nth=0, **more):
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return {"exact": words, "start": start, "end": start + len(words), **more}


def quote(number, *content, **more):
    return {"id": f"a.q{number}", "type": "direct", "content": list(content), **more}


def covered(shown, kind, record):
    """The words that a record's marks of a kind cover, piece by piece."""
    found = {}
    for segment in shown.segments:
        for mark in segment.marks:
            if mark.kind == kind and mark.record == record:
                found[mark] = found.get(mark, "") + (
                    segment.text or "_" * (segment.end - segment.start)
                )
    return list(found.values())


def test_segments_are_the_whole_text_once():
    text = "“One,” she said, “two.” 🌉 A bridge.\n\nNext."
    shown = annotate(
        article(text),
        [quote(1, span(text, "One,", quoted=True), span(text, "two.", quoted=True),
               speakers=[{"name": "S", "mentions": [span(text, "she")]}], cue=[span(text, "said")])],
        [{"id": "a.c1", "text": "C", "content": [span(text, "said, “two.” 🌉 A")]}],
    )  # fmt: skip
    assert "".join(segment.text for segment in shown.segments) == text
    assert covered(shown, "quote", "a.q1") == ["One,", "two."]
    assert covered(shown, "between", "a.q1") == ["” she said, “"]
    assert covered(shown, "speaker", "a.q1") == ["she"]
    assert covered(shown, "cue", "a.q1") == ["said"]
    assert covered(shown, "claim", "a.c1") == ["said, “two.” 🌉 A"]
    pieces = [mark for mark in shown.marks if mark.kind == "quote"]
    assert [(mark.piece, mark.pieces, mark.interrupted) for mark in pieces] == [
        (1, 2, False), (2, 2, True),
    ]  # fmt: skip
    assert not shown.misplaced


def test_overlapping_and_nested_quotes_have_lanes_of_their_own():
    text = "He said: she said: they said: nothing at all. And more."
    whole = span(text, "she said: they said: nothing at all.")
    inner = span(text, "they said: nothing at all.")
    innermost = span(text, "nothing at all.")
    over = span(text, "all. And")
    shown = annotate(
        article(text), [quote(1, whole), quote(2, inner), quote(3, innermost), quote(4, over)]
    )
    lanes = {mark.record: mark.lane for mark in shown.marks}
    assert lanes == {"a.q1": 0, "a.q2": 1, "a.q3": 2, "a.q4": 3}
    deepest = max(shown.segments, key=lambda segment: len(segment.marks))
    assert [mark.record for mark in deepest.marks] == ["a.q1", "a.q2", "a.q3", "a.q4"]
    assert covered(shown, "quote", "a.q4") == ["all. And"]


def test_no_cluster_of_characters_is_cut():
    text = "Cafe\u0301 👩‍👩‍👧 done"
    cut = {"exact": text[:4], "start": 0, "end": 4}
    family = {"exact": text[6:7], "start": 6, "end": 7}
    shown = annotate(article(text), [quote(1, cut), quote(2, family)])
    assert covered(shown, "quote", "a.q1") == ["Cafe\u0301"]
    assert covered(shown, "quote", "a.q2") == ["👩‍👩‍👧"]


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"exact": "nowhere"}, "no offsets"),
        ({"exact": "One", "start": 3, "end": 3}, "contain no words"),
        ({"exact": "One", "start": 9, "end": 6}, "contain no words"),
        ({"exact": "One", "start": 0, "end": 10**12}, "outside of the text"),
        ({"exact": "One", "start": 4, "end": 7}, "other words"),
        ({"sha256": "0" * 64, "start": 4, "end": 7}, "another digest"),
    ],
)
def test_wrong_spans_are_named_and_not_marked(wrong, problem):
    shown = annotate(article("One two three."), [quote(1, wrong)])
    assert not shown.marks
    (found,) = shown.misplaced
    assert problem in found.problem
    assert (found.record, found.path) == ("a.q1", "content[0]")
    # What a finding reports already is not said twice.
    place = Place("a.yaml", 1)
    reported = Finding("c", Severity.ERROR, "m", "h", place, "a.q1", "content[0].exact")
    assert not annotate(article("One two three."), [quote(1, wrong)], findings=[reported]).misplaced


def test_withheld_texts_are_gaps_of_their_length():
    text = "She is said to have said “yes, of course” to all of them."
    words = span(text, "yes, of course", quoted=True)
    unquoted = span(text, "to have said “yes")
    mention = span(text, "She")
    given = [
        quote(1, words, speakers=[{"mentions": [mention]}]),
        quote(2, {**unquoted, "quoted": False}),
    ]
    digest = hashlib.sha256(text.encode()).hexdigest()
    for redistribute, expected in (("quotes", ["She", "yes", ", of course"]), ("none", [])):
        withheld = article(text, redistribute, text_sha256=digest, text_length=len(text))
        shown = annotate(withheld, given, text=text)
        assert [segment.text for segment in shown.segments if segment.text] == expected
        assert sum(segment.end - segment.start for segment in shown.segments) == len(text)
        assert shown.withheld
        assert not shown.available
        assert len(covered(shown, "quote", "a.q2")[0]) == len(unquoted["exact"])
    assert annotate(article(None, "none", text_length=10**15)).segments[0].end == 10**15


def test_another_text_is_not_shown():
    other = article(None, text_sha256="0" * 64, text_length=3)
    shown = annotate(other, text="One")
    assert [segment.text for segment in shown.segments] == [None]


def test_findings_are_at_their_words():
    text = "One two three. Four."
    said = quote(1, span(text, "two three."), cue=[span(text, "One")])
    place = Place("a.yaml", 1)
    found = [
        Finding("c", Severity.ERROR, "m", "h", place, "a.q1", path)
        for path in ("cue[0].exact", "content", "attribution", "")
    ]
    found.append(Finding("c", Severity.ERROR, "m", "h", place, "a", "title"))
    # The words of a span that the text does not have are not marked as a speaker's; the finding is
    # where they should be.
    said["speakers"] = [{"mentions": [{"exact": "Five", "start": 15, "end": 19}]}]
    path = "speakers[0].mentions[0].exact"
    found.append(Finding("c", Severity.ERROR, "m", "h", place, "a.q1", path))
    shown = annotate(article(text), [said], findings=found)
    words = {number: covered(shown, "finding", str(number)) for number in range(6)}
    assert words == {
        0: ["One"],
        1: ["two three."],
        2: ["two three."],
        3: ["two three."],
        4: [],
        5: ["Four"],
    }
    assert not covered(shown, "speaker", "a.q1")


def test_findings_about_the_text_are_where_they_say():
    text = "🌉 One <b>two</b> e\u0301."
    place = Place("a.yaml", 1)
    facts = [
        {"at": 6, "found": "<b>"},
        {"at": 17, "found": "e"},
        {"at": 6, "found": "<i>"},
        {"at": 99, "found": "e"},
        {"at": 6, "found": ""},
        {},
    ]
    found = [
        Finding("c", Severity.NOTE, "m", "h", place, "a", "text", facts=each) for each in facts
    ]
    found.append(Finding("c", Severity.NOTE, "m", "h", place, "a", "title", facts=facts[0]))
    shown = annotate(article(text), findings=found)
    words = {number: covered(shown, "finding", str(number)) for number in range(len(found))}
    assert words == {0: ["<b>"], 1: ["e\u0301"], 2: [], 3: [], 4: [], 5: [], 6: []}
    assert not annotate(article(text, "none"), findings=found).marks
