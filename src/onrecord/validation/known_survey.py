"""Keep which files were found, so that of many documents only those that have changed are opened.

Which files hold records depends on the names of all files, and on the contents of some. What is
stored was found with the same names, and with the same contents of all files that are not
documents. A document that has changed since must still look like one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from onrecord.files.containment import Boundary
from onrecord.findings import IgnoredFile
from onrecord.readers import File, ReadOptions, Survey, is_record_document, open_reader
from onrecord.readers.models.document import DocumentReader
from onrecord.readers.naming import DOCUMENT_ENDINGS
from onrecord.validation.cache import Cache
from onrecord.validation.cache_key import Key, digest_of

# What a digest begins with; another number for another form of what is stored.
_FORM = "survey 1"


class KnownSurvey:
    """The files at some paths, as far as the cache knows them.

    Args:
        cache: The cache.
        key: The digests of what there is now.
    """

    def __init__(self, cache: Cache, key: Key) -> None:
        self._cache = cache
        self._key = key
        self._entry = digest_of((_FORM, key.names))

    def load(self, paths: Sequence[Path], options: ReadOptions) -> Survey | None:
        """Return the files; None if they have to be found.

        Raises:
            InputError: A document cannot be read.
        """
        stored = self._cache.load(self._entry)
        if stored is None or any(
            self._key.content_of(path) != digest for path, digest in stored["others"].items()
        ):
            return None
        boundary = Boundary.around(paths, allow_outside=options.allow_outside)
        files, unclear = [], []
        for name, split, text_format, digest in stored["files"]:
            file = File(Path(name), name, split, boundary=boundary, text_format=text_format)
            changed = digest and self._key.content_of(name) != digest
            if changed and not is_record_document(file):
                return None
            files.append(file)
            if not digest:
                unclear.append(file)
        return Survey(files, [IgnoredFile(*one) for one in stored["ignored"]], unclear)

    def store(self, found: Survey) -> None:
        """Store what was found."""
        if any(file.unread or file.path.as_posix() != file.name for file in found.files):
            return
        unclear = {file.name for file in found.unclear}
        others = {
            path: digest
            for path in self._key.files
            if path.lower().endswith(DOCUMENT_ENDINGS) and (digest := self._key.content_of(path))
        }
        files = []
        for file in found.files:
            is_document = isinstance(open_reader(file), DocumentReader)
            digest = (
                others.pop(file.name, None) if is_document and file.name not in unclear else None
            )
            files.append((file.name, file.split, file.text_format, digest))
        ignored = [(one.file, one.reason) for one in found.ignored]
        self._cache.store(self._entry, {"files": files, "ignored": ignored, "others": others})
