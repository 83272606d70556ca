"""Find the texts of some articles of a corpus."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from onrecord.corpus.corpus import Corpus
from onrecord.files.article_texts import texts_of


class ArticleText(NamedTuple):
    """Hold the text of an article, and whether offsets of spans refer to it.

    Attributes:
        text: The text.
        indexed: Whether offsets refer to it: its digest is that of the record, if that has one.
    """

    text: str
    indexed: bool


def article_texts(corpus: Corpus, rows: npt.NDArray[np.int64]) -> dict[int, ArticleText]:
    """Return the available texts of some articles, by the rows of the articles."""
    articles = corpus.records("article").take(rows, ["id", "text", "text_sha256"])
    found = {}
    first = 0
    for batch in articles.to_batches():
        own = rows[first : first + batch.num_rows]
        first += batch.num_rows
        texts, _ = texts_of(batch, own, corpus.texts, corpus.text_format)
        for one in texts.select(["owner", "indexed", "text"]).to_pylist():
            found[one["owner"]] = ArticleText(one["text"], one["indexed"])
    return found
