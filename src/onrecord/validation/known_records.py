"""Store what was read of documents in the cache, in blocks, so that it need not be parsed again.

A block counts if it was read with the same program and options from the same files, with the same
texts beside them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from onrecord.corpus.corpus import Corpus, CorpusPart
from onrecord.corpus.document_batches import Paths
from onrecord.corpus.spill import Stored, read_stored
from onrecord.files.opening import File
from onrecord.readers.bulk.blocks import Numbers
from onrecord.readers.models.records import UnreadableRecord
from onrecord.readers.options import ReadOptions
from onrecord.schema import RecordType
from onrecord.validation.cache import BYTES, RECORDS, Cache
from onrecord.validation.cache_key import Contents, DocumentKeys, Key, around, digest_of
from onrecord.validation.stored_reports import finding_from_json, finding_to_json

# What a digest begins with; another number for another form of what is stored.
_FORM = "records 1"
# Bytes of a number that says how long what follows is.
_LENGTH = 8


class KnownRecords:
    """Load and store the parsed records of documents in the cache.

    Args:
        cache: The cache.
        options: How they are read.
        key: The digests of what there is now.
    """

    def __init__(self, cache: Cache, options: ReadOptions, key: Key) -> None:
        self._cache = cache
        self._facts = digest_of((_FORM, around(None, options, Contents())))
        self._keys = DocumentKeys(key)
        # What was read, with the corpora whose files of records these are.
        self._read: list[tuple[str, Sequence[File], CorpusPart, Corpus]] = []
        self._size = 0

    def load(self, files: Sequence[File], paths: Paths) -> CorpusPart | None:
        """Return what was read of a block of documents, and write its records; None if unknown."""
        entry = self._entry(files)
        data = self._cache.load_bytes(entry, RECORDS) if entry else None
        if data is None:
            return None
        at = _LENGTH + int.from_bytes(data[:_LENGTH])
        beside, findings, broken, tables = json.loads(bytes(data[_LENGTH:at]))
        if beside != self._beside(files, [(number, article) for number, article, _ in beside]):
            return None
        found: dict[RecordType, Any] = {}
        for name, segments, lengths, nbytes, stated, size in tables:
            paths[name].write_bytes(data[at : at + size])
            at += size
            numbers = [(number, _numbers(some)) for number, some in segments]
            splits = pa.array(stated or [None] * sum(lengths), pa.string())
            found[name] = numbers, Stored(paths[name], lengths, nbytes), splits
        return CorpusPart(
            [finding_from_json(one) for one in findings],
            [UnreadableRecord(*one) for one in broken],
            found,
        )

    def add(self, files: Sequence[File], part: CorpusPart, corpus: Corpus) -> None:
        """Take what was read of a block, to be stored by `keep`."""
        self._size += sum(stored.path.stat().st_size for _, stored, _ in part.tables.values())
        # With more than there is room for, each run would remove what the next one reads first.
        if self._size <= BYTES // 2 and (entry := self._entry(files)):
            self._read.append((entry, files, part, corpus))

    def keep(self) -> None:
        """Store what was read."""
        for entry, files, part, _ in self._read:
            if (content := self._content(files, part)) is not None:
                self._cache.store_bytes(entry, content, RECORDS)
        self._read.clear()

    def _entry(self, files: Sequence[File]) -> str | None:
        """Return the name of the entry of a block; None if a document's content is unknown."""
        keys = [(self._keys.of(file), file.name, file.path.as_posix()) for file in files]
        if not all(key for key, _, _ in keys):
            return None
        boundaries = {id(file.boundary): file.boundary for file in files}
        return digest_of((self._facts, sorted(map(repr, boundaries.values())), keys))

    def _beside(
        self, files: Sequence[File], articles: Sequence[tuple[int, str]]
    ) -> list[list[Any]]:
        """Return the digests of the files that may contain the texts of articles.

        Args:
            files: The documents.
            articles: The numbers of documents, and the ids of their articles.
        """
        return [
            [number, article, self._keys.beside(files[number], article)]
            for number, article in articles
        ]

    def _content(self, files: Sequence[File], part: CorpusPart) -> bytes | None:
        """Return what was read as bytes; None if its findings cannot be restored exactly."""
        findings = json.dumps([finding_to_json(one) for one in part.findings], default=repr)
        again = tuple(map(finding_from_json, json.loads(findings)))
        if any(
            (one, one.excerpt, one.suggestion) != (two, two.excerpt, two.suggestion)
            for one, two in zip(part.findings, again, strict=True)
        ):
            return None
        articles, tables, contents = [], [], []
        for name, (segments, stored, stated) in part.tables.items():
            data = stored.path.read_bytes()
            contents.append(data)
            if name == "article":
                ids = read_stored([stored.path]).table(["id"])["id"].to_pylist()
                numbers = [at for at, some in segments for _ in some]
                articles = [*zip(numbers, ids, strict=True)]
            places = [(at, _compact(numbers)) for at, numbers in segments]
            splits = stated.to_pylist() if stated.null_count < len(stated) else None
            tables.append((name, places, list(stored.lengths), stored.nbytes, splits, len(data)))
        broken = [(one.record_type, one.id) for one in part.broken]
        head = json.dumps(
            [self._beside(files, articles), json.loads(findings), broken, tables]
        ).encode()
        return b"".join([len(head).to_bytes(_LENGTH), head, *contents])


def _compact(numbers: Sequence[int] | Numbers) -> int | list[int]:
    """Return numbers as a JSON value: how many there are if they are all from 0 on."""
    listed = [int(one) for one in numbers]
    return len(listed) if listed == [*range(len(listed))] else listed


def _numbers(value: int | list[int]) -> Sequence[int]:
    return range(value) if isinstance(value, int) else value
