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
    from onrecord.spark import files, reading

pytestmark = MARKS


PROJECT = b"""
[tool.onrecord]
severity = {unknown-field = "warning", dangling-reference = "note", no-such-check = "off"}
baseline = "baseline.json"
"""
# Some of it is wrong, or without effect.
SETTINGS = b"""
validation:
  severity: {dangling-reference: "off", missing-field: warning, url-not-absolute: error}
  require: [article.url, annotators]
  ignore:
    - {code: not-allowed, reason: they are kept}
    - {record: harbour, reason: it is known}
    - {code: not-allowed, record: nobody, reason: there is no such record}
    - {path: "quotes-0*", code: wrong-type, reason: it was planned, until: "2020-01-01"}
split_lists: {train: [harbour, articles.jsonl], validation: [a0000001], test: [nobody]}
"""


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
    (folder / "pyproject.toml").write_bytes(PROJECT)
    (folder / "one/corpus.yaml").write_bytes(CORPUS + SETTINGS)
    run("validate", ".", "--write-baseline", "--no-cache", cwd=folder)
    baseline = json.loads((folder / "baseline.json").read_bytes())
    del baseline["findings"][::3]
    baseline["findings"].append({**baseline["findings"][0], "fingerprint": "0" * 16})
    (folder / "baseline.json").write_text(json.dumps(baseline), "utf-8")
    return folder


def _nullable(schema):
    return pa.schema([field.with_nullable(True) for field in schema])


def test_the_command_finds_the_same_at_the_same_places(spark, layout):
    there, here = (
        run("validate", ".", "--format", "json", "--max-findings", "9", *more, cwd=layout)
        for more in (["--engine", "spark"], ["--no-cache"])
    )
    assert "not checked on Spark: texts in files" in there.stderr
    assert there.returncode == here.returncode == 1
    there, here = (json.loads(each.stdout) for each in (there, here))
    assert there["findings"] == here["findings"]
    assert there["ignored"] == here["ignored"]
    assert {one["reason"] for one in there["ignored"]} > {"in the baseline", "they are kept"}
    found = [*there["findings"], *(one["finding"] for one in there["ignored"])]
    assert len({one["code"] for one in found}) > 60
    assert there["checked"] == here["checked"]
    of_settings = {"corpus.yaml", "one/corpus.yaml", "pyproject.toml", "baseline.json"}
    assert {one["file"] for one in found} > of_settings
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


TABLES = [
    "one/articles.jsonl",
    *(f"one/quotes-{number}-of-3.jsonl" for number in range(3)),
    "two/articles.jsonl.gz",
    "two/claims-0-of-1.parquet",
    "two/claims.parquet",
]


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_tables_are_listed_and_read_by_spark(spark, layout, address, is_elsewhere):
    given = address(layout) if is_elsewhere else str(layout)
    found = files.find(spark, [given])
    folder = address(layout) if is_elsewhere else layout.as_posix()
    assert is_elsewhere or files.find(spark, [f"file://{layout}"]).tables == found.tables
    assert [one.name.removeprefix(f"{folder}/") for one in found.tables] == TABLES
    there = reading.read(spark, found.tables)
    lines = there.records.filter("record_type = 'article'").select("row").collect()
    packed = gzip.decompress((layout / "two/articles.jsonl.gz").read_bytes())
    plain = (layout / "one/articles.jsonl").read_bytes()
    assert len(lines) == len(plain.splitlines()) + len(packed.split(b"\n")) - packed.endswith(b"\n")
    assert sorted(line.row for line in lines) == [*range(len(lines))]
    assert there.extents[0].place(7, 3) == onrecord.Place(found.tables[0].name, 8, 3)
    (finding,) = there.findings
    assert finding.message.endswith("text is missing")
    assert not list(files.find(spark, [f"{given}/two"]).findings)
    corpora = [one.text.file.name.removeprefix(f"{folder}/") for one in found.corpora]
    assert sorted(corpora) == ["corpus.yaml", "one/corpus.yaml"]
    assert [one.place.file for one in found.findings] == [f"{folder}/corpus.yaml"]


def test_names_in_a_folder_mean_the_same_at_an_address(spark, tmp_path, address):
    """As far as names say it: Spark does not open files to find out what they hold."""
    folder = tmp_path / "corpus"
    digests = ["0123456789abcdef", "fedcba9876543210"]
    content = {
        "articles-1-of-3.jsonl": b"",
        "quotes.jsonl.7z": b"",
        "quotes.ndjson": b"",
        ".hidden/claims.jsonl": b"",
        "site/onrecord-site.json": b"{}",
        "site/claims.jsonl": b"",
        "published/README.md": f"path: data/{digests[0]}/x".encode(),
        "published/data/.publish-abcdefgh/tables/claims.jsonl": b"",
        **{f"published/data/{one}/manifest.json": b"{}" for one in digests},
        **{f"published/data/{one}/claims-train-0000.parquet": b"" for one in digests},
        "quotes.jsonl.bak": b"",
    }
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    here, there = (files.find(spark, [one]) for one in (str(folder), address(folder)))

    def told(found, prefix):
        names = [one.name for one in found.tables]
        wrong = [(one.place.file, one.message, one.hint) for one in found.findings]
        return json.loads(json.dumps([names, sorted(wrong)]).replace(prefix, ""))

    assert told(there, address(folder)) == told(here, folder.as_posix())
    assert [len(some) for some in told(here, folder.as_posix())] == [2, 2]
    published = folder / "published"
    for one in (published, published / "data" / digests[0]):
        here, there = (files.find(spark, [path]) for path in (str(one), address(one)))
        assert told(there, address(one)) == told(here, one.as_posix())
        assert [digests[0] in table.name for table in there.tables] == [True]
    manifest = published / "data" / digests[0] / "manifest.json"
    manifest.write_bytes(b'{"manifest_version": 99}')
    with pytest.raises(InputError, match="a newer version of onrecord wrote it"):
        files.find(spark, [address(published)])


def test_what_spark_does_not_read_is_an_error(spark, tmp_path, sound, address):
    with pytest.raises(InputError, match="Spark reads tables, not documents"):
        files.find(spark, [str(sound)])
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / "quotes.jsonl.xz").write_bytes(b"")
    with pytest.raises(InputError, match=r"does not unpack \.xz"):
        files.find(spark, [address(tmp_path / "packed")])
    with pytest.raises(InputError, match="does not exist"):
        files.find(spark, [address(tmp_path / "none")])
    with pytest.raises(InputError, match="Spark reads tables, not documents"):
        files.find(spark, [address(sound)])
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.json").write_bytes(b"{}")
    with pytest.raises(InputError, match="holds no table of records"):
        files.find(spark, [address(tmp_path / "empty")])
    with pytest.raises(InputError, match="nosuch"):
        files.find(spark, ["nosuch://bucket/corpus"])
    assert run("validate", "nosuch://bucket/x", "--engine", "spark").returncode == 3
    ended = run("validate", "s3a://me:Zaquo@bucket/x", "--engine", "spark")
    assert ended.returncode == 3
    assert "Zaquo" not in ended.stdout + ended.stderr


def test_links_do_not_lead_out_of_a_folder(spark, tmp_path):
    """Neither by its path nor by its address."""
    (tmp_path / "secret.jsonl").write_bytes(b"Zaquo\n")
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "articles.jsonl").write_bytes(b"{}\n")
    (folder / "quotes.jsonl").symlink_to("../secret.jsonl")
    for one in (str(folder), f"file://{folder}", f"file://localhost{folder}"):
        with pytest.raises(InputError, match="leads out of"):
            files.find(spark, [one])


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
