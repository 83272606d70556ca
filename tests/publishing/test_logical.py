"""The logical digest of a table is that of its values, whatever wrote them, and into what files."""

from __future__ import annotations

import re
from functools import cache

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import onrecord
from onrecord.publishing import parquet
from onrecord.publishing.logical import LogicalDigest
from onrecord.schema import RECORD_TYPES
from tests import ROOT

GAZETTE = ROOT / "docs" / "examples" / "gazette"


def digest(table: pa.Table, rows: int = 1000) -> str:
    found = LogicalDigest()
    for batch in table.to_batches(max_chunksize=rows):
        found.add(batch)
    return found.hexdigest()


@pytest.fixture(scope="module")
def documented():
    """The function that the guide shows, which needs nothing of ours."""
    page = (ROOT / "docs" / "verifying.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    return names["logical_digest"]


@cache
def tables() -> dict[str, pa.Table]:
    corpus = onrecord.read(GAZETTE)
    return {record_type: parquet.table(corpus, record_type) for record_type in RECORD_TYPES}


@pytest.fixture(params=RECORD_TYPES)
def table(request) -> pa.Table:
    return tables()[request.param]


def test_the_guide_says_how_to_compute_it(table, documented):
    assert documented(table.to_pylist()) == digest(table)


@pytest.mark.slow
def test_chunks_do_not_matter(table):
    assert digest(table, 1) == digest(table, 7) == digest(table)
    assert digest(table.slice(3)) == digest(pa.table(table.slice(3).to_pydict(), table.schema))
    assert digest(table.slice(3)) != digest(table)


@pytest.mark.slow
@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd"])
def test_parquet_does_not_matter(table, tmp_path, compression):
    path = tmp_path / "table.parquet"
    pq.write_table(
        table,
        path,
        compression=compression,
        row_group_size=5,
        use_dictionary=compression == "gzip",
        data_page_version="2.0" if compression == "none" else "1.0",
    )
    assert digest(pq.read_table(path)) == digest(table)
    coded = [name for name in table.column_names if table.schema.field(name).type == pa.string()]
    assert digest(pq.read_table(path, read_dictionary=coded)) == digest(table)


def test_other_writers_do_not_matter(table, tmp_path):
    before = tmp_path / "before.parquet"
    pq.write_table(table, before)
    pl.read_parquet(before).write_parquet(tmp_path / "polars.parquet")
    duckdb.execute(f"COPY '{before}' TO '{tmp_path}/duckdb.parquet' (ROW_GROUP_SIZE 4)")
    pd.read_parquet(before, dtype_backend="pyarrow").to_parquet(tmp_path / "pandas.parquet")
    for name in ("polars", "duckdb", "pandas"):
        written = pq.read_table(tmp_path / f"{name}.parquet")
        assert digest(written) == digest(table), name


def test_columns_may_be_in_another_order_and_wider(table):
    names = sorted(table.column_names, reverse=True)
    wide = pa.schema(
        field.with_type(pa.large_string() if field.type == pa.string() else field.type)
        for field in table.select(names).schema
    )
    assert digest(table.select(names).cast(wide)) == digest(table)


ROWS = st.fixed_dictionaries(
    {
        "text": st.none() | st.text(st.characters(codec="utf-8"), max_size=4),
        "list": st.none()
        | st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=2), max_size=3),
        "object": st.none()
        | st.fixed_dictionaries(
            {"number": st.none() | st.integers(-9, 9), "sure": st.none() | st.booleans()}
        ),
        "objects": st.none()
        | st.lists(
            st.none() | st.fixed_dictionaries({"part": st.none() | st.floats(0, 1)}), max_size=2
        ),
        "day": st.none() | st.dates(),
    }
)
TYPE = pa.struct(
    {
        "text": pa.string(),
        "list": pa.list_(pa.string()),
        "object": pa.struct({"number": pa.int32(), "sure": pa.bool_()}),
        "objects": pa.list_(pa.struct({"part": pa.float64()})),
        "day": pa.date32(),
    }
)


def of(rows: list[object]) -> pa.Table:
    return pa.Table.from_struct_array(pa.array(rows, TYPE))


@pytest.mark.slow
@given(st.lists(ROWS, max_size=4))
def test_it_is_what_the_guide_says_for_all_values(documented, rows):
    assert documented(rows) == digest(of(rows)) == digest(of(rows), 1)


@pytest.mark.slow
@given(st.lists(ROWS, max_size=3), st.lists(ROWS, max_size=3))
def test_it_differs_if_any_value_does(rows, others):
    assert (digest(of(rows)) == digest(of(others))) == (rows == others)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"text": None}, {"text": ""}),
        ({"list": None}, {"list": []}),
        ({"list": ["ab"]}, {"list": ["a", "b"]}),
        ({"object": None}, {"object": {"number": None, "sure": None}}),
        ({"objects": [None]}, {"objects": [{"part": None}]}),
        ({"text": "\x00"}, {"text": ""}),
        ({"text": "2"}, {"list": ["2"]}),
    ],
)
def test_what_looks_alike_is_told_apart(one, other):
    assert digest(of([one])) != digest(of([other]))


def test_a_type_that_no_record_has_is_an_error():
    with pytest.raises(TypeError, match="timestamp"):
        digest(pa.table({"at": pa.array([0], pa.timestamp("us"))}))
