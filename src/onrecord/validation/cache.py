"""Keep reports, and what is known about documents, in the folder ``.onrecord_cache``.

A contribution may contain such a folder with forged entries. So each entry has an HMAC with a key of
the user that is outside of the checkout; an entry without a valid one does not count. There are no
locks: entries are written completely or not at all, and removing the folder is safe at any time.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.errors import InputError
from onrecord.files.atomic import replace_file
from onrecord.files.containment import Boundary
from onrecord.files.opening import absolute

FOLDER = ".onrecord_cache"
# The file beside which the folder is, and that can contain settings.
PROJECT = "pyproject.toml"
# The key of the user, for runners of CI; if it is empty, there is no cache.
VARIABLE = "ONRECORD_CACHE_KEY"

# The most entries of each kind, by their endings, and bytes of all of a kind together, that are kept;
# the ones used last.
REPORT, RECORDS = ".report", ".records"
ENTRIES = {REPORT: 50, RECORDS: 1000}
BYTES = 512 * 2**20

_SHORTEST_KEY = 32
_MARKS = {
    ".gitignore": b"*\n",
    "CACHEDIR.TAG": b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# This folder is a cache of onrecord. It can be deleted at any time.\n",
}


@dataclass(frozen=True, slots=True)
class Cache:
    """Store values in a folder, and load only those that the user's own key authenticates."""

    folder: Path
    secret: bytes

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Cache | None:
        """Return the cache for some paths; None if there is no key for it.

        It is beside the nearest ``pyproject.toml`` or in the nearest top of a git checkout, at or
        above the paths; otherwise in the current folder.
        """
        try:
            secret = _secret()
            common = Path(os.path.commonpath([absolute(path) for path in paths]))
            above = (one for one in (common, *common.parents) if _is_project(one))
            return cls(next(above, Path.cwd()) / FOLDER, secret) if secret else None
        except (OSError, ValueError):
            return None

    def load(self, key: str) -> Any:
        """Return the JSON value that was stored with a key; None as for `load_bytes`."""
        content = self.load_bytes(key)
        return None if content is None else json.loads(bytes(content))

    def load_bytes(self, key: str, kind: str = REPORT) -> memoryview | None:
        """Return the bytes stored with a key; None if there are none, or no authentic ones."""
        path = self.folder / f"{key}{kind}"
        try:
            data = _regular_file(path) if self._is_folder() else b""
        except OSError:
            return None
        end = max(data.find(b"\n"), 0)
        signature, content = data[:end], memoryview(data)[end + 1 :]
        if not hmac.compare_digest(signature, self._signature(key, content)):
            return None
        with suppress(OSError):
            os.utime(path)
        return content

    def store(self, key: str, value: Any) -> None:
        """Store a JSON value with a key, as `store_bytes` does."""
        self.store_bytes(key, json.dumps(value).encode())

    def store_bytes(self, key: str, content: bytes, kind: str = REPORT) -> None:
        """Store something with a key, and remove what has not been used for longest.

        Nothing happens if the folder cannot be written, is a link, or the content is too large.
        """
        if len(content) > BYTES // 2:
            return
        with suppress(OSError, InputError):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if not self._is_folder():
                return
            inside = Boundary((Path(os.path.realpath(self.folder)),))
            for name, mark in _MARKS.items():
                if not os.path.lexists(self.folder / name):
                    replace_file(self.folder / name, mark, inside, durable=False)
            entry = self._signature(key, content) + b"\n" + content
            replace_file(self.folder / f"{key}{kind}", entry, inside, durable=False)
            self._trim(kind)

    def _trim(self, kind: str) -> None:
        found = []
        with os.scandir(self.folder) as entries:
            for one in entries:
                if one.name.endswith(kind):
                    with suppress(OSError):  # another process has removed it
                        about = one.stat(follow_symlinks=False)
                        found.append((about.st_mtime_ns, about.st_size, one.path))
        total = 0
        for number, (_, size, path) in enumerate(sorted(found, reverse=True)):
            total += size
            if number >= ENTRIES[kind] or total > BYTES:
                with suppress(OSError):
                    Path(path).unlink()

    def _is_folder(self) -> bool:
        return stat.S_ISDIR(self.folder.lstat().st_mode)

    def _signature(self, key: str, content: bytes | memoryview) -> bytes:
        signed = hmac.new(self.secret, f"{key}\n".encode(), "sha256")
        signed.update(content)
        return signed.hexdigest().encode()


def _is_project(folder: Path) -> bool:
    return os.path.lexists(folder / ".git") or (folder / PROJECT).is_file()


def _regular_file(path: Path) -> bytes:
    """Read a file that is no link, and no pipe or device, and not too large for an entry."""
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, os.O_RDONLY | flags), "rb") as stream:
        about = os.fstat(stream.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > BYTES:
            return b""
        return stream.read()


def _secret() -> bytes | None:
    """Return the key of the user, which is created when it is first needed.

    Raises:
        OSError: It can be neither read nor created.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        return hashlib.sha256(os.fsencode(given)).digest() if given else None
    named = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(named if Path(named).is_absolute() else os.path.expanduser("~/.cache"))  # noqa: PTH111  # Path raises
    if not home.is_absolute():
        return None
    path = home / "onrecord" / "key"
    if not os.path.lexists(path):
        _create_key(path)
    about = path.lstat()
    if sys.platform != "win32" and (about.st_uid != os.geteuid() or about.st_mode & 0o077):
        return None  # others know it, or have written it
    key = _regular_file(path)
    return key if len(key) >= _SHORTEST_KEY else None


def _create_key(path: Path) -> None:
    """Write a new key, unless another process has just done so."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"key-{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as stream:
            stream.write(secrets.token_bytes(_SHORTEST_KEY))
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
