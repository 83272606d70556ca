"""Gather what pages about several articles show of some of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import pyarrow as pa
from pydantic_core import to_json

from onrecord.site.about import About
from onrecord.site.searched import Searched
from onrecord.site.sorted_rows import SortedRows


def as_json(value: Any) -> str:
    """Return a value as one line of JSON."""
    return to_json(value).decode()


class Row(NamedTuple):
    """Hold a value for a page about several articles, or for a list.

    Attributes:
        page: The path of the page, or the name of a list.
        sort: The sort key of the value on the page.
        value: The value: JSON, or HTML.
    """

    page: str
    sort: str
    value: str


@dataclass(slots=True)
class Gathered:
    """Hold what pages of articles contribute to lists, and to pages about several articles.

    Attributes:
        pages: Values for pages about several articles.
        lists: The entries of lists, as HTML.
        searched: What can be searched.
        about: Who speaks about whom.
        quotes: The number of quotes.
        made: The number of pages.
        digests: The digests of what the pages show, by their paths, if pages may be used again.
        written: The number of pages that were not used again.
    """

    pages: list[Row] = field(default_factory=list)
    lists: list[Row] = field(default_factory=list)
    searched: list[Searched] = field(default_factory=list)
    about: About = field(default_factory=About)
    quotes: int = 0
    made: int = 0
    digests: dict[str, bytes] = field(default_factory=dict)
    written: int = 0


_SCHEMA = pa.schema([(name, pa.string()) for name in Row._fields])


class Collected:
    """Sort values for pages, added in any order: by page, and in a page by their sort keys.

    Args:
        memory: How many bytes are kept in memory.
    """

    def __init__(self, memory: int) -> None:
        self._rows: SortedRows[Row] = SortedRows(_SCHEMA, ("page", "sort"), memory)

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows, in any order."""
        self._rows.extend(rows)

    def pages(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the pages in the order of their paths, each with its values in their order."""
        for page, rows in groupby(self.values(), key=itemgetter(0)):
            yield page, [value for _, value in rows]

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield the values of all pages in order, each with the path of its page."""
        for some in self._rows.batches(["page", "value"]):
            yield from zip(some["page"].to_pylist(), some["value"].to_pylist(), strict=True)
