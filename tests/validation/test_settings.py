"""Settings count, and what no longer holds in them is told where it stands."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import onrecord
from onrecord import publishing
from onrecord.findings import Severity
from onrecord.readers.syntax import toml
from onrecord.readers.syntax.nodes import UnreadableError, scalars, to_value
from onrecord.rules.examples import article, files
from onrecord.validation.clock import today
from onrecord.validation.settings import Ignore, Settings
from tests.commands import run

CORPUS = """\
title: Harbour
version: '1.0'
description: What was said of the harbour.
license: CC-BY-4.0
citation: 'A reader: Harbour.'
"""
# One error in the quote harbour.q1, and nothing else.
BAD = {"harbour.yaml": "quotes: [{attribution: unattributed}]"}
CODE = "unattributed-with-speaker"


@pytest.fixture(autouse=True)
def few_rules(only_rules):
    only_rules(
        "span-words-differ", "unattributed-with-speaker", "no-name", "demanded-field-missing"
    )


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """The folder of a corpus with one error, inside the current folder."""
    folder = tmp_path / "dataset"
    (folder / "articles").mkdir(parents=True)
    for name, content in files(BAD).items():
        (folder / "articles" / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return Path("dataset")


def settle(folder, validation):
    """Write settings into a corpus.yaml; JSON is YAML."""
    (folder / "corpus.yaml").write_text(f"{CORPUS}validation: {json.dumps(validation)}\n")


def project(folder, table):
    (folder / "pyproject.toml").write_text(f"[project]\nname = 'x'\n\n{table}\n")


def codes(report):
    return [(finding.code, str(finding.severity)) for finding in report.findings]


# Severity


@pytest.mark.slow
@pytest.mark.parametrize("level", ["error", "warning", "note"])
def test_a_severity_is_what_the_settings_say(corpus, level):
    settle(corpus, {"severity": {CODE: level}})
    assert codes(onrecord.validate(corpus)) == [(CODE, level)]
    done = run("validate", corpus, "--format", "json")
    (found,) = json.loads(done.stdout)["findings"]
    assert found["severity"] == level
    assert done.returncode == int(level == "error")


@pytest.mark.slow
def test_a_check_that_is_off_is_not_made(corpus):
    settle(corpus, {"severity": {CODE: "off"}})
    report = onrecord.validate(corpus)
    assert report.findings == ()
    assert report.ignored == ()
    assert CODE not in report.checks
    assert len(report.checks) == len(onrecord.validate(corpus, settings=Settings()).checks) - 1


@pytest.mark.slow
def test_findings_of_readers_are_weighed_too(corpus):
    (corpus / "articles" / "broken.yaml").write_text("article: [\n")
    settle(corpus, {"severity": {"syntax-error": "warning", CODE: "off"}})
    assert codes(onrecord.validate(corpus)) == [("syntax-error", "warning")]


@pytest.mark.slow
def test_publishing_obeys_the_same_settings(corpus, tmp_path):
    assert publishing.publish(corpus, tmp_path / "a").manifest is None
    settle(corpus, {"ignore": [{"record": "harbour.q1", "reason": "the author is asked"}]})
    publication = publishing.publish(corpus, tmp_path / "b")
    assert publication.manifest
    assert [one.reason for one in publication.report.ignored] == ["the author is asked"]
    assert publishing.check(corpus, tmp_path / "b").fresh
    settle(corpus, {"severity": {CODE: "off"}})
    assert publishing.publish(corpus, tmp_path / "c").manifest


# Where settings stand


@pytest.mark.slow
def test_a_table_of_the_nearest_pyproject_counts(corpus, tmp_path):
    project(tmp_path, f"[tool.onrecord.severity]\n{CODE} = 'note'")
    assert codes(onrecord.validate(corpus)) == [(CODE, "note")]
    assert codes(onrecord.validate(corpus / "articles" / "harbour.yaml")) == [(CODE, "note")]
    project(corpus, f"[tool.onrecord.severity]\n{CODE} = 'warning'")
    assert codes(onrecord.validate(corpus)) == [(CODE, "warning")]
    project(corpus, "[tool.other]")
    assert codes(onrecord.validate(corpus)) == [(CODE, "note")]


@pytest.mark.slow
def test_else_that_of_the_current_folder_counts(corpus, tmp_path, monkeypatch):
    elsewhere = tmp_path / "tools"
    elsewhere.mkdir()
    project(elsewhere, f"[tool.onrecord.severity]\n{CODE} = 'note'")
    monkeypatch.chdir(elsewhere)
    assert codes(onrecord.validate(tmp_path / "dataset")) == [(CODE, "note")]


@pytest.mark.slow
def test_both_files_count_and_corpus_yaml_decides(corpus, tmp_path):
    project(
        tmp_path,
        f"[tool.onrecord]\nseverity = {{ {CODE} = 'note', span-words-differ = 'off' }}\n"
        "[[tool.onrecord.ignore]]\nrecord = 'harbour.q9'\nreason = 'r'\n",
    )
    settle(corpus, {"severity": {CODE: "warning"}, "require": ["annotators"]})
    report = onrecord.validate(corpus)
    assert codes(report) == [(CODE, "warning"), ("unused-ignore", "warning")]
    assert report.findings[1].place == onrecord.Place("pyproject.toml", 6, 1)


@pytest.mark.slow
def test_the_corpus_yaml_above_a_single_file_counts(corpus):
    settle(corpus, {"severity": {CODE: "note"}})
    assert codes(onrecord.validate(corpus / "articles" / "harbour.yaml")) == [(CODE, "note")]


@pytest.mark.slow
def test_settings_of_a_corpus_hold_for_that_corpus_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        Path(name).mkdir()
        Path(name, "harbour.yaml").write_text(article(name, BAD["harbour.yaml"]))
    settle(Path("one"), {"severity": {CODE: "off"}})
    report = onrecord.validate(".")
    assert [finding.place.file for finding in report.findings] == ["two/harbour.yaml"]
    assert CODE in report.checks


@pytest.mark.slow
def test_given_settings_stand_in_for_those_in_files(corpus):
    settle(corpus, {"severity": {CODE: "off"}})
    assert codes(onrecord.validate(corpus, settings=Settings())) == [(CODE, "error")]
    given = Settings(
        severity={CODE: "note"}, ignore=(Ignore(code="span-words-differ", reason="r"),)
    )
    report = onrecord.validate(corpus, settings=given)
    assert codes(report) == [(CODE, "note"), ("unused-ignore", "warning")]
    assert str(report.findings[1].place) == "settings"


@pytest.mark.slow
def test_what_is_wrong_in_a_corpus_yaml_is_found_at_its_place(corpus):
    settle(corpus, {"severity": {CODE: "fatal"}, "ignore": [{"code": CODE}], "reqire": []})
    found = {
        finding.code: (finding.path, finding.message)
        for finding in onrecord.validate(corpus).findings
    }
    assert found == {
        CODE: ("attribution", found[CODE][1]),
        "not-allowed": (
            f"validation.severity.{CODE}",
            f'validation.severity.{CODE} is "fatal", '
            "but one of error, warning, note, off was expected",
        ),
        "missing-field": ("validation.ignore[0]", 'validation.ignore[0] lacks "reason"'),
        "unknown-field": ("validation.reqire", '"reqire" is not a field of validation'),
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "code", "place"),
    [
        ("[tool.onrecord]\nseverity = [", "syntax-error", "pyproject.toml:6:1"),
        ("[tool.onrecord.severity]\na = 'fatal'", "not-allowed", "pyproject.toml:5:5"),
        ("[tool]\nonrecord.severity = 1", "wrong-type", "pyproject.toml:5:21"),
        (
            "[[tool.onrecord.ignore]]\ncode = 'span-words-differ'",
            "missing-field",
            "pyproject.toml:4:1",
        ),
        ("[tool.onrecord]\nrequired = []", "unknown-field", "pyproject.toml:5:1"),
        ("[tool.onrecord.severity]\nno-ceu = 'off'", "unknown-code", "pyproject.toml:5:10"),
    ],
)
def test_what_is_wrong_in_a_pyproject_is_found_at_its_place(corpus, tmp_path, table, code, place):
    project(tmp_path, table)
    found = [one for one in onrecord.validate(corpus).findings if one.code != CODE]
    assert [(one.code, str(one.place)) for one in found] == [(code, place)]


def test_a_broken_pyproject_of_others_is_not_ours_to_judge(corpus, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\ndependencies = ['onrecord'\n")
    assert codes(onrecord.validate(corpus)) == [(CODE, "error")]


# Ignoring


@pytest.mark.slow
@pytest.mark.parametrize(
    "entry",
    [
        {"code": CODE},
        {"record": "harbour.q1"},
        {"message": "there is a speaker"},
        {"path": "articles/harbour.yaml"},
        {"path": "articles/*.yaml"},
        {"path": "**/h?rbour.yaml"},
        {"path": "**"},
        {"path": "./articles/**"},
        {"code": CODE, "record": "harbour.q1", "message": "speaker", "path": "**/*.yaml"},
        {"code": CODE, "until": "9999-12-31"},
    ],
)
def test_what_fits_is_ignored_and_stays_in_the_report(corpus, entry):
    settle(corpus, {"ignore": [{**entry, "reason": "known"}]})
    for path in (corpus, corpus.resolve()):
        report = onrecord.validate(path)
        assert report.findings == ()
        (ignored,) = report.ignored
        assert (ignored.finding.code, ignored.reason) == (CODE, "known")
    assert run("validate", corpus).returncode == 0


@pytest.mark.parametrize(
    "entry",
    [
        {"code": "span-words-differ"},
        {"record": "harbour"},
        {"message": "There is a speaker"},
        {"path": "harbour.yaml"},
        {"path": "*.yaml"},
        {"path": "articles"},
        {"path": "articles/*.yam"},
        {"path": "*/*/*.yaml"},
        {"code": CODE, "record": "harbour.q2"},
    ],
)
def test_what_does_not_fit_is_not_ignored_and_the_entry_is_told(corpus, entry):
    settle(corpus, {"ignore": [{**entry, "reason": "known"}]})
    assert sorted(codes(onrecord.validate(corpus))) == [
        (CODE, "error"),
        ("unused-ignore", "warning"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["articles", "articles/harbour.yaml"])
def test_an_entry_is_not_called_unused_where_only_a_part_is_validated(corpus, tmp_path, path):
    settle(corpus, {"ignore": [{"record": "other.q1", "reason": "known"}]})
    project(tmp_path, "[[tool.onrecord.ignore]]\ncode = 'span-words-differ'\nreason = 'r'")
    assert codes(onrecord.validate(corpus / path)) == [(CODE, "error")]
    assert len(onrecord.validate(corpus).findings) == 3


@pytest.mark.slow
def test_an_entry_about_another_folder_is_not_called_unused(corpus, tmp_path):
    project(tmp_path, "[[tool.onrecord.ignore]]\npath = 'other/**'\nreason = 'r'")
    assert codes(onrecord.validate(corpus)) == [(CODE, "error")]
    assert codes(onrecord.validate("."))[-1] == ("unused-ignore", "warning")


@pytest.mark.slow
def test_an_entry_ends_with_its_last_day(corpus, monkeypatch):
    settle(corpus, {"ignore": [{"code": CODE, "until": "2026-06-30", "reason": "asked"}]})
    monkeypatch.setattr("onrecord.validation.validate.today", lambda: dt.date(2026, 6, 30))
    assert onrecord.validate(corpus).findings == ()
    monkeypatch.setattr("onrecord.validation.validate.today", lambda: dt.date(2026, 7, 1))
    report = onrecord.validate(corpus)
    assert sorted(codes(report)) == [("expired-ignore", "warning"), (CODE, "error")]
    assert report.ignored == ()


def test_today_is_that_of_utc(monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert today() == dt.datetime.now(dt.UTC).date()


def test_a_day_that_does_not_exist_is_found(corpus):
    settle(corpus, {"ignore": [{"code": CODE, "until": "2026-02-30", "reason": "asked"}]})
    found = sorted(onrecord.validate(corpus).findings, key=lambda one: one.code)
    assert [one.code for one in found] == ["not-allowed", CODE]
    assert found[0].path == "validation.ignore[0].until"


@pytest.mark.slow
def test_an_unknown_code_comes_with_the_nearest(corpus):
    settle(corpus, {"ignore": [{"code": "unatributed-with-speaker", "reason": "r"}]})
    one, other = onrecord.validate(corpus).findings
    assert other.code == "unknown-code" or one.code == "unknown-code"
    found = one if one.code == "unknown-code" else other
    assert found.hint == f"did you mean {CODE}?"
    assert found.severity is Severity.ERROR


def test_findings_about_settings_are_weighed_too(corpus):
    settle(
        corpus,
        {
            "severity": {CODE: "off", "unused-ignore": "error"},
            "ignore": [{"record": "harbour.q1", "reason": "r"}],
        },
    )
    assert codes(onrecord.validate(corpus)) == [("unused-ignore", "error")]


# TOML


TABLES = """\
# [tool.not]
[tool.onrecord]
"require" = ["a # b", 'c''', ]
[tool.onrecord.severity]
no-cue = "off" # x
[[tool.onrecord.ignore]]
until = 2026-12-31
reason = \"\"\"two
lines \\"\"\"\"\"
[[tool . onrecord . ignore]]
a.b . "c]" = [{ x = -1.5, 'y=' = [ 1,
  2 ] }, 1979-05-27 07:32:00]
""".replace("'c'''", "'c'")


def test_every_value_of_toml_stands_where_it_is_said_to():
    root, problems = toml.parse(TABLES)
    assert problems == []
    lines = TABLES.split("\n")
    found = {
        ".".join(map(str, path)): lines[node.start.line][node.start.column :]
        for path, node in reversed(list(scalars(root)))
        if not (path and node.value == path[-1])
    }
    begins = {
        "tool.onrecord.require.0": '"a # b"',
        "tool.onrecord.require.1": "'c'",
        "tool.onrecord.severity.no-cue": '"off"',
        "tool.onrecord.ignore.0.until": "2026-12-31",
        "tool.onrecord.ignore.0.reason": '"""two',
        "tool.onrecord.ignore.1.a.b.c].0.x": "-1.5",
        "tool.onrecord.ignore.1.a.b.c].0.y=.0": "1,",
        "tool.onrecord.ignore.1.a.b.c].0.y=.1": "2 ]",
        "tool.onrecord.ignore.1.a.b.c].1": "1979-05-27",
    }
    assert set(found) == set(begins)
    for path, begin in begins.items():
        assert found[path].startswith(begin), path
    assert to_value(root)["tool"]["onrecord"]["ignore"][0]["until"] == "2026-12-31"


@pytest.mark.parametrize(
    ("text", "line", "column"), [("a = \n", 0, 4), ("é = 1", 0, 0), ("a = [1,\n", 1, 0)]
)
def test_toml_that_does_not_parse_tells_where(text, line, column):
    with pytest.raises(UnreadableError) as caught:
        toml.parse(text)
    mark = caught.value.problem.mark
    assert (mark.line, mark.column) == (line, column)


KEYS = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", '"]"'])
PLAIN = st.sampled_from(
    ["1", "-1.5", "true", '"x # y"', "'[z]'", '"""m\n"""', "2026-01-01", '"\\""', "'''q''''"]
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[ {' , '.join(items)} ]"),
        st.dictionaries(KEYS, inner, max_size=3).map(
            lambda table: f"{{ {', '.join(f'{k} = {v}' for k, v in table.items())} }}"
        ),
    ),
    max_leaves=6,
)


@pytest.mark.slow
@given(st.dictionaries(KEYS, VALUES, max_size=4), st.dictionaries(KEYS, VALUES, max_size=4))
def test_toml_is_read_as_the_standard_library_reads_it(one, other):
    import tomllib

    lines = [f"{key} = {value} # c" for key, value in one.items()]
    lines += ["[[t.u]]", *(f"{key}.z={value}" for key, value in other.items())] * 2
    text = "\n".join(lines)
    root, _ = toml.parse(text)
    assert to_value(root) == json.loads(json.dumps(tomllib.loads(text), default=str))
    for path, node in scalars(root):
        if isinstance(node.value, str) and path and node.value != path[-1]:
            assert text[node.start.index] in "\"'2"


def test_help_does_not_wait_for_settings():
    script = (
        "import sys\n"
        "try:\n    from onrecord.cli.main import main; main(['validate', '--help'])\n"
        "except SystemExit: print(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    assert "tomllib" not in done.stderr
    assert "onrecord.validation.settings" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{CORPUS}colour: red\nvalidation: {{severity: {{no-name: off}}, ignore: []}}\n",
         "what validation sets (severity and ignore) in this file is not applied"),
        (CORPUS + "validation: {severity: {no-name: loud}}\n",
         "what validation sets (severity) in this file is not applied"),
        (CORPUS + "validation: {severity: {no-name: off}\n", "what validation sets in this file"),
        (CORPUS + "colour: red\n", None),
    ],
)  # fmt: skip
def test_an_invalid_corpus_yaml_says_that_its_settings_are_not_applied(text, told, corpus):
    (corpus / "corpus.yaml").write_text(text, encoding="utf-8")
    for path in (corpus, corpus / "articles" / "harbour.yaml"):
        found = [
            one for one in onrecord.validate(path).errors if one.place.file.endswith("corpus.yaml")
        ]
        assert found
        for one in found:
            assert (told or "") in one.hint
            assert bool(told) == ("is not applied" in one.hint)
