"""Write the index that the first page searches: scripts that a browser loads when they are needed.

The index consists of records, in the order in which they are shown, and of shards: of terms, in
order, with the numbers of their records; of what is shown of articles and their records; and one file
with the values that records are filtered by. Each shard is a script, since pages in a folder may load
nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.files.lists import in_lists
from onrecord.language import search_terms
from onrecord.schema.arrow import TEXT
from onrecord.site import wording
from onrecord.site.postings import Postings
from onrecord.site.searched import Searched, script_value
from onrecord.site.sorted_rows import SortedRows

FOLDER = "search"
# Records of which one file has what is shown, or more if they are of one article; characters of a file
# of terms.
_SHOWN = 50
_LONGEST = 16 * 1024
# The first code of values, which is a character that JSON does not escape; what is more than the last
# one begins the surrogates.
_ZERO, _LAST = 0x30, 0xD7FF

_TEXTS = pa.list_(TEXT)
_SCHEMA = pa.schema(
    {"sort": TEXT, "date": TEXT, "shown": TEXT, "texts": _TEXTS, "profiles": _TEXTS}
)

Put = Callable[[str, str], None]


class SearchIndex:
    """Build an index of quotes, claims and speakers, and write its files.

    Args:
        memory: How many bytes of it are kept in memory.
    """

    def __init__(self, memory: int) -> None:
        self._rows: SortedRows[Searched] = SortedRows(_SCHEMA, ["sort"], memory)
        self._postings = Postings(memory)

    def extend(self, some: Iterable[Searched]) -> None:
        """Add records of articles, and speakers."""
        self._rows.extend(some)

    def write(self, put: Put) -> None:
        """Write the files.

        Args:
            put: Writes a file, given its path in the site and its text.
        """
        dates: list[list[Any]] = []
        profiles: dict[str, int] = {}
        codes = [np.zeros(0, np.int64)]
        sizes: list[int] = []
        shown: list[str] = []
        total = size = 0
        for some in self._rows.batches([name for name in _SCHEMA.names if name != "sort"]):
            terms, of = _terms(some["texts"].flatten())
            self._postings.add(terms, total + of)
            numbers = some["texts"].value_lengths().to_pylist()
            total += sum(numbers)
            found = some["profiles"].flatten().dictionary_encode()
            known = [
                profiles.setdefault(one, len(profiles)) for one in found.dictionary.to_pylist()
            ]
            codes.append(np.array(known, np.int64)[found.indices.to_numpy()])
            for date, value, number in zip(
                some["date"].to_pylist(), some["shown"].to_pylist(), numbers, strict=True
            ):
                if dates and dates[-1][0] == date:
                    dates[-1][1] += number
                else:
                    dates.append([date, number])
                shown.append(value)
                size += number
                if size >= _SHOWN:
                    _put(put, f"r{len(sizes)}", f"[{','.join(shown)}]")
                    sizes.append(size)
                    shown, size = [], 0
        if shown:
            _put(put, f"r{len(sizes)}", f"[{','.join(shown)}]")
            sizes.append(size)
        firsts = []
        shards = in_lists(
            self._postings.terms(), _LONGEST, lambda one: sum(map(len, one)), _LONGEST
        )
        for at, shard in enumerate(shards):
            firsts.append(shard[0][0])
            terms, numbers = zip(*shard, strict=True)
            _put(put, f"t{at}", script_value([terms, numbers]))
        about = {"records": total, "sizes": sizes, "firsts": firsts, "dates": dates}
        about |= _filters([*profiles], np.concatenate(codes))
        of_records = json.dumps(_text(np.concatenate(codes)), ensure_ascii=False)
        _put(put, "about", f'{script_value(about)[:-1]},"codes":{of_records}}}')


def _terms(texts: pa.Array) -> tuple[pa.DictionaryArray, npt.NDArray[np.int64]]:
    """Return the terms of texts, each once for each text, and the number of the text of each."""
    split = pc.utf8_split_whitespace(texts)
    words = split.flatten().dictionary_encode()
    terms = [search_terms.of_word(word) for word in words.dictionary.to_pylist()]
    found = pa.array([*chain.from_iterable(terms)], pa.string()).dictionary_encode()
    # Of each word: the place of its first term among those of all words, and their number.
    numbers = np.array([len(own) for own in terms], np.int64)
    firsts = np.cumsum(numbers) - numbers
    of = words.indices.to_numpy()
    number = numbers[of]
    within = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    codes = found.indices.to_numpy()[np.repeat(firsts[of], number) + within]
    owners = np.repeat(split.value_parent_indices().to_numpy(), number)
    most = max(len(found.dictionary), 1)
    pairs = np.sort(owners * most + codes)
    owners, codes = np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], most)
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), found.dictionary), owners


def _filters(profiles: Sequence[str], codes: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Return the values of each filter, and those of them that each profile has."""
    numbers = np.bincount(codes, minlength=len(profiles)).tolist()
    own = [json.loads(one) for one in profiles]
    filters: dict[str, Mapping[str, Any]] = {}
    several: list[list[list[int]]] = [[] for _ in profiles]
    for column, name in enumerate(wording.FILTERS):
        found: Counter[str] = Counter()
        for values, number in zip(own, numbers, strict=True):
            found.update(dict.fromkeys(values[column], number))
        at = {value: number for number, value in enumerate(found)}
        for values, each in zip(own, several, strict=True):
            each.append([at[value] for value in values[column]])
        labels = {"language": wording.language, "kind": "{}s".format}.get(name, wording.spaced)
        frequent = sorted(found, key=lambda value: (-found[value], value))
        filters[name] = {
            "values": [*at],
            "labels": [labels(value) for value in at],
            "order": [at[value] for value in frequent],
        }
    return {"filters": filters, "profiles": several}


def _text(codes: npt.NDArray[np.int64]) -> str | list[int]:
    """Return numbers as characters, unless some are too large for that."""
    if codes.max(initial=0) > _LAST - _ZERO:
        return [*map(int, codes)]
    return (codes + _ZERO).astype("<u2").tobytes().decode("utf-16-le")


def _put(put: Put, name: str, value: str) -> None:
    put(f"{FOLDER}/{name}.js", f"onrecord({json.dumps(name)},{value});\n")
