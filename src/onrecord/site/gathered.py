"""Gather what pages about several articles show of some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from json import JSONEncoder
from typing import Any, NamedTuple

from onrecord.site.about import About

# One line of JSON.
as_json = JSONEncoder(ensure_ascii=False).encode


class Row(NamedTuple):
    """A value for a page.

    Attributes:
        page: The path of the page, or the name of a list.
        sort: The sort key of the value on the page.
        value: The value, as JSON.
    """

    page: str
    sort: str
    value: str


@dataclass(slots=True)
class Gathered:
    """Hold what some pages contribute to others.

    Attributes:
        pages: Values for pages about several articles.
        lists: Values for lists.
        searched: Records that can be searched.
        about: Who speaks about whom.
        quotes: The number of quotes.
        made: The number of pages.
        digests: The digests of what the pages show, by their paths, if pages may be used again.
        written: The number of pages that were not used again.
    """

    pages: list[Row] = field(default_factory=list)
    lists: list[Row] = field(default_factory=list)
    searched: list[Row] = field(default_factory=list)
    about: About = field(default_factory=About)
    quotes: int = 0
    made: int = 0
    digests: dict[str, bytes] = field(default_factory=dict)
    written: int = 0

    def list(self, kind: str, sort: str, value: Mapping[str, Any]) -> None:
        """Add a value to a list."""
        self.lists.append(Row(kind, sort, as_json(value)))
