from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import hashlib
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from huggingface_hub import DatasetCard
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import onrecord
from onrecord.corpus import derived
from onrecord.corpus import reading as corpora_
from onrecord.errors import InputError, MissingExtraError
from onrecord.files.opening import File
from onrecord.findings import Checked
from onrecord.language.wording import fingerprint
from onrecord.publishing import (
    PublishError,
    card,
    check,
    markdown,
    parquet,
    publication,
    publish,
    shards,
    statements,
    swap,
)
from onrecord.publishing.counting import count
from onrecord.publishing.datasets import to_datasets
from onrecord.publishing.manifest import Manifest, files_in
from onrecord.publishing.order import natural
from onrecord.publishing.publication import Publishing, Source
from onrecord.readers import discovery
from onrecord.readers.models.card import counts, size
from onrecord.rights.records import RefusedError, dehydrate
from onrecord.rights.tables import PassedOn
from onrecord.rules.examples import document
from onrecord.schema import CURRENT, RECORD_TYPES, current
from onrecord.schema.arrow import DERIVED, arrow_schema
from onrecord.testing import corpora, corpus_infos
from onrecord.validation import validate as validation
from onrecord.validation.settings import EffectiveSettings
from tests.drawing import examples, is_nightly, nightly
from tests.steps import before_each_step, left_when_killed, tree

pytestmark = pytest.mark.slow

INFO = {
    "title": "Words of the harbour",
    "version": "1.2.0",
    "description": "What the mayor said.",
    "license": "CC-BY-4.0",
    "citation": "@misc{harbour, title={Words of the harbour}}",
}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A corpus of one sound document that says what it is."""
    folder = tmp_path / "dataset"
    folder.mkdir()
    add(folder)
    (folder / "corpus.yaml").write_text(json.dumps(INFO))
    return folder


def add(folder: Path, overlay: str = "", name: str = "harbour") -> None:
    """Add an article, the overlay laid over the sound document."""
    text = yaml.safe_dump(document(overlay), allow_unicode=True, sort_keys=False)
    (folder / f"{name}.yaml").write_text(text, "utf-8")


def published(out: Path) -> Path:
    """The folder of tables that the card names."""
    named = set(re.findall(r"^ +path: (data/[0-9a-f]{16})/", card_of(out), re.MULTILINE))
    assert len(named) == 1
    return out / named.pop()


def card_of(out: Path) -> str:
    return (out / "README.md").read_text("utf-8")


def rows(out: Path, table: str = "quotes") -> list[dict[str, Any]]:
    return pq.read_table(published(out) / f"{table}-train-0000.parquet").to_pylist()


def ids(out: Path, table: str = "quotes") -> list[str]:
    return [row["id"] for row in rows(out, table)]


def whole(out: Path) -> bool:
    """Return whether all that the card names is as it was published; other files may exist."""
    return all(one.expected == "nothing" for one in onrecord.verify(out).mismatches)


def load(out: Path, cache: Path, *arguments: str, **options: Any) -> Any:
    from datasets import load_dataset

    return load_dataset(str(out), *arguments, split="train", cache_dir=str(cache), **options)


# What it can be read with


def test_the_examples_of_the_card_run(dataset, tmp_path, monkeypatch):
    publish(dataset)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    blocks = re.findall(r"```(\w+)\n(.*?)```", card_of(dataset), re.DOTALL)
    code: dict[str, str] = {}
    for language, text in blocks:
        code[language] = code.get(language, "") + text.replace("path/to/this/folder", str(dataset))
    names: dict[str, Any] = {}
    exec(code["python"].replace("split=", f"cache_dir={str(tmp_path)!r}, split="), names)
    assert names["quotes"]["id"] == ["harbour.q1"]
    assert duckdb.sql(code["sql"]).fetchall() == [
        (None, "We will rebuild the harbour,", "2024-05-02")
    ]


@pytest.mark.parametrize("streaming", [False, True])
def test_a_table_without_records_loads_and_is_no_trouble_to_others(tmp_path, streaming):
    folder = tmp_path / "dataset"
    folder.mkdir()
    whole_document = document("")
    del whole_document["claims"], whole_document["quotes"]
    (folder / "harbour.json").write_text(json.dumps(whole_document))
    publish(folder)
    articles = load(folder, tmp_path / "cache", streaming=streaming)
    assert [row["id"] for row in articles] == ["harbour"]
    assert "There are no records in `statements`, `quotes`, `claims`." in card_of(folder)
    for table in ("quotes", "claims"):
        if streaming:
            loaded = load(folder, tmp_path / "cache", table, streaming=True)
            assert [*loaded.features] == derived.schema(table.removesuffix("s")).names
            assert list(loaded) == []
        else:  # once datasets can, the card should say so
            with pytest.raises(ValueError, match="corresponds to no data"):
                load(folder, tmp_path / "cache", table)
    assert pq.read_schema(published(folder) / "claims-train-0000.parquet") == derived.schema(
        "claim"
    )
    assert duckdb.sql(f"SELECT * FROM '{folder}/data/*/quotes-train-0000.parquet'").fetchall() == []
    assert not check(folder).differences


def test_to_datasets_gives_what_load_dataset_gives(dataset, tmp_path):
    publish(dataset)
    given = to_datasets(corpora_.read(dataset))
    for table in ("articles", "quotes", "claims"):
        loaded = load(dataset, tmp_path / "cache", table)
        assert given[table].features == loaded.features
        assert given[table].to_list() == loaded.to_list()


def test_to_datasets_says_what_to_install(dataset, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingExtraError, match=r"onrecord\[publish\]"):
        to_datasets(corpora_.read(dataset))


def test_publishing_needs_no_datasets():
    code = "import sys, onrecord.publishing; sys.exit('datasets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# The tables


def test_tables_have_the_schema_of_the_models(dataset):
    publish(dataset)
    for record_type in RECORD_TYPES:
        schema = pq.read_schema(published(dataset) / f"{record_type}s-train-0000.parquet")
        model = arrow_schema(CURRENT.models[record_type])
        assert pa.schema(schema).remove_metadata().names[: len(model)] == model.names
        assert all(schema.field(field.name).equals(field) for field in model)
        derived_names = [column.name for column in derived.COLUMNS[record_type]]
        assert schema.names[len(model) :] == derived_names
        assert schema.metadata == {b"onrecord.schema_version": CURRENT.number.encode()}


def test_readers_know_what_is_derived():
    names = [column.name for columns in derived.COLUMNS.values() for column in columns]
    assert set(names) == DERIVED
    for record_type in RECORD_TYPES:
        assert not DERIVED & set(arrow_schema(CURRENT.models[record_type]).names)


def test_parquet_is_written_for_those_who_look_things_up(dataset):
    publish(dataset)
    for path in published(dataset).glob("*.parquet"):
        file = pq.ParquetFile(path)
        group = file.metadata.row_group(0)
        columns = [group.column(index) for index in range(group.num_columns)]
        # Values from a short list have a dictionary, which compression would not make smaller.
        for column in columns:
            is_listed = column.has_dictionary_page or column.physical_type == "BOOLEAN"
            assert column.compression == ("UNCOMPRESSED" if is_listed else "ZSTD")
        assert {column.path_in_schema for column in columns if column.has_dictionary_page} >= {
            "type",
            "language",
            "status",
        } & {*file.schema_arrow.names}
        assert all(column.has_offset_index for column in columns)
        # Values that queries compare by order have least and greatest ones; words have none.
        known = {column.path_in_schema for column in columns if column.is_stats_set}
        assert known == {column.path_in_schema for column in columns if column.has_column_index}
        assert {"id", "article_id", "published_from", "said_from", "type", "language"} & {
            *file.schema_arrow.names
        } <= known
        assert not known & {"text", "quote", "context", "content.list.element.exact"}
        assert file.metadata.metadata.keys() == {b"ARROW:schema", b"onrecord.schema_version"}
        [sorting] = group.sorting_columns
        assert file.schema.column(sorting.column_index).path in ("id", "article_id")


def test_rows_are_in_the_order_of_their_ids(dataset):
    for name in ("zebra", "anchor", "m10", "m2"):
        add(dataset, f"article: {{id: {name}}}", name)
    publish(dataset)
    assert ids(dataset, "articles") == ["anchor", "harbour", "m10", "m2", "zebra"]
    assert ids(dataset) == [f"{name}.q1" for name in ids(dataset, "articles")]


def test_row_groups_are_cut_by_the_records_alone(dataset, monkeypatch):
    for number in range(20):
        add(dataset, f"article: {{id: a{number:02}}}", f"{19 - number}")
    monkeypatch.setattr(shards, "GROUP_BYTES", 8 * shards.ROW_BYTES)
    publish(dataset)
    groups = pq.ParquetFile(published(dataset) / "quotes-train-0000.parquet").metadata
    sizes = [groups.row_group(index).num_rows for index in range(groups.num_row_groups)]
    assert len(sizes) > 1
    assert min(sizes[:-1]) >= 2
    assert max(sizes) <= 32
    assert len(ids(dataset)) == 21
    assert ids(dataset) == sorted(ids(dataset))
    assert not check(dataset).differences


@settings(max_examples=examples(2))
@given(corpora("dehydrated"), st.sampled_from(["json", "yaml"]))
def test_what_is_published_reads_back_the_same(tmp_path_factory, documents, form):
    folder = tmp_path_factory.mktemp("corpus")
    write(folder, documents, form)
    result = publish(folder, folder / "out")
    assert result.manifest, result.report.errors
    before, after = corpora_.read(folder), corpora_.read(folder / "out")
    assert not after.findings
    for name in ("articles", "quotes", "claims"):
        records = sorted(getattr(before, name), key=lambda record: record.id)
        assert sorted(getattr(after, name), key=lambda record: record.id) == records
    # A publication is a corpus, and publishing it gives the same tables.
    again = publish(folder / "out", folder / "again")
    assert again.manifest == result.manifest
    # What derives from withheld words is withheld.
    for row in rows(folder / "out"):
        words = [span["exact"] for span in row["content"]]
        assert row["quote"] == (None if None in words else " ".join(words))
        assert row["fingerprint"] == (row["quote"] and fingerprint(row["quote"]))


def write(folder: Path, documents: tuple[current.Document, ...], form: str) -> None:
    for number, each in enumerate(documents):
        text = each.model_dump_json(exclude_none=True)
        if form == "yaml":
            text = yaml.safe_dump(json.loads(text), sort_keys=False)
        (folder / f"{number}.{form}").write_text(text, "utf-8")


# Derived columns

DAYS = [
    ("2024", "2024-01-01", "2024-12-31"),
    ("2024-02", "2024-02-01", "2024-02-29"),
    ("2023-12", "2023-12-01", "2023-12-31"),
    ("1900-02", "1900-02-01", "1900-02-28"),
    ("2024-02-29", "2024-02-29", "2024-02-29"),
    ("2024-05-02T23:30:00-05:00", "2024-05-02", "2024-05-02"),
    ("0001", "0001-01-01", "0001-12-31"),
    ("9999-12", "9999-12-01", "9999-12-31"),
    ("2022-02/2023", "2022-02-01", "2023-12-31"),
    ("2014/2022-02-24T04:00Z", "2014-01-01", "2022-02-24"),
    ("../2022", None, "2022-12-31"),
    ("2022-02-24/..", "2022-02-24", None),
    ("2023-02-29", None, None),
    ("0000-05", None, None),
    (None, None, None),
]


def test_partial_dates_have_a_first_and_a_last_day():
    dates = pa.record_batch({"period": pa.array([date for date, _, _ in DAYS])})
    first, last = (
        column.derive(dates).to_pylist()
        for column in derived.COLUMNS["claim"]
        if column.name.startswith("period")
    )
    for (date, *expected), *found in zip(DAYS, first, last, strict=True):
        assert found == [day and dt.date.fromisoformat(day) for day in expected], date


def test_dates_of_the_records_become_sortable(dataset):
    add(dataset, "quotes: [{said: 2024-04}]\nclaims: [{period: 2024-05/..}]")
    publish(dataset)
    [article], [quote], [claim] = (rows(dataset, name) for name in ("articles", "quotes", "claims"))
    day = dt.date.fromisoformat
    assert (article["published_from"], article["published_to"]) == (day("2024-05-02"),) * 2
    assert (quote["said_from"], quote["said_to"]) == (day("2024-04-01"), day("2024-04-30"))
    assert (claim["period_from"], claim["period_to"]) == (day("2024-05-01"), None)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("We will rebuild the harbour,", "“we will rebuild the harbour.”"),
        ("Don't stop", "DON’T  STOP!"),
        ("a cease-fire — now", "a ceasefire\u00a0– now"),
        ("e\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}", "Été"),
        ("Straße", "STRASSE"),
        ("ﬁrst ½", "first 1⁄2"),
        ("和平 是", "和平是"),
        ("5 – 10 years", "5-10 years"),
        ("it is \N{MINUS SIGN}5", "it is -5"),
        ("Well … yes", "Well... yes"),
        ("٣ سنوات", "3 سنوات"),
        ("می‌خواهم", "می خواهم"),
    ],
)
def test_a_fingerprint_is_equal_for_the_same_words(here, there):
    assert fingerprint(here) == fingerprint(there) is not None


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("3.5 percent", "35 percent"),
        ("1,000", "1.000"),
        ("it is -5", "it is 5"),
        ("5-10 years", "510 years"),
        ("$5", "5"),
        ("٣", "4"),
        ("5%", "5‰"),
        ("5%", "5"),
        ("हिंदी", "हद"),
        ("yes", "no"),
        ("résumé", "resume"),
    ],
)
def test_a_fingerprint_differs_for_other_words(here, there):
    assert fingerprint(here) != fingerprint(there)


def test_a_fingerprint_is_what_the_card_says():
    digest = hashlib.sha256(b"wewillrebuildit").hexdigest()
    assert fingerprint("“We will — rebuild it!”") == digest[:16]


def test_signs_alone_have_no_fingerprint():
    assert fingerprint("… ?!") is None


@given(st.text())
def test_any_words_have_a_fingerprint_of_one_kind(words):
    found = fingerprint(words)
    assert found is None or re.fullmatch("[0-9a-f]{16}", found)
    if found and not re.search(r"\d", words):
        assert fingerprint(f" «{words}» ") == found


# The same bytes


def test_order_and_names_of_files_do_not_matter(tmp_path):
    documents = [document(f"article: {{id: a{number}}}") for number in range(12)]
    publications = []
    for seed in range(3):
        folder = tmp_path / f"{seed}"
        folder.mkdir()
        (folder / "corpus.yaml").write_text(json.dumps(INFO))
        for number, each in enumerate(random.Random(seed).sample(documents, len(documents))):
            (folder / f"{number}.json").write_text(json.dumps(each))
        publish(folder, tmp_path / "out" / f"{seed}")
        publications.append(tree(tmp_path / "out" / f"{seed}"))
    assert publications[0] == publications[1] == publications[2]


def test_tables_and_documents_give_the_same_bytes(dataset, tmp_path):
    add(dataset, "article: {id: pier}", "pier")
    corpus = corpora_.read(dataset)
    (tmp_path / "tables").mkdir()
    for name in ("articles", "quotes", "claims"):
        lines = [record.model_dump_json() for record in getattr(corpus, name)]
        (tmp_path / "tables" / f"{name}.jsonl").write_text("\n".join(reversed(lines)), "utf-8")
    shutil.copy(dataset / "corpus.yaml", tmp_path / "tables")
    publish(dataset, tmp_path / "one")
    publish(tmp_path / "tables", tmp_path / "other")
    assert tree(tmp_path / "one") == tree(tmp_path / "other")


def test_another_process_gives_the_same_bytes(dataset, tmp_path):
    for number in range(5):
        add(dataset, f"article: {{id: a{number}}}", f"{number}")
    publish(dataset, tmp_path / "here")
    for number, threads in enumerate(("7", *nightly("1"))):
        code = (
            "import sys, pyarrow; pyarrow.set_cpu_count(int(sys.argv[3])); "
            "from onrecord.publishing import publish; publish(*sys.argv[1:3])"
        )
        environment = {
            **os.environ,
            "PYTHONHASHSEED": str(number + 1),
            "TZ": "Asia/Kathmandu",
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "OMP_NUM_THREADS": threads,
        }
        out = tmp_path / f"there-{number}"
        arguments = [sys.executable, "-c", code, str(dataset), str(out), threads]
        subprocess.run(arguments, check=True, env=environment)
        assert tree(tmp_path / "here") == tree(out)


def test_a_publication_tells_nothing_of_where_it_was_made(dataset, tmp_path):
    shutil.copytree(dataset, tmp_path / "elsewhere" / "other-name")
    publish(dataset)
    publish(tmp_path / "elsewhere" / "other-name")
    assert tree(dataset) == tree(tmp_path / "elsewhere" / "other-name")


def test_the_folder_is_named_after_its_manifest(dataset):
    result = publish(dataset)
    folder = published(dataset)
    digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    assert digest[:16] == folder.name == result.manifest.digest
    command = re.search(r"`(cd data/.*)`", card_of(dataset))[1]
    shown = subprocess.check_output(command, shell=True, cwd=dataset, text=True)
    assert shown.strip() == folder.name
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["files"]["quotes-train-0000.parquet"]["rows"] == 1


# All or nothing


@pytest.fixture
def before(dataset, tmp_path) -> Path:
    """An earlier publication; the corpus has changed since."""
    publish(dataset, tmp_path / "before")
    add(dataset, "article: {id: pier}", "pier")
    return tmp_path / "before"


def test_killed_at_any_step_a_publication_is_whole(dataset, before, tmp_path):
    publish(dataset, tmp_path / "fresh")
    old, new = tree(before), tree(tmp_path / "fresh")
    # What is there by the files outside of the folder that is built in, with the most in that.
    most: dict[frozenset[str], dict[str, bytes | None]] = {}
    seen = []
    for state in left_when_killed(before, lambda: publish(dataset, before)):
        seen.append(state["README.md"] == new["README.md"])
        assert (new if seen[-1] else old).items() <= state.items()
        places = frozenset(path for path in state if not path.startswith("data/.publish-"))
        most[places] = max(most.get(places, {}), state, key=len)
    assert len(seen) > 30
    assert seen == sorted(seen)
    assert set(seen) == {False, True}
    for number, state in enumerate(most.values()):
        out = restored(state, tmp_path / f"{number}")
        assert whole(out)
        loaded = load(out, tmp_path / "cache", "quotes", streaming=True)
        is_new = state["README.md"] == new["README.md"]
        expected = ["harbour.q1", "pier.q1"] if is_new else ["harbour.q1"]
        assert [row["id"] for row in loaded] == expected
        # And publishing once more leaves nothing of it.
        publish(dataset, out)
        assert tree(out) == new


def restored(state: dict[str, bytes | None], out: Path) -> Path:
    out.mkdir()
    for name, data in state.items():
        if data is None:
            (out / name).mkdir()
        else:
            (out / name).write_bytes(data)
    return out


def failing_at_every_step(
    folder: Path, out: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Publish over an earlier publication, failing at the first step, at the second and so on; yield
    what is said each time.

    What is built is always the same: where a later step fails, it is not built again.
    """
    report = validation.validate_corpus(onrecord.read(folder))
    monkeypatch.setattr(validation, "validate_to_publish", lambda *_: (report, None))
    build, kept, built = publication.build, out.with_name("built"), []
    left = taken = 0

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def build_once(folder: Path, stage: Path, *rest: Any) -> Any:
        nonlocal left, taken
        before = left
        if not built:
            result = build(folder, stage, *rest)
            if left < 1:
                return result
            built.append(result)
            taken = before - left
        left = -1
        shutil.copytree(
            *((stage, kept) if not kept.exists() else (kept, stage)), dirs_exist_ok=True
        )
        left = before - taken
        return built[0]

    monkeypatch.setattr(publication, "build", build_once)
    for number in itertools.count(1):
        shutil.rmtree(out, ignore_errors=True)
        if earlier.exists():
            shutil.copytree(earlier, out)
        left, message = number, ""
        with before_each_step(out, step):
            try:
                publish(folder, out)
            except PublishError as error:
                message = str(error)
        if left > 0:  # there were not so many steps
            break
        yield message
    assert taken > 15
    assert number - taken > 15


def test_failing_at_any_step_leaves_the_earlier_publication(dataset, before, tmp_path, monkeypatch):
    publish(dataset, tmp_path / "fresh")
    old, new = tree(before), tree(tmp_path / "fresh")
    out = tmp_path / "out"
    failed = 0
    for message in failing_at_every_step(dataset, out, before, monkeypatch):
        if not message:
            assert tree(out) == new
        elif "is left as it was" in message:
            assert "No space left on device" in message
            assert "\n" not in message
            assert tree(out) == old
            failed += 1
        else:
            assert "is published, but what was there before is not all removed" in message
            assert new.items() <= tree(out).items()
            assert whole(out)
    assert failed > 15


def test_failing_at_any_step_of_the_first_time_leaves_nothing(dataset, tmp_path, monkeypatch):
    out = tmp_path / "out"
    for message in failing_at_every_step(dataset, out, tmp_path / "absent", monkeypatch):
        if "is left as it was" in message:
            assert not out.exists()


def test_killed_while_the_same_is_published_again(dataset):
    publish(dataset)
    there = tree(dataset)
    states = left_when_killed(dataset, lambda: publish(dataset))
    assert len(states) > 15
    assert all(there.items() <= state.items() for state in states)


def test_killed_at_random_times(dataset, before, tmp_path):
    shutil.copytree(dataset, tmp_path / "other")
    add(tmp_path / "other", "article: {id: quay}", "quay")
    script = """
import os, random, signal, sys, time
from pathlib import Path
import onrecord
from onrecord.validation import validate as validation
from onrecord.publishing import publication
out, *folders = map(Path, sys.argv[2:])
report = validation.validate_corpus(onrecord.read(folders[0]))
validation.validate_to_publish = lambda *_: (report, None)
for number in range(int(sys.argv[1])):
    outs = out.with_name(f"{out.name}-{number}")
    child = os.fork()
    while child == 0:
        for folder in folders:
            publication.publish(folder, outs)
    time.sleep(random.uniform(0.1, 0.6))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""
    kills = 20 if is_nightly() else 2
    arguments = [str(kills), str(before), str(dataset), str(tmp_path / "other")]
    for number in range(kills):
        shutil.copytree(before, before.with_name(f"{before.name}-{number}"))
    subprocess.run([sys.executable, "-c", script, *arguments], check=True)
    assert all(whole(before.with_name(f"{before.name}-{number}")) for number in range(kills))


def test_errors_end_what_is_written_meanwhile(more_rules, dataset, tmp_path):
    add(dataset, "quotes: [{content: [{exact: other words}]}]", "quay")
    read = onrecord.ReadOptions(workers=2)
    assert publish(dataset, tmp_path / "out", options=read).manifest is None
    assert not (tmp_path / "out").exists()


def test_an_interruption_ends_what_is_written_meanwhile(dataset, tmp_path, monkeypatch):
    begun, join = threading.Event(), statements.join

    def joining(*arguments: Any) -> Any:
        begun.set()
        return join(*arguments)

    def interrupt(*_: Any, **__: Any) -> None:
        assert begun.wait(60)
        raise KeyboardInterrupt

    monkeypatch.setattr(statements, "join", joining)
    monkeypatch.setattr(validation, "validate_to_publish", interrupt)
    threads = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        publish(dataset, tmp_path / "out", options=onrecord.ReadOptions(workers=2))
    assert not (tmp_path / "out").exists()
    assert threading.active_count() == threads


def test_a_full_disk_is_one_line(dataset, before):
    there = tree(before)
    code = (
        "import resource, sys; from onrecord.publishing import *; import onrecord.validation.validate\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "try: publish(*sys.argv[1:])\n"
        "except PublishError as error: print(error)"
    )
    arguments = [sys.executable, "-B", "-c", code, str(dataset), str(before)]
    # Coverage could not write either, and would say so.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")
    }
    shown = subprocess.run(arguments, env=environment, check=True, capture_output=True, text=True)
    assert shown.stdout == f"{before} is left as it was: {os.strerror(errno.EFBIG)}\n"
    assert not shown.stderr
    assert tree(before) == there


def test_a_read_only_folder_is_one_line(dataset, before, monkeypatch):
    there = tree(before)
    if os.geteuid():
        (before / "data").chmod(0o555)
    else:  # to root no folder is read-only

        def refuse(*_: object, **__: object) -> str:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(PublishError, match=r"is left as it was: .*Permission denied$"):
        publish(dataset, before)
    (before / "data").chmod(0o755)
    assert tree(before) == there


def test_a_file_in_the_way_is_one_line(dataset, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(PublishError, match="is not a folder"):
        publish(dataset, tmp_path / "file")
    with pytest.raises(PublishError, match="Not a directory"):
        publish(dataset, tmp_path / "file" / "inside")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "data").write_text("mine")
    with pytest.raises(PublishError, match="out/data: File exists"):
        publish(dataset, tmp_path / "out")
    assert tree(tmp_path / "out") == {"data": b"mine"}


def test_a_readme_of_somebody_else_is_never_overwritten(dataset):
    (dataset / "README.md").write_text("# Mine\n")
    there = tree(dataset)
    with pytest.raises(PublishError, match=r"README\.md was not written by onrecord publish"):
        publish(dataset)
    assert tree(dataset) == there


def test_two_at_once_do_not_mix(dataset, tmp_path, monkeypatch):
    def meanwhile(*arguments: Any) -> Any:
        with pytest.raises(PublishError, match="another publication is under way"):
            publish(dataset, tmp_path / "out")
        return finish(*arguments)

    finish = parquet.Writing.finish
    monkeypatch.setattr(parquet.Writing, "finish", meanwhile)
    publish(dataset, tmp_path / "out")
    assert whole(tmp_path / "out")


def test_only_what_publishing_left_is_removed(dataset):
    publish(dataset)
    first = published(dataset)
    for kept in ("notes.txt", "0123456789abcdef/mine.txt", "raw/manifest.json"):
        (dataset / "data" / kept).parent.mkdir(exist_ok=True)
        (dataset / "data" / kept).write_text("mine")
    (dataset / "data" / ".publish-dead" / "tables").mkdir(parents=True)
    add(dataset, "article: {id: pier}", "pier")
    publish(dataset)
    assert sorted(path.name for path in (dataset / "data").iterdir()) == sorted(
        ["0123456789abcdef", "notes.txt", published(dataset).name, "raw"]
    )
    assert not first.exists()


def test_publishing_the_same_again_changes_nothing(dataset):
    publish(dataset)
    there, times = tree(dataset), [path.stat().st_mtime_ns for path in published(dataset).iterdir()]
    publish(dataset)
    assert tree(dataset) == there
    assert [path.stat().st_mtime_ns for path in published(dataset).iterdir()] == times


def test_publishing_again_mends_what_is_damaged(dataset):
    publish(dataset)
    there = tree(dataset)
    (published(dataset) / "quotes-train-0000.parquet").write_bytes(b"damaged")
    (published(dataset) / "claims-train-0000.parquet").unlink()
    publish(dataset)
    assert tree(dataset) == there


# What stops it


def test_errors_stop_publishing(dataset):
    publish(dataset)
    there = tree(dataset)
    add(dataset, "quotes: [{type: shouted}]", "broken")
    result = publish(dataset)
    assert result.manifest is None
    assert result.report.errors
    (dataset / "broken.yaml").unlink()
    assert tree(dataset) == there


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"title: A\nversion: 1.0.0\ndescription: B\nlicense: MIT\n", "missing-field", 1),
        (json.dumps(INFO, indent=1).replace("title", "titel").encode(), "unknown-field", 2),
        (json.dumps(INFO, indent=1).replace("CC-BY-4.0", "CC BY").encode(), "not-allowed", 5),
        (b"title: 'A\n", "syntax-error", None),
        (b"title: \xff\n", "not-utf8", 1),
        (b"", "wrong-type", 1),
    ],
)
def test_a_wrong_corpus_file_is_a_finding_at_its_place(dataset, content, code, line):
    (dataset / "corpus.yaml").write_bytes(content)
    result = publish(dataset)
    assert result.manifest is None
    assert code in [finding.code for finding in result.report.errors]
    found = next(finding for finding in result.report.errors if finding.code == code)
    assert found.place.file == f"{dataset}/corpus.yaml"
    assert line is None or found.place.line == line
    assert not (dataset / "README.md").exists()


def test_what_cannot_be_read_is_one_line(tmp_path):
    with pytest.raises(InputError, match="is not there"):
        publish(tmp_path / "absent")
    with pytest.raises(InputError, match="no record file"):
        publish(tmp_path)
    assert tree(tmp_path) == {}


# The card


def front_matter(out: Path) -> dict[str, Any]:
    return DatasetCard.load(out / "README.md").data.to_dict()


def test_the_card_tells_the_hub_what_it_is(dataset):
    add(dataset, "{article: {id: pier, language: pt-BR}, claims: [{language: nb}]}", "pier")
    publish(dataset)
    matter = front_matter(dataset)
    assert matter["pretty_name"] == "Words of the harbour"
    assert matter["license"] == "cc-by-4.0"
    assert matter["language"] == ["en", "nb", "pt"]
    assert matter["language_bcp47"] == ["en", "nb", "pt-BR"]
    assert matter["size_categories"] == ["n<1K"]
    assert [one["config_name"] for one in matter["configs"]] == [
        *("statements", "quotes", "articles", "claims")
    ]


@pytest.mark.parametrize(
    ("spdx", "told"),
    [
        ("CC0-1.0", {"license": "cc0-1.0"}),
        ("ODbL-1.0", {"license": "odbl"}),
        ("NOASSERTION", {"license": "unknown"}),
        ("LicenseRef-House", {"license": "other", "license_name": "licenseref-house"}),
    ],
)
def test_licences_have_the_names_that_the_hub_has(dataset, spdx, told):
    (dataset / "corpus.yaml").write_text(json.dumps(INFO | {"license": spdx}))
    publish(dataset)
    assert told.items() <= front_matter(dataset).items()
    assert f"licence of the annotations is `{spdx}`" in card_of(dataset)


@pytest.mark.parametrize(
    ("number", "name"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (235_000_000, "100M<n<1B")],
)
def test_sizes_have_the_names_that_the_hub_has(number, name):
    assert size(number) == name


def test_norwegian_is_a_language(dataset):
    add(dataset, "article: {language: 'no'}")
    publish(dataset)
    assert front_matter(dataset)["language"] == ["en", "no"]


def test_what_a_corpus_does_not_say_the_card_does_not_invent(dataset):
    (dataset / "corpus.yaml").unlink()
    publish(dataset)
    assert not {"pretty_name", "license"} & front_matter(dataset).keys()
    assert "it has no `corpus.yaml`" in card_of(dataset)
    assert "## Citation" not in card_of(dataset)


def test_every_column_is_described(dataset):
    publish(dataset)
    for record_type in RECORD_TYPES:
        section = card_of(dataset).split(f"### `{record_type}s`")[1].split("\n### ")[0]
        described = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        assert described == derived.schema(record_type).names


def test_the_card_counts_what_is_withheld(dataset):
    part = f"{{exact: null, sha256: '{64 * '0'}', start: 1, end: 9, quoted: true}}"
    overlay = f"""
        article: {{id: pier, text: null, rights: {{redistribute: none}}}}
        quotes: [{{content: [{part}], speakers: [{{mentions: []}}], cue: null}}]
    """
    add(dataset, overlay, "pier")
    assert publish(dataset).manifest
    assert "| articles without their text | 1 | 2 |" in card_of(dataset)
    assert "| quotes without some of their words, or all | 1 | 2 |" in card_of(dataset)


HOSTILE = [
    "---",
    "x\x85---\x85configs: []",
    "x\u2028---",
    "# <script>alert(1)</script>",
    "'a': \"b\" # c",
    "[x](javascript:alert(1)) ![y](https://example.org/z.png)",
    "a | b |\\| c",
    "<!-- --> &lt; `<b>`",
    "{{ jinja }} %}",
    "\u202eesrever",
    "!!python/object/apply:os.system ['true']",
    "no",
    "1.0",
    "C #",
]


@pytest.fixture(scope="module")
def publishing(tmp_path_factory) -> Publishing:
    """A publication of one article, of which cards are rendered for any corpus.yaml."""
    folder = tmp_path_factory.mktemp("harbour")
    add(folder)
    publish(folder)
    records = PassedOn(corpora_.read(folder))
    report = validation.validate_corpus(records.corpus)
    source = Source(records, None, report, EffectiveSettings())
    return Publishing(published(folder), folder, source, count(records), {})


def render(publishing: Publishing, info: current.CorpusInfo) -> tuple[dict[str, Any], str]:
    """The front matter and the body of a card."""
    source = dataclasses.replace(publishing.source, info=info)
    text = card.render(dataclasses.replace(publishing, source=source), "0123456789abcdef")
    lines = text.splitlines()  # as some read it, at every line end that Unicode has
    body = "\n".join(lines[lines.index("---", 1) + 1 :])
    return DatasetCard(text).data.to_dict(), body


BLOCKS = ("heading_open", "table_open", "fence", "code_block", "link_open", "image", "hr")


def parsed(body: str) -> tuple[Counter[str], list[str]]:
    """The number of blocks of each kind, and the HTML, in the body of a card."""
    found = list(tokens(body))
    html = [token.content.strip() for token in found if token.type.startswith("html")]
    return Counter(token.type for token in found if token.type in BLOCKS), html


@pytest.fixture(scope="module")
def clean(publishing: Publishing) -> tuple[dict[str, Any], tuple[Counter[str], list[str]]]:
    """The front matter and what is in the body of a card without hostile words."""
    matter, body = render(publishing, current.CorpusInfo(**INFO))
    return matter, parsed(body)


@pytest.mark.xdist_group("cards")
@pytest.mark.parametrize("words", [*HOSTILE, " ".join(HOSTILE)])
def test_hostile_words_stay_words(publishing, clean, words):
    hostile = current.CorpusInfo(
        title=words,
        version=words,
        description=f"{words}\n\n{words}\n    {words}",
        license="CC-BY-4.0",
        citation=f"{words}\n```\n{words}\n````",
    )
    matter, body = render(publishing, hostile)
    clean_matter, expected = clean
    assert matter == clean_matter | {"pretty_name": markdown.seen(words)}
    assert parsed(body) == expected
    assert expected[1] == [swap.MARKER, "<details><summary>All numbers</summary>", "</details>"]


def tokens(text: str) -> Iterator[Any]:
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        yield token
        yield from token.children or ()


_signs = st.sampled_from(
    [*"\\`*_[](){}#+-.!|~&<>$=\"':;/@1a \n\t", "&amp;", "---", "```", "<!--", "1.", "\0", "é"]
)


@given(st.lists(_signs, min_size=1, max_size=14).map("".join))
def test_text_shows_as_itself_in_markdown(words):
    assert {token.type for token in tokens(markdown.text(words))} <= {
        *("paragraph_open", "inline", "text", "text_special", "softbreak", "paragraph_close")
    }
    cells = (f"x{words}", markdown.code(words))
    rows = list(tokens(markdown.table(["a", "b", "c"], [(*cells, 1)])))
    assert sum(token.type == "td_open" for token in rows) == 3
    assert {token.type for token in rows} <= {
        *("table_open", "thead_open", "tr_open", "th_open", "inline", "text", "th_close"),
        *("tr_close", "thead_close", "tbody_open", "td_open", "text_special", "code_inline"),
        *("td_close", "tbody_close", "table_close"),
    }
    shown = "".join(
        token.content for token in tokens(markdown.text(words)) if token.type.startswith("text")
    )
    assert "".join(shown.split()) == "".join(words.replace("\0", "\\u0000").split())


@pytest.mark.xdist_group("cards")
@settings(max_examples=examples(4))
@given(corpus_infos())
def test_cards_of_all_corpora_can_be_read(publishing, info):
    matter, body = render(publishing, info)
    assert matter["pretty_name"] == markdown.seen(info.title)
    assert {token.type for token in tokens(body) if token.type.startswith("html")} == {"html_block"}


# Fresh or stale


def test_what_was_just_published_is_fresh(dataset, tmp_path):
    publish(dataset, tmp_path / "out")
    there = tree(tmp_path)
    assert check(dataset, tmp_path / "out").fresh
    assert tree(tmp_path) == there


def test_a_changed_record_is_told(dataset):
    publish(dataset)
    digest = published(dataset).name
    add(dataset, "quotes: [{venue: Town hall}]")
    assert check(dataset).differences == (
        f"data/{digest}/quotes-train-0000.parquet differs in venue of harbour.q1",
    )
    assert not check(dataset).fresh


def test_records_that_came_and_went_are_told(dataset, tmp_path):
    out = tmp_path / "out"
    add(dataset, "article: {id: pier}", "pier")
    publish(dataset, out)
    digest = published(out).name
    (dataset / "pier.yaml").unlink()
    add(dataset, "article: {id: anchor}", "anchor")
    found = check(dataset, out).differences
    assert f"data/{digest}/quotes-train-0000.parquet lacks anchor.q1" in found
    (dataset / "anchor.yaml").unlink()
    found = check(dataset, out).differences
    assert (
        f"data/{digest}/quotes-train-0000.parquet holds pier.q1, which the records do not" in found
    )


def test_rows_in_another_order_are_told(dataset):
    add(dataset, "article: {id: pier}", "pier")
    publish(dataset)
    path = published(dataset) / "quotes-train-0000.parquet"
    table = pq.read_table(path)
    pq.write_table(table.take([1, 0]), path)
    rename_after_tables(dataset)
    [difference] = check(dataset).differences
    assert difference.endswith(
        "quotes-train-0000.parquet has its rows in another order, from harbour.q1 on"
    )


def test_a_changed_corpus_file_is_told(dataset):
    publish(dataset)
    (dataset / "corpus.yaml").write_text(json.dumps(INFO | {"title": "Other words"}))
    stale = {one.rpartition("/")[2] for one in check(dataset).differences}
    assert stale == {
        f"{file} is not as it would be written"
        for file in ("CITATION.cff", "LICENSE", "croissant.json")
    } | {"README.md is not as it would be written, from line 2 on"}


def test_what_is_missing_damaged_or_left_over_is_told(dataset):
    assert check(dataset).differences == ("README.md is missing",)
    publish(dataset)
    folder = published(dataset)
    name = f"data/{folder.name}"
    (folder / "quotes-train-0000.parquet").rename(folder / "extra.parquet")
    (folder / "claims-train-0000.parquet").write_bytes(b"PAR1 damaged PAR1")
    (dataset / "data" / ".publish-dead").mkdir()
    missing, extra, damaged, left = check(dataset).differences
    assert missing == f"{name}/quotes-train-0000.parquet is missing"
    assert extra == f"{name}/extra.parquet is no part of it"
    assert damaged.startswith(f"{name}/claims-train-0000.parquet cannot be read: ")
    assert left == "data/.publish-dead is left over from another publication"
    shutil.rmtree(folder)
    assert f"{name}/articles-train-0000.parquet is missing" in check(dataset).differences


def test_a_manifest_at_odds_with_its_tables_is_told(dataset):
    result = publish(dataset)
    folder = published(dataset)
    (folder / "manifest.json").write_text("{}")
    [difference] = check(dataset).differences
    assert "/manifest.json is not the manifest of a publication: corpus_version" in difference
    (folder / "manifest.json").write_text(result.manifest.text.replace('"rows": 1', '"rows": 2', 1))
    assert check(dataset).differences == (
        f"data/{folder.name}/manifest.json does not fit the files beside it",
    )
    newer = result.manifest.text.replace('"manifest_version": 1', '"manifest_version": 2')
    (folder / "manifest.json").write_text(newer)
    [difference] = check(dataset).differences
    assert difference.startswith(f"{folder}/manifest.json: a newer version of onrecord wrote it")


def test_an_unsound_corpus_is_not_compared(dataset):
    publish(dataset)
    add(dataset, "quotes: [{type: shouted}]")
    found = check(dataset)
    assert found.report.errors
    assert not found.fresh


def rename_after_tables(out: Path) -> None:
    """Make card, manifest and folder fit tables that were changed."""
    folder = published(out)
    manifest = dataclasses.replace(Manifest.read(folder), files=files_in(folder))
    (folder / "manifest.json").write_text(manifest.text)
    (out / "README.md").write_text(card_of(out).replace(folder.name, manifest.digest), "utf-8")
    folder.rename(folder.with_name(manifest.digest))


def test_another_version_of_the_writer_is_not_stale(dataset):
    publish(dataset)
    for path in published(dataset).glob("*.parquet"):
        created_by = pq.read_metadata(path).created_by.encode()
        content = path.read_bytes()
        assert content.count(created_by) == 1
        path.write_bytes(content.replace(created_by, created_by[:-1] + b"9"))
    rename_after_tables(dataset)
    assert not check(dataset).differences
    # Yet what differs in the rows is found.
    add(dataset, "quotes: [{venue: Town hall}]")
    [difference] = check(dataset).differences
    assert difference.endswith("quotes-train-0000.parquet differs in venue of harbour.q1")


def test_other_bytes_of_the_same_writer_are_stale(dataset):
    publish(dataset)
    path = published(dataset) / "quotes-train-0000.parquet"
    pq.write_table(pq.read_table(path), path)
    rename_after_tables(dataset)
    [difference] = check(dataset).differences
    assert difference.endswith("quotes-train-0000.parquet holds the same rows in other bytes")


def test_another_schema_version_is_stale(dataset):
    publish(dataset)
    path = published(dataset) / "quotes-train-0000.parquet"
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({"onrecord.schema_version": "0.8"}), path)
    rename_after_tables(dataset)
    [difference] = check(dataset).differences
    assert difference.endswith("has other columns, or says another schema version")


def test_of_two_publications_the_one_that_the_card_names_is_read(sound: Path) -> None:
    """As after a publication was killed before it removed the earlier one."""
    folder = sound.parent
    publish(folder)
    (current,) = (folder / "data").iterdir()
    earlier = current.with_name("0" * 16)
    shutil.copytree(current, earlier)
    sound.unlink()
    assert {file.path.parent for file in discovery.find([folder])} == {current}
    (folder / "README.md").unlink()
    assert {file.path.parent for file in discovery.find([folder])} == {current, earlier}


# Words that rights withhold

SECRET = "We will rebuild the harbour"
WITHHELD = "article: {rights: {redistribute: none}}"
WAYS = {
    "off": {"severity": {"text-withheld": "off", "words-withheld": "off"}},
    "note": {"severity": {"text-withheld": "note", "words-withheld": "note"}},
    "ignored": {"ignore": [{"path": "**", "reason": "They said we may."}]},
}


def suppress(dataset: Path, way: str) -> None:
    """Make validation say nothing of the words that rights withhold."""
    if way == "baseline":
        validation.tolerate_all(corpora_.read(dataset), baseline=dataset / "known.json")
        told: dict[str, Any] = {"baseline": "known.json"}
    else:
        told = WAYS[way]
    (dataset / "corpus.yaml").write_text(json.dumps(INFO | {"validation": told}))


@pytest.mark.parametrize("way", [*WAYS, "baseline"])
def test_what_rights_withhold_is_an_error_whatever_is_suppressed(more_rules, dataset, way):
    add(dataset, WITHHELD)
    suppress(dataset, way)
    assert not onrecord.validate(dataset).errors
    result = publish(dataset)
    assert result.manifest is None
    assert {one.code for one in result.report.errors} == {"text-withheld", "words-withheld"}
    # The entries are no less used for that.
    assert {one.code for one in result.report.findings} == {"text-withheld", "words-withheld"}
    assert not check(dataset).fresh
    assert not (dataset / "README.md").exists()


def test_a_project_suppresses_it_no_more_than_a_corpus(more_rules, dataset):
    add(dataset, WITHHELD)
    (dataset.parent / "pyproject.toml").write_text(
        '[tool.onrecord.severity]\ntext-withheld = "off"\nwords-withheld = "off"\n'
    )
    assert not onrecord.validate(dataset).errors
    assert publish(dataset).manifest is None


def test_an_unknown_licence_is_an_error_whatever_is_suppressed(more_rules, dataset):
    add(dataset, "article: {rights: {license: NOASSERTION}}")
    told = {"severity": {"unknown-licence-redistributed": "off"}}
    (dataset / "corpus.yaml").write_text(json.dumps(INFO | {"validation": told}))
    assert [one.code for one in publish(dataset).report.errors] == ["unknown-licence-redistributed"]


@pytest.fixture
def unvalidated(monkeypatch) -> None:
    """Publish whatever there is, as if validation had found nothing."""
    nothing = onrecord.Report((), Checked(*[0] * 7), {})
    monkeypatch.setattr(validation, "validate_to_publish", lambda *_: (nothing, None))


@pytest.mark.usefixtures("unvalidated")
@pytest.mark.parametrize("redistribute", ["quotes", "none"])
@pytest.mark.parametrize("form", ["documents", "tables"])
def test_the_writer_withholds_words_by_itself(dataset, tmp_path, redistribute, form):
    overlay = f"article: {{rights: {{redistribute: {redistribute}}}}}"
    add(dataset, overlay)
    add(dataset, "article: {id: pier}", "pier")
    corpus = corpora_.read(dataset)
    folder = dataset
    if form == "tables":
        folder = tmp_path / "tables"
        # Quotes and claims are read before the articles that tell what may be done with them.
        for name, inside in (("claims", "a"), ("quotes", "b"), ("articles", "c")):
            (folder / inside).mkdir(parents=True)
            lines = [record.model_dump_json() for record in getattr(corpus, name)]
            (folder / inside / f"{name}.jsonl").write_text("\n".join(lines), "utf-8")
    assert publish(folder, tmp_path / "out").manifest
    [article, other] = rows(tmp_path / "out", "articles")
    [quote, other_quote] = rows(tmp_path / "out")
    [original] = [one for one in corpus.articles if one.id == "harbour"]
    assert (other["text"] is None, other_quote["quote"]) == (False, f"{SECRET},")
    assert article["text"] is None
    assert article["text_sha256"] == original.text_sha256
    [span] = quote["content"]
    assert (span["prefix"], span["suffix"]) == (None, None)
    if redistribute == "quotes":
        assert (span["exact"], quote["quote"]) == (f"{SECRET},", f"{SECRET},")
        assert quote["cue"][0]["exact"] == "said"
    else:
        digest = hashlib.sha256(f"{SECRET},".encode()).hexdigest()
        assert (span["exact"], span["sha256"]) == (None, digest)
        assert (quote["quote"], quote["fingerprint"]) == (None, None)
        assert quote["cue"][0]["exact"] is None
        assert quote["speakers"][0]["mentions"][0]["exact"] is None
    assert "| articles without their text | 1 | 2 |" in card_of(tmp_path / "out")
    withheld = int(redistribute == "none")
    told = f"| quotes without some of their words, or all | {withheld} | 2 |"
    assert told in card_of(tmp_path / "out")
    # What is written is what would have been written of withheld records.
    again = publish(tmp_path / "out", tmp_path / "again")
    assert again.manifest.tables == Manifest.read(published(tmp_path / "out")).tables
    assert to_datasets(corpus)["articles"].to_list()[0]["text"] is None


@pytest.mark.usefixtures("unvalidated")
def test_what_the_writer_withholds_is_what_dehydrating_would(tmp_path):
    tried = 0

    @settings(max_examples=examples(5))
    @given(corpora("hydrated"), st.sampled_from(["quotes", "none"]))
    def run(documents, redistribute):
        nonlocal tried
        for one in documents:
            article = one.article.model_copy(
                update={
                    "rights": one.article.rights.model_copy(update={"redistribute": redistribute})
                }
            )
            try:
                expected = dehydrate(one.model_copy(update={"article": article}))
            except RefusedError:
                continue
            tried += 1
            folder = tmp_path / f"{tried}"
            write_one(folder / "with", one.model_copy(update={"article": article}))
            write_one(folder / "without", expected)
            found, wanted = (
                [
                    [b.to_pylist() for b in PassedOn(corpora_.read(folder / name)).batches(each)]
                    for each in RECORD_TYPES
                ]
                for name in ("with", "without")
            )
            assert found == wanted

    run()
    assert tried


def write_one(folder: Path, document: current.Document) -> None:
    folder.mkdir(parents=True)
    write(folder, (document,), "json")


@pytest.mark.usefixtures("unvalidated")
def test_words_without_an_article_that_allows_them_are_withheld(dataset, tmp_path):
    """Such as those of an article that could not be read."""
    corpus = corpora_.read(dataset)
    line = next(iter(corpus.quotes)).model_dump_json()
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "quotes.jsonl").write_text(line, "utf-8")
    publish(tmp_path / "tables", tmp_path / "out")
    [quote] = rows(tmp_path / "out")
    assert (quote["quote"], quote["content"][0]["exact"]) == (None, None)
    assert quote["content"][0]["sha256"]


@pytest.mark.usefixtures("unvalidated")
def test_quotes_that_are_read_before_their_articles_keep_their_words(dataset, tmp_path):
    corpus = corpora_.read(dataset)
    for folder, some in (("a", corpus.quotes), ("b", corpus.articles)):
        (tmp_path / "tables" / folder).mkdir(parents=True)
        [line] = [one.model_dump_json() for one in some]
        path = (
            tmp_path / "tables" / folder / ("quotes.jsonl" if folder == "a" else "articles.jsonl")
        )
        path.write_text(line, "utf-8")
    publish(tmp_path / "tables", tmp_path / "out")
    [quote] = rows(tmp_path / "out")
    assert SECRET in quote["quote"]


@pytest.mark.usefixtures("unvalidated")
def test_of_two_articles_with_one_id_the_stricter_decides(dataset, tmp_path):
    corpus = corpora_.read(dataset)
    [article], [quote] = (
        [one.model_dump() for one in some] for some in (corpus.articles, corpus.quotes)
    )
    strict = article | {"rights": article["rights"] | {"redistribute": "none"}}
    (tmp_path / "tables").mkdir()
    lines = "\n".join(json.dumps(one) for one in (article, strict))
    (tmp_path / "tables" / "articles.jsonl").write_text(lines)
    (tmp_path / "tables" / "quotes.jsonl").write_text(json.dumps(quote))
    publish(tmp_path / "tables", tmp_path / "out")
    for path in published(tmp_path / "out").glob("*.parquet"):
        assert SECRET not in json.dumps(pq.read_table(path).to_pylist(), default=str)


# Reading order


def record(record_type: str, local: str, at: int | None, article: str = "a", **more: Any) -> Any:
    """A flat record that begins at an offset."""
    [base] = getattr(corpora_.read(more.pop("of")), f"{record_type}s")
    flat = base.model_dump() | {"id": f"{article}.{local}", "article_id": article} | more
    if at is None:
        return flat
    span = {"start": at, "end": at + 3, "sha256": "0" * 64}
    return flat | {"content": [span | ({"quoted": True} if record_type == "quote" else {})]}


@pytest.mark.usefixtures("unvalidated")
@pytest.mark.parametrize(
    ("seed", "group"), [(None, 10_000), (1, 2), *nightly((None, 2), (1, 10_000))]
)
def test_rows_are_in_the_order_in_which_they_are_read(dataset, tmp_path, monkeypatch, seed, group):
    def quote(local: str, at: int | None, article: str = "a") -> Any:
        return record("quote", local, at, article, of=dataset)

    def claim(local: str, at: int | None, *quote_ids: str, article: str = "a") -> Any:
        return record("claim", local, at, article, of=dataset, quote_ids=list(quote_ids))

    nowhere = {"content": [{"exact": "words", "quoted": True}]}
    quotes = [
        *(quote("q2", 0), quote("q9", 9), quote("q10", 9), quote("q10b", 9), quote("q1", 30)),
        *(quote("q2a", None) | nowhere, quote("q11", None) | nowhere),
        *(quote("q3", 5, "a2"), quote("q1", 7, "a2")),
        *(quote(f"q{number}", number, "b") for number in range(40)),
    ]
    claims = [
        *(claim("c4", None, "a.q2"), claim("c3", 2), claim("c2", None, "a.q1", "a.q9")),
        *(claim("c10", 9), claim("c1", None, "a.q1"), claim("c5", None), claim("c6", None, "a.q7")),
        claim("c1", None, "b.q1", article="b"),
    ]
    expected = [[one["id"] for one in some] for some in (quotes, claims)]
    if seed is not None:
        random.Random(seed).shuffle(quotes)
        random.Random(seed).shuffle(claims)
    (tmp_path / "tables").mkdir()
    for name, some in (("quotes", quotes), ("claims", claims)):
        lines = "\n".join(json.dumps(one) for one in some)
        (tmp_path / "tables" / f"{name}.jsonl").write_text(lines)
    monkeypatch.setattr(shards, "GROUP_BYTES", group * shards.ROW_BYTES)
    how = onrecord.ReadOptions(block=2000, memory=20_000)
    publish(tmp_path / "tables", tmp_path / "out", options=how)
    assert [ids(tmp_path / "out"), ids(tmp_path / "out", "claims")] == expected
    assert not check(tmp_path / "tables", tmp_path / "out").differences


@given(st.lists(st.text("q10_-.", min_size=1), min_size=2, unique=True))
def test_ids_have_one_order_whatever_it_begins_with(names):
    names = sorted(names, key=natural)
    keys = [natural(name) for name in names]
    assert all(one < other for one, other in itertools.pairwise(keys))


def test_numbers_in_ids_are_numbers():
    names = ["q", "q1", "q1a", "q2", "q2.c9", "q2.c10", "q10", "q010a", "r1", f"r{'9' * 5000}"]
    assert sorted(random.Random(1).sample(names, len(names)), key=natural) == names


# Places that it is copied to


@pytest.fixture
def cached(dataset, tmp_path) -> Path:
    """A publication as a cache of the Hub holds it: links to files that are named by their digests."""
    publish(dataset, tmp_path / "out")
    home = tmp_path / "datasets--owner--name"
    (home / "blobs").mkdir(parents=True)
    snapshot = home / "snapshots" / "0123abcd"
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            shutil.copy(path, home / "blobs" / digest)
            link = snapshot / path.relative_to(tmp_path / "out")
            link.parent.mkdir(parents=True, exist_ok=True)
            up = "../" * len(link.relative_to(home).parent.parts)
            link.symlink_to(f"{up}blobs/{digest}")
    return snapshot


def test_what_a_card_counts_is_compared_in_the_cache_of_the_hub(cached):
    assert not onrecord.validate(cached).findings
    card_ = cached / "README.md"
    (table, said), *_ = re.findall(
        r"^(.*quotes-train-\*\.parquet` \| )(1) ", card_of(cached), re.MULTILINE
    )
    blob = card_.resolve()
    blob.write_text(card_of(cached).replace(table + said, f"{table}7"), "utf-8")
    manifest = (published(cached) / "manifest.json").resolve()
    manifest.write_text(manifest.read_text().replace('"rows": 1', '"rows": 5', 1))
    found = onrecord.validate(cached).findings
    assert [one.code for one in found] == ["card-count-differs"] * 2
    assert {one.place.file.rpartition("/")[2] for one in found} == {"README.md", "manifest.json"}


def test_a_card_counts_no_table_elsewhere(cached):
    blobs = cached.parents[1] / "blobs"
    blobs.rename(blobs.with_name("elsewhere"))
    blobs.symlink_to("elsewhere")
    path = cached / "README.md"
    assert counts(File(path, path.as_posix())) == []
