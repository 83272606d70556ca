"""Keep the rows of several tables in one data frame: columns of one type share its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812  # its usual name

# The column with the name of the table that a row belongs to.
TABLE = "table"
# Rows that are passed to Spark at once.
_ROWS = 20_000


class Layout:
    """Map the columns of several tables to those of one data frame.

    Executors return one data frame with all tables, so that Spark runs Python once, and separates them
    without it.

    Args:
        schemas: The schemas of the tables, by name.
    """

    def __init__(self, schemas: Mapping[str, pa.Schema]) -> None:
        self.tables = dict(schemas)
        self._columns: dict[str, dict[str, str]] = {}
        types: dict[str, pa.DataType] = {TABLE: pa.string()}
        for table, schema in schemas.items():
            used: Counter[str] = Counter()
            of = self._columns[table] = {}
            for field in schema:
                of[field.name] = f"{field.type}_{used[str(field.type)]}"
                used[str(field.type)] += 1
                types[of[field.name]] = field.type
        self.schema = pa.schema([*types.items()])

    def packed(self, table: str, rows: pa.Table) -> Iterator[pa.RecordBatch]:
        """Yield rows of a table as rows of the data frame."""
        schema = self.tables[table]
        for batch in rows.select(schema.names).cast(schema).to_batches(_ROWS):
            number = batch.num_rows
            columns = dict(zip(self._columns[table].values(), batch.columns, strict=True))
            columns[TABLE] = pa.repeat(table, number)
            arrays = [
                columns[field.name] if field.name in columns else pa.nulls(number, field.type)
                for field in self.schema
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def rows(self, packed: DataFrame, table: str) -> DataFrame:
        """Return the rows of a table."""
        own = self._columns[table].items()
        return packed.filter(F.col(TABLE) == table).select(
            *(F.col(f"`{column}`").alias(name) for name, column in own)
        )
