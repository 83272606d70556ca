"""How valid corpora are broken, one way for each rule: a file a family of rules.

A mutation is a function that takes ``draw`` and a corpus, documents as plain values, changes it in
place so that just its rule is broken, once, and returns where: the record and the path that the
finding names. The last document is the sound one of the examples of rules, the others are drawn.
Where the corpus has nothing to break, the mutation adds what is needed. What documents do not hold,
such as folders and what was published before, is arranged around their files.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

MUTATIONS = {}


class Broken(NamedTuple):
    """Where a finding is to be: the id of the record and the path in it.

    ``arrange`` is given the folder in which the documents stand, ``0.json`` the first of them.
    """

    record: str | None
    path: str
    arrange: Callable[[Path], object] = lambda folder: None


def mutation(code):
    """Register how the rule of this code is broken."""

    def register(function):
        assert code not in MUTATIONS, code
        MUTATIONS[code] = function
        return function

    return register


def uncited(corpus, **wanted):
    """Quotes that have the wanted values and that no claim rests on, and that of the examples.

    With their full ids.
    """
    cited = {id_ for one in corpus for claim in one["claims"] for id_ in claim["quote_ids"]}
    return [
        (f"{document['article']['id']}.{quote['id']}", quote)
        for document in corpus
        for quote in document["quotes"]
        if (quote["id"] not in cited or document is corpus[-1])
        and all(quote[name] == value for name, value in wanted.items())
    ]


def load():
    """All mutations by the code of the rule that they break."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return MUTATIONS
