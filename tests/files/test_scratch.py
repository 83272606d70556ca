"""What a killed command left is removed by the next one, and nothing else ever is."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.files import scratch
from onrecord.rules.examples import article
from tests.commands import run
from tests.drawing import nightly

# Runs a command that is stopped or killed just before one of its steps.
STOPPED = """if True:
    import os, pydoc, sys
    from onrecord.cli import main as cli

    where, stop, *arguments = sys.argv[1:]
    owner, _, name = where.rpartition(".")
    owner = pydoc.locate(owner)
    step = getattr(owner, name)

    def stopped(*given, **more):
        os.kill(os.getpid(), int(stop))
        return step(*given, **more)

    setattr(owner, name, stopped)
    cli.main(arguments)
"""


@pytest.fixture
def place(tmp_path):
    """A document that lacks offsets, in a folder of its own, and a folder for what is temporary."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "temporary").mkdir()
    lacking = "quotes: [{content: [{start: null, end: null}]}]"
    (tmp_path / "corpus" / "one.yaml").write_text(article("one", lacking), encoding="utf-8")
    return tmp_path


def command(place, *arguments):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=os.environ | {"TMPDIR": str(place / "temporary")},
        cwd=place / "corpus",
        capture_output=True,
        text=True,
        check=False,
    )


def left(place):
    """What is there besides the document."""
    return sorted(
        path.relative_to(place).as_posix()
        for path in place.rglob("*")
        if path.name not in ("corpus", "temporary", "one.yaml", "texts")
    )


COMMANDS = [
    ("pathlib.Path.replace", "dehydrate", ".", "--texts", "../texts", "--write"),
    ("onrecord.engines.duckdb.DuckDB.rows", "validate", ".", "--fix"),
    ("onrecord.publishing.contents.summarise", "publish", ".", "--out", "../published"),
    *nightly(
        ("pathlib.Path.replace", "anchor", "one.yaml", "--write"),
        ("os.fsync", "anchor", "one.yaml", "--write"),
        ("pathlib.Path.rename", "export", "csv", ".", "--out", "../build"),
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("where", "arguments"), [(one[0], one[1:]) for one in COMMANDS])
def test_the_next_command_removes_what_a_killed_one_left(place, where, arguments):
    if arguments[0] == "dehydrate":
        closed = article("one", "article: {rights: {redistribute: none}}")
        (place / "corpus" / "one.yaml").write_text(closed, encoding="utf-8")
    killed = command(place, "-c", STOPPED, where, int(signal.SIGKILL), *arguments)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert left(place)
    ran = command(place, "-m", "onrecord", "explain", "alias")
    assert ran.returncode == 0, ran.stderr
    assert [one for one in left(place) if one not in ("published", "published/data")] == []
    done = run(*arguments, cwd=place / "corpus")
    assert done.returncode in (0, 1), done.stderr


@pytest.mark.slow
def test_a_running_command_loses_nothing(place):
    with subprocess.Popen(
        [
            *(sys.executable, "-c", STOPPED, "pathlib.Path.replace", str(int(signal.SIGSTOP))),
            *("anchor", "one.yaml", "--write"),
        ],
        env=os.environ | {"TMPDIR": str(place / "temporary")},
        cwd=place / "corpus",
    ) as running:
        os.waitid(os.P_PID, running.pid, os.WSTOPPED | os.WNOWAIT)
        there = left(place)
        assert len(there) == 3
        command(place, "-m", "onrecord", "explain", "alias")
        assert left(place) == there
        running.send_signal(signal.SIGCONT)
        assert running.wait() == 0
    assert left(place) == []
    assert "start: " in (place / "corpus" / "one.yaml").read_text(encoding="utf-8")


def test_what_only_looks_alike_stays(place, monkeypatch):
    temporary = place / "temporary"
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    own = place / "corpus" / ".0123456789abcdef.onrecord"
    own.write_text("of a user", encoding="utf-8")
    for name, mode in (("onrecord-aaaaaaaa", 0o755), ("onrecord-bbbbbbbb", 0o700)):
        (temporary / name).mkdir(mode=mode)
        (temporary / name / "notes").write_text("of a user", encoding="utf-8")
    # A journal that is no link, in a folder that others cannot look into, is only believed so far.
    listed = temporary / "onrecord-cccccccc"
    listed.mkdir(mode=0o700)
    user = place / "corpus" / "one.yaml"
    (listed / "journal").write_bytes(f"{user}\0{place}\0relative\0".encode() + b"cut off")
    linked = temporary / "onrecord-dddddddd"
    linked.mkdir(mode=0o700)
    (linked / "journal").symlink_to(listed / "journal")
    target = place / "target"
    target.mkdir()
    (target / "journal").write_bytes(f"{own}\0".encode())
    (temporary / "onrecord-eeeeeeee").symlink_to(target)
    (temporary / "onrecord-ffffffff").mkdir(mode=0o700)
    opened = temporary / "onrecord-gggggggg"
    opened.mkdir(mode=0o755)
    (opened / "journal").write_bytes(f"{own}\0".encode())
    scratch.sweep()
    assert own.exists()
    assert user.exists()
    assert (target / "journal").exists()
    assert sorted(path.name[-1] for path in temporary.iterdir()) == ["a", "b", "d", "e", "g"]


def test_links_in_what_was_left_are_not_followed(place, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(place / "temporary"))
    left_folder = place / "temporary" / "onrecord-aaaaaaaa"
    left_folder.mkdir(mode=0o700)
    (left_folder / "tree").symlink_to(place / "corpus")
    stage = place / ".0123456789abcdef.onrecord"
    stage.symlink_to(place / "corpus")
    (left_folder / "journal").write_bytes(f"{stage}\0".encode())
    scratch.sweep()
    assert left(place) == []
    assert (place / "corpus" / "one.yaml").exists()


def test_without_a_folder_for_temporary_files_files_are_written(
    place, monkeypatch, temporary_files_in
):
    def fail(**_):
        raise FileNotFoundError(2, "No usable temporary directory found")

    temporary_files_in(place)
    monkeypatch.setattr("tempfile.mkdtemp", fail)
    with scratch.beside(place / "a") as temporary:
        temporary.write_text("a", encoding="utf-8")
        temporary.rename(place / "a")
    assert left(place) == ["a"]


@pytest.mark.slow
def test_texts_are_written_whole_or_not_at_all(place):
    text = "The mayor spoke. " * 5000
    source = place / "corpus" / "source"
    source.mkdir()
    (source / "a.txt").write_text(text, encoding="utf-8")
    (source / "a.ann").write_text("T1\tCue 4 9\tmayor\n", encoding="utf-8")
    arguments = ["-m", "onrecord", "import", "brat", "source"]
    arguments += ["--out", "../build", "--texts", "../texts"]
    small = (20_000, 20_000)
    full = subprocess.run(
        [sys.executable, "-B", *arguments],  # else Python keeps bytecode that is cut off
        env=os.environ | {"TMPDIR": str(place / "temporary")},
        cwd=place / "corpus",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, small),
        capture_output=True,
        text=True,
        check=False,
    )
    assert full.returncode == 3, full.stdout
    assert "a.txt" in full.stderr
    assert len(full.stderr.splitlines()) == 1
    assert not (place / "build").exists()
    assert list((place / "texts").iterdir()) == []
    assert command(place, *arguments).returncode == 0
    assert (place / "texts" / "a.txt").read_text(encoding="utf-8") == text
    assert command(place, *arguments[:-4], "--out", "../again", *arguments[-2:]).returncode == 0


def test_a_forked_process_leaves_the_folder_alone(monkeypatch, place, temporary_files_in):
    temporary_files_in(place / "temporary")
    own = scratch.folder()
    monkeypatch.setattr("os.getpid", lambda: -1)
    assert scratch.folder() != own
    assert own.is_dir()
    assert Path(own, "journal").is_file()
