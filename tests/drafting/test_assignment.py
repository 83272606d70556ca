"""Rows and columns are assigned so that no other assignment has a larger weight."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from onrecord.drafting.assignment import assign
from tests.work import calls

SIZES = st.integers(0, 5)


@st.composite
def tables(draw):
    """Weights of some of the pairs of a few rows and columns."""
    rows, columns = draw(SIZES), draw(SIZES)
    pair = st.tuples(
        st.integers(0, max(columns - 1, 0)), st.integers(1, 12) | st.integers(1, 2**90)
    )
    return [dict(draw(st.lists(pair, max_size=columns))) if columns else {} for _ in range(rows)]


def largest(weights):
    """The largest weight of all assignments, tried one by one."""
    columns = sorted({column for own in weights for column in own})
    seats = [*columns, *[None] * len(weights)]
    return max(
        sum(own.get(column, 0) for own, column in zip(weights, tried, strict=True))
        for tried in set(permutations(seats, len(weights)))
    )


@given(tables())
def test_the_weight_is_that_of_the_best_of_all_assignments(weights):
    assigned = assign(weights)
    assert len(set(assigned.values())) == len(assigned)
    assert sum(weights[row][column] for row, column in assigned.items()) == largest(weights)


def test_a_greedy_choice_is_not_the_best():
    assert assign([{0: 10, 1: 9}, {0: 9}]) == {0: 1, 1: 0}


def test_twice_as_many_rows_that_compete_with_their_neighbours_take_twice_the_work():
    def assigned(number):
        found, made = calls(lambda: assign([{row: 5, row + 1: 6} for row in range(number)]))
        assert len(found) == number
        return made

    assert assigned(2_000) < 2.5 * assigned(1_000)
