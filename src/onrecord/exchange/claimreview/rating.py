"""Convert the rating of a review, in words and numbers, to the scale of assessments."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from onrecord.exchange.claimreview.nodes import Node
from onrecord.exchange.values import is_absent, is_sentinel, kind
from onrecord.exchange.values import written as as_text
from onrecord.language.verdicts import ratings
from onrecord.rules import importing, reading

# The scale of verdicts, from its worst to its best: numbers are places on it.
SCALE = ("false", "mostly_false", "mixed", "mostly_true", "true")
# Why a number has no position: it is a placeholder, or it is outside its scale.
NO_NUMBER, BEYOND = "no number", "beyond"
# Placeholders for no number.
_PLACEHOLDERS = (0, -1)

# A number as people write it, with a decimal point or comma, in per cent or out of a highest one.
_NUMERAL = re.compile(
    r"(?P<number>[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)"
    r"(?: ?(?P<percent>%)|(?: ?/ ?| (?:out )?of )(?P<best>\d+(?:[.,]\d+)?))?"
)
# Arabic and full-width forms of the decimal point, the comma and the percent sign.
_SIGNS = str.maketrans("٫，．٪％−", ".,.%%-")


class Rating:
    """Convert the rating of a review to the scale of assessments.

    Attributes:
        original: As the reviewer wrote it.
        rating: On the scale of assessments.
    """

    original: str | None = None
    rating: str | None = None

    def __init__(self, node: Node) -> None:
        ratings = node.nodes("reviewRating", text="alternateName")
        for one in ratings[1:]:
            one.leave_out("a further rating", "a review has one verdict")
        if ratings:
            self._read(ratings[0])
        if self.original is None:
            why = "it has no verdict, in words or as a number"
            node.leave_out("the review", why, "reviewRating")

    def _read(self, rating: Node) -> None:
        alias, name = rating.string("alternateName"), rating.string("name")
        if alias and name and alias != name:
            rating.keep("name")
        value = rating.raw.get("ratingValue")
        self.original = alias or name or rating.string("ratingExplanation")
        place, problem = _place(rating)
        if self.original is None and not is_absent(value):
            numeral = isinstance(value, int | float) and not isinstance(value, bool)
            self.original = as_text(value) if numeral else rating.string("ratingValue")
        known, word = next(
            ((meaning, one) for one in (name, alias) if one and (meaning := _meaning(one))),
            (None, None),
        )
        if problem and not (problem == NO_NUMBER and known):
            rating.report(importing.RatingOffScale, "ratingValue", **_off_scale(rating))
            self.rating = known if problem == NO_NUMBER else None
            return
        nearest = None if place is None else _nearest(place)
        if known in SCALE and nearest and abs(SCALE.index(known) - SCALE.index(nearest)) > 1:
            facts = {"found": as_text(value), "meaning": nearest.replace("_", " "), "name": word}
            rating.report(importing.RatingsDisagree, "ratingValue", **facts)
            return
        self.rating = known or nearest


class _Number(NamedTuple):
    """Hold a number, and its maximum if it states one: 100 for per cent."""

    value: float
    best: float | None = None


def _place(rating: Node) -> tuple[float | None, str | None]:
    """Return the position of a rating on its scale, from 0 (worst) to 1, or why it has none.

    A scale may begin with its best number, if it states both. A number on a scale whose best number
    is also the worst is only there because a form required it, and is ignored.
    """
    value = _number(rating, "ratingValue")
    best, worst = _number(rating, "bestRating"), _number(rating, "worstRating")
    if value is None:
        return None, None
    if isinstance(value, str) or isinstance(best, str) or isinstance(worst, str):
        return None, BEYOND
    ends = _scale(value, best, worst)
    found = _between(value.value, *ends) if ends else None
    if found is not None:
        return found, None
    alone = ends is not None and ends[0] == ends[1] == value.value
    return None, NO_NUMBER if alone or value.value in _PLACEHOLDERS else BEYOND


def _off_scale(rating: Node) -> dict[str, str]:
    """Return the facts for reporting a number outside its scale."""
    ends = {"worst": rating.raw.get("worstRating"), "best": rating.raw.get("bestRating")}
    return {
        "found": as_text(rating.raw["ratingValue"]),
        **{
            name: default if is_absent(end) else as_text(end)
            for (name, end), default in zip(ends.items(), ("1", "5"), strict=True)
        },
    }


def _scale(
    value: _Number, best: _Number | None, worst: _Number | None
) -> tuple[float, float] | None:
    """Return the worst and best number of a scale; None if the given ones contradict each other."""
    bests = {one for one in (best and best.value, value.best) if one is not None}
    if len(bests) > 1:
        return None
    highest = bests.pop() if bests else 5.0
    lowest = worst.value if worst else 0.0 if value.best == 100 else 1.0  # per cent
    if highest < lowest and not (best and worst):
        return None
    return lowest, highest


def _between(value: float, worst: float, best: float) -> float | None:
    """Return the position of a number between two others, from 0 to 1; None if it is outside."""
    length = best - worst
    if not length or not math.isfinite(length) or not min(worst, best) <= value <= max(worst, best):
        return None
    return (value - worst) / length


def _number(rating: Node, name: str) -> _Number | str | None:
    """Return a number of a rating; its text if it is not a number; None if it is absent."""
    rating.keep(name)
    value = rating.raw.get(name)
    if is_sentinel(value):
        rating.report(importing.NoValue, name, found=as_text(value))
    if value is None or value == "" or is_sentinel(value):
        return None
    if isinstance(value, bool | dict | list):
        rating.report(reading.WrongType, name, found=kind(value), expected="a number")
        return None
    numeral = _NUMERAL.fullmatch(as_text(value).translate(_SIGNS).strip())
    number = _float(numeral["number"]) if numeral else None
    if numeral is None or number is None:
        return as_text(value)
    best = 100.0 if numeral["percent"] else _float(numeral["best"]) if numeral["best"] else None
    return _Number(number, best)


def _float(numeral: str) -> float | None:
    """Parse a finite number; return None if a comma may be a decimal or a thousands separator."""
    if re.search(r",\d{3}(?!\d)", numeral):
        return None
    found = float(numeral.replace(",", "."))
    return found if math.isfinite(found) else None


def _nearest(place: float) -> str:
    """Return the rating nearest to a position from 0 to 1; of two, the milder one."""
    for name, below in (("false", 1 / 8), ("mostly_false", 3 / 8)):
        if place < below:
            return name
    for name, upto in (("mixed", 5 / 8), ("mostly_true", 7 / 8)):
        if place <= upto:
            return name
    return "true"


def _meaning(text: str) -> str | None:
    """Return the rating that words for a verdict mean, in any language."""
    return ratings().get(" ".join(re.split(r"[\s_-]+", text.lower().strip(" \t.!\"'“”"))))
