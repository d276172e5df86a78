"""How much running is next: ten percent a week, the single run's limit, and the way back after a break."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.training.load import ceiling_after, find_spikes, monday_of, review_load, review_runs

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
    assert "over the ceiling of 24.2\u00a0km" in review.message


def test_after_a_break_the_ceiling_falls_week_by_week_and_then_running_starts_over() -> None:
    assert ceiling_after([50.0]) == pytest.approx(55.0)
    assert ceiling_after([50.0, 0.0]) == pytest.approx(45.0)
    assert ceiling_after([50.0, 0.0, 0.0]) == pytest.approx(35.0)
    assert ceiling_after([50.0, 0.0, 0.0, 0.0]) == pytest.approx(25.0)
    assert ceiling_after([50.0, 0.0, 0.0, 0.0, 0.0]) is None
    assert ceiling_after([]) is None


def test_the_first_week_has_no_ceiling_and_begins_with_walking() -> None:
    review = review_load([(MONDAY, 5.0)], MONDAY)
    assert review.this_week.ceiling is None
    assert not review.needs_care
    assert "walking and running in turns" in review.message
    empty = review_load([], MONDAY)
    assert (empty.this_week.total, empty.next_ceiling) == (0.0, None)


def five_km_four_times_a_week(weeks: int = 5) -> list[tuple[date, float]]:
    return [(MONDAY + i * WEEK + timedelta(days=day), 5.0) for i in range(weeks) for day in (0, 2, 4, 6)]


def test_four_runs_of_5_km_a_week_and_then_21_km_is_a_large_spike() -> None:
    day = MONDAY + 5 * WEEK
    review = review_runs([*five_km_four_times_a_week(), (day, 21.0)], day)
    assert review.this_week.ceiling == pytest.approx(22.0)
    assert not review.this_week.broke_rule
    assert review.needs_care
    assert "a large spike: 4.2 times the longest of the 30 days before (5.0\u00a0km)" in review.message
    assert "2.3 times as frequent (Frandsen 2025)" in review.message
    assert " left" not in review.message


@pytest.mark.parametrize(
    ("km", "kind"),
    [(5.4, None), (5.5, None), (5.6, "small"), (6.5, "small"), (6.6, "moderate"), (10.0, "moderate"), (10.1, "large")],
)
def test_the_bands_of_a_spike_are_at_11_13_and_20_tenths_of_the_longest_run(km: float, kind: str | None) -> None:
    day = MONDAY + 5 * WEEK
    spike = review_runs([*five_km_four_times_a_week(), (day, km)], day).spike_this_week
    assert (None if spike is None else spike.kind) == kind


def test_a_run_is_held_against_the_30_days_before_it_and_not_against_its_own_day() -> None:
    assert find_spikes([(MONDAY, 10.0), (MONDAY + timedelta(days=30), 12.0)])[0].longest_km == 10.0
    assert find_spikes([(MONDAY, 10.0), (MONDAY + timedelta(days=31), 12.0)]) == []
    assert find_spikes([(MONDAY, 10.0), (MONDAY, 30.0)]) == []
    assert find_spikes([(MONDAY, 42.0)]) == []


def test_a_week_within_both_limits_gives_the_longest_single_run() -> None:
    day = MONDAY + 5 * WEEK
    review = review_runs([*five_km_four_times_a_week(), (day, 5.0)], day)
    assert "17.0\u00a0km left under the ceiling of 22.0\u00a0km" in review.message
    assert "No single run over 5.5\u00a0km" in review.message


def test_weeks_without_load_are_weeks() -> None:
    review = review_load([(MONDAY, 5.0), (MONDAY + 3 * WEEK, 5.0)], MONDAY + 3 * WEEK)
    assert [week.total for week in review.weeks] == [5.0, 0.0, 0.0, 5.0]


def test_repetitions_are_whole_and_what_is_planned_ahead_is_not_counted() -> None:
    review = review_load([(MONDAY, 435.0), (MONDAY + WEEK, 99.0)], MONDAY, "reps")
    assert len(review.weeks) == 1
    assert "435\u00a0reps this week" in review.message


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
