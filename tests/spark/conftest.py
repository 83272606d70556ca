"""The records that tests of Spark share."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord import testing
from onrecord.exchange import import_records
from onrecord.exchange.wikinews_de import WikinewsDe
from onrecord.readers.options import ReadOptions
from onrecord.rules import RULES
from onrecord.schema import CURRENT, RECORD_TYPES
from onrecord.schema.flat import flatten
from tests import ROOT
from tests.defects import CORPORA
from tests.drawing import examples, values_of

SAMPLE = ROOT.parent / "shared" / "peers" / "german-wikinews"

# The marks of tests that use Spark in this process.
MARKS = [
    pytest.mark.slow,
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java"),
    pytest.mark.filterwarnings("ignore"),
]

# Lines that no program should have written, beside those of corpora.
HOSTILE = [
    b"",
    b"   ",
    b"{",
    b"null",
    b'{"id": 7, "article_id": ["x"]}',
    b'{"id": "x.q1", "article_id": "x", "id": "x.q2"}',
    b"\xff\xfe",
    b'{"schema_version": "9.0", "id": "x"}',
    '{"schema_version": "1.0", "id": "x.\u202eq1", "article_id": "\U0001f600"}'.encode(),
    b"[" * 2000,
]


def lines(folder):
    """Return the records of a corpus as lines of JSON, by type; with what cannot be read left out."""
    corpus = onrecord.read(folder)
    return {
        each: [
            json.dumps(without_nulls(row), ensure_ascii=False).encode()
            for row in corpus.table(each).to_pylist()
        ]
        for each in RECORD_TYPES
    }


def without_nulls(value):
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def write(folder, corpora):
    folder.mkdir(parents=True)
    for record_type in RECORD_TYPES:
        found = [line for corpus in corpora for line in corpus[record_type]]
        (folder / f"{record_type}s.jsonl").write_bytes(b"\n".join(found) + b"\n")
    return folder


def drawn():
    """Return corpora that Hypothesis draws, and records that the models accept."""
    corpora = []

    @settings(max_examples=examples(4))
    @given(
        testing.corpora(), st.tuples(*(values_of(CURRENT.models[each]) for each in RECORD_TYPES))
    )
    def draw(corpus, records):
        rows = [flatten(document, sparse=True) for document in corpus]
        corpora.append(
            {each: [line(one) for of in rows for one in of[each]] for each in RECORD_TYPES}
        )
        corpora.append({each: [line(one)] for each, one in zip(RECORD_TYPES, records, strict=True)})

    draw()
    return corpora


def line(record):
    return json.dumps(record, ensure_ascii=False).encode()


def german_sample(folder):
    """Return the German Wikinews quotes, where they are."""
    if not SAMPLE.is_dir():
        return []
    import_records(WikinewsDe(), [SAMPLE], folder)
    return [lines(folder)]


@pytest.fixture(scope="session")
def mixed(tmp_path_factory):
    """The defect corpora, the gazette, the German sample, generated records with defects, corpora that
    Hypothesis draws, and hostile lines.
    """
    folder = tmp_path_factory.mktemp("spark")
    corpora = [lines(one) for one in CORPORA]
    corpora.append(lines(ROOT / "docs/examples/gazette"))
    corpora += german_sample(folder / "german")
    script = ROOT / "benchmarks" / "generate.py"
    command = [sys.executable, script, folder / "made", "--scale", "0.002", "--defective"]
    subprocess.run(command, check=True)
    made = {one: (folder / "made" / f"{one}s.jsonl").read_bytes() for one in RECORD_TYPES}
    corpora.append({one: content.split(b"\n")[:-1] for one, content in made.items()})
    corpora += drawn()
    corpora.append(dict.fromkeys(RECORD_TYPES, HOSTILE))
    return write(folder / "mixed", corpora)


# Rules that compare articles and suffice where a test is about something else: to plan the queries of
# all takes Spark ten seconds, and `test_the_command_finds_the_same_at_the_same_places` does.
COMPARING = {"duplicate-id", "dangling-reference", "duplicate-claim", "same-text"}


@pytest.fixture
def few_comparisons(monkeypatch, only_rules):
    """Have Spark and this process run all rules of single articles, and `COMPARING`."""
    from onrecord.spark import run

    codes = {code for code in run.RUN if RULES[code].scope == "article"} | COMPARING
    monkeypatch.setattr(run, "RUN", tuple(sorted(codes)))
    only_rules(*codes)


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Return the address of a temporary file or folder in another file system."""
    base = tmp_path_factory.getbasetemp()
    return lambda path: f"viewfs://tests/tmp/{path.relative_to(base).as_posix()}"


def without_errors(folder):
    """Remove the records of tables that have errors, until the tables can be published."""
    options = ReadOptions(findings=0)
    while True:
        report = onrecord.validate(folder, settings=onrecord.Settings(), options=options)
        wrong = {(one.place.file, one.place.line) for one in report.errors}
        if not wrong:
            return folder
        for each in RECORD_TYPES:
            path = folder / f"{each}s.jsonl"
            kept = [
                one
                for number, one in enumerate(path.read_bytes().split(b"\n"), 1)
                if one and (path.as_posix(), number) not in wrong
            ]
            path.write_bytes(b"".join(one + b"\n" for one in kept))


def without_checksums(folder):
    """Remove the files with checksums that Hadoop writes beside others on local file systems."""
    for path in folder.rglob(".*.crc"):
        path.unlink()


def read(spark, folder):
    return {
        f"{each}s": spark.read.option("lineSep", "\n").text(f"{folder}/{each}s.jsonl")
        for each in RECORD_TYPES
    }
