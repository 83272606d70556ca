"""Every reader of Parquet gives the records back: each configuration and split, values and types."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pytest
import yaml

import onrecord
from onrecord.rules.examples import document
from onrecord.schema import RECORD_TYPES
from tests import ROOT

GAZETTE = ROOT / "docs" / "examples" / "gazette"

pytestmark = pytest.mark.slow


# What the gazette lacks: a fraction, a control of direction, a letter that has no composed form.
MORE = """
annotation: {confidence: 0.1}
quotes: [{venue: "\u05d0\u200f, n\u0308\U00020bb7"}]
"""


@pytest.fixture(scope="session")
def gazette(tmp_path_factory):
    """A publication, and the rows that its tables are to have."""
    folder = tmp_path_factory.mktemp("readers") / "gazette"
    shutil.copytree(GAZETTE, folder)
    (folder / "harbour.json").write_text(json.dumps(document(MORE)), encoding="utf-8")
    with (folder / "corpus.yaml").open("a", encoding="utf-8") as settings:
        settings.write("splits: {train: 0.6, test: 0.4}\n")
    published = onrecord.publish(folder, folder.parent / "publication")
    assert published.manifest, published.report.errors
    return published.out, records(onrecord.read(folder))


def front_matter(out: Path) -> dict[str, Any]:
    return yaml.safe_load((out / "README.md").read_text("utf-8").split("---\n")[1])


def parts(out: Path) -> dict[tuple[str, str], list[Path]]:
    """The files of each configuration and split, as the card names them."""
    return {
        (config["config_name"], part["split"]): sorted(out.glob(part["path"]))
        for config in front_matter(out)["configs"]
        for part in config["data_files"]
    }


def records(read: onrecord.Corpus) -> dict[str, dict[str, dict[str, Any]]]:
    """The rows of each table by id: what the models write as JSON, and the derived columns."""
    rows = {}
    for record_type in RECORD_TYPES:
        table = f"{record_type}s"
        of_table = getattr(read, table)
        derived = {row["id"]: row for row in of_table.to_arrow().to_pylist()}
        rows[table] = {
            record.id: derived[record.id] | json.loads(record.model_dump_json())
            for record in of_table
        }
    return rows


def typed(value: Any) -> Any:
    """A value with its type and those inside it, since to Python 1, 1.0 and True are equal."""
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return type(value), value


# Readers: a function from the files of a split to its rows as Python values.


def with_datasets(out: Path, config: str, split: str, _: list[Path], **options: Any) -> list[Any]:
    from datasets import load_dataset

    cache = str(out.parent / "cache")
    return list(load_dataset(str(out), config, split=split, cache_dir=cache, **options))


def with_streaming(*part: Any) -> list[Any]:
    return with_datasets(*part, streaming=True)


def with_datasets_of_files(out: Path, config: str, split: str, files: list[Path]) -> list[Any]:
    from datasets import load_dataset

    names = {split: [str(path) for path in files]}
    cache = str(out.parent / "cache")
    return list(load_dataset("parquet", data_files=names, split=split, cache_dir=cache))


def with_pandas(*part: Any) -> list[Any]:
    frame = pd.concat([pd.read_parquet(path) for path in part[-1]])
    return [of_pandas(row) for row in frame.to_dict("records")]


OFFSETS = {"text_length", "start", "end", "cue_start", "cue_end", "context_start"}


def of_pandas(value: Any, name: str = "") -> Any:
    """A value as Python has it, of what pandas has by default: arrays for lists, NaN for null, and
    for integers of which some are null, floating-point numbers, also inside lists.
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: of_pandas(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [of_pandas(inner) for inner in value]
    if isinstance(value, float):
        value = None if math.isnan(value) else int(value) if name in OFFSETS else value
    return value


def with_pandas_and_arrow(*part: Any) -> list[Any]:
    frames = [pd.read_parquet(path, dtype_backend="pyarrow") for path in part[-1]]
    return pd.concat(frames).to_dict("records")


def with_polars(*part: Any) -> list[Any]:
    return pl.read_parquet(part[-1]).to_dicts()


def with_lazy_polars(*part: Any) -> list[Any]:
    return pl.scan_parquet(part[-1]).collect(engine="streaming").to_dicts()


def with_duckdb(*part: Any) -> list[Any]:
    relation = duckdb.connect().read_parquet([str(path) for path in part[-1]])
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def with_pyarrow(*part: Any) -> list[Any]:
    return pa.dataset.dataset(part[-1]).to_table().to_pylist()


READERS = {
    "datasets": with_datasets,
    "datasets, streaming": with_streaming,
    "datasets, of files": with_datasets_of_files,
    "pandas": with_pandas,
    "pandas, types of Arrow": with_pandas_and_arrow,
    "Polars": with_polars,
    "Polars, streaming": with_lazy_polars,
    "DuckDB": with_duckdb,
    "PyArrow": with_pyarrow,
}


def assert_same(gazette: Any, read: Callable[..., list[Any]]) -> None:
    """What a reader gives is what the records say."""
    out, expected = gazette
    found = parts(out)
    assert set(expected) <= {config for config, _ in found}
    assert {split for _, split in found} == {"train", "test"}
    ids = {config: set() for config in expected}
    for (config, split), files in found.items():
        rows = read(out, config, split, files)
        if config in expected:
            wanted = [expected[config][row["id"]] for row in rows]
            ids[config].update(row["id"] for row in rows)
        else:  # a table that is made from the others, and tested as such
            wanted = with_pyarrow(files)
        assert [typed(row) for row in rows] == [typed(row) for row in wanted]
    assert ids == {config: set(rows) for config, rows in expected.items()}


@pytest.mark.xdist_group("readers")
@pytest.mark.parametrize("reader", READERS)
def test_a_reader_gives_the_records_back(gazette, reader):
    assert_same(gazette, READERS[reader])


@pytest.mark.xdist_group("spark")
@pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java")
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_records_back(gazette, spark):
    def with_spark(*part: Any) -> list[Any]:
        # Of several files at once, Spark may read any first.
        files = (spark.read.parquet(str(path)).collect() for path in part[-1])
        return [row.asDict(recursive=True) for rows in files for row in rows]

    assert_same(gazette, with_spark)


def test_the_default_configuration_loads_where_none_is_asked_for(gazette, tmp_path):
    from datasets import load_dataset

    out, _ = gazette
    (default,) = (one for one in front_matter(out)["configs"] if one.get("default"))
    loaded, named = (
        load_dataset(str(out), *name, cache_dir=str(tmp_path))
        for name in ([], [default["config_name"]])
    )
    assert loaded.num_rows == named.num_rows
    assert {*loaded} == {part["split"] for part in default["data_files"]}


def test_the_records_have_what_readers_may_lose(gazette):
    """Characters beyond U+FFFF, null, truth values, numbers and lists."""
    found = json.dumps(gazette[1], ensure_ascii=False, default=str)
    assert any(character > "\uffff" for character in found)
    for value in ("null", "true", "false", "[]", "0.1", "[{"):
        assert f'": {value}' in found
