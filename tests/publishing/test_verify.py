"""A publication is verified only if every byte of it is as it was published."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import onrecord
from onrecord.display import escape_for_display
from onrecord.errors import InputError
from onrecord.publishing import PublishError, check, publish
from onrecord.publishing.manifest import PLACEHOLDER, Manifest
from onrecord.publishing.verify import Verification
from onrecord.rules import RULES
from onrecord.rules.examples import document
from tests import ROOT
from tests.commands import run
from tests.hub_server import Hub

pytestmark = pytest.mark.xdist_group("verify")

GAZETTE = ROOT / "docs" / "examples" / "gazette"


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("gazette") / "out"
    publish(GAZETTE, out)
    return out


@pytest.fixture
def out(original, tmp_path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "out"))


def data(out: Path) -> Path:
    (folder,) = (path for path in (out / "data").iterdir() if len(path.name) == 16)
    return folder


def files(out: Path) -> list[Path]:
    return sorted(path for path in out.rglob("*") if path.is_file())


def verified(out: Path) -> tuple[list[str], str]:
    """Run the command; return the files that it finds not as published, and what it prints.

    It prints each mismatch that `onrecord.verify` returns in one line.
    """
    verify, returned = onrecord.verify, []

    def look(folder: Path) -> Verification:
        returned.append(verify(folder))
        return returned[-1]

    with mock.patch("onrecord.publishing.verify.verify", look):
        ran = run("verify", out)
    (found,) = returned
    assert found.ok == (not found.mismatches)
    lines = [escape_for_display(str(one)) for one in found.mismatches]
    assert ran.returncode == (1 if lines else 0)
    notes = 1 if lines else 2 + bool(found.beside)
    assert ran.stdout.splitlines()[:-notes] == lines
    assert "Traceback" not in ran.stderr
    return [one.file for one in found.mismatches], ran.stdout


def mismatches(out: Path) -> list[str]:
    """Return the files that the command finds not as published."""
    return verified(out)[0]


def states(out: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Let a hostile publisher change the manifest, and name everything after it."""
    folder = data(out)
    content = json.loads((folder / "manifest.json").read_text("utf-8"))
    change(content)
    write_manifest(out, json.dumps(content))


def write_manifest(out: Path, text: str) -> None:
    folder = data(out)
    (folder / "manifest.json").write_text(text, "utf-8", newline="\n")
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    card = (out / "README.md").read_bytes().replace(folder.name.encode(), digest.encode())
    (out / "README.md").write_bytes(card)
    folder.rename(folder.with_name(digest))


@pytest.mark.slow
def test_what_was_published_is_verified(out):
    found = onrecord.verify(out)
    manifest = (data(out) / "manifest.json").read_bytes()
    assert found.sha256 == hashlib.sha256(manifest).hexdigest()
    assert found.sha256.startswith(data(out).name)
    named, printed = verified(out)
    assert named == []
    assert f"cite it by the SHA-256 of its manifest: {found.sha256}" in printed
    said = json.loads(run("verify", out, "--format", "json").stdout)
    assert (said["ok"], said["sha256"], said["mismatches"]) == (True, found.sha256, [])
    assert found.manifest == Manifest.read(data(out))


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("sha256sum"), reason="the command is not installed")
def test_the_files_can_be_verified_without_the_package(out):
    page = (ROOT / "docs" / "verifying.md").read_text("utf-8")
    (script,) = (
        one
        for one in re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
        if "sha256sum" in one
    )
    shell = ["bash", "-e", "-c", script]
    assert subprocess.run(shell, cwd=out, check=False, capture_output=True).returncode == 0
    flip(data(out) / "quotes-train-0000.parquet", 7, 1)
    assert subprocess.run(shell, cwd=out, check=False, capture_output=True).returncode == 1


def flip(path: Path, at: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


def flipped(content: bytes, step: int = 1) -> Iterator[bytes]:
    """Content with one byte flipped, at each of its positions or some of them."""
    for at in range(0, len(content), step):
        yield content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]


@pytest.mark.slow
def test_every_flipped_byte_of_card_and_manifest_changes_its_digest(original):
    folder = data(original)
    card, manifest = (original / "README.md").read_bytes(), (folder / "manifest.json").read_bytes()
    stated = Manifest.read(folder).card
    assert stated.is_of(card, folder.name)
    assert not any(stated.is_of(one, folder.name) for one in flipped(card, 7))
    digests = (hashlib.sha256(one).hexdigest() for one in flipped(manifest))
    assert not any(digest.startswith(folder.name) for digest in digests)


def damaged(out: Path, damage: Callable[[Path], object]) -> Iterator[set[str]]:
    """Damage the card, the manifest, and then all others, whose digests it has; yield their names."""
    paths = files(out)
    first = [path for path in paths if path.name in ("README.md", "manifest.json")]
    for group in (*([path] for path in first), [path for path in paths if path not in first]):
        intact = {path: path.read_bytes() for path in group}
        for path in group:
            damage(path)
        yield {path.relative_to(out).as_posix() for path in group}
        for path, content in intact.items():
            path.unlink(missing_ok=True)
            path.write_bytes(content)


def wrong(out: Path) -> set[str]:
    return {one.file for one in onrecord.verify(out).mismatches}


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, 0.3, 0.6, 1])
def test_a_flipped_byte_anywhere_is_found(out, part):
    choose = random.Random(15 + part)

    def damage(path: Path) -> None:
        flip(path, round(part * (path.stat().st_size - 1)), choose.randrange(8))

    for names in damaged(out, damage):
        assert names <= wrong(out)
    assert onrecord.verify(out).ok


@pytest.mark.slow
def test_every_file_that_is_missing_cut_longer_or_swapped_is_found(out, tmp_path):
    paths = files(out)
    others = dict(zip(paths, [path.read_bytes() for path in paths[1:] + paths[:1]], strict=True))

    def make_link(path: Path) -> None:
        target = tmp_path / path.name
        target.write_bytes(path.read_bytes())
        path.unlink()
        path.symlink_to(target)

    for damage in (
        Path.unlink,
        make_link,
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"\n"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(others[path]),
    ):
        for names in damaged(out, damage):
            assert names <= wrong(out)
    for names in damaged(out, lambda path: path.rename(f"{path}.bak")):
        found = wrong(out)
        is_listed = "manifest.json" not in {Path(name).name for name in names}
        assert names <= found
        for name in names:
            assert not is_listed or f"{name}.bak" in found
            (out / f"{name}.bak").unlink()
    assert wrong(out) == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "data/DIGEST/.hidden",
        "data/DIGEST/a/b.txt",
        "data/notes",
        "data/0123456789abcdef/manifest.json",
        "data/.DS_Store",
        "notes.txt",
        "train.csv",
        ".env",
    ],
)
def test_additional_files_are_found(out, name):
    name = name.replace("DIGEST", data(out).name)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("{}")
    (found,) = mismatches(out)
    assert name.startswith(found)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_of_files_may_be_any_bytes(out):
    for name in (b"\xff\n##[error]\x1b[2J", "\u202egpj.exe".encode()):
        Path(os.fsdecode(bytes(out / "data") + b"/" + name)).write_bytes(b"")
    assert len(mismatches(out)) == 2
    said = json.loads(run("verify", out, "--format", "json").stdout)
    assert len(said["mismatches"]) == 2


def test_additional_folders_and_links_are_found(out):
    (data(out) / "empty").mkdir()
    (out / "data" / ".publish-left").mkdir()
    (out / "data" / "link").symlink_to(data(out))
    (out / "other").symlink_to(data(out))
    digest = data(out).name
    assert mismatches(out) == ["data/.publish-left", f"data/{digest}/empty", "data/link", "other"]


@pytest.mark.slow
def test_files_of_version_control_and_of_the_corpus_are_no_part_of_it(out):
    for name in (".gitattributes", ".gitignore"):
        (out / name).write_text("")
    (out / ".git").mkdir()
    (out / ".cache" / "huggingface").mkdir(parents=True)
    assert mismatches(out) == []
    (out / "corpus.yaml").write_text("title: Words")
    (out / "articles").mkdir()
    (out / "CHANGELOG.md").write_text("")
    found, printed = verified(out)
    assert found == []
    assert "was not verified: CHANGELOG.md, articles, corpus.yaml\n" in printed


def test_a_folder_with_a_readme_is_no_publication(tmp_path):
    (tmp_path / "README.md").write_text("# Notes")
    ran = run("verify", tmp_path)
    assert ran.returncode == 3
    assert "is no publication" in ran.stderr


@pytest.mark.slow
def test_links_to_blobs_are_the_files_of_a_cache_of_the_hub(out, tmp_path):
    home = tmp_path / "datasets--owner--name"
    (home / "blobs").mkdir(parents=True)
    for path in files(out):
        link = home / "snapshots" / "0123abcd" / path.relative_to(out)
        blob = home / "blobs" / hashlib.sha256(path.read_bytes()).hexdigest()
        shutil.copy(path, blob)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
    assert mismatches(home / "snapshots" / "0123abcd") == []
    flip(blob, 5, 0)
    assert len(mismatches(home / "snapshots" / "0123abcd")) == 1
    (home / "blobs").rename(home / "elsewhere")
    assert len(mismatches(home / "snapshots" / "0123abcd")) >= 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes")
def test_a_pipe_is_not_read(out):
    path = data(out) / "quotes-train-0000.parquet"
    path.unlink()
    os.mkfifo(path)
    assert mismatches(out) == [path.relative_to(out).as_posix()]


def test_the_data_may_not_be_a_link(out, tmp_path):
    (out / "data").rename(tmp_path / "data")
    (out / "data").symlink_to(tmp_path / "data")
    assert "data" in mismatches(out)


@pytest.mark.slow
def test_an_edited_card_is_found_with_what_to_do(out):
    card = out / "README.md"
    card.write_text(card.read_text("utf-8") + "\nMore.\n", "utf-8")
    found, printed = verified(out)
    assert found == ["README.md"]
    assert "edit corpus.yaml" in printed
    text = card.read_text("utf-8").removesuffix("\nMore.\n")
    card.write_text(text.replace("\n", "\r\n"), "utf-8", newline="")
    assert "'* -text' into .gitattributes" in run("verify", out).stdout
    card.write_text(text.replace(data(out).name, PLACEHOLDER, 1), "utf-8")
    assert mismatches(out) == ["README.md"]


def test_a_pointer_of_git_lfs_is_explained(out):
    path = data(out) / "quotes-train-0000.parquet"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    assert "git lfs pull" in run("verify", out).stdout


def test_all_mismatches_are_listed(out):
    (data(out) / "claims-train-0000.parquet").unlink()
    flip(data(out) / "quotes-train-0000.parquet", 50, 0)
    flip(out / "README.md", 900, 0)
    (out / "extra").write_text("")
    assert len(mismatches(out)) == 4


# A hostile publisher, whose digests are right


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "../../README.md",
        "/etc/passwd",
        "/dev/zero",
        "./quotes.parquet",
        "a/../b",
        "",
        "\0",
        "C:\\x",
        "a\n##[error]",
    ],
)
def test_no_path_of_the_manifest_is_followed(out, name):
    entry = {"bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}
    states(out, lambda content: content["files"].update({name: entry}))
    found, printed = verified(out)
    assert found
    assert "\n##[" not in printed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"manifest_version": 1}',
        '{"manifest_version": 1, "manifest_version": 1}',
        "[" * 100_000,
        '{"manifest_version": %s}' % ("9" * 5000),
        '{"manifest_version": true}',
        '{"files": NaN}',
        "\ufeff{}",
        '{"\\ud800": 1}',
    ],
)
def test_what_is_no_manifest_is_a_mismatch(out, text):
    write_manifest(out, text)
    assert next(name.rpartition("/")[2] for name in mismatches(out)) == "manifest.json"


def test_a_key_of_the_manifest_may_not_be_there_twice(out):
    text = (data(out) / "manifest.json").read_text("utf-8")
    write_manifest(out, text.replace('"rows": 12', '"rows": 12, "rows": 12', 1))
    found, printed = verified(out)
    assert len(found) == 1
    assert "line " in printed


def rows(content):
    content["files"]["quotes-train-0000.parquet"]["rows"] += 1


def table_rows(content):
    content["tables"]["quotes"]["rows"] += 1


def logical(content):
    content["tables"]["quotes"]["logical_sha256"] = "0" * 64


def counts(content):
    content["counts"]["quotes"]["type"]["direct"] += 1


def without_counts(content):
    del content["counts"]["claims"]


def other_counts(content):
    content["counts"]["lies"] = {}


def without_table(content):
    del content["tables"]["claims"]


def another_table(content):
    content["tables"]["lies"] = {"rows": 0, "logical_sha256": "0" * 64}


def without_file(content):
    del content["files"]["claims-train-0000.parquet"]


def huge(content):
    content["files"]["claims-train-0000.parquet"]["bytes"] = 10**400


def another_member(content):
    content["more"] = 1


@pytest.mark.parametrize(
    "change",
    [
        rows,
        table_rows,
        logical,
        counts,
        without_counts,
        other_counts,
        without_table,
        another_table,
        without_file,
        huge,
        another_member,
    ],
)
def test_what_the_manifest_states_of_its_files_is_compared(out, change):
    states(out, change)
    assert mismatches(out)


@pytest.mark.slow
def test_digests_in_the_croissant_description_are_compared(out):
    path = data(out) / "croissant.json"
    sha256 = hashlib.sha256((data(out) / "quotes-train-0000.parquet").read_bytes()).hexdigest()
    intact = path.read_bytes()
    for content in (
        intact.replace(sha256.encode(), b"0" * 64),
        intact.replace(sha256.encode(), rb"\ud800\u001b[2J"),
        *(b"{}", b"{", b"\xff", b"[" * 100_000, b"9" * 5000),
    ):
        path = data(out) / "croissant.json"
        path.write_bytes(content)
        entry = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        states(out, lambda stated, entry=entry: stated["files"]["croissant.json"].update(entry))
        found, printed = verified(out)
        assert {name.rpartition("/")[2] for name in found} == {"croissant.json"}
        assert "\x1b" not in printed


def rewrite(out: Path, change: Callable[[Any], Any], table: str = "quotes") -> None:
    path = data(out) / f"{table}-train-0000.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    written = path.read_bytes()
    entry = {"bytes": len(written), "sha256": hashlib.sha256(written).hexdigest()}
    states(out, lambda content: content["files"][path.name].update(entry))


def test_a_table_that_another_program_wrote_has_the_same_logical_digest(out):
    rewrite(out, lambda table: table)
    assert not [one for one in mismatches(out) if "croissant" not in one]


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.drop_columns(["id"]),
        lambda table: table.drop_columns(["quote"]),
        lambda table: table.append_column("at", pa.nulls(len(table)).cast(pa.timestamp("s"))),
        lambda table: table.append_column("at", pa.array([b"\xff"] * len(table))),
        lambda table: table.replace_schema_metadata({}),
        lambda table: table.slice(1),
        lambda table: table.take([1, 0, *range(2, len(table))]),
    ],
)
def test_columns_and_rows_of_tables_are_compared(out, change):
    rewrite(out, change)
    assert [one for one in mismatches(out) if "croissant" not in one]


@pytest.mark.slow
def test_splits_are_those_of_the_files(tmp_path):
    corpus, out = tmp_path / "corpus", tmp_path / "out"
    shutil.copytree(GAZETTE, corpus)
    with (corpus / "corpus.yaml").open("a") as file:
        file.write("splits: {train: 0.6, test: 0.4}\n")
    publish(corpus, out)
    assert mismatches(out) == []
    splits = pq.read_table(data(out) / "splits.parquet").to_pylist()
    splits[0]["split"] = "test" if splits[0]["split"] == "train" else "train"
    pq.write_table(pa.Table.from_pylist(splits), data(out) / "splits.parquet")
    written = (data(out) / "splits.parquet").read_bytes()
    stated = {"bytes": len(written), "sha256": hashlib.sha256(written).hexdigest()}
    states(out, lambda manifest: manifest["files"]["splits.parquet"].update(stated))
    files = {name.rpartition("/")[2] for name in mismatches(out)}
    assert {"splits.parquet"} < files
    assert any(name.startswith("articles-") for name in files)
    states(out, lambda manifest: manifest["splits"].update(groups=99))
    assert any("99 groups" in str(one) for one in onrecord.verify(out).mismatches)


def test_columns_of_statements_are_compared(out):
    rewrite(out, lambda table: table.drop_columns(["quote"]), "statements")
    (found,) = (one for one in onrecord.verify(out).mismatches if "statements-" in one.file)
    assert found.expected == "the column quote: string"


# Other versions, and what is no publication


@pytest.mark.slow
@pytest.mark.parametrize(("member", "value"), [("manifest_version", 2), ("schema_version", "9.7")])
def test_a_publication_of_a_newer_version_is_reported_not_misread(out, tmp_path, member, value):
    states(out, lambda content: content.update({member: value}))
    commands = [
        ("verify", out),
        ("diff", out, GAZETTE),
        ("diff", GAZETTE, out),
        ("publish", GAZETTE, "--out", out),
    ]
    before = {path: path.read_bytes() for path in files(out)}
    for command in commands:
        ran = run(*command)
        assert ran.returncode == 3, command
        assert ran.stderr.count("\n") == 1
        assert f"{value}; this one reads" in ran.stderr
    for command in (("validate", out), ("publish", GAZETTE, "--out", out, "--check")):
        ran = run(*command)
        assert ran.returncode in (1, 3), command
        assert f"{value}; this one reads" in ran.stdout + ran.stderr, command
    assert {path: path.read_bytes() for path in files(out)} == before


def test_a_damaged_version_is_no_newer_one(out):
    path = data(out) / "manifest.json"
    for member in ('"manifest_version": ', '"schema_version": "'):
        before = path.read_bytes()
        path.write_bytes(before.replace(f"{member}1".encode(), f"{member}3".encode(), 1))
        assert {one.rpartition("/")[2] for one in mismatches(out)} == {"manifest.json"}
        path.write_bytes(before)


@pytest.mark.slow
def test_records_beside_a_publication_of_a_newer_version_are_validated(corpus):
    states(corpus, lambda content: content.update(manifest_version=2))
    ran = run("validate", corpus)
    assert ran.returncode == 0
    assert "warning[published-unreadable]" in ran.stdout
    assert "a newer version of onrecord wrote it (manifest version 2" in ran.stdout


@pytest.mark.parametrize("name", ["nothing", "file", "empty", "org/name"])
def test_what_is_no_publication_is_one_line(tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        onrecord.verify(tmp_path / name)
    ran = run("verify", tmp_path / name)
    assert (ran.returncode, ran.stderr.count("\n")) == (3, 1)


# Publishing again


@pytest.fixture
def corpus(tmp_path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    text = yaml.safe_dump(document(""), allow_unicode=True)
    (folder / "harbour.yaml").write_text(text, "utf-8")
    (folder / "corpus.yaml").write_text(
        "title: Words of the harbour\nversion: 1.0.0\ndescription: Words.\nlicense: CC-BY-4.0\ncitation: Words.\n"
    )
    publish(folder)
    return folder


@pytest.mark.slow
def test_an_edited_card_is_not_lost(corpus):
    card = corpus / "README.md"
    before = card.read_text("utf-8")
    card.write_text(before.replace("Words.", "My words.", 1), "utf-8")
    with pytest.raises(PublishError, match="was edited after it was published"):
        publish(corpus)
    assert "My words." in card.read_text("utf-8")
    card.write_text(before.replace("\n", "\r\n"), "utf-8", newline="")
    publish(corpus)
    assert card.read_bytes() == before.encode()
    card.unlink()
    publish(corpus)
    assert onrecord.verify(corpus).ok
    sha256 = Manifest.read(data(corpus)).card.sha256
    for old, new in ((sha256, "0" * 64), ('"manifest_version": 1', '"manifest_version": 3')):
        path = data(corpus) / "manifest.json"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        publish(corpus)  # restores what is damaged
        assert onrecord.verify(corpus).ok


@pytest.mark.slow
def test_the_manifest_says_how_it_was_validated(more_rules, corpus, tmp_path):
    ignore = {"code": "pronoun-as-subject", "reason": "a test", "record": "harbour.c1"}
    settings = {"severity": {"alias": "off"}, "ignore": [ignore]}
    with (corpus / "corpus.yaml").open("a") as file:
        file.write(f"validation: {json.dumps(settings)}\n")
    text = yaml.safe_dump(document("claims: [{text: He will do it.}]"), allow_unicode=True)
    (corpus / "harbour.yaml").write_text(text, "utf-8")
    publish(corpus)
    stated = Manifest.read(data(corpus))
    assert "alias" not in stated.rules
    assert "span-moved" in stated.rules
    assert stated.settings == ({"file": "corpus.yaml", **settings},)
    assert str(tmp_path) not in stated.text
    moved = shutil.copytree(corpus, tmp_path / "elsewhere" / "dataset")
    shutil.rmtree(moved / "data")
    publish(moved)
    assert Manifest.read(data(moved)) == stated
    assert check(moved).fresh


# On the Hub


@pytest.mark.slow
def test_a_revision_on_the_hub_is_verified(hub: Hub, out):
    def contents() -> dict[str, bytes]:
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in files(out)}

    hub.create("org/data", contents())
    first = hub.repos["org/data"].find("main")
    flip(data(out) / "quotes-train-0000.parquet", 100, 0)
    hub.write("org/data", {**contents(), "notes.txt": b"x"})
    assert run("verify", f"org/data@{first}").returncode == 0
    ran = run("verify", "org/data@main")
    assert ran.returncode == 1
    assert len(ran.stdout.splitlines()) == 3
    ran = run("verify", "org/data@none")
    assert (ran.returncode, ran.stderr.count("\n")) == (3, 1)


@pytest.mark.slow
def test_texts_that_others_do_not_have_do_not_change_the_manifest(tmp_path, only_rules):
    only_rules(*RULES)
    corpus = Path(shutil.copytree(GAZETTE, tmp_path / "corpus"))
    path = corpus / "articles" / "2023" / "2023-11-08-herald.yaml"
    article = path.read_text("utf-8")
    assert article.count("start: 230, end: 251") == 1
    path.write_text(article.replace("start: 230, end: 251", "start: 229, end: 250"), "utf-8")
    report = onrecord.validate(corpus, texts=corpus / "texts")
    assert report.findings
    ignore = [{"code": code, "reason": "a test"} for code in {one.code for one in report.findings}]
    with (corpus / "corpus.yaml").open("a") as file:
        file.write(f"validation: {json.dumps({'ignore': ignore})}\n")
    with_texts = publish(corpus, tmp_path / "with", texts=corpus / "texts")
    assert with_texts.report.ignored
    assert with_texts.manifest == publish(corpus, tmp_path / "without").manifest
