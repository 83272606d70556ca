"""Write records into a folder of their own, everything or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Self, TextIO

from onrecord.errors import InputError, system_errors
from onrecord.exchange.values import encode
from onrecord.files import scratch
from onrecord.files.atomic import replace_file
from onrecord.files.containment import Boundary
from onrecord.files.lists import in_lists
from onrecord.files.texts import can_be_file
from onrecord.schema.current import Document
from onrecord.schema.flat import flatten

# Lines that are written at a time, unless one is long.
_LINES = 1024
_LONG = 2**16
_FORCE = "add --force, which replaces files of the same names"
# Endings by which an output is a file, not a folder.
_FILES = frozenset(
    {*(".yaml", ".yml", ".json", ".jsonl", ".jsonld", ".csv", ".tsv", ".txt", ".ann", ".parquet")}
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Name the folder in which an output is written before it is complete; open files in it."""

    folder: Path

    def open(self, name: str) -> TextIO:
        """Open a file in the folder for writing."""
        path = self.folder / name
        if "/" in name:
            path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("w", encoding="utf-8", newline="")


class Target:
    """Write the output of an import or export beside its place, and move it there when complete.

    Args:
        out: A folder, or a file if its name has one of the endings.
        endings: The endings that a single file may have.
        replace_existing: Whether existing files may be replaced.

    Raises:
        InputError: It cannot be written, or would replace files.
    """

    def __init__(
        self, out: Path, endings: Iterable[str] = (), *, replace_existing: bool = False
    ) -> None:
        self.out = out
        self.is_file = out.suffix in _FILES and not out.is_dir()
        self._names: dict[str, None] = {}
        self._open = ExitStack()
        if self.is_file and out.suffix not in endings:
            what = f"a folder or a file {' or '.join(endings)}" if endings else "a folder"
            raise InputError(f"{out} looks like a file {out.suffix}; name {what}")
        Boundary.of_output(out)
        folders = out.parents if self.is_file else (out, *out.parents)
        if taken := next((one for one in folders if one.exists() and not one.is_dir()), None):
            raise InputError(f"{taken} is not a folder")
        if not out.exists():
            return
        with system_errors(out):
            is_used = self.is_file or any(out.iterdir())
        if is_used and not replace_existing:
            what = "is there already;" if self.is_file else "is not empty; name a new folder, or"
            raise InputError(f"{out} {what} {_FORCE}")

    def __enter__(self) -> Self:
        with system_errors(f"{self.out} cannot be written"):
            self.out.parent.mkdir(parents=True, exist_ok=True)
            self._stage = self._open.enter_context(scratch.beside(self.out))
            self._stage.mkdir(0o700)
        return self

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        with self._open:
            if kind is None:
                self._move()
        if isinstance(error, OSError):
            raise InputError(f"{self.out} cannot be written: {error.strerror}") from None

    @property
    def names(self) -> list[str]:
        """Return the names of the files to write."""
        return list(self._names)

    @property
    def stage(self) -> Stage:
        """Return the folder that other processes may write to; they name what they wrote to `add`."""
        return Stage(self._stage)

    def add(self, names: Iterable[str]) -> None:
        """Add files that are in the folder."""
        self._names.update(dict.fromkeys(names))

    def open(self, name: str) -> TextIO:
        """Open a file of the output for writing; it is moved to its place when all are complete."""
        self.add([name])
        return self.stage.open(name)

    def _move(self) -> None:
        if not self._names:
            return
        if self.is_file:
            if (number := len(self._names)) > 1:
                raise InputError(f"{self.out} is one file, but there are {number}; name a folder")
            (self._stage / next(iter(self._names))).replace(self.out)
            return
        with system_errors(f"{self.out} cannot be written"):
            if not self.out.exists():
                self._stage.chmod(0o777 & ~_umask())
                self._stage.rename(self.out)
                return
            boundary = Boundary.of(self.out)
            for folder, names in groupby(self._names, os.path.dirname):
                boundary.check(self.out / folder)
                (self.out / folder).mkdir(parents=True, exist_ok=True)
                for name in names:
                    (self._stage / name).replace(self.out / name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class Documents:
    """Write one document per article, at the end, when all parts of each article are known."""

    endings = (".yaml", ".yml")

    def __init__(self, target: Target) -> None:
        self._target = target
        self._waiting: dict[str, Document] = {}

    def add(self, document: Document) -> None:
        """Add a document; if there is one of the same article already, merge the two."""
        known = self._waiting.get(document.article.id)
        self._waiting[document.article.id] = _joined(known, document) if known else document

    def finish(self, _articles: Iterable[str]) -> None:
        """Write all documents, and texts beside them."""
        # Tables need no YAML.
        from onrecord.editing.writing import as_yaml

        for article_id, document in self._waiting.items():
            text = document.article.text
            if text is not None and not self._target.is_file and can_be_file(text):
                article = document.article.model_copy(update={"text": None})
                document = document.model_copy(update={"article": article})  # noqa: PLW2901  # its text apart
                with self._target.open(f"{article_id}.txt") as stream:
                    stream.write(text)
            with self._target.open(f"{article_id}.yaml") as stream:
                stream.write(as_yaml(document))

    def close(self) -> None:
        """Release the documents."""
        self._waiting.clear()


def _joined(known: Document, more: Document) -> Document:
    """Return a document with the entries of another one of the same article."""
    annotation = None if more.annotation == known.annotation else more.annotation
    entries: dict[str, Any] = {
        name: (
            *getattr(known, name),
            *(
                entry.model_copy(update={"annotation": entry.annotation or annotation})
                for entry in getattr(more, name)
            ),
        )
        for name in ("quotes", "claims")
    }
    return known.model_copy(update={"article": more.article, **entries})


class Tables:
    """Write flat records as they arrive, into a file for each type."""

    endings = ()

    def __init__(self, target: Target) -> None:
        self._target = target
        self._streams: dict[str, TextIO] = {}
        # Lines are written many at a time.
        self._waiting: dict[str, list[str]] = {}

    def add(self, document: Document) -> None:
        """Write the entries of a document."""
        for record_type, rows in flatten(document, sparse=True).items():
            if record_type != "article":
                self.write(record_type, list(map(encode, rows)))

    def write(self, record_type: str, lines: Sequence[str]) -> None:
        """Write records that are lines of JSON already."""
        if not lines:
            return
        waiting = self._waiting.setdefault(record_type, [])
        waiting += lines
        if len(waiting) >= _LINES or len(lines[-1]) > _LONG:
            self._flush(record_type)

    def _flush(self, record_type: str) -> None:
        if record_type not in self._streams:
            self._streams[record_type] = self._target.open(f"{record_type}s.jsonl")
        self._streams[record_type].write("\n".join([*self._waiting.pop(record_type), ""]))

    def finish(self, articles: Iterable[str]) -> None:
        """Write the articles, which are complete only at the end."""
        for some in in_lists(articles, _LINES):
            self.write("article", some)
        for record_type in list(self._waiting):
            self._flush(record_type)

    def close(self) -> None:
        """Close the files."""
        for stream in self._streams.values():
            stream.close()


class Texts:
    """Write texts that rights withhold to a folder that is not published."""

    def __init__(self, folder: Path | None, *, replace_existing: bool = False) -> None:
        self._folder = folder
        self._replace = replace_existing

    def add(self, article_id: str, text: str) -> None:
        """Write a text to ``ID.txt``, unless it exists or there is no folder."""
        if self._folder is None:
            return
        path = self._folder / f"{article_id}.txt"
        data = text.encode()
        with system_errors(f"{path} cannot be written"):
            Boundary.of(self._folder).check(path)
            if path.exists() and path.read_bytes() == data:
                return
            if path.exists() and not self._replace:
                raise InputError(f"{path} is there already, with another text; --force replaces it")
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, data, durable=False)
