"""What onrecord does of the work that is measured, where no command does just that.

``python benchmarks/ours.py NAME ...``; what was read and refused is printed as ``READ REFUSED``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

Told = tuple[int, int]
# Rows of a row group, at least.
GROUP = 100_000


def records(*files: str) -> Told:
    """Check each record of the files, as the readers do for every command."""
    read = refused = 0
    for item in _items(files):
        if hasattr(item, "rows"):
            read += len(item.numbers)
        elif hasattr(item, "code"):
            refused += 1
    return read, refused


def write(name: str, folder: Path, items: Iterable[Any]) -> Iterator[Any]:
    """Write what a reader found as a table of Parquet; gives each row group that was written."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from onrecord.schema import CURRENT
    from onrecord.tables import arrow_schema

    schema = arrow_schema(CURRENT.models[name.removesuffix("s")])
    with pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd") as writer:
        waiting: list[Any] = []
        for item in chain(items, [None]):
            if item is not None:
                arrow = isinstance(item.rows, pa.RecordBatch | pa.Table)
                rows = item.rows if arrow else pa.RecordBatch.from_pylist(item.rows, schema)
                waiting += rows.to_batches() if isinstance(rows, pa.Table) else [rows]
            if waiting and (item is None or sum(map(len, waiting)) >= GROUP):
                group = pa.Table.from_batches(waiting)
                writer.write_table(group, row_group_size=len(group))
                waiting = []
                yield group


def references(out: str, articles: str, quotes: str) -> Told:
    """The rules of duplicate ids and dangling references, over Parquet, in 4 GB."""
    from onrecord.engines.duckdb import DuckDB
    from onrecord.rules import RULES

    # The tables that these two rules see, until the engine takes them from Parquet itself.
    engine = DuckDB({})
    run = engine._connection.execute  # noqa: SLF001
    run("SET memory_limit = '4GB'")
    run(f"SET temp_directory = '{out}'")
    run("RESET threads")
    run(f"""
        CREATE VIEW ids AS
        SELECT 'article' AS record_type, file_row_number AS locator, id, id AS article_id
        FROM read_parquet('{articles}', file_row_number = true)
        UNION ALL
        SELECT 'quote' AS record_type, file_row_number AS locator, id, article_id
        FROM read_parquet('{quotes}', file_row_number = true)
    """)
    run("CREATE VIEW known AS SELECT record_type, id FROM ids")
    run(f"""
        CREATE VIEW links AS
        SELECT 'quote' AS record_type, file_row_number AS locator, article_id,
            'article_id' AS path, 'article' AS target_type, article_id AS target
        FROM read_parquet('{quotes}', file_row_number = true)
        UNION ALL
        SELECT 'quote' AS record_type, file_row_number AS locator, article_id,
            'within' AS path, 'quote' AS target_type, within AS target
        FROM read_parquet('{quotes}', file_row_number = true)
        WHERE within IS NOT NULL
    """)
    found = sum(
        sum(1 for _ in engine.rows(RULES[code].query))
        for code in ("duplicate-id", "dangling-reference")
    )
    (read,) = run(f"SELECT count(*) FROM '{quotes}'").fetchone() or (0,)
    return read, found


def _items(files: Iterable[str]) -> Iterator[Any]:
    from onrecord.readers import find, open_reader

    for file in find(map(Path, files)):
        yield from open_reader(file).read(file)


WORK: dict[str, Callable[..., Told]] = {work.__name__: work for work in (records, references)}


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    print(*WORK[name](*arguments))
