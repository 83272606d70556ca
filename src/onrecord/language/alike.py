"""Compare words that differ in form only: white space, normal form, or invisible characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import combinations, islice

from onrecord.language.occurrences import occurrences

# Invisible characters: format characters, such as soft hyphens, and variation selectors.
_UNSEEN = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f]")
_SPACE = re.compile(r"\s+")
# Vowels and final consonants of Korean, which a syllable is composed of.
_JAMO = re.compile("[\u1160-\u11ff]")


def _without_unseen(text: str) -> str:
    return "".join(one for one in _UNSEEN.sub("", text) if unicodedata.category(one) != "Cf")


def _without_space(text: str) -> str:
    return _SPACE.sub("", text)


# The forms that may differ, from the least to the most significant.
_FORMS: Mapping[str, Callable[[str], str]] = {
    "white space": _without_space,
    "Unicode normal form": partial(unicodedata.normalize, "NFC"),
    "invisible characters": _without_unseen,
    "compatibility characters": partial(unicodedata.normalize, "NFKC"),
}


def difference(one: str, other: str) -> str | None:
    """Describe the forms in which two texts differ; return None if they also differ otherwise.

    The description names the forms and the first characters that differ.
    """
    for number in range(1, len(_FORMS) + 1):
        for names in combinations(_FORMS, number):
            if _folded(one, names) == _folded(other, names):
                return f"{' and '.join(names)} ({_first_difference(one, other)})"
    return None


def _folded(text: str, names: tuple[str, ...]) -> str:
    # Spaces and format characters may be between a letter and its accent.
    order = sorted(
        names, key=lambda name: name in ("Unicode normal form", "compatibility characters")
    )
    for name in order:
        text = _FORMS[name](text)
    return text


def _first_difference(one: str, other: str) -> str:
    """Describe the first differing characters of two texts by code point and name."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    at = min(len(one), len(other)) if at is None else at
    return " instead of ".join(_named(text, at) for text in (one, other))


def _named(text: str, at: int) -> str:
    cluster = next(_clusters(text[at:]), "")
    return " ".join(f"U+{ord(one):04X}" for one in cluster[:4]) or "nothing"


def _clusters(text: str) -> Iterator[str]:
    """Yield the characters of a text, each with the combining marks that follow it."""
    start = 0
    for at in range(1, len(text) + 1):
        after = text[at : at + 1]
        if after > "\u02ff" and (unicodedata.combining(after) or _JAMO.match(after)):
            continue
        yield text[start:at]
        start = at


def places_alike(text: str, words: str) -> list[tuple[int, int]]:
    """Return the start and end of words in a text, whatever their form; at most two places."""
    folded, starts, ends = _indexed(text)
    wanted = _folded(words, tuple(_FORMS))
    some = islice(occurrences(folded, wanted), 2)
    return [(starts[at], ends[at + len(wanted) - 1]) for at in some]


@lru_cache(maxsize=4)
def _indexed(text: str) -> tuple[str, list[int], list[int]]:
    """Return a text without differences of form, and the original start and end of each character."""
    names = tuple(_FORMS)
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for cluster in _clusters(text):
        if cluster.isascii() and len(cluster) == 1:
            part = _without_space(cluster) if cluster < "!" else cluster
        else:
            part = _folded(cluster, names)
        parts.append(part)
        starts += [at] * len(part)
        at += len(cluster)
        ends += [at] * len(part)
    return "".join(parts), starts, ends
