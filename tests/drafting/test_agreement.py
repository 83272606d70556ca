"""The figures of an agreement are those of the definitions, computed here by other means."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import count, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import onrecord
from onrecord.drafting.figures import kappa as count_choices
from onrecord.testing import corpora
from onrecord.testing.strategies import in_form
from tests.drafting.annotations import annotation, claim, quote

FILES = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NUMBERS = count()
TYPES = ("direct", "indirect", "mixed")


def score(agreement, of, among="all", matching="same"):
    (found,) = [
        one.score
        for one in agreement.measures
        if (one.of, one.among, one.matching) == (of, among, matching)
    ]
    return found


def kappa(agreement, field):
    (found,) = [one.kappa for one in agreement.choices if one.field == field]
    return found


def compared(folder, first, second):
    return onrecord.compare(*(annotation(folder, NUMBERS, one) for one in (first, second)))


def written(folder, corpus):
    """A folder with the documents of a corpus."""
    home = folder / f"corpus{next(NUMBERS)}"
    home.mkdir()
    for document in corpus:
        path = home / f"{document.article.id}.json"
        path.write_text(document.model_dump_json(), encoding="utf-8")
    return home


class TestByHand:
    """A made-up example with figures computed by hand.

    A has four quotes, B has four: a-w have the same extent and type, b-x the same extent and
    another type, c-y overlap in 5 characters, d and z overlap with nothing.
    """

    A = (
        quote("a", (0, 10), type="direct"),
        quote("b", (20, 30), type="indirect"),
        quote("c", (40, 50), type="direct"),
        quote("d", (60, 70), type="mixed"),
    )
    B = (
        quote("w", (0, 10), type="direct"),
        quote("x", (20, 30), type="direct"),
        quote("y", (45, 55), type="direct"),
        quote("z", (80, 90), type="mixed"),
    )

    @pytest.fixture
    def agreement(self, tmp_path):
        return compared(tmp_path, {"quotes": self.A}, {"quotes": self.B})

    @pytest.mark.parametrize(
        ("among", "matching", "precision", "recall", "f1"),
        [
            ("all", "exact", 2 / 4, 2 / 4, 2 / 4),
            ("all", "overlap", 3 / 4, 3 / 4, 3 / 4),
            ("same type", "exact", 1 / 4, 1 / 4, 1 / 4),
            ("same type", "overlap", 2 / 4, 2 / 4, 2 / 4),
            # Two in A, three in B: 2pr / (p + r) = 2 (1/3) (1/2) / (5/6) = 2/5.
            ("direct", "exact", 1 / 3, 1 / 2, 2 / 5),
            ("direct", "overlap", 2 / 3, 2 / 2, 4 / 5),
            ("indirect", "exact", None, 0, 0),
            ("mixed", "overlap", 0, 0, 0),
        ],
    )
    def test_spans(self, agreement, among, matching, precision, recall, f1):
        found = score(agreement, "quotes", among, matching)
        assert (found.precision, found.recall, found.f1) == (precision, recall, f1)

    def test_kappa(self, agreement):
        # Of three pairs, two agree. A has direct twice and indirect once, B direct three times:
        # expected = (2/3) (3/3) = 2/3 and kappa = (2/3 - 2/3) / (1/3) = 0.
        found = kappa(agreement, "quotes.type")
        assert (found.n, found.agreed, found.kappa) == (3, 2, 0)
        assert found.observed == found.expected == 2 / 3

    def test_kappa_of_one_and_the_same_value_is_undefined(self, agreement):
        found = kappa(agreement, "quotes.status")
        assert (found.n, found.expected, found.kappa) == (3, 1, None)

    def test_differences_are_listed_the_worst_first(self, agreement):
        ids = [
            (one.title, *(side.id for side in (*one.reference, *one.candidate)))
            for one in agreement.differences
        ]
        assert ids == [
            ("quote only in A", "harbour.d"),
            ("quote only in B", "harbour.z"),
            ("quote: extent differs", "harbour.c", "harbour.y"),
            ("quote: type differs", "harbour.b", "harbour.x"),
        ]


def test_kappa_is_that_of_a_published_table():
    """The example of https://en.wikipedia.org/wiki/Cohen's_kappa: 50 proposals, kappa is 0.4."""
    table = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    found = count_choices(pair for pair, number in table.items() for _ in range(number))
    assert (found.n, found.observed, found.expected) == (50, 0.7, 0.5)
    assert found.kappa == pytest.approx(0.4)
    assert cohen([pair for pair, number in table.items() for _ in range(number)]) == Fraction(2, 5)


@st.composite
def extents(draw):
    """One or two extents in a short text."""
    cuts = sorted(draw(st.sets(st.integers(0, 14), min_size=2, max_size=4)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return pairs if len(cuts) % 2 == 0 else pairs[:1]


ANNOTATIONS = st.lists(st.tuples(extents(), st.sampled_from(TYPES)), max_size=4)


def characters(quoted):
    return {at for start, end in quoted[0] for at in range(start, end)}


def best_pairs(first, second):
    """The pairs of the best of all assignments, tried one by one, and how good it is."""

    def worth(assigned):
        pairs = [
            (first[index], second[other])
            for index, other in enumerate(assigned)
            if other is not None and characters(first[index]) & characters(second[other])
        ]
        common = sum(len(characters(one) & characters(other)) for one, other in pairs)
        exact = sum(one[0] == other[0] for one, other in pairs)
        same = sum(one[1] == other[1] for one, other in pairs)
        return (common, exact, len(pairs), same), pairs

    seats = [*range(len(second)), *[None] * len(first)]
    found = (worth(assigned) for assigned in set(permutations(seats, len(first))))
    return max(found, key=lambda one: one[0])


def figures(matched, reference, candidate):
    """Precision, recall and F1 by their definitions."""
    precision = Fraction(matched, candidate) if candidate else None
    recall = Fraction(matched, reference) if reference else None
    if not reference + candidate:
        return precision, recall, None
    p, r = precision or Fraction(0), recall or Fraction(0)
    return precision, recall, 2 * p * r / (p + r) if p + r else Fraction(0)


def cohen(pairs):
    """Cohen's kappa by its definition; None if it is undefined."""
    if not pairs:
        return None
    n = len(pairs)
    observed = Fraction(sum(one == other for one, other in pairs), n)
    mine, theirs = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(
        (Fraction(mine[each], n) * Fraction(theirs[each], n) for each in mine), Fraction(0)
    )
    return None if expected == 1 else (observed - expected) / (1 - expected)


@pytest.mark.slow
@given(ANNOTATIONS, ANNOTATIONS)
@FILES
def test_figures_are_those_of_an_independent_implementation(tmp_path, first, second):
    agreement = compared(
        tmp_path,
        *(
            {"quotes": [quote(f"q{at}", *own, type=kind) for at, (own, kind) in enumerate(quotes)]}
            for quotes in (first, second)
        ),
    )
    (_, exact, overlap, same), pairs = best_pairs(first, second)
    wanted = {
        ("all", "exact"): (exact, len(first), len(second)),
        ("all", "overlap"): (overlap, len(first), len(second)),
        ("same type", "overlap"): (same, len(first), len(second)),
    }
    # Exact matches of one type need no assignment: they are counted as multisets.
    for kind in TYPES:
        mine, theirs = (
            Counter(tuple(own) for own, type_ in quotes if type_ == kind)
            for quotes in (first, second)
        )
        if mine or theirs:
            sizes = mine.total(), theirs.total()
            found = score(agreement, "quotes", kind, "exact")
            assert (found.reference, found.candidate) == sizes
            assert found.found <= (mine & theirs).total()
    assert (
        exact
        == (
            Counter(tuple(own) for own, _ in first) & Counter(tuple(own) for own, _ in second)
        ).total()
    )
    for (among, matching), counts in wanted.items():
        if any(counts) or among == "all":
            found = score(agreement, "quotes", among, matching)
            shown = (found.precision, found.recall, found.f1)
            for value, figure in zip(shown, figures(*counts), strict=True):
                assert value == (None if figure is None else pytest.approx(float(figure)))
    if pairs:
        found = kappa(agreement, "quotes.type")
        assert (found.n, found.agreed) == (overlap, same)
        values = [(mine, theirs) for mine, theirs, number in found.pairs for _ in range(number)]
        wanted_kappa = cohen(values)
        assert found.kappa == (None if wanted_kappa is None else pytest.approx(float(wanted_kappa)))


def summary(agreement):
    """The figures, and what differs, without what names files."""
    differences = [
        (one.what, one.field, len(one.reference), len(one.candidate))
        for one in agreement.differences
    ]
    return agreement.measures, agreement.choices, Counter(differences)


@pytest.mark.slow
@given(corpora())
@FILES
def test_an_annotation_agrees_with_itself(tmp_path, corpus):
    folder = written(tmp_path, corpus)
    agreement = onrecord.compare(folder, folder)
    assert agreement.articles == len(corpus)
    assert agreement.differences == ()
    assert all(one.score.f1 in (1, None) for one in agreement.measures)
    assert all(one.kappa.kappa in (1, None) for one in agreement.choices)


@pytest.mark.slow
@given(corpora(max_size=1))
@FILES
def test_withheld_words_make_no_difference(tmp_path, corpus):
    withheld = tuple(in_form(document, "dehydrated") for document in corpus)
    agreement = onrecord.compare(written(tmp_path, corpus), written(tmp_path, withheld))
    assert agreement.differences == ()


# Records that are the same in everything but their ids cannot be distinguished; a claim may rest on any
# of them.
QUOTES = st.lists(
    st.tuples(extents(), st.sampled_from(TYPES), st.sampled_from(["speech", "writing", None])),
    max_size=5,
    unique_by=repr,
)
WORDS = st.lists(
    st.sampled_from(["the", "mayor", "will", "harbour", "open"]), min_size=1, max_size=6
)
CLAIMS = st.lists(
    st.tuples(WORDS, st.integers(0, 4), st.sampled_from(["event", "norm"])),
    max_size=5,
    unique_by=lambda drawn: (repr(drawn[0]), drawn[2]),
)
PARTS = st.tuples(QUOTES, CLAIMS)


def parts(drawn, prefix="", order=lambda items: items):
    """The parts of a document, with ids that begin with a prefix, in some order."""
    quotes, claims = drawn
    made = [
        quote(f"{prefix}q{at}", *own, type=kind, medium=medium)
        for at, (own, kind, medium) in enumerate(quotes)
    ]
    stated = [
        claim(
            f"{prefix}c{at}",
            " ".join(words),
            *([f"{prefix}q{on}"] if on < len(quotes) else []),
            kind=kind,
        )
        for at, (words, on, kind) in enumerate(claims)
    ]
    return {"quotes": order(made), "claims": order(stated)}


@pytest.mark.slow
@given(PARTS, PARTS)
@FILES
def test_exchanging_the_annotations_exchanges_precision_and_recall(tmp_path, first, second):
    there = compared(tmp_path, parts(first), parts(second))
    back = compared(tmp_path, parts(second), parts(first))
    for one, other in zip(there.measures, back.measures, strict=True):
        assert one[:3] == other[:3]
        assert one.score.precision == other.score.recall
        assert one.score.recall == other.score.precision
        assert one.score.f1 == other.score.f1
    for one, other in zip(there.choices, back.choices, strict=True):
        assert one.kappa.kappa == other.kappa.kappa
        assert {(a, b, n) for a, b, n in one.kappa.pairs} == {
            (a, b, n) for b, a, n in other.kappa.pairs
        }
    turned = {"split": "merge", "merge": "split"}
    assert Counter(one.what for one in there.differences) == Counter(
        turned.get(one.what, one.what) for one in back.differences
    )


@pytest.mark.slow
@given(PARTS, PARTS)
@FILES
def test_order_and_ids_of_records_make_no_difference(tmp_path, first, second):
    usual = compared(tmp_path, parts(first), parts(second))
    other = compared(tmp_path, parts(first), parts(second, "x", lambda items: items[::-1]))
    assert summary(usual)[:2] == summary(other)[:2]
