"""The manifest of a publication: what its tables are, so that anyone can prove them whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.parquet as pq

from onrecord import readers
from onrecord.publish.parquet import file_name
from onrecord.schema import CURRENT, RECORD_TYPES

NAME = readers.MANIFEST


@dataclass(frozen=True, slots=True)
class File:
    """A table's file: its rows, its size and its digest."""

    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the files of a publication are, by their names, in the order of these."""

    files: Mapping[str, File]

    @classmethod
    def of(cls, folder: Path) -> Manifest:
        """The manifest of the tables in a folder, from their bytes."""
        return cls({name: _file(folder / name) for name in sorted(map(file_name, RECORD_TYPES))})

    @property
    def digest(self) -> str:
        """What a publication is named after: the first 16 digits of a SHA-256 over its tables.

        As ``sha256sum *.parquet | sha256sum`` gives it.
        """
        sums = "".join(f"{file.sha256}  {name}\n" for name, file in self.files.items())
        return hashlib.sha256(sums.encode()).hexdigest()[:16]

    @property
    def text(self) -> str:
        """The manifest as it is published."""
        files = {name: asdict(file) for name, file in self.files.items()}
        content = {"schema_version": CURRENT.number, "digest": self.digest, "files": files}
        return json.dumps(content, indent=2) + "\n"


def _file(path: Path) -> File:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        rows = pq.read_metadata(file).num_rows
        return File(rows, path.stat().st_size, digest)
