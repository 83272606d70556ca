"""Records belong to the article with their id in their own file, also if others have the same id,
and are in the partition of their article, in whatever order they are.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.corpus.corpus import Corpus
from onrecord.corpus.partitions import partitions
from onrecord.files.opening import File
from onrecord.readers.models.records import Rows
from onrecord.readers.options import READ_OPTIONS
from onrecord.schema import RECORD_TYPES
from tests.drawing import examples

FILES = [File(Path(name), name) for name in "xyz"]


def article(one):
    return {"record_type": "article", "schema_version": "1.0", "id": one}


def record(kind, one, number):
    return {"record_type": kind, "schema_version": "1.0", "id": f"{one}.q{number}"} | {
        "article_id": one
    }


def corpus_of(articles, quotes, claims=(), together=True, options=READ_OPTIONS):
    """Return a corpus with the ids of articles, and of the articles of other records, by file."""
    corpus = Corpus([], options=options)
    for kind, rows in (("article", articles), ("quote", quotes), ("claim", claims)):
        for file, names in zip(FILES, rows, strict=False):
            records = [
                article(name) if kind == "article" else record(kind, name, at)
                for at, name in enumerate(names)
            ]
            numbers = range(len(records))
            for some in [numbers] if together else [[at] for at in numbers]:
                if some:
                    corpus.add(Rows(kind, file, [records[at] for at in some], [*some]))
    return corpus


@pytest.fixture(params=[2, 2**16], ids=["few-at-once", "all-at-once"])
def some(request, monkeypatch):
    """Let few ids be compared at a time, or all."""
    monkeypatch.setattr("onrecord.corpus.owners._SOME", request.param)
    monkeypatch.setattr("onrecord.corpus.owners._MANY", request.param)
    monkeypatch.setattr("onrecord.corpus.partitions._SOME", request.param)


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize("together", [True, False])
def test_the_article_is_in_the_same_file(together):
    articles = [["a"], ["b", "a", "c", "a"], ["d"]]
    quotes = [["a"], ["c", "a", "b"], ["a", "b", "e", "d"]]
    corpus = corpus_of(articles, quotes, together=together)
    # The third file has no article of its own with these ids, so that the first of all counts.
    assert corpus.owners("quote").tolist() == [0, 3, 2, 1, 0, 1, -1, 5]


@pytest.mark.usefixtures("some")
@pytest.mark.parametrize(
    ("articles", "quotes", "owners"),
    [
        ("abcdef", "aabdff", [0, 0, 1, 3, 5, 5]),
        ("fbdace", "ffbaae", [0, 0, 1, 3, 3, 5]),
        ("fbdace", "abcdef", [3, 1, 4, 2, 5, 0]),
        ("fbdace", "fbxace", [0, 1, -1, 3, 4, 5]),
        ("abcdef", "fffx", [5, 5, 5, -1]),
        ("", "ab", [-1, -1]),
        ("ab", "", []),
    ],
)
def test_records_in_the_order_of_articles_and_in_another_one(articles, quotes, owners):
    assert corpus_of([articles], [quotes]).owners("quote").tolist() == owners


IDS = st.text("abcdefgh", min_size=1, max_size=2)
TABLES = st.one_of(st.lists(IDS, max_size=12), st.lists(IDS, max_size=12).map(sorted))


@pytest.mark.usefixtures("some")
@settings(max_examples=examples(40), deadline=None)
@given(
    st.one_of(st.lists(IDS, max_size=12, unique=True), TABLES),
    st.lists(TABLES, min_size=2, max_size=2),
    TABLES,
    st.integers(1, 8),
    st.booleans(),
)
def test_partitions_are_whole_articles(articles, quotes, claims, size, along):
    if along:  # in the order of the articles
        quotes = [sorted(set(one), key=(*articles, *one).index) for one in quotes]
    options = replace(READ_OPTIONS, partition=size)
    corpus = corpus_of([[], articles], quotes, [claims], options=options)
    names = {
        kind: corpus.table(kind, [column])[column].to_pylist()
        for kind, column in zip(RECORD_TYPES, ("id", "article_id", "article_id"), strict=True)
    }
    for kind, owners in ((kind, corpus.owners(kind).tolist()) for kind in ("quote", "claim")):
        first = [articles.index(name) if name in articles else -1 for name in names[kind]]
        # That of the same file, which is the second one, is the first of all as well.
        assert owners == first
    parts = partitions(corpus)
    of = {}
    for number, part in enumerate(parts):
        for kind, records in part.records.items():
            for found in records.parts():
                assert found.owners.tolist() == corpus.owners(kind)[found.rows].tolist()
                ids = [names[kind][row] for row in found.rows.tolist()]
                column = "id" if kind == "article" else "article_id"
                assert found.records[column].to_pylist() == ids
                assert all(of.setdefault(name, number) == number for name in ids)
    for kind in RECORD_TYPES:
        rows = np.concatenate([part.records[kind].rows for part in parts]) if parts else []
        assert sorted(rows) == list(range(len(names[kind])))
