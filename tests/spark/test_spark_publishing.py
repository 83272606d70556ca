"""Spark publishes the same tables as a single machine."""

from __future__ import annotations

import json
import re
import warnings
from zlib import crc32

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onrecord.errors import InputError
from onrecord.publishing import publish as publish_here
from onrecord.publishing.splits import read as splits_of
from onrecord.publishing.swap import PublishError
from onrecord.publishing.verify import verify
from onrecord.readers import formats
from onrecord.rules import RULES
from onrecord.rules.corpus.requests import ListedSplitsLeak
from onrecord.rules.examples import CORPUS, article
from onrecord.rules.examples import files as example_files
from onrecord.schema import RECORD_TYPES
from tests.commands import run
from tests.spark.conftest import MARKS, lines, read, without_checksums, without_errors, write

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    from onrecord.spark import publish, publish_files
    from onrecord.spark.addresses import RemotePath
    from onrecord.spark.executors import published
    from onrecord.spark.remote import Remote

pytestmark = MARKS

SPLITS = b"splits: {train: 0.6, validation: 0.2, test: 0.2}\n"
# To compare articles takes most of the time of a validation on Spark, and other tests are about that.
LEVELS_OF_RULES = {
    **{code: "off" for code, rule in RULES.items() if rule.scope == "corpus"},
    "alias-as-name": "warning",
    "annotators-missing": "note",
}
SETTINGS = f"""
validation:
  severity: {json.dumps(LEVELS_OF_RULES)}
  ignore: [{{code: alias-as-name, reason: they are kept}}, {{record: nobody, reason: it is not there}}]
""".encode()
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
def corpus(mixed, tmp_path_factory):
    """Write the records of all corpora that can be published, in disorder, and withheld words."""
    folder = tmp_path_factory.mktemp("publishing")
    withheld = several(folder / "rights")
    ended = run("dehydrate", withheld, "--texts", folder / "texts", "--write")
    assert ended.returncode == 0, ended.stderr
    records = {each: (mixed / f"{each}s.jsonl").read_bytes().split(b"\n") for each in RECORD_TYPES}
    made = [at for at, line in enumerate(records["claim"]) if b'"id":"a0000' in line]
    for at in made[:2]:  # a claim that has its place from a quote of another article
        claim = json.loads(records["claim"][at])
        claim |= {"quote_ids": ["a0000009.q01"], "content": []}
        records["claim"][at] = json.dumps(claim).encode()
    folder = without_errors(write(folder / "corpus", [records, lines(withheld)]))
    assert b'["a0000009.q01"]' in (folder / "claims.jsonl").read_bytes()
    for each in RECORD_TYPES:
        path = folder / f"{each}s.jsonl"
        path.write_bytes(b"".join(sorted(path.read_bytes().splitlines(keepends=True), key=crc32)))
    return folder


def tables(publication, out):
    """Return the tables of a publication."""
    found = {}
    for path, file in publication.files:
        found.setdefault(file.table, []).append(out / path)
    return {name: pq.ParquetDataset(paths).read() for name, paths in found.items()}


@pytest.mark.parametrize(("splits", "partitions"), [(None, 2), (SPLITS, 4)])
def test_tables_have_the_same_values_and_digests(
    spark, corpus, tmp_path, address, splits, partitions
):
    (corpus / "corpus.yaml").write_bytes(CORPUS + SETTINGS + (splits or b""))
    here = publish_here(corpus, tmp_path / "here")
    assert here.manifest, here.report
    out = tmp_path / "there é"
    if splits:  # everything is on another file system
        there = publish_files(spark, address(corpus), address(out), partitions=partitions)
    else:
        frames = read(spark, corpus)
        there = publish(spark, **frames, out=out, about=corpus, partitions=partitions)
    assert there.manifest.tables == here.manifest.tables
    assert there.manifest.counts == here.manifest.counts
    assert there.manifest.splits == here.manifest.splits
    assert (there.manifest.splits is None) == (splits is None)
    assert there.manifest.settings == here.manifest.settings
    assert len(there.report.ignored) == len(here.report.ignored) > 0
    if splits:
        assert there.manifest.suppressed == here.manifest.suppressed
    without_checksums(out)
    found = tables(there, out)
    for name, table in found.items():
        assert table.equals(tables(here, tmp_path)[name]), name
    assert verify(out).ok
    assert sorted(path.name for path in (out / "data").iterdir()) == [there.manifest.digest]
    assert there.manifest.corpus_version == here.manifest.corpus_version
    views = [row.tableName for row in spark.sql("SHOW TABLES").collect()]
    assert not [name for name in views if "onrecord" in name]
    assert published_words(found.values(), out) == PASSED_ON
    if splits:
        last = Remote(RemotePath(spark, address(out))).last(tmp_path / "last")
        assert divided(last) == divided(out) == divided(tmp_path / "here")


def divided(out):
    """Return the splits of a publication."""
    return splits_of(formats.publication(out))


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
    files = {}
    for piece in published(group):
        for row in piece.to_pylist():
            files[row["name"]] = files.get(row["name"], b"") + row["content"]
    out = tmp_path / "out"
    out.mkdir()
    for name, content in files.items():
        (out / name).write_bytes(content)
    found = [pq.read_table(path) for path in out.iterdir()]
    assert len(found) == len(RECORD_TYPES)
    assert published_words(found, out) == PASSED_ON


def test_errors_prevent_publishing(spark, tmp_path):
    """Those of words that rights withhold, too."""
    records = lines(several(tmp_path / "rights"))
    records["quote"].append(b'{"id": "x.q1", "article_id": "x"}')
    folder, out = write(tmp_path / "corpus", [records]), tmp_path / "out"
    (tmp_path / "corpus.yaml").write_bytes(CORPUS + b"colour: red\n")
    publication = publish(spark, **read(spark, folder), out=out, about=tmp_path)
    assert publication.manifest is None
    found = {}
    for one in publication.report.errors:
        found.setdefault((one.place.file, one.place.row), set()).add(one.code)
    assert found.pop(("quotes", len(records["quote"])))
    assert found.pop(((tmp_path / "corpus.yaml").as_posix(), None))
    assert set().union(*found.values()) == {"text-withheld", "words-withheld"}
    assert not out.exists()


def test_what_cannot_be_published_is_an_error_before_work_begins(spark, tmp_path, address):
    frame = spark.range(1)
    for out, message in (
        ("nosuch://bucket/corpus", "nosuch"),
        ("s3a://me:Zaquo@bucket/corpus", "s3a://…@bucket: an address must not contain a user"),
        ("s3a://Zaquo@bucket/corpus", "set them in the configuration of Spark"),
    ):
        with pytest.raises(InputError, match=message) as raised:
            publish(spark, quotes=frame, out=out)
        assert "Zaquo" not in str(raised.value)
    (tmp_path / "README.md").write_text("mine", "utf-8")
    for out in (tmp_path, address(tmp_path)):
        with pytest.raises(PublishError, match="was not written by onrecord publish"):
            publish(spark, quotes=frame, out=out)
    with pytest.raises(PublishError, match="is not a folder"):
        publish(spark, quotes=frame, out=address(tmp_path / "README.md"))


def test_what_is_wrong_with_corpus_yaml_prevents_publishing(spark, tmp_path):
    """The command says the same with and without Spark."""
    files = ListedSplitsLeak.fails
    folder = tmp_path / "corpus"
    documents = tmp_path / "documents"
    documents.mkdir()
    for name, content in example_files(files).items():
        (documents / name).write_bytes(content)
    records = lines(documents)
    for name, split in (("harbour", "one"), ("bridge", "two")):  # a file of each
        own = {
            each: [one for one in some if name.encode() in one.split(b",")[2]]
            for each, some in records.items()
        }
        write(folder / split, [own])
    lists = b"split_lists: {train: [one/articles.jsonl], test: [bridge, none.jsonl]}\n"
    (folder / "corpus.yaml").write_bytes(CORPUS + lists)
    here = run("publish", folder, "--out", tmp_path / "out")
    with (folder / "corpus.yaml").open("ab") as about:
        about.write(b"texts: /etc\n")  # which Spark does not read
    there = run("publish", folder, "--out", tmp_path / "out", "--engine", "spark")
    assert (here.returncode, there.returncode) == (1, 1)
    assert "listed-splits-leak" in here.stdout
    same, unchecked = [], []
    for line in there.stdout.splitlines(keepends=True):
        (unchecked if line.startswith("not checked on Spark: texts in files") else same).append(
            line
        )
    assert len(unchecked) == 1
    numbers = re.compile("[0-9]+ checks")
    assert numbers.sub("", "".join(same)) == numbers.sub("", here.stdout)
    assert not (tmp_path / "out").exists()


def test_addresses_are_for_spark(tmp_path):
    for command in ("publish", "validate"):
        ended = run(command, "s3a://me:Zaquo@bucket/corpus")
        assert ended.returncode == 2
        assert "addresses are for --engine spark" in ended.stderr
        assert "Zaquo" not in ended.stdout + ended.stderr
    ended = run("publish", tmp_path, "--check", "--engine", "spark")
    assert ended.returncode == 2
    assert "publications are compared on one machine" in ended.stderr
