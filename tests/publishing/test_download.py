"""Publications on the Hub: download, push and pull, with a fault at each request."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.errors import InputError
from onrecord.publishing import hub as hubs
from onrecord.publishing.hub import HubError, Repository
from tests import ROOT
from tests.hub_server import TOKEN, Hub

NAME = "org/data"


def files(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files in a folder, by path."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def published() -> dict[str, bytes]:
    """Return the files of the publication of the curated corpus."""
    every = files(ROOT / "dataset")
    return {name: data for name, data in every.items() if name.startswith(("README", "data/"))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("org/data", Repository("org/data")),
        ("org/data@v0.2.0", Repository("org/data", "v0.2.0")),
        ("org/data@refs/pr/1", Repository("org/data", "refs/pr/1")),
    ],
)
def test_names_of_repositories(text, expected):
    assert Repository.parse(text) == expected
    assert str(expected) == text


@pytest.mark.parametrize(
    "text",
    ["", "data", "/etc/passwd", "../x", "a/b/c", "a/b@", "a/b\n", "-a/b", "a/..", "a/b@x..y"],
)
def test_what_is_no_name_of_a_repository(text):
    with pytest.raises(InputError, match="ORG/NAME"):
        Repository.parse(text)


@pytest.mark.slow
def test_download_takes_the_publication_at_one_commit_and_nothing_else(hub: Hub, tmp_path):
    hub.create(NAME, {**published(), "notes.txt": b"x", "data.csv": b"x"})
    first = hub.repos[NAME].find("main")
    hub.write(NAME, {"README.md": b"another"})
    into = tmp_path / "in"
    into.mkdir()
    assert hubs.download(NAME, first, into) == first
    assert files(into) == published()
    newest = tmp_path / "newest"
    newest.mkdir()
    hubs.download(NAME, None, newest)
    assert (newest / "README.md").read_bytes() == b"another"


@pytest.mark.slow
@pytest.mark.parametrize("kind", [401, 403, 404, 429, 500, "reset", "truncated"])
def test_a_fault_while_downloading_is_one_line_without_the_token(hub: Hub, tmp_path, capfd, kind):
    small = {
        "README.md": b"card",
        "data/0/manifest.json": b"{}" * 9,
        "data/0/x.parquet": b"PAR1" * 9,
    }
    hub.create(NAME, small)
    hubs.download(NAME, None, tmp_path / "whole")
    for number in range(len(hub.requests)):
        hub.break_at(kind, number)
        into = tmp_path / f"{number}"
        with pytest.raises(HubError) as caught:
            hubs.download(NAME, None, into)
        assert "\n" not in str(caught.value)
        assert TOKEN not in str(caught.value)
        hub.heal()
    hubs.download(NAME, None, tmp_path / "again")
    assert files(tmp_path / "again") == small
    assert TOKEN not in "".join(capfd.readouterr())
