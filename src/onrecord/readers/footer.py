"""Open Parquet files, but only those whose schemas are safe to open.

Arrow reads a schema recursively, and before version 26 to any depth, so that a file of a few
kilobytes crashes the process. Here the footer is checked first, without recursion into the schema.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from onrecord.files.limits import MAX_DEPTH

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_MAGIC = b"PAR1"
# The types of Thrift's compact protocol.
# https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
_BYTE, _INTS, _BINARY, _LISTS, _MAP, _STRUCT = 3, (4, 5, 6), 8, (9, 10), 11, 12
# The bytes of those that have a fixed number: truth values, which the type says, bytes and doubles.
_SIZES = {1: 0, 2: 0, _BYTE: 1, 7: 8}
# Fields of FileMetaData and of SchemaElement.
# https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
_SCHEMA, _CHILDREN = 2, 5


class TooDeepError(pa.ArrowInvalid):  # type: ignore[misc]  # pyarrow has no types
    """Signal that the columns of a table are nested too deeply to be read safely."""


def open_table(path: Path) -> pq.ParquetFile:
    """Open a Parquet file.

    Raises:
        OSError: It cannot be read.
        ArrowException: It is not Parquet, its columns are nested too deep, or their names are not
            UTF-8.
    """
    import pyarrow.parquet as pq  # most commands read none, and it takes long to load

    if depth_of(path) > MAX_DEPTH:
        raise TooDeepError(f"columns are nested more than {MAX_DEPTH} deep")
    try:
        return pq.ParquetFile(path)
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise pa.ArrowInvalid(f"byte 0x{byte:02X} in a column's name is not UTF-8") from None


def _footer(path: Path) -> bytes:
    """Return the metadata of a Parquet file; empty if it is another format, which Arrow reports."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        if size < 12:
            return b""
        stream.seek(-8, 2)
        length, magic = struct.unpack("<I4s", stream.read(8))
        if magic != _MAGIC or length > size - 8:
            return b""
        stream.seek(-8 - length, 2)
        return stream.read(length)


def depth_of(path: Path) -> int:
    """Return how deep the columns of a Parquet file are nested, as far as its metadata can be parsed."""
    return _depth(_footer(path))


@lru_cache(maxsize=16)  # tables of a publication are opened several times
def _depth(footer: bytes) -> int:
    compact = _Compact(footer)
    deepest = 0
    try:
        for field, kind in compact.fields():
            if field == _SCHEMA and kind in _LISTS:
                deepest = max(deepest, compact.schema_depth())
            else:
                compact.skip(kind)
    except (IndexError, RecursionError):
        pass  # it is cut off, or damaged; Arrow stops there, too
    return deepest


class _Compact:
    """Parse Thrift's compact protocol, in which the footers of Parquet files are written."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def schema_depth(self) -> int:
        """Read a list of schema elements, which is a tree in depth-first order."""
        deepest = 0
        # For each enclosing element, the number of children that are still to come.
        coming: list[int] = []
        for _ in range(self._list()[0]):
            children = 0
            for field, kind in self.fields():
                if field == _CHILDREN and kind in _INTS:
                    number = self._varint()
                    children = (number >> 1) ^ -(number & 1)
                else:
                    self.skip(kind)
            if coming:
                coming[-1] -= 1
            coming.append(children)
            # The first element is the table itself.
            deepest = max(deepest, len(coming) - 1)
            if deepest > MAX_DEPTH:
                break
            while coming and coming[-1] <= 0:
                coming.pop()
        return deepest

    def fields(self) -> Iterator[tuple[int, int]]:
        """Yield the number and type of each field of a structure; the caller must parse its value."""
        field = 0
        while header := self._byte():
            delta = header >> 4
            field = field + delta if delta else self._varint() >> 1
            yield field, header & 15

    def skip(self, kind: int) -> None:
        """Skip a value.

        Raises:
            IndexError: The data ends inside it.
            RecursionError: It is nested deeper than anything in the metadata of a table.
        """
        self._skip(kind, 0)

    def _skip(self, kind: int, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise RecursionError
        if kind in _INTS:
            self._varint()
        elif kind == _BINARY:
            length = self._varint()
            self._at += length
        elif kind == _STRUCT:
            for _, inner in self.fields():
                self._skip(inner, depth + 1)
        elif kind in _LISTS or kind == _MAP:
            for inner in self._map() if kind == _MAP else repeat(*reversed(self._list())):
                self._item(inner, depth)
        elif kind in _SIZES:
            self._at += _SIZES[kind]
        else:
            raise IndexError

    def _item(self, kind: int, depth: int) -> None:
        """Skip a value in a list, where booleans take one byte."""
        self._skip(kind if _SIZES.get(kind, 1) else _BYTE, depth + 1)
        if self._at > len(self._data):
            raise IndexError

    def _map(self) -> Iterator[int]:
        """Yield the types of a map's keys and values in turn."""
        number = self._varint()
        kinds = self._byte() if number else 0
        for _ in range(number):
            yield kinds >> 4
            yield kinds & 15

    def _list(self) -> tuple[int, int]:
        header = self._byte()
        number = header >> 4
        return (self._varint() if number == 15 else number), header & 15

    def _varint(self) -> int:
        value = shift = 0
        while shift < 70:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
        raise IndexError

    def _byte(self) -> int:
        byte = self._data[self._at]
        self._at += 1
        return byte
