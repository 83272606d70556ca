"""The folder of texts: the option before the environment, and that before corpus.yaml."""

from __future__ import annotations

import pytest

from tests.commands import run

CHECKED = "280 spans compared with the text"


@pytest.fixture(autouse=True)
def few_rules(only_rules):
    only_rules("span-words-differ")


@pytest.fixture
def demo(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ONRECORD_TEXTS", raising=False)
    assert run("init", "demo", "--example").returncode == 0
    return tmp_path / "demo"


def set_texts(demo, value):
    path = demo / "corpus.yaml"
    text = path.read_text(encoding="utf-8").replace("texts: texts\n", "")
    path.write_text(text + (f"texts: {value}\n" if value else ""), encoding="utf-8")


@pytest.mark.slow
def test_the_setting_is_used_below_the_corpus_too(demo):
    assert CHECKED in run("validate", "demo").stdout
    assert "could not be checked" not in run("validate", "demo/articles/2023").stdout
    set_texts(demo, None)
    assert CHECKED not in run("validate", "demo").stdout


@pytest.mark.slow
def test_the_order_of_precedence(demo, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("ONRECORD_TEXTS", "empty")
    assert CHECKED not in run("validate", "demo").stdout
    assert CHECKED in run("validate", "demo", "--texts", "demo/texts").stdout
    monkeypatch.setenv("ONRECORD_TEXTS", "")
    assert CHECKED in run("validate", "demo").stdout
    monkeypatch.setenv("ONRECORD_TEXTS", "missing")
    missing = run("validate", "demo")
    assert (missing.returncode, "missing is not a folder" in missing.stderr) == (3, True)


@pytest.mark.slow
def test_a_folder_that_only_others_have_is_no_error(demo):
    set_texts(demo, "elsewhere")
    assert run("validate", "demo").returncode == 0
    assert run("hydrate", "demo").returncode == 2


@pytest.mark.slow
@pytest.mark.parametrize("value", ["../secret", "link", "{tmp}/secret"])
def test_a_contribution_cannot_have_files_outside_read(demo, tmp_path, value):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.txt").write_text("secret", encoding="utf-8")
    (demo / "link").symlink_to(tmp_path / "secret")
    set_texts(demo, value.format(tmp=tmp_path))
    for command in (["validate", "demo"], ["hydrate", "demo"]):
        ran = run(*command)
        assert ran.returncode == 3
        assert "leads out of" in ran.stderr
    assert run("validate", "demo", "--allow-outside").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("value", ["[a]", "3", "", '"a\\0b"'])
def test_what_is_no_folder_is_a_finding_or_nothing(demo, value):
    set_texts(demo, value or "null")
    assert run("validate", "demo").returncode in (0, 1)


@pytest.mark.slow
def test_hydrate_uses_the_setting_and_publications_do_not_depend_on_it(demo):
    assert run("publish", "demo", "--out", "with").returncode == 0
    set_texts(demo, None)
    assert run("publish", "demo", "--out", "without").returncode == 0
    both = [(demo.parent / name / "README.md").read_bytes() for name in ("with", "without")]
    assert both[0] == both[1]
    set_texts(demo, "texts")
    assert run("hydrate", "demo", "--write").returncode == 0
    assert run("dehydrate", "demo", "--write").returncode == 0
