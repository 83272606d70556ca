"""What a change did is told, in files that changed and elsewhere, and the checkout is left alone."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from unittest import mock

import pytest
import yaml

import onrecord
from onrecord.errors import InputError
from onrecord.readers.options import ReadOptions
from onrecord.rules import CHANGE_CHECKS
from onrecord.rules.examples import article, files
from onrecord.schema.current import Document
from onrecord.schema.flat import flatten
from tests import commands

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("changed-since")]

CODE = "unattributed-with-speaker"
BAD = "quotes: [{attribution: unattributed}]"
CORPUS = """\
title: Harbour
version: '1.0'
description: What was said of the harbour.
license: CC-BY-4.0
citation: 'A reader: Harbour.'
"""


def git(*arguments, cwd="."):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *who, "-C", cwd, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def write(name, overlay="", id=None):
    path = Path("dataset", f"{name}.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(article(id or path.stem, overlay), encoding="utf-8")
    return path


def related(name, other):
    """An article whose claim names a claim of another one."""
    relation = f"claims: [{{relations: [{{type: supports, claim_id: {other}.c1}}]}}]"
    return write(name, relation)


def commit(message="more"):
    git("add", "-A")
    git("commit", "-qm", message)


FEW_RULES = (CODE, "dangling-reference", "duplicate-id", "demanded-field-missing")


@pytest.fixture(autouse=True)
def few_rules(only_rules):
    only_rules(*FEW_RULES)


@pytest.fixture
def rules_of_texts(only_rules):
    """Run the rules that compare records with texts, too."""
    only_rules(
        *(*FEW_RULES, "same-text", "span-words-differ", "copied-words"),
        *("text-digest-differs", "text-length-differs"),
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A checkout on a branch off main: ``old`` has an error, ``far`` relates to ``near``."""
    folder = tmp_path_factory.mktemp("checkout")
    with contextlib.chdir(folder):
        git("init", "-q", "-b", "main")
        write("old", BAD)
        write("near")
        related("far", "near")
        commit("first")
        git("switch", "-q", "-c", "branch")
    return folder


@pytest.fixture
def checkout(original, tmp_path, monkeypatch):
    """A copy of the checkout, which is the current folder."""
    folder = shutil.copytree(original, tmp_path / "checkout")
    monkeypatch.chdir(folder)
    return folder


def found(path="dataset", since="main", **options):
    report = onrecord.validate(path, changed_since=since, **options)
    return [(finding.place.file, finding.code) for finding in report.findings]


def run(*arguments, env=None):
    with mock.patch.dict(os.environ, env or {}, clear=env is not None):
        return commands.run("validate", *arguments)


def test_without_a_change_nothing_is_found(checkout):
    report = onrecord.validate("dataset", changed_since="main")
    assert report.findings == ()
    (ignored,) = report.ignored
    assert (ignored.finding.code, ignored.reason) == (CODE, "it is not new since main")
    assert report.compared.revision == "main"
    assert report.compared.commit == git("rev-parse", "main")
    assert (report.compared.changed, report.compared.known) == (0, 1)


@pytest.mark.parametrize("how", ["untracked", "staged", "unstaged", "committed"])
def test_findings_in_changed_files_are_told(checkout, how):
    path = write("new" if how == "untracked" else "near", BAD)
    if how == "staged":
        git("add", "-A")
    elif how == "committed":
        commit()
    assert found() == [(path.as_posix(), CODE)]


def test_an_old_finding_in_a_file_that_changed_is_told(checkout):
    path = Path("dataset/old.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "# A remark.\n", encoding="utf-8")
    assert found() == [("dataset/old.yaml", CODE)]


def test_a_deleted_file_breaks_what_pointed_to_it(checkout):
    Path("dataset/near.yaml").unlink()
    report = onrecord.validate("dataset", changed_since="main")
    (finding,) = report.findings
    assert (finding.place.file, finding.code) == ("dataset/far.yaml", "dangling-reference")
    assert report.compared.changed == 1
    commit()
    assert found() == [("dataset/far.yaml", "dangling-reference")]


def test_a_renamed_article_breaks_what_pointed_to_it(checkout):
    git("mv", "dataset/near.yaml", "dataset/nearer.yaml")
    assert found() == []
    write("nearer")
    assert [file for file, _ in found()] == ["dataset/far.yaml"]


def test_what_was_found_in_a_renamed_file_is_not_new(checkout):
    git("mv", "dataset/old.yaml", "dataset/older.yaml")
    report = onrecord.validate("dataset", changed_since="main")
    assert report.findings == ()
    assert [one.finding.place.file for one in report.ignored] == ["dataset/older.yaml"]
    assert report.compared.changed == 0
    path = Path("dataset/older.yaml")
    path.write_text(path.read_text(encoding="utf-8") + "# A remark.\n", encoding="utf-8")
    assert found() == [("dataset/older.yaml", CODE)]


def test_a_renamed_folder_keeps_its_findings_and_settings(checkout):
    entry = "{record: old.q1, reason: asked}"
    Path("dataset/corpus.yaml").write_text(f"{CORPUS}validation: {{ignore: [{entry}]}}\n")
    write("other", BAD)
    commit()
    git("switch", "-q", "-c", "another")
    git("mv", "dataset", "corpus")
    assert found("corpus", since="branch") == []
    write("new", BAD).rename("corpus/new.yaml")
    assert found("corpus", since="branch") == [("corpus/new.yaml", CODE)]


def test_a_file_that_is_moved_in_breaks_what_is_there(checkout, rules_of_texts):
    Path("drafts").mkdir()
    write("near", BAD).rename("drafts/again.yaml")
    git("checkout", "-q", "dataset/near.yaml")
    commit()
    git("switch", "-q", "-c", "another")
    git("mv", "drafts/again.yaml", "dataset/again.yaml")
    codes = {code for _, code in found(since="branch")}
    assert codes
    assert CODE not in codes


def test_a_copy_is_new(checkout, rules_of_texts):
    Path("dataset/older.yaml").write_bytes(Path("dataset/old.yaml").read_bytes())
    assert ("dataset/older.yaml", CODE) in found()


def test_a_changed_text_breaks_the_document_beside_it(checkout, rules_of_texts):
    text = "“We will rebuild the harbour,” the mayor said. (apart)"
    path = write("apart")
    apart = path.read_text(encoding="utf-8").replace(f"  text: {text}\n", "")
    path.write_text(apart, encoding="utf-8")
    path.with_suffix(".txt").write_text(text, encoding="utf-8")
    commit()
    git("switch", "-q", "-c", "another")
    assert found(since="branch") == []
    path.with_suffix(".txt").write_text(text.replace("harbour", "harbor"), encoding="utf-8")
    assert {file for file, _ in found(since="branch")} == {"dataset/apart.yaml"}


def test_texts_are_those_of_the_revision(checkout, rules_of_texts):
    text = "“We will rebuild the harbour,” the mayor said. (withheld)"
    path = write("withheld")
    apart = path.read_text(encoding="utf-8").replace(f"  text: {text}\n", "")
    path.write_text(apart, encoding="utf-8")
    Path("texts").mkdir()
    Path("texts/withheld.txt").write_text(text, encoding="utf-8")
    commit()
    git("switch", "-q", "-c", "another")
    Path("texts/withheld.txt").write_text("Nothing was said.", encoding="utf-8")
    assert {file for file, _ in found(since="branch", texts="texts")} == {"dataset/withheld.yaml"}
    assert found(since="branch") == []


def test_a_duplicate_breaks_the_file_that_did_not_change(checkout, rules_of_texts):
    write("again", id="near")
    assert {file for file, _ in found()} <= {"dataset/again.yaml", "dataset/near.yaml"}
    assert found()


def test_what_others_did_since_is_no_change_made_here(checkout):
    git("switch", "-q", "main")
    write("near", "claims: [{text: Nothing.}]")
    write("theirs")
    commit()
    git("switch", "-q", "branch")
    assert onrecord.validate("dataset", changed_since="main").compared.changed == 0
    report = onrecord.validate("dataset", changed_since="main^{tree}")
    assert report.compared.changed == 2
    assert report.compared.commit is None


def test_settings_that_became_stricter_broke_what_they_find(checkout):
    path = Path("dataset/corpus.yaml")
    path.write_text(f"{CORPUS}validation: {{severity: {{{CODE}: warning}}}}\n")
    commit()
    git("switch", "-q", "-c", "another")
    path.write_text(CORPUS)
    assert found(since="branch") == [("dataset/old.yaml", CODE)]
    path.write_text(f"{CORPUS}validation: {{severity: {{{CODE}: note}}}}\n")
    assert found(since="branch") == [("dataset/corpus.yaml", "weakened-settings")]


def test_a_baseline_is_that_of_the_revision(checkout):
    run("dataset", "--baseline", "known.json", "--write-baseline")
    commit()
    git("switch", "-q", "-c", "another")
    assert found(since="branch", baseline="known.json") == []
    Path("known.json").write_text('{"baseline_version": "1", "findings": []}\n')
    assert found(since="branch", baseline="known.json") == [("dataset/old.yaml", CODE)]
    git("checkout", "-q", "known.json")
    write("old")
    assert found(since="branch", baseline="known.json") == [("known.json", "stale-baseline")]


def test_settings_above_are_those_of_the_revision(checkout):
    Path("pyproject.toml").write_text("[[tool.onrecord.ignore]]\ncode = 'x'\nreason = 'r'\n")
    commit()
    git("switch", "-q", "-c", "another")
    assert found(since="branch") == []
    Path("pyproject.toml").write_text("#\n[[tool.onrecord.ignore]]\ncode = 'x'\nreason = 'r'\n")
    assert found(since="branch") == [("pyproject.toml", "unknown-code")]


@pytest.mark.parametrize("where", [".", "dataset", "elsewhere"])
def test_it_is_the_same_from_anywhere(checkout, monkeypatch, tmp_path, where):
    write("new", BAD)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere" if where == "elsewhere" else where)
    name = os.path.relpath(checkout / "dataset")
    expected = Path(name, "new.yaml").as_posix()
    assert found(name) == [(expected, CODE)]
    assert found(str(checkout / "dataset")) == [(f"{checkout}/dataset/new.yaml", CODE)]


def test_names_of_odd_characters(checkout):
    for name in ("a b", "ü\nx", '"q"', "*", "-n", ":(top)", "\\t"):
        write(name, BAD, id="odd" + hashlib.sha256(name.encode()).hexdigest()[:8])
    assert len(found()) == 7
    commit()
    git("switch", "-q", "-c", "another")
    assert found(since="branch") == []
    assert found("dataset/a b.yaml", since="branch") == []


def test_files_that_git_ignores_are_new(checkout):
    Path(".gitignore").write_text("local*\n")
    commit()
    write("local", BAD)
    assert found(since="branch") == [("dataset/local.yaml", CODE)]


def test_a_folder_that_was_not_there_is_all_new(checkout):
    Path("more").mkdir()
    write("new", BAD).rename("more/new.yaml")
    assert found("more") == [("more/new.yaml", CODE)]
    Path("more/notes.yaml").write_text("x: 1\n")
    Path("more/new.yaml").rename("new.yaml")
    commit()
    Path("new.yaml").rename("more/new.yaml")
    assert found("more", since="HEAD") == []
    write("newer", BAD).rename("more/newer.yaml")
    assert found("more", since="HEAD") == [("more/newer.yaml", CODE)]


def test_links_lead_where_they_led(checkout):
    Path("dataset/link.yaml").symlink_to("../elsewhere.yaml")
    write("there", BAD).rename("elsewhere.yaml")
    commit()
    git("switch", "-q", "-c", "another")
    assert found(since="branch") == []


# What cannot be read in the revision is absent from it


def breaking(name, data):
    """Write a file that is broken: some bytes, or a link."""
    path = Path("dataset", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(data, str):
        path.symlink_to(data)
    else:
        path.write_bytes(data)
    return path


def broken_before(name, data):
    """A file that is broken in the branch, and can be repaired in another one."""
    path = breaking(name, data)
    commit()
    git("switch", "-q", "-c", "another")
    return path


@pytest.mark.parametrize("corpus", [b"validation: [\xff", b"title: \x00"])
def test_a_change_can_repair_what_was_broken(checkout, corpus):
    broken = {
        "articles.parquet": b"PAR1 and no more",
        "quotes.jsonl.gz": b"\x1f\x8b and no more",
        "lost.yaml": "nowhere.yaml",
        "lost-elsewhere.yaml": "/nowhere/at/all.yaml",
        "lost-in-itself.yaml": "lost-in-itself.yaml",
        "lost.jsonl": "../../../../../../../../../../../etc/passwd",
        "utf16.yaml": "article: {}".encode("utf-16"),
        "claims.jsonl": b"\xff\xfe\n",
        "corpus.yaml": corpus,
    }
    for name, data in broken.items():
        breaking(name, data)
    commit()
    git("switch", "-q", "-c", "another")
    for name in broken:
        Path("dataset", name).unlink()
    assert found(since="branch") == []
    write("new", BAD)
    assert found(since="branch") == [("dataset/new.yaml", CODE)]


def test_a_text_that_was_not_utf_8_is_repaired(checkout, rules_of_texts):
    text = "“We will rebuild the harbour,” the mayor said. (withheld)"
    path = write("withheld", BAD)
    apart = path.read_text(encoding="utf-8").replace(f"  text: {text}\n", "")
    path.write_text(apart, encoding="utf-8")
    for name in ("withheld", "another"):
        broken_before(f"../texts/{name}.txt", b"\xff not UTF-8")
        git("switch", "-q", "branch")
        git("merge", "-q", "another")
        git("branch", "-q", "-D", "another")
    git("switch", "-q", "-c", "another")
    Path("texts/withheld.txt").write_text(text, encoding="utf-8")
    Path("texts/another.txt").unlink()
    assert found(since="branch", texts="texts") == []


@pytest.mark.parametrize("how", ["setting", "option"])
def test_a_baseline_that_was_missing_or_broken(checkout, how):
    options = {"baseline": "known.json"} if how == "option" else {}
    setting = "validation: {baseline: ../known.json}\n"
    Path("dataset/corpus.yaml").write_text(CORPUS + (setting if how == "setting" else ""))
    commit()
    git("switch", "-q", "-c", "another")
    known = Path("known.json")
    known.write_text('{"baseline_version": "1", "findings": []}\n')
    assert found(since="branch", **options) == []
    known.write_text("{")
    commit()
    known.write_text('{"baseline_version": "1", "findings": []}\n')
    assert found(since="another", **options) == []


def test_a_folder_in_which_all_was_broken(checkout):
    broken_before("../more/articles.parquet", b"PAR1 and no more").unlink()
    write("new", BAD).rename("more/new.yaml")
    assert found("more", since="branch") == [("more/new.yaml", CODE)]


# Files that git keeps elsewhere


def keep(path, where):
    """Keep a file elsewhere and let a link lead there, as git-annex and DVC do."""
    kept = Path(where, hashlib.sha256(path.read_bytes()).hexdigest())
    kept.parent.mkdir(parents=True, exist_ok=True)
    path.rename(kept)
    kept.chmod(0o444)
    path.symlink_to(os.path.relpath(kept, path.parent) if not kept.is_absolute() else kept)


@pytest.mark.parametrize("where", [".git/annex/objects", "{}/.cache", "{}/../cache"])
@pytest.mark.parametrize("path", ["dataset", "dataset/old.yaml"])
def test_record_files_that_are_links(checkout, where, path):
    for name in ("old", "near", "far"):
        keep(Path(f"dataset/{name}.yaml"), where.format(checkout))
    Path(".gitignore").write_text(".cache\n")
    commit()
    git("switch", "-q", "-c", "another")
    # A cache beside the checkout is read only if that is allowed.
    how = ReadOptions(allow_outside=".." in where)
    assert found(path, since="branch", options=how) == []
    Path("dataset/old.yaml").unlink()
    changed = write("old", BAD)
    changed.write_text(changed.read_text(encoding="utf-8") + "# A remark.\n", encoding="utf-8")
    keep(changed, where.format(checkout))
    report = onrecord.validate(path, changed_since="branch", options=how)
    assert [str(one.place.file) for one in report.findings] == ["dataset/old.yaml"]
    assert report.compared.changed == 1
    if path == "dataset":
        Path("dataset/near.yaml").unlink()
        assert found(since="branch", options=how) == [
            ("dataset/far.yaml", "dangling-reference"),
            ("dataset/old.yaml", CODE),
        ]


def needs(program):
    return pytest.mark.skipif(
        shutil.which(program) is None, reason=f"{program} is not installed: apt install {program}"
    )


@needs("git-lfs")
def test_git_lfs(checkout):
    git("lfs", "install", "--local")
    git("lfs", "track", "*.jsonl")
    document = json.dumps(yaml.safe_load(Path("dataset/old.yaml").read_text(encoding="utf-8")))
    row = flatten(Document.model_validate_json(document))["quote"][0] | {"id": "old.q9"}
    path = Path("dataset/quotes.jsonl")
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    commit()
    git("switch", "-q", "-c", "another")
    expected = found("dataset", since="branch~")
    assert ("dataset/quotes.jsonl", CODE) in expected
    assert found(since="branch") == []
    path.write_text(path.read_text().replace("old.q9", "old.q8"), encoding="utf-8")
    assert found(since="branch") == expected


@needs("git-annex")
@pytest.mark.parametrize("unlocked", [False, True])
def test_git_annex(checkout, unlocked):
    git("annex", "init", "-q")
    git("config", "annex.largefiles", "include=*.yaml")
    git("config", "annex.addunlocked", str(unlocked).lower())
    git("rm", "-q", "--cached", "-r", "dataset")
    git("annex", "add", "-q", "dataset")
    git("commit", "-qm", "annex")
    assert Path("dataset/old.yaml").is_symlink() is not unlocked
    git("switch", "-q", "-c", "another")
    assert found(since="branch") == []
    git("annex", "unlock", "-q", "dataset/near.yaml")
    write("near", BAD)
    assert found(since="branch") == [("dataset/near.yaml", CODE)]
    for folder in Path(".git").glob("annex/objects/**/"):
        folder.chmod(0o755)


def test_line_ends_that_git_converts(checkout):
    git("config", "core.autocrlf", "true")
    for path in Path("dataset").iterdir():
        path.unlink()
    git("checkout", "-q", "--", "dataset")
    assert b"\r\n" in Path("dataset/old.yaml").read_bytes()
    assert found() == []


@pytest.fixture
def submodule(checkout, tmp_path):
    """A submodule, ``sub``, with the records of another repository, in which one has an error."""
    git("init", "-q", "-b", "main", str(tmp_path / "inner"))
    write("inner", BAD).rename(tmp_path / "inner" / "inner.yaml")
    git("add", "-A", cwd=tmp_path / "inner")
    git("commit", "-qm", "first", cwd=tmp_path / "inner")
    allowed = ("-c", "protocol.file.allow=always")
    git(*allowed, "submodule", "--quiet", "add", str(tmp_path / "inner"), "dataset/sub")
    commit()
    git("switch", "-q", "-c", "another")
    return checkout / "dataset" / "sub"


def test_findings_in_an_unchanged_submodule_are_not_new(submodule):
    assert found(since="branch") == []
    path = submodule / "inner.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "# A remark.\n", encoding="utf-8")
    assert found(since="branch") == [("dataset/sub/inner.yaml", CODE)]
    git("commit", "-qam", "more", cwd=submodule)
    assert found(since="branch") == [("dataset/sub/inner.yaml", CODE)]
    assert found("dataset/sub", since="HEAD") == []
    commit()
    assert found(since="another") == []
    shutil.rmtree(submodule)
    submodule.mkdir()
    assert found(since="another") == []


def test_a_worktree(checkout, tmp_path, monkeypatch):
    git("worktree", "add", "-q", str(tmp_path / "work"), "-b", "third")
    monkeypatch.chdir(tmp_path / "work")
    assert found() == []
    write("new", BAD)
    assert found() == [("dataset/new.yaml", CODE)]


# What is committed is not run


def plant(folder, mark, base):
    """Make a folder look like a bare repository of which git runs programs."""
    run = f"touch '{mark}'; cat"
    for name in ("refs/heads", "objects/info", "info", "hooks"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    (folder / "refs/heads/main").write_text(f"{base}\n")
    top = os.path.relpath(".git/objects", folder / "objects")
    (folder / "objects/info/alternates").write_text(f"{top}\n")
    (folder / "config").write_text(
        "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\n"
        f'fsmonitor = "{run}"\nhooksPath = hooks\n[diff]\nexternal = "{run}"\n'
        f'[filter "x"]\nsmudge = "{run}"\nclean = "{run}"\nrequired\n'
    )
    (folder / "info/attributes").write_text("* filter=x\n")
    (folder / ".gitattributes").write_text("* filter=x\n")
    hook = folder / "hooks/post-index-change"
    hook.write_text(f"#!/bin/sh\n{run}\n")
    hook.chmod(0o755)


@pytest.mark.parametrize("where", [".", "dataset", "dataset/deep"])
def test_a_folder_that_looks_like_a_repository_is_none(checkout, tmp_path, monkeypatch, where):
    mark = tmp_path / "run"
    Path("dataset/deep").mkdir()
    write("deep", BAD).rename("dataset/deep/deep.yaml")
    plant(Path("dataset"), mark, git("rev-parse", "main"))
    plant(Path("dataset/deep"), mark, git("rev-parse", "main"))
    git("add", "-f", "-A")
    git("commit", "-qm", "more")
    git("clone", "-q", str(checkout), str(tmp_path / "fresh"))
    monkeypatch.chdir(tmp_path / "fresh" / where)
    report = onrecord.validate(".", changed_since="origin/main")
    assert [one.code for one in report.findings] == [CODE]
    assert not mark.exists()


def test_filters_and_hooks_of_the_user_are_not_run_either(checkout, tmp_path):
    mark = tmp_path / "run"
    git("config", "filter.x.smudge", f"touch {mark}; cat")
    git("config", "filter.x.clean", f"touch {mark}; cat")
    git("config", "core.fsmonitor", f"touch {mark}")
    hook = Path(".git/hooks/post-index-change")
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    Path(".gitattributes").write_text("* filter=x\n")
    assert found() == []
    assert not mark.exists()


def test_a_program_in_the_checkout_is_not_git(checkout, tmp_path, monkeypatch):
    mark = tmp_path / "run"
    Path("git").write_text(f"#!/bin/sh\ntouch {mark}\n")
    Path("git").chmod(0o755)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}{os.environ['PATH']}")
    assert found() == []
    assert not mark.exists()


@pytest.mark.parametrize("how", ["file", "elsewhere", "worktree"])
def test_another_git_directory_is_rejected(checkout, tmp_path, how):
    if how == "worktree":
        git("config", "core.worktree", str(tmp_path))
    else:
        Path(".git").rename("store" if how == "file" else tmp_path / "store")
        target = "store" if how == "file" else tmp_path / "store"
        Path(".git").write_text(f"gitdir: {target}\n")
    assert "the git directory of" in refused("dataset", "--changed-since", "main")


def test_nothing_is_fetched(checkout, tmp_path, monkeypatch):
    """A partial clone fetches what it lacks with a program that its configuration names."""
    mark = tmp_path / "run"
    near = write("near", BAD)
    commit()
    git("config", "uploadpack.allowFilter", "true")
    url = f"file://{checkout}"
    git("clone", "-q", "--filter=blob:none", "-b", "branch", url, str(tmp_path / "partial"))
    monkeypatch.chdir(tmp_path / "partial")
    git("config", "remote.origin.uploadpack", f"touch {mark}; git-upload-pack")
    git("config", "protocol.file.allow", "always")
    assert near.exists()
    told = refused("dataset", "--changed-since", "origin/main")
    assert "this clone lacks 1 of the files of origin/main, first dataset/near.yaml" in told
    assert not mark.exists()


def test_a_tree_cannot_name_files_outside_of_it(checkout):
    def tree(*entries):
        data = b"".join(
            f"{mode} {name}".encode() + b"\0" + bytes.fromhex(id_) for mode, name, id_ in entries
        )
        command = ["git", "hash-object", "-t", "tree", "--literally", "-w", "--stdin"]
        done = subprocess.run(command, input=data, capture_output=True, check=True)
        return done.stdout.decode().strip()

    outside = checkout.parent / "outside"
    outside.mkdir()
    blob = git("hash-object", "-w", "dataset/old.yaml")
    target = checkout.parent / "target"
    target.write_text(str(outside))
    link = git("hash-object", "-w", str(target))
    inner = tree(("100644", "x.yaml", blob), ("120000", "y.yaml", link))
    whole = tree(
        ("40000", "..", inner),
        ("120000", "a", link),
        ("40000", "a", inner),
        ("40000", "dataset", git("rev-parse", "main:dataset")),
    )
    assert found(since=whole) == []
    assert list(outside.iterdir()) == []


# Settings of a change do not decide over it


def weakened(since="branch", path="dataset", **options):
    report = onrecord.validate(path, changed_since=since, **options)
    return [
        (one.place.file, one.place.line, one.message)
        for one in report.findings
        if one.code == "weakened-settings"
    ]


def settings(text, name="dataset/corpus.yaml"):
    """Settings in corpus.yaml, from line 6 on."""
    Path(name).write_text(f"{CORPUS}validation:\n{text}" if text else CORPUS)


@pytest.fixture
def settled(checkout):
    """A branch off one that has settings."""
    settings(
        f"  severity:\n    {CODE}: warning\n    copied-words: error\n"
        "  require: [article.url]\n"
        "  ignore:\n"
        "    - {code: copied-words, record: old.q1, reason: asked, until: 9990-01-01}\n"
        "    - {path: '*.yaml', message: url, reason: many}\n"
    )
    commit()
    git("switch", "-q", "-c", "another")
    return Path("dataset/corpus.yaml")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    copied-words: error\n", "", "lowers copied-words from error to warning"),
        ("copied-words: error", "copied-words: 'off'", "lowers copied-words from error to off"),
        (f"{CODE}: warning", f"{CODE}: note", f"lowers {CODE} from warning to note"),
        ("copied-words: error", "span-words-differ: note\n    copied-words: error",
         "lowers span-words-differ from error to note"),
        ("  require: [article.url]\n", "", "no longer requires article.url"),
        (", until: 9990-01-01", "", "ignores copied-words, record old.q1 for longer"),
        ("9990-01-01", "9991-01-01",
         "ignores copied-words, record old.q1 for longer, until 9991-01-01"),
        (", record: old.q1", "", "ignores copied-words, until 9990-01-01"),
        (", message: url", "", "ignores every check, path *.yaml"),
        ("'*.yaml'", "'**'", "ignores every check, path **, message url"),
        ("    - {path", "    - {code: alias, reason: new}\n    - {path", "ignores alias"),
        # What is as strict as it was, or stricter.
        (f"{CODE}: warning", f"{CODE}: error", None),
        ("    - {path: '*.yaml', message: url, reason: many}\n", "", None),
        ("message: url", "message: curl", None),
        ("reason: many", "reason: all", None),
        ("9990-01-01", "9989-01-01", None),
        ("9990-01-01", "2020-01-01", None),
        ("[article.url]", "[article.url, quote.medium]", None),
        ("require", "# A remark.\n  require", None),
    ],
)  # fmt: skip
def test_what_a_change_weakens_is_reported(settled, old, new, expected):
    text = settled.read_text()
    assert old in text
    settled.write_text(text.replace(old, new))
    assert [message for _, _, message in weakened()] == (
        [f"this change {expected}"] if expected else []
    )


def test_where_a_change_weakens_settings(settled):
    settled.write_text(settled.read_text().replace(f"{CODE}: warning", f"{CODE}: 'off'"))
    assert weakened() == [
        ("dataset/corpus.yaml", 8, f"this change lowers {CODE} from warning to off")
    ]
    settled.unlink()
    told = weakened()
    assert [(file, line) for file, line, _ in told] == [("dataset/corpus.yaml", None)] * 2


def test_settings_in_pyproject_and_of_a_part(settled):
    Path("pyproject.toml").write_text(
        "[tool.onrecord.severity]\nduplicate-id = 'off'\ncopied-words = 'off'\n"
        "[[tool.onrecord.ignore]]\ncode = 'alias'\nreason = 'r'\n"
    )
    # corpus.yaml decides over the second.
    assert weakened() == [
        ("pyproject.toml", 2, "this change lowers duplicate-id from error to off"),
        ("pyproject.toml", 4, "this change ignores alias"),
    ]
    commit()
    assert weakened(since="HEAD") == []
    Path("dataset/pyproject.toml").write_text("[tool.onrecord.severity]\nalias = 'note'\n")
    assert [line for *_, line in weakened(since="HEAD")] == [
        "this change lowers alias from error to note"
    ]
    Path("dataset/pyproject.toml").unlink()
    Path("dataset/part").mkdir()
    write("part", BAD).rename("dataset/part/part.yaml")
    settings(f"  severity: {{{CODE}: note}}\n", "dataset/part/corpus.yaml")
    assert weakened(since="HEAD") == [
        ("dataset/part/corpus.yaml", 7, f"this change lowers {CODE} from warning to note")
    ]


@pytest.mark.parametrize("how", ["setting", "option"])
def test_what_is_added_to_a_baseline_is_reported(checkout, how):
    options = {"baseline": "dataset/known.json"} if how == "option" else {}
    if how == "setting":
        settings("  baseline: known.json\n")
    done = run("dataset", "--baseline", "dataset/known.json", "--write-baseline")
    assert done.returncode == 0
    commit()
    git("switch", "-q", "-c", "another")
    assert weakened(**options) == []
    write("near", BAD)
    run("dataset", "--baseline", "dataset/known.json", "--write-baseline")
    ((file, line, message),) = weakened(**options)
    assert (file, message) == (
        "dataset/known.json", f"this change tolerates {CODE} in near.yaml (near.q1)"
    )  # fmt: skip
    assert line
    Path("dataset/known.json").write_text('{"baseline_version": "1", "findings": []}\n')
    assert weakened(**options) == []


def test_a_baseline_that_a_change_names_is_reported(checkout):
    run("dataset", "--baseline", "known.json", "--write-baseline")
    commit()
    git("switch", "-q", "-c", "another")
    settings("  baseline: ../known.json\n")
    assert [words for *_, words in weakened()] == [
        f"this change tolerates {CODE} in dataset/old.yaml (old.q1)"
    ]


def test_a_change_cannot_suppress_what_it_weakens(checkout):
    settings(
        "  severity: {weakened-settings: 'off'}\n"
        "  ignore:\n    - {code: weakened-settings, reason: mine}\n    - {path: '**', reason: mine}\n"
    )
    commit()
    write("new", BAD)
    done = run("dataset", "--changed-since", "main")
    assert done.returncode == 0
    assert done.stdout.count("warning[weakened-settings]") == 3
    assert run("dataset", "--changed-since", "main", "--fail-on", "warning").returncode == 1
    assert "[weakened-settings]" not in run("dataset").stdout


def test_the_settings_of_the_revision_decide_what_it_weighs(checkout):
    settings("  severity: {weakened-settings: error}\n")
    commit()
    git("switch", "-q", "-c", "another")
    settings(f"  severity: {{weakened-settings: note, {CODE}: 'off'}}\n")
    done = run("dataset", "--changed-since", "branch")
    assert done.returncode == 1
    assert done.stdout.count("error[weakened-settings]") == 2


def test_the_examples_of_checks_of_changes(tmp_path, monkeypatch):
    for code, check in CHANGE_CHECKS.items():
        monkeypatch.chdir(tmp_path)
        git("init", "-q", "-b", "main", code)
        monkeypatch.chdir(code)
        for example in (check.before, check.passes, check.fails):
            for name, content in files(example).items():
                Path(name).write_bytes(content)
            if example is check.before:
                commit()
            expected = [code] if example is check.fails else []
            assert [one for _, one in found(".", since="HEAD")] == expected


def state(checkout):
    """All that git keeps, and the files of the checkout."""
    return {
        path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in checkout.rglob("*")
        if path.is_file()
    }


def test_the_checkout_and_its_index_are_not_touched(checkout, monkeypatch):
    write("near", BAD)
    git("add", "-A")
    write("new", BAD)
    os.utime("dataset/far.yaml")
    before, status = state(checkout), git("status", "--porcelain")
    before = state(checkout)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setenv("GIT_DIR", ".git")
    assert len(found()) == 2
    assert state(checkout) == before
    monkeypatch.delenv("GIT_INDEX_FILE")
    monkeypatch.delenv("GIT_DIR")
    assert git("status", "--porcelain") == status


def test_the_command_says_what_it_compared(checkout):
    done = run("dataset", "--changed-since", "main")
    assert done.returncode == 0, done.stderr
    commit = git("rev-parse", "main")[:12]
    assert done.stdout.splitlines()[-1] == (
        f"compared with main ({commit}): no files changed; 1 finding elsewhere was there already"
    )
    write("new", BAD)
    done = run("dataset", "--changed-since", "main")
    assert done.returncode == 1
    assert "dataset/new.yaml" in done.stdout
    assert "1 file changed" in done.stdout


# What cannot be told


def refused(*arguments, **options):
    done = run(*arguments, **options)
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@pytest.mark.parametrize(
    "revision", ["nothing", "--help", "-x", "main..branch", "", "HEAD:dataset/old.yaml"]
)
def test_a_revision_that_does_not_exist(checkout, revision):
    assert f"git knows no revision {revision}" in refused("dataset", f"--changed-since={revision}")


@pytest.mark.parametrize(
    "revision",
    [
        "\0",
        "main\0",
        "main\n",
        "\n",
        "\ud800",
        " ",
        pytest.param("x" * 200_000, id="long"),
        "^{/[",
        "@{",
    ],
)
def test_a_revision_that_no_git_can_have(checkout, revision):
    with pytest.raises(InputError, match="git knows no revision"):
        onrecord.validate("dataset", changed_since=revision)


def test_a_history_without_anything_in_common(checkout):
    git("switch", "-q", "--orphan", "other")
    write("near")
    commit()
    told = refused("dataset", "--changed-since", "main")
    assert "no history in common" in told
    assert "main^{tree}" in told


def test_a_shallow_clone(checkout, tmp_path, monkeypatch):
    write("new", BAD)
    commit()
    git("switch", "-q", "main")
    write("theirs")
    commit()
    git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{checkout}", str(tmp_path / "c"))
    monkeypatch.chdir(tmp_path / "c")
    git("switch", "-q", "branch")
    told = refused("dataset", "--changed-since", "origin/main")
    assert "shallow" in told
    assert "git fetch --unshallow" in told
    assert found(since="origin/main^{tree}") == [("dataset/new.yaml", CODE)]
    assert "shallow" in refused("dataset", "--changed-since", git("rev-parse", "HEAD")[:-1] + "x")


def test_no_checkout(sound, monkeypatch):
    monkeypatch.chdir(sound.parent)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(sound.parent.parent))
    assert "not a git repository" in refused(".", "--changed-since", "main")


def test_two_checkouts(checkout, sound):
    told = refused("dataset", str(sound), "--changed-since", "main")
    assert f"{sound} is not in the git checkout {checkout}" in told


def test_no_git(checkout, tmp_path):
    environment = {**os.environ, "PATH": str(tmp_path)}
    told = refused("dataset", "--changed-since", "main", env=environment)
    assert "git is not installed" in told


def test_no_commit_yet(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    write("new")
    assert "git knows no revision main" in refused("dataset", "--changed-since", "main")


@pytest.mark.parametrize("folder", ["dataset", "."])
def test_texts_have_the_format_that_the_corpus_requested_then_and_now(
    folder, tmp_path, monkeypatch, rules_of_texts
):
    """A corpus.yaml above the checkout is the same at both times."""
    (tmp_path / "checkout").mkdir()
    monkeypatch.chdir(tmp_path / "checkout")
    git("init", "-qb", "main")
    path = write(
        "harbour",
        "article: {text: null, url: https://example.org/a, rights: {redistribute: quotes}}",
    )
    text = yaml.safe_load(files("")["harbour.yaml"])["article"]["text"]
    Path("texts").mkdir()
    Path("texts/harbour.txt").write_text(f"date 2024-05-02 {text}", encoding="utf-8")
    above = Path("dataset" if folder == "dataset" else "..", "corpus.yaml")
    above.write_text(f"{CORPUS}text_format: dated\n", encoding="utf-8")
    commit()
    assert onrecord.validate("dataset", texts="texts", changed_since="HEAD").ignored == ()
    above.write_text(CORPUS, encoding="utf-8")
    report = onrecord.validate("dataset", texts="texts", changed_since="HEAD")
    codes = [one.code for one in report.findings]
    assert codes == (["text-digest-differs"] if folder == "dataset" else [])
    assert path.exists()
