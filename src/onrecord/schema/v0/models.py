"""Name the models of 0.9 that code refers to; only what reads or upgrades old records loads them."""

from onrecord.schema.v0.annotation import Annotation
from onrecord.schema.v0.article import Article
from onrecord.schema.v0.claim import Claim
from onrecord.schema.v0.corpus import CorpusInfo
from onrecord.schema.v0.document import Document
from onrecord.schema.v0.quote import Quote
from onrecord.schema.v0.source import Source

__all__ = ["Annotation", "Article", "Claim", "CorpusInfo", "Document", "Quote", "Source"]
