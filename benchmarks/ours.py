"""Run measured work of onrecord for which there is no command.

``python benchmarks/ours.py NAME ...`` prints the numbers of records as ``READ REFUSED``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from onrecord.files.process import keep_pandas_out

Counts = tuple[int, int]
# Rows of a row group, at least.
GROUP = 100_000


def records(*files: str) -> Counts:
    """Validate each record of the files, as the readers do for every command."""
    read = refused = 0
    for item in _items(files):
        if hasattr(item, "rows"):
            read += len(item.numbers)
        elif hasattr(item, "code"):
            refused += 1
    return read, refused


def write(name: str, folder: Path, items: Iterable[Any]) -> Iterator[Any]:
    """Write the records of a reader as a Parquet table; yield each row group that was written."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from onrecord.schema import CURRENT
    from onrecord.schema.arrow import arrow_schema

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


def references(out: str, articles: str, quotes: str) -> Counts:
    """Run the rules on duplicate ids and dangling references, over Parquet, in 4 GB."""
    return _references(out, articles, quotes)


def references_unordered(out: str, articles: str, quotes: str) -> Counts:
    """Run the same rules in the way that is necessary if ids are in no order."""
    return _references(out, articles, quotes, backwards=True)


def _repeated(file: str, *, backwards: bool) -> bool:
    """Return whether ids of a file, whose row groups may be read backwards, may be there twice."""
    import pyarrow.parquet as pq

    from onrecord.corpus.repeated import repeated_hashes

    def ids() -> Iterator[Any]:
        for some in pq.ParquetFile(file).iter_batches(columns=["id"]):
            yield some["id"][::-1] if backwards else some["id"]

    return bool(len(repeated_hashes(ids, pq.read_metadata(file).num_rows)))


def _references(out: str, articles: str, quotes: str, *, backwards: bool = False) -> Counts:
    import tempfile

    from onrecord.engines.duckdb import DuckDB
    from onrecord.rules import RULES, SHARED
    from onrecord.rules.base import Shared

    tempfile.tempdir = out
    tables = {"article": articles, "quote": quotes}
    unordered = [name for name, file in tables.items() if _repeated(file, backwards=backwards)]

    # The tables that these two rules see, as the columns of the files are.
    class Ids(Shared):
        scope = "corpus"
        query = f"""
            SELECT 'article' AS record_type, file_row_number AS locator, id, id AS article_id
            FROM read_parquet('{articles}', file_row_number = true)
            UNION ALL
            SELECT 'quote' AS record_type, file_row_number AS locator, id, article_id
            FROM read_parquet('{quotes}', file_row_number = true)
        """
        kept = False

    class Unordered(Shared):
        scope = "corpus"
        query = f"SELECT * FROM ids WHERE record_type IN ({str(unordered)[1:-1] or 'NULL'})"
        kept = False

    class Unread(Shared):
        scope = "corpus"
        query = "SELECT record_type, id FROM ids WHERE FALSE"
        kept = False

    class Links(Shared):
        scope = "corpus"
        query = f"""
            SELECT 'quote' AS record_type, file_row_number AS locator, NULL AS owner, article_id,
                'article_id' AS role, 'article_id' AS path, 'article' AS target_type,
                article_id AS target
            FROM read_parquet('{quotes}', file_row_number = true)
            UNION ALL
            SELECT 'quote' AS record_type, file_row_number AS locator, NULL AS owner, article_id,
                'within' AS role, 'within' AS path, 'quote' AS target_type, within AS target
            FROM read_parquet('{quotes}', file_row_number = true)
            WHERE within IS NOT NULL
        """
        kept = False

    class Number(Shared):
        scope = "corpus"
        query = f"SELECT COUNT(*) AS number FROM read_parquet('{quotes}')"
        kept = False

    seen = {each.name: each for each in (Ids, Unordered, Unread, Links, Number)}
    engine = DuckDB({}, {**SHARED, **seen}, memory=4 * 10**9, many=True)
    found = sum(
        sum(1 for _ in engine.rows(RULES[code].query))
        for code in ("duplicate-id", "dangling-reference")
    )
    ((number,),) = (row.values() for row in engine.rows("SELECT number FROM number"))
    return number, found


def _items(files: Iterable[str]) -> Iterator[Any]:
    from onrecord.readers.discovery import find
    from onrecord.readers.formats import open_reader

    for file in find(map(Path, files)):
        yield from open_reader(file).read(file)


WORK: dict[str, Callable[..., Counts]] = {
    work.__name__: work for work in (records, references, references_unordered)
}


if __name__ == "__main__":
    keep_pandas_out()
    name, *arguments = sys.argv[1:]
    print(*WORK[name](*arguments))
