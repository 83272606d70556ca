"""Look at values of many items at once, column by column."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from onrecord.exchange.values import is_address, is_plain_address, is_sentinel, sentinels
from onrecord.language.names import name_defect

T = TypeVar("T")

# Returns for each text of a column whether something is true of it.
Which = Callable[[Sequence[str]], list[bool]]


def which_plain(values: Sequence[Any], *, lines: bool = False) -> list[bool]:
    """Return which values are texts that need no closer look: not a placeholder, without space at
    their edges; of one line, unless they may have several.
    """
    if set(map(type, values)) != {str} or list(map(str.strip, values)) != list(values):
        return [_is_plain(value, lines=lines) for value in values]
    if not lines and _has_breaks("".join(values)):
        return [_is_plain(value, lines=lines) for value in values]
    longest, words = sentinels()
    short = {value for value in values if len(value) <= longest}
    odd = {value for value in short if value.lower() in words}
    return [value not in odd for value in values] if odd else [True] * len(values)


def _is_plain(value: Any, *, lines: bool) -> bool:
    if type(value) is not str or value.strip() != value or is_sentinel(value):
        return False
    return lines or not _has_breaks(value)


def _has_breaks(text: str) -> bool:
    return "\n" in text or "\r" in text


def which_names(values: Sequence[Any]) -> list[bool]:
    """Return which values are plain, and can be names."""
    plain = which_plain(values)
    return [one and name_defect(value) is None for value, one in zip(values, plain, strict=True)]


def which_addresses(texts: Sequence[str]) -> list[bool]:
    """Return which texts are addresses of pages."""
    if all(map(is_plain_address, texts)):
        return [True] * len(texts)
    return list(map(is_address, texts))


def alike(keys: Iterable[Hashable]) -> dict[Any, list[int]]:
    """Return the places of equal keys."""
    found: dict[Any, list[int]] = {}
    for number, key in enumerate(keys):
        if key in found:
            found[key].append(number)
        else:
            found[key] = [number]
    return found


def picker(places: Sequence[int]) -> Callable[[Sequence[T]], Sequence[T]]:
    """Return a function for the values at these places of a column, of which there is at least one."""
    if len(places) == 1:
        (place,) = places
        return lambda column: (column[place],)
    return itemgetter(*places)
