"""Validate many documents at once on the fast path, as lines of flat records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onrecord.files.opening import File, Text, content, decode
from onrecord.files.texts import UnreadableTextError
from onrecord.readers.models.document import DocumentReader, text_beside
from onrecord.readers.models.records import Item, Rows, model_of
from onrecord.readers.options import ReadOptions
from onrecord.schema import CURRENT, RECORD_TYPES, RecordType
from onrecord.schema.flat import flatten_value

if TYPE_CHECKING:
    from onrecord.readers.bulk.fast_path import FastPathResult

# Documents that are validated at once: no more than this, and hardly more bytes than this.
_MOST = 1024
_SIZE = 4 * 2**20
# Fewer documents are validated sooner one by one.
_LEAST = 16

# The lines of the records of a document, by their type, as indices.
_Lines = dict[RecordType, range]


def read_documents(
    files: Iterable[File], reader: DocumentReader, options: ReadOptions
) -> Iterator[tuple[File, Iterator[Item]]]:
    """Yield documents in one syntax with their records and findings, as the reader yields them.

    Raises:
        InputError: A file cannot be read.
    """
    for texts in _chunks(files):
        if len(texts) < _LEAST or options.validate_all:
            yield from ((text.file, reader.read_text(text, options)) for text in texts)
            continue
        chunk = _Chunk()
        lines = [chunk.add(text, reader) for text in texts]
        chunk.decide()
        for text, own in zip(texts, lines, strict=True):
            items = chunk.rows(text.file, own) if own else None
            yield text.file, reader.read_text(text, options) if items is None else iter(items)


def _chunks(files: Iterable[File]) -> Iterator[list[Text]]:
    """Yield the texts of files, as many as are validated at once."""
    texts: list[Text] = []
    size = 0
    for file in files:
        data = content(file)
        texts.append(decode(file, data))
        size += len(data)
        if size > _SIZE or len(texts) == _MOST:
            yield texts
            texts, size = [], 0
    if texts:
        yield texts


@dataclass(slots=True)
class _Chunk:
    """Hold the records of some documents as lines of JSON, and which are certainly valid."""

    _lines: dict[RecordType, list[bytes]] = field(
        default_factory=lambda: {one: [] for one in RECORD_TYPES}
    )
    _results: dict[RecordType, FastPathResult] = field(default_factory=dict)

    def add(self, text: Text, reader: DocumentReader) -> _Lines | None:
        """Add the records of a document; return their lines, or None if it may have problems."""
        value = None if text.problems else reader.load(text.text)
        if not isinstance(value, dict):
            return None
        try:
            records = flatten_value(value)
            (article,) = records["article"]
            if article.get("text") is None:
                stated = article.get("text_sha256")
                beside = [*text_beside(text.file, {"text_sha256": stated, "id": article["id"]})]
                if beside:
                    (article["text"],) = beside
            found = {one: [_ENCODE(row).encode() for row in records[one]] for one in RECORD_TYPES}
        except (ValueError, TypeError, UnreadableTextError):
            # A TypeError is that of encoding a finding about the text beside the document.
            return None
        first = {one: len(lines) for one, lines in self._lines.items()}
        for one, more in found.items():
            self._lines[one] += more
        return {one: range(first[one], first[one] + len(more)) for one, more in found.items()}

    def decide(self) -> None:
        """Decide which records are valid."""
        from onrecord.readers.bulk.blocks import Block
        from onrecord.readers.bulk.fast_path import FastPath
        from onrecord.readers.bulk.predicate_compiler import predicates_for

        for one, lines in self._lines.items():
            if lines:
                decide = FastPath(predicates_for(model_of(CURRENT, one)))
                self._results[one] = decide(Block(b"\n".join(lines), 0))

    def rows(self, file: File, lines: _Lines) -> list[Item] | None:
        """Return the records of a document; None if some of them may have problems."""
        found: list[Item] = []
        for one, own in lines.items():
            if own:
                first, end = self._results[one].numbers.searchsorted([own.start, own.stop])
                if end - first < len(own):
                    return None
                batch = self._results[one].batch.slice(int(first), len(own))
                found.append(Rows(one, file, batch, range(len(own))))
        return found


_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
