"""Every query declares what it can see at once: one article, or the whole corpus."""

from __future__ import annotations

from typing import get_args

import pytest
import sqlglot
from sqlglot import exp

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.tables import CorpusTables
from onrecord.engines.duckdb import tables_of
from onrecord.rules import RULES, SHARED
from onrecord.rules.base import Query, Scope
from onrecord.rules.corpus.groups import LinkedArticles
from onrecord.validation.rule_runs import summaries_for
from tools.descriptions import DESCRIPTIONS

QUERIES: dict[str, type[Query]] = {**RULES, **SHARED, "linked_articles": LinkedArticles}
OF_ARTICLE, OF_CORPUS = (
    [name for name, query in QUERIES.items() if query.scope == scope] for scope in get_args(Scope)
)
TABLES = {name: DESCRIPTIONS[name].scope for name in CorpusTables(Corpus([])).tables}
SCOPES = {**TABLES, **{name: query.scope for name, query in SHARED.items()}}
# Tables with long text, and columns of others with it or with all that a record has.
LARGE = {"texts", "spans", "strings"}
LONG = {"text", "exact", "words", "prefix", "suffix", "before", "after", "content", "value"}


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_declares_its_own_scope(name):
    assert vars(QUERIES[name])["scope"] in get_args(Scope)


@pytest.mark.parametrize("name", OF_ARTICLE)
def test_a_query_of_an_article_needs_no_table_of_the_corpus(name):
    read = tables_of(QUERIES[name].query) & SCOPES.keys()
    assert read
    assert {SCOPES[table] for table in read} == {"article"}


@pytest.mark.parametrize("name", OF_CORPUS)
def test_a_query_of_the_corpus_needs_no_long_text(name):
    tree = sqlglot.parse_one(QUERIES[name].query, read="duckdb")
    assert not tables_of(QUERIES[name].query) & LARGE
    made = {alias.alias for alias in tree.find_all(exp.Alias, exp.CTE)}
    assert not {column.name for column in tree.find_all(exp.Column)} & LONG - made


@pytest.mark.parametrize("name", summaries_for([*RULES.values()]))
def test_rows_of_summaries_belong_to_an_article(name):
    if name in SHARED:
        tree = sqlglot.parse_one(SHARED[name].query, read="duckdb")
        assert isinstance(tree, exp.Query)
        made = [one.alias_or_name for one in tree.selects]
    else:
        made = CorpusTables(Corpus([])).tables[name].schema.names
    assert {"locator", "owner"} & {*made}
