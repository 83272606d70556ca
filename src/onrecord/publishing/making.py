"""Collect what the records of a corpus say about its making: by what guidelines and tools, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from onrecord.rights.tables import PassedOn
from onrecord.schema import RECORD_TYPES, RecordType
from onrecord.schema.arrow import columns_of, views


@dataclass(kw_only=True)
class Making:
    """Collect from the records of a corpus how they were made.

    Attributes:
        guidelines: The guidelines with their versions, and how many records follow each.
        tools: The tools by the method with which they were used, and how many records they made.
        origins: The datasets that records were imported from.
        languages: The languages of texts, quotes and claims.
        annotated: The days, months or years in which records were made.
        retrieved: Those in which texts were retrieved.
        published: Those in which articles were published.
        articles: The number of articles.
        withheld: The number of articles whose text is known and withheld.
        people: Whether records name people who speak or claim something.
    """

    guidelines: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    tools: Counter[tuple[str, str]] = field(default_factory=Counter)
    origins: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    annotated: set[str] = field(default_factory=set)
    retrieved: set[str] = field(default_factory=set)
    published: set[str] = field(default_factory=set)
    articles: int = 0
    withheld: int = 0
    people: bool = False

    @classmethod
    def of(cls, records: PassedOn) -> Making:
        """Collect it from the records that are published."""
        found = cls(articles=records.number("article"))
        for batch in records.batches("article", ["retrieved", "published", "text", "text_sha256"]):
            found.retrieved |= _dates(batch["retrieved"])
            found.published |= _dates(batch["published"])
            # An article whose text was never known has no digest.
            found.withheld += batch.filter(pc.is_valid(batch["text_sha256"]))["text"].null_count
        for record_type in RECORD_TYPES:
            for batch in records.batches(record_type, ["language"]):
                found.languages |= {*pc.unique(batch["language"]).to_pylist()} - {None}
            if columns := columns_of(record_type, "sources"):
                for batch in records.batches(record_type, columns):
                    found.people = found.people or _names_people(record_type, batch)
            if record_type != "article":
                for batch in records.batches(record_type, ["annotation"]):
                    found._add(batch["annotation"])
        return found

    def _add(self, annotations: pa.Array) -> None:
        paths = (
            *(["guideline", "name"], ["guideline", "version"], "method", "tool"),
            ["origin", "dataset"],
        )
        for guideline, version, method, tool, origin, number in _counts(annotations, *paths):
            if guideline:
                self.guidelines[guideline, version] += number
            if tool:
                self.tools[method, tool] += number
            if origin:
                self.origins.add(origin)
        self.annotated |= _dates(pc.struct_field(annotations, "on"))


def _counts(structs: pa.Array, *paths: str | list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the combinations of the values at some paths, and how often each occurs."""
    names = [str(at) for at in range(len(paths))]
    table = pa.table([pc.struct_field(structs, path) for path in paths], names)
    for row in table.group_by(names).aggregate([([], "count_all")]).to_pylist():
        yield (*(row[name] for name in names), row["count_all"])


def _names_people(record_type: RecordType, batch: pa.RecordBatch) -> bool:
    return any(
        pc.any(pc.and_(pc.equal(rows["kind"], "person"), pc.is_valid(rows["name"]))).as_py()
        for rows in views(record_type, batch, 0, "sources")
    )


def _dates(dates: pa.Array) -> set[str]:
    """Return the days, months or years of dates, without those that the calendar does not have."""
    found = pc.unique(pc.utf8_slice_codeunits(dates, 0, 10)).to_pylist()
    return {each for each in found if each and _exists(each)}


def _exists(partial: str) -> bool:
    with suppress(ValueError):
        return bool(date.fromisoformat(f"{partial}-01-01"[:10]))
    return False
