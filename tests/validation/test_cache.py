"""A report from the cache is that of a validation, and nobody else can put one there."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.rules.examples import files
from onrecord.validation import cache_key
from onrecord.validation import validate as module
from onrecord.validation.settings import Ignore, Settings
from tests.commands import run
from tests.drawing import examples
from tests.test_package import HEAVY, modules_of

pytestmark = pytest.mark.slow

BAD = files({"harbour.yaml": "quotes: [{attribution: unattributed}]"})["harbour.yaml"]
GOOD = files("")["harbour.yaml"]
ABOUT = "title: H\nversion: '1.0'\ndescription: D\nlicense: CC-BY-4.0\ncitation: 'A: H.'\n"


@pytest.fixture(autouse=True)
def key(monkeypatch, tmp_path_factory):
    """A key of the user, in an empty home."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.delenv("ONRECORD_CACHE_KEY")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    return home / "onrecord" / "key"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a corpus of one document that has an error."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "harbour.yaml").write_bytes(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def entries(project):
    return sorted((project / ".onrecord_cache").glob("*.report"))


def whole(report):
    """All that a report has, also what does not count when findings are compared."""
    found = [(one, one.excerpt, one.passage, one.suggestion) for one in report.findings]
    return report, found, [one.finding.excerpt for one in report.ignored], list(report.checks)


@pytest.fixture
def looks(monkeypatch):
    """How often something was validated, and not taken from the cache."""
    seen = []
    real = module.report_and_rulings

    def counted(*arguments, **named):
        seen.append(1)
        return real(*arguments, **named)

    monkeypatch.setattr(module, "report_and_rulings", counted)
    return seen


def validate(*paths, **named):
    return onrecord.validate(*(paths or ["dataset"]), cache=True, **named)


def test_an_unchanged_corpus_is_not_validated_again(project, looks):
    first = validate(passages=True)
    assert [one.code for one in first.findings]
    assert whole(validate(passages=True)) == whole(first)
    assert len(looks) == 1
    assert (project / ".onrecord_cache" / ".gitignore").read_text() == "*\n"
    assert (project / ".onrecord_cache" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a47")


def test_the_library_stores_nothing_unless_it_is_asked_to(project):
    onrecord.validate("dataset")
    assert not (project / ".onrecord_cache").exists()


def test_the_command_stores_unless_told_not_to(project, looks):
    first = run("validate", "dataset", "--no-cache")
    assert not (project / ".onrecord_cache").exists()
    again = [run("validate", "dataset") for _ in range(2)]
    assert {(one.stdout, one.returncode) for one in again} == {(first.stdout, first.returncode)}
    assert len(looks) == 2


def test_a_site_uses_the_report_of_an_earlier_run(project):
    command = ("site", "dataset", "--out", "dataset/site")
    first = run(*command, "--no-cache")
    assert not (project / ".onrecord_cache").exists()
    assert (first.returncode, run(*command).stdout) == (1, first.stdout)
    (stored,) = entries(project)
    pages = (project / "dataset" / "site" / "index.html").read_bytes()
    # The site is in the corpus now, of which it is no part.
    assert run(*command).stdout == first.stdout
    assert (project / "dataset" / "site" / "index.html").read_bytes() == pages
    assert run("validate", "dataset").returncode == 1
    assert entries(project) == [stored]
    (project / "dataset" / "harbour.yaml").write_bytes(GOOD)
    assert "no errors" in run(*command).stdout


# What changes a report, or might, besides the records: each is a function of the project.
def _change_text(project):
    (project / "texts" / "harbour.txt").write_text("other words")


def _settings_above(project):
    with (project / "pyproject.toml").open("a") as stream:
        stream.write("[tool.onrecord]\nrequire = ['claim.note']\n")


def _settings_beside(project):
    (project / "dataset" / "corpus.yaml").write_text(f"{ABOUT}validation: {{require: [x]}}\n")


def _swap(project):
    """Another content of the same size at the same time."""
    path = project / "dataset" / "harbour.yaml"
    about = path.stat()
    path.write_bytes(path.read_bytes().replace(b"unattributed", b"unatributted"))
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def _rename(project):
    (project / "dataset" / "harbour.yaml").rename(project / "dataset" / "port.yaml")


def _second_name(project):
    os.link(project / "dataset" / "harbour.yaml", project / "dataset" / "again.yaml")


def _hidden(project):
    (project / "dataset" / ".hidden.yaml").write_bytes(GOOD)


def _pointer(project):
    (project / "dataset" / "harbour.yaml").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    )


def _card(project):
    (project / "dataset" / "README.md").write_text("# H\n\n7 articles\n")


@pytest.mark.parametrize(
    "change",
    [
        *(_change_text, _settings_above, _settings_beside, _swap, _rename, _second_name, _hidden),
        *(_pointer, _card),
    ],
)
def test_what_a_report_depends_on_makes_a_new_one(project, change, looks):
    (project / "texts").mkdir()
    (project / "texts" / "harbour.txt").write_text("words")
    validate(texts="texts")
    change(project)
    assert whole(validate(texts="texts")) == whole(onrecord.validate("dataset", texts="texts"))
    assert len(looks) == 3


def test_a_baseline_is_part_of_what_counts_wherever_it_is(project, looks):
    baseline = project / "elsewhere" / "known.json"
    baseline.parent.mkdir()
    run("validate", "dataset", "--write-baseline", "--baseline", baseline, "--no-cache")
    looks.clear()
    assert validate(baseline=baseline).ok
    assert validate(baseline=baseline).ok
    assert len(looks) == 1
    content = json.loads(baseline.read_text())
    baseline.write_text(json.dumps(content | {"findings": []}))
    assert not validate(baseline=baseline).ok
    baseline.unlink()
    with pytest.raises(onrecord.InputError, match="no such baseline"):
        validate(baseline=baseline)


def test_settings_that_end_end(project, monkeypatch):
    only = Settings(ignore=(Ignore(code="*", reason="R", until="2026-12-31", path="**"),))
    reports = []
    for day in (dt.date(2026, 12, 31), dt.date(2027, 1, 1)):
        for one in (module, cache_key):
            monkeypatch.setattr(one, "today", lambda day=day: day)
        reports.append(validate(settings=only))
        assert whole(reports[-1]) == whole(onrecord.validate("dataset", settings=only))
    assert reports[0] != reports[1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data[:40],
        lambda data: data[:90] + bytes([data[90] ^ 1]) + data[91:],
        lambda data: b"0" * 64 + b'\n{"baselines": [], "report": {}}',
        lambda data: b"\xff" * 200,
    ],
)
def test_damaged_and_forged_entries_do_not_count(project, damage, looks):
    first = validate()
    (entry,) = entries(project)
    entry.write_bytes(damage(entry.read_bytes()))
    assert whole(validate()) == whole(first)
    assert len(looks) == 2
    assert whole(validate()) == whole(first)
    assert len(looks) == 2


def test_entries_of_another_user_or_another_corpus_do_not_count(project, looks, monkeypatch):
    first = validate()
    (entry,) = entries(project)
    good = entry.read_bytes()
    (project / "dataset" / "harbour.yaml").write_bytes(GOOD)
    assert validate().ok
    (other,) = {*entries(project)} - {entry}
    entry.write_bytes(
        other.read_bytes()
    )  # the report without findings, under the name of the other
    (project / "dataset" / "harbour.yaml").write_bytes(BAD)
    assert whole(validate()) == whole(first)
    assert entry.read_bytes() == good
    looks.clear()
    monkeypatch.setenv("ONRECORD_CACHE_KEY", "another")
    assert whole(validate()) == whole(first)
    assert len(looks) == 1
    monkeypatch.setenv("ONRECORD_CACHE_KEY", "")
    validate()
    assert len(looks) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are those of POSIX")
def test_the_key_is_secret(project, key, looks):
    validate()
    assert key.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in key.parent.iterdir()] == ["key"]
    key.chmod(0o644)
    validate()
    validate()
    assert len(looks) == 3


def test_links_are_not_followed(project, tmp_path_factory, looks):
    outside = tmp_path_factory.mktemp("outside")
    (project / ".onrecord_cache").symlink_to(outside)
    validate()
    assert not list(outside.iterdir())
    (project / ".onrecord_cache").unlink()
    validate()
    (entry,) = entries(project)
    precious = outside / "precious"
    precious.write_bytes(entry.read_bytes())
    entry.unlink()
    entry.symlink_to(precious)
    looks.clear()
    validate()
    assert len(looks) == 1
    assert entry.is_symlink()


@pytest.mark.parametrize("make", [lambda path: path.write_text(""), lambda path: path.mkdir(0o500)])
def test_without_a_folder_to_write_there_is_no_cache(project, make):
    make(project / ".onrecord_cache")
    assert whole(validate()) == whole(validate())


def test_links_to_folders_are_validated_each_time(project, looks):
    (project / "dataset" / "more").mkdir()
    (project / "dataset" / "link").symlink_to("more")
    validate()
    validate()
    assert len(looks) == 2


def test_a_change_while_files_are_read_is_noticed(project, monkeypatch):
    real = module.report_and_rulings

    def slow(*arguments, **named):
        found = real(*arguments, **named)
        (project / "dataset" / "harbour.yaml").write_bytes(GOOD)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(module, "report_and_rulings", slow)
        assert not validate().ok
    assert not entries(project)
    assert validate().ok


def test_old_entries_are_removed(project):
    for number in range(3):
        (project / "dataset" / "harbour.yaml").write_bytes(BAD + b"#" * number)
        validate()
    for number in range(60):
        path = project / ".onrecord_cache" / f"{number}.report"
        path.write_bytes(b"")
        os.utime(path, (number, number))
    (project / "dataset" / "harbour.yaml").write_bytes(GOOD)
    validate()
    assert len(entries(project)) == 50
    assert not (project / ".onrecord_cache" / "0.report").exists()


_CONTENTS = st.sampled_from(
    [BAD, GOOD, BAD.replace(b"harbour", b"port"), b"", b"quotes: 1\narticle:"]
)
_NAMES = st.sampled_from(
    ["harbour.yaml", "port.yaml", "sub/harbour.yaml", ".x.yaml", "texts/a.txt"]
)
_ABOVE = st.sampled_from(
    [
        "",
        "validation: {severity: {unattributed-with-speaker: note}}\n",
        "validation: {severity: {unattributed-with-speaker: 'off'}}\n",
        "validation: {ignore: [{code: unattributed-with-speaker, reason: R}]}\n",
        "text_format: dated\n",
    ]
)
_EDITS = st.one_of(
    st.tuples(st.just("write"), _NAMES, _CONTENTS),
    st.tuples(st.just("remove"), _NAMES, st.just(None)),
    st.tuples(st.just("move"), _NAMES, _NAMES),
    st.tuples(st.just("settings"), st.just("corpus.yaml"), _ABOVE),
)


def _edit(folder, kind, name, value):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    if kind == "write":
        path.write_bytes(value)
    elif kind == "settings":
        path.write_text(ABOUT + value)
    elif path.exists():
        if kind == "remove":
            path.unlink()
        else:
            (folder / value).parent.mkdir(exist_ok=True)
            path.rename(folder / value)


def _outcome(**named):
    try:
        return whole(onrecord.validate("dataset", **named))
    except onrecord.InputError as error:
        return str(error)


@settings(max_examples=examples(4))
@given(st.lists(_EDITS, min_size=2, max_size=6))
def test_reports_are_the_same_with_and_without_it(edits):
    with tempfile.TemporaryDirectory() as made, pytest.MonkeyPatch.context() as patched:
        patched.chdir(made)
        patched.setenv("ONRECORD_CACHE_KEY", "k")
        Path("pyproject.toml").touch()
        Path("dataset").mkdir()
        for edit in edits:
            _edit(Path("dataset"), *edit)
            expected = _outcome()
            assert _outcome(cache=True) == expected
            assert _outcome(cache=True) == expected


def test_several_processes_use_it_at_once(project):
    command = [sys.executable, "-m", "onrecord", "validate", "dataset", "--format", "json"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    printed = {one.communicate()[0] for one in running}
    assert len(printed) == 1
    assert [one.returncode for one in running] == [1, 1, 1]
    assert len(entries(project)) == 1
    assert {one.name for one in (project / ".onrecord_cache").iterdir()} == {
        *(".gitignore", "CACHEDIR.TAG", entries(project)[0].name)
    }


def test_a_report_from_the_cache_needs_no_tables_and_no_models(project):
    validate()
    assert not modules_of(["validate", "dataset"]) & {*HEAVY, "pydantic"}


def test_removing_the_folder_is_safe(project):
    first = validate()
    shutil.rmtree(project / ".onrecord_cache")
    assert asdict(validate().checked) == asdict(first.checked)
