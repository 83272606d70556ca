"""Name the models of 0.9; only what reads or upgrades old records loads them."""

from onrecord.schema.v0.annotation import Annotation, Origin, OriginField
from onrecord.schema.v0.appearance import Appearance
from onrecord.schema.v0.article import Article, Correction, Publisher
from onrecord.schema.v0.assessment import Assessment, Evidence
from onrecord.schema.v0.claim import Claim, Relation
from onrecord.schema.v0.corpus import CorpusInfo
from onrecord.schema.v0.document import Document, DocumentArticle, DocumentClaim, DocumentQuote
from onrecord.schema.v0.quote import Quote
from onrecord.schema.v0.rights import Rights
from onrecord.schema.v0.source import Entity, Source
from onrecord.schema.v0.span import ContentSpan, Span

__all__ = [
    "Annotation",
    "Appearance",
    "Article",
    "Assessment",
    "Claim",
    "ContentSpan",
    "CorpusInfo",
    "Correction",
    "Document",
    "DocumentArticle",
    "DocumentClaim",
    "DocumentQuote",
    "Entity",
    "Evidence",
    "Origin",
    "OriginField",
    "Publisher",
    "Quote",
    "Relation",
    "Rights",
    "Source",
    "Span",
]
