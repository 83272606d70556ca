"""Record which items and articles an import has already seen."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator
from functools import lru_cache

# How many names and articles are in memory; the others are in a temporary file.
_NAMES = 2**19
_ARTICLES = 2**17

_STATEMENTS = (
    *("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF"),
    "PRAGMA cache_size = -65536",
    "CREATE TABLE names (digest BLOB PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE articles (digest BLOB UNIQUE, article TEXT)",
    "BEGIN",
)
# An article keeps its place if it is replaced.
_REPLACE = (
    "INSERT INTO articles VALUES (?, ?) "
    "ON CONFLICT (digest) DO UPDATE SET article = excluded.article"
)

# What is recorded of a name: itself, or its digest.
_Name = str | bytes


class SeenItems:
    """Remember the articles and items that an import has seen; many are in a temporary file.

    As long as nothing is in the file, names are in memory as they are, and later by their digests.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        for statement in _STATEMENTS:
            self._base.execute(statement)
        self._names: set[_Name] = set()
        self._articles: dict[_Name, str] = {}
        # Whether the file has names, and articles.
        self._more_names = self._more_articles = False

    def are_new(self, names: Collection[str]) -> bool:
        """Return whether all names are new and differ, and record them only then."""
        found: set[_Name] = set(map(_digest, names) if self._more_names else names)
        if len(found) < len(names) or not self._names.isdisjoint(found):
            return False
        if self._more_names and any(map(self._has, found)):
            return False
        self._names |= found
        if len(self._names) > _NAMES:
            self._flush_names()
        return True

    def is_new(self, name: str) -> bool:
        """Record a name; return whether it is new."""
        return self.are_new((name,))

    def seen_before(self, record: str, key: str | None) -> str | None:
        """Record the id of an item's record and its key; return the first that occurred before."""
        if not self.is_new(record):
            return record
        return key if key and not self.is_new(as_name(key)) else None

    def _has(self, digest: _Name) -> bool:
        select = "SELECT 1 FROM names WHERE digest = ?"
        return self._base.execute(select, (digest,)).fetchone() is not None

    def _flush_names(self) -> None:
        digests = (one if isinstance(one, bytes) else _digest(one) for one in self._names)
        rows = ((one,) for one in sorted(digests))
        self._base.executemany("INSERT INTO names VALUES (?)", rows)
        self._names.clear()
        self._more_names = True

    def article(self, article_id: str) -> str | None:
        """Return the line of JSON that was kept for an article; None if it is new."""
        if not self._more_articles:
            return self._articles.get(article_id)
        digest = _digest(article_id)
        if (found := self._articles.get(digest)) is not None:
            return found
        select = "SELECT article FROM articles WHERE digest = ?"
        row = self._base.execute(select, (digest,)).fetchone()
        return None if row is None else str(row[0])

    def keep_article(self, article_id: str, line: str) -> None:
        """Keep an article as a line of JSON, instead of what was kept before."""
        self._articles[_digest(article_id) if self._more_articles else article_id] = line
        if len(self._articles) > _ARTICLES:
            self._flush_articles()

    def _flush_articles(self) -> None:
        pairs = self._articles.items()
        rows = ((one if isinstance(one, bytes) else _digest(one), line) for one, line in pairs)
        self._base.executemany(_REPLACE, rows)
        self._articles.clear()
        self._more_articles = True

    def articles(self) -> Iterator[str]:
        """Yield the lines of the articles, in the order in which they were first seen."""
        if self._more_articles:
            self._flush_articles()
            for (line,) in self._base.execute("SELECT article FROM articles ORDER BY rowid"):
                yield line
        else:
            yield from self._articles.values()

    def close(self) -> None:
        """Remove the temporary file."""
        self._base.close()


def as_name(key: str) -> str:
    """Return a key as it is recorded; the names of records do not begin with a space."""
    return f" {key}"


# An article is looked up before it is kept, and items of one article often follow each other.
@lru_cache(4)
def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=12).digest()
