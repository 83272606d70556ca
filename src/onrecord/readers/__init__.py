"""Find record files, and read their records with locations.

What is imported from here is loaded when it is first used: a report from the cache needs no models.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onrecord.files.opening import File
    from onrecord.readers.discovery import NoRecordsError, Survey, find, is_record_document, survey
    from onrecord.readers.formats import (
        CARD,
        DATA,
        DIGEST,
        DOCUMENTS,
        MANIFEST,
        TABLES,
        Reader,
        open_reader,
        publication,
        read_all,
        reader_of,
        tables_of,
    )
    from onrecord.readers.models.records import Item, Rows, UnreadableRecord, Wanted
    from onrecord.readers.options import ReadOptions
    from onrecord.readers.splits import SPLIT_NAMES, SPLITS, split_of_folders, split_of_name

__all__ = [
    "CARD",
    "DATA",
    "DIGEST",
    "DOCUMENTS",
    "MANIFEST",
    "SPLITS",
    "SPLIT_NAMES",
    "TABLES",
    "File",
    "Item",
    "NoRecordsError",
    "ReadOptions",
    "Reader",
    "Rows",
    "Survey",
    "UnreadableRecord",
    "Wanted",
    "find",
    "is_record_document",
    "open_reader",
    "publication",
    "read_all",
    "reader_of",
    "split_of_folders",
    "split_of_name",
    "survey",
    "tables_of",
]

_ELSEWHERE = {
    "onrecord.files.opening": ("File",),
    "onrecord.readers.discovery": (
        *("NoRecordsError", "Survey", "find", "is_record_document", "survey"),
    ),
    "onrecord.readers.models.records": ("Item", "Rows", "UnreadableRecord", "Wanted"),
    "onrecord.readers.options": ("ReadOptions",),
    "onrecord.readers.splits": ("SPLITS", "SPLIT_NAMES", "split_of_folders", "split_of_name"),
}
_HOME = {name: home for home, names in _ELSEWHERE.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOME.get(name, f"{__name__}.formats")), name)
    globals()[name] = found
    return found
