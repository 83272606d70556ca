"""Run the same work with other tools, as whole processes: ``python benchmarks/peers.py NAME ...``.

A peer checks what it can express; its docstring says what it cannot. It prints the numbers of
records as ``READ REFUSED``. Peers that validate records read quotes, the largest table.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

Counts = tuple[int, int]


def arrow_publish(out: str, *files: str) -> Counts:
    """Read JSON and write Parquet with Arrow, which checks nothing."""
    import pyarrow.json as pj
    import pyarrow.parquet as pq

    read = 0
    for file in files:
        table = pj.read_json(file)
        pq.write_table(table, Path(out, f"{Path(file).stem}.parquet"), compression="zstd")
        read += table.num_rows
    return read, 0


def datasets_publish(out: str, *files: str) -> Counts:
    """Read JSON and write Parquet with Hugging Face datasets, which only checks the types of
    columns.

    The types are given. Inferred ones would be JSON text for every object that lacks a field
    somewhere, which is another table, and reading would take ten times as long.
    """
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    import datasets

    from onrecord.schema import CURRENT
    from onrecord.schema.arrow import arrow_schema

    read = 0
    for file in files:
        name = Path(file).stem
        columns = arrow_schema(CURRENT.models[name.removesuffix("s")])
        loaded = datasets.load_dataset(
            "json",
            data_files=file,
            cache_dir=Path(out, "cache"),
            split="train",
            features=datasets.Features.from_arrow_schema(columns),
        )
        loaded.to_parquet(Path(out, f"{name}.parquet"))
        read += len(loaded)
    return read, 0


def parquet_scan(*files: str) -> Counts:
    """Read all columns with Arrow, which checks nothing."""
    import pyarrow.dataset as ds

    batches = (batch for file in files for batch in ds.dataset(file).to_batches())
    return sum(batch.num_rows for batch in batches), 0


def _lines(file: str) -> Iterator[bytes]:
    with Path(file).open("rb") as lines:
        yield from lines


def _count(file: str, is_valid: Callable[[bytes], bool]) -> Counts:
    read = refused = 0
    for line in _lines(file):
        read += 1
        refused += not is_valid(line)
    return read, refused


def _unless(error: type[Exception], check: Callable[[bytes], Any]) -> Callable[[bytes], bool]:
    """Return a function that returns whether a check of a line raises no error."""

    def is_valid(line: bytes) -> bool:
        try:
            check(line)
        except error:
            return False
        return True

    return is_valid


def pydantic_lines(file: str) -> Counts:
    """Validate each line with the models: everything that they state; duplicate keys are not
    noticed.
    """
    from pydantic import ValidationError

    from onrecord.schema import CURRENT

    return _count(file, _unless(ValidationError, CURRENT.models["quote"].model_validate_json))


def msgspec_lines(file: str) -> Counts:
    """Decode lines into types with msgspec: everything that the models state.

    Duplicate keys are not noticed, and a pattern that ends in $ accepts a final line break.
    """
    import msgspec

    from onrecord.schema import CURRENT

    decoder = msgspec.json.Decoder(_struct(CURRENT.models["quote"], {}))
    return _count(file, _unless(msgspec.DecodeError, decoder.decode))


def _struct(model: Any, known: dict[Any, Any]) -> Any:
    """Convert a Pydantic model to a msgspec struct."""
    import msgspec

    if model not in known:
        fields = []
        for name, info in model.model_fields.items():
            type_ = _msgspec_type(info.annotation, info.metadata, known)
            fields.append((name, type_) if info.is_required() else (name, type_ | None, None))
        required_first = sorted(fields, key=len)
        known[model] = msgspec.defstruct(
            model.__name__, required_first, forbid_unknown_fields=True, kw_only=True
        )
    return known[model]


def _msgspec_type(annotation: Any, metadata: list[Any], known: dict[Any, Any]) -> Any:
    import msgspec

    while get_origin(annotation) is Annotated:
        annotation, *extra = get_args(annotation)
        for part in extra:
            metadata = [*metadata, *getattr(part, "metadata", [part])]
    if get_origin(annotation) in (Union, UnionType):
        (inner,) = (one for one in get_args(annotation) if one is not NoneType)
        return _msgspec_type(inner, metadata, known) | None
    stated = {
        name: value
        for part in metadata
        for name in ("pattern", "min_length", "max_length", "ge", "le")
        if (value := getattr(part, name, None)) is not None
    }
    if get_origin(annotation) is tuple:
        item = _msgspec_type(get_args(annotation)[0], [], known)
        limits = {name: stated[name] for name in stated if name.endswith("length")}
        return Annotated[list[item], msgspec.Meta(**limits)]
    if get_origin(annotation) is Literal:
        return annotation
    if hasattr(annotation, "model_fields"):
        return _struct(annotation, known)
    return Annotated[annotation, msgspec.Meta(**stated)] if stated else annotation


def _schema() -> dict[str, Any]:
    from onrecord.schema import json_schema

    schema = json_schema("quote")
    # None of these validators knows where to look a urn: up.
    del schema["$id"]
    return schema


def jsonschema_rs_lines(file: str) -> Counts:
    """Validate with orjson and jsonschema-rs: everything except duplicate keys."""
    import jsonschema_rs
    import orjson

    is_valid = jsonschema_rs.validator_for(_schema()).is_valid
    return _count(file, _loaded(orjson, is_valid))


def _loaded(orjson: Any, is_valid: Callable[[Any], bool]) -> Callable[[bytes], bool]:
    def is_valid(line: bytes) -> bool:
        try:
            return is_valid(orjson.loads(line))
        except orjson.JSONDecodeError:
            return False

    return is_valid


def fastjsonschema_lines(file: str) -> Counts:
    """Validate with orjson and the JSON Schema compiled to Python code: everything except duplicate
    keys.
    """
    import fastjsonschema
    import orjson

    validate = fastjsonschema.compile(
        {**_schema(), "$schema": "http://json-schema.org/draft-07/schema#"}
    )
    is_valid = _unless(fastjsonschema.JsonSchemaValueException, validate)
    return _count(file, _loaded(orjson, is_valid))


def jsonschema_lines(file: str) -> Counts:
    """Validate with orjson and the Python reference implementation of JSON Schema: everything
    except duplicate keys.
    """
    import jsonschema
    import orjson

    is_valid = jsonschema.Draft202012Validator(_schema()).is_valid
    return _count(file, _loaded(orjson, is_valid))


def frictionless_table(file: str) -> Counts:
    """Validate columns of the table: required ones, patterns, lengths and choices of texts.

    Objects and lists are only checked to be such, without their contents; unknown columns are
    ignored, and so are columns that the first line lacks.
    """
    from frictionless import Detector, Resource, Schema, formats, system

    from onrecord.schema import CURRENT

    kinds = {str: "string", int: "integer", float: "number", bool: "boolean"}
    fields = []
    for name, plain in _columns(CURRENT.models["quote"]).items():
        limits: dict[str, Any] = {"required": True} if plain["required"] else {}
        limits |= {
            known: plain[ours]
            for ours, known in (
                ("pattern", "pattern"),
                ("choices", "enum"),
                ("longest", "maxLength"),
            )
            if plain[ours]
        }
        type_ = kinds.get(plain["type"], plain["type"])
        fields.append({"name": name, "type": type_, "constraints": limits})
    with system.use_context(trusted=True):
        (task,) = (
            Resource(
                path=file,
                format="ndjson",
                control=formats.JsonControl(keyed=True),
                detector=Detector(schema_sync=True),
                schema=Schema.from_descriptor({"fields": fields}),
            )
            .validate()
            .tasks
        )
    return task.stats.get("rows", 0), len(task.errors)


def _columns(model: Any) -> dict[str, dict[str, Any]]:
    """Return the constraints of a model's own fields, without those of nested objects."""
    from onrecord.schema.shape import ListOf, Struct, members

    found = {}
    for member in members(model):
        shape = member.shape
        info = model.model_fields[member.name]
        lengths = [one.max_length for one in info.metadata if hasattr(one, "max_length")]
        inside = "array" if isinstance(shape, ListOf) else "object"
        nested = isinstance(shape, ListOf | Struct)
        found[member.name] = {
            "type": inside if nested else shape.type,
            "required": member.required,
            "pattern": None if nested else shape.pattern,
            "choices": [] if nested else list(shape.choices),
            "longest": next((one for one in lengths if one), None),
        }
    return found


def pandera_polars(file: str) -> Counts:
    """Read with Polars, and validate columns with pandera: types at all levels; patterns, lengths
    and choices of texts, but not inside objects and lists.
    """
    os.environ["POLARS_VERBOSE"] = "0"
    import pandera.polars as pa
    import polars as pl

    from onrecord.schema import CURRENT
    from onrecord.schema.arrow import arrow_schema

    types = pl.from_arrow(arrow_schema(CURRENT.models["quote"]).empty_table()).schema
    columns = {}
    for name, plain in _columns(CURRENT.models["quote"]).items():
        checks = []
        if plain["pattern"]:
            checks.append(pa.Check.str_matches(plain["pattern"]))
        if plain["choices"]:
            checks.append(pa.Check.isin(plain["choices"]))
        if plain["longest"]:
            checks.append(pa.Check.str_length(max_value=plain["longest"]))
        columns[name] = pa.Column(types[name], checks, nullable=not plain["required"])
    table = pl.read_ndjson(file, schema=types)
    try:
        pa.DataFrameSchema(columns, strict=True).validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return len(table), len(errors.failure_cases)
    return len(table), 0


def duckdb_references(out: str, articles: str, quotes: str) -> Counts:
    """Query with DuckDB directly: duplicate ids and dangling references, in 4 GB."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET memory_limit = '4GB'")
    connection.execute(f"SET temp_directory = '{out}'")
    connection.execute(f"CREATE VIEW articles AS FROM '{articles}'")
    connection.execute(f"CREATE VIEW quotes AS FROM '{quotes}'")
    wrong = 0
    for query in (
        "SELECT id FROM articles GROUP BY id HAVING count(*) > 1",
        "SELECT id FROM quotes GROUP BY id HAVING count(*) > 1",
        "SELECT q.id FROM quotes AS q ANTI JOIN articles AS a ON a.id = q.article_id",
        """SELECT q.id FROM (FROM quotes WHERE within IS NOT NULL) AS q
        ANTI JOIN quotes AS p ON p.id = q.within""",
    ):
        wrong += len(connection.execute(query).fetchall())
    (read,) = connection.execute("SELECT count(*) FROM quotes").fetchone() or (0,)
    return read, wrong


def pyyaml(folder: str) -> Counts:
    """Parse with PyYAML's C parser, which checks nothing."""
    import yaml

    paths = list(Path(folder).rglob("*.yaml"))
    for path in paths:
        yaml.load(path.read_bytes(), yaml.CSafeLoader)
    return len(paths), 0


def json_rewrite(file: str, out: str) -> Counts:
    """Run json.loads and json.dumps on each line, which check nothing."""
    import json

    read = 0
    with Path(file).open(encoding="utf-8") as lines, Path(out).open("w", encoding="utf-8") as new:
        for line in lines:
            new.write(json.dumps(json.loads(line), ensure_ascii=False) + "\n")
            read += 1
    return read, 0


def csv_rewrite(file: str, out: str) -> Counts:
    """Run csv.DictReader and json.dumps on each row, which check nothing."""
    import csv
    import json

    read = 0
    with (
        Path(file).open(encoding="utf-8", newline="") as rows,
        Path(out).open("w", encoding="utf-8") as new,
    ):
        for row in csv.DictReader(rows):
            new.write(json.dumps(row, ensure_ascii=False) + "\n")
            read += 1
    return read, 0


def typer_help() -> None:
    """Print the help of an empty Typer application."""
    import typer

    app = typer.Typer()

    @app.command()
    def nothing() -> None:
        """Do nothing."""

    app(["--help"])


PEERS: dict[str, Callable[..., Counts | None]] = {
    peer.__name__: peer
    for peer in (
        arrow_publish,
        datasets_publish,
        parquet_scan,
        pydantic_lines,
        msgspec_lines,
        jsonschema_rs_lines,
        fastjsonschema_lines,
        jsonschema_lines,
        frictionless_table,
        pandera_polars,
        duckdb_references,
        pyyaml,
        json_rewrite,
        csv_rewrite,
        typer_help,
    )
}


def main() -> None:
    name, *arguments = sys.argv[1:]
    if told := PEERS[name](*arguments):
        print(*told)


if __name__ == "__main__":
    main()
