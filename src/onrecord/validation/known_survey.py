"""Keep which files were found, so that of many documents only those that have changed are opened.

Which files hold records depends on the names of all files, and on the contents of some. What is
stored was found with the same names, and with the same contents of all files that are not
documents. A document that has changed since must still look like one. If there are other names, files
are found again, and those with a content that is known are not opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from onrecord.corpus.reading import survey
from onrecord.files.containment import Boundary
from onrecord.files.opening import File
from onrecord.findings import IgnoredFile
from onrecord.readers.discovery import Survey, is_record_document
from onrecord.readers.formats import open_reader
from onrecord.readers.models.document import DocumentReader
from onrecord.readers.naming import DOCUMENT_ENDINGS, is_document_place
from onrecord.readers.options import ReadOptions
from onrecord.validation.cache import Cache
from onrecord.validation.cache_key import Key, digest_of

# What a digest begins with; another number for another form of what is stored.
_FORM = "survey 2"


class KnownSurvey:
    """Find the files at some paths, and open only those that the cache does not know.

    Args:
        cache: The cache.
        key: The digests of what there is now.

    Attributes:
        is_new: Whether names, or files that are not documents, have changed.
    """

    def __init__(self, cache: Cache, key: Key) -> None:
        self._cache = cache
        self._key = key
        self._entry = digest_of((_FORM, key.origin))
        self._stored = cache.load(self._entry) or {"names": None, "files": []}
        self.is_new = False

    def survey(self, paths: Sequence[Path], options: ReadOptions) -> Survey:
        """Find the files at paths, as `reading.survey` does."""
        known = self._load(paths, options)
        self.is_new = known is None
        return known or survey(paths, options, self._is_known)

    @cached_property
    def _digests(self) -> set[str]:
        """Return the digests of all documents."""
        return {digest for _, _, _, digest in self._stored["files"] if digest}

    @cached_property
    def _with_keys(self) -> set[tuple[str, str]]:
        """Return the digests and endings of documents that were found by their keys."""
        return {
            (digest, Path(name).suffix)
            for name, _, _, digest in self._stored["files"]
            if digest and not is_document_place(Path(name))
        }

    def _is_known(self, file: File) -> bool:
        """Return whether the content of a file is that of a document."""
        digest = self._key.content_of(file.name)
        if is_document_place(file.path):
            return digest in self._digests
        return (digest, file.path.suffix) in self._with_keys

    def _load(self, paths: Sequence[Path], options: ReadOptions) -> Survey | None:
        """Return the files; None if they have to be found.

        Raises:
            InputError: A document cannot be read.
        """
        stored = self._stored
        if stored["names"] != self._key.names or any(
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
        found_now = {"names": self._key.names, "files": files, "ignored": ignored, "others": others}
        self._cache.store(self._entry, found_now)
