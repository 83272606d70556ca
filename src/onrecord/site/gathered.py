"""Gather what pages about several articles show of some of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from onrecord.site.about import About
from onrecord.site.searched import Searched


def as_json(value: Any) -> str:
    """Return a value as one line of JSON."""
    return to_json(value).decode()


def read_json(text: str) -> Any:
    """Return the value of some JSON."""
    return from_json(text)


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
