"""Define schema 1.0, the first release: one file per record; strings are in `schema.fields`."""

from onrecord.schema.v1.annotation import Annotation, Guideline, Origin, OriginField
from onrecord.schema.v1.appearance import Appearance
from onrecord.schema.v1.article import Article, Correction, Coverage, Publisher
from onrecord.schema.v1.assessment import Assessment, Evidence
from onrecord.schema.v1.claim import Claim, Relation
from onrecord.schema.v1.corpus import CorpusInfo, Creator
from onrecord.schema.v1.document import Document, DocumentArticle, DocumentClaim, DocumentQuote
from onrecord.schema.v1.quote import Quote, QuoteRelation
from onrecord.schema.v1.rights import Rights
from onrecord.schema.v1.source import Entity, Source
from onrecord.schema.v1.span import ContentSpan, Span

__all__ = [
    "Annotation",
    "Appearance",
    "Article",
    "Assessment",
    "Claim",
    "ContentSpan",
    "CorpusInfo",
    "Correction",
    "Coverage",
    "Creator",
    "Document",
    "DocumentArticle",
    "DocumentClaim",
    "DocumentQuote",
    "Entity",
    "Evidence",
    "Guideline",
    "Origin",
    "OriginField",
    "Publisher",
    "Quote",
    "QuoteRelation",
    "Relation",
    "Rights",
    "Source",
    "Span",
]
