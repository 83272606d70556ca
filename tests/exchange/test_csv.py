from __future__ import annotations

import csv
import inspect
import json
import tempfile
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given, settings

import onrecord
from onrecord.editing.writing import as_yaml
from onrecord.exchange import EXPORTERS, export_records
from onrecord.exchange.csv import COLUMNS, Csv
from onrecord.testing import documents
from tests import ROOT
from tests.drawing import examples
from tests.exchange.written import records_by_article, written

BRIDGE = ROOT / "docs" / "examples" / "bridge.yaml"


def exported(records: Path, folder: Path, **options: str) -> dict[str, list[dict[str, str]]]:
    folder.mkdir()
    files, _ = written(Csv(**options), records_by_article(onrecord.read(records)))
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return {table: rows(folder / f"{table}.csv") for table in COLUMNS}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def by_duckdb(path: Path) -> list[dict[str, str]]:
    query = f"SELECT * FROM read_csv('{path}', header=true, all_varchar=true, delim=',', quote='\"', escape='\"', nullstr='')"
    found = duckdb.sql(query)
    return [
        {name: value or "" for name, value in zip(found.columns, row, strict=True)}
        for row in found.fetchall()
    ]


@pytest.mark.slow
@settings(max_examples=examples(13))
@given(documents("dehydrated"))
def test_tables_read_back_exactly(document):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.yaml").write_text(as_yaml(document), encoding="utf-8", newline="")
        tables = exported(folder / "a.yaml", folder / "out")
        for table, found in tables.items():
            if found:
                assert by_duckdb(folder / "out" / f"{table}.csv") == found
    assert [row["text"] for row in tables["articles"]] == [document.article.text or ""]
    assert len(tables["quotes"]) == len(document.quotes)
    prefix = f"{document.article.id}."
    for quote in document.quotes:
        (row,) = [one for one in tables["quotes"] if one["id"] == prefix + quote.id]
        words = [span.exact for span in quote.content]
        assert row["quote"] == ("" if None in words else " ".join(words))
        assert row["speaker_name"] == "; ".join(one.name for one in quote.speakers if one.name)
        assert (row["start"], row["end"]) == (
            str(quote.content[0].start),
            str(quote.content[-1].end),
        )
        spans = [
            one
            for one in tables["spans"]
            if one["record_id"] == prefix + quote.id and one["role"] == "content"
        ]
        assert [one["exact"] for one in spans] == [word or "" for word in words]
        assert [one["quoted"] for one in spans] == [
            str(span.quoted).lower() for span in quote.content
        ]
    assert [row["checkable"] for row in tables["claims"]].count("") == sum(
        claim.checkable is None for claim in document.claims
    )


@pytest.mark.slow
def test_rows_end_with_crlf_and_every_table_has_its_header(tmp_path):
    export_records(Csv(), [BRIDGE], tmp_path / "out")
    for table, columns in COLUMNS.items():
        data = (tmp_path / "out" / f"{table}.csv").read_bytes()
        assert data.split(b"\r\n")[0].decode() == ",".join(column.name for column in columns)
        assert data.endswith(b"\r\n")


def test_withheld_words_are_not_in_the_tables(tmp_path):
    tables = exported(ROOT / "dataset", tmp_path / "out")
    assert {row["quote"] for row in tables["quotes"] if row["type"] == "indirect"} == {""}
    assert any(row["quote"] for row in tables["quotes"] if row["type"] == "direct")
    assert not any(row["text"] for row in tables["articles"])
    assert all(row["sha256"] for row in tables["spans"] if not row["exact"])


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@x"])
def test_formulas_are_told_apart_only_where_spreadsheets_are_meant(formula, tmp_path):
    source = tmp_path / "a.yaml"
    text = BRIDGE.read_text(encoding="utf-8")
    source.write_text(text.replace("name: Ada Example", f"name: {json.dumps(formula)}"))
    plain = exported(source, tmp_path / "plain")
    excel = exported(source, tmp_path / "excel", dialect="excel")
    assert formula in {row["speaker_name"] for row in plain["quotes"]}
    assert f"'{formula}" in {row["speaker_name"] for row in excel["quotes"]}
    assert (tmp_path / "excel" / "quotes.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_every_column_is_documented():
    about = inspect.getdoc(EXPORTERS["csv"])
    for table, columns in COLUMNS.items():
        assert f"Columns of {table}.csv" in about
        assert len({column.name for column in columns}) == len(columns)
        for column in columns:
            assert f"- `{column.name}`: " in about
            assert column.description


def test_the_file_folder_and_split_of_an_imported_record_have_columns(tmp_path):
    text = BRIDGE.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    fields = {"file": "own", "import.file": "a.tsv", "folder": "x/train", "split": "train"}
    document["annotation"]["origin"] = {
        "dataset": "X",
        "fields": [{"name": name, "value": value} for name, value in fields.items()],
    }
    source = tmp_path / "a.yaml"
    source.write_text(yaml.safe_dump(document), encoding="utf-8")
    found = exported(source, tmp_path / "out")["quotes"]
    assert found
    for row in found:
        told = [row[f"origin_{name}"] for name in ("file", "folder", "split")]
        assert told == ["a.tsv", "x/train", "train"]
