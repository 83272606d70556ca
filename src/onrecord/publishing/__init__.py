"""Publish a corpus: Parquet tables, a dataset card and a manifest, replaced as one.

A publication consists of a card, ``README.md``, and a folder that the card names, ``data/DIGEST``,
with the tables and their manifest. It depends on the records alone: the same records give the same
bytes, at any time, on any machine and in any order of reading.
"""

from onrecord.publishing.compare import Comparison, check
from onrecord.publishing.publication import Publication, publish
from onrecord.publishing.pull import Pull, pull
from onrecord.publishing.swap import PublishError

__all__ = ["Comparison", "Publication", "PublishError", "Pull", "check", "publish", "pull"]
