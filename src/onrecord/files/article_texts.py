"""Collect the available texts of articles as Arrow columns."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.files.texts import TextFolder, UnreadableTextError
from onrecord.language.utf8 import dense, utf8
from onrecord.schema.arrow import BOOL, INT, TEXT, without_nulls
from onrecord.text_formats import PLAIN

TEXTS = without_nulls(owner=INT, length=INT, sha256=TEXT, indexed=BOOL, own=BOOL, text=TEXT)


def texts_of(
    articles: pa.RecordBatch,
    rows: npt.NDArray[np.int64],
    folder: TextFolder | None,
    text_format: Callable[[int], str] = lambda _: PLAIN,
) -> tuple[pa.RecordBatch, list[tuple[int, UnreadableTextError]]]:
    """Return the texts of a batch of articles; the row and the error of those that cannot be read.

    A text comes from the record, otherwise from the folder.

    Args:
        articles: The records, in the Arrow schema of their model.
        rows: The rows of the articles in the table of all.
        folder: The folder to search for texts that the records do not have.
        text_format: Returns the name of the format of an article's text in the folder, by its row.
    """
    texts, digests = articles.column("text"), articles.column("text_sha256")
    recorded = texts.is_valid()
    unreadable: list[tuple[int, UnreadableTextError]] = []
    if folder is not None and texts.null_count:
        missing = texts.is_null()
        ids = articles.column("id").filter(missing).to_pylist()
        of = rows[missing.to_numpy(zero_copy_only=False)].tolist()
        looked_up: list[str | None] = []
        for row, article_id, digest in zip(
            of, ids, digests.filter(missing).to_pylist(), strict=True
        ):
            found_text = None
            try:
                found_text = folder.find(article_id, digest, text_format(row))
            except UnreadableTextError as error:
                unreadable.append((row, error))
            looked_up.append(found_text)
        texts = pc.replace_with_mask(texts, missing, pa.array(looked_up, pa.string()))
    there = np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False))
    texts, digests = dense(texts), digests.take(pa.array(there))
    found = pa.array(_digests(texts), pa.string())
    columns = {
        "owner": pa.array(rows[there]),
        "length": pc.utf8_length(texts).cast(pa.int64()),
        "sha256": found,
        "indexed": pc.fill_null(pc.equal(found, digests), True),
        "own": recorded.take(pa.array(there)),
        "text": texts,
    }
    return pa.RecordBatch.from_pydict(columns, TEXTS), unreadable


def _digests(texts: pa.Array) -> list[str]:
    """Return the SHA-256 of each text's UTF-8, in lower-case hexadecimal digits."""
    data, offsets = utf8(texts)
    some, bounds = data.data, offsets.tolist()
    return [sha256(some[start:end]).hexdigest() for start, end in pairwise(bounds)]
