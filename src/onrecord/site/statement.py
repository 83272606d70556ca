"""Write the page of a statement that several articles report."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from onrecord.site.pages import page

_TOKENS = re.compile(r"\w+|[^\w\s]|\s+")
# Words that are compared at most: the time grows with their square.
_MOST = 2000


class Piece(NamedTuple):
    """Hold some words of a wording, and whether another one has them too."""

    kind: Literal["same", "added", "missing"]
    text: str


def statement_page(entries: list[dict[str, Any]], **common: Any) -> str:
    """Return the page of a statement, given the quotes that report it in the order of time.

    Each wording is compared with the first one in its language.
    """
    firsts: dict[str, str] = {}
    for entry in entries:
        words = _words(entry["quote"])
        first = firsts.get(entry["language"])
        entry["pieces"] = None if words is None or first is None else differences(first, words)
        if words is not None:
            firsts.setdefault(entry["language"], words)
    return page("statement", "../", entries=entries, **common)


def _words(quote: dict[str, Any]) -> str | None:
    """Return the words of a quote; None if any of them are withheld."""
    found = [span.get("exact") for span in quote["content"]]
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
    """Return the words of a text; its characters if it has no spaces between words."""
    return _TOKENS.findall(text) if " " in text else list(text)
