"""Splits of a publication: no leakage, and articles that stay where they are."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.publishing import check, publish, splits
from onrecord.publishing.diff import diff
from onrecord.publishing.diff_output import as_text
from onrecord.publishing.manifest import Manifest
from onrecord.readers import formats
from onrecord.rules.examples import document
from onrecord.testing import corpora
from tests.drawing import examples

pytestmark = pytest.mark.usefixtures("more_rules")  # those of leakage among them

INFO = {
    "title": "Words of the harbour",
    "version": "1.0.0",
    "description": "Made up.",
    "license": "CC0-1.0",
    "citation": "None.",
}
SHARES = {"train": 0.5, "validation": 0.25, "test": 0.25}
LEAKS = {
    *("text-in-two-splits", "near-text-in-two-splits", "quote-in-two-splits"),
    *("claim-in-two-splits", "article-in-two-splits"),
}


def about(folder: Path, **more: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "corpus.yaml").write_text(json.dumps(INFO | more), "utf-8")


def article(folder: Path, name: str, words: str, published: str = "2024-05-02") -> None:
    """Write an article whose quote and claim are about the given words."""
    said = f"We will rebuild {words} in the spring"
    overlay = {
        "article": {"id": name, "text": f"“{said}” the mayor said.", "published": published},
        "quotes": [
            {
                "content": [{"exact": said, "start": 1, "end": 1 + len(said), "quoted": True}],
                "speakers": [{"mentions": [_at("the mayor", 3 + len(said))]}],
                "cue": [_at("said", 13 + len(said))],
            }
        ],
        "claims": [{"text": f"In May 2024 the mayor promised that {words} would be rebuilt."}],
    }
    text = yaml.safe_dump(document(yaml.safe_dump(overlay)), allow_unicode=True)
    (folder / f"{name}.yaml").write_text(text, "utf-8")


def _at(words: str, start: int) -> dict[str, object]:
    return {"exact": words, "start": start, "end": start + len(words)}


def assigned(out: Path) -> dict[str, tuple[str, str]]:
    """The group and split of each article."""
    tables = formats.publication(out)
    assert tables
    return splits.read(tables)


def leaks(out: Path) -> set[str]:
    return {one.code for one in onrecord.validate(out).findings} & LEAKS


def write(folder: Path, documents: object, order: random.Random | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    documents = [*documents]
    names = list(range(len(documents)))
    if order:
        order.shuffle(names)
    for name, each in zip(names, documents, strict=True):
        (folder / f"{name}.json").write_text(each.model_dump_json(exclude_none=True), "utf-8")


@pytest.mark.slow
@settings(max_examples=examples(2))
@given(
    corpora("dehydrated", min_size=2, max_size=6),
    st.integers(0, 99),
    st.randoms(use_true_random=False),
)
def test_no_split_has_what_another_one_has(tmp_path_factory, documents, seed, order):
    folder = tmp_path_factory.mktemp("corpus")
    about(folder / "all", splits=SHARES, seed=seed)
    write(folder / "all", documents)
    result = publish(folder / "all", folder / "out")
    assert result.manifest, result.report.errors
    assert not leaks(folder / "out")
    assert assigned(folder / "out").keys() == {one.article.id for one in documents}
    # In another order of reading.
    about(folder / "shuffled", splits=SHARES, seed=seed)
    write(folder / "shuffled", documents, order)
    publish(folder / "shuffled", folder / "again")
    assert assigned(folder / "again") == assigned(folder / "out")
    assert not check(folder / "all", folder / "out").differences


@pytest.mark.slow
@settings(max_examples=examples(2))
@given(corpora("dehydrated", min_size=2, max_size=6), st.integers(0, 99), st.integers(1, 5))
def test_only_groups_that_merge_move_articles(tmp_path_factory, documents, seed, first):
    folder = tmp_path_factory.mktemp("corpus")
    about(folder / "c", splits=SHARES, seed=seed)
    write(folder / "c", documents[:first])
    # Without what is added later, a relation may lead nowhere.
    if publish(folder / "c", folder / "out").manifest is None:
        return
    before = assigned(folder / "out")
    write(folder / "c", documents)
    assert publish(folder / "c", folder / "out").manifest
    after = assigned(folder / "out")
    merged: dict[str, set[str]] = {}
    for id_, (group, _) in before.items():
        merged.setdefault(after[id_][0], set()).add(group)
    for id_, (_, split) in before.items():
        group, now = after[id_]
        assert split == now or len(merged[group]) > 1


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Articles that share nothing."""
    folder = tmp_path / "corpus"
    about(folder, splits=SHARES)
    for number, words in enumerate(("the harbour", "a bridge", "some school", "our library")):
        article(folder, f"a{number}", words)
    return folder


@pytest.mark.slow
def test_articles_stay_in_their_splits(corpus: Path, tmp_path: Path):
    out = tmp_path / "out"
    assert publish(corpus, out).manifest
    before = assigned(out)
    for number in range(10):
        article(corpus, f"b{number}", f"house number {number} of the old town", "2001-01-01")
    assert publish(corpus, out).manifest
    after = assigned(out)
    assert {id_: after[id_] for id_ in before} == before
    assert len({split for _, split in after.values()}) > 1
    assert not leaks(out)
    assert not diff(corpus, out)


@pytest.mark.slow
def test_groups_that_merge_take_the_split_of_the_oldest(corpus: Path, tmp_path: Path):
    out, later = tmp_path / "out", tmp_path / "later"
    for number in range(12):
        article(
            corpus,
            f"c{number}",
            f"house number {number} of the old town",
            f"2003-01-{number + 1:02}",
        )
    publish(corpus, out)
    before = assigned(out)
    one = "c0"
    other = next(id_ for id_ in sorted(before) if before[id_][1] != before[one][1])
    # The older copy of both: it was never published and decides nothing.
    both = yaml.safe_load((corpus / f"{other}.yaml").read_text("utf-8"))
    first = yaml.safe_load((corpus / f"{one}.yaml").read_text("utf-8"))
    both["article"] |= {"id": "bridging", "published": "1999-01-01"}
    both["claims"] = [{**both["claims"][0], "text": first["claims"][0]["text"]}]
    (corpus / "bridging.yaml").write_text(yaml.safe_dump(both, allow_unicode=True), "utf-8")
    later.mkdir()
    (later / "README.md").write_bytes((out / "README.md").read_bytes())
    shutil.copytree(out / "data", later / "data")
    assert publish(corpus, later).manifest
    after = assigned(later)
    assert {after[name] for name in (one, other, "bridging")} == {("bridging", before[one][1])}
    moved = {id_ for id_ in before if after[id_][1] != before[id_][1]}
    assert moved == {other}
    found = diff(out, later)
    assert {change.id for change in found.moved} == {other, f"{other}.q1", f"{other}.c1"}
    assert {change.reason for change in found.moved} == {
        f"the groups of {' and '.join(sorted([one, other]))} are one now"
    }
    assert "are one now" in as_text(found)
    assert not check(corpus, later).differences


@pytest.mark.slow
def test_another_seed_divides_anew(corpus: Path, tmp_path: Path):
    found = set()
    for seed in range(8):
        about(corpus, splits=SHARES, seed=seed)
        publish(corpus, tmp_path / "out")
        found.add(tuple(sorted(assigned(tmp_path / "out").items())))
        if len(found) > 1:
            return
    pytest.fail("all seeds divide alike")


@pytest.mark.slow
def test_what_the_manifest_and_the_files_say(corpus: Path, tmp_path: Path):
    publish(corpus, tmp_path / "out")
    tables = formats.publication(tmp_path / "out")
    assert tables
    about_ = Manifest.read(tables).splits
    assert about_
    assert (about_.seed, about_.shares, about_.groups) == (0, SHARES, 4)
    for name, number in about_.articles.items():
        rows = sum(pq.read_metadata(one).num_rows for one in tables.glob(f"articles-{name}-*"))
        assert rows == number
    assert [*about_.articles] == ["train", "validation", "test"]


@pytest.mark.slow
def test_lists_say_which_article_is_where(corpus: Path, tmp_path: Path):
    lists = {"train": ["a0", "a1.yaml"], "test": ["a2", "a3"]}
    about(corpus, split_lists=lists)
    assert publish(corpus, tmp_path / "out").manifest
    found = {id_: split for id_, (_, split) in assigned(tmp_path / "out").items()}
    assert found == {"a0": "train", "a1": "train", "a2": "test", "a3": "test"}


@pytest.mark.slow
def test_one_article_is_enough(tmp_path: Path):
    about(tmp_path / "c", splits={"train": 0.0, "test": 1})
    article(tmp_path / "c", "only", "the harbour")
    assert publish(tmp_path / "c", tmp_path / "out").manifest
    assert assigned(tmp_path / "out") == {"only": ("only", "test")}
    assert onrecord.read(tmp_path / "out").quotes["only.q1"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("request_", "found"),
    [
        ({"splits": {"train": 0.8, "test": 0.1}}, [("split-shares", "splits")]),
        ({"splits": SHARES, "split_lists": {}}, [("splits-and-lists", "split_lists")]),
        (
            {"split_lists": {"train": ["a0", "nobody", "a1", "a2", "a3", "copy"]}},
            [("unknown-article-listed", "split_lists.train[1]")],
        ),
        (
            {"split_lists": {"train": ["a0", "a1", "a2", "a3", "copy"], "test": ["a0.yaml"]}},
            [("article-listed-twice", "split_lists.test[0]")],
        ),
        ({"split_lists": {"train": ["a0"]}}, [("article-not-listed", "split_lists")]),
        (
            {"split_lists": {"train": ["a0", "a1", "a2", "a3"], "test": ["copy"]}},
            [("listed-splits-leak", "split_lists.test[0]")],
        ),
    ],
)
@pytest.mark.parametrize("severity", [{}, {"severity": "off"}])
def test_requests_that_contradict_themselves(corpus: Path, request_, found, severity):
    article(corpus, "copy", "the harbour")
    off = dict.fromkeys((code for code, _ in found), "off") if severity else None
    about(corpus, **request_, validation={"severity": off})
    if not severity:
        report = onrecord.validate(corpus)
        assert [(one.code, one.path) for one in report.errors if one.code not in LEAKS] == found
        assert {Path(one.place.file).name for one in report.errors if one.code not in LEAKS} == {
            "corpus.yaml"
        }
    # No setting makes publishing do without splits.
    result = publish(corpus, corpus.parent / "out")
    assert not result.manifest
    assert found[0] in [(one.code, one.path) for one in result.report.errors]
    assert not (corpus.parent / "out").exists()


@pytest.mark.slow
def test_checks_of_leakage_see_the_lists(corpus: Path):
    article(corpus, "copy", "the harbour")
    about(corpus, split_lists={"train": ["a0", "a1", "a2", "a3"], "test": ["copy"]})
    found = {one.code for one in onrecord.validate(corpus).findings}
    assert {"text-in-two-splits", "listed-splits-leak"} <= found


@pytest.mark.slow
def test_a_part_of_a_corpus_need_not_be_listed_whole(corpus: Path):
    about(corpus, split_lists={"train": ["a0", "a1"], "test": ["a2", "a3"]})
    assert not onrecord.validate(corpus / "a0.yaml").findings
    assert not onrecord.validate(corpus).findings


@pytest.mark.slow
def test_a_corpus_without_articles_has_empty_splits(tmp_path: Path):
    about(tmp_path / "c", splits=SHARES)
    (tmp_path / "c" / "articles.jsonl").write_text("", "utf-8")
    result = publish(tmp_path / "c", tmp_path / "out")
    assert result.manifest, result.report.errors
    assert assigned(tmp_path / "out") == {}
    assert not onrecord.read(tmp_path / "out").articles


@pytest.mark.slow
def test_nearly_equal_quotes_are_in_one_split(corpus: Path, tmp_path: Path):
    words = (
        "the old pier, the fish market and the houses behind the church, all of them as they were"
    )
    for number in range(8):
        article(corpus, f"n{number}", f"{words} in the year {1900 + number}")
    assert publish(corpus, tmp_path / "out").manifest
    found = assigned(tmp_path / "out")
    assert len({found[f"n{number}"] for number in range(8)}) == 1
    assert len({group for group, _ in found.values()}) == 5
