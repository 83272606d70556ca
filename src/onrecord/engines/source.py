"""Find the table that a query reads first; if that table is empty, so is the result."""

from __future__ import annotations

import re
from functools import cache

_TEXT = re.compile(r"'(?:[^']|'')*'")
_INNERMOST = re.compile(r"\(([^()]*)\)")
_NAMED = re.compile(r"(\w+) AS\s+(§\d+)")
_UNION = re.compile(r"\bUNION(?: ALL)?\b")
_FROM = re.compile(r"\bFROM\s+([\w§]+)")
_OUTER = re.compile(r"\b(?:FULL|RIGHT)\b(?! *§)")


@cache
def source(query: str) -> str | None:
    """Return the table without whose rows a query returns none; None if it is unknown.

    It follows the first FROM of each SELECT, through subqueries and WITH; all parts of a UNION must
    begin with the same table. It holds for queries that join further tables with JOIN and LEFT JOIN
    and aggregate only with GROUP BY, as rules do.
    """
    inner: list[str] = []

    def keep(found: re.Match[str]) -> str:
        inner.append(found[1])
        return f" §{len(inner) - 1}"

    flat, found = _TEXT.sub("''", query), 1
    while found:
        flat, found = _INNERMOST.subn(keep, flat)
    named = dict(_NAMED.findall(flat))

    def begins(select: str, within: tuple[str, ...] = ()) -> str | None:
        tables = {_FROM.search(part) for part in _UNION.split(select)}
        if None in tables or _OUTER.search(select):
            return None
        names = {told(one[1], within) for one in tables if one}
        return names.pop() if len(names) == 1 else None

    def told(name: str, within: tuple[str, ...]) -> str | None:
        name = named.get(name, name)
        if name in within:  # it is recursive
            return None
        return begins(inner[int(name[1:])], (*within, name)) if name[0] == "§" else name

    return begins(flat)
