"""Detect the language of a text."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from onrecord.language.edges import script
from onrecord.language.languages import Words, knowledge_of, languages

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# How likely a language must be, of 1. Of texts of a paragraph, all reach it; of words and names, few.
_SURE = 0.9
# What py3langid says of what is not language, such as numbers.
_NO_LANGUAGE = "zxx"
# The languages that alone are written in a script, by the first word of the names of its letters.
_OF_SCRIPTS = {
    script: tag
    for tag, *scripts in (
        *(("el", "GREEK"), ("gu", "GUJARATI"), ("he", "HEBREW"), ("hy", "ARMENIAN")),
        *(("ja", "HIRAGANA", "KATAKANA"), ("ka", "GEORGIAN"), ("km", "KHMER"), ("kn", "KANNADA")),
        *(("ko", "HANGUL"), ("lo", "LAO"), ("ml", "MALAYALAM"), ("my", "MYANMAR"), ("or", "ORIYA")),
        *(("pa", "GURMUKHI"), ("si", "SINHALA"), ("ta", "TAMIL"), ("te", "TELUGU"), ("th", "THAI")),
    )
    for script in scripts
}
# How much of a text must be in such a script; Japanese has other letters beside its own.
_MOST, _KANA = 0.7, 0.2
# Varieties that py3langid has apart, and that a few words do not: of Arabic, Chinese, Greek, Hebrew.
_VARIETIES = {
    "ary": "ar",
    "arz": "ar",
    "grc": "el",
    "hbo": "he",
    "nn": "no",
    "wuu": "zh",
    "yue": "zh",
}
# How much likelier a language is that has a file, and how much each of its words in a text adds to it.
_KNOWN, _WORD = 6, 6
_WORDS = re.compile(r"[^\W\d_](?:[\w\u200c]*\w)?")


def detected_language(text: str) -> str | None:
    """Return the language of a text, a BCP 47 tag; None if it is not certain.

    What py3langid is sure of is certain, and so is a script of one language. Otherwise, words are
    counted that are known of languages, and letters that a language does not have. Of languages that
    differ in few words, such as Danish and Norwegian, a short text may be either: that is not certain.
    """
    ranked = {tag: float(likelihood) for tag, likelihood in _identifier().rank(text)}
    for likelihoods in (ranked, _together(ranked)):
        if found := _sure(likelihoods):
            return found
    return _by_script(text) or _sure(_with_words(_together(ranked), text))


def _sure(likelihoods: dict[str, float]) -> str | None:
    """Return the language that is likely enough, if one is."""
    first = max(likelihoods, key=likelihoods.__getitem__)
    sure = likelihoods[first] >= _SURE * sum(likelihoods.values())
    return first if sure and first != _NO_LANGUAGE else None


def _together(likelihoods: dict[str, float]) -> dict[str, float]:
    """Return the likelihoods of languages with those of their varieties."""
    found = dict.fromkeys((_VARIETIES.get(tag, tag) for tag in likelihoods), 0.0)
    for tag, likelihood in likelihoods.items():
        found[_VARIETIES.get(tag, tag)] += likelihood
    return found


def _by_script(text: str) -> str | None:
    """Return the language of the script that most letters of a text are in, if it is the only one."""
    letters = Counter(script(one) for one in text if one.isalpha())
    found: Counter[str] = Counter()
    for name, number in letters.items():
        if name in _OF_SCRIPTS:
            found[_OF_SCRIPTS[name]] += number
    if not found:
        return None
    ((tag, number),) = found.most_common(1)
    if tag == "ja" and number >= _KANA * letters.total():
        number += letters["CJK"]
    return tag if number >= _MOST * letters.total() else None


def _with_words(likelihoods: dict[str, float], text: str) -> dict[str, float]:
    """Return likelihoods that count how many words of a text are known of each language, and how
    many have letters that the language does not have.

    Of a language without a file, no words are known, and so it counts as if it had the most.
    """
    counts = {}
    for tag in likelihoods.keys() & languages().keys():
        known = knowledge_of(tag)
        some = set(_WORDS.findall(known.lower(text)))
        foreign = sum(not known.foreign_letters.isdisjoint(one) for one in some)
        counts[tag] = len(some & _words(tag)) - foreign
    most = max(counts.values())
    return {
        tag: likelihood * (_KNOWN * _WORD ** counts[tag] if tag in counts else _WORD**most)
        for tag, likelihood in likelihoods.items()
    }


@cache
def _words(tag: str) -> Words:
    """Return the words of a language that are in texts about anything."""
    known = knowledge_of(tag)
    cues = known.cues
    return (
        known.pronouns.words
        | known.negation.words
        | known.roles.articles
        | cues.verbs
        | (cues.prepositions | cues.conjunctions | cues.between)
    )


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_modelpath(str(MODEL_DIR / MODEL_FILE), norm_probs=True)
