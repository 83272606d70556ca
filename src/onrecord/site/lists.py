"""Write the pages that list articles, speakers, statements and claims, and the first page."""

from __future__ import annotations

from typing import Any

from onrecord.site.pages import KINDS, page

# Entries of a list that one page has.
LONGEST = 500


def list_name(kind: str, number: int) -> str:
    """Return the path of a page of a list, by its number from 1."""
    return f"lists/{kind}.html" if number == 1 else f"lists/{kind}-{number}.html"


def list_page(
    kind: str, entries: list[dict[str, Any]], number: int, last: int, **common: Any
) -> str:
    """Return one of the pages of a list."""
    return page(
        "list",
        "../",
        kind=kind,
        heading=KINDS[kind],
        entries=entries,
        number=number,
        last=last,
        list_name=list_name,
        **common,
    )


def start_page(**values: Any) -> str:
    """Return the first page of the site."""
    return page("start", "", **values)
