"""Find the reader of a file, and read all files.

A format is one file in this folder and one line in ``DOCUMENTS`` or ``TABLES``.
"""

from __future__ import annotations

import json as json_
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Protocol

from onrecord.files.opening import File
from onrecord.findings import Located, Place
from onrecord.readers import naming
from onrecord.readers.discovery import no_record_file
from onrecord.readers.models import card, corpus
from onrecord.readers.models.document import DocumentReader
from onrecord.readers.models.records import Item, Wanted
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.publications import is_current
from onrecord.readers.syntax import json, usual_yaml, yaml
from onrecord.schema import RECORD_TYPES, RecordType


class Reader(Protocol):
    """Define what reads the records of one format, and finds the locations of their values."""

    def read(self, file: File, options: ReadOptions = READ_OPTIONS) -> Iterator[Item]:
        """Yield the records of a file, and findings about what cannot be read."""
        ...

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Yield the locations of values, in the order of the requests."""
        ...


def _json_lines(record_type: RecordType) -> Reader:
    from onrecord.readers.bulk.jsonl import JsonLinesReader

    return JsonLinesReader(record_type)


def _parquet(record_type: RecordType) -> Reader:
    from onrecord.readers.bulk.parquet import ParquetReader

    return ParquetReader(record_type)


# Files of one article, and files of one table, by the ending of their names.
DOCUMENTS: dict[str, Reader] = {
    ending: DocumentReader(json.parse, json.load)
    if ending == ".json"
    else DocumentReader(yaml.parse, usual_yaml.load)
    for ending in naming.DOCUMENT_ENDINGS
}
TABLES: dict[str, Callable[[RecordType], Reader]] = {
    ending: _parquet if ending == ".parquet" else _json_lines for ending in naming.TABLE_ENDINGS
}

# A folder that holds this file is a publication, made from records elsewhere.
MANIFEST = card.MANIFEST
# The folder with the data of a publication, beside its card, which names it.
DATA = card.DATA
CARD = card.CARD
# The name of the folder, there, with the tables: 16 digits of their digest.
DIGEST = card.DIGEST


def publication(folder: Path) -> Path | None:
    """Return the folder of tables of the publication that a card names; None if there is none."""
    if not (folder / CARD).is_file():
        return None
    found = (one.parent for one in sorted(folder.glob(f"{DATA}/*/{MANIFEST}")))
    return next((tables for tables in found if is_current(tables)), None)


def tables_of(publication: Path) -> dict[RecordType, list[Path]]:
    """Return the files of each table in the folder of a publication, also missing ones that its
    manifest names, in order of their names.
    """
    try:
        content = json_.loads((publication / MANIFEST).read_text("utf-8"))
        named = {name for name in content["files"] if "/" not in name}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        named = set()  # the files that exist are read all the same
    there = {path.name for path in publication.glob("*.parquet")}
    found: dict[RecordType, list[Path]] = {each: [] for each in RECORD_TYPES}
    for name in sorted(named | there):
        if table := naming.table_name(publication / name):
            found[table.record_type].append(publication / name)
    return {
        each: paths or [publication / str(naming.PartName(f"{each}s", "train", 0))]
        for each, paths in found.items()
    }


def open_reader(file: File) -> Reader:
    """Return the reader for a file that ``find`` found."""
    if file.unread:
        return _Unread()
    reader = card.CardReader() if file.path.name in card.NAMES else reader_of(file.path)
    if reader is None:
        raise no_record_file(file.path)
    return reader


def read_all(
    files: Iterable[File], options: ReadOptions = READ_OPTIONS
) -> Iterator[tuple[File, Iterator[Item]]]:
    """Yield files with what their readers yield; consecutive documents are validated together.

    Raises:
        InputError: A file cannot be read.
    """
    from onrecord.readers.bulk.documents import read_documents

    opened = ((file, open_reader(file)) for file in files)
    for reader, some in groupby(opened, lambda one: _document_reader(one[1])):
        if reader:
            yield from read_documents((file for file, _ in some), reader, options)
        else:
            yield from ((file, each.read(file, options)) for file, each in some)


def _document_reader(reader: Reader) -> DocumentReader | None:
    return reader if isinstance(reader, DocumentReader) else None


class _Unread:
    """Report why a file is not read, instead of reading it."""

    def read(self, file: File, options: ReadOptions = READ_OPTIONS) -> Iterator[Item]:  # noqa: ARG002
        """Yield the finding that says why the file is not read."""
        return iter([file.unread] if file.unread else [])

    def places(self, file: File, wanted: Iterable[Wanted]) -> Iterator[Located]:
        """Yield the beginning of the file for each request."""
        return ((Place(file.name), None) for _ in wanted)


def reader_of(path: Path) -> Reader | None:
    """Return the reader for a file by its name; None for the name of another kind of file."""
    if path.name == corpus.NAME:
        return corpus.CorpusReader()
    if reader := DOCUMENTS.get(path.suffix.lower()):
        return reader
    table = naming.table_name(path)
    return TABLES[table.ending](table.record_type) if table else None
