"""Present tables as sequences of typed records, and as data frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.derived import derive, schema
from onrecord.display import InNotebooks
from onrecord.errors import need
from onrecord.readers.bulk.blocks import Numbers
from onrecord.schema import RecordType, current

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from onrecord.corpus.corpus import Corpus

R = TypeVar("R", current.Article, current.Quote, current.Claim)

# An id that is as similar as this to a wrong one, of 100, is suggested.
_ALIKE = 75


class Table:
    """Hold an Arrow table, and convert it to data frames of pandas and Polars.

    Attributes:
        arrow: The rows as an Arrow table.
    """

    def __init__(self, arrow: pa.Table) -> None:
        self.arrow = arrow

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def to_arrow(self) -> pa.Table:
        """Return the columns of the data frames as an Arrow table."""
        return self.arrow

    def to_pandas(self) -> pd.DataFrame:
        """Return a pandas data frame.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        need("pandas")
        frame: pd.DataFrame = self.to_arrow().to_pandas()
        return frame

    def to_polars(self) -> pl.DataFrame:
        """Return a Polars data frame.

        Raises:
            MissingExtraError: Polars is not installed.
        """
        need("polars")
        import polars as pl

        frame = pl.from_arrow(self.to_arrow())
        assert isinstance(frame, pl.DataFrame)  # noqa: S101  # a table, not a column
        return frame


class Records(Table, InNotebooks, Sequence[R], Generic[R]):
    """Hold records of one type: ``records[0]`` is the first, ``records["ID"]`` the one with an id.

    Without a record of this id, that raises a ``KeyError`` with the most similar one.

    Attributes:
        arrow: The records as an Arrow table; its schema is derived from the model.
        record_type: Their type.
        corpus: The corpus that they are from.
    """

    def __init__(
        self, record_type: RecordType, model: type[R], arrow: pa.Table, corpus: Corpus
    ) -> None:
        super().__init__(arrow)
        self.record_type: RecordType = record_type
        self.corpus = corpus
        self._model: type[R] = model

    def to_arrow(self) -> pa.Table:
        """Return the records with the columns that publications add, such as ``quote``."""
        batches = map(self._with_derived, self.arrow.to_batches())
        return pa.Table.from_batches(batches, schema(self.record_type))

    def _with_derived(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        arrays = [*batch.columns, *derive(self.record_type, batch)]
        return pa.RecordBatch.from_arrays(arrays, schema=schema(self.record_type))

    @overload
    def __getitem__(self, index: int | str) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> Records[R]: ...
    def __getitem__(self, index: int | str | slice) -> R | Records[R]:
        if isinstance(index, slice):
            rows = self.arrow.take(np.arange(*index.indices(len(self))))
            return Records(self.record_type, self._model, rows, self.corpus)
        if isinstance(index, str):
            index = self._place(index)
        elif not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._typed(self.arrow.slice(index % len(self), 1).to_pylist()[0])

    def __contains__(self, value: object) -> bool:
        if isinstance(value, str):
            return self._find(value) >= 0
        return super().__contains__(value)

    def __iter__(self) -> Iterator[R]:
        for batch in self.arrow.to_batches(max_chunksize=1024):
            for row in batch.to_pylist():
                yield self._typed(row)

    def __repr__(self) -> str:
        return f"<{len(self)} {self._model.__name__} records>"

    def _find(self, record_id: str) -> int:
        """Return the position of the first record with an id; -1 if there is none."""
        return int(pc.index(self.arrow["id"], record_id).as_py())

    def _place(self, record_id: str) -> int:
        at = self._find(record_id)
        if at < 0:
            from rapidfuzz import fuzz, process

            ids = self.arrow["id"].to_pylist()
            near = process.extractOne(record_id, ids, scorer=fuzz.ratio, score_cutoff=_ALIKE)
            advice = f"; did you mean {near[0]}?" if near else ""
            raise KeyError(f"no {self.record_type} has the id {record_id}{advice}")
        return at

    def _typed(self, row: dict[str, Any]) -> R:
        typed: R = self._model.model_validate(row)
        return typed


def joined(
    quotes: Records[current.Quote], articles: Records[current.Article], owners: Numbers
) -> Table:
    """Return quotes with the metadata of their articles.

    Args:
        quotes: The quotes.
        articles: The articles.
        owners: The row of each quote's article; -1 if there is none.
    """
    about = articles.to_arrow().drop_columns(["record_type", "schema_version", "id", "text"])
    about = about.flatten()
    about = about.take(pa.array(owners, mask=owners < 0))
    table = quotes.to_arrow()
    for name, column in zip(about.column_names, about.columns, strict=True):
        table = table.append_column(f"article_{name.replace('.', '_')}", column)
    return Table(table)
