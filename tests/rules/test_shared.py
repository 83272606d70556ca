"""What rules leave out before they ask a function: nothing of which the function tells something."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.corpus.batch_source import BatchSource
from onrecord.corpus.spans import AROUND, beside_texts
from onrecord.engines.duckdb import DuckDB, connect, tables_of
from onrecord.files.article_texts import texts_of
from onrecord.language.edges import cut_character, cut_word_at_end, cut_word_at_start
from onrecord.language.marked import beside
from onrecord.language.sentences import END, sentences_between
from onrecord.language.utf8 import dense
from onrecord.language.wording import wording
from onrecord.rules import RULES, SHARED
from onrecord.rules.base import Query
from onrecord.rules.claims.wording import BEGINNING
from onrecord.rules.corpus.groups import LinkedArticles
from onrecord.rules.spans.marks import BESIDE

CHARACTERS = "aZ5é я٣ب港ぁ가\u0301\u0600\u200d👍🏽🇺🇦\r\n \u00a0\u3000“”«»‘’'\"「」.,!。！?…-_|`*(„"
texts = st.text(st.sampled_from(CHARACTERS) | st.characters(exclude_categories=["Cs"]), max_size=24)


@pytest.mark.parametrize("name", SHARED)
def test_several_queries_begin_with_it_or_it_is_a_summary(name):
    queries: list[type[Query]] = [*RULES.values(), *SHARED.values(), LinkedArticles]
    using = [each for each in queries if name in tables_of(each.query)]
    summary = SHARED[name].scope == "article" and any(each.scope == "corpus" for each in using)
    assert len(using) > 1 or summary


connection = cache(connect)


def rows(query, **tables):
    """The rows of a query, after which its tables are dropped: all examples have one connection."""
    sources = {name: BatchSource.of(pa.Table.from_pylist(rows)) for name, rows in tables.items()}
    asked = type("Asked", (Query,), {"query": query})
    return [row for _, row in DuckDB(sources, connection=connection()).ask([asked])]


@given(texts, st.data())
def test_sentences_between_two_places_are_those_of_the_whole_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    ends = [found.end() for found in END.finditer(text)]
    assert sentences_between(text, start, end) == sum(start <= at <= end for at in ends)


def cut(pieces):
    before, words, after = pieces
    return {"before": before[-64:], "words": words, "after": after[:64]}


pieces = st.tuples(texts, texts.filter(bool), texts)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(pieces, min_size=1, max_size=40))
def test_marks_that_a_pattern_sees_are_beside_words(some):
    spans = [cut(one) | {"number": number} for number, one in enumerate(some)]
    for row in rows(f"SELECT s.number FROM spans AS s WHERE {BESIDE}", spans=spans):
        before, words, after = some[row["number"]]
        assert beside(before + words + after, len(before), len(before) + len(words))


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(pieces, min_size=1, max_size=40))
def test_edges_that_are_passed_over_are_sound(some):
    empty = dict.fromkeys(("prefix", "suffix", "exact", "record_type", "path", "sha256"), "")
    none = empty | {"fit": "here", "start_at": 0, "end_at": 0}
    spans = [none | cut(one) | {"locator": number} for number, one in enumerate(some)]
    doubtful = {row["locator"] for row in rows(SHARED["doubtful_edges"].query, spans=spans)}
    for number in set(range(len(some))) - doubtful:
        before, words, after = some[number]
        assert words == words.strip()
        assert cut_character(before, words) is cut_character(words, after) is None
        assert cut_word_at_start(before, words) is cut_word_at_end(words, after) is None


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.lists(texts, min_size=1, max_size=40))
def test_a_wording_begins_with_the_letters_that_words_begin_with(some):
    query = f"SELECT p.words, {BEGINNING} AS beginning FROM pieces AS p"
    for row in rows(query, pieces=[{"words": one} for one in some]):
        assert wording(row["words"]).startswith(row["beginning"])


@given(st.text(st.characters(max_codepoint=0x7F), max_size=30))
def test_a_wording_is_the_same_beside_other_scripts(words):
    assert wording("я " + words)[1:] == wording(words)


def owned(texts):
    return pa.table({"owner": pa.array(range(len(texts)), pa.int64()), "text": texts})


SPAN = pa.schema(
    {
        **dict.fromkeys(("owner", "start_at", "end_at"), pa.int64()),
        **dict.fromkeys(("exact", "sha256", "prefix", "suffix"), pa.string()),
    }
)


@pytest.mark.slow
@given(st.lists(texts, max_size=5), st.booleans(), st.data())
def test_what_stands_at_spans_and_around(some, several, data):
    owner = st.none() | st.integers(0, len(some))
    offset = st.none() | st.integers(0, 30)
    extents = data.draw(st.lists(st.tuples(owner, offset, offset), max_size=12))
    spans = [dict(zip(SPAN.names, one, strict=False)) for one in extents]
    half = len(some) // 2
    texts = owned(some)
    if several:
        texts = pa.concat_tables([texts[:half], texts[half:]])
    found = beside_texts(pa.Table.from_pylist(spans, SPAN), texts)
    for row in found.to_pylist():
        start, end = row["start_at"], row["end_at"]
        text = some[row["owner"]] if row["owner"] in range(len(some)) else ""
        if None in (start, end) or not start < end <= len(text):
            assert row["words"] is row["before"] is row["after"] is None
        else:
            assert row["words"] == text[start:end]
            assert row["before"] == text[max(0, start - AROUND) : start]
            assert row["after"] == text[end : end + AROUND]
        assert row["fit"] is None


def test_a_part_of_the_name_of_a_table_is_none():
    assert not [one for one in SHARED for other in SHARED if one != other and re.search(one, other)]


optional = st.lists(st.none() | texts, max_size=12)


@given(optional, st.integers(0, 3))
def test_strings_without_nulls(some, first):
    strings = pa.array(some, pa.string()).slice(first)
    assert dense(strings).to_pylist() == [one for one in some[first:] if one is not None]


def test_bytes_of_nulls_are_in_no_string():
    offsets = pa.array([0, 3, 6], pa.int32()).buffers()[1]
    valid = pa.array([False, True]).buffers()[1]
    strings = pa.Array.from_buffers(pa.string(), 2, [valid, offsets, pa.py_buffer(b"onetwo")])
    assert dense(strings).to_pylist() == ["two"]


@given(st.lists(st.tuples(st.none() | texts, st.none() | texts), max_size=12), st.booleans())
def test_texts_at_hand_are_those_of_records_else_of_the_folder(some, given):
    class Folder:
        def find(self, article_id, digest, text_format="plain"):
            assert text_format == "plain"
            return f"{article_id} {digest}" if article_id % 2 else None

    articles = pa.RecordBatch.from_pydict(
        {
            "id": pa.array(range(len(some))),
            "text": pa.array([text for text, _ in some], pa.string()),
            "text_sha256": pa.array(
                [of if of is None else sha256(of.encode()).hexdigest() for _, of in some],
                pa.string(),
            ),
        }
    )
    folder = Folder() if given else None
    expected = []
    for at, (text, digest) in enumerate(
        zip(articles["text"].to_pylist(), articles["text_sha256"].to_pylist(), strict=True)
    ):
        there = folder.find(at, digest) if folder and text is None else text
        if there is not None:
            own = sha256(there.encode()).hexdigest()
            expected.append(
                {"owner": 7 + at, "length": len(there), "sha256": own, "text": there}
                | {"indexed": digest in (None, own), "own": text is not None}
            )
    found, unreadable = texts_of(articles, np.arange(7, 7 + len(articles)), folder)
    assert (found.to_pylist(), unreadable) == (expected, [])
