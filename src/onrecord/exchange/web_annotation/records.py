"""Represent quotes and claims of a file of Web Annotations, and their articles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from onrecord.exchange.base import ImportedArticle, SourceItem, Value
from onrecord.exchange.entries import Entry
from onrecord.exchange.web_annotation.targets import Source

# The sources of a record, whose mentions are annotations of their own: fields, and their tags.
SOURCES = {
    "quote": {"speakers": "speaker", "addressees": "addressee", "relayed_by": "relay"},
    "claim": {"claimant": "claimant"},
}
NAMED = re.compile(r"urn:onrecord:(quote|claim):([a-z0-9_-]+)\.([a-z0-9_-]+)")


def article_iri(article_id: str) -> str:
    """Return the IRI of an article without an address, as the source of targets."""
    return f"urn:onrecord:article:{article_id}"


@dataclass(slots=True)
class AnnotatedArticle:
    """Hold an article of a file, with the records that its annotations become."""

    imported: ImportedArticle
    source: Source
    records: list[AnnotatedRecord] = field(default_factory=list)


@dataclass(slots=True)
class AnnotatedRecord:
    """Hold a quote or claim of a file, with its annotation."""

    item: SourceItem
    entry: Entry
    is_ours: bool

    @property
    def value(self) -> Value:
        """Return the record in the form of a document; empty if it is not valid."""
        return self.item.value or {}
