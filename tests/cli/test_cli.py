"""The commands as people type them: exit status, output, and no traceback whatever comes."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import termios
import unicodedata
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.cli.parser import COMMANDS
from onrecord.rules import CHECKS, RECORD_CHECKS
from onrecord.rules.base import Edit
from onrecord.rules.examples import VALID, document, files
from tests import ROOT
from tests.commands import run
from tests.drawing import examples

TEXT = document("")["article"]["text"]


def started(*arguments, cwd=None, **environment):
    """A command in a process of its own, as people start it."""
    return subprocess.run(
        [sys.executable, "-m", "onrecord", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "120", **environment},
    )


def onrecord(*arguments, cwd=None):
    """A command in this process, where a start of its own would prove nothing more."""
    with mock.patch.dict(os.environ, COLUMNS="120"):
        return run(*arguments, cwd=cwd)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_tells_with_examples(command):
    ran = onrecord(*command.split(), "--help")
    assert ran.returncode == 0
    assert ran.stdout.startswith(f"usage: onrecord {command}")
    for word in ["examples:", *(COMMANDS if not command else [])]:
        assert word in ran.stdout


def test_version():
    assert re.fullmatch(r"onrecord \d+\.\d+\.\d+\n", started("--version").stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["validate"],
        ["validate", ".", "--format", "pdf"],
        ["validate", ".", "--fail-on", "sometimes"],
        ["hydrate", "."],
        ["explain", "no-such-check"],
        ["schema", "show", "nothing"],
        ["schema", "show", "quote", "--schema-version", "12"],
        ["schema", "diff", "0.9"],
        ["schema", "diff", "0.9", "1.0", "--at-most", "huge"],
        ["upgrade"],
        ["validate", ".", "--memory", "lots"],
        ["validate", ".", "--memory", "5MB"],
        ["validate", ".", "--workers", "-1"],
        ["new", "a.txt", "b.txt", "--title", "A title of both"],
        ["new", "a.txt", "b.txt", "--out", "both.yaml"],
    ],
)
def test_wrong_usage_is_status_2(arguments):
    ran = onrecord(*arguments)
    assert ran.returncode == 2
    assert ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["explain", "span-word-differs"], "span-words-differ"),
        (["explain", "Span_Words_Differ"], "span-words-differ"),
        (["valdate", "."], "validate"),
        (["publsih", "."], "publish"),
        (["validate", ".", "--fxi"], "--fix"),
        (["validate", ".", "--texst=x"], "--texts"),
        (["validate", "--slect", "spans", "."], "--select"),
        (["--hepl"], "--help"),
        (["validate", ".", "--format", "jsno"], "json"),
        (["validate", ".", "--fail-on", "Warnings"], "warning"),
        (["validate", ".", "--output", "sraif=x"], "sarif"),
        (["validate", ".", "--select", "spans,rihgts"], "rights"),
        (["validate", ".", "--ignore", "word-withheld"], "words-withheld"),
        (["import", "bratt", "."], "brat"),
        (["import", "brat", ".", "--oust", "x"], "--out"),
        (["export", "spacey", "."], "spacy"),
        (["schema", "shwo", "quote"], "show"),
        (["schema", "show", "quotes"], "quote"),
        (["schema", "diff", "0.9", "1.0", "--at-most", "minr"], "minor"),
        (["upgrad", "."], "upgrade"),
    ],
)
def test_what_is_mistyped_is_recognised(arguments, meant):
    ran = onrecord(*arguments)
    assert ran.returncode == 2
    assert f"did you mean {meant}?" in ran.stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "is in 4 places; add one of these to the span, to say which is meant:"),
        (', prefix: "No: "', "in 4 places, but none of them has the prefix “No: ”; give one of"),
        (
            ', prefix: "No: ", suffix: "!"',
            "none of them has both the prefix “No: ” and suffix “!”;",
        ),
        (
            ', prefix: "He said "',
            "is in 2 places that its prefix does not distinguish; give one of",
        ),
    ],
)
def test_words_in_several_places_are_told_apart(tmp_path, given, told):
    far = "x" * 70
    (tmp_path / "harbour.yaml").write_text(f"""\
schema_version: "1.0"
annotation: {{annotators: [a reader], method: manual}}
article:
  id: harbour
  language: en
  text: "He said yes. He said yes. {far} yes {far} yes {far}"
  rights: {{license: CC0-1.0, redistribute: full}}
quotes:
  - {{id: q1, type: indirect, content: [{{exact: "yes"{given}, quoted: false}}], attribution: unknown}}
""")
    ran = onrecord("anchor", "harbour.yaml", cwd=tmp_path)
    assert told in ran.stdout
    assert 'suffix: ". He"' in ran.stdout
    assert ("start: 97, end: 100" in ran.stdout) == ("prefix does" not in told)


def test_versions_of_the_schema_are_listed():
    assert "1.0 (current): " in onrecord("schema", "list").stdout


def test_what_is_like_nothing_known_has_the_choices_and_no_suggestion():
    for arguments in (
        ["zzzzzz"],
        ["validate", ".", "--zzzzzz"],
        ["validate", "--select", "zz", "."],
    ):
        ran = onrecord(*arguments)
        assert ran.returncode == 2
        assert "did you mean" not in ran.stderr
    assert "choose from init, new, validate" in onrecord("zzzzzz").stderr
    assert "choose from" in onrecord("import").stderr


def test_without_arguments_the_first_steps_are_shown():
    ran = onrecord()
    assert (ran.returncode, ran.stdout) == (2, "")
    for command in ("validate", "anchor", "explain", "publish", "--help"):
        assert f"onrecord {command}" in ran.stderr


# What is shown, and how much of it


@pytest.fixture
def many(tmp_path):
    """Twelve articles with two findings of one check each, and one with a finding of another."""
    for number in range(12):
        entry = VALID.replace("id: harbour", f"id: pier-{number}")
        path = tmp_path / f"pier-{number}.yaml"
        path.write_text(entry.replace("kind: person", "kind: prson"), encoding="utf-8")
    moved = VALID.replace("start: 41, end: 45", "start: 4, end: 8")
    (tmp_path / "a.yaml").write_text(moved, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_findings_are_grouped_by_check_and_shown_up_to_the_limit(many):
    def codes(ran):
        return re.findall(r"^error\[(.*?)\]", ran.stdout, re.MULTILINE)

    ran = onrecord("validate", many)
    total = codes(ran)
    assert (ran.returncode, total) == (1, sorted(total))
    assert total.count("not-allowed") == 20
    assert "not-allowed: 24 findings, of which 20 are shown (--limit 0 shows all)" in ran.stdout
    assert "25 errors" in ran.stdout
    assert "codes found: not-allowed (24), same-text (12), span-moved (1)" in ran.stdout
    assert codes(onrecord("validate", many, "--limit", "3")) == ["not-allowed"] * 3 + ["span-moved"]
    assert codes(onrecord("validate", many, "--limit", "0")).count("not-allowed") == 24
    assert "are shown" not in onrecord("validate", many, "--limit", "24").stdout
    for wrong in ("-1", "x", "1.5"):
        assert onrecord("validate", many, "--limit", wrong).returncode == 2


@pytest.mark.slow
def test_a_limit_is_for_the_terminal_and_not_for_files_and_programs(many):
    report = many / "report.txt"
    shown = onrecord(
        "validate", many, "--format", "json", "--limit", "1", f"--output=text={report}"
    )
    assert len(json.loads(shown.stdout)["findings"]) == 37
    assert report.read_text(encoding="utf-8").count("error[not-allowed]") == 24


@pytest.mark.slow
def test_statistics_take_the_place_of_findings(many):
    ran = onrecord("validate", many, "--statistics")
    assert ran.returncode == 1
    first, second, third, _, summary, *_ = ran.stdout.splitlines()
    assert re.fullmatch(r" +24  error    not-allowed +a value that the field does not allow", first)
    assert re.fullmatch(r" +1  error    span-moved +words .* \(--fix: 1\)", second)
    assert re.fullmatch(r" +12  warning  same-text +.*", third)
    assert "25 errors, 12 warnings" in summary
    refused = onrecord("validate", many, "--statistics", "--format", "json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--statistics" in refused.stderr


def selected(*arguments):
    report = json.loads(onrecord("validate", *arguments, "--format", "json").stdout)
    assert report["summary"]["by_code"].keys() <= set(report["checks"])
    return report["summary"]["by_code"]


@pytest.mark.slow
def test_checks_are_selected_and_ignored_by_code_and_family(many):
    path = many / "a.yaml"
    assert selected(path) == {"span-moved": 1}
    assert selected(path, "--select", "spans") == {"span-moved": 1}
    assert selected(path, "--select", "rights, span-moved") == {"span-moved": 1}
    assert "span-moved" not in selected(path, "--ignore", "spans")
    assert selected(path, "--select", "spans", "--ignore", "span-moved") == {}
    assert selected(path, "--select", "span-moved", "--ignore", "spans") == {"span-moved": 1}
    assert selected(path, "--select", "spans", "--ignore", "spans") == {}
    ran = onrecord("validate", path, "--select", "rights")
    assert ran.returncode == 0
    assert re.search(r"with \d\d checks: no errors", ran.stdout)


@pytest.mark.slow
def test_what_could_not_be_read_is_reported_unless_it_is_ignored(many):
    assert selected(many, "--select", "rights") == {"not-allowed": 24}
    assert onrecord("validate", many, "--select", "rights").returncode == 1
    assert selected(many, "--select", "spans", "--ignore", "not-allowed") == {"span-moved": 1}


@pytest.mark.slow
def test_only_selected_findings_are_fixed(many):
    path = many / "a.yaml"
    before = path.read_bytes()
    ran = onrecord("validate", path, "--fix", "--ignore", "span-moved")
    assert (ran.returncode, path.read_bytes()) == (0, before)
    assert onrecord("validate", path, "--fix", "--select", "spans").returncode == 0
    assert path.read_bytes() != before


def test_a_baseline_is_written_of_all_findings_only(many):
    ran = onrecord(
        *("validate", many, "--baseline", many / "known.json", "--write-baseline"),
        *("--select", "spans"),
    )
    assert ran.returncode == 2
    assert not (many / "known.json").exists()


@pytest.mark.slow
def test_publishing_can_be_told_to_show_less_and_not_to_skip_checks(many):
    ran = onrecord("publish", many, "--limit", "2")
    assert ran.returncode == 1
    assert ran.stdout.count("error[not-allowed]") == 2
    assert "nothing is published" in ran.stdout
    for option in ("--select", "--ignore"):
        assert onrecord("publish", many, option, "spans").returncode == 2


@pytest.mark.slow
def test_what_is_missing_is_filled_in_only_if_all_is_to_be_fixed(sound):
    before = sound.read_text(encoding="utf-8")
    assert onrecord("validate", sound, "--fix").returncode == 0
    assert sound.read_text(encoding="utf-8") == before
    diff = onrecord("validate", sound, "--diff", "--fix-all")
    assert "prefix" in diff.stdout
    assert sound.read_text(encoding="utf-8") == before
    ran = onrecord("validate", sound, "--fix-all")
    assert ran.returncode == 0
    assert "prefix, suffix filled in" in ran.stdout
    assert "prefix" in sound.read_text(encoding="utf-8")
    for option in ("--watch", "--write-baseline", "--changed-since=HEAD"):
        assert onrecord("validate", sound, "--fix-all", option).returncode == 2


@pytest.mark.slow
def test_a_value_like_one_that_is_allowed_has_a_suggestion(sound):
    text = sound.read_text(encoding="utf-8")
    for value, meant in (("dirct", "direct"), ("Direct", "direct"), ("verbatim", None)):
        sound.write_text(text.replace("type: direct", f"type: {value}"), encoding="utf-8")
        shown = onrecord("validate", sound).stdout
        assert (f"help: did you mean {meant}?" in shown) == bool(meant), value
        assert "write one of direct, indirect" in shown
    # What is only like it is never put in its place.
    sound.write_text(text.replace("type: direct", "type: dirct"), encoding="utf-8")
    before = sound.read_bytes()
    onrecord("validate", sound, "--fix")
    assert sound.read_bytes() == before


@pytest.mark.parametrize("code", CHECKS)
def test_every_check_explains_itself(code):
    check = CHECKS[code]
    ran = onrecord("explain", code)
    assert ran.returncode == 0
    assert all(one in ran.stdout for one in check.explanation.split("\n\n"))
    assert f"{check.severity}[{code}]: " in ran.stdout
    assert "\n\nExample:\n\n" in ran.stdout


@pytest.mark.parametrize("command", ["explain", "rules"])
def test_all_checks_are_listed(command):
    lines = onrecord(command).stdout.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(listed) == list(CHECKS)


def test_the_checks_of_a_family_are_listed():
    ran = onrecord("explain", "rights")
    listed = [line.split()[0] for line in ran.stdout.splitlines() if line.startswith("  ")]
    assert ran.returncode == 0
    assert listed == [code for code, check in CHECKS.items() if check.family == "rights"]


def test_checks_are_listed_for_programs():
    told = json.loads(onrecord("rules", "--format", "json").stdout)
    assert [check["code"] for check in told] == list(CHECKS)
    assert {check["severity"] for check in told} <= {"error", "warning", "note"}


@pytest.mark.parametrize(
    ("make", "arguments"),
    [
        (None, ["validate", "missing.yaml"]),
        (None, ["validate", "."]),
        ("quotes.jsonl/x", ["validate", "quotes.jsonl"]),
        ("notes.md", ["validate", "notes.md"]),
        ("harbour.yaml", ["validate", "harbour.yaml", "--texts", "missing"]),
        ("harbour.yaml", ["validate", "harbour.yaml", "--texts", "harbour.yaml"]),
        (None, ["publish", "missing"]),
        ("harbour.yaml", ["publish", "harbour.yaml"]),
        ("harbour.yaml", ["publish", ".", "--out", "harbour.yaml"]),
        ("a.yaml/x", ["validate", "."]),
        (None, ["anchor", "missing.yaml"]),
        ("quotes.parquet", ["anchor", "quotes.parquet"]),
        (None, ["hydrate", ".", "--texts", "missing"]),
        ("a", ["schema", "export", "--out", "a"]),
        ("a", ["schema", "diff", "0.9", "a"]),
        (None, ["upgrade", "missing.yaml"]),
        (None, ["upgrade", "."]),
    ],
)
def test_what_could_not_be_looked_at_is_one_line_and_status_3(tmp_path, make, arguments):
    if make:
        (tmp_path / make).parent.mkdir(exist_ok=True)
        content = files("")["harbour.yaml"] if make.endswith(".yaml") else b"x"
        (tmp_path / make).write_bytes(content)
    ran = onrecord(*arguments, cwd=tmp_path)
    assert ran.returncode == 3, ran
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stderr.startswith("onrecord: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_one_line_and_status_3(tmp_path, sound):
    (tmp_path / "closed").mkdir(mode=0)
    ran = onrecord("validate", tmp_path)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (3, 1)


@pytest.mark.parametrize("name", ["loop.yaml", "quotes.jsonl"])
@pytest.mark.parametrize("whole", [True, False])
def test_unreadable_files_are_one_line_and_status_3(tmp_path, name, whole):
    (tmp_path / name).symlink_to(tmp_path / name)
    ran = onrecord("validate", tmp_path if whole else tmp_path / name)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (3, 1)


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path, sound):
    os.mkfifo(tmp_path / "quotes.jsonl")
    ran = onrecord("validate", tmp_path)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (3, 1)


DEFECTS = {
    "a letter of the text": (
        lambda text: text.replace("text: “We will", "text: “We till"),
        "text-digest-differs",
        "text_sha256",
    ),
    "a renamed field": (
        lambda text: text.replace("    attribution:", "    attributed:"),
        "unknown-field",
        "attributed",
    ),
    "a duplicated id": (
        lambda text: text.replace("claims:", "claims:\n  - {id: c1, text: The harbour was rebuilt "
        "before., language: en, voice: source, quote_ids: [q1], kind: event, checkable: false}"),
        "duplicate-id",
        "id: c1\n",
    ),
}  # fmt: skip


@pytest.fixture(params=DEFECTS, ids=str)
def defect(request, tmp_path):
    """A document with one defect, its code, and the line it is in."""
    change, code, sign = DEFECTS[request.param]
    path = tmp_path / "harbour.yaml"
    path.write_text(text := change(VALID), encoding="utf-8")
    assert text != VALID
    at = text.rindex(sign) if code == "duplicate-id" else text.index(sign)
    return path, code, text[:at].count("\n") + 1


@pytest.mark.slow
def test_text_report_points_at_the_defect(defect):
    path, code, line = defect
    ran = onrecord("validate", path)
    assert ran.returncode == 1
    assert re.findall(r"^error\[(.*?)\]", ran.stdout, re.MULTILINE) == [code]
    (place,) = re.findall(rf"--> {re.escape(path.as_posix())}:(\d+):(\d+)", ran.stdout)
    assert int(place[0]) == line
    source = path.read_text(encoding="utf-8").splitlines()[line - 1]
    assert f"{line} | {source}" in ran.stdout
    assert "no warnings" in ran.stdout


@pytest.mark.slow
def test_json_report_points_at_the_defect(defect):
    path, code, line = defect
    ran = onrecord("validate", path, "--format", "json")
    report = json.loads(ran.stdout)
    assert ran.returncode == 1
    assert [(one["code"], one["line"]) for one in report["findings"]] == [(code, line)]
    assert report["findings"][0]["facts"]
    assert set(report["checks"]) == set(RECORD_CHECKS)
    assert report["summary"]["errors"] == 1


@pytest.mark.slow
def test_github_report_points_at_the_defect(defect):
    path, code, line = defect
    ran = onrecord("validate", path, "--format", "github")
    assert ran.returncode == 1
    (command,) = [one for one in ran.stdout.splitlines() if one.startswith("::error ")]
    assert f"file={path.as_posix()},line={line},col=" in command
    assert code in command


@pytest.mark.slow
def test_fail_on_never_is_status_0(defect):
    assert onrecord("validate", defect[0], "--fail-on", "never").returncode == 0


UNTRUSTED = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@pytest.mark.slow
@settings(max_examples=examples(6), suppress_health_check=list(HealthCheck))
@given(words=UNTRUSTED, form=st.sampled_from(["text", "json", "github"]))
def test_untrusted_text_cannot_inject_anything(tmp_path, words, form):
    path = tmp_path / "harbour.json"
    bad = document("")
    bad["quotes"][0]["content"][0]["exact"] = f"\x1b[2J::error::{words}\n::set-output name=x::1"
    bad["quotes"][0][words] = words
    path.write_text(json.dumps(bad), encoding="utf-8")
    ran = onrecord("validate", path, "--format", form)
    assert "Traceback" not in ran.stderr
    for character in ran.stdout.replace("\n", ""):
        assert unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp")
    for line in ran.stdout.split("\n"):
        assert form == "github" or not line.startswith("::")
        assert "::set-output" not in line[:14]


@pytest.mark.slow
@pytest.mark.parametrize("defect", ["a letter of the text"], indirect=True)
def test_no_colour_in_a_pipe_and_none_where_it_is_not_wanted(defect):
    assert "\x1b" not in onrecord("validate", defect[0]).stdout
    assert "\x1b[" in started("validate", defect[0], FORCE_COLOR="1").stdout


def terminal(*arguments, before="pass", **environment):
    """What a person at a terminal sees, with some Python run before the command."""
    main, child = pty.openpty()
    termios.tcsetwinsize(child, (24, 100))
    script = f"import sys; from onrecord.cli.main import main; {before}; main(sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=child,
        stderr=child,
        env={**os.environ, **environment},
    )
    os.close(child)
    seen = b""
    while True:
        try:
            if not (more := os.read(main, 65536)):
                break
        except OSError:
            break
        seen += more
    process.wait()
    os.close(main)
    return seen.decode()


@pytest.mark.slow
@pytest.mark.parametrize("defect", ["a letter of the text"], indirect=True)
def test_at_a_terminal_are_colours_and_progress_where_work_is_long(defect):
    path = defect[0]
    for number in range(30):
        shutil.copy(path, path.with_name(f"{number}.yaml"))
    at_once = (
        "import onrecord.cli.progress; onrecord.cli.progress.DELAY = 0; "
        "from onrecord.validation import validate; "
        f"validate.RULES = {{code: validate.RULES[code] for code in [{defect[1]!r}]}}"
    )
    environment = dict.fromkeys(("NO_COLOR", "FORCE_COLOR"), "")
    shown = terminal("validate", path.parent, before=at_once, **environment)
    assert "reading" in shown
    assert "\x1b[1;31m" in shown
    shown = terminal("validate", path, **environment | {"NO_COLOR": "1"})
    assert "reading" not in shown
    assert "\x1b[1;31m" not in shown
    assert onrecord("validate", path).stderr == ""


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_a_closed_pipe_is_no_error_and_no_success(tmp_path):
    """Findings that nobody read are not taken for none by a script with pipefail."""
    (tmp_path / "quotes.jsonl").write_text("[]\n" * 5000, encoding="utf-8")
    command = f"{sys.executable} -m onrecord validate quotes.jsonl --limit 0"
    command += " | head -n 1; echo ${PIPESTATUS[0]}"
    ran = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (ran.stdout.splitlines()[1:], ran.stderr) == (["141"], "")


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("rules >&-", 0, ""),
        ("rules --format json >&- 2>&-", 0, ""),
        ("explain no-such-check 2>&-", 2, ""),
        ("rules >/dev/full", 3, "onrecord: could not write: No space left on device\n"),
    ],
)
def test_what_cannot_be_written_is_no_traceback(command, code, told):
    command = f"{sys.executable} -m onrecord {command}"
    ran = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (code, "", told)


def test_a_name_that_no_file_can_have(tmp_path):
    ran = onrecord("validate", tmp_path / ("x" * 300))
    assert ran.returncode == 3
    assert ran.stderr.endswith(": File name too long\n")
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_folder_is_no_baseline(sound, tmp_path):
    ran = onrecord("validate", sound, "--baseline", tmp_path)
    assert (ran.returncode, ran.stderr) == (3, f"onrecord: {tmp_path}: Is a directory\n")


def test_ctrl_c_of_which_a_library_makes_an_error_of_its_own():
    script = """if True:
        import os, signal, onrecord.cli.main, onrecord.cli.rules
        def query(options):
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt:
                raise RuntimeError("Query interrupted") from None
        onrecord.cli.rules.command = lambda parser: parser.set_defaults(run=query)
        onrecord.cli.main.main(["rules"])
    """
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"")


@pytest.mark.slow
def test_the_way_of_an_article(tmp_path):
    """Words without offsets, anchored, withheld, restored, and published."""
    texts, corpus = tmp_path / "texts", tmp_path / "corpus"
    texts.mkdir()
    corpus.mkdir()
    (texts / "harbour.txt").write_text(f" date 2024-05-02 {TEXT}\n", encoding="utf-8")
    path = corpus / "harbour.yaml"
    shutil.copy(ROOT / "dataset" / "corpus.yaml", corpus)
    shutil.copy(ROOT / "docs" / "examples" / "harbour.yaml", path)
    assert onrecord("anchor", path).returncode == 3
    before = path.read_bytes()
    assert onrecord("anchor", path, "--texts", texts).returncode == 0
    assert path.read_bytes() == before
    assert onrecord("anchor", path, "--texts", texts, "--write").returncode == 0
    anchored = path.read_text(encoding="utf-8")
    assert "# by the mayor, not by the town" in anchored
    assert "start: 41" in anchored
    assert onrecord("anchor", path, "--texts", texts, "--write").returncode == 0
    assert path.read_text(encoding="utf-8") == anchored
    assert onrecord("validate", corpus).returncode == 1  # context that rights withhold
    assert onrecord("dehydrate", corpus, "--texts", texts, "--write").returncode == 0
    withheld = path.read_text(encoding="utf-8")
    assert onrecord("validate", corpus, "--texts", texts).returncode == 0
    assert onrecord("hydrate", corpus, "--texts", texts, "--write").returncode == 0
    assert (corpus / "harbour.txt").read_text(encoding="utf-8") == TEXT
    assert onrecord("dehydrate", corpus, "--texts", texts, "--write").returncode == 0
    assert path.read_text(encoding="utf-8") == withheld
    assert not (corpus / "harbour.txt").exists()
    assert onrecord("publish", corpus, "--check").returncode == 1
    assert onrecord("publish", corpus).returncode == 0
    assert onrecord("publish", corpus, "--check").returncode == 0
    assert onrecord("validate", corpus).returncode == 0


AMBIGUOUS = """\
schema_version: "1.0"
article: {id: harbour, text: "Baines said it. Then Ada said\\u00a0it.", language: en, %s}
claims:
  - content:
      - exact: said
        prefix: %s
"""


@pytest.mark.parametrize("given", ["Adda", "''", "'“'"])
@pytest.mark.parametrize("redistribute", ["full", "quotes"])
def test_what_anchor_offers_can_be_pasted(tmp_path, given, redistribute):
    path = tmp_path / "harbour.yaml"
    rights = f"rights: {{license: CC0-1.0, redistribute: {redistribute}}}"
    path.write_text(AMBIGUOUS % (rights, given), encoding="utf-8")
    ran = onrecord("anchor", path)
    assert ran.returncode == 1
    assert ("but none of them has the prefix" in ran.stdout) == (given != "''")
    offered = re.findall(r"^    ((?:prefix|suffix): .*)$", ran.stdout, re.MULTILINE)
    assert len(offered) == 2
    for line, start in zip(offered, (7, 25), strict=True):
        path.write_text((AMBIGUOUS % (rights, "''")).replace("prefix: ''", line), encoding="utf-8")
        ran = onrecord("anchor", path, "--write")
        assert (ran.returncode, ran.stdout) == (0, f"{path}: 1 anchored\n")
        assert f"start: {start}\n" in path.read_text(encoding="utf-8")


def test_context_without_its_trailing_blank_is_found(tmp_path):
    path = tmp_path / "harbour.yaml"
    rights = "rights: {license: CC0-1.0, redistribute: full}"
    path.write_text(AMBIGUOUS % (rights, "Baines "), encoding="utf-8")
    assert "inside the word" not in onrecord("validate", path).stdout
    assert onrecord("anchor", path, "--write").stdout == f"{path}: 1 anchored\n"
    assert 'prefix: "Baines "' in path.read_text(encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace('"Baines "', "Baines")
    path.write_text(text, encoding="utf-8")
    report = onrecord("validate", path).stdout
    assert "span-context-differs" not in report
    assert "word-cut" not in report


def test_what_anchor_offers_for_json_is_json(tmp_path):
    path = tmp_path / "harbour.json"
    article = {"id": "harbour", "text": "She\u2028said, and he said"}
    path.write_text(json.dumps({"article": article, "claims": [{"content": [{"exact": "said"}]}]}))
    offered = re.findall(r"^    (\".*)$", onrecord("anchor", path).stdout, re.MULTILINE)
    assert [json.loads(f"{{{line}}}") for line in offered] == [
        {"prefix": "She\u2028"},
        {"prefix": "and he "},
    ]


@pytest.mark.slow
@pytest.mark.parametrize("redistribute", ["quotes", "none"])
def test_anchor_writes_no_words_that_rights_withhold(tmp_path, redistribute):
    path = tmp_path / "harbour.yaml"
    draft = re.sub(r", start: \d+, end: \d+", "", VALID).replace(f"  text: {TEXT}\n", "")
    draft = draft.replace("redistribute: full", f"redistribute: {redistribute}")
    path.write_text(draft, encoding="utf-8")
    path.with_suffix(".txt").write_text(TEXT, encoding="utf-8")
    before = json.loads(onrecord("validate", path, "--format", "json").stdout)
    assert onrecord("anchor", path, "--write").returncode == 0
    written = path.read_text(encoding="utf-8")
    assert "start: 41" in written
    assert not {"prefix:", "suffix:"} & set(written.split())
    after = json.loads(onrecord("validate", path, "--format", "json").stdout)
    withheld = "words-withheld"
    assert after["summary"]["by_code"].get(withheld) == before["summary"]["by_code"].get(withheld)


@pytest.mark.slow
def test_the_step_after_validating_a_draft_is_shown(tmp_path):
    path = tmp_path / "my draft.yaml"
    path.write_text(re.sub(r", start: \d+, end: \d+", "", VALID), encoding="utf-8")
    told = "next, fill in the offsets of spans: onrecord anchor 'my draft.yaml' --texts"
    ran = onrecord("validate", path.name, cwd=tmp_path)
    assert (ran.returncode, f"{told} DIR --write" in ran.stdout) == (0, True)
    ran = onrecord("validate", path.name, "--texts", ".", cwd=tmp_path)
    assert ran.stdout.endswith(f"{told} . --write\n")
    json.loads(onrecord("validate", path, "--format", "json").stdout)
    (tmp_path / "other.yaml").write_text(VALID, encoding="utf-8")
    assert "onrecord anchor FILE" in onrecord("validate", tmp_path).stdout
    path.write_text(VALID, encoding="utf-8")
    assert "anchor" not in onrecord("validate", path).stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong", [".", "project", "project/dataset/articles", "project/dataset/articles/x"]
)
def test_publishing_the_wrong_folder_suggests_the_right_one(tmp_path, wrong):
    corpus = tmp_path / "project" / "dataset"
    (corpus / "articles" / "x").mkdir(parents=True)
    shutil.copy(ROOT / "dataset" / "corpus.yaml", corpus)
    (corpus / "articles" / "x" / "harbour.yaml").write_text(VALID, encoding="utf-8")
    for option in ([], ["--check"]):
        ran = onrecord("publish", wrong, *option, cwd=tmp_path)
        assert (ran.returncode, ran.stdout) == (3, "")
        assert ran.stderr.endswith("run: onrecord publish project/dataset\n")
    assert onrecord("publish", corpus).returncode == 0
    # A folder that nothing says is part of a corpus is one.
    (corpus / "corpus.yaml").unlink()
    assert onrecord("publish", tmp_path / "project", "--out", tmp_path / "out").returncode == 0


def test_a_document_that_cannot_be_read_has_findings_and_no_count_of_spans(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text('schema_version: "1.0"\narticle: [\n', encoding="utf-8")
    ran = onrecord("anchor", path)
    assert ran.returncode == 1
    assert len(ran.stdout.splitlines()) == 1
    assert "is not YAML" in ran.stdout


@pytest.mark.slow
def test_words_are_found_again_in_a_text_that_was_edited(sound):
    whole = sound.read_text(encoding="utf-8")
    line = re.findall(r"^  text: .*\n", whole, re.MULTILINE)[0]
    sound.write_text(whole.replace(line, ""), encoding="utf-8")
    text = sound.with_suffix(".txt")
    text.write_text(TEXT.replace("We will", "We will not"), encoding="utf-8")
    refused = onrecord("anchor", sound, "--write")
    assert refused.returncode == 3
    assert "--text-changed" in refused.stderr
    before = sound.read_bytes()
    ran = onrecord("anchor", sound, "--text-changed", "--write")
    assert ran.returncode == 1
    assert "has changed: numbers or negations differ" in ran.stdout
    assert "nothing is written while a span is not found again" in ran.stdout
    assert sound.read_bytes() == before
    text.write_text(TEXT.replace("will rebuild", "will\u00a0rebuild"), encoding="utf-8")
    ran = onrecord("anchor", sound, "--text-changed")
    assert ran.returncode == 0
    assert re.search(r"is now “We will.+rebuild the harbour,” \(typography\)\n", ran.stdout)
    assert "add --write to change the file" in ran.stdout
    assert sound.read_bytes() == before
    assert onrecord("anchor", sound, "--text-changed", "--write").returncode == 0
    assert onrecord("validate", sound).returncode == 0
    again = onrecord("anchor", sound, "--text-changed", "--write")
    assert (again.returncode, again.stdout) == (0, f"{sound}: 3 fits\n")


@pytest.mark.slow
def test_errors_stop_publishing(defect):
    ran = onrecord("publish", defect[0].parent)
    assert ran.returncode == 1
    assert "nothing is published" in ran.stdout
    assert [path.name for path in defect[0].parent.iterdir()] == ["harbour.yaml"]


@pytest.mark.slow
def test_schemas_are_exported_as_they_are_published(tmp_path):
    assert onrecord("schema", "export", "--out", tmp_path).returncode == 0
    exported = sorted(tmp_path.rglob("*.json"))
    assert len(exported) >= 5
    for path in exported:
        published = ROOT / "schema" / path.relative_to(tmp_path)
        assert path.read_bytes() == published.read_bytes()
        name = path.name.removesuffix(".schema.json")
        version = path.parent.name if path.parent != tmp_path else None
        which = ["--schema-version", version] if version else []
        shown = onrecord("schema", "show", name, *which).stdout
        assert json.loads(shown) == json.loads(path.read_text())


# Mending, and reports in several formats at once

MOVED = b'{exact: "We will rebuild the harbour,", start: 4, end: 32, quoted: true}'
RIGHT = b'{exact: "We will rebuild the harbour,", start: 1, end: 29, quoted: true}'


@pytest.fixture
def moved(tmp_path):
    """The sound document, its quote's offsets off by three."""
    path = tmp_path / "harbour.yaml"
    (sound,) = files({"harbour.yaml": Edit(RIGHT, MOVED)}).values()
    path.write_bytes(sound)
    return path


@pytest.mark.slow
def test_what_has_one_mend_is_mended_and_told(moved):
    ran = onrecord("validate", "harbour.yaml", "--fix", cwd=moved.parent)
    assert ran.returncode == 0
    assert "[span-moved]" in ran.stdout
    assert "no errors, no warnings" in ran.stdout
    mended = moved.read_bytes()
    assert b"start: 1, end: 29" in mended
    again = onrecord("validate", "harbour.yaml", "--fix", cwd=moved.parent)
    assert again.stdout.startswith("no changes in no files")
    assert moved.read_bytes() == mended


@pytest.mark.slow
def test_a_diff_is_a_patch_and_writes_nothing(moved):
    before = moved.read_bytes()
    ran = onrecord("validate", "harbour.yaml", "--diff", cwd=moved.parent)
    assert ran.returncode == 1
    assert "error[span-moved]" in ran.stderr
    assert moved.read_bytes() == before
    patched = subprocess.run(
        ["git", "apply", "-p0", "-"], input=ran.stdout, text=True, cwd=moved.parent, check=False
    )
    assert patched.returncode == 0
    assert onrecord("validate", "harbour.yaml", cwd=moved.parent).returncode == 0


def test_a_file_that_cannot_be_written_is_told(moved):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    moved.parent.chmod(0o500)
    try:
        ran = onrecord("validate", moved, "--fix")
    finally:
        moved.parent.chmod(0o700)
    assert ran.returncode == 1
    assert "left as it was" in ran.stderr


@pytest.mark.slow
def test_several_reports_at_once(moved):
    outputs = {"json": "report.json", "sarif": "report.sarif", "html": "report.html"}
    arguments = [f"--output={name}={file}" for name, file in outputs.items()]
    summary = moved.parent / "summary.md"
    ran = started(
        *("validate", "harbour.yaml", "--format", "github", *arguments),
        cwd=moved.parent,
        GITHUB_STEP_SUMMARY=str(summary),
    )
    assert ran.returncode == 1
    assert ran.stdout.startswith("::error ")
    assert "span-moved" in summary.read_text(encoding="utf-8")
    for name, file in outputs.items():
        text = (moved.parent / file).read_text(encoding="utf-8")
        assert "span-moved" in text, name
    report = json.loads((moved.parent / "report.json").read_text(encoding="utf-8"))
    assert report["findings"][0]["suggestion"] == {
        "changes": {"content[0].start": 1, "content[0].end": 29},
        "safe": True,
    }


@pytest.mark.parametrize("output", ["pdf=x.pdf", "json", "json=", "=x"])
def test_an_output_that_is_none_is_refused(moved, output):
    ran = onrecord("validate", moved, "--output", output)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("code", "scope"), [("duplicate-id", "the whole corpus"), ("span-words-differ", "one article")]
)
def test_explain_shows_the_scope_of_a_check(code, scope):
    assert f"Its scope is {scope}" in onrecord("explain", code).stdout
