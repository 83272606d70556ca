"""Say what the records and findings of a document depend on: its content, and a text beside it."""

from __future__ import annotations

from typing import Any

from onrecord.files import texts
from onrecord.files.opening import File
from onrecord.validation.cache_key import Key


class DocumentKeys:
    """Compute the cache keys of documents.

    Args:
        key: The digests of the current files.
    """

    def __init__(self, key: Key) -> None:
        self._key = key
        # The facts about texts by their paths, whose case some file systems ignore.
        self._texts: dict[str, list[Any]] = {}
        for path, fact in key.files.items():
            if path.lower().endswith(".txt"):
                self._texts.setdefault(path.lower(), []).append(fact[1:])

    def of(self, file: File) -> str | None:
        """Return what a document depends on, except for a text beside it; None if that is unknown."""
        found = self._key.content_of(file.name)
        name = file.name.rpartition("/")[2]
        return found and "\n".join((found, file.split or "", file.text_format, name))

    def beside(self, file: File, article: str) -> str | None:
        """Return the digest of the file that may contain the text of an article; None without one."""
        if not self._texts:
            return None
        found = self._texts.get(texts.beside(file.path, article).as_posix().lower())
        return repr(found) if found else None
