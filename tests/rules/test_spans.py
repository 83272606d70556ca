"""Spans beside texts: what mends them, where a text may be cut, and what its quotation marks say."""

from __future__ import annotations

import pytest
import yaml

import onrecord
from onrecord.files.texts import sha256
from onrecord.findings import parse_path
from onrecord.language import passages
from onrecord.language.edges import cut_character, cut_word_at_end, cut_word_at_start
from onrecord.language.marked import (
    first_uncovered,
    mark_alone,
    marked,
    marks_around,
    marks_beside,
)
from onrecord.language.marks import marks, quoted
from onrecord.rules import RULES
from onrecord.rules.base import Check
from onrecord.rules.examples import TEXT, VALID, document

MENDING = sorted(
    code
    for code, rule in RULES.items()
    if rule.family in ("spans", "articles")
    and any("suggest" in vars(base) for base in rule.mro()[: rule.mro().index(Check)])
)


def mend(content, finding):
    """A document with the changes that a finding suggests."""
    if finding.record == content["article"]["id"]:
        record = content["article"]
    else:
        id_ = finding.record.partition(".")[2]
        (record,) = (one for one in content["quotes"] if one["id"] == id_)
    for path, value in finding.suggestion.changes.items():
        *steps, last = parse_path(path)
        into = record
        for step in steps:
            into = into[step]
        if value is None:
            del into[last]
        else:
            into[last] = value


def found(folder, content):
    (folder / "a.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return onrecord.validate(folder).findings


def test_there_are_rules_that_mend():
    assert len(MENDING) > 8


@pytest.mark.slow
@pytest.mark.parametrize("code", MENDING)
def test_what_a_rule_suggests_mends_its_example(code, tmp_path):
    content = document(RULES[code].fails)
    (finding,) = found(tmp_path, content)
    if code in PROVEN:
        PROVEN[code](content)
        (finding,) = found(tmp_path, content)
    assert finding.suggestion is not None
    mend(content, finding)
    assert [str(one) for one in found(tmp_path, content)] == []


def prove_words(content):
    """Give the digest that proves what the text has."""
    content["quotes"][0]["content"][0]["sha256"] = sha256("We will rebuild the harbour,")


def prove_digest(content):
    """Give the words, as the text has them."""
    content["quotes"][0]["cue"][0]["exact"] = "said"


PROVEN = {"span-words-differ": prove_words, "span-digest-differs": prove_digest}


@pytest.mark.slow
def test_a_trimmed_span_takes_its_context_and_digest_along(tmp_path):
    content = yaml.safe_load(VALID)
    content["quotes"][0]["cue"][0] |= {
        "exact": " said",
        "start": 40,
        "sha256": sha256(" said"),
        "prefix": "the mayor",
        "suffix": ".",
    }
    (finding,) = found(tmp_path, content)
    assert finding.suggestion.safe
    mend(content, finding)
    assert content["quotes"][0]["cue"][0] == {
        "exact": "said",
        "start": 41,
        "end": 45,
        "sha256": sha256("said"),
        "prefix": "the mayor ",
        "suffix": ".",
    }
    assert found(tmp_path, content) == ()


@pytest.mark.slow
def test_spans_that_exchanging_two_does_not_sort_are_left_to_people(tmp_path):
    content = yaml.safe_load(VALID)
    content["quotes"][0]["content"] = [
        {"exact": TEXT[start:end], "start": start, "end": end, "quoted": True}
        for start, end in [(17, 29), (9, 16), (1, 8)]
    ]
    findings = found(tmp_path, content)
    assert {one.code for one in findings} == {"spans-out-of-order"}
    assert [one.suggestion for one in findings] == [None, None]


@pytest.mark.slow
def test_digest_is_not_suggested_for_a_text_that_spans_do_not_fit(tmp_path):
    content = document("article: {text_sha256: null}\nquotes: [{cue: [{start: 40, end: 44}]}]")
    (finding,) = (one for one in found(tmp_path, content) if one.code == "offsets-without-digest")
    assert finding.suggestion is None


@pytest.mark.slow
def test_records_of_other_datasets_may_keep_their_marks(tmp_path):
    content = document(RULES["marks-in-span"].fails)
    content["annotation"]["origin"] = {"dataset": "another", "id": "1"}
    assert found(tmp_path, content) == ()


@pytest.mark.slow
def test_passages_like_lost_words_are_not_looked_for_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(passages, "MAX_SEARCHED", len(TEXT))
    lost = "content: [{exact: We shall rebuild the harbour, start: 1, end: 29, quoted: true}]"
    more = f"{{id: b, type: direct, attribution: unattributed, {lost}}}"
    content = document(f"quotes: [{{{lost}}}, {more}]")
    told = [
        one.facts["nearest"] for one in found(tmp_path, content) if one.code == "span-words-differ"
    ]
    assert told == ["“We will rebuild the harbour", None]


@pytest.mark.parametrize(
    ("left", "right", "character"),
    [
        ("cafe", "\N{COMBINING ACUTE ACCENT}s", "e\N{COMBINING ACUTE ACCENT}"),
        ("\U0001f469", "\u200d\U0001f467", "\U0001f469\u200d\U0001f467"),
        ("\U0001f1fa", "\U0001f1e6", "\U0001f1fa\U0001f1e6"),
        ("\U0001f1fa\U0001f1e6", "\U0001f1fa\U0001f1f8", None),
        ("\U0001f44d", "\U0001f3fd", "\U0001f44d\U0001f3fd"),
        ("a\r", "\nb", "\r\n"),
        ("\u1112", "\u1161\u11ab", "\u1112\u1161\u11ab"),
        ("क्", "षमा", "क्ष"),
        ("ทำ", "ไม", None),
        ("ท", "ำ", "ทำ"),
        ("港", "を", None),
        ("", "\N{COMBINING ACUTE ACCENT}", None),
    ],
)
def test_a_character_is_what_readers_take_for_one(left, right, character):
    assert cut_character(left, right) == character


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        ("the h", "arbour is", "harbour"),
        ("20", "24", "2024"),
        ("भा", "रत", "भारत"),
        ("O’", "Neill", None),
        ("post-", "war", None),
        ("lost", "The", None),
        ("in", "2024", None),
        ("وال", "رئيس", None),
        ("وَال", "رئيس", None),
        ("الر", "ئيس", "الرئيس"),
        ("וכשה", "נמל", None),
        ("항", "구", "항구"),
        ("市", "長", None),
        ("ท่า", "เรือ", None),
        ("iPhone", "을", None),
    ],
)
def test_a_span_begins_at_a_word(left, right, word):
    assert cut_word_at_start(left, right) == word


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        ("the harb", "our is", "harbour"),
        ("mayor", "’s", None),
        ("said", "2", None),
        ("كتاب", "هم قال", None),
        ("كت", "اب", "كتاب"),
        ("ספר", "ו", None),
        ("항구", "를", None),
        ("港", "を", None),
    ],
)
def test_a_span_ends_with_a_word(left, right, word):
    assert cut_word_at_end(left, right) == word


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        ("“I came”", None),
        ("I “came", "“"),
        ("I came,” he said, “and saw", "”"),
        ("‘Never,’ he said", None),
        ("the workers’ rights", None),
        ("one.\n\n“two.\n\n“three", None),
        ("Vi”, sa han, ”går", "”"),
        ("”Vi” sa ”han”", None),
        ("je viens », dit-il, « et je pars", "»"),
        ("« je viens », dit-il", None),
        ("a«, sagte er, »b", "«"),
        ("»a« b »c«", None),
        ("我来了，”他说，“看到了", "”"),
        ("」と「", "」"),
        ('„Text"', None),
        ('a 27" screen', None),
        ("5’10” tall", None),
        ('צה"ל', None),
        ("«Это „да“»", None),
        ("“…and then” we left", None),
        ("``It fell,'' he said", None),
        ("It fell,'' he said, ``and", "''"),
        ("``It fell", "``"),
        ("a 10'' pipe", None),
    ],
)
def test_a_mark_without_its_pair(words, mark):
    assert mark_alone(words) == mark


@pytest.mark.parametrize(
    ("before", "words", "after", "pair"),
    [
        ("", "“I came”", "", "“”"),
        ("", "“I came” and “I saw”", "", None),
        ("He said: “", "‘Never!’", "”", None),
        ("He said: ", "‘Never!’", " Then", "‘’"),
        ("", '"I came" and "I saw"', "", None),
        ("", "«\u202fOui\u202f»", "", "«»"),
        ("He said: ", "‘The drivers’ room’", "", "‘’"),
        ("", "``Never''", "", "``''"),
    ],
)
def test_marks_around_words(before, words, after, pair):
    assert marks_around(words, before, after, known=True) == pair


def test_single_marks_may_be_the_speakers_where_the_text_is_not_known():
    assert marks_around("‘Never!’", "", "", known=False) is None


@pytest.mark.parametrize(
    ("before", "words", "after", "pair"),
    [
        ("it was “", "lost", "” to us", "“”"),
        ("dit « ", "jamais", " » hier", "«»"),
        ("“A” ", "b", " “C”", None),
        ("« A » ", "b", " « C »", None),
        ('"A"', " b ", '"C"', None),
        ("the workers’ ", "b", "’", None),
        ("a ``", "b", "'' c", "``''"),
        ("the ‘", "workers", "’ room’ b", None),
    ],
)
def test_marks_beside_words(before, words, after, pair):
    assert marks_beside(before, words, after) == pair


@pytest.mark.parametrize(
    ("text", "words", "inside"),
    [
        ("“We came, we saw, we won,” she said.", "we saw", True),
        ("The mayor said that we will rebuild.", "we will rebuild", False),
        ("“One.\n\n“Two is here.\n\n“Three,” he said.", "Two is", True),
        ("“One.\n\nTwo is here.\n\nThree,” he said.", "Two is", None),
        ("“One. Two is here, he said.", "Two is", None),
        ("’Tis late. She said that two came.", "two came", False),
        ("'We do it, and then rest,' he said", "and then", None),
        ("'We do it, and then rest,' he said", "and then rest", True),
        ("'We do it and then rest,' he said", "do it and", None),
        ("– Bonjour, dit-il.", "Bonjour", None),
        ("Mayor: we go.", "we go", None),
        ('市长说"我们来了，他来"。', "们来", True),
        ("”Vi kommer nu”, sa han. Vi går hem.", "Vi går", False),
    ],
)
def test_words_inside_marks(text, words, inside):
    start = text.index(words)
    assert marked(text, (start, start + len(words)), marks(text)) is inside


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('市长说"我来了"。', ["我来了"]),
        ('„Wir kommen", sagte er.', ["Wir kommen"]),
        ('"צה"ל יעזור", אמר', ['צה"ל יעזור']),
        ("»Vi kommer», sa han.", ["Vi kommer"]),
        ("״נבנה״", ["נבנה"]),
        ("〝こう〟", ["こう"]),
        ("‘The drivers’ room is open,’ he said.", ["The drivers’ room is open,"]),
        (
            "‘Back in the ’90s the boys’ boat sank,’ he said",
            ["Back in the ’90s the boys’ boat sank,"],
        ),
        ("‘Yes’ said the drivers’ union.", ["Yes"]),
        ("the ‘drivers’ room’ is open", ["drivers’ room"]),
        ("‘I’m goin’ home,’ he said. ‘No,’ she said.", ["I’m goin’ home,", "No,"]),
        ("in the ‘90s the drivers’ room", []),
        ("“The ‘cooks’ room’ is open,” he said", ["The ‘cooks’ room’ is open,", "cooks’ room"]),
        ("‘A ‘nice’ day,’ he said", ["A ‘nice’ day,", "nice"]),
        ("„Er sagte ‚Hans’ Auto‘ dazu“, sie", ["Er sagte ‚Hans’ Auto‘ dazu", "Hans’ Auto"]),
        ("``It fell,'' she said. The ''pipe'' broke.", ["It fell,", "pipe"]),
        ("``It fell, she said. ``It broke,'' he said.", ["It broke,"]),
        ("``He said `no'" + "''", ["He said `no'"]),
        ("‘‘It fell,’’ he said. ‘Yes,’ she said", ["It fell,", "Yes,"]),
        ("‘He said ‘no’’ and left", ["He said ‘no’", "no"]),
        (",,Es ist so'', sagte er. ,,Ja“, sie.", ["Es ist so", "Ja"]),
        ("a 10'' pipe, a 5'10'' son, ,, don''t", []),
        ("“A one.\n“B two.\r\n“C three.”\nEnd.", ["A one.", "B two.", "C three."]),
        ("«A one.\n\n»B two.\n»C three».\nEnd.", ["A one.", "B two.", "C three"]),
        ("“A one.\n\n”B two.\n\n”C three”.", ["A one.", "B two.", "C three"]),
        ("“He said ‘A.\n\n“‘B.’”", ["He said ‘A.", "A.", "‘B.’", "B."]),
        ("«Ah.\n» dit-il. «Oh.»", ["Ah.\n", "Oh."]),
        ("“He read\n“Moby Dick” to us.", ["Moby Dick"]),
    ],
)
def test_marks_of_many_languages_pair(text, words):
    assert [text[one.start : one.end] for one in quoted(text)] == words


@pytest.mark.slow
def test_marks_are_paired_in_linear_time():
    for text in (
        "‘" * 20000,
        "“‘" * 20000,
        "``" * 20000,
        "“a.\n" * 20000,
        "‘a " * 9 + "s’ " * 9999,
    ):
        assert len(marks(text).regions) < 40001


@pytest.mark.slow
def test_the_marks_of_a_span_are_left_out_by_a_suggestion(tmp_path):
    text = "``We will rebuild the harbour,'' the mayor said."
    span = "{exact: \"``We will rebuild the harbour,''\", start: 0, end: 32}"
    spans_ = f"quotes: [{{content: [{span}], speakers: [{{mentions: [{{start: 33, end: 42}}]}}], cue: [{{start: 43, end: 47}}]}}]"
    (finding,) = found(tmp_path, document(f'article: {{text: "{text}"}}\n' + spans_))
    assert finding.code == "marks-in-span"
    told = {path.rpartition(".")[2]: value for path, value in finding.suggestion.changes.items()}
    assert told["exact"] == "We will rebuild the harbour,"
    assert (told["start"], told["end"]) == (2, 30)


ALL_QUOTED = "“We will rebuild it,” she said.\n“Nobody will pay,” he said of “the Pier”. “I will ‘pay for it all’.”"


@pytest.mark.parametrize(
    ("extents", "found"),
    [
        ("", ("We will rebuild it,", 1, " and 2 more")),
        ("1-20", ("Nobody will pay,", 2, " and 1 more")),
        # An outer quotation is found alone, and part of a quotation covers it.
        ("1-20 33-40", ("I will ‘pay for it all’.", 2, "")),
        ("1-20 33-49 75-80", None),
    ],
)
def test_words_in_marks_that_no_quote_covers(extents, found):
    assert first_uncovered(ALL_QUOTED, extents) == found
