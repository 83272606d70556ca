"""Write the index that the first page searches: scripts that a browser loads when they are needed.

The index consists of records, in the order in which they are shown, and of shards: of terms, in
order, with the numbers of their records; of what is shown of records; and one file with the values
that records are filtered by. Each shard is a script, since pages in a folder may load nothing else.
"""

from __future__ import annotations

import json
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from onrecord.language.search_terms import terms
from onrecord.reporters.base import counted
from onrecord.site import wording
from onrecord.site.collected import Collected
from onrecord.site.marked import pieces
from onrecord.site.paths import Paths

FOLDER = "search"
# Records of which one file has what is shown, and characters of a file of terms.
_SHOWN = 100
_LONGEST = 48 * 1024
# The first code of a value, which is a character that JSON does not escape; what is more than
# the last one begins the surrogates.
_ZERO = 0x30
_LAST = 0xD7FF
# Characters that browsers show as nothing, or that turn the text around, beside those that JSON escapes.
_CONTROLS = re.compile("[\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
# The order of records: newer ones have smaller keys.
_INVERTED = str.maketrans("0123456789", "9876543210")

Put = Callable[[str, str], None]
Record = dict[str, Any]


class SearchIndex:
    """An index of quotes, claims and speakers.

    Args:
        paths: The paths of pages.
        memory: How many bytes of it are kept in memory until it is written.
    """

    def __init__(self, paths: Paths, memory: int) -> None:
        self._paths = paths
        self._records = Collected(memory)
        self._vocabulary: dict[str, int] = {}
        self._terms, self._numbers = array("I"), array("I")

    def add_quote(self, quote: Record, of: Record, language: str) -> None:
        """Add a quote, given what is shown of its article, and its language."""
        own = pieces(quote)
        words = [
            (
                piece["text"] or f"[{counted(piece['length'], 'character')} withheld]",
                piece["quoted"],
            )
            for piece in own
        ]
        speakers = quote.get("speakers", ())
        self._add(
            of,
            [*(piece["text"] or "" for piece in own), *_names(speakers)],
            {
                "kind": ["quote"],
                "type": [quote["type"]],
                "medium": [quote.get("medium", "not given")],
                "language": [language],
            },
            {
                "kind": "quote",
                "type": quote["type"],
                "href": self._paths.quote(quote["id"]),
                "words": words,
                "who": self._people(speakers),
                **_foreign(language),
            },
        )

    def add_claim(self, claim: Record, of: Record, speakers: Sequence[Record]) -> None:
        """Add a claim, given what is shown of its article, and who says it."""
        ratings = [
            (one.get("rating") or "other", one["original_rating"])
            for one in claim.get("assessments", ())
        ]
        checkable = {True: "yes", False: "no", None: "not decided"}[claim.get("checkable")]
        self._add(
            of,
            [claim["text"], *_names(speakers)],
            {
                "kind": ["claim"],
                "language": [claim["language"]],
                "checkable": [checkable],
                "verdict": [rating for rating, _ in ratings] or ["no verdict"],
            },
            {
                "kind": "claim",
                "href": self._paths.claim(claim["id"]),
                "words": [(claim["text"], False)],
                "who": self._people(speakers),
                "verdicts": [
                    (
                        rating,
                        wording.SYMBOLS.get(rating, "•"),
                        spoken if rating == "other" else wording.spaced(rating),
                    )
                    for rating, spoken in ratings
                ],
                **_foreign(claim["language"]),
            },
        )

    def add_speaker(self, entry: Record, names: Sequence[str], note: str) -> None:
        """Add a speaker, given the entry of the list, all names, and what is noted."""
        shown = {"kind": "speaker", "href": entry["path"], "words": [(entry["name"], False)]}
        shown |= {"who": [], "note": note, "language": "", "direction": "auto"}
        sort = f"0{10**9 - entry['said']:010}{entry['path']}"
        value = {"date": "", "searched": [*names, entry["role"]], "values": {"kind": ["speaker"]}}
        self._records.add("", sort, {**value, "shown": shown})

    def _add(self, of: Record, searched: list[str], values: Record, shown: Record) -> None:
        """Add a record of an article."""
        found = wording.sort_key(of["published"])[:10]
        date = found if found[0].isdigit() else ""
        where = (of["title"] or of["id"], of["path"], of["publisher"])
        shown["where"] = [*where, *_foreign(of["language"]).values()]
        shown["when"] = wording.date(of["published"])
        sort = f"1{date.translate(_INVERTED) or '~'} {shown['href']}"
        value = {"date": date, "searched": searched, "values": values, "shown": shown}
        self._records.add("", sort, value)

    def _people(self, sources: Sequence[Record]) -> list[tuple[str, str | None, str]]:
        """Return the name, page and role of sources."""
        return [
            (
                source.get("name") or f"unnamed {source.get('kind') or 'source'}",
                self._paths.speaker(source),
                source.get("role") or "",
            )
            for source in sources
        ]

    def write(self, put: Put) -> None:
        """Write the files.

        Args:
            put: Writes a file, given its path in the site and its text.
        """
        columns = {name: _Column() for name in wording.FILTERS}
        dates: list[list[Any]] = []
        shown: list[Record] = []
        number = 0
        for _, record in self._records.values():
            for name, column in columns.items():
                column.add(record["values"].get(name, ()))
            if dates and dates[-1][0] == record["date"]:
                dates[-1][1] += 1
            else:
                dates.append([record["date"], 1])
            for term in set().union(*map(terms, record["searched"])):
                self._terms.append(self._vocabulary.setdefault(term, len(self._vocabulary)))
                self._numbers.append(number)
            shown.append(record["shown"])
            number += 1
            if len(shown) == _SHOWN:
                _put(put, f"r{(number - 1) // _SHOWN}", shown)
                shown = []
        if shown:
            _put(put, f"r{(number - 1) // _SHOWN}", shown)
        firsts = []
        for at, shard in enumerate(_shards(self._postings())):
            firsts.append(shard[0][0])
            _put(put, f"t{at}", [[term for term, _ in shard], [found for _, found in shard]])
        filters = {name: column.result(name) for name, column in columns.items()}
        about = {"records": number, "shown": _SHOWN, "firsts": firsts, "dates": dates}
        _put(put, "about", about | {"filters": filters})

    def _postings(self) -> Iterator[tuple[str, str]]:
        """Yield each term, in the order of JavaScript, with the distances between its records."""
        found = np.frombuffer(self._terms, np.uint32) if self._terms else np.zeros(0, np.uint32)
        order = np.argsort(found, kind="stable")
        numbers = np.frombuffer(self._numbers, np.uint32)[order] if len(order) else found
        ends = np.searchsorted(found[order], np.arange(len(self._vocabulary)), side="right")
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]]) if len(ends) else ends
        in_order = sorted(self._vocabulary, key=lambda term: term.encode("utf-16-be"))
        for term in in_order:
            of = self._vocabulary[term]
            distances = np.diff(numbers[starts[of] : ends[of]].astype(np.int64), prepend=0)
            yield term, " ".join(map(str, distances.tolist()))


def _names(sources: Sequence[Record]) -> list[str]:
    return [source[part] for source in sources for part in ("name", "role") if source.get(part)]


def _foreign(language: str) -> Record:
    return {"language": language, "direction": wording.direction(language)}


class _Column:
    """The values of a filter: a code for each record, which leads to its values."""

    def __init__(self) -> None:
        self._values: dict[str, int] = {}
        self._several: dict[tuple[int, ...], int] = {(): 0}
        self._codes: list[str] = []
        self._numbers: Counter[str] = Counter()

    def add(self, values: Sequence[str]) -> None:
        own = dict.fromkeys(values)
        at = tuple(self._values.setdefault(value, len(self._values)) for value in own)
        self._numbers.update(own.keys())
        code = self._several.setdefault(at, len(self._several))
        self._codes.append(chr(min(_ZERO + code, _LAST)))

    def result(self, name: str) -> Record:
        values = list(self._values)
        labels = {"language": wording.language, "kind": "{}s".format}.get(name, wording.spaced)
        frequent = sorted(values, key=lambda value: (-self._numbers[value], value))
        return {
            "values": values,
            "labels": [labels(value) for value in values],
            "order": [self._values[value] for value in frequent],
            "several": list(self._several),
            "codes": "".join(self._codes),
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


def _put(put: Put, name: str, value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = _CONTROLS.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)
    put(f"{FOLDER}/{name}.js", f"onrecord({json.dumps(name)},{text});\n")
