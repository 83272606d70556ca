"""Write the pages that list articles, speakers, statements and claims, and the first page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from onrecord.site.divided import numbered, pager
from onrecord.site.entries import UP
from onrecord.site.pages import KINDS, page

# Entries of a list that one page has.
LONGEST = 500


def list_name(kind: str, number: int = 1) -> str:
    """Return the path of a page of a list, by its number from 1."""
    return numbered(f"lists/{kind}.html", number)


def list_page(kind: str, entries: list[str], number: int, last: int, **common: Any) -> str:
    """Return one of the pages of a list, given its entries as HTML."""
    links = Markup(pager("list", list_name(kind), number, last))  # noqa: S704
    values: dict[str, Any] = {
        "kind": kind,
        "heading": KINDS[kind],
        "entries": entries_of(entries),
        "links": links,
    }
    return page("list", UP, **values, **common)


def entries_of(entries: Iterable[str], *, first: bool = False) -> Markup:
    """Return entries, which are HTML for pages in a folder, for such a page or for the first one."""
    text = "".join(entries)
    # In HTML that is escaped, this is the beginning of a link that we made.
    return Markup(text.replace('href="../', 'href="') if first else text)  # noqa: S704
