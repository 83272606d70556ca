"""Find record files in folders, each once, and files that look like one but cannot be read.

``docs/files.md`` defines which files are record files.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from onrecord.errors import InputError
from onrecord.files.containment import Boundary
from onrecord.files.opening import PACKINGS, File, PackingError, absolute, opened
from onrecord.files.texts import is_lfs_pointer
from onrecord.findings import IgnoredFile, Place
from onrecord.readers import keys, naming
from onrecord.readers.folders import Folder, Link, is_link_in_words, walk
from onrecord.readers.listing import Unread, listing, not_unpacked
from onrecord.readers.models import corpus
from onrecord.readers.models.published import check_publication
from onrecord.readers.publications import is_current
from onrecord.readers.splits import SPLITS, split_of_folders
from onrecord.rules import reading
from onrecord.schema import RECORD_TYPES
from onrecord.text_formats import PLAIN, TextFormatName


class NoRecordsError(InputError):
    """Signal that a folder contains no record file."""


class Survey(NamedTuple):
    """List the files that were found at some paths.

    Attributes:
        files: The record files in order of their names, including those that cannot be read.
        ignored: Files that have the ending of a record file but are something else, in the same order.
        unclear: The record files that may have no keys of records: those that the user named, and
            damaged ones beside documents.
    """

    files: list[File]
    ignored: list[IgnoredFile]
    unclear: Collection[File] = ()


def unknown(_: File) -> bool:
    """Return that a file is not known as a document."""
    return False


def find(
    paths: Iterable[Path],
    *,
    about: bool = False,
    boundary: Boundary | None = None,
) -> list[File]:
    """Return the record files at these paths (see `survey`)."""
    return survey(paths, about=about, boundary=boundary).files


def survey(
    paths: Iterable[Path],
    *,
    about: bool = False,
    boundary: Boundary | None = None,
    text_format: TextFormatName | None = None,
    known: Callable[[File], bool] = unknown,
) -> Survey:
    """Find the record files at paths, in folders recursively, in order of their names.

    In a folder, a file is a record file by its name or by at least two of its top-level keys, as
    ``docs/files.md`` says. Hidden files and folders are left out, and so is a publication beside
    the records that it was made from. A file that is reached by two paths is read once. With
    ``about``, what the corpus says of itself is among the files. The texts of articles have the
    given format, or that which the nearest ``corpus.yaml`` at or above a record file requests.
    What is ``known`` as a document is not opened.

    All files must be within the boundary, which by default is around the paths.

    Raises:
        InputError: A path is missing or unreadable, a folder holds no record file, or a link leads
            out of the boundary.
    """
    paths, here = list(paths), os.getcwd()  # noqa: PTH109
    boundary = Boundary.around(paths) if boundary is None else boundary
    found: dict[str, File] = {}
    ignored: dict[str, IgnoredFile] = {}
    unclear: list[File] = []
    for path in paths:
        if path.is_dir() and not naming.is_record_name(path):
            files, others, some = _in_folder(path, boundary, known)
            ignored.update((one.file, one) for one in others)
        else:
            some = files = [_named(path, boundary)]
        unclear += some
        for file in files:
            if about or file.path.name != corpus.NAME:
                found.setdefault(os.path.join(here, file.path), file)  # noqa: PTH118  # quicker
    once, again = _once(found.values())
    ignored.update((one.file, one) for one in again)
    for file in once:
        ignored.pop(file.name, None)
    roots = [(path if path.is_dir() else path.parent).absolute() for path in paths]
    base = Path(os.path.commonpath(roots)) if roots else Path()
    requested = _requested_formats(boundary)
    files = [
        replace(file, split=split, text_format=text_format or requested(file.path.parent))
        for file, split in zip(once, _splits(once, base), strict=True)
    ]
    return Survey(
        sorted(files, key=lambda file: file.name),
        sorted(ignored.values(), key=lambda one: one.file),
        unclear,
    )


def _requested_formats(boundary: Boundary) -> Callable[[Path], str]:
    """Return a function that returns the text format requested for a folder."""

    @cache
    def at(folder: Path) -> str:
        path = folder / corpus.NAME
        if path.is_file():
            around = boundary.including(Boundary.of(folder))
            return corpus.text_format(File(path, path.as_posix(), boundary=around))
        return PLAIN if folder == folder.parent else at(folder.parent)

    return cache(lambda folder: at(absolute(folder)))


def _once(files: Iterable[File]) -> tuple[list[File], list[IgnoredFile]]:
    """Return the files without duplicates that are reached by a second path, and these duplicates.

    A path that is not a link is preferred, otherwise the one that was named first.
    """
    found: dict[object, File] = {}
    again = []
    known = [(file, *_identity(file.path)) for file in files]
    for file, _, identity in sorted(known, key=itemgetter(1)):
        first = found.setdefault(identity, file)
        if first is not file and first.path.absolute() != file.path.absolute():
            again.append(IgnoredFile(file.name, f"it is the same file as {first.name}"))
    return list(found.values()), again


def _identity(path: Path) -> tuple[bool, object]:
    """Return whether a path is a link, and a value that is equal for two paths of one file."""
    is_link = False
    try:
        about = os.lstat(path)
        if is_link := stat.S_ISLNK(about.st_mode):
            about = path.stat()
    except OSError:
        return is_link, path.absolute()
    return is_link, (about.st_dev, about.st_ino) if about.st_ino else os.path.realpath(path)


def _splits(files: Sequence[File], base: Path) -> Iterator[str | None]:
    """Yield the split of each file: the one in the name of a published part, otherwise the one that
    the innermost folder below a base is named after.

    A publication without splits names all its files after the same one, which is none.
    """
    tables = (naming.table_name(file.path) for file in files)
    named = [SPLITS.get(table.split) if table and table.split else None for table in tables]
    several = len({*named} - {None}) > 1
    of_folder = cache(lambda folder: split_of_folders(folder.absolute().relative_to(base).parts))
    for file, split in zip(files, named, strict=True):
        yield (split if several else None) or of_folder(file.path.parent)


def _named(path: Path, boundary: Boundary) -> File:
    """Return the file at a path that the user named."""
    if not naming.is_record_name(path) and path.is_file():
        raise no_record_file(path)
    return _checked(_file(path, boundary))


def _file(path: Path, boundary: Boundary) -> File:
    """Return the file at a path, or raise an error that says what is there instead."""
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


def _checked(file: File, *, known: bool = False) -> File:
    """Return a record file, with the reason if it cannot be read as one.

    Args:
        file: The file.
        known: Whether it is known that its content can be read.
    """
    if packed := not_unpacked(file.path):
        return _unread(packed, file)
    if not known and is_lfs_pointer(file.path):
        return replace(file, unread=reading.LfsPointer.finding(Place(file.name, 1, 1), {}))
    return file


def _unread(one: Unread, file: File | None = None) -> File:
    """Return a file that is not read, with the reason."""
    file = file or File(one.path, one.path.as_posix())
    return replace(file, unread=one.finding(file.name))


def no_record_file(path: Path) -> InputError:
    """Return the error that a file's name is not that of a record file."""
    return InputError(
        f"{path} is no record file; those are documents ({', '.join(naming.DOCUMENT_ENDINGS)}), and tables: "
        f"{', '.join(f'{each}s' for each in RECORD_TYPES)} with {' or '.join(naming.TABLE_ENDINGS)} "
        f"({' and '.join(naming.PACKABLE)} may be packed: {', '.join(PACKINGS)})"
    )


def _in_folder(folder: Path, boundary: Boundary, known: Callable[[File], bool]) -> Survey:
    """Return the files in a folder."""
    found = _Found(boundary, known)
    for part in walk(folder, boundary):
        if isinstance(part, Link):
            found.add_link(part)
        else:
            found.add_folder(part)
    records = [*(found.records or found.published), *found.unread]
    if not found.records:
        for tables in dict.fromkeys(file.path.parent for file in found.published):
            check_publication(tables)
    if not records:
        names = ", ".join(one.file for one in found.ignored[:3])
        more = ", …" if len(found.ignored) > 3 else ""
        ignored = f" (ignored: {names}{more})" if names else ""
        raise NoRecordsError(f"{folder} holds no record file{ignored}")
    return Survey(found.about + records, found.ignored, found.unclear)


@dataclass
class _Found:
    """Collect the files in a folder and its subfolders, by what their names and keys say.

    Attributes:
        boundary: The boundary of all of them.
        known: Returns whether a file is known as a document.
        about: The files corpus.yaml.
        records: Record files.
        published: The tables of publications.
        unread: Files that may hold records but are not read.
        ignored: Other files whose endings are those of record files.
        unclear: As in `Survey`.
    """

    boundary: Boundary
    known: Callable[[File], bool]
    about: list[File] = field(default_factory=list)
    records: list[File] = field(default_factory=list)
    published: list[File] = field(default_factory=list)
    unread: list[File] = field(default_factory=list)
    ignored: list[IgnoredFile] = field(default_factory=list)
    unclear: list[File] = field(default_factory=list)

    def add_link(self, link: Link) -> None:
        """Add a link to a folder that is not followed."""
        if link.leads_out:
            advice = "put the records in its place, or allow it with --allow-outside"
            self._leave(link.path, link.problem, advice)
        else:
            self._ignore(link.path, link.problem)

    def add_folder(self, folder: Folder) -> None:
        """Add the files in a folder."""
        found = listing(folder)
        self.unread += map(_unread, found.unread)
        self.about += (_file(path, self.boundary) for path in found.about)
        for path in found.foreign:
            self._ignore(path, "it is not one of the tables of a publication")
        for path in found.others:
            self._add_other(path)
        documents = (_file(path, self.boundary) for path in found.documents)
        self._add_documents([_checked(file, known=self.known(file)) for file in documents])
        if not found.published:
            self.records += [_checked(_file(path, self.boundary)) for path in found.tables]
        elif is_current(folder.path):
            self.published += [_checked(_file(path, self.boundary)) for path in found.tables]

    def _add_documents(self, files: Sequence[File]) -> None:
        """Add the files of a folder that have the ending of a document and hold records."""
        looks = [
            keys.Look.RECORDS
            if naming.is_document_place(file.path) or self.known(file)
            else _look(file)
            for file in files
        ]
        # Beside documents, a file without recognisable keys is a damaged one.
        taken = {keys.Look.RECORDS}
        if keys.Look.RECORDS in looks:
            taken.add(keys.Look.UNCLEAR)
        for file, look in zip(files, looks, strict=True):
            if file.unread or look in taken:
                self.records.append(file)
                if look is not keys.Look.RECORDS:
                    self.unclear.append(file)
            elif file.path.with_suffix(".yaml").name.lower() == corpus.NAME:
                what = f"what a corpus says of itself is read from {corpus.NAME}"
                self._leave(file.path, what, f"name the file {corpus.NAME}")
            elif look is keys.Look.UNCLEAR:
                self._ignore(file.path, "it is empty, or holds no keys")
            else:
                self._ignore(file.path, "it has not two of the top-level keys of a document")

    def _add_other(self, path: Path) -> None:
        """Add a file whose name is not that of a record file."""
        if not path.suffix and path.is_symlink() and not path.exists():
            self._ignore(path, "it is a link that leads nowhere")
        elif not path.suffix and is_link_in_words(path):
            what = "it holds the path of a folder: a link that was checked out as a file"
            advice = "set core.symlinks in git to true and check it out again"
            self._leave(path, what, advice)
        elif not naming.has_record_ending(path) or path.name.startswith("._"):
            return
        elif path.name.startswith("."):
            self._ignore(path, "it is hidden: its name begins with a dot")
        elif not _holds_records(File(path, path.as_posix(), boundary=self.boundary)):
            self._ignore(path, "its name is not that of a record file")
        elif naming.format_ending(path) in naming.DOCUMENT_ENDINGS:
            self._leave(path, "packed documents are not read", "unpack it")
        else:
            advice = "name it articles, quotes or claims"
            self._leave(path, "tables with other names are not read", advice)

    def _leave(self, path: Path, problem: str, advice: str) -> None:
        self.unread.append(_unread(Unread(path, problem, advice)))

    def _ignore(self, path: Path, reason: str) -> None:
        self.ignored.append(IgnoredFile(path.as_posix(), reason))


def is_record_document(file: File) -> bool:
    """Return whether a file that is named like a document holds records, whatever is beside it.

    Raises:
        InputError: It cannot be read.
    """
    if is_lfs_pointer(file.path):
        return False
    return naming.is_document_place(file.path) or _look(file) is keys.Look.RECORDS


def _look(file: File) -> keys.Look:
    """Inspect the beginning of a document."""
    return keys.look(_head(file), json=naming.format_ending(file.path) == ".json")


def _holds_records(file: File) -> bool:
    """Return whether a file with another name than a record file's holds records."""
    if not file.path.is_file() or not file.boundary.contains(file.path):
        return False
    ending = naming.format_ending(file.path)
    if ending in naming.DOCUMENT_ENDINGS:
        return _look(file) is keys.Look.RECORDS
    if ending == ".parquet":
        from onrecord.readers.bulk.parquet import columns

        return keys.FLAT.issubset(columns(file.path))
    return ending in naming.TABLE_ENDINGS and keys.is_flat(_head(file))


def _head(file: File) -> bytes:
    """Return the beginning of a file, decompressed; as much as possible if it is damaged."""
    try:
        with opened(file) as stream:
            return stream.read(keys.HEAD)
    except PackingError:
        return b""
