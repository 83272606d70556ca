"""Find facts of findings that have words of texts which rights do not allow to be passed on.

Words that are in the records themselves are no secret: anybody who reads a finding has the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from onrecord.corpus.article_tables import ArticleTables
from onrecord.rules.base import Query
from onrecord.schema import RECORD_TYPES
from onrecord.schema.strings import strings_in

# The key under which a row of a query has the names of these facts; no fact is named so.
NAMES = ""
_WORD = re.compile(r"\w{2,}")
# Facts that are made from words that are withheld, and are not in the text.
_DERIVED = frozenset({"instead", "expected", "fixed"})


def mark_withheld(
    violations: Sequence[tuple[type[Query], dict[str, Any]]], tables: ArticleTables
) -> None:
    """Add the names of facts with withheld words to rows that rules of scope ``article`` returned.

    Args:
        violations: The rows, with their rules.
        tables: The tables of the articles.
    """
    some = [one for one in violations if any(_facts(one[1]))]
    articles = _withheld(tables) if some else set()
    if not articles:
        return
    records = [(row["record_type"], row["locator"]) for _, row in some]
    owners = _owners(tables, records)
    found = [(*one, owners.get(record)) for one, record in zip(some, records, strict=True)]
    texts = _texts(tables, {owner for _, _, owner in found if owner in articles})
    if not texts:
        return
    own = _records(tables, texts.keys())
    for rule, row, owner in found:
        if owner in texts:
            # What queries put around words themselves, such as "and 2 more", is in them.
            known = f"{own[owner]} {rule.query}".casefold()
            names = {name for name, value in _facts(row) if _is_of(texts[owner], value, known)}
            if names:
                derived = {name for name, _ in _facts(row) if name in _DERIVED}
                row[NAMES] = sorted(names | derived)


def _facts(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the facts of a row that are texts."""
    place = ("record_type", "path")
    yield from (
        (name, one) for name, one in row.items() if isinstance(one, str) and name not in place
    )


def _is_of(text: str, value: str, known: str) -> bool:
    """Return whether a value has words of a text that are not known; all are in small letters."""
    small = value.casefold()
    words = (word for word in _WORD.findall(small) if not word.isdigit())
    return any(word in text and word not in known for word in (*words, small.strip()) if word)


def _withheld(tables: ArticleTables) -> set[int]:
    """Return the rows of articles whose texts may not be passed on in full."""
    found: set[int] = set()
    for batch in tables.tables["articles"].batches(["locator", "rights"]):
        level = pc.struct_field(batch["rights"], "redistribute")
        found.update(
            batch["locator"].filter(pc.fill_null(pc.not_equal(level, "full"), True)).to_pylist()
        )
    return found


def _owners(
    tables: ArticleTables, records: Collection[tuple[str, int]]
) -> dict[tuple[str, int], int | None]:
    """Return the row of the article that each of some records belongs to."""
    owners: dict[tuple[str, int], int | None] = {}
    for kind in RECORD_TYPES:
        rows = pa.array(sorted({row for each, row in records if each == kind}), pa.int64())
        for batch in tables.tables[f"{kind}s"].batches(["locator", "owner"]) if len(rows) else ():
            some = batch.filter(pc.is_in(batch["locator"], rows))
            for row, owner in zip(
                some["locator"].to_pylist(), some["owner"].to_pylist(), strict=True
            ):
                owners[kind, row] = owner
    return owners


def _texts(tables: ArticleTables, owners: Collection[int]) -> dict[int, str]:
    """Return the texts of articles in small letters, except for those that records themselves have."""
    wanted = pa.array(sorted(owners), pa.int64())
    found: dict[int, str] = {}
    for batch in tables.tables["texts"].batches(["owner", "own", "text"]) if owners else ():
        is_meant = pc.and_(pc.is_in(batch["owner"], wanted), pc.invert(batch["own"]))
        for row in batch.filter(is_meant).to_pylist():
            found[row["owner"]] = row["text"].casefold()
    return found


def _records(tables: ArticleTables, owners: Collection[int]) -> dict[int, str]:
    """Return all values of the records of articles, as one text each."""
    wanted = pa.array(sorted(owners), pa.int64())
    found: dict[int, list[str]] = {owner: [] for owner in owners}
    for kind in RECORD_TYPES:
        table = tables.tables[f"{kind}s"]
        for batch in table.batches(table.schema.names):
            for row in batch.filter(pc.is_in(batch["owner"], wanted)).to_pylist():
                found[row["owner"]] += strings_in(row)
    return {owner: "\n".join(values) for owner, values in found.items()}
