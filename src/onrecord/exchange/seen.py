"""Record which items and articles an import has already seen."""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO

from onrecord.files import scratch

if TYPE_CHECKING:
    from onrecord.exchange.digests import Digests

# How many names and articles are in memory; of the others there are digests, and temporary files.
_NAMES = 2**17
_ARTICLES = 2**16
# Bytes of articles that are read at once.
_BLOCK = 2**20


class SeenItems:
    """Remember the articles and items that an import has seen; many are in temporary files."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._more_names: Digests | None = None
        self._articles: dict[str, str] = {}
        self._more_articles: _ArticleFile | None = None

    def are_new(self, names: Collection[str]) -> bool:
        """Return whether all names are new and differ, and record them only then."""
        found = set(names)
        if len(found) < len(names) or not self._names.isdisjoint(found):
            return False
        if self._more_names and any(self._more_names.find(list(found))):
            return False
        self._names |= found
        if len(self._names) > _NAMES:
            if self._more_names is None:
                self._more_names = _digests()
            self._more_names.add(list(self._names))
            self._names.clear()
        return True

    def is_new(self, name: str) -> bool:
        """Record a name; return whether it is new."""
        return self.are_new((name,))

    def seen_before(self, record: str, key: str | None) -> str | None:
        """Record the id of an item's record and its key; return the first that occurred before."""
        if not self.is_new(record):
            return record
        return key if key and not self.is_new(as_name(key)) else None

    def article(self, article_id: str) -> str | None:
        """Return the line of JSON that was kept for an article; None if it is new."""
        return self.known([article_id]).get(article_id)

    def known(self, article_ids: Collection[str]) -> dict[str, str]:
        """Return the lines of JSON that were kept for those articles that are not new."""
        found = {one: self._articles[one] for one in article_ids if one in self._articles}
        if self._more_articles:
            found |= self._more_articles.find([one for one in article_ids if one not in found])
        return found

    def keep_article(self, article_id: str, line: str) -> None:
        """Keep an article as a line of JSON, instead of what was kept before."""
        in_memory = article_id in self._articles
        if in_memory or not (self._more_articles and self._more_articles.replace(article_id, line)):
            self.add_articles({article_id: line})

    def add_articles(self, lines: Mapping[str, str]) -> None:
        """Keep new articles as lines of JSON."""
        self._articles.update(lines)
        if len(self._articles) > _ARTICLES:
            if self._more_articles is None:
                self._more_articles = _ArticleFile()
            self._more_articles.add(self._articles)
            self._articles.clear()

    def articles(self) -> Iterator[str]:
        """Yield the lines of the articles, in the order in which they were first seen."""
        if self._more_articles:
            yield from self._more_articles
        yield from self._articles.values()

    def close(self) -> None:
        """Remove the temporary files."""
        if self._more_articles:
            self._more_articles.close()


class _ArticleFile:
    """Keep lines of articles in a temporary file.

    Before each line, there is its length, and the place of the line that replaces it, if there is one.
    """

    _HEAD = struct.Struct("<qI")
    # Instead of a place: the line is not replaced; it replaces another one.
    _LAST, _LATER = -1, -2

    @scratch.room()
    def __init__(self) -> None:
        self._places = _digests()
        self._file: BinaryIO = tempfile.TemporaryFile(dir=scratch.folder())  # noqa: SIM115  # see close

    @scratch.room()
    def add(self, lines: Mapping[str, str]) -> None:
        """Add new articles."""
        encoded = [line.encode() for line in lines.values()]
        sizes = [self._HEAD.size + len(data) for data in encoded]
        places = list(accumulate(sizes, initial=self._file.seek(0, os.SEEK_END)))
        self._file.writelines(self._HEAD.pack(self._LAST, len(one)) + one for one in encoded)
        self._file.flush()
        self._places.add(list(lines), places[:-1])

    def find(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Return the lines of those articles that are there."""
        found = {}
        for index, place in self._places.find(article_ids):
            after, line = self._read(place)
            found[article_ids[index]] = line if after < 0 else self._read(after)[1]
        return found

    @scratch.room()
    def replace(self, article_id: str, line: str) -> bool:
        """Replace the line of an article; return whether it is there."""
        for _, place in self._places.find([article_id]):
            length = len(self._read(place)[1].encode())
            after, data = self._file.seek(0, os.SEEK_END), line.encode()
            self._file.write(self._HEAD.pack(self._LATER, len(data)) + data)
            self._file.seek(place)
            self._file.write(self._HEAD.pack(after, length))
            self._file.flush()
            return True
        return False

    def __iter__(self) -> Iterator[str]:
        rest, place = b"", 0
        while data := self._at(place):
            place += len(data)
            data = rest + data
            begin = 0
            while (first := begin + self._HEAD.size) <= len(data):
                after, length = self._HEAD.unpack_from(data, begin)
                if first + length > len(data):
                    break
                begin = first + length
                if after == self._LAST:
                    yield data[first:begin].decode()
                elif after != self._LATER:
                    yield self._read(after)[1]
            rest = data[begin:]

    def _at(self, place: int) -> bytes:
        self._file.seek(place)
        return self._file.read(_BLOCK)

    def _read(self, place: int) -> tuple[int, str]:
        """Return the place of the line that replaces the one at a place, and that one."""
        self._file.seek(place)
        after, length = self._HEAD.unpack(self._file.read(self._HEAD.size))
        return after, self._file.read(length).decode()

    def close(self) -> None:
        """Remove the file."""
        with suppress(OSError):  # there is no room for its last lines
            self._file.close()


def _digests() -> Digests:
    # NumPy is not loaded for few items.
    from onrecord.exchange.digests import Digests

    return Digests()


def as_name(key: str) -> str:
    """Return a key as it is recorded; the names of records do not begin with a space."""
    return f" {key}"
