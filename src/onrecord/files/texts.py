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
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from onrecord.errors import InputError
from onrecord.files.containment import ANYWHERE, Boundary

# The beginning of a Git LFS pointer, which replaces the content of a file.
LFS_POINTER = b"version https://git-lfs.github.com/spec/"

LFS_ADVICE = "it is a Git LFS pointer; fetch the file with: git lfs pull"

_HEADER = re.compile(r"\s*date[ \t]+[0-9]{4}-[0-9]{2}-[0-9]{2}\s+")


def sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8, in lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def take_in(raw: str) -> str:
    """Return the text in a file without byte order mark, header and outer white space, with LF line
    ends.
    """
    text = raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _HEADER.sub("", text, count=1).strip() if _HEADER.match(text) else text.strip()


def choose(raw: str, digest: str | None) -> str:
    """Return the text in a file: as it is if it has the given digest, otherwise cleaned
    (`take_in`).
    """
    return raw if digest is not None and sha256(raw) == digest else take_in(raw)


def is_lfs_pointer(path: Path) -> bool:
    """Return whether a file can be read and is a pointer of Git LFS, its content elsewhere."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(LFS_POINTER)) == LFS_POINTER
    except OSError:
        return False


def beside(document: Path, article_id: str) -> Path:
    """Return the path for the text of a document's article beside the document."""
    return document.with_name(f"{article_id}.txt")


class UnreadableTextError(InputError):
    """A text that an article needs cannot be read.

    Attributes:
        file: The path of the text.
        problem: Why it cannot be read.
        advice: How to solve this.
    """

    def __init__(self, path: Path, problem: str, advice: str) -> None:
        super().__init__(f"{path}: {problem}; {advice}")
        self.file = path.as_posix()
        self.problem = problem
        self.advice = advice

    @property
    def facts(self) -> dict[str, str | int | float | bool | None]:
        """Return the values for the message of a finding."""
        return {"file": self.file, "problem": self.problem, "advice": self.advice}


class TextFolder:
    """Texts of articles in the ``.txt`` files of a folder, found by digest or id.

    The folder is what the user says, wherever it is; links in it must not lead out of it, or of
    the git checkout that it is in, unless ``allow_outside`` is set. Hidden files and folders are
    left out, and what cannot be read is left out unless an article needs it.

    Raises:
        InputError: There is no such folder, or it cannot be read.
    """

    def __init__(self, folder: Path, *, allow_outside: bool = False) -> None:
        if not folder.is_dir():
            raise InputError(f"{folder} is not a folder of texts")
        self.folder = folder
        self.boundary = ANYWHERE if allow_outside else Boundary.of(folder)

    def find(self, article_id: str, digest: str | None) -> str | None:
        """Return the text with this digest, otherwise the one in the file named after the article.

        Raises:
            UnreadableTextError: There is only a file named after the article, and it cannot be read.
        """
        unreadable: UnreadableTextError | None = None
        named = self._by_id.get(article_id, ())
        for path in (*([self._by_digest[digest]] if digest in self._by_digest else ()), *named):
            try:
                return choose(self._read(path), digest)
            except UnreadableTextError as error:
                unreadable = unreadable or error
        if unreadable:
            raise unreadable
        return None

    @cached_property
    def _by_id(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for path in self._paths:
            found.setdefault(path.stem, []).append(path)
        return found

    @cached_property
    def _by_digest(self) -> dict[str | None, Path]:
        found: dict[str | None, Path] = {}
        for path in reversed(self._paths):
            with suppress(UnreadableTextError):
                raw = self._read(path)
                found.update({sha256(raw): path, sha256(take_in(raw)): path})
        return found

    @cached_property
    def _paths(self) -> list[Path]:
        def fail(error: OSError) -> None:
            if Path(error.filename) == self.folder:
                raise InputError(f"{error.filename}: {error.strerror}")

        found = []
        for parent, folders, names in os.walk(self.folder, onerror=fail):
            folders[:] = [name for name in folders if not name.startswith(".")]
            # A folder with the name of a text cannot be read as one.
            found += [Path(parent, name) for name in (*names, *folders) if not name.startswith(".")]
        return sorted(path for path in found if path.suffix.lower() == ".txt")

    def _read(self, path: Path) -> str:
        try:
            self.boundary.check(path)
        except InputError as error:
            problem = str(error).removeprefix(f"{path} ")
            raise UnreadableTextError(path, problem, "put the text itself there") from None
        data = read_data(path)
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            problem = f"byte 0x{data[error.start]:02X} in line {line} is not UTF-8"
            raise UnreadableTextError(path, problem, "save the file as UTF-8") from None


def read_data(path: Path, limit: int = -1) -> bytes:
    """Read the bytes of a text file, up to a limit.

    Raises:
        UnreadableTextError: It cannot be read, or Git LFS has put a pointer in its place.
    """
    if path.exists() and not path.is_file():
        raise UnreadableTextError(path, "it is not a file", "put the text into a file of that name")
    try:
        with path.open("rb") as stream:
            data = stream.read(limit)
    except OSError as error:
        raise UnreadableTextError(
            path, error.strerror or str(error), "make the file readable"
        ) from None
    if data.startswith(LFS_POINTER):
        raise UnreadableTextError(
            path, "it is a Git LFS pointer, and not the text", "fetch it with: git lfs pull"
        )
    return data
