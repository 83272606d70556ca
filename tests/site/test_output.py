"""The folder of a site: written completely or not at all, and only over a site."""

from __future__ import annotations

import shutil

import pytest

from tests import ROOT
from tests.commands import run
from tests.web import records_on

GAZETTE = ROOT / "docs" / "examples" / "gazette"


@pytest.fixture
def corpus(tmp_path):
    """A folder with two articles, one of them withheld with its text elsewhere."""
    folder = tmp_path / "corpus"
    shutil.copytree(GAZETTE / "articles" / "2023", folder)
    for path in folder.glob("*"):
        if "herald" not in path.name and "council" not in path.name:
            path.unlink()
    return folder


@pytest.mark.slow
def test_a_site_is_replaced_and_nothing_else_is(corpus, tmp_path):
    out = corpus / "site"
    assert run("site", corpus, "--out", out).returncode == 0
    assert (out / "articles" / "2023-11-08-council.html").is_file()
    # The records in a site inside the corpus are not read again, and stale pages vanish.
    for path in corpus.glob("*council*"):
        path.unlink()
    again = run("site", corpus, "--out", out)
    assert again.returncode == 1  # the herald refers to what is no longer there
    assert not (out / "articles" / "2023-11-08-council.html").exists()
    assert "checked 1 article," in run("validate", corpus).stdout
    # What is not of the site is never removed.
    (out / "CNAME").write_text("example.org", encoding="utf-8")
    refused = run("site", corpus, "--out", out)
    assert refused.returncode == 3
    assert "CNAME is not part of the site" in refused.stderr
    for taken in (corpus, corpus / "2023-11-08-herald.yaml"):
        assert run("site", corpus, "--out", taken).returncode == 3
    assert run("site", tmp_path / "nowhere", "--out", tmp_path / "new").returncode == 3
    assert not (tmp_path / "new").exists()
    assert sorted(path.name for path in corpus.iterdir()) == ["2023-11-08-herald.yaml", "site"]


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [False, True])
def test_withheld_words_are_in_no_file(corpus, tmp_path, wrong):
    out = tmp_path / "site"
    if wrong:  # the messages of what is found would contain words of the text
        path = corpus / "2023-11-08-herald.yaml"
        found = path.read_text(encoding="utf-8")
        found = found.replace("said, start: 301, end: 305", "said, start: 274, end: 300")
        path.write_text(
            found.replace("start: 311, end: 323", "start: 261, end: 323"), encoding="utf-8"
        )
    ran = run("site", corpus, "--texts", GAZETTE / "texts", "--out", out)
    assert ran.returncode == int(wrong)
    text = (GAZETTE / "texts" / "2023-11-08-herald.txt").read_text(encoding="utf-8")
    (path,) = out.glob("articles/*herald.html")
    assert ("finding-card error" in path.read_text(encoding="utf-8")) == wrong
    records = records_on(path)
    for quote in records["quotes"]:
        for span in quote["content"]:
            text = text.replace(span.get("exact", "\n"), "\n")
    withheld = [
        line[at : at + 20] for line in text.splitlines() for at in range(0, len(line) - 20, 4)
    ]
    assert len(withheld) > 40
    own = "".join(path.read_text(encoding="utf-8") for path in out.rglob("*") if path.is_file())
    # Other texts, and claims in the annotators' words, have some words in common with it.
    known = [claim["text"] for claim in records["claims"]]
    known += [path.read_text(encoding="utf-8") for path in corpus.glob("*.txt")]
    elsewhere = "\n".join(known)
    assert [words for words in withheld if words in own and words not in elsewhere] == []
