"""Make large arrays, which are on disk, and arrays of ascending numbers."""

from __future__ import annotations

import tempfile
from typing import Any

import numpy as np
import numpy.typing as npt

from onrecord.files import scratch

# Bytes of an array that is on disk.
_LARGE = 64 * 2**20


def array_of(shape: tuple[int, ...], kind: type[np.generic]) -> npt.NDArray[Any]:
    """Return an array of zeros: on disk if it is large.

    Raises:
        OnrecordError: The disk is full.
    """
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    if size <= _LARGE:
        return np.zeros(shape, kind)
    with scratch.room(), tempfile.TemporaryFile(dir=scratch.folder()) as file:
        # A page of a mapped file without room on the disk would end the process.
        for first in range(0, size, _LARGE):
            file.write(bytes(min(_LARGE, size - first)))
        file.flush()
        return np.memmap(file, kind, "r+", shape=shape).view(np.ndarray)


def as_array(numbers: range | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return numbers as an array; those of a range take no memory before."""
    if isinstance(numbers, range):
        return np.arange(numbers.start, numbers.stop)
    return numbers
