"""Decide by name which files hold records."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from onrecord.files.opening import PACKINGS, packing
from onrecord.schema import RECORD_TYPES, RecordType

# The endings of documents and of tables.
DOCUMENT_ENDINGS = (".yaml", ".yml", ".json")
TABLE_ENDINGS = (".jsonl", ".ndjson", ".parquet")
# The file that says what a corpus is; and of a publication, its card, its list of files, and the
# folder with its data.
CORPUS = "corpus.yaml"
CARD = "README.md"
MANIFEST = "manifest.json"
DATA = "data"
# The file that marks the folder of a site that onrecord site wrote; no records are read from it.
SITE = "onrecord-site.json"
# Tables of lines may be compressed, which a further ending shows.
PACKABLE = (".jsonl", ".ndjson")

# A table, whole or one of several parts of it, as the package datasets and Spark name these.
_TABLE = re.compile(
    rf"(?P<type>{'|'.join(RECORD_TYPES)})s"
    r"(?:-(?P<shard>\d{1,9})-of-(?P<shards>\d{1,9})|-(?P<split>[a-z]+)-\d{4,9})?"
    rf"(?P<ending>{'|'.join(map(re.escape, TABLE_ENDINGS))})(?P<packing>\.[^.]+)?",
    re.IGNORECASE,
)
# A part of a table as it is published.
_PART = re.compile(r"(?P<table>[a-z]+)-(?P<split>[a-z]+)-(?P<number>[0-9]{4,9})\.parquet")
# What publishing writes beside the tables of records.
_BESIDE = re.compile(
    r"manifest\.json|croissant\.json|splits\.parquet|statements-[a-z]+-[0-9]{4,9}\.parquet"
    r"|CITATION\.cff|LICENSE|LICENSE-TEXTS\.md|CHANGELOG\.md|plots"
)
# The place of a document in a corpus: articles/YYYY/ID.yaml.
_DOCUMENT_PLACE = re.compile(r"{0}articles{0}[0-9]{{4}}{0}[^{0}]+\Z".format(re.escape(os.sep)))
# Compressions that are not supported.
_OTHER_PACKINGS = re.compile(r"\.(7z|br|lz|lz4|lzma|lzo|rar|snappy|sz|tar|tgz|z|zip|zlib|zz)")
_ENDINGS = re.compile(
    rf"({'|'.join(map(re.escape, (*DOCUMENT_ENDINGS, *TABLE_ENDINGS)))})([~#]|\.[^.]+)?",
    re.IGNORECASE,
)


class TableName(NamedTuple):
    """Hold the parts of the file name of a table, such as ``quotes-00000-of-00002.jsonl.gz``.

    Attributes:
        record_type: The type of its records.
        ending: The ending that names its format, in lower case.
        unreadable: The ending that names its compression, if that is not supported.
        shard: Its number, if it is one of several parts, from 0 or from 1.
        shards: The number of parts.
        split: The split of its records, if the name of a published part gives it.
    """

    record_type: RecordType
    ending: str
    unreadable: str | None
    shard: int | None
    shards: int | None
    split: str | None


def table_name(path: Path) -> TableName | None:
    """Parse the name of a table's file; return None for other files."""
    found = _TABLE.fullmatch(path.name)
    if not found:
        return None
    ending, packed = found["ending"].lower(), (found["packing"] or "").lower()
    readable = not packed or (packed in PACKINGS and ending in PACKABLE)
    if not readable and packed not in PACKINGS and not _OTHER_PACKINGS.fullmatch(packed):
        return None  # a copy, such as quotes.jsonl.bak
    shard, shards = (int(found[name]) if found[name] else None for name in ("shard", "shards"))
    record_type = next(one for one in RECORD_TYPES if one == found["type"].lower())
    return TableName(
        record_type, ending, None if readable else packed, shard, shards, found["split"]
    )


class PartName(NamedTuple):
    """Hold the parts of the name of a published file: its table, its split and its number."""

    table: str
    split: str
    number: int

    def __str__(self) -> str:
        """Return the name of the file."""
        return f"{self.table}-{self.split}-{self.number:04}.parquet"


def part_of(name: str) -> PartName | None:
    """Parse the name of a part of a published table; return None for other names."""
    found = _PART.fullmatch(name)
    return PartName(found["table"], found["split"], int(found["number"])) if found else None


def is_beside_tables(name: str) -> bool:
    """Return whether publishing writes a file or folder with this name beside the records' tables."""
    return bool(_BESIDE.fullmatch(name))


def is_record_name(path: Path) -> bool:
    """Return whether a file is read if the user names it, by its name only."""
    return path.suffix.lower() in DOCUMENT_ENDINGS or table_name(path) is not None


def format_ending(path: Path) -> str:
    """Return the ending that names a file's format, in lower case, without a compression's."""
    name = path.with_suffix("") if packing(path) else path
    return name.suffix.lower()


def has_record_ending(path: Path) -> bool:
    """Return whether a file has the ending of a record file, perhaps before that of a backup."""
    return bool(_ENDINGS.fullmatch("".join(path.suffixes[-2:])) or _ENDINGS.fullmatch(path.suffix))


def is_document_place(path: Path) -> bool:
    """Return whether a path has the form of a document's: ``articles/YYYY/ID.yaml``."""
    return bool(_DOCUMENT_PLACE.search(os.path.abspath(path)))  # noqa: PTH100  # quicker
