"""Use pages of an earlier site again, if what they show has not changed."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# When the site was written, and the number of the file in the file system.
_State = tuple[int, int]


class EarlierPages:
    """Use pages again that this process has built before into the same folder.

    Attributes:
        written: The number of pages that were not used again in the last site.
    """

    def __init__(self) -> None:
        self.written = 0
        self._digests: dict[str, bytes] = {}
        self._next: dict[str, bytes] = {}
        self._state: _State | None = None
        self._out: Path | None = None

    def begin(self, out: Path) -> None:
        """Begin to build a site that takes the place of the one in a folder."""
        if self._state is None or _state(out) != self._state:
            self._digests = {}
        self._out, self._next, self.written = out, {}, 0

    def noted(self) -> tuple[dict[str, bytes], int]:
        """Return the digests of pages since it was last asked, and how many were not used again."""
        noted = self._next, self.written
        self._next, self.written = {}, 0
        return noted

    def note(self, digests: Mapping[str, bytes], written: int) -> None:
        """Note pages that perhaps another process has written."""
        self._next.update(digests)
        self.written += written

    def end(self, out: Path) -> None:
        """Note that the site is built."""
        self._digests, self._next = self._next, {}
        self._state = _state(out)

    def put(self, path: str, target: Path, shows: Any, page: Callable[[], str]) -> None:
        """Write a page, or use the earlier one again.

        Args:
            path: Its path in the site.
            target: The file to write.
            shows: Everything that it depends on; values with the same ``repr`` are the same.
            page: Makes the page.
        """
        digest = hashlib.sha256(repr(shows).encode("utf-8", "surrogatepass")).digest()
        self._next[path] = digest
        if self._out and self._digests.get(path) == digest and _used(self._out / path, target):
            return
        target.write_text(page(), encoding="utf-8", newline="\n")
        self.written += 1


def _used(earlier: Path, target: Path) -> bool:
    """Use a file again: the same one where the file system can, or a copy."""
    target.unlink(missing_ok=True)  # of a process that was killed
    try:
        os.link(earlier, target)
    except OSError:
        try:
            shutil.copyfile(earlier, target)
        except OSError:
            return False
    return True


def _state(out: Path) -> _State | None:
    from onrecord.readers.naming import SITE  # not for processes that only write pages

    try:
        found = (out / SITE).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
