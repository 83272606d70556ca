"""Watching validates again whenever something has changed, and survives whatever people do."""

from __future__ import annotations

import os
import pty
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from onrecord.rules.examples import files
from onrecord.validation import watching

BAD = "quotes: [{attribution: unattributed}]"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("dataset").mkdir()
    Path("dataset/harbour.yaml").write_bytes(files("")["harbour.yaml"])
    return tmp_path


class Watched:
    """The command as a process; what it says comes line by line."""

    def __init__(self, *arguments):
        command = [sys.executable, "-u", "-m", "onrecord", "validate", "--watch", *arguments]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self.lines.put(line)

    def report(self):
        """What is said until it waits for changes."""
        said = []
        while not said or not said[-1].startswith("watching for changes"):
            said.append(self.lines.get(timeout=60))
        return "".join(said)

    def end(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


@pytest.fixture
def watched(folder):
    started = []

    def start(*arguments):
        started.append(Watched(*arguments))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        one.process.stdout.close()


def test_it_validates_again_whenever_something_changes(watched):
    watch = watched("dataset")
    assert ": no errors, no warnings" in watch.report()
    path = Path("dataset/harbour.yaml")
    path.write_bytes(files(BAD)["harbour.yaml"])
    assert "error[unattributed-with-speaker]" in watch.report()
    Path("dataset/corpus.yaml").write_text("title: [\n")
    assert "error[syntax-error]" in watch.report()
    Path("dataset/corpus.yaml").unlink()
    path.unlink()
    assert "onrecord: dataset holds no record file" in watch.report()
    Path("pyproject.toml").write_text("[tool.onrecord.severity]\nunattributed-with-speaker = 'off'")
    assert "onrecord: dataset holds no record file" in watch.report()
    path.write_bytes(files(BAD)["harbour.yaml"])
    said = watch.report()
    assert ": no errors, no warnings" in said
    assert "\033" not in said
    assert watch.end() == 130


def test_texts_are_watched_too(watched):
    Path("texts").mkdir()
    watch = watched("dataset", "--texts", "texts")
    watch.report()
    Path("texts/harbour.txt").write_text("Nothing was said.")
    assert "checked 1 article" in watch.report()
    assert watch.end() == 130


def test_a_terminal_is_cleared(folder):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "onrecord", "validate", "--watch", "dataset"]
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    while b"watching for changes" not in said:
        said += os.read(ours, 1024)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    os.close(ours)
    assert said.startswith(b"\033[2J\033[H")


def test_what_is_still_being_written_is_waited_for(folder, monkeypatch):
    path = Path("dataset/quotes.jsonl")
    writes = iter(["{", "{}", "{}\n"])
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        if (text := next(writes, None)) is not None:
            path.write_text(text)

    monkeypatch.setattr(watching.time, "sleep", sleep)
    changes = watching.changes([Path("dataset")], interval=0.125)
    next(changes)
    assert waits == []
    next(changes)
    assert path.read_text() == "{}\n"
    assert waits == [0.125] * 4


def test_a_file_that_goes_while_it_is_looked_at_is_survived(folder, monkeypatch):
    Path("dataset/gone.yaml").symlink_to("nowhere")
    monkeypatch.setattr(watching.time, "sleep", lambda _: Path("dataset/harbour.yaml").unlink(True))
    changes = watching.changes([Path("dataset"), Path("nothing")])
    next(changes)
    next(changes)


def test_what_does_not_matter_is_not_watched(folder):
    before = watching._state([Path("dataset")])
    Path("dataset/.git").mkdir()
    Path("dataset/.git/index.json").write_text("x")
    Path("dataset/notes.md").write_text("x")
    assert watching._state([Path("dataset")]) == before
    Path("dataset/harbour.txt").write_text("x")
    assert watching._state([Path("dataset")]) != before
