"""Reports are right to the cell and the byte, and nothing that they show is obeyed."""

from __future__ import annotations

import io
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from onrecord import __version__, progress
from onrecord.findings import Checked, Excerpt, Finding, Place, Report, Severity
from onrecord.reporters import REPORTERS, github, inert
from onrecord.reporters import json as json_reporter
from onrecord.reporters.text import render
from onrecord.schema import VERSIONS

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


def report(*findings: Finding, checked: Checked = CHECKED) -> Report:
    return Report(findings, checked, ("no-cue", "span-words-differ"))


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
    "=", "::", "\\u0023", '"', "\\", "{", "</script>",
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
    excerpt=st.none() | excerpts(),
)
COUNTS = st.integers(min_value=0, max_value=2000)
CHECKEDS = st.builds(Checked, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
REPORTS = st.builds(
    Report,
    findings=st.lists(FINDINGS, max_size=5).map(tuple),
    checked=CHECKEDS,
    checks=st.lists(CODES, unique=True).map(tuple),
)


# --- all formats ---------------------------------------------------------------------------------


@pytest.mark.parametrize("format", REPORTERS)
@given(REPORTS)
@example(report())
def test_nothing_but_newlines_is_unprintable(format: str, given: Report) -> None:
    output = written(format, given)
    assert output.endswith("\n")
    assert output.replace("\n", "").isprintable()
    output.encode()


def is_command(line: str) -> bool:
    """Whether a CI runner may take a line for a command, by either syntax; in doubt it may."""
    return line.lstrip().startswith("::") or bool(re.search(r"##[\w-]*\[", line))


@pytest.mark.parametrize("format", ["text", "json"])
@given(REPORTS, st.booleans())
def test_only_github_is_given_commands(format: str, given: Report, color: bool) -> None:
    assert not any(map(is_command, written(format, given, color=color).split("\n")))


@pytest.mark.parametrize("text", HOSTILE)
def test_inert_text_is_the_same_text_to_json(text: str) -> None:
    encoded = json.dumps(text, ensure_ascii=False)
    assert json.loads(inert(encoded)) == text
    assert inert(inert(encoded)) == inert(encoded)


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

onrecord explain CODE tells more; codes found: no-cue (1), span-words-differ (1)

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
        "1 span could not be checked against the text, which is not at hand (--texts DIR)",
    ]),
    "no offsets": (report(checked=Checked(2, 2, 3, 0, 9, 4, 3)), [
        "checked 2 articles, 3 quotes, no claims and 9 spans in 2 files with 2 checks: "
        "no errors, no warnings",
        "4 spans compared with the text",
        "3 spans could not be checked against the text, which is not at hand (--texts DIR)",
        "2 spans could not be checked against the text for want of offsets into it",
    ]),
    "much, and nothing in it": (Report((), Checked(1200, 0, 0, 0, 0, 0, 0), ()), [
        "checked no articles, no quotes, no claims and no spans in 1,200 files with no checks: "
        "no errors, no warnings",
    ]),
}  # fmt: skip


@pytest.mark.parametrize(("given", "lines"), SUMMARIES.values(), ids=SUMMARIES)
def test_summary_says_what_was_looked_at(given: Report, lines: list[str]) -> None:
    assert render(given).splitlines() == lines
    assert written("github", given) == "; ".join(lines) + "\n"


def test_all_findings_are_printed() -> None:
    text = render(report(*[WRONG_WORDS] * 3000))
    assert text.count("error[span-words-differ]") == 3000
    assert "codes found: span-words-differ (3,000)\n" in text
    assert "3,000 errors, no warnings\n" in text


OUR_COLORS = re.compile(r"\x1b\[(?:0|1|1;3[1-4])m")


@given(REPORTS)
def test_colors_are_ours_alone(given: Report) -> None:
    assert OUR_COLORS.sub("", render(given, color=True)) == render(given)


@pytest.mark.parametrize(
    ("findings", "color"), [((), "32"), ((NO_CUE,), "33"), ((WRONG_WORDS, NO_CUE), "31")]
)
def test_summary_is_colored_by_the_worst(findings: tuple[Finding, ...], color: str) -> None:
    assert f"\x1b[1;{color}mchecked 1 article" in render(report(*findings), color=True)


# --- json ----------------------------------------------------------------------------------------


def test_json_report() -> None:
    assert json.loads(written("json", report(WRONG_WORDS, NO_CUE))) == {
        "report_version": "1.0",
        "onrecord_version": __version__,
        "schema_versions": list(VERSIONS),
        "summary": {
            "errors": 1,
            "warnings": 1,
            "by_code": {"no-cue": 1, "span-words-differ": 1},
        },
        "checked": {
            "files": 1,
            "articles": 1,
            "quotes": 14,
            "claims": 58,
            "spans": 62,
            "verified": 62,
            "unverified": 0,
        },
        "checks": ["no-cue", "span-words-differ"],
        "findings": [
            {
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
            },
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
            },
        ],
    }


@given(REPORTS)
@example(report())
@example(report(WRONG_WORDS, NO_CUE))
def test_json_comes_back_the_same_and_fits_its_schema(given: Report) -> None:
    found = json.loads(written("json", given))
    VALIDATOR.validate(found)
    assert found == json_reporter.document(given)
    for entry, finding in zip(found["findings"], given.findings, strict=True):
        place = Place(entry["file"], entry["line"], entry["column"], entry["row"])
        severity = Severity[entry["severity"].upper()]
        words = (entry["message"], entry["hint"])
        rest = (entry["record"], entry["path"], entry["facts"])
        assert Finding(entry["code"], severity, *words, place, *rest) == finding


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
    document = json.loads(written("json", report(WRONG_WORDS)))
    closed = [one for one in objects(document) if one not in (
        document["summary"]["by_code"], document["findings"][0]["facts"]
    )]  # fmt: skip
    assert len(closed) == 4
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


@given(REPORTS)
def test_github_lines_are_our_commands_and_say_the_finding(given: Report) -> None:
    *commands, last = written("github", given).removesuffix("\n").split("\n")
    assert not is_command(last)
    findings = (*given.errors, *given.warnings)
    for line, finding in zip(commands, findings, strict=True):
        found = run(line)
        assert found
        name, properties, data = found
        assert name == str(finding.severity)
        place = {"line": finding.place.line, "col": finding.place.column}
        assert properties == {
            **({"file": inert(finding.place.file)} if finding.place.file else {}),
            **{key: str(value) for key, value in place.items() if value is not None},
            "title": finding.code,
        }
        lines = data.split("\n")
        if finding.message:
            assert lines.pop(0) == inert(finding.message)
        if finding.hint:
            assert lines.pop(0) == f"help: {inert(finding.hint)}"
        assert lines.pop() == f"more: onrecord explain {finding.code}"
        for part in (finding.record, finding.path):
            assert not part or inert(part) in lines[0]


HIDDEN = {
    (10, 10): None,
    (11, 0): "1 more error and no more warnings not shown here",
    (0, 12): "no more errors and 2 more warnings not shown here",
    (1210, 11): "1,200 more errors and 1 more warning not shown here",
}


@pytest.mark.parametrize(("counts", "notice"), HIDDEN.items())
def test_github_shows_ten_of_each_and_counts_the_rest(
    counts: tuple[int, int], notice: str | None
) -> None:
    errors, warnings = counts
    given = report(*[NO_CUE] * warnings, *[WRONG_WORDS] * errors)
    *lines, summary = written("github", given).splitlines()
    names = [found[0] for line in lines if (found := run(line))]
    shown = ["error"] * min(errors, github.SHOWN) + ["warning"] * min(warnings, github.SHOWN)
    assert names == shown + (["notice"] if notice else [])
    if notice:
        assert lines[-1].startswith(f"::notice title=onrecord::{notice}")
    assert f"{errors:,} error" in summary if errors else "no errors" in summary


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


def test_bar_of_bytes_tells_how_much_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "DELAY", 0)

    def size(bytes_read: int) -> int:
        time.sleep(0.15)  # longer than a bar waits before it is drawn again
        return bytes_read

    seen = progress.measured([256, 256, 512], size, total=1024, description="importing")
    assert list(seen) == [256, 256, 512]
    shown = stream.getvalue()
    assert "importing:" in shown
    assert "50%" in shown
    assert "/1.00k" in shown
