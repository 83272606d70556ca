"""Write files completely or not at all."""

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
    """Open a temporary file that replaces the file at ``path`` after it has been written.

    The new file has the permissions of the old one, which remains complete if the process is killed
    at any moment. Without a boundary, a device or a pipe is written to directly.

    Args:
        path: The file. If it is a link, its target is replaced.
        boundary: The folders that must contain the file.
        durable: Whether to wait until the data is on the disk, so that either file survives a power
            failure. This takes some milliseconds.

    Raises:
        InputError: It cannot be written, or is outside the boundary; the old file is unchanged.
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
    """Replace the content of the file at ``path`` completely or not at all (as `replacing`)."""
    with replacing(path, boundary, durable=durable) as stream:
        stream.write(data)
