"""Read what is sent to the Hub: a publication that is checked, and nothing else of its folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from onrecord import readers
from onrecord.errors import InputError, system_errors
from onrecord.files.containment import Boundary
from onrecord.publishing import swap
from onrecord.publishing.manifest import Manifest


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """A file of a publication, with its size, its SHA-256 and the id that git gives it."""

    path: Path
    size: int
    sha256: str
    blob_id: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """Describe a file."""
        data = path.read_bytes()
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False)
        return cls(path, len(data), hashlib.sha256(data).hexdigest(), blob.hexdigest())


@dataclass(frozen=True, slots=True)
class Release:
    """A publication.

    Attributes:
        digest: The name of the folder with its data.
        version: The version of the corpus; None if it has none.
        files: Its files by their paths in a repository.
    """

    digest: str
    version: str | None
    files: Mapping[str, ReleaseFile]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the publication in a folder.

        Raises:
            InputError: There is none, or it is not as it was published.
        """
        tables = readers.publication(folder)
        if tables is None:
            raise InputError(f"{folder} has no publication; write one with: onrecord publish")
        stated = Manifest.read(tables)
        prefix = f"{swap.DATA}/{tables.name}/"
        paths = {prefix + name: tables / name for name in (*stated.files, readers.MANIFEST)}
        paths[swap.CARD] = folder / swap.CARD
        boundary = Boundary.of(folder)
        with system_errors(folder):
            for path in paths.values():
                boundary.check(path)
            files = {name: ReleaseFile.of(path) for name, path in sorted(paths.items())}
        for name, file in stated.files.items():
            if files[prefix + name].sha256 != file.sha256:
                raise InputError(f"{tables / name} is not as it was published; publish again")
        return cls(tables.name, stated.corpus_version, files)

    @property
    def title(self) -> str:
        """Return the message of the commit that publishes it."""
        name = f"version {self.version} ({self.digest})" if self.version else self.digest
        return f"Publish {name}"
