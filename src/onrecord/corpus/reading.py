"""Read a corpus from files and folders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.corpus.corpus import Corpus, Sink, discard
from onrecord.files.containment import Boundary
from onrecord.files.opening import File
from onrecord.files.texts import TextFolder
from onrecord.findings import IgnoredFile
from onrecord.readers import discovery, formats
from onrecord.readers.discovery import Survey, unknown
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.readers.models.records import Rows
from onrecord.readers.naming import DOCUMENT_ENDINGS, table_name
from onrecord.readers.options import READ_OPTIONS, ReadOptions
from onrecord.readers.progress import Progress, ReadChunk, no_progress

if TYPE_CHECKING:
    from onrecord.corpus.document_batches import KnownParts

# With so many blocks of tables, and so many documents, for each, processes are worth starting.
_WORTH = 2
_DOCUMENTS = 200
# With fewer documents, reading them takes no longer than what earlier runs read.
LEAST = 32
# About how many documents are in a block.
DOCUMENTS = 200


def read(
    path: Path | str,
    *more: Path | str,
    texts: Path | str | None = None,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
    sink: Sink = discard,
    known: KnownParts | None = None,
) -> Corpus:
    """Read a corpus from record files, or folders of them.

    Records that cannot be read are in the corpus's ``findings``; ``onrecord.validate`` reports
    whether the others are valid.

    Args:
        path: A file or folder.
        *more: Further ones.
        texts: A folder of article texts, found by digest or id, to check spans against.
        progress: An iterator adapter that may display how far reading has come.
        options: How to read; of the options, only the text format changes what is read.
        sink: A function that receives each batch of records as soon as it is read.
        known: Parsed records of documents that earlier runs stored.

    Raises:
        InputError: A path is missing or unreadable, or a folder holds no record file.
    """
    paths = tuple(Path(one) for one in (path, *more))
    folder = text_folder(Path(texts) if texts is not None else None, options)
    found = survey(paths, options)
    return read_files(found.files, paths, folder, progress, options, sink, found.ignored, known)


def text_folder(path: Path | None, options: ReadOptions) -> TextFolder | None:
    """Return a folder of article texts, if one is given.

    Raises:
        InputError: There is no such folder.
    """
    return TextFolder(path, allow_outside=options.allow_outside) if path is not None else None


def survey(
    paths: Sequence[Path], options: ReadOptions, known: Callable[[File], bool] = unknown
) -> Survey:
    """Find the files at paths, among them what a corpus says of itself (raises as `read`).

    What is ``known`` as a document is not opened.
    """
    boundary = Boundary.around(paths, allow_outside=options.allow_outside)
    return discovery.survey(
        paths, about=True, boundary=boundary, text_format=options.text_format, known=known
    )


def read_files(
    files: Sequence[File],
    paths: Sequence[Path],
    texts: TextFolder | None = None,
    progress: Progress = no_progress,
    options: ReadOptions = READ_OPTIONS,
    sink: Sink = discard,
    ignored: Sequence[IgnoredFile] = (),
    known: KnownParts | None = None,
) -> Corpus:
    """Read a corpus from files that were found at paths (the rest as in `read`)."""
    boundary = Boundary.around(paths, allow_outside=options.allow_outside)
    corpus = Corpus(
        list(files), texts=texts, paths=tuple(paths), sink=sink, options=options, boundary=boundary
    )
    corpus.ignored = tuple(ignored)
    corpus.find_publications([one for one in paths if one.is_dir()])
    for _ in progress(_read_into(corpus, options, known), sum(map(_size, files))):
        pass
    corpus.flush()
    return corpus


def _read_into(
    corpus: Corpus, options: ReadOptions, known: KnownParts | None
) -> Iterator[ReadChunk]:
    """Read all files of a corpus into it, and yield the size of each chunk."""
    tables, documents = _worth_sharing(corpus.files, options)
    if sum(_kind(file) == "document" for file in corpus.files) < LEAST:
        known = None
    for kind, files in groupby(corpus.files, _kind):
        if kind == "table" and tables:
            from onrecord.corpus.blocks import read_blocks

            yield from read_blocks(corpus, files)
        elif kind == "document" and (documents or known):
            from onrecord.corpus.document_batches import read_documents

            yield from read_documents(corpus, files, known)
        else:
            yield from _read_here(corpus, files)


def _worth_sharing(files: Iterable[File], options: ReadOptions) -> tuple[bool, bool]:
    """Return whether several processes are worth starting to read tables, and documents."""
    if options.workers <= 1:
        return False, False
    size = number = 0
    for file in files:
        kind = _kind(file)
        size += _size(file) if kind == "table" else 0
        number += kind == "document"
    return size > _WORTH * options.workers * options.block, are_many(number, options)


def are_many(number: int, options: ReadOptions) -> bool:
    """Return whether several processes are worth starting to read so many documents."""
    return options.workers > 1 and number > options.workers * _DOCUMENTS


def _kind(file: File) -> str:
    """Return what kind of file is read: a table, a document, or another one."""
    if file.unread or file.path.name == CORPUS:
        return "other"
    if table_name(file.path):
        return "table"
    return "document" if file.path.suffix.lower() in DOCUMENT_ENDINGS else "other"


def _read_here(corpus: Corpus, files: Iterable[File]) -> Iterator[ReadChunk]:
    """Read files into a corpus, and yield the size of each chunk."""
    for file, items in formats.read_all(files, corpus.options):
        remaining = _size(file)
        for item in items:
            corpus.add(item)
            if isinstance(item, Rows):
                remaining -= item.size
                yield ReadChunk(len(item.rows), item.size)
        yield ReadChunk(0, remaining)


def _size(file: File) -> int:
    """Return the size of a file in bytes; 0 if it no longer exists, which reading it reports."""
    try:
        return file.path.stat().st_size
    except OSError:
        return 0
