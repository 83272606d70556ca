"""Walk folders: each is entered once, hidden ones and sites never, links only if they stay inside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from onrecord.errors import InputError
from onrecord.files.containment import Boundary
from onrecord.readers.naming import SITE

# The most bytes of a path that a link leads to.
_LONGEST_LINK = 1024


class Folder(NamedTuple):
    """Name a folder and the files directly in it."""

    path: Path
    names: list[str]


class Link(NamedTuple):
    """Describe a link to a folder that is not followed.

    Attributes:
        path: The link.
        problem: Why it is not followed.
        leads_out: Whether it leads out of the boundary, so that records may be left out.
    """

    path: Path
    problem: str
    leads_out: bool


def walk(root: Path, boundary: Boundary) -> Iterator[Folder | Link]:
    """Walk a folder and its subfolders, then the folders that links in them point to.

    A link to a folder is followed if its target is within the boundary. No folder is entered twice,
    and none that contains the root.

    Raises:
        InputError: A folder cannot be read.
    """
    entered: set[Path] = set()
    links: list[Path] = []
    yield from _walk_one(root, entered, links)
    while links:
        link = links.pop(0)
        target = Path(os.path.realpath(link))
        if target in entered:
            continue
        if any(target in folder.parents for folder in entered):
            yield Link(link, "it is a link to a folder that contains it", leads_out=False)
        elif not boundary.contains(link):
            outside = ", ".join(map(str, boundary.folders or ()))
            yield Link(link, f"it is a link that leads out of {outside}", leads_out=True)
        else:
            yield from _walk_one(link, entered, links)


def is_link_in_words(path: Path) -> bool:
    """Return whether a file holds the path of a folder, as git writes links where none exist."""
    try:
        if not path.is_file() or path.stat().st_size > _LONGEST_LINK:
            return False
        target = path.read_text(encoding="utf-8")
        if "/" not in target or not target.isprintable():
            return False
        return target.startswith(("../", "./")) or (path.parent / target).is_dir()
    except (OSError, ValueError):
        return False


def _walk_one(root: Path, entered: set[Path], links: list[Path]) -> Iterator[Folder]:
    """Walk a folder, and collect the links to folders in it."""

    def fail(error: OSError) -> None:
        raise InputError(f"{error.filename}: {error.strerror}")

    for parent, folders, names in os.walk(root, onerror=fail):
        real = Path(os.path.realpath(parent))
        if real in entered:
            folders.clear()
            continue
        entered.add(real)
        if SITE in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links += [Path(parent, name) for name in folders if Path(parent, name).is_symlink()]
        yield Folder(Path(parent), sorted(names))
