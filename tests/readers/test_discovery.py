"""Which files of a folder are record files, which are ignored, and that neither is silent."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import shutil
import subprocess

import pyarrow as pa
import pytest

import onrecord
from onrecord.findings import IgnoredFile
from onrecord.publishing import check, publish
from onrecord.readers.discovery import NoRecordsError, find
from onrecord.readers.naming import TableName, table_name
from onrecord.rules.examples import CORPUS, article, document, files
from onrecord.schema.arrow import arrow_schema
from onrecord.schema.current import Document
from onrecord.schema.flat import flatten
from tests.commands import run

TEXT = article("quay")
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1469\n"


@pytest.fixture
def folder(tmp_path, sound):
    """A folder that holds a valid document."""
    return tmp_path


def outcome(folder, **options):
    """The codes of the findings with the names of their files, and the ignored files."""
    report = onrecord.validate(folder, **options)
    found = [(one.code, os.path.relpath(one.place.file, folder)) for one in report.findings]
    return found, [os.path.relpath(one.file, folder) for one in report.checked.ignored]


def rows(record_type):
    value = Document.model_validate_json(json.dumps(document("article: {id: quay}", " (quay)")))
    return flatten(value)[record_type]


def lines(record_type):
    return "".join(json.dumps(row) + "\n" for row in rows(record_type)).encode()


def parquet(record_type):
    import pyarrow.parquet as pq

    model = {"article": onrecord.Article, "quote": onrecord.Quote, "claim": onrecord.Claim}
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows(record_type), arrow_schema(model[record_type])), sink)
    return sink.getvalue()


BROKEN = {
    "UTF-16": ("quay.yaml", TEXT.encode("utf-16"), "not-utf8"),
    "UTF-16 without a mark": ("quay.yaml", TEXT.encode("utf-16-be"), "not-utf8"),
    "UTF-32": ("quay.json", TEXT.encode("utf-32"), "not-utf8"),
    "UTF-32 without a mark": ("quay.yml", TEXT.encode("utf-32-le"), "not-utf8"),
    "Latin-1": ("quay.yaml", TEXT.replace("mayor", "maïor").encode("latin-1", "replace"), "not-utf8"),
    "empty": ("quay.yaml", b"", "wrong-type"),
    "empty JSON": ("quay.JSON", b"", "wrong-type"),
    "blank": ("quay.yaml", b"\r\n \r\n", "wrong-type"),
    "comments": ("quay.yaml", b"# yaml-language-server: $schema=", "wrong-type"),
    "a marker": ("quay.yaml", b"%YAML 1.2\n---\n", "wrong-type"),
    "cut in its first key": ("quay.yaml", b"schema_ver", "wrong-type"),
    "cut after its first key": ("quay.yaml", b'schema_version: "0', "syntax-error"),
    "cut in JSON": ("quay.json", b'{"schema_version": "1.0", "article": {"i', "syntax-error"),
    "zeros": ("quay.json", b"\0" * 99, "nul-character"),
    "tabs": ("quay.yaml", b"\tschema_version: '1.0'\n\tarticle: {}\n", "syntax-error"),
    "misspelled": ("quay.yaml", b"schemaVersion: '0.9'\nArtcle: {}\nqoutes: []\n", "unknown-field"),
    "flow": ("quay.yaml", b"# c\n{schema_version: '1.0', 'article': {}, x: 1}", "unknown-field"),
    "an LFS pointer": ("quay.yaml", POINTER, "lfs-pointer"),
    "an LFS pointer for a table": ("Quotes.Parquet", POINTER, "lfs-pointer"),
    "an LFS pointer for a packed table": ("quotes.jsonl.gz", POINTER, "lfs-pointer"),
    "a table": ("Quotes.JSONL", b"{", "syntax-error"),
    "NDJSON": ("claims.ndjson", b"{", "syntax-error"),
    "xz": ("quotes.jsonl.xz", lzma.compress(b"{")[:-9], "syntax-error"),
    "gzip": ("quotes.Jsonl.GZ", gzip.compress(lines("quote"))[:-9], "syntax-error"),
    "bzip2": ("quotes.ndjson.bz2", bz2.compress(b"{"), "syntax-error"),
    "zip": ("quotes.jsonl.zip", b"PK", "not-read"),
    "packed Parquet": ("quotes.parquet.gz", gzip.compress(b"PAR1"), "not-read"),
    "a packed document": ("quay.yaml.gz", gzip.compress(TEXT.encode()), "not-read"),
    "a table with another name": ("quotes-2024.jsonl", lines("quote"), "not-read"),
    "a packed one": ("mine.ndjson.gz", gzip.compress(lines("quote")), "not-read"),
    "Parquet with another name": ("train.parquet", parquet("quote"), "not-read"),
    "corpus.yaml misnamed": ("corpus.yml", CORPUS, "not-read"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("name", "content", "code"), BROKEN.values(), ids=BROKEN)
def test_what_looks_like_a_record_file_and_cannot_be_read_is_a_finding(folder, name, content, code):
    (folder / name).write_bytes(content)
    found, ignored = outcome(folder)
    assert (code, name) in found
    assert not ignored


@pytest.mark.slow
def test_nothing_is_published_without_it(folder):
    (folder / "corpus.yaml").write_bytes(CORPUS)
    (folder / "quay.yaml").write_bytes(TEXT.encode()[:20])
    assert publish(folder).manifest is None
    (folder / "quay.yaml").write_bytes(POINTER)
    ran = run("publish", folder)
    assert ran.returncode == 1
    assert "git lfs pull" in ran.stdout


READ = {
    "YAML": ("quay.YAML", TEXT.encode()),
    "YML": ("quay.YML", TEXT.encode()),
    "indented": ("quay.yaml", TEXT.replace("\n", "\n  ").join(("  ", "\n")).encode()),
    "Windows line ends": ("quay.yml", TEXT.replace("\n", "\r\n").encode()),
    "after a marker": ("quay.yaml", b"# a\n---\n" + TEXT.encode()),
    "JSON": ("quay.Json", json.dumps(document("article: {id: quay}", " (quay)")).encode()),
    "JSON Lines": ("Articles.JSONL", lines("article")),
    "NDJSON": ("articles.ndjson", lines("article")),
    "xz": ("articles.jsonl.xz", lzma.compress(lines("article"))),
    "Parquet": ("articles.Parquet", parquet("article")),
    "one of one": ("articles-00000-of-00001.jsonl.gz", gzip.compress(lines("article"))),
    "counted from 1": ("articles-1-of-1.parquet", parquet("article")),
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "content"), READ.values(), ids=READ)
def test_names_in_any_case_and_all_packings_are_read(folder, name, content):
    (folder / name).write_bytes(content)
    report = onrecord.validate(folder)
    assert (report.findings, report.checked.ignored) == ((), ())
    assert report.checked.articles == 2


FOREIGN = {
    "osv.json": {"schema_version": "1.4.0", "id": "GHSA-1", "affected": [{"claims": []}]},
    "dataset_infos.json": {"default": {"features": {"article": {}, "quotes": {}, "claims": {}}}},
    "de.json": {"article": "Artikel", "save": "Speichern"},
    "package.json": {"name": "reader", "articles": "x", "quotes": []},
    "api.yaml": {"openapi": "3.0.0", "components": {"article": {}, "quotes": {}}},
    "ci.yml": {"name": "article: quotes: claims:", "jobs": {"claims": {"article": 1}}},
    "index.json": [{"schema_version": "1.0", "article": {}}],
    "list.yaml": ["article", "quotes"],
}


@pytest.mark.parametrize("indent", [None, 1])
def test_other_files_are_counted_and_not_read(folder, indent):
    for name, value in FOREIGN.items():
        (folder / name).write_text(json.dumps(value, indent=indent), encoding="utf-8")
    assert outcome(folder) == ([], sorted(FOREIGN))


@pytest.mark.slow
def test_a_block_of_yaml_has_the_keys_at_its_margin_only(folder):
    text = "name: |\n  article: 1\n  quotes: 2\non:\n  claims: 1\n  schema_version: 1\n"
    (folder / "ci.yml").write_text(text, encoding="utf-8")
    (folder / "a.yaml").write_text(f"- {text}".replace("\n", "\n  "), encoding="utf-8")
    assert outcome(folder) == ([], ["a.yaml", "ci.yml"])


@pytest.mark.slow
def test_copies_and_hidden_files_are_counted(folder, sound):
    names = ["quay.yaml~", "quay.yaml.bak", "quotes.jsonl.tmp", "#quay.yaml#", ".quay.yaml"]
    for name in [*names, "._quay.yaml", "notes.md"]:
        shutil.copy(sound, folder / name)
    (folder / ".git").mkdir()
    shutil.copy(sound, folder / ".git" / "quay.yaml")
    assert outcome(folder) == ([], sorted(names))


def test_what_says_nothing_is_no_record_file_where_there_are_none(tmp_path):
    (tmp_path / "empty.yaml").write_bytes(b"")
    with pytest.raises(NoRecordsError, match=r"holds no record file \(ignored: .*empty.yaml\)"):
        find([tmp_path])


@pytest.mark.slow
def test_documents_are_known_by_their_place(folder):
    place = folder / "articles" / "2024"
    place.mkdir(parents=True)
    (place / "quay.yaml").write_bytes(b"title: no keys of a document\n")
    assert ("missing-field", "articles/2024/quay.yaml") in outcome(folder)[0]
    (folder / "articles" / "quay.yaml").write_bytes(b"title: no keys of a document\n")
    assert outcome(folder)[1] == ["articles/quay.yaml"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shards", "missing"),
    [
        (["00000-of-00003", "00002-of-00003"], "quotes-00001-of-00003.jsonl"),
        (["1-of-2"], "quotes-0-of-2.jsonl"),
        (["2-of-2"], "quotes-1-of-2.jsonl"),
        (["0-of-2", "1-of-2"], None),
        (["1-of-2", "2-of-2"], None),
        (["5-of-999999999"], "quotes-0-of-999999999.jsonl"),
    ],
)
def test_a_missing_shard_is_a_finding(folder, shards, missing):
    for shard in shards:
        (folder / f"quotes-{shard}.jsonl").write_bytes(b"")
    assert outcome(folder)[0] == ([("not-read", missing)] if missing else [])


def test_names_of_tables():
    assert table_name(find_path("quotes.jsonl.bak")) is None
    assert table_name(find_path("my-quotes.jsonl")) is None
    assert table_name(find_path("quotes-of-2.jsonl")) is None
    assert table_name(find_path("CLAIMS-7-of-9.NDJSON.ZST")) == TableName(
        "claim", ".ndjson", None, 7, 9, None
    )
    assert table_name(find_path("claims-test-0012.parquet")) == TableName(
        "claim", ".parquet", None, None, None, "test"
    )


def find_path(name):
    from pathlib import Path

    return Path("some", name)


@pytest.mark.slow
def test_links_to_folders_are_followed_in_the_folder_and_its_checkout(tmp_path):
    elsewhere = tmp_path / "shared" / "2024"
    elsewhere.mkdir(parents=True)
    (elsewhere / "quay.yaml").write_text(TEXT, encoding="utf-8")
    dataset = tmp_path / "dataset"
    dataset.mkdir()
    (dataset / "harbour.yaml").write_bytes(files("")["harbour.yaml"])
    (dataset / "2024").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(dataset)
    assert outcome(dataset) == ([("not-read", "2024")], [])
    (tmp_path / ".git").mkdir()
    report = onrecord.validate(dataset)
    assert report.checked.read == (
        f"{dataset}/2024/quay.yaml",
        f"{dataset}/harbour.yaml",
    )
    assert (report.findings, report.checked.ignored) == ((), ())


@pytest.mark.slow
def test_no_folder_is_entered_twice(folder):
    hidden = folder / ".store"
    hidden.mkdir()
    (hidden / "quay.yaml").write_text(TEXT, encoding="utf-8")
    for name in ("one", "two"):
        (folder / name).symlink_to(hidden)
    (folder / "self").symlink_to(folder)
    (folder / "up").symlink_to(folder.parent)
    (folder / "gone").symlink_to("nowhere")
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    found, ignored = outcome(folder)
    assert (found, ignored) == ([], ["a", "b", "gone", "up"])
    assert onrecord.validate(folder).checked.files == 2


@pytest.mark.slow
def test_a_link_that_was_checked_out_as_a_file_is_a_finding(folder):
    (folder / "deep").mkdir()
    for words in ("../elsewhere", "./deep", f"{folder}/deep"):
        (folder / "2024").write_text(words, encoding="utf-8")
        assert outcome(folder) == ([("not-read", "2024")], [])
    for words in ("deep", "and/or", "../elsewhere\n", "", "a licence"):
        (folder / "2024").write_text(words, encoding="utf-8")
        assert outcome(folder) == ([], [])


@pytest.mark.slow
def test_a_folder_with_the_name_of_a_table_is_a_finding(folder):
    (folder / "quotes.jsonl").mkdir()
    (folder / "quotes.jsonl" / "quay.yaml").write_text(TEXT, encoding="utf-8")
    assert outcome(folder) == ([("not-read", "quotes.jsonl")], [])
    assert onrecord.validate(folder).checked.files == 2


@pytest.mark.slow
def test_a_file_that_is_reached_by_two_paths_is_read_once(folder, sound):
    (folder / "again.yaml").symlink_to(sound.name)
    (folder / "hard.yaml").hardlink_to(sound)
    # The one that is no link, and comes first, is read.
    assert outcome(folder) == ([], ["again.yaml", "hard.yaml"])
    paths = [folder, sound, folder / ".." / folder.name / sound.name, folder / "again.yaml"]
    (folder / "hard.yaml").unlink()
    report = onrecord.validate(*paths)
    assert (report.findings, report.checked.read) == ((), (str(sound),))


@pytest.mark.slow
def test_the_summary_names_ignored_files_and_the_command_lists_all(folder):
    for number in range(4):
        (folder / f"{number}<b>.json").write_text('{"a": 1}', encoding="utf-8")
    report = onrecord.validate(folder)
    reason = "it has not two of the top-level keys of a document"
    assert report.checked.ignored[0] == IgnoredFile(f"{folder}/0<b>.json", reason)
    ran = run("validate", ".", "--show-files", cwd=folder)
    assert ran.returncode == 0
    assert "4 files ignored: 0<b>.json, 1<b>.json, 2<b>.json and 1 more" in ran.stdout
    assert ran.stdout.startswith("read harbour.yaml\n")
    assert f"ignored 3<b>.json: {reason}\n" in ran.stdout
    ran = run("validate", ".", "--show-files", "--format", "json", cwd=folder)
    told = json.loads(ran.stdout)
    assert told["checked"]["ignored_files"] == 4
    assert told["ignored_files"][3] == {"file": "3<b>.json", "reason": reason}
    assert "read harbour.yaml" in ran.stderr
    assert (
        "<p>4 files ignored: 0&lt;b&gt;.json"
        in run("validate", ".", "--format", "html", cwd=folder).stdout
    )
    assert "4 files ignored  \n" in run("validate", ".", "--format", "markdown", cwd=folder).stdout
    assert "4 files ignored: " in run("validate", ".", "--format", "github", cwd=folder).stdout


@pytest.mark.slow
def test_publishing_lists_files_too(folder):
    (folder / "corpus.yaml").write_bytes(CORPUS)
    (folder / "a.json").write_text('{"a": 1}', encoding="utf-8")
    for options in ((), ("--check",)):
        ran = run("publish", ".", "--show-files", *options, cwd=folder)
        assert ran.returncode == 0
        assert "read harbour.yaml\n" in ran.stdout
        assert "ignored a.json: " in ran.stdout
        assert "1 file ignored: a.json\n" in ran.stdout


@pytest.mark.slow
def test_published_lfs_pointers_say_how_to_fetch_them(folder):
    (folder / "corpus.yaml").write_bytes(CORPUS)
    (path, _), *_ = publish(folder).files
    path.write_bytes(POINTER)
    assert any("git lfs pull" in one for one in check(folder).differences)
    assert any("git lfs pull" in one.message for one in onrecord.validate(folder).findings)
    (folder / "harbour.yaml").unlink()
    assert "lfs-pointer" in [one.code for one in onrecord.validate(folder).errors]


@pytest.mark.parametrize("command", ["anchor", "dehydrate", "hydrate"])
def test_other_commands_report_them_too(folder, command):
    (folder / "quay.yaml").write_bytes(POINTER)
    (folder / "a.json").write_text('{"a": 1}', encoding="utf-8")
    options = ["--texts", folder] if command == "hydrate" else []
    ran = run(command, folder, *options)
    assert ran.returncode == 1
    assert "git lfs pull" in ran.stdout
    assert "1 file ignored: " in ran.stdout


@pytest.mark.slow
def test_changes_are_compared_where_there_are_broken_files(folder):
    def git(*arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "quay.yaml").write_bytes(POINTER)
    git("init")
    git("add", ".")
    git("commit", "-m", "one")
    ran = run("validate", ".", "--changed-since", "HEAD", cwd=folder)
    assert (ran.returncode, "1 ignored" in ran.stdout) == (0, True)


# Texts in a folder of their own.


@pytest.fixture
def withheld(folder, sound, tmp_path_factory):
    """Two documents without their texts, and a folder of these."""
    texts = tmp_path_factory.mktemp("texts")
    for name, end in (("harbour", ""), ("quay", " (quay)")):
        value = document(f"article: {{id: {name}}}", end)
        value["article"]["rights"]["redistribute"] = "quotes"
        value["article"]["url"] = f"https://example.org/{name}"
        value["quotes"][0]["speakers"][0].pop("mentions")
        value["quotes"][0].pop("cue")
        (texts / f"{name}.txt").write_text(value["article"].pop("text"), encoding="utf-8")
        path = folder / f"{name}.json"
        path.write_text(json.dumps(value), encoding="utf-8")
    sound.unlink()
    return texts


@pytest.mark.slow
def test_texts_that_no_article_needs_are_left_alone(folder, withheld):
    for name in ("._harbour.txt", ".hidden/harbour.txt", "other.txt", "deep/quay.txt"):
        (withheld / name).parent.mkdir(exist_ok=True)
        (withheld / name).write_bytes(b"\0\5\x16\7\xff")
    (withheld / "gone.txt").symlink_to("nowhere")
    (withheld / "folder.txt").mkdir()
    report = onrecord.validate(folder, texts=withheld)
    assert (report.findings, report.checked.verified) == ((), 2)


UNREADABLE = {
    "not UTF-8": (lambda path: path.write_bytes(b"a\nb\xe9"), "byte 0xE9 in line 2 is not UTF-8"),
    "a folder": (lambda path: path.mkdir(), "it is not a file"),
    "a pointer": (lambda path: path.write_bytes(POINTER), "it is a Git LFS pointer"),
    "a link": (lambda path: path.symlink_to("nowhere"), "the link leads nowhere"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("make", "problem"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_text_is_a_finding_at_its_article(folder, withheld, make, problem):
    (withheld / "quay.txt").unlink()
    make(withheld / "quay.txt")
    report = onrecord.validate(folder, texts=withheld)
    (finding,) = report.findings
    assert (finding.code, finding.record, finding.path) == ("unreadable-text", "quay", "text")
    assert (finding.place.file, finding.place.line) == (f"{folder}/quay.json", 1)
    assert problem in finding.message
    assert report.checked.verified == 1
    for command in ("anchor", "hydrate"):
        ran = run(command, folder / "harbour.json", folder / "quay.json", "--texts", withheld)
        assert ran.returncode == 1, ran
        assert problem in ran.stdout
        assert "harbour.json: " in ran.stdout or command == "hydrate"
    ran = run("export", "csv", folder, "--out", folder / "out", "--texts", withheld)
    assert (ran.returncode, problem in ran.stdout) == (1, True)


@pytest.mark.slow
def test_tables_are_hydrated_but_for_unreadable_texts(folder, withheld):
    texts = {"harbour": "", "quay": " (quay)"}
    table = folder / "articles.jsonl"
    with table.open("w", encoding="utf-8") as stream:
        for name in texts:
            value = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            (row,) = flatten(Document.model_validate_json(json.dumps(value)))["article"]
            stream.write(json.dumps(row) + "\n")
    (withheld / "quay.txt").write_bytes(b"\xff")
    ran = run("hydrate", table, "--texts", withheld)
    assert ran.returncode == 1
    assert "the text of article quay cannot be read" in ran.stdout
    ran = run("hydrate", table, "--texts", withheld.parent)
    assert ran.returncode in (0, 1)


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"\xff", POINTER])
def test_texts_beside_documents_and_kept_ones_are_reported(folder, withheld, content):
    (folder / "quay.txt").write_bytes(content)
    codes = [one.code for one in onrecord.validate(folder, texts=withheld).findings]
    assert codes == ["not-utf8" if content == b"\xff" else "unreadable-text"]
    ran = run("dehydrate", folder, "--texts", withheld)
    assert ran.returncode == 1


@pytest.mark.slow
def test_texts_with_endings_in_any_case_are_found(folder, withheld):
    (withheld / "quay.txt").rename(withheld / "quay.TXT")
    assert onrecord.validate(folder, texts=withheld).checked.verified == 2
