"""Prepare items in batches: the records of most are valid, and need no models.

Their records are written as lines of JSON once. Columns of these lines are tested as when a table is
read; only what the tests accept is prepared, and everything else is left to the models, which decide
alone. Preparing depends on nothing outside the batch, so that parts of an input can be prepared apart.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, NamedTuple

from onrecord.errors import InputError
from onrecord.exchange.base import (
    BulkImporter,
    ImportedArticle,
    Importer,
    ItemMapper,
    RawItems,
    gathered,
)
from onrecord.exchange.prepared import Prepared, PreparedEntry, has_controls, prepared
from onrecord.exchange.sources import file_adder
from onrecord.exchange.templates import Templates
from onrecord.files.opening import File, packing
from onrecord.readers.bulk.blocks import Block
from onrecord.readers.bulk.fast_path import FastPath
from onrecord.readers.bulk.predicate_compiler import predicates_for
from onrecord.schema import CURRENT, RecordType

# Items that are prepared at once; more are no faster.
MOST = 2**12
# Bytes of a file from which on other processes are worth their start; compressed ones count more.
LARGE = 2**25
PACKED = 4
# Fewer items are not worth it.
FEWEST = 8


class PreparedBatch(NamedTuple):
    """Hold items of a file, with the records of those that need no models.

    Attributes:
        sizes: The bytes of the file that were read for each.
        prepared: The records of each; None if models must decide.
        read: Returns the article of the item at a place.
    """

    sizes: Sequence[int]
    prepared: Sequence[Prepared | None]
    read: Callable[[int], ImportedArticle]


def prepared_batches(
    importer: Importer, file: File, prepare: Preparation | None, workers: int
) -> Iterator[PreparedBatch]:
    """Yield the items of a file in batches; nothing is prepared without a preparation.

    Items of a large file that can be mapped apart are mapped in several processes, after the first
    batch of them.
    """
    add = file_adder(file)
    if not isinstance(importer, BulkImporter):
        for articles in gathered(map(add, importer.read(file)), attrgetter("size")):
            ready = prepare.read(articles) if prepare else [None] * len(articles)
            yield PreparedBatch([one.size for one in articles], ready, articles.__getitem__)
        return
    reader = importer.reader(file)
    templates: Templates | None = None
    if workers > 1 and not _is_large(file):
        workers = 1
    each = _batches(reader.items())
    for batch in each:
        if prepare and templates is None and (mapper := reader.mapper()) is not None:
            templates = Templates(mapper, add, prepare.decided)
        ready = templates.prepared(batch.data) if templates else [None] * len(batch)
        yield PreparedBatch(batch.sizes, ready, partial(_read, add, batch))
        if templates and workers > 1:
            yield from _in_processes(each, (reader.mapper(), file), workers, add)


# Adds to an article what all items of a file have.
Add = Callable[[ImportedArticle], ImportedArticle]


def _read(add: Add, batch: RawItems, place: int) -> ImportedArticle:
    return add(batch.read(place))


def _is_large(file: File) -> bool:
    size = file.path.stat().st_size
    return size * (PACKED if packing(file.path) else 1) >= LARGE


def _in_processes(
    each: Iterator[RawItems], source: tuple[ItemMapper | None, File], workers: int, add: Add
) -> Iterator[PreparedBatch]:
    """Yield batches that are prepared in several processes."""
    from onrecord.files.workers import in_processes

    packed = pickle.dumps(source)
    waiting: deque[RawItems] = deque()
    failed: list[InputError] = []

    def all_data() -> Iterator[tuple[bytes, Sequence[Any]]]:
        try:
            for batch in each:
                waiting.append(batch)
                yield packed, batch.data
        except InputError as error:
            # What was read before comes first.
            failed.append(error)

    for found in in_processes(_prepared, all_data(), workers, preload=__name__):
        ready = [
            Prepared(one[0], one[1], [PreparedEntry(*entry) for entry in one[2]]) if one else None
            for one in found
        ]
        batch = waiting.popleft()
        yield PreparedBatch(batch.sizes, ready, partial(_read, add, batch))
    if failed:
        raise failed[0]


def _prepared(work: tuple[bytes, Sequence[Any]]) -> list[tuple[Any, ...] | None]:
    """Return the records of the data of items as plain values, which are sent faster."""
    packed, data = work
    prepared = _templates(packed).prepared(data)
    return [one and (one.id, one.article, list(map(tuple, one.entries))) for one in prepared]


@lru_cache(1)
def _templates(packed: bytes) -> Templates:
    """Return the templates for the items of a file, in this process."""
    mapper, file = pickle.loads(packed)  # noqa: S301  # from the process that started this one
    return Templates(mapper, file_adder(file), Preparation().decided)


def _batches(items: Iterable[RawItems]) -> Iterator[RawItems]:
    """Yield items in batches that are not too large."""
    for some in items:
        for start in range(0, len(some), MOST):
            yield some if len(some) <= MOST else some.part(start, start + MOST)


class Preparation:
    """Prepare the records of items in batches, and decide which of them need models."""

    def __init__(self) -> None:
        types: tuple[RecordType, ...] = ("article", "quote", "claim")
        self._fast_paths = {one: FastPath(predicates_for(CURRENT.models[one])) for one in types}

    def read(self, batch: Sequence[ImportedArticle]) -> list[Prepared | None]:
        """Return the records of each article; None if models must decide."""
        if len(batch) < FEWEST:
            return [None] * len(batch)
        return self.decided(list(map(prepared, batch)))

    def decided(self, found: list[Prepared | None]) -> list[Prepared | None]:
        """Replace records that are not certainly valid by None."""
        lines: dict[RecordType, list[str]] = {one: [] for one in self._fast_paths}
        owners: dict[RecordType, list[int]] = {one: [] for one in self._fast_paths}
        for number, one in enumerate(found):
            if one is not None:
                lines["article"].append(one.article)
                owners["article"].append(number)
                for entry in one.entries:
                    lines[entry.kind].append(entry.line)
                    owners[entry.kind].append(number)
        for record_type, of_type in lines.items():
            for index in self._undecided(record_type, of_type):
                found[owners[record_type][index]] = None
        return found

    def _undecided(self, record_type: RecordType, lines: list[str]) -> Iterable[int]:
        """Return the indices of lines whose records are not certainly valid."""
        if not lines:
            return ()
        try:
            data = "\n".join(lines).encode()
        except UnicodeEncodeError:
            return range(len(lines))
        undecided: list[int] = self._fast_paths[record_type](Block(data, 0)).undecided.tolist()
        if has_controls(data):
            each = enumerate(lines)
            undecided += [index for index, line in each if has_controls(line.encode())]
        return undecided
