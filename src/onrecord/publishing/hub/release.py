"""Read what is sent to the Hub: a publication that is checked, and nothing else of its folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from onrecord import readers
from onrecord.errors import InputError, system_errors
from onrecord.files.containment import Boundary
from onrecord.publishing import swap


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
        boundary = Boundary.of(folder)
        with system_errors(folder):
            manifest: dict[str, Any] = json.loads((tables / readers.MANIFEST).read_text("utf-8"))
            names = sorted([*manifest["files"], readers.MANIFEST])
            paths = {f"{swap.DATA}/{tables.name}/{name}": tables / name for name in names}
            for path in paths.values():
                boundary.check(path)
            files = {
                name: ReleaseFile.of(path)
                for name, path in {swap.CARD: folder / swap.CARD, **paths}.items()
            }
        for name, stated in manifest["files"].items():
            path = f"{swap.DATA}/{tables.name}/{name}"
            if files[path].sha256 != stated["sha256"]:
                raise InputError(f"{folder / path} is not as it was published; publish again")
        return cls(tables.name, manifest.get("corpus_version"), files)

    @property
    def title(self) -> str:
        """Return the message of the commit that publishes it."""
        name = f"version {self.version} ({self.digest})" if self.version else self.digest
        return f"Publish {name}"
