"""Store the findings and summaries of documents in the cache, and load them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from onrecord.corpus.batch_source import BatchSource
from onrecord.corpus.documents import document_of, moved
from onrecord.corpus.partitions import Places
from onrecord.corpus.table_bytes import schema_from_bytes, table_from_bytes, table_to_bytes
from onrecord.files.opening import File
from onrecord.findings import Finding
from onrecord.validation.stored_reports import finding_from_json, finding_to_json

# The columns that have rows; the first one that a table has says which document a row belongs to.
_ROWS = ("locator", "owner")
# Bytes of a number that says how long what follows is.
_LENGTH = 8
# A table without rows in so many places is copied; otherwise it would have too many parts.
_EDGES = 200


class KnownDocument(NamedTuple):
    """Hold the findings and counts of a document that the cache stores.

    Attributes:
        key: What its records and findings depend on, except for a text beside it.
        beside: A digest of the file that may contain the text of its article, None without one.
        article: The id of its article.
        quotes: The number of its quotes.
        claims: The number of its claims.
        spans: The numbers of its spans, by their names.
        has_text: Whether the text of its article is available.
        findings: Its findings from reading, and those of rules of scope ``article``, as JSON values
            without the name of the file.
    """

    key: str
    beside: str | None
    article: str
    quotes: int
    claims: int
    spans: Mapping[str, int]
    has_text: bool
    findings: Sequence[Any]

    def findings_in(self, file: File) -> Iterator[Finding]:
        """Yield the findings, for the file that has the document now."""
        for one in self.findings:
            found = finding_from_json(one)
            yield replace(found, place=replace(found.place, file=file.name))


@dataclass(frozen=True)
class KnownDocuments:
    """Hold findings about documents, and the summaries that rules of scope ``corpus`` need.

    Attributes:
        documents: The documents by their numbers; None for those that have to be read again.
        summaries: The rows of summaries that belong to documents which are not None. They are
            unpacked when they are read: rules need few of them, unless a document has findings.
    """

    documents: Sequence[KnownDocument | None] = ()
    summaries: Mapping[str, BatchSource] = field(default_factory=dict)

    def summaries_of(self, kept: Mapping[int, int]) -> dict[str, BatchSource]:
        """Return the rows of summaries that belong to some documents.

        Args:
            kept: The new numbers of the documents, by those that they have here.
        """
        numbers = np.full(len(self.documents), -1, np.int64)
        numbers[np.array([*kept], np.int64)] = np.array([*kept.values()], np.int64)
        same = np.arange(len(numbers))
        if np.array_equal(numbers, same):
            return dict(self.summaries)
        stay = bool(np.all((numbers == same) | (numbers < 0)))
        return {
            name: BatchSource.once(one.schema, partial(_of, one, numbers, stay=stay))
            for name, one in self.summaries.items()
        }

    def to_bytes(self) -> bytes:
        """Return the documents and summaries as bytes for the cache."""
        tables = {
            name: table_to_bytes(one.table().combine_chunks(), packed=True)
            for name, one in self.summaries.items()
        }
        sizes = {name: len(data) for name, data in tables.items()}
        head = json.dumps([[one and tuple(one) for one in self.documents], sizes]).encode()
        return b"".join([len(head).to_bytes(_LENGTH), head, *tables.values()])

    @classmethod
    def from_bytes(cls, data: memoryview) -> KnownDocuments:
        """Restore documents and summaries from bytes of ``to_bytes``."""
        at = _LENGTH + int.from_bytes(data[:_LENGTH])
        documents, sizes = json.loads(bytes(data[_LENGTH:at]))
        content = pa.py_buffer(data)
        summaries = {}
        for name, size in sizes.items():
            packed = content.slice(at, size)
            schema = schema_from_bytes(packed)
            summaries[name] = BatchSource.once(schema, partial(table_from_bytes, packed))
            at += size
        return cls([one and KnownDocument(*one) for one in documents], summaries)


def _of(summary: BatchSource, numbers: Places, *, stay: bool) -> pa.Table:
    """Return the rows of a summary whose documents have new numbers, which are not -1, with these.

    Args:
        summary: The summary.
        numbers: The new numbers of documents.
        stay: Whether those that are not -1 are the same as before.
    """
    table = summary.table()
    columns = [name for name in _ROWS if name in table.column_names]
    if not table.num_rows:
        return table
    table = _without(table, numbers[document_of(table[columns[0]].to_numpy())] < 0)
    for name in () if stay else columns:
        rows = moved(table[name].to_numpy(), numbers)
        at = table.schema.get_field_index(name)
        table = table.set_column(at, table.schema.field(at), pa.array(rows))
    return table


def _without(table: pa.Table, gone: npt.NDArray[np.bool_]) -> pa.Table:
    """Return a table without some rows, and do not copy the others if these are in few places."""
    edges = np.flatnonzero(np.diff(gone, prepend=False, append=False)).tolist()
    if len(edges) > _EDGES:
        return table.filter(pa.array(~gone))
    bounds = zip([0, *edges[1::2]], [*edges[::2], len(gone)], strict=True)
    return pa.concat_tables([table.slice(low, high - low) for low, high in bounds])


def storable(findings: Sequence[Finding], file: File) -> list[Any] | None:
    """Return findings as JSON values without the name of the file; None if that is not possible.

    It is not if something else in them has the path, which may be another one in the next run.
    """
    values = []
    for one in findings:
        if one.place.file != file.name:
            return None
        bare = replace(one, place=replace(one.place, file=""))
        try:
            value = json.loads(json.dumps(finding_to_json(bare)))
        except (TypeError, ValueError):  # a fact is no value of JSON
            return None
        again = finding_from_json(value)
        same = (again, again.excerpt, again.suggestion) == (bare, bare.excerpt, bare.suggestion)
        folder = file.path.parent.as_posix()
        if not same or any(f"{folder}/" in text or file.name in text for text in _strings(value)):
            return None
        values.append(value)
    return values


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def counted(rows: Places) -> Counter[int]:
    """Return how many rows each document has."""
    numbers, counts = np.unique(document_of(rows), return_counts=True)
    return Counter(dict(zip(numbers.tolist(), counts.tolist(), strict=True)))
