"""Decide by their names what the files in a folder are, on this machine or at an address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import NamedTuple

from onrecord.files.opening import PACKINGS
from onrecord.findings import Finding, Place
from onrecord.readers import naming
from onrecord.readers.folders import Folder
from onrecord.readers.publications import is_publication
from onrecord.rules import reading


class Unread(NamedTuple):
    """Describe a file that may hold records but is not read.

    Attributes:
        path: The file.
        problem: What is wrong with it.
        advice: What to do.
    """

    path: Path
    problem: str
    advice: str

    def finding(self, name: str) -> Finding:
        """Return the finding that says it, given the name of the file."""
        facts = {"problem": self.problem, "advice": self.advice}
        return reading.NotRead.finding(Place(name), facts)


@dataclass(slots=True)
class Listing:
    """Sort the files in a folder by what their names say.

    Attributes:
        published: Whether the folder is that of the tables of a publication.
        about: The file corpus.yaml, if there is one.
        tables: Tables.
        documents: Files with the ending of a document, which may hold records.
        others: Files whose names are not those of record files.
        foreign: Files with the ending of a record file in a publication that are no part of it.
        unread: What may hold records, and cannot be read.
    """

    published: bool
    about: list[Path] = field(default_factory=list)
    tables: list[Path] = field(default_factory=list)
    documents: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    foreign: list[Path] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def listing(folder: Folder) -> Listing:
    """Sort the files in a folder."""
    published, beside = is_publication(folder), naming.is_beside_tables
    found = Listing(published)
    if naming.table_name(folder.path):
        what = "it is a folder, and is named like a file"
        found.unread.append(Unread(folder.path, what, "rename it"))
    for name in folder.names:
        path = folder.path / name
        if name == naming.CORPUS:
            found.about.append(path)
        elif naming.table_name(path):
            found.tables.append(path)
        elif name.startswith(".") or not naming.is_record_name(path):
            if not published:
                found.others.append(path)
            elif naming.has_record_ending(path) and not beside(name):
                found.foreign.append(path)
        else:
            found.documents.append(path)
    if published and found.tables:
        found.documents = [path for path in found.documents if not beside(path.name)]
    if not published:
        found.unread += _missing_shards(found.tables)
    return found


def not_unpacked(path: Path) -> Unread | None:
    """Return why a table cannot be unpacked; None if it can, or is not packed."""
    table = naming.table_name(path)
    if not table or not table.unreadable:
        return None
    how = f"unpack it to {path.stem}"
    if table.ending in naming.PACKABLE:
        packings = f"{', '.join(PACKINGS[:-1])} and {PACKINGS[-1]}"
        how += f", or pack that in another way: {packings} are read"
    return Unread(path, f"files that end in {table.unreadable} are not unpacked", how)


def _missing_shards(tables: Iterable[Path]) -> Iterator[Unread]:
    """Yield the first missing part of each table of which only some parts exist."""
    found: dict[tuple[str, int], dict[int, Path]] = {}
    for path in tables:
        name = naming.table_name(path)
        if name and name.shard is not None and name.shards:
            found.setdefault((name.record_type, name.shards), {})[name.shard] = path
    for (_, number), parts in found.items():
        first = 1 if number in parts and 0 not in parts else 0  # counted from 0, or else from 1
        missing = number - sum(first <= shard < first + number for shard in parts)
        if missing:
            shard = next(one for one in count(first) if one not in parts)
            path = next(iter(parts.values()))
            old = re.search(r"-(\d+)-of-", path.name)
            new = f"-{shard:0{len(old[1])}}-of-" if old else ""
            lost = path.with_name(path.name.replace(old[0], new, 1)) if old else path
            problem = f"{missing} of the {number} parts of the table are not there, this one first"
            yield Unread(lost, problem, "put all parts into the folder")
