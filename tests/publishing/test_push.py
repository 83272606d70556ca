"""Push publications to the Hub: one commit, one tag, with a fault at each request in turn."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from functools import cache
from pathlib import Path

import pytest
import yaml

import onrecord
from onrecord.errors import InputError
from onrecord.publishing import hub as hubs
from onrecord.publishing.hub import HubError
from onrecord.publishing.hub.release import Release
from onrecord.rules.examples import document
from tests.commands import run
from tests.drawing import nightly
from tests.hub_server import TOKEN, Hub

pytestmark = pytest.mark.xdist_group("push")

NAME = "org/data"
INFO = {
    "title": "Words of the harbour",
    "description": "What the mayor said.",
    "license": "CC-BY-4.0",
    "citation": "Harbour",
}
ATTRIBUTES = ".gitattributes"


def publish(folder: Path, version: str | None, title: str = "Mayor opens the new harbour") -> Path:
    """Publish one article with a title."""
    (folder / "articles").mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(document(f"article: {{title: {title}}}"), allow_unicode=True)
    (folder / "articles" / "harbour.yaml").write_text(text, "utf-8")
    (folder / "draft.txt").write_text("not for the public")
    if version:
        (folder / "corpus.yaml").write_text(json.dumps({**INFO, "version": version}))
    assert onrecord.publish(folder).manifest
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of the publication in a folder, by path."""
    found = [folder / "README.md", *(path for path in folder.glob("data/**/*") if path.is_file())]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def there(hub: Hub, revision: str = "main") -> dict[str, bytes]:
    """Return the files on the Hub except the one that each repository has."""
    return {path: data for path, data in hub.files(NAME, revision).items() if path != ATTRIBUTES}


@pytest.fixture(scope="module")
def releases(tmp_path_factory) -> Path:
    """Two versions of a corpus."""
    folder = tmp_path_factory.mktemp("releases")
    publish(folder / "old", "0.1.0")
    publish(folder / "new", "0.2.0", "The mayor opens the harbour")
    return folder


@pytest.fixture
def old(releases: Path, tmp_path: Path) -> Path:
    return shutil.copytree(releases / "old", tmp_path / "old")


@pytest.fixture
def new(releases: Path, tmp_path: Path) -> Path:
    return shutil.copytree(releases / "new", tmp_path / "new")


@pytest.mark.slow
def test_push_creates_the_dataset_with_the_publication_alone_and_a_tag(hub: Hub, old):
    result = run("push", old, NAME)
    assert (result.returncode, result.stderr) == (0, "")
    assert there(hub) == files(old)
    assert hub.tags(NAME) == {"v0.1.0": hub.repos[NAME].find("main")}
    assert not hub.repos[NAME].private
    assert "tag v0.1.0" in result.stdout
    assert TOKEN not in result.stdout


@pytest.mark.slow
def test_the_next_version_is_one_commit_that_removes_the_old_one_and_nothing_else(
    hub: Hub, old, new
):
    hubs.push(old, NAME)
    hub.write(NAME, {"notes.md": b"by hand", "data/extra.csv": b"by hand"})
    before = len(hub.requests)
    result = hubs.push(new, NAME)
    assert there(hub) == {**files(new), "notes.md": b"by hand", "data/extra.csv": b"by hand"}
    assert there(hub, "v0.1.0") == files(old)
    assert there(hub, "v0.2.0") == there(hub)
    assert len(hub.history(NAME)) == 4  # .gitattributes, old, by hand, new
    assert set(result.changes.removed) == set(files(old)) - {"README.md"}
    assert set(result.changes.changed) == {"README.md"}
    # Tables that did not change have other paths, but are not sent again.
    stored = [one for one in hub.requests[before:] if one.startswith("PUT")]
    same = set(files(old).values()) & set(files(new).values())
    tables = [data for path, data in files(new).items() if path.endswith(".parquet")]
    assert len(stored) == len([data for data in tables if data not in same])


@pytest.mark.slow
def test_pushing_again_writes_nothing(hub: Hub, old):
    first = hubs.push(old, NAME)
    before = len(hub.requests)
    again = hubs.push(old, NAME)
    assert (again.commit, again.tagged, bool(again.changes)) == (first.commit, True, False)
    assert all(one.startswith("GET") for one in hub.requests[before:])


@pytest.mark.slow
def test_a_released_version_stays_although_a_later_one_is_newest(hub: Hub, old, new):
    first = hubs.push(old, NAME)
    hubs.push(new, NAME)
    assert hubs.push(old, NAME).commit == first.commit
    assert there(hub) == files(new)


@pytest.mark.slow
def test_a_version_is_not_given_to_another_publication(hub: Hub, old, tmp_path):
    hubs.push(old, NAME)
    other = publish(tmp_path / "other", "0.1.0", "Another title of the article")
    for options in ([], ["--dry-run"], ["--create-pr"]):
        result = run("push", other, NAME, *options)
        assert result.returncode == 3
        assert "the tag v0.1.0 already" in result.stderr
        assert "new version" in result.stderr
    assert there(hub) == files(old)


@pytest.mark.slow
def test_a_corpus_without_a_version_gets_no_tag(hub: Hub, tmp_path):
    folder = publish(tmp_path / "corpus", None)
    result = run("push", folder, NAME)
    assert result.returncode == 0
    assert "no tag" in result.stdout
    assert there(hub) == files(folder)
    assert hub.tags(NAME) == {}


@pytest.mark.slow
def test_dry_run_lists_the_changes_and_their_bytes_and_writes_nothing(hub: Hub, old, new):
    missing = run("push", old, NAME, "--dry-run")
    assert "create the dataset" in missing.stdout
    assert NAME not in hub.repos
    hubs.push(old, NAME)
    hub.requests.clear()
    result = run("push", new, NAME, "--dry-run")
    assert result.returncode == 0
    for path, data in files(new).items():
        verb = "change" if path == "README.md" else "add"
        assert f"{verb} {path}: {len(data):,} bytes" in result.stdout
    for path in set(files(old)) - {"README.md"}:
        assert f"remove {path}: " in result.stdout
    assert f"send {sum(map(len, files(new).values())):,} bytes" in result.stdout
    assert all(one.startswith("GET") for one in hub.requests)
    assert there(hub) == files(old)


@pytest.mark.slow
def test_private_creates_a_private_dataset_and_does_not_publish_in_a_public_one(hub: Hub, old):
    assert run("push", old, NAME, "--private").returncode == 0
    assert hub.repos[NAME].private
    assert run("push", old, NAME, "--private").returncode == 0
    hub.create("org/public")
    result = run("push", old, "org/public", "--private")
    assert result.returncode == 3
    assert "is public" in result.stderr
    assert list(hub.files("org/public")) == [ATTRIBUTES]


@pytest.mark.slow
def test_a_pull_request_is_proposed_once_and_its_merge_is_tagged(hub: Hub, old, new):
    hubs.push(old, NAME)
    result = run("push", new, NAME, "--create-pr")
    assert "discussions/1" in result.stdout
    assert there(hub) == files(old)
    assert there(hub, "refs/pr/1") == files(new)
    again = run("push", new, NAME, "--create-pr")
    assert again.stderr == ""
    assert again.stdout == result.stdout
    assert len(hub.repos[NAME].titles) == 1
    assert set(hub.tags(NAME)) == {"v0.1.0"}
    hub.repos[NAME].refs["refs/heads/main"] = hub.repos[NAME].find("refs/pr/1")
    assert hubs.push(new, NAME, create_pr=True).tagged
    assert there(hub, "v0.2.0") == files(new)


def test_a_pull_request_needs_a_dataset(hub: Hub, old):
    result = run("push", old, NAME, "--create-pr")
    assert result.returncode == 3
    assert "without --create-pr" in result.stderr


def test_an_ignore_file_on_the_hub_leaves_nothing_out(hub: Hub, old):
    hub.create(NAME, {".gitignore": b"data README.md"})
    hubs.push(old, NAME)
    assert files(old).items() <= hub.files(NAME).items()


@pytest.mark.slow
def test_what_is_not_as_it_was_published_is_not_sent(hub: Hub, old):
    card = (old / "README.md").read_text("utf-8")
    (old / "README.md").write_text(card + "\nedited by hand\n", "utf-8")
    with pytest.raises(InputError, match=r"not as it was published: README\.md"):
        hubs.push(old, NAME)
    (old / "README.md").write_text(card, "utf-8")
    table = next(old.glob("data/*/quotes*.parquet"))
    data = bytearray(table.read_bytes())
    data[len(data) // 2] ^= 1
    table.write_bytes(bytes(data))
    with pytest.raises(InputError):
        hubs.push(old, NAME)
    table.unlink()
    with pytest.raises(InputError):
        hubs.push(old, NAME)
    assert not hub.requests


@pytest.mark.parametrize(
    "name", ["data", "org/data@v1", "https://huggingface.co/datasets/a/b", "../a"]
)
def test_what_is_no_name_of_a_dataset(hub: Hub, old, name):
    result = run("push", old, name)
    assert result.returncode == 3
    assert "ORG/NAME" in result.stderr


@pytest.mark.slow
def test_somebody_else_commits_meanwhile(hub: Hub, old, new, monkeypatch):
    from huggingface_hub import HfApi

    hubs.push(old, NAME)
    upload = HfApi.preupload_lfs_files

    def and_another_commit(*args, **options):
        upload(*args, **options)
        hub.write(NAME, {"README.md": b"edited on the Hub"})

    monkeypatch.setattr(HfApi, "preupload_lfs_files", and_another_commit)
    result = run("push", new, NAME)
    assert result.returncode == 3
    assert "another change came between" in result.stderr
    assert "run the command again" in result.stderr
    assert there(hub) == {**files(old), "README.md": b"edited on the Hub"}
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, "Invalid username or password.", "hf auth login"),
        (402, "pay first", "quota"),
        (403, "Private repository storage limit reached", "quota"),
        (403, "your token has no write access", "permissions"),
        (413, "too large", "too large"),
        (429, "slow down", "in 7 seconds"),
        (503, "down", "try again later"),
    ],
)
def test_each_refusal_is_one_line_that_says_what_to_do(hub: Hub, old, status, body, expected):
    hub.create(NAME)
    hub.explanation = f"{body} {TOKEN}\x1b[31m\n::error::x"
    hub.break_at(status, 2)
    result = run("push", old, NAME)
    assert result.returncode == 3
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert expected in result.stderr
    assert "it is as it was before" in result.stderr
    assert TOKEN not in result.stderr
    assert "\x1b" not in result.stderr


@pytest.mark.slow
def test_without_a_token(hub: Hub, old, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", "/nowhere")
    result = run("push", old, NAME)
    assert result.returncode == 3
    assert "HF_TOKEN" in result.stderr
    monkeypatch.setenv("HF_TOKEN", "hf_wrong")
    result = run("push", old, NAME)
    assert "hf auth login" in result.stderr
    assert "hf_wrong" not in result.stderr


@pytest.mark.parametrize("token", ["hf_é", "hf_\x07x", "hf_ x"])
def test_a_token_that_cannot_be_sent_is_not_printed(hub: Hub, old, monkeypatch, token):
    monkeypatch.setenv("HF_TOKEN", token)
    result = run("push", old, NAME)
    assert result.returncode == 3
    assert len(result.stderr.splitlines()) == 1
    assert token not in result.stdout + result.stderr


def test_debugging_output_hides_the_token(hub: Hub, old, caplog, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_DEBUG", True)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "huggingface_hub")
    hubs.push(old, NAME)
    assert "curl" in caplog.text
    assert TOKEN not in caplog.text


def test_nobody_answers(hub: Hub, old, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    result = run("push", old, NAME)
    assert result.returncode == 3
    assert "cannot be reached" in result.stderr
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in run("push", old, NAME).stderr


def requests_of_a_push(hub: Hub, folder: Path, **options: bool) -> int:
    """Return how many requests a push makes, and undo it."""
    repo = hub.repos.get(NAME)
    refs = dict(repo.refs) if repo else None
    stored = dict(hub.stored)
    before = len(hub.requests)
    hubs.push(folder, NAME, **options)
    reset(hub, refs, stored)
    return len(hub.requests) - before


def reset(hub: Hub, refs: dict[str, str] | None, stored: dict[str, bytes]) -> None:
    """Restore an earlier state of the Hub."""
    hub.stored = dict(stored)
    if refs is None:
        hub.repos.pop(NAME, None)
    else:
        hub.repos[NAME].refs = dict(refs)
        hub.repos[NAME].titles.clear()


KINDS = [500, "lost", *nightly(403, 429, "reset", "truncated")]


@pytest.mark.slow
@pytest.mark.usefixtures("verified")
@pytest.mark.parametrize(
    ("kind", "exists", "once"),
    [
        *((kind, True, False) for kind in KINDS),
        *((kind, False, False) for kind in ("reset", *nightly("lost"))),
        *((kind, True, True) for kind in ("lost", *nightly(500))),
    ],
)
def test_a_fault_at_each_request_leaves_the_old_or_the_new_release(
    hub: Hub, old, new, capfd, caplog, completed, kind, exists, once
):
    if exists:
        hubs.push(old, NAME)
    check_faults(hub, old, new, kind, completed, exists=exists, once=once)
    printed = "".join(capfd.readouterr())
    assert printed == ""
    assert TOKEN not in caplog.text


def problem_of_push(folder: Path) -> str:
    """Push, and return what went wrong."""
    try:
        hubs.push(folder, NAME)
    except HubError as error:
        return str(error)
    return ""


@pytest.fixture
def verified(monkeypatch) -> None:
    """Publications are verified once: what is asked is what becomes of the Hub."""
    monkeypatch.setattr(Release, "read", cache(Release.read))


@pytest.fixture(scope="module")
def completed() -> set[object]:
    """The states of the Hub from which a push was seen to complete the release."""
    return set()


def state(hub: Hub) -> object:
    """Return what is on the Hub, which is all that the next push depends on."""
    repo = hub.repos.get(NAME)
    trees = (
        ()
        if repo is None
        else tuple(
            (
                ref,
                tuple(
                    hashlib.sha256(data).digest() for _, data in sorted(repo.commits[oid].items())
                ),
            )
            for ref, oid in sorted(repo.refs.items())
        )
    )
    history = len(hub.history(NAME)) if repo else 0
    return trees, history, frozenset(hub.stored)


def check_faults(
    hub: Hub,
    old: Path,
    new: Path,
    kind: int | str,
    completed: set[object],
    *,
    exists: bool,
    once: bool,
) -> None:
    refs = dict(hub.repos[NAME].refs) if exists else None
    stored = dict(hub.stored)
    releases = [files(old) if exists else {}, files(new)]
    for number in range(requests_of_a_push(hub, new)):
        hub.break_at(kind, number, once=once)
        problem = problem_of_push(new)
        assert once or problem, "it succeeded although no request was answered"
        assert "\n" not in problem
        assert problem == "" or problem.startswith(f"{NAME}: ")
        assert TOKEN not in problem
        hub.heal()
        if NAME in hub.repos:
            for tree in hub.history(NAME):
                assert {path: one for path, one in tree.items() if path != ATTRIBUTES} in [
                    {},
                    *releases,
                ]
            for tag in hub.tags(NAME):
                assert there(hub, tag) == releases[tag == "v0.2.0"]
        if (left := state(hub)) not in completed:
            hubs.push(new, NAME)
            assert there(hub) == releases[1]
            assert there(hub, "v0.2.0") == releases[1]
            # What was applied although its answer was lost is not done again.
            assert len(hub.history(NAME)) == (3 if exists else 2)
            completed.add(left)
        reset(hub, refs, stored)


@pytest.mark.slow
@pytest.mark.usefixtures("verified")
@pytest.mark.parametrize("kind", ["lost", *nightly("reset")])
def test_a_fault_at_each_request_makes_no_second_pull_request(hub: Hub, old, new, kind):
    hubs.push(old, NAME)
    refs, stored = dict(hub.repos[NAME].refs), dict(hub.stored)
    for number in range(requests_of_a_push(hub, new, create_pr=True)):
        hub.break_at(kind, number)
        with pytest.raises(HubError):
            hubs.push(new, NAME, create_pr=True)
        hub.heal()
        assert hubs.push(new, NAME, create_pr=True).pull_request
        assert len(hub.repos[NAME].titles) == 1
        assert there(hub) == files(old)
        assert there(hub, "refs/pr/1") == files(new)
        reset(hub, refs, stored)
