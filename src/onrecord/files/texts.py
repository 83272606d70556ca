"""Read the texts of articles from files.

The text format that is requested says which part of a file is the text. If the digest of the text
is known, it decides: a copy with other line ends, a byte order mark or other white space around the
text is found too, since the digest proves it. Everyone with the same file gets the same text.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from onrecord.display import shorten
from onrecord.errors import InputError
from onrecord.files.containment import ANYWHERE, Boundary
from onrecord.text_formats import PLAIN, TEXT_FORMATS, TextFormat, with_line_feeds

# The beginning of a Git LFS pointer, which replaces the content of a file.
LFS_POINTER = b"version https://git-lfs.github.com/spec/"

LFS_ADVICE = "it is a Git LFS pointer; fetch the file with: git lfs pull"


def sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8, in lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def readings(raw: str, text_format: str) -> list[str]:
    """Return the texts that a digest may find in a file of some format, the file itself first."""
    lines = with_line_feeds(raw)
    known = _format(text_format)
    formatted = known.read(raw) if known else None
    found = (raw, formatted, lines, lines.strip())
    return list(dict.fromkeys(text for text in found if text is not None))


def choose(path: Path, raw: str, digest: str | None, text_format: str) -> str:
    """Return the article's text in a file.

    Args:
        path: The path of the file.
        raw: The text of the file.
        digest: The digest of the article's text, if it is known.
        text_format: The name of the file's format.

    Raises:
        UnreadableTextError: The digest finds no text in the file, and the file does not have the
            format, or there is no such format.
    """
    if digest is not None:
        for text in readings(raw, text_format):
            if sha256(text) == digest:
                return text
    known = _format(text_format)
    if known is None:
        problem = f"the text format {shorten(text_format)!r} that corpus.yaml requests is unknown"
        if not text_format:
            problem = "the text format that corpus.yaml requests cannot be read"
        raise UnreadableTextError(path, problem, f"known are {' and '.join(TEXT_FORMATS)}")
    read = known.read(raw)
    if read is None:
        problem = (
            f"the text format {text_format} expects the header {known.header} at the beginning"
        )
        advice = f"add it, or request another text format, such as {PLAIN}"
        raise UnreadableTextError(path, problem, advice)
    return read


def _format(name: str) -> TextFormat | None:
    return next((known for one, known in TEXT_FORMATS.items() if one == name), None)


def is_lfs_pointer(path: Path) -> bool:
    """Return whether a file can be read and is a pointer of Git LFS, its content elsewhere."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(LFS_POINTER)) == LFS_POINTER
    except OSError:
        return False


def can_be_file(text: str) -> bool:
    """Return whether the same text is read from a file that it is written to."""
    return not text.startswith("\ufeff") and "\0" not in text


def beside(document: Path, article_id: str) -> Path:
    """Return the path for the text of a document's article beside the document."""
    return document.with_name(f"{article_id}.txt")


class UnreadableTextError(InputError):
    """Signal that a text which an article needs cannot be read.

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
    """Find texts of articles in the ``.txt`` files of a folder, by digest or id.

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
        self._digests: dict[str, dict[str | None, Path]] = {}

    def find(self, article_id: str, digest: str | None, text_format: str = PLAIN) -> str | None:
        """Return the text with a digest, else the one in the file named after the article.

        Args:
            article_id: The id of the article.
            digest: The digest of its text, if it is known.
            text_format: The name of the format of the files.

        Raises:
            UnreadableTextError: Only a file named after the article exists, and it cannot be read.
        """
        unreadable: UnreadableTextError | None = None
        named = self._by_id.get(article_id, ())
        proved = self._by_digest(text_format).get(digest)
        for path in (*((proved,) if proved else ()), *named):
            try:
                return choose(path, self._read(path), digest, text_format)
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

    def _by_digest(self, text_format: str) -> dict[str | None, Path]:
        if text_format not in self._digests:
            found = self._digests[text_format] = {}
            for path in reversed(self._paths):
                with suppress(UnreadableTextError):
                    some = readings(self._read(path), text_format)
                    found.update((sha256(text), path) for text in some)
        return self._digests[text_format]

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
    except FileNotFoundError:
        if path.is_symlink():
            raise UnreadableTextError(path, "the link leads nowhere", "correct the link") from None
        raise UnreadableTextError(path, "there is no such file", "correct its name") from None
    except OSError as error:
        raise UnreadableTextError(
            path, error.strerror or str(error), "make the file readable"
        ) from None
    if data.startswith(LFS_POINTER):
        raise UnreadableTextError(
            path, "it is a Git LFS pointer, and not the text", "fetch it with: git lfs pull"
        )
    return data
