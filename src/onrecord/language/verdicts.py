"""Interpret the labels of ratings: what their words mean, and numbers on a scale."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache

from onrecord.language.languages import Verdicts, in_all
from onrecord.language.wording import wording


@cache
def ratings() -> Mapping[str, str]:
    """Return the rating that each word for a verdict means, in any language, by the word in small letters."""
    kinds = (one.name for one in fields(Verdicts) if one.name != "out_of")
    return {word: kind for kind in kinds for word in in_all(f"verdicts.{kind}")}


def plain_verdict(label: str) -> bool | None:
    """Return whether a label says exactly true or false; None if it says neither."""
    return _meanings().get(wording(label))


@cache
def _meanings() -> Mapping[str, bool]:
    meant = {"true": True, "mostly_true": True, "mostly_false": False, "false": False}
    return {wording(word): meant[kind] for word, kind in ratings().items() if kind in meant}


def beyond_scale(label: str) -> bool:
    """Return whether a label is a number outside the scale that it names, such as 7/5 or 120 %."""
    if found := _on_scale().fullmatch(label):
        value, best = (float(number.replace(",", ".")) for number in found.groups())
        return value > best
    return bool((share := _PERCENT.fullmatch(label)) and float(share[1].replace(",", ".")) > _ALL)


_NUMBER = "([0-9]{1,3}(?:[.,][0-9]{1,2})?)"
_PERCENT = re.compile(rf"\s*{_NUMBER}\s*%[^0-9]*")
_ALL = 100


@cache
def _on_scale() -> re.Pattern[str]:
    out_of = "|".join(sorted(in_all("verdicts.out_of")))
    return re.compile(rf"\s*{_NUMBER}\s*(?:{out_of})\s*{_NUMBER}[^0-9/]*")
