"""Count who speaks about whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from onrecord.site.found import Record
from onrecord.site.paths import Paths


class Name(NamedTuple):
    """Name a source or a subject of claims, and the path of its page if there is one."""

    name: str
    path: str | None


class About:
    """Count the claims of sources about others.

    The sources of a claim are its claimant, or the speakers of the quotes that it rests on.
    """

    def __init__(self) -> None:
        self._names: dict[str, Name] = {}
        self._pairs: Counter[tuple[str, str]] = Counter()

    def add(self, sources: Iterable[Record], about: Iterable[Record], paths: Paths) -> None:
        """Count a claim."""
        keys = dict.fromkeys(filter(None, (self._key(one, paths) for one in sources)))
        others = dict.fromkeys(filter(None, (self._key(one, paths) for one in about)))
        self._pairs.update((one, other) for one in keys for other in others)

    def update(self, other: About) -> None:
        """Add the numbers of other claims."""
        for key, name in other._names.items():
            self._names.setdefault(key, name)
        self._pairs.update(other._pairs)

    def _key(self, one: Record, paths: Paths) -> str | None:
        path = paths.speaker(one)
        if key := path or one.get("name"):
            self._names.setdefault(key, Name(one.get("name") or one["wikidata"], path))
        return key

    def most(self, rows: int, pages: Collection[str]) -> list[tuple[Name, Name, int]]:
        """Return the most frequent pairs, each with its number.

        Args:
            rows: How many pairs to return at most.
            pages: The paths of the pages of speakers.
        """
        frequent = sorted(self._pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:rows]

        def name(key: str) -> Name:
            found = self._names[key]
            return found if found.path in pages else Name(found.name, None)

        return [(name(one), name(other), number) for (one, other), number in frequent]
