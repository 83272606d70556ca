"""Describe the files of a publication, so that users can verify them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import pyarrow.parquet as pq

from onrecord import readers
from onrecord.errors import InputError
from onrecord.readers import naming
from onrecord.schema import CURRENT
from onrecord.version import __version__

NAME = readers.MANIFEST
# The version of the manifest's own format.
FORMAT = 1
# Represents, in the text of the card whose digest the manifest has, the name of the folder, which
# is the digest of the manifest.
PLACEHOLDER = "DIGEST-OF-TABLES"
# The number of hexadecimal digits of it.
DIGITS = len(PLACEHOLDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a publication.

    Attributes:
        table: The table that it is a part of, such as ``quotes``; None for files of other kinds.
        split: The split of the records in it.
        rows: The number of rows.
        bytes: Its size.
        sha256: Its digest.
    """

    table: str | None = None
    split: str | None = None
    rows: int | None = None
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """Describe an existing file."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        part = naming.part_of(path.name)
        return cls(
            table=part and part.table,
            split=part and part.split,
            rows=pq.read_metadata(path).num_rows if path.suffix == ".parquet" else None,
            bytes=path.stat().st_size,
            sha256=digest,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a publication consists of.

    Attributes:
        corpus_version: The version of the corpus; None if it has no corpus.yaml.
        schema_version: The version of the records.
        package_version: The version of the package that published them.
        card: The digest of the card's text in which `PLACEHOLDER` replaces the folder's name.
        files: The files beside the manifest by their names in it, in alphabetical order.
    """

    corpus_version: str | None
    schema_version: str = CURRENT.number
    package_version: str = __version__
    card: str
    files: Mapping[str, File]

    @classmethod
    def of(cls, folder: Path, card: str, corpus_version: str | None) -> Self:
        """Describe the files in a folder.

        Args:
            folder: The folder.
            card: The text of the card with `PLACEHOLDER`.
            corpus_version: The version of the corpus.
        """
        return cls(
            corpus_version=corpus_version,
            card=hashlib.sha256(card.encode()).hexdigest(),
            files=files_in(folder),
        )

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest in a folder.

        Raises:
            InputError: It is missing or damaged, or a newer version wrote it.
        """
        path = folder / NAME
        try:
            content: dict[str, Any] = json.loads(path.read_text("utf-8"))
            if (version := content["manifest_version"]) != FORMAT:
                raise InputError(
                    f"{path} has manifest version {version}, and this version of onrecord reads "
                    f"version {FORMAT}; install the newest version of onrecord"
                )
            return cls(
                corpus_version=content["corpus_version"],
                schema_version=content["schema_version"],
                package_version=content["package_version"],
                card=content["card"]["sha256"],
                files={name: File(**file) for name, file in content["files"].items()},
            )
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError(f"{path} is not the manifest of a publication") from None

    @property
    def digest(self) -> str:
        """Return the first digits of the SHA-256 of the manifest, which the folder is named after."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:DIGITS]

    @property
    def text(self) -> str:
        """Return the manifest as JSON text."""
        content = {
            "manifest_version": FORMAT,
            "schema_version": self.schema_version,
            "corpus_version": self.corpus_version,
            "package_version": self.package_version,
            "card": {"sha256": self.card},
            "files": {name: _present(asdict(file)) for name, file in self.files.items()},
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def files_in(folder: Path) -> dict[str, File]:
    """Describe all files in a folder and its subfolders except the manifest, by their names."""
    found = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    return {name: File.of(found[name]) for name in sorted(found.keys() - {NAME})}


def _present(values: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
