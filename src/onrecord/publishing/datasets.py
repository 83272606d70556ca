"""Convert a corpus to Hugging Face datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.corpus.corpus import Corpus
from onrecord.errors import need
from onrecord.publishing import parquet
from onrecord.schema import RECORD_TYPES

if TYPE_CHECKING:
    from datasets import Dataset


def to_datasets(corpus: Corpus) -> dict[str, Dataset]:
    """Return the published tables of a corpus as datasets, as ``load_dataset`` would load them.

    Raises:
        MissingExtraError: The package ``datasets`` is not installed.
    """
    need("publish")
    from datasets import Dataset

    return {
        f"{record_type}s": Dataset(parquet.table(corpus, record_type))
        for record_type in RECORD_TYPES
    }
