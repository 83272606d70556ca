"""Items that an import has seen are found alike in memory and in its temporary file."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.errors import OnrecordError
from onrecord.exchange.digests import Digests
from onrecord.exchange.seen import SeenItems
from tests.drawing import examples

NAMES = st.sampled_from([f"a{number}" for number in range(12)])


@pytest.mark.parametrize("most", [0, 2, 5])
def test_names_and_articles_are_found_again_in_the_file(most, monkeypatch):
    monkeypatch.setattr("onrecord.exchange.seen._NAMES", most)
    monkeypatch.setattr("onrecord.exchange.seen._ARTICLES", most)
    monkeypatch.setattr("onrecord.exchange.seen._BLOCK", 20)

    @settings(max_examples=examples(20))
    @given(st.lists(st.lists(NAMES, min_size=1, max_size=4)), st.lists(NAMES))
    def check(groups, articles):
        known, lines = set(), {}
        with closing(SeenItems()) as seen:
            for names in groups:
                is_new = len(set(names)) == len(names) and known.isdisjoint(names)
                assert seen.are_new(names) == is_new
                known |= set(names) if is_new else set()
            for number, name in enumerate(articles):
                assert seen.article(name) == lines.get(name)
                lines[name] = f"{number}"
                seen.keep_article(name, f"{number}")
            assert list(seen.articles()) == list(lines.values())

    check()


def test_runs_of_names_are_merged_in_parts(monkeypatch):
    monkeypatch.setattr("onrecord.exchange.digests._MOST", 8)
    digests, numbers = Digests(), {}
    for size in (1, 5, 3, 30, 2, 40):
        more = {f"a{len(numbers) + number}": number for number in range(size)}
        digests.add(list(more), list(more.values()))
        numbers |= more
    asked = ["b", *numbers, "c"]
    assert {asked[place]: number for place, number in digests.find(asked)} == numbers


def test_a_folder_for_temporary_files_without_room_is_named(
    tmp_path, monkeypatch, temporary_files_in
):
    monkeypatch.setattr("onrecord.exchange.seen._ARTICLES", 0)
    temporary_files_in(tmp_path / "gone")
    with (
        closing(SeenItems()) as seen,
        pytest.raises(OnrecordError, match=r"temporary files are in .*gone, .* TMPDIR"),
    ):
        seen.add_articles({"a": "{}"})
