from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes, wcswidth

import onrecord
from onrecord.site.cells import Run, escaped, wrapped
from onrecord.site.found import Found
from onrecord.site.records import Articles
from onrecord.site.terminal import terminal_lines
from tests import ROOT
from tests.commands import run

GAZETTE = ROOT / "docs" / "examples" / "gazette"
# What `onrecord show ID --in docs/examples/gazette --width 60` prints.
SNAPSHOTS = sorted((Path(__file__).parent / "terminal").glob("*.txt"))
COLORS = {"direct": "36", "indirect": "33", "mixed": "35", "reported": "32", "free_indirect": "34"}


@pytest.fixture(scope="module")
def gazette():
    return Articles(onrecord.read(GAZETTE))


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.stem)
def test_articles_look_as_they_should(path, gazette):
    (found,) = gazette.with_id(path.stem)
    lines = [*terminal_lines(found, width=60)]
    assert lines == path.read_text(encoding="utf-8").splitlines()
    assert max(map(wcswidth, lines)) <= 60
    colored = [*terminal_lines(found, width=60, color=True)]
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in colored] == lines


def solid(text):
    """The text without spaces, and without what has no width of its own."""
    isolates = "\u2066\u2067\u2068\u2069\u200b"
    return "".join(one for one in text if not one.isspace() and one not in isolates)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30)), st.integers(2, 30))
def test_lines_fit_and_no_cluster_is_cut(texts, width):
    runs = [Run(escaped(text), str(number % 3)) for number, text in enumerate(texts)]
    lines = ["".join(run.text for run in line) for line in wrapped(runs, width)]
    for line in lines:
        assert wcswidth(line) <= width or len([*iter_graphemes(line)]) == 1
    clusters = [one for run in runs for one in iter_graphemes(run.text) if not one.isspace()]
    found = "".join("".join(lines).split())
    assert found == "".join("".join(clusters).split())
    for line in lines:
        assert (
            not line
            or not unicodedata.category(line[0]).startswith("M")
            or line[0] in (one[0] for one in clusters)
        )


def test_conjuncts_have_room_where_terminals_draw_them_letter_by_letter():
    (first, *_) = wrapped([Run("उन्होंने कहा कि पुल")], 11)
    assert "".join(run.text for run in first) == "उन्होंने कहा"
    (first, *_) = wrapped([Run("उन्होंने कहा कि पुल")], 8)
    assert "".join(run.text for run in first) == "उन्होंने"


def test_every_line_of_a_text_from_right_to_left_has_its_direction():
    text = "قالت: «بعد ثلاثة أيام (ABC) de\n\nABC».\n"
    article = {"id": "a", "language": "ar", "text": text, "rights": {"redistribute": "full"}}
    lines = [*terminal_lines(Found(article, [], [], text), width=22)]
    own = [line.removeprefix("│ ") for line in lines if line.startswith("│ ")]
    assert [line[:1] + line[-1:] for line in own] == ["\u2067\u2069"] * 2 + ["", "\u2067\u2069"]


def test_hostile_text_is_escaped_and_cannot_imitate_the_program(tmp_path):
    path = tmp_path / "hostile.yaml"
    path.write_text(
        'schema_version: "1.0"\nannotation: {method: manual, annotators: [me]}\n'
        "article:\n  id: hostile\n  language: en\n"
        '  text: "a\\e[31mb\\e]0;owned\\a\\n::error::c\\n##[add-mask]d \\u202ee\\x9b31m"\n'
        "  rights: {license: CC0-1.0, redistribute: full}\n",
        encoding="utf-8",
    )
    shown = run("show", path, "--color").stdout
    assert not re.search(r"[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202e]", shown)
    assert not re.search(r"\x1b(?!\[[0-9;]*m)", shown)
    assert not re.search(r"(?m)^\s*::|##\[", shown)
    assert "\\u001b[31mb" in re.sub(r"\x1b\[[0-9;]*m", "", shown)


@pytest.mark.slow
@pytest.mark.parametrize("redistribute", ["quotes", "none"])
def test_withheld_words_are_gaps_of_their_length(redistribute, tmp_path):
    source = (ROOT / "docs" / "examples" / "bridge.yaml").read_text(encoding="utf-8")
    changed = re.sub("redistribute: full", f"redistribute: {redistribute}", source)
    assert changed != source
    path = tmp_path / "bridge.yaml"
    path.write_text(changed, encoding="utf-8")
    shown = run("show", path).stdout
    article = onrecord.Document.load(path).article
    body = "".join(line[2:] for line in shown.splitlines() if line.startswith("│"))
    assert ("andthequay." in body.replace(" ", "")) == (redistribute == "quotes")
    if redistribute == "none":
        assert body.count("░") == len(article.text)
        assert not set(re.findall(r"\w{4,}", article.text)) & set(re.findall(r"\w{4,}", body))
    else:
        brief = ["the town", "said", "the mayor", "said"]
        words = "".join(["We will rebuild the bridge 🌉,", "and the quay.", *brief])
        assert body.count("░") == len(article.text) - len(words)


@pytest.mark.slow
def test_ids_of_records_show_them_and_what_they_are_connected_with():
    shown = run("show", "2024-01-18-courrier.c4", "--in", GAZETTE).stdout
    _, records = shown.split("\nQuotes\n")
    quotes, claims = records.split("\nClaims\n")
    assert re.findall(r"(?m)^  (\w+) ", quotes) == ["q5"]
    assert re.findall(r"(?m)^  (\w+) ", claims) == ["c4"]
    assert "┃" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2024-01-18-courier", "--in", GAZETTE], "did you mean 2024-01-18-courrier?"),
        (["nowhere/a.yaml"], "there is no such file"),
        (["nowhere/a.yaml", "--in", GAZETTE], "there is no such file"),
        ([GAZETTE / "corpus.yaml", "--in", GAZETTE], "--in is for ids, not for files"),
        (["2024-01-18-courrier.q99", "--in", GAZETTE], "no quote or claim with the id"),
        ([ROOT / "docs" / "examples" / "gazette" / "corpus.yaml"], "no article"),
    ],
)
def test_what_is_not_there_is_an_error(arguments, message):
    shown = run("show", *arguments)
    assert shown.returncode == 3
    assert shown.stdout == ""
    assert message in shown.stderr


@pytest.mark.parametrize("record_id", ["a", "a.q1"])
def test_records_that_are_not_valid_are_said_to_be(record_id, tmp_path):
    text = (ROOT / "docs" / "examples" / "harbour.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^( +)id: \S+$", r"\1id: a\n\1url: 'javascript:alert(1)'", text, count=1)
    (tmp_path / "a.yaml").write_text(re.sub(r"(?m)^ +url: http.*\n", "", text), encoding="utf-8")
    shown = run("show", record_id, "--in", tmp_path)
    assert shown.returncode == 3
    assert f"{record_id} cannot be shown: a is not valid" in shown.stderr
    assert f"onrecord validate {tmp_path / 'a.yaml'} says what is wrong" in shown.stderr


def test_findings_are_at_their_words():
    shown = run("show", ROOT / "docs" / "examples" / "broken.yaml")
    assert shown.returncode == 1
    assert "[!1 We will rebuild the harbour, !1]" in shown.stdout
    assert "!1 error[span-words-differ]" in shown.stdout


@pytest.mark.slow
def test_a_pager_that_ends_early_is_no_error():
    with subprocess.Popen(
        [sys.executable, "-m", "onrecord", "show", GAZETTE, "--color"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as started:
        started.stdout.close()
        assert started.stderr.read() == b""
        assert started.wait() == 141  # as SIGPIPE stops programs


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
@pytest.mark.parametrize("width", [40, 100])
@pytest.mark.parametrize("article", ["2023-09-14-bridge-closed", "2024-05-21-jarida"])
def test_a_terminal_shows_quotes_in_the_colour_of_their_type(article, width, tmp_path):
    screen = in_terminal(f"show {article} --in {GAZETTE}", width, tmp_path)
    corpus = onrecord.read(GAZETTE)
    quotes = [quote for quote in corpus.quotes if quote.article_id == article]
    body = [line for line in screen.splitlines() if "│" in line]
    assert body
    painted = "".join(line.partition("│")[2] for line in body)
    for kind in {quote.type for quote in quotes}:
        expected = [
            solid(span.exact)
            for quote in sorted(quotes, key=lambda quote: quote.content[0].start)
            if quote.type == kind
            for span in quote.content
        ]
        assert solid(in_color(painted, COLORS[kind])) == "".join(expected)


def in_terminal(command: str, width: int, folder: Path) -> str:
    """What a terminal of a width shows of the output of a command, with its colours."""
    socket = ["tmux", "-u", "-S", str(folder / "tmux")]
    done = folder / "done"
    shell = f"{sys.executable} -m onrecord {command}; touch {done}; sleep 60"
    size = ["-x", str(width), "-y", "150"]
    env = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}
    env = {name: value for name, value in env.items() if name not in ("COLUMNS", "NO_COLOR")}
    subprocess.run([*socket, "new-session", "-d", *size, shell], check=True, env=env)
    try:
        for _ in range(600):
            if done.exists():
                break
            time.sleep(0.1)
        time.sleep(0.2)
        captured = subprocess.run(
            [*socket, "capture-pane", "-p", "-e"], check=True, capture_output=True
        )
    finally:
        subprocess.run([*socket, "kill-server"], check=True)
    return captured.stdout.decode()


def in_color(text: str, color: str) -> str:
    """The words of a text in a colour that are not bold, as labels are."""
    found, styles = [], set()
    for part in re.split(r"(\x1b\[[0-9;]*m)", text):
        if part.startswith("\x1b"):
            for code in part[2:-1].split(";"):
                if code in ("", "0"):
                    styles = set()
                elif code == "39":
                    styles -= set(COLORS.values())
                else:
                    styles = (
                        styles - set(COLORS.values()) if code in COLORS.values() else styles
                    ) | {code}
        elif color in styles and "1" not in styles:
            found.append(part)
    return "".join(found)
