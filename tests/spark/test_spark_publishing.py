"""Spark publishes the same tables as a single machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import warnings
from zlib import crc32

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import onrecord
from onrecord.errors import InputError
from onrecord.publishing import publish as publish_here
from onrecord.publishing.swap import PublishError
from onrecord.publishing.verify import verify
from onrecord.rules.examples import CORPUS, article
from onrecord.schema import RECORD_TYPES
from tests import ROOT
from tests.commands import run
from tests.spark.conftest import MARKS, lines, read, write

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    from onrecord.spark import publish
    from onrecord.spark.executors import written

pytestmark = MARKS

# Articles by what their rights allow to pass on.
LEVELS = {"open": "full", "quoted": "quotes", "closed": "none"}
PASSED_ON = {"Zaquoopen", "zorvelopen", "Zaquoquoted"}


def of_level(name, level):
    """Return an article that has a word of its own inside quotation marks, and another one beside."""
    words = f"Zaquo{name} comes first,"
    return article(
        name,
        f"""
        article: {{text: "“{words}” the mayor zorvel{name} said.", rights: {{redistribute: {level}}}}}
        quotes:
          - content: [{{exact: "{words}", start: 1, end: {1 + len(words)}}}]
            speakers: [{{mentions: [{{exact: the mayor, start: {3 + len(words)}, end: {12 + len(words)}}}]}}]
            cue: [{{exact: said, start: {20 + len(words + name)}, end: {24 + len(words + name)}}}]
        """,
    )


def several(folder):
    """Return a folder of articles with several rights."""
    folder.mkdir()
    for name, level in LEVELS.items():
        (folder / f"{name}.yaml").write_text(of_level(name, level), "utf-8")
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """The gazette and generated records, in disorder."""
    folder = tmp_path_factory.mktemp("publishing")
    script = ROOT / "benchmarks" / "generate.py"
    subprocess.run([sys.executable, script, folder / "made", "--scale", "0.001"], check=True)
    made = {
        each: (folder / f"made/{each}s.jsonl").read_bytes().splitlines() for each in RECORD_TYPES
    }
    # A claim that has its place from a quote of another article.
    quotes = {json.loads(line)["article_id"]: json.loads(line)["id"] for line in made["quote"]}
    for number in (3, 4):
        claim = json.loads(made["claim"][number])
        other = next(id_ for article, id_ in quotes.items() if article != claim["article_id"])
        claim |= {"quote_ids": [other], "content": []}
        made["claim"][number] = json.dumps(claim).encode()
    withheld = several(folder / "rights")
    ended = run("dehydrate", withheld, "--texts", folder / "texts", "--write")
    assert ended.returncode == 0, ended.stderr
    corpora = [made, lines(ROOT / "docs/examples/gazette"), lines(withheld)]
    folder = write(folder / "corpus", corpora)
    for each in RECORD_TYPES:
        path = folder / f"{each}s.jsonl"
        path.write_bytes(b"".join(sorted(path.read_bytes().splitlines(keepends=True), key=crc32)))
    shutil.copy(ROOT / "docs/examples/gazette/corpus.yaml", folder)
    return folder


def tables(publication):
    return {
        each: pq.ParquetDataset(
            [path for path, file in publication.files if file.table == each]
        ).read()
        for each in publication.manifest.tables
    }


def test_tables_have_the_same_values_and_digests(spark, corpus, tmp_path):
    here = publish_here(corpus, tmp_path / "here")
    assert here.manifest, here.report
    out = tmp_path / "there é"
    there = publish(spark, **read(spark, corpus), out=f"file://{out}", about=corpus, partitions=3)
    assert there.manifest.tables == here.manifest.tables
    assert there.manifest.counts == here.manifest.counts
    for name, table in tables(there).items():
        assert table.equals(tables(here)[name]), name
    assert verify(out).ok
    assert sorted(path.name for path in (out / "data").iterdir()) == [there.manifest.digest]
    assert there.manifest.corpus_version == here.manifest.corpus_version
    views = [row.tableName for row in spark.sql("SHOW TABLES").collect()]
    assert not [name for name in views if "onrecord" in name]
    assert published_words(tables(there).values(), out) == PASSED_ON


def published_words(tables, folder):
    """Return those words of `of_level` that are in tables, or in any file of a folder."""
    some = [str(table.to_pylist()) for table in tables]
    some += [path.read_bytes().decode(errors="replace") for path in folder.rglob("*.*")]
    names = "|".join(LEVELS)
    return set(re.findall(f"(?:Zaquo|zorvel)(?:{names})", " ".join(some)))


def test_executors_write_no_words_that_rights_withhold(tmp_path):
    records = lines(several(tmp_path / "rights"))
    columns = zip(
        *((each, row, one) for each, some in records.items() for row, one in enumerate(some)),
        strict=True,
    )
    group = pa.table(dict(zip(("record_type", "row", "record"), columns, strict=True)))
    out = tmp_path / "out"
    out.mkdir()
    written(group, out)
    found = [pq.read_table(path) for path in out.iterdir()]
    assert published_words(found, out) == PASSED_ON


def test_words_that_rights_withhold_prevent_publishing(spark, tmp_path):
    folder = write(tmp_path / "corpus", [lines(several(tmp_path / "rights"))])
    publication = publish(spark, **read(spark, folder), out=tmp_path / "out")
    assert {one.code for one in publication.report.errors} == {"text-withheld", "words-withheld"}
    assert not (tmp_path / "out").exists()


def test_errors_prevent_publishing(spark, tmp_path):
    quotes = spark.createDataFrame([('{"id": "x.q1", "article_id": "x"}',)], "value string")
    out = tmp_path / "out"
    publication = publish(spark, quotes=quotes, out=out)
    assert publication.manifest is None
    assert {one.place for one in publication.report.errors} == {onrecord.Place("quotes", row=1)}
    assert not out.exists()


def test_what_cannot_be_published_is_an_error_before_work_begins(spark, tmp_path):
    frame = spark.range(1)
    with pytest.raises(InputError, match="publish into a folder that all nodes"):
        publish(spark, quotes=frame, out="s3a://bucket/corpus")
    with pytest.raises(InputError, match="publish into a folder that all nodes"):
        publish(spark, quotes=frame, out="nosuch://bucket/corpus")
    (tmp_path / "corpus.yaml").write_bytes(CORPUS + b"splits: {train: 0.9, test: 0.1}\n")
    with pytest.raises(InputError, match="requests splits"):
        publish(spark, quotes=frame, out=tmp_path / "out", about=tmp_path)
    (tmp_path / "README.md").write_text("mine", "utf-8")
    with pytest.raises(PublishError, match="was not written by onrecord publish"):
        publish(spark, quotes=frame, out=tmp_path)
