"""Record which items and articles an import has already seen."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator

from onrecord.exchange.base import Value
from onrecord.schema.current import (
    DocumentArticle,
)


class SeenItems:
    """The articles and items that an import has seen, in a temporary file to limit memory."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        for statement in (
            *("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF"),
            "PRAGMA cache_size = -65536",
            "CREATE TABLE names (digest BLOB PRIMARY KEY) WITHOUT ROWID",
            "CREATE TABLE articles (digest BLOB UNIQUE, article TEXT)",
            "BEGIN",
        ):
            self._base.execute(statement)

    def is_new(self, name: str) -> bool:
        """Record a name; return whether it is new."""
        insert = "INSERT OR IGNORE INTO names VALUES (?)"
        return self._base.execute(insert, (_digest(name),)).rowcount > 0

    def article(self, article_id: str) -> Value | None:
        """Return what is known about an article; None if it is new."""
        select = "SELECT article FROM articles WHERE digest = ?"
        found = self._base.execute(select, (_digest(article_id),)).fetchone()
        return None if found is None else dict(json.loads(found[0]))

    def keep_article(self, article: DocumentArticle) -> bool:
        """Record an article; return whether it is new."""
        digest, text = _digest(article.id), article.model_dump_json(exclude_defaults=True)
        insert = "INSERT OR IGNORE INTO articles VALUES (?, ?)"
        if self._base.execute(insert, (digest, text)).rowcount:
            return True
        self._base.execute("UPDATE articles SET article = ? WHERE digest = ?", (text, digest))
        return False

    def articles(self) -> Iterator[Value]:
        """Yield the articles, in the order in which they were first seen."""
        for (text,) in self._base.execute("SELECT article FROM articles ORDER BY rowid"):
            yield json.loads(text)

    def close(self) -> None:
        """Remove the temporary file."""
        self._base.close()


def _digest(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=12).digest()
