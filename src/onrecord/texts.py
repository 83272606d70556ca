"""Taking in the texts of articles from files.

A text file is read as it is, or as it was supplied: a byte order mark is dropped, line ends become
LF, a header ``date YYYY-MM-DD`` at the beginning is stripped, and so is white space around the
text. Where the digest of the text is known it decides which of the two is meant; where it is not
known yet, the text is the one as supplied. Anyone with the same file gets the same text.
"""

from __future__ import annotations

import hashlib
import os
import re
from functools import cached_property
from pathlib import Path

from onrecord.containment import ANYWHERE, Boundary
from onrecord.findings import InputError

_HEADER = re.compile(r"\s*date[ \t]+[0-9]{4}-[0-9]{2}-[0-9]{2}\s+")


def sha256(text: str) -> str:
    """SHA-256 of a text's UTF-8, in lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def take_in(raw: str) -> str:
    """The article's text in a file as it was supplied."""
    text = raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _HEADER.sub("", text, count=1).strip() if _HEADER.match(text) else text.strip()


def choose(raw: str, digest: str | None) -> str:
    """The article's text in a file, given its digest if it is known."""
    return raw if digest is not None and sha256(raw) == digest else take_in(raw)


def beside(document: Path, article_id: str) -> Path:
    """Where the text of a document's article stands beside it, where rights allow."""
    return document.with_name(f"{article_id}.txt")


class TextFolder:
    """Texts of articles in the ``.txt`` files of a folder, found by digest or id.

    The folder is what the user says, wherever it is; links in it must not lead out of it, or of
    the git checkout that it is in, unless ``allow_outside`` is set.

    Raises:
        InputError: The folder, or a file asked for, cannot be read.
    """

    def __init__(self, folder: Path, *, allow_outside: bool = False) -> None:
        if not folder.is_dir():
            raise InputError(f"{folder} is not a folder of texts")
        self.folder = folder
        self.boundary = ANYWHERE if allow_outside else Boundary.of(folder)

    def find(self, article_id: str, digest: str | None) -> str | None:
        """The text with this digest, else the one in the file named after the article."""
        path = self._by_digest.get(digest) if digest else None
        path = path or self._by_id.get(article_id)
        return choose(self._read(path), digest) if path else None

    @cached_property
    def _by_id(self) -> dict[str, Path]:
        return {path.stem: path for path in self._paths}

    @cached_property
    def _by_digest(self) -> dict[str, Path]:
        found = {}
        for path in self._paths:
            raw = self._read(path)
            found.update({sha256(raw): path, sha256(take_in(raw)): path})
        return found

    @cached_property
    def _paths(self) -> list[Path]:
        def fail(error: OSError) -> None:
            raise InputError(f"{error.filename}: {error.strerror}")

        found = (
            Path(parent, name)
            for parent, _, names in os.walk(self.folder, onerror=fail)
            for name in names
        )
        return sorted((path for path in found if path.suffix == ".txt"), reverse=True)

    def _read(self, path: Path) -> str:
        self.boundary.check(path)
        try:
            return path.read_bytes().decode()
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: byte {error.start} is not UTF-8") from None
