"""Write tables to bytes in Arrow's format for streams, for other processes and the cache."""

from __future__ import annotations

import pyarrow as pa


def table_to_bytes(table: pa.Table) -> bytes:
    """Return a table as bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def table_from_bytes(data: bytes | pa.Buffer) -> pa.Table:
    """Return the table that `table_to_bytes` wrote."""
    with pa.ipc.open_stream(data) as stream:
        return stream.read_all()
