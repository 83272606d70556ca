"""Publish a corpus: Parquet tables, a dataset card and a manifest, swapped in as one.

A publication is a card, ``README.md``, and a folder that the card names, ``data/DIGEST``, with the
tables and a manifest of them. It follows from the records alone: the same records give the same
bytes, whenever, wherever and in whatever order they are read.
"""

from onrecord.publish.compare import Comparison, check
from onrecord.publish.publication import Publication, publish
from onrecord.publish.swap import PublishError

__all__ = ["Comparison", "Publication", "PublishError", "check", "publish"]
