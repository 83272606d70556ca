"""Spark publishes the same tables as a single machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import warnings
from zlib import crc32

import pyarrow.parquet as pq
import pytest

import onrecord
from onrecord.errors import InputError
from onrecord.publishing import publish as publish_here
from onrecord.publishing.swap import PublishError
from onrecord.publishing.verify import verify
from onrecord.schema import RECORD_TYPES
from tests import ROOT
from tests.spark.conftest import MARKS, lines, read, write

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    from onrecord.spark import publish

pytestmark = MARKS

# Articles by what their rights allow. Each has one word inside quotation marks, and one beside them.
LEVELS = {"open": "full", "quoted": "quotes", "closed": "none"}
OF_LEVEL = """
article:
  text: "“Zaquo%s comes first,” the mayor zorvel%s said, and left."
  rights: {redistribute: %s}
quotes:
  - content: [{exact: "Zaquo%s comes first,", start: 1, end: 30, quoted: true}]
"""


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
    several = folder / "rights"
    several.mkdir()
    for name, level in LEVELS.items():
        (several / f"{name}.yaml").write_text(article(name, OF_LEVEL % (name, name, name, level)))
    corpora = [made, lines(ROOT / "docs/examples/gazette"), lines(several)]
    written = write(folder / "corpus", corpora)
    for each in RECORD_TYPES:
        path = written / f"{each}s.jsonl"
        path.write_bytes(b"".join(sorted(path.read_bytes().splitlines(keepends=True), key=crc32)))
    shutil.copy(ROOT / "docs/examples/gazette/corpus.yaml", written)
    return written


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
    (tmp_path / "README.md").write_text("mine", "utf-8")
    with pytest.raises(PublishError, match="was not written by onrecord publish"):
        publish(spark, quotes=frame, out=tmp_path)
