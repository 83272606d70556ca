"""The command reports the same findings in files on Spark as on one machine."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import warnings

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import onrecord
from onrecord.errors import InputError
from onrecord.rules.examples import CORPUS
from onrecord.schema import CURRENT
from onrecord.schema.arrow import arrow_schema
from tests.commands import run
from tests.spark.conftest import MARKS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what Spark says of the versions of others
    pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    from onrecord.spark import files

pytestmark = MARKS


@pytest.fixture(scope="module")
def layout(mixed, tmp_path_factory):
    """Defective records in tables of several formats, in a folder with a difficult name."""
    folder = tmp_path_factory.mktemp("files") / "a[b] {c}%20é*"
    for name in ("one", "two"):
        (folder / name).mkdir(parents=True)
    articles = (mixed / "articles.jsonl").read_bytes().split(b"\n")
    (folder / "corpus.yaml").write_bytes(CORPUS + b"colour: red\n")
    (folder / "one/articles.jsonl").write_bytes(b"\xef\xbb\xbf" + b"\n".join(articles[:200]))
    (folder / "two/articles.jsonl.gz").write_bytes(gzip.compress(b"\r\n".join(articles[200:])))
    quotes = (mixed / "quotes.jsonl").read_bytes().split(b"\n")
    for number in range(3):
        name = folder / f"one/quotes-{number}-of-3.jsonl"
        name.write_bytes(b"" if number == 1 else b"\n".join(quotes[number // 2 :: 2]))
    claims = onrecord.read(mixed).table("claim").to_pylist()
    claims[3] |= {"kind": None}
    claims[5] |= {"text": "Lost letters: �� and \u202e"}
    table = pa.Table.from_pylist(claims, _nullable(arrow_schema(CURRENT.models["claim"])))
    pq.write_table(table, folder / "two/claims.parquet", row_group_size=50)
    pq.write_table(table.drop_columns(["text"]), folder / "two/claims-0-of-1.parquet")
    return folder


def _nullable(schema):
    return pa.schema([field.with_nullable(True) for field in schema])


def test_the_command_finds_the_same_at_the_same_places(spark, layout):
    there, here = (
        run("validate", ".", "--format", "json", "--max-findings", "3", *more, cwd=layout)
        for more in (["--engine", "spark"], ["--no-cache"])
    )
    assert "not checked on Spark: texts in files" in there.stderr
    assert there.returncode == here.returncode == 1
    there, here = (json.loads(each.stdout) for each in (there, here))
    assert there["findings"] == here["findings"]
    assert there["checked"] == here["checked"]
    assert "corpus.yaml" in {one["file"] for one in there["findings"]}
    assert len(there["checks"]) < len(here["checks"])


def test_the_program_starts_spark(tmp_path):
    """It hides pandas from its other work."""
    line = b'{"record_type": "article", "schema_version": "1.0", "id": "a"}\n'
    (tmp_path / "articles.jsonl").write_bytes(line)
    command = [sys.executable, "-m", "onrecord", "validate", tmp_path / "articles.jsonl"]
    command += ["--engine", "spark", "--master", "local[1]"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr
    assert "missing-field" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_addresses_are_listed_and_read_by_spark(spark, layout):
    address = f"file://{layout}"
    found = files.find(spark, [address])
    assert [one.name.removeprefix(f"file:{layout}/") for one in found.tables] == [
        "one/articles.jsonl",
        *(f"one/quotes-{number}-of-3.jsonl" for number in range(3)),
        "two/articles.jsonl.gz",
        "two/claims-0-of-1.parquet",
        "two/claims.parquet",
    ]
    read = files.read(spark, found.tables)
    lines = read.records.filter("record_type = 'article'").select("row").collect()
    packed = gzip.decompress((layout / "two/articles.jsonl.gz").read_bytes())
    plain = (layout / "one/articles.jsonl").read_bytes()
    assert len(lines) == len(plain.splitlines()) + len(packed.split(b"\n")) - packed.endswith(b"\n")
    assert sorted(line.row for line in lines) == [*range(len(lines))]
    assert read.extents[0].place(7, 3) == onrecord.Place(found.tables[0].name, 8, 3)
    (finding,) = read.findings
    assert finding.message.endswith("text is missing")
    assert not list(files.find(spark, [f"{address}/two"]).findings)
    assert [one.removeprefix(f"file:{layout}/") for one in found.about] == ["corpus.yaml"]
    assert [one.place.file for one in found.findings] == found.about


def test_what_spark_does_not_read_is_an_error(spark, tmp_path, sound):
    with pytest.raises(InputError, match="Spark reads tables, not documents"):
        files.find(spark, [str(sound)])
    (tmp_path / "quotes.jsonl.xz").write_bytes(b"")
    with pytest.raises(InputError, match=r"does not unpack \.xz"):
        files.find(spark, [f"file://{tmp_path}"])
    with pytest.raises(InputError, match="does not exist"):
        files.find(spark, [f"file://{tmp_path}/none"])
    with pytest.raises(InputError, match="nosuch"):
        files.find(spark, ["nosuch://bucket/corpus"])
    assert run("validate", "nosuch://bucket/x", "--engine", "spark").returncode == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--master", "local"], "--master is for --engine spark"),
        (["--engine", "spark", "--texts", "."], "--texts is not for --engine spark"),
        (["--engine", "spark", "--workers", "2"], "give --master 'local[N]'"),
        (["--engine", "spark", "--fix"], "fixed on one machine"),
    ],
)
def test_options_without_meaning_are_refused(options, said):
    ended = run("validate", ".", *options)
    assert ended.returncode == 2
    assert said in ended.stderr


def test_java_is_needed(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    ended = run("validate", ".", "--engine", "spark")
    assert ended.returncode == 3
    assert "Spark needs Java 17 or later, but there is no program java; install it" in ended.stderr
