"""Who said what, where it is in the source, and what it claims: as data that can be trusted.

The models need only Pydantic; everything is imported when it is first used. Reading, validating and
publishing need the extras ``validate`` and ``publish``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onrecord.anchoring.documents import anchor
    from onrecord.anchoring.result import Anchored, Anchoring
    from onrecord.corpus.corpus import Corpus
    from onrecord.corpus.reading import read
    from onrecord.corpus.records import Records, Table
    from onrecord.drafting.agreement import Agreement, compare
    from onrecord.editing.records import Document
    from onrecord.editing.upgrade import Upgrade, upgrade
    from onrecord.errors import InputError, InvalidDocumentError, MissingExtraError
    from onrecord.findings import Finding, Place, Report, Severity
    from onrecord.fixing.fix import fix
    from onrecord.fixing.result import Fix, FixedFile, FixResult
    from onrecord.publishing.contents import Mismatch
    from onrecord.publishing.datasets import HydrationWarning, hydrate_dataset, to_datasets
    from onrecord.publishing.publication import Publication, publish
    from onrecord.publishing.swap import PublishError
    from onrecord.publishing.verify import Verification, verify
    from onrecord.readers.options import ReadOptions
    from onrecord.rights.records import RefusedError, dehydrate, hydrate
    from onrecord.schema.current import (
        Annotation,
        Appearance,
        Article,
        Assessment,
        Claim,
        ContentSpan,
        CorpusInfo,
        Correction,
        Coverage,
        Creator,
        DocumentArticle,
        DocumentClaim,
        DocumentQuote,
        Entity,
        Evidence,
        Guideline,
        Origin,
        OriginField,
        Publisher,
        Quote,
        QuoteRelation,
        Relation,
        Rights,
        Source,
        Span,
    )
    from onrecord.validation.settings import Settings
    from onrecord.validation.validate import validate_corpus
    from onrecord.validation.validate_files import validate

from onrecord.display import HTML
from onrecord.version import __version__

__all__ = [
    "Agreement",
    "Anchored",
    "Anchoring",
    "Annotation",
    "Appearance",
    "Article",
    "Assessment",
    "Claim",
    "ContentSpan",
    "Corpus",
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
    "Finding",
    "Fix",
    "FixResult",
    "FixedFile",
    "Guideline",
    "HydrationWarning",
    "InputError",
    "InvalidDocumentError",
    "Mismatch",
    "MissingExtraError",
    "Origin",
    "OriginField",
    "Place",
    "Publication",
    "PublishError",
    "Publisher",
    "Quote",
    "QuoteRelation",
    "ReadOptions",
    "Records",
    "RefusedError",
    "Relation",
    "Report",
    "Rights",
    "Settings",
    "Severity",
    "Source",
    "Span",
    "Table",
    "Upgrade",
    "Verification",
    "__version__",
    "anchor",
    "compare",
    "dehydrate",
    "fix",
    "hydrate",
    "hydrate_dataset",
    "publish",
    "read",
    "to_datasets",
    "upgrade",
    "validate",
    "validate_corpus",
    "verify",
]

# The modules of the public names, other than the models. Of these, the first need only Pydantic.
_LIGHT = {
    "onrecord.editing.records": ("Document",),
    "onrecord.errors": ("InputError", "InvalidDocumentError", "MissingExtraError"),
    "onrecord.findings": ("Finding", "Place", "Report", "Severity"),
}
_HEAVY = {
    "onrecord.anchoring.documents": ("anchor",),
    "onrecord.anchoring.result": ("Anchored", "Anchoring"),
    "onrecord.corpus.corpus": ("Corpus",),
    "onrecord.corpus.reading": ("read",),
    "onrecord.corpus.records": ("Records", "Table"),
    "onrecord.drafting.agreement": ("Agreement", "compare"),
    "onrecord.editing.upgrade": ("Upgrade", "upgrade"),
    "onrecord.fixing.fix": ("fix",),
    "onrecord.fixing.result": ("Fix", "FixResult", "FixedFile"),
    "onrecord.publishing.datasets": ("HydrationWarning", "hydrate_dataset", "to_datasets"),
    "onrecord.publishing.publication": ("Publication", "publish"),
    "onrecord.publishing.contents": ("Mismatch",),
    "onrecord.publishing.swap": ("PublishError",),
    "onrecord.publishing.verify": ("Verification", "verify"),
    "onrecord.readers.options": ("ReadOptions",),
    "onrecord.rights.records": ("RefusedError", "dehydrate", "hydrate"),
    "onrecord.validation.settings": ("Settings",),
    "onrecord.validation.validate": ("validate_corpus",),
    "onrecord.validation.validate_files": ("validate",),
}
_MODELS = "onrecord.schema.current"
_HOME = dict.fromkeys(__all__, _MODELS) | {
    name: home for homes in (_LIGHT, _HEAVY) for home, names in homes.items() for name in names
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOME[name]
    if home in _HEAVY:
        from onrecord.errors import need

        need("validate")
    return getattr(importlib.import_module(home), name)


def _html(value: Any) -> str | None:
    """Return the HTML that displays a value in notebooks; None without the extra ``validate``."""
    from onrecord.errors import MissingExtraError, need

    try:
        need("validate")
    except MissingExtraError:
        return None
    html: str | None = importlib.import_module("onrecord.site.notebook").html(value)
    return html


HTML.append(_html)


def __dir__() -> list[str]:
    return __all__
