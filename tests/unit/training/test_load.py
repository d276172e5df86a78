from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.training.load import ceiling_after, monday_of, review_load

MONDAY = date(2026, 3, 2)
WEEK = timedelta(weeks=1)


def test_next_week_is_at_most_ten_per_cent_more() -> None:
    review = review_load([(MONDAY, 10.0), (MONDAY + timedelta(days=6), 10.0)], MONDAY + timedelta(days=6))
    assert review.this_week.total == 20.0
    assert review.next_ceiling == pytest.approx(22.0)


def test_a_week_over_its_ceiling_is_flagged_and_one_at_it_is_not() -> None:
    weeks = [(MONDAY, 20.0), (MONDAY + WEEK, 22.0), (MONDAY + 2 * WEEK, 24.3)]
    review = review_load(weeks, MONDAY + 2 * WEEK)
    assert [week.broke_rule for week in review.weeks] == [False, False, True]
    assert [week.monday for week in review.broken_weeks] == [MONDAY + 2 * WEEK]
    assert review.this_week.left == 0.0
    assert "over the ceiling of 24.2 km" in review.message


def test_after_rest_one_goes_back_to_the_last_load_without_an_increase() -> None:
    assert ceiling_after([20.0, 0.0, 0.0]) == 20.0
    assert ceiling_after([20.0, 0.0, 0.0, 0.0, 0.0]) is None
    assert ceiling_after([]) is None


def test_the_first_week_has_no_ceiling() -> None:
    review = review_load([(MONDAY, 5.0)], MONDAY)
    assert review.this_week.ceiling is None
    assert not review.this_week.broke_rule
    assert "start easy" in review.message
    empty = review_load([], MONDAY)
    assert (empty.this_week.total, empty.next_ceiling) == (0.0, None)


def test_weeks_without_load_are_weeks() -> None:
    review = review_load([(MONDAY, 5.0), (MONDAY + 3 * WEEK, 5.0)], MONDAY + 3 * WEEK)
    assert [week.total for week in review.weeks] == [5.0, 0.0, 0.0, 5.0]


def test_repetitions_are_whole_and_what_is_planned_ahead_is_not_counted() -> None:
    review = review_load([(MONDAY, 435.0), (MONDAY + WEEK, 99.0)], MONDAY, "reps")
    assert len(review.weeks) == 1
    assert "435 reps this week" in review.message
    assert "478 reps" in review.message


@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.floats(0.1, 100)), max_size=40))
def test_the_weeks_add_up_to_all_that_was_done(amounts: list[tuple[date, float]]) -> None:
    today = date(2026, 1, 2)
    review = review_load(amounts, today)
    assert sum(week.total for week in review.weeks) == pytest.approx(sum(km for _, km in amounts))
    assert review.weeks[-1].monday == monday_of(today)
    for one, other in pairwise(review.weeks):
        assert other.monday - one.monday == WEEK
        if one.total > 0:
            assert other.ceiling == pytest.approx(1.1 * one.total)
