"""A report is the same whether documents are read or what earlier runs found in them is used."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.corpus import reading
from onrecord.files.texts import LFS_POINTER
from onrecord.readers import keys
from onrecord.readers.formats import read_all
from onrecord.reporters import REPORTERS
from onrecord.rules import RULES
from onrecord.rules.examples import files
from onrecord.schema import RECORD_TYPES
from onrecord.validation import cache_key, incremental
from onrecord.validation.read_validated import read_validated
from tests.defects import together
from tests.drawing import examples

pytestmark = pytest.mark.slow

ABOUT = "title: H\nversion: '1.0'\ndescription: D\nlicense: CC-BY-4.0\ncitation: 'A: H.'\n"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """A folder with a cache that is used for few documents too."""
    monkeypatch.setenv("ONRECORD_CACHE_KEY", "k")
    monkeypatch.setattr(incremental, "LEAST", 1)
    monkeypatch.setattr(reading, "LEAST", 1)
    # Nothing is written twice within a tick here.
    monkeypatch.setattr(cache_key, "TICK", -(10**12))
    monkeypatch.setattr(cache_key, "WORTH", 1)
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").touch()
    return tmp_path


def outcome(path="dataset", **named):
    """All that a report has, as the command writes it in JSON."""
    try:
        report = onrecord.validate(path, **named)
    except onrecord.InputError as error:
        return str(error)
    with tempfile.TemporaryFile("w+") as out:
        REPORTERS["json"](report, out, status=0, top=None, suppressed=False)
        out.seek(0)
        written = json.load(out)
    return written, [(one.excerpt, one.suggestion) for one in report.findings]


def records(path="dataset", **named):
    """All that was read, with the location of each record, and what was found."""
    try:
        corpus, report = read_validated(Path(path), **named)
    except onrecord.InputError as error:
        return str(error)
    found = {one: corpus.table(one).to_pylist() for one in RECORD_TYPES}
    rows = [(one, at, ()) for one, own in found.items() for at in range(len(own))]
    splits = [corpus.splits(one).to_pylist() for one in RECORD_TYPES]
    problems = [(one, one.excerpt, one.suggestion) for one in corpus.findings]
    return found, [*corpus.locate(rows)], splits, problems, corpus.broken, report


def bytes_read(path="dataset", **named):
    """Return the number of bytes of records that are read to validate with the cache."""
    totals = []

    def progress(chunks, total):
        totals.append(total)
        return chunks

    onrecord.validate(path, cache=True, progress=progress, **named)
    return sum(totals)


def git(*arguments):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], capture_output=True, check=True)


def document(name, edit="", digits=""):
    """A document with an article of its own."""
    content = files(edit)["harbour.yaml"].decode()
    return content.replace("id: harbour", f"id: {name}", 1) + f"# {digits}\n"


def write(path, content):
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_only_documents_that_have_changed_are_read():
    for number in range(12):
        write(f"dataset/{number % 3}/a{number}.yaml", document(f"a{number}"))
    sizes = sum(path.stat().st_size for path in Path("dataset").rglob("*.yaml"))
    assert bytes_read() == sizes
    changed = write("dataset/1/a4.yaml", document("a4", "quotes: [{attribution: unattributed}]"))
    assert bytes_read() == changed.stat().st_size
    added = write("dataset/1/a00.yaml", document("a00"))
    assert bytes_read() == added.stat().st_size
    added.unlink()
    assert bytes_read() == 0
    Path("dataset/1/a7.yaml").rename("dataset/2/a7.yaml")
    assert bytes_read() == 0
    write("dataset/1/a4.txt", "a text")
    assert bytes_read() == changed.stat().st_size
    assert outcome(cache=True) == outcome()
    # The other document with this id must be read again.
    again = write("dataset/z.yaml", document("a5"))
    assert bytes_read() >= again.stat().st_size + Path("dataset/2/a5.yaml").stat().st_size
    assert outcome(cache=True) == outcome()


@pytest.mark.parametrize("path", [".", "..", "../dataset/.", "1"])
def test_only_documents_that_have_changed_are_read_from_any_folder(path, monkeypatch):
    for number in range(9):
        write(f"dataset/1/a{number}.yaml", document(f"a{number}"))
    monkeypatch.chdir("dataset")
    assert bytes_read(path) > 0
    changed = write("1/a4.yaml", document("a4", "quotes: [{attribution: unattributed}]"))
    assert bytes_read(path) == changed.stat().st_size
    assert outcome(path, cache=True) == outcome(path)


def test_only_documents_that_have_changed_are_opened_to_find_the_files(monkeypatch):
    for number in range(9):
        write(f"dataset/a{number}.yaml", document(f"a{number}"))
    write("dataset/b.yaml", "")  # it counts as a damaged one, beside documents
    bytes_read()
    opened = []
    look = keys.look

    def counting(*some, **named):
        opened.append(some)
        return look(*some, **named)

    monkeypatch.setattr(keys, "look", counting)
    write("dataset/a4.yaml", document("a4", "quotes: [{attribution: unattributed}]"))
    bytes_read()
    assert len(opened) == 1
    # Where there are other names, only files with new contents are.
    opened.clear()
    Path("dataset/a7.yaml").rename("dataset/c.yaml")
    write("dataset/a00.yaml", document("a00"))
    bytes_read()
    assert len(opened) == 2  # with the damaged one
    for content in ("", "name: not a record\n"):
        write("dataset/b.yaml", content)
        write("dataset/a4.yaml", content)
        assert outcome(cache=True) == outcome()


@pytest.mark.skipif(os.name == "nt", reason="no time there is safe from programs")
def test_files_that_were_not_written_since_are_not_digested_again(monkeypatch):
    for number in range(9):
        write(f"dataset/a{number}.yaml", document(f"a{number}"))
    first, bad = outcome(cache=True), document("a1", "quotes: [{attribution: unattributed}]")
    opened = []
    read = os.open

    def counting(path, *some, **named):
        opened.append(str(path))
        return read(path, *some, **named)

    monkeypatch.setattr(os, "open", counting)
    assert outcome(cache=True) == first
    assert not [path for path in opened if path.endswith(".yaml")]
    # Neither the size nor the time that programs can set says that it has changed.
    path = Path("dataset/a1.yaml")
    length = max(len(bad), len(path.read_text()))
    before = outcome(cache=True) if path.write_text(path.read_text().ljust(length)) else None
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    path.write_text(bad.ljust(length))
    os.utime(path, ns=times)
    assert outcome(cache=True) == outcome() != before


def test_texts_and_required_fields_count():
    for number in range(3):
        write(f"dataset/a{number}.yaml", document(f"a{number}"))
    write("texts/x.txt", "a text")
    sizes = sum(path.stat().st_size for path in Path("dataset").rglob("*.yaml"))
    assert bytes_read(texts="texts") == sizes
    write("texts/x.txt", "another text")
    assert bytes_read(texts="texts") == sizes
    write("dataset/corpus.yaml", f"{ABOUT}validation: {{require: [article.publisher]}}\n")
    assert bytes_read(texts="texts") == sizes
    assert outcome(texts="texts", cache=True) == outcome(texts="texts")


def test_documents_are_not_parsed_again(monkeypatch):
    for number in range(9):
        write(f"dataset/a{number}.yaml", document(f"a{number}"))
    write("dataset/b.yaml", document("b", "claims: [{id: c9}]"))  # with a finding
    write("dataset/a3.txt", "a text")
    expected = records()
    bytes_read()
    parsed = []

    def counting(files, options):
        parsed.extend(files)
        return read_all(files, options)

    monkeypatch.setattr("onrecord.corpus.document_batches.read_all", counting)
    assert records(cache=True) == expected
    assert parsed == []
    # A text beside a document is a part of its record.
    write("dataset/a3.txt", "another text")
    expected = records()
    assert records(cache=True) == expected
    assert len(parsed) > 0
    parsed.clear()
    assert records(cache=True) == expected
    assert parsed == []
    for entry in Path(".onrecord_cache").glob("*.records"):
        entry.write_bytes(entry.read_bytes()[:-1] + b"x")
    assert records(cache=True) == expected
    assert len(parsed) > 0


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:70] + b"0" * 99])
def test_damaged_entries_do_not_count(project, damage):
    for number in range(3):
        write(f"dataset/a{number}.yaml", document(f"a{number}"))
    bytes_read()
    for entry in (project / ".onrecord_cache").glob("*.report"):
        entry.write_bytes(damage(entry.read_bytes()))
    changed = write("dataset/a1.yaml", document("a1", "quotes: [{attribution: unattributed}]"))
    assert bytes_read() > changed.stat().st_size
    assert outcome(cache=True) == outcome()


def test_corpora_with_defects(project, only_rules):
    only_rules(*RULES)
    folder = together(project / "dataset")
    texts = folder / "texts"
    expected = outcome(texts=texts)
    assert outcome(texts=texts, cache=True) == expected
    documents = sorted(folder.rglob("*.yaml"))
    for one in documents[::7]:
        one.write_bytes(one.read_bytes() + b"\n# changed\n")
    assert outcome(texts=texts, cache=True) == expected
    for one in documents[::5]:
        one.unlink()
    assert outcome(texts=texts, cache=True) == outcome(texts=texts) != expected


_PLACES = st.sampled_from(
    [
        f"{folder}{name}.yaml"
        for folder in ("", "train/", "test/", "articles/2026/")
        for name in "ac"
    ]
)
_CONTENTS = st.one_of(
    st.builds(
        document,
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(
            [
                "",
                "quotes: [{attribution: unattributed}]",
                "claims: [{id: c9}]",
                "article: {url: 'https://example.org/same'}",
            ]
        ),
        st.sampled_from("01"),
    ),
    st.sampled_from(
        [
            "",
            "quotes: 1\narticle: {id: a}\n",
            "article: [",
            "schema_version: '9'\n",
            "name: not a record\n",
            f"{LFS_POINTER.decode()}v1\n",
        ]
    ),
)
_EDITS = st.one_of(
    st.tuples(st.just("write"), _PLACES, _CONTENTS),
    st.tuples(st.just("write"), _PLACES, _CONTENTS),
    st.tuples(st.just("remove"), _PLACES, st.none()),
    st.tuples(st.just("move"), _PLACES, _PLACES),
    st.tuples(st.just("copy"), _PLACES, _PLACES),
    st.tuples(st.just("link"), _PLACES, _PLACES),
    st.tuples(
        st.just("write"),
        st.sampled_from(["a.txt", "articles/2026/b.txt"]),
        st.sampled_from(["t", "\0"]),
    ),
    st.tuples(
        st.just("write"),
        st.just("corpus.yaml"),
        st.sampled_from(
            [
                ABOUT,
                f"{ABOUT}split_lists: {{train: [a], test: [b]}}\n",
                f"{ABOUT}text_format: dated\n",
            ]
        ),
    ),
)


def _edit(kind, name, value):
    path = Path("dataset", name)
    if kind == "write":
        write(path, value)
    elif path.exists() and kind == "remove":
        path.unlink()
    elif path.exists() and not os.path.lexists(target := Path("dataset", value)):
        target.parent.mkdir(exist_ok=True)
        {"move": os.rename, "copy": shutil.copy, "link": os.link}[kind](path, target)


@settings(max_examples=examples(6), deadline=None)
@given(
    st.dictionaries(_PLACES, _CONTENTS, min_size=2, max_size=6),
    st.lists(st.lists(_EDITS, min_size=1, max_size=2), min_size=2, max_size=4),
)
def test_reports_after_any_edits(documents, rounds):
    shutil.rmtree("dataset", ignore_errors=True)
    for name, content in documents.items():
        write(Path("dataset", name), content)
    for edits in rounds:
        for edit in edits:
            _edit(*edit)
        assert outcome(cache=True) == outcome()
        assert records(cache=True) == records()


def test_a_revision_is_compared_with_what_is_known():
    for number in range(9):
        write(f"dataset/a{number}.yaml", document(f"a{number}"))
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    write("dataset/a1.yaml", document("a1", "quotes: [{attribution: unattributed}]"))
    write("dataset/b.yaml", document("b", "quotes: [{attribution: unattributed}]"))
    Path("dataset/a2.yaml").unlink()
    Path("dataset/a3.yaml").rename("dataset/c3.yaml")
    bytes_read()
    changed = {"changed_since": "HEAD"}
    # The changed and the removed document of the revision, and the one that was renamed.
    assert bytes_read(**changed) < 5 * len(document("a1"))
    expected = outcome(**changed)
    assert expected[0]["summary"]["errors"] == 2
    assert outcome(cache=True, **changed) == expected
    shutil.rmtree(".onrecord_cache")
    assert outcome(cache=True, **changed) == expected
