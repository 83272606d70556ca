"""Watching validates again whenever something has changed, and survives whatever people do."""

from __future__ import annotations

import os
import pty
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from onrecord.errors import InputError
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


@pytest.mark.slow
def test_it_validates_again_whenever_something_changes(watched):
    Path("texts").mkdir()
    watch = watched("dataset", "--texts", "texts")
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
    Path("texts/harbour.txt").write_text("Nothing was said.")
    assert "checked 1 article" in watch.report()
    assert watch.end() == 130


@pytest.mark.slow
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


def write(path, text="x"):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def replace_atomically(path):
    write("elsewhere", "y")
    Path("elsewhere").replace(path)


def rename_folder():
    Path("dataset").rename("before")
    Path("before").rename("dataset")


def follow(changes, seconds=30):
    """Wait for a change, and return whether there was one before the time was up."""
    timer = threading.Timer(seconds, write, ["dataset/late.yaml"])
    timer.start()
    next(changes)
    timer.cancel()
    return not Path("dataset/late.yaml").exists()


CHANGES = {
    "written": [lambda: write("dataset/harbour.yaml")] * 2,
    "replaced": [lambda: replace_atomically("dataset/harbour.yaml")] * 2,
    "new": [lambda: write("dataset/new.jsonl"), lambda: write("dataset/new.jsonl", "yy")],
    "deleted": [lambda: Path("dataset/harbour.yaml").unlink(), lambda: write("dataset/new.yaml")],
    "in a new folder": [lambda: write("dataset/a/b/c.yaml"), lambda: write("dataset/a/b/d.txt")],
    "in a folder that came back": [
        lambda: (rename_folder(), write("dataset/new.yaml")),
        lambda: shutil.rmtree("dataset"),
        lambda: write("dataset/harbour.yaml"),
        lambda: write("dataset/harbour.yaml", "yy"),
    ],
    "in a folder that was missing": [lambda: write("none/yet/a.yaml")] * 2,
    "where a link leads": [lambda: write("linked/b.yaml")] * 2,
    "in a folder that a link leads to": [lambda: write("linked/folder/c.yaml")] * 2,
    "settings": [lambda: write("dataset/corpus.yaml"), lambda: write("pyproject.toml")],
}


@pytest.mark.parametrize("steps", CHANGES.values(), ids=CHANGES)
def test_all_ways_to_change_a_file_are_seen(folder, steps):
    write("linked/b.yaml", "before")
    write("linked/folder/a.yaml", "before")
    Path(".git").mkdir()  # links are followed inside a checkout
    Path("dataset/b.yaml").symlink_to(Path("linked/b.yaml").absolute())
    Path("dataset/folder").symlink_to(Path("linked/folder").absolute())
    changes = watching.changes([Path("dataset"), Path("none/yet/a.yaml")], quiet=20)
    next(changes)
    for step in steps:
        step()
        assert follow(changes)


@pytest.mark.parametrize("path", ["dataset/.git/index.json", "dataset/notes.md", "other.yaml"])
def test_what_does_not_matter_is_not_watched(folder, path):
    changes = watching.changes([Path("dataset")], quiet=20)
    next(changes)
    write(path)
    assert not follow(changes, seconds=0.2)


def test_what_is_still_being_written_is_waited_for(folder):
    path = Path("dataset/quotes.jsonl")

    def write_slowly():
        for text in ("{", "{}", "{}\n"):
            write(path, text)
            time.sleep(0.02)

    changes = watching.changes([Path("dataset")], quiet=500)
    next(changes)
    thread = threading.Thread(target=write_slowly)
    thread.start()
    next(changes)
    assert path.read_text(encoding="utf-8") == "{}\n"
    thread.join()


def test_links_that_lead_nowhere_are_survived(folder):
    Path("dataset/gone.yaml").symlink_to("nowhere")
    Path("dataset/around").symlink_to(".")
    Path("dataset/outside").symlink_to("/usr")
    changes = watching.changes([Path("dataset"), Path("nothing")], quiet=20)
    next(changes)
    Path("dataset/harbour.yaml").unlink()
    assert follow(changes)


@pytest.mark.parametrize(
    ("name", "error"), [("watch", FileNotFoundError("dataset")), ("walk", InputError("dataset/a"))]
)
def test_folders_that_vanish_or_cannot_be_read_are_survived(folder, monkeypatch, name, error):
    then = getattr(watching, name)
    errors = [error]

    def fail_once(*arguments, **options):
        if errors:
            raise errors.pop()
        return then(*arguments, **options)

    monkeypatch.setattr(watching, name, fail_once)
    changes = watching.changes([Path("dataset")], quiet=20)
    next(changes)
    Path("dataset/harbour.yaml").unlink()
    assert follow(changes)


def test_folders_that_cannot_be_watched_are_an_error_for_people(folder, monkeypatch):
    def fail(*_, **__):
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr(watching, "watch", fail)
    with pytest.raises(InputError, match="WATCHFILES_FORCE_POLLING=1"):
        next(watching.changes([Path("dataset")]))
