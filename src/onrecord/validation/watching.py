"""Report when files change, so that they are validated again while people work on them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from watchfiles import watch
from watchfiles.main import FileChange

from onrecord.errors import InputError
from onrecord.files.containment import Boundary
from onrecord.files.opening import absolute
from onrecord.readers.folders import Link, walk
from onrecord.readers.models.corpus import NAME as CORPUS
from onrecord.readers.naming import has_record_ending
from onrecord.validation.cache import PROJECT

# Milliseconds without an event after which a change is reported.
QUIET = 100

# When a file was last written, its size, and its number in the file system, which changes when
# another file takes its place; of a folder the number alone.
_State = dict[Path, tuple[int, ...]]


def changes(paths: Sequence[Path], quiet: int = QUIET) -> Iterator[None]:
    """Yield at once, and then whenever files have changed and are no longer being written.

    The files of records, texts and settings in folders are watched, all files that are named, and
    the settings above them.

    Args:
        paths: Files and folders; they may be created later.
        quiet: Milliseconds without an event after which a change is reported.

    Raises:
        InputError: The operating system does not watch so many folders.
    """
    seen = watched = happened = None
    while True:
        files, folders = _state(paths)
        if happened is None or folders != watched:
            watched, events = folders, _events(folders, quiet)
            happened = next(events, None)
            continue  # to see what changed before the folders were watched
        if files != seen:
            seen = files
            yield
        happened = set()
        while happened == set():
            happened = next(events, None)


def _events(folders: Iterable[Path], quiet: int) -> Iterator[set[FileChange]]:
    """Watch folders, without those in them, until one is deleted; yield an empty set for nothing."""
    try:
        yield from watch(
            *folders,
            watch_filter=None,
            step=quiet,
            rust_timeout=quiet,
            yield_on_timeout=True,
            recursive=False,
            ignore_permission_denied=True,
        )
    except FileNotFoundError:
        return
    except (OSError, RuntimeError) as error:
        raise InputError(
            f"the folders cannot be watched: {error}; with WATCHFILES_FORCE_POLLING=1 in the "
            "environment, they are read again and again instead"
        ) from None


def _state(paths: Iterable[Path]) -> tuple[_State, _State]:
    """Return the files that matter, and the folders that they are in or may appear in."""
    files: _State = {}
    folders: _State = {}
    for file in {file for path in paths for file in _files(path)}:
        with suppress(OSError):  # it is not there, or no longer
            about = file.stat()
            files[file] = (about.st_mtime_ns, about.st_size, about.st_ino)
        # What a link leads to changes elsewhere.
        for folder in {file.parent, Path(os.path.realpath(file)).parent} - folders.keys():
            with suppress(OSError):
                folders[folder] = (folder.stat().st_ino,)
    return files, folders


def _files(path: Path) -> Iterator[Path]:
    """Yield the files to watch for a path, settings also where there are none yet."""
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
                names = (name for name in part.names if _matters(name))
                yield from (part.path / name for name in (CORPUS, *names))
    except InputError:
        return  # a folder that cannot be read is reported when it is validated


def _matters(name: str) -> bool:
    """Return whether a file may hold records, a text or settings."""
    return has_record_ending(Path(name)) or name == PROJECT or name.lower().endswith(".txt")
