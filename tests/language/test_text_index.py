"""Words are found in a text in the same way, whoever searches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onrecord.language.text_index import TextIndex

few = st.text("ab \n", max_size=30)


@given(few, st.text("ab ", min_size=1, max_size=3))
def test_places_are_all_offsets_of_the_words(text, words):
    index = TextIndex(text)
    every = [at for at in range(len(text)) if text.startswith(words, at)]
    assert index.places(words) == every
    assert index.places(words, 2) == every[:2]
    assert all(index.has(words, at, at + len(words)) for at in every)
    assert min(index.count(words), 2) == min(len(every), 2)
    assert index.place(words) == (every[0] if len(every) == 1 else None)


@given(few, st.integers(0, 30))
def test_lines_are_counted_from_one(text, at):
    at = min(at, len(text))
    assert TextIndex(text).line(at) == text.count("\n", 0, at) + 1


def test_a_context_tells_places_apart():
    index = TextIndex("the mayor said so, the town said\n so, the mayor said")
    assert index.place("said") is None
    assert index.place("said", prefix="town") == 28
    assert index.place("said", prefix="the town ") == 28
    assert index.place("said", suffix="so, the town") == 10
    assert index.place("said", prefix="mayor") is None
    # The context is at no place, but the words are in one place only.
    assert index.place("town", prefix="mayor") == 23
    assert index.place("harbour") is None


def test_a_context_is_looked_for_at_all_places():
    """Its white space may differ at many places before the one where it is exact."""
    text = "a  said. " * 50 + "a said."
    assert TextIndex(text).place("said", prefix="a ") == len(text) - len("said.")
