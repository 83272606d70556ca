"""Read what is sent to the Hub: a publication that is checked, and nothing else of its folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from onrecord.errors import InputError, system_errors
from onrecord.publishing import swap
from onrecord.publishing.contents import Mismatch
from onrecord.publishing.manifest import DIGITS
from onrecord.publishing.verify import verify
from onrecord.readers import formats


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """Describe a file of a publication: its size, its SHA-256, and the id that git gives it."""

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
    """Describe a checked publication that can be sent to the Hub.

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
        found = verify(folder)
        stated, sha256 = found.manifest, found.sha256
        if stated is None or sha256 is None:
            raise _not_as_published(folder, found.mismatches)
        digest = sha256[:DIGITS]
        prefix = f"{swap.DATA}/{digest}/"
        names = [swap.CARD, *(prefix + name for name in sorted([*stated.files, formats.MANIFEST]))]
        # What else is in the folder, such as the records themselves, is not sent.
        mismatches = [one for one in found.mismatches if one.file in set(names)]
        if mismatches:
            raise _not_as_published(folder, mismatches)
        with system_errors(folder):
            files = {name: ReleaseFile.of(folder / name) for name in names}
        return cls(digest, stated.corpus_version, files)

    @property
    def title(self) -> str:
        """Return the message of the commit that publishes it."""
        name = f"version {self.version} ({self.digest})" if self.version else self.digest
        return f"Publish {name}"


def _not_as_published(folder: Path, mismatches: Sequence[Mismatch]) -> InputError:
    more = f" (and {len(mismatches) - 1} more)" if len(mismatches) > 1 else ""
    what = f": {mismatches[0]}{more}" if mismatches else ""
    return InputError(f"{folder} is not as it was published{what}")
