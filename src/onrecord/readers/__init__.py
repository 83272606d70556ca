"""Reading record files: which files there are, and what stands in them.

A format is one file here and one line in ``READERS``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from onrecord.containment import Boundary
from onrecord.findings import InputError
from onrecord.readers import card, corpus, json, yaml
from onrecord.readers.document import DocumentReader
from onrecord.readers.files import File, packing
from onrecord.readers.how import HOW, How
from onrecord.readers.jsonl import JsonLinesReader
from onrecord.readers.parquet import ParquetReader
from onrecord.readers.records import Broken, Item, Located, Rows, Wanted
from onrecord.schema import RECORD_TYPES, RecordType

__all__ = [
    "SPLITS",
    "SPLIT_NAMES",
    "Broken",
    "File",
    "How",
    "Item",
    "Located",
    "NoRecordsError",
    "Reader",
    "Rows",
    "Wanted",
    "find",
    "open_reader",
    "publication",
    "reader_of",
    "split_of_folders",
    "split_of_name",
]


class NoRecordsError(InputError):
    """There is no record file in a folder."""


class Reader(Protocol):
    """Reads one format."""

    def read(self, file: File, how: How = HOW) -> Iterator[Item]:
        """The records of a file, and what is wrong in it."""
        ...

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Where values of records stand, in the order in which they are asked for."""
        ...


# Files of one article, and files of one table, by the ending of their names.
DOCUMENTS: dict[str, Reader] = {
    ".yaml": DocumentReader(yaml.parse),
    ".yml": DocumentReader(yaml.parse),
    ".json": DocumentReader(json.parse),
}
TABLES: dict[str, Callable[[RecordType], Reader]] = {
    ".jsonl": JsonLinesReader,
    ".parquet": ParquetReader,
}
# Tables that may be packed, which the ending after this one tells.
PACKABLE = ".jsonl"
_TABLE = {f"{record_type}s": record_type for record_type in RECORD_TYPES}

# A folder that holds this file is a publication, made from records elsewhere.
MANIFEST = card.MANIFEST
# It stands in this folder, beside its card, which names it.
DATA = "data"
CARD = card.CARD

# The names of folders that hold a part of the data, as the package datasets infers its splits.
# https://huggingface.co/docs/hub/datasets-file-names-and-splits
SPLITS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}
# The names under which an imported record keeps its split, in ``annotation.origin.fields``: the
# second where the source has a field of the first.
SPLIT_NAMES = ("split", "import.split")

# What the beginning of a document shows, even of one that does not parse.
_KEYS = rb"(schema_version|article|quotes|claims)"
_DOCUMENT = {
    ".json": re.compile(rb'"' + _KEYS + rb'"\s*:'),
    ".yaml": re.compile(
        rb"""^(?:\{\s*)?["']?""" + _KEYS + rb"""["']?\s*:|document\.schema\.json""", re.MULTILINE
    ),
}
_HEAD = 64 * 1024


def find(
    paths: Iterable[Path], *, about: bool = False, boundary: Boundary | None = None
) -> list[File]:
    """The record files among these paths, folders walked, in order of their names.

    In a folder, what is not a record file is left alone, and so are hidden files and a
    publication beside the records that it was made from. With ``about``, what the corpus says of
    itself is among the files.

    All of them must be within the boundary, which by default is around the paths.

    Raises:
        InputError: A path is missing or unreadable, a folder holds no record file, or a link leads
            out of the boundary.
    """
    found: dict[Path, File] = {}
    paths = list(paths)
    boundary = Boundary.around(paths) if boundary is None else boundary
    for path in paths:
        is_folder = path.is_dir() and not reader_of(path)
        files = _walk(path, boundary) if is_folder else [_named(path, boundary)]
        found.update(
            (file.path.absolute(), file) for file in files if about or file.path.name != corpus.NAME
        )
    roots = [(path if path.is_dir() else path.parent).absolute() for path in paths]
    base = Path(os.path.commonpath(roots)) if roots else Path()
    with_splits = (replace(file, split=_split(file.path, base)) for file in found.values())
    return sorted(with_splits, key=lambda file: file.name)


def _split(path: Path, base: Path) -> str | None:
    """The split that the innermost folder below a base is named after, if any of them is."""
    return split_of_folders(path.parent.absolute().relative_to(base).parts)


def split_of_folders(folders: Sequence[str]) -> str | None:
    """Return the split that the innermost of some nested folders is named after, if any is."""
    return next(
        (SPLITS[name] for name in map(str.lower, reversed(folders)) if name in SPLITS), None
    )


def split_of_name(name: str) -> str | None:
    """Return the split that a file's name contains, such as ``train-00000-of-00001.tsv``.

    As in the package datasets, the word is delimited by ``-``, ``.``, ``_``, a space or a digit. A
    name that contains the words of several splits tells none.
    """
    words = re.split(r"[-._ 0-9]+", name.lower())
    found = {SPLITS[word] for word in words if word in SPLITS}
    return found.pop() if len(found) == 1 else None


def publication(folder: Path) -> Path | None:
    """The tables of the publication that a folder holds and its card names; none if it has none."""
    if not (folder / CARD).is_file():
        return None
    found = (one.parent for one in sorted(folder.glob(f"{DATA}/*/{MANIFEST}")))
    return next((tables for tables in found if _is_current(tables)), None)


def open_reader(file: File) -> Reader:
    """The reader for a file that ``find`` found."""
    reader = card.CardReader() if file.path.name in card.NAMES else reader_of(file.path)
    if reader is None:
        raise _no_record_file(file.path)
    return reader


def reader_of(path: Path) -> Reader | None:
    """The reader for a file, by its name."""
    if path.name == corpus.NAME:
        return corpus.CorpusReader()
    if reader := DOCUMENTS.get(path.suffix):
        return reader
    plain = _unpacked(path)
    table, record_type = TABLES.get(plain.suffix), _TABLE.get(plain.stem)
    return table(record_type) if table and record_type else None


def _unpacked(path: Path) -> Path:
    """The name that a table which may be packed would have if it were not."""
    return path.with_suffix("") if packing(path) and path.stem.endswith(PACKABLE) else path


def _named(path: Path, boundary: Boundary) -> File:
    if reader_of(path) is None and path.is_file():
        raise _no_record_file(path)
    return _file(path, boundary)


def _file(path: Path, boundary: Boundary) -> File:
    """What is at a path where a file is expected."""
    if path.is_file():
        file = File(path, path.as_posix(), boundary=boundary)
        file.check()
        return file
    if path.is_dir():
        raise InputError(f"{path} is a folder, but by its name a file is expected")
    if path.exists():
        raise InputError(f"{path} is not a file")
    what = "the link leads nowhere" if path.is_symlink() else "there is no such file or folder"
    raise InputError(f"{path}: {what}")


def _no_record_file(path: Path) -> InputError:
    return InputError(
        f"{path} is no record file; those are documents ({', '.join(DOCUMENTS)}), and tables: "
        f"{', '.join(_TABLE)} with {' or '.join(TABLES)} ({PACKABLE} may be packed: .gz or .zst)"
    )


def _walk(folder: Path, boundary: Boundary) -> list[File]:
    found: dict[str, list[File]] = {"corpus": [], "record": [], "published": []}
    for path, beside in _paths_in(folder):
        if path.name.startswith(".") or path.name == MANIFEST or not reader_of(path):
            continue
        file = _file(path, boundary)
        if path.name == corpus.NAME:
            found["corpus"].append(file)
        elif _unpacked(path).suffix in TABLES and MANIFEST in beside:
            found["published"] += [file] if _is_current(path.parent) else []
        elif _unpacked(path).suffix in TABLES or _is_document(file):
            found["record"].append(file)
    if not (records := found["record"] or found["published"]):
        raise NoRecordsError(f"{folder} holds no record file")
    return found["corpus"] + records


def _paths_in(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """The paths in a folder and in those inside it, with the names of the files beside each."""

    def fail(error: OSError) -> None:
        raise InputError(f"{error.filename}: {error.strerror}")

    for parent, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*names, *folders]):
            yield Path(parent, name), names


def _is_current(publication: Path) -> bool:
    """Whether a publication is the one that its card names, where there is a card.

    While one takes the place of another, and after it was killed in that, both are there.
    """
    card = publication.parents[1] / CARD
    try:
        text = card.read_text(encoding="utf-8", errors="replace") if card.is_file() else None
    except OSError:
        return True
    return text is None or f"/{publication.name}/" in text


def _is_document(file: File) -> bool:
    try:
        with file.path.open("rb") as stream:
            looks = _DOCUMENT[".json" if file.path.suffix == ".json" else ".yaml"]
            return looks.search(stream.read(_HEAD)) is not None
    except OSError as error:
        raise InputError(f"{file.name}: {error.strerror}") from None
