"""Write the page of a statement that several articles report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from markupsafe import Markup

from onrecord.language.search_terms import RULES
from onrecord.site.divided import entries_on, number_of_pages, pager
from onrecord.site.entries import UP
from onrecord.site.found import Record
from onrecord.site.pages import page

_UNSPACED = re.compile(f"[{RULES['paired']}]")
# Words that are compared at most: the time grows with their square.
_MOST = 2000


class Piece(NamedTuple):
    """Hold some words of a wording, and whether another one has them too."""

    kind: Literal["same", "added", "missing"]
    text: str


def statement_page(entries: Sequence[Record], number: int, path: str, **common: Any) -> str:
    """Return a page of a statement; each wording is compared with the first one in its language.

    Args:
        entries: All quotes that report it, in the order of time.
        number: The number of the page, from 1.
        path: The path of the first page.
        **common: What the templates of all pages need.
    """
    firsts: dict[str, Record] = {}
    for entry in entries:
        if _words(entry) is not None:
            firsts.setdefault(entry["language"], entry)
    shown = [
        {**entry, "pieces": _compared(entry, firsts.get(entry["language"], entry))}
        for entry in entries_on(entries, number)
    ]
    links = Markup(pager("statement", path, number, number_of_pages(entries)))  # noqa: S704
    values: dict[str, Any] = {
        "first": entries[0],
        "shown": shown,
        "number": len(entries),
        "links": links,
    }
    return page("statement", UP, **values, **common)


def _compared(entry: Record, first: Record) -> list[Piece] | None:
    """Return the words of an entry compared with those of the first one; None if there is nothing to compare."""
    before, after = _words(first), _words(entry)
    return None if entry is first or before is None or after is None else differences(before, after)


def _words(entry: Record) -> str | None:
    """Return the words of a quote; None if any of them are withheld."""
    found = [span.get("exact") for span in entry["quote"]["content"]]
    return " ".join(found) if all(found) else None


def differences(one: str, other: str) -> list[Piece]:
    """Return the words of the other text, with those that only one of both has marked."""
    before, after = (_tokens(text)[:_MOST] for text in (one, other))
    found: list[Piece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, low, high, start, end in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(after[start:end])))
            continue
        if low < high:
            found.append(Piece("missing", "".join(before[low:high])))
        if start < end:
            found.append(Piece("added", "".join(after[start:end])))
    return found


def _tokens(text: str) -> list[str]:
    """Return the words of a text and the characters between them; where no spaces are between words, its
    characters. None is cut that readers see as one.
    """
    from wcwidth import iter_graphemes

    found: list[str] = []
    joins = False
    for one in iter_graphemes(text):
        is_of_word = one[0].isalnum() and not _UNSPACED.match(one)
        if joins and is_of_word:
            found[-1] += one
        else:
            found.append(one)
        joins = is_of_word
    return found
