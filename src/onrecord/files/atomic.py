"""Writing files whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from onrecord.errors import InputError
from onrecord.files import scratch
from onrecord.files.containment import ANYWHERE, Boundary


@contextmanager
def replacing(
    path: Path, boundary: Boundary = ANYWHERE, *, durable: bool = True
) -> Iterator[BinaryIO]:
    """A new file that takes the place of the one at ``path`` once it is written whole.

    It keeps the permissions of the earlier one. Killed at any moment, the earlier one is whole.
    A device or a pipe stays what it is, and is written to, unless there is a boundary.

    Args:
        path: The file. If it is a link, the file that it leads to is replaced.
        boundary: What the file must be in.
        durable: Whether to wait until it is on the disk, so that a power failure leaves one of the
            two whole. That takes some milliseconds.

    Raises:
        InputError: It cannot be written, or is outside; then the earlier one is as it was.
    """
    boundary.check_write(path)
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as stream:
                yield stream
            return
        path = path.resolve()
        with scratch.beside(path) as temporary:
            with temporary.open("xb") as stream:
                yield stream
                stream.flush()
                if durable:
                    os.fsync(stream.fileno())
            if path.exists():
                temporary.chmod(path.stat().st_mode & 0o7777)
            temporary.replace(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; it is left as it was") from None


def replace_file(
    path: Path, data: bytes, boundary: Boundary = ANYWHERE, *, durable: bool = True
) -> None:
    """Put a new file in the place of the one at ``path``, whole or not at all (as `replacing`)."""
    with replacing(path, boundary, durable=durable) as stream:
        stream.write(data)
