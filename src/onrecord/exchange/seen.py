"""Record which items and articles an import has already seen."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from functools import lru_cache

# How many names and articles are in memory; the others are in a temporary file.
_NAMES = 2**19
_ARTICLES = 2**15

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


class SeenItems:
    """The articles and items that an import has seen; of many, most are in a temporary file."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        for statement in _STATEMENTS:
            self._base.execute(statement)
        self._names: set[bytes] = set()
        self._articles: dict[bytes, str] = {}
        # Whether the file has names, and articles.
        self._more_names = self._more_articles = False

    def is_new(self, name: str) -> bool:
        """Record a name; return whether it is new."""
        digest = _digest(name)
        if digest in self._names or (self._more_names and self._has(digest)):
            return False
        self._names.add(digest)
        if len(self._names) > _NAMES:
            rows = ((one,) for one in sorted(self._names))
            self._base.executemany("INSERT INTO names VALUES (?)", rows)
            self._names.clear()
            self._more_names = True
        return True

    def _has(self, digest: bytes) -> bool:
        select = "SELECT 1 FROM names WHERE digest = ?"
        return self._base.execute(select, (digest,)).fetchone() is not None

    def article(self, article_id: str) -> str | None:
        """Return an article as it was kept; None if it is new."""
        digest = _digest(article_id)
        if (found := self._articles.get(digest)) is not None or not self._more_articles:
            return found
        select = "SELECT article FROM articles WHERE digest = ?"
        row = self._base.execute(select, (digest,)).fetchone()
        return None if row is None else str(row[0])

    def keep_article(self, article_id: str, line: str) -> None:
        """Keep an article as a line of JSON, instead of what was kept before."""
        self._articles[_digest(article_id)] = line
        if len(self._articles) > _ARTICLES:
            self._flush_articles()

    def _flush_articles(self) -> None:
        self._base.executemany(_REPLACE, self._articles.items())
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


# An article is looked up before it is kept, and items of one article often follow each other.
@lru_cache(4)
def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=12).digest()
