"""Who said what, where it is in the source, and what it claims: as data that can be trusted.

The models need only Pydantic; everything is imported when it is first used. Reading, validating and
publishing need the extras ``validate`` and ``publish``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onrecord.corpus.corpus import Corpus
    from onrecord.corpus.reading import read
    from onrecord.drafting.agreement import compare
    from onrecord.errors import InputError, MissingExtraError
    from onrecord.findings import Finding, Place, Report, Severity
    from onrecord.publishing.hub import to_datasets
    from onrecord.rights.records import dehydrate, hydrate
    from onrecord.schema.current import Article, Claim, Document, Quote
    from onrecord.validation.validate import validate

from onrecord.version import __version__

__all__ = [
    "Article",
    "Claim",
    "Corpus",
    "Document",
    "Finding",
    "InputError",
    "MissingExtraError",
    "Place",
    "Quote",
    "Report",
    "Severity",
    "__version__",
    "compare",
    "dehydrate",
    "hydrate",
    "read",
    "to_datasets",
    "validate",
]

_HOME = {
    **dict.fromkeys(("Article", "Claim", "Document", "Quote"), "onrecord.schema.current"),
    "Corpus": "onrecord.corpus.corpus",
    "read": "onrecord.corpus.reading",
    "compare": "onrecord.drafting.agreement",
    **dict.fromkeys(("dehydrate", "hydrate"), "onrecord.rights.records"),
    **dict.fromkeys(("InputError", "MissingExtraError"), "onrecord.errors"),
    **dict.fromkeys(("Finding", "Place", "Report", "Severity"), "onrecord.findings"),
    "to_datasets": "onrecord.publishing.hub",
    "validate": "onrecord.validation.validate",
}
# Names that need only Pydantic.
_LIGHT = ("onrecord.errors", "onrecord.findings", "onrecord.schema.current")


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOME[name]
    if home not in _LIGHT:
        from onrecord.errors import need

        need("validate")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return __all__
