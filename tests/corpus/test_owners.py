"""Records belong to the article with their id in their own file, also if others have the same id."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.corpus.corpus import Corpus
from onrecord.files.opening import File
from onrecord.readers.models.records import Rows

FILES = [File(Path(name), name) for name in "xyz"]


def article(one):
    return {"record_type": "article", "schema_version": "1.0", "id": one}


def quote(one, number):
    return {"record_type": "quote", "schema_version": "1.0", "id": f"{one}.q{number}"} | {
        "article_id": one
    }


@pytest.mark.parametrize("together", [True, False])
def test_the_article_is_in_the_same_file(together):
    articles = [["a"], ["b", "a", "c", "a"], ["d"]]
    quotes = [["a"], ["c", "a", "b"], ["a", "b", "e", "d"]]
    corpus = Corpus([])
    for kind, made, rows in (
        ("article", lambda one, _: article(one), articles),
        ("quote", quote, quotes),
    ):
        for file, names in zip(FILES, rows, strict=True):
            records = [made(name, at) for at, name in enumerate(names)]
            numbers = range(len(records))
            for some in [numbers] if together else [[at] for at in numbers]:
                corpus.add(Rows(kind, file, [records[at] for at in some], [*some]))
    # The third file has no article of its own with these ids, so that the first of all counts.
    assert corpus.owners("quote").tolist() == [0, 3, 2, 1, 0, 1, -1, 5]
