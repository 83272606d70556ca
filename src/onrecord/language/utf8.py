"""Access the UTF-8 bytes of string columns, and cut strings out of bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def utf8(strings: pa.Array) -> tuple[Bytes, Numbers]:
    """Return the bytes of all strings, the offset of each string, and the end of the last one."""
    _, offsets, data = strings.buffers()
    if offsets is None:  # there are no strings
        return np.zeros(0, np.uint8), np.zeros(1, np.int64)
    bounds = np.frombuffer(offsets, np.int32)[strings.offset : strings.offset + len(strings) + 1]
    return np.frombuffer(data or b"", np.uint8), bounds.astype(np.int64)


def pieces(offsets: Numbers, size: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of strings that have at most ``size`` bytes together, or are a single string."""
    low = 0
    while low < len(offsets) - 1:
        high = int(np.searchsorted(offsets, offsets[low] + size, side="right")) - 1
        high = max(low + 1, high)
        yield low, high
        low = high


def dense(strings: pa.Array) -> pa.Array:
    """Return strings without nulls; no bytes are copied if nulls have none."""
    valid = strings.is_valid().to_numpy(zero_copy_only=False)
    data, offsets = utf8(strings)
    if valid.all() or np.diff(offsets)[~valid].any():
        return strings.drop_null()
    bounds = np.append(offsets[:-1][valid], offsets[-1]).astype(np.int32)
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.string(), len(bounds) - 1, buffers)


def cut_out(
    data: Bytes,
    begins: npt.NDArray[np.integer[Any]],
    ends: npt.NDArray[np.integer[Any]],
    valid: Flags,
) -> pa.Array:
    """Return the strings between byte offsets; null where ``valid`` is false.

    Each string is copied as a whole, which is much faster than collecting single bytes.
    """
    # Every other one of these strings is a requested one.
    offsets = np.empty(2 * len(begins) + 2, np.int32)
    offsets[0], offsets[1:-1:2], offsets[2:-1:2], offsets[-1] = 0, begins, ends, len(data)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    pieces = pa.Array.from_buffers(pa.string(), len(offsets) - 1, buffers)
    return pieces.take(pa.array(np.arange(1, len(offsets) - 1, 2), mask=~valid))
