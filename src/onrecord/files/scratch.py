"""Manage temporary files, including those left by killed processes.

Each process has a folder of its own in the temporary folder of the system. It contains a journal
that is locked while the process lives, and that lists temporary files elsewhere, such as beside the
files that they will replace. A folder whose journal is not locked belongs to a killed process. It
is removed together with the files that its journal lists, if they have a name that only this module
gives.
"""

from __future__ import annotations

import atexit
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from onrecord.errors import OnrecordError

_FOLDER = re.compile(r"onrecord-[a-z0-9_]{8}")
# The names of what is listed: of ``beside`` here, of folders in which publications are built, and of
# those that Python makes for the sockets of processes.
_LISTED = re.compile(r"\.[0-9a-f]{16}\.onrecord|\.publish-[a-z0-9_]{8}|pymp-[a-z0-9_]{8}")
_JOURNAL = "journal"
# A journal is read up to this size.
_LONGEST = 64 * 2**20


class _Process:
    """Manage the temporary files of this process.

    Args:
        shared: A folder of another process to use, which removes it.
    """

    def __init__(self, shared: Path | None = None) -> None:
        self.pid = os.getpid()
        self.folder, self._journal = _made() if shared is None else (shared, -1)
        self._listed: set[Path] = set()
        self._lock = Lock()
        if shared is None:
            atexit.register(self.close)

    def add(self, path: Path) -> None:
        with self._lock, suppress(OSError):  # without room for it, the rest works
            self._listed.add(path)
            os.write(self._journal, os.fsencode(path) + b"\0")

    def drop(self, path: Path) -> None:
        with self._lock, suppress(OSError):
            self._listed.discard(path)
            if not self._listed:
                os.ftruncate(self._journal, 0)
                os.lseek(self._journal, 0, os.SEEK_SET)

    def close(self) -> None:
        if self.pid != os.getpid():  # a process that was forked from it
            return
        if sys.platform == "win32":
            os.close(self._journal)
        shutil.rmtree(self.folder, ignore_errors=True)


_current: list[_Process] = []
_making = Lock()


def _process() -> _Process:
    with _making:
        if not _current or _current[0].pid != os.getpid() or not _current[0].folder.is_dir():
            _current.clear()
            _current.append(_Process())
        return _current[0]


def share(folder: Path) -> None:
    """Use the folder for temporary files of the process that started this one."""
    with _making:
        _current[:] = [_Process(folder)]


def folder() -> Path:
    """Return the folder for temporary files of this process; it is removed when the process ends."""
    return _process().folder


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Yield a free path for a temporary file or folder beside another one; remove it afterwards.

    To keep what is created at the path, rename it.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.onrecord")
    with listed(temporary):
        try:
            yield temporary
        finally:
            _remove(temporary)


@contextmanager
def listed(path: Path) -> Iterator[None]:
    """List a temporary file or folder in the journal while the context is active.

    If this process is killed meanwhile, the next one removes the file.
    """
    try:
        process = _process()
    except OSError:  # there is no folder for temporary files
        yield
        return
    path = Path(os.path.abspath(path))  # noqa: PTH100  # by which links it is reached stays
    process.add(path)
    try:
        yield
    finally:
        process.drop(path)


def sweep() -> None:
    """Remove the temporary files of killed processes of this user."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            with suppress(OSError):
                if _FOLDER.fullmatch(entry.name) and _is_own_folder(entry.path):
                    _sweep(Path(entry.path))


def _sweep(left: Path) -> None:
    try:
        journal = os.open(left / _JOURNAL, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        left.rmdir()  # killed before it had a journal; only an empty folder is removed
        return
    try:
        if not stat.S_ISREG(os.fstat(journal).st_mode) or not _locked(journal, wait=False):
            return
        paths = os.read(journal, _LONGEST).split(b"\0")[:-1]
        if sys.platform == "win32":
            os.close(journal)
            journal = -1
            (left / _JOURNAL).unlink()  # fails while the process is running, which has it open
        for path in map(Path, map(os.fsdecode, paths)):
            if _LISTED.fullmatch(path.name):
                _remove(path)
        shutil.rmtree(left)
    finally:
        if journal >= 0:
            os.close(journal)


def _made() -> tuple[Path, int]:
    """Create a folder with a locked journal; return it with the journal's file descriptor."""
    while True:
        made = Path(tempfile.mkdtemp(prefix="onrecord-"))
        try:
            journal = os.open(made / _JOURNAL, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except FileNotFoundError:
            continue  # another process took it for one that was left
        _locked(journal, wait=True)
        if (made / _JOURNAL).exists():
            return made, journal
        os.close(journal)


def _locked(journal: int, *, wait: bool) -> bool:
    """Lock a journal; return whether that succeeded."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(journal, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False  # a running process has it, or the file system has no locks
    return True


def _is_own_folder(path: str) -> bool:
    """Return whether a path is a folder, not a link, that only this user can access."""
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode):
        return False
    return sys.platform == "win32" or (found.st_uid == os.geteuid() and not found.st_mode & 0o077)


def _remove(path: Path) -> None:
    with suppress(OSError, ValueError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextmanager
def room() -> Iterator[None]:
    """Report that temporary files cannot be written as an error for users.

    Raises:
        OnrecordError: There is no room on the disk, for example.
    """
    try:
        yield
    except OSError as error:
        folder = _current[0].folder.parent if _current else tempfile.gettempdir()
        raise OnrecordError(
            f"could not go on: {error.strerror or error}; temporary files are in {folder}, "
            "the variable TMPDIR names another folder"
        ) from error
