"""Divide what a page shows among several pages, since one page must not become too long."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from onrecord.site.entries import UP
from onrecord.site.parts import html

T = TypeVar("T")

# Entries of a speaker, a claim or a statement that one page has.
LONGEST = 1000
# Pages before and after a page that it links to, and about how many of the others.
_NEAR, _FAR = 2, 10


def number_of_pages(entries: Sequence[object]) -> int:
    """Return the number of pages for some entries; there is one for none."""
    return max(1, -(-len(entries) // LONGEST))


def entries_on(entries: Sequence[T], number: int) -> Sequence[T]:
    """Return the entries that a page has, given its number from 1."""
    return entries[(number - 1) * LONGEST : number * LONGEST]


def numbered(path: str, number: int, place: str = "") -> str:
    """Return the path of a page, given that of the first one and the place there, if it has one."""
    if number == 1:
        return path
    return f"{path.removesuffix('.html')}{place and f'.{place}'}.{number}.html"


def pager(what: str, path: str, number: int, last: int, place: str = "") -> str:
    """Return links to the pages that something is divided among, as HTML; nothing if it is not.

    Of many pages, those near the page are linked to, and others at regular distances.

    Args:
        what: What is divided, for screen readers.
        path: The path of the first page.
        number: The number of the page, from 1.
        last: The number of the last one.
        place: The place on the first page, if it shows more.
    """
    if last == 1:
        return ""
    step = max(1, last // _FAR)
    near = range(number - _NEAR, number + _NEAR + 1)
    shown = [one for one in range(1, last + 1) if one in near or one in {1, last} or not one % step]
    items = []
    for before, one in pairwise([0, *shown]):
        if one > before + 1:
            items.append('<li aria-hidden="true">…</li>\n')
        if one == number:
            items.append(f'<li><span aria-current="page">{one}</span></li>\n')
        else:
            to = numbered(path, one, place) + (f"#{place}" if place and one == 1 else "")
            items.append(f'<li><a href="{UP}{html(to)}">{one}</a></li>\n')
    return (
        f'<nav class="pager" aria-label="Pages of the {what}"><ul>\n{"".join(items)}</ul></nav>\n'
    )
