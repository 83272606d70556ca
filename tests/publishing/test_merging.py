"""Two branches that each published can be merged: publishing again gives what a clean corpus gives."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import yaml

from onrecord.publishing import PublishError, check, publish, swap
from onrecord.rules.examples import document
from tests import ROOT
from tests.commands import install_program, run
from tests.conftest import PUBLISHING_RULES
from tests.drawing import nightly

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("git"), reason="git is not installed"),
]

NAME = {
    f"GIT_{who}_{what}": "a@example.org"
    for who in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}


class Repository:
    """A git repository with a corpus."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.corpus = top / "dataset"
        if not self.corpus.exists():
            self.corpus.mkdir()
            self.git("init", "-q", "-b", "main", ".")

    def git(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = os.environ | NAME | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_EDITOR": "true"}
        return subprocess.run(
            ["git", *arguments],
            cwd=self.top,
            env=environment,
            check=check,
            capture_output=True,
            text=True,
        )

    def add(self, name: str, *, published: bool = True) -> None:
        """Commit an article, and what is published with it."""
        text = yaml.safe_dump(document(f"article: {{id: {name}}}"))
        (self.corpus / f"{name}.yaml").write_text(text, "utf-8")
        if published:
            publish(self.corpus)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", name)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "repository").mkdir()
    return Repository(tmp_path / "repository")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@cache
def clean(records: frozenset[tuple[str, bytes]]) -> dict[str, bytes]:
    """Return what publishing these records alone gives, with the records."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in records:
            Path(folder, name).write_bytes(content)
        publish(Path(folder))
        return tree(Path(folder))


def check_resolved(repository: Repository) -> None:
    """Publishing, and nothing else, leaves what publishing the records alone would give."""
    ran = run("validate", repository.corpus)
    assert ran.returncode in (0, 1), ran.stderr
    ran = run("publish", repository.corpus)
    assert ran.returncode == 0, ran.stdout
    records = {path.name: path.read_bytes() for path in repository.corpus.glob("*.yaml")}
    assert tree(repository.corpus) == clean(frozenset(records.items()))
    assert check(repository.corpus).fresh
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Merge", "--allow-empty")
    assert repository.git("status", "--porcelain").stdout == ""
    assert {"one.yaml", "two.yaml"} <= {path.name for path in repository.corpus.iterdir()}


@pytest.mark.parametrize(
    ("style", "before"),
    [("merge", "published"), ("diff3", "not published"), *nightly(("zdiff3", "published"))],
)
def test_publishing_resolves_what_two_branches_published(repository, style, before):
    repository.add("base", published=before == "published")
    repository.git("switch", "-q", "-c", "one")
    repository.add("one")
    repository.git("switch", "-q", "main")
    repository.add("two")
    merged = repository.git("-c", f"merge.conflictStyle={style}", "merge", "one", check=False)
    assert merged.returncode
    assert "<<<<<<<" in (repository.corpus / "README.md").read_text("utf-8")
    check_resolved(repository)


def test_the_workflow_of_the_guide_publishes_what_was_merged(repository, tmp_path):
    """Its scripts run as they stand, but for the one that installs the command."""
    repository.add("base", published=False)
    for name in ("one", "two"):
        repository.git("switch", "-q", "-c", name, "main")
        repository.add(name, published=False)
    repository.git("switch", "-q", "main")
    repository.git("merge", "one", "two")
    repository.git("init", "-q", "--bare", str(tmp_path / "remote"))
    repository.git("remote", "add", "origin", str(tmp_path / "remote"))
    repository.git("push", "-q", "-u", "origin", "main")
    workflow = ROOT / "docs" / "examples" / "ci" / "publish-workflow.yml"
    steps = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]["publish"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step and "pip" not in step["run"]]
    # Manifests say with which rules a corpus was validated.
    path = install_program(tmp_path / "bin", *PUBLISHING_RULES)
    for number in (1, 2):  # the second time there is nothing to do
        for script in scripts:
            subprocess.run(
                ["bash", "-e", "-c", script],
                cwd=repository.top,
                env=os.environ | {"PATH": path, "GIT_CONFIG_GLOBAL": os.devnull},
                check=True,
                capture_output=True,
            )
        log = repository.git("log", "--format=%s", "origin/main").stdout.splitlines()
        assert log.count("Publish the corpus") == 1, number
    check_resolved(repository)


def test_publishing_resolves_it_in_a_rebase(repository):
    repository.add("base")
    repository.git("switch", "-q", "-c", "one")
    repository.add("one")
    repository.git("switch", "-q", "main")
    repository.add("two")
    assert repository.git("rebase", "one", check=False).returncode
    publish(repository.corpus)
    repository.git("add", "-A")
    repository.git("rebase", "--continue")
    check_resolved(repository)


def lose_manifests(corpus: Path) -> None:
    for path in corpus.glob("data/*/manifest.json"):
        path.unlink()


def lose_tables(corpus: Path) -> None:
    for folder in corpus.glob("data/*"):
        (folder / "articles-train-0000.parquet").unlink(missing_ok=True)


def mark_manifests(corpus: Path) -> None:
    for path in corpus.glob("data/*/manifest.json"):
        path.write_text(f"<<<<<<< HEAD\n{path.read_text()}=======\n{{}}\n>>>>>>> one\n")


def keep_versions(corpus: Path) -> None:
    for folder in corpus.glob("data/*"):
        shutil.copy(folder / "quotes-train-0000.parquet", folder / "quotes-train-0000.parquet~HEAD")
        (folder / "manifest.json").rename(folder / "manifest.json~one")


def lose_the_card(corpus: Path) -> None:
    (corpus / "README.md").unlink()


@pytest.fixture(scope="module")
def half_merged(tmp_path_factory) -> Repository:
    """A repository with a merge that has conflicts, and with the folder that will resolve them."""
    repository = Repository(tmp_path_factory.mktemp("half-merged"))
    repository.add("base")
    repository.git("switch", "-q", "-c", "one")
    repository.add("one")
    repository.git("switch", "-q", "main")
    repository.add("two")
    repository.git("merge", "one", check=False)
    publish(repository.corpus)
    return repository


@pytest.mark.xdist_group("half-merged")
@pytest.mark.parametrize(
    "damage", [lose_manifests, lose_tables, mark_manifests, keep_versions, lose_the_card]
)
def test_publishing_resolves_what_is_half_merged(
    half_merged, tmp_path, damage: Callable[[Path], None]
):
    repository = Repository(shutil.copytree(half_merged.top, tmp_path / "repository"))
    damage(repository.corpus)
    check_resolved(repository)


def test_a_card_that_somebody_wrote_is_kept_though_the_other_side_was_published(repository):
    repository.add("base", published=False)
    repository.git("switch", "-q", "-c", "one")
    repository.add("one")
    repository.git("switch", "-q", "main")
    (repository.corpus / "README.md").write_text("# Mine\n\nWritten by hand.\n", "utf-8")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "A card of my own")
    repository.git("merge", "one", check=False)
    there = (repository.corpus / "README.md").read_text("utf-8")
    assert swap.MARKER in there
    assert "Written by hand." in there
    with pytest.raises(PublishError, match="was not written by onrecord publish"):
        publish(repository.corpus)
    assert (repository.corpus / "README.md").read_text("utf-8") == there


def test_files_of_others_in_a_folder_of_tables_are_kept(repository):
    repository.add("base")
    folder = repository.corpus / "data" / "0123456789abcdef"
    folder.mkdir()
    (folder / "quotes-train-0000.parquet").write_bytes(b"PAR1")
    (folder / "notes.txt").write_text("mine")
    publish(repository.corpus)
    assert (folder / "notes.txt").read_text() == "mine"
