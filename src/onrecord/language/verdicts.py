"""Interpret the labels of ratings: plain words for true and false, and numbers on a scale.

Known in English, German, French, Spanish, Italian, Portuguese, Russian, Ukrainian and Turkish.
"""

from __future__ import annotations

import re

from onrecord.language.wording import wording


def plain_verdict(label: str) -> bool | None:
    """Return whether a label says exactly true or false; None if it says neither."""
    return _MEANING.get(wording(label))


def beyond_scale(label: str) -> bool:
    """Return whether a label is a number outside the scale that it names, such as 7/5 or 120 %."""
    if found := _ON_SCALE.fullmatch(label):
        value, best = (float(number.replace(",", ".")) for number in found.groups())
        return value > best
    return bool((share := _PERCENT.fullmatch(label)) and float(share[1].replace(",", ".")) > _ALL)


_TRUE = """
true, mostly true, correct, accurate, mostly correct, mostly accurate; wahr, richtig, stimmt,
größtenteils wahr, größtenteils richtig; vrai, exact, plutôt vrai; verdadero, verdadera, cierto,
correcto; vero, corretto; verdadeiro, verdade, correto; правда, верно; істина; doğru
"""
_FALSE = """
false, mostly false, pants on fire, incorrect, inaccurate, wrong, fake, not true, untrue; falsch,
größtenteils falsch, stimmt nicht, unwahr; faux, plutôt faux; falso, falsa, incorrecto, bulo; errato;
incorreto, fake news; ложь, неправда, фейк, неверно; брехня, фейк; yanlış
"""
_MEANING = {
    wording(label): meaning
    for labels, meaning in ((_TRUE, True), (_FALSE, False))
    for label in re.split("[,;]", labels)
}

_NUMBER = "([0-9]{1,3}(?:[.,][0-9]{1,2})?)"
_ON_SCALE = re.compile(rf"\s*{_NUMBER}\s*(?:/|of|out of|von|sur|de|su|из|з|із)\s*{_NUMBER}[^0-9/]*")
_PERCENT = re.compile(rf"\s*{_NUMBER}\s*%[^0-9]*")
_ALL = 100
