"""Wait for changes of files, so that they are validated again while people edit them.

Files are polled, which works on every file system, including network drives and containers.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from onrecord.errors import InputError
from onrecord.files.containment import Boundary
from onrecord.files.opening import absolute
from onrecord.readers.folders import Link, walk
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.readers.naming import has_record_ending
from onrecord.validation.settings_files import PROJECT

# Seconds between two looks.
INTERVAL = 0.5

# What tells that a file has changed: when it was written last, its size, and which file it is.
_State = Mapping[Path, tuple[int, int, int]]


def changes(paths: Sequence[Path], interval: float = INTERVAL) -> Iterator[None]:
    """Yield at once, and then whenever files have changed and no further change follows.

    Watched are the files of records, texts and settings in folders, all files that are named, and
    the settings above them.

    Args:
        paths: Files, and folders of them. They need not exist yet.
        interval: Seconds between two polls.
    """
    seen = _state(paths)
    yield
    while True:
        time.sleep(interval)
        if (now := _state(paths)) == seen:
            continue
        # Whoever writes is given time to end.
        while now != seen:
            seen = now
            time.sleep(interval)
            now = _state(paths)
        yield


def _state(paths: Iterable[Path]) -> _State:
    found = {}
    for file in {file for path in paths for file in _files(path)}:
        try:
            about = file.stat()
        except OSError:
            continue  # it has gone since
        found[file] = (about.st_mtime_ns, about.st_size, about.st_ino)
    return found


def _files(path: Path) -> Iterator[Path]:
    """Yield the files to watch for a path."""
    whole = absolute(path)
    if not whole.is_dir():
        yield whole
    for folder in (*whole.parents, Path.cwd()):
        yield from (folder / CORPUS, folder / PROJECT)
    try:
        for part in walk(whole, Boundary.around([whole])) if whole.is_dir() else ():
            if isinstance(part, Link):
                yield part.path
            else:
                yield from (part.path / name for name in part.names if _matters(name))
    except InputError:
        return  # a folder that cannot be read is reported when it is validated


def _matters(name: str) -> bool:
    """Return whether a file may hold records, a text or settings."""
    return has_record_ending(Path(name)) or name == PROJECT or name.lower().endswith(".txt")
