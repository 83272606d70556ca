"""Divide the articles of a corpus into splits so that none is tested on what another one teaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

# The split of all records if a corpus requests none.
SINGLE = "train"


@dataclass(frozen=True, slots=True)
class Assignment:
    """The splits of a corpus.

    Attributes:
        names: The names of all splits, also of empty ones.
        articles: The split of each article, by its id.
    """

    names: tuple[str, ...]
    articles: Mapping[str, str]

    def of(self, articles: pa.Array) -> pa.Array:
        """Return the split of each article, given its id."""
        encoded = articles.dictionary_encode()
        found = [self.articles.get(id_, self.names[0]) for id_ in encoded.dictionary.to_pylist()]
        return pa.array(found, pa.string()).take(encoded.indices)
