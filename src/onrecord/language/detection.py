"""Detect the language of a text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# How likely a language must be, of 1. Of texts of a paragraph, all reach it; of words and names, few.
_SURE = 0.9
# What py3langid says of what is not language, such as numbers.
_NO_LANGUAGE = "zxx"


def detected_language(text: str) -> str | None:
    """Return the language of a text, a BCP 47 tag; None if it is not certain."""
    language, likelihood = _identifier().classify(text)
    return language if likelihood >= _SURE and language != _NO_LANGUAGE else None


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_modelpath(str(MODEL_DIR / MODEL_FILE), norm_probs=True)
