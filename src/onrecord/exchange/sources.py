"""Find the files of an import, and add to records which file they came from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from onrecord.display import shorten
from onrecord.errors import InputError
from onrecord.exchange.base import ImportedArticle, Importer, Value
from onrecord.files.containment import Boundary
from onrecord.files.opening import File, absolute
from onrecord.readers.splits import SPLIT_NAMES, SPLITS, split_of_folders, split_of_name

# The most characters of the path of a file that are kept.
LONGEST = 1000


def find(importer: Importer, paths: Iterable[Path], *, allow_outside: bool = False) -> list[File]:
    """Return the files of a format at these paths, in folders recursively, in order of their names.

    Raises:
        InputError: A path is missing, a folder holds no file of the format, or a link leads out of
            the folder and that is not allowed.
    """
    found: dict[Path, File] = {}
    paths = list(paths)
    boundary = Boundary.around(paths, allow_outside=allow_outside)
    for path in paths:
        if path.is_dir():
            files = [
                File(one, one.as_posix(), boundary=boundary)
                for one in sorted(path.rglob("*"))
                if one.is_file()
                and one.name.lower().endswith(importer.suffixes)
                and not any(part.startswith(".") for part in one.relative_to(path).parts)
            ]
            if not files:
                endings = " or ".join(importer.suffixes)
                raise InputError(f"{path} holds no file of {importer.name} ({endings})")
        elif path.is_file():
            files = [File(path, path.as_posix(), boundary=boundary)]
        else:
            raise InputError(f"{path}: there is no such file or folder")
        for file in files:
            file.check()
            found[file.path.absolute()] = file
    chosen = importer.files(sorted(found.values(), key=lambda file: file.name))
    return list(_with_folders(chosen, paths))


def _with_folders(files: Iterable[File], paths: Sequence[Path]) -> Iterator[File]:
    """Yield files with their folders relative to the paths, and the splits in their names.

    A path that is itself a folder named after a split, such as ``train``, counts among the folders.
    """
    roots = []
    for path in paths:
        root = absolute(path if path.is_dir() else path.parent)
        roots.append(root.parent if split_of_folders([root.name]) else root)
    base = Path(os.path.commonpath(roots)) if roots else Path()
    for file in files:
        folder = absolute(file.path.parent)
        folders = folder.relative_to(base).parts if folder.is_relative_to(base) else ()
        split = split_of_name(file.path.name) or split_of_folders(folders)
        yield replace(file, split=split, folder="/".join(folders))


def file_adder(file: File) -> Callable[[ImportedArticle], ImportedArticle]:
    """Return a function that adds file, folder and split to the origin of an article's items.

    They are in ``annotation.origin.fields``. An item that was exported from a record keeps its
    origin unchanged.
    """
    stated = {"file": file.path.name, "folder": file.folder, "split": file.split}
    fields = {name: shorten(value, LONGEST) for name, value in stated.items() if value}

    def add(imported: ImportedArticle) -> ImportedArticle:
        for item in imported.items:
            if item.value is not None and not item.exported:
                item.value = _with_fields(item.value, fields)
        return imported

    return add


def _with_fields(value: Value, fields: dict[str, str]) -> Value:
    """Return a record whose origin has additional fields.

    If the item already has a field of that name, the new one is called ``import.NAME``; but a split
    in the item is the only one.
    """
    annotation = value.get("annotation")
    origin = annotation.get("origin") if isinstance(annotation, dict) else None
    if not isinstance(annotation, dict) or not isinstance(origin, dict):
        return value
    kept = origin.get("fields") or []
    if not isinstance(kept, list) or any(not isinstance(field, dict) for field in kept):
        return value
    own = {field.get("name"): field.get("value") for field in kept}
    more = [
        {"name": f"import.{name}" if name in own else name, "value": found}
        for name, found in fields.items()
        if name != SPLIT_NAMES[0] or str(own.get(name, "")).lower() not in SPLITS
    ]
    found = {**origin, "fields": [*kept, *more]}
    return {**value, "annotation": {**annotation, "origin": found}}
