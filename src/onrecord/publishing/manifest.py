"""Write the manifest of a publication, which lets users verify its tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.parquet as pq

from onrecord import readers
from onrecord.publishing.parquet import file_name
from onrecord.schema import CURRENT, RECORD_TYPES

NAME = readers.MANIFEST


@dataclass(frozen=True, slots=True)
class File:
    """The file of a table: its rows, its size in bytes and its digest."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a publication by name, in alphabetical order."""

    files: Mapping[str, File]

    @classmethod
    def of(cls, folder: Path) -> Manifest:
        """Compute the manifest of the tables in a folder."""
        return cls({name: _file(folder / name) for name in sorted(map(file_name, RECORD_TYPES))})

    @property
    def digest(self) -> str:
        """Return the first 16 digits of the publication's SHA-256, which it is named after.

        It is the result of ``sha256sum *.parquet | sha256sum``.
        """
        sums = "".join(f"{file.sha256}  {name}\n" for name, file in self.files.items())
        return hashlib.sha256(sums.encode()).hexdigest()[:16]

    @property
    def text(self) -> str:
        """Return the manifest as JSON text."""
        files = {name: asdict(file) for name, file in self.files.items()}
        content = {"schema_version": CURRENT.number, "digest": self.digest, "files": files}
        return json.dumps(content, indent=2) + "\n"


def _file(path: Path) -> File:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        rows = pq.read_metadata(file).num_rows
        return File(rows, path.stat().st_size, digest)
