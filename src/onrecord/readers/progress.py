"""Report how far reading has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple


class ReadChunk(NamedTuple):
    """Count the records, and the bytes of files, that were read in one step."""

    records: int
    size: int


# Passes chunks on and may show how far reading has come; the number is the bytes of all files, None
# if it is not known.
Progress = Callable[[Iterable[ReadChunk], int | None], Iterable[ReadChunk]]


def no_progress(chunks: Iterable[ReadChunk], _: int | None) -> Iterable[ReadChunk]:
    """Pass chunks on and show nothing."""
    return chunks
