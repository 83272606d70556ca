"""Write tables to bytes in Arrow's format for streams, for other processes and the cache."""

from __future__ import annotations

import pyarrow as pa

_PACKED = pa.ipc.IpcWriteOptions(compression="zstd")


def table_to_bytes(table: pa.Table, *, packed: bool = False) -> bytes:
    """Return a table as bytes, which may be packed to be kept in a file."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=_PACKED if packed else None) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def table_from_bytes(data: bytes | pa.Buffer) -> pa.Table:
    """Return the table that `table_to_bytes` wrote."""
    with pa.ipc.open_stream(data) as stream:
        return stream.read_all()


def schema_from_bytes(data: bytes | pa.Buffer) -> pa.Schema:
    """Return the schema of the table that `table_to_bytes` wrote."""
    with pa.ipc.open_stream(data) as stream:
        return stream.schema
