"""The text of an article is read from a file as the requested text format says."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

import onrecord
from onrecord.errors import InputError
from onrecord.files.texts import TextFolder, choose, sha256
from onrecord.readers.discovery import find
from onrecord.readers.options import ReadOptions
from onrecord.rules.examples import article, document
from onrecord.text_formats import TEXT_FORMATS, TextFormatName
from tests import ROOT
from tests.commands import run

TEXT = document("")["article"]["text"]
HEADER = "date 2024-05-02 "
CORPUS = """\
title: Harbour
version: '1.0'
description: What was said of the harbour.
license: CC-BY-4.0
citation: 'A reader: Harbour.'
"""
WITHHELD = "article: {text: null, url: https://example.org/harbour, rights: {redistribute: quotes}}"
NEW = f"""\
schema_version: "1.0"
annotation: {{annotators: [a reader], method: manual}}
article:
  id: harbour
  url: https://example.org/harbour
  language: en
  rights: {{license: NOASSERTION, redistribute: none}}
quotes:
  - id: q1
    type: direct
    content: [{{exact: "{TEXT.split()[0].strip("“”")}", quoted: true}}]
    attribution: unattributed
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A corpus of one article whose text is in a folder, with a header."""
    monkeypatch.chdir(tmp_path)
    for name in ("dataset/articles", "texts"):
        Path(name).mkdir(parents=True)
    Path("dataset/articles/harbour.yaml").write_text(article("harbour", WITHHELD), "utf-8")
    Path("texts/harbour.txt").write_text(f" {HEADER}{TEXT}\n", "utf-8")
    request(None)
    return tmp_path


def request(name):
    """Request a text format in corpus.yaml."""
    line = "" if name is None else f"text_format: {name}\n"
    Path("dataset/corpus.yaml").write_text(CORPUS + line, "utf-8")


def codes(path="dataset", **options):
    return [one.code for one in onrecord.validate(path, texts="texts", **options).findings]


def read(raw, digest, text_format):
    return choose(Path("harbour.txt"), raw, digest, text_format)


@pytest.mark.parametrize("raw", [f"{HEADER}the mayor", " the mayor\r\n", "\n\nthe mayor \n"])
def test_a_plain_text_is_the_file_as_it_is(raw):
    assert read(raw, None, "plain") == raw
    assert read(raw, sha256("another"), "plain") == raw
    assert read(f"\ufeff{raw}", None, "plain") == raw


@pytest.mark.parametrize("raw", [f"{HEADER}the mayor", f"\ufeff \r\n{HEADER}\r\n the mayor\r\n"])
def test_a_dated_text_is_what_follows_its_header(raw):
    assert read(raw, None, "dated") == "the mayor"
    assert read(raw, sha256("the mayor"), "dated") == "the mayor"
    # The digest says that the header belongs to the text.
    assert read(raw, sha256(raw), "dated") == raw


@pytest.mark.parametrize("text_format", ["plain", "dated"])
@pytest.mark.parametrize("copy", ["a\nb\n", "a\r\nb\r\n", "\ufeffa\rb\r", "\n a\nb", "a\nb"])
def test_a_digest_finds_the_text_in_a_copy_with_other_white_space(copy, text_format):
    text = copy.strip("\ufeff\r\n ").replace("\r\n", "\n").replace("\r", "\n")
    assert read(copy, sha256(text), text_format) == text


def test_without_the_header_a_dated_text_cannot_be_read():
    for raw in ("the mayor", "date 2024-5-2 the mayor", f"The {HEADER}"):
        with pytest.raises(InputError, match="expects the header date YYYY-MM-DD at the beginning"):
            read(raw, None, "dated")
    assert read("the mayor", sha256("the mayor"), "dated") == "the mayor"


@pytest.mark.slow
def test_a_header_is_read_if_corpus_yaml_or_the_option_requests_it(place):
    dated = ReadOptions(text_format="dated")
    plain = ReadOptions(text_format="plain")
    assert codes() == ["text-digest-differs"]
    assert codes(options=dated) == []
    request("dated")
    assert codes() == codes("dataset/articles/harbour.yaml") == []
    assert codes(options=plain) == ["text-digest-differs"]


@pytest.mark.slow
def test_the_nearest_corpus_yaml_decides_for_each_file(place):
    request("dated")
    Path("dataset/other").mkdir()
    Path("dataset/other/corpus.yaml").write_text(CORPUS, "utf-8")
    Path("dataset/articles/harbour.yaml").rename("dataset/other/harbour.yaml")
    assert codes() == ["text-digest-differs"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["datd", "[dated]", "{dated: 1}", "7"])
def test_an_unknown_format_is_a_finding_and_no_text_is_read(place, name):
    request(name)
    assert sorted(codes()) in (
        ["not-allowed", "unreadable-text"],
        ["unreadable-text", "wrong-type"],
    )
    ran = run("anchor", "dataset/articles/harbour.yaml", "--texts", "texts", "--write")
    assert ran.returncode != 0
    assert "known are plain and dated" in ran.stdout + ran.stderr


@pytest.mark.slow
def test_a_missing_header_is_a_finding_that_says_what_is_expected(place):
    request("dated")
    Path("texts/harbour.txt").write_text("Another text.", "utf-8")
    (finding,) = onrecord.validate("dataset", texts="texts").findings
    assert finding.code == "unreadable-text"
    assert "texts/harbour.txt" in finding.message
    assert "expects the header date YYYY-MM-DD" in finding.message


@pytest.mark.slow
def test_the_text_beside_a_document_has_the_format_too(place):
    Path("texts/harbour.txt").rename("dataset/articles/harbour.txt")
    assert "text-digest-differs" in codes()
    request("dated")
    assert codes() == ["text-withheld"]


@pytest.mark.slow
def test_a_text_in_a_folder_has_the_format_for_tables_too(place):
    request("dated")
    path = Path("dataset/articles/harbour.yaml")
    records = onrecord.read(path)
    for name in ("articles", "quotes", "claims"):
        lines = [one.model_dump_json(exclude_none=True) for one in getattr(records, name)]
        Path(f"dataset/{name}.jsonl").write_text("".join(f"{one}\n" for one in lines), "utf-8")
    path.unlink()
    assert codes() == []
    assert run("hydrate", "dataset", "--texts", "texts", "--write").returncode == 0
    assert onrecord.read("dataset").articles[0].text == TEXT


@pytest.mark.slow
@pytest.mark.parametrize("how", ["corpus.yaml", "option"])
def test_commands_that_change_files_follow_it(place, how):
    option = ["--text-format", "dated"] if how == "option" else []
    if how == "corpus.yaml":
        request("dated")
    path = Path("dataset/articles/harbour.yaml")
    path.write_text(NEW, "utf-8")
    texts = ["--texts", "texts", *option]
    assert run("anchor", path, *texts, "--write").returncode == 0
    written = path.read_text("utf-8")
    assert f"text_length: {len(TEXT)}\n" in written
    path.write_text(NEW, "utf-8")
    run("validate", path, *texts, "--fix-all")
    assert path.read_text("utf-8") == written
    run("dehydrate", path, "--texts", "texts", *option, "--write")
    withheld = path.read_text("utf-8")
    assert "exact" not in withheld
    assert run("hydrate", path, *texts, "--write").returncode == 0
    assert path.with_suffix(".txt").read_text("utf-8") == TEXT


def test_the_offsets_of_a_plain_text_count_its_first_line(place):
    path = Path("dataset/articles/harbour.yaml")
    path.write_text(NEW, "utf-8")
    assert run("anchor", path, "--texts", "texts", "--write").returncode == 0
    (quote,) = onrecord.read(path).quotes
    raw = Path("texts/harbour.txt").read_text("utf-8")
    assert quote.content[0].start == raw.index(quote.content[0].exact) > len(HEADER)
    assert codes(path) == ["words-withheld"]


def test_a_folder_is_indexed_for_each_format(place):
    folder = TextFolder(Path("texts"))
    for _ in range(2):
        assert folder.find("other", sha256(TEXT), "dated") == TEXT
        assert folder.find("other", sha256(TEXT), "plain") is None


def test_each_format_is_documented():
    table = (ROOT / "docs" / "files.md").read_text("utf-8")
    for name, text_format in TEXT_FORMATS.items():
        assert f"| `{name}`" in table
        assert f"`{text_format.header}`" in table or not text_format.header
    assert set(TEXT_FORMATS) == set(get_args(TextFormatName))


def test_files_know_what_their_corpus_requests(place):
    request("dated")
    assert [file.text_format for file in find([Path("dataset")])] == ["dated"]
    assert [file.text_format for file in find([Path("dataset/articles")])] == ["dated"]
