"""Tables that other programs read and wrote again without changing anything are read as they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import Dataset

import onrecord
from onrecord.publishing import publish
from onrecord.publishing.manifest import Manifest
from onrecord.readers.options import ReadOptions
from onrecord.rules.examples import document
from onrecord.schema.arrow import DERIVED

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("rewritten")]

TABLES = ("articles", "quotes", "claims")


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    """The tables of three articles, one of them without a text, and some that say little."""
    folder = tmp_path_factory.mktemp("corpus")
    overlays = {
        "harbour": "",
        "pier": "article: {id: pier}\nquotes: [{said: 2024-04, speakers: [{mentions: []}]}]",
        "quay": "article: {id: quay, text: null, text_sha256: null, text_length: null, "
        "rights: {redistribute: quotes}}\n"
        "quotes: [{cue: null, speakers: [{mentions: []}], content: [{start: null, end: null}]}]",
    }
    for name, overlay in overlays.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(document(overlay)))
    result = publish(folder, folder / "out")
    assert result.manifest, result.report.errors
    return next((folder / "out" / "data").iterdir())


Write = Callable[[Path, Path], object]


def by_datasets(path: Path) -> Dataset:
    return Dataset(pq.read_table(path))


PARQUET: dict[str, Write] = {
    "datasets": lambda old, new: by_datasets(old).to_parquet(str(new)),
    "duckdb": lambda old, new: duckdb.sql(f"COPY (FROM '{old}') TO '{new}' (FORMAT parquet)"),
    "polars": lambda old, new: pl.read_parquet(old).write_parquet(new),
    "polars with pyarrow": lambda old, new: pl.read_parquet(old).write_parquet(
        new, use_pyarrow=True
    ),
    "pandas": lambda old, new: pd.read_parquet(old).to_parquet(new),
    "pandas with an index": lambda old, new: (
        pd.read_parquet(old).set_index("id", drop=False).rename_axis(None).to_parquet(new)
    ),
    "pandas with Arrow": lambda old, new: pd.read_parquet(old, dtype_backend="pyarrow").to_parquet(
        new
    ),
    "pyarrow with dictionaries": lambda old, new: pq.write_table(
        pq.read_table(old, read_dictionary=["id", "schema_version"]), new
    ),
    "pyarrow with views": lambda old, new: pq.write_table(
        pa.table(
            [
                column.cast(pa.string_view()) if column.type == pa.string() else column
                for column in pq.read_table(old).columns
            ],
            pq.read_table(old).column_names,
        ),
        new,
    ),
}
JSON: dict[str, Write] = {
    "datasets": lambda old, new: by_datasets(old).to_json(str(new)),
    "duckdb": lambda old, new: duckdb.sql(f"COPY (FROM '{old}') TO '{new}' (FORMAT json)"),
    "polars": lambda old, new: pl.read_parquet(old).write_ndjson(new),
    "pandas": lambda old, new: pd.read_parquet(old).to_json(new, orient="records", lines=True),
}
WRITTEN = [("parquet", name, write) for name, write in PARQUET.items()] + [
    ("jsonl", name, write) for name, write in JSON.items()
]


# What these write is also published: the tables and lines of one program, and types that are not ours.
PUBLISHED = {"datasets", "pandas with an index", "pyarrow with views"}


@pytest.mark.parametrize(
    ("ending", "program", "write"),
    [pytest.param(*one, id=f"{one[1]}-{one[0]}") for one in WRITTEN],
)
def test_what_was_written_again_is_the_same(published, tmp_path, ending, program, write):
    for name in TABLES:
        write(published / f"{name}-train-0000.parquet", tmp_path / f"{name}.{ending}")
    before = onrecord.read(published)
    for validate_all in (False, True):
        after = onrecord.read(tmp_path, options=ReadOptions(validate_all=validate_all))
        assert not after.findings
        for name in TABLES:
            key = lambda record: record.id  # noqa: E731
            assert sorted(getattr(after, name), key=key) == list(getattr(before, name))
    if program not in PUBLISHED:
        return
    # And it would be published as the same.
    result = publish(tmp_path, tmp_path / "out")
    old = Manifest.read(published).files
    assert {name: file for name, file in result.manifest.files.items() if file.table} == {
        name: file for name, file in old.items() if file.table
    }


def differing(published: Path, folder: Path, table: pa.Table) -> str:
    """What is said of another table of quotes."""
    pq.write_table(table, folder / "quotes.parquet")
    for name in ("articles", "claims"):
        (folder / f"{name}.parquet").write_bytes(
            (published / f"{name}-train-0000.parquet").read_bytes()
        )
    [finding] = [one for one in onrecord.read(folder).findings if one.code == "wrong-columns"]
    assert "…" not in finding.message
    return finding.message


def test_real_differences_are_shown_whole(published, tmp_path):
    table = pq.read_table(published / "quotes-train-0000.parquet")
    rows = table.to_pylist()
    for row in rows:
        row["cue"] = 7
        for span in row["content"]:
            span["start"], span["colour"] = str(span["start"]), "red"
            del span["suffix"]
    drawn = {"content", "cue"}
    other = pa.Table.from_pylist(rows)
    names = [name for name in table.column_names if name not in drawn and name not in DERIVED]
    mixed = pa.table(
        {name: other[name] if name in drawn else table[name] for name in [*names, *drawn]}
    )
    shown = differing(published, tmp_path, mixed)
    start = "these columns are not as the schema has them: "
    assert shown.startswith(start)
    # In the order of the columns and fields of the file, which differs by version of pyarrow.
    assert sorted(shown.removeprefix(start).split("; ")) == [
        "content[].colour is unknown",
        "content[].start is string and not int32",
        "content[].suffix is missing",
        "cue is int64 and not a list",
    ]


def test_even_many_differences_are_shown(published, tmp_path):
    table = pq.read_table(published / "quotes-train-0000.parquet")
    names = [f"a_column_that_nobody_knows_{number}" for number in range(120)]
    more = pa.table([*table.columns, *[table["id"]] * 120], [*table.column_names, *names])
    message = differing(published, tmp_path, more)
    assert all(f"{name} is unknown" in message for name in names[:100])
    assert message.endswith("; and 20 more")


def test_values_of_another_type_are_found_in_their_rows(published, tmp_path):
    for name in ("articles", "claims"):
        (tmp_path / f"{name}.parquet").write_bytes(
            (published / f"{name}-train-0000.parquet").read_bytes()
        )
    frame = pl.read_parquet(published / "articles-train-0000.parquet").with_columns(
        pl.when(pl.col("id") == "pier").then(pl.lit(56.5)).otherwise(56.0).alias("text_length")
    )
    frame.write_parquet(tmp_path / "articles.parquet")
    corpus = onrecord.read(tmp_path)
    assert [(one.record, one.path, one.place.row) for one in corpus.findings] == [
        ("pier", "text_length", 2)
    ]
    assert {one.id: one.text_length for one in corpus.articles} == {"harbour": 56, "quay": 56}


def test_null_where_a_value_is_needed_is_found(published, tmp_path):
    rows = pq.read_table(published / "quotes-train-0000.parquet").to_pylist()
    rows[1]["id"] = None
    rows[2]["content"] = [None]
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(tmp_path / "quotes.parquet")
    found = onrecord.read(tmp_path).findings
    assert {(one.place.row, one.path) for one in found} == {(2, "id"), (3, "content[0]")}


def test_only_what_derives_is_ignored_in_lines(published, tmp_path):
    by_datasets(published / "quotes-train-0000.parquet").to_json(str(tmp_path / "quotes.jsonl"))
    lines = [json.loads(line) for line in (tmp_path / "quotes.jsonl").read_text().splitlines()]
    assert lines[0].keys() & DERIVED
    lines[1]["quotes"] = "mine"
    (tmp_path / "quotes.jsonl").write_text("\n".join(map(json.dumps, lines)))
    corpus = onrecord.read(tmp_path)
    assert [(one.code, one.place.line, one.path) for one in corpus.findings] == [
        ("unknown-field", 2, "quotes")
    ]
    assert len(corpus.quotes) == 2
