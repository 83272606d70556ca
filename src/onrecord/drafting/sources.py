"""Match the sources that two annotations give for the same quote or claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from onrecord.drafting.assignment import assign
from onrecord.drafting.extents import Extents, overlaps
from onrecord.language.wording import wording

Source = Mapping[str, Any]


def match_sources(
    reference: Sequence[Source], candidate: Sequence[Source]
) -> list[tuple[int, int]]:
    """Match sources one to one, as many as possible, and return the pairs of their indices."""
    weights = [
        {
            other: (len(one) + 1) + sum(one[name] == theirs[name] for name in one)
            for other, theirs in enumerate(candidate)
            if same_source(one, theirs)
        }
        for one in reference
    ]
    return sorted(assign(weights).items())


def same_source(one: Source, other: Source) -> bool:
    """Return whether two sources are the same.

    The Wikidata items decide, if both have one; otherwise the names, regardless of case and
    punctuation. Two sources without either are the same if their mentions overlap, or, without
    mentions, if they have the same role and kind.
    """
    for name, fold in (("wikidata", str), ("name", wording)):
        if one[name] and other[name]:
            return bool(fold(one[name]) == fold(other[name]))
    if any(source[name] for source in (one, other) for name in ("wikidata", "name")):
        return False
    mine, theirs = Extents(one["mentions"]), Extents(other["mentions"])
    if mine and theirs:
        return bool(overlaps([mine], [theirs]))
    return (one["role"], one["kind"]) == (other["role"], other["kind"])
