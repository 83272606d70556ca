"""Every query says what it can see at once: one article, or the whole corpus."""

from __future__ import annotations

from typing import get_args

import pytest

from onrecord.rules import RULES, SHARED
from onrecord.rules.base import Scope
from onrecord.rules.corpus.groups import LinkedArticles

QUERIES = {**RULES, **SHARED, "linked_articles": LinkedArticles}


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_declares_its_own_scope(name):
    assert vars(QUERIES[name])["scope"] in get_args(Scope)
