"""Nothing that a command prints is obeyed by a terminal or a CI runner."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from onrecord.display import escape_for_display, escape_line_for_display
from onrecord.rules.examples import VALID, article, document
from onrecord.schema import current
from onrecord.schema.flat import flatten
from tests.commands import run

OBEYED = [
    "\x1b[31m",
    "\x1b]8;;https://example.org\x07",
    "\x9b31m",
    "\x07",
    "\r",
    "\u2028",
    "\u202e",
    "\u2066",
    "\udc80",
    "\ufeff",
    "##[error]x",
    "##vso[task.complete]",
    "\n::error::x",
    "\n \t::stop-commands::x",
]
# What GitHub's runner obeys: commands that begin a line, after any white space, and the older ones.
COMMAND = re.compile(r"^\s*::|##\[|##vso\[", re.MULTILINE)


def obeyed(printed):
    """What a terminal or a runner would obey in what was printed."""
    characters = {one for one in printed if not one.isprintable() and one != "\n"}
    return characters or set(COMMAND.findall(printed.replace("\r", "\n")))


@pytest.mark.parametrize("text", OBEYED)
@pytest.mark.parametrize("around", ["{}", "a{}b", "::{}", "  :{}"])
def test_nothing_in_a_text_is_obeyed(text, around):
    text = around.format(text)
    assert not obeyed(escape_for_display(text))
    assert not obeyed(escape_line_for_display(f"{text}.\n").replace("\t", ""))


@pytest.mark.parametrize(
    "line", ["« a »\n", "\ta\r\n", "\u3000x", "+::error::\n", "a::b\n", "", "\n"]
)
def test_most_lines_stay_as_they_are(line):
    assert escape_line_for_display(line) == line


NAMES = ["::error::a\x1b[31m\u202e##[error]%0A", "a\n::error::b\r::error::c"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_names_of_files_are_printed_and_not_obeyed(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path(name).mkdir()
    document = Path(name, "one.yaml")
    bad = "quotes: [{attribution: unattributed, content: [{start: null, end: null}]}]"
    document.write_text(article("one", bad), encoding="utf-8")
    for command in (
        ["validate", ".", "--diff"],
        ["validate", ".", "--format", "github"],
        ["validate", ".", "--format", "markdown"],
        ["validate", ".", "--format", "html"],
        ["anchor", "."],
        ["dehydrate", "."],
        ["publish", name],
        ["export", "csv", ".", "--out", f"{name}/x.csv"],
        ["import", "brat", name, "--out", name],
        ["validate", f"{name}x"],
        ["explain", name],
        [name],
        ["validate", ".", f"--{name}"],
        ["validate", ".", "--format", name],
        ["validate", ".", "--output", f"text={name}/none/x"],
        ["validate", ".", "--baseline", f"{name}/known.json", "--write-baseline"],
    ):
        ran = run(*command)
        page = "--format" in command and command[-1] in ("html", "github")
        for printed in (ran.stdout, ran.stderr):
            found = obeyed(printed.replace("::error file", "").replace("::notice", ""))
            assert not found or page, (command, printed)


# A document in which --fix fills in offsets.
LACKING = VALID.replace(", start: 41, end: 45", "")
HARMFUL = "# \u202e \u200f x\n"


@pytest.mark.slow
def test_a_diff_shows_escapes_and_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("one.yaml")
    before = LACKING.replace("    cue:", f"{HARMFUL}    cue:").encode()
    path.write_bytes(before)
    ran = run("validate", "one.yaml", "--diff", "--fix-all")
    assert "+++ one.yaml" in ran.stdout
    assert "\n # \\u202e \\u200f x\n" in ran.stdout
    assert not obeyed(ran.stdout)
    assert "cannot be applied" in ran.stderr
    assert path.read_bytes() == before


@pytest.mark.slow
def test_a_line_of_a_diff_begins_no_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = flatten(current.Document.model_validate(document("")), sparse=True)
    for record_type, some in rows.items():
        lines = [json.dumps(row) for row in some]
        if record_type == "claim":
            lines = [json.dumps(row | {"quote_ids": ["q1"]}) for row in some]
            lines = ["  ::error::x", *lines, "\x9b31m"]
        Path(f"{record_type}s.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = run("validate", ".", "--diff")
    assert "+++ claims.jsonl" in ran.stdout
    assert not obeyed(ran.stdout)
    assert "\n   \\u003a:error::x\n" in ran.stdout
    assert "\\u009b31m" in ran.stdout


@pytest.mark.slow
def test_a_diff_of_harmless_lines_is_still_a_patch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("one.yaml")
    path.write_bytes(LACKING.replace("    cue:", "# «\u00a0a\u202f»\tb\n    cue:").encode())
    ran = run("validate", "one.yaml", "--diff", "--fix-all")
    assert "+++ one.yaml" in ran.stdout
    assert "cannot be applied" not in ran.stderr
    subprocess.run(["patch", "-p0"], input=ran.stdout, text=True, check=True, capture_output=True)
    assert run("validate", "one.yaml", "--diff", "--fix-all").stdout == ""
