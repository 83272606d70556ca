"""Write the index that the first page searches: scripts that a browser loads when they are needed.

The index consists of records, in the order in which they are shown, and of shards: of terms, in
order, with the numbers of their records; of what is shown of records; and one file with the values
that records are filtered by. Each shard is a script, since pages in a folder may load nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from onrecord.site import wording
from onrecord.site.collected import Collected
from onrecord.site.gathered import Row
from onrecord.site.postings import Postings
from onrecord.site.searched import Searched, script_value

FOLDER = "search"
# Records of which one file has what is shown, and characters of a file of terms.
_SHOWN = 50
_LONGEST = 16 * 1024
# The first code of a value, which is a character that JSON does not escape; what is more than
# the last one begins the surrogates.
_ZERO = 0x30
_LAST = 0xD7FF

Put = Callable[[str, str], None]


class SearchIndex:
    """An index of quotes, claims and speakers.

    Args:
        memory: How many bytes of it are kept in memory.
    """

    def __init__(self, memory: int) -> None:
        self._records = Collected(memory)
        self._postings = Postings(memory)

    def extend(self, rows: Iterable[Row]) -> None:
        """Add records, as `Searched` reads them."""
        self._records.extend(rows)

    def write(self, put: Put) -> None:
        """Write the files.

        Args:
            put: Writes a file, given its path in the site and its text.
        """
        columns = {name: _Column() for name in wording.FILTERS}
        dates: list[list[Any]] = []
        shown: list[str] = []
        number = 0
        for _, value in self._records.values():
            record = Searched.read(value)
            for name, column in columns.items():
                column.add(record.values.get(name, ()))
            if dates and dates[-1][0] == record.date:
                dates[-1][1] += 1
            else:
                dates.append([record.date, 1])
            self._postings.add(number, record.terms)
            shown.append(record.shown)
            number += 1
            if len(shown) == _SHOWN:
                _put(put, f"r{(number - 1) // _SHOWN}", f"[{','.join(shown)}]")
                shown = []
        if shown:
            _put(put, f"r{(number - 1) // _SHOWN}", f"[{','.join(shown)}]")
        firsts = []
        for at, shard in enumerate(_shards(self._postings.terms())):
            firsts.append(shard[0][0])
            terms, numbers = zip(*shard, strict=True)
            _put(put, f"t{at}", script_value([terms, numbers]))
        filters = {name: column.result(name) for name, column in columns.items()}
        about = {"records": number, "shown": _SHOWN, "firsts": firsts, "dates": dates}
        _put(put, "about", script_value(about | {"filters": filters}))


class _Column:
    """The values of a filter: a code for each record, which leads to its values."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, ...], int] = {(): 0}
        self._numbers = [0]
        self._records: list[str] = []

    def add(self, values: Sequence[str]) -> None:
        own = tuple(values)
        code = self._codes.get(own)
        if code is None:
            code = self._codes.setdefault(tuple(dict.fromkeys(own)), len(self._codes))
            if code == len(self._numbers):
                self._numbers.append(0)
        self._numbers[code] += 1
        self._records.append(chr(min(_ZERO + code, _LAST)))

    def result(self, name: str) -> Mapping[str, Any]:
        numbers: Counter[str] = Counter()
        for values, number in zip(self._codes, self._numbers, strict=True):
            numbers.update(dict.fromkeys(values, number))
        at = {value: number for number, value in enumerate(numbers)}
        labels = {"language": wording.language, "kind": "{}s".format}.get(name, wording.spaced)
        frequent = sorted(numbers, key=lambda value: (-numbers[value], value))
        return {
            "values": list(at),
            "labels": [labels(value) for value in at],
            "order": [at[value] for value in frequent],
            "several": [[at[value] for value in values] for values in self._codes],
            "codes": "".join(self._records),
        }


def _shards(postings: Iterator[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    some: list[tuple[str, str]] = []
    size = 0
    for one in postings:
        some.append(one)
        size += len(one[0]) + len(one[1])
        if size >= _LONGEST:
            yield some
            some, size = [], 0
    if some:
        yield some


def _put(put: Put, name: str, value: str) -> None:
    put(f"{FOLDER}/{name}.js", f"onrecord({json.dumps(name)},{value});\n")
